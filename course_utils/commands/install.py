"""Make `.venv` from requirements.lock: the command behind `make setup`.

It uses plain Python, pip and venv. The file must also *start* under an old Python, so
that it can say which Python it wants: its annotations are plain or quoted, and it
imports the course's settings after that check. Each failure ends in one line on
stderr; pip's own long story goes to a log file. With ``--lowest`` it makes
`.venv-lowest`, for `make test-lowest`; with ``--lab`` it leaves the test tools out; ``--from
FOLDER`` does that from a folder which `make wheels` filled, without a network.
"""

import argparse
import hashlib
import http.client
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import threading
import time
import urllib.request
from pathlib import Path
from types import ModuleType
from typing import Callable  # noqa: UP035 (Python 3.6 has no other)

ROOT = Path(__file__).resolve().parents[2]
OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 14)
OLDEST_MACOS = 14
WANTED_BYTES = 3 * 10**9
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
LAB_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/extensionmanager-extension:plugin": {"enabled": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
}
CUDA_REFUSAL = (
    "pip would take the CUDA build of torch here, several GB that this machine cannot use: let it "
    f"reach {CPU_INDEX}, or put a wheel of torch {{}}+cpu where pip looks (PIP_FIND_LINKS), or "
    "accept the download with UNROLLED_TORCH=ordinary"
)
NO_WHEELS = "--from is {}, which holds no wheels: name the folder that `make wheels` filled"


class SetupError(Exception):
    """A set-up that cannot go on; its text is the one line for the reader."""


class Environment:
    """A virtual environment of the course, and the lock that it is made from.

    Parameters
    ----------
    root : Path
        The repository.
    lowest : bool
        Whether to take the lowest versions that pyproject.toml allows.
    lab : bool
        Whether what a learner needs will do: the same versions, without the test tools.
    wheels : str
        A folder to install from, and from nowhere else; "" for wherever pip looks.
    """

    def __init__(
        self, root: Path = ROOT, lowest: bool = False, lab: bool = False, wheels: str = ""
    ) -> None:
        self.root = root
        self.folder = root / (".venv-lowest" if lowest else ".venv")
        kinds = [(lowest, "-lowest"), (lab or wheels, "-lab"), (True, "")]
        kind = next(name for holds, name in kinds if holds)
        self.lock = root / f"requirements{kind}.lock"
        self.wheels = wheels

    def python(self) -> Path:
        """Name its Python."""
        folder, name = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
        return self.folder / folder / name

    def pins(self) -> list:
        """Read the lines of its lock that pin something."""
        lines = (line.strip() for line in self.lock.read_text("utf-8").splitlines())
        return [line for line in lines if line and not line.startswith("#")]

    def torch(self) -> str:
        """Read the version of torch in its lock."""
        for pin in self.pins():
            if pin.startswith("torch=="):
                return pin[len("torch==") :]
        raise SetupError(f"{self.lock.name} pins no torch; is it as the course has it?")


def python_problem(version: tuple) -> str:
    """Say in one line why this Python won't do; an empty string if it will."""
    found = tuple(version[:2])
    if OLDEST_PYTHON <= found <= NEWEST_PYTHON:
        return ""
    windows = "py -3.13 course_utils\\commands\\install.py"
    return (
        "this is Python {}.{}, the course needs {}.{} to {}.{}: name one that you have or "
        "install, for example {}"
    ).format(
        *(found + OLDEST_PYTHON + NEWEST_PYTHON),
        windows if os.name == "nt" else "make setup PYTHON=python3.13",
    )


def system_problem(build: str, machine: str, macos: str) -> str:
    """Say in one line why this system won't do; an empty string if it will.

    Parameters
    ----------
    build : str
        The platform this Python was built for: `sysconfig.get_platform()`.
    machine : str
        The processor: `platform.machine()`.
    macos : str
        The version of macOS, empty elsewhere: `platform.mac_ver()[0]`.
    """
    if build == "win-arm64":
        system = "Windows on ARM"
    elif macos and machine == "x86_64":
        system = "Intel Macs"
    elif macos and int(macos.split(".")[0]) < OLDEST_MACOS:
        system = f"macOS before {OLDEST_MACOS}"
    else:
        return ""
    return f"there is no torch for {system}; README.md says what to use instead"


def venv_problem() -> str:
    """Say in one line what is missing to make a virtual environment, if anything is."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    return explain("no ensurepip") if missing else ""


def disk_problem(free: int) -> str:
    """Say in one line that the disk is too full; an empty string if `free` bytes are enough."""
    if free >= WANTED_BYTES:
        return ""
    return f"only {free / 1e9:.1f} GB free here, about {WANTED_BYTES / 1e9:.0f} GB wanted"


def torch_source(system: str, nvidia: bool, wish: str, index_answers: "Callable[[], bool]") -> str:
    """Decide where torch comes from.

    Parameters
    ----------
    system : str
        `sys.platform`.
    nvidia : bool
        Whether the machine has an NVIDIA card.
    wish : str
        The value of UNROLLED_TORCH: empty, or "ordinary" for whatever pip takes.
    index_answers : callable
        Asks PyTorch's CPU index; called only if the answer matters.

    Returns
    -------
    str
        "ordinary" (what pip takes by itself), "cpu-index" (PyTorch's CPU index) or
        "cpu-only" (wherever pip looks, but nothing except a CPU build).

    Raises
    ------
    SetupError
        If `wish` is something else.
    """
    if wish not in ("", "ordinary"):
        raise SetupError(f'UNROLLED_TORCH is "{wish}"; wanted "ordinary", or unset')
    if wish or nvidia or system != "linux":
        return "ordinary"  # macOS and Windows wheels are CPU builds already
    return "cpu-index" if index_answers() else "cpu-only"


def has_nvidia() -> bool:
    """Say whether an NVIDIA driver is running on this machine."""
    return Path("/proc/driver/nvidia").exists() or shutil.which("nvidia-smi") is not None


def answers(url: str = CPU_INDEX + "/torch/", seconds: float = 5.0) -> bool:
    """Say whether `url` answers in time; a host that hangs counts as silent.

    We ask in a thread, because a name look-up has no timeout.
    """
    heard = threading.Event()

    def ask() -> None:
        try:
            with urllib.request.urlopen(url, timeout=seconds):
                heard.set()
        except (OSError, http.client.HTTPException):
            pass

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    return heard.is_set()


def stamp(environment: Environment) -> dict:
    """Describe what this repository wants in the environment, here and now."""
    wanted = {"python": "{}.{}".format(*sys.version_info[:2]), "place": str(environment.root)}
    for path in (environment.lock, environment.root / "pyproject.toml"):
        wanted[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return wanted


def read_stamp(environment: Environment) -> dict:
    """Read what the last finished set-up wrote; an empty dictionary if none finished."""
    try:
        found = json.loads((environment.folder / "stamp.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_stamp(environment: Environment, content: dict) -> None:
    """Write down what is in the environment now."""
    text = json.dumps(content, indent=1) + "\n"
    (environment.folder / "stamp.json").write_text(text, "utf-8")


def is_usable(environment: Environment) -> bool:
    """Say whether the environment runs, has pip, was made here and fits this Python."""
    place = str(environment.root)
    probe = "import sys, pip; print('{}.{}'.format(*sys.version_info[:2]))"
    command = [str(environment.python()), "-c", probe]
    try:
        found = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return False
    made_here = read_stamp(environment).get("place", place) == place
    return made_here and found.stdout.decode().strip() == stamp(environment)["python"]


def make_venv(environment: Environment) -> None:
    """Make the environment from scratch, whatever was there before."""
    problem = venv_problem() or disk_problem(shutil.disk_usage(str(environment.root)).free)
    if problem:
        raise SetupError(problem)
    print(f"setup: making {environment.folder.name}", flush=True)
    command = [sys.executable, "-m", "venv", "--clear", str(environment.folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise SetupError(explain(done.stdout.decode(errors="replace")))


def pip_install(environment: Environment, *arguments: str) -> str:
    """Run `pip install` and log it; return its output if it failed, otherwise ""."""
    command = [str(environment.python()), "-m", "pip", "install"]
    command += ["--no-input", "--progress-bar=off"]
    wheels = Path(environment.wheels).resolve()
    command += ["--no-index", f"--find-links={wheels}"] if environment.wheels else []
    with open(str(environment.folder / "setup.log"), "a+b") as log:
        start = log.seek(0, os.SEEK_END)
        done = subprocess.run(
            command + list(arguments),
            cwd=str(environment.root),
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )
        log.seek(start)
        output = log.read().decode(errors="replace")
    return (output or "pip stopped") if done.returncode else ""


def check(environment: Environment, output: str) -> None:
    """Stop with one line if pip failed, that is, if it left an output."""
    if output:
        log = f"{environment.folder.name}/setup.log"
        raise SetupError(f"{explain(output)} (the whole story: {log})")


def install_torch(environment: Environment, source: str) -> None:
    """Install the pinned torch from `source`, before the rest can ask for another build."""
    version = environment.torch()
    # Ask for the CPU label by name, so that an index without CPU builds fails in a moment;
    # a plain "torch" would fetch the CUDA build first and show its label afterwards.
    arguments = ["--no-deps", f"torch=={version}+cpu"]
    if source == "cpu-index":
        arguments += ["--index-url", CPU_INDEX]
    print(f"setup: installing torch {version} for the CPU", flush=True)
    output = pip_install(environment, *arguments)
    # pip lists the versions that it did find, or a constraint of the user's that this pin
    # would satisfy, so torch is there, but not as a CPU build.
    found = re.search(r"torch==\S+ \(from versions: \d|conflicting dependencies", output)
    if source == "cpu-only" and found:
        raise SetupError(CUDA_REFUSAL.format(version))
    check(environment, output)


def course(module: str) -> ModuleType:
    """Import a module of the course, which an old Python could not read."""
    sys.path.insert(0, str(ROOT))
    return importlib.import_module(f"course_utils.{module}")


def explain(output: str) -> str:
    """Turn the output of a pip (or venv) that failed into one line."""
    return course("commands.pip_failures").explain(output)


def torch_wish() -> str:
    """Ask the course's own settings which torch is wished for."""
    return course("settings").torch_wish()


def write_lab_settings(prefix: Path) -> None:
    """Give JupyterLab the course's settings, in the environment at `prefix`."""
    settings = prefix / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "overrides.json").write_text(json.dumps(LAB_SETTINGS, indent=1) + "\n", "utf-8")


def set_up(environment: Environment) -> None:
    """Make the environment match its lock; do nothing if it already does.

    Raises
    ------
    SetupError
        With one line for the reader.
    """
    usable = is_usable(environment)
    enough = [stamp(environment), stamp(Environment(environment.root))]  # which holds more
    if usable and read_stamp(environment) in enough:
        return
    if environment.wheels and not list(Path(environment.wheels).glob("*.whl")):
        raise SetupError(NO_WHEELS.format(environment.wheels))
    began = time.monotonic()
    if not usable:
        make_venv(environment)
    write_stamp(environment, {})  # from here until the end the set-up counts as unfinished
    hears = (lambda: False) if environment.wheels else answers
    source = torch_source(sys.platform, has_nvidia(), torch_wish(), hears)
    if source != "ordinary":
        install_torch(environment, source)
    count = len(environment.pins())
    print(f"setup: installing about {count} packages, a minute or two", flush=True)
    # Everything in the lock has wheels everywhere, so nothing needs a compiler.
    lock = ["--only-binary=:all:", "-r", environment.lock.name]
    check(environment, pip_install(environment, *lock))
    check(environment, pip_install(environment, "--no-deps", "--no-build-isolation", "-e", "."))
    write_lab_settings(environment.folder)
    write_stamp(environment, stamp(environment))
    print(f"setup: ready after {time.monotonic() - began:.0f} s", flush=True)


def main(environment: Environment) -> int:
    """Set up `environment`; return 0, or 1 after one line on stderr."""
    problem = python_problem(sys.version_info) or system_problem(
        sysconfig.get_platform(), platform.machine(), platform.mac_ver()[0]
    )
    if not problem:
        try:
            set_up(environment)
        except KeyboardInterrupt:
            problem = "interrupted; run it again and it carries on"
        except SetupError as error:
            problem = str(error)
        except OSError as error:
            problem = explain(f"error: {error}")
    if problem:
        print("setup: " + problem, file=sys.stderr)
    return 1 if problem else 0


def asked(arguments: list) -> Environment:
    """Read the options of the command line."""
    parser = argparse.ArgumentParser(prog="install.py", description="Set up the course's .venv.")
    parser.add_argument("--lowest", action="store_true", help="make .venv-lowest")
    parser.add_argument("--lab", action="store_true", help="without the test tools")
    parser.add_argument("--from", default="", help="a folder that `make wheels` filled")
    return Environment(ROOT, *vars(parser.parse_args(arguments)).values())


if __name__ == "__main__":
    sys.exit(main(asked(sys.argv[1:])))
