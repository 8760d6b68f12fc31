"""One loop for windows, one for chunks that continue each other; history, progress, Interrupt.

Lesson 05b writes out `fit_windows`, lesson 03a `fit_chunks`. Neither draws anything: for a
picture, pass ``on_step``.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from course_utils import settings
from course_utils.recurrent import State, answered, detach, evaluating
from course_utils.signatures import (
    BadArgument,
    Count,
    Maker,
    Positive,
    all_finite,
    checked,
    same_dtype,
)

MakeOptimizer = Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer]
OnStep = Callable[[int, float], Any]
OnChunk = Callable[[int, float, Tensor], Any]
Item = TypeVar("Item")
Rule = Literal["carry", "reset", "stale", "twice"]


@dataclass
class Run:
    """What a training run leaves behind.

    Attributes
    ----------
    model : nn.Module
        Trained. After Interrupt it keeps what it had learnt.
    losses : list of float
        The loss of each update, in order, taken before the update.
    noted : list
        What ``on_step`` returned at each update.
    interrupted : bool
        Whether somebody pressed Interrupt.
    """

    model: nn.Module
    losses: list[float] = field(default_factory=list)
    noted: list[Any] = field(default_factory=list)
    interrupted: bool = False

    @checked
    def final(self, last: Count) -> float:
        """Return the mean of the ``last`` losses, which we judge a run by."""
        return float(np.mean(self.losses[-last:]))


@checked
def adam(learning_rate: Positive) -> MakeOptimizer:
    """Return a function that makes Adam optimisers with this learning rate.

    Parameters
    ----------
    learning_rate : float
        Above 0.

    Returns
    -------
    callable
        Takes parameters, returns an optimiser.

    Notes
    -----
    Kingma & Ba, arXiv 1412.6980; torch's own, with its defaults.
    """
    return lambda parameters: torch.optim.Adam(parameters, lr=learning_rate)


def show_progress(items: Iterable[Item], what: str, total: int | None = None) -> Iterator[Item]:
    """Go through items with a progress bar, which stays hidden if ``UNROLLED_QUIET`` is set.

    Parameters
    ----------
    items : iterable
        What to go through.
    what : str
        What is being done.
    total : int, optional
        How many items there are, if ``items`` has no length.

    Returns
    -------
    iterator
        The items.
    """
    # tqdm.auto warns if it finds no ipywidgets that can show its bar.
    kind = importlib.import_module("tqdm.auto" if settings.shows_widgets() else "tqdm")
    return iter(kind.tqdm(items, desc=what, total=total, leave=False, disable=settings.quiet()))


@checked
def fit_windows(
    model: nn.Module,
    inputs: Float[Tensor, "windows steps inputs"],
    targets: Float[Tensor, "windows horizon"],
    *,
    epochs: Count,
    optimizer: Maker,
    batch_size: Count | None = None,
    on_step: OnStep | None = None,
) -> Run:
    """Train on independent windows: the state starts at zero each time.

    The loss is the mean squared error. The windows come in the order given.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x)``; changed in place.
    inputs : Tensor
        Shape (windows, steps, inputs).
    targets : Tensor
        Shape (windows, horizon).
    epochs : int
        How often to go through all windows, at least 1.
    optimizer : callable
        Takes the parameters, returns the optimiser; for example from `adam`.
    batch_size : int, optional
        Windows per update; by default all of them at once.
    on_step : callable, optional
        Called after each update with its number, from 0, and its loss; the run keeps what it
        returns in ``noted``.

    Returns
    -------
    Run
        One loss per update. After Interrupt, what there is so far.

    Raises
    ------
    BadArgument
        If an argument doesn't fit, a number isn't finite, the model's answer doesn't have the
        targets' shape, or the model is in evaluation mode.

    Notes
    -----
    Taught in lesson 05b, `batches-and-transforms`.
    """
    check_windows(inputs, targets)
    check_training(model)
    size = len(inputs) if batch_size is None else batch_size
    run = Run(model)
    update = optimizer(model.parameters())
    batches = list(zip(inputs.split(size), targets.split(size), strict=True)) * epochs
    try:
        for x, target in show_progress(batches, "training"):
            update.zero_grad()
            y, _ = answered(model, x)
            loss = mean_squared_error(y, target)
            loss.backward()
            update.step()
            run.losses.append(loss.item())
            if on_step is not None:
                run.noted.append(on_step(len(run.losses) - 1, run.losses[-1]))
    except KeyboardInterrupt:
        run.interrupted = True
    return run


def mean_squared_error(y: Tensor, target: Tensor) -> Tensor:
    """Compute the loss of an answer; refuse a target of another shape, which torch would broadcast.

    Parameters
    ----------
    y, target : Tensor
        Of the same shape.

    Returns
    -------
    Tensor
        A scalar.

    Raises
    ------
    BadArgument
        If the shapes differ: each answer would be fitted to every target.

    Notes
    -----
    The flat line that broadcasting leads to is shown in lesson 02b, `training-and-testing`.
    """
    if y.shape != target.shape:
        raise BadArgument(
            f"targets must have the shape of the model's answer, {tuple(y.shape)}, "
            f"got {tuple(target.shape)}"
        )
    return nn.functional.mse_loss(y, target)


def check_windows(inputs: Tensor, targets: Tensor) -> None:
    """Refuse windows that are empty, not finite or of two dtypes.

    Parameters
    ----------
    inputs, targets : Tensor
        As for `fit_windows`.

    Raises
    ------
    BadArgument
        Saying what is wrong.
    """
    all_finite(inputs=inputs, targets=targets)
    same_dtype(inputs=inputs, targets=targets)


def check_training(model: nn.Module) -> None:
    """Refuse to train a model that is in evaluation mode.

    Parameters
    ----------
    model : nn.Module
        Any model.

    Raises
    ------
    BadArgument
        If it is in evaluation mode, where dropout is off.
    """
    if not model.training:
        raise BadArgument(
            "model must be in training mode, got one in evaluation mode, where dropout is off: "
            "call model.train() first"
        )


@checked
def fit_chunks(
    model: nn.Module,
    inputs: Float[Tensor, "chunks batch steps inputs"],
    targets: Float[Tensor, "chunks batch steps outputs"],
    *,
    optimizer: Maker,
    rule: Rule = "carry",
    state: State | None = None,
    on_step: OnChunk | None = None,
) -> tuple[Run, State | None]:
    """Train on chunks that continue each other: truncated backpropagation through time.

    One update per chunk, on the mean squared error. The state's numbers go on
    from chunk to chunk, but its history is cut in between, so no gradient
    looks back across a border.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, state)``; changed in place.
    inputs : Tensor
        Shape (chunks, batch, steps, inputs). Row i of a chunk continues row i
        of the chunk before.
    targets : Tensor
        Shape (chunks, batch, steps, outputs).
    optimizer : callable
        Takes the parameters, returns the optimiser; for example from `adam`.
    rule : {"carry", "reset", "stale", "twice"}
        What a chunk starts from: the state that the chunk before left; zeros;
        or one of two mistakes that we measure: the state from one chunk
        *earlier* than that; or the state after reading the chunk before a
        second time, with the updated network.
    state : Tensor or (Tensor, Tensor), optional
        What the first chunk starts from. Zeros unless given.
    on_step : callable, optional
        Called after each update with its number, from 0, its loss, and the
        prediction, shape (batch, steps, outputs), cut from its history; the run keeps what it
        returns in ``noted``.

    Returns
    -------
    run : Run
        One loss per chunk. After Interrupt, what there is so far.
    state : Tensor or (Tensor, Tensor) or None
        What the last finished chunk left, without a history.

    Raises
    ------
    BadArgument
        As for `fit_windows`.

    Notes
    -----
    Taught in lesson 03a, `training`; the rules in lesson 03b, `carried-state`, and
    "twice" in lesson 04a, `three-ways-state-goes-wrong`.
    """
    _check_chunks(inputs, targets)
    check_training(model)
    run = Run(model)
    update = optimizer(model.parameters())
    # If the state came with a history, gradients would look back before the first chunk.
    start = earlier = latest = None if state is None else detach(state)
    try:
        for x, target in show_progress(list(zip(inputs, targets, strict=True)), "training"):
            y, after = answered(model, x, start)
            loss = mean_squared_error(y, target)
            update.zero_grad()
            loss.backward()
            update.step()
            earlier, latest = latest, detach(after)
            if rule == "twice":
                with torch.no_grad():
                    _, latest = answered(model, x, latest)
            start = {"reset": None, "stale": earlier}.get(rule, latest)
            run.losses.append(loss.item())
            if on_step is not None:
                run.noted.append(on_step(len(run.losses) - 1, run.losses[-1], y.detach()))
    except KeyboardInterrupt:
        run.interrupted = True
    return run, latest


@torch.no_grad()
@checked
def predict_chunks(
    model: nn.Module,
    inputs: Float[Tensor, "chunks batch steps inputs"],
    state: State | None = None,
) -> Float[Tensor, "chunks batch steps outputs"]:
    """Run a model over chunks that continue each other, and leave everything as it was.

    No gradient, no update, no dropout. The run has its own state, and the
    model goes back to the mode it was in.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, state)``.
    inputs : Tensor
        As for `fit_chunks`.
    state : Tensor or (Tensor, Tensor), optional
        What the first chunk starts from. Zeros unless given.

    Returns
    -------
    Tensor
        Shape (chunks, batch, steps, outputs).

    Notes
    -----
    Taught in lesson 03b, `judge-without-touching`.
    """
    all_finite(inputs=inputs)
    predictions = []
    with evaluating(model):
        for x in inputs:
            y, state = answered(model, x, state)
            predictions.append(y)
    return torch.stack(predictions)


@checked
def evaluate_chunks(
    model: nn.Module,
    inputs: Float[Tensor, "chunks batch steps inputs"],
    targets: Float[Tensor, "chunks batch steps outputs"],
    state: State | None = None,
) -> float:
    """Judge a model on chunks that continue each other, and leave everything as it was.

    Parameters
    ----------
    model, inputs, state
        As for `predict_chunks`.
    targets : Tensor
        As for `fit_chunks`.

    Returns
    -------
    float
        The mean squared error over all chunks.

    Notes
    -----
    Taught in lesson 03b, `judge-without-touching`.
    """
    _check_chunks(inputs, targets)
    return mean_squared_error(predict_chunks(model, inputs, state), targets).item()


@torch.no_grad()
@checked
def free_run_error(model: nn.Module, inputs: Tensor, targets: Tensor, warm_up: int = 2) -> float:
    """Judge a trained network on a separate run: frozen, from a zero state.

    Parameters
    ----------
    model, inputs, targets
        As for `evaluate_chunks`.
    warm_up : int
        Chunks at the start that only warm up the state and aren't judged.

    Returns
    -------
    float
        Mean squared error.

    Notes
    -----
    Taught in lesson 03b, `runs-of-its-own`.
    """
    state = None
    for x in inputs[:warm_up]:
        _, state = answered(model, x, state)
    return evaluate_chunks(model, inputs[warm_up:], targets[warm_up:], state)


def _check_chunks(inputs: Tensor, targets: Tensor) -> None:
    all_finite(inputs=inputs, targets=targets)
    same_dtype(inputs=inputs, targets=targets)
