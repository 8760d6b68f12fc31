"""Exercise 5a.4: the baseline that must be beaten."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def repeat_last_year(past: np.ndarray, horizon: int) -> np.ndarray:
    """Forecast (horizon,) months: each as in the last twelve months of past (n,)."""
    return past[-12:][np.arange(horizon) % 12]


@wrong("This repeats the last value. Repeat the same month of the last year instead.")
def last_value(past, horizon):
    return np.full(horizon, past[-1])


@wrong("This repeats the *first* year. The last twelve months are `past[-12:]`.")
def first_year(past, horizon):
    return past[:12][np.arange(horizon) % 12]


@wrong(
    "This takes the last `horizon` values. That's right for 12 months and wrong for any other "
    "horizon, because then January isn't forecast by January."
)
def last_months_whatever_the_season(past, horizon):
    return past[-horizon:]


@wrong("This is off by one month: the last year begins at `past[-12]`.")
def shifted_by_one(past, horizon):
    return past[-13:-1][np.arange(horizon) % 12]


@wrong("This repeats the year before last. The last twelve months are `past[-12:]`.")
def two_years_ago(past, horizon):
    return past[-24:-12][np.arange(horizon) % 12]


@wrong("This repeats the mean of the last year. Each month should repeat its own month.")
def mean_of_the_year(past, horizon):
    return np.full(horizon, past[-12:].mean())


@wrong("The last year runs backwards here. It should start with its first month again.")
def backwards(past, horizon):
    return past[-12:][::-1][np.arange(horizon) % 12]


def _space(draw: Draw) -> Case:
    dtype = draw.one_of("dtype", (np.float64, np.float64, np.float32))
    past = draw.array(draw.one_of("months", (12, 13, 24, 29, 36, 61)), dtype=dtype)
    return Case(past, draw.one_of("horizon", (1, 3, 11, 12, 13, 24, 25, 40)))


BASELINE = Exercise(
    id="5a.4",
    title="The baseline that must be beaten",
    difficulty=1,
    minutes=6,
    reference=repeat_last_year,
    also_right=(lambda past, horizon: np.tile(past[-12:], horizon // 12 + 1)[:horizon],),
    cases=lambda: (
        Case(np.arange(1.0, 31.0), 12, label="thirty months, a year ahead"),
        Case(np.arange(1.0, 31.0) ** 2, 5, label="five months ahead"),
        Case(np.arange(1.0, 41.0), 15, label="fifteen months ahead"),
    ),
    space=_space,
    misconceptions=(
        last_value,
        first_year,
        last_months_whatever_the_season,
        shifted_by_one,
        two_years_ago,
        mean_of_the_year,
        backwards,
    ),
    hints=(
        "The first month after the end repeats `past[-12]`.",
        "After a year it starts again from the beginning: take the step `% 12`.",
    ),
    returns=("forecast",),
)
