"""Mark the three-hour path in the notebooks: the headings to read under, the exercises to do.

One line at the top of each notebook that has any says what the sign means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from course_utils.lessons.core_path import Stretch

SIGN = " ◆"
LINE = (
    "◆ marks the [three-hour path](00_start_here.ipynb#cell-id=three-hours): click a heading with "
    "◆, choose Run > Run All Above Selected Cell, and read on until the next heading without ◆. "
    "An exercise without ◆ is the exception: skip its task, run its code cell as it stands (the "
    "check lends you the answer), and carry on reading below it."
)
EXPLAINED_IN = "00"  # at length, next to the table of the path
FENCED = re.compile(r"(^```.*?^```)", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^###? .*", re.MULTILINE)
EXERCISE = "### Exercise "


def begins_a_part(cell: Any) -> bool:
    """Say whether a cell begins with a heading that isn't an exercise's."""
    is_heading = cell.cell_type == "markdown" and HEADING.match(cell.source)
    return bool(is_heading) and not cell.source.startswith(EXERCISE)


def extent(cells: Sequence[Any], stretch: Stretch) -> range:
    """Return the positions of a stretch's cells in its notebook.

    Parameters
    ----------
    cells : sequence of NotebookNode
        Of the notebook.
    stretch : Stretch
        Of this lesson.

    Returns
    -------
    range
        From the cell with its first heading up to the first one that doesn't belong to it.

    Raises
    ------
    ValueError
        If one of its headings is missing, or they are the wrong way round.
    """
    headings = [place for place, cell in enumerate(cells) if begins_a_part(cell)]
    ids = [cells[place].id for place in headings]
    for wanted in (stretch.first, stretch.last):
        if wanted not in ids:
            raise ValueError(
                f'no cell "{wanted}" begins with a heading, wanted one for the three-hour path; '
                f"headings begin the cells {', '.join(ids)}"
            )
    first, last = (headings[ids.index(one)] for one in (stretch.first, stretch.last))
    if first > last:
        raise ValueError(
            f'"{stretch.last}" is above "{stretch.first}", wanted below it: the three-hour path '
            "goes from the one to the other"
        )
    ends = "## " if stretch.part is None else "##"
    after = [place for place in headings if place > last and cells[place].source.startswith(ends)]
    return range(first, min(after, default=len(cells)))


def marked(source: str, on_path: bool) -> str:
    """Return the text of a cell with the sign after each of its headings, or after none.

    Parameters
    ----------
    source : str
        Of a markdown cell, with or without signs.
    on_path : bool
        Whether its headings should have them.
    """
    sign = SIGN if on_path else ""
    pieces = FENCED.split(source)
    pieces[::2] = [
        HEADING.sub(lambda found: found[0].removesuffix(SIGN) + sign, piece)
        for piece in pieces[::2]
    ]
    return "".join(pieces)


def with_line(source: str, minutes: str, wanted: bool) -> tuple[str, str]:
    """Put the line that explains the sign after the line of minutes, or remove it.

    Parameters
    ----------
    source : str
        Of the first cell.
    minutes : str
        Its line of minutes; without one, the text comes back unchanged.
    wanted : bool
        Whether the notebook has signs.

    Returns
    -------
    str, str
        The text, and what was there before.
    """
    lines = source.split("\n")
    if minutes not in lines:
        return source, LINE if wanted else ""
    seen = [line for line in lines if line.startswith(SIGN.strip())]
    kept = [line for line in lines if line not in seen]
    if wanted:
        kept.insert(kept.index(minutes) + 1, LINE)
    return "\n".join(kept), "\n".join(seen)


def places_on(cells: Sequence[Any], stretches: Iterable[Stretch]) -> tuple[set[int], list[str]]:
    """Return the positions of all cells under a marked heading, and the faults of the path.

    Parameters
    ----------
    cells : sequence of NotebookNode
        Of the notebook.
    stretches : iterable of Stretch
        Those of its lesson.

    Returns
    -------
    set of int, list of str
        The places, and a line for each fault.
    """
    places: set[int] = set()
    faults = []
    for stretch in stretches:
        try:
            found = extent(cells, stretch)
        except ValueError as error:
            faults.append(str(error))
            continue
        if places & set(found):
            faults.append(f'the stretch from "{stretch.first}" on begins inside another')
        ids = {cells[place].id for place in found}
        for exercise in stretch.exercises:
            if f"exercise-{exercise.replace('.', '-')}" not in ids:
                faults.append(
                    f'exercise {exercise} is not between "{stretch.first}" and the end of '
                    f'"{stretch.last}", wanted there for the three-hour path'
                )
        places |= set(found)
    return places, faults
