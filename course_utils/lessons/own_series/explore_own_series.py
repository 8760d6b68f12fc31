"""Lesson 06a's explorer: where a forecast of the sunspots starts, and what it is worth."""

from __future__ import annotations

from functools import cache, partial

import numpy as np
from matplotlib.figure import Figure

from course_utils import figures
from course_utils.forecasting import Method, autoregression, last_value, seasonal_naive
from course_utils.intervals import covered, interval
from course_utils.judging import judge
from course_utils.lessons.own_series.sunspots_runs import (
    CYCLE,
    EARLIER,
    LATER,
    TRANSFORMS,
    WINDOWS,
    load_sunspots,
    stored_backtest,
)
from course_utils.methods import average
from course_utils.widgets import buttons, choice, explore, panels

NETWORK, LEVEL, SHOWN = "network", 0.8, 66
BASELINES: dict[str, Method] = {
    "last value": last_value,
    "mean of all years": average,
    "last cycle again": partial(seasonal_naive, season=CYCLE),
    "weighted sum of 11": partial(autoregression, order=CYCLE),
}
STARTS = tuple(1700 + origin for origin in LATER)  # the first year that is forecast


def explore_own_series() -> None:
    """Explore what makes a small network's forecast of the sunspots good: luck or its settings.

    Transform, window and origin, from the stored study ``own-sunspots``: ten networks each. The
    interval comes from the errors at the origins before 1954.

    Notes
    -----
    Used in lesson 06a, `explore`.
    """
    _scores()
    explore(
        "Is there a setting that beats the weighted sum from every starting year?",
        {
            "start": choice(STARTS[5], STARTS, "forecast from"),
            "window": choice(11, WINDOWS, "window (years)"),
            "transform": buttons("as it is", list(TRANSFORMS), "transform"),
        },
        draw_own_series,
    )


def draw_own_series(start: int, window: int, transform: str) -> tuple[Figure, str]:
    """Draw ten networks' forecasts of a cycle, the interval, and their place among baselines.

    Parameters
    ----------
    start : int
        The first year that is forecast.
    window : int
        Years that a network reads.
    transform : str
        What it sees of them.

    Returns
    -------
    Figure, str
        The picture, and its description.
    """
    place, values = STARTS.index(start), load_sunspots_once()
    origin = LATER[place]
    forecasts, low, high, actual = _network(transform, window, place)
    scores = {name: float(errors[place]) for name, errors in _scores().items()}
    scores[NETWORK] = float(np.median(_rmse(forecasts - actual)))
    ranked = sorted(scores, key=lambda name: scores[name])
    inside, total = covered(actual, low, high)

    figure, (left, right) = panels(__name__, widths=(3, 2), left=0.07, right=0.97, gap=0.45)
    years = np.arange(origin - SHOWN, origin + CYCLE) + 1700
    left.fill_between(years[-CYCLE:], low, high, color=figures.SKY, alpha=0.5, linewidth=0)
    figures.draw_runs(
        years[-CYCLE:],
        {"network, ten seeds": forecasts},
        (years, values[origin - SHOWN : origin + CYCLE]),
        xlabel="year",
        ylabel="sunspot number",
        ax=left,
    )
    left.set_xticks(range(years[0], years[-1] + 1, CYCLE))
    left.set_ylim(-80, 260)
    left.legend(frameon=False, loc="upper left")
    bars = right.barh(
        range(len(ranked)),
        [scores[name] for name in ranked],
        color=[figures.BLUE if name == NETWORK else "#BBBBBB" for name in ranked],
        hatch=["///" if name == NETWORK else "" for name in ranked],
    )
    right.bar_label(bars, fmt="%.0f", padding=3)
    right.set_yticks(range(len(ranked)), ranked)
    right.set(xlabel="RMSE", xlim=(0, 1.15 * max(scores.values())), ylim=(4.6, -0.6))
    return figure, (
        f"From {start}, {transform}, window {window}: the network's median RMSE over a cycle is "
        f"{scores[NETWORK]:.0f}, place {ranked.index(NETWORK) + 1} of {len(ranked)}. First is: "
        f"{ranked[0]} ({scores[ranked[0]]:.0f}). The 80 % interval contains {inside} of {total}."
    )


def ahead_of_the_sum(transform: str, window: int) -> int:
    """Count at how many of the later origins a setting beats the weighted sum.

    Parameters
    ----------
    transform, window
        Of the setting.
    """
    sums, ahead = _scores()["weighted sum of 11"], 0
    for place in range(len(LATER)):
        forecasts, _, _, actual = _network(transform, window, place)
        ahead += bool(np.median(_rmse(forecasts - actual)) < sums[place])
    return ahead


def _rmse(errors: np.ndarray) -> np.ndarray:
    return np.sqrt((errors**2).mean(axis=-1))


@cache
def load_sunspots_once() -> np.ndarray:
    """Give the sunspot numbers, shape (309,); read once."""
    return load_sunspots().to_numpy()


@cache
def _network(
    transform: str, window: int, place: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    before, after = (stored_backtest(transform, window, part) for part in (EARLIER, LATER))
    errors = before.actual - np.median(before.forecast, axis=0)
    forecasts = after.forecast[:, place]
    low, high = interval(errors, np.median(forecasts, axis=0), LEVEL)
    return forecasts, low, high, after.actual[place]


@cache
def _scores() -> dict[str, np.ndarray]:
    values, found = load_sunspots_once(), {}
    for name, method in BASELINES.items():
        backtest = judge(method, values, LATER, CYCLE)
        found[name] = _rmse(backtest.forecast[0] - backtest.actual)
    return found
