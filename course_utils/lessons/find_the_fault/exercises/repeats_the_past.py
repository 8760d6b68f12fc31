"""Exercise 7.5: the truth, shifted by k."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def repeats_the_past(actual: np.ndarray, forecast: np.ndarray, most: int) -> int:
    """Find the k, 1 to most, whose shift at least halves the error of forecast (n,); else 0."""
    best, least = 0, 0.5
    for k in range(1, most + 1):
        own = np.mean((forecast[k:] - actual[k:]) ** 2)
        moved = np.mean((forecast[k:] - actual[:-k]) ** 2)
        if moved < least * own:
            best, least = k, moved / own
    return best


def by_shares(actual, forecast, most):
    shares = {0: 0.5}
    for k in range(1, most + 1):
        kept = slice(k, len(actual))
        own = ((forecast[kept] - actual[kept]) ** 2).sum()
        moved = ((forecast[kept] - actual[: len(actual) - k]) ** 2).sum()
        shares[k] = moved / own if own > 0 else np.inf
    return min(shares, key=shares.get)


def _share(actual, forecast, k):
    """Give what a shift by k leaves of the squared error, over the same steps."""
    own = np.mean((forecast[k:] - actual[k:]) ** 2)
    moved = np.mean((forecast[k:] - actual[: len(actual) - k]) ** 2)
    return moved / own if own > 0 else np.inf


def _least(actual, forecast, shifts, limit=0.5, share=_share):
    shares = {k: share(actual, forecast, k) for k in shifts}
    best = min(shares, key=shares.get, default=0)
    return best if shares and shares[best] < limit else 0


@wrong(
    "A false alarm: some shift is always the best. Raise the alarm only if it leaves less "
    "than half of the error that the forecast has as it stands."
)
def the_best_shift_whatever_it_brings(actual, forecast, most):
    return _least(actual, forecast, range(1, most + 1), limit=np.inf)


@wrong("A miss: `range(1, most)` leaves out the shift `most`.")
def one_shift_short(actual, forecast, most):
    return _least(actual, forecast, range(1, most))


@wrong("A miss: this tries only a shift of 1. A forecast may be a week or a year late.")
def only_one_step(actual, forecast, most):
    return _least(actual, forecast, range(1, 2))


@wrong(
    "This moves the wrong way: a late forecast says at time t what happened at t - k. Compare "
    "`forecast[k:]` with `actual[:-k]`."
)
def moved_the_other_way(actual, forecast, most):
    return _least(
        actual, forecast, range(1, most + 1), share=lambda a, f, k: _share(a[::-1], f[::-1], k)
    )


@wrong(
    "np.roll puts the end of the truth in front of its beginning and compares the forecast "
    "with that. Cut both instead."
)
def rolled(actual, forecast, most):
    own = np.mean((forecast - actual) ** 2)
    return _least(
        actual,
        forecast,
        range(1, most + 1),
        share=lambda a, f, k: np.mean((f - np.roll(a, k)) ** 2) / own if own > 0 else np.inf,
    )


@wrong("The first shift that helps isn't always the one that helps most. Go on, and keep the best.")
def the_first_that_helps(actual, forecast, most):
    shares = [_share(actual, forecast, k) for k in range(1, most + 1)]
    return next((k for k, share in enumerate(shares, start=1) if share < 0.5), 0)


@wrong(
    "A false alarm: a forecast isn't late just because the shapes agree. A correlation "
    "ignores level and size, so compare errors."
)
def by_correlation(actual, forecast, most):
    def agreement(k):
        pair = forecast[k:], actual[: len(actual) - k]
        return np.corrcoef(*pair)[0, 1] if min(map(np.ptp, pair)) > 0 else 0.0

    return max(range(most + 1), key=agreement)


def one_more(draw: Draw) -> Case:
    count, most = draw.one_of("count", (12, 21, 40)), draw.one_of("most", (1, 2, 3, 5))
    kind = draw.one_of("kind", ("normal", "positive", "negative", "with ties"))
    values = np.cumsum(draw.array(count + 6, kind=kind))
    late = draw.one_of("late", (0, most, 1, most, 2))
    noise = draw.one_of("noise", (0.05, 0.3, 3.0)) * draw.array(count, kind="normal")
    forecast = values[6 - late : 6 - late + count] + noise
    what = draw.one_of("what", ("as it is", "its mean", "another level", "as it is"))
    if what == "its mean":
        forecast = np.full(count, values.mean())
    elif what == "another level":
        forecast = forecast + 40
    if draw.one_of("dtype", (np.float64, np.float32)) is np.float32:
        values, forecast = values.astype(np.float32), forecast.astype(np.float32)
    return Case(values[6:], forecast, most)


def _cases():
    wave = np.sin(np.arange(30) / 2) + np.arange(30) / 10
    noise = np.random.default_rng(3).normal(size=24)
    ramp = np.array([0.0, 4, 1, 5, 2, 6, 3, 7])
    return (
        Case(wave[6:], wave[5:-1], 4, label="one step late"),
        Case(wave[6:], wave[3:-3], 3, label="three steps late, and most=3"),
        Case(wave[6:], wave[6:], 4, label="a perfect forecast"),
        Case(wave[6:], wave[6:] + 0.1 * noise, 4, label="a good forecast"),
        Case(noise, np.zeros(24), 4, label="a flat forecast of noise"),
        Case(ramp, np.roll(ramp, 2), 3, label="a zigzag two steps late"),
        Case(wave[:24], 0.98 * wave[2:26], 4, label="a forecast that is early"),
    )


SHIFTED = Exercise(
    id="7.5",
    title="The truth, shifted by k",
    difficulty=2,
    minutes=6,
    reference=repeats_the_past,
    also_right=(by_shares,),
    cases=_cases,
    space=one_more,
    draws=24,
    misconceptions=(
        the_best_shift_whatever_it_brings,
        one_shift_short,
        only_one_step,
        moved_the_other_way,
        rolled,
        the_first_that_helps,
        by_correlation,
    ),
    hints=(
        "For each k there are two errors over the *same* steps, from k on: the forecast as it "
        "stands, and the forecast compared with the truth k steps earlier.",
        "Begin with `best, least = 0, 0.5`, and keep a k if `moved < least * own`. A share "
        "`moved / own` would divide by 0 for a perfect forecast.",
    ),
    rtol=0.0,
    atol=0.0,
)
