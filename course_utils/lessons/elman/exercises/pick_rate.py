"""Exercise 1b.3: choose a rate."""

import numpy as np

from course_utils.checking import Case, Exercise, wrong


def pick_rate(errors: dict[float, np.ndarray]) -> float:
    """From rate -> errors of all seeds (inf: exploded) to the rate of the smallest median."""
    return min(errors, key=lambda rate: np.median(errors[rate]))


def in_a_loop(errors):
    best, smallest = 0.0, np.inf
    for rate, values in errors.items():
        if np.median(values) < smallest:
            best, smallest = rate, np.median(values)
    return best


@wrong("Looks like the mean: one exploded seed, or one bad one, then decides. Compare the medians.")
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
    """Build the errors of two sweeps, one of them with explosions."""
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
    return (
        Case(some_explode, label="three rates, five seeds, some explode"),
        Case(none_explodes, label="three rates, three seeds"),
    )


PICK_RATE = Exercise(
    id="1b.3",
    title="Choose a rate",
    difficulty=1,
    minutes=4,
    reference=pick_rate,
    also_right=(in_a_loop,),
    cases=sweeps,
    misconceptions=(mean, best_run, worst_run, explosions_dropped, the_error),
    hints=(
        "`np.median(errors[rate])` for each rate; inf needs no special care.",
        "`min(errors, key=...)` goes over the rates, and gives the one with the smallest key.",
    ),
    returns=("rate",),
)
