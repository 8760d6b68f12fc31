"""Lesson 04b's explorer of one step: an LSTM of one unit, with the numbers on its wires."""

from __future__ import annotations

from math import exp, tanh

from matplotlib.figure import Figure

from course_utils import diagrams
from course_utils.widgets import choice, explore, panels

INPUTS = (-1.0, -0.5, 0.0, 0.5, 1.0)
HIDDEN = (-0.9, 0.0, 0.9)
CELLS = (-2.0, -1.0, 1.0, 2.0)
FORGET_BIASES = (-2, 0, 1, 2, 4)
# What each sum weighs the input with, and the hidden state, and its bias; f's is the control.
WEIGHTS = {"i": (2.0, 0.5, -1.0), "f": (1.0, 0.5, 0.0), "g": (1.5, -0.5, 0.0), "o": (0.5, 0.5, 1.0)}


def explore_lstm_step() -> None:
    """Explore one step of an LSTM: what a forget bias does to the cell.

    The unit has fixed weights; nothing is trained.

    Notes
    -----
    Used in lesson 04b, `lstm-by-hand`.
    """
    explore(
        "From which forget bias on does the cell keep nine tenths of what it held, "
        "whatever the input and the hidden state say?",
        {
            "x": choice(0.5, INPUTS, "input x"),
            "h": choice(0.0, HIDDEN, "hidden state h"),
            "c": choice(1.0, CELLS, "cell c"),
            "bias": choice(1, FORGET_BIASES, "forget bias"),
        },
        draw_lstm_step,
    )


def lstm_numbers(x: float, h: float, c: float, bias: float) -> dict[str, float]:
    """Take the unit one step on, and note every number on the way.

    Parameters
    ----------
    x, h, c : float
        The input, the hidden state and the cell before.
    bias : float
        Of the forget gate.

    Returns
    -------
    dict
        For `diagrams.draw`, by `diagrams.names` of the LSTM.
    """
    a = {gate: w * x + u * h + b for gate, (w, u, b) in WEIGHTS.items()}
    a["f"] += bias
    i, f, g, o = _sigmoid(a["i"]), _sigmoid(a["f"]), tanh(a["g"]), _sigmoid(a["o"])
    cell = f * c + i * g
    numbers = {"x": x, "h_before": h, "c_before": c, "i": i, "f": f, "g": g, "o": o}
    numbers |= {f"a_{gate}": value for gate, value in a.items()}
    numbers |= {"kept": f * c, "written": i * g, "c": cell, "tanh_c": tanh(cell)}
    return numbers | {"h": o * tanh(cell)}


def _sigmoid(a: float) -> float:
    return 1 / (1 + exp(-a))


def draw_lstm_step(x: float, h: float, c: float, bias: float) -> tuple[Figure, str]:
    """Draw the step.

    Parameters
    ----------
    x, h, c, bias : float
        As for `lstm_numbers`.

    Returns
    -------
    Figure, str
        The picture, and its description.
    """
    figure, (ax,) = panels(__name__, 5.0, left=0, right=1, bottom=0)
    numbers = lstm_numbers(x, h, c, bias)
    diagrams.draw("lstm", numbers, ax)
    words = (
        "The sum a_f is {a_f:.2f}, so the forget gate stands at {f:.2f}: {kept:.2f} is left of "
        "the cell's {c_before:.2f}. The input gate lets in {i:.2f} of the candidate {g:.2f}, so "
        "the new cell is {c:.2f}. What the unit shows of it is {h:.2f}."
    )
    return figure, words.format(**numbers).replace("-", "−")
