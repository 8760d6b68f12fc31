"""Show the outcome of a check: a card in Jupyter, the same words as plain text everywhere.

Every display includes the plain text, without times or addresses, so a notebook keeps its bytes
when you run it again. In a live kernel the card is shown on top of it. UNROLLED_QUIET=1 shows
only the plain text.
"""

import html
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any

from course_utils import settings
from course_utils.checking.definitions import Exercise, Outcome, Status

# JupyterLab's theme colours, so that the card is readable in light and dark; other front ends
# get a fallback that is readable on both. The sign and the word carry the meaning.
COLOURS = {
    Status.PASSED: "var(--jp-success-color1, #2e7d32)",
    Status.NOT_YET: "var(--jp-error-color1, #c62828)",
    Status.NOT_ATTEMPTED: "var(--jp-ui-font-color2, #888)",
    Status.STAND_IN: "var(--jp-warn-color0, #b26a00)",
}
TEXT = (
    "color: var(--jp-content-font-color1, inherit); line-height: 1.5; white-space: pre-wrap; "
    "font-family: var(--jp-content-font-family, sans-serif)"
)


def plain(outcome: Outcome) -> str:
    """Write an outcome as plain text.

    Parameters
    ----------
    outcome : Outcome
        From a check.

    Returns
    -------
    str
        The sign, the word and the heading in one line, then the explanation, indented. While the
        exercise isn't passed it also says where to find help, because plain text has no buttons.
    """
    lines = [f"{outcome.status.value} · {outcome.exercise.heading}"]
    lines += ["  " + line.replace("\n", "\n  ") for line in outcome.lines]
    if outcome.status in (Status.NOT_YET, Status.NOT_ATTEMPTED):
        id = outcome.exercise.id
        lines.append(f'  Stuck? lesson.hint("{id}") helps, lesson.solution("{id}") shows it.')
    return "\n".join(lines)


def show(outcome: Outcome, next_hint: Callable[[], str]) -> None:
    """Show an outcome, in one display.

    Parameters
    ----------
    outcome : Outcome
        From a check.
    next_hint : callable
        Gives the next hint, for the button.
    """
    shows_card = _in_kernel() and settings.shows_widgets()
    view = card(outcome, next_hint)._repr_mimebundle_() if shows_card else {}
    _display(plain(outcome), view)


def show_hint(text: str) -> None:
    """Show a hint, written in Markdown."""
    _display(text, {"text/markdown": text})


def show_code(source: str) -> None:
    """Show Python source, highlighted where the front end can (in its own theme's colours)."""
    _display(source, {"text/markdown": f"```python\n{source}\n```"})


def show_progress(done: Sequence[tuple[Exercise, bool]], news: Sequence[str] = ()) -> None:
    """Show which exercises are passed, as a small table.

    Parameters
    ----------
    done : sequence of (Exercise, bool)
        The exercises of a lesson, and whether each is passed.
    news : sequence of str
        Lines to put below: how the guesses did, what happened to the file.
    """
    rows = [
        (exercise.id, exercise.title, exercise.dots, f"{exercise.minutes} min", _tick(passed))
        for exercise, passed in done
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    left = sum(exercise.minutes for exercise, passed in done if not passed)
    passed = sum(passed for _, passed in done)
    total = f"{passed} of {len(done)} done" + (f", about {left} min to go" if left else "")
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    table = ["| | exercise | | time | |", "|---|---|---|---|---|"]
    table += ["| " + " | ".join(row) + " |" for row in rows]
    _display(
        "\n".join([*lines, total, *news]),
        {"text/markdown": "\n".join([*table, "", total, *(f"\n{line}" for line in news)])},
    )


def say(line: str) -> None:
    """Print a line, with "?" for any character that the output can't encode (a cp1252 pipe)."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    print(line.encode(encoding, "replace").decode(encoding))


def card(outcome: Outcome, next_hint: Callable[[], str]) -> Any:
    """Build the widget: the outcome, and buttons that reveal hints and the solution in place.

    Parameters
    ----------
    outcome : Outcome
        From a check.
    next_hint : callable
        Gives the next hint.

    Returns
    -------
    ipywidgets.VBox
        Buttons are real buttons: Tab reaches them, Space and Enter press them.
    """
    import ipywidgets as widgets

    revealed = widgets.Output()

    def reveal(text: str, markdown: str) -> None:
        data = {"text/plain": text, "text/markdown": markdown}
        revealed.outputs = ({"output_type": "display_data", "data": data, "metadata": {}},)

    hint = widgets.Button(description="Hint", tooltip="Show the next hint")
    solution = widgets.Button(description="Solution", tooltip="Show the reference solution")
    source = outcome.exercise.solution

    def on_hint(_: Any) -> None:
        text = next_hint()
        reveal(text, text)

    def on_solution(_: Any) -> None:
        reveal(source, f"```python\n{source}\n```")

    hint.on_click(on_hint)
    solution.on_click(on_solution)
    box = widgets.VBox([widgets.HTML(_html(outcome)), widgets.HBox([hint, solution]), revealed])
    box.layout.border_left = f"4px solid {COLOURS[outcome.status]}"
    box.layout.padding = "4px 12px"
    return box


def _html(outcome: Outcome) -> str:
    heading = f"<strong>{outcome.status.value}</strong> · {html.escape(outcome.exercise.heading)}"
    lines = (re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(x)) for x in outcome.lines)
    body = "".join(f"<div>{line}</div>" for line in lines)
    return f'<div role="status" style="{TEXT}"><div>{heading}</div>{body}</div>'


def _tick(passed: bool) -> str:
    return "✓ done" if passed else "○ not yet"


def _display(text: str, rich: dict[str, Any]) -> None:
    if not _in_kernel():
        say(text)
        return
    from IPython.display import display

    display({**({} if settings.quiet() else rich), "text/plain": text}, raw=True)


def _in_kernel() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None
