"""How precise the numbers behind an answer are: the coarsest of them decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_hook

from course_utils.diagnose.state import tensors_of

_EIGHT_BITS = 2.0**-7


def coarsest(ask: Callable[[], object], modules: Iterable[nn.Module]) -> float:
    """Say how coarse the coarsest numbers in and out of a model's modules are.

    Parameters
    ----------
    ask : callable
        Calls the model once, and is watched.
    modules : iterable of nn.Module
        Those that take part; quantised ones compute in eight bits.

    Returns
    -------
    float
        The spacing of numbers near 1: 1.2e-7 for float32, 1/128 for bfloat16 or eight bits; 0 if
        nothing was seen.
    """
    spacings = [0.0]

    def note(tensors: Iterable[torch.Tensor]) -> None:
        spacings.extend(torch.finfo(one.dtype).eps for one in tensors if one.is_floating_point())

    def passed(_: nn.Module, __: Any, out: Any) -> None:
        note(tensors_of(out))

    for module in modules:
        note(module.parameters(recurse=False))
        if ".quantized" in type(module).__module__:
            spacings.append(_EIGHT_BITS)
    handle = register_module_forward_hook(passed)
    try:
        ask()
    finally:
        handle.remove()
    return max(spacings)
