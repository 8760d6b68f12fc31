"""Exercise 5a.3: why the second dimension is 1."""

import torch

from course_utils.checking import Case, Draw, Exercise, wrong


def zero_state(input_seq: torch.Tensor, hidden_layer_size: int) -> torch.Tensor:
    """Make the first state (1, batch, hidden) for an input (steps, batch, features)."""
    return torch.zeros(1, input_seq.shape[1], hidden_layer_size)


@wrong(
    "The second dimension is always 1 here. It should be the batch size: how many windows go "
    "through at once. The published script sends one at a time, which is why it has a 1 "
    "there."
)
def always_one(input_seq, hidden_layer_size):
    return torch.zeros(1, 1, hidden_layer_size)


@wrong(
    "That's the number of steps. A state is what is left after *all* of them, so it has no "
    "time axis."
)
def steps_for_batch(input_seq, hidden_layer_size):
    return torch.zeros(1, input_seq.shape[0], hidden_layer_size)


@wrong(
    "The batch comes first here. A state is always (layers, batch, hidden), whatever the "
    "order of the input."
)
def batch_first(input_seq, hidden_layer_size):
    return torch.zeros(input_seq.shape[1], 1, hidden_layer_size)


@wrong("The last dimension should be the hidden size, not the number of input features.")
def features_for_hidden(input_seq, hidden_layer_size):
    return torch.zeros(1, input_seq.shape[1], input_seq.shape[2])


@wrong("The layer axis is missing. It's 1 for one layer, and it stays.")
def no_layer_axis(input_seq, hidden_layer_size):
    return torch.zeros(input_seq.shape[1], hidden_layer_size)


@wrong("That's a pair (h, c), the state of an LSTM. A GRU has only h.")
def a_pair(input_seq, hidden_layer_size):
    h = torch.zeros(1, input_seq.shape[1], hidden_layer_size)
    return h, torch.zeros_like(h)


def _space(draw: Draw) -> Case:
    given = draw.tensor(*(draw.size(name) for name in ("steps", "batch", "features")))
    return Case(given, draw.one_of("hidden", (1, 2, 3, 5, 8, 100)))


ZERO_STATE = Exercise(
    id="5a.3",
    title="Why is the second dimension 1?",
    difficulty=1,
    minutes=5,
    optional=True,
    reference=zero_state,
    also_right=(lambda x, size: x.new_zeros(1, x.size(1), size),),
    cases=lambda: (
        Case(torch.zeros(12, 1, 1), 100, label="as published: 12 steps, one window"),
        Case(torch.zeros(12, 5, 1), 8, label="five windows at once"),
        Case(torch.zeros(4, 3, 2), 6, label="three windows of two features"),
    ),
    space=_space,
    misconceptions=(
        always_one,
        steps_for_batch,
        batch_first,
        features_for_hidden,
        no_layer_axis,
        a_pair,
    ),
    hints=(
        "Send five windows through the layer at once. Which size of the state has to change?",
        "`input_seq.shape` is (steps, batch, features), and `torch.zeros(...)` takes the "
        "three sizes.",
    ),
    returns=("state",),
)
