"""Lesson 02a's explorer: every tensor of an nn.RNN with its shape."""

from __future__ import annotations

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle
from torch import nn

from course_utils import figures
from course_utils.widgets import explore, slider, tick

STEPS, BATCH, FEATURES, HIDDEN = 5, 3, 10, 20
Shapes = dict[str, tuple[int, ...]]


def explore_shapes() -> None:
    """Explore which shapes of an nn.RNN(10, 20) the three options change.

    The options are layers, directions and ``batch_first``, on 5 steps of 3 sequences.

    Notes
    -----
    Used in lesson 02a, `explore`.
    """
    explore(
        "Which tensors does batch_first change, and which does it leave alone?",
        {
            "layers": slider(1, 1, 4, 1, "layers"),
            "directions": slider(1, 1, 2, 1, "directions"),
            "batch_first": tick(False, "batch_first"),
        },
        draw_shapes,
    )


def measure_shapes(layers: int, directions: int, batch_first: bool) -> Shapes:
    """Run an nn.RNN(10, 20), and note the shape of every tensor.

    Parameters
    ----------
    layers, directions : int
        How many.
    batch_first : bool
        As in torch.

    Returns
    -------
    dict
        From a tensor's name to its shape: input, h_0, output, h_n, and each weight.
    """
    layer = nn.RNN(FEATURES, HIDDEN, layers, batch_first=batch_first, bidirectional=directions == 2)
    x = torch.zeros(BATCH, STEPS, FEATURES) if batch_first else torch.zeros(STEPS, BATCH, FEATURES)
    h_0 = torch.zeros(layers * directions, BATCH, HIDDEN)
    with torch.no_grad():
        output, h_n = layer(x, h_0)
    tensors = {"input": x, "h_0": h_0, "output": output, "h_n": h_n, **layer.state_dict()}
    return {name: tuple(tensor.shape) for name, tensor in tensors.items()}


def draw_shapes(layers: int, directions: int, batch_first: bool) -> tuple[Figure, str]:
    """Draw every tensor with its shape, and hatch what differs from the published layer.

    Parameters
    ----------
    layers, directions, batch_first
        As for `measure_shapes`.

    Returns
    -------
    Figure, str
        The picture, and its description.
    """
    now, published = measure_shapes(layers, directions, batch_first), measure_shapes(1, 1, False)
    changed = {name for name, shape in now.items() if published.get(name) != shape}
    figure, ax = plt.subplots(figsize=(10, 1.6 + 0.9 * layers), facecolor="white")
    figure.subplots_adjust(0.01, 0.01, 0.99, 0.99)
    top = layers - 1
    _box(ax, 0, 0, "input", now, changed)
    _box(ax, 0, top + 1, "h_0", now, changed)
    _box(ax, 3.3, top + 1, "h_n", now, changed)
    _box(ax, 3.3, top, "output", now, changed)
    for row in range(layers):
        for way in range(directions):
            name = f"l{row}" + ("_reverse" if way else "")
            _weights(ax, 1.1 + way, row, name, now, changed, 2.0 / directions)
    for row in range(top):
        _arrow(ax, (2.1, row + 0.34), (2.1, row + 0.66))
    _arrow(ax, (0.92, 0), (1.08, 0))
    _arrow(ax, (3.12, top), (3.28, top))
    _arrow(ax, (0.92, top + 1), (1.3, top + 0.36))
    _arrow(ax, (2.9, top + 0.36), (3.28, top + 1))
    ax.set(xlim=(-0.05, 4.25), ylim=(-0.5, layers + 0.5))
    ax.axis("off")
    main = [name for name in ("input", "h_0", "output", "h_n") if name in changed]
    count = sum(
        torch.Size(now[name]).numel() for name in now if name.startswith(("weight", "bias"))
    )
    return figure, (
        f"output is {now['output']}, h_n is {now['h_n']}; the layer learns {count} numbers. "
        f"Shapes that differ from the published layer's: {', '.join(main) or 'none'}."
    )


def _box(ax: Axes, x: float, y: float, name: str, now: Shapes, changed: set[str]) -> None:
    _frame(ax, x, y, 0.9, figures.SKY, name in changed)
    ax.text(x + 0.45, y, f"{name}\n{now[name]}", ha="center", va="center", backgroundcolor="white")


def _weights(
    ax: Axes, x: float, y: float, name: str, now: Shapes, changed: set[str], width: float
) -> None:
    # One direction has the whole width, two share it.
    _frame(ax, x, y, width - 0.04, figures.ORANGE, f"weight_ih_{name}" in changed)
    gap = "  " if width > 1 else "\n"
    words = (
        f"layer {name}\nweight_ih {now[f'weight_ih_{name}']}{gap}"
        f"weight_hh {now[f'weight_hh_{name}']}\nbias_ih, bias_hh {now[f'bias_hh_{name}']}"
    )
    ax.text(
        x + width / 2 - 0.02,
        y,
        words,
        ha="center",
        va="center",
        fontsize=9,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
    )


def _frame(ax: Axes, x: float, y: float, width: float, colour: str, hatched: bool) -> None:
    ax.add_patch(
        Rectangle(
            (x, y - 0.34),
            width,
            0.68,
            facecolor="white",
            edgecolor=colour,
            linewidth=2.5,
            hatch="///" if hatched else "",
        )
    )


def _arrow(ax: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    ax.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=12, color="black"))
