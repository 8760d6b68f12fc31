"""The quiz of lesson 06a: three questions that need a run."""

from functools import partial

import numpy as np
from statsmodels.datasets import co2

from course_utils import forecasting, intervals, judging, methods, series
from course_utils.checking import Exercise, wrong
from course_utils.lessons.own_series.sunspots_runs import CYCLE, EARLIER, LATER, load_sunspots


def whole_pair_count() -> int:
    """Count the pairs of 52 weeks in and 13 out that no gap of the CO₂ series touches."""
    values = co2.load_pandas().data["co2"].to_numpy()
    return len(series.whole_windows(values, 52, 13)[0])


def weeks():
    return co2.load_pandas().data["co2"].to_numpy()


@wrong("That counts every pair, with gaps or without.")
def every_pair():
    return len(weeks()) - 52 - 13 + 1


@wrong("The gaps were thrown out first, so some of these pairs reach across one.")
def bridged():
    return int(np.isfinite(weeks()).sum()) - 52 - 13 + 1


@wrong("That looks one week ahead. The question is about 13.")
def one_week_ahead():
    return len(series.whole_windows(weeks(), 52, 1)[0])


QUIZ_PAIRS = Exercise(
    id="6a.Q1",
    title="How many pairs are free of gaps?",
    difficulty=1,
    minutes=2,
    kind="value",
    reference=whole_pair_count,
    also_right=(lambda: float(whole_pair_count()),),
    misconceptions=(every_pair, bridged, one_week_ahead),
    hints=(
        "Load the CO₂ file with `gaps='keep'`; `series.whole_windows` is your `whole_pairs`.",
        "`len(series.whole_windows(values, 52, 13)[0])`",
    ),
    rtol=0.0,
    atol=0.0,
)

COEFFICIENTS = partial(forecasting.autoregression, order=CYCLE)


def counted_for_a_weighted_sum() -> int:
    """Count the years at the later origins that a weighted sum's 80 % interval contains."""
    return counted(0.8)


def counted(level, made_on=EARLIER, counted_on=LATER):
    values = load_sunspots().to_numpy()
    before = judging.judge(COEFFICIENTS, values, made_on, CYCLE)
    after = judging.judge(COEFFICIENTS, values, counted_on, CYCLE)
    low, high = intervals.interval(before.actual - before.forecast[0], after.forecast[0], level)
    return intervals.covered(after.actual, low, high).inside


@wrong("That's what the label promises: 80 % of 132. Count instead.")
def what_the_label_promises():
    return round(0.8 * len(LATER) * CYCLE)


@wrong("That's counted at the origins that made the interval. Count at the later ones.")
def where_it_was_made():
    return counted(0.8, counted_on=EARLIER)


@wrong("The interval was made from the errors at the later origins, so it saw the test part.")
def made_of_later_errors():
    return counted(0.8, made_on=LATER)


QUIZ_COUNT = Exercise(
    id="6a.Q2",
    title="What does a weighted sum's interval contain?",
    difficulty=2,
    minutes=3,
    kind="value",
    reference=counted_for_a_weighted_sum,
    also_right=(lambda: float(counted(0.8)),),
    misconceptions=(what_the_label_promises, where_it_was_made, made_of_later_errors),
    hints=(
        "Judge `partial(forecasting.autoregression, order=11)` before and after 1954.",
        "The errors before go into `interval` with the forecasts after; then `covered`.",
    ),
    rtol=0.0,
    atol=0.0,
)


def mean_of_two() -> float:
    """RMSE at the later origins of the mean of a weighted sum and the last cycle again."""
    values = load_sunspots().to_numpy()
    both = methods.mean_of(COEFFICIENTS, partial(forecasting.seasonal_naive, season=CYCLE))
    return float(judging.errors_of(judging.judge(both, values, LATER, CYCLE))[0])


def score(method, origins=LATER):
    values = load_sunspots().to_numpy()
    return float(judging.errors_of(judging.judge(method, values, origins, CYCLE))[0])


@wrong("That's the mean of the two *errors*. The question asks for the error of the mean forecast.")
def mean_of_the_errors():
    return (score(COEFFICIENTS) + score(partial(forecasting.seasonal_naive, season=CYCLE))) / 2


@wrong("That's at the earlier origins. Use the later ones.")
def at_the_earlier_origins():
    both = methods.mean_of(COEFFICIENTS, partial(forecasting.seasonal_naive, season=CYCLE))
    return score(both, EARLIER)


@wrong("That's the weighted sum alone.")
def weighted_sum_alone():
    return score(COEFFICIENTS)


QUIZ_MEAN = Exercise(
    id="6a.Q3",
    title="What does the mean of two simple forecasts reach?",
    difficulty=1,
    minutes=2,
    kind="value",
    reference=mean_of_two,
    also_right=(lambda: round(mean_of_two(), 1),),
    misconceptions=(mean_of_the_errors, at_the_earlier_origins, weighted_sum_alone),
    hints=(
        "`methods.mean_of(one, other)` gives a method.",
        "Judge it at the later origins, and take `judging.errors_of`.",
    ),
    rtol=0.0,
    atol=0.05,  # one decimal
)
