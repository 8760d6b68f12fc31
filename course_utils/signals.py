"""Made signals: the sine and cosine chunks of lessons 03a and 03b.

Nothing here is random, and everything that comes in is checked.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor


class Chunks(NamedTuple):
    """A signal cut into pieces that follow one another in time.

    Attributes
    ----------
    times : ndarray
        Shape (chunks, steps), float32: when each sample is taken.
    inputs, targets : Tensor
        Shape (chunks, batch, steps, 1). Looping over them gives, chunk by
        chunk, what a batch-first network reads.
    """

    times: np.ndarray
    inputs: Tensor
    targets: Tensor


def sin_cos_chunks(
    chunks: int = 100,
    steps: int = 10,
    *,
    span: float = math.pi,
    start: float = 0.0,
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

    Raises
    ------
    TypeError
        If ``chunks`` or ``steps`` is no integer, or ``endpoint`` no bool.
    ValueError
        If a number is out of its range, or not finite.

    Notes
    -----
    Times are 32-bit before the sine is taken, as published: at a thousand
    radians a sample lies up to 3e-5 beside its place. Taught in lesson
    03a, section 1; the endpoint in lesson 03b, sections 1 and 2.
    """
    for name, number, least in (("chunks", chunks, 1), ("steps", steps, 2)):
        if isinstance(number, bool) or not isinstance(number, int):
            raise TypeError(f"{name} must be an integer, got {number!r}")
        if number < least:
            raise ValueError(f"{name} must be at least {least}, got {number}")
    if not isinstance(endpoint, bool):
        raise TypeError(f"endpoint must be True or False, got {endpoint!r}")
    if not (math.isfinite(span) and span > 0):
        raise ValueError(f"span must be a finite number above 0, got {span!r}")
    if not math.isfinite(start):
        raise ValueError(f"start must be a finite number, got {start!r}")
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
