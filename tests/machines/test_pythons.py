"""Every Python of 3.11 to 3.14 that this machine has: what can be tried there without packages.

The lock with all its packages is tried there by the workflow (.github/workflows/ci.yml).
"""

import shutil
from pathlib import Path

import pytest

from tests.machines.machine import environment, pythons, run

BARE = "-S"  # without anybody's packages


@pytest.fixture(params=pythons().items(), ids=lambda item: item[0])
def python(request: pytest.FixtureRequest) -> tuple[str, str]:
    version, path = request.param
    return version, str(path)


def test_the_code_is_this_pythons_and_warns_of_nothing(
    python: tuple[str, str], course: Path, home: Path, tmp_path: Path
) -> None:
    env = environment(home, PYTHONPYCACHEPREFIX=str(tmp_path / "compiled"))
    del env["PYTHONDONTWRITEBYTECODE"]
    folders = [str(course / name) for name in ("course_utils", "tests")]
    done = run([python[1], "-W", "error", "-m", "compileall", "-q", "-f", *folders], env)
    assert (done.returncode, done.stdout) == (0, "")


def test_lab_hands_out_the_copies_and_says_what_is_missing(
    python: tuple[str, str], course: Path, home: Path
) -> None:
    own = shutil.copytree(course, home / "course")
    done = run([python[1], BARE, "-m", "course_utils.commands.lab"], environment(home, own))
    assert done.returncode == 1
    assert (own / "my_course" / "00_start_here.ipynb").exists()
    assert done.stderr.startswith("lab: there is no JupyterLab for ")
    assert len(done.stderr.splitlines()) == 1


def test_the_report_names_this_python_and_all_that_is_missing(
    python: tuple[str, str], course: Path, home: Path
) -> None:
    code = "from course_utils import doctor\nprint(*doctor.report(), sep='\\n')"
    done = run([python[1], BARE, "-c", code], environment(home, course))
    assert done.returncode == 0, done.stderr
    assert f"ok    Python: {python[0]}" in done.stdout
    assert "FIX   torch: missing" in done.stdout
    assert "data/flights.csv: as shipped" in done.stdout
