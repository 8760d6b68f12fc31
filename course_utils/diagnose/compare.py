"""Compare two answers: how far apart they are, and how much of that may be rounding."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor


def weighted_sum(y: Tensor) -> Tensor:
    """Add up an answer with fixed weights of either sign, so that nothing cancels by design."""
    weights = torch.randn(y.shape, generator=torch.Generator().manual_seed(1))
    return (y * weights.to(y)).sum()


def tolerance(y: Tensor, precision: float = 0.0) -> float:
    """Return the difference up to which two answers may differ by rounding alone.

    Parameters
    ----------
    y : Tensor
        An answer: its dtype and size decide.
    precision : float
        The spacing near 1 of the coarsest numbers that it was made from, if that is coarser than
        its own dtype's.

    Returns
    -------
    float
        A thousand times that spacing (16 times for numbers of 16 bits or fewer), times the size.
    """
    if not y.is_floating_point():
        return 0.5
    eps = max(torch.finfo(y.dtype).eps, precision)
    size = float(y.detach().abs().max())
    return max(size, 1e-30) * eps * (1000 if eps < 1e-5 else 16)


def difference(one: Tensor, other: Tensor) -> float:
    """Return the largest absolute difference; infinite where the shapes differ."""
    if one.shape != other.shape:
        return float("inf")
    if not one.numel():
        return 0.0
    gap = (one.detach().cpu().double() - other.detach().cpu().double()).abs()
    return float(gap.nan_to_num(0.0 if _both_nan(one, other) else float("inf")).max())


def apart(answers: Iterable[Tensor]) -> float:
    """Say how far apart the answers to the same question are: 0 if they are the same.

    Parameters
    ----------
    answers : iterable of Tensor
        At least one, each asked for when its turn comes.

    Returns
    -------
    float
        The largest difference from the first of them.

    Notes
    -----
    A model that gives two answers to one question keeps a state, or draws at random. Taught in
    lesson 05a, `reset-that-resets-nothing`.
    """
    first, *others = answers
    return max((difference(first, other) for other in others), default=0.0)


def _both_nan(one: Tensor, other: Tensor) -> bool:
    return bool((one.isnan() == other.isnan()).all())
