"""Probes of a training step that look at what its optimisers do."""

from __future__ import annotations

from torch import Tensor

from course_utils.diagnose.black_box import Unclear
from course_utils.diagnose.gradients import is_single_step, is_weight, reached_elsewhere, some
from course_utils.diagnose.hooks import Move, moved
from course_utils.diagnose.report import Finding, Suspicion
from course_utils.diagnose.watch import Watched

STILL = Suspicion(
    "parameter_still",
    tried="called the step a dozen times and compared every parameter",
    means="Parameters that are meant to be trained don't move: no optimiser has them, or no "
    "update is ever applied.",
    lesson="03a",
    anchor="training",
    todo="make the optimiser after the last change to the model, from all of its parameters; "
    "call backward() and step(); name in frozen=… what is meant to stay.",
)

FROZEN = Suspicion(
    "frozen_moves",
    tried="called the step a dozen times and compared the frozen parameters",
    means="Parameters that should stay as they are get trained, or move by weight decay or old "
    "momentum.",
    lesson="04b",
    anchor="does-not-learn-like-keras",
    todo="call requires_grad_(False) on the parameters, and leave them out of the optimiser.",
)

RATE = Suspicion(
    "learning_rate_zero",
    tried="read the learning rates at each optimiser step",
    means="The optimiser steps with a rate of zero, or soon gets there, so nothing is learnt.",
    lesson="01b",
    anchor="step-sizes",
    todo="print the rate at each update; check the scheduler's formula and how often it steps.",
)

CLIP = Suspicion(
    "clip_not_applied",
    tried="measured the gradients' norm as each optimiser step begins",
    means="The optimiser uses gradients longer than the norm that you said you clip to.",
    lesson="01b",
    anchor="exploding-gradients",
    todo="clip between backward() and step(), all parameters, with a new model.parameters().",
)


def still(watched: Watched) -> Finding:
    """Look for parameters that do not move."""
    seen = watched.base()
    trainable = watched.trainable - watched.frozen
    held = {name for move in seen.moves for name in move.gradients}
    reached = seen.reached | reached_elsewhere(watched, trainable - seen.reached)
    resting = [name for name in sorted(trainable) if not seen.moved[name]]
    lost = [
        name
        for name in resting
        if (name in reached and (name not in held or not any(_rates(watched))))
        or (name not in reached and (is_weight(watched, name) or name not in held))
    ]
    if lost and not is_single_step(watched, lost):
        owner = sum(name not in held for name in lost)
        return STILL.fault(
            f"{len(lost)} of {len(trainable)} did not move: {some(lost)} "
            f"({owner} of them in no optimiser that stepped)"
        )
    if not trainable:
        raise Unclear("no parameter wants a gradient", "name in frozen=… what is meant to stay.")
    if put_back := _put_back(watched):
        return STILL.fault(put_back)
    untrained = set(watched.names) - watched.trainable - watched.frozen
    if untrained:
        raise Unclear(
            f"{some(sorted(untrained))} want no gradient, and were not declared frozen",
            "name them in frozen=… if that is meant.",
        )
    if resting:
        return STILL.well(f"all but {some(resting)}, whose gradient vanishes by design or rounding")
    return STILL.well(
        f"all {len(trainable)} moved, by {min(_moves(watched, trainable)):.1e} or more"
    )


def _put_back(watched: Watched) -> str:
    """Say whether every call begins by undoing what the calls before it moved."""
    calls, rates = 8, _rates(watched)
    if len(rates) < calls or min(rates[:calls]) < 0.5 * max(rates[:calls]):
        return ""
    watched.kept.restore()
    places = [{name: one.detach().clone() for name, one in watched.names.items()}]
    for count in (1, calls):
        watched.run([(watched.x, watched.y)] * count, watch=False)
        places.append({name: one.detach().clone() for name, one in watched.names.items()})
    first = {name: moved(places[0][name], places[1][name]) for name in watched.trainable}
    if not any(first.values()):
        return ""
    later = {name: moved(places[1][name], places[2][name]) for name in first}
    if any(later[name] > 0.02 * first[name] for name in first):
        return ""
    return f"each call moves them, and the next takes it back: after {calls} calls as after one"


def frozen(watched: Watched) -> Finding:
    """Look for frozen parameters that move."""
    said = tuple(watched.declared["frozen"])
    unknown = [
        one for one in said if not any((n + ".").startswith(one + ".") for n in watched.names)
    ]
    if unknown:
        raise Unclear(f"there is no parameter {unknown[0]!r}", "name parameters as the model does.")
    if not said:
        raise Unclear("you declared no frozen parameters", "name them in frozen=…")
    seen = watched.base()
    strayed = {name: seen.moved[name] for name in sorted(watched.frozen) if seen.moved[name]}
    if strayed:
        return FROZEN.fault(", ".join(f"{name} by {gap:.1e}" for name, gap in strayed.items()))
    return FROZEN.well(f"{len(watched.frozen)} stayed as they are")


def rate(watched: Watched) -> Finding:
    """Look for learning rates of zero."""
    seen, rates = watched.base(), _rates(watched)
    if not rates:
        raise Unclear("no optimiser of torch.optim stepped", "look at the update by hand.")
    trainable = watched.trainable - watched.frozen
    late = [max(move.rates) for move in seen.moves[-3:]]
    if max(late) < 1e-6 * max(rates):
        return RATE.fault(
            f"{max(rates):.3g} at most, {max(late):.3g} in the last of {len(rates)} steps"
        )
    for number, optimiser in enumerate(watched.optimisers):
        steps = [move.rates for move in seen.moves if move.optimiser == number]
        for place, group in enumerate(optimiser.param_groups):
            own = {id(one) for one in group["params"]}
            names = {name for name in trainable if id(watched.names[name]) in own}
            if names and steps and not any(one[place] for one in steps if len(one) > place):
                return RATE.fault(f"0 at each of {len(steps)} steps, for {some(names)}")
    if max(rates) < 1e-6 and seen.reached and not any(seen.moved.values()):
        return RATE.fault(f"{max(rates):.3g}, too little to move a single number")
    return RATE.well(f"{min(late):.3g} to {max(rates):.3g}")


def clip(watched: Watched) -> Finding:
    """Look for gradients that are longer than declared."""
    limit = watched.declared["clip"]
    if limit is None:
        raise Unclear("you declared no clipping", "declare clip=…, the norm that you clip to.")
    runs = [watched.base()]
    if watched.y.is_floating_point():
        runs.append(watched.run([(watched.x, watched.y * 1000)] * watched.declared["accumulate"]))
    moves = [move for seen in runs for move in seen.moves]
    if not moves:
        raise Unclear("no optimiser of torch.optim stepped", "look at the update by hand.")
    longest = max(moves, key=_norm)
    if _norm(longest) > limit * 1.001:
        if _is_clipped_in_parts(longest, limit):
            raise Unclear(
                f"the whole norm is {_norm(longest):.3g}, but each part was clipped by itself",
                "clip all parameters together, if one norm is meant.",
            )
        return CLIP.fault(f"norm {_norm(longest):.3g} where at most {limit:g} was declared")
    if _norm(longest) < limit * 0.99:
        raise Unclear(
            f"no gradient was ever longer than {_norm(longest):.3g}", "pass targets further off."
        )
    return CLIP.well(f"never longer than {_norm(longest):.3g}")


def _norm(move: Move) -> float:
    sizes = [float(g.cpu().double().norm()) for g in move.gradients.values() if g is not None]
    return sum(size**2 for size in sizes) ** 0.5


def _is_clipped_in_parts(move: Move, limit: float) -> bool:
    """Whether each child's gradient, or each single number, stays within the limit."""
    parts: dict[str, list[Tensor]] = {}
    for name, gradient in move.gradients.items():
        if gradient is not None:
            parts.setdefault(name.partition(".")[0], []).append(gradient)
    norms = [
        sum(float(g.cpu().double().norm()) ** 2 for g in part) ** 0.5 for part in parts.values()
    ]
    most = max(float(g.abs().max()) for part in parts.values() for g in part)
    return (len(norms) > 1 and max(norms) <= limit * 1.001) or most <= limit * 1.001


def _rates(watched: Watched) -> list[float]:
    return [max(move.rates) for move in watched.base().moves if move.rates]


def _moves(watched: Watched, names: set[str]) -> list[float]:
    return [watched.base().moved[name] for name in names]


PROBES = (
    (STILL, still),
    (FROZEN, frozen),
    (RATE, rate),
    (CLIP, clip),
)
