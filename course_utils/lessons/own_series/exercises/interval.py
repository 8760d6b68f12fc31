"""Exercise 6a.5: an interval from the errors of earlier forecasts."""

import math

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def interval(
    errors: np.ndarray, forecast: np.ndarray, level: float
) -> tuple[np.ndarray, np.ndarray]:
    """From errors (origins, horizon) and a forecast (…, horizon) to low and high (…, horizon)."""
    count = len(errors)
    place = int(np.ceil((count + 1) * level))
    if place > count:
        raise ValueError(f"{count} errors are too few for a level of {level}")
    reach = np.sort(np.abs(errors), axis=0)[place - 1]
    return forecast - reach, forecast + reach


def by_partition(errors, forecast, level):
    place = math.ceil((len(errors) + 1) * level) - 1
    reach = np.partition(np.abs(errors), place, axis=0)[place]
    return np.subtract(forecast, reach), np.add(forecast, reach)


def around(forecast, reach):
    return forecast - reach, forecast + reach


@wrong(
    "That's the rule for a normal distribution. Errors don't have to follow it, so take them "
    "as they are."
)
def normal_rule(errors, forecast, level):
    return around(forecast, 1.2816 * errors.std(axis=0))


@wrong("The signs are still on, and the largest errors may be negative. Sort their *sizes*.")
def signed(errors, forecast, level):
    place = math.ceil((len(errors) + 1) * level)
    return around(forecast, np.abs(np.sort(errors, axis=0)[place - 1]))


@wrong(
    "This takes the place among n errors. The next error is the (n + 1)-th, so the place is "
    "⌈(n + 1) · level⌉."
)
def n_instead_of_n_plus_1(errors, forecast, level):
    place = math.ceil(len(errors) * level)
    return around(forecast, np.sort(np.abs(errors), axis=0)[place - 1])


@wrong(
    "This gives one width to all steps. Errors grow further ahead, so treat each step on its own."
)
def one_width_for_all(errors, forecast, level):
    place = math.ceil((errors.size + 1) * level)
    return around(forecast, np.sort(np.abs(errors), axis=None)[min(place, errors.size) - 1])


@wrong("This sorts along the steps. Each *step* has its own errors, one from every origin: axis=0.")
def sorted_along_the_steps(errors, forecast, level):
    place = math.ceil((errors.shape[1] + 1) * level)
    sizes = np.sort(np.abs(errors), axis=1)[:, min(place, errors.shape[1]) - 1]
    return around(forecast, sizes.max())


@wrong("This takes the largest error of all, whatever the level says.")
def the_largest(errors, forecast, level):
    return around(forecast, np.abs(errors).max(axis=0))


def _space(draw: Draw) -> Case:
    level = draw.one_of("level", (0.8, 0.5, 0.75, 0.6))
    least = math.ceil(round(level / (1 - level), 9))
    origins = least + draw.one_of("more", (0, 1, 2, 5, 9))
    horizon = draw.size("horizon")
    # Steps further ahead miss by more, and mostly to one side.
    spread = 1 + np.arange(horizon) * draw.one_of("grows", (0.5, 2.0))
    errors = (draw.array(origins, horizon, kind="normal") - draw.whole(-1, 1)) * spread
    shape = (3, horizon) if draw.one_of("forecast", ("one", "three")) == "three" else (horizon,)
    return Case(errors, draw.array(*shape, kind="normal") * 10, level)


INTERVAL = Exercise(
    id="6a.5",
    title="An interval from earlier errors",
    difficulty=2,
    minutes=6,
    reference=interval,
    also_right=(by_partition,),
    cases=lambda: (
        Case(
            np.array([[1.0, -8], [-2, 7], [3, -6], [-4, 5], [5, -40]]),
            np.array([100.0, 100.0]),
            0.6,
            label="five origins, two steps, level 0.6",
        ),
        Case(np.arange(-9.0, 0)[:, None], np.zeros(1), 0.8, label="nine errors, all negative"),
    ),
    space=_space,
    misconceptions=(
        signed,
        normal_rule,
        n_instead_of_n_plus_1,
        one_width_for_all,
        sorted_along_the_steps,
        the_largest,
    ),
    hints=(
        "With nine errors per step and a level of 0.8, take the eighth smallest *size*, since "
        "(9 + 1) · 0.8 = 8. Why n + 1? Because the next error is one more.",
        "`np.sort(np.abs(errors), axis=0)[place - 1]`, where the place is (n + 1) * level, "
        "rounded up.",
    ),
    returns=("low", "high"),
)
