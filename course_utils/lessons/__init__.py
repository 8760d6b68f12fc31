"""The rooms of the lessons, and the one scan that finds what is in them.

A room is a folder here; the a and b parts of a lesson share one. Its ``__init__`` describes each
part (`Part`), its ``exercises`` contain one exercise per file, each ``explore_*.py`` contains the
explorer of that name, and its ``studies`` list the stored studies. You don't register anything.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Part:
    """What we say about a lesson, written once: headings, maps and sums are made from it.

    Attributes
    ----------
    number : str
        Two digits and perhaps a letter: "05a".
    title : str
        The heading of its notebook.
    file : str
        The notebook's name, without its ending.
    subject : str
        What it takes apart, for the map of the lessons.
    machine : str
        How long the machine works in total.
    sections : mapping
        From the anchor of each ``##`` heading (the id of its cell) to its minutes of reading.
    optional : tuple of str
        The anchors of the sections that are not on the core path.
    needs : str
        What you need to know first, in one clause, for the map.
    entry : bool
        Whether you can start the course here.
    former : mapping
        From an exercise's id in an earlier edition to its id now, so that progress is kept.
    """

    number: str
    title: str
    file: str
    subject: str
    machine: str
    sections: Mapping[str, int]
    optional: tuple[str, ...] = ()
    needs: str = ""
    entry: bool = False
    former: Mapping[str, str] = field(default_factory=dict)

    @property
    def reading(self) -> int:
        """Minutes of reading, all sections together."""
        return sum(self.sections.values())


@cache
def rooms() -> tuple[str, ...]:
    """Name the rooms, in the order of their lessons."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if module.ispkg]
    return tuple(sorted(names, key=lambda name: _room(name).PARTS[0].number))


@cache
def parts() -> dict[str, Part]:
    """Return every part of every lesson by its number, in order."""
    return {part.number: part for room in rooms() for part in _room(room).PARTS}


def room_of(number: str) -> str:
    """Name the room of a lesson.

    Parameters
    ----------
    number : str
        Of the part, such as "05a".

    Raises
    ------
    ValueError
        If there is no such lesson.
    """
    for room in rooms():
        if number in [part.number for part in _room(room).PARTS]:
            return room
    raise ValueError(f"number is {number!r}, wanted one of: {', '.join(parts())}")


def exercises_of(number: str) -> tuple[Any, ...]:
    """Collect the exercises of a lesson: everything in its room's ``exercises``.

    Parameters
    ----------
    number : str
        Of the part, such as "05a".

    Returns
    -------
    tuple of Exercise
        In the order of their ids, the quiz last.

    Raises
    ------
    ValueError
        If there is no such lesson.
    """
    from course_utils.checking import Exercise

    folder = importlib.import_module(f"{__name__}.{room_of(number)}.exercises")
    found = []
    for module in pkgutil.iter_modules(folder.__path__):
        held = vars(importlib.import_module(f"{folder.__name__}.{module.name}")).values()
        found += [one for one in held if isinstance(one, Exercise)]
    prefix = f"{number.lstrip('0') or '0'}."
    own = {one.id: one for one in found if one.id.startswith(prefix)}
    return tuple(own[id] for id in sorted(own, key=_place))


def explorers() -> dict[str, Callable[..., None]]:
    """Find every explorer by its name, which is also the name of its module."""
    return {
        name: getattr(module, name)
        for module, name in _modules(re.compile(r"explore_\w+"))
        if hasattr(module, name)
    }


def studies() -> dict[str, Callable[[], Any]]:
    """Find every stored study by its name, with the function that makes it."""
    return {
        study: make
        for module, _ in _modules(re.compile(r"studies"))
        for study, make in module.STUDIES.items()
    }


def _room(name: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{name}")


def _modules(wanted: re.Pattern[str]) -> list[tuple[ModuleType, str]]:
    return [
        (importlib.import_module(f"{__name__}.{room}.{module.name}"), module.name)
        for room in rooms()
        for module in pkgutil.iter_modules(_room(room).__path__)
        if wanted.fullmatch(module.name)
    ]


def _place(id: str) -> tuple[bool, int]:
    name = id.partition(".")[2]
    return name.startswith("Q"), int(name.lstrip("Q"))
