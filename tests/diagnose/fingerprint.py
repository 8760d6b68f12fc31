"""Everything about a model, a step and the random numbers, as bytes to be compared."""

from __future__ import annotations

import random
from collections.abc import Iterator
from types import FunctionType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn


def of(*things: Any) -> dict[str, Any]:
    """Take the fingerprint of things: of what they hold, down to the last bit and object."""
    prints: dict[str, Any] = {
        "torch": torch.get_rng_state().numpy().tobytes(),
        "numpy": str(np.random.get_state()),  # noqa: NPY002
        "python": random.getstate(),
        "gradients": torch.is_grad_enabled(),
        "dtype": torch.get_default_dtype(),
    }
    seen: dict[int, Any] = {}
    for number, thing in enumerate(things):
        prints |= dict(_walk(thing, f"{number}", seen))
    return prints


def _walk(thing: Any, path: str, seen: dict[int, Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(thing, bool | int | float | str | None):
        yield path, thing
        return
    if id(thing) in seen:
        return
    seen[id(thing)] = thing
    if isinstance(thing, nn.UninitializedParameter):
        yield path, id(thing)
    elif isinstance(thing, Tensor):
        plain = thing.detach().to_dense() if thing.is_sparse else thing.detach()
        plain = plain.float() if thing.dtype == torch.bfloat16 else plain
        numbers = plain.contiguous().clone().numpy().tobytes()
        yield path, (id(thing), numbers, thing.requires_grad, thing.shape, thing.dtype)
        if thing.is_leaf:
            yield from _walk(thing.grad, f"{path}.grad", seen)
    elif isinstance(thing, dict):
        yield f"{path} keys", [key if isinstance(key, str | int) else id(key) for key in thing]
        for number, value in enumerate(thing.values()):
            yield from _walk(value, f"{path}[{number}]", seen)
    elif isinstance(thing, list | tuple):
        yield f"{path} length", len(thing)
        for number, value in enumerate(thing):
            yield from _walk(value, f"{path}[{number}]", seen)
    elif isinstance(thing, FunctionType):
        for number, cell in enumerate(thing.__closure__ or ()):
            yield from _walk(cell.cell_contents, f"{path}<{number}>", seen)
    elif isinstance(thing, nn.Module | torch.optim.Optimizer) or hasattr(thing, "optimizer"):
        yield from _walk(vars(thing), f"{path}.", seen)
