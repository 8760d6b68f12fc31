"""Open an explorer without a screen: its question, its controls, and what draws it."""

import sys
from collections.abc import Callable
from inspect import Parameter, signature
from itertools import product
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np

from course_utils import lessons
from course_utils.signals import sin_cos_chunks
from course_utils.widgets import Draw


class Opened(NamedTuple):
    """What an explorer hands to its frame."""

    question: str
    controls: dict[str, Any]
    draw: Draw


def _a_run() -> tuple[Any, ...]:
    chunks = sin_cos_chunks(100)
    return chunks, np.geomspace(0.5, 0.001, 100).tolist(), chunks.targets[:, 0, :, 0].numpy()


# What a lesson hands to its explorer, where it has to.
ARGUMENTS: dict[str, Callable[[], tuple[Any, ...]]] = {"explore_replay": _a_run}


def opened(name: str) -> Opened:
    """Open one of `lessons.explorers`, and catch what it would have shown.

    Raises
    ------
    ValueError
        If it asks for something that stands not in `ARGUMENTS`.
    """
    explorer = lessons.explorers()[name]
    needed = [
        p.name for p in signature(explorer).parameters.values() if p.default is Parameter.empty
    ]
    if needed and name not in ARGUMENTS:
        raise ValueError(f"ARGUMENTS must say what {name} is shown with: {', '.join(needed)}")
    caught: list[Opened] = []
    home = sys.modules[explorer.__module__]
    with patch.object(home, "explore", lambda *given: caught.append(Opened(*given))):
        explorer(*ARGUMENTS.get(name, tuple)())
    (only,) = caught
    return only


def values(control: Any) -> list[Any]:
    """List everything that a control can be set to."""
    if hasattr(control, "options"):
        return [value for _, value in control._options_full]
    if hasattr(control, "step"):
        return list(range(control.min, control.max + 1, control.step))
    return [False, True]


def settings(controls: dict[str, Any]) -> list[dict[str, Any]]:
    """List every setting of the controls."""
    every = product(*(values(control) for control in controls.values()))
    return [dict(zip(controls, setting, strict=True)) for setting in every]
