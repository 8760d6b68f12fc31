"""Exercise 1a.2: let it run free."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.elman import network
from course_utils.lessons.elman.exercises.elman_step import elman_step
from course_utils.lessons.elman.samples import draw_network, lesson_network, small_network


def free_running(known: np.ndarray, count: int, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    """Read known (steps, 1) from a zero context, then predict (count, 1) values alone."""
    context_state = np.zeros((1, w1.shape[1]))
    for t in range(len(known)):
        out, context_state = elman_step(known[t : t + 1], context_state, w1, w2)
    predictions = [out]
    while len(predictions) < count:
        out, context_state = elman_step(out, context_state, w1, w2)
        predictions.append(out)
    return np.concatenate(predictions)


def on_one_list(known, count, w1, w2):
    values, state = list(known), np.zeros((1, w1.shape[1]))
    for t in range(len(known) + count - 1):
        out, state = elman_step(values[t][None], state, w1, w2)
        if t >= len(known) - 1:
            values.append(out[0])
    return np.stack(values[len(known) :])


def _read(known, w1, w2):
    """Read the known values, without a mistake."""
    state = np.zeros((1, w1.shape[1]))
    for t in range(len(known)):
        out, state = elman_step(known[t : t + 1], state, w1, w2)
    return out, state


@wrong(
    "The last known value is fed in again and again. After it, each prediction is the next input."
)
def truth_fed_on(known, count, w1, w2):
    out, state = _read(known, w1, w2)
    predictions = [out]
    while len(predictions) < count:
        out, state = elman_step(known[-1:], state, w1, w2)
        predictions.append(out)
    return np.concatenate(predictions)


@wrong("The context is set to zero at each free step. It is the memory: carry it on.")
def context_reset(known, count, w1, w2):
    out, state = _read(known, w1, w2)
    predictions = [out]
    while len(predictions) < count:
        out, _ = elman_step(out, np.zeros_like(state), w1, w2)
        predictions.append(out)
    return np.concatenate(predictions)


@wrong(
    "The context is set to zero after the known values. They were read to fill it, so carry it on."
)
def context_reset_between_the_loops(known, count, w1, w2):
    out, state = _read(known, w1, w2)
    predictions, state = [out], np.zeros_like(state)
    while len(predictions) < count:
        out, state = elman_step(out, state, w1, w2)
        predictions.append(out)
    return np.concatenate(predictions)


@wrong(
    "The last known value went in twice. The input after it is the first prediction, the one that "
    "came out when it went in."
)
def last_known_twice(known, count, w1, w2):
    return free_running(np.concatenate((known, known[-1:])), count, w1, w2)


@wrong("Only the last known value was read. Read them all, so that the context knows the past.")
def no_warm_up(known, count, w1, w2):
    return free_running(known[-1:], count, w1, w2)


@wrong(
    "The run starts one value too late: the first prediction is what came out when the last known "
    "value went in."
)
def first_prediction_lost(known, count, w1, w2):
    return free_running(known, count + 1, w1, w2)[1:]


@wrong("There is one prediction too many. What the last known value gives counts as the first.")
def one_too_many(known, count, w1, w2):
    return free_running(known, count + 1, w1, w2)


def runs() -> tuple[Case, ...]:
    """Build a run with a label and a shorter one, which is shown by its arguments."""
    three, two = np.array([[0.2], [0.5], [0.9]]), np.array([[-0.4], [0.1]])
    return (
        Case(three, 4, *small_network(2), label="three known, four ahead"),
        Case(two, 3, *small_network(3, hidden=2)),
        Case(network.sine_points(21), 20, *lesson_network(), label="the lesson's sizes"),
    )


def any_run(draw: Draw) -> Case:
    """Draw a run of one prediction or more, beyond the range of the sine too."""
    w1, w2 = draw_network(draw, tuple((1, hidden, 1) for hidden in (1, 2, 3, 4, 6)))
    known = draw.array(draw.one_of("known", (1, 2, 3, 4, 7)), 1)
    return Case(known, draw.one_of("count", (1, 2, 3, 5, 8)), w1, 2 * w2)


FREE_RUNNING = Exercise(
    id="1a.2",
    title="Let it run free",
    difficulty=2,
    minutes=8,
    reference=free_running,
    also_right=(on_one_list,),
    cases=runs,
    space=any_run,
    dtypes="same",
    misconceptions=(
        truth_fed_on,
        context_reset,
        context_reset_between_the_loops,
        last_known_twice,
        no_warm_up,
        first_prediction_lost,
        one_too_many,
    ),
    hints=(
        "Two loops: one reads the known values, the other reads the network's own.",
        "After the first loop, `out` already is the first prediction.",
    ),
    returns=("predictions",),
)
