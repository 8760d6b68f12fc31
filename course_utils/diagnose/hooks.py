"""What we note while a training step runs: forward passes, gradients, optimiser steps."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.module import (
    register_module_forward_hook,
    register_module_forward_pre_hook,
)
from torch.optim import Optimizer
from torch.optim.optimizer import (
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)

from course_utils.diagnose.state import tensors_of


@dataclass
class Forward:
    """One forward pass: what went in and came out, and the state before and after."""

    given: tuple[Any, ...]
    out: Any
    is_top: bool
    for_gradient: bool
    state_before: list[Tensor]
    state_after: list[Tensor]


@dataclass
class Move:
    """One optimiser step: the gradients and learning rates that it was about to use."""

    optimiser: int
    gradients: dict[str, Tensor | None]
    rates: list[float]


@dataclass
class Call:
    """One call of the step."""

    loss: float | None = None
    returned: str = "nothing"
    seconds: float = 0.0
    forwards: list[Forward] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    to_eval: list[str] = field(default_factory=list)
    gradients_off: bool = False
    untrainable: bool = False


@dataclass
class Seen:
    """What was seen over some calls.

    Attributes
    ----------
    calls : list of Call
        The ones that finished.
    error : Exception or None
        What ended the run early.
    moved : dict
        From a parameter's name to how far it moved.
    reached : set of str
        The parameters that a nonzero gradient reached.
    piled, wiped : set of str
        Those whose used gradient was never cleared; those whose gradient was cleared unused.
    """

    calls: list[Call] = field(default_factory=list)
    error: Exception | None = None
    moved: dict[str, float] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)
    piled: set[str] = field(default_factory=set)
    wiped: set[str] = field(default_factory=set)

    @property
    def moves(self) -> list[Move]:
        """Every step of an optimiser."""
        return [move for call in self.calls for move in call.moves]

    @property
    def losses(self) -> list[float]:
        """The losses that can be read."""
        return [call.loss for call in self.calls if call.loss is not None]


class Watching:
    """Hooks on parameters, modules and optimisers, for the length of one run."""

    def __init__(self, model: nn.Module, seen: Seen, meet: Callable[[Optimizer], int]) -> None:
        self.seen, self.meet = seen, meet
        self.names = dict(model.named_parameters())
        self._handles: list[Any] = []
        self._left: dict[str, float] = {}
        self._coming: dict[str, float] = {}
        self._arrived: dict[str, float] = {}
        self._used: set[str] = set()
        self._cleared: set[str] = set()
        self._asked: dict[int, Move] = {}
        self._tops = {id(one) for one in (model if type(model) is nn.ModuleList else [model])}
        self._inside = {id(module) for module in model.modules()}
        self._states: dict[int, list[Tensor]] = {}

    def __enter__(self) -> Watching:
        for name, one in self.names.items():
            if one.requires_grad and one.is_leaf:
                self._handles.append(one.register_hook(self._before(name, one)))
                self._handles.append(one.register_post_accumulate_grad_hook(self._after(name)))
        self._handles.append(register_module_forward_pre_hook(self._about_to_pass))
        self._handles.append(register_module_forward_hook(self._has_passed))
        self._handles.append(register_optimizer_step_pre_hook(self._about_to_move))
        self._handles.append(register_optimizer_step_post_hook(self._has_moved))
        return self

    def __exit__(self, *_: object) -> None:
        for handle in self._handles:
            handle.remove()

    def _about_to_pass(self, module: nn.Module, _: Any) -> None:
        if id(module) in self._tops:
            self._states[id(module)] = _kept_state(module)

    def _has_passed(self, module: nn.Module, given: tuple[Any, ...], out: Any) -> None:
        if id(module) not in self._inside or not self.seen.calls:
            return
        note = Forward(given, out, id(module) in self._tops, torch.is_grad_enabled(), [], [])
        if note.is_top:
            note.state_before = self._states.pop(id(module), []) or _copies(given[1:])
            beside = out[1:] if isinstance(out, tuple | list) else ()
            note.state_after = _kept_state(module) or _copies(beside)
        self.seen.calls[-1].forwards.append(note)

    def _before(self, name: str, one: nn.Parameter) -> Callable[[Tensor], None]:
        def look(coming: Tensor) -> None:
            self._left[name] = 0.0 if one.grad is None else float(one.grad.abs().sum())
            self._coming[name] = float(coming.abs().sum())

        return look

    def _after(self, name: str) -> Callable[[Tensor], None]:
        def look(_: Tensor) -> None:
            if self._left.get(name, 0.0) == 0.0:
                if self._arrived.get(name) and not self._asked:  # LBFGS clears within its step
                    self.seen.wiped.add(name)
                self._arrived[name] = 0.0
                self._cleared.add(name)
            coming = self._coming.get(name, 0.0)
            self._arrived[name] = self._arrived.get(name, 0.0) + coming
            if coming:
                self.seen.reached.add(name)

        return look

    def _about_to_move(self, optimiser: Optimizer, *_: Any) -> None:
        number = self.meet(optimiser)
        held = {id(one) for group in optimiser.param_groups for one in group["params"]}
        gradients = {
            name: None if one.grad is None else _dense(one.grad)
            for name, one in self.names.items()
            if id(one) in held
        }
        rates = [float(group.get("lr", 1.0)) for group in optimiser.param_groups]
        move = Move(number, gradients, rates)
        self._asked[id(optimiser)] = move
        if self.seen.calls:
            self.seen.calls[-1].moves.append(move)

    def _has_moved(self, optimiser: Optimizer, *_: Any) -> None:
        move = self._asked.pop(id(optimiser), None)
        if move is None:
            return
        for name, gradient in move.gradients.items():
            now = self.names[name].grad
            if gradient is None and now is not None:
                gradient = _dense(now)
            self._use(name, gradient)

    def moved_by_hand(self, before: Mapping[str, Tensor]) -> None:
        """Note, after a call, the parameters that moved without any optimiser."""
        held = {name for move in self.seen.moves for name in move.gradients}
        for name, one in self.names.items():
            if name not in held and moved(before[name], one):
                self._use(name, one.grad, by_hand=True)

    def _use(self, name: str, gradient: Tensor | None, by_hand: bool = False) -> None:
        is_used = gradient is not None and bool((gradient != 0).any())
        if name in self._used and name not in self._cleared and self._arrived.get(name):
            self.seen.piled.add(name)
        if self._arrived.get(name) and not is_used and not by_hand:
            self.seen.wiped.add(name)
        self._arrived[name] = 0.0
        self._cleared.discard(name)
        (self._used.add if is_used else self._used.discard)(name)


def _dense(gradient: Tensor) -> Tensor:
    """Copy a gradient; fill up that of a sparse embedding with zeros."""
    return gradient.detach().to_dense() if gradient.is_sparse else gradient.detach().clone()


def _copies(state: Any) -> list[Tensor]:
    return [tensor.detach().clone() for tensor in tensors_of(state)]


def _kept_state(top: nn.Module) -> list[Tensor]:
    """Copy what the modules keep apart from their parameters and statistics."""
    kept: list[Tensor] = []
    for module in top.modules():
        if "norm" in type(module).__name__.lower():
            continue
        inside = {key: one for key, one in vars(module).items() if not key.startswith("_")}
        for one in [*inside.values(), dict(module.named_buffers(recurse=False))]:
            kept += [t for t in tensors_of(one) if not isinstance(t, nn.Parameter)]
    return _copies(kept)


def moved(before: Tensor, now: Tensor) -> float:
    """Say how far a parameter moved: its largest change; infinite if its shape changed."""
    if before.shape != now.shape:
        return math.inf
    gap = (now.detach().cpu().double() - before.cpu().double()).abs()
    return float(gap.max()) if gap.numel() else 0.0
