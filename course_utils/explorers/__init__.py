"""The widgets, one a lesson: each asks one question that moving it answers.

A lesson loads its own explorer alone, with what that needs, at the first use.
"""

from importlib import import_module
from typing import Any

HOMES = {
    "unrolled": "lesson_00",
    "teacher": "lesson_01a",
    "elman": "lesson_01b",
    "shapes": "lesson_02a",
    "padding": "lesson_02b",
    "replay": "lesson_03a",
    "sin_cos": "lesson_03b",
    "layouts": "lesson_04a",
    "forget_gate": "lesson_04b",
    "airline": "lesson_05",
}


def __getattr__(name: str) -> Any:
    if name in HOMES.values():
        return import_module(f"{__name__}.{name}")
    if name in HOMES:
        return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
    raise AttributeError(f"explorers has {', '.join(HOMES)}, got {name!r}")
