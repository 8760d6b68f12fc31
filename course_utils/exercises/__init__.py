"""Exercises that teach when they are checked.

`open` gives the exercises of one lesson; it shadows the builtin on purpose, so that
a notebook reads ``lesson = exercises.open("05")``.

Examples
--------
>>> from course_utils import exercises
>>> lesson = exercises.open("00")
>>> lesson
<Lesson 00: exercises 0.1, 0.2>
"""

from course_utils.exercises.definitions import Case, Exercise, Misconception, Rejected, StandIn
from course_utils.exercises.lesson import Lesson, known_lessons
from course_utils.exercises.lesson import open_lesson as open

__all__ = [
    "Case",
    "Exercise",
    "Lesson",
    "Misconception",
    "Rejected",
    "StandIn",
    "known_lessons",
    "open",
]
