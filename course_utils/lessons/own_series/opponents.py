"""The opponents in lesson 06b: methods that forecast from a window, chosen to win.

Each takes windows and what followed them, and gives a function from new windows to forecasts:
shapes (windows, window) and (windows, horizon) in, all standardised. Methods with something to
tune are tuned on the last fifth of the windows, then fitted again on all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from typing import Any, cast

import numpy as np
import torch
from jaxtyping import Float
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Ridge
from torch import Tensor, nn

from course_utils.recurrent import CellName, Forecaster, State, answered, evaluating
from course_utils.reproducibility import seed_everything
from course_utils.signatures import BadArgument, Count, Whole, checked
from course_utils.training import mean_squared_error

Windows = Float[np.ndarray, "windows window"]
Futures = Float[np.ndarray, "windows horizon"]
Predict = Callable[[np.ndarray], np.ndarray]

ALPHAS = (1e-9, 1e-6, 1e-3, 1e-1, 1.0, 10.0, 100.0, 1000.0)
# One over the width of a bell, squared; it is divided by the window's length.
KERNEL_ALPHAS, GAMMAS = (1e-8, 1e-5, 1e-3, 1e-1, 1.0, 10.0), (0.015, 0.05, 0.15, 0.5, 1.5, 5.0)
NETWORKS = ("RNN", "GRU", "LSTM", "MLP")
HIDDEN, UPDATES, BATCH, RATE, CLIP = 32, 1500, 64, 0.01, 1.0


@checked
def last_value(inputs: Windows, targets: Futures) -> Predict:
    """Repeat the last value: nothing is fitted."""
    horizon = targets.shape[1]
    return lambda windows: np.repeat(windows[:, -1:], horizon, axis=1)


@checked
def line(inputs: Windows, targets: Futures, alphas: Sequence[float] = ALPHAS) -> Predict:
    """Fit one weighted sum of the window for each step ahead: ridge regression."""
    return _tuned([partial(Ridge, alpha) for alpha in alphas], inputs, targets)


@checked
def kernel(
    inputs: Windows,
    targets: Futures,
    alphas: Sequence[float] = KERNEL_ALPHAS,
    gammas: Sequence[float] = GAMMAS,
) -> Predict:
    """Fit a sum of bells, one around each window that was seen: kernel ridge regression, RBF."""
    candidates = [
        partial(KernelRidge, alpha=alpha, kernel="rbf", gamma=gamma / inputs.shape[1])
        for alpha, gamma in product(alphas, gammas)
    ]
    return _tuned(candidates, inputs, targets)


def _tuned(
    candidates: Sequence[Callable[[], Any]], inputs: np.ndarray, targets: np.ndarray
) -> Predict:
    """Choose for each step ahead, on the last fifth; then fit the chosen ones on everything."""
    cut = len(inputs) * 4 // 5
    errors = []
    for make in candidates:
        tried = make().fit(inputs[:cut], targets[:cut])
        errors.append(np.square(_said(tried, inputs[cut:]) - targets[cut:]).mean(axis=0))
    chosen = np.argmin(errors, axis=0)
    fitted = {place: candidates[place]().fit(inputs, targets) for place in set(chosen.tolist())}

    def predict(windows: np.ndarray) -> np.ndarray:
        forecast = np.empty((len(windows), targets.shape[1]))
        for place, model in fitted.items():
            forecast[:, chosen == place] = _said(model, windows)[:, chosen == place]
        return forecast

    return predict


def _said(model: Any, windows: np.ndarray) -> np.ndarray:
    # scikit-learn drops the second axis if there is only one step.
    return model.predict(windows).reshape(len(windows), -1)


@checked
class MLP(nn.Module):
    """A plain network over the window: two hidden layers, and no state.

    Parameters
    ----------
    window, horizon : int
        Steps read, and steps forecast at once.
    hidden : int
        Units per layer.

    Notes
    -----
    Used in lesson 06b, `mackey-glass`.
    """

    def __init__(self, window: Count, horizon: Count, hidden: Count = 64) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *(nn.Flatten(), nn.Linear(window, hidden), nn.ReLU()),
            *(nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, horizon)),
        )

    def forward(self, x: Tensor, state: State | None = None) -> tuple[Tensor, State | None]:
        """Forecast (batch, horizon) from windows (batch, window, 1); a state goes by untouched."""
        return self.layers(x), state


@checked
def network(
    inputs: Windows, targets: Futures, cell: str = "GRU", seed: Whole = 0, updates: Count = UPDATES
) -> Predict:
    """Train a network on random windows, with a rate that rises and falls.

    Parameters
    ----------
    inputs, targets : ndarray
        Shapes (windows, window) and (windows, horizon).
    cell : {"RNN", "GRU", "LSTM", "MLP"}
        A recurrent layer of 32 units that reads the window step by step, or two layers of 64 that
        see it at once.
    seed : int
        Of the weights, and of the order of the windows.
    updates : int
        With 64 windows each.

    Returns
    -------
    callable
        From windows to forecasts.

    Notes
    -----
    Taught in lesson 06b, `mackey-glass`.
    """
    if cell not in NETWORKS:
        raise BadArgument(f"cell must be one of {', '.join(NETWORKS)}, got {cell!r}")
    window, horizon = inputs.shape[1], targets.shape[1]
    seed_everything(seed)
    model = (
        MLP(window, horizon) if cell == "MLP" else Forecaster(HIDDEN, horizon, cast(CellName, cell))
    )
    x, wanted = (torch.tensor(part, dtype=torch.float32) for part in (inputs, targets))
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=updates)
    for _ in range(updates):
        rows = torch.randint(0, len(x), (BATCH,))
        y, _ = answered(model, x[rows].unsqueeze(-1))
        optimizer.zero_grad()
        mean_squared_error(y, wanted[rows]).backward()
        nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        schedule.step()
    return partial(_forecast, model)


@torch.no_grad()
def _forecast(model: nn.Module, windows: np.ndarray) -> np.ndarray:
    with evaluating(model):
        y, _ = answered(model, torch.tensor(windows, dtype=torch.float32).unsqueeze(-1))
    return y.numpy().astype(float)


@checked
def recursive(predict: Callable[..., Any], windows: Windows, horizon: Count) -> Futures:
    """Forecast step by step: each forecast is put at the window's end, and the oldest value goes.

    Parameters
    ----------
    predict : callable
        Forecasts one step.
    windows : ndarray
        Shape (windows, window).
    horizon : int
        How many steps ahead.

    Returns
    -------
    ndarray
        Shape (windows, horizon).

    Notes
    -----
    Lesson 05a's `reset-that-resets-nothing` does the same with a network. Used in lesson 06b,
    `mackey-glass`.
    """
    steps = []
    for _ in range(horizon):
        steps.append(predict(windows))
        windows = np.hstack([windows[:, 1:], steps[-1]])
    return np.hstack(steps)
