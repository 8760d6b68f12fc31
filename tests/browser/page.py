"""One notebook in one browser page: what a learner's eyes and hands do, and what is seen.

Cells are counted from 0, over all cells, prose too. JupyterLab itself is asked when it is
done (`jupyterapp`, see server.py); what is seen is read from the page.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page

# After how long a thing counts as hanging. A lesson may take a minute, which four kernels share.
LOAD_SECONDS, RUN_SECONDS, CELL_SECONDS, CHANGE_SECONDS = 90, 600, 60, 10

PANEL = "window.jupyterapp?.shell?.currentWidget"
READY = f"""() => {{
  const panel = {PANEL}, kernel = panel?.sessionContext?.session?.kernel;
  return !!(panel?.context?.isReady && panel.sessionContext.isReady
    && kernel?.connectionStatus === 'connected' && kernel.status === 'idle');
}}"""
CELLS = f"""() => {PANEL}.content.widgets.map(cell => ({{
  kind: cell.model.type,
  source: cell.model.sharedModel.getSource(),
  count: cell.model.executionCount ?? 0,
  outputs: cell.model.outputs?.toJSON() ?? [],
}}))"""
# Numbered anew, and nothing runs any more.
DONE = f"""([index, after]) => {PANEL}.sessionContext.session.kernel.status === 'idle'
  && ({PANEL}.content.widgets[index].model.executionCount ?? 0) > after
  && {PANEL}.content.widgets[index].model.executionState !== 'running'"""
PICTURE = """async image => {
  const bytes = await (await fetch(image.src)).arrayBuffer();
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...hash].map(byte => byte.toString(16).padStart(2, '0')).join('');
}"""


# JupyterLab stores the theme on the server and reads it back: two pages must not do so at once.
one_theme_at_a_time = asyncio.Lock()


class Notebook:
    """A lesson, open in JupyterLab.

    Parameters
    ----------
    page : Page
        Empty.
    artefacts : Path
        Where pictures go.
    name : str
        The file's name without its ending.
    """

    def __init__(self, page: Page, artefacts: Path, name: str) -> None:
        self.page, self.artefacts, self.name = page, artefacts, name

    async def open(self, url: str, token: str) -> None:
        """Open it in a workspace of its own, with a new kernel, in the light theme."""
        address = f"{url}/lab/workspaces/{self.name}/tree/my_course/{self.name}.ipynb"
        await self.page.goto(f"{address}?token={token}")
        await self.ready()
        await self.theme("JupyterLab Light")

    async def ready(self) -> None:
        """Wait until the kernel is there and has nothing to do."""
        await self.page.wait_for_function(READY, timeout=1000 * LOAD_SECONDS)

    async def close(self) -> None:
        """End the kernel, so that it takes no memory and no time from the next lesson."""
        await self.page.evaluate(f"() => {PANEL}?.sessionContext?.shutdown().then(() => 0)")

    async def command(self, name: str, **arguments: Any) -> None:
        """Execute a command of JupyterLab, to its end."""
        call = "([name, arguments]) => jupyterapp.commands.execute(name, arguments).then(() => 0)"
        await asyncio.wait_for(self.page.evaluate(call, [name, arguments]), RUN_SECONDS)

    async def theme(self, name: str) -> None:
        """Change the theme, and wait until it is on."""
        async with one_theme_at_a_time:
            await self.command("apputils:change-theme", theme=name)
        await self.page.locator(f'body[data-jp-theme-name="{name}"]').wait_for(state="attached")
        await self.page.locator("#jupyterlab-splash").wait_for(state="detached")

    async def cells(self) -> list[dict[str, Any]]:
        """Read kind, source, execution count and outputs of every cell."""
        return await self.page.evaluate(CELLS)

    async def source(self, index: int) -> str:
        """Read what is written in a cell."""
        return (await self.cells())[index]["source"]

    async def highest_count(self) -> int:
        """Give the number of the last execution."""
        return max(cell["count"] for cell in await self.cells())

    async def wait_until_run(self, index: int, after: int, seconds: float) -> None:
        """Wait until a cell is numbered above ``after`` and the kernel is idle."""
        await self.page.wait_for_function(DONE, arg=[index, after], timeout=1000 * seconds)

    async def run_all(self) -> list[str]:
        """Run All; list every error, every word on stderr and every cell left out."""
        # Whatever stood there is cleared away, so that what is read comes from this run.
        await self.command("notebook:clear-all-cell-outputs")
        await self.command("notebook:run-all-cells")
        await self.ready()
        cells = await self.cells()
        left_out = [
            f"cell {number} was not run"
            for number, cell in enumerate(cells)
            if cell["kind"] == "code" and cell["source"] and not cell["count"]
        ]
        return complaints(cells) + left_out

    async def run_cell(self, index: int) -> None:
        """Run one cell with the keyboard (after a Run All) to its end; it must not complain."""
        before = await self.highest_count()
        await self.start_cell(index)
        await self.wait_until_run(index, before, CELL_SECONDS)
        found = complaints(await self.cells(), only=index)
        assert not found, found

    async def start_cell(self, index: int) -> None:
        """Put the cursor into a cell and press Ctrl + Enter."""
        await self.cell(index).locator(".cm-content").click()
        await self.page.keyboard.press("Control+Enter")

    async def write(self, index: int, source: str) -> None:
        """Type over a cell."""
        await self.cell(index).locator(".cm-content").click()
        await self.page.keyboard.press("Control+a")
        await self.page.keyboard.insert_text(source)
        end = time.monotonic() + CHANGE_SECONDS
        while (written := await self.source(index)) != source and time.monotonic() < end:
            await asyncio.sleep(0.05)
        assert written == source, f"typed {source!r}, the cell holds {written!r}"

    def cell(self, index: int) -> Locator:
        """Find a cell on the page."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def shown(self, index: int) -> Locator:
        """Find what a cell shows."""
        return self.cell(index).locator(".jp-Cell-outputArea")

    async def text(self, index: int) -> str:
        """Read what a cell shows, as words in one line."""
        return in_one_line(await self.shown(index).inner_text())

    async def picture(self, index: int) -> str:
        """Give a hash of the (first) picture that a cell shows."""
        image = self.shown(index).locator("img").first
        await image.wait_for()
        return await image.evaluate(PICTURE)

    async def screenshot(self, what: str, index: int | None = None) -> Path:
        """Keep a picture of the window, scrolled so that a cell's output is in it."""
        if index is not None:
            await self.cell(index).evaluate("cell => cell.scrollIntoView({block: 'start'})")
        path = self.artefacts / f"{self.name}-{what}.png"
        await self.page.screenshot(path=path)
        return path


async def changed(read: Callable[[], Awaitable[str]], before: str) -> str:
    """Wait a while until something reads otherwise than before; give what it reads then."""
    end = time.monotonic() + CHANGE_SECONDS
    while (now := await read()) == before and time.monotonic() < end:
        await asyncio.sleep(0.05)
    return now


def complaints(cells: list[dict[str, Any]], only: int | None = None) -> list[str]:
    """List the errors and the words on stderr in the outputs of cells, or of only one."""
    found = []
    for number, cell in enumerate(cells):
        if only not in (None, number):
            continue
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                found.append(f"cell {number}: {output['ename']}: {output['evalue']}")
            elif output.get("name") == "stderr":
                found.append(f"cell {number}, stderr: {''.join(output['text'])[:200]}")
    return found


def in_one_line(text: str) -> str:
    """Make every run of white space one blank, and drop the backticks of code."""
    return " ".join(text.replace("`", "").split())
