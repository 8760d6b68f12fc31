"""ipywidgets 7 (Colab's own), or none: plain text and still pictures, and no error."""

from inspect import signature
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from course_utils import lessons
from course_utils.settings import ROOT
from tests.machines.machine import environment, make_python, play

SEVEN = ROOT / ".venv-machines" / "ipywidgets-7"
ANSWER = 'first_step = lesson.check("0.2", lambda x: x[:, {index}])'
MORE = [
    ANSWER.format(index=1),
    ANSWER.format(index=0),
    'lesson.hint("0.1")',
    'lesson.solution("0.1")',
    "from course_utils.training import show_progress\nsum(show_progress(range(3), 'steps'))",
]
SHOWN = {"text/plain", "text/markdown", "image/png"}


@pytest.fixture(params=["7", "none"])
def machine(
    request: pytest.FixtureRequest, tmp_path: Path, course: Path, home: Path
) -> tuple[Path, dict[str, str]]:
    if request.param == "7":
        assert SEVEN.is_dir(), "make test-machines brings it"
        return make_python(tmp_path / "venv"), environment(home, SEVEN, course)
    python = make_python(tmp_path / "venv", lambda name: name.startswith("ipywidgets"))
    return python, environment(home, course)


def test_lesson_00_and_every_explorer_run_without_widgets(
    machine: tuple[Path, dict[str, str]], course: Path, home: Path
) -> None:
    python, env = machine
    env["UNROLLED_PROGRESS"] = str(home / "progress.json")
    lesson = nbformat.read(course / "notebooks" / "00_start_here.ipynb", as_version=4)
    explorers = [
        f"from {one.__module__} import {name}\n{name}()"
        for name, one in lessons.explorers().items()
        if not signature(one).parameters
    ]
    assert len(explorers) > 5
    lesson.cells += [new_code_cell(code) for code in [*MORE, *explorers]]
    nbformat.write(lesson, home / "00.ipynb")
    played = list(play(python, home / "00.ipynb", course / "notebooks", env))
    outputs = [(cell, output) for cell in played for output in cell["outputs"]]
    for cell, output in outputs:
        kind = output["output_type"]
        assert kind != "error", (cell["source"], output)
        assert "Warning" not in "".join(output.get("text", ""))
        if kind == "display_data":
            assert "text/plain" in output["data"]
            assert set(output["data"]) <= SHOWN
    plain = ["".join(output.get("data", {}).get("text/plain", "")) for _, output in outputs]
    for word in ("✗ not right yet", "✓ passed"):
        assert any(text.startswith(f"{word} · 0.2") for text in plain)
    for cell in played[-len(explorers) :]:
        (picture,) = [output for output in cell["outputs"] if "data" in output]
        assert picture["data"]["image/png"]
        assert "?\n" in "".join(picture["data"]["text/plain"])
