"""The widgets, one a lesson: each asks one question that moving it answers."""

from course_utils.explorers.lesson_01a import teacher
from course_utils.explorers.lesson_01b import elman
from course_utils.explorers.lesson_02a import shapes
from course_utils.explorers.lesson_02b import padding
from course_utils.explorers.lesson_03a import replay
from course_utils.explorers.lesson_03b import sin_cos
from course_utils.explorers.lesson_05 import airline

__all__ = ["airline", "elman", "padding", "replay", "shapes", "sin_cos", "teacher"]
