"""The studies of lessons 02a (noise, clipping) and 02b (three cells on parity, on characters)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from course_utils.recurrent import CELLS
from course_utils.reproducibility import seed_everything
from course_utils.sequences import (
    CustomDataset,
    Reader,
    collate,
    draw_words,
    encode,
    last,
    load_sentences,
    next_letters,
    running_parity,
)
from course_utils.studies.store import SEEDS, Study
from course_utils.training import show_progress

Batch = tuple[Tensor, Tensor, Tensor]
LossOf = Callable[[Tensor, Tensor, Tensor], Tensor]


def at_every_step(y: Tensor, lengths: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy at every real step: what many-to-many is judged by.

    Parameters
    ----------
    y : Tensor
        Shape (batch, steps, classes).
    lengths : Tensor
        Shape (batch,); not needed, for the targets say where the padding is.
    targets : Tensor
        Shape (batch, steps), −100 where there is nothing to judge.

    Returns
    -------
    Tensor
        One number.
    """
    return nn.functional.cross_entropy(y.flatten(0, 1), targets.flatten())


def at_the_end(y: Tensor, lengths: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy at each sequence's own last step: what many-to-one is judged by.

    Parameters
    ----------
    y, lengths, targets : Tensor
        As for `at_every_step`.

    Returns
    -------
    Tensor
        One number.
    """
    return nn.functional.cross_entropy(last(y, lengths), last(targets, lengths))


def fit_loader(
    model: nn.Module,
    loader: Iterable[Batch],
    loss_of: LossOf,
    epochs: int,
    learning_rate: float = 0.01,
) -> list[float]:
    """Train on the batches of a loader with Adam, as lesson 02b writes it out.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, lengths)``; changed in place.
    loader : iterable
        A ``DataLoader``, or a list of batches: gives (padded, lengths, targets).
    loss_of : callable
        From (y, lengths, targets) to one number.
    epochs : int
        How often all sequences are seen.
    learning_rate : float
        Adam's.

    Returns
    -------
    list of float
        The loss before each update.

    Notes
    -----
    Taught in lesson 02b, section 2.
    """
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    losses = []
    with show_progress(epochs, "epochs") as bar:
        try:
            for _ in range(epochs):
                for x, lengths, targets in loader:
                    optimizer.zero_grad()
                    y, _ = model(x, lengths)
                    loss = loss_of(y, lengths, targets)
                    loss.backward()
                    optimizer.step()
                    losses.append(loss.item())
                bar.update()
        except KeyboardInterrupt:
            pass  # somebody pressed Interrupt: keep what is learnt
    return losses


def words_apart(train: int = 1000, test: int = 500) -> tuple[CustomDataset, CustomDataset]:
    """Make the parity task: words to learn from, and other words to be judged on.

    Parameters
    ----------
    train, test : int
        How many of each.

    Returns
    -------
    CustomDataset, CustomDataset
        No word is in both.
    """
    words = draw_words(train + test)
    first, second = (
        CustomDataset(
            [encode(word, "ab") for word in part], [running_parity(word) for word in part]
        )
        for part in (words[:train], words[train:])
    )
    return first, second


def _all_of(data: CustomDataset) -> tuple[Tensor, Tensor, Tensor]:
    return collate([data[place] for place in range(len(data))])


@torch.no_grad()
def accuracy(model: nn.Module, data: CustomDataset) -> float:
    """Share of the words whose parity is right at their own end.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, lengths)``.
    data : CustomDataset
        With a class for each step.

    Returns
    -------
    float
        Between 0 and 1.
    """
    x, lengths, targets = _all_of(data)
    guesses = last(model(x, lengths)[0], lengths).argmax(1)
    return (guesses == last(targets, lengths)).float().mean().item()


def long_words(steps: int, count: int = 500) -> CustomDataset:
    """Make words longer than any in training.

    Parameters
    ----------
    steps, count : int
        Their length, and how many.

    Returns
    -------
    CustomDataset
    """
    draw = np.random.default_rng(steps)
    words = ["".join(letters) for letters in draw.choice(["a", "b"], size=(count, steps))]
    return CustomDataset([encode(word, "ab") for word in words], [*map(running_parity, words)])


def reading_task(
    task: str, count: int, generator: torch.Generator | None = None
) -> tuple[Tensor, Tensor]:
    """Draw inputs of the published shape with a target: noise, or the running total.

    Parameters
    ----------
    task : {"noise", "total"}
        Noise as published, (5, count, 20); or the sum of the inputs so far, (5, count, 10).
    count : int
        How many sequences.
    generator : torch.Generator, optional
        Where the numbers come from.

    Returns
    -------
    inputs : Tensor
        Shape (5, count, 10), time first, as published.
    targets : Tensor
    """
    inputs = torch.randn(5, count, 10, generator=generator)
    if task == "total":
        return inputs, inputs.cumsum(0)
    return inputs, torch.randn(5, count, 20, generator=generator)


# The published run, then one change at a time: task, sequences, read-out.
NOISE_RUNS = {
    "noise, bare state, 3": ("noise", 3, False),
    "noise, read-out, 3": ("noise", 3, True),
    "noise, read-out, 100": ("noise", 100, True),
    "total, read-out, 3": ("total", 3, True),
    "total, read-out, 100": ("total", 100, True),
}


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
        A row a run and seed: first losses, last training loss, loss on 300
        fresh sequences, what predicting zero has there, and the least that a
        number between −1 and 1 can have in training.
    """
    rows = []
    for run, (task, count, readout) in NOISE_RUNS.items():
        for seed in seeds:
            seed_everything(seed)
            inputs, targets = reading_task(task, count)
            layer = nn.RNN(10, 20)
            head = nn.Linear(20, targets.shape[2]) if readout else nn.Identity()
            optimizer = torch.optim.Adam([*layer.parameters(), *head.parameters()], lr=0.01)
            losses = []
            for _ in range(updates):
                optimizer.zero_grad()
                loss = nn.functional.mse_loss(head(layer(inputs)[0]), targets)
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
            fresh_inputs, fresh_targets = reading_task(task, 300)
            with torch.no_grad():
                fresh = nn.functional.mse_loss(head(layer(fresh_inputs)[0]), fresh_targets).item()
            rows.append(
                {"run": run, "seed": seed}
                | {f"loss_{step}": losses[step] for step in range(3)}
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
        A row a limit and seed: first losses, mean of the last 20, the largest
        loss, the largest gradient norm before clipping.
    """
    rows = []
    for limit in (float("inf"), 1.0):
        for seed in seeds:
            losses, norms = sums_by_sgd(seed, limit, updates)
            rows.append(
                {"limit": limit, "seed": seed}
                | {f"loss_{step}": losses[step] for step in range(3)}
                | {"last": np.mean(losses[-20:]), "largest": max(losses), "norm": max(norms)}
            )
    return pd.DataFrame(rows)


def sums_by_sgd(seed: int, limit: float, updates: int) -> tuple[list[float], list[float]]:
    """Train one RNN of 16 units on running sums of 40 numbers.

    Parameters
    ----------
    seed : int
        Of the data and of the weights.
    limit : float
        The largest norm that the gradient may keep.
    updates : int
        Steps of SGD with rate 0.05.

    Returns
    -------
    losses, norms : list of float
        Before each update; the norms before clipping.
    """
    seed_everything(seed)
    x = 2 * torch.rand(50, 40, 1) - 1
    layer, head = nn.RNN(1, 16, batch_first=True), nn.Linear(16, 1)
    parameters = [*layer.parameters(), *head.parameters()]
    optimizer = torch.optim.SGD(parameters, lr=0.05)
    losses, norms = [], []
    for _ in range(updates):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(head(layer(x)[0]), x.cumsum(1))
        loss.backward()
        norms.append(nn.utils.clip_grad_norm_(parameters, limit).item())
        optimizer.step()
        losses.append(loss.item())
    return losses, norms


def anatomy_cells(seeds: Sequence[int] = SEEDS, epochs: int = 10) -> pd.DataFrame:
    """Compare RNN, GRU and LSTM on parity, told at the end or at every step.

    Parameters
    ----------
    seeds : sequence of int
        One network of 16 units each.
    epochs : int
        Passes over 1000 words of 2 to 10 letters, in batches of 50.

    Returns
    -------
    pandas.DataFrame
        A row a target, cell and seed: first losses, accuracy on 500 held-out
        words, and on 500 words of 20, 50 and 200 letters.
    """
    train, test = words_apart()
    longer = {steps: long_words(steps) for steps in (20, 50, 200)}
    rows = []
    with show_progress(6 * len(seeds), "networks") as bar:
        for told, loss_of in (("every step", at_every_step), ("the end", at_the_end)):
            for cell, make in CELLS.items():
                for seed in seeds:
                    seed_everything(seed)
                    model = Reader(make(2, 16, batch_first=True), 2, packed=False)
                    loader = DataLoader(train, 50, shuffle=True, collate_fn=collate)
                    losses = fit_loader(model, loader, loss_of, epochs)
                    rows.append(
                        {"told": told, "cell": cell, "seed": seed}
                        | {f"loss_{step}": losses[step] for step in range(3)}
                        | {"held_out": accuracy(model, test)}
                        | {f"steps_{n}": accuracy(model, words) for n, words in longer.items()}
                    )
                    bar.update()
    return pd.DataFrame(rows)


def sentences_apart() -> tuple[list[str], list[str]]:
    """Cut the sentences of "Alice" at four fifths: what comes after is held out.

    Returns
    -------
    list of str, list of str
        To learn from, to be judged on; in reading order.
    """
    sentences = load_sentences()
    cut = len(sentences) * 4 // 5
    return sentences[:cut], sentences[cut:]


@torch.no_grad()
def perplexity_of(model: nn.Module, data: CustomDataset) -> float:
    """Judge a network by the letters it must guess, as `sequences.perplexity` judges counts.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, lengths)``.
    data : CustomDataset
        With a class for each step.

    Returns
    -------
    float
        The exponential of the mean cross-entropy over all real steps.
    """
    x, lengths, targets = _all_of(data)
    return at_every_step(model(x, lengths)[0], lengths, targets).exp().item()


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
        A row a cell and seed: first losses, perplexity in training (mean of
        the last epoch) and on the held-out fifth.
    """
    train, test = map(next_letters, sentences_apart())
    letters = train[0][0].shape[1]
    rows = []
    with show_progress(3 * len(seeds), "networks") as bar:
        for cell, make in CELLS.items():
            for seed in seeds:
                seed_everything(seed)
                model = Reader(make(letters, 64, batch_first=True), letters, packed=False)
                loader = DataLoader(train, 16, shuffle=True, collate_fn=collate)
                losses = fit_loader(model, loader, at_every_step, epochs)
                rows.append(
                    {"cell": cell, "seed": seed}
                    | {f"loss_{step}": losses[step] for step in range(3)}
                    | {"training": float(np.exp(np.mean(losses[-len(loader) :])))}
                    | {"held_out": perplexity_of(model, test)}
                )
                bar.update()
    return pd.DataFrame(rows)


STUDIES: dict[str, Study] = {
    "anatomy-noise": anatomy_noise,
    "anatomy-clipping": anatomy_clipping,
    "anatomy-cells": anatomy_cells,
    "anatomy-characters": anatomy_characters,
}
