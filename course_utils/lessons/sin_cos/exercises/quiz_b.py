"""Quiz 3b.Q1 to 3b.Q3: the floor of the reset rule, repeated moments, another speed."""

import numpy as np

from course_utils.checking import Exercise, wrong


def reset_floor() -> float:
    """Give the error that no network can beat whose state is zero before each chunk of ten."""
    starts = np.arange(100) * np.pi
    sines, cosines = np.sin(starts).round(4), np.cos(starts)
    alike = [cosines[sines == value] for value in np.unique(sines)]
    return float(sum(np.square(group - group.mean()).sum() for group in alike) / len(starts) / 10)


@wrong("That's the error of the first sample, which is only one of ten.")
def the_first_sample_alone():
    return 10 * reset_floor()


@wrong("That's the error without any memory. Here nine of the ten samples have others before them.")
def no_memory_at_all():
    return 0.5


FLOOR = Exercise(
    id="3b.Q1",
    title="Which error can't you beat if you forget?",
    difficulty=2,
    minutes=4,
    kind="value",
    reference=reset_floor,
    also_right=(lambda: 0.1,),
    misconceptions=(the_first_sample_alone, no_memory_at_all),
    hints=(
        "Only the first sample of a chunk has nothing before it. What does the sine say there?",
        "Take the squared error of the best single answer to $+1$ and $-1$. The first sample is "
        "one of ten.",
    ),
    rtol=0.0,
    atol=0.004,
)


def different_moments() -> int:
    """Count the different moments in 100 chunks of ten that include their ends."""
    starts = np.arange(100) * np.pi
    return len(np.unique(np.linspace(starts, starts + np.pi, 10).round(3)))


@wrong("That counts the repeated moments twice.")
def all_of_them():
    return 1000


@wrong("Nothing repeats the end of the last chunk: 100 chunks have 99 borders.")
def one_per_chunk():
    return 900


@wrong("A repeated moment is still a moment.")
def twice_the_borders():
    return 802


@wrong("That counts different heights. Two moments can have the same sine, so count the times.")
def different_heights():
    return 9


SAMPLES = Exercise(
    id="3b.Q2",
    title="How many different moments are in the bad run?",
    difficulty=1,
    minutes=3,
    kind="value",
    reference=different_moments,
    also_right=(lambda: 1000 - 99,),
    misconceptions=(all_of_them, one_per_chunk, twice_the_borders, different_heights),
    hints=(
        "`np.unique` of all the times, rounded.",
        "At every border, one moment stands in two chunks.",
    ),
    rtol=0.0,
    atol=0.0,
)


def formula_error() -> float:
    """Give the two-sample formula's mean squared error at twice the trained frequency."""
    spacing = np.pi / 10
    times = np.arange(201) * 2 * spacing
    x = np.sin(times)
    said = x[1:] * np.cos(spacing) / np.sin(spacing) - x[:-1] / np.sin(spacing)
    return float(np.mean((said - np.cos(times[1:])) ** 2))


def _in_closed_form():
    one, two = np.pi / 10, np.pi / 5
    of_cosines = 2 * np.cos(one) - 1
    of_sines = (np.cos(one) - np.cos(two)) / np.sin(one)
    return (of_sines**2 + of_cosines**2) / 2


@wrong("The formula keeps the trained spacing; only the wave gets faster.")
def with_the_new_spacing():
    return 0.0


@wrong("That's the error at half the frequency.")
def half_the_frequency():
    return 0.129


@wrong("That's the root of the mean squared error.")
def the_root():
    return formula_error() ** 0.5


FORMULA = Exercise(
    id="3b.Q3",
    title="The formula at another speed",
    difficulty=2,
    minutes=4,
    kind="value",
    reference=formula_error,
    also_right=(_in_closed_form,),
    misconceptions=(with_the_new_spacing, half_the_frequency, the_root),
    hints=(
        "You already have `two_samples`. Its `delta` stays as it is; the samples are those of a "
        "faster sine.",
        "`x = np.sin(t)` at `t = np.arange(200) * 2 * spacing`, and `np.cos(t[1:])` to compare.",
    ),
    rtol=0.0,
    atol=0.015,
)
