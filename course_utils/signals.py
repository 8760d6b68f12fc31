"""Made signals: sine and cosine in chunks (lessons 03a to 04b), and cues to be remembered (04a).

Everything that comes in is checked; only the cues are random, from a generator of their own.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from course_utils.signatures import Count, Finite, Positive, Whole, at_least, checked


class Chunks(NamedTuple):
    """A signal cut into pieces that follow one another in time.

    Attributes
    ----------
    times : ndarray
        Shape (chunks, steps), float32: when each sample is taken; of a batch
        of several rows, in row 0.
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
    """Make chunks of a sine, with the cosine as what is wanted.

    Parameters
    ----------
    chunks : int
        How many, at least 1.
    steps : int
        Samples a chunk, at least 2.
    span : float
        How long a chunk is, in radians, above 0.
    start : float
        Where the first chunk begins, in radians.
    endpoint : bool
        Whether a chunk holds its own end. Then its last sample is the first
        sample of the next chunk over again, which is the defect of lesson 03b.

    Returns
    -------
    Chunks
        Inputs and targets of shape (chunks, 1, steps, 1).

    Notes
    -----
    Times are 32-bit before the sine is taken, as published: at a thousand
    radians a sample lies up to 3e-5 beside its place. Taught in lesson 03a, `data`; the
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

    Batch n holds ``batch * steps`` samples that follow one another, folded into
    rows, from sample ``start + n * advance`` on.

    Parameters
    ----------
    chunks : int
        How many batches, at least 1.
    batch, steps : int
        Rows, and samples a row; at least 1.
    advance : int, optional
        How many samples further on the next batch begins, 0 or more. Unless
        given it is ``steps``: then row i of a batch continues row i of the
        batch before, which is what a carried state needs.
    spacing : float
        Radians from one sample to the next, above 0.
    start : float
        Which sample comes first; a half lies between two.

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
    """Make streams in which the answer is the last cue that was seen, however long ago.

    A cue, +1 or −1 by the toss of a coin, comes as the first sample of every
    ``memory + 1``-th chunk; every other sample is 0. In the chunks between,
    nothing but the state can know the answer.

    Parameters
    ----------
    chunks : int
        How many, at least 1.
    memory : int
        For how many chunks after its own a cue must be remembered, at least 1.
    generator : torch.Generator
        Where the cues come from.
    batch, steps : int
        Rows, each with cues of its own, and samples a row; at least 1.

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
