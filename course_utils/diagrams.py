"""The inside of a recurrent cell as a picture: RNN, LSTM, GRU and minGRU, in one style.

A blue box with corners holds weights, the only thing that learns; a yellow, rounded one is σ or
tanh; a circle works number by number, ⊙ or +. A dot splits a wire, and where wires cross without
a dot they don't touch. The thick wire is the state's own way. What stands where is written down
in `cell_plans`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import copysign, dist, isfinite
from typing import Any, Literal

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch

from course_utils import figures
from course_utils.cell_plans import PLANS, Node, Plan, Point, Wire
from course_utils.signatures import BadArgument, checked

CellName = Literal["rnn", "lstm", "gru", "mingru"]
GROUND, INK = "#F5F5F5", "#333333"
# How round the corners of a box are, its ground, its edge.
BOXES = {
    "body": (0.25, GROUND, "#AAAAAA"),
    "weights": (0.0, "#BFE0F4", INK),
    "squash": (0.2, "#FBE0A2", INK),
    "join": (0.2, "white", INK),
}
SYMBOL: dict[str, Any] = {"math_fontfamily": "cm", "color": figures.BLACK, "zorder": 3}


@checked
def draw(cell: CellName, values: Mapping[str, float] | None = None, ax: Axes | None = None) -> Axes:
    """Draw the inside of a cell, and the numbers of one step of one unit on its wires.

    Parameters
    ----------
    cell : {"rnn", "lstm", "gru", "mingru"}
        Its symbols are those of the lesson's formulas.
    values : mapping, optional
        What flows where, by the names that `names` lists, as many as you like. A number has a
        frame, orange and dashed if it is negative; the larger it is, the thicker is its wire.
    ax : Axes, optional
        Where to draw; axes of the right size unless given.

    Returns
    -------
    Axes
        White ground (readable in a dark theme too).

    Raises
    ------
    BadArgument
        If a name is none of the cell's, or a value is not finite.

    Notes
    -----
    Used in lesson 01a, `bptt-by-hand`; lesson 04b, `lstm-by-hand`; lesson 05b, `gru-by-hand`; and
    lesson 08, `old-state-out-of-the-gates`.
    """
    plan = PLANS[cell]
    values = {} if values is None else values
    _check(cell, values)
    if ax is None:
        figure = plt.figure(figsize=plan.size, facecolor="white", dpi=90)
        ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, plan.size[0]), ylim=(0, plan.size[1]), aspect="equal")
    ax.set_axis_off()
    left, low, right, high = plan.body
    _draw_box(ax, "body", (left, low), (right - left, high - low))
    for wire in plan.wires:
        _draw_wire(ax, plan, wire, values.get(wire.name))
    for node in plan.nodes.values():
        _draw_node(ax, node)
    for name, value in values.items():
        _write_number(ax, plan, name, value)
    return ax


@checked
def names(cell: CellName) -> list[str]:
    """List what in a cell can show a number.

    Parameters
    ----------
    cell : {"rnn", "lstm", "gru", "mingru"}
        As for `draw`.

    Returns
    -------
    list of str
        For the ``values`` of `draw`.
    """
    return list(dict.fromkeys(wire.name for wire in PLANS[cell].wires if wire.name))


def _check(cell: CellName, values: Mapping[str, float]) -> None:
    known = names(cell)
    for name, value in values.items():
        if name not in known:
            raise BadArgument(f"values of {cell} must be among {', '.join(known)}, got {name!r}")
        if not isfinite(value):
            raise BadArgument(f"values[{name!r}] must be a finite number, got {value!r}")


def _path(plan: Plan, wire: Wire) -> list[Point]:
    """Find the corners of a wire, from the edge of one node to the edge of another."""
    start, end = plan.nodes[wire.start], plan.nodes[wire.end]
    if wire.bend == "-|":
        way = [(start.x, start.y), (end.x, start.y), (end.x, end.y)]
    elif wire.bend == "|-":
        way = [(start.x, start.y), (start.x, end.y), (end.x, end.y)]
    elif start.y == end.y:
        way = [(start.x, start.y), (end.x, end.y)]
    else:  # straight up or down, through the middle of the narrower node
        x = min(start, end, key=lambda node: node.half[0]).x
        way = [(x, start.y), (x, end.y)]
    way[0], way[-1] = _edge(start, way[0], way[1]), _edge(end, way[-1], way[-2])
    return way


def _edge(node: Node, at: Point, towards: Point) -> Point:
    if at[1] == towards[1]:
        return at[0] + copysign(node.half[0], towards[0] - at[0]), at[1]
    return at[0], at[1] + copysign(node.half[1], towards[1] - at[1])


def _longest(way: Sequence[Point]) -> tuple[float, float, bool]:
    """Give the middle of a wire's longest piece, and whether that runs across."""
    (x, y), (to_x, to_y) = max(pairwise(way), key=lambda piece: dist(*piece))
    return (x + to_x) / 2, (y + to_y) / 2, y == to_y


def _colour(value: float) -> str:
    return figures.VERMILION if value < 0 else figures.BLUE


def _draw_wire(ax: Axes, plan: Plan, wire: Wire, value: float | None) -> None:
    way = _path(plan, wire)
    width, colour = 3.0 if wire.thick else 1.5, INK
    if value is not None:
        width, colour = 0.8 + 4.2 * min(abs(value), 1), _colour(value)
    xs, ys = [x for x, _ in way], [y for _, y in way]
    if wire.over:
        ax.plot(xs, ys, color=GROUND, linewidth=width + 6, solid_capstyle="butt", zorder=1)
    ax.plot(xs, ys, color=colour, linewidth=width, zorder=1)
    if plan.nodes[wire.end].kind not in ("dot", "corner"):
        _draw_head(ax, way[-2], way[-1], colour, 7 + width)
    x, y, across = _longest(way)
    if wire.symbol and across:
        ax.text(x, y + 0.1, wire.symbol, fontsize=14, ha="center", va="bottom", **SYMBOL)
    elif wire.symbol:
        ax.text(x - 0.1, y, wire.symbol, fontsize=14, ha="right", va="center", **SYMBOL)


def _draw_head(ax: Axes, start: Point, end: Point, colour: str, size: float) -> None:
    """Draw the head of an arrow whose point touches the end."""
    (x, y), back = end, size / 144  # a marker's size is in points, and its place its middle
    if start[1] == y:
        ax.plot(x - copysign(back, x - start[0]), y, "<>"[x > start[0]], color=colour, ms=size)
    else:
        ax.plot(x, y - copysign(back, y - start[1]), "v^"[y > start[1]], color=colour, ms=size)


def _draw_node(ax: Axes, node: Node) -> None:
    if node.kind == "corner":
        return
    if node.kind == "dot":
        ax.plot(node.x, node.y, "o", color=INK, ms=6, zorder=2)
        return
    half_width, half_height = node.half
    if node.kind == "each":
        ax.add_patch(
            Circle((node.x, node.y), half_width, facecolor="white", edgecolor=INK, lw=1.2, zorder=2)
        )
    elif node.kind != "port":
        corner = (node.x - half_width, node.y - half_height)
        _draw_box(ax, node.kind, corner, (2 * half_width, 2 * half_height))
    size = 16 if node.kind == "port" else 14
    if node.text == "⊙":
        ax.plot(node.x, node.y, "o", color=INK, ms=5, zorder=3)
    else:
        ax.text(node.x, node.y, node.text, fontsize=size, ha="center", va="center", **SYMBOL)


def _draw_box(ax: Axes, kind: str, corner: Point, size: Point) -> None:
    rounding, ground, edge = BOXES[kind]
    shape = f"round,pad=0,rounding_size={rounding}" if rounding else "square,pad=0"
    looks: dict[str, Any] = {"facecolor": ground, "edgecolor": edge, "linewidth": 1.2}
    looks["zorder"] = 0 if kind == "body" else 2
    ax.add_patch(FancyBboxPatch(corner, *size, boxstyle=shape, **looks))


def _write_number(ax: Axes, plan: Plan, name: str, value: float) -> None:
    """Write a number below a wire or a port, or to the right where it goes up."""
    x, y, across, gap = _place(plan, name)
    shown = round(value, 2) + 0.0  # no minus before 0.00
    frame: dict[str, Any] = {"boxstyle": "round,pad=0.2", "facecolor": "white", "linewidth": 1.2}
    frame |= {"edgecolor": _colour(shown), "linestyle": "--" if shown < 0 else "-"}
    looks: dict[str, Any] = {"fontsize": 11, "zorder": 4, "bbox": frame}
    words = f"{shown:.2f}".replace("-", "−")
    if across:
        ax.text(x, y - gap, words, ha="center", va="top", **looks)
    else:
        ax.text(x + gap, y, words, ha="left", va="center", **looks)


def _place(plan: Plan, name: str) -> tuple[float, float, bool, float]:
    """Find the middle of what a number belongs to, whether that lies across, and how far off."""
    node = plan.nodes.get(name)
    if node is not None and node.kind == "port":
        return node.x, node.y, plan.body[1] < node.y < plan.body[3], 0.27
    wires = [wire for wire in plan.wires if wire.name == name]
    labelled = [wire for wire in wires if wire.symbol]
    return *_longest(_path(plan, [*labelled, *wires][0])), 0.14
