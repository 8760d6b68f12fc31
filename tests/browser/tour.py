"""The tour: every lesson driven once, two at a time; each step notes what it saw.

A step that cannot be finished is noted too, with a picture, and the next is tried all the same.
"""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Route, async_playwright

from tests.browser.page import Notebook
from tests.browser.server import Server
from tests.browser.steps import STEP_SECONDS, Step

AT_ONCE = 2  # pages
CLOSE_SECONDS = 30
# Chromium itself would like to call home; the requests of pages are watched one by one.
CHROMIUM = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


class NotSeen(AssertionError):
    """A step that could not be finished; its text says why, and names the picture."""


class Seen:
    """What a lesson's steps saw, or why one could not be finished."""

    def __init__(self, lesson: str) -> None:
        self.lesson = lesson
        self.notes: dict[str, Any] = {}
        self.troubles: dict[str, str] = {}
        self.seconds = 0.0

    def __getitem__(self, step: str) -> Any:
        if step in self.notes:
            return self.notes[step]
        reason = self.troubles.get(step) or f"not reached: {self.troubles}"
        raise NotSeen(f"{self.lesson}, {step}: {reason}")


def stays_here(url: str) -> bool:
    """Say whether an address is on this machine, or in the page itself."""
    parts = urlsplit(url)
    return parts.scheme in ("data", "blob", "about") or parts.hostname in ("127.0.0.1", "localhost")


async def offline(context: BrowserContext, left: list[str]) -> None:
    """Block every request that would leave the machine, and note it."""

    async def refuse(route: Route) -> None:
        left.append(route.request.url)
        await route.abort()

    await context.route(lambda url: not stays_here(url), refuse)
    await context.route_web_socket(
        lambda url: not stays_here(url), lambda socket: left.append(socket.url)
    )


async def told(error: Exception, notebook: Notebook, what: str) -> str:
    """Put an error into words, with the name of a picture where one can still be taken."""
    said = f"{type(error).__name__}: {error}"
    try:
        picture = await notebook.screenshot(what)
    except Exception as without:
        return f"{said}\nno picture: {type(without).__name__}: {without}"
    return f"{said}\nsee {picture.name}"


async def drive(
    browser: Browser, server: Server, artefacts: Path, lesson: str, steps: Sequence[Step]
) -> Seen:
    """Go through one lesson."""
    seen, left, began = Seen(lesson), list[str](), time.monotonic()
    seen.notes["left the machine"] = left
    context = await browser.new_context(
        viewport={"width": 1280, "height": 1000}, service_workers="block"
    )
    context.set_default_timeout(1000 * STEP_SECONDS)
    await offline(context, left)
    notebook = Notebook(await context.new_page(), artefacts, lesson)
    try:
        await notebook.open(server.url, server.token)
        for step in steps:
            try:
                seen.notes[step.__name__] = await step(notebook)
            except Exception as error:
                seen.troubles[step.__name__] = await told(
                    error, notebook, f"failed-{step.__name__}"
                )
    except Exception as error:
        seen.troubles["open"] = await told(error, notebook, "failed")
    for what, close in (("close", notebook.close), ("close the page", context.close)):
        try:
            # A page that has crashed may never answer; the other lessons go on.
            await asyncio.wait_for(close(), CLOSE_SECONDS)
        except Exception as error:
            seen.troubles[what] = f"{type(error).__name__}: {error}"
    seen.seconds = time.monotonic() - began
    return seen


async def take(
    program: str, server: Server, artefacts: Path, stops: dict[str, Sequence[Step]]
) -> dict[str, Seen]:
    """Drive every lesson through its steps, two at a time."""
    turns = asyncio.Semaphore(AT_ONCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=CHROMIUM)

        async def in_turn(lesson: str, steps: Sequence[Step]) -> Seen:
            async with turns:
                return await drive(browser, server, artefacts, lesson, steps)

        seen = await asyncio.gather(*(in_turn(*stop) for stop in stops.items()))
        await browser.close()
    return {one.lesson: one for one in seen}
