"""Lesson 04a's explorer: the layout of the batches, and who continues whom."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_utils import figures, studies
from course_utils.lessons.stateful.studies import ADVANCES
from course_utils.widgets import choice, explore, log_values, panels

STEPS, LANES = 20, 3
PERIOD = 20 * np.pi**2  # samples, 1/(10π) radians apart


def explore_layouts() -> None:
    """Explore how far on the next batch begins, who then continues whom, and what is learnt.

    From the stored study ``stateful-layouts``: 16 networks per setting.

    Notes
    -----
    Used in lesson 04a, `explore`.
    """
    explore(
        "Which step other than 20 works just as well, though no row continues its own?",
        {"advance": choice(40, ADVANCES, "step")},
        draw_layout,
    )


@cache
def _layouts() -> pd.DataFrame:
    return studies.load("stateful-layouts")


def draw_layout(advance: int) -> tuple[Figure, str]:
    """Draw the first rows of two batches on the wave, and the loss this layout ends at.

    Parameters
    ----------
    advance : int
        How many samples further on the next batch begins: one of the stored ones.

    Returns
    -------
    Figure, str
        The picture and its description.
    """
    figure, (left, right) = panels(__name__, 3.4, (3, 2), left=0.06)
    samples = np.arange(ADVANCES[-1] + (LANES + 1) * STEPS)
    gap = advance - STEPS
    for row in range(LANES):
        wave = 0.3 * np.sin(samples / (10 * np.pi)) - row
        left.plot(samples, wave, color="#999999", linewidth=0.8)
        ends, begins = (row + 1) * STEPS, row * STEPS + advance
        for start, colour, hatch in (
            (row * STEPS, figures.BLUE, ""),
            (begins, figures.VERMILION, "" if gap == 0 else "///"),
        ):
            box = Rectangle((start, -row - 0.36), STEPS, 0.72, facecolor=colour, alpha=0.25)
            left.add_patch(box)
            box = Rectangle((start, -row - 0.36), STEPS, 0.72, fill=False, edgecolor=colour)
            box.set_hatch(hatch)
            left.add_patch(box)
        arrow = {"arrowstyle": "->", "color": figures.BLACK, "linewidth": 1.4}
        if gap:
            left.annotate("", (begins, -row + 0.4), (ends, -row + 0.4), arrowprops=arrow)
    left.set_yticks(range(0, -LANES, -1), [f"row {row}" for row in range(LANES)])
    left.set(xlabel="sample", xlim=(0, samples[-1]), ylim=(-LANES + 0.5, 0.55))

    table = _layouts()
    right.grid(alpha=0.3, linewidth=0.6)
    right.fill_between(
        table["advance"], table["low"], table["high"], color=figures.BLUE, alpha=0.2, linewidth=0
    )
    right.plot(table["advance"], table["median"], color=figures.BLUE)
    here = table[table["advance"] == advance].iloc[0]
    right.plot([advance], [here["median"]], "o", color=figures.VERMILION, markersize=9)
    log_values(right)
    right.set(xlabel="step between batches (samples)", ylabel="last 50 losses (MSE)")
    return figure, _words(advance, gap, here)


def _words(advance: int, gap: int, here: pd.Series) -> str:
    if gap == 0:
        where = "each row carries on where it stopped"
    elif gap > 0:
        where = f"{gap} samples are left out ({gap / PERIOD:.2f} of a period)"
    else:
        where = f"{-gap} samples are read again"
    return (
        f"Step {advance}: {where}. 16 seeds end at a loss of {here['median']:.2g} "
        f"[{here['low']:.2g}, {here['high']:.2g}]."
    )
