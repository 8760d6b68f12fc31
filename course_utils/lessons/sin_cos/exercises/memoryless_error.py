"""Exercise 3a.1: the error that you can't beat without a memory."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def memoryless_error(x: np.ndarray, y: np.ndarray) -> float:
    """Mean squared error of the best guess of y (n,) that sees only its own x (n,)."""
    total = 0.0
    rounded = np.round(x, 4)
    for value in np.unique(rounded):
        group = y[rounded == value]
        total += np.square(group - group.mean()).sum()
    return float(total / len(y))


def _groups(x, y):
    rounded = np.round(x, 4)
    return [y[rounded == value] for value in np.unique(rounded)]


def _by_variances(x, y):
    return float(sum(np.var(group) * len(group) for group in _groups(x, y)) / len(y))


@wrong(
    "This always says 0, which is best for a whole wave of a cosine. In general the best guess is "
    "the mean of the y that share an x."
)
def always_zero(x, y):
    return float(np.mean(np.square(y)))


@wrong(
    "This fits a straight line through x and y. The best function needn't be straight: "
    "it may give each different x a number of its own."
)
def a_straight_line(x, y):
    line = np.polyfit(np.round(x, 4), y, 1)
    return float(np.mean((np.polyval(line, x) - y) ** 2))


@wrong(
    "This guesses the same number everywhere. The guess may depend on x: make one for "
    "each different input."
)
def one_guess_for_all(x, y):
    return float(np.var(y))


@wrong(
    "This guesses the first y of each input. The best guess under a squared error is their mean."
)
def first_seen(x, y):
    return float(sum(np.square(group - group[0]).sum() for group in _groups(x, y)) / len(y))


@wrong("Every input counts the same here, however often it occurs. Average over all samples.")
def mean_of_means(x, y):
    return float(np.mean([np.var(group) for group in _groups(x, y)]))


@wrong("This is the mean absolute error. Take the mean of the squares.")
def not_squared(x, y):
    return float(sum(np.abs(group - group.mean()).sum() for group in _groups(x, y)) / len(y))


@wrong(
    "This treats two inputs as different when only their eighth decimals differ. Round x "
    "to four decimals first."
)
def not_rounded(x, y):
    groups = [y[x == value] for value in np.unique(x)]
    return float(sum(np.var(group) * len(group) for group in groups) / len(y))


@wrong("0 and -0 are one number but two texts, and a sine rounds to either. Compare numbers.")
def compared_as_texts(x, y):
    texts = np.array([f"{value:.4f}" for value in x])
    groups = [y[texts == text] for text in np.unique(texts)]
    return float(sum(np.var(group) * len(group) for group in groups) / len(y))


def one_more(draw: Draw) -> Case:
    """Draw a few heights, two of them neighbours or mirrored, each met with a little noise."""
    samples = draw.one_of("samples", (1, 2, 5, 8, 13, 21))
    dtype, kind = draw.one_of(
        "dtype, targets",
        (
            *((np.float64, kind) for kind in ("normal", "positive", "negative")),
            *((np.float64, kind) for kind in ("large", "with zeros", "with ties")),
            *((np.float32, "normal"),) * 2,
        ),
    )
    two = draw.one_of(
        "two heights",
        ((0.0001, 0.0), (-0.0001, 0.0), (0.2, 0.2001), (0.6, -0.6), (12.5, -12.5), (-1.7, 2.4)),
    )
    more = draw.rng.uniform(-2, 2, draw.one_of("more heights", (0, 0, 1, 3))).round(4)
    x = draw.rng.choice([*two, *more], samples)
    x[0] = two[0]
    x += draw.rng.uniform(-3e-5, 3e-5, samples)
    return Case(x.astype(dtype), draw.array(samples, dtype=dtype, kind=kind))


MEMORYLESS = Exercise(
    id="3a.1",
    title="The best you can do without a memory",
    difficulty=2,
    minutes=7,
    reference=memoryless_error,
    also_right=(_by_variances,),
    cases=lambda: (
        Case(
            np.array([0.0, 1.0, 0.0, 1.0, 1.0, 2.0]),
            np.array([3.0, 1.0, 5.0, 2.0, 9.0, 7.0]),
            label="x = 0 twice, 1 three times, 2 once",
        ),
        Case(np.array([0.5, 0.50000001, -0.2, 0.3]), np.array([1.0, -3.0, 2.0, 4.0])),
        Case(
            np.array([1e-8, -1e-8, 1e-8, 0.5], dtype=np.float32),
            np.array([1.0, -1.0, -1.0, 0.5], dtype=np.float32),
            label="a sine that is 0 except in its last digits, above or below",
        ),
    ),
    misconceptions=(
        always_zero,
        a_straight_line,
        one_guess_for_all,
        first_seen,
        mean_of_means,
        not_squared,
        not_rounded,
        compared_as_texts,
    ),
    space=one_more,
    draws=24,
    hints=(
        "If you see only $x$, you have to say the same thing each time the same $x$ comes. What is "
        "the best thing to say if it comes once with `y = 3` and once with `y = 5`?",
        "`np.unique(np.round(x, 4))` lists the different inputs; a mask picks the `y` of one.",
    ),
    returns=("error",),
)
