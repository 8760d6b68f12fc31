"""What lesson 06a adds to `series`: two transforms, gaps filled from the past, whole windows."""

import numpy as np
import pytest

from course_utils.series import Difference, Root, fill_gaps, make_windows, whole_windows

PAST = np.array([4.0, 9.0, 1.0, 16.0, 0.0, 25.0])


@pytest.mark.parametrize("transform", [Difference(1), Difference(3), Root()])
@pytest.mark.parametrize("known", [3, 4])
def test_undo_brings_the_rest_of_a_series_back(transform, known: int) -> None:
    future = transform.apply(PAST)[-(len(PAST) - known) :]
    np.testing.assert_allclose(transform.undo(future, PAST[:known]), PAST[known:])
    both = np.stack([future, future])
    np.testing.assert_allclose(transform.undo(both, PAST[:known]), [PAST[known:]] * 2)


def test_beyond_the_lag_a_change_stands_on_the_forecast() -> None:
    said = Difference(2).undo(np.array([1.0, 1, 1, 1]), np.array([10.0, 20]))
    np.testing.assert_array_equal(said, [11, 21, 12, 22])


def test_a_root_of_less_than_nought_is_refused_and_none_comes_back() -> None:
    with pytest.raises(ValueError, match="values must be 0 or more for a square root, got -1"):
        Root().apply(np.array([1.0, -1]))
    np.testing.assert_array_equal(Root().undo(np.array([-2.0, 3]), PAST), [0, 9])


def test_a_difference_needs_more_than_its_lag() -> None:
    with pytest.raises(ValueError, match="more than lag=6 numbers, got 6"):
        Difference(6).apply(PAST)
    with pytest.raises(ValueError, match="at least lag=7 numbers, got 6"):
        Difference(7).undo(np.ones(1), PAST)


def test_gaps_are_filled_from_the_past_alone() -> None:
    nan = np.nan
    np.testing.assert_array_equal(
        fill_gaps(np.array([1, nan, nan, 4, nan, nan])), [1, 2, 3, 4, 4, 4]
    )
    np.testing.assert_array_equal(fill_gaps(PAST), PAST)
    for wrong in ([nan, 1.0], [nan, nan], [1.0, np.inf]):
        with pytest.raises(ValueError, match="past must begin with a known value"):
            fill_gaps(np.array(wrong))


def test_whole_windows_are_those_without_a_gap() -> None:
    values = np.arange(12.0)
    values[5] = np.nan
    inputs, targets = whole_windows(values, 2, 2)
    np.testing.assert_array_equal(targets[:, 0], [2, 3, 8, 9, 10])
    assert inputs.shape == (5, 2, 1)
    whole = np.arange(12.0)
    for one, other in zip(whole_windows(whole, 3, 2), make_windows(whole, 3, 2), strict=True):
        np.testing.assert_array_equal(one, other)
    values[::3] = np.nan
    with pytest.raises(ValueError, match="take a shorter window, or interpolate"):
        whole_windows(values, 4, 2)
    with pytest.raises(ValueError, match="at least window"):
        whole_windows(values, 12, 2)
    with pytest.raises(ValueError, match="got an infinity"):
        whole_windows(np.array([1.0, np.inf, 2, 3]), 1)
