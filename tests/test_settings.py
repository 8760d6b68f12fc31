"""Where things lie: in the course's folder if it is the learner's, else in one of their own."""

import os
import sys
import tempfile
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from course_utils import settings

ME = os.geteuid() if hasattr(os, "geteuid") else 0


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Move course, home and temporary folder here."""
    for name in ("course", "home", "temporary"):
        (tmp_path / name).mkdir()
    monkeypatch.delenv("UNROLLED_PROGRESS", raising=False)
    monkeypatch.setattr(settings, "ROOT", tmp_path / "course")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr(os, "geteuid", lambda: ME, raising=False)
    return tmp_path


def lock(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    """Let folders look as if they took no files (to root they would)."""
    access = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: Path(path) not in folders and access(path, mode)
    )


def test_an_own_course_keeps_everything_itself(place: Path) -> None:
    assert settings.own_folder() == place / "course"
    assert settings.progress_file() == place / "course" / ".unrolled-progress.json"
    assert not settings.progress_is_away()
    assert not (place / "home" / "unrolled").exists()


def test_a_read_only_course_sends_what_is_the_learners_home(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock(monkeypatch, place / "course")
    for _ in range(2):
        assert settings.own_folder() == place / "home" / "unrolled"
    assert settings.own_folder().is_dir()
    assert settings.progress_file() == place / "home" / "unrolled" / ".unrolled-progress.json"
    assert settings.progress_is_away()


def test_a_course_of_another_owner_is_not_written_in_even_if_it_could_be(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: ME + 1, raising=False)
    # Nobody here is that learner, so nothing is theirs: not even the folder in the home.
    assert settings._is_mine(place / "course") is False
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    assert settings._is_mine(place / "course")


def test_without_a_home_a_temporary_folder_serves(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock(monkeypatch, place / "course")
    (place / "home").rmdir()
    assert settings.own_folder() == place / "temporary" / f"unrolled-{ME}"

    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", no_home)
    assert settings.own_folder() == place / "temporary" / f"unrolled-{ME}"
    assert not settings.home_takes_files()


def test_where_nothing_takes_files_the_course_is_named(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = place / "temporary" / f"unrolled-{ME}"
    lock(monkeypatch, place / "course", place / "home" / "unrolled", theirs)
    assert settings.own_folder() == place / "course"


def test_a_home_takes_files_or_not(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.home_takes_files()
    lock(monkeypatch, place / "home")
    assert not settings.home_takes_files()


def test_the_named_progress_file_is_where_the_learner_wants_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock(monkeypatch, place / "course")
    monkeypatch.setenv("UNROLLED_PROGRESS", str(place / "mine.json"))
    assert settings.progress_file() == place / "mine.json"
    assert not settings.progress_is_away()


@pytest.mark.parametrize(
    ("quiet", "knows", "shows"),
    [("", "_repr_mimebundle_", True), ("", "_ipython_display_", False), ("1", "both", False)],
)
def test_widgets_are_shown_by_ipywidgets_8_alone(
    monkeypatch: pytest.MonkeyPatch, quiet: str, knows: str, shows: bool
) -> None:
    version = ModuleType("ipywidgets")
    version.__spec__ = SimpleNamespace()  # type: ignore[assignment]
    version.Widget = type("Widget", (), {knows: None})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "ipywidgets", version)
    monkeypatch.setenv("UNROLLED_QUIET", quiet)
    assert settings.shows_widgets() is shows
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert not settings.has_widgets()
    assert not settings.shows_widgets()
