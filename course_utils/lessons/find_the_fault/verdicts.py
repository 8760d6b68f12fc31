"""What the probes say about each script, asked the way the lesson asks them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor

from course_utils import diagnose
from course_utils.diagnose import Report
from course_utils.diagnose.network import Task
from course_utils.lessons.find_the_fault import strangers, unseen

TASKS: dict[str, tuple[Callable[[], Any], Task]] = {
    "1": (strangers.Script1, "encode"),
    "2": (strangers.Script2, "forecast"),
    "3": (strangers.Script3, "tag"),
    "4": (strangers.Script4, "encode"),
    "a": (unseen.ScriptA, "encode"),
}
STEPS: dict[str, tuple[Callable[[], Any], dict[str, Any]]] = {
    "5": (strangers.script_5, {}),
    "6": (strangers.script_6, {}),
    "7": (strangers.script_7, {"accumulate": 4}),
    "b": (unseen.script_b, {"clip": 0.1}),
    "d": (unseen.script_d, {"clip": 0.1, "stateful": True}),
}
# The finding that names each script's fault; a correct script has none.
FAULTS = {
    **{"1": "rows_mixed", "2": "future_read", "4": "state_kept", "5": "gradients_pile_up"},
    **{"6": "shapes_broadcast", "8": "test_in_training", "9": "sample_repeated"},
    **{"10": "shifted"},
}
STRANGERS = tuple(str(number) for number in range(1, 11))


def some_rows(count: int = 6) -> Tensor:
    """Draw rows that the networks of the scripts take: shape (count, 12, 3)."""
    return torch.randn(count, 12, 3, generator=torch.Generator().manual_seed(0))


@cache
def ask(script: str) -> Report:
    """Hand a script to the probes, with what the stranger says about it.

    Parameters
    ----------
    script : str
        "1" to "10", or "a" to "e".

    Returns
    -------
    Report
    """
    if script in TASKS:
        network, task = TASKS[script]
        torch.manual_seed(0)
        return diagnose.network(network(), some_rows(), task=task)
    if script in STEPS:
        make, declared = STEPS[script]
        return diagnose.update(*make(), **declared)
    return _OTHERS[script]()


def _eight() -> Report:
    series, x, y, train, test = strangers.script_8()
    return diagnose.data(x, y, series=series, horizon=1, train_idx=train, test_idx=test)


def _nine() -> Report:
    series, x, y = strangers.script_9()
    carried: dict[str, Any] = {"stateful": True, "batch_size": 1}
    return diagnose.data(x, y, series=series, horizon=1, per_step=True, **carried)


def _ten() -> Report:
    past, actual, forecast = strangers.script_10()
    return diagnose.forecast(actual, forecast, past=past, season=12, mode="one_step")


def _c() -> Report:
    series, x, y = unseen.script_c()
    return diagnose.data(x, y, series=series, horizon=1)


def _e() -> Report:
    past, actual, forecast, low, high = unseen.script_e()
    interval = {"low": low, "high": high, "level": 0.9}
    return diagnose.forecast(actual, forecast, past=past, season=12, mode="multi_step", **interval)


_OTHERS: dict[str, Callable[[], Report]] = {
    **{"8": _eight, "9": _nine, "10": _ten, "c": _c, "e": _e}
}
