"""Further answers to lessons 06a and 06b, one module for each part."""

from tests.lessons.own_series import answers_a, answers_b

WRONG = answers_a.WRONG | answers_b.WRONG
RIGHT = answers_a.RIGHT | answers_b.RIGHT
NEAR_MISSES = answers_a.NEAR_MISSES | answers_b.NEAR_MISSES
TYPES = answers_a.TYPES | answers_b.TYPES
