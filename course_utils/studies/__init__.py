"""Stored studies: runs too long for a lesson, each a small CSV that one command makes again.

`load` reads one; ``make studies ARGS="airline-published"`` makes it anew. What a
study trains is loaded where it is asked for: to read a CSV needs none of it.
"""

from importlib import import_module
from typing import Any

from course_utils.studies.store import SEEDS, load, make

__all__ = ["SEEDS", "load", "make"]

LESSONS = ("lesson_02", "lesson_03", "lesson_04a", "lesson_04b", "lesson_05")


def __getattr__(name: str) -> Any:
    if name in LESSONS:
        return import_module(f"{__name__}.{name}")
    if name == "STUDIES":
        modules = [import_module(f"{__name__}.{lesson}") for lesson in LESSONS]
        return {study: run for module in modules for study, run in module.STUDIES.items()}
    raise AttributeError(f"studies has {', '.join([*__all__, *LESSONS, 'STUDIES'])}, got {name!r}")
