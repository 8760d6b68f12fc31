"""Look for the silent faults of a network, just by asking it."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal

import torch
from torch import Tensor, nn

from course_utils.diagnose import (
    evidence,
    memory,
    order,
    padding,
    parameters,
    routes,
    rows,
    state,
)
from course_utils.diagnose.black_box import (
    Box,
    Failed,
    NoRows,
    Unclear,
    is_lazy,
    run_probes,
    settled,
)
from course_utils.diagnose.keep import Kept, left_as_it_was
from course_utils.diagnose.precision import coarsest
from course_utils.diagnose.report import Finding, Report, Suspicion

Task = Literal["encode", "tag", "forecast"]
Layout = Literal["batch_first", "time_first"]

PROBES = (
    *state.PROBES,
    *rows.PROBES,
    *memory.PROBES,
    *order.PROBES,
    *padding.PROBES,
    *parameters.PROBES,
    *routes.PROBES,
)

CALL = Suspicion(
    "call_fails",
    tried="called the network with x as you passed it",
    means="The network gives no answer that the probes can look at.",
    lesson="02a",
    anchor="read-the-error",
    todo="read the error, and check the shape and dtype of x, and the layout.",
)


def network(
    model: Callable[..., Any],
    x: Tensor,
    *,
    task: Task | None = None,
    layout: Layout = "batch_first",
    lengths: Tensor | Sequence[int] | None = None,
    takes_state: bool = False,
    stochastic: bool = False,
    stateful: bool = False,
    known_steps: int | None = None,
    target_column: int | Sequence[int] | None = None,
    seconds: float = 10.0,
) -> Report:
    """Look for the silent faults of a network.

    The network is a black box: we call it with x and with changed copies of x, and look at its
    answers, parameters and gradients. We ask it in evaluation mode, and afterwards everything
    is as it was. The more you declare, the more we can test; we never assume what you don't.

    Parameters
    ----------
    model : nn.Module
        Called as ``model(x)``, ``model(x, lengths)`` and ``model(x, state)``, as declared; returns
        a tensor, or ``(y, state)``.
    x : Tensor
        A batch like those it is trained on: shape (rows, steps, features), or (rows, steps) of
        tokens. A few rows and a few dozen steps are enough.
    task : {"encode", "tag", "forecast"}, optional
        "encode": one answer for each row; this includes networks that read a whole window and
        return the next H values. "tag": one answer at each input step, which may read the whole
        row. "forecast": one answer at each input step, from the past alone.
    layout : {"batch_first", "time_first"}
        Of x.
    lengths : Tensor or sequence of int, optional
        The true lengths of padded rows.
    takes_state : bool
        Whether ``model(x, state)`` continues a row.
    stochastic : bool
        Whether random answers are wanted.
    stateful : bool
        Whether the network is meant to keep a state from call to call.
    known_steps, target_column : int, optional
        The column (or columns) of x that isn't known after this many steps.
    seconds : float
        After this time we ask no further questions.

    Returns
    -------
    Report

    Raises
    ------
    TypeError
        If x is a tuple or a dict of tensors.
    ValueError
        If ``task`` or ``layout`` isn't one of those above.

    Notes
    -----
    If a model takes more than x, or answers with a dict, wrap it after ``model.eval()``:
    ``diagnose.network(lambda x: model(x, static)["mean"], x)``.

    The faults are those of lessons 01a to 05b; each finding names its own.
    """
    begin = time.perf_counter()
    _check("task", task, (None, "encode", "tag", "forecast"))
    _check("layout", layout, ("batch_first", "time_first"))
    if isinstance(x, tuple | dict):
        raise TypeError(
            f"x must be one tensor, got a {type(x).__name__}; wrap a model that takes more: "
            "lambda x: model(x, static)"
        )
    x = torch.as_tensor(x)
    things: list[tuple[object, str]] = [(x, "x")]
    if not is_lazy(model):
        things.append((model, "the model"))
    declared = {
        "task": task,
        "layout": layout,
        "lengths": lengths,
        "takes_state": takes_state,
        "stochastic": stochastic,
        "stateful": stateful,
        "known_steps": known_steps,
        "target_column": target_column,
        "seconds": seconds,
    }
    with left_as_it_was(things) as (kept, printed):
        findings = _look(model, x.detach(), declared, printed)
    return Report(tuple(findings), time.perf_counter() - begin, tuple(kept.not_restored))


def _check(name: str, value: object, known: tuple[object, ...]) -> None:
    if value not in known:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, known))}, got {value!r}")


def _look(model: Any, x: Tensor, declared: dict[str, Any], printed: io.StringIO) -> list[Finding]:
    begin = time.perf_counter()
    if x.ndim < 2 or not x.numel():
        return [CALL.fault(f"x has shape {tuple(x.shape)}, wanted rows and steps at least")]
    lengths = declared["lengths"]
    try:
        model = settled(model, x, *([] if lengths is None else [lengths]))
        if isinstance(model, nn.Module) and model.training:
            model.eval()
        start = Kept()
        start.add(model, "the model")
        box = Box(model, x, kept=start, **declared)
        with torch.no_grad():
            answer = box.call()
            box.precision = coarsest(box.call, start.modules)
            box.start_clock()  # the first calls may have to load parts of torch
            answer = order.settle_steps(box, answer)
    except Failed as failed:
        return [CALL.fault(failed.because)]
    except NoRows as lost:
        return [CALL.cannot_tell(lost.because, lost.todo), rows.lost(box, lost)]
    except Unclear as unclear:
        return [CALL.cannot_tell(unclear.because, unclear.todo)]
    seen = f"an answer of shape {tuple(answer.y.shape)} in {time.perf_counter() - begin:.3f} s"
    if printed.getvalue():
        seen += f"; each call prints {printed.getvalue().strip()[:40]!r}, which isn't shown here"
    findings = [CALL.well(seen), *run_probes(PROBES, box)]
    look = partial(evidence.of_network, box)
    return evidence.with_strips(findings, evidence.IN_A_NETWORK, look)
