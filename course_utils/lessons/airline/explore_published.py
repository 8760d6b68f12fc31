"""Lesson 05a's explorer: what the published script prints, and what its forecast is worth."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from course_utils import figures, studies
from course_utils.forecasting import rmse, seasonal_naive
from course_utils.series import load_airline
from course_utils.widgets import buttons, explore, panels, slider

STATES = {"leaking": "leaking_", "reset": "fresh_"}
SHOWN = 48  # months of what happened
GREY = "#BBBBBB"


def explore_published() -> None:
    """Explore what a small printed loss says about the forecast of 1960.

    The 32 runs of the stored study ``airline-published``, in the order of the loss that the
    published script prints at the end.

    Notes
    -----
    Used in lesson 05a, `explore`.
    """
    runs = len(_runs("leaking"))
    explore(
        "Does a smaller printed loss promise a better forecast of 1960?",
        {
            "place": slider(1, 1, runs, 1, "loss, by size"),
            "state": buttons("leaking", list(STATES), "state"),
        },
        draw_published,
    )


def draw_published(place: int, state: str) -> tuple[Figure, str]:
    """Draw the forecast of one run, and where all runs stand: printed loss against error.

    Parameters
    ----------
    place : int
        Its place among all runs by printed loss, from 1, the smallest first.
    state : str
        One of `STATES`: whether the state leaked, or was reset before each step of the forecast.

    Returns
    -------
    Figure, str
        The picture, and its description.
    """
    runs, series, naive = _runs(state), load_airline().to_numpy(), _naive()
    loss, error = runs["loss"].iloc[place - 1], runs["rmse"].iloc[place - 1]
    forecasts = runs.filter(like=STATES[state]).to_numpy()

    figure, (left, right) = panels(__name__, widths=(3, 2), left=0.07, right=0.93, gap=0.25)
    months = np.arange(-SHOWN, 0)
    left.plot(months[-12:], forecasts.T, color=GREY, linewidth=0.5)
    figures.draw_runs(
        months[-12:],
        {"this run": forecasts[place - 1]},
        (months, series[-SHOWN:]),
        xlabel="months before 1961",
        ylabel="passengers (thousands)",
        ax=left,
    )
    left.set_xticks(range(-SHOWN, 1, 12))
    left.set_ylim(250, 950)
    left.legend(frameon=False, loc="upper left")
    right.plot(runs["loss"], runs["rmse"], "o", color=GREY, markersize=5)
    right.plot(loss, error, "D", color=figures.BLUE, markersize=9)
    right.axhline(naive, color=figures.BLACK, linewidth=1, linestyle="--")
    right.text(1.01, naive, "last year", va="center", transform=right.get_yaxis_transform())
    if right.get_xscale() != "log":
        right.set_xscale("log")
    right.xaxis.set_minor_locator(NullLocator())
    right.set(xlabel="printed loss", ylabel="RMSE on 1960 (thousands)")
    right.set(xlim=(3e-7, 9e-3), ylim=(0, 600))
    rank = (runs["rmse"] < error).sum() + 1
    return figure, (
        f"State: {state}. Seed {runs['seed'].iloc[place - 1]} prints a loss of {loss:.1e}, number "
        f"{place} of {len(runs)} by size. Its forecast is off by {error:.0f} thousand (RMSE), "
        f"number {rank} of {len(runs)}, and {'better' if error < naive else 'worse'} than "
        f"“last year” ({naive:.1f})."
    )


@cache
def _runs(state: str) -> pd.DataFrame:
    """Give the runs by their printed loss: seed, loss, rmse, and the forecast of each month."""
    table = studies.load("airline-published").sort_values("last_loss", ignore_index=True)
    forecasts = table.filter(like=STATES[state])
    actual = load_airline().to_numpy()[-12:]
    scores = [rmse(actual, forecast) for forecast in forecasts.to_numpy()]
    return table[["seed"]].assign(loss=table["last_loss"], rmse=scores).join(forecasts)


@cache
def _naive() -> float:
    values = load_airline().to_numpy()
    return rmse(values[-12:], seasonal_naive(values[:-12], 12))
