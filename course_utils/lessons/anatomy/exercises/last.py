"""Exercise 2b.3: each sequence's own last step."""

import torch

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.anatomy.cases import draw_floats, draw_lengths, numbers


def last(output: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Take from output (batch, steps, …) each sequence's own last real step: (batch, …)."""
    return output[torch.arange(len(output)), lengths - 1]


def row_by_row(output, lengths):
    rows = zip(output, lengths.tolist(), strict=True)
    return torch.stack([row[length - 1] for row, length in rows])


@wrong("`output[:, -1]` is the last step of the *padding*. A sequence ends where its length says.")
def the_last_column(output, lengths):
    return output[:, -1]


@wrong(
    "This is one step after the end, where the padding begins: counting starts at 0, so the last "
    "step is `lengths - 1`."
)
def one_step_too_far(output, lengths):
    return output[torch.arange(len(output)), lengths]


@wrong(
    "`output[:, lengths - 1]` takes *every* length from *every* row. Give each row its own: "
    "`torch.arange(batch)` as the first index."
)
def every_row_at_every_length(output, lengths):
    return output[:, lengths - 1]


@wrong("That's the first step, after a single input. Take each sequence's own last one.")
def the_first_step(output, lengths):
    return output[:, 0]


@wrong("That's the mean over the steps, padding included. Take one step of each sequence.")
def mean_over_the_steps(output, lengths):
    return output.mean(1)


def one_more(draw: Draw) -> Case:
    batch, steps, size = (draw.size(name) for name in ("batch", "steps", "features"))
    tail = draw.one_of("what follows the steps", ((size,), (), (size,), (size, 3)))
    if draw.one_of("classes", (False, False, True)):
        output = draw.tensor(batch, steps, *tail, dtype=torch.int64, kind="large")
    else:
        output = draw_floats(draw, batch, steps, *tail)
    return Case(output, draw_lengths(draw, batch, steps))


LAST = Exercise(
    id="2b.3",
    title="Each sequence's own last step",
    difficulty=2,
    minutes=5,
    reference=last,
    also_right=(row_by_row,),
    cases=lambda: (
        Case(numbers(3, 5, 2), torch.tensor([3, 4, 2]), label="lengths 3, 4 and 2 of 5"),
        Case(numbers(2, 4, 3), torch.tensor([2, 3])),
        Case(
            torch.tensor([[1, 0, -100], [0, 1, 1]]),
            torch.tensor([2, 3]),
            label="the classes of each step, lengths 2 and 3",
        ),
    ),
    misconceptions=(
        the_last_column,
        one_step_too_far,
        every_row_at_every_length,
        the_first_step,
        mean_over_the_steps,
    ),
    hints=(
        "A sequence of length 3 ends at step 2.",
        "Two index tensors pick pairs: `a[rows, columns]` with `rows = 0, 1, 2, …`.",
    ),
    space=one_more,
    draws=18,
    returns=("last outputs",),
)
