"""From the cells of a lesson to its slides: the rules that choose what an instructor shows.

The lesson is the only text. A slide takes a heading, a question, a figure with its sentence, a
formula, a table or a few lines of code, and of prose never more than a first sentence. Where the
rules choose badly, a cell's metadata says so: `{"slides": {"show": "yes"}}`, `{"show": "no"}`, and
`{"lines": [2, 9]}` for a piece of its code; `{"show": "halves"}` is for a picture that needs two
slides.
"""

from __future__ import annotations

import ast
import base64
import html
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any

from course_utils.workshop import days, notes, pages, prose

MOST_LINES = 20  # of code
WITH_QUESTION = 15  # lines of code that leave room for a question's heading and its last line
NARROW = 50  # characters of code that leave room for a figure on the right
WHOLE = 500  # characters of a task whose cell has "show": "yes"
ANSWER = 240  # characters of the words below an answer
TALL = 0.7  # a picture that is higher than so many of its widths has its sentence on its right
LONG = 90  # characters of a formula, in TeX
ROWS, BOARD = 9, 14  # rows of a table, lines that a cell prints
BIG = (76, 14)  # code that is at most so wide and so long is written larger
PREDICT = re.compile(r"\*\*Predict(?::\*\*|\*\*[^:]*:)\s*")
DEFINITION = re.compile(r"(?:class|def) (?!.*\braise NotImplementedError)", re.DOTALL)
STUB = re.compile(r'(?:def|class) .*?(?:""".*?"""|(?=\n    raise))', re.DOTALL)


@dataclass(frozen=True)
class Slide:
    """What is shown at once.

    Attributes
    ----------
    kind : str
        "title", "section", "list", "predict", "answer", "figure", "code", "table", "formula",
        "board", "exercise" or "words".
    title : str
        Markdown, without the marks of a heading.
    body : str
        HTML.
    cell : str
        The id of the cell that it comes from.
    """

    kind: str
    title: str
    body: str
    cell: str


@dataclass
class _Deck:
    guesses: Mapping[int, notes.Guess]
    slides: list[Slide] = field(default_factory=list)
    title: str = ""
    lead: str = ""

    def add(self, kind: str, body: str, cell: Any, title: str = "") -> None:
        self.slides.append(Slide(kind, title or self.title, body, cell.id))

    def add_led(self, kind: str, body: str, cell: Any) -> None:
        """Add what the sentence above it introduces; the formulas of a cell share a slide."""
        lead = f'<div class="lead">{prose.in_html(self.lead)}</div>' if self.lead else ""
        before = self.slides[-1]
        if kind == "formula" and (before.kind, before.cell) == (kind, cell.id):
            self.slides[-1] = replace(before, body=before.body + lead + body)
        else:
            self.add(kind, lead + body, cell)
        self.lead = ""


def slides_of(cells: Sequence[Any]) -> list[Slide]:
    """Choose the slides of a lesson.

    Parameters
    ----------
    cells : sequence of NotebookNode
        Of the notebook, executed.

    Returns
    -------
    list of Slide
        From the title to the recap.

    Raises
    ------
    ValueError
        If a cell that should be shown has too many lines, or its metadata says something else.
    """
    deck = _Deck(notes.guesses(cells))
    shown: dict[int, list[pages.Picture]] = {}
    for place, picture in pages.pictures(cells):
        shown.setdefault(place, []).append(picture)
    for place, cell in enumerate(cells):
        if place == 0:
            _title(deck, cell)
        elif cell.id in ("objectives", "recap"):
            _list(deck, cell)
        elif cell.cell_type == "markdown":
            _prose(deck, cells, place)
        elif wanted(cell).get("show") != "no":
            _code(deck, cell, shown.get(place, []))
            _answer(deck, cells, place)
            if cells[place - 1].id == "what-we-measured":
                _board(deck, cell)
        if cell.id == "recap":
            break
    return deck.slides


def wanted(cell: Any) -> dict[str, Any]:
    """Read what a cell's metadata says about slides.

    Raises
    ------
    ValueError
        If it says what no rule knows.
    """
    asked = dict(cell.metadata.get("slides", {}))
    ways = ("yes", "no", "halves")
    if set(asked) - {"show", "lines"} or asked.get("show", "yes") not in ways:
        raise ValueError(
            f'cell {cell.id} has the metadata "slides": {asked}, wanted "show": "yes" or "no" '
            '(or "halves", for a picture), and perhaps "lines": [first, last]'
        )
    return asked


def _title(deck: _Deck, cell: Any) -> None:
    heading, promise, *_ = prose.blocks(cell.source)
    deck.add("title", prose.in_html(promise), cell, prose.heading(heading))


def _list(deck: _Deck, cell: Any) -> None:
    heading, *rest = prose.blocks(cell.source)
    items = next((block for block in rest if block.startswith("- ")), "")
    deck.add("list", prose.in_html(items), cell, prose.heading(heading))


def _prose(deck: _Deck, cells: Sequence[Any], place: int) -> None:
    cell, show = cells[place], wanted(cells[place]).get("show")
    if cell.id.startswith("exercise-"):
        _exercise(deck, cells, place)
        return
    parts, told = list(prose.blocks(cell.source)), ""
    deck.lead = ""
    for number, block in enumerate(parts):
        if heading := prose.HEADING.match(block):
            deck.title, deck.lead, told = prose.heading(block), "", ""
            if heading["level"] == "##" and cell.id != "what-we-measured":
                after = parts[number + 1] if len(parts) > number + 1 else ""
                if prose.is_prose(after) and prose.ends(after) and show != "no":
                    told = prose.sentences(after)
                deck.add("section", prose.in_html(told) or _tasks_below(cells, place), cell)
        elif show == "no":
            continue
        elif place + 1 in deck.guesses and PREDICT.search(block):
            _predict(deck, cells, place, PREDICT.split(block)[0].strip())
            return
        elif block.startswith("|") and block.count("\n") <= ROWS:
            deck.add_led("table", prose.in_html(block), cell)
        elif block.startswith("$$"):
            size = "long" if len(block) > LONG else "short"
            deck.add_led("formula", f'<div class="{size}">{prose.in_html(block)}</div>', cell)
        elif prose.is_prose(block) and prose.introduction(block) not in told:
            deck.lead = prose.introduction(block)
            if show == "yes":
                deck.add("words", prose.in_html(prose.sentences(block)), cell)


def _tasks_below(cells: Sequence[Any], place: int) -> str:
    """List the exercises of a section that begins without a sentence of its own."""
    found = ""
    for cell in cells[place + 1 :]:
        if cell.source.startswith("## "):
            break
        if cell.id.startswith("exercise-"):
            name = prose.heading(next(prose.blocks(cell.source))).partition("  ")[0]
            found += f'<p class="facts">{html.escape(name)}</p>'
    return found


def _exercise(deck: _Deck, cells: Sequence[Any], place: int) -> None:
    """Show its title, what is asked, and the first lines of what is to be written."""
    heading, *rest = prose.blocks(cells[place].source)
    tasks = [block for block in rest if prose.is_prose(block) and not block.startswith("Stuck?")]
    name, _, facts = prose.heading(heading).partition("  ")
    below = [cell.source for cell in cells[place + 1 : place + 4] if cell.cell_type == "code"]
    stub = next(filter(None, map(STUB.match, below)), None)
    room = WHOLE if wanted(cells[place]).get("show") == "yes" else prose.ROOM
    body = prose.in_html(prose.sentences(tasks[0], room)) if tasks else ""
    body += pages.coloured(stub[0]) if stub and stub[0].count("\n") < BIG[1] else ""
    body += f'<p class="facts">{html.escape(facts)}{_left_out(cells[place].id)}</p>'
    deck.add("exercise", body, cells[place], name)
    if place + 1 in deck.guesses:
        _predict(deck, cells, place, "")


def _left_out(cell: str) -> str:
    """Say which workshops teach the lesson of an exercise and leave the exercise out."""
    lesson, number = cell.removeprefix("exercise-").split("-")
    file, names = lesson.zfill(3 if lesson[-1].isalpha() else 2), []
    for day in days.DAYS:
        sessions = [row for row in day.rows if isinstance(row, days.Session)]
        taught = [one.stretch for one in sessions if one.stretch.lesson == file]
        if taught and all(f"{lesson}.{number}" not in one.exercises for one in taught):
            names.append(day.name.lower())
    if not names:
        return ""
    return f"<br>Workshops of {' or '.join(names)} leave it out: run its cell as it stands."


def _predict(deck: _Deck, cells: Sequence[Any], place: int, before: str) -> None:
    """Show a question, what kind of answer is wanted, and the definition that it is about."""
    guess, above = deck.guesses[place + 1], cells[place - 1]
    lead = prose.sentences(before) if before else deck.lead
    question, code = "\n\n".join(filter(None, [lead, _question(guess)])), ""
    about = above.cell_type == "code" and DEFINITION.match(above.source)
    if about and wanted(above).get("show") != "no":
        code = "" if deck.slides[-1].cell == above.id else _lines(above, MOST_LINES)
    if code and _lines_taken(code, question, deck.title) > WITH_QUESTION:
        deck.add("code", _large(code), above)
        code = ""
    body = pages.coloured(code) if code else ""
    body += f'{prose.in_html(question)}<p class="facts">Your guess: {html.escape(guess.asked)}</p>'
    deck.add("predict", body, cells[place])
    deck.lead = ""


def _question(guess: notes.Guess) -> str:
    return prose.capital(PREDICT.split(guess.prompt)[-1].strip())


def _lines_taken(code: str, question: str, title: str) -> float:
    """Estimate how many lines of code a question takes with its definition."""
    typed = sum(1 + len(line) // 90 for line in code.splitlines())
    return typed + 1.6 * ceil(len(question) / 62) + 1.7 * (len(title) > 50)


def _answer(deck: _Deck, cells: Sequence[Any], place: int) -> None:
    """Repeat the question in a sentence, and show what was measured and the words after it."""
    names = notes.calls(cells[place], "measured")
    words = _reason(cells, place) if names else ""
    for guess in deck.guesses.values():
        if guess.name in names:
            asking = prose.pieces(_question(guess))
            asked = next((one for one in asking if one.endswith("?")), asking[0])
            asked = re.sub(r"^\([^()]*\) ", "", asked)
            body = f'<div class="facts">{prose.in_html(asked)}</div>'
            body += f'<p class="value">{html.escape(guess.answer)}</p>'
            last = guess.name == names[-1]
            deck.add("answer", body + (prose.in_html(words) if last else ""), cells[place])


def _reason(cells: Sequence[Any], place: int) -> str:
    """Take the first words below an answer, before the next heading, question or answer."""
    for below in cells[place + 1 :]:
        if below.cell_type == "code":
            if notes.calls(below, "measured"):
                break
            continue
        for block in prose.blocks(below.source):
            if prose.HEADING.match(block) or PREDICT.search(block):
                return ""
            if prose.is_prose(block) and wanted(below).get("show") != "no":
                words = prose.sentences(block, ANSWER)
                return "" if words.endswith(":") else words
    return ""


def _board(deck: _Deck, cell: Any, words: str = "") -> None:
    for output in cell.outputs:
        table = "".join(output.get("data", {}).get("text/html", ""))
        printed = output.get("text", "").rstrip("\n")
        if table.count("<tr") > 1 + ROWS or printed.count("\n") >= BOARD:
            continue
        if "<table" in table:
            deck.add("board", table[table.index("<table") : table.index("</table>") + 8], cell)
        elif printed:
            body = f'{words}<div class="code"><pre>{html.escape(printed)}</pre></div>'
            deck.add("board", body, cell)


def _code(deck: _Deck, cell: Any, pictures: Sequence[pages.Picture]) -> None:
    asked = wanted(cell)
    typed = notes.line(cell, "teach") == "live-code"
    halves = asked.get("show") == "halves"
    code = _lines(cell, MOST_LINES) if typed or (asked and not halves) else ""
    beside = bool(code and pictures and max(map(len, code.splitlines())) <= NARROW)
    if code and not beside:
        deck.add_led("code", _large(code), cell)
    if not pictures:
        return
    if halves:
        _halves(deck, cell, pictures[0])
        return
    tall = len(pictures) == 1 and _height_of(pictures[0]) > TALL
    room = 2 * prose.ROOM if tall else prose.ROOM
    words = prose.in_html(prose.sentences(pictures[0].words, room))
    images = "".join(picture.html() for picture in pictures)
    figure = (
        f'<figure class="{"tall" if tall else "wide"}">{images}'
        f"<figcaption>{words}</figcaption></figure>"
    )
    if beside:
        figure = f'<div class="columns">{pages.coloured(code)}{figure}</div>'
    deck.add("figure", figure, cell)


def _halves(deck: _Deck, cell: Any, picture: pages.Picture) -> None:
    """Show a high picture in two halves, then its sentence and what its cell prints."""
    shape = f"aspect-ratio: 2 / {_height_of(picture):.4f}"
    for end in ("top", "bottom"):
        half = f'<div class="half" style="{shape}">{picture.html()}</div>'
        deck.add("figure", f'<figure class="{end}">{half}</figure>', cell)
    _board(deck, cell, prose.in_html(prose.sentences(picture.words)))


def _large(code: str) -> str:
    lines = code.splitlines()
    big = max(map(len, lines)) <= BIG[0] and len(lines) <= BIG[1]
    return f'<div class="big">{pages.coloured(code)}</div>' if big else pages.coloured(code)


def _height_of(picture: pages.Picture) -> float:
    """Give the height of a PNG in its widths: both stand at the head of the file."""
    width, height = struct.unpack(">II", base64.b64decode(picture.data[:32])[16:24])
    return height / width


def _lines(cell: Any, most: int) -> str:
    """Take the code that is shown: no assertions, and nothing that gives an answer away."""
    lines = cell.source.splitlines()
    for node in reversed(ast.parse(cell.source).body):
        if isinstance(node, ast.Assert) or "lesson." in lines[node.lineno - 1]:
            del lines[node.lineno - 1 : node.end_lineno]
    first, last = wanted(cell).get("lines", [1, len(lines)])
    kept = lines[first - 1 : last]
    if len(kept) > most:
        raise ValueError(
            f"cell {cell.id} would show {len(kept)} lines of code, wanted at most {most}: choose "
            'some with the metadata {"slides": {"lines": [first, last]}}'
        )
    return "\n".join(kept).strip("\n")
