"""What is taught in half a day and in a day: the order, the breaks, and what goes first when late.

The minutes are made from the lessons: those of the sections and of the exercises that are named,
times the classroom factor. Only what stands in no lesson says its minutes here.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_utils.lessons import Part
from course_utils.lessons.core_path import Stretch


@dataclass(frozen=True, kw_only=True)
class Session:
    """A piece of a lesson, taught in one go.

    Attributes
    ----------
    stretch : Stretch
        The piece, and its exercises.
    cut : int
        Which to leave out first when you are late (1, then 2, …); 0 is taught in any case.
    instead : str
        What to say or do in its place when it is left out.
    note : str
        What else belongs to it.
    """

    stretch: Stretch
    cut: int = 0
    instead: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """What stands in no lesson and takes as long as it takes.

    Attributes
    ----------
    what : str
        For the schedule.
    minutes : int
        How long; no factor is applied.
    is_break : bool
        Whether people leave their seats.
    counts : bool
        Whether it is part of the day's minutes; lunch is not.
    """

    what: str
    minutes: int
    is_break: bool = False
    counts: bool = True


@dataclass(frozen=True, kw_only=True)
class Day:
    """A workshop from welcome to survey.

    Attributes
    ----------
    name : str
        For the heading.
    minutes : int
        How long it may take, without lunch.
    rows : tuple
        Of `Session` and `Fixed`, in order.
    """

    name: str
    minutes: int
    rows: tuple[Session | Fixed, ...]


def piece(lesson: str, first: str, last: str = "", *exercises: str) -> Stretch:
    """Name whole sections of a lesson, from the first to the last, and exercises in them."""
    return Stretch(lesson=lesson, first=first, last=last or first, exercises=exercises)


WELCOME = Fixed(what="Welcome; everybody runs lesson 00's report, helpers walk round", minutes=20)
BREAK = Fixed(what="Break", minutes=15, is_break=True)
SHORT_BREAK = Fixed(what="Short break", minutes=10, is_break=True)
LUNCH = Fixed(what="Lunch", minutes=60, is_break=True, counts=False)
CLOSING = Fixed(what="Closing: one fault each will look for tomorrow; the survey", minutes=10)

TWELVE = "ask the room for letters, then tell the answers from the guide"

OPENING = Session(stretch=piece("00", "cold-open", "how-a-lesson-works", "0.2"))
SIN_COS_DATA = Session(stretch=piece("03a", "data"))
SIN_COS_NETWORK = Session(stretch=piece("03a", "network", "network", "3a.3"))
SIN_COS_TRAINING = Session(stretch=piece("03a", "training", "training", "3a.4"))
DETECTIVE = Session(stretch=piece("03a", "detective-story", "detective-story", "3a.5"))
DUPLICATE = Session(stretch=piece("03b", "diagnose", "repair", "3b.1"))
CARRIED = Session(
    stretch=piece("03b", "carried-state"),
    cut=2,
    instead="show its figure, and say which curve is which",
)
THREE_WAYS = Session(
    stretch=piece("04a", "three-ways-state-goes-wrong", "three-ways-state-goes-wrong", "4a.3")
)

HALF_DAY = Day(
    name="Half a day",
    minutes=210,
    rows=(
        WELCOME,
        OPENING,
        SIN_COS_DATA,
        SIN_COS_NETWORK,
        BREAK,
        SIN_COS_TRAINING,
        DETECTIVE,
        SHORT_BREAK,
        DUPLICATE,
        CARRIED,
        Session(
            stretch=piece("07", "twelve-pictures"),
            cut=1,
            instead="leave it as homework",
            note=TWELVE,
        ),
        CLOSING,
    ),
)

DAY = Day(
    name="A day",
    minutes=420,
    rows=(
        WELCOME,
        OPENING,
        Session(
            stretch=piece("02a", "every-shape", "every-shape", "2a.1"),
            cut=4,
            instead="hand out the page of shapes",
        ),
        SIN_COS_DATA,
        BREAK,
        SIN_COS_NETWORK,
        SIN_COS_TRAINING,
        SHORT_BREAK,
        DETECTIVE,
        DUPLICATE,
        CARRIED,
        LUNCH,
        Session(stretch=piece("04a", "data", "network-and-training", "4a.2")),
        THREE_WAYS,
        BREAK,
        Session(stretch=piece("05a", "data", "published-scheme", "5a.1")),
        Session(stretch=piece("05a", "is-it-good", "is-it-good", "5a.4")),
        Session(
            stretch=piece("05a", "reset-that-resets-nothing"),
            cut=3,
            instead="one sentence: the line sets an attribute that nothing reads",
        ),
        SHORT_BREAK,
        Session(stretch=piece("05a", "lag-test", "lag-test", "5a.7")),
        Session(
            stretch=piece("07", "twelve-pictures", "four-networks", "7.1"),
            cut=1,
            instead="leave it as homework",
            note=TWELVE,
        ),
        CLOSING,
    ),
)
DAYS = (HALF_DAY, DAY)


def used_in(part: Part, anchor: str = "") -> list[str]:
    """Name the days that teach a lesson, in lower case.

    Parameters
    ----------
    part : Part
        The lesson.
    anchor : str
        Of a section, if only that is meant.
    """
    found = []
    for day in DAYS:
        sessions = [row for row in day.rows if isinstance(row, Session)]
        stretches = [one.stretch for one in sessions if one.stretch.lesson == part.number]
        taught = [name for stretch in stretches for name in _anchors(part, stretch)]
        if anchor in taught or (taught and not anchor):
            found.append(day.name.lower())
    return found


def _anchors(part: Part, stretch: Stretch) -> list[str]:
    names = list(part.sections)
    return names[names.index(stretch.first) : names.index(stretch.last) + 1]
