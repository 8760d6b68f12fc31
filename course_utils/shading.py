"""Which step did this answer look at? Symbols in a row, shaded by the gradient that reaches them.

The gradient comes from autograd, in the notebook; here it is only drawn. A symbol is the darker
the larger its share of the strongest in its row, and hatched where no gradient arrives at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from course_utils import figures
from course_utils.signatures import BadArgument, Count, Whole, all_finite, checked

WIDE, HIGH, NAME = 0.19, 0.3, 0.3  # inches: a symbol, a line of them, the words above a row
SHOWN = {"\n": "↵", " ": ""}
SHADES = plt.get_cmap("Greys")


@checked
def draw_reach(
    symbols: Sequence[str],
    rows: Mapping[str, Any],
    decades: Whole = 0,
    width: Count = 44,
) -> Axes:
    """Shade what was read by how much it moves an answer: a row for each answer.

    Parameters
    ----------
    symbols : str or sequence of str
        What was read, one symbol a step: a text, or short texts such as "+1".
    rows : mapping
        From words about an answer to the size of its gradient at each step, shape (steps,), as
        an array or a tensor: ``gradient.norm(dim=1)``. A shorter one belongs to an answer that was
        given earlier, and ends there.
    decades : int
        0: black is the strongest, and half as dark is half as strong. Else the shades are
        logarithmic, and white is this many powers of ten below the strongest.
    width : int
        How many symbols stand in a line.

    Returns
    -------
    Axes
        White ground (readable in a dark theme too).

    Raises
    ------
    BadArgument
        If there is no row, or one holds no number, more than there are symbols, or one that is
        below 0 or not finite; or if a symbol is longer than two characters.

    Notes
    -----
    Used in lesson 02b, `character-model`, and lesson 04a, `necessary-and-not-enough`.
    """
    if not rows:
        raise BadArgument("rows must hold at least one gradient, got none")
    long = [symbol for symbol in symbols if len(symbol) > 2]
    if long:
        raise BadArgument(f"symbols must be of one or two characters, got {long[0]!r}")
    strengths = {name: _strengths(name, values, len(symbols)) for name, values in rows.items()}
    lines = {name: -(-len(values) // width) for name, values in strengths.items()}
    longest = min(width, max(map(len, strengths.values())))
    high = sum(NAME + HIGH * count for count in lines.values()) + NAME + HIGH + 0.1
    wide = max(WIDE * longest, 0.09 * max(map(len, rows)), 5.6) + 0.2
    figure = plt.figure(figsize=(wide, high), facecolor="white", dpi=90)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(-0.1, wide - 0.1), ylim=(-high, 0))
    ax.set_axis_off()
    top = 0.0
    for name, values in strengths.items():
        ax.text(0, top - NAME / 2 - 0.03, name, fontsize=11, va="center")
        top -= NAME
        for step, share in enumerate(_shares(values, decades)):
            line, place = divmod(step, width)
            _draw_symbol(ax, (WIDE * place, top - HIGH * (line + 1)), symbols[step], share)
        top -= HIGH * lines[name]
    _draw_key(ax, top - NAME, decades)
    return ax


def _shares(strengths: np.ndarray, decades: int) -> np.ndarray:
    """Turn the sizes of gradients into shades from 0 to 1, and NaN where there is none."""
    share = strengths / max(strengths.max(), np.finfo(float).tiny)
    if decades:
        share = np.clip(1 + np.log10(np.maximum(share, 1e-300)) / decades, 0, 1)
    return np.where(strengths == 0, np.nan, share)


def _strengths(name: str, values: Any, most: int) -> np.ndarray:
    strengths = np.asarray(values, dtype=float)
    if strengths.ndim != 1 or not 1 <= len(strengths) <= most:
        raise BadArgument(
            f"rows[{name!r}] must have shape (steps,) with 1 to {most} steps, as many as there "
            f"are symbols at most, got {strengths.shape}"
        )
    all_finite(**{f"rows[{name!r}]": strengths})
    if strengths.min() < 0:
        raise BadArgument(f"rows[{name!r}] must not be below 0: take the gradient's norm")
    return strengths


def _draw_symbol(ax: Axes, corner: tuple[float, float], symbol: str, share: float) -> None:
    none = np.isnan(share)
    looks: dict[str, Any] = {"edgecolor": "#BBBBBB", "linewidth": 0.6}
    looks["facecolor"] = "white" if none else SHADES(float(share))
    ax.add_patch(Rectangle(corner, WIDE, HIGH - 0.04, hatch="////" if none else "", **looks))
    ink = "white" if share > 0.55 else figures.BLACK
    x, y = corner[0] + WIDE / 2, corner[1] + HIGH / 2 - 0.03
    text = SHOWN.get(symbol, symbol)
    font: dict[str, Any] = {"fontfamily": "monospace", "fontsize": 11 if len(text) < 2 else 10}
    if none and text:  # on the hatching
        font["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
    ax.text(x, y, text, color=ink, ha="center", va="center", **font)


def _draw_key(ax: Axes, top: float, decades: int) -> None:
    """Say what the shades mean."""
    least = f"1/{10**decades:,} of the strongest" if decades else "hardly any"
    words = {0.0: least, 0.5: "", 1.0: "the strongest", np.nan: "no gradient"}
    x = 0.0
    for share, said in words.items():
        _draw_symbol(ax, (x, top - HIGH), "", share)
        ax.text(x + 1.3 * WIDE, top - HIGH / 2 - 0.03, said, fontsize=10, va="center")
        x += WIDE + (0.25 + 0.075 * len(said) if said else 0.05)
