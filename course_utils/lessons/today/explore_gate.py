"""Lesson 08's explorer: one unit reads bits, and its gate decides what is left of its state."""

from __future__ import annotations

from functools import cache

import numpy as np
from matplotlib.figure import Figure

from course_utils import figures
from course_utils.widgets import choice, explore, log_values, panels

GATES = (-1.0, -0.99, -0.95, -0.8, -0.5, 0.1, 0.5, 0.8, 0.95, 0.99, 1.0)
ROWS, SHOWN, BITS = 500, 40, 128
ENOUGH = 0.01  # a state smaller than this is lost in the noise of 32 units


def explore_gate() -> None:
    """Explore a unit's gate at a 0 and at a 1: what is left of its state after 128 bits.

    Notes
    -----
    Used in lesson 08, `explore`.
    """
    explore(
        "With which two gates does one unit still know the parity after 128 bits?",
        {
            "at_zero": choice(0.95, GATES, "gate at a 0"),
            "at_one": choice(0.5, GATES, "gate at a 1"),
        },
        draw_gate,
    )


@cache
def _bits() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 2, (ROWS, BITS))


def states_of(at_zero: float, at_one: float) -> np.ndarray:
    """Let a unit start at 1 and multiply its state by the gate of each bit.

    Parameters
    ----------
    at_zero, at_one : float
        The gate's value at a 0 and at a 1.

    Returns
    -------
    ndarray
        Shape (500, 129): the states of 500 rows, the start included.

    Notes
    -----
    Used in lesson 08, `explore`.
    """
    factors = np.where(_bits() == 1, at_one, at_zero)
    return np.cumprod(np.hstack([np.ones((ROWS, 1)), factors]), axis=1)


def rows_known(states: np.ndarray) -> float:
    """Give the share of the rows whose last state says odd or even: by its sign, if it's not lost.

    Parameters
    ----------
    states : ndarray
        From `states_of`.

    Returns
    -------
    float
        A state that is lost counts as half right, like a coin.

    Notes
    -----
    Used in lesson 08, `explore`.
    """
    odd = _bits().sum(axis=1) % 2 == 1
    lost = abs(states[:, -1]) < ENOUGH
    told = (states[:, -1] < 0) == odd
    return float(np.where(lost, 0.5, told).mean())


def draw_gate(at_zero: float, at_one: float) -> tuple[Figure, str]:
    """Draw one row's state, and how much is left on the way through 128 bits.

    Parameters
    ----------
    at_zero, at_one : float
        The gate's value at a 0 and at a 1.

    Returns
    -------
    Figure, str
        The picture, and its description.
    """
    figure, (left, right) = panels(__name__, 3.2, (1.3, 1), bottom=0.17, gap=0.26)
    states = states_of(at_zero, at_one)
    steps, row, ones = np.arange(SHOWN + 1), states[0, : SHOWN + 1], np.append(0, _bits()[0])
    odd = np.cumsum(ones)[: SHOWN + 1] % 2 == 1
    left.axhline(0, color="#888888", linewidth=0.8)
    left.step(steps, row, where="mid", color="#888888", linewidth=1)
    for chosen, colour, mark, name in (
        (~odd, figures.BLUE, "o", "even so far"),
        (odd, figures.VERMILION, "s", "odd so far"),
    ):
        left.plot(steps[chosen], row[chosen], mark, color=colour, markersize=4, label=name)
    left.set(xlim=(-1, SHOWN + 1), ylim=(-1.1, 1.45), xlabel="bits read", ylabel="state of a unit")
    left.legend(frameon=False, loc="upper right", ncols=2)
    size = np.median(abs(states), axis=0)
    log_values(right)
    right.plot(np.arange(BITS + 1), size, color=figures.BLUE)
    right.axhline(ENOUGH, color=figures.BLACK, linestyle=":", linewidth=1)
    right.text(BITS, 1.6 * ENOUGH, "a hundredth", ha="right")
    right.set(xlim=(0, BITS), ylim=(5e-10, 3), xlabel="bits read", ylabel="size that is left")
    known = rows_known(states)
    return figure, (
        f"Gate {at_zero:g} at a 0 and {at_one:g} at a 1: after {BITS} bits the median row has "
        f"{size[-1]:.2g} of its state left. Read by its sign, with a coin where under a hundredth "
        f"is left, the parity is right in {known:.0%} of {ROWS} rows."
    )
