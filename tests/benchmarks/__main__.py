"""Run the benchmarks: `make bench`, or `make bench ARGS="--only ensembles"`."""

import os
import sys

from course_utils.reproducibility import begin
from tests.benchmarks import (
    checks,
    explorers,
    frame,
    lesson_01,
    lesson_03,
    lesson_04,
    lesson_05,
    lesson_06,
    lesson_08,
    pictures,
)

if __name__ == "__main__":
    os.environ["UNROLLED_QUIET"] = "1"  # a progress bar is no part of what is measured
    begin()
    rows = [
        *lesson_01.rows(),
        *lesson_03.rows(),
        *lesson_04.rows(),
        *lesson_05.rows(),
        *lesson_06.rows(),
        *lesson_08.rows(),
        *explorers.rows(),
        *pictures.rows(),
        *checks.rows(),
    ]
    sys.exit(frame.main(rows, sys.argv[1:]))
