"""The studies of lessons 03a and 03b: from sin to cos."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from course_utils.recurrent import CELLS, SequenceModel
from course_utils.reproducibility import seed_everything
from course_utils.signals import Chunks, sin_cos_chunks
from course_utils.studies.store import SEEDS, Study
from course_utils.training import Rule, adam, evaluate_chunks, fit_chunks, show_progress

LEARNING_RATE = 0.02
SPACING = math.pi / 10
RULES: tuple[Rule, ...] = ("carry", "reset", "stale")
CHUNK_STEPS = (5, 10, 20)
# How many updates at the end a run is judged by.
LAST = 20


@dataclass
class Run:
    """One network trained on chunks.

    Attributes
    ----------
    model : SequenceModel
        Trained.
    losses : ndarray
        Shape (chunks,): the loss before each update.
    firsts : ndarray
        Shape (chunks,): the absolute error of each chunk's first sample, before the update.
    """

    model: SequenceModel
    losses: np.ndarray
    firsts: np.ndarray

    @property
    def final(self) -> float:
        """The mean of the last 20 losses."""
        return float(self.losses[-LAST:].mean())


def train_seed(seed: int, chunks: Chunks, rule: Rule = "carry", cell: str = "RNN") -> Run:
    """Train the published network (hidden 32, Adam 0.02, one update a chunk).

    Parameters
    ----------
    seed : int
        Where the random numbers start.
    chunks : Chunks
        What is trained on, in order.
    rule : {"carry", "reset", "stale"}
        What each chunk starts from.
    cell : {"RNN", "GRU", "LSTM"}
        The recurrent layer.

    Returns
    -------
    Run
    """
    seed_everything(seed)
    model = SequenceModel(hidden=32, cell=cell)
    firsts: list[float] = []

    def note(number: int, loss: float, y: Tensor) -> None:
        firsts.append(abs(y[0, 0, 0] - chunks.targets[number, 0, 0, 0]).item())

    history, _ = fit_chunks(
        model,
        chunks.inputs,
        chunks.targets,
        optimizer=adam(LEARNING_RATE),
        rule=rule,
        on_step=note,
    )
    return Run(model, np.array(history.losses), np.array(firsts))


def train_many(
    seeds: Sequence[int], chunks: Chunks, rule: Rule = "carry", cell: str = "RNN"
) -> list[Run]:
    """Train one network a seed, as `train_seed` does.

    Parameters
    ----------
    seeds : sequence of int
        One run each.
    chunks, rule, cell
        As for `train_seed`.

    Returns
    -------
    list of Run
        In the order of the seeds.
    """
    runs = []
    with show_progress(len(seeds), "seeds") as bar:
        for seed in seeds:
            runs.append(train_seed(seed, chunks, rule, cell))
            bar.update()
    return runs


@torch.no_grad()
def free_run_error(model: nn.Module, test: Chunks, warm_up: int = 2) -> float:
    """Judge a trained network on a run of its own: frozen, from a zero state.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, state)``.
    test : Chunks
        What it listens to.
    warm_up : int
        Chunks at the start that only bring the state up, and are not judged.

    Returns
    -------
    float
        Mean squared error.

    Notes
    -----
    Taught in lesson 03b, section 6.
    """
    state = None
    for x in test.inputs[:warm_up]:
        _, state = model(x, state)
    return evaluate_chunks(model, test.inputs[warm_up:], test.targets[warm_up:], state)


def free_run_errors(runs: Sequence[Run], test: Chunks) -> list[float]:
    """Judge many trained networks, as `free_run_error` does.

    Parameters
    ----------
    runs : sequence of Run
        What `train_many` made.
    test : Chunks
        What they listen to.

    Returns
    -------
    list of float
        One error a run.
    """
    errors = []
    with show_progress(len(runs), "free runs") as bar:
        for run in runs:
            errors.append(free_run_error(run.model, test))
            bar.update()
    return errors


def sin_cos_grid(
    steps: Sequence[int] = CHUNK_STEPS, seeds: Sequence[int] = SEEDS, chunks: int = 100
) -> pd.DataFrame:
    """Train with every chunk length, rule and endpoint of the explorer.

    A chunk of n steps is n·π/10 long: where the endpoint is left out, the
    spacing of the samples is the published one.

    Parameters
    ----------
    steps : sequence of int
        Chunk lengths.
    seeds : sequence of int
        One run each.
    chunks : int
        Updates a run.

    Returns
    -------
    pandas.DataFrame
        A row a setting and update: median and quartiles of the loss over the
        seeds, and of the absolute error of the chunk's first sample.
    """
    rows = []
    for length in steps:
        for endpoint in (False, True):
            data = sin_cos_chunks(chunks, length, span=length * SPACING, endpoint=endpoint)
            for rule in RULES:
                runs = train_many(seeds, data, rule)
                losses = np.stack([run.losses for run in runs])
                firsts = np.stack([run.firsts for run in runs])
                setting = {"steps": length, "endpoint": endpoint, "rule": rule}
                rows += [
                    setting | {"chunk": number} | _quartiles("loss", loss, "first", first)
                    for number, (loss, first) in enumerate(zip(losses.T, firsts.T, strict=True))
                ]
    return pd.DataFrame(rows)


def _quartiles(name: str, values: np.ndarray, other: str, others: np.ndarray) -> dict[str, float]:
    return {
        f"{what}_{place}": float(np.quantile(numbers, share))
        for what, numbers in ((name, values), (other, others))
        for place, share in (("low", 0.25), ("median", 0.5), ("high", 0.75))
    }


def sin_cos_cells(seeds: Sequence[int] = SEEDS) -> pd.DataFrame:
    """Train the published scheme with each cell, the endpoint left out.

    Parameters
    ----------
    seeds : sequence of int
        One network each.

    Returns
    -------
    pandas.DataFrame
        A row a cell and seed: the first three losses, the mean of the last
        20, and what `free_run_error` says at an unseen phase, and at half and
        twice the frequency.
    """
    data = sin_cos_chunks()
    tests = {
        "unseen_phase": sin_cos_chunks(40, start=SPACING / 2),
        "half_frequency": sin_cos_chunks(40, span=math.pi / 2),
        "twice_frequency": sin_cos_chunks(40, span=math.pi * 2),
    }
    rows = []
    for cell in CELLS:
        for seed, run in zip(seeds, train_many(seeds, data, cell=cell), strict=True):
            rows.append(
                {"cell": cell, "seed": seed}
                | {f"loss_{number}": run.losses[number] for number in range(3)}
                | {"final": run.final}
                | {name: free_run_error(run.model, test) for name, test in tests.items()}
            )
    return pd.DataFrame(rows)


def read_out_in_a_loop(r_out: Tensor, out: nn.Linear) -> Tensor:
    """Read out step by step.

    Parameters
    ----------
    r_out : Tensor
        Shape (batch, steps, hidden).
    out : nn.Linear
        The read-out.

    Returns
    -------
    Tensor
        Shape (batch, steps, outputs).

    Notes
    -----
    Taught in lesson 03a, section 2, with the other two.
    """
    return torch.stack([out(r_out[:, step]) for step in range(r_out.shape[1])], dim=1)


def read_out_reshaped(r_out: Tensor, out: nn.Linear) -> Tensor:
    """Lay all steps of all rows in one long column, read out, and fold again.

    Parameters
    ----------
    r_out, out
        As for `read_out_in_a_loop`.

    Returns
    -------
    Tensor
        Shape (batch, steps, outputs).
    """
    batch, steps, hidden = r_out.shape
    return out(r_out.reshape(-1, hidden)).reshape(batch, steps, -1)


def read_out_directly(r_out: Tensor, out: nn.Linear) -> Tensor:
    """Hand the three-dimensional tensor to the layer as it is.

    Parameters
    ----------
    r_out, out
        As for `read_out_in_a_loop`.

    Returns
    -------
    Tensor
        Shape (batch, steps, outputs).
    """
    return out(r_out)


READ_OUTS: dict[str, Callable[[Tensor, nn.Linear], Tensor]] = {
    "loop": read_out_in_a_loop,
    "reshape": read_out_reshaped,
    "direct": read_out_directly,
}


def sin_cos_readouts(rounds: int = 15, repeats: int = 100) -> pd.DataFrame:
    """Time the three read-outs, forward and backward, in turn.

    Parameters
    ----------
    rounds : int
        How often each has its turn, so that a slow moment hits all.
    repeats : int
        Read-outs a turn.

    Returns
    -------
    pandas.DataFrame
        A row a batch size, round and read-out: microseconds of the read-out
        alone, and of a whole update (network, loss, backward, Adam).
    """
    rows = []
    for batch in (1, 32):
        torch.manual_seed(0)
        rnn, out = nn.RNN(1, 32, batch_first=True), nn.Linear(32, 1)
        x, target = torch.randn(batch, 10, 1), torch.randn(batch, 10, 1)
        update = torch.optim.Adam([*rnn.parameters(), *out.parameters()], lr=LEARNING_RATE)
        fixed = rnn(x)[0].detach()
        for turn in range(-1, rounds):
            for name, read_out in READ_OUTS.items():
                start = time.perf_counter()
                for _ in range(repeats):
                    read_out(fixed, out).sum().backward()
                middle = time.perf_counter()
                for _ in range(repeats):
                    update.zero_grad()
                    loss = nn.functional.mse_loss(read_out(rnn(x)[0], out), target)
                    loss.backward()
                    update.step()
                end = time.perf_counter()
                if turn < 0:
                    continue  # to warm up
                alone, whole = (1e6 * s / repeats for s in (middle - start, end - middle))
                rows.append(
                    {"batch": batch, "round": turn, "read_out": name}
                    | {"alone": alone, "update": whole}
                )
    return pd.DataFrame(rows)


STUDIES: dict[str, Study] = {
    "sin-cos-grid": sin_cos_grid,
    "sin-cos-cells": sin_cos_cells,
    "sin-cos-readouts": sin_cos_readouts,
}
