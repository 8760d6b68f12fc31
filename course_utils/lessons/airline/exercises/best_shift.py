"""Exercise 5a.7: whether a forecast is the truth, one step late."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def best_shift(actual: np.ndarray, forecast: np.ndarray, most: int) -> int:
    """Find how many steps late, 0 to most, a forecast (n,) fits the truth (n,) best."""
    errors = []
    for shift in range(most + 1):
        earlier = actual[: len(actual) - shift]
        errors.append(np.mean((forecast[shift:] - earlier) ** 2))
    return int(np.argmin(errors))


def by_pairs_of_places(actual, forecast, most):
    best, least = 0, np.inf
    for shift in range(most + 1):
        pairs = [(forecast[t] - actual[t - shift]) ** 2 for t in range(shift, len(actual))]
        if sum(pairs) / len(pairs) < least:
            best, least = shift, sum(pairs) / len(pairs)
    return best


def smallest(actual, forecast, shifts, judge):
    """Take the first shift whose differences a judge calls smallest."""
    kept = {shift: forecast[shift:] - actual[: len(actual) - shift] for shift in shifts}
    return min(kept, key=lambda shift: judge(kept[shift]))


def mean_square(differences):
    return np.mean(differences**2)


@wrong(
    "np.roll puts the last values in front, so the start of the forecast is compared with the "
    "end of the truth. Cut both instead: compare `forecast[shift:]` with all but the last "
    "`shift` values of actual."
)
def rolled_round_the_end(actual, forecast, most):
    errors = [np.mean((forecast - np.roll(actual, shift)) ** 2) for shift in range(most + 1)]
    return int(np.argmin(errors))


@wrong(
    "This shifts the wrong way: it asks whether the forecast is *early*. A late copy says at "
    "step t what was true at t - shift."
)
def moved_the_other_way(actual, forecast, most):
    return smallest(forecast, actual, range(most + 1), mean_square)


@wrong(
    "These are sums. A larger shift leaves fewer pairs, so its sum is smaller even if it fits "
    "no better. Compare means."
)
def sums_for_means(actual, forecast, most):
    return smallest(actual, forecast, range(most + 1), lambda left: np.sum(left**2))


@wrong("The largest shift is left out, because range stops *before* its last number.")
def one_shift_too_few(actual, forecast, most):
    return smallest(actual, forecast, range(max(most, 1)), mean_square)


@wrong("Shift 0 is missing. It stands for a forecast that isn't late at all.")
def never_on_time(actual, forecast, most):
    return smallest(actual, forecast, range(1, most + 1) or [0], mean_square)


@wrong("`actual[:-0]` is empty, not everything. Write `actual[: len(actual) - shift]`.")
def minus_nought(actual, forecast, most):
    errors = [np.mean((forecast[s:] - actual[:-s]) ** 2) for s in range(most + 1)]
    return int(np.argmin(errors))


@wrong("Too high and too low cancel each other in this mean. Square each difference first.")
def signs_cancel(actual, forecast, most):
    return smallest(actual, forecast, range(most + 1), lambda left: abs(np.mean(left)))


@wrong("That's the smallest error itself. Return the shift that has it.")
def the_error_for_the_shift(actual, forecast, most):
    left = [forecast[s:] - actual[: len(actual) - s] for s in range(most + 1)]
    return float(min(map(mean_square, left)))


def _late(draw: Draw, actual: np.ndarray, shift: int, noise: float) -> np.ndarray:
    """Make a forecast that says what was true some steps before, with something added."""
    late = np.concatenate([np.repeat(actual[:1], shift), actual[: len(actual) - shift]])
    return (late + noise * draw.rng.normal(size=len(actual))).astype(actual.dtype)


def _space(draw: Draw) -> Case:
    most = draw.one_of("most", (0, 1, 2, 3, 6))
    length = most + draw.one_of("left over", (1, 2, 3, 5, 12, 30))
    dtype = draw.one_of("dtype", (np.float64, np.float64, np.float32))
    kind = draw.one_of("truth", ("noise", "trend", "whole and periodic", "walk", "noise", "walk"))
    if kind == "whole and periodic":  # several shifts fit alike: the smallest wins
        actual = np.tile([3.0, 1.0, 2.0], length)[:length].astype(dtype)
        return Case(actual, np.roll(actual, 1) if length > 2 else actual, most)
    actual = draw.array(length, dtype=dtype, kind="normal")
    if kind != "noise":
        actual = np.cumsum(actual + (1 if kind == "trend" else 0)).astype(dtype)
    noise = draw.one_of("noise", (0.1, 0.5, 1.0, 2.0))
    return Case(actual, _late(draw, actual, draw.whole(0, most), noise), most)


LAG_TEST = Exercise(
    id="5a.7",
    title="Is it the truth, one step late?",
    difficulty=2,
    minutes=6,
    reference=best_shift,
    also_right=(by_pairs_of_places,),
    cases=lambda: (
        Case(
            np.array([2.0, 7.0, 1.0, 8.0, 2.0, 8.0]),
            np.array([5.0, 2.0, 7.0, 1.0, 8.0, 2.0]),
            3,
            label="the truth, one step late",
        ),
        Case(np.arange(8.0) ** 2, np.arange(8.0) ** 2 + 0.5, 2, label="on time, a little high"),
        Case(
            np.sin(np.arange(20.0)),
            np.sin(np.arange(20.0) - 4),
            4,
            label="four steps late",
        ),
        Case(
            np.array([3.0, 1.0, 2.0, 3.0, 1.0, 2.0, 3.0]),
            np.array([2.0, 3.0, 1.0, 2.0, 3.0, 1.0, 2.0]),
            4,
            label="shifts 1 and 4 that fit alike",
        ),
    ),
    space=_space,
    draws=24,
    misconceptions=(
        rolled_round_the_end,
        moved_the_other_way,
        sums_for_means,
        one_shift_too_few,
        never_on_time,
        minus_nought,
        signs_cancel,
        the_error_for_the_shift,
    ),
    hints=(
        "At shift 1, the forecast of March is compared with what February really was.",
        "For each shift, compare `forecast[shift:]` with `actual[: len(actual) - shift]` and "
        "take the mean of the squares. `np.argmin` finds the place of the smallest.",
    ),
    returns=("shift",),
    rtol=0.0,
    atol=0.0,
)
