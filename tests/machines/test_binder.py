"""A rehearsal of what repo2docker (Binder, many JupyterHubs) does with this repository.

It copies the whole repository, lets conda bring Python and pip, runs environment.yml's pip lines
in its folder, and puts `start` before Jupyter. Here the packages are those of this environment:
pip has to find that they are what the lock asks for, all but the course itself.
"""

import json
import sys
from pathlib import Path

import pytest
import yaml
from nbformat.v4 import new_code_cell, new_notebook, writes

from course_utils.commands import install
from tests.machines.machine import copy_course, environment, make_python, play, run

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
LINES = [
    "import course_utils\nprint(course_utils.__file__)",
    "from course_utils import doctor\nprint(*doctor.report(), sep='\\n')",
    "first_step",
]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_course(tmp_path_factory.mktemp("binder") / "jovyan")


@pytest.fixture(scope="module")
def python(repository: Path) -> Path:
    """Make what conda makes, and run the pip lines in it as conda does."""
    python = make_python(repository.parent / "notebook")
    description = yaml.safe_load((repository / "environment.yml").read_text("utf-8"))
    (lines,) = [each["pip"] for each in description["dependencies"] if isinstance(each, dict)]
    (repository / "condaenv.requirements.txt").write_text("\n".join(lines) + "\n", "utf-8")
    install_it = [*PIP, "--python", str(python), "install", "--no-deps", "--no-build-isolation"]
    install_it += ["-r", "condaenv.requirements.txt", "--exists-action=b"]
    done = run(install_it, environment(repository), cwd=repository)
    assert done.returncode == 0, done.stdout + done.stderr
    brought = [line for line in done.stdout.splitlines() if "installed" in line]
    assert brought == ["Successfully installed unrolled-0.1.0"]
    return python


def test_a_kernel_in_any_folder_has_the_course_and_the_help(
    repository: Path, python: Path, tmp_path: Path
) -> None:
    notebook = tmp_path / "lines.ipynb"
    notebook.write_text(writes(new_notebook(cells=[new_code_cell(line) for line in LINES])))
    env = environment(repository)
    env["PATH"] = f"{python.parent}:{env['PATH']}"
    echo = 'echo "$PYTHONSTARTUP"; echo "$OMP_NUM_THREADS"'
    startup, threads = run(["./start", "sh", "-c", echo], env, repository).stdout.splitlines()
    assert threads == "1"
    played = play(python, notebook, tmp_path, env | {"PYTHONSTARTUP": startup})
    found, report, help_ = (cell["outputs"] for cell in played)
    assert "".join(found[0]["text"]).strip() == str(repository / "course_utils" / "__init__.py")
    assert "FIX " not in "".join(report[0]["text"])
    assert "Run All Above Selected Cell" in json.dumps(help_)


def test_start_gives_jupyterlab_the_settings_of_make_lab(repository: Path, python: Path) -> None:
    env = environment(repository)
    env["PATH"] = f"{python.parent}:{env['PATH']}"
    done = run(["./start", "true"], env, cwd=repository)
    assert done.returncode == 0, done.stderr
    settings = python.parents[1] / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    assert json.loads(settings.read_text("utf-8")) == install.LAB_SETTINGS


def test_start_hands_out_copies_without_outputs(repository: Path, python: Path) -> None:
    env = environment(repository)
    env["PATH"] = f"{python.parent}:{env['PATH']}"
    done = run(["./start", "echo", "Jupyter"], env, cwd=repository)
    assert done.stdout == "Jupyter\n"
    course, own = repository / "notebooks", repository / "my_course"
    names = {path.name for path in course.glob("*.ipynb")}
    assert names == {path.name for path in own.glob("*.ipynb")}
    for name in names:
        cells = json.loads((own / name).read_text("utf-8"))["cells"]
        assert not any(cell.get("outputs") for cell in cells)
