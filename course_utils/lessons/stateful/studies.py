"""The studies of lessons 04a and 04b: what state and starting weights do to the training."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from course_utils.lessons.stateful import cues, runs, starts, windows
from course_utils.signals import Chunks, stateful_batches
from course_utils.studies import SEEDS, Study
from course_utils.training import Run, free_run_error, show_progress

LAST = 50  # a run is judged by this many updates at its end
LAYOUT_SEEDS = SEEDS[:16]
# For the explorer: samples between the starts of two batches. A period has 197.4 samples.
ADVANCES = (
    *(0, 5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120),
    *(140, 160, 180, 200, 210, 217, 220, 230, 240),
)


def stateful_faults(seeds: Sequence[int] = SEEDS, chunks: int = 501) -> pd.DataFrame:
    """Train in every way.

    Parameters
    ----------
    seeds : sequence of int
        One network each, with the same starting weights in each way.
    chunks : int
        Updates per run.

    Returns
    -------
    pandas.DataFrame
        A row per way and seed: the first three losses; the mean of the last 50; `runs.rebound`;
        over the last hundred updates the mean loss of all rows and of the last row alone; and
        `runs.fresh_errors`.
    """

    def judged(way: str, seed: int) -> dict[str, float]:
        run = runs.train_seed(seed, way, chunks)
        return (
            _first_losses(run)
            | {"final": run.final(LAST), "rebound": runs.rebound(run.losses)}
            | {"all_rows": run.final(100), "new_row": float(np.mean(run.noted[-100:]))}
            | runs.fresh_errors(run.model)
        )

    return _table(_every(way=runs.WAYS, seed=seeds), judged)


def stateful_costs(seeds: Sequence[int] = SEEDS, chunks: int = 501) -> pd.DataFrame:
    """Train carried and as published, and keep the printed costs.

    Parameters
    ----------
    seeds, chunks
        As for `stateful_faults`.

    Returns
    -------
    pandas.DataFrame
        A row per way and seed, a column per printed cost.
    """

    def printed(way: str, seed: int) -> dict[str, float]:
        costs = runs.printed_costs(runs.train_seed(seed, way, chunks).losses)
        return {f"step_{runs.PRINT_EVERY * n}": round(cost, 6) for n, cost in enumerate(costs)}

    return _table(_every(way=("carried", "advanced twice"), seed=seeds), printed)


def stateful_layouts(
    advances: Sequence[int] = ADVANCES, seeds: Sequence[int] = LAYOUT_SEEDS, chunks: int = 501
) -> pd.DataFrame:
    """Train with every step between batches that the explorer offers.

    Parameters
    ----------
    advances : sequence of int
        How many samples further on the next batch begins.
    seeds, chunks
        As for `stateful_faults`.

    Returns
    -------
    pandas.DataFrame
        A row per advance: over the seeds, the median of the first loss, and the median, smallest
        and largest mean of the last 50.
    """

    def summed_up(advance: int) -> dict[str, float]:
        batches = stateful_batches(chunks, advance=advance)
        trained = [runs.train(runs.make_model(seed), batches) for seed in seeds]
        finals = [run.final(LAST) for run in trained]
        return {
            "first": float(np.median([run.losses[0] for run in trained])),
            "median": float(np.median(finals)),
            "low": min(finals),
            "high": max(finals),
        }

    return _table(_every(advance=advances), summed_up)


def stateful_cues(
    memories: Sequence[int] = cues.MEMORIES,
    seeds: Sequence[int] = SEEDS,
    streams: int = cues.STREAMS,
) -> pd.DataFrame:
    """Train on cues in every way, with every length of memory that `cues.WAYS` lists for it.

    Parameters
    ----------
    memories : sequence of int
        In chunks, of `cues.MEMORIES`.
    seeds : sequence of int
        One network each.
    streams : int
        As for `cues.train_on_cues`.

    Returns
    -------
    pandas.DataFrame
        A row per memory, way and seed: the first two losses, and the share of fresh streams that
        are right at the end of the cue's own chunk, at the end of the last chunk trained for,
        and a hundred chunks after the cue.
    """

    def remembered(memory: int, way: str, seed: int) -> dict[str, float]:
        run = cues.train_on_cues(seed, memory, way, streams)
        before = memory + 1 if way == "no reset" else 0
        hits = cues.cue_hits(run.model, 101, way != "never", seed, before)
        return {
            **{f"loss_{number}": loss for number, loss in enumerate(run.losses[:2])},
            **{"own_chunk": hits[0], "last_chunk": hits[memory], "hundred": hits[100]},
        }

    settings = _every(memory=memories, way=cues.WAYS, seed=seeds)
    return _table([one for one in settings if one["memory"] in cues.WAYS[one["way"]]], remembered)


def stateful_cue_reach(seeds: Sequence[int] = SEEDS, streams: int = cues.STREAMS) -> pd.DataFrame:
    """Train on cues, carried, and find how much the cue moves the answer before and after.

    Parameters
    ----------
    seeds : sequence of int
        One network each.
    streams : int
        As for `cues.train_on_cues`.

    Returns
    -------
    pandas.DataFrame
        A row per seed: the first two losses, and what `cues.cue_reach` gives for the cues -1 and
        +1, untrained and trained.
    """

    def reached(seed: int) -> dict[str, float]:
        run = cues.train_on_cues(seed, 5, "carried", streams)
        before, _ = cues.cue_reach(runs.make_model(seed))
        after, answers = cues.cue_reach(run.model)
        return {
            **{f"loss_{number}": loss for number, loss in enumerate(run.losses[:2])},
            **{"before_minus": before[0], "before_plus": before[1]},
            **{"after_minus": after[0], "after_plus": after[1]},
            **{"answer_minus": answers[0], "answer_plus": answers[1]},
        }

    return _table(_every(seed=seeds), reached)


def stateful_windows(
    lengths: Sequence[int] = windows.WINDOWS, seeds: Sequence[int] = SEEDS, chunks: int = 501
) -> pd.DataFrame:
    """Train carried and never carried, and ask each network with windows and on the stream.

    Parameters
    ----------
    lengths : sequence of int
        Of the windows, in samples.
    seeds, chunks
        As for `stateful_faults`.

    Returns
    -------
    pandas.DataFrame
        A row per way and seed: the first three losses, `windows.window_error` for each length,
        and `windows.stream_error`.
    """

    def asked(way: str, seed: int) -> dict[str, float]:
        run = runs.train_seed(seed, way, chunks)
        errors = {f"window_{n}": windows.window_error(run.model, n) for n in lengths}
        return _first_losses(run) | errors | {"stream": windows.stream_error(run.model)}

    return _table(_every(way=("carried", "never carried"), seed=seeds), asked)


def keras_starts(seeds: Sequence[int] = SEEDS, updates: int = 501) -> pd.DataFrame:
    """Train the published network from each of `starts.STARTS`.

    Parameters
    ----------
    seeds : sequence of int
        One network each.
    updates : int
        Batches per run.

    Returns
    -------
    pandas.DataFrame
        A row per start and seed: the first three losses, the mean of the first and of the last
        50, `starts.updates_until` it has learnt, the error at an unseen phase, and the mean of
        every ten losses.
    """
    batches = stateful_batches(updates)
    return _table(
        _every(start=starts.STARTS, seed=seeds),
        lambda start, seed: _from_a_start(starts.STARTS[start], seed, batches),
    )


def keras_forget_gate(
    biases: Sequence[int] = starts.FORGET_BIASES, seeds: Sequence[int] = SEEDS, updates: int = 501
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
        A row per bias and seed, with the columns of `keras_starts`.
    """
    batches = stateful_batches(updates)
    return _table(
        _every(bias=biases, seed=seeds),
        lambda bias, seed: _from_a_start(starts.with_forget_bias(bias), seed, batches),
    )


def _every(**axes: Iterable[Any]) -> list[dict[str, Any]]:
    """Combine every value of every axis, the last axis fastest."""
    return [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]


def _table(settings: list[dict[str, Any]], run: Callable[..., dict[str, float]]) -> pd.DataFrame:
    """Make a row for each setting: the setting, and the results of a run with it."""
    return pd.DataFrame([one | run(**one) for one in show_progress(settings, "settings")])


def _first_losses(run: Run) -> dict[str, float]:
    return {f"loss_{number}": loss for number, loss in enumerate(run.losses[:3])}


def _from_a_start(start: runs.Start, seed: int, batches: Chunks) -> dict[str, float]:
    run = runs.train(runs.make_model(seed, start), batches)
    # Half a sample away from everything in the training.
    unseen = stateful_batches(22, start=0.5)
    whole = len(run.losses) // starts.SMOOTH * starts.SMOOTH
    means = np.reshape(run.losses[:whole], (-1, starts.SMOOTH)).mean(axis=1)
    return (
        _first_losses(run)
        | {"first": float(np.mean(run.losses[:LAST])), "final": run.final(LAST)}
        | {"reached": starts.updates_until(run.losses)}
        | {"unseen": free_run_error(run.model, unseen.inputs, unseen.targets)}
        # The curve, with as many digits as a picture shows.
        | {f"mean_{number}": float(f"{mean:.4g}") for number, mean in enumerate(means)}
    )


STUDIES: dict[str, Study] = {
    "stateful-faults": stateful_faults,
    "stateful-costs": stateful_costs,
    "stateful-layouts": stateful_layouts,
    "stateful-cues": stateful_cues,
    "stateful-cue-reach": stateful_cue_reach,
    "stateful-windows": stateful_windows,
    "keras-starts": keras_starts,
    "keras-forget-gate": keras_forget_gate,
}
