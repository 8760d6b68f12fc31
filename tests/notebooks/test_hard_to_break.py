"""What a learner does to a lesson: half-done answers, a restart, another folder.

Either the lesson goes on, or it says what to do. (Run All Above before any heading is what
Run All does up to there, and in a used kernel what a second Run All does: both are tested for
every lesson in tests/browser, from a folder with an awkward name.)
"""

import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from course_utils import exercises, figures, lessons, settings, studies
from course_utils.checking import rescue
from course_utils.commands import lab
from tests.browser.page import complaints

LESSON = Path(settings.ROOT, "notebooks", lab.FIRST)
EDITION_BEFORE = Path(settings.ROOT, "tests", "commands", "edition_3f663b0")
STUB = "    raise NotImplementedError"
CHECK = "mean_of_squares = lesson.check("


@pytest.fixture(autouse=True)
def _as_a_learner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNROLLED_STRICT", raising=False)
    monkeypatch.setenv("UNROLLED_PROGRESS", str(tmp_path / "progress.json"))
    monkeypatch.setenv("PYTHONSTARTUP", lab.KERNEL_START)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))


def run(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """Run a notebook whole, in a new kernel; an error ends a cell, not the run."""
    where = {"metadata": {"path": str(folder)}}
    NotebookClient(
        notebook, timeout=60, kernel_name="python3", allow_errors=True, resources=where
    ).execute()
    return notebook


def found(notebook: NotebookNode) -> list[str]:
    return complaints([cell for cell in notebook.cells if cell.cell_type == "code"])


def said(cell: NotebookNode) -> str:
    outputs = cell.get("outputs", [])
    return "".join(o.get("text", "") + o.get("data", {}).get("text/plain", "") for o in outputs)


def exercise_cell(notebook: NotebookNode) -> NotebookNode:
    (cell,) = [cell for cell in notebook.cells if CHECK in cell.source]
    return cell


def answered(body: str) -> NotebookNode:
    """Take lesson 00, with something half done in the place of its first stub."""
    notebook = nbformat.read(LESSON, as_version=4)
    cell = exercise_cell(notebook)
    assert STUB in cell.source
    cell.source = cell.source.replace(STUB, body)
    if "while True" in body:  # the only one that the time limit ends
        cell.source = f"lesson.seconds = 0.3\n{cell.source}"
    return notebook


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("    total = 0\n    for value in valeus:\n        total += value", "name 'valeus'"),
        ("    while True:\n        pass", "is there a loop that never ends?"),
        ("    total = 0\n    for value in values:\n        pass", "is a return missing?"),
        ("    pass", "is a return missing?"),
        ("    return values.mean(axis=3)", "axis 3 is out of bounds"),
        ("    raise SystemExit", "SystemExit"),
    ],
    ids=["a typo", "an endless loop", "a loop half written", "nothing yet", "raises", "exits"],
)
def test_a_lesson_goes_on_with_a_half_done_answer_and_says_what_is_missing(
    body: str, words: str, tmp_path: Path
) -> None:
    notebook = run(answered(body), tmp_path)
    assert found(notebook) == []
    card = said(exercise_cell(notebook))
    assert card.startswith("✗ not right yet · 0.1 ·")
    assert words in card
    assert "The lesson goes on with the reference. Fix yours, then run the cell again." in card


def test_after_a_syntax_error_it_is_said_which_exercise_is_missing(tmp_path: Path) -> None:
    notebook = answered("    for value in values")
    notebook.cells.append(new_code_cell("mean_of_squares([1.0, 2.0])"))
    (broken, missing) = found(run(notebook, tmp_path))
    assert "SyntaxError: expected ':'" in broken
    assert "NameError" in missing
    assert "comes from exercise 0.1" in said(notebook.cells[-1])
    assert "the lesson lends you the reference" in said(notebook.cells[-1])


def test_after_a_restart_it_is_said_how_to_go_on_and_progress_is_kept(tmp_path: Path) -> None:
    solved = answered("    return float(np.mean(values**2))")
    assert found(run(solved, tmp_path)) == []
    in_the_middle = new_notebook(cells=[new_code_cell(exercise_cell(solved).source)])
    assert "NameError" in found(run(in_the_middle, tmp_path))[0]
    assert "Run > Run All Above Selected Cell" in said(in_the_middle.cells[0])
    begin = 'from course_utils import exercises\nlesson = exercises.open("00")\nlesson.progress()'
    only_begun = new_notebook(cells=[new_code_cell(begin), new_code_cell("print(windows)")])
    run(only_begun, tmp_path)
    assert "✓ done" in said(only_begun.cells[0])
    assert "If a cell above makes windows" in said(only_begun.cells[1])


def test_the_start_of_a_kernel_leaves_no_name_behind(tmp_path: Path) -> None:
    names = "print(sorted(name for name in dir() if not name.startswith('_')))"
    space = new_notebook(cells=[new_code_cell(names)])
    run(space, tmp_path)
    assert said(space.cells[0]) == "['In', 'Out', 'exit', 'get_ipython', 'open', 'quit']\n"


def test_a_copy_elsewhere_runs_whole(tmp_path: Path) -> None:
    notebook = run(nbformat.read(LESSON, as_version=4), tmp_path)
    assert found(notebook) == []
    assert "All is well." in "".join(map(said, notebook.cells))


def test_every_stored_study_is_found_from_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = "".join(path.read_text("utf-8") for path in LESSON.parent.glob("*.ipynb"))
    names = set(re.findall(r'studies\.load\(\\"([\w-]+)\\"', sources))
    assert len(names) > 10
    monkeypatch.chdir(tmp_path)
    for name in names:
        assert len(studies.load(name)) > 0


def test_no_lesson_names_a_file_beside_itself() -> None:
    for path in LESSON.parent.glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                assert not re.search(r"""\w\(\s*["'][^"']*\.(csv|txt|npz|png)["']""", cell.source)


@pytest.mark.parametrize("number", lessons.parts())
def test_the_function_of_every_exercise_is_known_by_name(number: str) -> None:
    lesson = exercises.open(number)
    for exercise in lesson.exercises:
        if exercise.kind == "function":
            missing = f"name '{exercise.reference.__name__}' is not defined"
            assert f"comes from exercise {exercise.id}," in rescue.advice(missing)


def test_a_copy_of_the_edition_before_says_where_to_go_on(tmp_path: Path) -> None:
    old = nbformat.read(EDITION_BEFORE / "00_start_here.json", as_version=4)
    assert "course_utils" in found(run(old, tmp_path))[0]
    first = next(cell for cell in old.cells if found(new_notebook(cells=[cell])))
    assert rescue.OLDER in said(first)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: exec("from course_utils import elman"),
        lambda: exec("import course_utils.keras_port"),
        lambda: exec("from course_utils.studies.lesson_03 import train_many"),
        lambda: exec("from course_utils.recurrent import Reader3"),
        lambda: figures.draw_nothing,
        lambda: exercises.open("05"),
    ],
    ids=["a name", "a module", "a module of a package", "a function", "an attribute", "a lesson"],
)
def test_what_the_course_no_longer_has_is_known_by_what_python_says(
    ask: Callable[[], object],
) -> None:
    with pytest.raises((ImportError, AttributeError, ValueError)) as error:
        ask()
    assert rescue.advice(str(error.value)) == rescue.OLDER


@pytest.mark.parametrize("line", ["import numpyy", "from numpy import aray", "int('a')", "().x"])
def test_other_faults_of_the_same_kinds_are_left_to_python(line: str) -> None:
    with pytest.raises((ImportError, AttributeError, ValueError)) as error:
        exec(line)
    assert rescue.advice(str(error.value)) == ""


def test_a_fault_inside_a_function_is_left_to_python() -> None:
    local = "cannot access local variable 'total' where it is not associated with a value"
    assert rescue.advice(local) == ""
