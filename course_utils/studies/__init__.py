"""Stored studies: runs too long for a lesson, each a small CSV that one command makes again.

`load` reads one; ``make studies ARGS="airline-published"`` makes it anew.
"""

from course_utils.studies import lesson_02, lesson_03, lesson_05
from course_utils.studies.store import SEEDS, load, make

STUDIES = {**lesson_02.STUDIES, **lesson_03.STUDIES, **lesson_05.STUDIES}

__all__ = ["SEEDS", "STUDIES", "load", "make"]
