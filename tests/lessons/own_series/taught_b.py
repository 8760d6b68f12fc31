"""What lesson 06b writes out, each beside what the course keeps."""

import numpy as np

from course_utils.lessons.own_series import systems
from course_utils.lessons.own_series.exercises.rk4_step import rk4_step
from tests.taught import Taught


def integrated(units: int, every: int) -> np.ndarray:
    return systems.mackey_glass(units + 1, start=1.2, step=1 / every, settle=0)


TAUGHT: list[Taught] = [
    Taught(
        lesson="06b",
        name="integrate",
        helper=integrated,
        calls=lambda: [(30, 10), (25, 20)],
        space=lambda: {"rk4_step": rk4_step, "slope": systems.slope},
    ),
]
