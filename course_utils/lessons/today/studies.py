"""The studies of lesson 08: six networks on three tasks, and what a step costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from course_utils.lessons.today import tasks
from course_utils.lessons.today.exercises.gate_bias import gate_bias
from course_utils.lessons.today.exercises.mingru_step import mingru_step
from course_utils.lessons.today.mingru import HIDDEN, MINGRUS, NETWORKS, MinGRU
from course_utils.recurrent import CELLS
from course_utils.studies import SEEDS, Study
from course_utils.training import show_progress

FAST = 0.1  # ten times the rate of the others
BIAS = gate_bias(tasks.STEPS, 0.5)  # at which half of a state is left after the cue's 200 steps
# The networks of the cue, and how their gates start.
STARTS = ("as in torch", "gate bias", "forget gate alone")
REMEMBERING = {"RNN": STARTS[:1], "GRU": STARTS[:2], "LSTM": STARTS, "minGRU": STARTS[:2]}
SIZES, ROUNDS, ROWS = (50, 200, 800, 3200), 3, 16
FORECAST_SEEDS = SEEDS
Step = Callable[[], None]


def today_parity(
    networks: Sequence[str] = NETWORKS,
    seeds: Sequence[int] = SEEDS,
    updates: int = tasks.PARITY_UPDATES,
) -> pd.DataFrame:
    """Train every network on the parity of 16 bits, the minGRUs at two rates.

    Parameters
    ----------
    networks : sequence of str
        Of `mingru.NETWORKS`.
    seeds : sequence of int
        One run each.
    updates : int
        Per run.

    Returns
    -------
    pandas.DataFrame
        A row per run: the first three losses, and the share of right answers after 16, 32, 64 and
        128 bits.
    """

    def judged(network: str, rate: float, seed: int) -> dict[str, float]:
        model, losses = tasks.train_on_parity(network, seed, rate, updates)
        hits = tasks.parity_hits(model, seed)
        return _first(losses) | {f"right_{length}": share for length, share in hits.items()}

    rates = (tasks.RATE, FAST)
    rows = _every(network=networks, rate=rates, seed=seeds)
    return _table([r for r in rows if r["rate"] == tasks.RATE or r["network"] in MINGRUS], judged)


def today_cue(
    networks: Sequence[str] = tuple(REMEMBERING),
    seeds: Sequence[int] = SEEDS,
    updates: int = tasks.CUE_UPDATES,
) -> pd.DataFrame:
    """Train networks to remember a cue over 200 steps, as torch starts them and with a gate bias.

    Parameters
    ----------
    networks : sequence of str
        Of `REMEMBERING`.
    seeds, updates
        As for `today_parity`.

    Returns
    -------
    pandas.DataFrame
        A row per run: how the gates started, the first three losses, and whether both cues are
        known after 200 steps, and after 400.
    """
    ways = [one for one in product(networks, STARTS) if one[1] in REMEMBERING[one[0]]]
    rows = []
    for network, start in show_progress(ways, "cue"):
        bias = None if start == STARTS[0] else BIAS
        alone = start == STARTS[2]
        losses, known = tasks.remember_the_cue(network, seeds, bias, alone, updates)
        for seed, own, found in zip(seeds, losses, known, strict=True):
            row = {"network": network, "start": start, "seed": seed} | _first(own)
            rows.append(row | {f"known_{steps}": known for steps, known in found.items()})
    return pd.DataFrame(rows)


def today_series(
    networks: Sequence[str] = NETWORKS,
    seeds: Sequence[int] = FORECAST_SEEDS,
    updates: int = tasks.SERIES_UPDATES,
) -> pd.DataFrame:
    """Train every network to forecast the Mackey-Glass series.

    Parameters
    ----------
    networks, seeds, updates
        As for `today_parity`.

    Returns
    -------
    pandas.DataFrame
        A row per run: the first three losses, and the errors 17 and 84 steps ahead.
    """

    def judged(network: str, seed: int) -> dict[str, float]:
        losses, errors = tasks.series_errors(network, seed, updates)
        return _first(losses) | {f"h{step}": error for step, error in errors.items()}

    return _table(_every(network=networks, seed=seeds), judged)


def passes(steps: int) -> dict[str, Step]:
    """Make a forward and a backward pass of each way to read 16 rows of this length.

    Parameters
    ----------
    steps : int
        Per row.

    Returns
    -------
    dict
        "GRU" and "LSTM" (torch's own loops), "minGRU, loop" and "minGRU, scan": call one to run it.

    Notes
    -----
    Used in lesson 08, `time-against-length`.
    """
    torch.manual_seed(0)
    x = torch.randn(ROWS, steps, 1)
    layer = MinGRU(1, HIDDEN)

    def by_a_loop(x: Tensor) -> tuple[Tensor, None]:
        state, states = torch.zeros(len(x), HIDDEN), []
        for step in x.unbind(dim=1):
            state = mingru_step(step, state, layer.linear.weight, layer.linear.bias)
            states.append(state)
        return torch.stack(states, dim=1), None

    def both_ways(read: Callable[..., Any]) -> Step:
        return lambda: read(x)[0].sum().backward()

    own = {cell: both_ways(CELLS[cell](1, HIDDEN, batch_first=True)) for cell in ("GRU", "LSTM")}
    return own | {"minGRU, loop": both_ways(by_a_loop), "minGRU, scan": both_ways(layer)}


def today_speed(sizes: Sequence[int] = SIZES, rounds: int = ROUNDS) -> pd.DataFrame:
    """Time a forward and a backward pass against the length of the rows, the ways in turn.

    Parameters
    ----------
    sizes : sequence of int
        Lengths.
    rounds : int
        How often each.

    Returns
    -------
    pandas.DataFrame
        A row per length, round and way: milliseconds of the processor, on one thread.
    """
    rows = []
    for steps in show_progress(sizes, "lengths"):
        ways = passes(steps)
        for name in ways:
            ways[name]()
        for number in range(rounds):
            for name, run in ways.items():
                start = time.process_time()
                run()
                spent = 1000 * (time.process_time() - start)
                rows.append({"steps": steps, "round": number, "way": name, "milliseconds": spent})
    return pd.DataFrame(rows)


def _first(losses: Sequence[float]) -> dict[str, float]:
    return {f"loss_{number}": loss for number, loss in enumerate(losses[:3])}


def _every(**axes: Iterable[Any]) -> list[dict[str, Any]]:
    return [dict(zip(axes, values, strict=True)) for values in product(*axes.values())]


def _table(rows: list[dict[str, Any]], run: Callable[..., dict[str, float]]) -> pd.DataFrame:
    """Make a row of each setting, and of what a run with it comes to."""
    return pd.DataFrame([one | run(**one) for one in show_progress(rows, "runs")])


STUDIES: dict[str, Study] = {
    "today-parity": today_parity,
    "today-cue": today_cue,
    "today-series": today_series,
    "today-speed": today_speed,
}
