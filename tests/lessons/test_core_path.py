"""The three-hour path: its minutes, its places in the lessons, and that it can be taken alone.

Core text may name what was left out only where it links there. What counts as named: a function,
a class or a variable of a skipped cell, a skipped exercise, a term that skipped text explains.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils import lessons
from course_utils.commands import marks
from course_utils.commands.course import NUMBERED, Course, read_course
from course_utils.commands.save_notebooks import NOTEBOOKS
from course_utils.lessons.core_path import PATH, Stretch

LESSONS = list(dict.fromkeys(stretch.lesson for stretch in PATH))
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
MATHS = re.compile(r"\$\$.*?\$\$", re.DOTALL)
LINK = re.compile(r"\[([^\]]*)\]\([^)\s]+\)")
NAMED = re.compile(r"`([A-Za-z_]\w*)(?:\([^`]*\)|\.\w[^`]*)?`")
EXERCISE = re.compile(r"\b[Ee]xercises? (\d[ab]?\.\d+)")
BOLD = re.compile(r"\*\*([^*]+)\*\*")


@cache
def course() -> Course:
    return read_course(NOTEBOOKS)


@cache
def notebook(number: str) -> NotebookNode:
    return nbformat.read(NOTEBOOKS / course().file(number), as_version=4)


def of(number: str) -> list[Stretch]:
    return [stretch for stretch in PATH if stretch.lesson == number]


# ---- what the path says of itself


def test_the_path_takes_three_hours() -> None:
    assert 150 <= sum(map(course().minutes_of, PATH)) <= 200


def test_it_goes_through_the_lessons_in_order() -> None:
    numbers = [stretch.lesson for stretch in PATH]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("number", LESSONS)
def test_every_stretch_stands_where_it_says(number: str) -> None:
    places, faults = marks.places_on(notebook(number).cells, of(number))
    assert faults == []
    assert places
    firsts = [marks.extent(notebook(number).cells, stretch).start for stretch in of(number)]
    assert firsts == sorted(firsts)


@pytest.mark.parametrize("number", LESSONS)
def test_nothing_on_the_path_is_optional(number: str) -> None:
    part = lessons.parts()[number]
    places, _ = marks.places_on(notebook(number).cells, of(number))
    on_path = {notebook(number).cells[place].id for place in places}
    assert not on_path & set(part.optional)
    exercises = {id for stretch in of(number) for id in stretch.exercises}
    for exercise in lessons.exercises_of(number):
        assert not (exercise.id in exercises and exercise.optional)
    assert exercises <= {exercise.id for exercise in lessons.exercises_of(number)}


@pytest.mark.parametrize("number", LESSONS)
def test_the_parts_of_a_section_take_no_longer_than_the_section(number: str) -> None:
    sections = lessons.parts()[number].sections
    left = dict(sections)
    section = ""
    starts = {stretch.first: stretch for stretch in of(number)}
    for cell in notebook(number).cells:
        section = cell.id if cell.id in sections else section
        if cell.id in starts and starts[cell.id].part is not None:
            left[section] -= starts[cell.id].part or 0
    assert all(minutes >= 0 for minutes in left.values())


def test_every_lesson_on_the_path_teaches_to_find_a_silent_fault() -> None:
    for number in LESSONS:
        assert any(stretch.finds for stretch in of(number)), number
    for stretch in PATH:
        assert not re.match(r"[A-Z]", stretch.finds)
        assert not stretch.finds.endswith(".")


# ---- core text names nothing that was left out


def tree_of(cell: NotebookNode) -> ast.Module:
    return ast.parse(TransformerManager().transform_cell(cell.source))


def made_by(cell: NotebookNode) -> set[str]:
    """Name the functions, classes and variables that a code cell makes for the cells below."""
    found = set()
    for node in tree_of(cell).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        else:
            found |= {
                part.id
                for part in ast.walk(node)
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            }
    return found


def seen_in(cell: NotebookNode) -> set[str]:
    """Name everything that a code cell makes, uses, imports or takes."""
    found = made_by(cell)
    for node in ast.walk(tree_of(cell)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).split(".")[0])
    return found


def paragraphs(cell: NotebookNode) -> Iterator[str]:
    yield from re.split(r"\n\s*\n", MATHS.sub("", FENCE.sub("", cell.source)))


def terms() -> set[str]:
    """Take the terms out of lesson 00's glossary, without what stands in brackets."""
    bold = [BOLD.match(cell.source) for cell in notebook("00").cells if cell.id.startswith("term-")]
    return {re.sub(r"\(.*\)", "", found[1]).strip() for found in bold if found}


def mentioned(text: str, known: Iterable[str]) -> set[str]:
    """Name the terms that a text uses, in the plural or not."""
    lower = text.lower()
    return {term for term in known if re.search(rf"\b{re.escape(term.lower())}s?\b", lower)}


def core_text(number: str) -> str:
    """Join the prose of a lesson that is on the path."""
    cells = notebook(number).cells
    places, _ = marks.places_on(cells, of(number))
    return "\n".join(cells[n].source for n in places if cells[n].cell_type == "markdown")


def is_left_out(cell: NotebookNode, stretches: list[Stretch]) -> bool:
    """Say whether a cell is the text of an exercise that the path leaves out."""
    on_path = {f"exercise-{id.replace('.', '-')}" for s in stretches for id in s.exercises}
    return cell.source.startswith(marks.EXERCISE) and cell.id not in on_path


def strangers(
    book: NotebookNode, stretches: list[Stretch], terms: set[str], told: Iterable[str] = ()
) -> list[str]:
    """List what core text names although it was left out, each with its cell.

    A term counts if skipped text sets it in bold, to explain it, before core text uses it,
    here or in an earlier lesson (``told``).
    """
    places, _ = marks.places_on(book.cells, stretches)
    places -= {n for n in places if is_left_out(book.cells[n], stretches)}
    setup = range(next(n for n, cell in enumerate(book.cells) if NUMBERED.match(cell.source)))
    code = [(n, cell) for n, cell in enumerate(book.cells) if cell.cell_type == "code"]
    known = set().union(*(seen_in(cell) for n, cell in code if n in places or n in setup))
    unknown = set().union(*(made_by(cell) for n, cell in code if n not in places)) - known
    exercises = {id for stretch in stretches for id in stretch.exercises}
    found, told, missed = [], set(told), set[str]()
    for place, cell in enumerate(book.cells):
        if cell.cell_type == "code" or place in setup:
            continue
        if place not in places:
            missed |= mentioned(" ".join(BOLD.findall(cell.source)), terms - told)
            continue
        for text in paragraphs(cell):
            told |= mentioned(" ".join(BOLD.findall(text)), terms)
            bare = LINK.sub("", text)
            used = mentioned(re.sub(r"`[^`]*`", "", bare), terms)
            named = set(NAMED.findall(bare)) & unknown
            named |= {id for id in EXERCISE.findall(bare) if id not in exercises}
            named |= used & missed - told
            if named and bare == text:  # where there is a link, it leads to what was left out
                found += [f'cell "{cell.id}": {name}' for name in sorted(named)]
            told |= used
    return found


@pytest.mark.parametrize("number", LESSONS)
def test_core_text_names_nothing_that_was_left_out(number: str) -> None:
    told: set[str] = set()
    for before in LESSONS[: LESSONS.index(number)]:
        told |= mentioned(core_text(before), terms())
    assert strangers(notebook(number), of(number), terms(), told) == []


# ---- that it is seen


def small(**changed: str) -> NotebookNode:
    """Make a lesson of which section "skipped" and exercise 9.2 are left out."""
    texts = {
        "skipped": "## 1. Skipped\n\nA **gate** lets through in part.",
        "core": "## 2. Core\n\nWords.\n\n```\nfold()\n```",
        "exercise-9-2": "### Exercise 9.2 · Left out\n\nWrite `fold`, as in exercise 9.2.",
        "on": "It goes on.",
    } | changed
    code = {"skipped": "def fold(x):\n    inner = x\n\n\nwidth = 3", "core": "y = fold(2)"}
    cells = [new_markdown_cell("# Title", id="title"), new_code_cell("import numpy", id="setup")]
    for id, text in texts.items():
        cells.append(new_markdown_cell(text, id=id))
        if id in code:
            cells.append(new_code_cell(code[id], id=f"{id}-code"))
    return new_notebook(cells=cells)


SMALL = [Stretch(lesson="09", first="core", last="core", exercises=("9.1",))]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("It goes on.", []),
        ("Take `width` as before.", ["width"]),
        ("Call `width(3)` twice.", ["width"]),
        ("Use `fold`, `numpy` and `y`.", []),
        ("What `inner` was.", []),
        ("As in exercise 9.2, and 9.1.", ["9.2"]),
        ("As in exercise 9.1.", []),
        ("Open the gates.", ["gate"]),
        ("A **gate** says how much. The gate opens.", []),
        ("Open the gates ([section 1](#cell-id=skipped)).", []),
        ("As in [exercise 9.2](#cell-id=exercise-9-2).", []),
        ("One link [here](#cell-id=core).\n\nTake `width`.", ["width"]),
    ],
)
def test_a_name_from_skipped_text_is_seen(text: str, named: list[str]) -> None:
    wanted = [f'cell "on": {name}' for name in named]
    assert strangers(small(on=text), SMALL, {"gate", "chunk"}) == wanted


def test_a_term_that_core_text_uses_first_needs_no_skipped_one() -> None:
    book = small(on="The gate opens.")
    book.cells.insert(2, new_markdown_cell("## 0. Before\n\nA gate is a number.", id="before"))
    before = [Stretch(lesson="09", first="before", last="before"), *SMALL]
    assert strangers(book, before, {"gate"}) == []
