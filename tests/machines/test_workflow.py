"""The workflow for systems that are not at hand: well formed, and in step with README and make.

It is not run here.
"""

import re
import subprocess
from collections.abc import Iterator

import pytest
import yaml

from course_utils.commands import install
from course_utils.settings import ROOT

FILE = ROOT / ".github" / "workflows" / "ci.yml"
JOBS = yaml.safe_load(FILE.read_text("utf-8"))["jobs"]


def commands(job: str) -> list[str]:
    return [step["run"] for step in JOBS[job]["steps"] if "run" in step]


def systems() -> Iterator[tuple[str, str]]:
    """Name every system with its Python."""
    for job in JOBS.values():
        matrix = job.get("strategy", {}).get("matrix")
        if matrix is None:
            (python,) = [step["with"]["python-version"] for step in job["steps"] if "with" in step]
            yield job["runs-on"], python
            continue
        yield from ((name, python) for name in matrix["os"] for python in matrix["python"])
        yield from ((extra["os"], extra["python"]) for extra in matrix["include"])


@pytest.mark.parametrize(
    "schema", ["vendor.github-workflows", "custom.github-workflows-require-timeout"]
)
def test_the_linter_finds_nothing(schema: str) -> None:
    linter = ROOT / ".venv-machines" / "bin" / "check-jsonschema"
    assert linter.exists(), "make test-machines brings it"
    command = [str(linter), "--builtin-schema", schema, str(FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_python_on_linux_and_one_on_each_other_system() -> None:
    (_, oldest), (major, newest) = install.OLDEST_PYTHON, install.NEWEST_PYTHON
    every = {f"{major}.{minor}" for minor in range(oldest, newest + 1)}
    found = set(systems())
    assert {python for name, python in found if name.startswith("ubuntu")} == every
    others = {name: python for name, python in found if not name.startswith("ubuntu")}
    assert {name.partition("-")[0] for name in others} == {"macos", "windows"}
    assert set(others.values()) <= every


def test_every_command_is_one_of_the_courses() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert commands("everything") == [".ci/run"]
    for command in commands("unix"):
        program, target = command.split()
        assert program == "make"
        assert target in targets


def test_windows_follows_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    setup, lab, tools, tests = commands("windows")
    assert setup.replace("py -3.13", "py") in readme.splitlines()
    assert setup in readme
    assert tools == setup.removesuffix(" --lab")
    assert lab.removesuffix(" --version") in readme.splitlines()
    assert all((ROOT / name).is_dir() for name in re.findall(r"--ignore=(\S+)", tests))
