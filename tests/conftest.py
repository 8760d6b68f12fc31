"""What holds for the whole test run, whatever its workers: records of its own, and no network."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest


def is_worker(config: pytest.Config) -> bool:
    """Whether this process is one of several that share a run (pytest-xdist)."""
    return hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    # Kernels and other child processes inherit these, and so do the workers: one log for all of
    # them, since what a worker does with its own exit status nobody reads.
    if not is_worker(config):
        scratch = Path(tempfile.mkdtemp(prefix="unrolled-tests-"))
        os.environ["UNROLLED_GUARD_LOG"] = str(scratch / "guard.log")
    # Never the learner's own; and no worker writes into another's.
    record = f"progress-{os.getpid()}.json"
    os.environ["UNROLLED_PROGRESS"] = str(guard_log().with_name(record))


def guard_log() -> Path:
    return Path(os.environ["UNROLLED_GUARD_LOG"])


def refusals() -> list[str]:
    """Read what the guard (tests/guard) refused in any process of this run."""
    return guard_log().read_text("utf-8").splitlines() if guard_log().exists() else []


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not is_worker(session.config) and refusals():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in refusals():
        terminalreporter.write_line(f"left the machine, and was refused: {line}", red=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not is_worker(config):
        shutil.rmtree(guard_log().parent, ignore_errors=True)
