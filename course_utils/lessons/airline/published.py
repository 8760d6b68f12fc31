"""The published scheme: its windows, and its forecast with the state that leaks."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from course_utils.series import (
    TrainScaler,
    last_window,
    load_airline,
    make_windows,
    split_in_time,
)


def published_windows() -> tuple[TrainScaler, Tensor, Tensor, Tensor]:
    """Prepare the airline passengers as the published tutorial does.

    Returns
    -------
    scaler : TrainScaler
        Fitted on the 132 training months, to (−1, 1).
    inputs, targets : Tensor
        Shapes (120, 12, 1) and (120, 1).
    last : Tensor
        Shape (1, 12, 1): the last year of training, where the forecast starts.
    """
    split = split_in_time(load_airline(), test=12)
    scaler = TrainScaler(split).fit(split.train)
    scaled = scaler.transform(split.train)
    return scaler, *make_windows(scaled, window=12), last_window(scaled, window=12)


@torch.no_grad()
def leaky_forecast(model: nn.Module, last: Tensor, state: Tensor, horizon: int) -> Tensor:
    """Forecast as published: the state of the last call leaks into the next.

    Parameters
    ----------
    model : Forecaster
        Forecasts one step.
    last : Tensor
        Shape (1, steps, 1): the last known window.
    state : Tensor
        Shape (1, 1, hidden): what training left behind.
    horizon : int
        How many steps ahead.

    Returns
    -------
    Tensor
        Shape (1, horizon).

    Notes
    -----
    The fault that lesson 05a shows in `reset-that-resets-nothing`; never use it for a forecast.
    """
    known = last
    for _ in range(horizon):
        y, state = model(known[:, -last.shape[1] :], state)
        known = torch.cat([known, y.unsqueeze(-1)], dim=1)
    return known[:, last.shape[1] :, 0]
