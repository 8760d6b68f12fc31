"""The training steps, data and forecasts of the four tutorials as published, ready for probing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from course_utils import diagnose
from course_utils.diagnose import Report
from course_utils.recurrent import Forecaster, SequenceModel, detach
from course_utils.signals import sin_cos_chunks, stateful_batches


class Elman(nn.Module):
    """The network of lesson 01a: w1 reads input and context, w2 reads out; no biases."""

    def __init__(self) -> None:
        super().__init__()
        self.w1 = nn.Parameter(0.4 * torch.randn(7, 6))
        self.w2 = nn.Parameter(0.3 * torch.randn(6, 1))

    def forward(self, x: Tensor, context: Tensor) -> tuple[Tensor, Tensor]:
        """Take one step: x (rows, 1), context (rows, 6)."""
        context = torch.tanh(torch.cat([x, context], 1) @ self.w1)
        return context @ self.w2, context


def _elman() -> Report:
    """Update after every step and cut off the context, as in 01."""
    torch.manual_seed(0)
    model = Elman()
    sgd = torch.optim.SGD(model.parameters(), lr=0.1)
    points = torch.linspace(2, 10, 21).sin().reshape(1, 21, 1)

    def step(x: Tensor, y: Tensor) -> float:
        context, total = torch.zeros(len(x), 6), 0.0
        for t in range(x.shape[1]):
            answer, context = model(x[:, t], context)
            loss = 0.5 * (answer - y[:, t]).square().sum()
            loss.backward()
            sgd.step()
            sgd.zero_grad()
            context, total = context.detach(), total + loss.item()
        return total

    return diagnose.update(model, step, points[:, :-1], points[:, 1:])


def _sin_to_cos(goes_back: bool, detaches: bool) -> Report:
    """Train as in 03, with the lines that the copies lost."""
    torch.manual_seed(0)
    model = SequenceModel(32, "RNN")
    optimizer, state = torch.optim.Adam(model.parameters(), lr=0.02), None
    times = torch.linspace(0, torch.pi, 11)[:-1].reshape(1, 10, 1)

    def step(x: Tensor, y: Tensor) -> float:
        nonlocal state
        answer, after = model(x, state)
        state = detach(after) if detaches else after
        loss = nn.functional.mse_loss(answer, y)
        optimizer.zero_grad()
        if goes_back:
            loss.backward()
        optimizer.step()
        return loss.item()

    return diagnose.update(model, step, times.sin(), times.cos(), stateful=True)


def _endpoint() -> Report:
    """Cut the chunks of 03 with the endpoint included."""
    chunks = sin_cos_chunks(20, endpoint=True)
    samples = np.unique(chunks.times.ravel().round(9))
    starts = np.searchsorted(samples, chunks.times[:, 0].round(9))
    return diagnose.data(
        chunks.inputs[:, 0],
        chunks.targets[:, 0],
        starts=starts,
        per_step=True,
        target="column",
        stateful=True,
        batch_size=1,
    )


def _stateful() -> Report:
    """Predict between two updates with a layer that keeps its state, as in 04."""
    torch.manual_seed(0)
    model, batches = SequenceModel(20, "LSTM"), stateful_batches(2)
    optimizer, state = torch.optim.Adam(model.parameters(), lr=0.006), None

    def step(x: Tensor, y: Tensor) -> float:
        nonlocal state
        answer, after = model(x, state)
        loss = nn.functional.mse_loss(answer, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            _, state = model(x, detach(after))
        return loss.item()

    return diagnose.update(model, step, batches.inputs[0], batches.targets[0], stateful=True)


class Leaking(nn.Module):
    """The forecaster of 05, whose state is kept where the reset doesn't reach it."""

    def __init__(self) -> None:
        super().__init__()
        self.inner, self.state = Forecaster(), None

    def forward(self, x: Tensor) -> Tensor:
        """Answer for x of shape (rows, 12, 1), from the state of the call before."""
        answer, state = self.inner(x, self.state)
        self.state = detach(state)
        self.hidden = torch.zeros(1, 1, 100)  # the reset; nothing reads it
        return answer


def _leaking() -> Report:
    torch.manual_seed(0)
    return diagnose.network(Leaking(), torch.rand(6, 12, 1) * 2 - 1, task="encode")


Row = tuple[str, str, Callable[[], Report] | None]
# The tutorial, what its lesson found, and how to ask the probes; None if they cannot be asked.
ROWS: tuple[Row, ...] = (
    ("01", "every step is cut off from the one before", _elman),
    ("01", "judged on its own training points", None),
    ("03", "`backward()` was lost", lambda: _sin_to_cos(goes_back=False, detaches=True)),
    ("03", "the state keeps its history", lambda: _sin_to_cos(goes_back=True, detaches=False)),
    ("03", "a sample comes twice at each border", _endpoint),
    ("03", "MSE is called cross entropy", None),
    ("04", "`predict` moves the state on", _stateful),
    ("04", "the data are looked at on another time scale", None),
    ("05", "the reset resets nothing", _leaking),
    ("05", "the month column is read for the passengers", None),
    ("05", "one run, one year, judged by eye", None),
)


def published_table() -> list[dict[str, Any]]:
    """Put the published tutorials through the probes.

    Returns
    -------
    list of dict
        One per fault that a lesson found: tutorial, found, and the names of the probes' findings
        (``"cannot be asked"`` where there is nothing to hand in).
    """
    return [
        {
            "tutorial": tutorial,
            "the lesson found": found,
            "the probes find": (
                ", ".join(sorted(ask().names)) or "nothing" if ask else "cannot be asked"
            ),
        }
        for tutorial, found, ask in ROWS
    ]
