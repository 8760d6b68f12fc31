"""The verdict on a forecast of your own: counted again, refused by name, or put into words.

`audit` takes nothing on trust. It asks the methods again, counts again, and refuses a claim with a
fault in its method, naming the fault. `report` writes something that you can hand to anyone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from course_utils.forecasting import Backtest, Method
from course_utils.intervals import covered, interval
from course_utils.judging import Choice, choose, errors_of, judge
from course_utils.lessons.own_series.own import Task, rows
from course_utils.series import fill_gaps
from course_utils.signatures import BadArgument, Count, Positive, checked

FEWEST = 10  # seeds
KEYS = (
    *("method", "members", "error", "baseline", "baseline error", "inside", "total"),
    *("forecast", "low", "high"),
)
BETTER = 0.95  # of a baseline's error: anything closer is called level


@checked
def audit(
    task: Task,
    claim: dict[str, Any],
    methods: Mapping[str, Any],
    baselines: Mapping[str, Any],
    level: Positive = 0.8,
) -> Choice:
    """Check a claim, and if something is wrong with its method, refuse it by name.

    Parameters
    ----------
    task : Task
        The series, and how it is judged.
    claim : dict
        As exercise 6a.7 makes it.
    methods, baselines : mapping
        From a name to a method: all those that were tried, and those that they have to beat.
    level : float
        Of the interval.

    Returns
    -------
    Choice
        The choice, made again on the earlier origins.

    Raises
    ------
    BadArgument
        Naming the fault: the choice or the scaler saw the test part, the baseline is missing, one
        seed only, the transform is not undone, the interval was never counted, or the horizon is
        judged on nothing.

    Notes
    -----
    Taught in lesson 06a, `your-own-series`.
    """
    if missing := [key for key in KEYS if key not in claim]:
        what = "the baseline is missing" if "baseline" in missing else "a part is missing"
        what = "the interval was never counted" if "inside" in missing else what
        raise BadArgument(f"{what}: the claim must say {', '.join(map(repr, missing))}")
    if claim["method"] not in methods:
        raise BadArgument(
            f"the method must be one of {', '.join(methods)}, got {claim['method']!r}"
        )
    method, values = methods[claim["method"]], task.numbers
    _check_past_alone(method, fill_gaps(values[: task.later[0]]), task.horizon)
    _check_seeds(claim["method"], method, fill_gaps(values), task.horizon)
    chosen = choose(methods, task.split, task.earlier, task.horizon)
    if chosen.name != claim["method"]:
        raise BadArgument(
            f"the choice saw the test part, or was not made: on the earlier origins "
            f"{chosen.name!r} is best, and the claim is about {claim['method']!r}"
        )
    after = judge(method, values, task.later, task.horizon)
    _check_horizon(claim, after)
    _check_baseline(task, claim, baselines)
    _check_interval(claim, after, judge(method, values, task.earlier, task.horizon), level)
    return chosen


def _check_past_alone(method: Method, past: np.ndarray, horizon: int) -> None:
    """Ask again with a past four times as large: only what is fitted on the past follows it."""
    said, again = (np.median(np.atleast_2d(method(p, horizon)), axis=0) for p in (past, 4 * past))
    small = np.abs(said).mean() < 0.5 * np.abs(past).mean()
    if small and np.abs(again - said).mean() < 0.5 * np.abs(said).mean():
        raise BadArgument(
            "the transform is not undone: the forecast stays the same when every value of the past "
            "is four times as large, so it is not in the series' own units"
        )
    size = np.abs(said).mean() + np.ptp(past)
    if np.abs(again - 4 * said).mean() < 0.1 * 4 * size:
        return
    raise BadArgument(
        "the scaler saw the test part, or another series: the forecast does not follow when every "
        "value of the past is four times as large, so something was fitted on other values than "
        "the past it is given. Fit inside the method, on its argument alone"
    )


def _check_seeds(name: str, method: Method, past: np.ndarray, horizon: int) -> None:
    said = [np.atleast_2d(method(past, horizon)) for _ in range(2)]
    by_chance = name.startswith("network") or not np.array_equal(said[0], said[1])
    if by_chance and len(said[0]) < FEWEST:
        raise BadArgument(
            f"one seed only: {name!r} starts at random and has {len(said[0])} "
            f"member{'' if len(said[0]) == 1 else 's'}; the next seed may say the opposite. Train "
            f"it from at least {FEWEST} seeds"
        )


def _check_horizon(claim: dict[str, Any], after: Backtest) -> None:
    steps = after.actual.shape[1]
    judged = int((~np.isnan(after.actual)).any(axis=0).sum())
    if len(claim["forecast"]) > min(steps, judged):
        raise BadArgument(
            f"the horizon is judged on nothing: {len(claim['forecast'])} steps are claimed, and "
            f"{min(steps, judged)} have a measured value to judge them by"
        )
    error = float(np.median(errors_of(after)))
    if not np.isclose(claim["error"], error, rtol=1e-3):
        raise BadArgument(
            f"the horizon is judged on nothing: over all {steps} steps at the later origins the "
            f"error is {error:.4g} (median of the members), and the claim says {claim['error']:.4g}"
        )


def _check_baseline(task: Task, claim: dict[str, Any], baselines: Mapping[str, Any]) -> None:
    scores = {
        name: float(np.median(errors_of(judge(method, task.numbers, task.later, task.horizon))))
        for name, method in baselines.items()
    }
    best = min(scores, key=lambda name: scores[name], default="")
    if not best or claim["baseline"] not in scores:
        raise BadArgument(
            f"the baseline is missing: compare with one of {', '.join(scores) or 'the naive ones'},"
            f" got {claim['baseline']!r}"
        )
    if not np.isclose(claim["baseline error"], scores[best], rtol=1e-3):
        raise BadArgument(
            f"the baseline is missing: the best one is {best!r} with {scores[best]:.4g}, and the "
            f"claim says {claim['baseline']!r} with {claim['baseline error']:.4g}"
        )


def _check_interval(claim: dict[str, Any], after: Backtest, before: Backtest, level: float) -> None:
    middle = np.median(before.forecast, axis=0)
    low, high = interval(before.actual - middle, np.median(after.forecast, axis=0), level)
    counted = covered(after.actual, low, high)
    if (claim["inside"], claim["total"]) != tuple(counted):
        raise BadArgument(
            f"the interval was never counted where it had no say: at the later origins it contains "
            f"{counted.inside} of {counted.total}, and the claim says {claim['inside']} of "
            f"{claim['total']}"
        )


@checked
def report(task: Task, claim: dict[str, Any], chosen: Choice, level: Positive = 0.8) -> str:
    """Write the verdict: data, gaps, method, choice, baselines, error, interval, advice.

    Parameters
    ----------
    task, claim, level
        As for `audit`.
    chosen : Choice
        What `audit` gave back.

    Returns
    -------
    str
        Lines that you can hand to anyone.

    Notes
    -----
    Taught in lesson 06a, `your-own-series`.
    """
    index, others = task.series.index, len(chosen.scores) - 1
    members = chosen.scores[chosen.name]
    judged = int(np.isfinite(task.numbers[task.ahead(task.later)]).sum())
    spread = f" [{members.min():.4g}, {members.max():.4g}]" if len(members) > 1 else ""
    share = claim["inside"] / claim["total"]
    lines = [
        f"Forecast of {task.name}, {index[-1] + 1} to {index[-1] + len(claim['forecast'])}",
        f"Data      {rows(len(index))}, {index[0]} to {index[-1]}, from {task.file}",
        f"Gaps      {task.gaps}",
        f"Method    {claim['method']}, {_members(claim['members'])}",
        f"Chosen    from {others + 1} methods on {len(chosen.origins)} moments, all forecasts "
        f"ending by {index[task.start - 1]}: error there {np.median(members):.4g}{spread}",
        *_runner_up(chosen),
        f"Judged    at {len(task.later)} later moments that had no say, {rows(task.horizon)} "
        f"ahead: error {claim['error']:.4g} (RMSE, in {task.unit or 'the units of the column'})",
        f"Baseline  {claim['baseline']}: {claim['baseline error']:.4g}",
        f"Interval  {level:.0%} by its label; counted where it had no say: {claim['inside']} of "
        f"{claim['total']} ({share:.0%}), on {rows(judged)} of the file",
        f"Advice    {_use(claim)};",
        f"          {_held(claim, len(task.later), level)}.",
    ]
    return "\n".join(lines)


def _runner_up(chosen: Choice) -> list[str]:
    others = {n: float(np.median(s)) for n, s in chosen.scores.items() if n != chosen.name}
    best = sorted(others, key=lambda name: others[name])[:1]
    return [f"Next best {name}: error there {others[name]:.4g}" for name in best]


def _members(count: int) -> str:
    return f"the median of {count} seeds" if count > 1 else "no seeds: it always says the same"


def _use(claim: dict[str, Any]) -> str:
    ratio = claim["error"] / claim["baseline error"] if claim["baseline error"] else float("inf")
    if claim["method"] == claim["baseline"]:
        return f"Use {claim['baseline']!r}: nothing that was tried beats it"
    if ratio > 1 / BETTER:
        return f"Use {claim['baseline']!r}: the chosen method lost to it later"
    if ratio > BETTER:
        return f"Use {claim['baseline']!r}: {claim['method']!r} is level with it, and less simple"
    return f"Use {claim['method']!r}: it takes {1 - ratio:.0%} of the best baseline's error away"


def _held(claim: dict[str, Any], moments: int, level: float) -> str:
    """Say what the interval contained, and no more than so few moments can tell.

    The steps of one moment go wrong together, so each moment counts once. Within half a standard
    error of the label, the interval is called about right; beyond a whole one, wrong.
    """
    share, near = claim["inside"] / claim["total"], np.sqrt(level * (1 - level) / moments)
    counted = f"the interval contained {claim['inside']} of {claim['total']} at {moments} moments"
    if np.array_equal(claim["low"], claim["high"]):
        return f"{counted} and has no width, because no error was seen before"
    off = share - level
    if abs(off) <= near / 2:
        return f"{counted}: about right, as far as so few can tell"
    if abs(off) <= near:
        seems = "narrower" if off < 0 else "wider"
        return f"{counted}: a little {seems} than its label, but so few can't tell that from luck"
    return f"{counted}: too {'narrow' if off < 0 else 'wide'} for its label of {level:.0%}"


@checked
def table(task: Task, claim: dict[str, Any]) -> pd.DataFrame:
    """Give the forecast beyond the last row as a table, ready for ``.to_csv``.

    Parameters
    ----------
    task, claim
        As for `audit`.

    Returns
    -------
    pandas.DataFrame
        A row for every period ahead, called ``date``; its forecast, and the low and high end of its
        interval, in the units of the series.

    Notes
    -----
    Taught in lesson 06a, `your-own-series`.
    """
    ahead = pd.period_range(task.series.index[-1] + 1, periods=len(claim["forecast"]))
    ends = {name: claim[name] for name in ("forecast", "low", "high")}
    return pd.DataFrame(ends, index=ahead.rename("date"))


@checked
def shown(task: Task, seasons: Count = 5) -> int:
    """Say how many of the last rows a picture shows: a few seasons, and a few horizons."""
    return min(len(task.series), max(seasons * task.season, 6 * task.horizon))
