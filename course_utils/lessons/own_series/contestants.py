"""Who competes on a series of your own: baselines, classical methods, small networks, and a mean.

Every method sees the past that it is given and nothing else. Every transform is fitted on that
past, and undone.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import partial
from importlib import import_module

import numpy as np

from course_utils import forecasting as fc
from course_utils.columns import Columns
from course_utils.forecasting import Method, Network, on
from course_utils.forms import Form, ShapeToGrowth, Windows
from course_utils.lessons.own_series.own import ROWS, Task
from course_utils.methods import mean_of, recent, remembered
from course_utils.series import Difference, Identity, LogDifference, Transform, fill_gaps
from course_utils.signatures import checked

TEN_SEEDS = tuple(range(10))
MEAN = ("weighted sum", "weighted sum of changes", "network on changes")
LAST, DRIFT = "last value", "drift"
SEASON, GROWTH = "last season again", "last season times growth"


@checked
def baselines(task: Task) -> dict[str, Method]:
    """Give the methods that any other has to beat: they learn nothing.

    Parameters
    ----------
    task : Task
        The series.

    Returns
    -------
    dict
        From a name to a method.
    """
    found: dict[str, Method] = {LAST: fc.last_value, DRIFT: fc.drift}
    if task.season > 1:
        found[SEASON] = partial(fc.seasonal_naive, season=task.season)
        if np.nanmin(task.numbers) > 0:  # repeating alone knows no trend
            found[GROWTH] = partial(fc.seasonal_naive_growth, season=task.season)
    return found


@checked
def contestants(task: Task, seeds: Sequence[int] = TEN_SEEDS) -> dict[str, Method]:
    """Give all methods that are tried on a series, the baselines among them.

    Parameters
    ----------
    task : Task
        The series, and how it will be judged.
    seeds : sequence of int
        One network each.

    Returns
    -------
    dict
        From a name to a method. Each remembers what it said, so that asking twice costs nothing.
        Holt-Winters and the networks read only the last rows (`own.ROWS`, or five seasons).

    Notes
    -----
    Used in lesson 06a, `your-own-series`.
    """
    change = change_of(task)
    rows = max(ROWS, 5 * task.season)
    order = min(task.window, (task.earlier[0] - task.season - 2) // 2)
    sums = partial(fc.autoregression, order=max(1, order))
    found = baselines(task) | {"weighted sum": sums, "weighted sum of changes": on(change, sums)}
    if 1 < task.season <= 24 and np.nanmin(task.numbers) > 0:
        found["Holt-Winters"] = recent(_quiet(partial(fc.holt_winters, season=task.season)), rows)
    small = partial(
        Network,
        window=task.window,
        hidden=8,
        epochs=40,
        learning_rate=0.02,
        cell="RNN",
        seeds=seeds,
    )
    forms: dict[str, Form] = {
        "network": Windows(Identity(), direct=True),
        "network on changes": Windows(change, direct=True),
    }
    if isinstance(change, LogDifference) and task.season > 1 and task.horizon <= task.season:
        forms["network, shape to growth"] = ShapeToGrowth(task.season)
    found |= {name: recent(small(form), rows) for name, form in forms.items()}
    if task.frame is not None:
        columns = task.frame.apply(lambda one: one.diff(task.season)).iloc[task.season :]
        reader = small(Columns(columns, str(task.series.name)))
        found["network on all columns"] = on(Difference(task.season), reader)
    found = _able({name: remembered(method) for name, method in found.items()}, task)
    three = [found[name] for name in MEAN if name in found]
    return found | ({"mean of three": mean_of(*three)} if len(three) == len(MEAN) else {})


def change_of(task: Task) -> Transform:
    """Give the change over a season: in per cent where every value is above 0."""
    return (LogDifference if np.nanmin(task.numbers) > 0 else Difference)(task.season)


def _able(methods: dict[str, Method], task: Task) -> dict[str, Method]:
    """Leave out, by name, what cannot work on the first past of all; the answer is remembered."""
    past, able = fill_gaps(task.numbers[: task.earlier[0]]), {}
    for name, method in methods.items():
        try:
            method(past, task.horizon)
        except (ValueError, np.linalg.LinAlgError) as error:
            print(f"left out: {name} ({error})")
        else:
            able[name] = method
    return able


def _quiet(method: Method) -> Method:
    """Let statsmodels search in silence: a poor fit shows in the errors."""
    # It sets filters of its own when it is imported, so that comes first.
    import_module("statsmodels.tools.sm_exceptions")

    def asked(past: np.ndarray, horizon: int) -> np.ndarray:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return method(past, horizon)

    return asked
