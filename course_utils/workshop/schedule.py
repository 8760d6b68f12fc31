"""Print the schedules, and keep them in workshop/schedule.md: behind `make schedule`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from course_utils.commands.course import Course, read_course
from course_utils.settings import ROOT
from course_utils.workshop import timing
from course_utils.workshop.days import DAYS, Day, Fixed, Session

FILE = ROOT / "workshop" / "schedule.md"
STEP = 5  # minutes; nobody can keep to less
LONGEST = 90  # minutes from one break to the next
HEAD = """\
# Schedule

Made by `make schedule` from the minutes of the lessons; change nothing here by hand.
A session takes what one reader needs for it alone, times the classroom factor
({source}), rounded up to {step} minutes.
After a session, note in `timing-log.csv` how long it took, and run `make schedule` again: the
factor comes from there. `make schedule ARGS="--start 9:00"` prints it with times of day.

At ▸ a lesson begins, or goes on in another notebook: everybody opens it, clicks the heading of
that section, and chooses Run > Run All Above Selected Cell. Exercises that aren't named here are
left out: run their cells as they stand, and the check lends the answer.
"""
OPENS = "▸"
LATE = """
**Late?** In any session, first leave out what stands under a heading without ◆. Then leave out
whole sessions, in this order:
"""
CATCH_UP = """
**To bring somebody to the beginning of a session**, they run its line in a new cell of that
lesson's notebook. It takes up to a minute, and longer for the later sections of a lesson:
"""


@dataclass(frozen=True)
class Row:
    """A line of a schedule.

    Attributes
    ----------
    start, minutes : int
        Since the beginning, and how long.
    entry : Session or Fixed
        What it is.
    alone : int
        Minutes that one reader needs; 0 for what stands in no lesson.
    """

    start: int
    minutes: int
    entry: Session | Fixed
    alone: int

    @property
    def end(self) -> int:
        """When it ends, since the beginning."""
        return self.start + self.minutes


def rows(day: Day, course: Course, factor: float) -> list[Row]:
    """Lay a day out: when each session begins, and how long it takes.

    Parameters
    ----------
    day : Day
        What is taught.
    course : Course
        Where the minutes come from.
    factor : float
        How much longer a room takes.
    """
    found: list[Row] = []
    for entry in day.rows:
        alone = course.minutes_of(entry.stretch) if isinstance(entry, Session) else 0
        minutes = in_room(alone, factor) if isinstance(entry, Session) else entry.minutes
        found.append(Row(found[-1].end if found else 0, minutes, entry, alone))
    return found


def in_room(alone: int, factor: float) -> int:
    """Say how long a room takes for what takes one reader so many minutes."""
    return STEP * ceil(round(alone * factor, 6) / STEP)


def spare(day: Day, laid: list[Row]) -> int:
    """Say how many minutes are left at the end of a day; below 0, it is too long."""
    free = [row.minutes for row in laid if isinstance(row.entry, Fixed) and not row.entry.counts]
    return day.minutes - laid[-1].end + sum(free)


def problems(day: Day, laid: list[Row]) -> list[str]:
    """Say what is wrong with a day: too long, or too long without a break."""
    found = []
    if spare(day, laid) < 0:
        taken = day.minutes - spare(day, laid)
        found.append(f"{day.name} takes {taken} minutes, wanted at most {day.minutes}")
    since = 0
    for row in laid:
        if isinstance(row.entry, Fixed) and row.entry.is_break:
            since = row.end
        elif row.end - since > LONGEST:
            found.append(f"{day.name}: {row.end - since} minutes without a break, until {row.end}")
    return found


def page(course: Course, factor: float, source: str, start: int = 0) -> str:
    """Write the schedules, as Markdown.

    Parameters
    ----------
    course : Course
        Where titles and minutes come from.
    factor : float
        Of the classroom.
    source : str
        The factor, and where it is from.
    start : int
        When it begins, in minutes since midnight.

    Raises
    ------
    ValueError
        If a day does not fit into its time.
    """
    parts = [HEAD.format(source=source, step=STEP)]
    for day in DAYS:
        laid = rows(day, course, factor)
        if wrong := problems(day, laid):
            raise ValueError("; ".join(wrong))
        parts.append("\n".join(_table(day, laid, course, start)))
    return "\n".join(parts) + "\n"


def _table(day: Day, laid: list[Row], course: Course, start: int) -> Iterator[str]:
    yield f"## {day.name}: {day.minutes} minutes\n"
    yield "| from | min | what | exercises | alone | late? |"
    yield "|---:|---:|---|---|---:|---|"
    before = ""
    for row in laid:
        cells = [_clock(start + row.start), str(row.minutes), *_described(row, course)]
        lesson = row.entry.stretch.lesson if isinstance(row.entry, Session) else before
        if lesson != before:
            cells[2] = f"{OPENS} {cells[2]}"
        before = lesson
        yield "| " + " | ".join(cells) + " |"
    yield f"| {_clock(start + laid[-1].end)} | {spare(day, laid)} | to spare | | | |"
    yield LATE
    taught = [(row, row.entry) for row in laid if isinstance(row.entry, Session)]
    for row, session in sorted(taught, key=lambda pair: pair[1].cut):
        if session.cut:
            title = _described(row, course)[0]
            yield f"{session.cut}. {title} ({row.minutes} min): {session.instead}."
    yield CATCH_UP
    yield "```python"
    yield "from course_utils import catch_up\n"
    for row, session in taught:
        if row.start != taught[0][0].start:  # the first begins above all code
            yield f'catch_up.to("{session.stretch.lesson}", "{session.stretch.first}")'
    yield "```\n"


def _described(row: Row, course: Course) -> list[str]:
    if isinstance(row.entry, Fixed):
        return [row.entry.what, "", "", ""]
    stretch = row.entry.stretch
    names = list(next(part for part in course.parts if part.number == stretch.lesson).sections)
    covered = names[names.index(stretch.first) : names.index(stretch.last) + 1]
    file = course.file(stretch.lesson)
    titles = "; ".join(course.titles[file][name] for name in covered)
    note = f" ({row.entry.note})" if row.entry.note else ""
    known = {one.id: one.title for one in course.exercises_of(stretch.lesson)}
    exercises = "; ".join(f"{id} {known[id]}" for id in stretch.exercises)
    late = f"cut {row.entry.cut}" if row.entry.cut else "core"
    return [f"**{stretch.lesson}** {titles}{note}", exercises, str(row.alone), late]


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"


def _start(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return 60 * int(hours) + int(minutes or 0)


def main() -> int:
    """Print the schedules; without a factor or a start of one's own, keep them in the file, too."""
    parser = argparse.ArgumentParser(prog="make schedule")
    parser.add_argument("--factor", type=float, help="instead of the one from the log")
    parser.add_argument("--start", type=_start, help="such as 9:00")
    asked = parser.parse_args()
    factor, source = timing.factor()
    if asked.factor:
        factor, source = asked.factor, f"{asked.factor:g}, as asked"
    try:
        text = page(read_course(ROOT / "notebooks"), factor, source, asked.start or 0)
    except ValueError as error:
        print(f"schedule: {error}: change course_utils/workshop/days.py", file=sys.stderr)
        return 1
    print(text)
    if not asked.factor and asked.start is None:
        FILE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
