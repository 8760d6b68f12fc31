"""What `make lab` hands out, and what it leaves alone."""

import json
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course_utils.commands import lab

NAME = "05_passengers.ipynb"


def write(folder: Path, source: str, printed: str = "") -> Path:
    outputs = [new_output("stream", text=printed)] if printed else []
    folder.mkdir(exist_ok=True)
    cell = new_code_cell(source, id="a", outputs=outputs)
    nbformat.write(new_notebook(cells=[cell]), folder / NAME)
    return folder / NAME


def source_of(path: Path) -> str:
    return nbformat.read(path, as_version=4).cells[0].source


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Make a course of one notebook, handed out once."""
    course, own = tmp_path / "notebooks", tmp_path / "my_course"
    write(course, "first")
    assert lab.hand_out(course, own) == []
    return course, own


def test_first_time_copies(folders: tuple[Path, Path]) -> None:
    course, own = folders
    assert (own / NAME).read_bytes() == (course / NAME).read_bytes()


def test_an_untouched_copy_follows_the_course(folders: tuple[Path, Path]) -> None:
    course, own = folders
    write(course, "second")
    assert lab.hand_out(course, own) == [f"my_course/{NAME}: updated to the course's new version"]
    assert source_of(own / NAME) == "second"
    assert lab.hand_out(course, own) == []


def test_a_copy_that_was_only_run_follows_too_but_keeps_its_outputs_until_then(
    folders: tuple[Path, Path],
) -> None:
    course, own = folders
    run = write(own, "first", printed="my own output").read_bytes()
    assert lab.hand_out(course, own) == []
    assert (own / NAME).read_bytes() == run
    write(course, "second")
    assert len(lab.hand_out(course, own)) == 1
    assert source_of(own / NAME) == "second"


def test_an_edited_copy_is_kept_quietly_while_the_course_stands_still(
    folders: tuple[Path, Path],
) -> None:
    course, own = folders
    edited = write(own, "my answer").read_bytes()
    assert lab.hand_out(course, own) == []
    assert (own / NAME).read_bytes() == edited


def test_an_edited_copy_is_kept_with_one_line_when_the_course_moves_on(
    folders: tuple[Path, Path],
) -> None:
    course, own = folders
    edited = write(own, "my answer").read_bytes()
    write(course, "second")
    for _ in range(2):  # it says so each time, until something is done about it
        (line,) = lab.hand_out(course, own)
        assert "kept, it has your edits" in line
        assert "rename yours" in line
        assert (own / NAME).read_bytes() == edited
    (own / NAME).rename(own / "mine.ipynb")
    assert lab.hand_out(course, own) == []
    assert source_of(own / NAME) == "second"
    assert (own / "mine.ipynb").read_bytes() == edited


def test_a_copy_that_was_there_before_any_record_is_kept(tmp_path: Path) -> None:
    write(tmp_path / "my_course", "older than the record")
    write(tmp_path / "notebooks", "first")
    (line,) = lab.hand_out(tmp_path / "notebooks", tmp_path / "my_course")
    assert "kept" in line
    assert source_of(tmp_path / "my_course" / NAME) == "older than the record"


@pytest.mark.parametrize("broken", ["", "{", "[]", "null", '{"cells": 3}', '{"cells": [1]}'])
def test_a_broken_copy_is_kept(folders: tuple[Path, Path], broken: str) -> None:
    course, own = folders
    (own / NAME).write_text(broken)
    write(course, "second")
    assert len(lab.hand_out(course, own)) == 1
    assert (own / NAME).read_text() == broken


@pytest.mark.parametrize("broken", ["", "{", "[]"])
def test_a_lost_record_overwrites_nothing(folders: tuple[Path, Path], broken: str) -> None:
    course, own = folders
    (own / lab.RECORD).write_text(broken)
    edited = write(own, "my answer").read_bytes()
    lab.hand_out(course, own)
    assert (own / NAME).read_bytes() == edited
    write(own, "first")
    lab.hand_out(course, own)
    assert NAME in json.loads((own / lab.RECORD).read_text())


def test_jupyterlab_opens_the_first_notebook_and_gets_the_extra_arguments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jupyterlab.labapp import LabApp

    write(tmp_path / "notebooks", "first").rename(tmp_path / "notebooks" / lab.FIRST)
    given: list[list[str]] = []
    monkeypatch.setattr(LabApp, "launch_instance", given.append)
    monkeypatch.setattr(lab, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["lab", "--no-browser", "--port=8899"])
    monkeypatch.setenv("OMP_NUM_THREADS", "")  # so that it is put back, whatever it was
    monkeypatch.delenv("OMP_NUM_THREADS")
    lab.main()
    (arguments,) = given
    assert f"--ServerApp.root_dir={tmp_path}" in arguments
    assert f"--LabApp.default_url=/lab/tree/my_course/{lab.FIRST}" in arguments
    assert arguments[-2:] == ["--no-browser", "--port=8899"]
    assert lab.os.environ["OMP_NUM_THREADS"] == "1"


def test_only_root_is_told_that_it_may(tmp_path: Path) -> None:
    allow = "--ServerApp.allow_root=True"
    assert allow in lab.options(tmp_path, tmp_path, as_root=True)
    assert allow not in lab.options(tmp_path, tmp_path, as_root=False)
