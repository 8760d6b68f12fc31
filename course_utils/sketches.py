"""Drawings that save words: how far errors go back, which rows continue, two ways to forecast.

Like every picture of the course they are colour-blind safe and readable in grey; the first two
take the numbers that a lesson has just computed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from jaxtyping import Int
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course_utils import figures
from course_utils.figures import BLACK, BLUE, SKY, VERMILION
from course_utils.signatures import BadArgument, Count, checked

_MIDDLE: dict[str, Any] = {"ha": "center", "va": "center"}


@checked
def draw_truncation(reaches: Mapping[str, Sequence[int]]) -> Sequence[Axes]:
    """Draw how far back the error of every step goes.

    Parameters
    ----------
    reaches : mapping
        From a name to one number for each step: how many steps its error goes back through, its
        own among them.

    Returns
    -------
    sequence of Axes
        One for each name.

    Notes
    -----
    Used in lesson 01b, `overlapping-truncation`.
    """
    if not reaches:
        raise BadArgument("reaches must name at least one way to cut, got none")
    for name, counts in reaches.items():
        for step, count in enumerate(counts):
            if not 1 <= count <= step + 1:
                raise BadArgument(
                    f"reaches[{name!r}][{step}] must be 1 to {step + 1}: the error of step {step} "
                    f"has no more steps to go back through; got {count}"
                )
    size = {"figsize": (1.0 + 2.9 * len(reaches), 2.9), "layout": "constrained"}
    figure, panels = plt.subplots(1, len(reaches), sharey=True, squeeze=False, **size)
    figure.set_facecolor("white")
    figure.set_dpi(90)
    for ax, (name, counts) in zip(panels[0], reaches.items(), strict=True):
        for step, count in enumerate(counts):
            first = step - count + 1
            ax.plot([first - 0.35, step], [step, step], color=VERMILION, linewidth=2.2)
            ax.plot(step, step, "o", color=BLACK, markersize=4, zorder=3)
        steps = len(counts)
        ax.set(title=name, xlabel="goes back through step", xlim=(-0.8, steps - 0.3))
        ax.set_ylim(steps - 0.3, -0.8)
        ax.grid(alpha=0.3, linewidth=0.6)
        ax.spines[["top", "right"]].set_visible(False)
    panels[0][0].set_ylabel("error of step")
    return list(panels[0])


@checked
def draw_batches(starts: Int[np.ndarray, "batches rows"], steps: Count) -> Axes:
    """Draw which row of a batch goes on where the same row of the batch before ended.

    Parameters
    ----------
    starts : ndarray
        The first sample of each row, shape (batches, rows).
    steps : int
        How many samples a row has.

    Returns
    -------
    Axes

    Notes
    -----
    Used in lesson 04a, `rows-that-do-not-continue`.
    """
    batches, rows = starts.shape
    ax = figures.axes(width=min(2.0 + 2.0 * batches, 9.0), height=0.7 + 0.5 * rows)
    for batch in range(batches):
        for row in range(rows):
            begin = int(starts[batch, row])
            ax.add_patch(
                Rectangle((batch - 0.31, -row - 0.3), 0.62, 0.6, facecolor=SKY, edgecolor=BLACK)
            )
            ax.text(batch, -row, f"{begin} … {begin + steps - 1}", fontsize=9, **_MIDDLE)
            if batch:
                continues = begin == starts[batch - 1, row] + steps
                colour, line = (BLUE, "-") if continues else (VERMILION, ":")
                arrow = {"arrowstyle": "->", "color": colour, "linestyle": line, "linewidth": 2}
                ax.annotate("", (batch - 0.31, -row), (batch - 0.69, -row), arrowprops=arrow)
                if not continues:
                    ax.text(batch - 0.5, -row, "✗", color=VERMILION, fontsize=13, **_MIDDLE)
    ax.set_xticks(range(batches), [f"batch {batch}" for batch in range(batches)])
    ax.set_yticks(range(0, -rows, -1), [f"row {row}" for row in range(rows)])
    ax.set(xlim=(-0.5, batches - 0.5), ylim=(-rows + 0.5, 0.5))
    ax.grid(visible=False)
    ax.tick_params(length=0)
    ax.spines[["left", "bottom"]].set_visible(False)
    return ax


@checked
def draw_recursive_and_direct(window: Count = 4, horizon: Count = 3) -> Sequence[Axes]:
    """Draw the two ways to forecast several steps: one after the other, or all at once.

    Parameters
    ----------
    window : int
        How many values the network sees.
    horizon : int
        How many are forecast.

    Returns
    -------
    sequence of Axes
        Recursive, direct.

    Notes
    -----
    Used in lesson 05b, `recursive-or-direct`.
    """
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(10, 0.9 + 0.75 * horizon), layout="constrained", facecolor="white"
    )
    figure.set_dpi(90)
    for call in range(horizon):
        _call(left, window, call, said=[window + call])
    for call in range(horizon - 1):  # what it said comes down into the next window
        place = window + call
        arrow = {"arrowstyle": "->", "color": VERMILION, "linewidth": 1.8, "linestyle": "--"}
        left.annotate("", (place, -call - 0.72), (place, -call - 0.3), arrowprops=arrow)
    _call(right, window, 0, said=list(range(window, window + horizon)))
    left.set_title("recursive: each forecast is an input of the next call", fontsize=10)
    right.set_title("direct: one call says all of them", fontsize=10)
    for ax in (left, right):
        ax.set(xlim=(-1.0, window + horizon - 0.4), ylim=(-horizon + 0.4, 0.6))
        ax.set_axis_off()
    return [left, right]


def _call(ax: Axes, window: int, call: int, said: list[int]) -> None:
    """Draw one call of the network, a line of boxes: what it sees, an arrow, what it says."""
    for place in [*range(call, call + window), *said]:
        _box(ax, place - window + 1, place, call)
    begin, end = (said[0] - 0.62, -call), (said[0] - 0.38, -call)
    ax.annotate("", end, begin, arrowprops={"arrowstyle": "->", "color": BLACK, "linewidth": 1.4})
    ax.text(call - 0.55, -call, f"call {call + 1}", fontsize=9, ha="right", va="center")


def _box(ax: Axes, month: int, place: int, call: int) -> None:
    """Draw one value: filled if it is known, an open box with a broken edge if it's a forecast."""
    box = Rectangle((place - 0.38, -call - 0.28), 0.76, 0.56, facecolor=SKY)
    if month > 0:
        box.set(facecolor="white", edgecolor=VERMILION, linestyle="--", linewidth=1.6)
    ax.add_patch(box)
    ax.text(place, -call, f"{month:+d}" if month else "now", fontsize=9, **_MIDDLE)
