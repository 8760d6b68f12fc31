"""Layers and states with random numbers: cases for the exercises."""

from __future__ import annotations

from typing import TypeVar

import torch
from torch import Tensor, nn

from course_utils.checking import Draw

Module = TypeVar("Module", bound=nn.Module)


@torch.no_grad()
def fill(module: Module, draw: Draw) -> Module:
    """Fill every parameter with random numbers.

    Parameters
    ----------
    module : nn.Module
        Changed in place.
    draw : Draw
        Where the numbers come from.

    Returns
    -------
    nn.Module
        The same module.
    """
    for parameter in module.parameters():
        parameter.copy_(draw.tensor(*parameter.shape, kind="normal"))
    return module


def lstm_weights(
    draw: Draw,
    inputs: int,
    hidden: int,
    dtype: torch.dtype = torch.float32,
    kind: str | None = None,
    grad: bool = False,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Draw the weights of an nn.LSTM: w_ih, w_hh, b_ih, b_hh.

    Parameters
    ----------
    draw : Draw
        Where the numbers come from.
    inputs, hidden : int
        The sizes.
    dtype, kind, grad
        As for `Draw.tensor`.

    Returns
    -------
    tuple of Tensor
        Of shapes (4H, inputs), (4H, H), (4H,) and (4H,).
    """
    w_ih, w_hh, b_ih, b_hh = (
        draw.tensor(4 * hidden, *width, dtype=dtype, kind=kind, grad=grad)
        for width in ((inputs,), (hidden,), (), ())
    )
    return w_ih, w_hh, b_ih, b_hh
