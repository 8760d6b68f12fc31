"""Make the instructor's guide, one page for each lesson: behind `make guide`.

A page is made from the lesson's notebook as it is stored, its exercises, and the lines for the
instructor in the cells' metadata (`course_utils.workshop.notes`). No notebook is run.
"""

from __future__ import annotations

import ast
import html
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_utils.checking import Exercise
from course_utils.checking.guesses import plain, words
from course_utils.commands.course import Course, read_course
from course_utils.lessons import Part
from course_utils.lessons.core_path import Stretch
from course_utils.settings import ROOT
from course_utils.workshop import notes, pages, schedule, timing
from course_utils.workshop.answers import exercises_in, letters
from course_utils.workshop.days import used_in

BUILT = ROOT / "workshop" / "built" / "guide"
STYLE = Path(__file__).with_name("guide.css")
LINK = re.compile(r"\[(?P<words>[^\]]*)\]\((?P<file>\w+\.ipynb)?(?:#cell-id=(?P<cell>[\w-]+))?\)")
HEADING = re.compile(r"(?:.*\n)?### .*?(?:\n|$)", re.DOTALL)  # and all that stands above it
# What is folded on a screen is open on paper.
OPEN_TO_PRINT = """\
<script>
const folded = () => document.querySelectorAll("details");
addEventListener("beforeprint", () => folded().forEach(one => one.open = true));
addEventListener("afterprint", () => folded().forEach(one => one.open = false));
</script>"""
TYPE_THIS = (
    "Type this in front of the room, in a new, empty cell of your copy; they watch, then run theirs"
)
HOW_TO_READ = """\
A page for each lesson, in the lesson's order: its story, every question with its answer, what to
type in front of the room, where rooms get stuck, and every exercise with the mistakes that its
check knows by name. What is folded opens when you print. Minutes *alone* are one reader's, for all
that isn't optional; *in a room* they are that times the classroom factor ({source}), rounded up to
{step} minutes.

Prepare the lessons first that your day uses. `workshop/schedule.md` says when each begins.
"""


@dataclass(frozen=True)
class Lesson:
    """A lesson, and what its page is made from.

    Attributes
    ----------
    part : Part
        The lesson.
    cells : sequence of NotebookNode
        Of its notebook, executed.
    course : Course
        Minutes, titles and exercises.
    factor : float
        Of the classroom.
    """

    part: Part
    cells: Sequence[Any]
    course: Course
    factor: float

    @property
    def exercises(self) -> dict[str, Exercise]:
        """Its exercises by their ids, in order."""
        return {one.id: one for one in self.course.exercises_of(self.part.number)}

    def title(self, anchor: str) -> str:
        """Return a section's heading with its number, as HTML."""
        file = f"{self.part.file}.ipynb"
        number = self.course.cells[file][anchor]
        return (f"{number}. " if number else "") + _inline(self.course.titles[file][anchor])

    def checked_in(self, span: range) -> list[Exercise]:
        """List the exercises whose cells are there."""
        ids = [id for place in span for id in notes.calls(self.cells[place], "check")]
        return [self.exercises[id] for id in ids]

    def minutes(self, anchor: str, span: range) -> tuple[int, int]:
        """Return a section's minutes for one reader: what isn't optional, and what is."""
        here = self.checked_in(span)
        core = tuple(one.id for one in here if not one.optional)
        stretch = Stretch(lesson=self.part.number, first=anchor, last=anchor, exercises=core)
        needed = self.course.minutes_of(stretch)
        extra = sum(one.minutes for one in here if one.optional)
        if anchor in self.part.optional:
            return 0, needed + extra
        return needed, extra


def page(lesson: Lesson) -> str:
    """Write the page of a lesson.

    Parameters
    ----------
    lesson : Lesson
        With the lines for the instructor.

    Raises
    ------
    ValueError
        If a line for the instructor is missing, or the answer to a guess.
    """
    part, cells = lesson.part, lesson.cells
    heading = f"{part.number} · {part.title}"
    sections = notes.sections(part, cells)
    asked = notes.guesses(cells)
    body = [
        '<nav><a href="index.html">All lessons</a></nav>',
        f"<h1>{html.escape(heading)}</h1>",
        f"<p>{html.escape(lesson.course.minutes(part))}</p>",
        "<h2>The story to tell</h2>",
        _markdown(notes.wanted_line(cells[0], "story"), lesson),
        f'<h2 id="{notes.GOALS}">What they will be able to do</h2>',
        _markdown(notes.goals(cells), lesson),
        "<h2>Minutes</h2>",
        _minutes(lesson, sections),
    ]
    for anchor, span in sections.items():
        if anchor == notes.GOALS:
            continue
        body.append(f'<section id="{anchor}"><h2>{lesson.title(anchor)}</h2>')
        body += _section(lesson, anchor, span, asked)
        body.append("</section>")
    return pages.page(f"Guide: {heading}", "\n".join([*body, OPEN_TO_PRINT]), style())


def index(lessons: Sequence[Lesson], source: str) -> str:
    """Write the page that leads to the others.

    Parameters
    ----------
    lessons : sequence of Lesson
        In order.
    source : str
        The classroom factor, and where it is from.
    """
    rows = [pages.row("th", "lesson", "story", "used in", "alone", "in a room")]
    for lesson in lessons:
        number, title = lesson.part.number, lesson.part.title
        spans = notes.sections(lesson.part, lesson.cells)
        alone = sum(lesson.minutes(anchor, span)[0] for anchor, span in spans.items())
        rows.append(
            pages.row(
                "td",
                f'<a href="{number}.html">{number}&nbsp;· {html.escape(title)}</a>',
                _inline(notes.wanted_line(lesson.cells[0], "story")),
                ", ".join(used_in(lesson.part)),
                str(alone),
                str(schedule.in_room(alone, lesson.factor)),
            )
        )
    how = pages.markdown(HOW_TO_READ.format(source=source, step=schedule.STEP))
    body = f"<h1>The instructor's guide</h1>\n{how}\n<table>{''.join(rows)}</table>"
    return pages.page("The instructor's guide", body, style())


def style() -> str:
    """Give the style sheet of all these pages."""
    return STYLE.read_text("utf-8") + pages.style_of_code()


def read() -> list[Lesson]:
    """Read every lesson, as the course has it."""
    course, factor = read_course(ROOT / "notebooks"), timing.factor()[0]
    return [Lesson(part, pages.cells_of(part.number), course, factor) for part in course.parts]


def _minutes(lesson: Lesson, sections: dict[str, range]) -> str:
    rows = [pages.row("th", "section", "how", "alone", "optional", "in a room")]
    for anchor, span in sections.items():
        alone, extra = lesson.minutes(anchor, span)
        how = _how(lesson, span)
        numbers = (alone, extra, schedule.in_room(alone, lesson.factor))
        title = f'<a href="#{anchor}">{lesson.title(anchor)}</a>'
        rows.append(pages.row("td", title, how, *(str(number or "") for number in numbers)))
    return f"<table>{''.join(rows)}</table>"


def _section(
    lesson: Lesson, anchor: str, span: range, asked: dict[int, notes.Guess]
) -> Iterator[str]:
    heading = lesson.cells[span.start]
    alone, extra = lesson.minutes(anchor, span)
    said = [f"{alone} min alone, {schedule.in_room(alone, lesson.factor)} in a room"] * bool(alone)
    said += [f"{extra} min optional"] * bool(extra)
    if days := used_in(lesson.part, anchor):
        said.append(f"used in {' and '.join(days)}")
    said += [
        _in_day(lesson, anchor, span, *one) for one in exercises_in(lesson.part, anchor).items()
    ]
    said.append(_how(lesson, span))
    yield f'<p class="small">{" · ".join(said)}</p>'
    if stuck := notes.line(heading, "stuck"):
        yield _box("stuck", "Where rooms get stuck", _markdown(stuck, lesson))
    if table := letters(lesson.part, anchor):
        yield _markdown(table, lesson)
    for place in span:
        cell = lesson.cells[place]
        if place in asked:
            yield _guess(lesson, asked[place])
        if cell.cell_type == "code" and notes.line(cell, "teach") == "live-code":
            yield _box("live", TYPE_THIS, pages.coloured(cell.source))
        for guess in asked.values():
            if guess.place == place:
                yield _measured(lesson, guess)
        for id in notes.calls(cell, "check"):
            left_out = [
                day for day, ids in exercises_in(lesson.part, anchor).items() if id not in ids
            ]
            yield _exercise(lesson, lesson.exercises[id], place, left_out)


def _how(lesson: Lesson, span: range) -> str:
    """Say how a section is taught: live only if a cell of it is typed."""
    said = notes.wanted_line(lesson.cells[span.start], "teach")
    code = [cell for cell in lesson.cells[span.start + 1 : span.stop] if cell.cell_type == "code"]
    if any(notes.line(cell, "teach") == "live-code" for cell in code):
        return notes.TEACH["live-code"]
    return notes.TEACH["show" if said == "live-code" else said]


def _in_day(lesson: Lesson, anchor: str, span: range, day: str, done: set[str]) -> str:
    """Say how long a section takes in a day, with the exercises that the day does."""
    here = tuple(one.id for one in lesson.checked_in(span) if one.id in done)
    stretch = Stretch(lesson=lesson.part.number, first=anchor, last=anchor, exercises=here)
    alone = lesson.course.minutes_of(stretch)
    return f"in {day}: {alone} alone, {schedule.in_room(alone, lesson.factor)} in a room"


def _guess(lesson: Lesson, guess: notes.Guess) -> str:
    wanted = f'<p class="small">Wanted: {html.escape(guess.asked)}</p>'
    code = _folded("The code that is asked about", guess.code) if guess.code else ""
    return f'<div class="guess">{code}{_markdown(guess.prompt, lesson)}{wanted}</div>'


def _measured(lesson: Lesson, guess: notes.Guess) -> str:
    drawn = "".join(
        f"<figure>{picture.html()}<figcaption>{_inline(_sentence(picture.words))}</figcaption></figure>"
        for picture in guess.pictures
    )
    answer = f"<p><b>Measured: {html.escape(guess.answer)}</b></p>"
    name = html.escape(guess.name, quote=True)
    reason = _markdown(guess.reason, lesson) if guess.reason else ""
    return f'<div class="guess" data-guess="{name}">{answer}{drawn}{reason}</div>'


def _exercise(lesson: Lesson, exercise: Exercise, place: int, left_out: Sequence[str] = ()) -> str:
    anchor = f"exercise-{exercise.id.replace('.', '-').lower()}"
    above = next((cell for cell in lesson.cells if cell.id == anchor), None)
    talk = ""
    if above is not None:
        said = _markdown(notes.wanted_line(above, "talk"), lesson)
        talk = f'<p class="label">How to talk about it</p>{said}'
    mistakes = "".join(
        f"<li>{_folded(_inline(one.says), _source(one.answer))}</li>"
        for one in exercise.misconceptions
    )
    skipped = ""
    if left_out:
        days = " or ".join(left_out)
        skipped = f'<p class="small">Not in {days}: run its cell as it stands.</p>'
    answer = f"<p><b>Answer: {_answer(exercise)}</b></p>" if exercise.kind == "value" else ""
    return (
        f'<article class="exercise" id="{anchor}"><h3>{html.escape(exercise.heading)}</h3>'
        f"{skipped}{_markdown(_task(lesson.cells, place, above), lesson)}{answer}{talk}"
        f'<p class="label">Mistakes that the check knows</p><ol class="wrong">{mistakes}</ol>'
        f"{_folded('The solution', exercise.solution)}</article>"
    )


def _task(cells: Sequence[Any], place: int, above: Any) -> str:
    """Return what an exercise asks for; a question of a quiz stands right above its cell."""
    cell = above or cells[place - 1]
    task = HEADING.sub("", cell.source).strip() if cell.cell_type == "markdown" else ""
    code = cells[place] if cell.cell_type == "markdown" else cell
    return task or f"```python\n{code.source}\n```"


def _answer(exercise: Exercise) -> str:
    value = plain(exercise.reference())
    if isinstance(value, float):
        return f"{value:.4g}"
    return html.escape(words(value) if value is not None else "see the solution")


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _source(answer: Callable[..., Any]) -> str:
    """Return a wrong answer as a learner would write it, without its decorator."""
    source = textwrap.dedent(inspect.getsource(answer)).rstrip()
    first = ast.parse(source).body[0]
    return "\n".join(source.splitlines()[first.lineno - 1 :])


def _folded(title: str, code: str) -> str:
    return f"<details><summary>{title}</summary>{pages.coloured(code)}</details>"


def _box(kind: str, label: str, inside: str) -> str:
    return f'<div class="{kind}"><p class="label">{label}</p>{inside}</div>'


def _markdown(source: str, lesson: Lesson) -> str:
    return pages.markdown(LINK.sub(lambda link: _here(link, lesson), source))


def _inline(source: str) -> str:
    return pages.markdown(LINK.sub(r"\g<words>", source)).strip().removeprefix("<p>")[:-4]


def _here(link: re.Match[str], lesson: Lesson) -> str:
    """Turn a link between notebooks into one between these pages, or into its words."""
    parts = {f"{part.file}.ipynb": part for part in lesson.course.parts}
    part = parts[link["file"]] if link["file"] else lesson.part
    page = "" if part is lesson.part else f"{part.number}.html"
    cell = link["cell"] or ""
    if cell in part.sections or cell.startswith("exercise-"):
        return f"[{link['words']}]({page}#{cell})"
    return f"[{link['words']}]({page})" if page and not cell else link["words"]


def main() -> int:
    """Write all pages."""
    BUILT.mkdir(parents=True, exist_ok=True)
    lessons = read()
    for lesson in lessons:
        try:
            (BUILT / f"{lesson.part.number}.html").write_text(page(lesson), "utf-8")
        except ValueError as error:
            print(f"guide: lesson {lesson.part.number}: {error}", file=sys.stderr)
            return 1
    (BUILT / "index.html").write_text(index(lessons, timing.factor()[1]), "utf-8")
    print(f"guide: {len(lessons)} pages; open {BUILT / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
