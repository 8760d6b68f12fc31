"""Catching up: any section, from whatever state, and the learner's file stays as it is."""

import json
import os
import signal
import threading
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from course_utils import catch_up, lessons, settings
from course_utils.checking.progress import Progress
from course_utils.commands import lab
from course_utils.commands.handout import unrun
from tests.browser.page import complaints

STUB = "    raise NotImplementedError"
IMPORT = "from course_utils import catch_up\n"


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "progress.json"
    monkeypatch.delenv("UNROLLED_STRICT", raising=False)
    monkeypatch.setenv("UNROLLED_PROGRESS", str(file))
    monkeypatch.setenv("PYTHONSTARTUP", lab.KERNEL_START)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    return file


def learners_copy(number: str, folder: Path) -> Path:
    course = Path(settings.ROOT, "notebooks", f"{lessons.parts()[number].file}.ipynb")
    copy = folder / course.name
    copy.write_text(json.dumps(unrun(course)), "utf-8")
    return copy


def place_of(notebook: NotebookNode, id: str) -> int:
    (place,) = [n for n, cell in enumerate(notebook.cells) if cell.id == id]
    return place


def in_a_kernel(cells: list[NotebookNode], folder: Path) -> list[NotebookNode]:
    """Run cells in a new kernel; one that is found running for a second is interrupted."""
    notebook = nbformat.v4.new_notebook(cells=cells)
    where = {"metadata": {"path": str(folder)}}
    client = NotebookClient(
        notebook,
        timeout=100,
        allow_errors=True,
        resources=where,
    )

    def interrupt(cell: NotebookNode, cell_index: int) -> None:
        if "while True" in cell.source:
            kernel = client.km.provisioner.pid
            threading.Timer(1, os.kill, (kernel, signal.SIGINT)).start()

    client.on_cell_execute = interrupt
    client.execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("number", lessons.parts())
def test_every_section_is_found_by_number_anchor_and_heading(number: str) -> None:
    course = Path(settings.ROOT, "notebooks", f"{lessons.parts()[number].file}.ipynb")
    cells = json.loads(course.read_text("utf-8"))["cells"]
    found = catch_up.sections(cells)
    anchors = [section.anchor for section in found]
    assert set(lessons.parts()[number].sections) <= set(anchors)
    for section in found:
        assert catch_up.find(found, section.anchor) == section
        assert cells[section.place]["id"] == section.anchor
        if section.number:
            assert catch_up.find(found, int(section.number)) == section
            assert catch_up.find(found, str(section)) == section


def test_a_section_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(ValueError, match=r"lesson is '3a', wanted one of: 00, 01a") as told:
        catch_up.to("3a", 1)
    with pytest.raises(ValueError, match=r"(?s)section is 99, which is no section .* 1\. ") as told:
        catch_up.to("00", 99)
    assert "Glossary" in str(told.value)
    with pytest.raises(ValueError, match="fits several sections"):
        catch_up.to("00", "way")
    with pytest.raises(ValueError, match="is no section"):
        catch_up.to("00", "")
    with pytest.raises(RuntimeError, match="works in a notebook"):
        catch_up.to("00", 2)


BROKEN = {
    "an answer half written": "def mean_of_squares(values)\n    return",
    "an answer that never ends": "while True:\n    pass",
    "every cell is gone": "",
    "names that hide Python's own": "list = [3]\nprint = sum = all = None\nnp = 3",
}


@pytest.mark.parametrize("state", BROKEN)
def test_from_any_state_a_section_is_reached_and_the_file_stays(
    state: str, tmp_path: Path, kept: Path
) -> None:
    course = nbformat.read(learners_copy("00", tmp_path), as_version=4)
    (copy,) = tmp_path.glob("*.ipynb")
    broken = new_code_cell(BROKEN[state])
    nbformat.write(nbformat.v4.new_notebook(cells=[broken]), copy)
    before = copy.read_bytes()
    Progress().add("0.1")
    passed = kept.read_bytes()

    arrive = new_code_cell(f'{IMPORT}catch_up.to("00", "taste")')
    there = course.cells[place_of(course, "taste") :]
    cells = in_a_kernel([broken, arrive, *there], tmp_path)
    assert complaints(cells[2:]) == []
    (words,) = [output["text"] for output in cells[1].outputs if output["name"] == "stdout"]
    assert "Lesson 00: you are at “3. A taste" in words
    assert "your notebook is as you left it" in words
    assert copy.read_bytes() == before
    assert kept.read_bytes() == passed


def test_what_is_below_the_section_has_not_run(tmp_path: Path) -> None:
    arrive = 'catch_up.to("00", "exercise 0.1")'
    names = "print('mean_of_squares' in globals(), 'lesson' in globals())"
    (cell,) = in_a_kernel([new_code_cell(f"{IMPORT}{arrive}\n{names}")], tmp_path)
    assert "False True" in cell.outputs[-1]["text"]


def test_where_no_code_stands_above_that_is_said(tmp_path: Path) -> None:
    (cell,) = in_a_kernel([new_code_cell(f'{IMPORT}catch_up.to("00", 1)')], tmp_path)
    assert "nothing to run: begin there" in cell.outputs[-1]["text"]


def test_a_kernel_past_saving_is_told_to_be_restarted(tmp_path: Path) -> None:
    broken = "import torch\ntorch.manual_seed = None"
    lines = f'{IMPORT}{broken}\ncatch_up.to("00", "taste")'
    (cell,) = in_a_kernel([new_code_cell(lines)], tmp_path)
    assert cell.outputs[-1]["ename"] == "RuntimeError"
    assert "choose Kernel > Restart Kernel, then run this line" in cell.outputs[-1]["evalue"]


def test_an_interrupt_ends_it(tmp_path: Path) -> None:
    lines = f'{IMPORT}catch_up._run(get_ipython(), "while True: pass")  # while True'
    (cell,) = in_a_kernel([new_code_cell(lines)], tmp_path)
    assert cell.outputs[-1]["ename"] == "KeyboardInterrupt"
