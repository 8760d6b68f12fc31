"""One loop for windows, its history, its progress, and how it is interrupted.

`fit_windows` is what lesson 05 writes out in its section 6. It knows no
pictures: whoever wants one passes ``on_step``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from tqdm.auto import tqdm

MakeOptimizer = Callable[[Iterable[nn.Parameter]], torch.optim.Optimizer]
OnStep = Callable[[int, float], None]


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
