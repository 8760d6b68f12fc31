"""Exercise 3b.2: the times of a chunk, its end left to the next one."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def chunk_times(number: int, steps: int, span: float) -> np.ndarray:
    """Give times (steps,), float32, of one chunk: evenly from number·span, its end left out."""
    start, end = number * span, (number + 1) * span
    return np.linspace(start, end, steps, dtype=np.float32, endpoint=False)


def _between(number, steps, span):
    return np.linspace(number * span, (number + 1) * span, steps, dtype=np.float32)


def _step_by_step(number, steps, span):
    return (number * span + np.arange(steps) * span / steps).astype(np.float32)


def _one_more_and_its_end_dropped(number, steps, span):
    return _between(number, steps + 1, span)[:-1]


@wrong(
    "The last sample comes again as the first of the next chunk: linspace includes the end "
    "unless you tell it not to."
)
def endpoint_kept(number, steps, span):
    return _between(number, steps, span)


@wrong(
    "The repeated sample is gone, but now the chunk is one step short. It must keep all its steps."
)
def one_sample_short(number, steps, span):
    return _between(number, steps, span)[:-1]


@wrong(
    "You left out the start and kept the end. That repeats nothing either, but the run "
    "must begin at 0."
)
def first_one_left_out(number, steps, span):
    return _between(number, steps + 1, span)[1:]


@wrong("These are 64-bit numbers; the network's weights are float32.")
def double_precision(number, steps, span):
    return np.linspace(number * span, (number + 1) * span, steps, endpoint=False)


@wrong(
    "np.arange gets its number of samples by dividing, and rounding sometimes makes one too many. "
    "linspace takes the number of samples itself."
)
def a_step_that_is_no_whole_number(number, steps, span):
    return np.arange(number * span, (number + 1) * span, span / steps, dtype=np.float32)


def one_more(draw: Draw) -> Case:
    number = draw.one_of("number", (0, 1, 2, 7, 11, 12, 37, 50, 99))
    steps = draw.one_of("steps", (10, 1, 2, 5, 7, 20))
    return Case(number, steps, draw.one_of("span", (np.pi, 0.5, 2 * np.pi, 3.0, np.pi / 2)))


TIMES = Exercise(
    id="3b.2",
    title="Fix it",
    difficulty=1,
    minutes=4,
    reference=chunk_times,
    also_right=(_step_by_step, _one_more_and_its_end_dropped),
    cases=lambda: (
        Case(0, 4, 2.0, label="the first chunk: four samples over 2 radians"),
        Case(3, 10, 3.0, label="chunk 3"),
        Case(11, 10, np.pi, label="chunk 11 of the lesson"),
    ),
    misconceptions=(
        endpoint_kept,
        one_sample_short,
        first_one_left_out,
        double_precision,
        a_step_that_is_no_whole_number,
    ),
    hints=(
        "Ten fence posts have nine gaps between them. A chunk that leaves its end out has as many "
        "gaps as samples.",
        "`np.linspace` has a keyword for this. Pass `dtype=np.float32` too.",
    ),
    space=one_more,
    draws=30,
    dtypes="same",
    returns=("array of times",),
)
