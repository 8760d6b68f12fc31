"""Put the facts of the lessons into their notebooks and into the README.

A lesson's title, subject and minutes are in its `Part`, an exercise's title, difficulty and minutes
in its `Exercise`; a section's number follows from its place; the three-hour path and the symptoms
have modules of their own. From these we write everything that repeats them: the top of a notebook,
the headings of its exercises, the marks of the path, the numbers of its sections and of the links
to them, the tables. If only a person can fix something, we report it in a line of its own.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

import nbformat

from course_utils.checking import Exercise
from course_utils.commands import marks
from course_utils.commands.course import NUMBERED, Course, numbers_of
from course_utils.commands.tables import TABLE, TABLES
from course_utils.lessons import Part

MINUTES = re.compile(
    r"Reading \d+ min(?:, plus \d+ optional)?"
    r" · exercises \d+ min(?:, plus \d+ optional)?"
    r" · machine [^.]*\."
)
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^(?:## |### Exercise ).*", re.MULTILINE)
CODE_OR_LINK = re.compile(
    r"(?P<code>```.*?```|`[^`]*`)|\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)", re.DOTALL
)
OPTIONAL = " · optional"  # as in the headings of exercises
SECTION = re.compile(r"(?P<word>[Ss]ection )?\d+(?P<of> of \d\d[ab]?)?")
BY_NUMBER = re.compile(r"\b[Ss]ections?\s\d+\b(?!\.\d)")  # "section 5.2" is another book's

KERNEL_SIGN = "No module named 'course_utils'"
KERNEL_LINE = (
    f"> If the next cell says `{KERNEL_SIGN}`, this notebook runs in a Python that doesn't have "
    "the course. In JupyterLab, close it and start it again with `make lab`. In VS Code, choose "
    "Select Kernel > Python Environments > `.venv`. For Colab and others, see “Elsewhere” in the "
    "README."
)


@dataclass
class Page:
    """A notebook or a text with the facts put in.

    Attributes
    ----------
    name : str
        Of its file.
    content : NotebookNode or str
        With the facts put in.
    differences : list of str
        What was there and what it says now, a line each.
    faults : list of str
        What only a person can fix, a line each.
    """

    name: str
    content: Any
    differences: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def write(self, seen: str, wanted: str) -> str:
        """Return what is wanted, and note it if something else was there."""
        if seen != wanted:
            self.differences.append(f'{self.name}: "{seen}" becomes "{wanted}"')
        return wanted

    def report(self, words: str) -> None:
        """Note a fault."""
        self.faults.append(f"{self.name}: {words}")


def in_file(path: Path, course: Course) -> Page:
    """Put the facts into the content of a file; the file itself stays as it is.

    Parameters
    ----------
    path : Path
        Of a notebook, or of the README.
    course : Course
        What the facts are made from.
    """
    if path.suffix != ".ipynb":
        return in_readme(path.read_text("utf-8"), course)
    notebook = nbformat.read(path, as_version=4)
    for part in course.parts:
        if part.file == path.stem:
            return in_notebook(notebook, part, course)
    page = Page(path.name, notebook)
    page.report(f"no lesson has this file, wanted one of {[part.file for part in course.parts]}")
    return page


def in_notebook(notebook: Any, part: Part, course: Course) -> Page:
    """Put the facts into a notebook.

    Parameters
    ----------
    notebook : NotebookNode
        Left as it is.
    part : Part
        Its lesson.
    course : Course
        With the cells of this notebook too.

    Returns
    -------
    Page
        Its content is a notebook.
    """
    page = Page(f"{part.file}.ipynb", copy.deepcopy(notebook))
    prose = [cell for cell in page.content.cells if cell.cell_type == "markdown"]
    _head(page.content.cells[0], part, course, page)
    _headings(prose, page)
    _sections(prose, part, page)
    _exercises(prose, course, part, page)
    _path(page.content.cells, course, part, page)
    _kernel_line(page.content.cells, page)
    for cell in prose:
        cell.source = _tables(cell.source, "", course, page)
        cell.source = _links(cell.source, f'cell "{cell.id}": ', course.folder, course, page)
    return page


def in_readme(text: str, course: Course) -> Page:
    """Put the facts into the README: the tables, and whether its links lead anywhere.

    Parameters
    ----------
    text : str
        The text of the file next to the notebooks' folder.
    course : Course
        What the facts are made from.

    Returns
    -------
    Page
        Its content is a text.
    """
    page = Page("README.md", text)
    shown = {found["name"] for found in TABLE.finditer(text)}
    for name in ("lessons", "path", "some-symptoms"):
        if name not in shown:
            page.report(f"it has no table of {name}, wanted <!-- {name} --> and <!-- /{name} -->")
    text = _tables(text, f"{course.folder.name}/", course, page)
    page.content = _links(text, "", course.folder.parent, course, page)
    return page


def _head(cell: Any, part: Part, course: Course, page: Page) -> None:
    wanted = course.minutes(part)
    lines = cell.source.split("\n")
    if lines[0].startswith("# "):
        lines[0] = page.write(lines[0], f"# {part.number} · {part.title}")
    else:
        page.report(
            f'the first cell begins with "{lines[0]}", wanted "# {part.number} · {part.title}"'
        )
    places = [place for place, line in enumerate(lines) if MINUTES.fullmatch(line)]
    if len(places) == 1:
        lines[places[0]] = page.write(lines[places[0]], wanted)
    else:
        page.report(f'the first cell has {len(places)} lines of minutes, wanted one: "{wanted}"')
    cell.source = "\n".join(lines)


def _kernel_line(cells: list[Any], page: Page) -> None:
    """Put the advice for a foreign kernel at the end of the cell above the first code cell."""
    for above, cell in pairwise(cells):
        if cell.cell_type == "code":
            if above.cell_type != "markdown":
                break
            lines = above.source.split("\n")
            kept = "\n".join(line for line in lines if KERNEL_SIGN not in line).rstrip()
            seen = "\n".join(line for line in lines if KERNEL_SIGN in line)
            above.source = f"{kept}\n\n{page.write(seen, KERNEL_LINE)}"
            return
    page.report("no markdown cell is above the first code cell, wanted one for KERNEL_LINE")


def _headings(prose: list[Any], page: Page) -> None:
    for cell in prose:
        for heading in HEADING.findall(FENCE.sub("", cell.source)):
            if not cell.source.startswith(heading):
                page.report(f'cell "{cell.id}": "{heading}" must begin a cell of its own')


def _sections(prose: list[Any], part: Part, page: Page) -> None:
    wanted = {anchor: f'the section "{anchor}" of PARTS' for anchor in part.sections}
    numbers = numbers_of(page.content)
    for anchor, cell in _matched(prose, "## ", wanted, page).items():
        heading = _first_line(cell).removesuffix(OPTIONAL)
        if anchor in part.optional and "optional" not in heading.lower():
            heading += OPTIONAL
        if numbers[anchor]:
            heading = NUMBERED.sub(f"## {numbers[anchor]}. ", heading)
        _begin(cell, heading, page)


def _exercises(prose: list[Any], course: Course, part: Part, page: Page) -> None:
    on_path = {id for stretch in course.stretches(part) for id in stretch.exercises}
    headings = {  # the quiz has one heading for all its questions
        "exercise-" + one.id.replace(".", "-"): _heading(one, one.id in on_path)
        for one in course.exercises_of(part.number)
        if ".Q" not in one.id
    }
    wanted = {anchor: f'"{heading}"' for anchor, heading in headings.items()}
    for anchor, cell in _matched(prose, "### Exercise ", wanted, page).items():
        if anchor in headings:
            _begin(cell, headings[anchor], page)


def _heading(exercise: Exercise, on_path: bool) -> str:
    return f"{marks.EXERCISE}{exercise.heading}{marks.SIGN if on_path else ''}"


def _path(cells: list[Any], course: Course, part: Part, page: Page) -> None:
    """Mark what is on the three-hour path, and say at the top what the sign means."""
    stretches = course.stretches(part)
    places, faults = marks.places_on(cells, stretches)
    for fault in faults:
        page.report(fault)
    for place, cell in enumerate(cells[1:], start=1):
        if cell.cell_type == "markdown" and not cell.source.startswith(marks.EXERCISE):
            wanted = marks.marked(cell.source, place in places)
            for old, new in zip(cell.source.split("\n"), wanted.split("\n"), strict=True):
                page.write(old, new)
            cell.source = wanted
    line = bool(stretches) and part.number != marks.EXPLAINED_IN
    wanted, seen = marks.with_line(cells[0].source, course.minutes(part), line)
    page.write(seen, marks.LINE if line else "")
    cells[0].source = wanted


def _matched(
    prose: list[Any], begins: str, wanted: Mapping[str, str], page: Page
) -> dict[str, Any]:
    """Find the cells with one kind of heading, and report ids that are missing or unknown."""
    found = {cell.id: cell for cell in prose if cell.source.startswith(begins)}
    for anchor, what in wanted.items():
        if anchor not in found:
            page.report(f'no cell "{anchor}" begins with "{begins}", wanted one for {what}')
    for anchor, cell in found.items():
        if anchor not in wanted:
            ids = ", ".join(wanted)
            page.report(f'cell "{anchor}" begins with "{_first_line(cell)}", wanted as id: {ids}')
    if set(found) == set(wanted) and list(found) != list(wanted):
        page.report(f"the order is {', '.join(found)}, wanted {', '.join(wanted)}")
    return found


def _first_line(cell: Any) -> str:
    return cell.source.partition("\n")[0]


def _begin(cell: Any, wanted: str, page: Page) -> None:
    seen = _first_line(cell)
    cell.source = page.write(seen, wanted) + cell.source.removeprefix(seen)


def _tables(text: str, folder: str, course: Course, page: Page) -> str:
    def drawn(found: re.Match[str]) -> str:
        if found["name"] not in TABLES:
            return found[0]
        lines = ["", *TABLES[found["name"]](course, folder), "", ""]
        before = f"{found['name']} -->"
        for seen, line in zip_longest(found[0].split("\n")[1:], lines, fillvalue=""):
            page.write(seen, line)
        return "\n".join([before, *lines])

    return TABLE.sub(drawn, text)


def _links(text: str, where: str, base: Path, course: Course, page: Page) -> str:
    for name in BY_NUMBER.findall(CODE_OR_LINK.sub("", text)):
        page.report(f'{where}"{name}" is not a link, wanted [section N](…#cell-id=…)')
    return CODE_OR_LINK.sub(
        lambda found: found[0] if found["code"] else _link(found, where, base, course, page), text
    )


def _link(found: re.Match[str], where: str, base: Path, course: Course, page: Page) -> str:
    link, words, target = found[0], found["text"], found["target"]
    file, _, anchor = target.partition("#")
    anchor = anchor.removeprefix("cell-id=")
    name = Path(file or page.name).name
    cells = course.cells.get(name)
    if re.match(r"\w+:", target):
        return link
    if file and not (base / file).exists():
        page.report(f"{where}{link} leads to no file, wanted one in {base.name}/")
    elif anchor and cells is not None and anchor not in cells:
        page.report(f'{where}{link} leads nowhere, {name} has no cell with the id "{anchor}"')
    elif anchor and cells is not None and (section := SECTION.fullmatch(words)):
        if cells[anchor] is None:
            page.report(f"{where}{link} names a number, but no numbered heading is there")
        else:
            of = f" of {name.partition('_')[0]}" if section["of"] else ""
            words = f"{section['word'] or ''}{cells[anchor]}{of}"
            return page.write(link, f"[{words}]({target})")
    return link
