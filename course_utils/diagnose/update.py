"""Look for the silent faults of a training step, by calling it and watching."""

from __future__ import annotations

import inspect
import io
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal

import torch
from torch import Tensor, nn

from course_utils.diagnose import evidence, flow, gradients, learning, moves
from course_utils.diagnose.black_box import Failed, Unclear, run_probes
from course_utils.diagnose.keep import Globals, left_as_it_was
from course_utils.diagnose.report import Finding, Report, Suspicion
from course_utils.diagnose.watch import Watched

PROBES = (*moves.PROBES, *gradients.PROBES, *flow.PROBES, *learning.PROBES)

CALL = Suspicion(
    "call_fails",
    tried="called the step a dozen times with x and y as you passed them",
    means="The step ends in an error, so the probes have little to look at.",
    lesson="02a",
    anchor="read-the-error",
    todo="read the error, and check the shapes and dtypes of x and y.",
)


def update(
    model: nn.Module | Iterable[nn.Module],
    step: Callable[..., Any],
    x: Tensor,
    y: Tensor,
    *,
    clip: float | None = None,
    frozen: Iterable[str] = (),
    lengths: Tensor | Sequence[int] | None = None,
    accumulate: int = 1,
    stateful: bool = False,
    layout: Literal["batch_first", "time_first"] = "batch_first",
    seconds: float = 20.0,
) -> Report:
    """Look for the silent faults of a training step.

    The step is a black box: we call it with x and y and with changed copies of them, while hooks
    watch parameters, forward passes and every optimiser of ``torch.optim``. Afterwards the model,
    its gradients and modes, random numbers, optimisers, and what the step keeps in its closure are
    as they were. The report's ``not_restored`` names anything else that it keeps, such as a counter
    or a scheduler among a script's globals, so run this before you train, or on copies.

    Parameters
    ----------
    model : nn.Module or several of them
        What is trained.
    step : callable
        ``step(x, y)`` trains once and returns the loss.
    x, y : Tensor
        One batch: shape (rows, steps, features), or (rows, steps) of tokens; and its targets.
    clip : float, optional
        The norm that gradients are clipped to.
    frozen : iterable of str
        Names of parameters, or of modules, that are meant to stay as they are.
    lengths : Tensor or sequence of int, optional
        The true lengths of padded rows.
    accumulate : int
        Parameters move at every so many calls.
    stateful : bool
        Whether a state is carried from call to call.
    layout : {"batch_first", "time_first"}
        Of x, and of y if it has steps.
    seconds : float
        After this time we make no further calls.

    Returns
    -------
    Report

    Raises
    ------
    TypeError
        If ``step`` can't be called as ``step(x, y)``; lengths and the like come from its closure.
    ValueError
        If ``accumulate`` or ``layout`` isn't one of those above.

    Notes
    -----
    The faults are those of lessons 01a to 05b; each finding names its own.
    """
    begin = time.perf_counter()
    _check_step(step)
    if accumulate < 1:
        raise ValueError(f"accumulate must be at least 1, got {accumulate}")
    if layout not in ("batch_first", "time_first"):
        raise ValueError(f"layout must be 'batch_first' or 'time_first', got {layout!r}")
    whole = model if isinstance(model, nn.Module) else nn.ModuleList(model)
    x, y = torch.as_tensor(x), torch.as_tensor(y)
    things = [(whole, "the model"), (step, getattr(step, "__name__", "the step"))]
    named = Globals(step)
    with left_as_it_was([*things, (x, "x"), (y, "y")]) as (kept, printed):
        watched = Watched(
            whole,
            step,
            x.detach(),
            y.detach(),
            kept=kept,
            seconds=seconds,
            declared={
                "clip": clip,
                "frozen": [frozen] if isinstance(frozen, str) else list(frozen),
                "lengths": lengths,
                "accumulate": accumulate,
                "stateful": stateful,
                "layout": layout,
            },
        )
        findings = _look(watched, printed)
        not_restored = [*kept.not_restored, *named.not_restored(kept)]
    return Report(tuple(findings), time.perf_counter() - begin, tuple(not_restored))


def _check_step(step: Any) -> None:
    try:
        signature = inspect.signature(step)
    except (TypeError, ValueError):  # not a function of Python's own
        return
    try:
        signature.bind(None, None)
    except TypeError:
        raise TypeError(
            f"step must take exactly (x, y), got step{signature}; wrap it, and pass the rest "
            "from outside: lambda x, y: step(x, y, lengths)"
        ) from None


def _look(watched: Watched, printed: io.StringIO) -> list[Finding]:
    try:
        seen = watched.base()
    except Failed as failed:
        return [CALL.fault(failed.because)]
    except Unclear as unclear:
        return [CALL.cannot_tell(unclear.because, unclear.todo)]
    made = len(seen.calls)
    said = f"{made} {'call' if made == 1 else 'calls'}, {seen.calls[0].seconds:.3f} s for the first"
    if printed.getvalue():
        said += f"; it prints {printed.getvalue().strip()[:40]!r}, which isn't shown here"
    call = CALL.well(said)
    if seen.error is not None:
        call = CALL.fault(f"{said}, then {watched.failed(seen).because}")
    findings = [call, *run_probes(PROBES, watched)]
    return evidence.with_strips(
        findings, ["gradient_cut"], lambda _: evidence.of_update(watched, flow.slope_of_last)
    )
