"""Make the handout, one page for the desk: shapes, state, messages and terms. Behind `make sheet`.

Nothing on it is written here: the shapes come from a cell of lesson 02a, the messages and what a
state does from the symptoms, the terms from the glossary of lesson 00.
"""

from __future__ import annotations

import html
import re
import sys
from pathlib import Path

from course_utils import lessons
from course_utils.settings import ROOT
from course_utils.symptoms import SYMPTOMS, Symptom, messages, shapes, states
from course_utils.workshop import pages
from course_utils.workshop.days import DAYS, Session

BUILT = ROOT / "workshop" / "built" / "handout.html"
STYLE = Path(__file__).with_name("sheet.css")
SHAPES = ("02a", "every-shape")  # the cell with the table
TERM = re.compile(r"\*\*(?P<english>.+?)\*\* · (?P<chinese>.+?) · ")
LEFT_OUT = {"graphics-card", "no-plain-twin"}  # few have one in a workshop; no remedy in one line
FOOT = "The number is the lesson that explains it. In a notebook, ask for more with {ask}."
ASK = 'symptoms.find("what I see")'


def page() -> str:
    """Write the handout.

    Raises
    ------
    ValueError
        If the table, or the terms, aren't where they should be.
    """
    columns = "".join(
        f"<h2>{title}</h2>{''.join(map(_row, chosen(module.KIND)))}"
        for title, module in (
            ("Messages, and what they mean", messages),
            ("Shapes and batches, without a message", shapes),
            ("The state, without a message", states),
        )
    )
    terms = "".join(
        f'<p>{html.escape(english)} <span lang="zh">{chinese}</span></p>'
        for english, chinese in glossary().items()
    )
    foot = FOOT.format(ask=f"<code>{ASK}</code>")
    body = (
        "<h1>Unrolled: shapes, state, messages</h1>"
        f'<div class="top">{_shapes()}</div>'
        f'<div class="columns rows">{columns}</div>'
        f'<h2>Terms, in English and Chinese</h2><div class="terms">{terms}</div>'
        f'<p class="small">{foot}</p>'
    )
    return pages.page("Unrolled: the handout", body, STYLE.read_text("utf-8"))


def chosen(kind: str) -> list[Symptom]:
    """Pick the symptoms of one kind that a workshop comes across.

    Parameters
    ----------
    kind : str
        As the symptoms call it.

    Returns
    -------
    list of Symptom
        Those of the rooms that the schedules visit, without questions and what is left out.
    """
    rows = [row for day in DAYS for row in day.rows if isinstance(row, Session)]
    visited = {lessons.room_of(row.stretch.lesson) for row in rows}
    found = [one for one in SYMPTOMS if one.kind == kind and one.anchor not in LEFT_OUT]
    found = [one for one in found if not one.sees.endswith("?")]
    return [one for one in found if lessons.room_of(one.lesson) in visited]


def glossary() -> dict[str, str]:
    """Read the terms of lesson 00: from the English to the Chinese.

    Raises
    ------
    ValueError
        If an entry isn't written like the others.
    """
    found = {}
    for cell in pages.cells_of("00"):
        if cell.id.startswith("term-"):
            term = TERM.match(cell.source)
            if term is None:
                raise ValueError(f'cell {cell.id} of lesson 00 isn\'t "**English** · Chinese · …"')
            found[term["english"]] = term["chinese"]
    return found


def _shapes() -> str:
    """Take the table of the shapes, the letters above it, and the two lines to remember."""
    lesson, anchor = SHAPES
    (cell,) = [cell for cell in pages.cells_of(lesson) if cell.id == anchor]
    parts = re.sub(r"\[(.+?)\]\(.+?\)", r"\1", cell.source).split("\n\n")
    (table,) = [part for part in parts if part.startswith("|")]
    letters, remember = parts[1], parts[-1]
    return pages.markdown(table) + f"<div>{pages.markdown(letters)}{pages.markdown(remember)}</div>"


def _row(symptom: Symptom) -> str:
    return pages.markdown(f"**{symptom.sees}** → {symptom.fault} [{symptom.lesson}]")


def main() -> int:
    """Write the page."""
    BUILT.parent.mkdir(parents=True, exist_ok=True)
    BUILT.write_text(page(), "utf-8")
    print(f"sheet: open {BUILT} and print it on one page of A4")
    return 0


if __name__ == "__main__":
    sys.exit(main())
