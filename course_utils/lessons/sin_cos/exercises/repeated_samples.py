"""Exercise 3b.1: find the samples that come twice."""

from collections.abc import Callable
from numbers import Integral
from typing import Any

import numpy as np

from course_utils import signals
from course_utils.checking import Case, Draw, Exercise, Rejected, wrong


def repeated_samples(times: np.ndarray) -> list[int]:
    """List the chunks of times (chunks, steps) that begin where the one before ended."""
    return [n for n in range(1, len(times)) if times[n, 0] == times[n - 1, -1]]


@wrong("These are the chunks that *end* with the repeated sample. List those that begin with it.")
def numbered_by_the_chunk_before(times):
    return np.flatnonzero(times[1:, 0] == times[:-1, -1]).tolist()


@wrong("This names every chunk but the first. Look at the times: not all of them repeat a sample.")
def all_but_the_first(times):
    return list(range(1, len(times)))


@wrong("A chunk that begins one step after the end of the last is fine: that's no repeat.")
def neighbours_not_equals(times):
    return [n for n in range(1, len(times)) if times[n, 0] - times[n - 1, -1] <= 1.0]


@wrong("This is how many there are. Return a list that says which.")
def counted(times):
    return len(repeated_samples(times))


@wrong("Chunk 0 has no chunk before it. With times[-1] Python quietly takes the last one.")
def round_the_corner(times):
    return [n for n in range(len(times)) if times[n, 0] == times[n - 1, -1]]


@wrong("Two different moments may have the same sine. Compare the times.")
def the_sines_compared(times):
    x = np.sin(times)
    return [n for n in range(1, len(x)) if np.isclose(x[n, 0], x[n - 1, -1])]


@wrong("This looks for repeats inside a chunk. The trouble is at the border of two.")
def inside_the_chunk(times):
    return [n for n in range(len(times)) if times[n, 0] == times[n, -1]]


def _whole_numbers(answer: Callable[..., Any]) -> None:
    found = answer(np.arange(6.0).reshape(2, 3) - [[0.0], [1.0]])
    if not all(isinstance(number, Integral) for number in found):
        raise Rejected(f"the list holds {found[0]!r}: the number of a chunk must be an int")


def one_more(draw: Draw) -> Case:
    """Draw chunks of which some begin where the one before ended, others close by."""
    steps, spacing = draw.size("steps"), draw.one_of("spacing", (np.pi / 9, 0.05, 1.0, 2.5))
    rows = [draw.whole(0, 3) + spacing * np.arange(steps)]
    for _ in range(draw.size("chunks") - 1):
        end = rows[-1][-1]
        begins = {
            "a repeat": end,
            "one more repeat": end,
            "the next sample": end + spacing,
            "a gap": end + 5 * spacing,
            "an overlap": end - spacing,
            "another moment of the same sine": end + 2 * np.pi,
            "where the first chunk ended": rows[0][-1],
        }
        rows.append(begins[draw.one_of("border", list(begins))] + spacing * np.arange(steps))
    return Case(np.array(rows, dtype=draw.one_of("dtype", (np.float64, np.float32))))


REPEATED = Exercise(
    id="3b.1",
    title="Find what is wrong with the curve",
    difficulty=2,
    minutes=8,
    reference=repeated_samples,
    also_right=(lambda times: (1 + np.flatnonzero(times[1:, 0] == times[:-1, -1])).tolist(),),
    cases=lambda: (
        Case(
            np.array([0.0, 2.0, 5.0, 7.0, 12.0])[:, None] + np.arange(3.0),
            label="five chunks, two of them repeat a sample",
        ),
        Case(np.arange(12.0).reshape(3, 4), label="nothing repeated"),
        Case(np.array([[0.0, 2.0], [2.0, 4.0], [4.0, 6.0], [7.0, 8.0]])),
        Case(
            np.array([[0.0, 1.0], [2.0, 3.0], [5.0, 0.0]]),
            label="a run that ends at the time at which it began",
        ),
        Case(
            np.array([[0.0, 1.0], [np.pi - 1.0, 3.0], [3.0, 4.0]]),
            label="two moments with the same sine",
        ),
        Case(signals.sin_cos_chunks(8, endpoint=True).times, label="eight chunks of the lesson"),
    ),
    misconceptions=(
        numbered_by_the_chunk_before,
        all_but_the_first,
        neighbours_not_equals,
        counted,
        round_the_corner,
        the_sines_compared,
        inside_the_chunk,
    ),
    properties=(_whole_numbers,),
    space=one_more,
    draws=20,
    hints=(
        "Print the last two times of chunk 0 and the first two of chunk 1, side by side.",
        "`times[n, 0]` begins chunk n, and `times[n - 1, -1]` ends the one before.",
    ),
    returns=("list",),
)
