"""Intervals from earlier errors: what they promise, and counting what they keep."""

import numpy as np
import pytest

from course_utils.intervals import covered, interval, reach


def test_the_reach_is_a_place_among_the_sizes_of_the_errors() -> None:
    errors = np.array([[1.0, -10], [-2, 20], [3, -30], [-4, 40]])
    np.testing.assert_array_equal(reach(errors, 0.8), [4, 40])
    np.testing.assert_array_equal(reach(errors, 0.6), [3, 30])
    np.testing.assert_array_equal(reach(errors, 0.2), [1, 10])
    low, high = interval(errors, np.array([[100.0, 200], [0, 0]]), 0.6)
    np.testing.assert_array_equal(low, [[97, 170], [-3, -30]])
    np.testing.assert_array_equal(high, [[103, 230], [3, 30]])


def test_a_missing_error_counts_as_none_at_its_own_step_only() -> None:
    errors = np.array([[5.0, 1], [np.nan, 2], [-1, 3], [2, 4], [3, 5]])
    # Four errors at the first step: place 4 of 4; five at the second: place 5 of 5.
    np.testing.assert_array_equal(reach(errors, 0.8), [5, 5])


def test_too_few_errors_for_a_level_are_refused_with_the_number_that_is_needed() -> None:
    with pytest.raises(
        ValueError, match=r"at least 9 measured ones per step.*0\.9, got 8 at step 1"
    ):
        reach(np.ones((8, 2)), 0.9)
    reach(np.ones((9, 2)), 0.9)
    with pytest.raises(ValueError, match="got 3 at step 2"):
        reach(np.array([[1.0, 1], [1, 1], [1, 1], [1, np.nan]]), 0.8)
    with pytest.raises(ValueError, match="level must be under 1"):
        reach(np.ones((8, 2)), 80.0)


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9])
def test_on_errors_that_stay_alike_it_keeps_its_promise(level: float) -> None:
    rng = np.random.default_rng(1)
    kept = []
    for _ in range(400):
        errors = rng.standard_t(3, size=(19, 4))
        low, high = interval(errors, np.zeros(4), level)
        count = covered(rng.standard_t(3, size=4), low, high)
        kept.append(count.inside / count.total)
    assert np.mean(kept) == pytest.approx(level, abs=0.035)


def test_only_what_was_measured_is_counted() -> None:
    actual = np.array([[1.0, np.nan], [3.0, 9.0]])
    count = covered(actual, np.zeros((2, 2)), np.full((2, 2), 3.0))
    assert count == (2, 3)
    with pytest.raises(ValueError, match="actual must hold a measured value to count, got none"):
        covered(np.full(3, np.nan), np.zeros(3), np.ones(3))
    with pytest.raises(ValueError, match="are the two ends swapped"):
        covered(np.zeros(3), np.ones(3), np.zeros(3))
