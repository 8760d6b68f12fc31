"""Lesson 02b's explorer: what padding feeds a layer, and at which step h_n stands."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from course_utils import figures
from course_utils.lessons.anatomy.padding import pad
from course_utils.lessons.anatomy.texts import encode
from course_utils.widgets import explore, slider, tick

WORDS = ("abbabaab", "babbaaba", "aabababb")


def explore_padding() -> None:
    """Explore where each sequence's final state stands, padded and packed.

    The controls set the lengths of three words, and whether they are packed.

    Notes
    -----
    Used in lesson 02b, `explore`.
    """
    explore(
        "Whose h_n is not its own last output, and how far is it off?",
        {
            "first": slider(3, 1, 8, 1, "first"),
            "second": slider(5, 1, 8, 1, "second"),
            "third": slider(2, 1, 8, 1, "third"),
            "packed": tick(False, "packed"),
        },
        draw_padding,
    )


def measure_padding(lengths: Sequence[int], packed: bool) -> tuple[list[int], list[float]]:
    """Run an nn.RNN(2, 8) over words of these lengths, and find each final state.

    Parameters
    ----------
    lengths : sequence of int
        One for each of `WORDS`, from 1 to 8.
    packed : bool
        Whether packing keeps the padding away from the layer.

    Returns
    -------
    stands : list of int
        The step whose output is the final state, counted from 0.
    off : list of float
        The largest difference between the final state and the output at the
        sequence's own last step.
    """
    with torch.random.fork_rng():
        torch.manual_seed(0)
        layer = nn.RNN(2, 8, batch_first=True)
    words = zip(WORDS, lengths, strict=True)
    x, own = pad([encode(word[:length], "ab") for word, length in words])
    with torch.no_grad():
        if packed:
            output, h_n = layer(pack_padded_sequence(x, own, True, enforce_sorted=False))
            output, _ = pad_packed_sequence(output, batch_first=True)
        else:
            output, h_n = layer(x)
    away = (output - h_n[0][:, None]).abs().amax(2)  # (words, steps)
    return away.argmin(1).tolist(), away[range(len(own)), own - 1].tolist()


def draw_padding(first: int, second: int, third: int, packed: bool) -> tuple[Figure, str]:
    """Draw the padded batch: what is read, each word's own last step, and where h_n stands.

    Parameters
    ----------
    first, second, third : int
        The lengths of the three words.
    packed : bool
        As for `measure_padding`.

    Returns
    -------
    Figure, str
        The picture, and its description.
    """
    lengths = (first, second, third)
    stands, off = measure_padding(lengths, packed)
    longest = max(lengths)
    figure, ax = plt.subplots(figsize=(9, 2.9), facecolor="white")
    figure.subplots_adjust(0.01, 0.01, 0.99, 0.9)
    for row, length in enumerate(lengths):
        for step in range(longest):
            _cell(ax, row, step, WORDS[row][step] if step < length else "", packed)
        _mark(ax, row, length - 1, stands[row])
        ax.text(-0.65, -row, ("first", "second", "third")[row], ha="right", va="center")
        ax.text(longest - 0.3, -row, f"h_n off by {off[row]:.2f}", va="center")
    ax.plot([], [], "s", color="white", markeredgecolor=figures.BLUE, mew=3, label="own last step")
    ax.plot([], [], "^", color=figures.VERMILION, label="where h_n stands")
    _cell(ax, -9, 0, "", packed)  # out of sight, for the legend
    ax.patches[-1].set_label("padding, not read" if packed else "padding, read")
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 0.97), ncols=3, frameon=False)
    ax.set(xlim=(-2, 9.6), ylim=(-2.6, 0.6))
    ax.axis("off")
    return figure, _words(lengths, stands, off, packed)


def _cell(ax: Axes, row: int, step: int, letter: str, packed: bool) -> None:
    box = Rectangle((step - 0.45, -row - 0.4), 0.9, 0.8, facecolor="white", edgecolor="black")
    if not letter:
        box.set(edgecolor="grey", linestyle=":" if packed else "-", hatch="" if packed else "///")
    ax.add_patch(box)
    ax.text(step, -row + 0.08, letter, ha="center", va="center", fontsize=13)


def _mark(ax: Axes, row: int, own: int, stands: int) -> None:
    ax.add_patch(
        Rectangle((own - 0.45, -row - 0.4), 0.9, 0.8, fill=False, edgecolor=figures.BLUE, lw=3.5)
    )
    ax.plot(stands, -row - 0.25, "^", color=figures.VERMILION, markersize=9)


def _words(lengths: Sequence[int], stands: list[int], off: list[float], packed: bool) -> str:
    steps = len(lengths) * max(lengths)
    filled = steps - sum(lengths)
    wrong = [
        f"{name} (off by {miss:.2f})"
        for name, length, step, miss in zip(
            ("first", "second", "third"), lengths, stands, off, strict=True
        )
        if step != length - 1
    ]
    return (
        f"{filled} of {steps} steps are padding, and the layer reads "
        f"{'none of them' if packed or not filled else 'them'}. "
        f"h_n is not its own last output for: {', '.join(wrong) or 'none of them'}."
    )
