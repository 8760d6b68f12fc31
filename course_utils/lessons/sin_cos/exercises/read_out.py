"""Exercise 3a.2: a linear layer reads out every step, in three ways."""

import torch
from torch import nn

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.checking.forbidding import no_loop
from course_utils.lessons.sin_cos.cases import with_seed


def read_out(r_out: torch.Tensor, out: nn.Linear) -> torch.Tensor:
    """Send each step of r_out (batch, steps, hidden) through out: (batch, steps, outputs)."""
    batch, steps, hidden = r_out.shape
    column = out(r_out.reshape(-1, hidden))
    return column.reshape(batch, steps, -1)


def in_a_loop(r_out: torch.Tensor, out: nn.Linear) -> torch.Tensor:
    """Read r_out (batch, steps, hidden) out step by step: (batch, steps, outputs)."""
    return torch.stack([out(r_out[:, step]) for step in range(r_out.size(1))], dim=1)


def directly(r_out: torch.Tensor, out: nn.Linear) -> torch.Tensor:
    """Hand r_out (batch, steps, hidden) to the layer as it is: (batch, steps, outputs)."""
    return out(r_out)


@wrong("This reads out the last step alone: many to one. Give one value at each step.")
def last_step_only(r_out, out):
    return out(r_out[:, -1])


@wrong("The steps were stacked as the first axis. The rows come first: dim=1 is time.")
def stacked_in_front(r_out, out):
    return torch.stack([out(r_out[:, step]) for step in range(r_out.size(1))], dim=0)


@wrong(
    "torch.cat joins along an axis that already exists, so the time axis is lost. "
    "torch.stack makes a new one."
)
def joined_not_stacked(r_out, out):
    return torch.cat([out(r_out[:, step]) for step in range(r_out.size(1))], dim=1)


@wrong("All steps of all rows are one long column now: fold it back to (batch, steps, outputs).")
def not_folded_again(r_out, out):
    return out(r_out.reshape(-1, r_out.size(2)))


@wrong(
    "The outputs were folded with the hidden size as an axis, as in the tutorial's "
    "view(-1, 32, TIME_STEP). The hidden size is gone after the read-out."
)
def hidden_size_for_a_batch_size(r_out, out):
    _, steps, hidden = r_out.shape
    return out(r_out.reshape(-1, hidden)).view(-1, hidden, steps)


@wrong(
    "view wants its numbers in one piece. With two rows or more, the output of a batch-first layer "
    "isn't. Use reshape."
)
def view_of_a_turned_tensor(r_out, out):
    batch, steps, hidden = r_out.shape
    return out(r_out.view(-1, hidden)).view(batch, steps, -1)


the_loop_again = wrong("The numbers are right, but that's the loop again: find a way without one.")(
    in_a_loop
)


def _cases() -> tuple[Case, ...]:
    dice = torch.Generator().manual_seed(0)
    out, wide = with_seed(0, nn.Linear, 4, 1), with_seed(1, nn.Linear, 3, 2)
    return (
        Case(torch.randn(1, 5, 4, generator=dice), out, label="one row, five steps, hidden 4"),
        Case(torch.randn(3, 5, 3, generator=dice), wide, label="three rows, two outputs"),
        Case(
            torch.randn(5, 2, 4, generator=dice).transpose(0, 1),
            out,
            label="two rows, laid in memory as nn.RNN lays them",
        ),
    )


def one_more(draw: Draw) -> Case:
    batch, steps, outputs = (draw.size(name) for name in ("batch", "steps", "outputs"))
    hidden = draw.one_of("hidden", (1, 2, 3, 5, 32))
    out = with_seed(draw.whole(0, 9999), nn.Linear, hidden, outputs)
    r_out, dtype = draw.tensor(steps, batch, hidden), draw.one_of("dtype", (None, torch.float64))
    r_out = r_out.transpose(0, 1) if draw.one_of("time first", (True, False)) else r_out
    r_out = r_out.reshape(batch, steps, hidden).to(dtype or torch.float32)
    return Case(r_out.requires_grad_(draw.one_of("gradient", (True, True, False))), out.to(dtype))


READ_OUT = Exercise(
    id="3a.2",
    title="Read out every step",
    difficulty=1,
    minutes=6,
    reference=read_out,
    also_right=(directly,),
    cases=_cases,
    misconceptions=(
        last_step_only,
        stacked_in_front,
        joined_not_stacked,
        not_folded_again,
        hidden_size_for_a_batch_size,
        view_of_a_turned_tensor,
        the_loop_again,
    ),
    properties=(no_loop("The layer takes many rows at once: give it all steps of all of them."),),
    space=one_more,
    hints=(
        "Lay all steps of all rows in one long column (batch · steps, hidden), and fold the "
        "answers back.",
        "`reshape(-1, r_out.size(2))` lays the column. Or ask yourself whether `out` needs it.",
    ),
    returns=("read-out",),
)
