"""Call somebody's model safely: the same random numbers each time, everything put back."""

from __future__ import annotations

import contextlib
import copy
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import PackedSequence

from course_utils.diagnose.compare import tolerance, weighted_sum
from course_utils.diagnose.keep import Kept, start_random_numbers
from course_utils.diagnose.report import Finding, Suspicion
from course_utils.diagnose.trials import redraw


class Unclear(Exception):
    """A probe can't tell: ``because`` says why, ``todo`` what would help."""

    def __init__(self, because: str, todo: str) -> None:
        super().__init__(because)
        self.because = because
        self.todo = todo


class NoRows(Unclear):
    """The answer has no axis for the rows."""

    def __init__(self, shape: torch.Size, rows: int) -> None:
        self.shape = shape
        super().__init__(
            f"an answer of shape {tuple(shape)} has no axis for the {rows} rows",
            "pass a model whose answer has one entry per row.",
        )


class Failed(Unclear):
    """The model or the step raised an error."""

    def __init__(self, error: Exception, call: str) -> None:
        self.error = error
        said = (str(error).strip() or "no message").splitlines()[0]
        super().__init__(
            f"{call} raised {type(error).__name__}: {said:.160}",
            f"make it accept this call ({call}), then this probe can run.",
        )


@dataclass(frozen=True)
class Answer:
    """What the model returned, in the same layout for every probe.

    Attributes
    ----------
    y : Tensor
        Rows first; steps second if it has steps.
    state : object
        What came with it, or None.
    has_steps : bool
        Whether the second axis of ``y`` is steps.
    flat : bool
        Whether it came without a third axis.
    """

    y: Tensor
    state: Any
    has_steps: bool
    flat: bool = False


class Box:
    """Somebody's model and what was declared about it, always called from the same start.

    It only takes ``rows_first`` data, and turns them into the model's own layout.
    """

    def __init__(
        self,
        model: Callable[..., Any],
        x: Tensor,
        *,
        task: str | None,
        layout: str,
        lengths: Tensor | Sequence[int] | None,
        kept: Kept,
        seconds: float,
        takes_state: bool = False,
        stochastic: bool = False,
        stateful: bool = False,
        known_steps: int | None = None,
        target_column: int | Sequence[int] | None = None,
    ) -> None:
        self.model = model
        self.time_first = layout == "time_first"
        self.task = task
        self.x = x.transpose(0, 1) if self.time_first else x
        self.lists_lengths = not isinstance(lengths, Tensor)
        self.lengths = None if lengths is None else torch.as_tensor(lengths)
        self.kept = kept
        self.seconds = seconds
        self.start_clock()
        self.is_tokens = not x.is_floating_point()
        self.generator = torch.Generator().manual_seed(0)
        self.weights: int | None = None
        self.trains = False
        self.takes_state, self.stochastic, self.stateful = takes_state, stochastic, stateful
        self.known_steps, self.target_column = known_steps, target_column
        self.per_step = task in ("tag", "forecast")
        self.precision = 0.0  # of the coarsest numbers within, once it is known

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.x.shape[0]

    @property
    def steps(self) -> int:
        """How many steps a row has."""
        return self.x.shape[1]

    def start_clock(self) -> None:
        """Start counting the seconds."""
        self.deadline = time.perf_counter() + self.seconds

    def tolerance(self, y: Tensor) -> float:
        """Return the difference up to which two answers may differ by rounding alone."""
        return tolerance(y, self.precision)

    def real(self) -> Tensor:
        """Say which steps aren't padding, shape (rows, steps)."""
        if self.lengths is None:
            return torch.ones(self.x.shape[:2], dtype=torch.bool)
        return torch.arange(self.steps)[None] < self.lengths.cpu()[:, None]

    def call(
        self,
        x: Tensor | None = None,
        *,
        lengths: Tensor | None = None,
        state: Any = None,
        seed: int = 0,
        restored: bool = True,
    ) -> Answer:
        """Ask the model, starting from where it was when it came in.

        Parameters
        ----------
        x : Tensor, optional
            Rows first. By default the x that came in.
        lengths : Tensor, optional
            Of these rows; by default the declared ones.
        state : object, optional
            To go on from.
        seed : int
            For the random numbers.
        restored : bool
            Whether to put everything back first.

        Returns
        -------
        Answer

        Raises
        ------
        Unclear
            If it raised, returned nothing that we can read, or the time is up.
        """
        if time.perf_counter() > self.deadline:
            raise Unclear(
                f"the time is up ({self.seconds:g} s): the model is slow",
                "allow more time (seconds=…), or pass fewer rows and steps.",
            )
        x = self.x if x is None else x
        rows, steps = x.shape[:2]
        lengths = self.lengths if lengths is None else lengths
        if restored:
            self.kept.restore()
            if self.weights is not None:
                redraw(self.parameters(), self.weights)
            for module in self.kept.modules if self.trains else ():
                module.training = True
        start_random_numbers(seed)
        x = (x.transpose(0, 1) if self.time_first else x).clone(
            memory_format=torch.contiguous_format
        )
        given: list[Any] = [x]
        if lengths is not None:
            given.append(lengths.tolist() if self.lists_lengths else lengths)
        given += [state] if state is not None else []
        try:
            out = self.model(*given)
        except Exception as error:
            raise Failed(error, _describe(given)) from None
        y, state = _split(out)
        return self._lay_out(y, state, rows, steps)

    def _lay_out(self, y: Tensor, state: Any, rows: int, steps: int) -> Answer:
        if y.ndim and y.shape[0] == rows * steps and rows * steps not in (rows, steps):
            y = y.unflatten(0, (steps, rows) if self.time_first else (rows, steps))
        if y.ndim > 1 and y.shape[1] == rows:
            twisted = y.shape[0] != rows or (self.time_first and (self.per_step or y.ndim > 2))
            y = y.transpose(0, 1) if twisted else y
        if not y.ndim or y.shape[0] != rows:
            raise NoRows(y.shape, rows)
        if self.per_step and y.ndim == 3 and y.shape[1] != steps and y.shape[2] == steps:
            y = y.transpose(1, 2)  # classes before steps, as cross_entropy wants them
        has_steps = y.ndim > 1 and y.shape[1] == steps and steps > 1
        has_steps = has_steps and (self.per_step or (self.task is None and y.ndim > 2))
        flat = y.ndim < 3
        y = y.reshape(rows, steps, -1) if has_steps else y.reshape(rows, -1)
        return Answer(y, state, has_steps, flat)

    def slope(self, pick: Callable[[Tensor], Tensor]) -> Tensor | None:
        """Return the size of the gradient of some of the answer with respect to each step of x.

        Parameters
        ----------
        pick : callable
            Takes the answer's ``y``, returns the part that counts.

        Returns
        -------
        Tensor or None
            Shape (rows, steps); None if there is no gradient.
        """
        if self.is_tokens:
            return None
        leaf = self.x.detach().clone().requires_grad_()
        with torch.enable_grad():
            y = pick(self.call(leaf).y)
            if not y.requires_grad:
                return None
            (slope,) = torch.autograd.grad(weighted_sum(y), leaf, allow_unused=True)
        return None if slope is None else slope.abs().flatten(2).sum(2)

    @contextlib.contextmanager
    def other_weights(self, seed: int = 0) -> Iterator[None]:
        """Use redrawn weights for every call in this block (see `trials.redraw`)."""
        self.weights = seed
        try:
            yield
        finally:
            self.weights = None

    @contextlib.contextmanager
    def training(self) -> Iterator[None]:
        """Use training mode for every call in this block."""
        self.trains = True
        try:
            yield
        finally:
            self.trains = False

    def parameters(self) -> list[nn.Parameter]:
        """List every parameter of every module that belongs to the model."""
        found = [one for module in self.kept.modules for one in module.parameters(recurse=False)]
        return list({id(one): one for one in found}.values())

    def other(self, where: Tensor, strong: bool = True, scale: float = 2.0) -> Tensor:
        """Return x with other values at some of its places.

        Parameters
        ----------
        where : Tensor
            Bool, of shape (rows, steps), or of x's own shape.
        strong : bool
            Whether to draw values with x's spread times the scale, or else values from x.
        scale : float
            How much larger than x's own spread.

        Returns
        -------
        Tensor
        """
        x = self.x.detach()
        where = where.reshape(where.shape + (1,) * (x.ndim - where.ndim)).expand(x.shape)
        return torch.where(where.to(x.device), self._drawn(x, strong, scale), x)

    def _drawn(self, x: Tensor, strong: bool, scale: float) -> Tensor:
        pool = x[self.real().to(x.device)]
        picks = torch.randint(len(pool), x.shape[:2], generator=self.generator).to(x.device)
        if self.is_tokens:
            return _other_tokens(x, pool, picks)
        distinct = pool.dim() > 0 and bool((pool != pool[:1]).any())
        if not strong and distinct:
            return pool[picks]
        spread = scale * pool.std(0).nan_to_num(1.0).clamp(min=0.5)
        noise = torch.randn(x.shape, generator=self.generator, dtype=torch.float64)
        return pool.mean(0) + spread * noise.to(x)

    def changed(self, where: Tensor, scale: float = 2.0, **how: Any) -> Answer:
        """Ask the model about x with other values at some places (see `other`)."""
        try:
            with torch.no_grad():
                answer = self.call(self.other(where, scale=scale), **how)
            if bool(answer.y.isfinite().all()):
                return answer
        except Failed:
            pass
        with torch.no_grad():
            return self.call(self.other(where, strong=False), **how)


def _other_tokens(x: Tensor, pool: Tensor, picks: Tensor) -> Tensor:
    known = pool.unique()
    if len(known) < 2:
        known = torch.arange(int(known.max()) + 1, device=x.device, dtype=x.dtype)
    if len(known) < 2:
        raise Unclear("all tokens of x are the same", "pass x with several tokens.")
    drawn = known[picks % len(known)].reshape(picks.shape + (1,) * (x.ndim - 2)).expand(x.shape)
    after = known[(torch.searchsorted(known, drawn.contiguous()) + 1) % len(known)]
    return torch.where(drawn == x, after, drawn)


def run_probes(
    probes: Iterable[tuple[Suspicion, Callable[[Any], Finding]]], subject: Any
) -> list[Finding]:
    """Run probes one by one; an error in one becomes a finding, never a traceback."""
    findings = []
    for suspicion, look in probes:
        try:
            findings.append(look(subject))
        except Unclear as unclear:
            findings.append(suspicion.cannot_tell(unclear.because, unclear.todo))
        except Exception as error:
            because = f"the probe raised {type(error).__name__}: {error}"
            findings.append(suspicion.cannot_tell(because[:300], "look at this part by hand."))
    return findings


def is_lazy(model: Any) -> bool:
    """Whether a model will only make its parameters at its first call."""
    lazy = (nn.parameter.UninitializedParameter, nn.parameter.UninitializedBuffer)
    return isinstance(model, nn.Module) and any(
        isinstance(one, lazy) for one in [*model.parameters(), *model.buffers()]
    )


def settled(model: Any, *given: Tensor) -> Any:
    """Return the model itself, or where it is lazy a copy of it that has been called once."""
    if not is_lazy(model):
        return model
    model = copy.deepcopy(model)
    try:
        with torch.no_grad():
            model(*given)
    except Exception as error:
        raise Failed(error, _describe(given)) from None
    return model


def _split(out: Any) -> tuple[Tensor, Any]:
    y, state = out, None
    if isinstance(out, tuple | list) and out and not isinstance(out, PackedSequence):
        y, rest = out[0], out[1:]
        state = rest[0] if len(rest) == 1 else rest or None
    if not isinstance(y, Tensor):
        raise Unclear(
            f"the model returns {type(out).__name__}, not a tensor or (y, state)",
            "wrap it, so that it returns one tensor: lambda x: model(x)[…].",
        )
    return y, state


def _describe(given: Sequence[Any]) -> str:
    shapes = [
        f"{tuple(one.shape)}" if isinstance(one, Tensor) else type(one).__name__ for one in given
    ]
    return f"model({', '.join(shapes)})"
