"""Exercise 3b.5: two numbers that do what the network does."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def two_coefficients(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Fit y[t] = a·x[t] + b·x[t-1] to x, y (n,) by least squares: the array (a, b)."""
    lags = np.stack([x[1:], x[:-1]], axis=1)
    return np.linalg.lstsq(lags, y[1:], rcond=None)[0]


def _by_normal_equations(x, y):
    now, before, wanted = x[1:], x[:-1], y[1:]
    matrix = np.array([[now @ now, now @ before], [now @ before, before @ before]])
    return np.linalg.solve(matrix, np.array([now @ wanted, before @ wanted]))


def _fit(columns, wanted):
    return np.linalg.lstsq(np.stack(columns, axis=1), wanted, rcond=None)[0]


@wrong("The two are the wrong way round: first comes x[t]'s, then x[t-1]'s.")
def swapped(x, y):
    return _fit([x[:-1], x[1:]], y[1:])


@wrong(
    "This explains y[t] by x[t] and x[t+1]: it knows the future. The target of the pair "
    "(x[t], x[t-1]) is y[t], which is y[1:]."
)
def looks_ahead(x, y):
    return _fit([x[:-1], x[1:]], y[:-1])


@wrong("The target doesn't belong to this pair: y[1:] goes with x[1:] and x[:-1].")
def target_one_too_early(x, y):
    return _fit([x[1:], x[:-1]], y[:-1])


@wrong("That fits a constant as well, so it gives three numbers instead of two.")
def with_a_constant(x, y):
    return _fit([x[1:], x[:-1], np.ones(len(x) - 1)], y[1:])


@wrong(
    "np.roll puts the last sample before the first. The first sample has none before it, so "
    "leave its y out."
)
def round_the_corner(x, y):
    return _fit([x, np.roll(x, 1)], y)


def one_more(draw: Draw) -> Case:
    samples = draw.one_of("samples", (8, 9, 13, 20, 40))
    dtype = draw.one_of("dtype", (np.float64, np.float32))
    kinds = ("normal", "negative", "positive", "with zeros", "with ties", "large")
    x = draw.array(samples, kind=draw.one_of("x", (*kinds, "small")))
    y = draw.array(samples, kind=draw.one_of("y", kinds))
    return Case(x.astype(dtype), y.astype(dtype))


COEFFICIENTS = Exercise(
    id="3b.5",
    title="Two numbers instead of a network",
    difficulty=2,
    minutes=7,
    reference=two_coefficients,
    also_right=(_by_normal_equations,),
    cases=lambda: (
        Case(
            np.array([1.0, 3.0, -2.0, 0.5, 4.0]),
            np.array([9.0, 1.0, -5.0, 3.0, 2.0]),
            label="five samples that no rule fits",
        ),
        Case(
            np.array([0.0, 1.0, 2.0, 5.0, -1.0, 3.0]),
            np.array([0.5, 2.0, 3.0, 8.0, -7.0, 7.5]),
        ),
        Case(
            np.sin(np.arange(40, dtype=np.float32) * np.float32(np.pi / 10)),
            np.cos(np.arange(40, dtype=np.float32) * np.float32(np.pi / 10)),
            label="the lesson's wave, as float32",
        ),
    ),
    misconceptions=(
        swapped,
        looks_ahead,
        target_one_too_early,
        with_a_constant,
        round_the_corner,
    ),
    space=one_more,
    rtol=1e-4,
    atol=1e-5,
    hints=(
        "Make a table of two columns, `x[t]` and `x[t-1]`, with one row for each t from 1 on.",
        "`np.linalg.lstsq(table, wanted, rcond=None)` returns the coefficients as the first of its "
        "results.",
    ),
    returns=("array",),
)
