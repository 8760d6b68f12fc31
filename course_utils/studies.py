"""Stored studies: runs too long for a lesson, each a small CSV that one command makes again.

`load` reads one, and ``make studies ARGS="airline-published"`` makes it again. The code that makes
a study is in its lesson's room (`course_utils.lessons.studies` finds it); you don't need that code
to read the CSV.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from course_utils import settings
from course_utils.signatures import BadArgument, checked, seen

Study = Callable[[], pd.DataFrame]
SEEDS = tuple(range(32))


@checked
def load(name: str) -> pd.DataFrame:
    """Read a stored study.

    Parameters
    ----------
    name : str
        Such as ``"airline-published"``.

    Returns
    -------
    pandas.DataFrame
        One row per run. ``attrs["made"]`` says which command and versions made it.

    Raises
    ------
    BadArgument
        If no such study is stored.
    """
    path = _path(name)
    if not path.is_file():
        stored = ", ".join(sorted(file.stem for file in path.parent.glob("*.csv")))
        raise BadArgument(f"name must be a stored study ({stored}), got {name!r}")
    lines = path.read_text(encoding="utf-8").splitlines()
    table = pd.read_csv(path, comment="#")
    table.attrs["made"] = " ".join(line.lstrip("# ") for line in lines if line.startswith("#"))
    return table


def make(name: str, run: Study) -> Path:
    """Run a study and store it.

    Parameters
    ----------
    name : str
        The file's name, without its ending.
    run : callable
        Returns the table.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    BadArgument
        If the run doesn't return a table; the file is left as it was.
    """
    path = _path(name)
    table = run()
    if not isinstance(table, pd.DataFrame):
        raise BadArgument(f"run must return a pandas DataFrame, got {seen(table)}")
    versions = (
        f"Python {platform.python_version()}, torch {torch.__version__}, numpy {np.__version__}"
    )
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"# Made by `{_command(name)}`\n# with {versions}.\n")
        table.to_csv(file, index=False, float_format="%.9g", lineterminator="\n")
    return path


def _path(name: str) -> Path:
    return settings.DATA_FOLDER / "studies" / f"{name}.csv"


def _command(name: str) -> str:
    return f'make studies ARGS="{name}"'
