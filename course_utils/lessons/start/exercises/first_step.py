"""Exercise 0.2: the first step of every sequence."""

import torch

from course_utils.checking import Case, Draw, Exercise, wrong


def first_step(x: torch.Tensor) -> torch.Tensor:
    """Take a batch of sequences (batch, time, features), give the first step (batch, features)."""
    return x[:, 0]


@wrong(
    "Looks like `x[0]`, which is the whole first sequence. The batch comes first here, and time is "
    "the second axis."
)
def first_sequence(x):
    return x[0]


@wrong(
    "Looks like the time axis is still there with length 1: a slice such as `0:1` keeps its axis, "
    "a plain number drops it."
)
def axis_kept(x):
    return x[:, :1]


@wrong(
    "Looks like the first feature of every step. Features are the last axis, time is the one in "
    "the middle."
)
def first_feature(x):
    return x[:, :, 0]


@wrong("Looks like the last step. The first one has the index 0.")
def last_step(x):
    return x[:, -1]


@wrong("Looks like the second step: Python counts from 0.")
def counted_from_one(x):
    return x[:, 1]


def sequences() -> tuple[Case, ...]:
    """Build a batch of two, and one that holds a single sequence."""
    x = torch.arange(24.0).reshape(2, 4, 3)
    return (Case(x), Case(x[:1].clone(), label="a batch of one"))


def any_batch(draw: Draw) -> Case:
    """Draw a batch of floats, with and without a gradient, or of whole numbers."""
    dtype = draw.one_of("dtype", (torch.float32, torch.float64, torch.int64))
    floats = dtype.is_floating_point
    shape = [draw.size(axis) for axis in ("batch", "time", "features")]
    grad = floats and draw.one_of("grad", (True, False))
    return Case(draw.tensor(*shape, dtype=dtype, grad=grad, kind=None if floats else "large"))


FIRST_STEP = Exercise(
    id="0.2",
    title="The first step of every sequence",
    difficulty=1,
    minutes=3,
    reference=first_step,
    also_right=(lambda x: x.select(1, 0), lambda x: torch.stack([row[0] for row in x])),
    cases=sequences,
    space=any_batch,
    misconceptions=(first_sequence, axis_kept, first_feature, last_step, counted_from_one),
    hints=(
        "Which of the three axes is time? Print `x.shape` and compare with the docstring.",
        "Index one axis after the other: a colon keeps a whole axis, a number picks from it and "
        "drops it.",
    ),
    returns=("first step",),
    rtol=0.0,
    atol=0.0,
)
