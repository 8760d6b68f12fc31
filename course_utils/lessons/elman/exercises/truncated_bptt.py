"""Exercise 1b.1: truncated to k."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.elman import network
from course_utils.lessons.elman.exercises.step_back import step_back
from course_utils.lessons.elman.samples import (
    draw_network,
    draw_sequence,
    lesson_network,
    lesson_sequence,
    read,
    small_network,
    small_sequence,
)


def truncated_bptt(
    x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """From x (steps, inputs), y (steps, outputs) to d_w1, d_w2; errors reach k steps at most."""
    zeros = np.zeros((1, w1.shape[1]))
    out, states = network.forward(x, zeros, w1, w2)
    xh = np.concatenate((x, states[:-1]), axis=1)
    d_w1, d_w2 = np.zeros_like(w1), np.zeros_like(w2)
    for t in range(len(x)):
        d_out, d_context = (out - y)[t : t + 1], zeros
        for s in reversed(range(max(0, t - k + 1), t + 1)):
            after = states[s + 1 : s + 2]
            from_w1, from_w2, d_context = step_back(d_out, d_context, xh[s : s + 1], after, w1, w2)
            d_w1 += from_w1
            d_w2 += from_w2
            d_out = np.zeros_like(d_out)
    return d_w1, d_w2


def by_lag(x, y, w1, w2, k):
    xh, h = read(x, w1, w2)
    error, steps = h @ w2 - y, len(x)
    d_w1, delta = np.zeros_like(w1), (error @ w2.T) * (1 - h**2)
    for lag in range(min(k, steps)):
        if lag:
            delta = (delta[1:] @ w1[x.shape[1] :].T) * (1 - h[: steps - lag] ** 2)
        d_w1 += xh[: steps - lag].T @ delta
    return d_w1, h.T @ error


@wrong("The error goes one step too far back: k = 1 means the step itself and no other.")
def one_step_too_far(x, y, w1, w2, k):
    return by_lag(x, y, w1, w2, k + 1)


@wrong("The error stops one step too early: the step itself is the first of the k.")
def one_step_too_short(x, y, w1, w2, k):
    return by_lag(x, y, w1, w2, k - 1)


@wrong(
    "On its way back the error meets other steps, and you sent their errors along once more. Each "
    "step's error travels alone: `d_out` is zero after its own step."
)
def earlier_errors_counted_again(x, y, w1, w2, k):
    xh, h = read(x, w1, w2)
    errors, d_w1, d_w2 = h @ w2 - y, np.zeros_like(w1), np.zeros_like(w2)
    for t in range(len(x)):
        d_context = np.zeros((1, h.shape[1]))
        for s in reversed(range(max(0, t - k + 1), t + 1)):
            at = slice(s, s + 1)
            from_w1, from_w2, d_context = step_back(errors[at], d_context, xh[at], h[at], w1, w2)
            d_w1, d_w2 = d_w1 + from_w1, d_w2 + from_w2
    return d_w1, d_w2


@wrong(
    "You cut the sequence into chunks of k. Then an error at the start of a chunk hardly goes back "
    "at all. Here each step's error should go back through k steps."
)
def chunks(x, y, w1, w2, k):
    _, states = network.forward(x, np.zeros((1, w1.shape[1])), w1, w2)
    d_w1, d_w2 = np.zeros_like(w1), np.zeros_like(w2)
    for t in range(0, len(x), k):
        chunk = network.bptt(x[t : t + k], y[t : t + k], states[t : t + 1], w1, w2)
        d_w1, d_w2 = d_w1 + chunk.w1, d_w2 + chunk.w2
    return d_w1, d_w2


@wrong("Nothing is truncated: this is the gradient over all steps.")
def not_truncated(x, y, w1, w2, k):
    return by_lag(x, y, w1, w2, len(x))


@wrong("No error goes back to an earlier step, whatever k is.")
def always_one(x, y, w1, w2, k):
    return by_lag(x, y, w1, w2, 1)


@wrong("Only the last k steps have an error here. Every step has one.")
def last_errors_only(x, y, w1, w2, k):
    _, states = network.forward(x, np.zeros((1, w1.shape[1])), w1, w2)
    t = max(0, len(x) - k)
    last = network.bptt(x[t:], y[t:], states[t : t + 1], w1, w2)
    return last.w1, last.w2


@wrong(
    "You gave the step's error to `step_back` again at each step of the way back. It enters once, "
    "at its own step; after that it travels in `d_context` alone."
)
def error_added_again(x, y, w1, w2, k):
    xh, h = read(x, w1, w2)
    d_w1, d_w2 = np.zeros_like(w1), np.zeros_like(w2)
    for t in range(len(x)):
        d_out, d_context = (h @ w2 - y)[t : t + 1], np.zeros((1, h.shape[1]))
        for s in reversed(range(max(0, t - k + 1), t + 1)):
            at = slice(s, s + 1)
            from_w1, from_w2, d_context = step_back(d_out, d_context, xh[at], h[at], w1, w2)
            d_w1, d_w2 = d_w1 + from_w1, d_w2 + from_w2
    return d_w1, d_w2


def sequences() -> tuple[Case, ...]:
    """Build sequences for four k: in between, as published, two, and longer than the sequence."""
    return (
        Case(*small_sequence(2, 6), *small_network(8), 3, label="six steps, k = 3"),
        Case(*small_sequence(3, 4), *small_network(9), 1, label="k = 1, as published"),
        Case(*small_sequence(4, 5), *small_network(10), 2, label="k = 2"),
        Case(*small_sequence(5, 3), *small_network(11), 9, label="k longer than the sequence"),
        Case(*lesson_sequence(), *lesson_network(), 5, label="the lesson's points, k = 5"),
    )


def any_sequence(draw: Draw) -> Case:
    """Draw a sequence, and a k from one step to more than there are."""
    weights = draw_network(draw)
    x, y = draw_sequence(draw, *weights)
    share = draw.one_of("k over steps", (0.0, 0.3, 0.5, 0.8, 1.0, 1.6))
    return Case(x, y, *weights, max(1, round(share * len(x))))


TRUNCATED_BPTT = Exercise(
    id="1b.1",
    title="Truncated to k",
    difficulty=3,
    minutes=10,
    reference=truncated_bptt,
    also_right=(by_lag,),
    cases=sequences,
    space=any_sequence,
    dtypes="same",
    rtol=1e-9,
    atol=1e-10,
    misconceptions=(
        one_step_too_far,
        one_step_too_short,
        earlier_errors_counted_again,
        chunks,
        not_truncated,
        always_one,
        last_errors_only,
        error_added_again,
    ),
    hints=(
        "Write two loops: one over the step t whose error it is, one over the steps it goes back "
        "through.",
        "`reversed(range(max(0, t - k + 1), t + 1))` are the steps of the way back.",
        "At its own step the error enters by `d_out`. Before that, `d_out` is zero.",
    ),
    returns=("d_w1", "d_w2"),
)
