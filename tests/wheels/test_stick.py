"""Bad wifi: the course set up from a folder of wheels, with the network cut.

`make test-wheels` runs this, for it fetches the wheels first.
"""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from course_utils.commands import wheels
from course_utils.settings import ROOT

GUARD = ROOT / "tests" / "guard"
ASK = "import socket; socket.create_connection(('192.0.2.1', 80), 2)"
WORKS = """
from course_utils import doctor, recurrent
import importlib.util, torch
y, state = recurrent.SequenceModel()(torch.zeros(1, 3, 1))
assert importlib.util.find_spec("hypothesis") is None, "a test tool came along"
import jupyterlab, nbval
print(y.shape)
"""


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stick")
    system, python = wheels.here()
    assert wheels.fill(folder, [system], [python]) == 0
    return folder


@pytest.fixture(scope="module")
def course(stick: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack the course from the stick, on a machine where nothing is installed."""
    (packed,) = stick.glob("unrolled-*.zip")
    folder = tmp_path_factory.mktemp("machine")
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder)
    (root,) = folder.iterdir()
    return root


def offline(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command with the network cut: by the system where it allows that, by Python anyway."""
    cut = ["unshare", "--user", "--map-root-user", "--net"]
    may_cut = (
        shutil.which("unshare") and subprocess.run([*cut, "true"], check=False).returncode == 0
    )
    mine = ("PIP_", "UNROLLED_")  # and the guard tells only the one who asks
    kept = {name: text for name, text in os.environ.items() if not name.startswith(mine)}
    return subprocess.run(
        [*(cut if may_cut else []), *command],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(GUARD), "PIP_CONFIG_FILE": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_network_is_cut(course: Path) -> None:
    assert "Error" in offline(sys.executable, "-c", ASK, folder=course).stderr


def test_the_course_is_set_up_from_the_stick_and_works(course: Path, stick: Path) -> None:
    install = "course_utils/commands/install.py"
    done = offline(sys.executable, install, "--from", stick, folder=course)
    assert done.returncode == 0, done.stderr
    assert "setup: ready" in done.stdout
    python = course / ".venv" / "bin" / "python"
    works = offline(python, "-c", WORKS, folder=course)
    assert works.stdout == "torch.Size([1, 3, 1])\n", works.stderr
    # `make lab` finds all in place, and asks nobody
    again = offline(sys.executable, install, "--lab", folder=course)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_a_folder_without_wheels_is_told_so(course: Path, tmp_path: Path) -> None:
    (course / ".venv" / "stamp.json").unlink(missing_ok=True)
    install = "course_utils/commands/install.py"
    done = offline(sys.executable, install, "--from", tmp_path, folder=course)
    assert done.returncode == 1
    assert "which holds no wheels: name the folder that `make wheels` filled" in done.stderr


def test_the_stick_would_be_complete_for_every_system_and_python() -> None:
    assert wheels.check_all() == 0
