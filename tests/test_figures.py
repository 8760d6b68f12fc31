"""The palette under other eyes: the common colour-blindnesses, and grey paper."""

from itertools import combinations
from typing import Literal

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from course_utils import figures

# Machado, Oliveira & Fernandes (2009), severity 1.0, on linear RGB; grey by luminance.
EYES = {
    "most people": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]]
    ),
    "grey": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}  # fmt: skip
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
     [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip
WHITE = TO_XYZ.sum(axis=1)
APART = 15  # in CIELAB; 2 can just be told apart side by side


def seen(colour: str, eyes: str) -> np.ndarray:
    """Give a colour in CIELAB, as these eyes see it."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(EYES[eyes] @ linear, 0, 1) / WHITE
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one: str, other: str, eyes: str) -> float:
    return float(np.linalg.norm(seen(one, eyes) - seen(other, eyes)))


def test_the_eyes_see_what_is_known() -> None:
    assert seen("white", "most people") == pytest.approx([100, 0, 0], abs=1e-3)
    assert seen("red", "most people") == pytest.approx([53.24, 80.09, 67.20], abs=0.1)
    # Red and green of one lightness: far apart for most, one colour for some.
    assert distance("#D00000", "#6F6F00", "most people") > 60
    assert distance("#B00000", "#625D00", "deuteranopia") < 10
    assert distance("#0000FF", "#00A0FF", "grey") > 20


@pytest.mark.parametrize("eyes", [eyes for eyes in EYES if eyes != "grey"])
def test_every_two_lines_differ_in_colour(eyes: str) -> None:
    colours = [figures.BLACK, *(colour for colour, _ in figures.STYLES)]
    near = {
        (a, b): distance(a, b, eyes)
        for a, b in combinations(colours, 2)
        if distance(a, b, eyes) < APART
    }
    assert near == {}


@pytest.mark.parametrize("styles", [figures.STYLES, figures.BROKEN])
def test_every_two_lines_differ_without_colour(styles: tuple) -> None:
    patterns = [line for _, line in styles]
    assert len(set(patterns)) == len(patterns)
    assert all(distance(figures.BLACK, colour, "grey") > 3 * APART for colour, _ in styles)


def test_the_truth_is_the_only_solid_line() -> None:
    runs = {name: np.ones((2, 3)) * height for height, name in enumerate("abc")}
    ax = figures.draw_runs(np.arange(3), runs, (np.arange(3), np.zeros(3)))
    months = pd.period_range("1960-01", periods=3, freq="M")
    fan = figures.draw_fan(months, runs, pd.Series(np.zeros(3), months), ylabel="value")
    for drawn in (ax, fan):
        strong = [line for line in drawn.lines if line.get_label()[0] != "_"]
        assert len(strong) == 4
        assert [line.get_label() for line in strong if line.get_linestyle() == "-"] == [
            strong[0].get_label()
        ]
    alone = figures.draw_runs(np.arange(3), runs)
    assert [line.get_linestyle() for line in alone.lines if line.get_label() == "a"] == ["-"]
    plt.close("all")


@pytest.mark.parametrize("axis", ["x", "y"])
def test_a_guess_is_marked_where_it_lies_and_moves_no_limit(axis: Literal["x", "y"]) -> None:
    for guess, lines, words in (
        (0.5, 1, "your guess"),
        (1, 1, "your guess"),
        (40, 0, "your guess: 40 " + "→↑"[axis == "y"]),
        (np.float64(-3), 0, "your guess: -3 " + "←↓"[axis == "y"]),
    ):
        ax = figures.axes()
        ax.set(xlim=(0, 1), ylim=(1, 0))  # an axis may run backwards
        figures.mark_guess(ax, guess, axis)
        assert (ax.get_xlim(), ax.get_ylim()) == ((0, 1), (1, 0))
        assert len(ax.lines) == lines
        assert [text.get_text() for text in ax.texts] == [words]
        for line in ax.lines:
            across = line.get_xdata() if axis == "x" else line.get_ydata()
            assert np.all(np.asarray(across) == guess)
    plt.close("all")


@pytest.mark.parametrize("guess", [None, "yes", True, (1, 2), float("nan")])
def test_what_is_no_number_leaves_no_mark(guess: object) -> None:
    ax = figures.mark_guess(figures.axes(), guess)
    assert len(ax.lines) + len(ax.texts) == 0
    plt.close("all")
