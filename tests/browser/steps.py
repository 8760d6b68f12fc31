"""The steps of the tour: what a learner does in a lesson, one after the other.

A step gives plain values, and judges nothing: that is left to rules.py.
"""

import ast
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

from tests.browser import answers, looks
from tests.browser.page import Notebook, changed, complaints

STEP_SECONDS = 20  # for one thing to appear
CHECK = re.compile(r'lesson\.check\("([^"]+)"')
OPENS = re.compile(r'exercises\.open\("([^"]+)"\)')
GUESS = re.compile(r'lesson\.guess\("([^"]+)", None\)')
TYPED = 7  # also if a text is wanted: then it says so, next to the answer
EXPLORER = re.compile(r"^explore_\w+\(", re.MULTILINE)
CONTROLS = '[role="slider"], input[type="checkbox"], .widget-toggle-buttons .mod-active'
KIND = """control => [
  control.getAttribute('role')
    ?? (control.tagName === 'INPUT' ? control.type : control.tagName.toLowerCase()),
  control.role === 'slider' && control.ariaValueNow === control.ariaValueMax
    || control.tagName === 'BUTTON' && !control.nextElementSibling,
]"""
# One step there, and one step back for a control that stands at its end.
KEYS = {
    "slider": (["ArrowRight"], ["ArrowLeft"]),
    "checkbox": (["Space"], ["Space"]),
    "button": (["Tab", "Space"], ["Shift+Tab", "Space"]),
}


async def top(notebook: Notebook) -> None:
    """Look at the first screen."""
    await notebook.screenshot("top")


async def guess(notebook: Notebook) -> dict[str, Any]:
    """Count the outputs of the copy as it was handed out, and type the lesson's first guess."""
    cells = await notebook.cells()
    seen: dict[str, Any] = {"outputs": sum(len(cell["outputs"]) for cell in cells), "name": ""}
    for index, cell in enumerate(cells):
        if found := GUESS.search(cell["source"]):
            typed = cell["source"].replace("None", str(TYPED), 1)
            await notebook.write(index, typed)
            await notebook.screenshot("guess", index)
            return seen | {"name": found[1]}
    return seen


async def first_run(notebook: Notebook) -> list[str]:
    """Run All."""
    return await notebook.run_all()


async def answer(notebook: Notebook) -> str:
    """Read what stands where the first guess is answered."""
    cells = await notebook.cells()
    typed = re.compile(GUESS.pattern.replace("None", str(TYPED)))
    names = [name for cell in cells for name in typed.findall(cell["source"])]
    for index, cell in enumerate(cells):
        if names and f'lesson.measured("{names[0]}"' in cell["source"]:
            await notebook.screenshot("answer", index)
            return await notebook.text(index)
    return ""


async def cards(notebook: Notebook) -> dict[str, Any]:
    """Read every card of the untouched lesson."""
    found = {}
    for index, cell in enumerate(await notebook.cells()):
        ids = CHECK.findall(cell["source"]) if cell["kind"] == "code" else []
        buttons = notebook.shown(index).locator("button", has_text="Hint")
        if ids:
            await buttons.nth(len(ids) - 1).wait_for()
            await notebook.screenshot("card", index)
        for id in ids:
            found[id] = await notebook.text(index)
    return found


async def explorers(notebook: Notebook) -> list[dict[str, Any]]:
    """Move every control of every explorer by the keyboard, and watch the picture."""
    moves = []
    for index, cell in enumerate(await notebook.cells()):
        if cell["kind"] != "code" or not EXPLORER.search(cell["source"]):
            continue
        controls = notebook.shown(index).locator(CONTROLS)
        await controls.first.wait_for()
        await notebook.screenshot("explorer", index)
        for number in range(await controls.count()):
            moves.append(await move(notebook, index, number))
        await notebook.screenshot("explorer-moved", index)
    return moves


async def move(notebook: Notebook, index: int, number: int) -> dict[str, Any]:
    """Move one control by one step; note the picture and the description before and after."""
    control = notebook.shown(index).locator(CONTROLS).nth(number)
    kind, at_the_end = await control.evaluate(KIND)
    there, back = KEYS[kind]
    description = notebook.shown(index).locator(".widget-html").last
    seen = {
        "control": f"cell {index}, control {number} ({kind})",
        "picture": await notebook.picture(index),
        "words": await description.inner_text(),
    }
    await control.focus()
    for key in back if at_the_end else there:
        await notebook.page.keyboard.press(key)
    seen["picture after"] = await changed(lambda: notebook.picture(index), seen["picture"])
    seen["words after"] = await changed(description.inner_text, seen["words"])
    return seen


async def widgets(notebook: Notebook) -> dict[str, int]:
    """Count the views in the place of cards and explorers, and what could not be shown."""
    source = "\n".join(c["source"] for c in await notebook.cells() if c["kind"] == "code")
    page = notebook.page
    lost = "images => images.filter(image => image.complete && !image.naturalWidth).length"
    return {
        "wanted": len(CHECK.findall(source)) + len(EXPLORER.findall(source)),
        "shown": await page.locator(".jp-OutputArea-output > .jupyter-widgets").count(),
        "broken": await page.locator(".jupyter-widgets-error-widget").count(),
        "pictures lost": await page.locator(".jp-Notebook img").evaluate_all(lost),
    }


async def mathematics(notebook: Notebook) -> dict[str, int]:
    """Count the cells with mathematics, the formulas that were set, and those that failed."""
    prose = [cell["source"] for cell in await notebook.cells() if cell["kind"] == "markdown"]
    without_code = [re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL) for text in prose]
    return {
        "wanted": sum(text.replace(r"\$", "").count("$") >= 2 for text in without_code),
        "found": await notebook.page.locator("mjx-container").count(),
        "broken": await notebook.page.locator("mjx-merror").count(),
    }


async def second_run(notebook: Notebook) -> list[str]:
    """Run All once more, in the same kernel."""
    return await notebook.run_all()


async def exercise(notebook: Notebook) -> dict[str, Any]:
    """Type a wrong answer, press Hint and Solution, type the right answer."""
    cells = await notebook.cells()
    number = OPENS.findall("\n".join(cell["source"] for cell in cells))[0]
    attempt = answers.first_attempt(number)
    index = next(
        i for i, cell in enumerate(cells) if attempt.exercise.id in CHECK.findall(cell["source"])
    )
    stub = cells[index]["source"]
    seen: dict[str, Any] = {"attempt": attempt}
    await notebook.write(index, answers.put_in(stub, attempt, attempt.wrong))
    await notebook.run_cell(index)
    # Hint by the mouse, Solution by the keyboard.
    hint = notebook.shown(index).get_by_role("button", name="Hint")
    await hint.wait_for()
    seen["wrong"] = await notebook.text(index)
    await hint.click()
    await notebook.shown(index).get_by_text("Hint 1 of").wait_for()
    seen["hint"] = await notebook.text(index)
    await notebook.screenshot("wrong", index)
    await notebook.page.keyboard.press("Tab")
    await notebook.page.keyboard.press("Space")
    await notebook.shown(index).locator("pre", has_text="def ").wait_for()
    seen["solution"] = await notebook.text(index)
    await notebook.screenshot("solution", index)
    await notebook.write(index, answers.put_in(stub, attempt, attempt.right))
    await notebook.run_cell(index)
    await notebook.shown(index).get_by_text("✓ passed").first.wait_for()
    seen["right"] = await notebook.text(index)
    await notebook.screenshot("right", index)
    return seen


async def interrupt(notebook: Notebook) -> dict[str, Any]:
    """Where a lesson trains live: make it long, watch it, press Interrupt, and go on."""
    cells = await notebook.cells()
    code = [i for i, cell in enumerate(cells) if cell["kind"] == "code"]
    knobs = [n for n, i in enumerate(code) if cells[i]["source"].startswith("SECONDS = ")]
    if not knobs:
        return {}
    knob, training, after = code[knobs[0] : knobs[0] + 3]
    await notebook.write(knob, "SECONDS = 120")
    await notebook.run_cell(knob)
    before = await notebook.highest_count()
    old = await notebook.picture(training)  # of the run before
    await notebook.start_cell(training)
    first = await changed(lambda: notebook.picture(training), old)
    second = await changed(lambda: notebook.picture(training), first)
    await notebook.screenshot("live", training)
    pressed = time.monotonic()
    await notebook.page.locator('[data-command="notebook:interrupt-kernel"]').click()
    await notebook.wait_until_run(training, before, STEP_SECONDS)
    seconds = time.monotonic() - pressed
    await notebook.screenshot("interrupted", training)
    await notebook.write(knob, use_of_what_is_left(cells[training]["source"]))
    await notebook.run_cell(knob)
    explorer = next(i for i in code if EXPLORER.search(cells[i]["source"]))
    for index in (after, explorer):
        await notebook.run_cell(index)
    await notebook.picture(explorer)
    return {
        "lives": old != first != second,
        "seconds": seconds,
        "complaints": complaints(await notebook.cells(), only=training),
        "left": await notebook.text(knob),
    }


def use_of_what_is_left(training: str) -> str:
    """Write a cell that uses the network, the state, the history and the plot of a training."""
    assigned = next(
        node
        for node in ast.walk(ast.parse(training))
        if isinstance(node, ast.Assign) and "training.fit_chunks" in ast.unparse(node)
    )
    history, state = map(ast.unparse, assigned.targets[0].elts)
    model, x = map(ast.unparse, assigned.value.args[:2])
    # An Interrupt between the two lists leaves the plot one step behind.
    kept = f"len({history}.losses) - len(plot.losses) in (0, 1)"
    return (
        f"y, _ = {model}({x}[0], {state})\nprint({history}.interrupted, {kept}, y.isfinite().all())"
    )


async def look(notebook: Notebook) -> dict[str, list[str]]:
    """Measure the contrast of all that our widgets write, in both themes."""
    found = {}
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        await notebook.theme(theme)
        found[theme] = await looks.too_faint(notebook.page)
        if theme == "JupyterLab Dark":
            for index, cell in enumerate(await notebook.cells()):
                if cell["kind"] == "code" and EXPLORER.search(cell["source"]):
                    await notebook.screenshot("explorer-dark", index)
    return found


async def all_cards(notebook: Notebook) -> list[str]:
    """Open a hint and a solution, picture all cards in both themes, and read their signs."""
    for name, index in (("Hint", 2), ("Solution", 4)):
        await notebook.shown(index).get_by_role("button", name=name).click()
    await notebook.shown(2).get_by_text("Hint 1 of").wait_for()
    for theme in ("Dark", "Light"):
        await notebook.theme(f"JupyterLab {theme}")
        await notebook.screenshot(theme.lower())
    return [(await notebook.text(index))[:1] for index in range(2, 6)]


async def restart(notebook: Notebook) -> dict[str, Any]:
    """Restart the kernel by hand, go on in the middle, and do what is said then."""
    await notebook.page.locator('[data-command="notebook:restart-kernel"]').click()
    await notebook.page.locator(".jp-Dialog .jp-mod-accept").click()
    await notebook.page.locator(".jp-Dialog").wait_for(state="detached")
    await notebook.ready()
    await notebook.start_cell(3)
    await notebook.shown(3).get_by_text("Run All Above").wait_for()
    said = await notebook.text(3)
    await notebook.command("notebook:run-all-above")
    await notebook.start_cell(3)
    await notebook.shown(3).get_by_text("↻ stand-in").wait_for()
    return {"said": said, "after": complaints(await notebook.cells())}


Step = Callable[[Notebook], Awaitable[Any]]
STEPS: tuple[Step, ...] = (
    top,
    guess,
    first_run,
    answer,
    cards,
    explorers,
    widgets,
    mathematics,
    second_run,
    exercise,
    interrupt,
    look,
)
CARD_STEPS: tuple[Step, ...] = (first_run, all_cards, look, restart)
