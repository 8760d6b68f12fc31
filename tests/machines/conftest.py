"""What the machines share: a copy of the course, a home, and a word on what there is here."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machines import machine


def open_folder() -> Iterator[Path]:
    """Make a folder that any user may use; pytest's own are for their owner alone."""
    folder = Path(tempfile.mkdtemp(prefix="unrolled-machine-"))
    folder.chmod(0o777)
    yield folder
    for each in folder.rglob("*"):
        if each.is_dir() and not each.is_symlink():
            each.chmod(0o755)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def course() -> Iterator[Path]:
    """Give a copy of the course, as a ZIP brings it; nobody changes it."""
    for folder in open_folder():
        yield machine.copy_course(folder / "unrolled")


@pytest.fixture
def place() -> Iterator[Path]:
    """Give an empty folder, which stands for the temporary one too."""
    yield from open_folder()


@pytest.fixture
def home(place: Path) -> Path:
    return make_home(place, "home")


def make_home(place: Path, name: str) -> Path:
    """Make a home that any user may write in."""
    home = place / name
    home.mkdir()
    home.chmod(0o777)
    return home


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    found = ", ".join(machine.pythons())
    terminalreporter.write_line(f"machines: the Pythons that were tried: {found}")
    if not machine.can_mount():
        terminalreporter.write_line("machines: no mounts here: permissions made folders read-only")
