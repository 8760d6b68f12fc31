"""Run the benchmarks: `make bench`, or `make bench ARGS="--only ensembles"`."""

import os
import sys

from course_utils.reproducibility import begin
from tests.benchmarks import frame, lesson_05

if __name__ == "__main__":
    os.environ["UNROLLED_QUIET"] = "1"  # a progress bar is no part of what is measured
    begin()
    sys.exit(frame.main(lesson_05.rows(), sys.argv[1:]))
