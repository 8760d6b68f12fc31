"""From the cells of a lesson to a page that opens from a file: text, mathematics, code, pictures.

A page carries all it needs inside it, and its own policy forbids it to fetch anything.
Mathematics becomes MathML, which today's browsers draw by themselves.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import mistune
import nbformat
from latex2mathml.converter import convert
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from course_utils import lessons
from course_utils.settings import ROOT

FIGURE = re.compile(r"^\*Figure: (?P<words>.+?)\*(?=\s|$)", re.MULTILINE)
FUNCTION = re.compile(r"(\\(?:sin|cos|tanh|exp|log))\s+(?=[a-z\\])")
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
PAGE = """\
<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
{body}
</body>
</html>
"""


@dataclass(frozen=True)
class Picture:
    """A picture that a cell shows.

    Attributes
    ----------
    data : str
        The PNG, in base 64.
    words : str
        The sentence under it, as Markdown.
    """

    data: str
    words: str

    def html(self) -> str:
        """Write it as an image whose alternative text is the sentence under it."""
        alt = html.escape(plain(self.words), quote=True)
        return f'<img src="data:image/png;base64,{self.data}" alt="{alt}">'


class _Renderer(mistune.HTMLRenderer):
    """Write code with its colours; mathematics is added by `formula`."""

    def block_code(self, code: str, info: str | None = None) -> str:
        return coloured(code.rstrip("\n"), (info or "text").split()[0])


def markdown(source: str) -> str:
    """Turn the Markdown of a cell into HTML.

    Parameters
    ----------
    source : str
        With mathematics between dollar signs, tables, and fenced code.
    """
    renderer = _Renderer(escape=False)
    translate = mistune.create_markdown(renderer=renderer, plugins=["table", "math"])
    renderer.register("inline_math", lambda _, text: formula(text))
    renderer.register("block_math", lambda _, text: formula(text, "block"))
    return str(translate(source))


def formula(source: str, display: str = "inline") -> str:
    """Turn a formula into MathML.

    Parameters
    ----------
    source : str
        As TeX writes it, without the dollar signs.
    display : str
        "inline" or "block".
    """
    # A thin space after the name of a function, as TeX has it: sin t, not sint.
    return str(convert(FUNCTION.sub(r"\1\\, ", source.strip()), display=display))


def coloured(code: str, language: str = "python") -> str:
    """Turn code into HTML, its words in the colours of `style_of_code`."""
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        lexer = get_lexer_by_name("text")
    return str(highlight(code, lexer, HtmlFormatter(cssclass="code")))


def style_of_code() -> str:
    """Give the style sheet that `coloured` needs; it stays legible in grey."""
    return str(HtmlFormatter(style="bw", cssclass="code").get_style_defs(".code"))


def plain(source: str) -> str:
    """Take the marks out of Markdown: for titles and alternative texts."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", source)
    text = re.sub(r"[*`$]|\\[,;!]", "", text)
    return " ".join(text.split())


def pictures(cells: Sequence[Any]) -> Iterator[tuple[int, Picture]]:
    """Find every picture of a lesson, with the place of the cell that shows it.

    Parameters
    ----------
    cells : sequence of NotebookNode
        Of the notebook, executed.

    Raises
    ------
    ValueError
        If no sentence stands under a picture.
    """
    for place, cell in enumerate(cells):
        shown = [
            output["data"]["image/png"]
            for output in cell.get("outputs", [])
            if "image/png" in output.get("data", {})
        ]
        for data in shown:
            below = next((one for one in cells[place + 1 :] if one.cell_type == "markdown"), None)
            words = FIGURE.match(below.source) if below else None
            if words is None:
                raise ValueError(f'no "*Figure: …*" stands under the picture of cell {cell.id}')
            yield place, Picture(data.replace("\n", ""), words["words"])


def cells_of(number: str) -> list[Any]:
    """Read the cells of a lesson, as the course has them.

    Parameters
    ----------
    number : str
        Two digits and perhaps a letter.
    """
    file = ROOT / "notebooks" / f"{lessons.parts()[number].file}.ipynb"
    return list(nbformat.read(file, as_version=4).cells)


def page(title: str, body: str, style: str) -> str:
    """Put a page together.

    Parameters
    ----------
    title : str
        Plain text.
    body, style : str
        HTML, and what it looks like.
    """
    return PAGE.format(title=html.escape(title), body=body, style=style, policy=POLICY)


def row(cell: str, *values: str) -> str:
    """Write a row of a table; numbers, and the names of their columns, stand to the right.

    Parameters
    ----------
    cell : str
        "td" or "th".
    *values : str
        As HTML.
    """
    is_number = re.compile(r"\d*|alone|optional|in a room").fullmatch
    return (
        "<tr>"
        + "".join(
            f'<{cell} class="number">{value}</{cell}>'
            if is_number(value)
            else f"<{cell}>{value}</{cell}>"
            for value in values
        )
        + "</tr>"
    )
