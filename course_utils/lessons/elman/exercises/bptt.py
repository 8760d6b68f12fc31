"""Exercise 1a.4: the whole sequence."""

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


def bptt(
    x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """From x (steps, inputs), y (steps, outputs) to the loss and its gradients d_w1, d_w2."""
    d_context = np.zeros((1, w1.shape[1]))
    out, states = network.forward(x, d_context, w1, w2)
    error = out - y
    d_w1, d_w2 = np.zeros_like(w1), np.zeros_like(w2)
    for t in reversed(range(len(x))):
        before, after = states[t : t + 1], states[t + 1 : t + 2]
        xh = np.concatenate((x[t : t + 1], before), axis=1)
        from_w1, from_w2, d_context = step_back(error[t : t + 1], d_context, xh, after, w1, w2)
        d_w1 += from_w1
        d_w2 += from_w2
    return float(np.sum(error**2)) / 2, d_w1, d_w2


def in_rows(x, y, w1, w2):
    xh, h = read(x, w1, w2)
    error = h @ w2 - y
    delta, later = np.zeros_like(h), np.zeros(h.shape[1])
    for t in range(len(x) - 1, -1, -1):
        delta[t] = (w2 @ error[t] + later) * (1 - h[t] ** 2)
        later = w1[x.shape[1] :] @ delta[t]
    return float(0.5 * (error * error).sum()), xh.T @ delta, h.T @ error


def _back(order, error, xh, h, w1, w2):
    """Go through the steps in an order, and add up what each gives."""
    d_w1, d_w2, d_context = np.zeros_like(w1), np.zeros_like(w2), np.zeros((1, w1.shape[1]))
    for t in order:
        at = slice(t, t + 1)
        from_w1, from_w2, d_context = step_back(error[at], d_context, xh[at], h[at], w1, w2)
        d_w1, d_w2 = d_w1 + from_w1, d_w2 + from_w2
    return d_w1, d_w2


@wrong(
    "No error crosses from one step to the one before. Hand `d_before` on: it is the next call's "
    "`d_context`."
)
def cut_at_every_step(x, y, w1, w2):
    loss, _, d_w2 = bptt(x, y, w1, w2)
    xh, h = read(x, w1, w2)
    d_a = ((h @ w2 - y) @ w2.T) * (1 - h**2)
    return loss, xh.T @ d_a, d_w2


@wrong(
    "The gradients are one step's share only. The same w1 is used at every step, so the shares add "
    "up: `+=`."
)
def overwritten(x, y, w1, w2):
    (xh, h), d_context = read(x, w1, w2), np.zeros((1, w1.shape[1]))
    error = h @ w2 - y
    for t in reversed(range(len(x))):
        at = slice(t, t + 1)
        d_w1, d_w2, d_context = step_back(error[at], d_context, xh[at], h[at], w1, w2)
    return float(np.sum(error**2)) / 2, d_w1, d_w2


@wrong("Only the last step's error went back. Every step has a target, and so an error.")
def last_error_only(x, y, w1, w2):
    xh, h = read(x, w1, w2)
    error = h @ w2 - y
    loss = float(np.sum(error**2)) / 2
    error[:-1] = 0
    return loss, *_back(reversed(range(len(x))), error, xh, h, w1, w2)


@wrong(
    "The way back went from the first step to the last. Go from the last to the first: `reversed`."
)
def forwards(x, y, w1, w2):
    xh, h = read(x, w1, w2)
    error = h @ w2 - y
    return float(np.sum(error**2)) / 2, *_back(range(len(x)), error, xh, h, w1, w2)


@wrong("xh holds the context *after* the step. The step read the one before: `states[t : t + 1]`.")
def new_context_in_xh(x, y, w1, w2):
    _, h = read(x, w1, w2)
    xh, error = np.concatenate((x, h), axis=1), h @ w2 - y
    return float(np.sum(error**2)) / 2, *_back(reversed(range(len(x))), error, xh, h, w1, w2)


@wrong(
    "Both gradients are twice as large as they should be: with the ½ in the loss, the derivative "
    "by the output is just the error."
)
def gradients_doubled(x, y, w1, w2):
    loss, d_w1, d_w2 = bptt(x, y, w1, w2)
    return loss, 2 * d_w1, 2 * d_w2


@wrong("On the way forward, each step starts from a zero context. Carry the context on.")
def context_forgotten_on_the_way_forward(x, y, w1, w2):
    xh = np.concatenate((x, np.zeros((len(x), w1.shape[1]))), axis=1)
    h = np.tanh(xh @ w1)
    error = h @ w2 - y
    return float(np.sum(error**2)) / 2, *_back(reversed(range(len(x))), error, xh, h, w1, w2)


@wrong("The loss lacks its ½. With it, the derivative by the output is simply the error.")
def without_the_half(x, y, w1, w2):
    loss, d_w1, d_w2 = bptt(x, y, w1, w2)
    return 2 * loss, d_w1, d_w2


@wrong("Everything is divided by the number of steps. The published loss is a sum.")
def mean_for_sum(x, y, w1, w2):
    loss, d_w1, d_w2 = bptt(x, y, w1, w2)
    return loss / len(x), d_w1 / len(x), d_w2 / len(x)


def sequences() -> tuple[Case, ...]:
    """Build a sequence for one input and one output, and one for two of each."""
    one, two = small_network(6), small_network(7, inputs=2, outputs=2)
    return (
        Case(*small_sequence(0, 4), *one, label="four steps"),
        Case(*small_sequence(1, 3, 2, 2), *two, label="two inputs"),
        Case(*lesson_sequence(), *lesson_network(), label="the lesson's points"),
    )


def any_sequence(draw: Draw) -> Case:
    """Draw a sequence of one step or more, for a network of any size."""
    weights = draw_network(draw)
    return Case(*draw_sequence(draw, *weights), *weights)


BPTT = Exercise(
    id="1a.4",
    title="The whole sequence",
    difficulty=3,
    minutes=10,
    reference=bptt,
    also_right=(in_rows,),
    cases=sequences,
    space=any_sequence,
    dtypes="same",
    rtol=1e-9,
    atol=1e-10,
    misconceptions=(
        cut_at_every_step,
        overwritten,
        last_error_only,
        forwards,
        new_context_in_xh,
        gradients_doubled,
        context_forgotten_on_the_way_forward,
        without_the_half,
        mean_for_sum,
    ),
    hints=(
        "Go forward first and keep every context, as `network.forward` does. Step t lies between "
        "`states[t : t + 1]` and `states[t + 1 : t + 2]`.",
        "Then go back: `for t in reversed(range(len(x)))`. After the last step no error comes "
        "back, so start with zeros.",
        "`step_back` gives the step's share of both gradients, and what the step before needs.",
    ),
    returns=("loss", "d_w1", "d_w2"),
)
