"""The systems of lesson 06b: one chaotic, one linear, and lights that are switched on and off."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from course_utils.lessons.own_series.exercises.rk4_step import rk4_step
from course_utils.signatures import BadArgument, Count, Finite, Positive, Whole, checked

DELAY = 17
RAINY = 0.3
SETTLE = 500  # time units after which nothing is left of where a system started


class Stream(NamedTuple):
    """Streams that are read step by step, with what is wanted at every step.

    Attributes
    ----------
    inputs, targets : Tensor
        Shape (streams, steps, 1), float32.
    """

    inputs: Float[Tensor, "streams steps 1"]
    targets: Float[Tensor, "streams steps 1"]


@checked
def mackey_glass(
    points: Count, start: Positive = 1.2, step: Positive = 0.1, settle: Whole = SETTLE
) -> Float[np.ndarray, " points"]:
    """Integrate the Mackey–Glass equation with RK4, and take one sample per time unit.

    The rate of change is ``0.2·d / (1 + d¹⁰) − 0.1·x``, where d is x as it was 17 time units ago.

    Parameters
    ----------
    points : int
        How many samples.
    start : float
        The value of x at all times up to 0.
    step : float
        Of the integration, in time units; 1 must be a multiple of it.
    settle : int
        Time units that are left out at the beginning.

    Returns
    -------
    ndarray
        Shape (points,), no unit.

    Notes
    -----
    Mackey & Glass (1977), Science 197, 287-289. Taught in lesson 06b, `mackey-glass`.
    """
    every = round(1 / step)
    if abs(every * step - 1) > 1e-9:
        raise BadArgument(f"step must divide 1, such as 0.1 or 0.05, got {step!r}")
    past = deque([start] * (DELAY * every + 1), maxlen=DELAY * every + 1)
    samples = []
    for number in range((settle + points) * every):
        if number % every == 0:
            samples.append(past[-1])
        past.append(rk4_step(slope, past[-1], past[0], past[1], step))
    return np.array(samples[settle:])


def slope(x: float, then: float) -> float:
    """Give the rate of change of the Mackey–Glass equation.

    Parameters
    ----------
    x, then : float
        The value now, and 17 time units ago.

    Returns
    -------
    float
        Per time unit.

    Notes
    -----
    Taught in lesson 06b, `mackey-glass`.
    """
    return 0.2 * then / (1 + then**10) - 0.1 * x


@checked
def noisy_pendulum(
    points: Count, generator: np.random.Generator, period: Positive = 20, damping: Positive = 0.98
) -> Float[np.ndarray, " points"]:
    """Let a damped pendulum swing, pushed at random at every step: a linear system.

    Each value is a fixed weighted sum of the two before it, plus a push drawn from N(0, 1).

    Parameters
    ----------
    points : int
        How many samples.
    generator : numpy.random.Generator
        Where the pushes come from.
    period : float
        Steps per swing.
    damping : float
        What is left of a swing's height after a step, under 1.

    Returns
    -------
    ndarray
        Shape (points,), no unit.

    Notes
    -----
    Used in lesson 06b, `control`.
    """
    if damping >= 1:
        raise BadArgument(f"damping must be under 1, or the swings grow for ever, got {damping!r}")
    first, second = 2 * damping * np.cos(2 * np.pi / period), -(damping**2)
    x, before, values = 0.0, 0.0, []
    for push in generator.normal(size=SETTLE + points):
        x, before = first * x + second * before + push, x
        values.append(x)
    return np.array(values[SETTLE:])


@checked
def light_switch(streams: Count, steps: Count, p: Positive, generator: torch.Generator) -> Stream:
    """Press one button at random moments: each press switches the light on, or off again.

    Parameters
    ----------
    streams, steps : int
        How many lights, each off to begin with, and how long they are watched.
    p : float
        How likely a press is at each step, under 1.
    generator : torch.Generator
        Where the presses come from.

    Returns
    -------
    Stream
        In: 1 where the button is pressed. Wanted: 1 while the light is on.

    Notes
    -----
    Taught in lesson 06b, `light-switch`.
    """
    if p >= 1:
        raise BadArgument(f"p must be under 1, got {p!r}")
    presses = (torch.rand(streams, steps, 1, generator=generator) < p).float()
    return Stream(presses, presses.cumsum(dim=1) % 2)


@checked
def rain(steps: Count, generator: np.random.Generator) -> Float[np.ndarray, " steps"]:
    """Let it rain: at three steps out of ten, as much as an exponential distribution says.

    Parameters
    ----------
    steps : int
        How many.
    generator : numpy.random.Generator
        Where the rain comes from.

    Returns
    -------
    ndarray
        Shape (steps,): 0 where it is dry, else 1 in the mean.

    Notes
    -----
    Used in lesson 06b, `explore`.
    """
    return generator.exponential(size=steps) * (generator.random(steps) < RAINY)


@checked
def echo(rain: Float[np.ndarray, " steps"], memory: Count) -> Float[np.ndarray, " steps"]:
    """Give the rain of ``memory`` steps ago: to answer, every value since must be kept.

    Parameters
    ----------
    rain : ndarray
        Shape (steps,).
    memory : int
        How many steps ago.

    Returns
    -------
    ndarray
        Shape (steps,); 0 where nothing fell yet.

    Notes
    -----
    Used in lesson 06b, `explore`.
    """
    return np.concatenate([np.zeros(memory), rain])[: len(rain)]


@checked
def bucket(
    rain: Float[np.ndarray, " steps"], memory: Count, overflows: bool = False
) -> Float[np.ndarray, " steps"]:
    """Catch the rain in a leaking bucket: one number that sums up the past.

    Parameters
    ----------
    rain : ndarray
        Shape (steps,).
    memory : int
        At every step one part in ``memory`` leaks out.
    overflows : bool
        Whether the bucket holds no more than the level that it has in the mean (at least 1).
        Without an overflow the level is a weighted sum of the past rain.

    Returns
    -------
    ndarray
        Shape (steps,): the level, from empty on.

    Notes
    -----
    Used in lesson 06b, `explore`.
    """
    top = max(1.0, RAINY * memory) if overflows else np.inf
    level, levels = 0.0, []
    for drop in rain:
        level = min(top, (1 - 1 / memory) * level + drop)
        levels.append(level)
    return np.array(levels)


@checked
def with_noise(
    values: Float[np.ndarray, " points"], noise: Finite, generator: np.random.Generator
) -> Float[np.ndarray, " points"]:
    """Add measuring noise.

    Parameters
    ----------
    values : ndarray
        Shape (points,).
    noise : float
        In standard deviations of the values, 0 or more.
    generator : numpy.random.Generator
        Where it comes from.

    Returns
    -------
    ndarray
        Shape (points,), in the units of the values.
    """
    return values + noise * values.std() * generator.normal(size=len(values))
