"""Stored studies: read, written, and each made again by the command that it names."""

from pathlib import Path

import pandas as pd
import pytest
import torch

from course_utils import lessons, settings, studies

STORED = sorted(path.stem for path in (settings.DATA_FOLDER / "studies").glob("*.csv"))


def test_every_study_is_stored_and_every_stored_one_can_be_made() -> None:
    assert sorted(lessons.studies()) == STORED, "run: make studies ARGS=<the missing name>"


@pytest.mark.parametrize("name", STORED)
def test_a_stored_study_says_how_it_was_made(name: str) -> None:
    made = studies.load(name).attrs["made"]
    assert f'make studies ARGS="{name}"' in made
    for word in ("Python 3.", "torch ", "numpy "):
        assert word in made
    assert "#" not in made


def test_a_study_is_written_and_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "studies").mkdir()
    table = pd.DataFrame({"seed": [0, 1], "loss": [0.1, 1 / 3]})
    monkeypatch.setattr(settings, "DATA_FOLDER", tmp_path)
    assert studies.make("tiny", lambda: table) == tmp_path / "studies" / "tiny.csv"
    again = studies.load("tiny")
    pd.testing.assert_frame_equal(again, table, rtol=1e-8)
    assert f"torch {torch.__version__}" in again.attrs["made"]
    with pytest.raises(ValueError, match="run must return a pandas DataFrame, got None"):
        studies.make("tiny", lambda: None)  # type: ignore[arg-type, return-value]
    pd.testing.assert_frame_equal(studies.load("tiny"), again)


def test_an_unknown_study_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"name must be a stored study \(airline-.*published.*\), got 'nothing'"
    ):
        studies.load("nothing")
