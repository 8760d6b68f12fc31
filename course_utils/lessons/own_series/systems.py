"""The systems of lesson 06b apart from the chaotic one: a pendulum, lights, rain in a bucket."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from course_utils.signals import SETTLE
from course_utils.signatures import BadArgument, Count, Finite, Positive, checked

RAINY = 0.3


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
