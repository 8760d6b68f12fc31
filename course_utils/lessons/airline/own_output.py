"""Exposure bias: a network trained on the truth, and one trained on its own output.

A one-step forecaster learns from windows in which every month really happened, but its recursive
forecast hands it windows that it filled itself. `FedBack` closes that gap, because it is trained
the way it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from course_utils.ensembles import train_seeds
from course_utils.forecasting import recursive_forecast, rmse
from course_utils.recurrent import Forecaster
from course_utils.series import Transform, last_window, make_windows
from course_utils.training import adam

YEAR = 12
TrainedOn = Literal["truth", "own output"]
TRAINED_ON: tuple[TrainedOn, ...] = ("truth", "own output")


class FedBack(nn.Module):
    """A one-step forecaster that answers with several steps, each fed back, gradient and all.

    Parameters
    ----------
    hidden : int
        The size of its state.
    horizon : int
        How many steps it forecasts.

    Notes
    -----
    Taught in lesson 05b, `exposure-bias`.
    """

    def __init__(self, hidden: int, horizon: int = YEAR) -> None:
        super().__init__()
        self.forecaster, self.horizon = Forecaster(hidden), horizon

    def forward(self, x: Tensor, state: None = None) -> tuple[Tensor, None]:
        """Forecast (batch, horizon) from windows (batch, steps, 1); no state comes back."""
        known = x
        for _ in range(self.horizon):
            y, _ = self.forecaster(known[:, -x.shape[1] :])
            known = torch.cat([known, y.unsqueeze(-1)], dim=1)
        return known[:, x.shape[1] :, 0], None


def exposure(
    values: np.ndarray,
    origin: int,
    transform: Transform,
    trained_on: TrainedOn,
    seeds: Sequence[int],
    epochs: int = 150,
) -> tuple[np.ndarray, np.ndarray]:
    """Train small networks up to an origin; judge them on the twelve months after it, twice.

    Parameters
    ----------
    values : ndarray
        The whole series, shape (n,); training sees the first ``origin`` of them.
    origin : int
        How many months are known; a year must follow.
    transform : Transform
        What the network sees.
    trained_on : {"truth", "own output"}
        Whether the training windows hold what happened, or what the network said.
    seeds : sequence of int
        One network each: 8 units, Adam 0.01, all windows at once.
    epochs : int
        Passes over the windows.

    Returns
    -------
    one_step, own : ndarray
        Shape (seeds,): the RMSE of each month forecast from true months, and of the twelve months
        forecast recursively.
    """
    seen = transform.apply(values[: origin + YEAR])
    past = transform.apply(values[:origin])
    mean, spread = past.mean(), past.std()
    scaled = (past - mean) / spread
    fed = trained_on == "own output"
    inputs, targets = make_windows(scaled, YEAR, YEAR if fed else 1)
    ensemble = train_seeds(
        partial(FedBack, 8) if fed else partial(Forecaster, 8),
        inputs,
        targets,
        seeds=seeds,
        epochs=epochs,
        optimizer=adam(0.01),
    )
    models = [
        model.forecaster if isinstance(model, FedBack) else model for model in ensemble.models
    ]
    true_windows = make_windows((seen - mean) / spread, YEAR)[0][-YEAR:]
    actual, last = values[origin : origin + YEAR], last_window(scaled, YEAR)
    one_step, own = [], []
    for model in models:
        with torch.no_grad():
            said = model(true_windows)[0].numpy() * spread + mean
        months = [transform.undo(said[i], values[: origin + i])[0] for i in range(YEAR)]
        one_step.append(rmse(actual, np.array(months)))
        fed_back = recursive_forecast(model, last, YEAR)[0].numpy() * spread + mean
        own.append(rmse(actual, transform.undo(fed_back, values[:origin])))
    return np.array(one_step), np.array(own)
