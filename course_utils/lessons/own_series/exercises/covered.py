"""Exercise 6a.6: count what an interval really contains."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def covered(actual: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[int, int]:
    """Count (inside, of how many) over arrays of one shape; NaN was never measured."""
    measured = ~np.isnan(actual)
    inside = measured & (low <= actual) & (actual <= high)
    return int(inside.sum()), int(measured.sum())


def over_flat_lists(actual, low, high):
    inside = total = 0
    for value, bottom, top in zip(np.ravel(actual), np.ravel(low), np.ravel(high), strict=True):
        if value == value:
            total += 1
            inside += bool(bottom <= value <= top)
    return inside, total


@wrong("A value that was never measured is counted as outside. Don't count it at all.")
def missing_as_outside(actual, low, high):
    return int(((low <= actual) & (actual <= high)).sum()), actual.size


@wrong("A value that was never measured is counted as inside. Don't count it at all.")
def missing_as_inside(actual, low, high):
    return int((~((actual < low) | (actual > high))).sum()), actual.size


@wrong("This checks the low end only.")
def low_end_only(actual, low, high):
    return int((low <= actual).sum()), int((~np.isnan(actual)).sum())


@wrong("This checks the high end only.")
def high_end_only(actual, low, high):
    return int((actual <= high).sum()), int((~np.isnan(actual)).sum())


@wrong("The ends belong to the interval, so a value exactly on one of them is inside.")
def ends_left_out(actual, low, high):
    return int(((low < actual) & (actual < high)).sum()), int((~np.isnan(actual)).sum())


@wrong("This counts whole forecasts, so one value outside spoils its row. Count the values.")
def whole_rows(actual, low, high):
    fits = (np.isnan(actual) | ((low <= actual) & (actual <= high))).all(axis=-1)
    return int(np.sum(fits)), int(np.size(fits))


def _space(draw: Draw) -> Case:
    shape = draw.one_of("shape", ((7,), (3, 5), (1, 4), (12,), (4, 1)))
    actual = draw.array(*shape, kind="normal")
    middle, reach = draw.array(*shape, kind="normal"), abs(draw.array(*shape, kind="normal"))
    low, high = middle - reach, middle + reach
    low.flat[0] = actual.flat[0]  # right on an end
    high.flat[0] = low.flat[0] + 1
    if draw.one_of("missing", (True, False)):
        actual.flat[-1] = np.nan
    return Case(actual, low, high)


COVERED = Exercise(
    id="6a.6",
    title="Count what it contains",
    difficulty=1,
    minutes=4,
    reference=covered,
    also_right=(over_flat_lists,),
    cases=lambda: (
        Case(
            np.array([1.0, 2.0, np.nan, 9.0]),
            np.array([0.0, 2.0, 0.0, 0.0]),
            np.array([3.0, 5.0, 9.0, 5.0]),
            label="four values, one never measured, one on the end, one outside",
        ),
    ),
    space=_space,
    misconceptions=(
        missing_as_outside,
        missing_as_inside,
        low_end_only,
        high_end_only,
        ends_left_out,
        whole_rows,
    ),
    hints=(
        "Which values can you count at all? Those that were measured.",
        "`np.isnan(actual)` finds the ones that weren't. `&` joins two conditions number by "
        "number.",
    ),
    returns=("inside", "of how many"),
)
