"""Three faults, turned up gradually: what the probes see, and what the loss or the error shows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from course_utils import diagnose
from course_utils.diagnose import Report
from course_utils.lessons.find_the_fault.verdicts import some_rows
from course_utils.recurrent import Forecaster

SEEDS = tuple(range(10))
UPDATES, TAIL = 100, 20
AMOUNTS = {
    "a neighbour leaks in": (0.0, 1e-6, 1e-4, 1e-2, 0.1, 0.3, 1.0),
    "first steps cut off": (0, 1, 2, 4, 6, 9, 11),
    "the forecast comes late": (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0),
}
PROBES = {
    "a neighbour leaks in": ("rows_mixed", "answer_varies", "no_memory"),
    "first steps cut off": ("no_memory", "steps_ignored", "rows_mixed"),
    "the forecast comes late": ("shifted", "worse_than_naive", "flat"),
}


class Faulty(nn.Module):
    """A forecaster with one fault: so much of a neighbour in its answer, or so many steps cut."""

    def __init__(self, leak: float = 0.0, cut: int = 0) -> None:
        super().__init__()
        self.inner, self.leak, self.cut = Forecaster(8, inputs=3), leak, cut

    def forward(self, x: Tensor) -> Tensor:
        """Answer, shape (rows, 1), for x of shape (rows, steps, 3)."""
        answer, _ = self.inner(x[:, self.cut :])
        return answer + self.leak * answer.roll(1, 0) if self.leak else answer


def turn_up(seeds: Sequence[int] = SEEDS) -> pd.DataFrame:
    """Turn each fault up and ask the probes: the study ``fault-strengths``.

    Parameters
    ----------
    seeds : sequence of int
        Of the training, or of the series.

    Returns
    -------
    pandas.DataFrame
        One row per fault, strength and probe: amount, status, and the training loss (of the
        forecast: the root of its mean squared error) as median, low and high over the seeds.
    """
    rows = []
    for fault, amounts in AMOUNTS.items():
        for strength, amount in enumerate(amounts):
            report, losses = _one(fault, amount, seeds)
            status = {finding.name: finding.status for finding in reversed(report.findings)}
            spread = (np.median(losses), min(losses), max(losses))
            rows += [
                (fault, strength, amount, name, status[name], *spread) for name in PROBES[fault]
            ]
    columns = ["fault", "strength", "amount", "probe", "status", "median", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def _one(fault: str, amount: float, seeds: Sequence[int]) -> tuple[Report, list[float]]:
    if fault == "the forecast comes late":
        return _late(amount, 0)[0], [_late(amount, seed)[1] for seed in seeds]
    given = {"leak": amount} if fault == "a neighbour leaks in" else {"cut": int(amount)}
    torch.manual_seed(0)
    report = diagnose.network(Faulty(**given), some_rows(), task="encode")
    return report, [_trained(seed, **given) for seed in seeds]


def _trained(seed: int, leak: float = 0.0, cut: int = 0) -> float:
    """Train to say the mean of a row; return the mean of the last losses."""
    torch.manual_seed(seed)
    model, losses = Faulty(leak, cut), []
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(UPDATES):
        x = torch.randn(32, 12, 3)
        loss = nn.functional.mse_loss(model(x), 2 * x[..., :1].mean(1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return float(np.mean(losses[-TAIL:]))


def _late(share: float, seed: int) -> tuple[Report, float]:
    """Mix a good forecast with the value before."""
    random = np.random.default_rng(seed)
    clean = 100 + 30 * np.sin(np.arange(240) * 2 * np.pi / 12)
    values = clean + 3 * random.normal(size=240)
    past, actual = values[:180], values[180:]
    forecast = (1 - share) * clean[180:] + share * values[179:-1]
    report = diagnose.forecast(actual, forecast, past=past, season=12, mode="one_step")
    return report, float(np.sqrt(np.mean((actual - forecast) ** 2)))
