"""Signals we make: sine and cosine in chunks (lessons 03a to 04b), and cues to remember (04a).

We check everything that comes in. Only the cues are random, from a generator of their own.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from course_utils.signatures import (
    BadArgument,
    Count,
    Finite,
    Positive,
    Whole,
    at_least,
    checked,
)

DELAY = 17  # time units, in the equation of Mackey and Glass
SETTLE = 500  # time units after which nothing is left of where a system started


class Chunks(NamedTuple):
    """A signal cut into pieces that follow one another in time.

    Attributes
    ----------
    times : ndarray
        Shape (chunks, steps), float32: when each sample is taken; with
        several rows in a batch, in row 0.
    inputs, targets : Tensor
        Shape (chunks, batch, steps, 1). Looping over them gives, chunk by
        chunk, what a batch-first network reads.
    """

    times: Float[np.ndarray, "chunks steps"]
    inputs: Float[Tensor, "chunks batch steps 1"]
    targets: Float[Tensor, "chunks batch steps 1"]


@checked
def sin_cos_chunks(
    chunks: Count = 100,
    steps: Count = 10,
    *,
    span: Positive = math.pi,
    start: Finite = 0.0,
    endpoint: bool = False,
) -> Chunks:
    """Make chunks of a sine, with the cosine as the target.

    Parameters
    ----------
    chunks : int
        How many, at least 1.
    steps : int
        Samples per chunk, at least 2.
    span : float
        How long a chunk is, in radians, above 0.
    start : float
        Where the first chunk begins, in radians.
    endpoint : bool
        Whether a chunk includes its own end. If it does, its last sample comes again as
        the first one of the next chunk, which is the fault of lesson 03b.

    Returns
    -------
    Chunks
        Inputs and targets of shape (chunks, 1, steps, 1).

    Notes
    -----
    Times are 32-bit before the sine is taken, as published: at a thousand
    radians a sample is up to 3e-5 off. Taught in lesson 03a, `data`; the
    endpoint in lesson 03b, `diagnose` and `repair`.
    """
    at_least(2, steps=steps)
    times = np.stack(
        [
            np.linspace(
                start + number * span,
                start + (number + 1) * span,
                steps,
                dtype=np.float32,
                endpoint=endpoint,
            )
            for number in range(chunks)
        ]
    )
    inputs, targets = (
        torch.from_numpy(wave[:, np.newaxis, :, np.newaxis])
        for wave in (np.sin(times), np.cos(times))
    )
    return Chunks(times, inputs, targets)


@checked
def stateful_batches(
    chunks: Count = 501,
    *,
    batch: Count = 50,
    steps: Count = 20,
    advance: Whole | None = None,
    spacing: Positive = 1 / (10 * math.pi),
    start: Finite = 0.0,
) -> Chunks:
    """Make batches as the published ``get_batch`` does: a long row of samples, folded.

    Batch n has ``batch * steps`` consecutive samples, folded into rows, from
    sample ``start + n * advance`` on.

    Parameters
    ----------
    chunks : int
        How many batches, at least 1.
    batch, steps : int
        Rows, and samples per row; at least 1.
    advance : int, optional
        How many samples further on the next batch begins, 0 or more. By default
        ``steps``, so that row i of a batch continues row i of the batch before,
        which is what a carried state needs.
    spacing : float
        Radians from one sample to the next, above 0.
    start : float
        Which sample comes first; 0.5 is halfway between two.

    Returns
    -------
    Chunks
        Inputs (sine) and targets (cosine) of shape (chunks, batch, steps, 1).

    Notes
    -----
    Taught in lesson 04a, `data`; other layouts in `three-ways-state-goes-wrong` and `explore`.
    """
    advance = steps if advance is None else advance
    first = start + advance * np.arange(chunks)[:, np.newaxis, np.newaxis]
    times = spacing * (first + np.arange(batch * steps).reshape(batch, steps))
    inputs, targets = (
        torch.from_numpy(wave.astype(np.float32)[..., np.newaxis])
        for wave in (np.sin(times), np.cos(times))
    )
    return Chunks(times[:, 0].astype(np.float32), inputs, targets)


@checked
def cue_chunks(
    chunks: Count,
    memory: Count,
    generator: torch.Generator,
    *,
    batch: Count = 50,
    steps: Count = 20,
) -> Chunks:
    """Make streams in which the answer is always the last cue, however long ago it came.

    A cue, +1 or −1 by the toss of a coin, comes as the first sample of every
    ``memory + 1``-th chunk; every other sample is 0. In the chunks between,
    only the state can know the answer.

    Parameters
    ----------
    chunks : int
        How many, at least 1.
    memory : int
        How many chunks after its own a cue must be remembered for, at least 1.
    generator : torch.Generator
        Where the cues come from.
    batch, steps : int
        Rows, each with its own cues, and samples per row; at least 1.

    Returns
    -------
    Chunks
        Inputs and targets of shape (chunks, batch, steps, 1); the times number the samples.

    Notes
    -----
    Taught in lesson 04a, `where-carrying-is-necessary`.
    """
    period = memory + 1
    tosses = torch.randint(0, 2, (-(-chunks // period), batch, 1, 1), generator=generator)
    cues = (2.0 * tosses - 1.0).repeat_interleave(period, dim=0)[:chunks]
    inputs = torch.zeros(chunks, batch, steps, 1)
    inputs[::period, :, 0] = cues[::period, :, 0]
    times = np.arange(chunks * steps, dtype=np.float32).reshape(chunks, steps)
    return Chunks(times, inputs, cues.expand(-1, -1, steps, -1).clone())


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
        past.append(rk4_step(mackey_glass_slope, past[-1], past[0], past[1], step))
    return np.array(samples[settle:])


def mackey_glass_slope(x: float, then: float) -> float:
    """Return the rate of change of the Mackey–Glass equation.

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


def rk4_step(slope: Callable, x: float, then: float, later: float, step: float) -> float:
    """Take x one step on: Runge and Kutta's fourth order, for an equation with a delay.

    Parameters
    ----------
    slope : callable
        Gives the rate of change from x and its delayed value.
    x : float
        The value now.
    then, later : float
        The delayed value now, and at the end of the step; between them it goes straight.
    step : float
        In time units.

    Returns
    -------
    float
        The value after the step.

    Notes
    -----
    Taught in lesson 06b, `mackey-glass`.
    """
    between = (then + later) / 2
    k1 = slope(x, then)
    k2 = slope(x + step / 2 * k1, between)
    k3 = slope(x + step / 2 * k2, between)
    k4 = slope(x + step * k3, later)
    return x + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
