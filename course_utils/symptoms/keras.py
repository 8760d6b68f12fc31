"""Symptoms of somebody who comes from Keras."""

KIND = "Coming from Keras"
ROWS = (
    (
        "PyTorch learns more slowly than Keras",
        "Keras starts differently: forget bias, orthogonal weights, a larger read-out.",
        "04b",
        "slower-than-keras",
        "loss decreases slower initialisation tensorflow lstm init converge worse",
    ),
    (
        "I ported the weights, and the outputs differ",
        "The gates are in another order, and the shapes don't show it.",
        "04b",
        "gate-order",
        "convert weights keras pytorch gru mismatch kernel transpose transfer",
    ),
    (
        "torch has more parameters than Keras",
        "It has two bias vectors where Keras has one.",
        "04b",
        "two-biases",
        "count number bias_ih bias_hh summary 4 hidden",
    ),
    (
        "the same weights, the same data, but they differ after one update",
        "The second bias moves twice, and epsilon is in another place.",
        "04b",
        "second-bias",
        "training differs port adam optimizer reproduce keras results two biases",
    ),
    (
        "Adam takes other steps than in Keras",
        "Epsilon is another number, in another place.",
        "04b",
        "adam-epsilon",
        "eps epsilon 1e-7 1e-8 optimizer difference",
    ),
    (
        "a GRU with `reset_after=False`",
        "torch has no such layer: it can't be ported.",
        "04b",
        "reset-after",
        "reset_after gru keras port convert",
    ),
    (
        "where are `recurrent_dropout`, `Masking`, `activation='relu'`?",
        "They have no direct counterpart in torch; here is what to do instead.",
        "04b",
        "no-plain-twin",
        "bidirectional merge_mode return_sequences stateful equivalent pytorch timedistributed",
    ),
    (
        "the GRU's formulas differ from the paper's",
        "There are two forms, and two meanings of $z$.",
        "05b",
        "two-forms",
        "equation documentation wrong update gate reset gate cho chung version",
    ),
    (
        "what does `stateful=True` link?",
        "Row $i$ of a batch with row $i$ of the next, but no gradient crosses the border.",
        "04a",
        "data",
        "stateful keras batch continue state between batches meaning explained",
    ),
)
