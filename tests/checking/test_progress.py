"""Progress in a folder that is not the course's, or that takes nothing; the rest: test_engine."""

import os
from pathlib import Path

import pytest

from course_utils import settings
from course_utils.checking.progress import Progress


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("UNROLLED_PROGRESS", raising=False)
    monkeypatch.setattr(settings, "own_folder", lambda: tmp_path)
    return tmp_path / settings.PROGRESS_FILE


def test_progress_that_is_kept_elsewhere_says_where_once(away: Path) -> None:
    progress = Progress()
    assert progress.news() == ()
    progress.add("0.1")
    (line,) = progress.news()
    assert line.startswith(f"Your progress is kept in {away}, because")
    progress.add("0.2")
    assert progress.news() == ()
    assert Progress().passed() == {"0.1", "0.2"}


def test_a_file_that_somebody_named_is_where_they_look(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "mine.json")
    progress.add("0.1")
    assert progress.news() == ()


def test_a_folder_that_turns_read_only_in_between_is_named(
    away: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    progress = Progress()
    for name in ("replace", "unlink"):  # nor can the half-written file be taken away
        monkeypatch.setattr(os, name, refuse)
    monkeypatch.setattr(Path, "unlink", refuse)
    progress.add("0.1")
    (line,) = progress.news()
    assert line.startswith(f"Your progress can't be kept: {away.parent} can't be written to.")
