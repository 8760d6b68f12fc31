"""Everything that the facts in the notebooks and the README are made from, in one place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import nbformat

from course_utils import lessons
from course_utils.checking import Exercise
from course_utils.lessons import Part
from course_utils.lessons.core_path import PATH, Stretch
from course_utils.symptoms import SYMPTOMS, Symptom

NUMBERED = re.compile(r"## \d+\. ")
TITLE = re.compile(r"##+ (?:\d+\. )?(?P<title>.*?)(?: ◆)?$", re.MULTILINE)


@dataclass(frozen=True)
class Course:
    """What the facts are made from.

    Attributes
    ----------
    folder : Path
        Of the notebooks.
    parts : tuple of Part
        In order.
    exercises_of : callable
        Gives the exercises of a part by its number.
    cells : mapping
        From each notebook's file name to its cells: from a cell's id to the number of the
        section that it begins, or None.
    titles : mapping
        From each notebook's file name to its headings: from a cell's id to the words of the
        heading that it begins with.
    path : tuple of Stretch
        The three-hour path.
    symptoms : tuple of Symptom
        What you see, and where it is explained.
    """

    folder: Path
    parts: tuple[Part, ...]
    exercises_of: Callable[[str], tuple[Exercise, ...]]
    cells: Mapping[str, Mapping[str, int | None]]
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    path: tuple[Stretch, ...] = ()
    symptoms: tuple[Symptom, ...] = ()

    def reading(self, part: Part) -> tuple[int, int]:
        """Add up the minutes of reading: those that count, and optional ones."""
        return _sums((n, anchor in part.optional) for anchor, n in part.sections.items())

    def practice(self, part: Part) -> tuple[int, int]:
        """Add up the minutes of the exercises: those that count, and optional ones."""
        return _sums((one.minutes, one.optional) for one in self.exercises_of(part.number))

    def minutes(self, part: Part) -> str:
        """Write the line of minutes at the top of a notebook."""
        reading, practice = _in_words(*self.reading(part)), _in_words(*self.practice(part))
        return f"Reading {reading} · exercises {practice} · machine {part.machine}."

    def minutes_of(self, stretch: Stretch) -> int:
        """Add up the minutes of a stretch of the path: reading, and the exercises it names.

        Raises
        ------
        ValueError
            If it should be whole sections, but the lesson has no such section.
        """
        (part,) = [part for part in self.parts if part.number == stretch.lesson]
        every = self.exercises_of(part.number)
        practice = sum(one.minutes for one in every if one.id in stretch.exercises)
        if stretch.part is not None:
            return stretch.part + practice
        names = list(part.sections)
        for anchor in (stretch.first, stretch.last):
            if anchor not in names:
                raise ValueError(
                    f'the three-hour path names the section "{anchor}" of lesson {part.number}, '
                    f"wanted one of: {', '.join(names)}; or give its minutes (part=)"
                )
        first, last = names.index(stretch.first), names.index(stretch.last)
        return sum(part.sections[name] for name in names[first : last + 1]) + practice

    def stretches(self, part: Part) -> list[Stretch]:
        """List the stretches of a lesson that are on the three-hour path."""
        return [stretch for stretch in self.path if stretch.lesson == part.number]

    def file(self, number: str) -> str:
        """Return the file name of a lesson's notebook."""
        (found,) = [part.file for part in self.parts if part.number == number]
        return f"{found}.ipynb"


def read_course(folder: Path) -> Course:
    """Gather what the facts are made from.

    Parameters
    ----------
    folder : Path
        Of the notebooks.
    """
    notebooks = {path.name: nbformat.read(path, as_version=4) for path in folder.glob("*.ipynb")}
    return Course(
        folder,
        tuple(lessons.parts().values()),
        lessons.exercises_of,
        {name: numbers_of(notebook) for name, notebook in notebooks.items()},
        {name: titles_of(notebook) for name, notebook in notebooks.items()},
        PATH,
        SYMPTOMS,
    )


def numbers_of(notebook: Any) -> dict[str, int | None]:
    """Return the id of every cell, with the number of the section that it begins, or None."""
    numbers, found = count(1), {}
    for cell in notebook.cells:
        begins = cell.cell_type == "markdown" and NUMBERED.match(cell.source)
        found[cell.id] = next(numbers) if begins else None
    return found


def titles_of(notebook: Any) -> dict[str, str]:
    """Return the id of every cell that begins with a heading, with the heading's words."""
    found = {}
    for cell in notebook.cells:
        heading = TITLE.match(cell.source) if cell.cell_type == "markdown" else None
        if heading:
            found[cell.id] = heading["title"]
    return found


def _sums(minutes: Iterable[tuple[int, bool]]) -> tuple[int, int]:
    sums = [0, 0]
    for number, optional in minutes:
        sums[optional] += number
    return sums[0], sums[1]


def _in_words(core: int, optional: int) -> str:
    return f"{core} min" + (f", plus {optional} optional" if optional else "")
