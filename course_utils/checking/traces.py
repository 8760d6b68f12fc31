"""What a call leaves behind apart from its result: modes, gradients, parameters, global switches.

Every exercise is checked for these, because a function that leaves a model in evaluation mode
gives the right answer and breaks the next cell.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

Trace = dict[tuple[str, str], Any]


def trace(arguments: dict[str, Any]) -> Trace:
    """Note everything about the arguments except their values.

    Parameters
    ----------
    arguments : dict
        By the names of the parameters.

    Returns
    -------
    dict
        From (what, where) to a fact: whether a gradient is wanted, whether one is stored, which
        mode a module is in, which parameter is where; and the global switches.
    """
    found: Trace = {}
    torch = sys.modules.get("torch")
    if torch is not None:
        found["grad mode", ""] = torch.is_grad_enabled()
        found["default dtype", ""] = str(torch.get_default_dtype())
        for name, value in arguments.items():
            for where, part in _parts(name, value):
                _note(found, where, part, torch)
    return found


def changes(before: Trace, after: Trace) -> tuple[str, ...]:
    """Say in words what a call has changed.

    Parameters
    ----------
    before, after : dict
        What `trace` noted of the same arguments.

    Returns
    -------
    tuple of str
        One sentence for each change, each told once.
    """
    words = {
        "grad mode": lambda now, where: f"leaves gradients switched {'on' if now else 'off'}",
        "default dtype": lambda now, where: f"leaves torch's default dtype at {now}",
        "mode": lambda now, where: f"leaves {where} in {'training' if now else 'evaluation'} mode",
        "wanted": lambda now, where: (
            f"leaves {where} {'with' if now else 'without'} a gradient: requires_grad is {now}"
        ),
        "stored": lambda now, where: f"changes the gradient that is stored in {where}",
        "identity": lambda now, where: f"replaces {where} with another parameter",
        "hooks": lambda now, where: f"leaves a hook on {where}",
    }
    found = [
        words[what](after.get((what, where)), where)
        for (what, where), fact in before.items()
        if not _same(fact, after.get((what, where)))
    ]
    return tuple(dict.fromkeys(found))


def shares_memory(result: Any, arguments: dict[str, Any]) -> bool:
    """Say whether a result is a view of an argument.

    Parameters
    ----------
    result
        Tensors and arrays, alone or in tuples and lists.
    arguments : dict
        By the names of the parameters.
    """
    mine = {place for _, part in _parts("", result) if (place := _memory(part))}
    return any(
        _memory(part) in mine
        for name, value in arguments.items()
        for _, part in _parts(name, value)
    )


def _memory(value: Any) -> int:
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return int(value.untyped_storage().data_ptr())
    while isinstance(value, np.ndarray) and isinstance(value.base, np.ndarray):
        value = value.base
    return int(value.__array_interface__["data"][0]) if isinstance(value, np.ndarray) else 0


def _note(found: Trace, where: str, part: Any, torch: Any) -> None:
    if isinstance(part, torch.nn.Module):
        found["mode", where] = part.training
        found["hooks", where] = len(part._forward_hooks) + len(part._forward_pre_hooks)
        for name, module in part.named_modules():
            if name:
                found["mode", f"{where}.{name}"] = module.training
        for name, parameter in part.named_parameters():
            found["identity", f"{where}.{name}"] = id(parameter)
            _note(found, f"{where}.{name}", parameter, torch)
    elif isinstance(part, torch.Tensor):
        found["wanted", where] = part.requires_grad
        if part.is_leaf:
            found["stored", where] = None if part.grad is None else part.grad.detach().clone()


def _parts(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, tuple | list):
        for place, part in enumerate(value):
            yield from _parts(f"{name}[{place}]", part)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _parts(f"{name}[{key!r}]", part)
    else:
        yield name, value


def _same(one: Any, other: Any) -> bool:
    if hasattr(one, "numpy") and hasattr(other, "numpy"):
        return bool(np.array_equal(one.cpu().numpy(), other.cpu().numpy(), equal_nan=True))
    return type(one) is type(other) and one == other
