"""Find a Chromium for the browser tests, or install one: `make browser-setup`.

Debian has a Chromium package. Ubuntu's package only points to a snap, which the tests can't
drive; there, and on other systems, we ask Playwright's own installer.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ON_A_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
MISSING = "no Chromium and no Google Chrome found; `make browser-setup` installs one"


def works(program: str) -> bool:
    """Say whether a browser starts and isn't a snap: those can't read the tests' folders.

    Parameters
    ----------
    program : str
        Its path.

    Returns
    -------
    bool
    """
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and "snap" not in done.stdout


def find() -> str | None:
    """Find a browser that the tests can drive.

    Returns
    -------
    str or None
        The path of the system's Chromium or Chrome, or else of Playwright's own.
    """
    candidates = [shutil.which(name) for name in NAMES] + [shutil.which(ON_A_MAC)]
    for program in candidates:
        if program is not None and works(program):
            return program
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() and works(own) else None


def as_root() -> list[str] | None:
    """Say what to put before a command so that root runs it; None if nothing helps."""
    if os.geteuid() == 0:
        return []
    return ["sudo"] if shutil.which("sudo") else None


def install() -> None:
    """Install Chromium with apt if there is apt, and if that doesn't help, with Playwright."""
    root = as_root() if shutil.which("apt-get") else None
    if root is not None:
        print("browser-setup: asking apt for chromium", flush=True)
        apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
        for step in (["update"], ["install", "--no-install-recommends", "chromium"]):
            subprocess.run([*apt, *step], check=False)  # whether it helped is seen below
    if find() is None:
        print("browser-setup: asking Playwright for its own Chromium", flush=True)
        playwright = [sys.executable, "-m", "playwright", "install"]
        if root is not None:
            subprocess.run([*playwright, "--with-deps", "chromium"], check=False)
        # If sudo is refused, --with-deps ends before it downloads anything.
        if root is None or find() is None:
            subprocess.run([*playwright, "chromium"], check=False)


def main() -> int:
    """Install a browser unless there is one; return 0, or 1 after one line on stderr."""
    if find() is None:
        install()
    program = find()
    if program is None:
        print("browser-setup: neither apt nor Playwright brought a browser", file=sys.stderr)
        return 1
    print(f"browser-setup: the browser tests will use {program}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
