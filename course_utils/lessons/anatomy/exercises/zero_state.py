"""Exercise 2a.3: a first state that fits any layer and any input."""

import torch
from torch import nn

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.anatomy.cases import numbers, with_seed


def zero_state(layer: nn.RNN, x: torch.Tensor) -> torch.Tensor:
    """Make zeros (layers × directions, batch, hidden) that fit layer and x.

    Without a batch, x (steps, features) wants (layers × directions, hidden).
    """
    rows = layer.num_layers * (2 if layer.bidirectional else 1)
    if x.ndim == 2:
        return x.new_zeros(rows, layer.hidden_size)
    batch = x.shape[0 if layer.batch_first else 1]
    return x.new_zeros(rows, batch, layer.hidden_size)


def by_running(layer, x):
    with torch.no_grad():
        return torch.zeros_like(layer(x)[1])


def _zeros(layer, batch):
    rows = layer.num_layers * (2 if layer.bidirectional else 1)
    return torch.zeros(rows, batch, layer.hidden_size)


@wrong(
    "You put the number of steps where the batch belongs. Ask `layer.batch_first` which axis of "
    "`x` is the batch."
)
def steps_for_batch(layer, x):
    return _zeros(layer, x.shape[1 if layer.batch_first else 0])


@wrong("This always reads the batch from axis 1. With `batch_first=True` it is axis 0.")
def batch_always_second(layer, x):
    return zero_state(layer, x) if x.ndim == 2 else _zeros(layer, x.shape[1])


@wrong(
    "The batch comes first in this state. A state is (layers × directions, batch, hidden), "
    "whatever `batch_first` says."
)
def state_batch_first(layer, x):
    return zero_state(layer, x).transpose(0, -2).contiguous()


@wrong(
    "That only fits the published layer. Three things are missing: the directions, `batch_first` "
    "(then the batch is axis 0), and an `x` without a batch."
)
def as_for_the_published_layer(layer, x):
    return torch.zeros(layer.num_layers, x.shape[1], layer.hidden_size)


@wrong(
    "That only fits a plain layer with `batch_first=True`. Three things are missing: the "
    "directions, the batch as axis 1 without `batch_first`, and an `x` without a batch."
)
def as_for_a_plain_layer_batch_first(layer, x):
    return torch.zeros(layer.num_layers, x.shape[0], layer.hidden_size)


@wrong("Two directions need two states in each layer.")
def directions_forgotten(layer, x):
    return zero_state(layer, x)[: layer.num_layers]


@wrong("The first axis counts layers × directions; it is 1 only for one layer with one direction.")
def always_one_layer(layer, x):
    return zero_state(layer, x)[:1]


@wrong("Without a batch the state has no batch axis either: (layers × directions, hidden).")
def batch_of_one(layer, x):
    return _zeros(layer, 1) if x.ndim == 2 else zero_state(layer, x)


@wrong(
    "An `x` of two axes is *one* sequence, (steps, features): there is no batch to read off, and "
    "its state has no batch axis."
)
def features_for_batch(layer, x):
    return _zeros(layer, x.shape[0 if layer.batch_first else 1])


@wrong(
    "Two things. This always reads the batch from axis 1; with `batch_first=True` it is axis 0. "
    "And an `x` of two axes has no batch, so its state has none either."
)
def always_second_and_no_batch_forgotten(layer, x):
    return _zeros(layer, x.shape[1])


@wrong(
    "Two things. This always reads the batch from axis 0; that is right only with "
    "`batch_first=True`. And an `x` of two axes has no batch, so its state has none either."
)
def always_first_and_no_batch_forgotten(layer, x):
    return _zeros(layer, x.shape[0])


@wrong("This always reads the batch from axis 0. Without `batch_first=True` it is axis 1.")
def batch_always_first(layer, x):
    return zero_state(layer, x) if x.ndim == 2 else _zeros(layer, x.shape[0])


@wrong(
    "Two things. Two directions need two states in each layer. And an `x` of two axes has no "
    "batch, so its state has none either."
)
def directions_and_no_batch_forgotten(layer, x):
    return torch.zeros(layer.num_layers, x.shape[0 if layer.batch_first else 1], layer.hidden_size)


def _rnn(*sizes: int, **kwargs: bool) -> nn.RNN:
    return with_seed(0, nn.RNN, *sizes, **kwargs)


def one_more(draw: Draw) -> Case:
    features, hidden, steps = (draw.size(name) for name in ("features", "hidden", "steps"))
    layers, both = draw.one_of("layers", (1, 2, 3)), draw.one_of("two ways", (False, True))
    batch_first = draw.one_of("batch first", (False, True))
    shape = [steps, features]
    if draw.one_of("a batch", (True, True, False)):
        shape.insert(0 if batch_first else 1, draw.size("batch"))
    layer = _rnn(features, hidden, layers, batch_first=batch_first, bidirectional=both)
    return Case(layer, draw.tensor(*shape), label=f"layer = {layer} and x of shape {tuple(shape)}")


ZERO_STATE = Exercise(
    id="2a.3",
    title="A first state that always fits",
    difficulty=2,
    minutes=7,
    reference=zero_state,
    also_right=(by_running,),
    cases=lambda: (
        Case(_rnn(10, 20), numbers(5, 3, 10), label="as published: 5 steps, 3 sequences"),
        Case(_rnn(10, 20, batch_first=True), numbers(24, 5, 10), label="batch first"),
        Case(_rnn(2, 4, 3), numbers(5, 3, 2), label="three layers"),
        Case(_rnn(2, 4, 2, bidirectional=True), numbers(5, 3, 2), label="two directions"),
        Case(_rnn(2, 4), numbers(5, 2), label="no batch"),
    ),
    misconceptions=(
        steps_for_batch,
        batch_always_second,
        state_batch_first,
        as_for_the_published_layer,
        as_for_a_plain_layer_batch_first,
        directions_forgotten,
        always_one_layer,
        batch_of_one,
        features_for_batch,
        always_second_and_no_batch_forgotten,
        always_first_and_no_batch_forgotten,
        batch_always_first,
        directions_and_no_batch_forgotten,
    ),
    hints=(
        "Everything is on the layer: `num_layers`, `bidirectional`, `hidden_size`, `batch_first`.",
        "Two cases: `x.ndim == 2` is one sequence without a batch. Otherwise read the batch from "
        "axis 0 or 1 of `x.shape`.",
    ),
    space=one_more,
    draws=18,
    returns=("state",),
)
