"""Run somebody's training step, always from the same start, and watch it."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from course_utils.diagnose.black_box import Failed, Unclear
from course_utils.diagnose.hooks import Call, Seen, Watching, moved
from course_utils.diagnose.keep import Kept, start_random_numbers
from course_utils.diagnose.trials import redraw

Pair = tuple[Tensor, Tensor]


class Watched:
    """A training step and what was declared about it, always run from the same start."""

    def __init__(
        self,
        model: nn.Module,
        step: Callable[..., Any],
        x: Tensor,
        y: Tensor,
        *,
        kept: Kept,
        seconds: float,
        declared: Mapping[str, Any],
    ) -> None:
        self.model, self.step, self.x, self.y = model, step, x, y
        self.kept = kept
        self.deadline, self.seconds = time.perf_counter() + seconds, seconds
        self.declared = declared
        self.names = dict(model.named_parameters())
        self.trainable = {name for name, one in self.names.items() if one.requires_grad}
        self.optimisers: list[Optimizer] = []
        self._base: Seen | None = None

    @property
    def time_first(self) -> bool:
        """Whether the first axis of x is steps."""
        return self.declared["layout"] == "time_first"

    @property
    def steps(self) -> int:
        """How many steps x has."""
        return self.x.shape[0 if self.time_first else 1]

    @property
    def y_has_steps(self) -> bool:
        """Whether y has an entry for each step of x."""
        axis = 0 if self.time_first else 1
        return self.y.ndim > axis and self.steps > 1 and self.y.shape[axis] == self.steps

    def real(self) -> Tensor:
        """Say which steps aren't padding, in x's own layout of rows and steps."""
        rows = self.x.shape[1 if self.time_first else 0]
        lengths = self.declared["lengths"]
        if lengths is None:
            lengths = torch.full((rows,), self.steps)
        real = torch.arange(self.steps)[None] < torch.as_tensor(lengths).cpu()[:, None]
        return (real.T if self.time_first else real).to(self.x.device)

    def last_step(self, y: Tensor) -> Tensor:
        """Say which entries of y belong to the last real step of each row."""
        axis = 0 if self.time_first else 1
        real = self.real().to(y.device)
        last = real & (real.cumsum(axis) == real.sum(axis, keepdim=True))
        return last.reshape(last.shape + (1,) * (y.ndim - 2)).expand(y.shape)

    @property
    def frozen(self) -> set[str]:
        """The parameters that were declared frozen, by name or by the name of their module."""
        said = tuple(self.declared["frozen"])
        return {
            name
            for name in self.names
            if any(name == one or name.startswith(f"{one}.") for one in said)
        }

    def base(self) -> Seen:
        """Return what was seen over a dozen calls with x and y as you passed it."""
        if self._base is None:
            self._base = self.run([(self.x, self.y)] * max(12, 3 * self.declared["accumulate"]))
        if not self._base.calls:
            raise self.failed(self._base)
        return self._base

    def run(
        self,
        pairs: Sequence[Pair],
        *,
        seed: int = 0,
        watch: bool = True,
        between: Callable[[], None] | None = None,
        weights: int | None = None,
    ) -> Seen:
        """Call the step with these pairs of x and y, from the start.

        Parameters
        ----------
        pairs : sequence of (Tensor, Tensor)
            One call each.
        seed : int
            For the random numbers.
        watch : bool
            Whether to note forward passes and gradients too, and not just losses.
        between : callable, optional
            Called before every call but the first; the random numbers then start again.
        weights : int, optional
            Start from redrawn weights, with this seed (see `trials.redraw`).

        Returns
        -------
        Seen
        """
        self.kept.restore()
        if weights is not None:
            redraw(self.names.values(), weights)
        start_random_numbers(seed)
        torch.set_grad_enabled(True)
        seen = Seen()
        before = {name: one.detach().clone() for name, one in self.names.items()}
        with Watching(self.model, seen, self._meet) if watch else nullcontext() as watching:
            for x, y in pairs:
                if time.perf_counter() > self.deadline:
                    break
                if between is not None and seen.calls:
                    between()
                    start_random_numbers(seed)
                call = Call()
                seen.calls.append(call)
                try:
                    values = {name: one.detach().clone() for name, one in self.names.items()}
                    self._call(call, x, y)
                    if watching is not None:
                        watching.moved_by_hand(values)
                except Exception as error:
                    seen.calls.pop()
                    seen.error = error
                    break
        for name, one in self.names.items():
            seen.moved[name] = moved(before[name], one)
        return seen

    def one(self, x: Tensor, y: Tensor, **how: Any) -> Call:
        """Call the step once from the start.

        Raises
        ------
        Unclear
            If it raised, or the time is up.
        """
        seen = self.run([(x, y)], **how)
        if not seen.calls:
            raise self.failed(seen)
        return seen.calls[0]

    def loss(self, x: Tensor, y: Tensor) -> float:
        """Return the loss of one call from the start; unclear if it returns none."""
        loss = self.one(x, y, watch=False).loss
        if loss is None or not math.isfinite(loss):
            raise Unclear("the step returns no finite loss", "let it return the loss (float).")
        return loss

    def kept_graph(self, calls: int) -> list[int]:
        """Count the graph's nodes that are alive after the second of these calls and the last."""
        sizes = []
        freezes = gc.get_freeze_count() == 0  # so that we only count what the run makes
        if freezes:
            gc.freeze()
        try:
            for count in (2, calls):
                seen = self.run([(self.x, self.y)] * count, watch=False)
                if seen.error is not None or len(seen.calls) < count:
                    raise self.failed(seen)
                sizes.append(_living_nodes())
        finally:
            if freezes:
                gc.unfreeze()
        return sizes

    def _meet(self, optimiser: Optimizer) -> int:
        """Give an optimiser its number, and remember a new one as it is now."""
        for number, known in enumerate(self.optimisers):
            if known is optimiser:
                return number
        self.optimisers.append(optimiser)
        self.kept.add(optimiser, type(optimiser).__name__)
        return len(self.optimisers) - 1

    def _call(self, call: Call, x: Tensor, y: Tensor) -> None:
        modes = {name: module.training for name, module in self.model.named_modules()}
        begin = time.perf_counter()
        out = self.step(x, y)
        call.seconds = time.perf_counter() - begin
        call.loss, call.returned = _number(out), type(out).__name__
        call.gradients_off = not torch.is_grad_enabled()
        call.to_eval = [
            name
            for name, module in self.model.named_modules()
            if modes.get(name) and not module.training
        ]
        wants = {name for name, one in self.names.items() if one.requires_grad}
        call.untrainable = bool(self.trainable) and not wants & self.trainable
        torch.set_grad_enabled(True)

    def failed(self, seen: Seen) -> Unclear:
        """Say why a run ended early."""
        if seen.error is not None:
            return Failed(seen.error, "the step")
        return Unclear(
            f"the time is up ({self.seconds:g} s): the step is slow",
            "allow more time (seconds=…), or pass fewer rows and steps.",
        )


def _number(out: Any) -> float | None:
    if isinstance(out, tuple | list) and out:
        out = out[0]
    if isinstance(out, dict):
        out = out.get("loss")
    try:
        return float(out)
    except (TypeError, ValueError, RuntimeError):
        return None


def _living_nodes(most: int = 200_000) -> int:
    gc.collect()
    waiting = []
    for thing in gc.get_objects():
        if issubclass(type(thing), Tensor) and thing.grad_fn is not None:
            waiting.append(thing.grad_fn)
    seen = set(waiting)
    while waiting and len(seen) < most:
        for further, _ in waiting.pop().next_functions:
            if further is not None and further not in seen:
                seen.add(further)
                waiting.append(further)
    return len(seen)
