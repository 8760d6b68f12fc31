"""The probe of a network that follows states: each layer must go on from its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook

from course_utils.diagnose.black_box import Box, Unclear
from course_utils.diagnose.report import Finding, Suspicion

MISROUTED = Suspicion(
    "state_not_continued",
    tried="followed the states that torch's recurrent layers and cells take and give",
    means="A layer doesn't go on from its own state: hidden state and memory are swapped, or two "
    "layers overwrite each other's.",
    lesson="04b",
    anchor="lstm-by-hand",
    todo="pass (h, c) in and take (h, c) out in the same order; keep a list with one state per "
    "layer.",
)


class _Place(NamedTuple):
    """Where a state belongs: the module, hidden state or memory, and the layer."""

    module: int
    part: str
    layer: int


class _Routes:
    """A hook that notes where each state that a module gets came from."""

    def __init__(self, names: dict[int, str]) -> None:
        self.names = names
        self.known: Counter[int] = Counter()
        self.swapped: Counter[int] = Counter()
        self.foreign: dict[int, Counter[int]] = {}
        self._states: dict[_Place, Tensor] = {}
        self._answers: dict[int, Tensor] = {}
        self._stacked: set[int] = set()

    def __call__(self, module: nn.Module, given: Any, more: Any, out: Any) -> None:
        if not isinstance(module, nn.RNNBase | nn.RNNCellBase) or not given:
            return
        key = id(module)
        state = given[1] if len(given) > 1 else more.get("hx")
        origins = [(place, self._origin(place, one)) for place, one in _slices(key, state)]
        if origins and all(came is not None for _, came in origins):
            self._note(key, given[0], [(place, came) for place, came in origins if came])
        is_layer = isinstance(module, nn.RNNBase)
        self._states.update(_slices(key, out[1] if is_layer else out))
        if is_layer and isinstance(out[0], Tensor):
            self._answers[key] = out[0].detach()

    def _note(self, key: int, x: Any, routes: list[tuple[_Place, _Place]]) -> None:
        self.known[key] += 1
        self.swapped[key] += all(
            came.module == key and came.part != place.part for place, came in routes
        )
        for came in {came.module for _, came in routes} - {key}:
            self.foreign.setdefault(key, Counter())[came] += 1
            before = self._answers.get(came)
            if isinstance(x, Tensor) and before is not None and _same(x, before):
                self._stacked.add(key)

    def _origin(self, place: _Place, state: Tensor) -> _Place | None:
        """Find the last state that equals this one; its own place comes first."""
        if bool((state == state.flatten()[:1]).all()):
            return None
        own = self._states.get(place)
        if own is not None and _same(own, state):
            return place
        return next((at for at, one in self._states.items() if _same(one, state)), None)

    def of_another(self) -> Iterator[tuple[str, str]]:
        """Name the modules that only ever go on from another's state, and name that one."""
        for key, others in self.foreign.items():
            count = sum(others.values())
            if count == self.known[key] and (count > 1 or key in self._stacked):
                yield self.names.get(key, "?"), self.names.get(others.most_common(1)[0][0], "?")


def _slices(key: int, state: Any) -> list[tuple[_Place, Tensor]]:
    found = []
    parts = state if isinstance(state, tuple | list) else (state,)
    for part, one in zip(("hidden", "memory"), parts, strict=False):
        if isinstance(one, Tensor) and one.ndim > 1 and one.numel():
            layers = one.detach().clone().reshape(-1, *one.shape[-2:])
            found += [(_Place(key, part, number), layer) for number, layer in enumerate(layers)]
    return found


def _same(one: Tensor, other: Tensor) -> bool:
    return one.shape == other.shape and torch.equal(one, other)


def misrouted(box: Box) -> Finding:
    """Look for layers that don't go on from their own state."""
    names = {
        id(module): name or type(module).__name__
        for top in box.kept.modules[:1]
        for name, module in top.named_modules()
    }
    routes = _Routes(names)
    handle = register_module_forward_hook(routes, with_kwargs=True)
    try:
        with torch.no_grad():
            answer = box.call()
            if box.takes_state and answer.state is not None:
                box.call(state=answer.state)
    finally:
        handle.remove()
    for key, count in routes.swapped.items():
        if count and count == routes.known[key]:
            return MISROUTED.fault(
                f"{names.get(key, 'a layer')} took its memory for its hidden state, and its hidden "
                f"state for its memory, {count} of {count} times"
            )
    if foreign := list(routes.of_another()):
        seen = "; ".join(f"{name} goes on from the state of {other}" for name, other in foreign)
        raise Unclear(
            f"{seen}, and never from its own",
            "nothing, if one state is meant to go through both; else keep one per layer.",
        )
    if not routes.known:
        raise Unclear(
            "no layer or cell of torch's took an earlier state",
            "nothing to do if the recurrence is inside a layer or written by hand.",
        )
    return MISROUTED.well(f"{sum(routes.known.values())} states were followed, each to its own")


PROBES = ((MISROUTED, misrouted),)
