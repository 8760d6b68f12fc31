"""Probes of a training step that look at its loss: what it compares, and whether it falls."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from course_utils.diagnose.black_box import Unclear
from course_utils.diagnose.hooks import Call
from course_utils.diagnose.pairs import against_everybody, broken
from course_utils.diagnose.report import Finding, Suspicion
from course_utils.diagnose.trials import other_rows, other_targets
from course_utils.diagnose.watch import Watched

SHAPES = Suspicion(
    "shapes_broadcast",
    tried="compared the shapes of answer and target, and gave the targets in another order",
    means="Answer and target have different shapes, so each answer is compared with everybody's "
    "target and learns their mean.",
    lesson="02b",
    anchor="training-and-testing",
    todo="give answer and target the same shape (squeeze, unsqueeze) before the loss.",
)

NOTHING = Suspicion(
    "learns_nothing",
    tried="trained on this one batch, and compared the loss with the usual ones",
    means="The network can't even learn one batch: the loss doesn't measure what it should.",
    lesson="02a",
    anchor="what-noise-can-teach",
    todo="check what goes into the loss (scores, probabilities or logarithms), its sign, the "
    "order of the rows, the range of the targets, and the learning rate.",
)

PADDING = Suspicion(
    "padding_read",
    tried="gave the rows more padding, and other values in the padding",
    means="The loss counts padding as steps: the network learns to predict padding, and short "
    "rows count less.",
    lesson="02b",
    anchor="training-and-testing",
    todo="mask the loss, and divide by the number of real steps.",
)

LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "mse_loss": F.mse_loss,
    "l1_loss": F.l1_loss,
    "smooth_l1_loss": F.smooth_l1_loss,
    "cross_entropy": F.cross_entropy,
    "nll_loss": F.nll_loss,
    "binary_cross_entropy_with_logits": F.binary_cross_entropy_with_logits,
    "binary_cross_entropy": F.binary_cross_entropy,
}
_CALLS = 40


def answer(call: Call) -> Tensor | None:
    """Return the model's answer in a call, if the call asked it once for training."""
    asked = [one for one in call.forwards if one.is_top and one.for_gradient]
    outs = asked or [one for one in call.forwards if one.for_gradient][-1:]
    if len(outs) != 1:
        return None
    out = outs[0].out
    out = out[0] if isinstance(out, tuple | list) and out else out
    return out if isinstance(out, Tensor) else None


def formula(out: Tensor, y: Tensor, loss: float) -> tuple[str, float]:
    """Name the usual loss that this is, with its sign and factor; "" if it isn't one."""
    for name, measure in LOSSES.items():
        for reduction in ("mean", "sum"):
            value = _value(measure, out, y, reduction)
            if value is None or not math.isfinite(value) or abs(value) < 1e-12:
                continue
            for factor in (1.0, 0.5, -1.0, -0.5):
                if math.isclose(loss, factor * value, rel_tol=1e-4):
                    return name, factor
    return "", 1.0


def _value(measure: Any, out: Tensor, y: Tensor, reduction: str) -> float | None:
    try:
        if y.is_floating_point():
            if out.shape != y.shape and out.squeeze().shape != y.squeeze().shape:
                return None
            return float(measure(out.detach().reshape(y.shape), y, reduction=reduction))
        scores = _classes_last(out.detach(), y)
        if scores is None or measure not in (F.cross_entropy, F.nll_loss):
            return None
        return float(measure(scores, y.reshape(-1).long(), reduction=reduction))
    except (RuntimeError, ValueError, TypeError, IndexError):
        return None


def _classes_last(out: Tensor, y: Tensor) -> Tensor | None:
    if out.shape[:-1] == y.shape or (out.ndim == 2 and len(out) == y.numel()):
        return out.reshape(-1, out.shape[-1])
    if out.ndim == y.ndim + 1 and (out.shape[0], *out.shape[2:]) == y.shape:
        return out.movedim(1, -1).reshape(-1, out.shape[1])
    return None


def shapes(watched: Watched) -> Finding:
    """Look for answers that are compared with everybody's target."""
    out, y = answer(watched.base().calls[0]), watched.y
    if out is None:
        raise Unclear("the step did not call the model exactly once", "compare shapes by hand.")
    said = f"answer {tuple(out.shape)}, target {tuple(y.shape)}"
    if not y.is_floating_point():
        return SHAPES.well(said)
    start = watched.loss(watched.x, y)
    if against_everybody(out, y, start):
        return SHAPES.fault(f"{said}; the loss {start:.4g} is that of each answer against all")
    if out.shape == y.shape:
        return SHAPES.well(said)
    for axis in range(y.ndim):
        order = torch.arange(y.shape[axis], device=y.device).roll(1)
        turned = y.index_select(axis, order)
        if torch.equal(turned, y) or not _differs_along(out, y, axis):
            continue
        far = watched.loss(watched.x, other_targets(y))
        gap = abs(watched.loss(watched.x, turned) - start)
        if gap <= 1e-6 * abs(start) and abs(far - start) > 1e-3 * abs(start):
            return SHAPES.fault(
                f"{said}; with the targets in another order along axis {axis} the loss "
                f"{start:.4g} moves by {gap:.1e}"
            )
    return SHAPES.well(f"{said}; each target still counts for its own answer")


def _differs_along(out: Tensor, y: Tensor, axis: int) -> bool:
    """Whether the answers differ, so that the targets' order can show at all."""
    broadcast = torch.broadcast_shapes
    try:
        grown = broadcast(out.shape, y.shape)
    except RuntimeError:
        return False
    if tuple(grown) == tuple(out.shape) and out.shape[: y.ndim] == (*y.shape[:-1], out.shape[-1]):
        return False  # one target, several answers: quantiles
    spread = float((out.detach() - out.detach().mean()).abs().max())
    return y.shape[axis] > 1 and spread > 1e-4 * float(out.detach().abs().max())


def nothing(watched: Watched) -> Finding:
    """Look for a loss that cannot bring the network to its targets."""
    base = watched.base()
    if any(not math.isfinite(loss) for loss in base.losses):
        number = next(i for i, loss in enumerate(base.losses, 1) if not math.isfinite(loss))
        return NOTHING.fault(f"the loss of call {number} is {base.losses[number - 1]}")
    if not base.losses:
        raise Unclear(
            f"the step returns {base.calls[0].returned}", "let it return the loss (float)."
        )
    out, y = answer(base.calls[0]), watched.y
    name, factor = ("", 1.0) if out is None else formula(out, y, base.losses[0])
    if out is not None and name and (told := _misfit(watched, out, name, factor)):
        return NOTHING.fault(told)
    if out is not None and (told := broken(watched)):
        return NOTHING.fault(told)
    return _falls(watched, name)


def _misfit(watched: Watched, out: Tensor, name: str, factor: float) -> str:
    """Say why this loss can't measure this answer, if it can't."""
    y, last = watched.y, "" if out.grad_fn is None else out.grad_fn.name().lower()
    if factor < 0 and name != "nll_loss":
        return f"the loss is minus {name}: it is driven up"
    if name == "cross_entropy":
        scores = out if y.is_floating_point() else _classes_last(out, y)
        if scores is not None and scores.shape[-1] > 1 and _is_probabilities(scores):
            floor = math.log(math.e + scores.shape[-1] - 1) - 1
            return (
                "cross_entropy takes softmax of answers that are probabilities already: never "
                f"under {floor:.3g}"
            )
    if name == "nll_loss":
        scores = _classes_last(out, y)
        if scores is not None and float(scores.detach().logsumexp(-1).abs().max()) > 1e-3:
            return "nll_loss wants logarithms of probabilities; these answers are none"
    if name == "binary_cross_entropy_with_logits" and "sigmoid" in last:
        return "binary_cross_entropy_with_logits takes sigmoid of answers that are sigmoids"
    if name in ("mse_loss", "l1_loss", "smooth_l1_loss"):
        low, high = _reach(last)
        outside = float(((y < low - 0.05) | (y > high + 0.05)).float().mean())
        if outside >= 0.25:
            return f"{outside:.0%} of the targets lie outside {low:g} to {high:g} ({last})"
    return ""


def _is_probabilities(scores: Tensor) -> bool:
    scores = scores.detach()
    ones = torch.ones_like(scores[..., 0])
    return bool((scores >= 0).all()) and torch.allclose(scores.sum(-1), ones, atol=1e-4)


def _reach(last: str) -> tuple[float, float]:
    for name, low, high in (("sigmoid", 0.0, 1.0), ("softmax", 0.0, 1.0), ("tanh", -1.0, 1.0)):
        if last.startswith(name):
            return low, high
    return (0.0, math.inf) if last.startswith("relu") else (-math.inf, math.inf)


def _falls(watched: Watched, name: str) -> Finding:
    losses = watched.base().losses
    if len(losses) > 5 and max(losses[-3:]) < 0.9 * losses[0]:
        return NOTHING.well(
            f"{len(losses)} calls on one batch: loss {losses[0]:.4g} → {losses[-1]:.4g}"
        )
    seen = watched.run([(watched.x, watched.y)] * _CALLS, watch=False)
    losses = seen.losses
    if any(not math.isfinite(loss) for loss in losses):
        return NOTHING.fault(f"the loss is not finite after {len(losses)} calls on one batch")
    if len(losses) < 10:
        raise watched.failed(seen)
    first, last = losses[0], sorted(losses[-5:])[2]
    said = f"{len(losses)} calls on one batch: loss {first:.4g} → {last:.4g}"
    if last < first:
        return NOTHING.well(said)
    chance = watched.one(watched.x, watched.y, seed=7, watch=False).loss
    steady = chance == first and not watched.declared["stateful"]
    moved = any(watched.base().moved.values())
    if name and steady and moved and last > 1.02 * first:
        return NOTHING.fault(f"{said} ({name})")
    raise Unclear(said, "look at whether it should fall on one batch.")


def padding(watched: Watched) -> Finding:
    """Look for a loss that counts padding."""
    if watched.declared["lengths"] is None:
        raise Unclear("you didn't declare which steps are padding", "declare lengths.")
    x, y, pad = watched.x, watched.y, ~watched.real()
    if not bool(pad.any()):
        raise Unclear("no row is padded", "pass rows of different lengths.")
    start = watched.loss(x, y)
    content = abs(
        watched.loss(_fill(watched, x, other_rows(x)), _fill(watched, y, other_targets(y))) - start
    )
    limit = 1e-5 * abs(start)
    try:
        amount = abs(watched.loss(_longer(watched, x), _longer(watched, y)) - start)
    except Unclear:
        amount = None
    said = f"loss {start:.4g}; other values in the padding move it by {content:.3g}"
    said += "" if amount is None else f", more padding by {amount:.3g}"
    by_value = _is_constant(y[pad]) if watched.y_has_steps else _is_constant(x[pad])
    if content > limit and (not by_value if amount is None else amount > limit):
        return PADDING.fault(said)
    if content > limit or (amount or 0.0) > limit:
        raise Unclear(
            f"{said} (a mask made from the padding's value, or a mean over all steps)",
            "make the mask from the lengths, and divide by its sum.",
        )
    return PADDING.well(said)


def _fill(watched: Watched, one: Tensor, other: Tensor) -> Tensor:
    if one is watched.y and not watched.y_has_steps:
        return one
    pad = ~watched.real().to(one.device)
    return torch.where(pad.reshape(pad.shape + (1,) * (one.ndim - 2)), other, one)


def _longer(watched: Watched, one: Tensor, more: int = 3) -> Tensor:
    if one is watched.y and not watched.y_has_steps:
        return one
    axis = 0 if watched.time_first else 1
    value = one[~watched.real().to(one.device)][:1]
    shape = [more if i == axis else size for i, size in enumerate(one.shape)]
    return torch.cat([one, value.expand(shape)], axis)


def _is_constant(values: Tensor) -> bool:
    return bool((values == values[:1]).all())


PROBES = ((SHAPES, shapes), (NOTHING, nothing), (PADDING, padding))
