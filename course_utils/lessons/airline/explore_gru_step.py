"""Lesson 05b's explorer of one step: a GRU of one unit, with the numbers on its wires."""

from __future__ import annotations

from math import exp, tanh

from matplotlib.figure import Figure

from course_utils import diagrams
from course_utils.widgets import choice, explore, panels

INPUTS = (-1.0, 0.0, 1.0)
STATES = (-0.9, -0.4, 0.4, 0.9)
BIASES = (-6, -3, 0, 3, 6)
# W and U, as the lesson's formulas name them. Of the biases b_r and b_z are the controls.
W = {"r": 1.0, "z": 0.5, "n": 1.2}
U = {"r": 0.5, "z": 0.5, "n": -1.5}
B_N, C_N = 0.2, 0.3


def explore_gru_step() -> None:
    """Explore one step of a GRU: what its two gates do to the state.

    The unit has fixed weights; nothing is trained.

    Notes
    -----
    Used in lesson 05b, `gru-by-hand`.
    """
    explore(
        "Which of the two gates, wide open or shut, makes the new state a copy of the old one?",
        {
            "x": choice(1.0, INPUTS, "input x"),
            "h": choice(0.4, STATES, "state h"),
            "update": choice(0, BIASES, "update bias"),
            "reset": choice(0, BIASES, "reset bias"),
        },
        draw_gru_step,
    )


def gru_numbers(x: float, h: float, update: float, reset: float) -> dict[str, float]:
    """Take the unit one step on, and note every number on the way.

    Parameters
    ----------
    x, h : float
        The input and the state before.
    update, reset : float
        The biases of the two gates.

    Returns
    -------
    dict
        For `diagrams.draw`, by `diagrams.names` of the GRU.
    """
    r = 1 / (1 + exp(-(W["r"] * x + U["r"] * h + reset)))
    z = 1 / (1 + exp(-(W["z"] * x + U["z"] * h + update)))
    recalled = r * (U["n"] * h + C_N)
    n = tanh(W["n"] * x + recalled + B_N)
    numbers = {"x": x, "h_before": h, "r": r, "z": z, "recalled": recalled, "n": n, "1-z": 1 - z}
    return numbers | {"kept": z * h, "taken": (1 - z) * n, "h": (1 - z) * n + z * h}


def draw_gru_step(x: float, h: float, update: float, reset: float) -> tuple[Figure, str]:
    """Draw the step.

    Parameters
    ----------
    x, h, update, reset : float
        As for `gru_numbers`.

    Returns
    -------
    Figure, str
        The picture, and its description.
    """
    figure, (ax,) = panels(__name__, 5.1, left=0, right=1, bottom=0)
    numbers = gru_numbers(x, h, update, reset)
    diagrams.draw("gru", numbers, ax)
    words = (
        "The update gate stands at {z:.2f}, the reset gate at {r:.2f}. The new state takes {z:.2f} "
        "of the old one ({h_before:.2f}) and {1-z:.2f} of the candidate ({n:.2f}): "
        "together {h:.2f}."
    )
    return figure, words.format(**numbers).replace("-", "−")
