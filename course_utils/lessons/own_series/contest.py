"""The contest of lesson 06b: one series, cut once, and every opponent judged on what follows."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float

from course_utils.lessons.own_series import opponents
from course_utils.lessons.own_series.exercises.nrmse import nrmse
from course_utils.lessons.own_series.opponents import UPDATES, Predict
from course_utils.lessons.own_series.systems import noisy_pendulum, with_noise
from course_utils.recurrent import CellName
from course_utils.signals import mackey_glass
from course_utils.signatures import BadArgument, Count, Finite, Instance, Whole, checked

WINDOW, HORIZON, TEST = 50, 84, 1000
STEPS = (1, 2, 3, 6, 10, 17, 25, 34, 50, 67, 84)  # steps ahead that a study keeps
RECURRENT: tuple[CellName, ...] = ("RNN", "LSTM", "GRU")
FITTED: dict[str, Callable[[np.ndarray, np.ndarray], Predict]] = {
    "last value": opponents.last_value,
    "line": opponents.line,
    "kernel": opponents.kernel,
}
METHODS = (*FITTED, "MLP", *RECURRENT)
FIVE = (*FITTED, "MLP", "LSTM")  # where the other recurrent cells would only cost time


class Cut(NamedTuple):
    """Windows and what follows them, to fit on and to be judged on; all in training units.

    Attributes
    ----------
    inputs, targets : ndarray
        Shape (windows, window) and (windows, horizon), of the training part alone.
    asked, truth : ndarray
        Of the same shapes. Every forecast begins after the training part, and the truth is the
        clean series.
    """

    inputs: Float[np.ndarray, "windows window"]
    targets: Float[np.ndarray, "windows horizon"]
    asked: Float[np.ndarray, "tests window"]
    truth: Float[np.ndarray, "tests horizon"]


@checked
def cut(
    seen: Float[np.ndarray, " points"],
    clean: Float[np.ndarray, " points"],
    points: Count,
    window: Count = WINDOW,
    horizon: Count = HORIZON,
) -> Cut:
    """Split a series, standardise it by its training part, and cut both parts into windows.

    Parameters
    ----------
    seen, clean : ndarray
        What is measured, and what it would be without noise; of one length.
    points : int
        How many values train.
    window, horizon : int
        How many values are read, and forecast.

    Returns
    -------
    Cut

    Raises
    ------
    BadArgument
        If one of the two parts is too short for a window and its horizon.

    Notes
    -----
    Used in lesson 06b, `mackey-glass`.
    """
    least = window + horizon
    if points < least + 5 or len(seen) < points + horizon:
        raise BadArgument(
            f"points must be {least + 5} to {len(seen) - horizon}, so that window and horizon "
            f"({window} + {horizon}) fit in both parts of {len(seen)} values, got {points}"
        )
    mean, spread = seen[:points].mean(), seen[:points].std()
    scaled, wanted = (seen - mean) / spread, (clean - mean) / spread
    inputs, targets = _windows(scaled[:points], window, horizon)
    asked, _ = _windows(scaled[points - window :], window, horizon)
    _, truth = _windows(wanted[points - window :], window, horizon)
    return Cut(inputs, targets, asked, truth)


def _windows(values: np.ndarray, window: int, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    rows = np.lib.stride_tricks.sliding_window_view(values, window + horizon)
    return rows[:, :window].copy(), rows[:, window:].copy()


@checked
def make_cut(system: str, points: Count, noise: Finite, seed: Whole) -> Cut:
    """Draw a stretch of a system, and cut it: every seed has a stretch of its own.

    Parameters
    ----------
    system : {"Mackey–Glass", "pendulum"}
        Which system.
    points : int
        How many values train; 1,000 more are judged.
    noise : float
        In standard deviations.
    seed : int
        Of where the system starts, its pushes, and the noise.

    Returns
    -------
    Cut
    """
    generator = np.random.default_rng(seed)
    if system == "pendulum":
        clean = noisy_pendulum(points + TEST, generator)
    else:
        clean = mackey_glass(points + TEST, start=float(generator.uniform(0.5, 1.5)))
    return cut(with_noise(clean, noise, generator), clean, points)


@checked
def contest(
    part: Instance,
    seed: Whole,
    methods: Sequence[str] = METHODS,
    steps: Sequence[int] = STEPS,
    updates: Count = UPDATES,
) -> pd.DataFrame:
    """Fit every method on one cut, and judge each: a row per method.

    Parameters
    ----------
    part : Cut
        What is fitted on and judged on.
    seed : int
        Of the networks.
    methods : sequence of str
        Of `METHODS`.
    steps : sequence of int
        Steps ahead that are kept.
    updates : int
        Of the networks.

    Returns
    -------
    pandas.DataFrame
        Method, updates (0 where nothing is trained step by step), seconds (of the processor, to
        tune and fit), and the NRMSE at each step: "h1", "h2", …

    Notes
    -----
    Used in lesson 06b, `mackey-glass`.
    """
    rows = []
    for method in methods:
        start = time.process_time()
        predict = fit(method, part.inputs, part.targets, seed, updates)
        spent = time.process_time() - start
        found = nrmse(part.truth, predict(part.asked))
        made = {"method": method, "updates": 0 if method in FITTED else updates, "seconds": spent}
        rows.append(made | {f"h{step}": found[step - 1] for step in steps})
    return pd.DataFrame(rows)


@checked
def fit(
    method: str,
    inputs: Float[np.ndarray, "windows window"],
    targets: Float[np.ndarray, "windows horizon"],
    seed: Whole = 0,
    updates: Count = UPDATES,
) -> Predict:
    """Fit one of `METHODS` on windows and what followed them.

    Parameters
    ----------
    method : str
        Of `METHODS`.
    inputs, targets : ndarray
        Shapes (windows, window) and (windows, horizon).
    seed, updates : int
        Of a network.

    Returns
    -------
    callable
        From windows to forecasts.
    """
    if method not in METHODS:
        raise BadArgument(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    if method in FITTED:
        return FITTED[method](inputs, targets)
    return opponents.network(inputs, targets, method, seed, updates)
