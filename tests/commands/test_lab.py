"""How `make lab` opens JupyterLab; what it hands out first is tested in test_handout."""

import os
import sys
from pathlib import Path

import pytest

from course_utils.commands import lab


def test_jupyterlab_opens_the_first_notebook_and_gets_the_extra_arguments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jupyterlab.labapp import LabApp

    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / lab.FIRST).write_text('{"cells": []}')
    given: list[list[str]] = []
    monkeypatch.setattr(LabApp, "launch_instance", given.append)
    monkeypatch.setattr(lab, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["lab", "--no-browser", "--port=8899"])
    monkeypatch.setenv("PYTHONSTARTUP", "")  # so that both are put back, whatever they were
    monkeypatch.setenv("OMP_NUM_THREADS", "")
    monkeypatch.delenv("PYTHONSTARTUP")
    monkeypatch.delenv("OMP_NUM_THREADS")
    lab.main()
    (arguments,) = given
    assert f"--ServerApp.root_dir={tmp_path}" in arguments
    assert f"--LabApp.default_url=/lab/tree/my_course/{lab.FIRST}" in arguments
    assert arguments[-2:] == ["--no-browser", "--port=8899"]
    assert os.environ["OMP_NUM_THREADS"] == "1"
    assert os.environ["PYTHONSTARTUP"] == lab.KERNEL_START


def test_jupyterlab_opens_the_newest_copy_of_the_first_notebook(tmp_path: Path) -> None:
    for name in ("00_start_here.ipynb", "00_start_here.new2.ipynb", "00_start_here.new.ipynb"):
        (tmp_path / name).touch()
    newest = f"--LabApp.default_url=/lab/tree/{tmp_path.name}/00_start_here.new2.ipynb"
    assert newest in lab.options(tmp_path, tmp_path, as_root=False)


def test_only_root_is_told_that_it_may(tmp_path: Path) -> None:
    allow = "--ServerApp.allow_root=True"
    assert allow in lab.options(tmp_path, tmp_path, as_root=True)
    assert allow not in lab.options(tmp_path, tmp_path, as_root=False)
