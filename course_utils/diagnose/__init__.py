"""Probes for silent faults in networks, training steps, data and forecasts, all black boxes.

>>> from course_utils import diagnose
>>> diagnose.network(model, x, task="forecast")        # doctest: +SKIP
>>> diagnose.update(model, step, x, y).require()       # doctest: +SKIP
"""

from __future__ import annotations

import inspect
from typing import Any

from course_utils.diagnose.data import data
from course_utils.diagnose.forecast import forecast
from course_utils.diagnose.network import network
from course_utils.diagnose.report import Finding, Report, Suspicion
from course_utils.diagnose.update import update

__all__ = [
    "Finding",
    "Report",
    "Suspicion",
    "data",
    "everything",
    "forecast",
    "network",
    "update",
]


def everything(**what: Any) -> Report:
    """Look at whatever there is: a network, a training step, data, a forecast.

    Runs each of `network`, `update`, `data` and `forecast` that has what it needs, and gives it
    everything that it can use.

    Parameters
    ----------
    **what
        By the names that the four take: ``model``, ``x``, ``y``, ``step``, ``series``,
        ``actual``, ``forecast``, ``task``, …

    Returns
    -------
    Report
        All their findings.

    Raises
    ------
    TypeError
        If they don't know a name, or none of the four has enough to look at.
    """
    takes = {one: inspect.signature(one).parameters for one in (network, update, data, forecast)}
    known = {name for names in takes.values() for name in names}
    if strange := sorted(what.keys() - known):
        raise TypeError(
            f"there is no argument {', '.join(strange)}, wanted some of {', '.join(sorted(known))}"
        )
    given = {name for name, value in what.items() if value is not None}
    asked = []
    for one, names in takes.items():
        needed = {key for key, part in names.items() if part.default is inspect.Parameter.empty}
        if needed <= given:
            asked.append(one)
    only_data = set(takes[data]) - set(takes[network]) - set(takes[update])
    if len(asked) > 1 and data in asked and not given & only_data:
        asked.remove(data)
    if not asked:
        raise TypeError(
            "give a model and x; a model, step, x and y; x and y; or actual and forecast"
        )
    reports = [one(**{key: what[key] for key in given & set(takes[one])}) for one in asked]
    return sum(reports[1:], reports[0])
