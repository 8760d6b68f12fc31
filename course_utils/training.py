"""One loop for windows, one for chunks that continue each other; history, progress, Interrupt.

`fit_windows` is what lesson 05 writes out in its section 6, `fit_chunks` what
lesson 03a writes out in its section 3. They know no pictures: whoever wants one
passes ``on_step``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor, nn
from tqdm.auto import tqdm

from course_utils.recurrent import State, detach, evaluating

MakeOptimizer = Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer]
OnStep = Callable[[int, float], None]
OnChunk = Callable[[int, float, Tensor], None]
Rule = Literal["carry", "reset", "stale", "twice"]


@dataclass
class History:
    """What a training run leaves behind.

    Attributes
    ----------
    losses : list of float
        The loss of each update, in order, taken before the update.
    interrupted : bool
        Whether somebody pressed Interrupt. The model keeps what it had learnt.
    """

    losses: list[float] = field(default_factory=list)
    interrupted: bool = False


def adam(learning_rate: float) -> MakeOptimizer:
    """Make a maker of Adam optimisers with this learning rate.

    Parameters
    ----------
    learning_rate : float
        Above 0.

    Returns
    -------
    callable
        Takes parameters, gives an optimiser.

    Raises
    ------
    ValueError
        If ``learning_rate`` is not above 0.

    Notes
    -----
    Kingma & Ba, arXiv 1412.6980; torch's own, with its defaults.
    """
    if not learning_rate > 0:
        raise ValueError(f"learning_rate must be above 0, got {learning_rate}")
    return lambda parameters: torch.optim.Adam(parameters, lr=learning_rate)


def show_progress(total: int, what: str) -> tqdm:
    """Make a progress bar; with ``UNROLLED_QUIET`` set it stays hidden.

    Parameters
    ----------
    total : int
        How many steps there are.
    what : str
        What is being done.

    Returns
    -------
    tqdm
        Call its ``update()`` once a step.
    """
    return tqdm(total=total, desc=what, leave=False, disable=bool(os.environ.get("UNROLLED_QUIET")))


def fit_windows(
    model: nn.Module,
    inputs: Tensor,
    targets: Tensor,
    *,
    epochs: int,
    optimizer: MakeOptimizer,
    batch_size: int | None = None,
    on_step: OnStep | None = None,
) -> History:
    """Train on windows that know nothing of each other: the state starts at zero each time.

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
        How often all windows are seen, at least 1.
    optimizer : callable
        Takes the parameters, gives the optimiser: `adam`, for one.
    batch_size : int, optional
        Windows an update; all of them at once unless given.
    on_step : callable, optional
        Called after each update with its number, from 0, and its loss.

    Returns
    -------
    History
        One loss an update. After Interrupt: what there is.

    Raises
    ------
    ValueError
        If the shapes do not belong together, or a number is under 1.

    Notes
    -----
    Taught in lesson 05, section 6.
    """
    size = check_windows(inputs, targets, epochs, batch_size)
    history = History()
    update = optimizer(model.parameters())
    chunks = list(zip(inputs.split(size), targets.split(size), strict=True))
    with show_progress(epochs * len(chunks), "training") as bar:
        try:
            for _ in range(epochs):
                for x, target in chunks:
                    update.zero_grad()
                    y, _ = model(x)
                    loss = nn.functional.mse_loss(y, target)
                    loss.backward()
                    update.step()
                    history.losses.append(loss.item())
                    bar.update()
                    if on_step is not None:
                        on_step(len(history.losses) - 1, history.losses[-1])
        except KeyboardInterrupt:
            history.interrupted = True
    return history


def check_windows(inputs: Tensor, targets: Tensor, epochs: int, batch_size: int | None) -> int:
    """Check what a training on windows is given.

    Parameters
    ----------
    inputs, targets, epochs, batch_size
        As for `fit_windows`.

    Returns
    -------
    int
        The windows an update.

    Raises
    ------
    ValueError
        Naming what is wrong, what was seen and what is wanted.
    """
    if inputs.ndim != 3:
        raise ValueError(
            f"inputs must have shape (windows, steps, inputs), got {tuple(inputs.shape)}"
        )
    if targets.ndim != 2 or len(targets) != len(inputs) or not len(targets):
        raise ValueError(
            f"targets must have shape (windows, horizon) with windows = {len(inputs)} ≥ 1, "
            f"got {tuple(targets.shape)}"
        )
    size = len(inputs) if batch_size is None else batch_size
    for name, number in (("epochs", epochs), ("batch_size", size)):
        if number < 1:
            raise ValueError(f"{name} must be at least 1, got {number}")
    return size


def fit_chunks(
    model: nn.Module,
    inputs: Tensor,
    targets: Tensor,
    *,
    optimizer: MakeOptimizer,
    rule: Rule = "carry",
    state: State | None = None,
    on_step: OnChunk | None = None,
) -> tuple[History, State | None]:
    """Train on chunks that continue each other: truncated backpropagation through time.

    One update a chunk, on the mean squared error. The state's numbers go on
    from chunk to chunk; its history is cut between them, so that no gradient
    looks back over a border.

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
        Takes the parameters, gives the optimiser: `adam`, for one.
    rule : {"carry", "reset", "stale", "twice"}
        What a chunk starts from: the state that the chunk before left; zeros;
        or, two mistakes to be measured: the state that was left one chunk
        *earlier* than that; the state after the chunk before was read a second
        time, by the network as just updated.
    state : Tensor or (Tensor, Tensor), optional
        What the first chunk starts from. Zeros unless given.
    on_step : callable, optional
        Called after each update with its number, from 0, its loss, and the
        prediction, shape (batch, steps, outputs), cut from its history.

    Returns
    -------
    history : History
        One loss a chunk. After Interrupt: what there is.
    state : Tensor or (Tensor, Tensor) or None
        What the last finished chunk left, with no history.

    Raises
    ------
    ValueError
        If the shapes do not belong together, or ``rule`` is none of the four.

    Notes
    -----
    Taught in lesson 03a, section 3; the rules in lesson 03b, section 3, and
    "twice" in lesson 04a, section 3.
    """
    if rule not in ("carry", "reset", "stale", "twice"):
        raise ValueError(f"rule must be 'carry', 'reset', 'stale' or 'twice', got {rule!r}")
    _check_chunks(inputs, targets)
    history = History()
    update = optimizer(model.parameters())
    start = earlier = latest = state
    with show_progress(len(inputs), "training") as bar:
        try:
            for x, target in zip(inputs, targets, strict=True):
                y, after = model(x, start)
                loss = nn.functional.mse_loss(y, target)
                update.zero_grad()
                loss.backward()
                update.step()
                earlier, latest = latest, detach(after)
                if rule == "twice":
                    with torch.no_grad():
                        _, latest = model(x, latest)
                start = {"reset": None, "stale": earlier}.get(rule, latest)
                history.losses.append(loss.item())
                bar.update()
                if on_step is not None:
                    on_step(len(history.losses) - 1, history.losses[-1], y.detach())
        except KeyboardInterrupt:
            history.interrupted = True
    return history, latest


@torch.no_grad()
def predict_chunks(model: nn.Module, inputs: Tensor, state: State | None = None) -> Tensor:
    """Run a model over chunks that continue each other, and leave everything as it was.

    No gradient, no update, no dropout; the state is this run's own, and the
    model goes back to the mode that it was in.

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

    Raises
    ------
    ValueError
        If ``inputs`` has not four axes, or no chunk.

    Notes
    -----
    Taught in lesson 03b, section 5.
    """
    _check_inputs(inputs)
    predictions = []
    with evaluating(model):
        for x in inputs:
            y, state = model(x, state)
            predictions.append(y)
    return torch.stack(predictions)


def evaluate_chunks(
    model: nn.Module, inputs: Tensor, targets: Tensor, state: State | None = None
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

    Raises
    ------
    ValueError
        If the shapes do not belong together.

    Notes
    -----
    Taught in lesson 03b, section 5.
    """
    _check_chunks(inputs, targets)
    return nn.functional.mse_loss(predict_chunks(model, inputs, state), targets).item()


def _check_inputs(inputs: Tensor) -> None:
    if inputs.ndim != 4 or not len(inputs):
        raise ValueError(
            "inputs must have shape (chunks, batch, steps, inputs) with chunks ≥ 1, "
            f"got {tuple(inputs.shape)}"
        )


def _check_chunks(inputs: Tensor, targets: Tensor) -> None:
    _check_inputs(inputs)
    if targets.ndim != 4 or targets.shape[:3] != inputs.shape[:3]:
        wanted = ", ".join(map(str, inputs.shape[:3]))
        raise ValueError(
            f"targets must have shape (chunks, batch, steps, outputs) = ({wanted}, outputs), "
            f"got {tuple(targets.shape)}"
        )
