"""The probes alone: the built wheel with torch, numpy, jaxtyping and beartype, and no more."""

import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from course_utils.settings import ROOT
from tests.machines.machine import copy_course, environment, make_python, run

WANTED = ("torch", "numpy", "jaxtyping", "beartype")
SECTION = (ROOT / "README.md").read_text("utf-8").partition("## Only here for the probes?")[2]
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", SECTION.partition("\n## ")[0], re.DOTALL)
LINES, SAID = (next(text for kind, text in BLOCKS if kind == one) for one in ("python", "text"))


def files_of(names: tuple[str, ...]) -> set[str]:
    """Name what lies in site-packages of these packages and of all that they need."""
    waiting, seen, found = list(names), set(), set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            one = distribution(name)
        except PackageNotFoundError:  # of the CUDA build, which the course leaves out
            continue
        found |= {file.parts[0] for file in one.files or ()} - {".."}
        needs = [Requirement(text) for text in one.requires or ()]
        waiting += [
            need.name for need in needs if not need.marker or need.marker.evaluate({"extra": ""})
        ]
    return found


def without_numbers(text: str) -> str:
    """Leave the numbers out: each run draws its own."""
    return " ".join(re.sub(r"\d[\d.e+-]*", "#", text).split())


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("alone")
    allowed = files_of(WANTED)
    alone = make_python(folder / "venv", lambda name: name not in allowed)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    offline = ["--no-index", "--no-deps", "--no-cache-dir", "--quiet"]
    course = copy_course(folder / "course")
    wheel = [*pip, "wheel", *offline, "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([*wheel, str(course)], check=True)
    (built,) = folder.glob("unrolled-*.whl")
    subprocess.run([*pip, "--python", str(alone), "install", *offline, str(built)], check=True)
    return alone


@pytest.mark.parametrize("name", ["pandas", "matplotlib", "IPython", "jupyterlab", "torchtest2"])
def test_it_is_alone(python: Path, tmp_path: Path, name: str) -> None:
    done = run([str(python), "-c", f"import {name}"], environment(tmp_path))
    assert f"No module named '{name}'" in done.stderr


def test_the_lines_of_the_readme_run_and_say_what_it_shows(python: Path, tmp_path: Path) -> None:
    where = "import course_utils; print(course_utils.__file__)"
    done = run([str(python), "-W", "error", "-c", f"{where}\n{LINES}"], environment(tmp_path))
    assert done.returncode == 0, done.stderr
    place, _, said = done.stdout.partition("\n")
    assert Path(place).is_relative_to(python.parents[1])
    assert without_numbers(SAID).strip() in without_numbers(said)
