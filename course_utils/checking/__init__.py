"""The exercise engine: what an exercise is, how an answer is judged, how the verdict is shown.

The lessons' rooms build their exercises with what is here; a notebook opens them with
`course_utils.exercises`.
"""

from course_utils.checking.definitions import (
    Case,
    Exercise,
    Misconception,
    Rejected,
    StandIn,
    wrong,
)
from course_utils.checking.drawing import Draw
from course_utils.checking.expected import expect_error

__all__ = [
    "Case",
    "Draw",
    "Exercise",
    "Misconception",
    "Rejected",
    "StandIn",
    "expect_error",
    "wrong",
]
