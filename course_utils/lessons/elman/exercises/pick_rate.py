"""Exercise 1b.3: choose a rate."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def pick_rate(errors: dict[float, np.ndarray]) -> float:
    """From rate -> errors of all seeds (inf: exploded) to the rate of the smallest median."""
    return min(errors, key=lambda rate: np.median(errors[rate]))


def in_a_loop(errors):
    best, smallest = 0.0, np.inf
    for rate, values in errors.items():
        if np.median(values) < smallest:
            best, smallest = rate, np.median(values)
    return best


@wrong("Looks like the mean, where one exploded or bad seed decides. Compare the medians.")
def mean(errors):
    return min(errors, key=lambda rate: np.mean(errors[rate]))


@wrong("The rate of the single best run was taken. That is luck: compare the medians.")
def best_run(errors):
    return min(errors, key=lambda rate: np.min(errors[rate]))


@wrong("The rate with the best *worst* run was taken. Compare the medians.")
def worst_run(errors):
    return min(errors, key=lambda rate: np.max(errors[rate]))


@wrong(
    "The exploded seeds were left out before the median. They count: inf is larger than every "
    "other error."
)
def explosions_dropped(errors):
    return min(errors, key=lambda rate: np.median(errors[rate][np.isfinite(errors[rate])]))


@wrong("That is the smallest median itself. Give the rate that has it.")
def the_error(errors):
    return float(min(np.median(values) for values in errors.values()))


def sweeps() -> tuple[Case, ...]:
    """Build three sweeps: with explosions, without, and with an even count of seeds."""
    inf = np.inf
    some_explode = {
        0.01: np.array([0.30, 0.31, 0.32, 0.33, 0.34]),
        0.03: np.array([0.02, 0.90, 0.05, inf, 0.03]),
        0.1: np.array([inf, 0.001, inf, 0.04, inf]),
    }
    none_explodes = {
        0.02: np.array([0.1, 1.0, 0.1]),
        0.05: np.array([0.06, 0.18, 0.25]),
        0.003: np.array([0.2, 0.2, 0.2]),
    }
    even = {
        0.1: np.array([0.6, 0.1, 0.9, 0.18]),
        0.01: np.array([0.4, 0.9, 0.3, 0.1]),
        0.03: np.array([0.36, 0.39, 0.37, 0.38]),
    }
    return (
        Case(some_explode, label="three rates, five seeds, some explode"),
        Case(none_explodes, label="three rates, three seeds"),
        Case(even, label="three rates, four seeds"),
    )


def any_sweep(draw: Draw) -> Case:
    """Draw a sweep in any order: odd and even counts, small and huge errors, many of them inf."""
    seeds, count = draw.one_of("seeds", (1, 2, 3, 4, 5, 6, 32)), draw.one_of("rates", (1, 3, 5, 7))
    size = draw.one_of("size", (1e-6, 1.0, 1e12))
    spread, exploding = draw.one_of("spread", (0.3, 2.0)), draw.one_of("inf", (0.0, 0.2, 0.45))
    while True:
        table = size * np.exp(spread * draw.rng.normal(size=(count, seeds)))
        table[draw.rng.random(table.shape) < exploding] = np.inf
        if draw.one_of("nothing wrong", (True, False, False)):
            table[draw.whole(0, count - 1)] = 0.0
        medians = np.sort(np.median(table, axis=1))
        if np.isfinite(medians[0]) and (count == 1 or medians[0] < medians[1]):
            break  # one rate is the best
    rates = draw.rng.permutation([0.003, 0.01, 0.02, 0.03, 0.1, 0.2, 2.0])[:count].tolist()
    label = f"rates {rates}, {seeds} seeds each"
    return Case(dict(zip(rates, table, strict=True)), label=label)


PICK_RATE = Exercise(
    id="1b.3",
    title="Choose a rate",
    difficulty=1,
    minutes=4,
    reference=pick_rate,
    also_right=(in_a_loop,),
    cases=sweeps,
    space=any_sweep,
    draws=40,
    misconceptions=(mean, best_run, worst_run, explosions_dropped, the_error),
    hints=(
        "Take `np.median(errors[rate])` for each rate; inf needs no special care.",
        "`min(errors, key=...)` goes over the rates, and gives the one with the smallest key.",
    ),
    returns=("rate",),
)
