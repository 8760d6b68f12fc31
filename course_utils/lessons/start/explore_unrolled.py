"""Lesson 00's explorer: a recurrent network of one unit, unrolled over a sine."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from course_utils import figures
from course_utils.widgets import choice, explore, panels

MEMORIES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
WAVE = 12  # steps
SINE = np.sin(2 * np.pi * np.arange(20) / WAVE)
RISING, FALLING = 13, 17  # where the sine is 0.5, on its way up and on its way down
LIFT = 2.7  # the state is drawn above the input


def explore_unrolled() -> None:
    """Explore what a state is for: the same input, before and after the crest of a wave.

    One unit, nothing trained: the state is tanh(input + memory × the state before).

    Notes
    -----
    Used in lesson 00, `taste`.
    """
    explore(
        "The input is 0.5 at both marks, once rising and once falling. "
        "How much memory does the network need to tell the two apart?",
        {"memory": choice(0.0, MEMORIES, "memory")},
        draw_unrolled,
    )


def read(memory: float, inputs: np.ndarray = SINE) -> np.ndarray:
    """Read a series, one step after the other.

    Parameters
    ----------
    memory : float
        The weight of the state before; the input has weight 1.
    inputs : ndarray
        Shape (steps,).

    Returns
    -------
    ndarray
        Shape (steps,): the state after each step.
    """
    states, state = [], 0.0
    for value in inputs:
        state = np.tanh(value + memory * state)
        states.append(state)
    return np.array(states)


def memory_needed() -> float:
    """Give the least memory of the slider that tells the rising 0.5 from the falling one."""
    return next(m for m in MEMORIES if not np.isclose(read(m)[RISING], read(m)[FALLING]))


def draw_unrolled(memory: float) -> tuple[Figure, str]:
    """Draw the inputs, the states above them, and the arrows between them.

    Parameters
    ----------
    memory : float
        One of `MEMORIES`.

    Returns
    -------
    Figure, str
        The picture, and its description.
    """
    steps, states = np.arange(len(SINE)), read(memory)
    height = states + LIFT
    figure, (ax,) = panels(__name__, 3.6, left=0.13, bottom=0.13)
    arrows = {"angles": "xy", "scale_units": "xy", "scale": 1, "zorder": 1}
    ax.quiver(
        steps, SINE, 0 * steps, 0.94 * (height - SINE), color="#BBBBBB", width=0.0015, **arrows
    )
    if memory:
        ax.quiver(
            steps[:-1] + 0.12,
            height[:-1],
            np.full(len(steps) - 1, 0.76),
            np.diff(height),
            color=figures.BLUE,
            width=0.0005 + 0.003 * memory,
            **arrows,
        )
    ax.plot(steps, SINE, "o", color=figures.BLACK, markersize=4)
    ax.plot(steps, height, "s", color=figures.BLUE, markersize=8)
    for step, mark, colour, line, name in (
        (RISING, "^", figures.GREEN, "--", "rising"),
        (FALLING, "v", figures.VERMILION, "-.", "falling"),
    ):
        ax.plot(step, SINE[step], mark, color=colour, markersize=13)
        ax.plot(step, height[step], mark, color=colour, markersize=13)
        ax.axhline(height[step], color=colour, linewidth=1, linestyle=line, zorder=0)
        ax.annotate(name, (step, SINE[step]), (0, -17), textcoords="offset points", ha="center")
    ax.axhline(0.5, color="#999999", linewidth=1, linestyle=":", zorder=0)
    low, high = LIFT - 1, LIFT + 1
    ax.set_yticks([-1, 0, 1, low, LIFT, high], ["−1", "0", "1"] * 2)
    ax.set(xlim=(-0.6, 19.6), ylim=(-1.25, high + 0.15), xlabel="step")
    ax.set_xticks(range(0, 20, 2))
    for middle, name in ((0, "input"), (LIFT, "state")):
        ax.text(-2.4, middle, name, ha="center", va="center", weight="bold")
    return figure, _words(memory, states[RISING], states[FALLING])


def _words(memory: float, rising: float, falling: float) -> str:
    if not memory:
        return (
            f"Memory 0: the state is {rising:.2f} at both marks. From the state alone nobody can "
            "tell rising from falling."
        )
    return (
        f"Memory {memory}: the state is {rising:.2f} where the sine rises and {falling:.2f} where "
        f"it falls, {falling - rising:.2f} apart."
    )
