"""Make `.venv` from requirements.lock: what stands behind `make setup`.

Standard library only. The file must also *start* under an old Python, so that it
can say which Python it wants; that is why its annotations are plain or quoted.
Each failure ends in one line on stderr; pip's own long story goes to a log file.
"""

import hashlib
import http.client
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import Callable  # noqa: UP035 (Python 3.6 knows no other)

ROOT = Path(__file__).resolve().parents[2]
WANTED_PYTHON = (3, 11)
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
# What pip (or venv) says when it fails -> what we say. The first match wins.
EXPLANATIONS = (
    (r"No space left on device|Errno 28", "the disk is full; make room (about 3 GB) and run again"),
    (
        r"ensurepip",
        "this Python cannot make a virtual environment: venv or ensurepip is missing "
        "(Debian and Ubuntu: sudo apt install python3-venv)",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError",
        "the package index's certificate is not trusted here; behind a company proxy, "
        "point PIP_CERT at its certificate",
    ),
    (
        r"NewConnectionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|NameResolutionError"
        r"|Max retries exceeded|Temporary failure in name resolution|Network is unreachable"
        r"|Connection (?:refused|reset|broken|aborted)",
        "pip could not reach the package index; check the network and run again",
    ),
    (
        r"ResolutionImpossible|conflicting dependencies",
        "pip found versions that do not fit together; is requirements.lock as the course has it?",
    ),
)


class SetupError(Exception):
    """A set-up that cannot go on; its text is the one line for the reader."""


def python_problem(version: tuple) -> str:
    """Say in one line why this Python will not do; an empty string if it will."""
    if tuple(version[:2]) >= WANTED_PYTHON:
        return ""
    return (
        "this is Python {}.{}, the course wants {}.{} or newer: name one, "
        "for example make setup PYTHON=python3.12"
    ).format(*(tuple(version[:2]) + WANTED_PYTHON))


def venv_problem() -> str:
    """Say in one line what is missing to make a virtual environment, if anything is."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    return explain("no ensurepip") if missing else ""


def disk_problem(free: int) -> str:
    """Say in one line that the disk is too full; an empty string if `free` bytes are enough."""
    if free >= WANTED_BYTES:
        return ""
    return f"only {free / 1e9:.1f} GB free here, about {WANTED_BYTES / 1e9:.0f} GB wanted"


def explain(output: str) -> str:
    """Turn the output of a failed pip (or venv) into one line.

    Parameters
    ----------
    output : str
        Everything that the command wrote.

    Returns
    -------
    str
        What happened and what to do, without a line break.
    """
    for pattern, meaning in EXPLANATIONS:
        if re.search(pattern, output):
            return meaning
    missing = re.search(r"No matching distribution found for (\S+)", output)
    if missing:
        return f"pip finds no {missing.group(1)} for this Python and system"
    errors = [line.strip() for line in output.splitlines() if "error" in line.lower()]
    return errors[-1] if errors else "it stopped without saying why"


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
        Asks PyTorch's CPU index; called only where the answer matters.

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
    """Say whether an NVIDIA driver is at work on this machine."""
    return Path("/proc/driver/nvidia").exists() or shutil.which("nvidia-smi") is not None


def answers(url: str = CPU_INDEX + "/torch/", seconds: float = 5.0) -> bool:
    """Say whether `url` answers in time; a host that hangs counts as silent.

    The question is asked in a thread, because a name look-up knows no timeout.
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


def lock_pins(root: Path) -> list:
    """Read the lines of requirements.lock that pin something."""
    lines = (line.strip() for line in (root / "requirements.lock").read_text("utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def torch_pin(root: Path) -> str:
    """Read the version of torch in requirements.lock."""
    for pin in lock_pins(root):
        if pin.startswith("torch=="):
            return pin[len("torch==") :]
    raise SetupError("requirements.lock has no line torch==…; is it as the course has it?")


def stamp(root: Path) -> dict:
    """Describe the environment that this repository wants, here and now."""
    wanted = {"python": "{}.{}".format(*sys.version_info[:2]), "place": str(root)}
    for name in ("requirements.lock", "pyproject.toml"):
        wanted[name] = hashlib.sha256((root / name).read_bytes()).hexdigest()
    return wanted


def read_stamp(root: Path) -> dict:
    """Read what the last finished set-up wrote; an empty dictionary if none finished."""
    try:
        found = json.loads((root / ".venv" / "stamp.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def venv_python(root: Path) -> Path:
    """Name the Python of the virtual environment."""
    folder, name = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return root / ".venv" / folder / name


def write_stamp(root: Path, content: dict) -> None:
    """Write down what the environment now holds."""
    (root / ".venv" / "stamp.json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")


def is_usable(root: Path) -> bool:
    """Say whether `.venv` runs, has pip, was made here and fits this Python."""
    there = read_stamp(root).get("place", str(root))
    probe = "import sys, pip; print('{}.{}'.format(*sys.version_info[:2]))"
    command = [str(venv_python(root)), "-c", probe]
    try:
        found = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return False
    return there == str(root) and found.stdout.decode().strip() == stamp(root)["python"]


def make_venv(root: Path) -> None:
    """Make `.venv` anew, whatever stood there before."""
    problem = venv_problem() or disk_problem(shutil.disk_usage(str(root)).free)
    if problem:
        raise SetupError(problem)
    print("setup: making .venv", flush=True)
    command = [sys.executable, "-m", "venv", "--clear", str(root / ".venv")]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise SetupError(explain(done.stdout.decode(errors="replace")))


def pip_install(root: Path, *arguments: str) -> str:
    """Run `pip install` in `.venv`, told in the log; return its output if it failed, else ""."""
    command = [str(venv_python(root)), "-m", "pip", "install", "--no-input", "--progress-bar=off"]
    with open(str(root / ".venv" / "setup.log"), "a+b") as log:
        start = log.seek(0, os.SEEK_END)
        done = subprocess.run(
            command + list(arguments),
            cwd=str(root),
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )
        log.seek(start)
        output = log.read().decode(errors="replace")
    return (output or "pip stopped") if done.returncode else ""


def install_torch(root: Path, source: str) -> None:
    """Install the pinned torch from `source`, before the rest can ask for another build."""
    version = torch_pin(root)
    # The label is asked for by name: an index without CPU builds then fails in a moment,
    # where a plain "torch" would fetch the CUDA build first and show its label after.
    arguments = ["--no-deps", f"torch=={version}+cpu"]
    if source == "cpu-index":
        arguments += ["--index-url", CPU_INDEX]
    print(f"setup: installing torch {version} for the CPU", flush=True)
    output = pip_install(root, *arguments)
    # pip names the versions it did find: torch is there, only not as a CPU build.
    if source == "cpu-only" and re.search(r"torch==\S+ \(from versions: \d", output):
        raise SetupError(CUDA_REFUSAL.format(version))
    check(output)


def check(output: str) -> None:
    """Stop with one line if pip failed, that is, if it left an output."""
    if output:
        raise SetupError(explain(output) + " (the whole story: .venv/setup.log)")


def set_up(root: Path) -> None:
    """Make `.venv` fit the lock; do nothing where it already does.

    Parameters
    ----------
    root : Path
        The repository.

    Raises
    ------
    SetupError
        With one line for the reader.
    """
    usable = is_usable(root)
    if usable and read_stamp(root) == stamp(root):
        return
    began = time.monotonic()
    if not usable:
        make_venv(root)
    write_stamp(root, {})  # from here until the end the set-up counts as unfinished
    source = torch_source(sys.platform, has_nvidia(), os.environ.get("UNROLLED_TORCH", ""), answers)
    if source != "ordinary":
        install_torch(root, source)
    count = sum(";" not in pin for pin in lock_pins(root))  # those with a marker are for elsewhere
    print(f"setup: installing {count} packages, a minute or two", flush=True)
    check(pip_install(root, "-r", "requirements.lock"))
    check(pip_install(root, "--no-deps", "--no-build-isolation", "-e", "."))
    settings = root / ".venv" / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "overrides.json").write_text(json.dumps(LAB_SETTINGS, indent=1) + "\n", "utf-8")
    write_stamp(root, stamp(root))
    print(f"setup: ready after {time.monotonic() - began:.0f} s", flush=True)


def main(root: Path = ROOT) -> int:
    """Set up `root`; return 0, or 1 after one line on stderr."""
    problem = python_problem(sys.version_info)
    if not problem:
        try:
            set_up(root)
        except KeyboardInterrupt:
            problem = "interrupted; run it again and it carries on"
        except SetupError as error:
            problem = str(error)
        except OSError as error:
            problem = explain(f"error: {error}")
    if problem:
        print("setup: " + problem, file=sys.stderr)
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
