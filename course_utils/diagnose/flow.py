"""Probes of a training step that look at the graph, at modes, and at a state that is carried."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook

from course_utils.diagnose.black_box import Failed, Unclear
from course_utils.diagnose.compare import difference
from course_utils.diagnose.hooks import Call
from course_utils.diagnose.report import Finding, Suspicion
from course_utils.diagnose.trials import other_rows, other_targets
from course_utils.diagnose.watch import Watched

CUT = Suspicion(
    "gradient_cut",
    tried="measured the loss's gradient with respect to x at every step",
    means="The state goes on from step to step but its gradient doesn't, so nothing can learn "
    "what to remember.",
    lesson="01b",
    anchor="what-truncation-removes",
    todo="detach the state only at the borders between chunks, and make chunks of many steps.",
)

GRAPH = Suspicion(
    "graph_kept",
    tried="counted the graph that is still alive after two calls of the step and after five",
    means="Each call holds on to the graph of the calls before: memory and time grow without end, "
    "or backward() fails.",
    lesson="03a",
    anchor="detective-story",
    todo="detach the state between calls, keep losses as loss.item(), drop retain_graph=True.",
)

MODE = Suspicion(
    "mode_changed",
    tried="compared modes and the gradient switch before and after each call",
    means="The step leaves the model in evaluation mode, or gradients switched off: from then on "
    "it trains wrongly, or not at all.",
    lesson="03b",
    anchor="judge-without-touching",
    todo="call model.train() after every evaluation; use with torch.no_grad(): around it.",
)

CARRIED = Suspicion(
    "state_not_continued",
    tried="followed the state from call to call",
    means="A call doesn't start from the state that training left behind.",
    lesson="04a",
    anchor="three-ways-state-goes-wrong",
    todo="carry the state of the training pass, detached; predict from a copy of it.",
)


def cut(watched: Watched) -> Finding:
    """Look for a gradient that never leaves its own step."""
    if watched.steps < 3:
        raise Unclear("x has fewer than three steps", "pass x with more steps.")
    slope = slope_of_last(watched)
    reached = slope.sum(0) > 0
    if not bool(reached.any()):
        raise Unclear(
            "no gradient reaches x", "nothing, if x is read through frozen or counted features."
        )
    if int(reached.sum()) > 1:
        return CUT.well(
            f"the loss of the last step reaches {int(reached.sum())} of {watched.steps}"
        )
    at = int(reached.int().argmax())
    influence = _influence_of_others(watched, at)
    if influence:
        return CUT.fault(
            f"the gradient reaches step {at} alone; changing the others moves the loss by "
            f"{influence:.3g}"
        )
    raise Unclear(f"only step {at} counts at all", "see no_memory in a report on the network.")


def slope_of_last(watched: Watched) -> Tensor:
    """Return the gradient, per row and step of x, of the loss of the last step of y."""
    y = watched.y
    if not watched.y_has_steps:
        return _slope(watched, y).abs().sum(2)
    last = watched.last_step(y)
    start, gaps = _slope(watched, y), []
    for far in (1, -1):
        other = torch.where(last, other_targets(y, far), y)
        gaps.append((_slope(watched, other) - start).abs().sum(2))
    return torch.maximum(*gaps)


def _slope(watched: Watched, y: Tensor) -> Tensor:
    """Return the gradient of one call's loss with respect to x or its embedding, rows first."""
    if watched.x.is_floating_point():
        leaf = watched.x.detach().clone().requires_grad_()
        seen = watched.run([(leaf, y)], watch=False)
        if seen.error is not None:
            raise Failed(seen.error, "the step, given x that wants a gradient,")
        slope = torch.zeros_like(leaf) if leaf.grad is None else leaf.grad
    else:
        slope = _slope_of_embedding(watched, y)
    slope = slope.transpose(0, 1) if watched.time_first else slope
    return slope.reshape(*slope.shape[:2], -1)


def _slope_of_embedding(watched: Watched, y: Tensor) -> Tensor:
    outs: list[Tensor] = []

    def leaf(module: nn.Module, _: Any, out: Any) -> Any:
        if not isinstance(module, nn.Embedding):
            return None
        out = out if out.requires_grad else out.detach().requires_grad_()
        out.retain_grad()
        outs.append(out)
        return out

    handle = register_module_forward_hook(leaf)
    try:
        watched.one(watched.x, y, watch=False)
    finally:
        handle.remove()
    slopes = [torch.zeros_like(out) if out.grad is None else out.grad for out in outs]
    for slope in slopes:
        if slope.shape[:2] == watched.x.shape[:2]:
            return slope
    if len(slopes) == watched.steps and all(slope.ndim == 2 for slope in slopes):
        return torch.stack(slopes, 0 if watched.time_first else 1)
    raise Unclear("x is tokens, and no nn.Embedding reads them", "look at the gradient by hand.")


def _influence_of_others(watched: Watched, at: int) -> float:
    """Say how far the other steps of x move the loss of the last step."""
    x, y = watched.x, watched.y
    axis = 0 if watched.time_first else 1
    keep = torch.arange(watched.steps, device=x.device) == at
    keep = keep.reshape([-1 if i == axis else 1 for i in range(x.ndim)])
    far = torch.where(watched.last_step(y), other_targets(y), y) if watched.y_has_steps else None
    for seed in range(3):
        other = torch.where(keep, x, other_rows(x, seed))
        losses = [watched.loss(one, y) for one in (other, x)]
        if far is not None:  # what the last target changes, with and without the other steps
            losses += [watched.loss(one, far) for one in (x, other)]
        gap = abs(losses[0] - losses[1] + sum(losses[2:3]) - sum(losses[3:4]))
        if gap > 2e-6 * max(map(abs, losses)):
            return gap
    return 0.0


def graph(watched: Watched) -> Finding:
    """Look for graphs that outlive their call."""
    error = watched.base().error
    if error is not None and _is_old_graph(error):
        return GRAPH.fault(f"call {len(watched.base().calls) + 1} raised: {str(error)[:90]}")
    early, late = watched.kept_graph(5)
    if late > 1.2 * early + 3:
        return GRAPH.fault(f"{early} nodes alive after 2 calls, {late} after 5")
    return GRAPH.well(f"{early} nodes alive after 2 calls, {late} after 5")


def _is_old_graph(error: Exception) -> bool:
    said = str(error)
    return "backward through the graph a second time" in said or "inplace operation" in said


def mode(watched: Watched) -> Finding:
    """Look for modes and switches that the step leaves changed."""
    seen = watched.base()
    for number, call in enumerate(seen.calls, 1):
        if call.gradients_off:
            return MODE.fault(f"after call {number} gradients are switched off (set_grad_enabled)")
        if call.untrainable:
            return MODE.fault(f"after call {number} no parameter wants a gradient any more")
        changed = [name for name in call.to_eval if _matters(watched, name)]
        if changed:
            what = ", ".join(name or "the model" for name in changed[:3])
            return MODE.fault(f"after call {number} in evaluation mode: {what}")
    return MODE.well(f"as before after each of {len(seen.calls)} calls")


def _matters(watched: Watched, name: str) -> bool:
    """Whether a module that went into evaluation mode is being trained."""
    if not name:
        return True
    module = watched.model.get_submodule(name)
    own = {id(one) for one in module.parameters()}
    names = {key for key, one in watched.names.items() if id(one) in own}
    is_norm = "norm" in type(module).__name__.lower()
    return not is_norm and bool(names & watched.trainable - watched.frozen)


def carried(watched: Watched) -> Finding:
    """Look for a state that should be carried, but isn't, or is moved on twice."""
    if not watched.declared["stateful"]:
        raise Unclear("you declared no carried state", "declare stateful=True if you want one.")
    x, y = watched.x, watched.y
    calls = watched.base().calls
    twice = _moved_twice(calls[0], calls[1]) if len(calls) > 1 else 0.0
    if twice:
        return CARRIED.fault(
            f"the same x moves the state on twice: the next call starts {twice:.3g} away from "
            "where training left it"
        )
    plain = _update(watched, [(x, y)])
    after = _update(watched, [(x, y), (x, y)])
    other = _update(watched, [(other_rows(x), y), (x, y)])
    if after is None or other is None or plain is None:
        raise Unclear("the step returns no finite loss", "let it return the loss (float).")
    if after == other == plain:
        return CARRIED.fault("with the weights put back, a second call's loss is the first's")
    return CARRIED.well(f"the call before moves the loss by {abs(after - other):.3g}")


def _update(watched: Watched, pairs: list[tuple[Tensor, Tensor]]) -> float | None:
    """Return the loss of the last of some calls, the weights being put back before each."""
    watched.kept.restore()
    start = {name: one.detach().clone() for name, one in watched.names.items()}

    def put_back() -> None:
        for name, one in watched.names.items():
            one.data.copy_(start[name])

    losses = watched.run(pairs, watch=False, between=put_back).losses
    return losses[-1] if len(losses) == len(pairs) else None


def _moved_twice(call: Call, following: Call) -> float:
    """See whether the next call starts from a second pass over the same x."""
    passes = [one for one in call.forwards if one.is_top]
    starts = [one for one in following.forwards if one.is_top]
    if len(passes) < 2 or not starts:
        return 0.0
    trained, again, start = passes[0], passes[-1], starts[0].state_before
    if not (trained.given and again.given and _same(trained.given[0], again.given[0])):
        return 0.0
    if not _all_same(again.state_before, trained.state_after) or again.for_gradient:
        return 0.0
    if not _all_same(start, again.state_after) or _all_same(start, trained.state_after):
        return 0.0
    return max(difference(a, b) for a, b in zip(start, trained.state_after, strict=True))


def _all_same(one: list[Tensor], other: list[Tensor]) -> bool:
    return bool(one) and len(one) == len(other) and all(map(_same, one, other))


def _same(one: Any, other: Any) -> bool:
    return (
        isinstance(one, Tensor)
        and isinstance(other, Tensor)
        and one.shape == other.shape
        and torch.equal(one.detach(), other.detach())
    )


PROBES = ((CUT, cut), (GRAPH, graph), (MODE, mode), (CARRIED, carried))
