"""What an LSTM's starting weights are worth: the starts that lesson 04b compares."""

from __future__ import annotations

import numpy as np

from course_utils.lessons.stateful.exercises.set_forget_bias import set_forget_bias
from course_utils.lessons.stateful.keras_port import initialise_like_keras
from course_utils.lessons.stateful.runs import Losses, Start
from course_utils.recurrent import SequenceModel
from course_utils.signatures import Count, Finite, checked

FORGET_BIASES = tuple(range(-2, 7))
# A run has learnt once the mean of this many losses is under this.
SMOOTH = 10
LEARNT = 0.05


def _forget_bias_1(model: SequenceModel) -> None:
    set_forget_bias(model.recurrent, 1.0)  # type: ignore[arg-type]


def _read_out(model: SequenceModel) -> None:
    initialise_like_keras(model.readout)


def _both(model: SequenceModel) -> None:
    _forget_bias_1(model)
    _read_out(model)


# What to do to a network fresh from torch before training.
STARTS: dict[str, Start] = {
    "torch": lambda model: None,
    "forget bias 1": _forget_bias_1,
    "Keras' read-out": _read_out,
    "both of these": _both,
    "Keras": initialise_like_keras,
}


@checked
def with_forget_bias(value: Finite) -> Start:
    """Make a start with Keras' weights and this bias for the forget gate.

    Parameters
    ----------
    value : float
        Keras' own is 1.

    Returns
    -------
    callable
        Changes a network in place.
    """

    def start(model: SequenceModel) -> None:
        initialise_like_keras(model)
        set_forget_bias(model.recurrent, value)  # type: ignore[arg-type]

    return start


@checked
def updates_until(losses: Losses, level: Finite = LEARNT, smooth: Count = SMOOTH) -> float:
    """Count the updates until the smoothed loss is under a level.

    Parameters
    ----------
    losses : sequence of float
        One per update.
    level : float
        What is good enough.
    smooth : int
        The mean is over this many losses: an update's own and those before it.

    Returns
    -------
    float
        At least ``smooth``; NaN if it never happens.

    Notes
    -----
    Used in lesson 04b, `slower-than-keras`.
    """
    if len(losses) < smooth:
        return float("nan")
    means = np.convolve(losses, np.full(smooth, 1 / smooth), mode="valid")
    under = np.flatnonzero(means < level)
    return float(under[0] + smooth) if len(under) else float("nan")
