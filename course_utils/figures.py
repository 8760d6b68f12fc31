"""Every static plot of the course, in one style: colour-blind safe, with line styles for grey.

Each function draws on axes of its own or on the ones that it is given, and
returns them; the notebook's cell ends in ``plt.show()``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.patches import Rectangle
from matplotlib.ticker import LogLocator, NullLocator, StrMethodFormatter

# Okabe & Ito (2008): distinguishable with the common colour-blindnesses.
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
BLUE, VERMILION, PURPLE = "#0072B2", "#D55E00", "#CC79A7"
# Colour and line style change together, so that grey paper still tells them apart.
STYLES = ((BLUE, "-"), (VERMILION, "--"), (GREEN, "-."), (PURPLE, ":"), (ORANGE, (0, (5, 1, 1, 1))))


def axes(width: float = 8.0, height: float = 3.4) -> Axes:
    """Make axes in the course's style.

    Parameters
    ----------
    width, height : float
        Inches.

    Returns
    -------
    matplotlib.axes.Axes
        White ground (readable in a dark theme too), no box, a light grid.
    """
    figure, ax = plt.subplots(figsize=(width, height), layout="constrained", facecolor="white")
    figure.set_dpi(90)
    _tidy(ax)
    return ax


def _tidy(ax: Axes) -> None:
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(alpha=0.3, linewidth=0.6)


def _months(index: pd.Index) -> np.ndarray:
    return pd.PeriodIndex(index).to_timestamp().to_numpy()


def draw_series(series: pd.Series, ax: Axes | None = None, label: str = "measured") -> Axes:
    """Draw a time series over its months.

    Parameters
    ----------
    series : pandas.Series
        With a ``PeriodIndex``.
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
    ax.set(xlabel="month", ylabel="passengers (thousands)")
    return ax


def draw_windows(values: np.ndarray, window: int, horizon: int, shown: int = 4) -> Axes:
    """Draw how a series is cut: what a window sees, and what it must forecast.

    Parameters
    ----------
    values : ndarray
        Shape (n,), n ≥ window + horizon + shown.
    window, horizon : int
        As for `series.make_windows`.
    shown : int
        How many windows are drawn.

    Returns
    -------
    Axes
    """
    ax = axes(height=2.2)
    count = window + horizon + shown - 1
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


def draw_fan(
    index: pd.Index,
    groups: Mapping[str, np.ndarray],
    actual: pd.Series | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw every seed's forecast thinly and the median of each group strongly.

    Parameters
    ----------
    index : pandas.PeriodIndex
        The months of the forecast.
    groups : mapping
        From a name to forecasts of shape (seeds, horizon).
    actual : pandas.Series, optional
        What happened, and as much of the past as should be seen.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
    """
    ax = axes() if ax is None else ax
    if actual is not None:
        draw_series(actual, ax)
    for (name, forecasts), (colour, line) in zip(groups.items(), STYLES, strict=False):
        rows = np.atleast_2d(forecasts)
        if len(rows) > 1:
            ax.plot(_months(index), rows.T, color=colour, linewidth=0.5, alpha=0.35)
        ax.plot(
            _months(index), np.median(rows, axis=0), color=colour, linestyle=line, label=name, lw=2
        )
    ax.set(xlabel="month", ylabel="passengers (thousands)")
    ax.legend(frameon=False)
    return ax


def draw_strips(
    groups: Mapping[str, Sequence[float]],
    xlabel: str,
    references: Mapping[str, float] | None = None,
    log: bool = False,
) -> Axes:
    """Draw one dot a seed, a row a group, a bar at the median, and lines to compare with.

    Parameters
    ----------
    groups : mapping
        From a name to one number a seed.
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
    ax = axes(height=0.9 + 0.6 * len(groups))
    for row, ((_, values), (colour, _line)) in enumerate(
        zip(groups.items(), STYLES * len(groups), strict=False)
    ):
        # A fixed scatter, so that the dots lie apart and the picture stays the same.
        lift = np.linspace(-0.18, 0.18, len(values))[
            np.argsort(np.argsort(values)) * 7 % len(values)
        ]
        ax.plot(values, -row + lift, "o", color=colour, alpha=0.6, markersize=5)
        ax.plot([np.median(values)] * 2, [-row - 0.32, -row + 0.32], color=BLACK, linewidth=2.5)
    for (name, value), (_, line) in zip((references or {}).items(), STYLES, strict=False):
        ax.axvline(value, color=BLACK, linestyle=line, linewidth=1.2, label=f"{name}: {value:.1f}")
    ax.set_yticks(range(0, -len(groups), -1), list(groups))
    ax.set(xlabel=xlabel, ylim=(-len(groups) + 0.45, 0.55))
    if log:
        ax.set_xscale("log")
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        ax.xaxis.set_minor_locator(NullLocator())
    if references:
        ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return ax


def draw_losses(groups: Mapping[str, np.ndarray], xlabel: str = "update") -> Axes:
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
    ax = axes()
    for (name, losses), (colour, line) in zip(groups.items(), STYLES, strict=False):
        rows = np.atleast_2d(losses)
        if len(rows) > 1:
            ax.plot(rows.T, color=colour, linewidth=0.4, alpha=0.3)
        ax.plot(np.median(rows, axis=0), color=colour, linestyle=line, linewidth=2, label=name)
    ax.set(xlabel=xlabel, ylabel="training loss (MSE)", yscale="log")
    ax.legend(frameon=False)
    return ax
