"""Exercise 5a.5: an error without units."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def scaled_error(actual: np.ndarray, forecast: np.ndarray, past: np.ndarray) -> float:
    """MASE of forecast (h,) for actual (h,), scaled by the seasonal naive on past (n,)."""
    naive = np.abs(past[12:] - past[:-12]).mean()
    return float(np.abs(actual - forecast).mean() / naive)


def by_sums(actual, forecast, past):
    error = sum(abs(actual - forecast)) / len(actual)
    return float(error * (len(past) - 12) / sum(abs(past[12:] - past[:-12])))


def mean_absolute(difference):
    return float(np.abs(difference).mean())


def root_mean_square(difference):
    return float(np.sqrt(np.square(difference).mean()))


@wrong(
    "The scale is the error of repeating the last month. It should be the seasonal one, which "
    "repeats the same month of the year before."
)
def last_value_scale(actual, forecast, past):
    return mean_absolute(actual - forecast) / mean_absolute(np.diff(past))


@wrong("The error is squared. MASE uses absolute values.")
def squared_error(actual, forecast, past):
    return root_mean_square(actual - forecast) / mean_absolute(past[12:] - past[:-12])


@wrong("The absolute value is missing in the error, so too high and too low cancel each other.")
def signs_cancel(actual, forecast, past):
    return float((actual - forecast).mean()) / mean_absolute(past[12:] - past[:-12])


@wrong("The fraction is upside down: the error goes on top, the naive's error below.")
def upside_down(actual, forecast, past):
    return mean_absolute(past[12:] - past[:-12]) / mean_absolute(actual - forecast)


@wrong(
    "The error is divided by the mean of the past. Divide by the seasonal naive's mean "
    "absolute error on the past."
)
def scaled_by_the_mean(actual, forecast, past):
    return mean_absolute(actual - forecast) / float(past.mean())


@wrong("Both errors are squared. MASE divides one mean *absolute* error by another.")
def two_rmses(actual, forecast, past):
    return root_mean_square(actual - forecast) / root_mean_square(past[12:] - past[:-12])


@wrong(
    "The error is divided by what repeating last year misses on the *test*. The scale comes "
    "from the past alone: compare p[12:] with p[:-12]."
)
def naive_judged_on_the_test(actual, forecast, past):
    last_year = past[-12:][np.arange(len(actual)) % 12]
    return mean_absolute(actual - forecast) / mean_absolute(actual - last_year)


@wrong("The scale is taken from the last year alone. It should be the mean over the whole past.")
def last_year_alone(actual, forecast, past):
    return mean_absolute(actual - forecast) / mean_absolute(past[-12:] - past[-24:-12])


@wrong(
    "These are sums. Take the mean on top and the mean below, because the two have different "
    "lengths."
)
def sums_for_means(actual, forecast, past):
    return float(np.abs(actual - forecast).sum() / np.abs(past[12:] - past[:-12]).sum())


def _space(draw: Draw) -> Case:
    dtype = draw.one_of("dtype", (np.float64, np.float64, np.float32))
    horizon = draw.one_of("horizon", (1, 2, 5, 12, 15))
    actual, forecast = (draw.array(horizon, dtype=dtype) for _ in range(2))
    # No ties in the past: repeating a year that is the next one's equal misses nothing.
    kind = draw.one_of("past", ("normal", "negative", "positive", "large"))
    past = draw.array(draw.one_of("months", (13, 24, 25, 31, 36, 50)), dtype=dtype, kind=kind)
    return Case(actual, forecast, past)


MASE = Exercise(
    id="5a.5",
    title="An error without units",
    difficulty=2,
    minutes=8,
    optional=True,
    reference=scaled_error,
    also_right=(by_sums,),
    cases=lambda: (
        Case(
            np.array([10.0, 12.0, 15.0]),
            np.array([11.0, 10.0, 11.0]),
            np.arange(40.0) ** 2 / 40 + 3 * np.sin(np.arange(40.0)),
        ),
        Case(np.array([5.0, 1.0]), np.array([2.0, 2.5]), np.arange(1.0, 31.0) ** 1.5),
    ),
    space=_space,
    misconceptions=(
        last_value_scale,
        squared_error,
        signs_cancel,
        upside_down,
        scaled_by_the_mean,
        two_rmses,
        naive_judged_on_the_test,
        last_year_alone,
        sums_for_means,
    ),
    hints=(
        "Two mean absolute errors: the forecast's, and that of repeating last year on the past.",
        "`past[12:] - past[:-12]` is what repeating last year misses, month by month.",
    ),
    returns=("MASE",),
)
