"""Exercise 0.1: the mean of the squares."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def mean_of_squares(values: np.ndarray) -> float:
    """Take values of shape (n,), give the mean of their squares as a plain float."""
    return float(np.mean(values**2))


@wrong(
    "Looks like the mean comes first and the square after. Square each value, then take the mean."
)
def square_of_the_mean(values):
    return float(np.mean(values) ** 2)


@wrong("Looks like the squares are added up, but never divided by how many there are.")
def sum_of_squares(values):
    return float(np.sum(values**2))


@wrong(
    "Looks like there is a square root at the end. That is the root mean square; this exercise "
    "stops one step before."
)
def root_left_on(values):
    return float(np.sqrt(np.mean(values**2)))


@wrong(
    "Looks like the sum is divided by n - 1. That belongs to a variance around an estimated mean; "
    "a mean divides by n."
)
def divided_by_one_less(values):
    return float(np.sum(values**2) / (len(values) - 1))


@wrong("Looks like these are the squares themselves. The answer is one number: their mean.")
def no_mean(values):
    return values**2


def any_values(draw: Draw) -> Case:
    """Draw values in any order: one, some, many; of either sign, with zeros and ties."""
    dtype = draw.one_of("dtype", (np.float64, np.float64, np.float32))
    return Case(draw.array(draw.one_of("n", (1, 2, 3, 4, 5, 8, 20)), dtype=dtype))


MEAN_OF_SQUARES = Exercise(
    id="0.1",
    title="The mean of the squares",
    difficulty=1,
    minutes=2,
    reference=mean_of_squares,
    also_right=(lambda values: sum(v * v for v in values.tolist()) / len(values),),
    cases=lambda: (Case(np.array([1.0, 2.0, 3.0])), Case(np.array([-2.0, 0.5]))),
    space=any_values,
    misconceptions=(square_of_the_mean, sum_of_squares, root_left_on, divided_by_one_less, no_mean),
    hints=(
        "Two steps: first square every value, then average.",
        "`values**2` squares a whole array at once. `np.mean` averages; `float` turns the "
        "result into a plain number.",
    ),
    returns=("mean",),
)
