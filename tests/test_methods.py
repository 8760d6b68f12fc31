"""Methods made of methods, and forecasts beyond the last row."""

import numpy as np
import pandas as pd
import pytest

from course_utils import methods
from course_utils.forecasting import drift, last_value

PAST = np.array([1.0, 3.0, 2.0, 6.0])


def three(past: np.ndarray, horizon: int) -> np.ndarray:
    return last_value(past, horizon) + np.array([[0.0], [3.0], [6.0]])


def test_the_mean_counts_each_method_once() -> None:
    said = methods.mean_of(three, last_value)(PAST, 2)
    np.testing.assert_allclose(said, [(9 + 6) / 2] * 2)
    with pytest.raises(ValueError, match="methods must be at least two to take a mean of, got 1"):
        methods.mean_of(three)


def test_recent_rows_alone() -> None:
    np.testing.assert_allclose(methods.recent(drift, 2)(PAST, 1), [10])
    np.testing.assert_allclose(methods.recent(drift, 99)(PAST, 1), drift(PAST, 1))


def test_a_method_is_asked_once_and_what_it_said_is_safe() -> None:
    asked: list[int] = []

    def counted(past: np.ndarray, horizon: int) -> np.ndarray:
        asked.append(horizon)
        return np.arange(float(horizon))

    remembered = methods.remembered(counted)
    remembered(PAST, 3)[:] = 99
    np.testing.assert_array_equal(remembered(PAST, 3), [0, 1, 2])
    remembered(PAST, 2)
    remembered(PAST + 1, 3)
    assert asked == [3, 2, 3]


@pytest.mark.parametrize(
    ("frequency", "last", "next_two"),
    [
        ("Y", "2008", ["2009", "2010"]),
        ("Q", "2008Q4", ["2009Q1", "2009Q2"]),
        ("M", "2008-12", ["2009-01", "2009-02"]),
        ("W-SAT", "2008-12-27", ["2008-12-28/2009-01-03", "2009-01-04/2009-01-10"]),
        ("D", "2008-02-28", ["2008-02-29", "2008-03-01"]),
        ("h", "2008-12-31 23:00", ["2009-01-01 00:00", "2009-01-01 01:00"]),
    ],
)
def test_a_forecast_begins_right_after_the_last_row(frequency, last, next_two) -> None:
    index = pd.period_range(end=pd.Period(last, freq=frequency), periods=4)
    said = methods.ahead(three, pd.Series(PAST, index), 2)
    assert [str(period) for period in said.index] == next_two
    np.testing.assert_array_equal(said.to_numpy(), [[6, 9, 12]] * 2)


def test_gaps_are_filled_from_the_past_and_missing_rows_refused() -> None:
    index = pd.period_range("2020", periods=4, freq="Y")
    said = methods.ahead(drift, pd.Series([1.0, np.nan, 3.0, np.nan], index), 1)
    np.testing.assert_allclose(said.to_numpy(), [[3 + 2 / 3]])
    with pytest.raises(ValueError, match="series must have a row for every period"):
        methods.ahead(drift, pd.Series(PAST, index).drop(index[1]), 1)
    with pytest.raises(ValueError, match="series must have a PeriodIndex"):
        methods.ahead(drift, pd.Series(PAST), 1)
