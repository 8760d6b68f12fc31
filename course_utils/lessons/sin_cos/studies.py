"""The studies of lessons 03a and 03b: from sin to cos."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from course_utils.ensembles import train_each
from course_utils.lessons.sin_cos.exercises.read_out import directly, in_a_loop, read_out
from course_utils.recurrent import CELLS, CellName, SequenceModel
from course_utils.reproducibility import seed_everything
from course_utils.signals import Chunks, sin_cos_chunks
from course_utils.signatures import Whole, checked
from course_utils.studies import SEEDS, Study
from course_utils.training import Rule, Run, adam, fit_chunks, free_run_error

LEARNING_RATE = 0.02
SPACING = math.pi / 10
RULES: tuple[Rule, ...] = ("carry", "reset", "stale")
CHUNK_STEPS = (5, 10, 20)
# A run is judged by this many updates at its end.
LAST = 20
READ_OUTS: dict[str, Callable[..., Tensor]] = {
    "loop": in_a_loop,
    "reshape": read_out,
    "direct": directly,
}


@checked
def train_seed(seed: Whole, chunks: Chunks, rule: Rule = "carry", cell: CellName = "RNN") -> Run:
    """Train the published network (hidden 32, Adam 0.02, one update per chunk).

    Parameters
    ----------
    seed : int
        Where the random numbers start.
    chunks : Chunks
        The training data, in order.
    rule : {"carry", "reset", "stale"}
        What each chunk starts from.
    cell : {"RNN", "GRU", "LSTM"}
        The recurrent layer.

    Returns
    -------
    Run
        Its ``noted`` holds the absolute error of each chunk's first sample, before the update.
    """
    seed_everything(seed)

    def first_error(number: int, loss: float, y: Tensor) -> float:
        return abs(y[0, 0, 0] - chunks.targets[number, 0, 0, 0]).item()

    run, _ = fit_chunks(
        SequenceModel(hidden=32, cell=cell),
        chunks.inputs,
        chunks.targets,
        optimizer=adam(LEARNING_RATE),
        rule=rule,
        on_step=first_error,
    )
    return run


def sin_cos_grid(
    steps: Sequence[int] = CHUNK_STEPS, seeds: Sequence[int] = SEEDS, chunks: int = 100
) -> pd.DataFrame:
    """Train with every chunk length, rule and endpoint of the explorer.

    A chunk of n steps is n·π/10 long, so without the endpoint the samples are π/10 apart, as in
    the repaired tutorial.

    Parameters
    ----------
    steps : sequence of int
        Chunk lengths.
    seeds : sequence of int
        One run each.
    chunks : int
        Updates in each run.

    Returns
    -------
    pandas.DataFrame
        One row for each setting and update: median and quartiles over the seeds, of the
        loss and of the absolute error of the chunk's first sample.
    """
    rows = []
    for length in steps:
        for endpoint in (False, True):
            data = sin_cos_chunks(chunks, length, span=length * SPACING, endpoint=endpoint)
            for rule in RULES:
                runs = train_each(partial(train_seed, chunks=data, rule=rule), seeds)
                losses = np.array([run.losses for run in runs])
                firsts = np.array([run.noted for run in runs])
                setting = {"steps": length, "endpoint": endpoint, "rule": rule}
                rows += [
                    setting
                    | {"chunk": number}
                    | _quartiles("loss", loss)
                    | _quartiles("first", first)
                    for number, (loss, first) in enumerate(zip(losses.T, firsts.T, strict=True))
                ]
    return pd.DataFrame(rows)


def _quartiles(name: str, values: np.ndarray) -> dict[str, float]:
    places = {"low": 0.25, "median": 0.5, "high": 0.75}
    return {f"{name}_{place}": float(np.quantile(values, q)) for place, q in places.items()}


def sin_cos_cells(seeds: Sequence[int] = SEEDS) -> pd.DataFrame:
    """Train the published scheme with each cell, the endpoint left out.

    Parameters
    ----------
    seeds : sequence of int
        One network each.

    Returns
    -------
    pandas.DataFrame
        One row for each cell and seed: the first three losses, the mean of the last
        20, and `free_run_error` at an unseen phase and at half and twice the frequency.
    """
    data = sin_cos_chunks()
    tests = {
        "unseen_phase": sin_cos_chunks(40, start=SPACING / 2),
        "half_frequency": sin_cos_chunks(40, span=math.pi / 2),
        "twice_frequency": sin_cos_chunks(40, span=math.pi * 2),
    }
    rows = []
    for cell in CELLS:
        runs = train_each(partial(train_seed, chunks=data, cell=cell), seeds)
        for seed, run in zip(seeds, runs, strict=True):
            rows.append(
                {"cell": cell, "seed": seed}
                | {f"loss_{number}": run.losses[number] for number in range(3)}
                | {"final": run.final(LAST)}
                | {
                    name: free_run_error(run.model, test.inputs, test.targets)
                    for name, test in tests.items()
                }
            )
    return pd.DataFrame(rows)


def sin_cos_readouts(rounds: int = 15, repeats: int = 100) -> pd.DataFrame:
    """Time the three read-outs, forward and backward, in turn.

    Parameters
    ----------
    rounds : int
        How many turns each one has, so that a slow moment hits them all.
    repeats : int
        Read-outs in each turn.

    Returns
    -------
    pandas.DataFrame
        One row for each batch size, round and read-out: microseconds for the read-out
        alone and for a whole update (network, loss, backward, Adam).
    """
    rows = []
    for batch in (1, 32):
        torch.manual_seed(0)
        rnn, out = nn.RNN(1, 32, batch_first=True), nn.Linear(32, 1)
        x, target = torch.randn(batch, 10, 1), torch.randn(batch, 10, 1)
        update = torch.optim.Adam([*rnn.parameters(), *out.parameters()], lr=LEARNING_RATE)
        fixed = rnn(x)[0].detach()
        for turn in range(-1, rounds):
            for name, way in READ_OUTS.items():
                start = time.perf_counter()
                for _ in range(repeats):
                    way(fixed, out).sum().backward()
                middle = time.perf_counter()
                for _ in range(repeats):
                    update.zero_grad()
                    loss = nn.functional.mse_loss(way(rnn(x)[0], out), target)
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
