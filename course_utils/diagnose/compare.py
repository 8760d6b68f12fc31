"""Compare two answers: how far they are apart, and below what that may be rounding."""

from __future__ import annotations

import torch
from torch import Tensor


def weighted_sum(y: Tensor) -> Tensor:
    """Add up an answer under fixed weights of either sign, so that nothing cancels by design."""
    weights = torch.randn(y.shape, generator=torch.Generator().manual_seed(1))
    return (y * weights.to(y)).sum()


def tolerance(y: Tensor, scale: Tensor | float | None = None) -> float:
    """Say below which difference two answers may be rounding apart.

    Parameters
    ----------
    y : Tensor
        An answer: its dtype and size decide.
    scale : float, optional
        The size, if it is not that of ``y``.

    Returns
    -------
    float
        A thousand times the dtype's precision (16 times for 16-bit numbers), times the size.
    """
    if not y.is_floating_point():
        return 0.5
    eps = torch.finfo(y.dtype).eps
    size = float(y.detach().abs().max()) if scale is None else float(scale)
    return max(size, 1e-30) * eps * (1000 if eps < 1e-5 else 16)


def difference(one: Tensor, other: Tensor) -> float:
    """Give the largest absolute difference; infinite where the shapes differ."""
    if one.shape != other.shape:
        return float("inf")
    if not one.numel():
        return 0.0
    gap = (one.detach().double() - other.detach().double()).abs()
    return float(gap.nan_to_num(0.0 if _both_nan(one, other) else float("inf")).max())


def _both_nan(one: Tensor, other: Tensor) -> bool:
    return bool((one.isnan() == other.isnan()).all())
