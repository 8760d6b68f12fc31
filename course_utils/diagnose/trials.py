"""Other rows, targets and weights, to try instead of the given ones."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor


def other_targets(y: Tensor, far: int = 1) -> Tensor:
    """Return targets that are far off: above (1) or below (-1) all of y; other classes than y's.

    Parameters
    ----------
    y : Tensor
        Numbers or classes.
    far : {1, -1}
        The direction.

    Returns
    -------
    Tensor
        Of y's shape and dtype; equal to y if there is only one class.
    """
    if y.is_floating_point():
        return y + far * (10 * y.abs().max() + 1)
    known = y.unique()
    return known[(torch.searchsorted(known, y.contiguous()) + far) % len(known)]


def other_rows(x: Tensor, seed: int = 0) -> Tensor:
    """Draw rows of x's shape and spread, or of its tokens.

    Parameters
    ----------
    x : Tensor
        Numbers or tokens.
    seed : int
        Where the random numbers start.

    Returns
    -------
    Tensor
    """
    generator = torch.Generator().manual_seed(seed)
    if x.is_floating_point():
        spread = x.std().nan_to_num(1.0).clamp(min=1e-6) if x.numel() > 1 else x.new_ones(())
        return x.mean() + 2 * spread * torch.randn(x.shape, generator=generator).to(x)
    known = x.unique()
    return known[torch.randint(len(known), x.shape, generator=generator).to(x.device)]


def redraw(parameters: Iterable[Tensor], seed: int) -> None:
    """Shuffle the numbers of each parameter in place; start those that are all zero at random.

    Such weights show what a network *can* do, and not just what its own weights happen to do.

    Parameters
    ----------
    parameters : iterable of Tensor
        Changed in place.
    seed : int
        Of the shuffling.
    """
    generator = torch.Generator().manual_seed(seed)
    for parameter in parameters:
        numbers = parameter.data.flatten()
        if bool((numbers == 0).all()):
            numbers = 0.3 * torch.randn(len(numbers), generator=generator).to(numbers)
        order = torch.randperm(len(numbers), generator=generator).to(numbers.device)
        parameter.data.copy_(numbers[order].reshape(parameter.shape))
