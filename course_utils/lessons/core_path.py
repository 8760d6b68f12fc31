"""The three-hour path through the course: what to read, in which order, and what it is good for.

A stretch is a piece of a lesson: whole sections, whose minutes are in `Part`, or a part of one,
which gives its own. It names the exercises that belong to the path; the others are left out.
`make notebooks` marks these headings in the lessons, and writes the table of the path into lesson
00 and the README.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A piece of a lesson to read in one go.

    Attributes
    ----------
    lesson : str
        Two digits and perhaps a letter: "05a".
    first, last : str
        The ids of the cells with its first and its last heading. Whole sections end at the next
        section, a part of one ends at the next heading that isn't an exercise's.
    exercises : tuple of str
        The ids of the exercises in it that belong to the path.
    part : int or None
        The minutes of reading, if it is only a part of a section; None for whole sections.
    finds : str
        Which silent fault you can find afterwards.
    """

    lesson: str
    first: str
    last: str
    exercises: tuple[str, ...] = ()
    part: int | None = None
    finds: str = ""


PATH = (
    Stretch(
        lesson="00",
        first="cold-open",
        last="how-a-lesson-works",
        exercises=("0.2",),
        finds="one seed and no baseline",
    ),
    Stretch(lesson="02a", first="published-tutorial", last="published-tutorial"),
    Stretch(
        lesson="02a",
        first="every-shape",
        last="without-a-batch",
        exercises=("2a.1",),
        part=4,
        finds="a swapped or a squeezed axis of a state, a batch, a series",
    ),
    Stretch(
        lesson="02a",
        first="batch-must-not-leak",
        last="batch-must-not-leak",
        exercises=("2a.4",),
        part=2,
        finds="batch and time mixed up, so that neighbours are read as steps",
    ),
    Stretch(lesson="02a", first="read-the-error", last="axes-and-losses", part=4),
    Stretch(
        lesson="02b",
        first="different-lengths",
        last="padding-and-packing",
        exercises=("2b.3",),
        part=5,
        finds="padding in `h_n`",
    ),
    Stretch(
        lesson="02b",
        first="training-and-testing",
        last="train-and-test",
        part=7,
        finds="a lost axis in the loss, so that every prediction is the mean",
    ),
    Stretch(
        lesson="02b",
        first="no-place-in-forecasting",
        last="no-place-in-forecasting",
        part=4,
        finds="a forecast that has read the future",
    ),
    Stretch(lesson="03a", first="data", last="data"),
    Stretch(lesson="03a", first="network", last="network", part=3, finds="a lost `return`"),
    Stretch(
        lesson="03a",
        first="silent-view",
        last="silent-view",
        exercises=("3a.3",),
        part=1,
        finds="a `view` that shuffles rows into each other",
    ),
    Stretch(
        lesson="03a",
        first="training",
        last="lost-lines",
        exercises=("3a.4",),
        part=4,
        finds="a lost `backward` or `zero_grad`",
    ),
    Stretch(
        lesson="03a",
        first="detective-story",
        last="detach-the-state",
        exercises=("3a.5",),
        part=4,
        finds="a history that is never cut, or cut with `.data`",
    ),
    Stretch(
        lesson="03b",
        first="diagnose",
        last="repair",
        exercises=("3b.1",),
        finds="a sample that comes twice",
    ),
    Stretch(
        lesson="03b",
        first="carried-state",
        last="carried-state",
        finds="a state that is reset, or stale",
    ),
    Stretch(
        lesson="04a",
        first="data",
        last="data",
        exercises=("4a.2",),
        finds="rows that don't continue each other",
    ),
    Stretch(lesson="04a", first="network-and-training", last="only-h", part=3),
    Stretch(
        lesson="04a",
        first="three-ways-state-goes-wrong",
        last="three-ways-state-goes-wrong",
        exercises=("4a.3",),
        finds="a state never carried, moved twice, or in the wrong rows",
    ),
    Stretch(lesson="04a", first="repair", last="repair", part=3),
    Stretch(lesson="05a", first="data", last="data"),
    Stretch(
        lesson="05a",
        first="published-scheme",
        last="published-scheme",
        exercises=("5a.1",),
        finds="a scaler that saw the test year; the loss of the last window only",
    ),
    Stretch(
        lesson="05a",
        first="is-it-good",
        last="is-it-good",
        exercises=("5a.4",),
        finds="a forecast that last year beats",
    ),
    Stretch(
        lesson="05a",
        first="reset-that-resets-nothing",
        last="reset-that-resets-nothing",
        finds="a reset that resets nothing",
    ),
    Stretch(
        lesson="05a",
        first="lag-test",
        last="lag-test",
        exercises=("5a.7",),
        finds="a forecast that is the truth, one step late",
    ),
    Stretch(
        lesson="05b",
        first="rolling-origin",
        last="rolling-origin",
        finds="a model that was chosen on its test year; seeds sold as an interval",
    ),
    Stretch(lesson="05b", first="what-we-measured", last="what-we-measured"),
)
