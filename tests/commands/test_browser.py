"""The command behind `make browser-setup`: which browser is taken, and who is asked for one."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from course_utils.commands import browser

Machine = Callable[..., Path]
CHROMIUM = "echo Chromium 150.0.1 built on Debian"
SNAP = "echo Chromium 150.0.1 snap"
POINTER = "echo 'Command requires the chromium snap to be installed' >&2; exit 1"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Make a machine of our own: nothing is on its PATH but the programs given."""
    bin = tmp_path / "bin"
    bin.mkdir()
    monkeypatch.setenv("PATH", str(bin))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.setattr(browser, "ON_A_MAC", str(tmp_path / "none"))

    def make(**programs: str) -> Path:
        for name, script in programs.items():
            program = bin / name.replace("_", "-")
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return bin

    return make


def test_the_first_browser_that_works_is_found(machine: Machine) -> None:
    assert browser.find() is None
    bin = machine(google_chrome="echo Google Chrome 150", chromium_browser=POINTER)
    assert browser.find() == str(bin / "google-chrome")
    machine(chromium=SNAP)
    assert browser.find() == str(bin / "google-chrome")
    machine(chromium=CHROMIUM)
    assert browser.find() == str(bin / "chromium")


def test_a_program_that_does_not_start_is_no_browser(tmp_path: Path) -> None:
    assert not browser.works(str(tmp_path / "none"))


def playwrights_own() -> Path:
    """Put a browser where Playwright keeps its own."""
    with browser.sync_playwright() as playwright:
        program = Path(playwright.chromium.executable_path)
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\n{CHROMIUM}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def commands(monkeypatch: pytest.MonkeyPatch, brings: dict[str, Callable[[], object]]) -> list[str]:
    """Note what would be run; a command that holds a word brings something about."""
    asked: list[str] = []
    really = subprocess.run

    def run(command: list[str], **options: object) -> object:
        if command[1:] == ["--version"]:
            return really(command, **options)
        asked.append(" ".join(command))
        for word, bring in brings.items():
            if word in asked[-1]:
                bring()
        return None

    monkeypatch.setattr(browser.subprocess, "run", run)
    return asked


def test_nothing_is_installed_where_there_is_a_browser(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bin = machine(chromium=CHROMIUM, apt_get="exit 1")
    asked = commands(monkeypatch, {})
    assert browser.main() == 0
    assert asked == []
    assert capsys.readouterr().out == (
        f"browser-setup: the browser tests will use {bin / 'chromium'}\n"
    )


@pytest.mark.parametrize(("user", "before"), [(0, "env "), (1000, "sudo env ")])
def test_debian_brings_it_by_apt(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, user: int, before: str
) -> None:
    machine(apt_get="exit 0", sudo="exit 0")
    monkeypatch.setattr(os, "geteuid", lambda: user)
    asked = commands(monkeypatch, {"chromium": lambda: machine(chromium=CHROMIUM)})
    assert browser.main() == 0
    apt = f"{before}DEBIAN_FRONTEND=noninteractive apt-get -q -y"
    assert asked == [f"{apt} update", f"{apt} install --no-install-recommends chromium"]


def test_where_apt_brings_a_snap_playwright_is_asked(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    machine(apt_get="exit 0")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    asked = commands(
        monkeypatch,
        {
            "apt-get": lambda: machine(chromium_browser=POINTER),
            "playwright": playwrights_own,
        },
    )
    assert browser.main() == 0
    assert asked[2:] == [f"{sys.executable} -m playwright install --with-deps chromium"]
    found = browser.find()
    assert found is not None
    assert Path(found).is_relative_to(tmp_path / "playwright")


def test_where_sudo_is_refused_playwright_is_asked_for_the_browser_alone(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(apt_get="exit 0", sudo="exit 1")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    asked = commands(monkeypatch, {"playwright install chromium": playwrights_own})
    assert browser.main() == 0
    install = f"{sys.executable} -m playwright install"
    assert asked[2:] == [f"{install} --with-deps chromium", f"{install} chromium"]


def test_where_root_cannot_be_had_playwright_is_asked_at_once(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine(apt_get="exit 0")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    asked = commands(monkeypatch, {})
    assert browser.main() == 1
    assert asked == [f"{sys.executable} -m playwright install chromium"]
    assert capsys.readouterr().err == (
        "browser-setup: neither apt nor Playwright brought a browser\n"
    )
