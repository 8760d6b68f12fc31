"""Compare the gradient through a result with the gradient through the reference's."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from course_utils.checking import compare
from course_utils.checking.compare import Tolerance

LOST = "carries no gradient: is there a detach, a no_grad or a .data on the way?"
# A gradient is a sum over many products, so it may be off by a little more than a value.
LOOSER = 10


def fault(got: Any, wanted: Any, args: Any, right_args: Any, tolerance: Tolerance) -> str:
    """Say what is wrong with the gradient of a result, if anything.

    Parameters
    ----------
    got, wanted
        The results of the learner's function and of the reference.
    args, right_args
        The arguments that each was called with.
    tolerance : Tolerance
        As for the values.

    Returns
    -------
    str
        Empty if the reference's result carries no gradient, or if all is well.
    """
    right = list(_tensors(wanted))
    if not any(tensor.requires_grad for tensor in right):
        return ""
    mine = list(_tensors(got))
    if len(mine) != len(right):
        return ""
    for one, other in zip(mine, right, strict=True):
        if other.requires_grad and not one.requires_grad:
            return LOST
    try:
        found = _through(mine, args, right)
    except RuntimeError as error:
        return f"gives no gradient: {str(error).splitlines()[0]}"
    truth = _through(right, right_args, right)
    if len(found) != len(truth):
        return ""  # one leaf no longer wants a gradient: that is reported as left behind
    for (where, one), (_, other) in zip(found, truth, strict=True):
        loose = Tolerance(tolerance.rtol * LOOSER, tolerance.atol * LOOSER)
        if _nothing(one) and _nothing(other):
            continue
        if _nothing(one):
            return f"sends no gradient to {where}, but should: is the path cut?"
        if _nothing(other):
            return f"sends a gradient to {where}, but shouldn't: is a detach missing?"
        if not compare.agree(one, other, loose):
            return f"sends the wrong gradient to {where}: is part of the path cut?"
    return ""


def carried_by(result: Any) -> bool:
    """Say whether any tensor of a result carries a gradient."""
    return any(tensor.requires_grad for tensor in _tensors(result))


def _nothing(gradient: Any) -> bool:
    return gradient is None or not bool(gradient.any())


def _through(results: list[Any], args: Any, like: list[Any]) -> list[tuple[str, Any]]:
    """Return the gradient of a fixed mixture of the results for each leaf among the arguments."""
    torch = sys.modules["torch"]
    leaves = [(where, leaf) for where, leaf in _leaves(args) if leaf.requires_grad]
    mixture = 0.0
    for result, other in zip(results, like, strict=True):
        if other.requires_grad:
            ramp = torch.linspace(0.5, 1.5, max(result.numel(), 1), dtype=result.dtype)
            mixture = mixture + (result.reshape(-1) * ramp[: result.numel()]).sum()
    if not leaves:
        return []
    found = torch.autograd.grad(
        mixture, [leaf for _, leaf in leaves], allow_unused=True, retain_graph=True
    )
    return [(where, gradient) for (where, _), gradient in zip(leaves, found, strict=True)]


def _leaves(args: Any, name: str = "argument") -> Iterator[tuple[str, Any]]:
    torch = sys.modules["torch"]
    if isinstance(args, torch.nn.Module):
        yield from args.named_parameters()
    elif isinstance(args, torch.Tensor):
        if args.is_leaf:
            yield name, args
    elif isinstance(args, dict):
        for key, part in args.items():
            yield from _leaves(part, str(key))
    elif isinstance(args, tuple | list):
        for place, part in enumerate(args):
            yield from _leaves(part, f"{name}[{place}]")


def _tensors(value: Any) -> Iterator[Any]:
    torch = sys.modules.get("torch")
    if torch is None:
        return
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, tuple | list):
        for part in value:
            yield from _tensors(part)
