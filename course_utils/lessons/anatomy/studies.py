"""The stored studies of lessons 02a (noise, clipping) and 02b (cells, layers and dropout)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from course_utils.lessons.anatomy.one_batch import Task, draw_batch, sums_by_sgd, train_on
from course_utils.lessons.anatomy.padding import CustomDataset, collate, last
from course_utils.lessons.anatomy.reading import (
    Reader,
    accuracy,
    at_every_step,
    at_the_end,
    fit_loader,
    perplexity_of,
)
from course_utils.lessons.anatomy.tasks import (
    draw_sums,
    draw_words,
    long_words,
    words_with_parity,
)
from course_utils.lessons.anatomy.texts import LETTERS, next_letters, sentences_apart
from course_utils.recurrent import CELLS, answered, evaluating
from course_utils.reproducibility import seed_everything
from course_utils.studies import SEEDS, Study
from course_utils.training import mean_squared_error, show_progress

# The published run, then one change at a time: task, sequences, read-out.
NOISE_RUNS: dict[str, tuple[Task, int, bool]] = {
    "noise, bare state, 3": ("noise", 3, False),
    "noise, read-out, 3": ("noise", 3, True),
    "noise, read-out, 100": ("noise", 100, True),
    "total, read-out, 3": ("total", 3, True),
    "total, read-out, 100": ("total", 100, True),
}
TOLD = {"every step": at_every_step, "the end": at_the_end}
# How many layers, and which share of the numbers between them is dropped.
STACKS = ((1, 0.0), (2, 0.0), (2, 0.2), (2, 0.5))


def anatomy_noise(seeds: Sequence[int] = SEEDS, updates: int = 300) -> pd.DataFrame:
    """Train the published network on noise, and on a target that can be learnt.

    Parameters
    ----------
    seeds : sequence of int
        One run each.
    updates : int
        Steps of Adam with rate 0.01.

    Returns
    -------
    pandas.DataFrame
        A row per run and seed: first losses, last training loss, loss on 300
        fresh sequences, what predicting zero has there, and the least that a
        number between −1 and 1 can have in training.
    """
    rows = []
    for run, seed in product(NOISE_RUNS, seeds):
        task, count, readout = NOISE_RUNS[run]
        seed_everything(seed)
        inputs, targets = draw_batch(task, count)
        losses, error = train_on(inputs, targets, readout, updates)
        fresh_inputs, fresh_targets = draw_batch(task, 300)
        with torch.no_grad():
            fresh = error(fresh_inputs, fresh_targets).item()
        rows.append(
            {"run": run, "seed": seed}
            | _first(losses)
            | {"training": losses[-1], "fresh": fresh}
            | {"zero": fresh_targets.square().mean().item()}
            | {"floor": (targets.abs() - 1).clamp(min=0).square().mean().item()}
        )
    return pd.DataFrame(rows)


def anatomy_clipping(seeds: Sequence[int] = SEEDS, updates: int = 200) -> pd.DataFrame:
    """Train on sums over 40 steps with plain SGD, with and without clipping.

    Parameters
    ----------
    seeds : sequence of int
        One run each.
    updates : int
        Steps of SGD with rate 0.05.

    Returns
    -------
    pandas.DataFrame
        A row per limit and seed: first losses, mean of the last 20, the largest
        loss, the largest gradient norm before clipping.
    """
    rows = []
    for limit, seed in product((float("inf"), 1.0), seeds):
        losses, norms = sums_by_sgd(seed, limit, updates)
        rows.append(
            {"limit": limit, "seed": seed}
            | _first(losses)
            | {"last": np.mean(losses[-20:]), "largest": max(losses), "norm": max(norms)}
        )
    return pd.DataFrame(rows)


def anatomy_cells(seeds: Sequence[int] = SEEDS, epochs: int = 10) -> pd.DataFrame:
    """Compare RNN, GRU and LSTM on parity, taught at the end or at every step.

    Parameters
    ----------
    seeds : sequence of int
        One network of 16 units each.
    epochs : int
        Passes over 1000 words of 2 to 10 letters, in batches of 50.

    Returns
    -------
    pandas.DataFrame
        A row per target, cell and seed: first losses, accuracy on 500 held-out
        words, and on 500 words of 20, 50 and 200 letters.
    """
    words = draw_words(1500)
    train = words_with_parity(words[:1000])
    tests = {"held_out": words_with_parity(words[1000:])}
    tests |= {f"steps_{n}": words_with_parity(long_words(n)) for n in (20, 50, 200)}
    rows = []
    for told, cell, seed in show_progress(list(product(TOLD, CELLS, seeds)), "networks"):
        seed_everything(seed)
        model = Reader(CELLS[cell](2, 16, batch_first=True), 2, packed=False)
        loader = DataLoader(train, 50, shuffle=True, collate_fn=collate)
        losses = fit_loader(model, loader, TOLD[told], epochs)
        rows.append(
            {"told": told, "cell": cell, "seed": seed}
            | _first(losses)
            | {name: accuracy(model, test) for name, test in tests.items()}
        )
    return pd.DataFrame(rows)


def anatomy_layers(seeds: Sequence[int] = SEEDS, epochs: int = 10) -> pd.DataFrame:
    """Train one layer and two, with and without dropout, on sums, and judge them in both modes.

    Parameters
    ----------
    seeds : sequence of int
        One network of 16 units each. Seed s learns from the 500 sums of `draw_sums` seed s and
        is judged on the 500 of seed s + 100.
    epochs : int
        Passes over the sums, in batches of 50.

    Returns
    -------
    pandas.DataFrame
        A row per stack and seed: first losses; the mean loss of the last epoch as training logs
        it; then the loss on the same sums and on the held-out ones, in evaluation mode; and
        on the held-out ones in training mode, where dropout is still on.
    """
    rows = []
    for (layers, dropout), seed in show_progress(list(product(STACKS, seeds)), "networks"):
        train, held_out = (CustomDataset(*draw_sums(500, seed=s)) for s in (seed, seed + 100))
        seed_everything(seed)
        layer = nn.RNN(1, 16, layers, batch_first=True, dropout=dropout)
        model = Reader(layer, 1, packed=False)
        loader = DataLoader(train, 50, shuffle=True, collate_fn=collate)
        losses = fit_loader(model, loader, _sum_loss, epochs)
        still_dropping = _loss_on(model, held_out)
        with evaluating(model):
            training, judged = _loss_on(model, train), _loss_on(model, held_out)
        rows.append(
            {"layers": layers, "dropout": dropout, "seed": seed}
            | _first(losses)
            | {"logged": np.mean(losses[-len(loader) :]), "training": training}
            | {"held_out": judged, "held_out_dropping": still_dropping}
        )
    return pd.DataFrame(rows)


def _sum_loss(y: Tensor, lengths: Tensor, targets: Tensor) -> Tensor:
    return mean_squared_error(last(y, lengths), targets)


@torch.no_grad()
def _loss_on(model: nn.Module, data: CustomDataset) -> float:
    x, lengths, targets = collate([data[place] for place in range(len(data))])
    return _sum_loss(answered(model, x, lengths)[0], lengths, targets).item()


def anatomy_characters(seeds: Sequence[int] = tuple(range(10)), epochs: int = 20) -> pd.DataFrame:
    """Train a character model on four fifths of two chapters of "Alice", with each cell.

    Parameters
    ----------
    seeds : sequence of int
        One network of 64 units each.
    epochs : int
        Passes over the sentences, in batches of 16.

    Returns
    -------
    pandas.DataFrame
        A row per cell and seed: first losses, perplexity in training (mean of
        the last epoch) and on the held-out fifth.
    """
    train, held_out = sentences_apart()
    data, letters = next_letters(train), len(LETTERS)
    rows = []
    for cell, seed in show_progress(list(product(CELLS, seeds)), "networks"):
        seed_everything(seed)
        model = Reader(CELLS[cell](letters, 64, batch_first=True), letters, packed=False)
        loader = DataLoader(data, 16, shuffle=True, collate_fn=collate)
        losses = fit_loader(model, loader, at_every_step, epochs)
        rows.append(
            {"cell": cell, "seed": seed}
            | _first(losses)
            | {"training": float(np.exp(np.mean(losses[-len(loader) :])))}
            | {"held_out": perplexity_of(model, held_out)}
        )
    return pd.DataFrame(rows)


def _first(losses: Sequence[float]) -> dict[str, float]:
    return {f"loss_{step}": losses[step] for step in range(3)}


STUDIES: dict[str, Study] = {
    "anatomy-noise": anatomy_noise,
    "anatomy-clipping": anatomy_clipping,
    "anatomy-cells": anatomy_cells,
    "anatomy-layers": anatomy_layers,
    "anatomy-characters": anatomy_characters,
}
