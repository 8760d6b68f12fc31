"""Two small exercises to practise with, for "how a lesson works" (lesson 00)."""

import numpy as np
import torch

from course_utils.exercises.definitions import Case, Exercise, Misconception


def mean_of_squares(values: np.ndarray) -> float:
    """Take values of shape (n,), give the mean of their squares as a plain float."""
    return float(np.mean(values**2))


def first_step(x: torch.Tensor) -> torch.Tensor:
    """Take a batch of sequences (batch, time, features), give the first step (batch, features)."""
    return x[:, 0]


def _mean_cases() -> tuple[Case, ...]:
    return (Case(np.array([1.0, 2.0, 3.0])), Case(np.array([-2.0, 0.5])))


def _sequence_cases() -> tuple[Case, ...]:
    x = torch.arange(24.0).reshape(2, 4, 3)
    return (Case(x), Case(x[:1].clone(), label="a batch of one"))


EXERCISES = (
    Exercise(
        id="0.1",
        title="The mean of the squares",
        difficulty=1,
        minutes=2,
        reference=mean_of_squares,
        also_right=(lambda values: sum(v * v for v in values.tolist()) / len(values),),
        cases=_mean_cases,
        misconceptions=(
            Misconception(
                "square of the mean",
                "Looks like the mean comes first and the square after. Square each value, "
                "then take the mean.",
                lambda values: float(np.mean(values) ** 2),
            ),
            Misconception(
                "sum of squares",
                "Looks like the squares are added up and never divided by how many there are.",
                lambda values: float(np.sum(values**2)),
            ),
            Misconception(
                "root left on",
                "Looks like there is a square root at the end. That is the root mean square; "
                "this exercise stops one step before.",
                lambda values: float(np.sqrt(np.mean(values**2))),
            ),
            Misconception(
                "divided by n - 1",
                "Looks like the sum is divided by n - 1. That belongs to a variance around an "
                "estimated mean; a mean divides by n.",
                lambda values: float(np.sum(values**2) / (len(values) - 1)),
            ),
            Misconception(
                "no mean",
                "Looks like these are the squares themselves. One number is wanted: their mean.",
                lambda values: values**2,
            ),
        ),
        hints=(
            "Two steps: first square every value, then average.",
            "`values**2` squares a whole array at once. `np.mean` averages; `float` makes a "
            "plain number of the result.",
        ),
        returns=("mean",),
    ),
    Exercise(
        id="0.2",
        title="The first step of every sequence",
        difficulty=1,
        minutes=3,
        reference=first_step,
        also_right=(lambda x: x.select(1, 0), lambda x: torch.stack([row[0] for row in x])),
        cases=_sequence_cases,
        misconceptions=(
            Misconception(
                "first sequence",
                "Looks like `x[0]`: that is the whole first sequence. The batch comes first here, "
                "time is the second axis.",
                lambda x: x[0],
            ),
            Misconception(
                "axis kept",
                "Looks like the time axis is still there with length 1: a slice such as `0:1` "
                "keeps its axis, a plain number drops it.",
                lambda x: x[:, :1],
            ),
            Misconception(
                "first feature",
                "Looks like the first feature of every step. Features are the last axis, "
                "time is the one in the middle.",
                lambda x: x[:, :, 0],
            ),
            Misconception(
                "last step",
                "Looks like the last step. Counting from the front begins at 0.",
                lambda x: x[:, -1],
            ),
            Misconception(
                "counted from one",
                "Looks like the second step: Python counts from 0.",
                lambda x: x[:, 1],
            ),
        ),
        hints=(
            "Which of the three axes is time? Print `x.shape` and compare with the docstring.",
            "Index one axis after the other: a colon keeps an axis whole, a number picks from it "
            "and drops it.",
        ),
        returns=("first step",),
    ),
)
