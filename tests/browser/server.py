"""A learner's copy of the course in an awkward folder, and `make lab` running in it."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COURSE = (
    "course_utils",
    "data",
    "notebooks",
    "Makefile",
    "pyproject.toml",
    "requirements-lab.lock",
)
AWKWARD = "Maria's Kurs für Übungen, 循環"  # an apostrophe, spaces, letters beyond ASCII
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/lab\S*\?token=(\w+)")
START_SECONDS, STOP_SECONDS = 90, 30


def copy_course(folder: Path) -> Path:
    """Copy what a learner gets, and nothing that the tests bring along."""
    course = folder / AWKWARD
    leave = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in COURSE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, course / name, ignore=leave)
        else:
            course.mkdir(exist_ok=True)
            shutil.copyfile(source, course / name)
    return course


def learners_environment(course: Path, scratch: Path) -> dict[str, str]:
    """Take the test run's settings away, and give every Jupyter folder a fresh place."""
    tests_only = {"UNROLLED_QUIET", "UNROLLED_STRICT", "UNROLLED_PROGRESS", "PYTEST_CURRENT_TEST"}
    not_a_learners = {*tests_only, "PYTHONSTARTUP"}  # `make lab` sets that itself
    ours = {name: value for name, value in os.environ.items() if name not in not_a_learners}
    return {
        **ours,
        # The environment is the repository's; the package that it finds must be the copy's.
        "PYTHONPATH": os.pathsep.join([str(course), str(ROOT / "tests" / "guard")]),
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTER_CONFIG_DIR": str(scratch / "config"),
        "JUPYTER_DATA_DIR": str(scratch / "data"),
        "JUPYTER_RUNTIME_DIR": str(scratch / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(scratch / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(scratch / "workspaces"),
    }


class Server:
    """JupyterLab as `make lab` starts it, without the set-up that stands before it.

    Use it in a ``with`` block: leaving stops JupyterLab and its kernels.
    """

    def __init__(self, course: Path, scratch: Path) -> None:
        # expose_app_in_browser lets the tests ask JupyterLab what it is doing.
        arguments = "--no-browser --ServerApp.port=0 --LabApp.expose_app_in_browser=True"
        # make puts it into a shell's line, and takes a dollar for a variable of its own.
        python = shlex.quote(sys.executable).replace("$", "$$")
        self.process = subprocess.Popen(
            ["make", "-s", "-o", "setup-lab", "lab", f"PY={python}", f"ARGS={arguments}"],
            cwd=course,
            env=learners_environment(course, scratch),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._started = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                self.lines.append(line)
                found = ADDRESS.search(line)
                if found:
                    self.url, self.token = f"http://127.0.0.1:{found[1]}", found[2]
                    self._started.set()
        self._started.set()

    def __enter__(self) -> "Server":
        self._started.wait(START_SECONDS)
        if not hasattr(self, "url"):
            self.__exit__()
            raise RuntimeError("`make lab` gave no address:\n" + "".join(self.lines[-30:]))
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self._reader.join(STOP_SECONDS)
