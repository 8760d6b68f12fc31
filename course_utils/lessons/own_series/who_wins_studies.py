"""The studies of lesson 06b: who wins on which system."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import pandas as pd

from course_utils.lessons.own_series import opponents
from course_utils.lessons.own_series.contest import (
    FIVE,
    METHODS,
    RECURRENT,
    STEPS,
    contest,
    fit,
    make_cut,
)
from course_utils.lessons.own_series.exercises.nrmse import nrmse
from course_utils.lessons.own_series.memory import (
    TASKS,
    judge_network,
    judge_window,
    make_task,
    make_thermostat,
    train_on_stretches,
)
from course_utils.lessons.own_series.streams import (
    MIXED,
    share_right,
    train_on_lights,
    window_share_right,
)
from course_utils.recurrent import CellName
from course_utils.training import show_progress

TEN_SEEDS = tuple(range(10))
# System, points, noise. All three recurrent cells compete in the first; the LSTM in every one.
SETTINGS = (
    *(("Mackey–Glass", points, noise) for points, noise in product((2000, 300), (0.0, 0.3))),
    *(("pendulum", points, 0.0) for points in (2000, 300)),
)
# With 300 points a long training may learn the noise by heart: there the networks get a second go.
FEW, SHORT = 300, 300


def series_contest(
    seeds: Sequence[int] = TEN_SEEDS, settings: Sequence[tuple[str, int, float]] = SETTINGS
) -> pd.DataFrame:
    """Let every method forecast Mackey–Glass and the pendulum, with few and many points and noise.

    Parameters
    ----------
    seeds : sequence of int
        A stretch of the system and a start of the networks each.
    settings : sequence of (str, int, float)
        System, points, noise.

    Returns
    -------
    pandas.DataFrame
        A row per setting, seed and method: system, points, noise, seed, and what
        `contest.contest` says.
    """
    tables = []
    for (system, points, noise), seed in show_progress(list(product(settings, seeds)), "contests"):
        part = make_cut(system, points, noise, seed)
        everyone = (system, points, noise) == SETTINGS[0]
        runs = [contest(part, seed, METHODS if everyone else FIVE)]
        if points <= FEW:
            runs.append(contest(part, seed, FIVE[-2:], updates=SHORT))
        names: dict[str, Any] = {"system": system, "points": points, "noise": noise, "seed": seed}
        tables.append(pd.concat(runs, ignore_index=True).assign(**names))
    table = pd.concat(tables, ignore_index=True)
    keys = ["system", "points", "noise", "seed"]
    return table[keys + [name for name in table if name not in keys]]


def series_recursive(seeds: Sequence[int] = TEN_SEEDS) -> pd.DataFrame:
    """Forecast Mackey–Glass (2,000 points, no noise) step by step, with one-step methods.

    Parameters
    ----------
    seeds : sequence of int
        As for `series_contest`, on the same stretches.

    Returns
    -------
    pandas.DataFrame
        A row per method and seed: method, seed, and the NRMSE at each step: "h1", "h2", …
    """
    rows = []
    every = list(product(FIVE[1:], seeds))
    for method, seed in show_progress(every, "runs"):
        part = make_cut(*SETTINGS[0], seed)
        predict = fit(method, part.inputs, part.targets[:, :1], seed)
        found = nrmse(part.truth, opponents.recursive(predict, part.asked, part.truth.shape[1]))
        errors = {f"h{step}": found[step - 1] for step in STEPS}
        rows.append({"method": method, "seed": seed} | errors)
    return pd.DataFrame(rows)


PRESSES = (0.5, 0.1, 0.03)
LENGTHS = (1, 5, 20, 50, 100, 200)
# Which cells, trained on which presses (None: those that are judged alone), and how.
RECIPES: dict[str, tuple[Sequence[CellName], Sequence[float] | None, dict[str, Any]]] = {
    "as judged": (RECURRENT, None, {}),
    "as judged, forget bias 3": (("LSTM",), None, {"forget_bias": 3.0}),
    "mixed": (RECURRENT, MIXED, {}),
    "mixed, rate 0.03": (("LSTM", "RNN"), MIXED, {"rate": 0.03}),
    "mixed, short first": (RECURRENT, MIXED, {"short_first": 200}),
}


def light_networks(
    seeds: Sequence[int] = TEN_SEEDS, recipes: Sequence[str] = tuple(RECIPES)
) -> pd.DataFrame:
    """Let recurrent networks, trained on 50 steps in several ways, follow lights for 1,200.

    Parameters
    ----------
    seeds : sequence of int
        One network each, on presses of its own.
    recipes : sequence of str
        Of `RECIPES`.

    Returns
    -------
    pandas.DataFrame
        A row per recipe, cell, seed and p: recipe, cell, p, seed, and the share of the steps at
        which the network was right.
    """
    rows = []
    every = [
        (name, cell, seed) for name in recipes for cell, seed in product(RECIPES[name][0], seeds)
    ]
    for recipe, cell, seed in show_progress(every, "networks"):
        _, presses, how = RECIPES[recipe]
        model = None if presses is None else train_on_lights(seed, cell, presses, **how)
        for p in PRESSES:
            own = model or train_on_lights(seed, cell, [p], **how)
            right = share_right(own, p, seed)
            rows.append({"recipe": recipe, "cell": cell, "p": p, "seed": seed, "right": right})
    return pd.DataFrame(rows)


def light_windows(
    seeds: Sequence[int] = TEN_SEEDS, lengths: Sequence[int] = LENGTHS
) -> pd.DataFrame:
    """Let a line and an MLP that see a window follow the same lights.

    Parameters
    ----------
    seeds : sequence of int
        Lights and networks.
    lengths : sequence of int
        How many steps the windows hold.

    Returns
    -------
    pandas.DataFrame
        A row per method, length, p and seed: the share of the steps at which it was right.
    """
    every = list(product(("line", "MLP"), lengths, PRESSES, seeds))
    return pd.DataFrame(
        {
            "method": method,
            "window": window,
            "p": p,
            "seed": seed,
            "right": window_share_right(window, p, method, seed),
        }
        for method, window, p, seed in show_progress(every, "windows")
    )


MEMORIES, WINDOWS, POINTS = (3, 10, 30), (5, 20, 50), (100, 300, 1000)


def memory_map(
    seeds: Sequence[int] = TEN_SEEDS,
    remember: Sequence[str] = tuple(TASKS),
    memories: Sequence[int] = MEMORIES,
    windows: Sequence[int] = WINDOWS,
    points: Sequence[int] = POINTS,
) -> pd.DataFrame:
    """Measure who wins, by what has to be remembered, for how long, from how much data.

    Parameters
    ----------
    seeds : sequence of int
        Rain, noise and network.
    remember, memories, windows, points
        What is tried, each with each, as for `memory.make_task`; a window is a stretch for the
        network.

    Returns
    -------
    pandas.DataFrame
        A row per setting and seed: remember, memory, window, points, seed, and the NRMSE of the
        line, the kernel and the network.
    """
    rows = []
    every = list(product(remember, memories, points, seeds))
    for what, memory, known, seed in show_progress(every, "tasks"):
        task = make_task(what, memory, known, seed)
        for window in windows:
            errors = {method: judge_window(method, task, window) for method in ("line", "kernel")}
            errors["network"] = judge_network(train_on_stretches(task, window, seed), task)
            names = {"remember": what, "memory": memory, "window": window, "points": known}
            rows.append(names | {"seed": seed} | errors)
    keys = ["remember", "memory", "window", "points", "seed"]
    return pd.DataFrame(rows).sort_values(keys, kind="stable", ignore_index=True)


THERMOSTAT_WINDOW, THERMOSTAT_UPDATES = 20, 600


def thermostat_contest(seeds: Sequence[int] = TEN_SEEDS) -> pd.DataFrame:
    """Let a line, a kernel and an LSTM follow a heating with two limits.

    Parameters
    ----------
    seeds : sequence of int
        Of the temperatures and of the network.

    Returns
    -------
    pandas.DataFrame
        A row per seed: seed, and the NRMSE of the line, the kernel and the network.
    """
    rows = []
    for seed in show_progress(seeds, "seeds"):
        task = make_thermostat(seed)
        errors = {name: judge_window(name, task, THERMOSTAT_WINDOW) for name in ("line", "kernel")}
        model = train_on_stretches(task, THERMOSTAT_WINDOW, seed, updates=THERMOSTAT_UPDATES)
        rows.append({"seed": seed} | errors | {"network": judge_network(model, task)})
    return pd.DataFrame(rows)
