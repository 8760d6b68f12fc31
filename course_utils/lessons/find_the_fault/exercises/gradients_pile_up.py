"""Exercise 7.3: gradients that pile up."""

import copy

import torch
from torch import nn

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.find_the_fault.probing import Step, draw_step, reader


def gradients_pile_up(model: nn.Module, step, x: torch.Tensor, y: torch.Tensor) -> bool:
    """Say whether step(x, y) leaves gradients that depend on the batch (rows, …) before."""
    weights = copy.deepcopy(model.state_dict())
    left = []
    for earlier in ([], [(x + 1, y)]):
        model.zero_grad()
        for batch in [*earlier, (x, y)]:
            model.load_state_dict(weights)
            step(*batch)
        left.append([p.grad.clone() for p in model.parameters() if p.grad is not None])
    alone, after_another = left
    return any(
        not torch.allclose(one, other, rtol=1e-3, atol=1e-6)
        for one, other in zip(alone, after_another, strict=True)
    )


def with_a_poisoned_past(model, step, x, y):
    weights = copy.deepcopy(model.state_dict())

    def run(batches):
        model.zero_grad()
        for batch in batches:
            model.load_state_dict(weights)
            step(*batch)
        kept = [p.grad for p in model.parameters()]
        return torch.cat([torch.zeros(1) if g is None else g.flatten().clone() for g in kept])

    alone, after = run([(x, y)]), run([(x - 3, y + 1), (x, y)])
    return bool((alone - after).abs().max() > 1e-5 + 1e-3 * alone.abs().max())


def _left(model, step, batches, back=True, cleared=True):
    """Give the gradients after these batches, all from the same weights unless told otherwise."""
    weights = copy.deepcopy(model.state_dict())
    if cleared:
        model.zero_grad()
    for batch in batches:
        if back:
            model.load_state_dict(weights)
        step(*batch)
    model.load_state_dict(weights)
    return [p.grad.clone() for p in model.parameters() if p.grad is not None]


def _differ(one, other):
    pairs = zip(one, other, strict=False)
    return any(not torch.allclose(a, b, rtol=1e-3, atol=1e-6) for a, b in pairs)


@wrong(
    "A false alarm: each call moves the weights, so the next one gets different gradients "
    "anyway. Put the weights back before each call, from a copy, because `state_dict()` alone "
    "moves with them."
)
def weights_never_put_back(model, step, x, y):
    once = _left(model, step, [(x, y)])
    return _differ(once, _left(model, step, [(x, y), (x, y)], back=False))


@wrong(
    "A false alarm: a step may leave gradients behind, as long as the next call clears them first."
)
def any_gradient_left(model, step, x, y):
    return any(bool(grad.any()) for grad in _left(model, step, [(x, y)]))


@wrong("A miss: this looks only at the first parameter. Another one may have been forgotten.")
def the_first_parameter(model, step, x, y):
    one, other = _left(model, step, [(x, y)]), _left(model, step, [(x + 1, y), (x, y)])
    return _differ(one[:1], other[:1])


@wrong(
    "A miss. Either you cleared the gradients before every call, and with them what the step "
    "forgot to clear; or you kept `p.grad` without `.clone()` and compared it with itself."
)
def cleared_before_every_call(model, step, x, y):
    return _differ(_left(model, step, [(x, y)]), _left(model, step, [(x, y)]))


@wrong(
    "A miss: with the same batch twice, the pile points the same way as a single gradient. If "
    "the step clips, both are cut to the same length. Put another batch in between."
)
def the_same_batch_twice(model, step, x, y):
    return _differ(_left(model, step, [(x, y)]), _left(model, step, [(x, y), (x, y)]))


@wrong("True and False have changed places: True means that gradients pile up.")
def turned_around(model, step, x, y):
    return not gradients_pile_up(model, step, x, y)


KINDS = (
    *(
        ("never", 0.0, False),
        ("before", 0.0, True),
        ("to zero", 0.0, False),
        ("all but one", 0.0, False),
    ),
    *(("after", 0.0, False), ("never", 0.2, False), ("before", 0.2, True), ("never", 0.0, True)),
)


def one_more(draw: Draw) -> Case:
    clears, clip, adam = draw.one_of("step", KINDS)
    step, x, y = draw_step(draw, clears, clip, adam)
    return Case(step.model, step, x, y, label=f"a step that clears: {clears}, clip {clip:g}")


def _cases():
    x, y = torch.linspace(-1, 1, 24).reshape(3, 4, 2), torch.tensor([[1.0, 0], [0, 1], [-1, 2]])
    steps = [Step(reader("plain"), *kind) for kind in KINDS]
    steps.append(Step(reader("plain"), "before", rate=0.0))
    return tuple(
        Case(step.model, step, x, y, label=f"a step that clears: {step.clears}, clip {step.clip:g}")
        for step in steps
    )


PILE_UP = Exercise(
    id="7.3",
    title="Gradients that pile up",
    difficulty=3,
    minutes=8,
    reference=gradients_pile_up,
    also_right=(with_a_poisoned_past,),
    cases=_cases,
    space=one_more,
    draws=16,
    in_place=True,
    misconceptions=(
        weights_never_put_back,
        any_gradient_left,
        the_first_parameter,
        cleared_before_every_call,
        the_same_batch_twice,
        turned_around,
    ),
    hints=(
        "`model.load_state_dict(weights)` puts back weights that you saved with "
        "`copy.deepcopy(model.state_dict())`.",
        "Compare every `p.grad` after `step(x, y)` alone with the one after `step(x + 1, y)` "
        "and then `step(x, y)`, both from the same weights.",
    ),
    returns=("verdict",),
)
