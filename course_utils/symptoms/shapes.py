"""Symptoms of shapes and batches: axes in the wrong place, padding, order."""

KIND = "Shapes and batches"
ROWS = (
    (
        "changing one sequence changes the output of another",
        "Batch and time are mixed up: neighbours are read as steps.",
        "02a",
        "batch-must-not-leak",
        "leak batch_first forgotten axes swapped order of the batch matters others customer row",
    ),
    (
        "the rows are mixed after a `view`",
        "`view` doesn't turn axes: use `transpose`.",
        "03a",
        "silent-view",
        "reshape permute scrambled shuffled rows time first wrong order silent",
    ),
    (
        "three single steps were read as one sequence",
        "`squeeze` took the axis of the steps: a 2-D input has no batch.",
        "02a",
        "squeezed-axis",
        "unbatched 2d input length 1 dimension removed squeeze",
    ),
    (
        "the state isn't batch first although `batch_first=True`",
        "It never is: the state is (layers, batch, hidden) always.",
        "02a",
        "batch-first-leaves-the-state",
        "h_n h_0 shape batch_first ignored hidden dimension order",
    ),
    (
        "what is the shape of `output`, `h_n`, `h_0`?",
        "`output` is the last layer at every step, `h_n` every layer at the last step.",
        "02a",
        "every-shape",
        "difference between output and hidden dimensions seq_len batch num_layers",
    ),
    (
        "with two directions `output[:, -1]` isn't `h_n`",
        "The backward direction ends at step 0.",
        "02a",
        "output-against-h-n",
        "bidirectional last output final hidden both",
    ),
    (
        "`h_n` isn't the last output of my sequence",
        "It comes from the end of the padding: pack, or fetch each sequence's own last step.",
        "02b",
        "padding-and-packing",
        "padded last step pack_padded_sequence variable lengths shorter final state zeros",
    ),
    (
        "the results depend on how much padding there is",
        "The network reads padding as data, and the loss rewards it as data: mask it.",
        "02b",
        "exercise-2b-4",
        "mask ignore_index loss padded zeros mean real steps attention mask",
    ),
    (
        "after sorting by length the results belong to the wrong sequences",
        "You have to restore the order.",
        "02b",
        "restoring-order",
        "unsorted_indices enforce_sorted original order pack sorted labels",
    ),
    (
        "`state[-1]` is one sequence, not the last layer",
        "An axis was swapped: the first axis of a state is its layers.",
        "02a",
        "state-after-the-swap",
        "h_n[-1] hidden[-1] transpose swapped axes batch layer",
    ),
    (
        "my two-layer network does no better: what does `dropout=` drop?",
        "It drops what goes from layer to layer, and only in training.",
        "02a",
        "two-layers-and-dropout",
        "num_layers 2 stacked train eval mode where applied lstm",
    ),
)
