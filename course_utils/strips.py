"""The strip: one picture of what happens inside a recurrent network, the same in every lesson.

From top to bottom, on one time axis: what goes in, the state, what comes out, and which steps move
the ringed output. The state *before* the first step has an outlined column of its own on the left.
The silent faults leave marks: a first column that isn't 0 (a state was kept), shades in another
row's reach (rows are mixed), a braided output (a view that scrambles), a reach that is cut off
(``detach``), one stair twice as wide as its neighbours (a sample that comes twice).
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from course_utils.figures import BLACK, BROKEN, VERMILION
from course_utils.recording import Strip, record, record_steps
from course_utils.signatures import BadArgument, Positive, all_finite, checked

__all__ = ["Strip", "as_html", "draw", "from_arrays", "record", "record_steps"]

Band = tuple[float, float]
Styles = Sequence[tuple[str, Any]]
PLAIN: Styles = ((BLACK, "-"), (BLACK, "--"), (BLACK, ":"))
# Dark below zero, light above it, grey at zero: you can tell the sign in a grey print, too.
SIGNED, SHADES = "cividis", "Greys"
MOST_LINES, MOST_ROWS = 3, 4  # more numbers per step than three are drawn as shades
DECADES = 6  # of the reach: anything smaller looks like a millionth, and exact zeros are hatched
HEIGHTS = {"input": 1.0, "state": 1.6, "output": 1.0, "reach": 0.45}
GAP = 0.2


@checked
def from_arrays(
    inputs: np.ndarray,
    states: np.ndarray,
    outputs: np.ndarray,
    reach: np.ndarray | None = None,
    targets: np.ndarray | None = None,
    at: int = -1,
    row: int = -1,
) -> Strip:
    """Make a strip from arrays of your own, of one row or of several.

    Parameters
    ----------
    inputs : ndarray
        Shape (steps, inputs) or (rows, steps, inputs).
    states : ndarray
        Shape (steps + 1, units) or (rows, steps + 1, units), the state before the first step first.
    outputs, targets : ndarray
        Shape (places, outputs) or (rows, places, outputs): one place for each step. If there are
        more or fewer, they are drawn after the last step.
    reach : ndarray, optional
        Shape (steps,) or (rows, steps). Not drawn unless given.
    at, row : int
        Which output the reach belongs to.

    Returns
    -------
    Strip

    Raises
    ------
    BadArgument
        If the shapes don't fit together.
    """
    inputs, states, outputs = (_with_rows(array, 3) for array in (inputs, states, outputs))
    rows, steps = inputs.shape[:2]
    places = outputs.shape[1]
    strip = Strip(
        inputs,
        states,
        outputs,
        np.full((rows, steps), np.nan) if reach is None else _with_rows(reach, 2),
        at=(row % rows, at % places),
        first=0 if places == steps else steps,
        targets=None if targets is None else _with_rows(targets, 3),
    )
    _check(strip)
    return strip


@checked
def draw(
    strip: Strip,
    ax: Axes | None = None,
    rows: Sequence[int] | None = None,
    borders: Sequence[int] = (),
    limit: Positive | None = None,
    title: str = "",
) -> Axes:
    """Draw a strip: input, state, output and reach, step by step.

    Parameters
    ----------
    strip : Strip
        From `record`, `record_steps` or `from_arrays`.
    ax : Axes, optional
        Where to draw.
    rows : sequence of int, optional
        Which rows of the batch to draw below each other, four at most. All unless given.
    borders : sequence of int
        Steps at which a chunk begins: a dotted line before each.
    limit : float, optional
        The state at which the colours end: the largest one shown, unless given. Give it if you
        want to compare two strips.
    title : str
        Goes above the picture.

    Returns
    -------
    Axes

    Raises
    ------
    BadArgument
        If there are too many rows, a number isn't finite, or shapes don't fit together.
    """
    _check(strip)
    count = len(strip.inputs)
    shown = list(range(count)) if rows is None else list(rows)
    if not 1 <= len(shown) <= MOST_ROWS or not set(shown) <= set(range(count)):
        raise BadArgument(
            f"rows must be 1 to {MOST_ROWS} of the {count} rows, got {shown}: "
            "choose some, such as rows=[0, 1]"
        )
    strip = strip.only(shown)  # what isn't drawn sets no scale
    bands = _bands(strip)
    ax = _axes(-bands[-1][2]) if ax is None else ax
    if limit is None:
        limit = float(np.abs(np.nan_to_num(strip.states)).max(initial=0.0)) or 1.0
    for row, what, low, high in bands:
        words = _DRAWN[what](ax, strip, row, (low, high), limit)
        side = ax.get_yaxis_transform()
        ax.text(1.01, (low + high) / 2, words, transform=side, va="center", fontsize=7.5)
    for border in [*strip.borders, *borders]:
        ax.axvline(border - 0.5, color=BLACK, linestyle=":", linewidth=1.2)
    _label(ax, strip, bands, shown)
    ax.set_title(title, fontsize=10)
    return ax


@checked
def as_html(strip: Strip) -> str:
    """Draw a strip as an image in HTML, such as a card of `diagnose` shows.

    Parameters
    ----------
    strip : Strip
        As for `draw`.

    Returns
    -------
    str
        An ``img`` that holds its own picture.
    """
    figure = draw(strip).get_figure(root=True)
    assert figure is not None
    file = io.BytesIO()
    figure.savefig(file, format="png")
    plt.close(figure)
    picture = base64.b64encode(file.getvalue()).decode()
    words = "strip: input, state, output and reach, step by step"
    return f'<img alt="{words}" style="max-width:100%" src="data:image/png;base64,{picture}">'


def _check(strip: Strip) -> None:
    rows, steps = strip.inputs.shape[:2]
    wanted = {
        "states": (rows, steps + 1, strip.states.shape[-1]),
        "outputs": (rows, *strip.outputs.shape[-2:]),
        "reach": (rows, steps),
    }
    if strip.targets is not None:
        wanted["targets"] = strip.outputs.shape
    for name, shape in wanted.items():
        seen = np.shape(getattr(strip, name))
        if seen != shape:
            raise BadArgument(f"{name} must have shape {shape} to fit the inputs, got {seen}")
    all_finite(inputs=strip.inputs, outputs=strip.outputs if strip.outputs.size else np.zeros(1))


def _with_rows(array: np.ndarray, axes: int) -> np.ndarray:
    return array if array.ndim == axes else array[np.newaxis]


def _has_reach(strip: Strip) -> bool:
    return bool(np.isfinite(strip.reach).all())


def _bands(strip: Strip) -> list[tuple[int, str, float, float]]:
    """Say for each picture of each row where it ends and begins, from 0 downwards."""
    there = {
        "input": True,
        "state": strip.states.size > 0,
        "output": strip.outputs.size > 0,
        "reach": _has_reach(strip),
    }
    bands, top = [], 0.0
    for row in range(len(strip.inputs)):
        for what, height in HEIGHTS.items():
            if there[what]:
                bands.append((row, what, top - height, top))
                top -= height + GAP
        top -= 2 * GAP
    return bands


def _axes(height: float) -> Axes:
    inches = 0.9 + 0.55 * height
    figure = plt.figure(figsize=(8.4, inches), facecolor="white", dpi=90)
    return figure.add_axes((0.13, 0.5 / inches, 0.76, 1 - 0.85 / inches))


def _label(
    ax: Axes, strip: Strip, bands: list[tuple[int, str, float, float]], rows: list[int]
) -> None:
    """Name the bands and number the steps."""
    left, wide = _before(strip.inputs.shape[1])
    end = max(strip.inputs.shape[1], strip.first + strip.outputs.shape[1])
    names = [f"row {rows[row]} {what}" if len(rows) > 1 else what for row, what, *_ in bands]
    ax.set_yticks([(low + high) / 2 for *_, low, high in bands], names)
    steps = [int(step) for step in MaxNLocator(10, integer=True).tick_values(0, end - 1)]
    steps = [step for step in steps if 0 <= step < end]
    before = [left + wide / 2] if strip.states.size else []
    ax.set_xticks([*before, *steps], [*(["before"] if before else []), *map(str, steps)])
    ax.set(xlim=(left - 0.2, end - 0.4), ylim=(bands[-1][2] - GAP, GAP), xlabel="step")
    ax.tick_params(axis="y", length=0)
    ax.tick_params(axis="x", labelsize=8.5)
    ax.spines[["top", "right", "left"]].set_visible(False)


def _before(steps: int) -> tuple[float, float]:
    """Say where the column of the state before the first step begins, and how wide it is."""
    wide = max(min(1.0, steps / 12), steps / 30)
    gap = max(0.6 * wide, steps / 36)
    return -0.5 - gap - wide, wide


def _span(low: float, high: float) -> str:
    return f"{low:.3g} … {high:.3g}"


def _scaled(values: np.ndarray, ends: tuple[float, float], band: Band) -> np.ndarray:
    low, high = band
    wide = ends[1] - ends[0]
    share = (values - ends[0]) / wide if wide else np.full(values.shape, 0.5)
    return low + (0.06 + 0.88 * share) * (high - low)


def _ends(*arrays: np.ndarray) -> tuple[float, float]:
    return min(float(np.nanmin(a)) for a in arrays), max(float(np.nanmax(a)) for a in arrays)


def _lines(
    ax: Axes, values: np.ndarray, first: int, ends: tuple[float, float], band: Band, styles: Styles
) -> None:
    """Draw (steps, few) numbers: each step a stair of the same width, so that twins show."""
    edges = np.arange(first, first + len(values) + 1) - 0.5
    for line, (colour, dashes) in zip(_scaled(values, ends, band).T, styles, strict=False):
        ax.stairs(line, edges, baseline=None, color=colour, linestyle=dashes, linewidth=1.5)


def _shades(
    ax: Axes, values: np.ndarray, left: float, right: float, band: Band, **colours: Any
) -> None:
    """Draw (steps, many) numbers as shades, between two edges."""
    extent = (left, right, *band)
    ax.imshow(values.T, aspect="auto", interpolation="nearest", extent=extent, **colours)


def _inputs(ax: Axes, strip: Strip, row: int, band: Band, limit: float) -> str:
    ends, values = _ends(strip.inputs), strip.inputs[row]
    if values.shape[1] > MOST_LINES:
        _shades(ax, values, -0.5, len(values) - 0.5, band, cmap=SHADES, vmin=ends[0], vmax=ends[1])
    else:
        _lines(ax, values, 0, ends, band, PLAIN)
    return _span(*ends)


def _states(ax: Axes, strip: Strip, row: int, band: Band, limit: float) -> str:
    (low, high), states = band, strip.states[row]
    steps = len(states) - 1
    left, wide = _before(steps)
    look = {"cmap": SIGNED, "vmin": -limit, "vmax": limit}
    _shades(ax, states[1:], -0.5, steps - 0.5, band, **look)
    _shades(ax, states[:1], left, left + wide, band, **look)
    ax.add_patch(Rectangle((left, low), wide, high - low, fill=False, edgecolor=BLACK, lw=1.6))
    if not states[0].any():
        ax.text(left + wide / 2, (low + high) / 2, "0", color="white", ha="center", va="center")
    return _span(-limit, limit)


def _outputs(ax: Axes, strip: Strip, row: int, band: Band, limit: float) -> str:
    known = [strip.outputs] if strip.targets is None else [strip.outputs, strip.targets]
    ends, values, first = _ends(*known), strip.outputs[row], strip.first
    place = strip.at[1]
    if values.shape[1] > MOST_LINES:
        right = first + len(values) - 0.5
        _shades(ax, values, first - 0.5, right, band, cmap=SHADES, vmin=ends[0], vmax=ends[1])
        height = sum(band) / 2
    else:
        if strip.targets is not None:
            _lines(ax, strip.targets[row], first, ends, band, PLAIN)
        _lines(ax, values, first, ends, band, BROKEN)
        height = float(_scaled(values[place, 0], ends, band))
    if row == strip.at[0] and _has_reach(strip):
        (ring,) = ax.plot([first + place], [height], "o", color=VERMILION, clip_on=False)
        ring.set(markersize=11, markerfacecolor="none", markeredgewidth=2, zorder=4)
    return _span(*ends)


def _reach(ax: Axes, strip: Strip, row: int, band: Band, limit: float) -> str:
    (low, high), reach = band, strip.reach[row]
    largest = float(strip.reach.max()) or 1.0
    with np.errstate(divide="ignore"):
        shades = np.log10(reach[:, None] / largest).clip(-DECADES)
    # One decade more than is drawn, so that the least is a light grey and not white.
    look = {"cmap": SHADES, "vmin": -DECADES - 1, "vmax": 0}
    _shades(ax, np.where(reach[:, None] == 0, np.nan, shades), -0.5, len(reach) - 0.5, band, **look)
    ends = np.flatnonzero(np.diff(np.r_[False, reach == 0, False]))
    for begin, end in ends.reshape(-1, 2):
        where = {"xy": (begin - 0.5, low), "width": end - begin, "height": high - low}
        ax.add_patch(Rectangle(**where, facecolor="white", edgecolor="#999999", hatch="////", lw=0))
    ax.add_patch(
        Rectangle((-0.5, low), len(reach), high - low, fill=False, edgecolor=BLACK, lw=0.6)
    )
    return "log shades;\nhatched: 0"


_DRAWN = {"input": _inputs, "state": _states, "output": _outputs, "reach": _reach}
