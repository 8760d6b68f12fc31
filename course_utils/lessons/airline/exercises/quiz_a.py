"""The quiz of lesson 05a: three questions that need a run."""

import numpy as np

from course_utils import forecasting, series, studies
from course_utils.checking import Exercise, wrong


def leaked_maximum() -> float:
    """Scale the largest month up to 1959 by a range that was taken from all 144 months."""
    values = series.load_airline().to_numpy()
    return float(2 * (values[:132].max() - values.min()) / np.ptp(values) - 1)


@wrong(
    "That's the honest scaling, which maps the largest training month to 1. Use the one that leaks."
)
def honest_rule():
    return 1.0


@wrong("That's the summer of 1960 under the honest scaling. Scale the largest month *up to 1959*.")
def summer_1960():
    values = series.load_airline().to_numpy()
    return float(2 * (values.max() - values.min()) / np.ptp(values[:132]) - 1)


@wrong("That's on a scale from 0 to 1. Ours goes from -1 to 1.")
def zero_to_one():
    return (leaked_maximum() + 1) / 2


QUIZ_LEAK = Exercise(
    id="5a.Q1",
    title="What would a leak have done to 1959?",
    difficulty=1,
    minutes=2,
    kind="value",
    reference=leaked_maximum,
    also_right=(lambda: round(leaked_maximum(), 2),),
    misconceptions=(honest_rule, summer_1960, zero_to_one),
    hints=(
        "The smallest and the largest value now come from `passengers` instead of `split.train`.",
        "`2 * (x - low) / (high - low) - 1`, with `x = split.train.max()`.",
    ),
    rtol=0.0,
    atol=0.005,  # two decimals
)


def last_year_on_1959() -> float:
    """RMSE on 1959 of repeating 1958: 120 months are known, twelve are forecast."""
    values = series.load_airline().to_numpy()
    return forecasting.rmse(values[120:132], forecasting.seasonal_naive(values[:120], 12))


@wrong("That's the error on 1960. Stand at the end of 1958 and forecast 1959.")
def on_1960():
    values = series.load_airline().to_numpy()
    return forecasting.rmse(values[132:], forecasting.seasonal_naive(values[:132], 12))


@wrong("That's 1959 and 1960 together. Forecast the twelve months of 1959 alone.")
def both_years():
    values = series.load_airline().to_numpy()
    return forecasting.rmse(values[120:], forecasting.seasonal_naive(values[:120], 24))


@wrong("That's the mean absolute error. The question asks for the RMSE.")
def mean_absolute_error():
    values = series.load_airline().to_numpy()
    return float(np.abs(values[120:132] - values[108:120]).mean())


QUIZ_1959 = Exercise(
    id="5a.Q2",
    title="How far off was “last year” in 1959?",
    difficulty=1,
    minutes=2,
    kind="value",
    reference=last_year_on_1959,
    also_right=(lambda: round(last_year_on_1959(), 1),),
    misconceptions=(on_1960, both_years, mean_absolute_error),
    hints=(
        "`passengers.to_numpy()[:120]` ends with 1958.",
        "Forecast with your `repeat_last_year`, and judge with `forecasting.rmse(actual, "
        "forecast)`.",
    ),
    rtol=0.0,
    atol=0.05,  # one decimal
)


def january_moved() -> float:
    """Median over the 32 seeds: how far apart the two forecasts of January 1960 are."""
    published = studies.load("airline-published")
    return float((published["leaking_1"] - published["fresh_1"]).abs().median())


@wrong(
    "Signs cancel here, because some seeds are moved up and others down. Take the absolute "
    "difference."
)
def with_its_sign():
    published = studies.load("airline-published")
    return float((published["leaking_1"] - published["fresh_1"]).median())


@wrong("That's over all twelve months. The question is about January, the first.")
def whole_year():
    published = studies.load("airline-published")
    leaking, fresh = (published.filter(like=way).to_numpy() for way in ("leaking_", "fresh_"))
    return float(np.median(np.abs(leaking - fresh)))


@wrong("That's the mean over the seeds. The question asks for the median.")
def mean_over_the_seeds():
    published = studies.load("airline-published")
    return float((published["leaking_1"] - published["fresh_1"]).abs().mean())


QUIZ_JANUARY = Exercise(
    id="5a.Q3",
    title="How far does the leak move January 1960?",
    difficulty=1,
    minutes=2,
    kind="value",
    reference=january_moved,
    also_right=(lambda: round(january_moved(), 1),),
    misconceptions=(with_its_sign, whole_year, mean_over_the_seeds),
    hints=(
        "`leaking[:, 0]` and `fresh[:, 0]` are the 32 forecasts of January.",
        "Take `np.abs` of their difference, then `np.median`.",
    ),
    rtol=0.0,
    atol=0.05,  # one decimal
)
