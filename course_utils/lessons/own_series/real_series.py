"""Real series in the contests of lesson 06b: the airline's forecasts to average, and sunspots."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from course_utils.forecasting import (
    Backtest,
    Method,
    Network,
    autoregression,
    holt_winters,
    on,
    sarima,
)
from course_utils.forms import ShapeToGrowth
from course_utils.lessons.own_series.contest import FIVE, contest, cut
from course_utils.lessons.own_series.opponents import UPDATES
from course_utils.lessons.own_series.sunspots_runs import CYCLE, TEST, load_sunspots
from course_utils.series import LogDifference, load_airline
from course_utils.studies import load
from course_utils.training import show_progress

TEN_SEEDS = tuple(range(10))
YEAR = 12
# Lesson 05b's origins: its choices saw the first thirteen; the nine others are the judges.
EARLIER, LATER = tuple(range(60, 97, 3)), tuple(range(108, 133, 3))
NAMES = HOLT_WINTERS, SARIMA, GRU, GROWTH = "Holt-Winters", "SARIMA", "GRU", "growth"


def members(seeds: Sequence[int] = TEN_SEEDS) -> dict[str, Method]:
    """Give the airline forecasts that are averaged.

    Parameters
    ----------
    seeds : sequence of int
        Of the GRU, lesson 05b's final forecaster: one network each.

    Returns
    -------
    dict
        From a name to a method. "growth" is two coefficients on the yearly growth.

    Notes
    -----
    Used in lesson 06b, `airline-again`.
    """
    return {
        HOLT_WINTERS: holt_winters,
        SARIMA: sarima,
        GRU: Network(ShapeToGrowth(), hidden=16, epochs=70, seeds=seeds),
        GROWTH: on(LogDifference(YEAR), partial(autoregression, order=1)),
    }


def airline_members(
    seeds: Sequence[int] = TEN_SEEDS, origins: Sequence[int] = EARLIER + LATER
) -> pd.DataFrame:
    """Forecast the airline from every origin with every member of the mean.

    Parameters
    ----------
    seeds : sequence of int
        Of the GRU.
    origins : sequence of int
        How many months are known each time.

    Returns
    -------
    pandas.DataFrame
        A row per member, origin and seed: the 12 forecasts in thousands of passengers.
    """
    values, rows = load_airline().to_numpy(dtype=float), []
    for name, method in members(seeds).items():
        for origin in show_progress(origins, name):
            for seed, said in zip(
                seeds, np.atleast_2d(method(values[:origin], YEAR)), strict=False
            ):
                months = {f"month_{month}": value for month, value in enumerate(said, start=1)}
                rows.append({"member": name, "origin": origin, "seed": seed} | months)
    return pd.DataFrame(rows)


def stored_members(origins: Sequence[int]) -> dict[str, Backtest]:
    """Read the study ``airline-members`` as backtests.

    Parameters
    ----------
    origins : sequence of int
        Which of its origins.

    Returns
    -------
    dict
        From a member's name to its backtest: ten members for the GRU, one for each other.
    """
    table, values = load("airline-members"), load_airline().to_numpy(dtype=float)
    actual = np.stack([values[origin : origin + YEAR] for origin in origins])
    found = {}
    for name, rows in table.groupby("member", sort=False):
        pieces = [rows[rows["origin"] == origin].filter(like="month_") for origin in origins]
        forecast = np.stack([piece.to_numpy() for piece in pieces], axis=1)
        found[str(name)] = Backtest(tuple(origins), actual, forecast)
    return found


def mean_backtest(*parts: Backtest) -> Backtest:
    """Take the mean of several forecasts with equal weights, member by member.

    Parameters
    ----------
    *parts : Backtest
        On the same origins. One with a single member goes into the mean with every other's.

    Returns
    -------
    Backtest
        As many members as the part with the most.

    Notes
    -----
    Bates & Granger (1969), Operational Research Quarterly 20, 451-468. Taught in lesson 06b,
    `airline-again`.
    """
    most = max(len(part.forecast) for part in parts)
    said = [np.broadcast_to(part.forecast, (most, *part.forecast.shape[1:])) for part in parts]
    return Backtest(parts[0].origins, parts[0].actual, np.mean(said, axis=0))


SUNSPOT_WINDOW, SUNSPOT_STEPS = 2 * CYCLE, (1, 3, 6, CYCLE)


def sunspot_contest(seeds: Sequence[int] = TEN_SEEDS) -> pd.DataFrame:
    """Let the methods of Mackey–Glass forecast the sunspots after 1953, from windows of 22 years.

    Parameters
    ----------
    seeds : sequence of int
        Of the networks.

    Returns
    -------
    pandas.DataFrame
        A row per seed and method, the networks with 1,500 and with 150 updates: seed, and what
        `contest.contest` says.
    """
    values = load_sunspots().to_numpy(dtype=float)
    part = cut(values, values, len(values) - TEST, SUNSPOT_WINDOW, CYCLE)
    tables = []
    for seed in show_progress(seeds, "seeds"):
        for methods, updates in ((FIVE, UPDATES), (FIVE[-2:], UPDATES // 10)):
            table = contest(part, seed, methods, SUNSPOT_STEPS, updates)
            tables.append(table.assign(seed=seed))
    table = pd.concat(tables, ignore_index=True)
    return table[["seed", *(name for name in table if name != "seed")]]
