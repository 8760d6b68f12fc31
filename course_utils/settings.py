"""Where things lie, and every environment variable that the course reads: here and nowhere else.

A switch is on when its variable holds anything but nothing or ``0``. Each is read when it is
needed, so that a change takes effect at once. The README lists them.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA_FOLDER = ROOT / "data"
PROGRESS_FILE = ".unrolled-progress.json"


def quiet() -> bool:
    """Whether to leave out what moves: progress bars, cards, live plots (UNROLLED_QUIET)."""
    return _is_on("UNROLLED_QUIET")


def strict() -> bool:
    """Whether a warning or a failed check ends the run (UNROLLED_STRICT)."""
    return _is_on("UNROLLED_STRICT")


def progress_file() -> Path:
    """Name the file that keeps the passed exercises (UNROLLED_PROGRESS, or beside the course)."""
    return Path(os.environ.get("UNROLLED_PROGRESS") or ROOT / PROGRESS_FILE)


def torch_wish() -> str:
    """Say which torch the set-up is asked for (UNROLLED_TORCH): "ordinary", or nothing."""
    return os.environ.get("UNROLLED_TORCH", "")


def _is_on(name: str) -> bool:
    return os.environ.get(name, "") not in ("", "0")
