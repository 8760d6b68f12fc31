"""Every static plot of the course, in one style: colour-blind safe, with line styles for grey.

Each function draws on new axes or on the ones that you give it, and returns
them; the notebook's cell ends in ``plt.show()``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from jaxtyping import Real
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.patches import Rectangle
from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

from course_utils.signatures import BadArgument, Count, Positive, checked

# Okabe & Ito (2008): distinguishable with the common colour-blindnesses.
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
BLUE, VERMILION, PURPLE = "#0072B2", "#D55E00", "#CC79A7"
# Colour and line style change together, so you can tell lines apart in grey.
STYLES = ((BLUE, "-"), (VERMILION, "--"), (GREEN, "-."), (PURPLE, ":"), (ORANGE, (0, (5, 1, 1, 1))))
# For everything except the truth, which is black and the only solid line.
BROKEN = tuple((colour, line) for (colour, _), (_, line) in pairwise(STYLES))


@checked
def axes(width: Positive = 8.0, height: Positive = 3.4) -> Axes:
    """Make axes in the course's style.

    Parameters
    ----------
    width, height : float
        Inches.

    Returns
    -------
    matplotlib.axes.Axes
        White background (readable in a dark theme too), no box, a light grid.
    """
    figure, ax = plt.subplots(figsize=(width, height), layout="constrained", facecolor="white")
    figure.set_dpi(90)
    _tidy(ax)
    return ax


def _tidy(ax: Axes) -> None:
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(alpha=0.3, linewidth=0.6)


def _check_groups(
    groups: Mapping[str, Any], styles: Sequence[Any], points: int | None = None
) -> None:
    """Refuse what a picture would have to leave out: too many groups, runs of another length."""
    if not 1 <= len(groups) <= len(styles):
        raise BadArgument(
            f"groups must be 1 to {len(styles)}, as many as there are line styles to tell apart, "
            f"got {len(groups)}: {', '.join(groups)}"
        )
    for name, runs in groups.items():
        shape = np.shape(runs)
        if len(shape) not in (1, 2) or (points is not None and shape[-1] != points):
            wanted = "points" if points is None else points
            raise BadArgument(f"groups[{name!r}] must have shape (runs, {wanted}), got {shape}")


def _check_references(references: Mapping[str, float]) -> None:
    if len(references) > len(STYLES):
        raise BadArgument(
            f"references must be at most {len(STYLES)}, got {len(references)}: "
            f"{', '.join(references)}"
        )


def _middle(rows: np.ndarray) -> np.ndarray:
    """Take the median over the runs; one that diverged (NaN) counts as worse than any."""
    return np.median(np.where(np.isnan(rows), np.inf, rows), axis=0)


def _months(index: pd.Index) -> np.ndarray:
    return pd.PeriodIndex(index).to_timestamp().to_numpy()


@checked
def draw_series(
    series: pd.Series, ax: Axes | None = None, label: str = "measured", *, ylabel: str
) -> Axes:
    """Draw a time series over its months.

    Parameters
    ----------
    series : pandas.Series
        With a ``PeriodIndex``.
    ylabel : str
        What the values are, with their unit.
    ax : Axes, optional
        Where to draw.
    label : str
        For the legend.

    Returns
    -------
    Axes
    """
    ax = axes() if ax is None else ax
    ax.plot(_months(series.index), series, color=BLACK, linewidth=1.4, label=label)
    locator = AutoDateLocator()
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    ax.set(xlabel="month", ylabel=ylabel)
    return ax


@checked
def draw_windows(
    values: Real[np.ndarray, " n"], window: Count, horizon: Count, shown: Count = 4
) -> Axes:
    """Draw how a series is cut: what a window sees, and what it has to forecast.

    Parameters
    ----------
    values : ndarray
        Shape (n,), n ≥ window + horizon + shown.
    window, horizon : int
        As for `series.make_windows`.
    shown : int
        How many windows to draw.

    Returns
    -------
    Axes
    """
    count = window + horizon + shown - 1
    if len(values) < count:
        raise BadArgument(
            f"values must hold at least window + horizon + shown - 1 = {count}, got {len(values)}"
        )
    ax = axes(height=2.2)
    for row in range(shown):
        for place in range(row, row + window + horizon):
            seen = place < row + window
            ax.add_patch(
                Rectangle(
                    (place - 0.45, -row - 0.4),
                    0.9,
                    0.8,
                    facecolor=SKY if seen else ORANGE,
                    hatch="" if seen else "///",
                    edgecolor="white",
                )
            )
            ax.text(place, -row, f"{values[place]:.0f}", ha="center", va="center", fontsize=7)
    ax.set(xlim=(-0.6, count - 0.4), ylim=(-shown + 0.4, 0.6), xlabel="position in the series")
    ax.set_yticks(range(0, -shown, -1), [f"window {row}" for row in range(shown)])
    ax.grid(visible=False)
    return ax


@checked
def draw_fan(
    index: pd.Index,
    groups: Mapping[str, np.ndarray],
    actual: pd.Series | None = None,
    ax: Axes | None = None,
    *,
    ylabel: str,
) -> Axes:
    """Draw every seed's forecast as a thin line and each group's median as a strong one.

    Parameters
    ----------
    index : pandas.PeriodIndex
        The months of the forecast.
    groups : mapping
        From a name to forecasts of shape (seeds, horizon).
    actual : pandas.Series, optional
        What happened, and as much of the past as you want to show.
    ylabel : str
        What the values are, with their unit.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
    """
    ax = axes() if ax is None else ax
    if actual is not None:
        draw_series(actual, ax, ylabel=ylabel)
    styles = STYLES if actual is None else BROKEN
    _check_groups(groups, styles, len(index))
    for (name, forecasts), (colour, line) in zip(groups.items(), styles, strict=False):
        rows = np.atleast_2d(forecasts)
        if len(rows) > 1:
            ax.plot(_months(index), rows.T, color=colour, linewidth=0.5, alpha=0.35)
        ax.plot(_months(index), _middle(rows), color=colour, linestyle=line, label=name, lw=2)
    ax.set(xlabel="month", ylabel=ylabel)
    ax.legend(frameon=False)
    return ax


@checked
def draw_strips(
    groups: Mapping[str, Any],
    xlabel: str,
    references: Mapping[str, float] | None = None,
    log: bool = False,
) -> Axes:
    """Draw a dot per seed, a row per group, a bar at the median, and lines to compare with.

    Parameters
    ----------
    groups : mapping
        From a name to one number per seed.
    xlabel : str
        What the numbers are, with their unit.
    references : mapping, optional
        From a name to one number: a baseline.
    log : bool
        Whether the axis is logarithmic.

    Returns
    -------
    Axes
    """
    _check_references(references or {})
    ax = axes(height=0.9 + 0.6 * len(groups))
    for row, ((_, values), (colour, _line)) in enumerate(
        zip(groups.items(), STYLES * len(groups), strict=False)
    ):
        # A fixed scatter, so that the dots don't overlap and the picture stays the same.
        lift = np.linspace(-0.18, 0.18, len(values))[
            np.argsort(np.argsort(values)) * 7 % len(values)
        ]
        ax.plot(values, -row + lift, "o", color=colour, alpha=0.6, markersize=5)
        ax.plot(
            [_middle(np.atleast_2d(values).T)[0]] * 2,
            [-row - 0.32, -row + 0.32],
            color=BLACK,
            linewidth=2.5,
        )
    for (name, value), (_, line) in zip((references or {}).items(), STYLES, strict=False):
        ax.axvline(value, color=BLACK, linestyle=line, linewidth=1.2, label=f"{name}: {value:.3g}")
    ax.set_yticks(range(0, -len(groups), -1), list(groups))
    ax.set(xlabel=xlabel, ylim=(-len(groups) + 0.45, 0.55))
    if log:
        ax.set_xscale("log")
        # Over many decades, ticks at 2 and 5 would run into each other.
        low, high = ax.get_xlim()
        subs = (1, 2, 5) if high < 1e4 * low else (1,)
        ax.xaxis.set_major_locator(LogLocator(subs=subs))
        ax.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        ax.xaxis.set_minor_locator(NullLocator())
    if references:
        ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return ax


@checked
def draw_losses(groups: Mapping[str, Any], xlabel: str = "update") -> Axes:
    """Draw the losses of many seeds on a logarithmic axis: thin lines, strong medians.

    Parameters
    ----------
    groups : mapping
        From a name to losses of shape (seeds, updates).
    xlabel : str
        What one step along the axis is.

    Returns
    -------
    Axes
    """
    _check_groups(groups, STYLES)
    ax = axes()
    for (name, losses), (colour, line) in zip(groups.items(), STYLES, strict=False):
        rows = np.atleast_2d(losses)
        if len(rows) > 1:
            ax.plot(rows.T, color=colour, linewidth=0.4, alpha=0.3)
        ax.plot(_middle(rows), color=colour, linestyle=line, linewidth=2, label=name)
    ax.set(xlabel=xlabel, ylabel="training loss (MSE)", yscale="log")
    ax.legend(frameon=False)
    return ax


@checked
def draw_reading(word: str, targets: Mapping[str, Sequence[str]]) -> Axes:
    """Draw a recurrent layer reading a word, and the steps at which it is told the answer.

    Parameters
    ----------
    word : str
        What the layer reads, letter by letter.
    targets : mapping
        From a name to one text per step, empty where nothing is told.

    Returns
    -------
    Axes
    """
    middle: dict[str, Any] = {"ha": "center", "va": "center"}
    ax = axes(width=1.0 + 0.55 * (len(word) + 2) * len(targets), height=2.2)
    for place, (name, told) in enumerate(targets.items()):
        start = place * (len(word) + 2)
        for step, (letter, target) in enumerate(zip(word, told, strict=True), start=start):
            ax.add_patch(Rectangle((step - 0.3, -0.3), 0.6, 0.6, facecolor=SKY))
            ax.annotate(
                letter, (step, -0.3), (step, -1.1), arrowprops={"arrowstyle": "->"}, **middle
            )
            if target:
                ax.annotate("", (step, 1.1), (step, 0.3), arrowprops={"arrowstyle": "->"})
                ax.text(step, 1.25, target, color=VERMILION, weight="bold", **middle)
            if step > start:
                ax.annotate("", (step - 0.3, 0), (step - 0.7, 0), arrowprops={"arrowstyle": "->"})
        ax.text(start + (len(word) - 1) / 2, 1.9, name, **middle)
    ax.set(xlim=(-0.6, (len(word) + 2) * len(targets) - 2.4), ylim=(-1.3, 2.1))
    ax.axis("off")
    return ax


@checked
def draw_runs(
    x: Real[np.ndarray, " points"],
    groups: Mapping[str, Any],
    actual: tuple[np.ndarray, np.ndarray] | None = None,
    xlabel: str = "time",
    ylabel: str = "value",
    ax: Axes | None = None,
) -> Axes:
    """Draw many runs over the same points: thin lines for runs, strong ones for medians.

    Parameters
    ----------
    x : ndarray
        Shape (points,).
    groups : mapping
        From a name to runs of shape (runs, points).
    actual : pair of ndarray, optional
        The x and y of the truth, drawn in black.
    xlabel, ylabel : str
        What the axes show.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
    """
    ax = axes() if ax is None else ax
    if actual is not None:
        ax.plot(*actual, color=BLACK, linewidth=1.4, label="true", zorder=3)
    styles = STYLES if actual is None else BROKEN
    _check_groups(groups, styles, len(x))
    for (name, runs), (colour, line) in zip(groups.items(), styles, strict=False):
        rows = np.atleast_2d(runs)
        if len(rows) > 1:
            ax.plot(x, rows.T, color=colour, linewidth=0.5, alpha=0.4)
        ax.plot(x, _middle(rows), color=colour, linestyle=line, linewidth=2, label=name)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return ax


@checked
def draw_unrolled(steps: Count = 4, k: Count | None = None) -> Axes:
    """Draw a recurrent network unrolled in time, and how far the last error goes back.

    Parameters
    ----------
    steps : int
        How many steps to draw.
    k : int, optional
        How many steps the last one's error goes back through; without it, no error is drawn.

    Returns
    -------
    Axes
    """
    ax = axes(width=1.6 * steps + 1.2, height=2.8)
    forward_arrow = {"arrowstyle": "->", "color": BLUE, "linewidth": 1.6}
    back_arrow = {"arrowstyle": "->", "color": VERMILION, "linewidth": 1.8, "linestyle": "--"}
    box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": BLACK}
    for t in range(steps):
        for height, name in ((0, f"input {t + 1}"), (1, f"context {t + 1}"), (2, f"out {t + 1}")):
            ax.text(t, height, name, ha="center", va="center", fontsize=9, bbox=box)
        for low, high in ((0.2, 0.8), (1.2, 1.8)):
            ax.annotate("", (t - 0.05, high), (t - 0.05, low), arrowprops=forward_arrow)
        ax.annotate("", (t - 0.38, 1.05), (t - 0.62, 1.05), arrowprops=forward_arrow)
    ax.text(-1, 1, "zeros", ha="center", va="center", fontsize=9, bbox=box)
    if k is not None:
        ax.annotate("", (steps - 0.93, 1.2), (steps - 0.93, 1.8), arrowprops=back_arrow)
        for t in range(steps - 1, max(0, steps - k), -1):
            ax.annotate("", (t - 0.62, 0.9), (t - 0.38, 0.9), arrowprops=back_arrow)
        ax.set_title(f"error of the last step, k = {k}: dashed", fontsize=10, color=VERMILION)
    ax.set(xlim=(-1.4, steps - 0.5), ylim=(-0.4, 2.4))
    ax.set_axis_off()
    return ax


@checked
def mark_guess(ax: Axes, guess: Any, axis: Literal["x", "y"] = "x") -> Axes:
    """Mark a learner's guess: a labelled line, or an arrow at the edge if it lies outside.

    Parameters
    ----------
    ax : Axes
        A finished picture; its limits stay.
    guess : number, or anything
        From ``lesson.guessed``; anything but a finite number (no guess, a text) leaves no mark.
    axis : {"x", "y"}
        The axis that was guessed about.

    Returns
    -------
    Axes
    """
    if isinstance(guess, bool) or not isinstance(guess, int | float) or not np.isfinite(guess):
        return ax
    low, high = sorted(ax.get_xlim() if axis == "x" else ax.get_ylim())
    words = "your guess"
    if low <= guess <= high:
        line = ax.axvline if axis == "x" else ax.axhline
        line(guess, color=PURPLE, linestyle=(0, (1, 1)), linewidth=2)
    else:
        less, more = "←→" if axis == "x" else "↓↑"
        words = f"your guess: {guess:.4g} {less if guess < low else more}"
    place = min(max(guess, low), high)
    style: dict[str, Any] = {"fontsize": 9, "ha": "left" if guess < low else "right"}
    style |= {"bbox": {"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 1}}
    if axis == "x":
        style |= {"rotation": 90 if place == guess else 0, "va": "bottom"}
        ax.text(place, 0.03, words, transform=ax.get_xaxis_transform(), **style)
    else:
        style |= {"ha": "right", "va": "top" if guess > high else "bottom"}
        ax.text(0.99, place, words, transform=ax.get_yaxis_transform(), **style)
    return ax
