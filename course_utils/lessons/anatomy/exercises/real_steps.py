"""Exercise 2b.2: the real steps of a padded batch."""

import torch

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.anatomy.cases import draw_lengths


def real_steps(lengths: torch.Tensor, longest: int) -> torch.Tensor:
    """Take lengths (batch,), give (batch, longest): True where a step is real, else False."""
    return torch.arange(longest) < lengths[:, None]


@wrong(
    "This calls one step of padding real. Counting starts at 0: a sequence of length 3 has the "
    "steps 0, 1 and 2."
)
def one_step_too_many(lengths, longest):
    return torch.arange(longest) <= lengths[:, None]


@wrong("True and False have changed places: True should mean real.")
def turned_around(lengths, longest):
    return torch.arange(longest) >= lengths[:, None]


@wrong("Time comes first here. Return (batch, longest).")
def time_first(lengths, longest):
    return torch.arange(longest)[:, None] < lengths


@wrong("Here the real steps come last in each row. But the padding comes *after* the end.")
def real_at_the_end(lengths, longest):
    return torch.arange(longest) >= longest - lengths[:, None]


@wrong(
    "The places are right, but these are numbers. Return True and False, because they can pick: "
    "`y[real]`."
)
def ones_and_zeros(lengths, longest):
    return (torch.arange(longest) < lengths[:, None]).long()


def one_more(draw: Draw) -> Case:
    longest = draw.size("longest")
    return Case(draw_lengths(draw, draw.size("batch"), longest), longest)


REAL_STEPS = Exercise(
    id="2b.2",
    title="Which steps are real?",
    difficulty=1,
    minutes=3,
    reference=real_steps,
    also_right=(
        lambda lengths, longest: torch.tensor([[t < n for t in range(longest)] for n in lengths]),
    ),
    cases=lambda: (
        Case(torch.tensor([3, 5, 2]), 5, label="lengths 3, 5 and 2"),
        Case(torch.tensor([1, 4]), 6, label="lengths 1 and 4, padded to 6"),
    ),
    misconceptions=(one_step_too_many, turned_around, time_first, real_at_the_end, ones_and_zeros),
    hints=(
        "Step t of a sequence is real if t is less than the sequence's length.",
        "`torch.arange(longest)` holds the steps, of shape (longest,). Compare it with the lengths "
        "as a column: `lengths[:, None]` has shape (batch, 1).",
    ),
    space=one_more,
    returns=("real",),
)
