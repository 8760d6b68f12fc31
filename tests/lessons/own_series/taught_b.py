"""What lesson 06b writes out, each with what the course keeps."""

import numpy as np

from course_utils import signals
from course_utils.lessons.own_series.exercises.rk4_step import rk4_step
from tests.taught import Taught


def integrated(units: int, every: int) -> np.ndarray:
    return signals.mackey_glass(units + 1, start=1.2, step=1 / every, settle=0)


def steps() -> list[tuple]:
    slope = signals.mackey_glass_slope
    return [(slope, 1.2, 0.9, 1.0, 0.1), (slope, 0.5, 1.1, 1.3, 0.5)]


TAUGHT: list[Taught] = [
    Taught(lesson="06b", name="rk4_step", helper=signals.rk4_step, calls=steps),
    Taught(
        lesson="06b",
        name="integrate",
        helper=integrated,
        calls=lambda: [(30, 10), (25, 20)],
        space=lambda: {"rk4_step": rk4_step, "slope": signals.mackey_glass_slope},
    ),
]
