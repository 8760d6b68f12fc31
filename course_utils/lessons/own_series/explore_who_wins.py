"""Lesson 06b's explorer: what has to be remembered, for how long, from how much data."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_utils import figures, studies
from course_utils.lessons.own_series.memory import TASKS
from course_utils.lessons.own_series.who_wins_studies import MEMORIES, POINTS, WINDOWS
from course_utils.widgets import buttons, choice, explore, panels

METHODS = ("line", "kernel", "network")
STYLES = {
    "line": (figures.SKY, "o-", ""),
    "kernel": (figures.ORANGE, "s--", "///"),
    "network": (figures.GREEN, "^:", "\\\\"),
    "nobody": ("#DDDDDD", "", ""),
}
PAPER = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 2}
NOBODY, SIMPLER = 0.9, 1.1  # an error that is of no use; how much worse a simpler method may be
# Where two real series lie: how many steps a cycle takes, and how many points there are.
PLACED = {"airline": (12, 132), "sunspots": (11, 254)}


def explore_who_wins() -> None:
    """Explore who wins, by what has to be remembered, the window and the points.

    Reads the stored study ``memory-map``: ten seeds in every setting.

    Notes
    -----
    Used in lesson 06b, `explore`.
    """
    explore(
        "What has to be remembered, how long, and from how few points, for the network to win?",
        {
            "remember": buttons("a sum", list(TASKS), "remember"),
            "window": choice(20, WINDOWS, "window"),
            "points": choice(300, POINTS, "points"),
        },
        draw_who_wins,
    )


def draw_who_wins(remember: str, window: int, points: int) -> tuple[Figure, str]:
    """Draw the map of winners for one window, and the errors along one of its rows.

    Parameters
    ----------
    remember : {"every value", "a sum", "a sum that overflows"}
        What the task asks for.
    window : int
        Steps that are read at once.
    points : int
        Which row of the map the right side shows.

    Returns
    -------
    Figure, str
        The picture, and its description.
    """
    winners = who_wins(remember, window)
    figure, (left, right) = panels(__name__, 3.6, (3, 2), left=0.07, gap=0.25)
    for row, known in enumerate(POINTS):
        for column, memory in enumerate(MEMORIES):
            name, error = winners[memory, known]
            colour, _, hatch = STYLES[name]
            corner = (column - 0.5, row - 0.5)
            left.add_patch(
                Rectangle(corner, 1, 1, facecolor=colour, hatch=hatch, edgecolor="white", lw=2)
            )
            words = name if name == "nobody" else f"{name}\n{error:.2f}"
            left.text(column, row + 0.31, words, ha="center", va="center", fontsize=9, bbox=PAPER)
    for name, (memory, known) in PLACED.items():
        place = _place(memory, MEMORIES), _place(known, POINTS)
        left.plot(*place, "k*", markersize=9, zorder=5)
        left.text(place[0] + 0.06, place[1] - 0.08, name, va="top", fontsize=9)
    row = POINTS.index(points)
    left.add_patch(Rectangle((-0.5, row - 0.5), 3, 1, fill=False, edgecolor="black", lw=1.5))
    left.set(xlim=(-0.55, 2.55), ylim=(-0.55, 2.55))
    left.set(xlabel="steps to remember", ylabel="points to learn from")
    left.set_xticks(range(3), [str(memory) for memory in MEMORIES])
    left.set_yticks(range(3), [str(known) for known in POINTS])
    _draw_errors(right, remember, window, points)
    counts = pd.Series([name for name, _ in winners.values()]).value_counts()
    told = ", ".join(f"{name} {counts.get(name, 0)}" for name in (*METHODS, "nobody"))
    framed = ", ".join(f"{winners[memory, points][0]} ({memory} steps)" for memory in MEMORIES)
    return figure, (
        f"To be remembered: {remember}. Window: {window} steps. With {points} points the winners "
        f"are: {framed}. In all nine settings of the map: {told}."
    )


def _draw_errors(ax: Axes, remember: str, window: int, points: int) -> None:
    table = _errors()
    ax.grid(alpha=0.3, linewidth=0.6)
    for method in METHODS:
        colour, line, _ = STYLES[method]
        rows = np.array([table[remember, m, window, points][method] for m in MEMORIES])
        low, middle, high = rows.T
        ax.fill_between(range(3), low, high, color=colour, alpha=0.25, linewidth=0)
        ax.plot(range(3), middle, line, color=colour, label=method)
    ax.axhline(1, color=figures.BLACK, linewidth=0.8)
    ax.set_xticks(range(3), [str(memory) for memory in MEMORIES])
    ax.set(xlabel="steps to remember", ylabel=f"NRMSE, {points} points", ylim=(0, 1.6))
    ax.legend(frameon=False, loc="upper left", fontsize=9)


def _place(value: float, ticks: tuple[int, ...]) -> float:
    return float(np.interp(np.log(value), np.log(ticks), range(len(ticks))))


def who_wins(remember: str, window: int) -> dict[tuple[int, int], tuple[str, float]]:
    """Name the winner of every memory and number of points, with its median error.

    Parameters
    ----------
    remember : str
        As for `draw_who_wins`.
    window : int
        Steps that are read at once.

    Returns
    -------
    dict
        From (memory, points) to the simplest method whose median is within a tenth of the best,
        and that median; or "nobody" and the best, where that is above 0.9.
    """
    table, found = _errors(), {}
    for memory in MEMORIES:
        for points in POINTS:
            errors = {
                name: quartiles[1]
                for name, quartiles in table[remember, memory, window, points].items()
            }
            best = min(errors.values())
            name = next(method for method in METHODS if errors[method] <= SIMPLER * best)
            found[memory, points] = ("nobody", best) if best > NOBODY else (name, errors[name])
    return found


@cache
def _errors() -> dict[Hashable, dict[str, np.ndarray]]:
    """Give the quartiles over the seeds of each method, by setting."""
    keys = ["remember", "memory", "window", "points"]
    table = studies.load("memory-map")
    return {
        setting: {name: np.quantile(rows[name], (0.25, 0.5, 0.75)) for name in METHODS}
        for setting, rows in table.groupby(keys)
    }
