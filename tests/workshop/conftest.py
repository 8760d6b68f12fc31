"""Pages in a browser: what they say to the console, and what they ask for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.workshop.window import window

TOO_WIDE = """() => [...document.body.querySelectorAll('*')]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
  .map(one => one.outerHTML.slice(0, 120))"""


@dataclass
class Opened:
    """A page, what it said, and what it asked for besides itself."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def too_wide(self) -> list[str]:
        """Name what stands out on the right."""
        return self.page.evaluate(TOO_WIDE)

    @property
    def sheets(self) -> int:
        """How many sheets of paper it takes."""
        pdf = self.page.pdf(prefer_css_page_size=True)
        return pdf.replace(b"/Type /Pages", b"").count(b"/Type /Page")


Open = Callable[..., Opened]


@pytest.fixture(scope="module")  # a longer life would block the event loops of other files
def opened() -> Iterator[Open]:
    """Give a function that opens a file, `opened(path, width=1000)`."""
    with window(1000, 1000) as first:

        def opened(path: Path, width: int = 1000, height: int = 1000) -> Opened:
            page, url = first.context.new_page(), path.as_uri()
            page.set_viewport_size({"width": width, "height": height})
            seen = Opened(page)
            page.on("console", lambda message: seen.said.append(message.text))
            page.on("pageerror", lambda error: seen.said.append(str(error)))
            page.on("request", lambda request: seen.asked.append(request.url))
            page.goto(url)
            seen.asked = [one for one in seen.asked if one != url and not one.startswith("data:")]
            return seen

        yield opened
