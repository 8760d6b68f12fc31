"""Exercise 2a.2: where h_n stands in output."""

import torch

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.anatomy.cases import draw_floats, numbers


def final_states(output: torch.Tensor) -> torch.Tensor:
    """Take a two-way layer's output (batch, steps, 2·hidden), give its h_n (2, batch, hidden)."""
    forward, backward = output.chunk(2, dim=2)
    return torch.stack([forward[:, -1], backward[:, 0]])


def by_slices(output):
    hidden = output.shape[2] // 2
    return torch.cat([output[None, :, -1, :hidden], output[None, :, 0, hidden:]])


@wrong(
    "Both halves are taken at the last step. The backward direction *starts* there; it ends at "
    "step 0."
)
def both_at_the_last_step(output):
    return torch.stack(output[:, -1].chunk(2, dim=1))


@wrong(
    "Each direction is taken where it starts: the forward one ends at the last step, the backward "
    "one at step 0."
)
def directions_swapped(output):
    forward, backward = output.chunk(2, dim=2)
    return torch.stack([forward[:, 0], backward[:, -1]])


@wrong("Both are right but in the wrong order: h_n has the forward direction first.")
def halves_swapped(output):
    forward, backward = output.chunk(2, dim=2)
    return torch.stack([backward[:, 0], forward[:, -1]])


@wrong("The batch comes first here, but h_n is (directions, batch, hidden).")
def batch_first(output):
    forward, backward = output.chunk(2, dim=2)
    return torch.stack([forward[:, -1], backward[:, 0]], dim=1)


@wrong(
    "The two directions don't alternate in the last axis: the first half is forward, the second "
    "half backward."
)
def interleaved(output):
    return torch.stack([output[:, -1, 0::2], output[:, 0, 1::2]])


@wrong("The two directions lie side by side in one row; h_n keeps them apart along its first axis.")
def side_by_side(output):
    forward, backward = output.chunk(2, dim=2)
    return torch.cat([forward[:, -1], backward[:, 0]], dim=1)


def one_more(draw: Draw) -> Case:
    batch, steps, hidden = (draw.size(name) for name in ("batch", "steps", "hidden"))
    return Case(draw_floats(draw, batch, steps, 2 * hidden))


FINAL_STATES = Exercise(
    id="2a.2",
    title="Find h_n in output",
    difficulty=2,
    minutes=6,
    optional=True,
    reference=final_states,
    also_right=(by_slices,),
    cases=lambda: (
        Case(numbers(2, 5, 8), label="two sequences of five steps, hidden 4"),
        Case(numbers(3, 4, 6)),
    ),
    misconceptions=(
        both_at_the_last_step,
        directions_swapped,
        halves_swapped,
        batch_first,
        interleaved,
        side_by_side,
    ),
    hints=(
        "The first half of the last axis was read forwards, the second half backwards. Where did "
        "each stop?",
        "`output.chunk(2, dim=2)` separates the directions, `torch.stack` gives them an axis.",
    ),
    space=one_more,
    returns=("h_n",),
)
