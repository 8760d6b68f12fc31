"""What the guide reads from a lesson: the lines for its instructor, the guesses and their answers.

The hand-written lines stand in the cells' metadata, under "guide". A learner's copy has none of
them (`course_utils.commands.handout`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from course_utils.lessons import Part
from course_utils.workshop import pages

PROMPT = re.compile(r"\*\*Predict\b.*", re.DOTALL)
MEASURED = re.compile(r" · measured: (?P<answer>.+)$", re.MULTILINE)
GOALS = "objectives"  # the anchor of the section "You will be able to"
TEACH = {
    "live-code": "live-code",
    "show": "show it, type nothing",
    "leave": "leave it to read",
}


@dataclass(frozen=True)
class Guess:
    """A question that comes before its answer.

    Attributes
    ----------
    name : str
        Of the guess in its lesson.
    prompt : str
        The question, as Markdown.
    asked : str
        What kind of answer is wanted: the comment behind the guess.
    answer : str
        What was measured.
    place : int
        Of the cell that measures it.
    reason : str
        What the lesson says about the answer, as Markdown; "" where it says nothing.
    code : str
        Of the cell that defines what the question names; "" if it names nothing of the kind.
    pictures : tuple of Picture
        What shows the answer: drawn by the cell that measures it or by the next, or with the guess.
    """

    name: str
    prompt: str
    asked: str
    answer: str
    place: int
    reason: str
    code: str
    pictures: tuple[pages.Picture, ...]


def line(cell: Any, key: str) -> str:
    """Return an instructor's line of a cell; "" if it has none.

    Parameters
    ----------
    cell : NotebookNode
        Of the course's own notebook.
    key : str
        "story", "teach", "stuck" or "talk".
    """
    return str(cell.metadata.get("guide", {}).get(key, ""))


def wanted_line(cell: Any, key: str) -> str:
    """Return an instructor's line that a cell must have.

    Parameters
    ----------
    cell : NotebookNode
        Of the course's own notebook.
    key : str
        "story", "teach" or "talk".

    Raises
    ------
    ValueError
        If it isn't there, or says something about teaching that `TEACH` doesn't know.
    """
    found = line(cell, key)
    if not found:
        raise ValueError(f'cell {cell.id} has no line "{key}": write it into metadata["guide"]')
    if key == "teach" and found not in TEACH:
        raise ValueError(f'cell {cell.id}: teach is "{found}", wanted one of: {", ".join(TEACH)}')
    return found


def calls(cell: Any, method: str) -> list[str]:
    """List the names that a cell hands to ``lesson.<method>``, in order.

    Parameters
    ----------
    cell : NotebookNode
        Code or prose.
    method : str
        "guess", "guessed", "measured" or "check".
    """
    if cell.cell_type != "code" or f"lesson.{method}(" not in cell.source:
        return []
    found = [
        node
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == f"lesson.{method}"
    ]
    found.sort(key=lambda node: node.lineno)
    return [ast.literal_eval(node.args[0]) for node in found]


def guesses(cells: Sequence[Any]) -> dict[int, Guess]:
    """Find every question of a lesson, and its answer in the outputs that are stored with it.

    Parameters
    ----------
    cells : sequence of NotebookNode
        Of the course's own notebook, executed.

    Returns
    -------
    dict
        From the place of the cell that takes the guess.

    Raises
    ------
    ValueError
        If a guess has no answer, or a cell shows fewer answers than it measures.
    """
    answers = dict(_answers(cells))
    shown: dict[str, list[pages.Picture]] = {}
    for place, picture in pages.pictures(cells):
        for name in _shown_by(cells, place):
            shown.setdefault(name, []).append(picture)
    found = {}
    for place, cell in enumerate(cells):
        for name in calls(cell, "guess"):
            if name not in answers:
                raise ValueError(f'the guess "{name}" of cell {cell.id} is measured nowhere')
            prompt = PROMPT.search(cells[place - 1].source)
            if prompt is None:
                raise ValueError(f"no **Predict:** stands above the guess of cell {cell.id}")
            asked = cell.source.partition("#")[2].strip()
            pictures = tuple(shown.get(name, ()))
            answered = next(i for i, one in enumerate(cells) if name in calls(one, "measured"))
            found[place] = Guess(
                name=name,
                prompt=prompt[0],
                asked=asked,
                answer=answers[name],
                place=answered,
                reason=_reason(cells[answered + 1 :]),
                code=_named(prompt[0], cells[:place]),
                pictures=pictures,
            )
    return found


def _reason(below: Sequence[Any]) -> str:
    """Return the prose that comes first below an answer, without what a figure's caption says."""
    for cell in below:
        if cell.cell_type == "markdown" and not cell.source.startswith("*Figure"):
            is_next = cell.source.lstrip().startswith("#")
            return "" if is_next else PROMPT.sub("", cell.source).strip()
    return ""


def _named(prompt: str, above: Sequence[Any]) -> str:
    """Return the code of the last cell that defines a function or class that the prompt names."""
    for cell in reversed(above):
        if cell.cell_type == "code":
            made = re.findall(r"^(?:class|def) (\w+)", cell.source, re.MULTILINE)
            if any(re.search(rf"`[^`]*\b{name}\b[^`]*`", prompt) for name in made):
                return str(cell.source)
    return ""


def _shown_by(cells: Sequence[Any], place: int) -> set[str]:
    """Name the guesses whose answer a picture shows: no prose may stand between the two."""
    names = {*calls(cells[place], "guessed")}
    while place >= 0 and cells[place].cell_type == "code":
        names |= {*calls(cells[place], "measured")}
        place -= 1
    return names


def _answers(cells: Sequence[Any]) -> Iterator[tuple[str, str]]:
    for cell in cells:
        names = calls(cell, "measured")
        if not names:
            continue
        text = "".join(output.get("text", "") for output in cell.outputs)
        answers = MEASURED.findall(text)
        if len(answers) != len(names):
            raise ValueError(
                f"cell {cell.id} measures {', '.join(names)} and shows {len(answers)} answers: "
                "run `make notebooks`"
            )
        yield from zip(names, answers, strict=True)


def sections(part: Part, cells: Sequence[Any]) -> dict[str, range]:
    """Say which cells belong to each section of a lesson.

    Parameters
    ----------
    part : Part
        The lesson.
    cells : sequence of NotebookNode
        Of its notebook.

    Returns
    -------
    dict
        From each section's anchor to the places of its cells, its heading first.
    """
    places = {cell.id: place for place, cell in enumerate(cells)}
    starts = [places[anchor] for anchor in part.sections]
    ends = [*starts[1:], len(cells)]
    spans = [range(start, end) for start, end in zip(starts, ends, strict=True)]
    return dict(zip(part.sections, spans, strict=True))


def goals(cells: Sequence[Any]) -> str:
    """Return what learners will be able to do, as Markdown.

    Parameters
    ----------
    cells : sequence of NotebookNode
        Of the notebook.

    Returns
    -------
    str
        The list of the section "You will be able to"; the promise below the title where there
        is none.
    """
    for cell in cells:
        if cell.id == GOALS:
            return "\n".join(one for one in cell.source.splitlines() if one.startswith("- "))
    return str(cells[0].source.split("\n\n")[1])
