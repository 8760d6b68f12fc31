"""Which answer each target is compared with: its own, or by mistake somebody else's."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook

from course_utils.diagnose.trials import other_targets
from course_utils.diagnose.watch import Watched

_MOST_ANSWERS = 2048  # each of which is compared with each target


def against_everybody(out: Tensor, y: Tensor, loss: float) -> bool:
    """Say whether a loss compares each answer with every target instead of its own.

    Parameters
    ----------
    out, y : Tensor
        Answers and targets, equally many.
    loss : float
        What came out.

    Returns
    -------
    bool
    """
    count = y.numel()
    if not y.is_floating_point() or out.numel() != count or not 1 < count <= _MOST_ANSWERS:
        return False
    answers, targets = out.detach().reshape(-1, 1), y.reshape(1, -1)
    for measure in (F.mse_loss, F.l1_loss, F.smooth_l1_loss):
        everybody = float(
            measure(answers.expand(count, count), targets.to(answers).expand(count, count))
        )
        own = float(measure(answers[:, 0], targets[0].to(answers)))
        if math.isclose(loss, everybody, rel_tol=1e-5):
            return not math.isclose(own, everybody, rel_tol=1e-4)
    return False


def broken(watched: Watched) -> str:
    """Say how targets are compared with the answers for other rows or steps, if they are."""
    passes = [one for one in watched.base().calls[0].forwards if one.is_top and one.for_gradient]
    given = passes[0].given[0] if len(passes) == 1 and passes[0].given else None
    if not isinstance(given, Tensor) or given.shape != watched.x.shape:
        return ""
    if not torch.equal(given, watched.x):
        return _shuffled(watched, given)
    return _elsewhere(watched)


def _shuffled(watched: Watched, given: Tensor) -> str:
    """See whether the rows go in in another order than their targets are compared in."""
    axis = 1 if watched.time_first else 0
    rows, seen = watched.x.movedim(axis, 0), given.detach().movedim(axis, 0)
    order = [int((rows == one).flatten(1).all(1).int().argmax()) for one in seen]
    if sorted(order) != list(range(len(rows))) or not torch.equal(rows[order], seen):
        return ""
    return "the rows go in in another order than the targets they are compared with"


def _elsewhere(watched: Watched) -> str:
    """Change the targets one by one, and see which answers' gradients move."""
    y = watched.y
    base = _slope(watched, y) if watched.y_has_steps else None
    if base is None or base.shape[:2] != y.shape[:2]:
        return ""
    rows = 1 if watched.time_first else 0
    other, hits = other_targets(y), []
    for first in range(0, y.shape[0], max(1, y.shape[0] // 3)):
        for second in range(0, y.shape[1], max(1, y.shape[1] // 3)):
            if not bool((other[first, second] != y[first, second]).any()):
                continue
            changed = y.clone()
            changed[first, second] = other[first, second]
            slope = _slope(watched, changed)
            if slope is None or slope.shape != base.shape:
                return ""
            moved = (slope - base).abs().flatten(2)
            if float(moved.max()) > 1e-5 * float(base.abs().max()):
                hits.append(((first, second), moved > 1e-3 * moved.max()))
    if len(hits) < 4:
        return ""
    strays = [one for one in hits if not bool(one[1].select(rows, one[0][rows]).any())]
    if len(strays) > 0.7 * len(hits):  # a few come out right by chance
        place, hit = strays[-1]
        at = hit.any(2).nonzero()[0].tolist()
        return f"the target at {place} is compared with the answer at {tuple(at)}"
    if rows == 0 and all(_is_viewed(place, hit) for place, hit in hits):
        return "classes and steps have changed places in a view of the answer"
    return ""


def _is_viewed(place: tuple[int, int], hit: Tensor) -> bool:
    """Whether a target moves the numbers that a view by (classes, steps) puts at its step."""
    row, step = place
    steps, classes = hit.shape[1:]
    at = hit[row].flatten().nonzero().flatten()
    others = int(hit.sum()) - len(at)
    own = bool((at // classes == step).all())
    return not others and len(at) > 0 and not own and bool((at % steps == step).all())


def _slope(watched: Watched, y: Tensor) -> Tensor | None:
    """Return the gradient of one call's loss with respect to the answer."""
    outs: list[Tensor] = []

    def keep(module: nn.Module, _: Any, out: Any) -> None:
        out = out[0] if isinstance(out, tuple | list) and out else out
        if module is watched.model and isinstance(out, Tensor) and out.requires_grad:
            out.retain_grad()
            outs.append(out)

    handle = register_module_forward_hook(keep)
    try:
        watched.one(watched.x, y, watch=False)
    finally:
        handle.remove()
    return outs[0].grad if len(outs) == 1 else None
