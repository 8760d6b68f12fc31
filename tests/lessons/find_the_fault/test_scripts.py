"""Every script of lesson 07 fails or passes as the lesson says, and is printed as it is kept."""

import ast
import inspect
from collections.abc import Callable
from types import ModuleType

import nbformat
import pytest

from course_utils import diagnose, lessons
from course_utils.checking.engine import examine
from course_utils.commands.save_notebooks import NOTEBOOKS
from course_utils.lessons.find_the_fault import methods, published, strangers, unseen, verdicts
from course_utils.lessons.find_the_fault.exercises import unseen_scripts
from course_utils.lessons.find_the_fault.exercises.gradients_pile_up import PILE_UP
from course_utils.lessons.find_the_fault.showing import named, show
from tests.lessons.find_the_fault import answers

# All findings of a script; the first is its fault's name. The others follow from the same fault.
WANTED = {
    **{"1": {"rows_mixed", "no_memory"}, "2": {"future_read"}, "3": set(), "4": {"state_kept"}},
    **{"5": {"gradients_pile_up"}, "6": {"shapes_broadcast"}, "7": set()},
    **{"8": {"test_in_training"}, "9": {"sample_repeated"}, "10": {"shifted", "worse_than_naive"}},
    **{"a": {"parameter_unused"}, "b": {"clip_not_applied"}, "c": {"label_in_window"}, "d": set()},
    **{"e": {"interval_coverage"}},
}


@pytest.mark.parametrize("script", WANTED)
def test_a_script_fails_or_passes_as_the_lesson_says(script: str) -> None:
    names = verdicts.ask(script).names
    assert WANTED[script] <= names
    assert bool(names) == bool(WANTED[script])
    if script.isdigit():
        assert (script in verdicts.FAULTS) == bool(names)


def test_eight_of_the_ten_have_a_fault() -> None:
    assert len(verdicts.STRANGERS) == 10
    assert len(verdicts.FAULTS) == 8
    assert all(fault in WANTED[script] for script, fault in verdicts.FAULTS.items())


def definitions(source: str) -> dict[str, str]:
    """Give what a source defines by name, its docstrings left out."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.FunctionDef) and ast.get_docstring(inner):
                    inner.body = inner.body[1:]
            found[node.name] = ast.dump(node)
    return found


@pytest.mark.parametrize("module", [strangers, unseen])
def test_the_lesson_prints_the_scripts_as_they_are_kept(module: ModuleType) -> None:
    path = NOTEBOOKS / f"{lessons.parts()['07'].file}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    printed: dict[str, str] = {}
    for cell in cells:
        if cell.cell_type == "code":
            printed |= definitions(cell.source)
    kept = definitions(inspect.getsource(module))
    assert kept
    assert {name: printed.get(name) for name in kept} == kept


def test_the_probes_find_what_the_lessons_found_in_the_tutorials() -> None:
    rows = published.published_table()
    seen = {(row["tutorial"], row["the lesson found"]): row["the probes find"] for row in rows}
    assert seen["01", "every step is cut off from the one before"] == "gradient_cut"
    assert "parameter_still" in seen["03", "`backward()` was lost"]
    assert "graph_kept" in seen["03", "the state keeps its history"]
    assert seen["03", "a sample comes twice at each border"] == "sample_repeated"
    assert seen["04", "`predict` moves the state on"] == "state_not_continued"
    assert seen["05", "the reset resets nothing"] == "state_kept"
    assert list(seen.values()).count("cannot be asked") == 5


def test_one_script_s_row_of_the_comparison_comes_out_again() -> None:
    from course_utils import studies

    stored = studies.load("fault-methods").set_index("script")
    assert methods._one_batch("6") == stored.loc[6, "one batch"] == "alarm"
    assert methods._fixed_seed("4") == stored.loc[4, "fixed seed"] == "quiet"
    assert methods._torchtest2("1") == stored.loc[1, "torchtest2"] == "alarm"
    assert methods._torchtest2("2") == stored.loc[2, "torchtest2"] == "quiet"
    assert methods._torchtest2("5") == "no use"


def test_a_report_is_shown_without_times(capsys: pytest.CaptureFixture[str]) -> None:
    report = verdicts.ask("10")
    show(report)
    said = capsys.readouterr().out
    assert said.startswith("2 fault · ")
    assert "✗ shifted: fault" in said
    assert " s\n" not in said.splitlines()[0]
    assert named(report, ("flat", "worse_than_naive", "shifted")) == "worse_than_naive"
    assert named(report, ("flat",)) == "none"


def test_a_report_says_what_else_could_be_declared(capsys: pytest.CaptureFixture[str]) -> None:
    show(diagnose.update(*unseen.script_b()))
    (line,) = (line for line in capsys.readouterr().out.splitlines() if "clip_not_applied" in line)
    assert line.startswith("? clip_not_applied")
    assert "declare clip=" in line
    past, actual, forecast, _, _ = unseen.script_e()
    show(diagnose.forecast(actual, forecast, past=past, season=12, mode="multi_step"))
    assert "declare low=, high= and level=" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (answers.weights_kept_without_a_copy, "`state_dict()` alone moves with them"),
        (answers.gradients_kept_without_a_copy, "without `.clone()`"),
    ],
)
def test_what_was_kept_without_a_copy_is_named(answer: Callable[..., bool], words: str) -> None:
    outcome = examine(PILE_UP, answer, 5.0)
    assert words in outcome.lines[0]


def test_the_exam_s_answers_are_the_probes_own() -> None:
    for letter, answer in zip(
        "abcde",
        (
            *(unseen_scripts.machine, unseen_scripts.clipped, unseen_scripts.price),
            *(unseen_scripts.carried, unseen_scripts.interval),
        ),
        strict=True,
    ):
        assert {answer()} - {"none"} == WANTED[letter]


def test_what_is_not_declared_is_not_found() -> None:
    assert not diagnose.update(*unseen.script_b()).names
    series, x, y = unseen.script_c()
    assert not diagnose.data(x, y, series=series).names
