"""Lesson 05's explorer: what moves a small GRU up the scoreboard."""

from __future__ import annotations

from functools import lru_cache

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from course_utils import figures
from course_utils.explorers.frame import explore, slider
from course_utils.forecasting import (
    Network,
    autoregression,
    holt_winters,
    last_value,
    rmse,
    seasonal_naive,
    seasonal_naive_growth,
)
from course_utils.series import Identity, Log, LogDifference, Transform, load_airline

TRANSFORMS: dict[str, Transform] = {
    "as it is": Identity(),
    "logarithm": Log(),
    "growth, month on month": LogDifference(1),
    "growth, year on year": LogDifference(12),
}
BASELINES = {
    "last value": last_value,
    "last year": seasonal_naive,
    "last year × growth": seasonal_naive_growth,
    "13 coefficients": autoregression,
    "Holt-Winters": holt_winters,
}


def airline() -> None:
    """Explore what moves a small GRU up the scoreboard of lesson 05.

    Transform, window, horizon and hidden size; three seeds are trained at
    each move, on all months before the horizon.

    Notes
    -----
    Used in lesson 05, section 8.
    """
    import ipywidgets as widgets

    explore(
        "Which of the four controls decides whether the GRU beats a line of arithmetic?",
        {
            "transform": widgets.Dropdown(
                options=list(TRANSFORMS), value="as it is", description="transform"
            ),
            "window": slider(12, 3, 24, 3, "window"),
            "horizon": slider(12, 3, 24, 3, "horizon"),
            "hidden": slider(8, 2, 16, 2, "hidden"),
        },
        draw_airline,
    )


def draw_airline(transform: str, window: int, horizon: int, hidden: int) -> tuple[Figure, str]:
    """Draw the forecast of three seeds, and say where it stands on the scoreboard.

    Parameters
    ----------
    transform : str
        One of `TRANSFORMS`.
    window, horizon, hidden : int
        Months read, months forecast, size of the state.

    Returns
    -------
    Figure, str
        The picture, and its description.
    """
    series = load_airline()
    past, actual = series.to_numpy()[:-horizon], series.iloc[-horizon:]
    forecasts = _airline_forecasts(transform, window, horizon, hidden)
    median = float(np.median([rmse(actual.to_numpy(), forecast) for forecast in forecasts]))
    scores = {f"GRU, {transform}": median} | {
        name: rmse(actual.to_numpy(), method(past, horizon)) for name, method in BASELINES.items()
    }
    ranked = sorted(scores, key=lambda name: scores[name])

    figure, (left, right) = plt.subplots(
        1, 2, figsize=(10, 3.4), layout="constrained", facecolor="white", width_ratios=(3, 2)
    )
    figures.draw_fan(actual.index, {"GRU, three seeds": forecasts}, series.iloc[-48:], left)
    bars = right.barh(
        ranked,
        [scores[name] for name in ranked],
        color=[figures.BLUE if name.startswith("GRU") else "#BBBBBB" for name in ranked],
        hatch=["///" if name.startswith("GRU") else "" for name in ranked],
    )
    right.bar_label(bars, fmt="%.0f", padding=3)
    right.invert_yaxis()
    right.set(xlabel="RMSE (thousands of passengers)")
    right.spines[["top", "right"]].set_visible(False)
    place = ranked.index(f"GRU, {transform}") + 1
    description = (
        f"The GRU's median RMSE over the last {horizon} months is {median:.1f} thousand: "
        f"place {place} of {len(ranked)}. First is: {ranked[0]} ({scores[ranked[0]]:.1f})."
    )
    return figure, description


@lru_cache(maxsize=256)
def _airline_forecasts(transform: str, window: int, horizon: int, hidden: int) -> np.ndarray:
    network = Network(
        TRANSFORMS[transform], window=window, hidden=hidden, epochs=60, seeds=(0, 1, 2)
    )
    return network(load_airline().to_numpy()[:-horizon], horizon)
