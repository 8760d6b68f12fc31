"""The studies of lesson 04b: what an LSTM's starting weights are worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import torch
from torch import nn

from course_utils.keras_port import KerasRun, initialise_like_keras
from course_utils.recurrent import SequenceModel
from course_utils.reproducibility import seed_everything
from course_utils.signals import Chunks, stateful_batches
from course_utils.studies.lesson_03 import free_run_error
from course_utils.studies.store import SEEDS, Study
from course_utils.training import adam, fit_chunks, show_progress

Start = Callable[[SequenceModel], object]

HIDDEN = 20
LEARNING_RATE = 0.006
FORGET_BIASES = tuple(range(-2, 7))
# A run is smoothed over this many losses, and has learnt once their mean is under this.
SMOOTH = 10
LEARNT = 0.05
# How many losses at the start and at the end a run is judged by.
ENDS = 50


@torch.no_grad()
def set_forget_bias(layer: nn.LSTM, value: float) -> None:
    """Give the forget gate of a one-layer LSTM this bias, and leave all else as it is.

    Parameters
    ----------
    layer : nn.LSTM
        Changed in place.
    value : float
        What the sum of torch's two biases shall be for the forget gate.

    Notes
    -----
    Gers, Schmidhuber & Cummins (2000); Jozefowicz, Zaremba & Sutskever (2015).
    Taught in lesson 04b, section 3.
    """
    forget = slice(layer.hidden_size, 2 * layer.hidden_size)
    for name, number in (("bias_ih_l0", value), ("bias_hh_l0", 0.0)):
        layer.get_parameter(name)[forget] = number


def _forget_bias_1(model: SequenceModel) -> None:
    set_forget_bias(model.recurrent, 1.0)  # type: ignore[arg-type]


def _read_out(model: SequenceModel) -> None:
    initialise_like_keras(model.readout)


def _both(model: SequenceModel) -> None:
    _forget_bias_1(model)
    _read_out(model)


# What is done to a network fresh from torch, before it is trained.
STARTS: dict[str, Start] = {
    "torch": lambda model: None,
    "forget bias 1": _forget_bias_1,
    "Keras' read-out": _read_out,
    "both of these": _both,
    "Keras": initialise_like_keras,
}


def with_forget_bias(value: float) -> Start:
    """Make a start: Keras' weights, with this bias for the forget gate.

    Parameters
    ----------
    value : float
        Keras' own is 1.

    Returns
    -------
    callable
        Changes a network in place.
    """

    def start(model: SequenceModel) -> None:
        initialise_like_keras(model)
        set_forget_bias(model.recurrent, value)  # type: ignore[arg-type]

    return start


def train_seed(
    seed: int, start: Start, batches: Chunks, hidden: int = HIDDEN
) -> tuple[SequenceModel, np.ndarray]:
    """Train the published network (LSTM, Adam 0.006, the state carried) from chosen weights.

    Both of torch's biases are trained, with torch's own Adam, as one would in torch.

    Parameters
    ----------
    seed : int
        Where the random numbers start.
    start : callable
        One of `STARTS`, or from `with_forget_bias`.
    batches : Chunks
        What is trained on, in order.
    hidden : int
        How many numbers the hidden state holds.

    Returns
    -------
    model : SequenceModel
        Trained.
    losses : ndarray
        Shape (batches,): the loss before each update.

    Notes
    -----
    Taught in lesson 04b, section 3.
    """
    seed_everything(seed)
    model = SequenceModel(hidden=hidden, cell="LSTM")
    start(model)
    history, _ = fit_chunks(model, batches.inputs, batches.targets, optimizer=adam(LEARNING_RATE))
    return model, np.array(history.losses)


@torch.no_grad()
def apart_from_keras(model: SequenceModel, run: KerasRun) -> tuple[float, float]:
    """Read the three stored batches, the state carried, and hold all that comes out to Keras'.

    Parameters
    ----------
    model : SequenceModel
        With Keras' weights.
    run : KerasRun
        What Keras made of them.

    Returns
    -------
    (float, float)
        The largest difference in an output or a state: after one batch, and over all three.

    Notes
    -----
    Taught in lesson 04b, section 4.
    """
    state, off = None, []
    for number, wanted in enumerate(run.outputs):
        y, state = model(run.inputs[number], state)
        parts = state if isinstance(state, tuple) else (state,)
        pairs = [(y, wanted)]
        pairs += [(own[0], keras[number]) for own, keras in zip(parts, run.states, strict=True)]
        off.append(max(float((own - keras).abs().max()) for own, keras in pairs))
    return off[0], max(off)


def updates_until(losses: np.ndarray, level: float = LEARNT, smooth: int = SMOOTH) -> float:
    """Count the updates until the loss, smoothed, is under a level.

    Parameters
    ----------
    losses : ndarray
        Shape (updates,).
    level : float
        What is good enough.
    smooth : int
        Each update is judged by the mean of this many losses: its own and those before it.

    Returns
    -------
    float
        At least ``smooth``; NaN if it never happens.

    Notes
    -----
    Taught in lesson 04b, section 3.
    """
    if len(losses) < smooth:
        return float("nan")
    means = np.convolve(losses, np.full(smooth, 1 / smooth), mode="valid")
    under = np.flatnonzero(means < level)
    return float(under[0] + smooth) if len(under) else float("nan")


def _judge(model: SequenceModel, losses: np.ndarray) -> dict[str, float]:
    # Half a sample beside all that was trained on.
    unseen = free_run_error(model, stateful_batches(22, start=0.5))
    whole = len(losses) // SMOOTH * SMOOTH
    means = losses[:whole].reshape(-1, SMOOTH).mean(axis=1)
    return (
        {f"loss_{number}": loss for number, loss in enumerate(losses[:3])}
        | {"first": losses[:ENDS].mean(), "final": losses[-ENDS:].mean()}
        | {"reached": updates_until(losses), "unseen": unseen}
        # The curve, in as many digits as a picture shows.
        | {f"mean_{number}": float(f"{mean:.4g}") for number, mean in enumerate(means)}
    )


def _train_all(name: str, starts: dict, seeds: Sequence[int], updates: int) -> pd.DataFrame:
    batches, rows = stateful_batches(updates), []
    with show_progress(len(starts) * len(seeds), "networks") as bar:
        for label, start in starts.items():
            for seed in seeds:
                run = train_seed(seed, start, batches)
                rows.append({name: label, "seed": seed} | _judge(*run))
                bar.update()
    return pd.DataFrame(rows)


def keras_starts(seeds: Sequence[int] = SEEDS, updates: int = 501) -> pd.DataFrame:
    """Train the published network from each of `STARTS`.

    Parameters
    ----------
    seeds : sequence of int
        One network each.
    updates : int
        Batches a run.

    Returns
    -------
    pandas.DataFrame
        A row a start and seed: the first three losses, the mean of the first
        and of the last 50, `updates_until` it had learnt, the error at an
        unseen phase, and the mean of each ten losses in turn.
    """
    return _train_all("start", STARTS, seeds, updates)


def keras_forget_gate(
    biases: Sequence[int] = FORGET_BIASES, seeds: Sequence[int] = SEEDS, updates: int = 501
) -> pd.DataFrame:
    """Train the published network from Keras' weights with other forget biases.

    Parameters
    ----------
    biases : sequence of int
        For the forget gate; Keras' own is 1.
    seeds, updates
        As for `keras_starts`.

    Returns
    -------
    pandas.DataFrame
        A row a bias and seed, with the columns of `keras_starts`.
    """
    starts = {bias: with_forget_bias(bias) for bias in biases}
    return _train_all("bias", starts, seeds, updates)


STUDIES: dict[str, Study] = {
    "keras-starts": keras_starts,
    "keras-forget-gate": keras_forget_gate,
}
