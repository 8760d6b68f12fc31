"""What lesson 06b claims about cost: a step of a stream from a state, and from a window."""

from functools import partial

import torch

from course_utils.recurrent import SequenceModel, answered
from tests.benchmarks.frame import Action, Bound, Ratio, Row

STEPS = 100


def rows() -> list[Row]:
    """List all rows."""
    return [stream()]


def stream() -> Row:
    """Answer step after step: from the state carried, and by reading a window again each time."""
    torch.manual_seed(0)
    model, x = SequenceModel(16, "LSTM"), torch.zeros(1, 1000, 1)

    @torch.no_grad()
    def carried(number: int, read: int) -> None:
        _, state = answered(model, x[:, :read])
        for _ in range(STEPS):
            _, state = answered(model, x[:, :1], state)

    @torch.no_grad()
    def window(number: int, length: int) -> None:
        for _ in range(STEPS):
            answered(model, x[:, :length])

    early, late = "state, after 10 steps", "state, after 900 steps"
    short, long = "window of 50", "window of 800"
    return Row(
        "stream",
        f"{STEPS} steps of a stream with an LSTM of 16 units: one step from the state, "
        "or the whole window again.",
        (
            Action(early, partial(carried, read=10), scale=1 / STEPS),
            Action(late, partial(carried, read=900), scale=1 / STEPS),
            Action(short, partial(window, length=50), scale=1 / STEPS),
            Action(long, partial(window, length=800), scale=1 / STEPS),
        ),
        (
            Ratio(late, early, Bound("≤", 2)),
            Ratio(short, early, Bound("≥", 1)),
            Ratio(long, short, Bound("≥", 1.5)),
        ),
    )
