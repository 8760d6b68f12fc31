"""Every lesson with exercises: bound to its exercises, quiet when unsolved, passing when solved.

Each notebook that opens exercises is read as it is committed, then solved with the references
and executed whole. A tiny lesson made here goes the same way, and shows that each demand bites.
"""

import ast
import contextlib
import copy
import inspect
import json
from pathlib import Path

import nbformat
import numpy as np
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbclient import NotebookClient

from course_utils import exercises, settings
from course_utils.checking import Exercise
from course_utils.checking.definitions import Status
from course_utils.checking.progress import Progress
from course_utils.checking.quiz import as_meant
from course_utils.commands.save_notebooks import NOTEBOOKS
from course_utils.exercises import Lesson
from tests.kinds import in_space

TINY = "tiny lesson"

TINY_CELLS = (
    """import numpy as np
import torch

from course_utils import exercises

lesson = exercises.open("00")""",
    "%matplotlib inline\nnot_an_exercise = np.ones(3)",
    '''def mean_of_squares(values):
    """Take values (n,), give a float."""
    raise NotImplementedError


mean_of_squares = lesson.check("0.1", mean_of_squares)''',
    "mean_of_squares(not_an_exercise)",
    '''def first_step(x):
    """Take x (batch, time, features), give (batch, features)."""
    raise NotImplementedError


first_step = lesson.check("0.2", first_step)''',
)


# --- reading a lesson ------------------------------------------------------------------------


def tree_of(cell):
    return ast.parse(TransformerManager().transform_cell(cell.source))


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def calls_of(tree, method):
    """Find the calls of `something.method("…", …)` in a tree, with that first text."""
    return [
        (node.args[0].value, node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == method
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]


def opened_lesson(notebook):
    """The number of the lesson whose exercises a notebook opens, or None."""
    numbers = [
        number
        for cell in code_cells(notebook)
        for number, call in calls_of(tree_of(cell), "open")
        if ast.unparse(call.func) == "exercises.open"
    ]
    assert len(numbers) <= 1, f"opens the exercises of {numbers}: wanted one lesson"
    return numbers[0] if numbers else None


def checks_of(notebook, lesson):
    """List (exercise, index of its cell, stub) for every check; the stub must be right.

    It stands above the check in the same cell, under the reference's name and with its
    parameters, and the check assigns back to that name.
    """
    by_id = {exercise.id: exercise for exercise in lesson.exercises}
    found = []
    for index, cell in enumerate(notebook.cells):
        statements = tree_of(cell).body if cell.cell_type == "code" else []
        for id, call in calls_of(ast.Module(statements, []), "check"):
            assert id in by_id, f"{id} is checked and no exercise of lesson {lesson.number}"
            back = [s for s in statements if isinstance(s, ast.Assign) and s.value is call]
            assert back, f"{id}: the check assigns to nothing"
            name = ast.unparse(back[0].targets[0])
            handed_in = ast.unparse(call.args[1])
            assert name == handed_in, f"{id}: {handed_in} is checked, and assigned to {name}"
            stubs = [stub for stub in statements if is_stub(stub, by_id[id], name)]
            assert len(stubs) == 1, f"{id}: its cell has {len(stubs)} stubs of {name}, wanted 1"
            assert stubs[0].lineno < back[0].lineno, f"{id}: the check stands above its stub"
            found.append((by_id[id], index, stubs[0]))
    return found


def is_stub(statement, exercise, name):
    if exercise.kind == "value":
        return ast.unparse(statement) == f"{name} = ..."
    if not (isinstance(statement, ast.FunctionDef) and statement.name == name):
        return False
    assert name == exercise.reference.__name__, f"{exercise.id}: its reference has another name"
    takes = [argument.arg for argument in statement.args.args]
    wants = list(inspect.signature(exercise.reference).parameters)
    assert takes == wants, f"{exercise.id}: the stub takes {takes}, the reference {wants}"
    return ast.unparse(statement.body[-1]) == "raise NotImplementedError"


def assert_every_exercise_is_checked_once(notebook, lesson):
    checked = [exercise.id for exercise, _, _ in checks_of(notebook, lesson)]
    assert checked == [exercise.id for exercise in lesson.exercises]


def tiny_lesson():
    """Open lesson 00 with the two exercises that the tiny notebook checks, whatever else it has."""
    lesson = exercises.open("00")
    return Lesson("00", lesson.exercises[:2], Progress())


def lesson_of(notebook):
    number = opened_lesson(notebook)
    is_tiny = number == "00" and "not_an_exercise" in "".join(c.source for c in notebook.cells)
    return tiny_lesson() if is_tiny else exercises.open(number)


def shown_by(cell):
    """All that a cell shows as text."""
    texts = [output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return "\n".join(texts + [output.get("text", "") for output in cell.outputs])


def assert_every_check_says(status, notebook, checks):
    for exercise, index, _ in checks:
        wanted = f"{status.value} · {exercise.heading}"
        shown = shown_by(notebook.cells[index])
        assert wanted in shown, f"{exercise.id} shows {shown!r}, wanted {wanted!r}"


# --- solving and running it ------------------------------------------------------------------


def solved(notebook, checks):
    """Put the reference's source, or the computed truth, in the place of each stub."""
    notebook = copy.deepcopy(notebook)
    for exercise, index, stub in reversed(checks):
        answer = exercise.solution
        if exercise.kind == "value":
            answer = f"{ast.unparse(stub.targets[0])} = {as_meant(exercise.reference())!r}"
        cell = notebook.cells[index]
        lines = cell.source.splitlines()
        lines[stub.lineno - 1 : stub.end_lineno] = answer.splitlines()
        cell.source = "\n".join(lines)
    return notebook


def execute(notebook, folder):
    NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        store_widget_state=False,
    ).execute()
    return notebook


def lesson_notebooks():
    """Paths of the committed lessons with exercises."""
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    return [path for path in paths if opened_lesson(nbformat.read(path, as_version=4))]


def tiny(*cells):
    cells = [nbformat.v4.new_code_cell(source) for source in cells or TINY_CELLS]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.fixture(scope="module", autouse=True)
def _quiet(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UNROLLED_QUIET", "1")
        patch.setenv("UNROLLED_PROGRESS", str(tmp_path_factory.mktemp("kept") / "progress.json"))
        patch.delenv("UNROLLED_STRICT", raising=False)
        yield


@pytest.fixture(scope="module", params=[TINY, *lesson_notebooks()], ids=lambda p: Path(p).stem)
def committed(request, _quiet, tmp_path_factory):
    """A lesson as it is committed, unsolved and executed; and the folder that it runs in."""
    if request.param == TINY:
        folder = tmp_path_factory.mktemp("notebooks")
        return execute(tiny(), folder), folder
    return nbformat.read(request.param, as_version=4), request.param.parent


# --- the two demands -------------------------------------------------------------------------


def test_a_committed_lesson_is_bound_to_its_exercises_and_not_attempted(committed):
    notebook, _ = committed
    lesson = lesson_of(notebook)
    assert_every_exercise_is_checked_once(notebook, lesson)
    assert_every_check_says(Status.NOT_ATTEMPTED, notebook, checks_of(notebook, lesson))


def watched(notebook, log):
    """Let the notebook write down how it calls the functions that its checks give back."""
    code = f"import sys; sys.path.insert(0, {str(settings.ROOT)!r})\n"
    code += f"from tests.kinds import record; record({str(log)!r}); sys.path.pop(0)"
    notebook.cells.insert(0, nbformat.v4.new_code_cell(code))
    return notebook


def calls_outside_the_space(lesson, log):
    """Name every kind of call that a lesson makes and that its check never meets."""
    lines = log.read_text("utf-8").splitlines() if log.exists() else []
    made = {tuple(json.loads(line)) for line in lines}
    spaces = {e.id: in_space(e) for e in lesson.exercises if e.kind == "function"}
    return sorted(f"{id} {line}" for id, line in made if line not in spaces[id])


def test_a_call_outside_the_space_is_seen(tmp_path):
    log = tmp_path / "calls.jsonl"
    calls = "mean_of_squares(np.ones((2, 2)))\nmean_of_squares(values=[1.0])"
    tiny_calls = tiny(*TINY_CELLS[:3], calls)
    notebook = solved(tiny_calls, checks_of(tiny_calls, tiny_lesson()))
    with contextlib.suppress(Exception):
        execute(watched(notebook, log), tmp_path)
    outside = calls_outside_the_space(tiny_lesson(), log)
    assert "0.1 values: array of 2 axes, kind f" in outside
    assert "0.1 values: by keyword" in outside


def test_a_solved_lesson_runs_whole_and_every_check_passes(committed, monkeypatch, tmp_path):
    monkeypatch.setenv("UNROLLED_STRICT", "1")  # a check that does not pass ends the run
    notebook, folder = committed
    lesson = lesson_of(notebook)
    checks = checks_of(notebook, lesson)
    run = execute(watched(solved(notebook, checks), tmp_path / "calls.jsonl"), folder)
    run.cells.pop(0)
    assert_every_check_says(Status.PASSED, run, checks)
    assert calls_outside_the_space(lesson, tmp_path / "calls.jsonl") == []


# --- that they bite --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"0.2"', '"0.99"', "0.99 is checked and no exercise of lesson 00"),
        ('first_step = lesson.check("0.2", first_step)', "", r"\['0.1'\] == \['0.1', '0.2'\]"),
        ("first_step = lesson.check", "lesson.check", "0.2: the check assigns to nothing"),
        ("first_step = lesson.check", "x = lesson.check", "first_step is checked, and assigned to"),
        ("def first_step(x)", "def first_step(y)", "the stub takes .*y.*, the reference .*x"),
        ("def first_step(x)", "def fist_step(x)", "its cell has 0 stubs of first_step"),
        ("first_step", "step_one", "0.2: its reference has another name"),
        ("    raise NotImplementedError", "    return x[:, 0]", "its cell has 0 stubs"),
    ],
)
def test_a_lesson_that_drifts_from_its_exercises_is_seen(old, new, message):
    notebook = tiny(*TINY_CELLS[:-1], TINY_CELLS[-1].replace(old, new))
    with pytest.raises(AssertionError, match=message):
        assert_every_exercise_is_checked_once(notebook, tiny_lesson())


def test_a_check_above_its_stub_is_seen():
    stub, check = TINY_CELLS[-1].rsplit("\n\n\n", 1)
    notebook = tiny(*TINY_CELLS[:-1], f"{check}\n\n{stub}")
    with pytest.raises(AssertionError, match=r"0\.2: the check stands above its stub"):
        checks_of(notebook, tiny_lesson())


def test_two_lessons_in_one_notebook_are_seen():
    with pytest.raises(AssertionError, match="wanted one lesson"):
        opened_lesson(tiny(*TINY_CELLS, 'other = exercises.open("01")'))


def test_a_notebook_without_exercises_is_left_alone():
    assert opened_lesson(tiny("import zipfile", 'zipfile.Path.open("a")')) is None


def test_a_lesson_committed_without_its_outputs_is_seen():
    checks = checks_of(tiny(), tiny_lesson())
    with pytest.raises(AssertionError, match=r"0\.1 shows ''"):
        assert_every_check_says(Status.NOT_ATTEMPTED, tiny(), checks)


def test_a_quiz_is_solved_by_the_computed_truth():
    def largest():
        """Give the largest of three: a number."""
        return np.max([1.0, 12.5, 3.0])

    quiz = Exercise(
        id="9.Q1",
        title="The largest",
        difficulty=1,
        minutes=1,
        kind="value",
        reference=largest,
        misconceptions=(),
        hints=("Look.", "Look again."),
    )
    notebook = tiny('best = ...\nbest = lesson.check("9.Q1", best)')
    checks = checks_of(notebook, Lesson("09", (quiz,), Progress()))
    source = solved(notebook, checks).cells[0].source
    assert source == 'best = 12.5\nbest = lesson.check("9.Q1", best)'


def test_in_a_live_kernel_a_check_is_one_display_with_the_text_and_the_card(monkeypatch, tmp_path):
    monkeypatch.delenv("UNROLLED_QUIET")
    notebook = tiny(TINY_CELLS[0], TINY_CELLS[2], 'lesson.solution("0.1")')
    execute(notebook, tmp_path)
    (check,), (solution,) = (cell.outputs for cell in notebook.cells[1:])
    assert check.data["text/plain"].startswith("○ not attempted yet · 0.1")
    assert check.data["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert solution.data["text/markdown"] == f"```python\n{solution.data['text/plain']}\n```"
