"""What the cases of several exercises are made of."""

import torch


def numbers(*shape: int) -> torch.Tensor:
    """Draw numbers of a shape, the same ones every time."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape)))
