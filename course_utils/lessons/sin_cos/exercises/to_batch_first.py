"""Exercise 3a.3: turn two axes, and keep each row its own story."""

import torch

from course_utils.checking import Case, Draw, Exercise, wrong


def to_batch_first(r_out: torch.Tensor) -> torch.Tensor:
    """Turn r_out (steps, batch, hidden) into (batch, steps, hidden), each row its own story."""
    return r_out.transpose(0, 1)


@wrong(
    "The shape is right but the rows are mixed: view and reshape keep the numbers in the "
    "order of memory. Turning axes is transpose's job."
)
def view(r_out):
    return r_out.reshape(r_out.size(1), r_out.size(0), -1)


@wrong("This is still time first.")
def left_as_it_is(r_out):
    return r_out


@wrong("Those are the wrong two axes: time is axis 0, the rows are axis 1.")
def the_wrong_axes(r_out):
    return r_out.transpose(1, 2)


@wrong("The hidden axis came to the front. It should stay last.")
def all_axes_turned_round(r_out):
    return r_out.permute(2, 1, 0)


@wrong("Within each row, time runs backwards.")
def time_runs_backwards(r_out):
    return r_out.flip(0).transpose(0, 1)


@wrong("The numbers are right but the gradient is lost: what comes before would learn nothing.")
def detached(r_out):
    return r_out.detach().transpose(0, 1)


def one_more(draw: Draw) -> Case:
    shape = (draw.size(name) for name in ("steps", "batch", "hidden"))
    dtype = draw.one_of("dtype", (torch.float32, torch.float64))
    return Case(draw.tensor(*shape, dtype=dtype, grad=draw.one_of("gradient", (True, False))))


BATCH_FIRST = Exercise(
    id="3a.3",
    title="Turn the axes without mixing the rows",
    difficulty=1,
    minutes=4,
    reference=to_batch_first,
    also_right=(lambda r_out: torch.stack([r_out[:, row] for row in range(r_out.size(1))]),),
    cases=lambda: (
        Case(torch.arange(12.0).reshape(3, 2, 2), label="three steps, two rows"),
        Case(torch.arange(40.0).reshape(2, 5, 4), label="two steps, five rows"),
    ),
    misconceptions=(
        view,
        left_as_it_is,
        the_wrong_axes,
        all_axes_turned_round,
        time_runs_backwards,
        detached,
    ),
    space=one_more,
    hints=(
        "After the change, `result[1, 2]` must be what `r_out[2, 1]` was.",
        "There's a method that swaps two axes, and it isn't `view`.",
    ),
    returns=("turned tensor",),
)
