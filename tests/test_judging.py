"""Judging from several moments, choosing on the earlier ones, and the guard of the test part."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from course_utils import judging, series
from course_utils.forecasting import drift, last_value, rolling_origin, seasonal_naive

RNG = np.random.default_rng(0)
VALUES = RNG.normal(size=60).cumsum()
MONTHS = pd.period_range("2020-01", periods=60, freq="M")


def test_without_gaps_it_is_the_rolling_origin_of_lesson_05() -> None:
    ours = judging.judge(drift, VALUES, [20, 30, 48], 12)
    theirs = rolling_origin(drift, VALUES, [20, 30, 48], 12)
    np.testing.assert_array_equal(ours.forecast, theirs.forecast)
    np.testing.assert_array_equal(ours.actual, theirs.actual)
    np.testing.assert_allclose(judging.errors_of(ours), theirs.scores())


def test_a_method_sees_the_past_alone_with_its_gaps_filled_from_the_past() -> None:
    values, seen = VALUES.copy(), []
    values[[10, 18, 19, 20, 25]] = np.nan

    def spy(past: np.ndarray, horizon: int) -> np.ndarray:
        seen.append(past.copy())
        past[:] = 0  # whatever a method does to its past stays its own affair
        return np.zeros(horizon)

    kept = values.copy()
    judging.judge(spy, values, [20, 30], 4)
    assert [len(past) for past in seen] == [20, 30]
    assert np.isfinite(seen[0]).all()
    assert seen[0][10] == pytest.approx((VALUES[9] + VALUES[11]) / 2)
    assert seen[0][18] == seen[0][19] == VALUES[17]  # nothing is drawn to what comes later
    np.testing.assert_array_equal(values, kept)


def test_what_was_never_measured_is_never_judged() -> None:
    values = VALUES.copy()
    values[22] = np.nan
    backtest = judging.judge(last_value, values, [20], 4)
    assert np.isnan(backtest.actual[0, 2])
    wanted = np.sqrt(np.mean((values[[20, 21, 23]] - values[19]) ** 2))
    assert judging.errors_of(backtest)[0] == pytest.approx(wanted)
    values[20:24] = np.nan
    with pytest.raises(
        ValueError, match="origin 20 must leave a measured value to judge by: all 4"
    ):
        judging.judge(last_value, values, [20], 4)


@pytest.mark.parametrize(
    ("method", "origins", "message"),
    [
        (last_value, [57], "each origin must be 1 to 56 for 60 values and horizon 4, got 57"),
        (last_value, [0], "each origin must be 1 to 56"),
        (last_value, [20, 20], "origins must be whole numbers, at least one, all different"),
        (lambda past, horizon: past[:3], [20], "method must return 4 steps, got 3"),
        (lambda past, horizon: np.full(4, np.nan), [20], "method must return 4 finite steps"),
    ],
)
def test_what_cannot_be_judged_is_refused(method, origins, message) -> None:
    with pytest.raises(ValueError, match=message):
        judging.judge(method, VALUES, origins, 4)


def test_the_best_on_earlier_origins_is_chosen_by_its_median_member() -> None:
    split = series.split_in_time(pd.Series(VALUES, MONTHS), test=12)

    def lucky(past: np.ndarray, horizon: int) -> np.ndarray:
        member = last_value(past, horizon)
        return np.stack([member, member + 50, member + 90])

    candidates = {"last": last_value, "lucky": lucky, "wrong": lambda p, h: np.full(h, 1e6)}
    choice = judging.choose(candidates, split, range(20, 37, 4), 12)
    assert choice.name == "last"
    assert choice.scores["lucky"].shape == (3,)
    assert choice.scores["lucky"][0] == choice.scores["last"][0]
    assert (choice.origins, choice.horizon) == ((20, 24, 28, 32, 36), 12)


def test_a_choice_never_sees_the_test_part() -> None:
    split = series.split_in_time(pd.Series(VALUES, MONTHS), test=12)
    # The forecast from 36 ends right before the test part; that from 37 in it.
    judging.choose({"last": last_value}, split, [36], 12)
    with pytest.raises(ValueError, match=r"must be 36 at most.*begins \(2024-01\), got 37"):
        judging.choose({"last": last_value}, split, [30, 37], 12)
    other = VALUES.copy()
    other[-12:] = 1e9
    candidates = {"last": last_value, "season": partial(seasonal_naive, season=12)}
    again = judging.choose(
        candidates, series.split_in_time(pd.Series(other, MONTHS), test=12), [24, 30, 36], 12
    )
    choice = judging.choose(candidates, split, [24, 30, 36], 12)
    assert choice.name == again.name
    assert all(np.array_equal(choice.scores[name], again.scores[name]) for name in candidates)


def test_a_choice_from_nothing_is_refused() -> None:
    split = series.split_in_time(pd.Series(VALUES, MONTHS), test=12)
    with pytest.raises(ValueError, match="candidates must hold at least one method, got none"):
        judging.choose({}, split, [20], 12)
