"""The tables in lesson 00 and in the README: the lessons, the path, the symptoms.

Each begins and ends with a comment, such as ``<!-- lessons -->`` and ``<!-- /lessons -->``, and
we rewrite what is between the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from course_utils.commands.course import Course

TABLE = re.compile(r"(?<=<!-- )(?P<name>[\w-]+)( -->\n).*?(?=<!-- /(?P=name) -->)", re.DOTALL)
SHOWN = 2  # symptoms of each kind in the short table


def lessons(course: Course, folder: str) -> list[str]:
    """Write the map: each lesson, what to know before it, and its minutes.

    The minutes are for reading and exercises together; optional ones come after a plus.
    """
    rows = []
    for part in course.parts:
        core, optional = map(sum, zip(course.reading(part), course.practice(part), strict=True))
        minutes = f"{core} + {optional}" if optional else f"{core}"
        needs = f"**enter here**: {part.needs}" if part.entry else part.needs
        link = f"[{part.number} · {part.title}]({folder}{part.file}.ipynb)"
        rows.append((link, part.subject, needs, minutes))
    return table(("lesson", "what you take apart", "you need", "minutes"), rows, "---|---|---|--:")


def path(course: Course, folder: str) -> list[str]:
    """Write the three-hour path: each stretch, its exercises, its minutes, what it is good for."""
    rows = []
    for stretch in course.path:
        file = course.file(stretch.lesson)
        title = course.titles.get(file, {}).get(stretch.first, stretch.first)
        link = f"[{title}]({folder}{file}#cell-id={stretch.first})"
        exercises, minutes = ", ".join(stretch.exercises), course.minutes_of(stretch)
        rows.append((stretch.lesson, link, exercises, f"{minutes}", stretch.finds))
    total = sum(map(course.minutes_of, course.path))
    rows.append(("", "**all of it**", "", f"**{total}**", ""))
    names = ("lesson", "begin at", "exercises", "minutes", "a silent fault you'll find afterwards")
    return table(names, rows, "---|---|---|--:|---")


def symptoms(course: Course, folder: str) -> list[str]:
    """Write every symptom: what you see, what it is, and where it is explained."""
    return _symptoms(course, folder, None)


def some_symptoms(course: Course, folder: str) -> list[str]:
    """Write a few symptoms of each kind."""
    return _symptoms(course, folder, SHOWN)


def _symptoms(course: Course, folder: str, most: int | None) -> list[str]:
    rows: list[Sequence[str]] = []
    for kind, group in groupby(course.symptoms, key=lambda one: one.kind):
        rows.append((f"**{kind}**", "", ""))
        for one in list(group)[:most]:
            link = f"{folder}{course.file(one.lesson)}#cell-id={one.anchor}"
            rows.append((one.sees, one.fault, f"[lesson {one.lesson}]({link})"))
    return table(("what you see", "what it is", "where"), rows, "---|---|---")


def table(names: Sequence[str], rows: Iterable[Sequence[str]], ruler: str) -> list[str]:
    """Format rows as a Markdown table.

    Parameters
    ----------
    names : sequence of str
        Of the columns.
    rows : iterable of sequences of str
        The cells.
    ruler : str
        The line below the names, without its outer bars.

    Returns
    -------
    list of str
        Lines.
    """
    lines = [f"| {' | '.join(names)} |", f"|{ruler}|"]
    for row in rows:
        cells = [f" {cell} " if cell else " " for cell in row]
        lines.append(f"|{'|'.join(cells)}|")
    return lines


TABLES: dict[str, Callable[[Course, str], list[str]]] = {
    "lessons": lessons,
    "path": path,
    "symptoms": symptoms,
    "some-symptoms": some_symptoms,
}
