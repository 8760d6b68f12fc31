"""The environment report: what a lesson needs, what is there, and how to fix what is missing.

Taught in lesson 00.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from course_utils import settings

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 14)
# The same lower bounds as pyproject.toml; a test keeps the two in step.
PACKAGES = {
    "torch": "2.11",
    "numpy": "2.0",
    "matplotlib": "3.10.7",
    "pandas": "2.2.2",
    "scikit-learn": "1.5",
    "jupyterlab": "4.3.2",
    "nbval": "0.11",
    "ipywidgets": "8.1",
    "tqdm": "4.66",
    "statsmodels": "0.14.5",
    "jaxtyping": "0.2.37",
    "beartype": "0.18.2",
}
# What `sha256sum data/flights.csv` prints for the file that the course ships.
CHECKSUMS = {
    "alice.txt": "ea36d086754c2b07bb9bad4805be09800224a2585d9d38b0ee48c1b1e174c920",
    "sunspots.csv": "a7459ac790a1e40cf4b78b44fdf8248c9a0514ed672ec42cc555f4e8ddcbfd1b",
    "flights.csv": "237d834127d9c6355630d8f443a7a2377b5925923010009b59809ba0b67f4fac",
}


@dataclass(frozen=True)
class Finding:
    """One line of the environment report.

    Attributes
    ----------
    what : str
        What was looked at.
    seen : str
        What was found.
    remedy : str
        How to fix it, in plain words; empty if all is well.
    """

    what: str
    seen: str
    remedy: str = ""

    @property
    def well(self) -> bool:
        """Whether there is nothing to fix."""
        return not self.remedy

    def __str__(self) -> str:
        line = f"{'ok  ' if self.well else 'FIX '}  {self.what}: {self.seen}"
        return line if self.well else f"{line}\n      -> {self.remedy}"


def report(data_folder: Path | None = None) -> list[Finding]:
    """Look at everything that a lesson needs, and say how to fix what is missing.

    Parameters
    ----------
    data_folder : Path, optional
        Where the course's data is; by default the project's own ``data``.

    Returns
    -------
    list of Finding
        Python, the kernel, each package, the data files.

    Notes
    -----
    Taught in lesson 00, `environment-report`.
    """
    folder = settings.DATA_FOLDER if data_folder is None else data_folder
    packages = [_package(name, oldest) for name, oldest in PACKAGES.items()]
    return [
        _python(sys.version_info[:2]),
        _kernel(Path(sys.prefix), all(package.well for package in packages)),
        *packages,
        *(_data_file(folder / name, wanted) for name, wanted in CHECKSUMS.items()),
    ]


def bring_back(what: str) -> str:
    """Say how to get a file or folder of the course back as it was shipped.

    Parameters
    ----------
    what : str
        Its path in the course, such as ``"data/flights.csv"``.
    """
    if (settings.ROOT / ".git").exists():
        return f"`git checkout -- {what}` brings it back"
    return f"take {what} out of the ZIP that you downloaded"


def _python(version: tuple[int, ...]) -> Finding:
    seen = ".".join(map(str, version))
    if OLDEST_PYTHON <= version <= NEWEST_PYTHON:
        return Finding("Python", seen)
    oldest, newest = (".".join(map(str, bound)) for bound in (OLDEST_PYTHON, NEWEST_PYTHON))
    return Finding(
        "Python", seen, f"install Python {oldest} to {newest}, then run `make lab` again"
    )


def _kernel(prefix: Path, has_all: bool) -> Finding:
    # In the project's own environment, or in any other that has the packages (conda, Binder,
    # a hub, Colab's one Python): only the system's bare Python is suspicious.
    if prefix.name == ".venv":
        return Finding("kernel", "the project's own .venv")
    if prefix != Path(sys.base_prefix) or (prefix / "conda-meta").is_dir():
        return Finding("kernel", "another environment; fine if all packages below are ok")
    if has_all:
        return Finding("kernel", "the system's Python, which has all packages")
    return Finding(
        "kernel",
        "the system's Python",
        "in JupyterLab choose Kernel > Change Kernel > Python 3, "
        "or close it and start the course with `make lab`",
    )


def _package(name: str, oldest: str) -> Finding:
    try:
        seen = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Finding(name, "missing", "run `make lab` (Windows: the lines in README.md)")
    if _numbers(seen) >= _numbers(oldest):
        return Finding(name, seen)
    return Finding(name, f"{seen}, older than {oldest}", "delete .venv, then run `make lab` again")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("+")[0].split(".") if part.isdigit())


def _data_file(path: Path, wanted: str) -> Finding:
    what = f"data/{path.name}"
    if not path.is_file():
        return Finding(what, "missing", bring_back(what))
    # Windows may have changed the line endings; the numbers are the same.
    text = path.read_bytes().replace(b"\r\n", b"\n")
    if hashlib.sha256(text).hexdigest() == wanted:
        return Finding(what, "as shipped")
    return Finding(what, "altered", bring_back(what))
