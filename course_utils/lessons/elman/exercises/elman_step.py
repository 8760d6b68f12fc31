"""Exercise 1a.1: one step forward, in NumPy."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.elman.samples import draw_network, lesson_network, small_network


def elman_step(
    x: np.ndarray, context_state: np.ndarray, w1: np.ndarray, w2: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """One step: x (1, inputs), context_state (1, hidden) -> out (1, outputs), context_state."""
    xh = np.concatenate((x, context_state), axis=1)
    context_state = np.tanh(xh @ w1)
    out = context_state @ w2
    return out, context_state


def in_two_parts(x, context_state, w1, w2):
    inputs = x.shape[1]
    after = np.tanh(x @ w1[:inputs] + context_state @ w1[inputs:])
    return after.dot(w2), after


@wrong(
    "Context and input are joined the wrong way round. w1's first rows belong to the input: "
    "`(x, context_state)`, in this order."
)
def context_before_input(x, context_state, w1, w2):
    after = np.tanh(np.concatenate((context_state, x), axis=1) @ w1)
    return after @ w2, after


@wrong("The tanh is missing: without it the network is one long matrix product.")
def tanh_forgotten(x, context_state, w1, w2):
    after = np.concatenate((x, context_state), axis=1) @ w1
    return after @ w2, after


@wrong("The output went through tanh too. It is linear: `context_state @ w2`.")
def tanh_on_the_output(x, context_state, w1, w2):
    out, after = elman_step(x, context_state, w1, w2)
    return np.tanh(out), after


@wrong("You give back the context that came in. The next step needs the new one.")
def old_context_returned(x, context_state, w1, w2):
    out, _ = elman_step(x, context_state, w1, w2)
    return out, context_state


@wrong("The two results are the wrong way round: first the output, then the context.")
def pair_swapped(x, context_state, w1, w2):
    out, after = elman_step(x, context_state, w1, w2)
    return after, out


@wrong("The context has no influence here: this network would have no memory.")
def context_ignored(x, context_state, w1, w2):
    return elman_step(x, np.zeros_like(context_state), w1, w2)


def steps() -> tuple[Case, ...]:
    """Build a step with one input, and one with two."""
    state = np.array([[0.5, -0.2, 0.1]])
    return (
        Case(np.array([[0.9]]), state, *small_network(0), label="one input, three context units"),
        Case(np.array([[0.3, -1.0]]), state, *small_network(1, inputs=2), label="two inputs"),
        Case(np.array([[0.9]]), np.zeros((1, 6)), *lesson_network(), label="the lesson's sizes"),
    )


def any_step(draw: Draw) -> Case:
    """Draw a step of a network of any size, from a context of any numbers."""
    w1, w2 = draw_network(draw)
    return Case(draw.array(1, len(w1) - len(w2)), draw.array(1, len(w2)), w1, w2)


ELMAN_STEP = Exercise(
    id="1a.1",
    title="One step forward, in NumPy",
    difficulty=1,
    minutes=5,
    reference=elman_step,
    also_right=(in_two_parts,),
    cases=steps,
    space=any_step,
    dtypes="same",
    misconceptions=(
        context_before_input,
        tanh_forgotten,
        tanh_on_the_output,
        old_context_returned,
        pair_swapped,
        context_ignored,
    ),
    hints=(
        "It is the published `forward` in other words: `torch.cat(…, 1)` is "
        "`np.concatenate(…, axis=1)`, and `mm` is `@`.",
        "Three lines: join, `np.tanh` of a product with `w1`, a product with `w2`.",
    ),
    returns=("out", "context_state"),
)
