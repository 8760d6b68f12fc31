"""Exercise 5b.3: where a forecast may start."""

from operator import index

from course_utils.checking import Case, Draw, Exercise, Rejected, wrong


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
    "The last origin is missing: its forecast ends exactly at the last value. range stops "
    "*before* its second number."
)
def last_origin_lost(length, first, step, horizon):
    return list(range(first, length - horizon, step))


@wrong("The last forecasts run past the end of the series, where there's nothing to judge them by.")
def runs_past_the_end(length, first, step, horizon):
    return list(range(first, length, step))


@wrong(
    "The step between origins is the horizon here. It's a number of its own: forecasts may overlap."
)
def step_of_one_horizon(length, first, step, horizon):
    return list(range(first, length - horizon + 1, horizon))


@wrong("The first origin isn't 0. Only from `first` values on is there something to learn from.")
def starts_at_nothing(length, first, step, horizon):
    return list(range(0, length - horizon + 1, step))


@wrong("These are the ends of the forecasts, not where they start.")
def ends_not_origins(length, first, step, horizon):
    return [origin + horizon for origin in range(first, length - horizon + 1, step)]


def whole_numbers(answer):
    try:
        [index(origin) for origin in answer(20, first=10, step=2, horizon=4)]
    except TypeError:
        raise Rejected("an origin is a place to cut at: return whole numbers, not floats") from None


def _space(draw: Draw) -> Case:
    first, step = draw.whole(1, 30), draw.size("step")
    horizon = draw.one_of("horizon", (1, 2, 3, 5, 12))
    # Whether the last forecast ends with the series, or before it; or no origin fits at all.
    over = draw.one_of("left over", ("nothing", "nearly a step", "a bit", "too short"))
    rest = {"nothing": 0, "nearly a step": step - 1, "a bit": draw.whole(0, step - 1)}
    length = first + horizon + step * draw.one_of("steps", (0, 1, 2, 5)) + rest.get(over, 0)
    if over == "too short":
        length = first + horizon - draw.whole(1, horizon)
    return Case(length, first=first, step=step, horizon=horizon)


ORIGINS = Exercise(
    id="5b.3",
    title="Where may a forecast start?",
    difficulty=2,
    minutes=6,
    reference=rolling_origins,
    also_right=(by_counting,),
    cases=lambda: (
        Case(144, first=108, step=3, horizon=12, label="the airline backtest"),
        Case(20, first=10, step=2, horizon=4),
        Case(15, first=12, step=5, horizon=3, label="only one origin fits"),
        Case(14, first=12, step=5, horizon=3, label="no origin fits"),
    ),
    space=_space,
    exact_sequence=True,  # the text asks for a list
    properties=(whole_numbers,),
    misconceptions=(
        last_origin_lost,
        runs_past_the_end,
        step_of_one_horizon,
        starts_at_nothing,
        ends_not_origins,
    ),
    hints=(
        "From origin `o` the forecast covers positions o … o + horizon − 1. What is the last "
        "possible `o`?",
        "`range(start, stop, step)` leaves `stop` out.",
    ),
    returns=("origins",),
)
