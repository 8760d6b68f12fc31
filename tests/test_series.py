"""Loading, splitting, scaling, transforming and cutting time series."""

import re

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from course_utils.series import (
    Identity,
    Log,
    LogDifference,
    TimeSplit,
    TrainScaler,
    last_window,
    load_airline,
    make_windows,
    split_in_time,
)

quick = settings(max_examples=30, deadline=None)


def monthly(values: list[float] | np.ndarray) -> pd.Series:
    index = pd.period_range("2001-01", periods=len(values), freq="M")
    return pd.Series(np.asarray(values, dtype=float), index=index)


# ---------------------------------------------------------------- loading


def test_the_airline_passengers() -> None:
    airline = load_airline()
    assert len(airline) == 144
    assert airline.sum() == 40363
    assert [str(period) for period in airline.index[[0, -1]]] == ["1949-01", "1960-12"]
    assert airline.iloc[[0, 1, -1]].tolist() == [112, 118, 432]
    assert airline.dtype == np.float64
    assert airline.index.freqstr == "M"


# -------------------------------------------------------------- splitting


@quick
@given(st.integers(2, 60), st.data())
def test_a_split_loses_and_reorders_nothing(length: int, data: st.DataObject) -> None:
    series = monthly(np.arange(length))
    test = data.draw(st.integers(1, length - 1))
    split = split_in_time(series, test)
    assert len(split.test) == test
    assert split.train.index[-1] < split.test.index[0]
    pd.testing.assert_series_equal(pd.concat([split.train, split.test]), series, check_freq=False)


@pytest.mark.parametrize("test", [0, -1, 5, 6])
def test_a_split_leaves_something_on_both_sides(test: int) -> None:
    with pytest.raises(ValueError, match=f"test must be .*, got {test}"):
        split_in_time(monthly(np.arange(5)), test)


def test_what_is_out_of_order_in_time_is_not_split() -> None:
    series = monthly(np.arange(5))
    for wrong in (series[::-1], series.iloc[[0, 2, 1, 3, 4]], series.iloc[[0, 1, 1, 2, 3]]):
        with pytest.raises(ValueError, match="series must be in time order, each time once, got"):
            split_in_time(wrong, 2)
    with pytest.raises(ValueError, match="got 2001-04 after 2001-05; sort it first"):
        split_in_time(series[::-1], 2)
    with pytest.raises(
        TypeError, match="series must be a pandas Series, or a pandas DataFrame, got an array"
    ):
        split_in_time(series.to_numpy(), 2)


def test_several_columns_are_split_together() -> None:
    frame = pd.DataFrame({"a": monthly(np.arange(5)), "b": monthly(np.arange(5))})
    split = split_in_time(frame, 2)
    assert split.test.to_numpy().tolist() == [[3, 3], [4, 4]]


# ---------------------------------------------------------------- scaling

levels = st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=40)


@quick
@given(levels, st.floats(-5, 5), st.floats(0.1, 5))
def test_the_scaler_maps_the_training_part_to_its_range_and_back(
    values: list[float], low: float, width: float
) -> None:
    assume(max(values[:-1]) - min(values[:-1]) > 1e-3)
    split = split_in_time(monthly(values), test=1)
    scaler = TrainScaler(split, low, low + width).fit(split.train)
    scaled = scaler.transform(split.train)
    assert scaled.min() == pytest.approx(low, abs=1e-9)
    assert scaled.max() == pytest.approx(low + width, abs=1e-9)
    # The test part may leave the range, and comes back all the same.
    whole = monthly(values)
    np.testing.assert_allclose(scaler.inverse(scaler.transform(whole)), whole, atol=1e-6)


@quick
@given(levels, st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5))
def test_the_scaler_never_depends_on_the_test_part(past: list[float], future: list[float]) -> None:
    quiet = split_in_time(monthly(past + [0.0] * len(future)), test=len(future))
    wild = split_in_time(monthly(past + future), test=len(future))
    assert np.array_equal(
        TrainScaler(quiet).fit(quiet.train).transform(quiet.train),
        TrainScaler(wild).fit(wild.train).transform(wild.train),
    )


@pytest.fixture
def split() -> TimeSplit:
    return split_in_time(load_airline(), test=12)


def test_the_scaler_refuses_to_look_past_the_split(split: TimeSplit) -> None:
    one_too_many = load_airline().iloc[:133]
    for values in (load_airline(), split.test, one_too_many):
        with pytest.raises(
            ValueError, match=r"values must end by 1959-12.*would see the test part"
        ):
            TrainScaler(split).fit(values)
    # In whatever order it comes.
    for values in (load_airline()[::-1], pd.concat([split.test, split.train])):
        with pytest.raises(ValueError, match=r"got values up to 1960-12: the scaler would see"):
            TrainScaler(split).fit(values)
    # Less than the whole training part is allowed.
    assert TrainScaler(split).fit(split.train.iloc[:100]).transform(split.train).max() > 1


def test_the_scaler_wants_a_series_in_time_order(split: TimeSplit) -> None:
    with pytest.raises(TypeError, match=r"values must be a pandas Series .* got ndarray"):
        TrainScaler(split).fit(split.train.to_numpy())
    with pytest.raises(TypeError, match=r"values must be a pandas Series .* got DataFrame"):
        TrainScaler(split).fit(split.train.to_frame())
    with pytest.raises(ValueError, match="values must be in time order"):
        TrainScaler(split).fit(split.train[::-1])
    with pytest.raises(ValueError, match=r"split\.train must be in time order"):
        TrainScaler(TimeSplit(split.train[::-1], split.test))


def test_the_scaler_keeps_shapes_and_knows_its_published_number(split: TimeSplit) -> None:
    scaler = TrainScaler(split).fit(split.train)
    assert scaler.transform(load_airline()).max() == pytest.approx(1.28, abs=0.005)
    grid = np.linspace(-1, 1, 24).reshape(2, 3, 4)
    assert scaler.inverse(grid).shape == grid.shape
    np.testing.assert_allclose(scaler.transform(scaler.inverse(grid)), grid, atol=1e-12)
    assert scaler.inverse(np.array([-1.0, 1.0])).tolist() == pytest.approx([104, 559])


def test_the_scaler_must_be_fitted_first(split: TimeSplit) -> None:
    for method in (TrainScaler(split).transform, TrainScaler(split).inverse):
        with pytest.raises(RuntimeError, match=r"not fitted yet: call fit\(split\.train\) first"):
            method(np.zeros(3))


@pytest.mark.parametrize(("low", "high"), [(1, 1), (1, -1), (0, float("nan"))])
def test_the_range_of_the_scaler_has_a_width(split: TimeSplit, low: float, high: float) -> None:
    with pytest.raises(ValueError, match=f"^(low|high) must be .*{high}"):
        TrainScaler(split, low, high)


# ------------------------------------------------------------- transforms


@quick
@given(
    st.sampled_from([Identity(), Log(), LogDifference(1), LogDifference(12)]),
    st.lists(st.floats(0.5, 900), min_size=14, max_size=60),
    st.sampled_from([(), (1,), (3,), (2, 2)]),
    st.data(),
)
def test_undo_inverts_apply(
    transform: Identity | Log | LogDifference,
    values: list[float],
    axes: tuple[int, ...],
    data: st.DataObject,
) -> None:
    """Whether the horizon is shorter or longer than the lag, and for any leading axes."""
    series = np.array(values)
    lag = getattr(transform, "lag", 0)
    horizon = data.draw(st.integers(1, len(series) - max(lag, 1)))
    past, future = series[:-horizon], series[-horizon:]
    seen = transform.apply(series)
    assert seen.shape == (len(series) - lag,)
    undone = transform.undo(np.broadcast_to(seen[-horizon:], (*axes, horizon)), past)
    assert undone.shape == (*axes, horizon)
    np.testing.assert_allclose(undone, np.broadcast_to(future, (*axes, horizon)), rtol=1e-9)


def test_each_row_of_a_batch_is_undone_by_itself() -> None:
    growth = np.log([[2.0, 3.0, 1.0], [1.0, 1.0, 5.0]])
    levels = LogDifference(2).undo(growth, np.array([99.0, 10.0, 20.0]))
    np.testing.assert_allclose(levels, [[20, 60, 20], [10, 20, 50]])


def test_transforms_by_hand_and_without_touching_their_input() -> None:
    values = np.array([1.0, 2.0, 8.0])
    np.testing.assert_allclose(Log().apply(values), np.log([1, 2, 8]))
    np.testing.assert_allclose(LogDifference(1).apply(values), np.log([2, 4]))
    np.testing.assert_allclose(LogDifference(2).apply(values), np.log([8]))
    for transform in (Identity(), Log(), LogDifference(1)):
        transform.apply(values)[:] = 7
        future = np.zeros(2)
        transform.undo(future, values)[:] = 7
        assert future.tolist() == [0, 0]
        assert values.tolist() == [1, 2, 8]


@pytest.mark.parametrize("transform", [Log(), LogDifference(1)])
@pytest.mark.parametrize("bad", [0.0, -3.0])
def test_a_logarithm_wants_values_above_zero(transform: Log | LogDifference, bad: float) -> None:
    with pytest.raises(ValueError, match=f"values must be above 0 for a logarithm, got {bad}"):
        transform.apply(np.array([1.0, bad, 2.0]))


def test_the_errors_of_the_log_difference() -> None:
    with pytest.raises(ValueError, match="lag must be a whole number, at least 1, got 0"):
        LogDifference(0)
    with pytest.raises(ValueError, match="values must hold more than lag=3 numbers, got 3"):
        LogDifference(3).apply(np.ones(3))
    with pytest.raises(ValueError, match="past must hold at least lag=3 numbers, got 2"):
        LogDifference(3).undo(np.zeros(1), np.ones(2))


# ---------------------------------------------------------------- windows


@quick
@given(st.integers(1, 8), st.integers(1, 5), st.integers(0, 20))
def test_every_value_stands_where_it_must(window: int, horizon: int, spare: int) -> None:
    length = window + horizon + spare
    inputs, targets = make_windows(np.arange(length, dtype=float), window, horizon)
    count = length - window - horizon + 1
    assert inputs.shape == (count, window, 1)
    assert targets.shape == (count, horizon)
    assert inputs.dtype == targets.dtype == torch.float32
    for start in range(count):
        assert inputs[start, :, 0].tolist() == list(range(start, start + window))
        # What is to be forecast follows at once on what was seen.
        after = start + window
        assert targets[start].tolist() == list(range(after, after + horizon))
    assert set(inputs.flatten().tolist()) | set(targets.flatten().tolist()) == set(range(length))


def test_the_windows_are_copies() -> None:
    values = np.arange(6, dtype=np.float32)
    inputs, targets = make_windows(values, window=2)
    wanted = [[2.0], [3.0], [4.0], [5.0]]
    inputs[1] = 99
    values[:] = 77
    assert targets.tolist() == wanted
    assert inputs[0, :, 0].tolist() == [0, 1]
    assert inputs[2, :, 0].tolist() == [2, 3]


@pytest.mark.parametrize(
    ("values", "window", "horizon", "error", "message"),
    [
        (np.arange(9), 2, 1, TypeError, "values must be a float array .*int64"),
        (
            np.ones((9, 1)),
            2,
            1,
            ValueError,
            r"values must be a float array of shape \(n,\), got .* \(9, 1\)",
        ),
        (np.array([0, 1, np.nan]), 1, 1, ValueError, "must be finite, got nan at position 2"),
        (np.array([0, -np.inf, 1]), 1, 1, ValueError, "must be finite, got -inf at position 1"),
        (np.ones(9), 0, 1, ValueError, "window must be a whole number, at least 1, got 0"),
        (np.ones(9), 2, 0, ValueError, "horizon must be a whole number, at least 1, got 0"),
        (np.ones(4), 3, 2, ValueError, r"at least window \+ horizon = 5 numbers, got 4"),
    ],
)
def test_bad_windows_are_refused(
    values: np.ndarray, window: int, horizon: int, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        make_windows(values, window, horizon)


def test_the_last_window_ends_where_the_series_ends() -> None:
    values = np.arange(9, dtype=float)
    window = last_window(values, 4)
    assert window.shape == (1, 4, 1)
    assert window.dtype == torch.float32
    assert window.flatten().tolist() == [5, 6, 7, 8]
    assert torch.equal(last_window(values, 9)[0, :, 0], torch.arange(9.0))
    values[:] = 77
    assert window.flatten().tolist() == [5, 6, 7, 8]


@pytest.mark.parametrize(
    ("values", "window", "got"),
    [
        (np.ones(3), 4, "window = 4"),
        (np.ones(3), 0, "window must be a whole number, at least 1, got 0"),
        (np.ones((3, 1)), 2, "(3, 1)"),
    ],
)
def test_a_bad_last_window_is_refused(values: np.ndarray, window: int, got: str) -> None:
    with pytest.raises(ValueError, match=re.escape(got)):
        last_window(values, window)
