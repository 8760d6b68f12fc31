"""Exercise 6b.2: an error that knows how hard the series is."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def nrmse(actual: np.ndarray, forecast: np.ndarray) -> np.ndarray:
    """Take (tests, steps); give per step the RMSE divided by the standard deviation of actual."""
    error = np.sqrt(np.square(forecast - actual).mean(axis=0))
    return error / actual.std(axis=0)


def by_the_share_left_over(actual, forecast):
    return np.sqrt(np.mean((actual - forecast) ** 2, axis=0) / np.var(actual, axis=0))


def rms(values, axis=0):
    return np.sqrt(np.square(values).mean(axis=axis))


@wrong("The errors are averaged over everything. Each step ahead gets its own error: axis 0.")
def one_number(actual, forecast):
    return rms(forecast - actual, axis=None) / actual.std()


@wrong("This gives one error per test. Return one per step ahead, so average over axis 0.")
def for_each_test(actual, forecast):
    return rms(forecast - actual, axis=1) / (actual.std(axis=1) + (actual.shape[1] == 1))


@wrong("The root is missing: here squares are divided by squares, or by a spread that isn't one.")
def without_the_root(actual, forecast):
    return np.square(forecast - actual).mean(axis=0) / actual.var(axis=0)


@wrong("This isn't divided by the spread of the actual values yet.")
def in_units(actual, forecast):
    return rms(forecast - actual)


@wrong("This divides by the spread of the forecast, but a forecast must not set its own scale.")
def by_the_forecasts_spread(actual, forecast):
    return rms(forecast - actual) / forecast.std(axis=0)


@wrong("This divides by the variance. The spread is its root, in the units of the series.")
def by_the_variance(actual, forecast):
    return rms(forecast - actual) / actual.var(axis=0)


@wrong(
    "This divides by the mean of the actual values, so shifting the series would change the error."
)
def by_the_mean(actual, forecast):
    return rms(forecast - actual) / np.abs(actual.mean(axis=0))


@wrong("This divides by the range. The spread meant here is the standard deviation.")
def by_the_range(actual, forecast):
    return rms(forecast - actual) / np.ptp(actual, axis=0)


@wrong("This averages absolute errors. RMSE squares them first, and takes the root of the mean.")
def absolute_errors(actual, forecast):
    return np.abs(forecast - actual).mean(axis=0) / actual.std(axis=0)


def _space(draw: Draw) -> Case:
    tests, steps = draw.size("tests", least=2), draw.size("steps")
    kind = draw.one_of("numbers", ("normal", "negative", "positive", "large"))
    dtype = draw.one_of("dtype", (np.float64, np.float64, np.float32))
    actual = draw.array(tests, steps, kind=kind, dtype=dtype)
    return Case(actual, actual + draw.array(tests, steps, kind="normal", dtype=dtype))


NRMSE = Exercise(
    id="6b.2",
    title="An error on which the mean scores 1",
    difficulty=1,
    minutes=5,
    reference=nrmse,
    also_right=(by_the_share_left_over,),
    cases=lambda: (
        Case(
            np.array([[1.0, 2.0], [3.0, 6.0], [5.0, 1.0]]),
            np.array([[1.5, 3.0], [3.0, 4.0], [4.0, 2.0]]),
            label="three tests, two steps ahead",
        ),
    ),
    space=_space,
    misconceptions=(
        one_number,
        for_each_test,
        without_the_root,
        in_units,
        by_the_forecasts_spread,
        by_the_variance,
        by_the_mean,
        by_the_range,
        absolute_errors,
    ),
    hints=(
        "Rows are tests, columns are steps ahead, and each column needs one number: `axis=0`.",
        "Take `np.sqrt(np.square(forecast - actual).mean(axis=0))`, then divide by a `std`.",
    ),
    returns=("NRMSE",),
    rtol=1e-4,
)
