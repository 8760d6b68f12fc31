"""Exercise 5b.3: where a forecast may start."""

from course_utils.checking import Case, Exercise, wrong


def rolling_origins(length: int, first: int, step: int, horizon: int) -> list[int]:
    """List the origins (how many values are known) that leave horizon values to judge by."""
    return list(range(first, length - horizon + 1, step))


def by_counting(length, first, step, horizon):
    found = []
    while first + horizon <= length:
        found.append(first)
        first += step
    return found


@wrong(
    "The last origin is missing: the forecast from it ends exactly at the last value. "
    "range stops *before* its second number."
)
def last_origin_lost(length, first, step, horizon):
    return list(range(first, length - horizon, step))


@wrong(
    "The last forecasts run past the end of the series: there is nothing there to judge them by."
)
def runs_past_the_end(length, first, step, horizon):
    return list(range(first, length, step))


@wrong(
    "The step between origins is the horizon here. It is a number of its own: "
    "forecasts may overlap."
)
def step_of_one_horizon(length, first, step, horizon):
    return list(range(first, length - horizon + 1, horizon))


@wrong("The first origin is not 0: from `first` values on there is something to learn from.")
def starts_at_nothing(length, first, step, horizon):
    return list(range(0, length - horizon + 1, step))


@wrong("These are the ends of the forecasts, not where they start.")
def ends_not_origins(length, first, step, horizon):
    return [origin + horizon for origin in range(first, length - horizon + 1, step)]


ORIGINS = Exercise(
    id="5b.3",
    title="Where may a forecast start?",
    difficulty=2,
    minutes=6,
    reference=rolling_origins,
    also_right=(by_counting,),
    cases=lambda: (
        Case(144, 108, 3, 12, label="the airline backtest"),
        Case(20, 10, 2, 4),
        Case(15, 12, 5, 3, label="only one origin fits"),
    ),
    misconceptions=(
        last_origin_lost,
        runs_past_the_end,
        step_of_one_horizon,
        starts_at_nothing,
        ends_not_origins,
    ),
    hints=(
        "From origin `o` the forecast covers positions o … o + horizon − 1. Which is the last `o`?",
        "`range(start, stop, step)` leaves `stop` out.",
    ),
    returns=("origins",),
)
