"""The same training from many seeds, in the faster of two ways, and a summary with its spread.

One curve proves nothing, because the next seed may say the opposite. Taught
in lesson 05b, `batches-and-transforms`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Literal, TypeVar

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from course_utils.recurrent import answered
from course_utils.reproducibility import seed_everything
from course_utils.signatures import BadArgument, Count, Maker, checked, whole_numbers
from course_utils.training import (
    MakeOptimizer,
    check_windows,
    fit_windows,
    mean_squared_error,
    show_progress,
)

Way = Literal["auto", "loop", "stacked"]
Trained = TypeVar("Trained")


@dataclass
class Ensemble:
    """The same network, trained from several seeds.

    Attributes
    ----------
    seeds : tuple of int
        The seed of each member's random numbers.
    models : list of nn.Module
        The members, in the order of the seeds.
    losses : ndarray
        Shape (seeds, updates): the loss before each update; NaN if Interrupt came first.
    way : str
        "loop" or "stacked": how they were trained.
    interrupted : bool
        Whether somebody pressed Interrupt. The members keep what they had learnt.
    """

    seeds: tuple[int, ...]
    models: list[nn.Module]
    losses: np.ndarray
    way: str
    interrupted: bool = False


@dataclass(frozen=True)
class Summary:
    """Median and range of one number over many seeds."""

    median: float
    low: float
    high: float
    count: int

    def __str__(self) -> str:
        return f"{self.median:.3g} [{self.low:.3g}, {self.high:.3g}]"


def summarise(values: Iterable[float]) -> Summary:
    """Summarise one number over many seeds.

    Parameters
    ----------
    values : iterable of float
        One per seed, none of them NaN.

    Returns
    -------
    Summary
        The median, the smallest and the largest value, and how many there are.

    Raises
    ------
    ValueError
        If there is no value, or one is NaN: count diverged seeds, don't hide them.
    """
    array = np.asarray(list(values), dtype=float)
    if array.ndim != 1 or not array.size:
        raise ValueError(f"values must hold at least one number, got shape {array.shape}")
    if np.isnan(array).any():
        raise ValueError(f"values must not be NaN, got {int(np.isnan(array).sum())} of them")
    return Summary(float(np.median(array)), float(array.min()), float(array.max()), array.size)


def train_each(train: Callable[[int], Trained], seeds: Iterable[int]) -> list[Trained]:
    """Train once for each seed, with a progress bar.

    Parameters
    ----------
    train : callable
        Takes a seed, returns whatever you want to keep of a run.
    seeds : iterable of int
        One run each.

    Returns
    -------
    list
        In the order of the seeds.
    """
    return [train(seed) for seed in show_progress(whole_numbers("seeds", seeds), "seeds")]


@checked
def train_seeds(
    make_model: Maker,
    inputs: Float[Tensor, "windows steps inputs"],
    targets: Float[Tensor, "windows horizon"],
    *,
    seeds: Iterable[int],
    epochs: Count,
    optimizer: Maker,
    batch_size: Count | None = None,
    way: Way = "auto",
) -> Ensemble:
    """Train one network per seed, all on the same windows.

    Parameters
    ----------
    make_model : callable
        Makes a fresh network; called once per seed, after the random numbers are seeded.
    inputs, targets, epochs, optimizer, batch_size
        As for `training.fit_windows`. The optimiser must work element by
        element (SGD, Adam, RMSprop …; not LBFGS): all seeds share one.
    seeds : sequence of int
        At least one, none of them twice.
    way : {"auto", "loop", "stacked"}
        One network after the other; all of them in one tensor with a seed
        axis; or whichever `faster_way` says is faster.

    Returns
    -------
    Ensemble

    Raises
    ------
    BadArgument
        If an argument doesn't fit, if `make_model` returns the same model twice, or if a stack
        would train what is frozen.

    Notes
    -----
    Both ways do the same arithmetic; over hundreds of updates their rounding
    drifts apart, so only the distributions agree. Taught in lesson 05b, `batches-and-transforms`.
    """
    seeds = whole_numbers("seeds", seeds)
    check_windows(inputs, targets)
    size = len(inputs) if batch_size is None else batch_size
    models = [_fresh(make_model, seed) for seed in seeds]
    if len({id(model) for model in models}) < len(models):
        raise BadArgument("make_model must make a new model at each call, but gave an old one")
    if way == "auto":
        way = faster_way(models[0], len(seeds), min(size, len(inputs)))
    if way == "stacked" and not _can_be_stacked(models[0]):
        raise BadArgument(
            "way must be 'loop' for a model with frozen parameters or buffers: a stack would train "
            "the frozen ones and lose what the buffers collect"
        )
    train = _train_stacked if way == "stacked" else _train_loop
    losses, interrupted = train(models, inputs, targets, epochs, optimizer, size)
    return Ensemble(tuple(seeds), models, losses, way, interrupted)


@checked
def faster_way(model: nn.Module, seeds: Count, batch: Count) -> Literal["loop", "stacked"]:
    """Choose how to train many seeds of a model.

    Small networks on small batches spend their time on overhead, which a
    stack pays once for all seeds. Large ones spend it on arithmetic, and the
    LSTM has its own fused kernel that a stack can't use.

    Parameters
    ----------
    model : nn.Module
        One member.
    seeds : int
        How many there are.
    batch : int
        Windows per update.

    Returns
    -------
    {"loop", "stacked"}

    Notes
    -----
    We took the rule from `make bench`, which measures both ways for every size.
    """
    layers = [module for module in model.modules() if isinstance(module, nn.RNNBase)]
    if seeds < 4 or any(isinstance(layer, nn.LSTM) for layer in layers):
        return "loop"
    if not _can_be_stacked(model):
        return "loop"
    hidden = max((layer.hidden_size for layer in layers), default=0)
    return "stacked" if hidden * batch <= 4096 else "loop"


def _can_be_stacked(model: nn.Module) -> bool:
    return all(p.requires_grad for p in model.parameters()) and not list(model.buffers())


def _fresh(make_model: Callable[[], nn.Module], seed: int) -> nn.Module:
    seed_everything(seed)
    return make_model()


def _no_losses(models: list[nn.Module], epochs: int, inputs: Tensor, size: int) -> np.ndarray:
    # What an Interrupt leaves undone stays NaN, either way.
    return np.full((len(models), epochs * -(-len(inputs) // size)), np.nan)


def _train_loop(
    models: list[nn.Module],
    inputs: Tensor,
    targets: Tensor,
    epochs: int,
    optimizer: MakeOptimizer,
    size: int,
) -> tuple[np.ndarray, bool]:
    table = _no_losses(models, epochs, inputs, size)
    for row, model in show_progress(list(zip(table, models, strict=True)), "seeds"):
        run = fit_windows(
            model, inputs, targets, epochs=epochs, optimizer=optimizer, batch_size=size
        )
        row[: len(run.losses)] = run.losses
        if run.interrupted:
            return table, True
    return table, False


def _train_stacked(
    models: list[nn.Module],
    inputs: Tensor,
    targets: Tensor,
    epochs: int,
    optimizer: MakeOptimizer,
    size: int,
) -> tuple[np.ndarray, bool]:
    parameters, buffers = torch.func.stack_module_state(models)
    # The skeleton lends its forward; its own numbers are never used.
    skeleton = copy.deepcopy(models[0]).to("meta")

    def loss_of_one(own: dict, own_buffers: dict, x: Tensor, target: Tensor) -> Tensor:
        y, _ = answered(partial(torch.func.functional_call, skeleton, (own, own_buffers)), (x,))
        return mean_squared_error(y, target)

    step = torch.func.vmap(
        torch.func.grad_and_value(loss_of_one), in_dims=(0, 0, None, None), randomness="different"
    )
    update = optimizer(parameters.values())
    chunks = list(zip(inputs.split(size), targets.split(size), strict=True))
    table = _no_losses(models, epochs, inputs, size)
    updates = list(zip(table.T, chunks * epochs, strict=True))
    interrupted = False
    try:
        for column, (x, target) in show_progress(updates, f"training {len(models)} seeds"):
            gradients, loss = step(parameters, buffers, x, target)
            for name, parameter in parameters.items():
                parameter.grad = gradients[name]
            update.step()
            column[:] = loss.detach().numpy()
    except KeyboardInterrupt:
        interrupted = True
    with torch.no_grad():
        for index, model in enumerate(models):
            for name, own in model.named_parameters():
                own.copy_(parameters[name][index])
    return table, interrupted
