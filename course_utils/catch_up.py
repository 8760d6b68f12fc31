"""Catch up with the room: run a lesson up to a section, as the course has it.

What runs are the cells of the course's own notebook, in your kernel: an exercise's cell there
holds the stub, so the reference stands in. Your notebook is neither read nor written, so it
doesn't matter in which state it is: an answer that is half written, one that never ends, a cell
that is gone.

Examples
--------
>>> from course_utils import catch_up
>>> catch_up.to("03a", 4)  # doctest: +SKIP
"""

from __future__ import annotations

import builtins
import json
import re
from dataclasses import dataclass
from typing import Any

from course_utils import lessons, settings
from course_utils.checking import card
from course_utils.training import show_progress

ARRIVED = (
    "The exercises above it were answered by the reference, in this kernel only; your notebook is "
    "as you left it. Go on below that heading."
)
FIRST = "No code stands above it, so there was nothing to run: begin there."
HEADING = re.compile(r"##+ (?:(?P<number>\d+)\. )?(?P<title>.*?)(?: ◆)?$", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """A section of a lesson: where it begins, and what it is called.

    Attributes
    ----------
    place : int
        Of its heading's cell in the notebook.
    anchor : str
        The id of that cell.
    number : str
        As its heading has it; "" for a heading without one.
    title : str
        The words of its heading.
    """

    place: int
    anchor: str
    number: str
    title: str

    def __str__(self) -> str:
        return f"{self.number}. {self.title}" if self.number else self.title


def to(lesson: str, section: int | str) -> None:
    """Run all that a lesson has above a section, with the reference for every exercise.

    Call it in a new cell of that lesson's notebook. It takes as long as the lesson needs up to
    there, about a minute for the longest. What you have passed and guessed stays as it is. Is a
    cell still running? Interrupt it first (the ■ above).

    Parameters
    ----------
    lesson : str
        Two digits and perhaps a letter: ``"03a"``.
    section : int or str
        The number in front of its heading, words of the heading, or the id of its cell.

    Raises
    ------
    ValueError
        If there is no such lesson, or no section or more than one fits; the text lists them.
    RuntimeError
        If it isn't called in a notebook, or if this kernel can't run the lesson any more.
    """
    cells = _cells(lesson)
    wanted = find(sections(cells), section)
    shell = _shell()
    sources = [
        "".join(cell["source"]) for cell in cells[: wanted.place] if cell["cell_type"] == "code"
    ]
    _free_builtins(shell.user_ns)
    for source in show_progress(sources, f"lesson {lesson}, up to {wanted}"):
        try:
            _run(shell, source)
        except Exception as error:
            raise RuntimeError(
                f"a cell above “{wanted}” failed in this kernel ({error}): choose Kernel > Restart "
                "Kernel, then run this line again"
            ) from error
    card.say(f"Lesson {lesson}: you are at “{wanted}”. {ARRIVED if sources else FIRST}")


def sections(cells: list[dict[str, Any]]) -> list[Section]:
    """List the sections of a notebook.

    Parameters
    ----------
    cells : list of dict
        As the notebook's file holds them.
    """
    found = []
    for place, cell in enumerate(cells):
        heading = HEADING.match("".join(cell["source"]))
        if cell["cell_type"] == "markdown" and heading:
            found.append(Section(place, cell["id"], heading["number"] or "", heading["title"]))
    return found


def find(found: list[Section], wanted: int | str) -> Section:
    """Pick the section that is meant.

    Parameters
    ----------
    found : list of Section
        All there are.
    wanted : int or str
        A number, an anchor, or words of the heading.

    Raises
    ------
    ValueError
        If none fits, or several do.
    """
    words = str(wanted).strip().rstrip(".").casefold()
    exact = [one for one in found if words in (one.number, one.anchor, one.title.casefold())]
    fit = (exact or [one for one in found if words in str(one).casefold()]) if words else []
    if len(fit) == 1:
        return fit[0]
    problem = "fits several sections" if fit else "is no section of this lesson"
    listed = "\n".join(f"  {one}" for one in fit or found)
    raise ValueError(f"section is {wanted!r}, which {problem}; wanted one of\n{listed}")


def _cells(lesson: str) -> list[dict[str, Any]]:
    if lesson not in lessons.parts():
        raise ValueError(f"lesson is {lesson!r}, wanted one of: {', '.join(lessons.parts())}")
    file = settings.ROOT / "notebooks" / f"{lessons.parts()[lesson].file}.ipynb"
    return list(json.loads(file.read_text("utf-8"))["cells"])


def _shell() -> Any:
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        raise RuntimeError("catch_up.to works in a notebook; wanted: run it there, in a new cell")
    return shell


def _free_builtins(names: dict[str, Any]) -> None:
    """Take away names such as ``list = [3]`` that hide Python's own from the lesson."""
    for name in set(vars(builtins)) & set(names):
        if not name.startswith("_") and name not in ("exit", "quit"):  # which are Jupyter's
            del names[name]


def _run(shell: Any, source: str) -> None:
    """Run a cell without showing what it shows, and stop where it fails or is interrupted."""
    from IPython.utils.capture import capture_output

    with capture_output():
        result = shell.run_cell(source, store_history=False)
    result.raise_error()
