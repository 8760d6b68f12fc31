"""Probes of a network that look at whether each parameter takes part and is registered."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from course_utils.diagnose.black_box import Answer, Box, Unclear
from course_utils.diagnose.compare import difference, weighted_sum
from course_utils.diagnose.report import Finding, Suspicion
from course_utils.diagnose.state import tensors_of

UNUSED = Suspicion(
    "parameter_unused",
    tried="followed the gradient from the answer to every parameter, and changed those that it "
    "does not reach",
    means="Part of the network is computed for nothing or never called: it reads out the wrong "
    "layer or step, or the recurrence never runs.",
    lesson="02a",
    anchor="every-shape",
    todo="read out the layer that you mean (h[-1] is the top one; a backward direction ends at "
    "step 0), or remove what is not needed.",
)

UNREGISTERED = Suspicion(
    "parameter_unregistered",
    tried="followed the answer's graph back to every tensor that wants a gradient",
    means="The answer depends on weights that model.parameters() does not list: no optimiser "
    "trains them, no state_dict saves them, no to(device) moves them.",
    lesson="03a",
    anchor="network",
    todo="keep layers in nn.ModuleList or nn.ModuleDict, single tensors in nn.Parameter.",
)


def unused(box: Box) -> Finding:
    """Look for parameters without any effect on the answer."""
    named = _named(box)
    if not named:
        raise Unclear("the model lists no parameters", "pass the nn.Module itself.")
    with torch.no_grad():
        if not box.call().y.is_floating_point():
            raise Unclear("the answer is whole numbers", "pass the scores they come from.")
    waiting = dict(named)
    in_state: set[str] = set()
    for answers in _situations(box):
        _drop_reached(waiting, answers, in_state)
        if not waiting:
            return UNUSED.well(f"all {len(named)} parameters have an effect")
    for name in list(waiting):
        if waiting[name].numel() == 0 or _has_effect(box, waiting[name]):
            del waiting[name]
    doubtful = {
        name
        for name, one in waiting.items()
        if one.ndim < 2 or name in in_state or not one.requires_grad
    }
    lost = [name for name in waiting if name not in doubtful]
    if lost and box.steps == 1 and not box.takes_state:
        raise Unclear(
            f"{_some(lost)} had no effect, but x has a single step", "pass x with more steps."
        )
    if lost:
        return UNUSED.fault(f"{len(lost)} of {len(named)} have no effect: {_some(lost)}")
    if in_state & waiting.keys():
        raise Unclear(
            f"{_some(sorted(in_state & waiting.keys()))} only moves what comes with the answer",
            "declare takes_state=True if that is a state, or pass a model that answers with it.",
        )
    resting = [name for name in waiting if not waiting[name].requires_grad]
    if resting:
        raise Unclear(
            f"{_some(resting)} have no effect and want no gradient: perhaps a spare copy",
            "nothing, if that is meant.",
        )
    count = len(named) - len(waiting)
    return UNUSED.well(f"{count} of {len(named)} have an effect, the rest are shifts that cancel")


def _situations(box: Box) -> Iterator[list[Answer]]:
    """Ask in more and more situations, since a parameter may only count in some of them."""
    everywhere = box.real()
    yield _answers(box, box.x)
    yield _answers(box, box.other(everywhere, strong=False))
    for seed in (0, 1):
        with box.other_weights(seed):
            yield _answers(box, box.other(everywhere))
    with box.other_weights(), box.training(), contextlib.suppress(Unclear):
        yield _answers(box, box.x)


def _answers(box: Box, x: Tensor) -> list[Answer]:
    with torch.enable_grad():
        answers = [box.call(x)]
        if box.takes_state and answers[0].state is not None:
            answers.append(box.call(x, state=answers[0].state))
    return answers


def _drop_reached(
    waiting: dict[str, nn.Parameter], answers: list[Answer], in_state: set[str]
) -> None:
    names = [name for name, one in waiting.items() if one.requires_grad]
    states = [one for one in tensors_of(answers[0].state) if one.requires_grad]
    outs = {False: [answer.y for answer in answers if answer.y.requires_grad], True: states}
    for is_state, tensors in outs.items():
        if not tensors or not names:
            continue
        total = sum((weighted_sum(one) for one in tensors), torch.zeros(()).to(tensors[0]))
        slopes = torch.autograd.grad(
            total, [waiting[name] for name in names], retain_graph=True, allow_unused=True
        )
        reached = {
            name
            for name, slope in zip(names, slopes, strict=True)
            if slope is not None and bool((slope != 0).any())
        }
        if is_state:
            in_state |= reached
        else:
            for name in reached:
                del waiting[name]
            names = [name for name in names if name not in reached]


def _has_effect(box: Box, parameter: nn.Parameter) -> bool:
    """Change a parameter, among redrawn weights, and see whether the answer moves."""
    for size in (0.1, 1.0):
        with box.other_weights(), torch.no_grad():
            before = box.call()
            noise = torch.randn(parameter.shape, generator=box.generator).to(parameter)
            parameter.data.add_(size * noise)
            after = box.call(restored=False)
        if difference(before.y, after.y) > 0:
            return True
    return False


def unregistered(box: Box) -> Finding:
    """Look for weights that the model does not list."""
    if not isinstance(box.model, nn.Module):
        raise Unclear("the model is a function", "pass the nn.Module itself.")
    known = {id(one) for one in [*box.model.parameters(), *box.model.buffers()]}
    with torch.enable_grad():
        graphs = [_leaves(box.call()) for _ in range(2)]
    if not any(graphs):
        raise Unclear("the answer has no graph of gradients", "pass a model that can be trained.")
    lost = [
        leaf
        for key, leaf in graphs[0].items()
        if key not in known and (key in graphs[1] or isinstance(leaf, nn.Parameter))
    ]
    if lost:
        shapes = ", ".join(str(tuple(leaf.shape)) for leaf in lost[:4])
        numbers = sum(leaf.numel() for leaf in lost)
        return UNREGISTERED.fault(
            f"{len(lost)} tensors ({numbers} numbers), of shapes {shapes}"
            + (", …" if len(lost) > 4 else "")
        )
    return UNREGISTERED.well(f"all {len(graphs[0])} tensors behind the answer are listed")


def _leaves(answer: Answer) -> dict[int, Tensor]:
    """Find the tensors that the graph of an answer starts from."""
    outs = [answer.y, *tensors_of(answer.state)]
    waiting = [out.grad_fn for out in outs if out.grad_fn is not None]
    seen, leaves = set(waiting), {}
    while waiting:
        node = waiting.pop()
        if hasattr(node, "variable"):
            leaves[id(node.variable)] = node.variable
        for further, _ in node.next_functions:
            if further is not None and further not in seen:
                seen.add(further)
                waiting.append(further)
    return leaves


def _named(box: Box) -> dict[str, nn.Parameter]:
    if isinstance(box.model, nn.Module):
        return dict(box.model.named_parameters())
    tops = dict.fromkeys(box.kept.modules)
    return {
        f"{type(module).__name__}.{name}": one
        for module in tops
        for name, one in module.named_parameters(recurse=False)
    }


def _some(names: list[str]) -> str:
    return ", ".join(names[:4]) + (", …" if len(names) > 4 else "")


PROBES = ((UNUSED, unused), (UNREGISTERED, unregistered))
