"""Lesson 00's first explorer: one published script, 32 seeds, 32 forecasts."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from course_utils import figures, studies
from course_utils.series import load_airline
from course_utils.widgets import explore, panels, slider

SHOWN = 36  # months of what happened
BOOM = 20.0  # per cent in a year; 1959 had grown by 12
GREY = "#BBBBBB"


def explore_seeds() -> None:
    """Explore what the published airline network forecasts for 1960 if only the seed changes.

    The runs come from the stored study ``airline-published``.

    Notes
    -----
    Used in lesson 00, `cold-open`.
    """
    explore(
        "Nothing changes but the seed. Does the published network forecast a boom or a slump?",
        {"seed": slider(0, 0, len(runs()) - 1, 1, "seed")},
        draw_seeds,
    )


def draw_seeds(seed: int) -> tuple[Figure, str]:
    """Draw one seed's forecast over all the others, and how much each year differs from 1959.

    Parameters
    ----------
    seed : int
        Which run.

    Returns
    -------
    Figure, str
        The picture, and its description.
    """
    values, table = load_airline().to_numpy(), runs()
    forecasts = table.filter(like="month").to_numpy()
    changes, loss = table["change"].to_numpy(), table["loss"].iloc[seed]
    figure, (left, right) = panels(__name__, widths=(3, 1), left=0.07, right=0.99, gap=0.22)
    months = np.arange(SHOWN)
    left.plot(months[-12:], forecasts.T, color=GREY, linewidth=0.5)
    left.plot(months, values[-SHOWN:], color=figures.BLACK, linewidth=1.4, label="what happened")
    left.plot(
        *(months[-12:], forecasts[seed]),
        color=figures.BLUE,
        linestyle="--",
        linewidth=2.4,
        label=f"seed {seed}",
    )
    left.set_xticks(range(0, SHOWN, 12), ["1958", "1959", "1960"])
    left.set(xlim=(-0.5, SHOWN - 0.5), ylim=(200, 1250), ylabel="passengers (thousands)")
    left.legend(frameon=False, loc="upper left")
    right.plot(table["seed"], changes, "o", color=GREY, markersize=5)
    right.plot(seed, changes[seed], "D", color=figures.BLUE, markersize=9)
    right.axhline(truth(), color=figures.BLACK, linewidth=1.4)
    right.axhline(0, color=figures.BLACK, linewidth=1, linestyle=":")
    right.set(xlim=(-1.5, len(table) + 0.5), ylim=(-30, 145), xlabel="seed")
    right.set_ylabel("1960 compared with 1959 (%)")
    printed = np.format_float_positional(loss, precision=1, fractional=False, trim="-")
    return figure, (
        f"Seed {seed}; everything else is the same. The training loss that the script prints "
        f"looks fine: {printed}. It forecasts {_change(changes[seed])} than in 1959. "
        f"What happened: {truth():.0f} % more."
    )


@cache
def runs() -> pd.DataFrame:
    """Give the published runs: seed, printed loss, forecast of each month, change of the year."""
    table = studies.load("airline-published")
    months = table.filter(like="leaking_")
    change = 100 * (months.sum(axis=1) / load_airline().to_numpy()[-24:-12].sum() - 1)
    months.columns = [f"month_{number}" for number in range(1, 13)]
    return table[["seed"]].assign(loss=table["last_loss"], change=change).join(months)


@cache
def truth() -> float:
    """Give what really happened: 1960 compared with 1959, in per cent."""
    values = load_airline().to_numpy()
    return float(100 * (values[-12:].sum() / values[-24:-12].sum() - 1))


def _change(per_cent: float) -> str:
    if per_cent < 0:
        return f"a slump: {-per_cent:.0f} % fewer passengers"
    return f"{'a boom: ' if per_cent > BOOM else ''}{per_cent:.0f} % more passengers"
