"""A browser window without a network, for the pages that the instructor's kit makes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from course_utils.commands import browser
from tests.browser.conftest import without_browser
from tests.browser.tour import CHROMIUM


@contextmanager
def window(width: int, height: int) -> Iterator[Page]:
    """Open a window that no network reaches."""
    program = browser.find()
    if program is None:
        without_browser(dict(os.environ))
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=program, args=CHROMIUM)
        context = opened.new_context(viewport={"width": width, "height": height}, offline=True)
        yield context.new_page()
        opened.close()
