"""What goes into a pipe with an alphabet of its own (cp1252: `python grade.py > log.txt`)."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.machines.machine import environment, read_only

ANSWERS = """
from course_utils import exercises
lesson = exercises.open("00")
lesson.check("0.2", lambda x: x[:, {index}])
lesson.hint("0.2"); lesson.solution("0.2"); lesson.progress()
"""
REPORT = """
from course_utils import doctor
doctor.PACKAGES["no-such-package-here"] = "1"
print(*doctor.report(doctor.settings.ROOT), sep="\\n")
"""


@pytest.mark.parametrize("alphabet", ["cp1252", "ascii"])
@pytest.mark.parametrize(
    ("code", "says"),
    [
        (ANSWERS.format(index=1), "? not right yet"),
        (ANSWERS.format(index=0), "? passed"),
        (REPORT, "FIX   no-such-package-here: missing"),
    ],
    ids=["wrong", "right", "report"],
)
def test_the_outcome_arrives_with_a_question_mark_for_a_sign(
    course: Path, home: Path, alphabet: str, code: str, says: str
) -> None:
    env = environment(home, course, PYTHONIOENCODING=alphabet)
    env["UNROLLED_PROGRESS"] = str(home / "progress.json")
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=home, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert says in done.stdout.decode(alphabet)


def test_lab_says_where_the_copies_are_whatever_the_home_is_called(
    course: Path, place: Path, home: Path
) -> None:
    home = home.rename(place / "学习者")
    command = [sys.executable, "-m", "course_utils.commands.lab", "--version"]
    env = environment(home, course, PYTHONIOENCODING="cp1252")
    done = subprocess.run(
        [*read_only(course), *command], env=env, cwd=home, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert b"so you work in" in done.stdout
    assert (home / "unrolled" / "my_course").is_dir()
