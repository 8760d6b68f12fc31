"""Lesson 01b's explorer: how far an error goes back, at which rate, and what that does."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from matplotlib.figure import Figure

from course_utils import figures
from course_utils.lessons.elman import network
from course_utils.widgets import choice, explore, log_values, panels

LENGTHS = (1, 2, 3, 5, 10, 20)
RATES = (0.003, 0.01, 0.03, 0.05, 0.1)
SEEDS = tuple(range(8))
UPDATES = 300
POINTS = network.sine_points(41)


def explore_truncation() -> None:
    """Explore truncation and step size on the Elman network of lesson 01b.

    The controls are the truncation length k and the rate; there are eight seeds, with 300
    updates each. All settings are trained when the explorer opens, so that moving a control
    only draws.

    Notes
    -----
    Used in lesson 01b, `explore`.
    """
    for k in LENGTHS:
        _free_runs(k)
    explore(
        "How many steps must an error go back, and at which rate, until the network can run free?",
        {
            "k": choice(1, LENGTHS, "steps back, k"),
            "rate": choice(0.03, RATES, "rate"),
        },
        draw_truncation,
    )


def draw_truncation(k: int, rate: float) -> tuple[Figure, str]:
    """Draw which part of the gradient is kept, and the free runs of eight networks trained on it.

    Parameters
    ----------
    k : int
        One of `LENGTHS`.
    rate : float
        One of `RATES`.

    Returns
    -------
    Figure, str
        The picture, and its description.
    """
    reach, runs = _reach(), _free_runs(k)[RATES.index(rate)]
    actual = POINTS[21:, 0]
    errors = np.square(runs - actual).mean(axis=-1)
    errors = np.where(np.isfinite(errors), errors, np.inf)
    exploded = int((errors > 10).sum())

    figure, (left, right) = panels(__name__, widths=(2, 3))
    lags = np.arange(len(reach))
    kept = lags < k
    left.bar(lags[kept], reach[kept], color=figures.BLUE, label="kept")
    if not kept.all():
        left.bar(
            lags[~kept],
            reach[~kept],
            label="cut off",
            color="white",
            edgecolor="#777777",
            hatch="///",
        )
    left.set(xlabel="lag (steps)", ylabel="gradient of w1, norm")
    log_values(left)
    left.set_xticks(range(0, len(reach), 5))
    left.legend(frameon=False)
    times = 2 + network.SPACING * np.arange(len(POINTS))
    figures.draw_runs(
        times[21:],
        {"free, eight seeds": np.clip(np.nan_to_num(runs, nan=1.5), -1.5, 1.5)},
        (times, POINTS[:, 0]),
        ylabel="sine",
        ax=right,
    )
    right.axvline(times[20], color="#777777", linewidth=1)
    right.set(ylim=(-1.6, 1.6))
    right.legend(frameon=False, loc="lower left")
    description = (
        f"k = {k}, rate {rate}: after {UPDATES} updates the median free-running error over 20 "
        f"unseen points is {np.median(errors):.2g}; {exploded} of {len(SEEDS)} networks exploded. "
        f"Repeating the last value for ever has "
        f"{np.square(POINTS[20, 0] - actual).mean():.2g}."
    )
    return figure, description


@lru_cache(maxsize=1)
def _reach() -> np.ndarray:
    """Median norm of each lag's share of the gradient, at the initial weights."""
    w1, w2 = network.initial_weights(SEEDS)
    parts = network.gradient_by_lag(POINTS[:20], POINTS[1:21], network.zero_state(w1), w1, w2)
    return np.median(np.sqrt(np.square(parts).sum(axis=(-1, -2))), axis=0)


@lru_cache(maxsize=len(LENGTHS))
def _free_runs(k: int) -> np.ndarray:
    """Train all rates and seeds in one stack: free runs of shape (rates, seeds, 20)."""
    stack = (len(RATES), len(SEEDS))
    w1, w2 = (np.broadcast_to(w, (*stack, *w.shape[1:])) for w in network.initial_weights(SEEDS))
    rate = np.broadcast_to(np.array(RATES)[:, None], stack)
    after = network.train(POINTS[:20], POINTS[1:21], w1, w2, rate=rate, epochs=UPDATES, k=k)
    return network.free_running(POINTS[:21], 20, after.w1, after.w2)[..., 0]
