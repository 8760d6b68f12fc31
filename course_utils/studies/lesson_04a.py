"""The studies of lesson 04a: the stateful LSTM, its faults, its layouts, and cues to remember."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from course_utils.keras_port import initialise_like_keras
from course_utils.recurrent import Pair, SequenceModel, Session
from course_utils.reproducibility import seed_everything
from course_utils.signals import Chunks, cue_chunks, stateful_batches
from course_utils.studies.lesson_03 import free_run_error
from course_utils.studies.store import SEEDS, Study
from course_utils.training import Rule, adam, evaluate_chunks, fit_chunks, show_progress

LEARNING_RATE, CUE_RATE = 0.006, 0.02
# How many updates at the end a run is judged by; every how many a cost is printed.
LAST, PRINT_EVERY = 50, 10
# For the explorer: samples between the starts of two batches. A period has 197.4 samples.
ADVANCES = (
    *(0, 5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120),
    *(140, 160, 180, 200, 210, 217, 220, 230, 240),
)
LAYOUT_SEEDS = SEEDS[:16]
MEMORIES = (1, 5, 20)
# Which memories each way is trained for. The last is a control, for the nearer ones alone.
CUE_WAYS = {
    **dict.fromkeys(("carried", "never", "no reset", "asked late"), MEMORIES),
    "asked late, not cut": MEMORIES[:2],
}
STREAMS = 100
# "train cost" of steps 0, 10, … 500 as the post prints them (here to four decimals), for one seed.
# fmt: off
PUBLISHED_COSTS = (
    0.5094, 0.4967, 0.4806, 0.4567, 0.4109, 0.3135, 0.1255, 0.0739, 0.1014, 0.0466,
    0.0595, 0.0403, 0.0534, 0.1562, 0.1791, 0.1636, 0.2108, 0.2001, 0.1807, 0.1614,
    0.1991, 0.1693, 0.1648, 0.1752, 0.2055, 0.1510, 0.1630, 0.1682, 0.1147, 0.1415,
    0.1351, 0.1376, 0.1300, 0.1197, 0.0929, 0.0819, 0.0690, 0.0713, 0.0803, 0.0732,
    0.0968, 0.0783, 0.0724, 0.0653, 0.0577, 0.0632, 0.0474, 0.0554, 0.0519, 0.0529,
    0.0565,
)
# fmt: on


def make_model(seed: int) -> SequenceModel:
    """Make the published network, its weights drawn as Keras draws them.

    Parameters
    ----------
    seed : int
        Where the random numbers start.

    Returns
    -------
    SequenceModel
        An LSTM of 20 and a read-out of every step.
    """
    seed_everything(seed)
    return initialise_like_keras(SequenceModel(hidden=20, cell="LSTM"))


def shuffle_rows(batches: Chunks, seed: int) -> Chunks:
    """Put the rows of each batch in an order of its own, so that none goes on from its own.

    Parameters
    ----------
    batches : Chunks
        Left as they are.
    seed : int
        Of the orders.

    Returns
    -------
    Chunks
        Inputs and targets still belong together; the times are row 0's of before.
    """
    generator = torch.Generator().manual_seed(seed)
    orders = [torch.randperm(x.shape[0], generator=generator) for x in batches.inputs]
    inputs, targets = (
        torch.stack([rows[order] for rows, order in zip(part, orders, strict=True)])
        for part in (batches.inputs, batches.targets)
    )
    return Chunks(batches.times, inputs, targets)


def stretches(chunks: int = 501, batch: int = 50, steps: int = 20) -> Chunks:
    """Lay a long sine out so that every row walks through a stretch of its own.

    Row i of a batch continues row i of the batch before, and no sample comes twice.

    Parameters
    ----------
    chunks, batch, steps : int
        As for `signals.stateful_batches`.

    Returns
    -------
    Chunks
        Of the shape that `signals.stateful_batches` gives.
    """
    long = stateful_batches(1, batch=batch, steps=chunks * steps)
    inputs, targets = (
        part[0].unflatten(1, (chunks, steps)).transpose(0, 1).contiguous()
        for part in (long.inputs, long.targets)
    )
    return Chunks(long.times.reshape(chunks, steps), inputs, targets)


WAYS: dict[str, tuple[Callable[[int, int], Chunks], Rule]] = {
    "carried": (lambda chunks, seed: stateful_batches(chunks), "carry"),
    "never carried": (lambda chunks, seed: stateful_batches(chunks), "reset"),
    "advanced twice": (lambda chunks, seed: stateful_batches(chunks), "twice"),
    "next thousand": (lambda chunks, seed: stateful_batches(chunks, advance=1000), "carry"),
    "rows shuffled": (lambda chunks, seed: shuffle_rows(stateful_batches(chunks), seed), "carry"),
    "own stretches": (lambda chunks, seed: stretches(chunks), "carry"),
}


@dataclass
class Run:
    """One network trained in one of the `WAYS`.

    Attributes
    ----------
    model : SequenceModel
        Trained.
    losses : ndarray
        Shape (updates,): the loss before each update.
    new_row : ndarray
        Shape (updates,): the same loss of the last row alone.
    """

    model: SequenceModel
    losses: np.ndarray
    new_row: np.ndarray

    @property
    def final(self) -> float:
        """The mean of the last 50 losses."""
        return float(self.losses[-LAST:].mean())

    @property
    def costs(self) -> np.ndarray:
        """Every tenth loss: what the published loop prints."""
        return self.losses[::PRINT_EVERY]

    @property
    def rebound(self) -> float:
        """The largest printed cost from update 120 on, after the published minimum at 110."""
        return float(self.costs[12:].max(initial=0.0))


def _check_way(way: str, known: Collection[str]) -> None:
    if way not in known:
        raise ValueError(f"way must be one of {', '.join(map(repr, known))}, got {way!r}")


def train_seed(seed: int, way: str = "carried", chunks: int = 501) -> Run:
    """Train the published network (LSTM of 20, Adam 0.006, one update a batch).

    Both bias vectors of the LSTM are trained, and Adam is torch's own.

    Parameters
    ----------
    seed : int
        Where the random numbers start.
    way : str
        One of `WAYS`: the layout of the batches and what each starts from.
    chunks : int
        How many updates.

    Returns
    -------
    Run

    Raises
    ------
    ValueError
        If ``way`` is none of `WAYS`.
    """
    _check_way(way, WAYS)
    make, rule = WAYS[way]
    data = make(chunks, seed)
    model = make_model(seed)
    new_row: list[float] = []

    def note(number: int, loss: float, y: Tensor) -> None:
        new_row.append(nn.functional.mse_loss(y[-1], data.targets[number, -1]).item())

    history, _ = fit_chunks(
        model,
        data.inputs,
        data.targets,
        optimizer=adam(LEARNING_RATE),
        rule=rule,
        on_step=note,
    )
    return Run(model, np.array(history.losses), np.array(new_row))


def train_many(seeds: Sequence[int], way: str = "carried", chunks: int = 501) -> list[Run]:
    """Train one network a seed, as `train_seed` does.

    Parameters
    ----------
    seeds : sequence of int
        One run each.
    way, chunks
        As for `train_seed`.

    Returns
    -------
    list of Run
        In the order of the seeds.
    """
    runs = []
    with show_progress(len(seeds), "seeds") as bar:
        for seed in seeds:
            runs.append(train_seed(seed, way, chunks))
            bar.update()
    return runs


def fresh_batches() -> Chunks:
    """Make the stretch that networks are judged on: after the trained one, and between its samples.

    Returns
    -------
    Chunks
        Sixty batches of ten rows.
    """
    return stateful_batches(60, batch=10, start=11000.5)


def fresh_errors(model: nn.Module) -> dict[str, float]:
    """Judge a trained network with frozen weights on `fresh_batches`.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, state)``.

    Returns
    -------
    dict
        The mean squared error of the last fifty: "fresh", with the state carried through all
        sixty; "fresh_zeros", every batch from zeros.
    """
    test = fresh_batches()
    from_zeros = [
        evaluate_chunks(model, x[None], target[None])
        for x, target in zip(test.inputs[10:], test.targets[10:], strict=True)
    ]
    return {
        "fresh": free_run_error(model, test, warm_up=10),
        "fresh_zeros": float(np.mean(from_zeros)),
    }


def stateful_faults(seeds: Sequence[int] = SEEDS, chunks: int = 501) -> pd.DataFrame:
    """Train in every way.

    Parameters
    ----------
    seeds : sequence of int
        One network each; the same starting weights for each way.
    chunks : int
        Updates a run.

    Returns
    -------
    pandas.DataFrame
        A row a way and seed: the first three losses; the mean of the last 50; `Run.rebound`;
        over the last hundred updates the mean loss of all rows and of the last row alone; and
        `fresh_errors`.
    """
    rows = []
    for way in WAYS:
        for seed, run in zip(seeds, train_many(seeds, way, chunks), strict=True):
            rows.append(
                {"way": way, "seed": seed}
                | {f"loss_{number}": run.losses[number] for number in range(3)}
                | {"final": run.final, "rebound": run.rebound}
                | {"all_rows": run.losses[-100:].mean(), "new_row": run.new_row[-100:].mean()}
                | fresh_errors(run.model)
            )
    return pd.DataFrame(rows)


def stateful_costs(seeds: Sequence[int] = SEEDS, chunks: int = 501) -> pd.DataFrame:
    """Train carried, and as published; keep what is printed.

    Parameters
    ----------
    seeds, chunks
        As for `stateful_faults`.

    Returns
    -------
    pandas.DataFrame
        A row a way and seed, a column a printed cost.
    """
    return pd.DataFrame(
        [
            {"way": way, "seed": seed}
            | {f"step_{PRINT_EVERY * n}": round(cost, 6) for n, cost in enumerate(run.costs)}
            for way in ("carried", "advanced twice")
            for seed, run in zip(seeds, train_many(seeds, way, chunks), strict=True)
        ]
    )


def stateful_layouts(
    advances: Sequence[int] = ADVANCES, seeds: Sequence[int] = LAYOUT_SEEDS, chunks: int = 501
) -> pd.DataFrame:
    """Train with every step between two batches that the explorer offers.

    Parameters
    ----------
    advances : sequence of int
        How many samples further on the next batch begins.
    seeds, chunks
        As for `stateful_faults`.

    Returns
    -------
    pandas.DataFrame
        A row an advance: over the seeds, median, smallest and largest of the mean of the last
        50 losses, and the median of the first loss.
    """
    rows = []
    for advance in advances:
        data = stateful_batches(chunks, advance=advance)
        finals, firsts = [], []
        with show_progress(len(seeds), f"advance {advance}") as bar:
            for seed in seeds:
                history, _ = fit_chunks(
                    make_model(seed), data.inputs, data.targets, optimizer=adam(LEARNING_RATE)
                )
                finals.append(np.mean(history.losses[-LAST:]))
                firsts.append(history.losses[0])
                bar.update()
        rows.append(
            {"advance": advance, "first": np.median(firsts), "median": np.median(finals)}
            | {"low": np.min(finals), "high": np.max(finals)}
        )
    return pd.DataFrame(rows)


class KerasLike:
    """A stateful network as Keras keeps one: the state out of sight, and every call moves it.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, state)``, with a pair for a state.
    lr : float
        Adam's rate.

    Notes
    -----
    Written out and taught in lesson 04a, section 3.
    """

    def __init__(self, model: nn.Module, lr: float = LEARNING_RATE) -> None:
        self.model = model
        self.state: Pair | None = None
        self.optimizer = torch.optim.Adam(model.parameters(), lr=lr)

    def call(self, x: Tensor) -> Tensor:
        """Answer, and move the state on."""
        y, (h, c) = self.model(x, self.state)
        self.state = h.detach(), c.detach()
        return y

    def train_on_batch(self, x: Tensor, y: Tensor) -> float:
        """Make one update; give the cost before it."""
        cost = nn.functional.mse_loss(self.call(x), y)
        self.optimizer.zero_grad()
        cost.backward()
        self.optimizer.step()
        return cost.item()

    @torch.no_grad()
    def predict(self, x: Tensor) -> Tensor:
        """Answer, with no gradient. The state moves on all the same."""
        return self.call(x)


def train_on_cues(
    seed: int, memory: int, way: str = "carried", streams: int = STREAMS
) -> tuple[SequenceModel, list[float]]:
    """Train the network to say, at every step, which cue its stream began with.

    Parameters
    ----------
    seed : int
        Of the weights; the cues have generators of their own.
    memory : int
        How many chunks a stream has after the one that holds the cue.
    way : {"carried", "never", "no reset", "asked late", "asked late, not cut"}
        The state is carried through a stream and reset at the next; every chunk starts from
        zeros; the state is never reset; as the first, but the loss asks for the last chunk
        of a stream alone; that, and the state keeps its history through the stream, so that
        the loss reaches back to the cue.
    streams : int
        How many streams are seen, fifty at a time.

    Returns
    -------
    model : SequenceModel
        Trained.
    losses : list of float
        One an update.

    Raises
    ------
    ValueError
        If ``way`` is none of `CUE_WAYS`.

    Notes
    -----
    Taught in lesson 04a, section 7.
    """
    _check_way(way, CUE_WAYS)
    data = cue_chunks(streams * (memory + 1), memory, torch.Generator().manual_seed(seed))
    model = make_model(seed)
    session, update = Session(model), adam(CUE_RATE)(model.parameters())
    losses = []
    for number, (x, target) in enumerate(zip(data.inputs, data.targets, strict=True)):
        if way == "never" or (way != "no reset" and number % (memory + 1) == 0):
            session.reset()
        if way == "asked late, not cut":
            y, session.state = model(x, session.state)
        else:
            y = session.carry(x)
        loss = nn.functional.mse_loss(y, target)
        if not way.startswith("asked late") or number % (memory + 1) == memory:
            update.zero_grad()
            loss.backward()
            update.step()
            losses.append(loss.item())
    return model, losses


@torch.no_grad()
def cue_hits(
    model: nn.Module, chunks: int, carry: bool = True, seed: int = 0, before: int = 0
) -> np.ndarray:
    """Count how often a trained network still knows a fresh cue, chunk by chunk.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, state)``.
    chunks : int
        How long the streams are, the chunk of the cue included; at least 2.
    carry : bool
        Whether the state is carried. Else every chunk starts from zeros.
    seed : int
        Of the cues: 200 fresh ones, which no training has seen.
    before : int
        How many chunks of earlier streams, with other cues, the state has read when they begin:
        0 or at least 2. A network that was trained without a reset is judged without one.

    Returns
    -------
    ndarray
        Shape (chunks,): the share of the streams whose sign is right at the last step.

    Raises
    ------
    ValueError
        If ``chunks`` or ``before`` is none of those numbers.

    Notes
    -----
    Used in lesson 04a, section 7.
    """
    if chunks < 2:
        raise ValueError(f"chunks must be at least 2, got {chunks!r}")
    if before != 0 and before < 2:
        raise ValueError(f"before must be 0 or at least 2, got {before!r}")
    generator = torch.Generator().manual_seed(10**6 + seed)
    data = cue_chunks(chunks, chunks - 1, generator, batch=200)
    session, hits = Session(model), []
    if before:
        for x in cue_chunks(before, before - 1, generator, batch=200).inputs:
            session.carry(x)
    for x, target in zip(data.inputs, data.targets, strict=True):
        if not carry:
            session.reset()
        right = (session.carry(x)[:, -1] > 0) == (target[:, -1] > 0)
        hits.append(right.float().mean().item())
    return np.array(hits)


def stateful_cues(
    memories: Sequence[int] = MEMORIES, seeds: Sequence[int] = SEEDS, streams: int = STREAMS
) -> pd.DataFrame:
    """Train on cues in every way and with every length of memory that `CUE_WAYS` pairs it with.

    Parameters
    ----------
    memories : sequence of int
        In chunks, of `MEMORIES`.
    seeds : sequence of int
        One network each.
    streams : int
        As for `train_on_cues`.

    Returns
    -------
    pandas.DataFrame
        A row a memory, way and seed: the first two losses; and the share of fresh streams that
        are right at the end of the cue's own chunk, at the end of the last chunk that was
        trained for, and a hundred chunks after the cue.
    """
    rows = []
    for memory in memories:
        for way, trained in CUE_WAYS.items():
            if memory not in trained:
                continue
            with show_progress(len(seeds), f"{memory} chunks, {way}") as bar:
                for seed in seeds:
                    model, losses = train_on_cues(seed, memory, way, streams)
                    before = memory + 1 if way == "no reset" else 0
                    hits = cue_hits(model, 101, way != "never", seed, before)
                    rows.append(
                        {"memory": memory, "way": way, "seed": seed}
                        | {"loss_0": losses[0], "loss_1": losses[1]}
                        | {"own_chunk": hits[0], "last_chunk": hits[memory], "hundred": hits[100]}
                    )
                    bar.update()
    return pd.DataFrame(rows)


STUDIES: dict[str, Study] = {
    "stateful-faults": stateful_faults,
    "stateful-costs": stateful_costs,
    "stateful-layouts": stateful_layouts,
    "stateful-cues": stateful_cues,
}
