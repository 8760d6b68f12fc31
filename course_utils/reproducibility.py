"""Seeds, threads, determinism, and the environment report ("doctor").

Taught in lesson 00, section 2 (the report) and lesson 05, section 3 (why one
seed proves nothing).
"""

from __future__ import annotations

import hashlib
import os
import random
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

DATA_FOLDER = Path(__file__).resolve().parent.parent / "data"
OLDEST_PYTHON = (3, 11)
# The same lower bounds as pyproject.toml; a test keeps the two in step.
PACKAGES = {
    "torch": "2.7",
    "numpy": "2.0",
    "matplotlib": "3.9",
    "pandas": "2.2",
    "scikit-learn": "1.5",
    "jupyterlab": "4.3",
    "nbval": "0.11",
    "ipywidgets": "8.1",
    "tqdm": "4.66",
    "statsmodels": "0.14.4",
}
# What `sha256sum data/flights.csv` prints for the file that the course ships.
CHECKSUMS = {
    "alice.txt": "ea36d086754c2b07bb9bad4805be09800224a2585d9d38b0ee48c1b1e174c920",
    "flights.csv": "237d834127d9c6355630d8f443a7a2377b5925923010009b59809ba0b67f4fac",
}


def begin(seed: int = 0) -> None:
    """Make a lesson repeatable: one torch thread, a fixed seed, strict under CI.

    One thread, because networks this small gain nothing from a second one and
    lose much where several notebooks share a machine. Call it in the first
    cell of a lesson, once.

    Parameters
    ----------
    seed : int
        Where the random numbers of Python, NumPy and torch start.

    Raises
    ------
    ValueError
        If ``seed`` is not an integer in 0 … 2³² − 1.

    Notes
    -----
    With the environment variable ``UNROLLED_STRICT`` set (``make test`` sets
    it) every warning becomes an error, so that a stray one cannot hide.
    Taught in lesson 00, section 2.
    """
    import torch

    torch.set_num_threads(1)
    seed_everything(seed)
    if os.environ.get("UNROLLED_STRICT"):
        warnings.simplefilter("error")
        # The kernel's own housekeeping is not ours to mend.
        warnings.filterwarnings("ignore", module=r"(ipykernel|jupyter_client|traitlets|tornado)")


def seed_everything(seed: int) -> None:
    """Start the random numbers of Python, NumPy and torch at ``seed``.

    Parameters
    ----------
    seed : int
        0 … 2³² − 1 (NumPy takes no larger one).

    Raises
    ------
    ValueError
        If ``seed`` is anything else.

    Notes
    -----
    Equal seeds give equal runs on one machine with one set of versions. On
    another machine the rounding differs, and after hundreds of steps so does
    the result: only the distribution over seeds agrees. Taught in lesson 05,
    section 3.
    """
    import numpy as np
    import torch

    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**32:
        raise ValueError(f"seed must be an integer from 0 to 4294967295, got {seed!r}")
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - scikit-learn and statsmodels draw from this one
    torch.manual_seed(seed)


def expect_error(
    action: Callable[[], object],
    error: type[BaseException] | type[Warning] = Exception,
    saying: str = "",
) -> None:
    """Run ``action``, which must fail, and print what it says.

    An intended error or warning is shown this way, so that a notebook notices
    when it *stops* happening.

    Parameters
    ----------
    action : callable
        Called without arguments.
    error : type
        The exception, or the warning category, that must come.
    saying : str
        Words that its message must hold.

    Raises
    ------
    AssertionError
        If nothing is raised, or something else, or with other words.

    Notes
    -----
    Taught in lesson 05, section 2.
    """
    seen: BaseException | None = None
    with warnings.catch_warnings():
        # A warning stops the action like an error would: the lesson shows either.
        warnings.simplefilter("error")
        try:
            action()
        except Exception as caught:
            seen = caught
    if seen is None:
        raise AssertionError(f"expected {error.__name__}, but nothing was raised")
    if not isinstance(seen, error):
        raise AssertionError(f"expected {error.__name__}, got {type(seen).__name__}: {seen}")
    if saying not in str(seen):
        raise AssertionError(f"expected a message with {saying!r}, got: {seen}")
    print(f"{type(seen).__name__}: {seen}")


@dataclass(frozen=True)
class Finding:
    """One line of the environment report.

    Attributes
    ----------
    what : str
        What was looked at.
    seen : str
        What was found.
    mend : str
        How to mend it, in plain words; empty where all is well.
    """

    what: str
    seen: str
    mend: str = ""

    @property
    def well(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.mend

    def __str__(self) -> str:
        line = f"{'ok  ' if self.well else 'MEND'}  {self.what}: {self.seen}"
        return line if self.well else f"{line}\n      → {self.mend}"


def report(data_folder: Path | None = None) -> list[Finding]:
    """Look at everything that a lesson needs, and say how to mend what is missing.

    Parameters
    ----------
    data_folder : Path, optional
        Where the course's data lies; the project's own ``data`` unless told.

    Returns
    -------
    list of Finding
        Python, the kernel, each package, the data files.

    Notes
    -----
    Taught in lesson 00, section 2.
    """
    folder = DATA_FOLDER if data_folder is None else data_folder
    return [
        _python(sys.version_info[:2]),
        _kernel(Path(sys.prefix)),
        *(_package(name, oldest) for name, oldest in PACKAGES.items()),
        *(_data_file(folder / name, wanted) for name, wanted in CHECKSUMS.items()),
    ]


def _python(version: tuple[int, ...]) -> Finding:
    seen = ".".join(map(str, version))
    if version >= OLDEST_PYTHON:
        return Finding("Python", seen)
    return Finding("Python", seen, "install Python 3.11 or newer, then run `make lab` again")


def _kernel(prefix: Path) -> Finding:
    # In the project's own environment, or in any other that has the packages
    # (conda, Binder, a hub): only the system's bare Python is suspicious.
    if prefix.name == ".venv":
        return Finding("kernel", "the project's own .venv")
    if prefix != Path(sys.base_prefix) or "CONDA_PREFIX" in os.environ:
        return Finding("kernel", "another environment; fine if all packages below are ok")
    return Finding(
        "kernel",
        "the system's Python",
        "in JupyterLab choose Kernel → Change Kernel → Python 3, "
        "or close it and start the course with `make lab`",
    )


def _package(name: str, oldest: str) -> Finding:
    try:
        seen = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Finding(name, "missing", "run `make lab` (Windows: the pip lines of README.md)")
    if _numbers(seen) >= _numbers(oldest):
        return Finding(name, seen)
    return Finding(name, f"{seen}, older than {oldest}", "delete .venv, then run `make lab` again")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("+")[0].split(".") if part.isdigit())


def _data_file(path: Path, wanted: str) -> Finding:
    what = f"data/{path.name}"
    if not path.is_file():
        return Finding(what, "missing", f"bring it back with `git checkout -- {what}`")
    # Windows may have changed the line ends; the numbers are the same.
    text = path.read_bytes().replace(b"\r\n", b"\n")
    if hashlib.sha256(text).hexdigest() == wanted:
        return Finding(what, "as shipped")
    return Finding(what, "altered", f"bring it back with `git checkout -- {what}`")
