"""A guess comes before its answer, in the lessons and in every copy that a learner is given.

As in test_notebooks.py, each rule is a function from a notebook to a list of complaints, and each
is also fed a notebook that breaks it.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils import lessons
from course_utils.commands.handout import FOR_INSTRUCTORS, hand_out
from course_utils.settings import ROOT

NOTEBOOKS = ROOT / "notebooks"
NAMES = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
PROMPT = re.compile(r"\*\*Predict\b")
OLD = re.compile(r"\bguess = None\b|\bprint\(.*your guess", re.IGNORECASE)


def calls(cell: NotebookNode, method: str) -> list[ast.Call]:
    """List the calls of ``lesson.<method>`` in a code cell."""
    if cell.cell_type != "code":
        return []
    return [
        node
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == f"lesson.{method}"
    ]


def named(notebook: NotebookNode, method: str) -> Iterator[tuple[int, str]]:
    """Go through those calls of a notebook: the cell's place, from 1, and the guess's name."""
    for number, cell in enumerate(notebook.cells, start=1):
        for call in calls(cell, method):
            yield number, ast.literal_eval(call.args[0])


def without_outputs(notebook: NotebookNode) -> list[str]:
    run = [
        f"cell {number} was run"
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.cell_type == "code" and (cell.outputs or cell.execution_count is not None)
    ]
    return run + ["it holds the states of widgets"] * ("widgets" in notebook.metadata)


def a_prompt_has_its_guess_below_it(notebook: NotebookNode) -> list[str]:
    found = []
    for number, cell in enumerate(notebook.cells, start=1):
        below = notebook.cells[number] if number < len(notebook.cells) else new_markdown_cell()
        if cell.cell_type == "markdown" and PROMPT.search(cell.source):
            found += [f"cell {number} asks, and no guess is below it"] * (not calls(below, "guess"))
        elif calls(below, "guess"):
            found.append(f"cell {number + 1} takes a guess that no **Predict:** above it asks for")
    return found


def a_guess_is_one_line_and_nobodys_yet(notebook: NotebookNode) -> list[str]:
    found = []
    for number, cell in enumerate(notebook.cells, start=1):
        if calls(cell, "guess") and not re.fullmatch(
            r'lesson\.guess\("[^"]+", None\)  # \S.*', cell.source
        ):
            found.append(f'cell {number} is no lesson.guess("name", None)  # what is wanted')
    return found


def every_guess_is_measured_later(notebook: NotebookNode) -> list[str]:
    asked: dict[str, int] = {}
    found = []
    for number, name in named(notebook, "guess"):
        found += [f"cell {number} asks for {name!r} again"] * (name in asked)
        asked.setdefault(name, number)
    measured = list(named(notebook, "measured"))
    drawn = list(named(notebook, "guessed"))
    found += [
        f"cell {number} answers {name!r} before it is asked for"
        for number, name in measured + drawn
        if number <= asked.get(name, number)
    ]
    never = sorted(asked.keys() - {name for _, name in measured})
    return found + [
        f"cell {asked[name]} asks for {name!r}, which is never measured" for name in never
    ]


def no_old_guess_is_left(notebook: NotebookNode) -> list[str]:
    return [
        f"cell {number} has a guess of the old kind"
        for number, cell in enumerate(notebook.cells, start=1)
        if OLD.search(cell.source)
    ]


Rule = Callable[[NotebookNode], list[str]]
IN_THE_COURSE: list[Rule] = [
    a_prompt_has_its_guess_below_it,
    a_guess_is_one_line_and_nobodys_yet,
    every_guess_is_measured_later,
    no_old_guess_is_left,
]
IN_A_COPY: list[Rule] = [without_outputs, *IN_THE_COURSE]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hand out the whole course to a new learner."""
    own = tmp_path_factory.mktemp("learner") / "my_course"
    assert hand_out(NOTEBOOKS, own, lessons.parts().values()) == []
    return own


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("rule", IN_A_COPY, ids=lambda rule: rule.__name__)
def test_copy(rule: Rule, name: str, own: Path) -> None:
    copy = nbformat.read(own / name, as_version=4)
    nbformat.validate(copy)
    assert rule(copy) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_has_every_cell_of_its_lesson(name: str, own: Path) -> None:
    copy, lesson = (nbformat.read(folder / name, as_version=4) for folder in (own, NOTEBOOKS))
    assert copy.metadata == lesson.metadata
    for mine, theirs in zip(copy.cells, lesson.cells, strict=True):
        shown = {key: value for key, value in theirs.metadata.items() if key not in FOR_INSTRUCTORS}
        assert (mine.id, mine.source, mine.metadata) == (theirs.id, theirs.source, shown)


def test_every_lesson_asks_for_guesses() -> None:
    few = {}
    for name in NAMES:
        asked = list(named(nbformat.read(NOTEBOOKS / name, as_version=4), "guess"))
        least = 1 if name.startswith("00") else 3
        if len(asked) < least:
            few[name] = len(asked)
    assert few == {}


# ---- every rule accepts a good notebook, and refuses what it is there to refuse

PREDICT = "**Predict:** how many?"
GUESS = 'lesson.guess("how-many", None)  # 0 to 32'
MEASURED = 'lesson.measured("how-many", 3, within=3)'
DRAWN = 'figures.mark_guess(ax, lesson.guessed("how-many"))'


def notebook(*sources: str) -> NotebookNode:
    """Make one: what begins with an asterisk is prose."""
    return new_notebook(
        cells=[
            (new_markdown_cell if source.startswith("*") else new_code_cell)(source)
            for source in sources
        ]
    )


def with_output() -> NotebookNode:
    made = notebook(PREDICT, GUESS, MEASURED)
    made.cells[2].outputs = [new_output("stream", text="measured: 3")]
    return made


def with_count() -> NotebookNode:
    made = notebook(PREDICT, GUESS, MEASURED)
    made.cells[1].execution_count = 1
    return made


def with_widgets() -> NotebookNode:
    made = notebook(PREDICT, GUESS, MEASURED)
    made.metadata["widgets"] = {}
    return made


GOOD = notebook("*Prose.*", PREDICT, GUESS, "*Prose.*", f"{DRAWN}\n{MEASURED}", MEASURED)
BAD: list[tuple[Rule, NotebookNode]] = [
    (without_outputs, with_output()),
    (without_outputs, with_count()),
    (without_outputs, with_widgets()),
    (a_prompt_has_its_guess_below_it, notebook(PREDICT)),
    (a_prompt_has_its_guess_below_it, notebook(PREDICT, "*More prose.*", GUESS, MEASURED)),
    (a_prompt_has_its_guess_below_it, notebook(PREDICT, "x = 1", GUESS, MEASURED)),
    (a_prompt_has_its_guess_below_it, notebook("*Prose.*", GUESS, MEASURED)),
    (a_guess_is_one_line_and_nobodys_yet, notebook(PREDICT, GUESS.replace("None", "3"), MEASURED)),
    (a_guess_is_one_line_and_nobodys_yet, notebook(PREDICT, GUESS + "\nx = 1", MEASURED)),
    (a_guess_is_one_line_and_nobodys_yet, notebook(PREDICT, GUESS.partition("  #")[0], MEASURED)),
    (every_guess_is_measured_later, notebook(PREDICT, GUESS)),
    (every_guess_is_measured_later, notebook(PREDICT, f"{GUESS}\n{MEASURED}")),
    (every_guess_is_measured_later, notebook(MEASURED, PREDICT, GUESS)),
    (every_guess_is_measured_later, notebook(DRAWN, PREDICT, GUESS, MEASURED)),
    (every_guess_is_measured_later, notebook(MEASURED)),
    (every_guess_is_measured_later, notebook(PREDICT, GUESS, MEASURED, PREDICT, GUESS, MEASURED)),
    (every_guess_is_measured_later, notebook(PREDICT, GUESS, MEASURED.replace("many", "few"))),
    (no_old_guess_is_left, notebook(PREDICT, "guess = None  # a number")),
    (no_old_guess_is_left, notebook('print(f"your guess: {guess}   counted: 3")')),
]


@pytest.mark.parametrize("rule", IN_A_COPY, ids=lambda rule: rule.__name__)
def test_rule_accepts_a_good_notebook(rule: Rule) -> None:
    assert rule(GOOD) == []


@pytest.mark.parametrize(("rule", "bad"), BAD)
def test_rule_refuses_a_bad_notebook(rule: Rule, bad: NotebookNode) -> None:
    assert rule(bad) != []


def test_every_rule_has_a_notebook_that_it_refuses() -> None:
    assert {rule for rule, _ in BAD} == set(IN_A_COPY)
