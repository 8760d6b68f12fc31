"""The three-hour path is enough: each of its lessons runs whole with only its exercises solved."""

from pathlib import Path

import nbformat
import pytest

from course_utils import exercises, lessons
from course_utils.checking.definitions import Status
from course_utils.commands.save_notebooks import NOTEBOOKS
from course_utils.lessons.core_path import PATH
from tests.notebooks.test_solutions_run import (
    assert_every_check_says,
    checks_of,
    execute,
    solved,
)

LESSONS = dict.fromkeys(stretch.lesson for stretch in PATH if stretch.exercises)


@pytest.mark.parametrize("number", LESSONS)
def test_a_lesson_runs_with_only_the_exercises_of_the_path_solved(
    number: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNROLLED_QUIET", "1")
    monkeypatch.setenv("UNROLLED_STRICT", "1")
    monkeypatch.setenv("UNROLLED_PROGRESS", str(tmp_path / "progress.json"))
    path = NOTEBOOKS / f"{lessons.parts()[number].file}.ipynb"
    checks = checks_of(nbformat.read(path, as_version=4), exercises.open(number))
    on_path = {id for stretch in PATH if stretch.lesson == number for id in stretch.exercises}
    core = [check for check in checks if check[0].id in on_path]
    others = [check for check in checks if check[0].id not in on_path]
    notebook = execute(solved(nbformat.read(path, as_version=4), core), tmp_path)
    assert_every_check_says(Status.PASSED, notebook, core)
    assert_every_check_says(Status.NOT_ATTEMPTED, notebook, others)
    assert {exercise.id for exercise, _, _ in core} == on_path
