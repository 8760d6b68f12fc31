"""One call takes whatever there is."""

from __future__ import annotations

import pytest
import torch

from course_utils import diagnose
from tests.diagnose.programs_update import Reader, plain, sums


def names(report: diagnose.Report) -> set[str]:
    return {finding.name for finding in report.findings}


def test_a_model_and_its_step_are_both_looked_at() -> None:
    model, (x, y) = Reader(), sums()
    report = diagnose.everything(model=model, step=plain(model), x=x, y=y, task="encode", clip=None)
    assert not report.names
    assert names(report) >= {"rows_mixed", "gradients_pile_up"}
    assert "label_in_window" not in names(report)


def test_a_model_alone_is_a_network() -> None:
    report = diagnose.everything(model=Reader(), x=torch.randn(4, 6, 3))
    assert "rows_mixed" in names(report)
    assert "gradients_pile_up" not in names(report)


def test_series_and_windows_are_data() -> None:
    series = torch.randn(60).cumsum(0)
    x = torch.stack([series[i : i + 6] for i in range(50)]).unsqueeze(-1)
    report = diagnose.everything(x=x, y=series[6:56, None], series=series, horizon=1, window=6)
    assert "label_in_window" in names(report)


def test_numbers_and_what_was_said_are_a_forecast() -> None:
    actual = torch.randn(40).cumsum(0)
    report = diagnose.everything(actual=actual, forecast=actual + torch.randn(40))
    assert "shifted" in names(report)


def test_refuses_what_it_does_not_know() -> None:
    with pytest.raises(TypeError, match="lenghts"):
        diagnose.everything(model=Reader(), x=torch.randn(4, 6, 3), lenghts=[3])
    with pytest.raises(TypeError, match="give a model and x"):
        diagnose.everything(model=Reader())
