"""Exercise 7.4: where one chunk ends and the next begins."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def borders(times: np.ndarray) -> list[str]:
    """Say of each border of times (chunks, steps): "repeats", "skips" or "goes on"."""
    spacing = np.median(np.diff(times, axis=1))
    verdicts = []
    for end, begin in zip(times[:-1, -1], times[1:, 0], strict=True):
        gap = (begin - end) / spacing
        verdict = "repeats" if gap < 0.5 else "skips"
        verdicts.append("goes on" if 0.5 <= gap <= 1.5 else verdict)
    return verdicts


def in_one_go(times):
    gaps = (times[1:, 0] - times[:-1, -1]) / np.median(np.diff(times))
    return np.select([gaps < 0.5, gaps > 1.5], ["repeats", "skips"], "goes on").tolist()


def _named(times, gaps, spacing, low=0.5, high=1.5):
    """Name gaps, in samples, as the reference does."""
    words = []
    for gap in np.asarray(gaps) / spacing:
        words.append("repeats" if gap < low else "skips" if gap > high else "goes on")
    return words


def _gaps(times):
    return times[1:, 0] - times[:-1, -1]


def _spacing(times):
    return np.median(np.diff(times, axis=1))


@wrong(
    "A false alarm: times that come from sums and linspace differ in the last digit, so `==` "
    "calls a correct border wrong. Count the gap in samples, and allow half a sample either "
    "way."
)
def to_the_last_bit(times):
    first = times[0, 1] - times[0, 0]
    words = []
    for gap in _gaps(times):
        words.append("goes on" if gap == first else "repeats" if gap < first else "skips")
    return words


@wrong("A miss: this only finds exact repeats. A chunk may also begin two samples back.")
def only_exact_repeats(times):
    gaps = _gaps(times)
    words = _named(times, gaps, _spacing(times))
    far = gaps < -0.5 * _spacing(times)
    return ["goes on" if back else word for back, word in zip(far, words, strict=True)]


@wrong("A miss: this doesn't look for samples left out between two chunks.")
def skips_never_seen(times):
    return _named(times, _gaps(times), _spacing(times), high=np.inf)


@wrong("The samples aren't always 1 apart, so divide the gap by the spacing inside the chunks.")
def in_seconds(times):
    return _named(times, _gaps(times), 1.0)


@wrong(
    "This compares the *beginnings* of two chunks. Compare the end of one with the beginning "
    "of the next."
)
def beginnings(times):
    return _named(times, np.diff(times[:, 0]), _spacing(times))


@wrong("times[-1] is the last chunk in Python, but there's no border before chunk 0.")
def round_the_corner(times):
    gaps = times[:, 0] - np.roll(times[:, -1], 1)
    return _named(times, gaps, _spacing(times))


@wrong("This gives one answer per chunk, but there's one border fewer than there are chunks.")
def one_for_every_chunk(times):
    return ["goes on", *_named(times, _gaps(times), _spacing(times))]


def one_more(draw: Draw) -> Case:
    steps, spacing = draw.size("steps", 2), draw.one_of("spacing", (np.pi / 9, 0.05, 2.5, 30.0))
    rows = [draw.whole(0, 3) + spacing * np.arange(steps)]
    for _ in range(draw.size("chunks", 2) - 1):
        far = draw.one_of("gap", (0, 1, 1, 2, -2, 7, 1, 0))
        begin = rows[-1][-1] + far * spacing + 1e-3 * spacing * draw.array(1, kind="with ties")[0]
        rows.append(begin + spacing * np.arange(steps))
    return Case(np.array(rows, dtype=draw.one_of("dtype", (np.float64, np.float32))))


def _cases():
    one = np.linspace(0, 1, 10)
    goes_on = np.linspace(0, 1, 10, endpoint=False)
    counted = np.arange(4.0)
    return (
        Case(np.arange(5.0)[:, None] + one, label="chunks with the endpoint"),
        Case(np.arange(5.0)[:, None] + goes_on, label="chunks without the endpoint"),
        Case(np.array([counted, counted + 4, counted + 10]), label="two samples left out"),
        Case(np.array([counted, counted + 2, counted + 6]), label="two samples read again"),
        Case(0.1 * np.array([counted, counted + 3, counted + 7, counted + 13]), label="all three"),
    )


BORDERS = Exercise(
    id="7.4",
    title="Where one chunk ends and the next begins",
    difficulty=2,
    minutes=6,
    reference=borders,
    also_right=(in_one_go,),
    cases=_cases,
    space=one_more,
    draws=20,
    misconceptions=(
        to_the_last_bit,
        only_exact_repeats,
        skips_never_seen,
        in_seconds,
        beginnings,
        round_the_corner,
        one_for_every_chunk,
    ),
    hints=(
        "`times[1:, 0] - times[:-1, -1]` are the gaps. How large is the gap between two "
        "samples *inside* a chunk?",
        "Divide by it. A gap of 1 sample goes on, one under half a sample repeats, one over "
        "one and a half skips.",
    ),
    returns=("list",),
)
