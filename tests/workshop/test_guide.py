"""The guide: every question has its answer, every exercise its mistakes, and nothing is fetched."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from course_utils import lessons
from course_utils.commands.handout import FOR_INSTRUCTORS, hand_out
from course_utils.settings import ROOT
from course_utils.workshop import guide, notes, timing
from course_utils.workshop.days import used_in
from course_utils.workshop.guide import Lesson
from tests.test_voice import complaints
from tests.workshop.conftest import Open

BY_NUMBER = pytest.mark.parametrize("number", list(lessons.parts()))
LIVE_CODE, LIVE_LINES = range(2, 8), 10


@pytest.fixture(scope="module")
def course() -> dict[str, Lesson]:
    return {lesson.part.number: lesson for lesson in guide.read()}


@pytest.fixture(scope="module")
def text_of(course: dict[str, Lesson]) -> Callable[[str], str]:
    """Give a function that writes a lesson's page, once."""
    return cache(lambda number: guide.page(course[number]))


@pytest.fixture(scope="module")
def built(
    course: dict[str, Lesson],
    text_of: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    folder = tmp_path_factory.mktemp("guide")
    for number in course:
        (folder / f"{number}.html").write_text(text_of(number), "utf-8")
    text = guide.index(list(course.values()), timing.factor()[1])
    (folder / "index.html").write_text(text, "utf-8")
    return folder


def changed(lesson: Lesson, id: str, **metadata: str | None) -> Lesson:
    """Copy a lesson, with other lines for the instructor in one cell; None takes a line away."""
    cells = [nbformat.from_dict(json.loads(json.dumps(cell))) for cell in lesson.cells]
    (cell,) = [cell for cell in cells if cell.id == id]
    lines = {**cell.metadata.get("guide", {}), **metadata}
    cell.metadata["guide"] = {key: value for key, value in lines.items() if value is not None}
    return replace(lesson, cells=cells)


@BY_NUMBER
def test_every_lesson_has_its_lines(number: str, course: dict[str, Lesson]) -> None:
    cells = course[number].cells
    assert notes.wanted_line(cells[0], "story")
    for anchor in course[number].part.sections:
        (heading,) = [cell for cell in cells if cell.id == anchor]
        assert notes.wanted_line(heading, "teach") in notes.TEACH
    for cell in cells:
        if cell.id.startswith("exercise-"):
            assert notes.wanted_line(cell, "talk")


@BY_NUMBER
def test_what_is_typed_in_front_of_a_room_is_little(number: str, course: dict[str, Lesson]) -> None:
    typed = [
        cell.source.count("\n") + 1
        for cell in course[number].cells
        if cell.cell_type == "code" and notes.line(cell, "teach") == "live-code"
    ]
    assert len(typed) in LIVE_CODE
    assert max(typed) <= LIVE_LINES


def test_no_line_stands_where_nobody_reads_it(course: dict[str, Lesson]) -> None:
    lost = []
    for number, lesson in course.items():
        for place, cell in enumerate(lesson.cells):
            wanted = {"story"} if place == 0 else set()
            if cell.id in lesson.part.sections:
                wanted = {"teach", "stuck"}
            elif cell.id.startswith("exercise-"):
                wanted = {"talk"}
            elif cell.cell_type == "code":
                wanted = {"teach"}
            lost += [
                (number, cell.id, key)
                for key in cell.metadata.get("guide", {})
                if key not in wanted
            ]
    assert lost == []


@BY_NUMBER
def test_every_question_has_its_answer(
    number: str, course: dict[str, Lesson], text_of: Callable[[str], str]
) -> None:
    text = text_of(number)
    asked = [name for cell in course[number].cells for name in notes.calls(cell, "guess")]
    answered = re.findall(r'data-guess="([^"]+)">.*?<b>Measured: ([^<]+)</b>', text, re.DOTALL)
    assert asked
    assert sorted(name for name, _ in answered) == sorted(asked)


@BY_NUMBER
def test_every_exercise_is_there_with_its_mistakes(
    number: str, course: dict[str, Lesson], text_of: Callable[[str], str]
) -> None:
    text = text_of(number)
    articles = re.findall(
        r'<article class="exercise" id="([^"]+)">(.*?)</article>', text, re.DOTALL
    )
    exercises = course[number].exercises
    assert len(articles) == len(exercises)
    for id, inside in articles:
        (one,) = [
            e for e in exercises.values() if f"exercise-{e.id.replace('.', '-').lower()}" == id
        ]
        assert inside.count("<li><details>") == len(one.misconceptions)
        assert "The solution" in inside
        assert ("Answer: " in inside) == (one.kind == "value")
        assert ("How to talk about it" in inside) == (one.kind == "function")
        assert "@wrong" not in inside


def test_minutes_are_those_of_the_lesson(course: dict[str, Lesson]) -> None:
    for lesson in course.values():
        spans = notes.sections(lesson.part, lesson.cells)
        found = [lesson.minutes(anchor, span) for anchor, span in spans.items()]
        reading = lesson.course.reading(lesson.part)
        practice = lesson.course.practice(lesson.part)
        assert sum(sum(pair) for pair in found) == sum(reading) + sum(practice)


def test_a_section_says_which_days_use_it(course: dict[str, Lesson]) -> None:
    used = used_in(course["03a"].part, "network")
    assert used == used_in(course["03a"].part) == ["half a day", "a day"]
    assert used_in(course["05a"].part, "published-scheme") == ["a day"]
    assert used_in(course["05a"].part, "explore") == []
    assert used_in(course["01a"].part) == []
    assert "used in half a day and a day" in guide.page(course["03b"])


def test_a_lost_answer_is_seen(course: dict[str, Lesson]) -> None:
    lesson = changed(course["03a"], "data")
    cell = next(cell for cell in lesson.cells if notes.calls(cell, "measured"))
    cell.outputs = []
    with pytest.raises(ValueError, match="shows 0 answers: run `make notebooks`"):
        guide.page(lesson)
    cell.source = "pass"
    with pytest.raises(ValueError, match=r'the guess "cosine-alone" .* is measured nowhere'):
        guide.page(lesson)


@pytest.mark.parametrize(
    ("id", "lines", "words"),
    [
        ("34bc5a5c", {"story": None}, 'cell 34bc5a5c has no line "story"'),
        ("data", {"teach": None}, 'cell data has no line "teach"'),
        ("data", {"teach": "sing"}, 'teach is "sing", wanted one of: live-code, show, leave'),
        ("exercise-3a-1", {"talk": None}, 'cell exercise-3a-1 has no line "talk"'),
    ],
)
def test_a_missing_line_is_seen(
    id: str, lines: dict[str, str | None], words: str, course: dict[str, Lesson]
) -> None:
    with pytest.raises(ValueError, match=words):
        guide.page(changed(course["03a"], id, **lines))


def test_another_line_is_another_page(course: dict[str, Lesson]) -> None:
    assert "Zebras" in guide.page(changed(course["03a"], "data", stuck="Zebras."))
    assert "Zebras" in guide.page(changed(course["03a"], "exercise-3a-1", talk="Zebras."))


def test_no_copy_of_a_learner_has_a_line(tmp_path: Path) -> None:
    ours = [nbformat.read(path, 4) for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
    assert sum(map(lines_for_instructors, ours)) > 200
    hand_out(ROOT / "notebooks", tmp_path / "own", lessons.parts().values())
    theirs = [nbformat.read(path, 4) for path in sorted((tmp_path / "own").glob("*.ipynb"))]
    assert len(theirs) == len(ours)
    assert sum(map(lines_for_instructors, theirs)) == 0


def lines_for_instructors(notebook: NotebookNode) -> int:
    return sum(key in cell.metadata for cell in notebook.cells for key in FOR_INSTRUCTORS)


def test_links_lead_somewhere(built: Path) -> None:
    ids = {
        path.name: set(re.findall(r' id="([^"]+)"', path.read_text("utf-8")))
        for path in built.glob("*.html")
    }
    lost = []
    for path in built.glob("*.html"):
        for link in re.findall(r'<a href="([^"]+)"', path.read_text("utf-8")):
            file, _, anchor = link.partition("#")
            if link.startswith("https://"):
                continue
            if anchor and anchor not in ids.get(file or path.name, set()):
                lost.append((path.name, link))
            if file and file not in ids:
                lost.append((path.name, link))
    assert lost == []


def test_a_browser_shows_every_page_and_fetches_nothing(built: Path, opened: Open) -> None:
    found = {}
    for path in sorted(built.glob("*.html")):
        text = path.read_text("utf-8")
        assert "default-src 'none'" in text
        assert not re.search(r'(?:src|srcset)="(?!data:)|<link|url\(|@import', text)
        seen = opened(path)
        seen.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        folded = seen.page.locator("details:not([open])").count()
        found[path.name] = [*seen.said, *seen.asked, *seen.too_wide, *["folded"] * folded]
        seen.page.close()
    assert {name: what for name, what in found.items() if what} == {}


def test_what_a_browser_complains_of_is_seen(tmp_path: Path, opened: Open) -> None:
    page = tmp_path / "bad.html"
    page.write_text('<img src="missing.png"><p style="width: 3000px">wide</p>')
    seen = opened(page)
    assert seen.asked
    assert seen.said
    assert seen.too_wide


def test_every_exercise_begins_a_sheet_of_paper(built: Path, opened: Open) -> None:
    seen = opened(built / "00.html")
    assert seen.sheets >= 1 + seen.page.locator("article.exercise").count()


def test_make_guide_writes_them_all(
    course: dict[str, Lesson],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    two = [course["00"], course["03a"]]
    monkeypatch.setattr(guide, "BUILT", tmp_path / "built" / "guide")
    monkeypatch.setattr(guide, "read", lambda: two)
    assert guide.main() == 0
    assert {path.name for path in guide.BUILT.iterdir()} == {"00.html", "03a.html", "index.html"}
    assert "guide: 2 pages" in capsys.readouterr().out
    two[1] = changed(course["03a"], "data", teach=None)
    assert guide.main() == 1
    assert 'guide: lesson 03a: cell data has no line "teach"' in capsys.readouterr().err


@BY_NUMBER
def test_the_lines_speak_plainly(number: str, course: dict[str, Lesson]) -> None:
    lines = [
        line for cell in course[number].cells for line in cell.metadata.get("guide", {}).values()
    ]
    assert [found for line in lines for found in complaints(line)] == []
