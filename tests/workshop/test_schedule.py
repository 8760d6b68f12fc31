"""The schedules: they fit, they leave nobody without a break, and they follow the lessons."""

from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from course_utils.commands import marks
from course_utils.commands.course import Course, read_course
from course_utils.settings import ROOT
from course_utils.workshop import schedule, timing
from course_utils.workshop.days import DAYS, Day, Fixed, Session

BY_NAME = pytest.mark.parametrize("day", DAYS, ids=lambda day: day.name)


@pytest.fixture(scope="module")
def course() -> Course:
    return read_course(ROOT / "notebooks")


def sessions(day: Day) -> list[Session]:
    return [row for row in day.rows if isinstance(row, Session)]


def test_the_file_is_what_make_schedule_writes(course: Course) -> None:
    text = schedule.page(course, *timing.factor())
    assert schedule.FILE.read_text("utf-8") == text, "run `make schedule`"


def test_another_minute_in_a_lesson_is_another_schedule(course: Course) -> None:
    before = schedule.page(course, 1.5, "")
    parts = [
        replace(part, sections={name: n + 5 for name, n in part.sections.items()})
        if part.number == "03b"
        else part
        for part in course.parts
    ]
    with pytest.raises(ValueError, match="minutes"):
        schedule.page(replace(course, parts=tuple(parts)), 2.5, "")
    after = schedule.page(replace(course, parts=tuple(parts)), 1.2, "")
    assert after != before


@BY_NAME
def test_a_day_fits_and_has_its_breaks(day: Day, course: Course) -> None:
    laid = schedule.rows(day, course, timing.factor()[0])
    assert schedule.problems(day, laid) == []
    assert day.minutes in (210, 420)
    assert 5 <= schedule.spare(day, laid) <= 45


@BY_NAME
def test_a_day_without_breaks_or_with_a_slower_room_is_refused(day: Day, course: Course) -> None:
    no_breaks = tuple(
        row for row in day.rows if not (isinstance(row, Fixed) and row.is_break and row.counts)
    )
    shorter = replace(day, rows=no_breaks)
    laid = schedule.rows(shorter, course, 1.5)
    assert "without a break" in " ".join(schedule.problems(shorter, laid))
    slow = schedule.rows(day, course, 3.0)
    assert f"wanted at most {day.minutes}" in " ".join(schedule.problems(day, slow))


@BY_NAME
def test_what_is_cut_has_a_place_in_the_order_and_something_instead(day: Day) -> None:
    cuts = sorted(session.cut for session in sessions(day) if session.cut)
    assert cuts == list(range(1, len(cuts) + 1))
    assert [one for one in sessions(day) if one.cut and not one.instead] == []


@BY_NAME
def test_the_exercises_of_a_session_stand_in_its_sections(day: Day, course: Course) -> None:
    for number in {session.stretch.lesson for session in sessions(day)}:
        cells = nbformat.read(ROOT / "notebooks" / course.file(number), 4).cells
        own = [one.stretch for one in sessions(day) if one.stretch.lesson == number]
        assert marks.places_on(cells, own)[1] == []


def test_the_clock_and_the_factor_are_the_instructors(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(schedule, "FILE", tmp_path / "schedule.md")
    monkeypatch.setattr("sys.argv", ["schedule", "--start", "9:30", "--factor", "1.3"])
    assert schedule.main() == 0
    text = capsys.readouterr().out
    assert "| 9:30 | 20 | Welcome" in text
    assert "1.3, as asked" in text
    assert not schedule.FILE.exists()
    monkeypatch.setattr("sys.argv", ["schedule", "--factor", "4"])
    assert schedule.main() == 1
    assert "change course_utils/workshop/days.py" in capsys.readouterr().err
    monkeypatch.setattr("sys.argv", ["schedule"])
    assert schedule.main() == 0
    assert schedule.FILE.read_text("utf-8") + "\n" == capsys.readouterr().out


HEAD = "date,people,session,minutes alone,minutes taken\n"


def test_the_factor_comes_from_the_log(tmp_path: Path) -> None:
    log = tmp_path / "timing-log.csv"
    log.write_text(HEAD)
    assert timing.factor(log) == (
        timing.ASSUMED,
        "1.5, assumed: no session is in timing-log.csv yet",
    )
    log.write_text(HEAD + "2027-01-12,28,03a data,5,9\n2027-01-12,28,03a network,15,19\n")
    assert timing.factor(log) == (1.4, "1.4, from 2 sessions in timing-log.csv")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + "2027-01-12,28,03a,5,\n", "line 2: minutes taken is ''"),
        (HEAD + "2027-01-12,28,03a,0,9\n", "line 2: minutes alone is '0'"),
        (HEAD + "2027-01-12,28,03a,5,quick\n", "'quick', wanted a number of minutes above 0"),
        ("date,took\n", "has the columns"),
        (HEAD + "2027-01-12,28,03a\n", "minutes alone is None"),
    ],
)
def test_a_log_that_cannot_be_read_is_told_where(text: str, words: str, tmp_path: Path) -> None:
    log = tmp_path / "timing-log.csv"
    log.write_text(text)
    with pytest.raises(ValueError, match=words):
        timing.factor(log)
