"""Probes of a training step that look at whether its gradients arrive and are used."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from course_utils.diagnose.black_box import Unclear
from course_utils.diagnose.hooks import Move, Seen
from course_utils.diagnose.report import Finding, Suspicion
from course_utils.diagnose.trials import other_rows, other_targets
from course_utils.diagnose.watch import Watched

UNREACHED = Suspicion(
    "no_gradient",
    tried="watched which parameters a gradient reaches in a dozen steps",
    means="The graph is cut between the loss and these parameters, or the loss never reads what "
    "they compute: detach, numpy, item, argmax, no_grad, a forgotten head.",
    lesson="03a",
    anchor="detective-story",
    todo="compute the loss from the network's own output, with nothing but tensor operations.",
)

PILE = Suspicion(
    "gradients_pile_up",
    tried="looked at .grad when the first new gradient arrives after each optimiser step",
    means="Old gradients are still in .grad, so each update repeats all earlier ones.",
    lesson="03a",
    anchor="training",
    todo="call optimizer.zero_grad() once per update, before backward().",
)

LOST = Suspicion(
    "gradients_lost",
    tried="looked for gradients that arrive and are cleared before the optimiser uses them",
    means="Part of the work is thrown away: gradients are cleared between backward() and step().",
    lesson="03a",
    anchor="training",
    todo="clear gradients right after step(), or right before the first backward() of an update.",
)


def unreached(watched: Watched) -> Finding:
    """Look for parameters that no gradient reaches."""
    seen = watched.base()
    trainable = watched.trainable - watched.frozen
    reached = seen.reached | reached_elsewhere(watched, trainable - seen.reached)
    lost = [name for name in sorted(trainable - reached) if is_weight(watched, name)]
    if lost and not is_single_step(watched, lost):
        return UNREACHED.fault(f"{len(lost)} of {len(trainable)} got none: {some(lost)}")
    if not trainable:
        raise Unclear("no parameter wants a gradient", "name in frozen=… what is meant to stay.")
    return UNREACHED.well(f"a gradient reaches {len(trainable & reached)} of {len(trainable)}")


def pile(watched: Watched) -> Finding:
    """Look for gradients that are never cleared."""
    seen = watched.base()
    if len(seen.calls) < 2:
        raise watched.failed(seen)
    whole = [one for one in _by_optimiser(seen).values() if one and one <= seen.piled]
    if whole or (seen.piled and len(seen.piled) * 2 >= len(seen.reached)):
        return PILE.fault(f"never cleared for {len(seen.piled)} parameters: {some(seen.piled)}")
    return PILE.well(f"cleared before each of {len(seen.moves) or len(seen.calls)} updates")


def lost(watched: Watched) -> Finding:
    """Look for gradients that are cleared before they are used."""
    seen = watched.base()
    if not seen.wiped:
        return LOST.well("every gradient was used")
    if not seen.moves:
        raise Unclear("no optimiser of torch.optim steps", "look at the update by hand.")
    used = _by_optimiser(seen)
    for number in {move.optimiser for move in seen.moves} - used.keys():
        held = {n for move in seen.moves if move.optimiser == number for n in move.gradients}
        if held & seen.wiped:
            return LOST.fault(
                f"an optimiser never had a gradient to use; those of {some(held & seen.wiped)} "
                "had been cleared"
            )
    if len(seen.wiped) * 2 < len(seen.reached):
        return LOST.well(f"all but some of {some(seen.wiped)} were used")
    part = _part_without_effect(watched)
    if part:
        return LOST.fault(
            f"cleared unused for {len(seen.wiped)} parameters; the targets {part} move the loss "
            "and not the update"
        )
    raise Unclear(
        f"gradients of {len(seen.wiped)} parameters were cleared before a later backward()",
        "nothing, if the first backward() had another purpose.",
    )


def _by_optimiser(seen: Seen) -> dict[int, set[str]]:
    """Name, for every optimiser that ever used a gradient, the parameters it used one of."""
    used: dict[int, set[str]] = {}
    for move in seen.moves:
        for name, gradient in move.gradients.items():
            if gradient is not None and bool(gradient.any()):
                used.setdefault(move.optimiser, set()).add(name)
    return used


def _part_without_effect(watched: Watched) -> str:
    """Name a part of the targets that moves the loss and not the gradients used."""
    calls = watched.declared["accumulate"]
    x, y = watched.x, watched.y
    start = watched.run([(x, y)] * calls)
    for name, where in _parts(y):
        changes, losses = [], []
        for far in (1, -1):
            other = torch.where(where, other_targets(y, far), y)
            seen = watched.run([(x, other)] + [(x, y)] * (calls - 1))
            changes.append(_gradient_gap(start.moves, seen.moves))
            losses.append(seen.losses[:1] != start.losses[:1])
        if all(losses) and not any(changes):
            return name
    return ""


def _parts(y: Tensor) -> list[tuple[str, Tensor]]:
    parts = [("of the first call", torch.ones_like(y, dtype=torch.bool))]
    for axis, what in ((0, "rows"), (1, "steps")):
        if y.ndim > axis and y.shape[axis] > 1:
            half = torch.arange(y.shape[axis], device=y.device) < (y.shape[axis] + 1) // 2
            half = half.reshape([-1 if i == axis else 1 for i in range(y.ndim)]).expand(y.shape)
            parts += [(f"of the first {what}", half), (f"of the last {what}", ~half)]
    return parts


def _gradient_gap(one: list[Move], other: list[Move]) -> bool:
    if len(one) != len(other):
        return True
    for a, b in zip(one, other, strict=True):
        for name, gradient in a.gradients.items():
            now = b.gradients.get(name)
            if (gradient is None) != (now is None):
                return True
            if gradient is not None and now is not None and not torch.equal(gradient, now):
                return True
    return False


def reached_elsewhere(watched: Watched, names: set[str]) -> set[str]:
    """See whether other rows, or other weights, bring a gradient where these don't."""
    if not names:
        return set()
    pairs = [(other_rows(watched.x, seed), watched.y) for seed in range(4)]
    pairs *= watched.declared["accumulate"]
    reached: set[str] = set()
    for weights in (None, 0, 1, 2):
        if names - reached:
            reached |= watched.run(pairs, seed=1, weights=weights).reached
    return reached


def is_weight(watched: Watched, name: str) -> bool:
    """Whether a parameter is a matrix; the gradient of a bias may vanish by design."""
    return watched.names[name].ndim > 1 and watched.names[name].numel() > 0


def is_single_step(watched: Watched, names: list[str]) -> bool:
    """Whether x has one step, and these are the recurrent weights that it can't use."""
    recurrent = (nn.RNNBase, nn.RNNCellBase)
    own = {
        id(one)
        for module in watched.model.modules()
        if isinstance(module, recurrent)
        for key, one in module.named_parameters()
        if "hh" in key
    }
    return watched.steps == 1 and all(id(watched.names[name]) in own for name in names)


def some(names: set[str] | list[str]) -> str:
    """List the first few names."""
    listed = sorted(names)
    return ", ".join(listed[:4]) + (", …" if len(listed) > 4 else "")


PROBES = ((UNREACHED, unreached), (PILE, pile), (LOST, lost))
