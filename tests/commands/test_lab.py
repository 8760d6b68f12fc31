"""How `make lab` opens JupyterLab; what it hands out first is tested in test_handout."""

import os
import sys
import tempfile
from pathlib import Path

import pytest

from course_utils import settings
from course_utils.commands import lab

MOVED = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "MPLCONFIGDIR")


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unset what `lab` sets; at the end each variable is as it was."""
    for name in ("PYTHONSTARTUP", "OMP_NUM_THREADS", "JUPYTER_PREFER_ENV_PATH", *MOVED):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def test_jupyterlab_opens_the_first_notebook_and_gets_the_extra_arguments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from jupyterlab.labapp import LabApp

    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / lab.FIRST).write_text('{"cells": []}')
    given: list[list[str]] = []
    monkeypatch.setattr(LabApp, "launch_instance", given.append)
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["lab", "--no-browser", "--port=8899"])
    forget(monkeypatch)
    lab.main()
    (arguments,) = given
    assert f"--ServerApp.root_dir={tmp_path}" in arguments
    assert f"--LabApp.default_url=/lab/tree/my_course/{lab.FIRST}" in arguments
    assert arguments[-2:] == ["--no-browser", "--port=8899"]
    assert os.environ["OMP_NUM_THREADS"] == "1"
    assert os.environ["PYTHONSTARTUP"] == lab.KERNEL_START
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("is_temporary", [False, True])
def test_in_another_ones_course_lab_says_where_the_copies_are(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    is_temporary: bool,
) -> None:
    from jupyterlab.labapp import LabApp

    given: list[list[str]] = []
    monkeypatch.setattr(LabApp, "launch_instance", given.append)
    monkeypatch.setattr(settings, "own_folder", lambda: tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path.parent if is_temporary else tmp_path))
    monkeypatch.setattr(sys, "argv", ["lab"])
    forget(monkeypatch)
    lab.main()
    where, *more = capsys.readouterr().out.splitlines()
    own = tmp_path / "my_course"
    assert where == f"lab: you can't write to the course's folder, so you work in {own}"
    assert any("temporary folder" in line for line in more) is is_temporary
    assert (own / lab.FIRST).exists()
    assert f"--ServerApp.root_dir={tmp_path}" in given[0]


def test_copies_that_cannot_be_laid_end_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "own_folder", lambda: tmp_path)
    (tmp_path / "my_course").touch()
    with pytest.raises(SystemExit, match=r"lab: can't put your copies .* into .*File exists"):
        lab.main()


def test_without_jupyterlab_lab_ends_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "own_folder", lambda: tmp_path)
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", None)
    forget(monkeypatch)
    with pytest.raises(SystemExit, match=r"lab: there is no JupyterLab for .*: `make lab`"):
        lab.main()


@pytest.mark.parametrize("takes_files", [True, False])
def test_jupyter_keeps_its_own_files_where_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, takes_files: bool
) -> None:
    forget(monkeypatch)
    monkeypatch.setattr(settings, "home_takes_files", lambda: takes_files)
    lab.prepare(tmp_path)
    assert os.environ["JUPYTER_PREFER_ENV_PATH"] == "1"
    for name in MOVED:
        assert os.environ.get(name) == (None if takes_files else str(tmp_path / ".jupyter"))


def test_jupyterlab_opens_the_newest_copy_of_the_first_notebook(tmp_path: Path) -> None:
    for name in ("00_start_here.ipynb", "00_start_here.new2.ipynb", "00_start_here.new.ipynb"):
        (tmp_path / name).touch()
    newest = f"--LabApp.default_url=/lab/tree/{tmp_path.name}/00_start_here.new2.ipynb"
    assert newest in lab.options(tmp_path, tmp_path, as_root=False)


def test_only_root_is_told_that_it_may(tmp_path: Path) -> None:
    allow = "--ServerApp.allow_root=True"
    assert allow in lab.options(tmp_path, tmp_path, as_root=True)
    assert allow not in lab.options(tmp_path, tmp_path, as_root=False)
