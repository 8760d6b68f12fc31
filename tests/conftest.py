"""What holds for the whole test run: a record and a log of its own, and no network."""

import os
import tempfile
from pathlib import Path

import pytest

FOLDER = tempfile.TemporaryDirectory(prefix="unrolled-tests-")
SCRATCH = Path(FOLDER.name)


def pytest_configure(config: pytest.Config) -> None:
    # Kernels and other child processes inherit these.
    os.environ["UNROLLED_PROGRESS"] = str(SCRATCH / "progress.json")  # never the learner's own
    os.environ["UNROLLED_GUARD_LOG"] = str(SCRATCH / "guard.log")


def refusals() -> list[str]:
    """Read what the guard (tests/guard) refused in any process of this run."""
    log = SCRATCH / "guard.log"
    return log.read_text("utf-8").splitlines() if log.exists() else []


def pytest_sessionfinish(session: pytest.Session) -> None:
    if refusals():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in refusals():
        terminalreporter.write_line(f"left the machine, and was refused: {line}", red=True)


def pytest_unconfigure() -> None:
    FOLDER.cleanup()
