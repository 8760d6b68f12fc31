"""Exercise 5b.4: choose by the years before the test."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def choose_setting(errors: np.ndarray, origins: np.ndarray, horizon: int, end: int) -> int:
    """Pick a setting by errors (settings, seeds, origins), from forecasts that end by month end."""
    known = origins + horizon <= end
    scores = errors[:, :, known].mean(axis=2)
    return int(np.median(scores, axis=1).argmin())


def in_a_loop(errors, origins, horizon, end):
    kept = [place for place, origin in enumerate(origins) if origin + horizon <= end]
    scores = [np.median([np.mean(seed[kept]) for seed in setting]) for setting in errors]
    return scores.index(min(scores))


def smallest(errors, known, over_seeds=np.median, over_origins=np.mean):
    return int(over_seeds(over_origins(errors[:, :, known], axis=2), axis=1).argmin())


@wrong(
    "Every origin is used, so the test years help to choose. Keep only those whose forecast "
    "is over by `end`."
)
def every_origin(errors, origins, horizon, end):
    return smallest(errors, np.arange(len(origins)))


@wrong(
    "It isn't enough that the origin comes before `end`: its forecast goes on for `horizon` "
    "months, into years that must have no say. Ask for origin + horizon ≤ end."
)
def origin_before_the_end(errors, origins, horizon, end):
    return smallest(errors, origins <= end)


@wrong(
    "A forecast that ends exactly with month `end` is fair, because it saw nothing later. Use "
    "≤, not <."
)
def over_before_the_end(errors, origins, horizon, end):
    known = origins + horizon < end
    return smallest(errors, known if known.any() else np.arange(1))


@wrong(
    "This chooses by the forecasts *after* `end`, but those are the judges. Use the ones before."
)
def by_the_test_years(errors, origins, horizon, end):
    later = origins + horizon > end
    return smallest(errors, later if later.any() else np.arange(len(origins)))


@wrong(
    "This takes the setting with the luckiest seed. You can't choose luck, so take the median "
    "over the seeds."
)
def luckiest_seed(errors, origins, horizon, end):
    return smallest(errors, origins + horizon <= end, over_seeds=np.min)


@wrong(
    "This takes the mean over the seeds, so a single seed that diverged decides. Take the "
    "median over the seeds, after the mean over the origins."
)
def mean_over_the_seeds(errors, origins, horizon, end):
    return smallest(errors, origins + horizon <= end, over_seeds=np.mean)


@wrong(
    "One origin is one year, and no better a judge than 1960. Take the mean over all the "
    "origins that fit."
)
def last_origin_that_fits(errors, origins, horizon, end):
    return smallest(errors, np.flatnonzero(origins + horizon <= end)[-1:])


@wrong("That's the setting with the *largest* error. The best one has the smallest.")
def the_worst(errors, origins, horizon, end):
    return int(np.median(errors[:, :, origins + horizon <= end].mean(2), 1).argmax())


@wrong("That's the error of the best setting. Return its place: `argmin`.")
def its_error(errors, origins, horizon, end):
    return float(np.median(errors[:, :, origins + horizon <= end].mean(2), 1).min())


def _case(draw: Draw, settings: int, seeds: int, before: int, later: int, label: str = "") -> Case:
    """Draw errors in which now and then a seed diverges, and later years favour another setting."""
    horizon, step = draw.one_of("horizon", (1, 3, 12)), draw.one_of("step", (1, 3, 4))
    origins = draw.whole(10, 30) + step * np.arange(before + later)
    end = int(origins[before - 1]) + horizon + draw.one_of("spare", (0, 0, step - 1))
    errors = 10 + 5 * draw.rng.random((settings, seeds, before + later))
    errors += 3 * draw.rng.random((settings, 1, 1))
    if seeds > 2:
        errors[draw.whole(0, settings - 1), draw.whole(0, seeds - 1)] += 200
    errors[:, :, draw.whole(0, before - 1)] += 20 * draw.rng.random((settings, 1))  # a hard year
    errors[:, :, before:] += 8 * draw.rng.random((settings, 1, later))
    return Case(errors, origins, horizon=horizon, end=end, label=label)


def _space(draw: Draw) -> Case:
    return _case(
        draw,
        draw.one_of("settings", (1, 2, 5, 9, 12)),
        draw.one_of("seeds", (1, 2, 3, 4, 10)),
        draw.one_of("before", (1, 2, 3, 5, 13)),
        draw.one_of("later", (0, 1, 3, 9)),
    )


def _cases() -> tuple[Case, ...]:
    draw = Draw("readable")
    return (
        _case(draw, 4, 5, 6, 4, label="four settings, five seeds, ten origins"),
        _case(draw, 3, 3, 4, 2, label="three settings, three seeds, six origins"),
    )


CHOICE = Exercise(
    id="5b.4",
    title="Choose by the years before the test",
    difficulty=2,
    minutes=8,
    reference=choose_setting,
    also_right=(in_a_loop,),
    cases=_cases,
    space=_space,
    draws=24,
    misconceptions=(
        every_origin,
        origin_before_the_end,
        over_before_the_end,
        by_the_test_years,
        luckiest_seed,
        mean_over_the_seeds,
        last_origin_that_fits,
        the_worst,
        its_error,
    ),
    hints=(
        "From origin `o` the forecast covers months up to `o + horizon`. Which origins are "
        "over by `end`?",
        "Three steps: keep those origins, take `.mean(axis=2)` over them, then `np.median(…, "
        "axis=1)` over the seeds. `.argmin()` gives the place.",
    ),
    returns=("setting",),
    rtol=0.0,
    atol=0.0,
)
