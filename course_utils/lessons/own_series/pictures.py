"""The pictures of lesson 06a: a forecast with its interval, and where a method stands."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from course_utils import figures
from course_utils.lessons.own_series.own import Task
from course_utils.lessons.own_series.verdict import shown, table


def draw_interval(
    past: pd.Series,
    index: pd.PeriodIndex,
    forecast: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    ylabel: str,
    ax: Axes | None = None,
) -> Axes:
    """Draw the end of a series, a forecast, and its interval as a band.

    Parameters
    ----------
    past : pandas.Series
        What was measured, as much of it as should be seen.
    index : pandas.PeriodIndex
        The periods of the forecast.
    forecast, low, high : ndarray
        Shape (horizon,).
    ylabel : str
        What the values are, with their unit.
    ax : Axes, optional
        Where to draw.
    """
    ax = figures.draw_series(past, ax, ylabel=ylabel)
    places = index.to_timestamp().to_numpy()
    ax.fill_between(places, low, high, color=figures.SKY, alpha=0.5, label="interval", linewidth=0)
    ax.plot(
        places, forecast, color=figures.VERMILION, linestyle="--", linewidth=2, label="forecast"
    )
    ax.set(xlabel="")
    ax.legend(frameon=False, loc="upper left")
    return ax


def draw_verdict(task: Task, claim: dict[str, Any]) -> Axes:
    """Draw the forecast beyond the last row, its interval, and the last rows before it.

    Parameters
    ----------
    task : Task
        The series.
    claim : dict
        As exercise 6a.7 makes it.
    """
    ax = draw_interval(
        task.series.iloc[-shown(task) :],
        pd.PeriodIndex(table(task, claim).index),
        claim["forecast"],
        claim["low"],
        claim["high"],
        ylabel=task.name,
    )
    ax.set_title(
        f"{claim['method']}: error {claim['error']:.3g}, {claim['baseline']} "
        f"{claim['baseline error']:.3g}; interval contains {claim['inside']} of {claim['total']}",
        fontsize=10,
    )
    return ax
