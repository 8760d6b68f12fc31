"""Exercise 2b.4: a loss that leaves out the padding."""

import torch

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.anatomy.cases import draw_floats, draw_lengths, numbers


def mean_of_real(losses: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Mean over all real steps of losses (batch, longest), given lengths (batch,): shape ()."""
    real = torch.arange(losses.shape[1]) < lengths[:, None]
    return losses[real].mean()


def _rows(losses, lengths):
    return [row[:length] for row, length in zip(losses, lengths.tolist(), strict=True)]


@wrong("The padding is in this mean, so what the network says there is praised or blamed too.")
def padding_counted(losses, lengths):
    return losses.mean()


@wrong(
    "You leave the padding out of the sum, but divide by *all* steps, so a loss looks small where "
    "there's much padding. Divide by `lengths.sum()`."
)
def divided_by_all(losses, lengths):
    return torch.cat(_rows(losses, lengths)).sum() / losses.numel()


@wrong(
    "This is the mean of each sequence's mean, so a step of a short sequence weighs more. Give "
    "every real step the same weight."
)
def mean_of_means(losses, lengths):
    return torch.stack([row.mean() for row in _rows(losses, lengths)]).mean()


@wrong("That's one mean per sequence. Give one for all real steps together.")
def one_per_sequence(losses, lengths):
    return torch.stack([row.mean() for row in _rows(losses, lengths)])


@wrong("That's the sum, which grows with the batch. Divide by the number of real steps.")
def sum_of_real(losses, lengths):
    return torch.cat(_rows(losses, lengths)).sum()


@wrong("Only each sequence's last step counts here. Use all its real steps.")
def last_steps_only(losses, lengths):
    return torch.stack([row[-1] for row in _rows(losses, lengths)]).mean()


def one_more(draw: Draw) -> Case:
    batch, longest = draw.size("batch"), draw.size("longest")
    # No large ones: where they cancel, their sum depends on the order.
    kind = draw.one_of("kind", ("normal", "positive", "with zeros", "negative", "with ties"))
    losses = draw_floats(draw, batch, longest, kind=kind)
    return Case(losses, draw_lengths(draw, batch, longest))


MEAN_OF_REAL = Exercise(
    id="2b.4",
    title="A loss that leaves out the padding",
    difficulty=2,
    minutes=6,
    reference=mean_of_real,
    also_right=(lambda losses, lengths: torch.cat(_rows(losses, lengths)).mean(),),
    cases=lambda: (
        Case(
            torch.tensor([[1.0, 2.0, 9.0], [4.0, 5.0, 6.0]]),
            torch.tensor([2, 3]),
            label="lengths 2 and 3 of 3",
        ),
        Case(numbers(3, 5).square(), torch.tensor([1, 5, 2])),
        Case(
            torch.tensor([[0.0, 2.0, 0.0], [4.0, 0.0, 6.0]]),
            torch.tensor([2, 3]),
            label="real losses of 0",
        ),
    ),
    misconceptions=(
        padding_counted,
        divided_by_all,
        mean_of_means,
        one_per_sequence,
        sum_of_real,
        last_steps_only,
    ),
    hints=(
        "Exercise 2b.2 says which steps are real. A tensor of True and False picks: "
        "`losses[real]` holds only the real ones.",
        "Then take one `mean()` over what you picked.",
    ),
    space=one_more,
    returns=("loss",),
)
