"""The stored studies of lesson 07."""

from collections.abc import Callable

import pandas as pd

from course_utils.lessons.find_the_fault.methods import compare_methods
from course_utils.lessons.find_the_fault.name_that_fault import run_pictures
from course_utils.lessons.find_the_fault.strengths import turn_up

STUDIES: dict[str, Callable[[], pd.DataFrame]] = {
    "fault-pictures": run_pictures,
    "fault-strengths": turn_up,
    "fault-methods": compare_methods,
}
