"""The tour as a fixture, and where its pictures went as the last word.

`make test ARGS="tests/browser -k 03a"` drives one lesson alone.
"""

import asyncio
import os
import shutil

import pytest

from course_utils.commands import browser
from tests.browser import samples, steps, tour
from tests.browser.server import ROOT, Server, copy_course

ARTEFACTS = ROOT / "browser-artefacts"
LESSONS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
TOURED = pytest.StashKey[dict[str, tour.Seen]]()


def without_browser(environment: dict[str, str]) -> None:
    """Skip on a laptop, fail in CI, which must have one."""
    if environment.get("CI"):
        pytest.fail(browser.MISSING)
    pytest.skip(browser.MISSING)


def lessons_of(items: list[pytest.Item]) -> list[str]:
    """Name the lessons that the chosen tests look at: all, unless each test names its own."""
    named = {
        item.callspec.params.get("lesson") if hasattr(item, "callspec") else None
        for item in items
        if "toured" in getattr(item, "fixturenames", ())
    }
    return sorted(named) if all(named) else LESSONS


@pytest.fixture(scope="session")
def toured(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tour.Seen]:
    """Drive every lesson, once for all tests."""
    program = browser.find()
    if program is None:
        without_browser(dict(os.environ))
    shutil.rmtree(ARTEFACTS, ignore_errors=True)
    ARTEFACTS.mkdir()
    folder = tmp_path_factory.mktemp("learner")
    course = copy_course(folder)
    samples.write(course / "notebooks")
    # The later lessons are the longer ones: they begin, so that none is left alone at the end.
    lessons = lessons_of(request.session.items)
    stops = dict.fromkeys([*reversed(lessons), "faults"], steps.STEPS)
    stops["cards"] = steps.CARD_STEPS
    with Server(course, folder) as server:
        seen = asyncio.run(tour.take(program, server, ARTEFACTS, stops))
    kept = course / ".unrolled-progress.json"
    seen["cards"].notes["kept"] = kept.read_text("utf-8") if kept.exists() else ""
    request.config.stash[TOURED] = seen
    return seen


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    seen = config.stash.get(TOURED, {})
    if seen:
        seconds = ", ".join(f"{name} {one.seconds:.0f}" for name, one in seen.items())
        terminalreporter.write_line(f"browser: seconds, two at a time: {seconds}")
        terminalreporter.write_line(f"browser: the pictures are in {ARTEFACTS.name}/")
