"""Probes of a network that look at its state and at chance: what one call leaves for the next."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from course_utils.diagnose.black_box import Box, Unclear
from course_utils.diagnose.compare import apart, difference
from course_utils.diagnose.report import Finding, Suspicion

KEPT = Suspicion(
    "state_kept",
    tried="asked about the same x again, after another x, with the same random numbers",
    means="The network keeps something from call to call, so an answer depends on what was "
    "asked before.",
    lesson="05a",
    anchor="reset-that-resets-nothing",
    todo="start each row from its own state, and pass a carried state in and out explicitly; "
    "declare stateful=True if the network is meant to keep it.",
)

VARIES = Suspicion(
    "answer_varies",
    tried="asked about the same x with other random numbers",
    means="The answer is partly random: dropout that was left on, or a random first state.",
    lesson="03b",
    anchor="judge-without-touching",
    todo="use nn.Dropout and eval(), or F.dropout(…, training=self.training); declare "
    "stochastic=True if chance is meant.",
)

CONTINUED = Suspicion(
    "state_not_continued",
    tried="gave a row in two halves, with the state passed on, and in one piece",
    means="The state that comes out isn't the one to go on with: the second half starts from "
    "something else.",
    lesson="03b",
    anchor="carried-state",
    todo="return the state after the last step, all layers in their order, and start from "
    "exactly the state that is passed in.",
)


def kept(box: Box) -> Finding:
    """Look for a network that keeps something from call to call."""
    if box.stateful:
        raise Unclear("a kept state was declared (stateful=True)", "nothing: this is meant.")
    with torch.no_grad():
        first = box.call().y
        if apart(box.call().y for _ in range(2)) > box.tolerance(first):
            raise Unclear(
                "the answer varies even with everything put back", "see answer_varies first."
            )
        moved = max(difference(_after_another(box, fresh), first) for fresh in (False, True))
    if moved > box.tolerance(first):
        return KEPT.fault(f"the answer moved by {moved:.3g}")
    if moved:
        raise Unclear(f"the answer moved by {moved:.1e}: rounding", "try it in float64.")
    return KEPT.well("the same answer to the last bit")


def _after_another(box: Box, fresh: bool) -> Tensor:
    """Return the answer for x after one for another x, which may be the very first call."""
    box.changed(box.real(), restored=fresh)
    box.kept.restore_generators()
    return box.call(restored=False).y


def varies(box: Box) -> Finding:
    """Look for an answer that is drawn at random."""
    if box.stochastic:
        raise Unclear("randomness was declared (stochastic=True)", "nothing: this is meant.")
    with torch.no_grad():
        first = box.call(seed=0).y
        moved = apart(box.call(seed=seed).y for seed in (0, 0, 1, 2))
    if moved > box.tolerance(first):
        return VARIES.fault(f"the answer moved by {moved:.3g}")
    if moved:
        raise Unclear(f"the answer moved by {moved:.1e}: rounding", "try it in float64.")
    return VARIES.well("the same answer to the last bit")


def continued(box: Box) -> Finding:
    """Look for a state that doesn't continue the row."""
    if not box.takes_state:
        raise Unclear(
            "you didn't declare whether the network takes a state",
            "declare takes_state=True if model(x, state) continues a row.",
        )
    if box.stochastic or box.lengths is not None or box.steps < 2:
        raise Unclear(
            "random answers, padding or a single step make the halves differ",
            "try it without them.",
        )
    half = box.steps // 2
    with torch.no_grad():
        whole = box.call()
        first = box.call(box.x[:, :half])
        if first.state is None:
            return CONTINUED.fault("the model returns no state: its answer is just a tensor")
        second = box.call(box.x[:, half:], state=first.state)
    y, full = second.y, whole.y
    if whole.has_steps:
        parts = (first.y.reshape(box.rows, half, -1), y.reshape(box.rows, box.steps - half, -1))
        y = torch.cat(parts, 1)
    gap, limit = difference(y, full), box.tolerance(full)
    state_gap = _state_gap(second.state, whole.state)
    if gap <= limit:
        return CONTINUED.well(f"two halves and one piece differ by {gap:.1e}")
    if not whole.has_steps and state_gap <= limit:
        raise Unclear(
            f"the answers differ by {gap:.3g}, but the states don't: the answer may sum up the "
            "steps that it got",
            "pass a model that answers at every step.",
        )
    return CONTINUED.fault(
        f"two halves and one piece differ by {gap:.3g} (their last states by {state_gap:.3g})"
    )


def _state_gap(one: Any, other: Any) -> float:
    ones, others = list(tensors_of(one)), list(tensors_of(other))
    if len(ones) != len(others) or not ones:
        return float("inf")
    return max(difference(a, b) for a, b in zip(ones, others, strict=True))


def tensors_of(state: Any) -> list[Tensor]:
    """List the tensors of a state, however it is nested."""
    if isinstance(state, Tensor):
        return [state]
    if isinstance(state, dict):
        state = list(state.values())
    if isinstance(state, tuple | list):
        return [tensor for part in state for tensor in tensors_of(part)]
    return []


PROBES = ((VARIES, varies), (KEPT, kept), (CONTINUED, continued))
