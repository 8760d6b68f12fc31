"""Where things are, and every environment variable that the course reads: here and nowhere else.

A switch is on unless its variable is empty or ``0``. Each is read when it is needed, so that a
change takes effect at once. The README lists them.
"""

import importlib.util
import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA_FOLDER = ROOT / "data"
PROGRESS_FILE = ".unrolled-progress.json"


def quiet() -> bool:
    """Whether to leave out everything that moves: bars, cards, live plots (UNROLLED_QUIET)."""
    return _is_on("UNROLLED_QUIET")


def strict() -> bool:
    """Whether a warning or a failed check ends the run (UNROLLED_STRICT)."""
    return _is_on("UNROLLED_STRICT")


def own_folder() -> Path:
    """Name the folder for the learner's own things: copies of the notebooks, progress.

    That is the course's folder if it belongs to the learner. If it is shared or read-only, it is
    ``unrolled`` in their home, made here; without a writable home, it is a temporary folder.
    """
    if _is_mine(ROOT):
        return ROOT
    for place in (_home() / "unrolled", Path(tempfile.gettempdir()) / f"unrolled-{_user()}"):
        try:
            place.mkdir(exist_ok=True)
        except OSError:
            continue
        if _is_mine(place):
            return place
    return ROOT  # nothing is writable anywhere: the code that tries to write says so


def progress_file() -> Path:
    """Name the file with passes and guesses (UNROLLED_PROGRESS, or in `own_folder`)."""
    return Path(os.environ.get("UNROLLED_PROGRESS") or own_folder() / PROGRESS_FILE)


def progress_is_away() -> bool:
    """Whether passes and guesses are kept where a learner wouldn't look for them."""
    return not os.environ.get("UNROLLED_PROGRESS") and own_folder() != ROOT


def home_takes_files() -> bool:
    """Whether there is a home where Jupyter can keep its own files."""
    return _home().is_dir() and os.access(_home(), os.W_OK)


def shows_widgets() -> bool:
    """Whether cards and explorers may be widgets: not in quiet, and not without ipywidgets 8.

    ipywidgets 7 (Google Colab's own) is displayed differently, so with that or none, there are
    plain text and still pictures instead.
    """
    if quiet() or not has_widgets():
        return False
    import ipywidgets

    return hasattr(ipywidgets.Widget, "_repr_mimebundle_")


def has_widgets() -> bool:
    """Whether there is any ipywidgets at all."""
    return importlib.util.find_spec("ipywidgets") is not None


def torch_wish() -> str:
    """Say which torch the set-up should take (UNROLLED_TORCH): "ordinary", or nothing."""
    return os.environ.get("UNROLLED_TORCH", "")


def _is_on(name: str) -> bool:
    return os.environ.get(name, "") not in ("", "0")


def _is_mine(folder: Path) -> bool:
    """Whether a folder is writable and belongs to this user (root may use any)."""
    if not os.access(folder, os.W_OK):
        return False
    return not hasattr(os, "geteuid") or os.geteuid() in (0, folder.stat().st_uid)


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:  # a user without a home
        return Path(os.devnull)


def _user() -> str:
    return str(os.geteuid()) if hasattr(os, "geteuid") else "you"
