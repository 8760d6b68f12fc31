"""Exercise 2a.1: the shapes of output and h_n."""

import numbers

import torch
from torch import nn

from course_utils.checking import Case, Draw, Exercise, Rejected, wrong


def predict_shapes(
    steps: int, batch: int, hidden: int, layers: int, directions: int, batch_first: bool
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Give the shape of output (…, …, …) and the shape of h_n (…, …, …)."""
    width = directions * hidden
    output = (batch, steps, width) if batch_first else (steps, batch, width)
    return output, (layers * directions, batch, hidden)


def by_running(steps, batch, hidden, layers, directions, batch_first):
    layer = nn.RNN(1, hidden, layers, batch_first=batch_first, bidirectional=directions == 2)
    x = torch.zeros(batch, steps, 1) if batch_first else torch.zeros(steps, batch, 1)
    output, h_n = layer(x)
    return output.shape, h_n.shape


def _output(steps, batch, width, batch_first):
    return (batch, steps, width) if batch_first else (steps, batch, width)


@wrong(
    "Here `batch_first` moves the batch in `h_n` too, but it mustn't: a state is always "
    "(layers × directions, batch, hidden)."
)
def h_n_batch_first(steps, batch, hidden, layers, directions, batch_first):
    states = layers * directions
    h_n = (batch, states, hidden) if batch_first else (states, batch, hidden)
    return _output(steps, batch, directions * hidden, batch_first), h_n


@wrong(
    "`output` lacks a direction: two directions are side by side in its last axis, 2 × hidden wide."
)
def output_in_one_direction(steps, batch, hidden, layers, directions, batch_first):
    return _output(steps, batch, hidden, batch_first), (layers * directions, batch, hidden)


@wrong("`h_n` lacks a direction: every layer ends with one state for each direction.")
def h_n_in_one_direction(steps, batch, hidden, layers, directions, batch_first):
    return _output(steps, batch, directions * hidden, batch_first), (layers, batch, hidden)


@wrong(
    "`h_n` lacks the layers: *every* layer ends with a state, so its first axis is "
    "layers × directions."
)
def directions_alone_in_h_n(steps, batch, hidden, layers, directions, batch_first):
    return _output(steps, batch, directions * hidden, batch_first), (directions, batch, hidden)


@wrong(
    "In `h_n` the directions lie along the *first* axis, with the layers; its last axis is "
    "always hidden."
)
def h_n_as_wide_as_output(steps, batch, hidden, layers, directions, batch_first):
    width = directions * hidden
    return _output(steps, batch, width, batch_first), (layers, batch, width)


@wrong("`output` holds only the last layer. You find the others in `h_n`, at the last step.")
def all_layers_in_output(steps, batch, hidden, layers, directions, batch_first):
    states = layers * directions
    return _output(steps, batch, states * hidden, batch_first), (states, batch, hidden)


@wrong("With `batch_first` the first two axes of `output` change places.")
def batch_first_ignored(steps, batch, hidden, layers, directions, batch_first):
    return (steps, batch, directions * hidden), (layers * directions, batch, hidden)


def one_more(draw: Draw) -> Case:
    sizes = (draw.size(name) for name in ("steps", "batch", "hidden"))
    layers, directions = draw.one_of("layers", (1, 2, 3, 4)), draw.one_of("directions", (1, 2))
    return Case(*sizes, layers, directions, draw.one_of("batch first", (False, True)))


def holds_whole_numbers(predict_shapes):
    for shape in predict_shapes(7, 4, 6, 3, 2, True):
        if not all(isinstance(size, numbers.Integral) for size in shape):
            raise Rejected(f"{shape} isn't a shape: its sizes must be whole numbers")


SHAPES = Exercise(
    id="2a.1",
    title="Predict every shape",
    difficulty=1,
    minutes=6,
    reference=predict_shapes,
    also_right=(by_running,),
    cases=lambda: (
        Case(5, 3, 20, 1, 1, False, label="as published"),
        Case(5, 3, 20, 2, 1, True, label="two layers, batch first"),
        Case(7, 4, 6, 1, 2, True, label="two directions, batch first"),
        Case(7, 4, 6, 3, 2, False, label="three layers, two directions"),
    ),
    misconceptions=(
        h_n_batch_first,
        output_in_one_direction,
        h_n_in_one_direction,
        directions_alone_in_h_n,
        h_n_as_wide_as_output,
        all_layers_in_output,
        batch_first_ignored,
    ),
    hints=(
        "`output`: the last layer, every step, both directions side by side. `h_n`: every layer, "
        "every direction, the last step.",
        "Here `batch_first` only changes `output`.",
    ),
    space=one_more,
    draws=16,
    exact_sequence=True,
    properties=(holds_whole_numbers,),
    returns=("shape of output", "shape of h_n"),
)
