"""The widgets, one a lesson: each asks one question that moving it answers."""

from course_utils.explorers.lesson_05 import airline

__all__ = ["airline"]
