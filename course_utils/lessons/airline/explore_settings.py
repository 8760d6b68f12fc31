"""Lesson 05b's explorer: what moves a small GRU up the scoreboard."""

from __future__ import annotations

from functools import cache
from itertools import product

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from course_utils import figures, studies
from course_utils.forecasting import (
    autoregression,
    holt_winters,
    last_value,
    rmse,
    seasonal_naive,
    seasonal_naive_growth,
)
from course_utils.lessons.airline.studies import HIDDEN, HORIZONS, TRANSFORMS, WINDOWS
from course_utils.series import load_airline
from course_utils.widgets import buttons, choice, explore, panels

NAIVE, GRU = "last year", "GRU"
BASELINES = {
    "last value": last_value,
    NAIVE: seasonal_naive,
    "last year × growth": seasonal_naive_growth,
    "13 coefficients": autoregression,
    "Holt-Winters": holt_winters,
}
SHOWN = 48  # months of what happened


def explore_settings() -> None:
    """Explore what moves a small GRU up the scoreboard of lesson 05b.

    Transform, window, horizon and hidden size, from the stored study ``airline-settings``:
    ten networks per setting, each trained on all months before the horizon.

    Notes
    -----
    Used in lesson 05b, `explore`.
    """
    for horizon in HORIZONS:
        _arithmetic(horizon)
    explore(
        "Which of the four controls makes the GRU beat “last year”, whatever the other three say?",
        {
            "transform": buttons("as it is", list(TRANSFORMS), "transform"),
            "window": choice(12, WINDOWS, "window"),
            "horizon": choice(12, HORIZONS, "horizon"),
            "hidden": choice(8, HIDDEN, "hidden"),
        },
        draw_settings,
    )


def draw_settings(transform: str, window: int, horizon: int, hidden: int) -> tuple[Figure, str]:
    """Draw the forecasts of ten seeds, and say where they stand on the scoreboard.

    Parameters
    ----------
    transform : str
        One of the study's ``TRANSFORMS``.
    window, horizon, hidden : int
        Months read, months forecast, size of the state.

    Returns
    -------
    Figure, str
        The picture, and its description.
    """
    forecasts = _forecasts()[transform, window, horizon, hidden]
    series, scores = load_airline().to_numpy(), scoreboard(transform, window, horizon, hidden)
    median = scores[GRU]
    ranked = sorted(scores, key=lambda name: scores[name])

    figure, (left, right) = panels(__name__, widths=(3, 2), left=0.07, right=0.97, gap=0.45)
    months = np.arange(-SHOWN, 0)
    figures.draw_runs(
        months[-horizon:],
        {"GRU, ten seeds": forecasts},
        (months, series[-SHOWN:]),
        xlabel="months before 1961",
        ylabel="passengers (thousands)",
        ax=left,
    )
    left.set_xticks(range(-SHOWN, 1, 12))
    left.set_ylim(250, 750)
    left.legend(frameon=False, loc="upper left")
    places = range(len(ranked))
    bars = right.barh(
        places,
        [scores[name] for name in ranked],
        color=[figures.BLUE if name == GRU else "#BBBBBB" for name in ranked],
        hatch=["///" if name == GRU else "" for name in ranked],
    )
    right.bar_label(bars, fmt="%.0f", padding=3)
    right.set_yticks(places, ranked)
    right.set(xlabel="RMSE (thousands)", xlim=(0, 1.15 * max(scores.values())), ylim=(5.6, -0.6))
    return figure, (
        f"Transform: {transform}. The GRU's median RMSE over the last {horizon} months is "
        f"{median:.1f} thousand: place {ranked.index(GRU) + 1} of {len(ranked)}, "
        f"{'ahead of' if median < scores[NAIVE] else 'behind'} “{NAIVE}” ({scores[NAIVE]:.1f}). "
        f"First is: {ranked[0]} ({scores[ranked[0]]:.1f})."
    )


def scoreboard(transform: str, window: int, horizon: int, hidden: int) -> dict[str, float]:
    """Give the RMSE of the GRU, the median of its ten seeds, and of each baseline.

    Parameters
    ----------
    transform, window, horizon, hidden
        As for `draw_settings`.

    Returns
    -------
    dict
        From a name to thousands of passengers.
    """
    actual = load_airline().to_numpy()[-horizon:]
    forecasts = _forecasts()[transform, window, horizon, hidden]
    return _arithmetic(horizon) | {
        GRU: float(np.median([rmse(actual, forecast) for forecast in forecasts]))
    }


def standings() -> pd.DataFrame:
    """Give the scoreboard of every setting.

    Returns
    -------
    pandas.DataFrame
        A row per setting: transform, window, horizon, hidden, then the RMSE of the GRU and of each
        baseline in thousands of passengers.
    """
    settings = product(TRANSFORMS, WINDOWS, HORIZONS, HIDDEN)
    keys = ("transform", "window", "horizon", "hidden")
    return pd.DataFrame(
        dict(zip(keys, setting, strict=True)) | scoreboard(*setting) for setting in settings
    )


@cache
def _forecasts() -> dict[tuple[str, int, int, int], np.ndarray]:
    keys = ["transform", "window", "horizon", "hidden"]
    seeds = studies.load("airline-settings").set_index(keys).filter(like="seed_").sort_index()
    return {
        setting: seeds.loc[[setting]].to_numpy().T
        for setting in product(TRANSFORMS, WINDOWS, HORIZONS, HIDDEN)
    }


@cache
def _arithmetic(horizon: int) -> dict[str, float]:
    series = load_airline().to_numpy()
    past, actual = series[:-horizon], series[-horizon:]
    return {name: rmse(actual, method(past, horizon)) for name, method in BASELINES.items()}
