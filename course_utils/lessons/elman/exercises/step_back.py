"""Exercise 1a.3: one step back."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.elman.samples import draw_network, small_network


def step_back(
    d_out: np.ndarray,
    d_context: np.ndarray,
    xh: np.ndarray,
    context_state: np.ndarray,
    w1: np.ndarray,
    w2: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """From d_out (1, outputs), d_context (1, hidden) to d_w1, d_w2, d_before (1, hidden)."""
    d_w2 = context_state.T @ d_out
    d_a = (d_out @ w2.T + d_context) * (1 - context_state**2)
    d_w1 = xh.T @ d_a
    inputs = len(w1) - len(w2)
    d_before = d_a @ w1[inputs:].T
    return d_w1, d_w2, d_before


def by_outer_products(d_out, d_context, xh, context_state, w1, w2):
    d_a = (d_context + (w2 @ d_out.T).T) * (1 - context_state * context_state)
    d_xh = (w1 @ d_a.T).T
    return np.outer(xh, d_a), np.outer(context_state, d_out), d_xh[:, -len(w2) :]


def _on_from(d_a, d_out, xh, context_state, w1, w2):
    """Finish the step from d_a, without a mistake."""
    return xh.T @ d_a, context_state.T @ d_out, d_a @ w1[-len(w2) :].T


@wrong(
    "The error that comes back from later steps is missing. The context feeds two things, the "
    "output and the next step: add both."
)
def later_steps_forgotten(d_out, d_context, xh, context_state, w1, w2):
    d_a = (d_out @ w2.T) * (1 - context_state**2)
    return _on_from(d_a, d_out, xh, context_state, w1, w2)


@wrong("The error went through the tanh unchanged. Multiply by its slope, 1 − h².")
def slope_of_tanh_forgotten(d_out, d_context, xh, context_state, w1, w2):
    d_a = d_out @ w2.T + d_context
    return _on_from(d_a, d_out, xh, context_state, w1, w2)


@wrong("The slope of tanh is 1 − h²; here it is 1 − h.")
def slope_not_squared(d_out, d_context, xh, context_state, w1, w2):
    d_a = (d_out @ w2.T + d_context) * (1 - context_state)
    return _on_from(d_a, d_out, xh, context_state, w1, w2)


@wrong("The slope is taken at tanh(h). `context_state` has been through tanh already: 1 − h².")
def slope_of_the_slope(d_out, d_context, xh, context_state, w1, w2):
    d_a = (d_out @ w2.T + d_context) * (1 - np.tanh(context_state) ** 2)
    return _on_from(d_a, d_out, xh, context_state, w1, w2)


@wrong(
    "d_before includes the input's share. Only the rows of w1 that read the context lead to the "
    "step before."
)
def input_kept(d_out, d_context, xh, context_state, w1, w2):
    d_a = (d_out @ w2.T + d_context) * (1 - context_state**2)
    return xh.T @ d_a, context_state.T @ d_out, d_a @ w1.T


@wrong("d_before was taken from the wrong end: in xh the input comes first.")
def wrong_rows(d_out, d_context, xh, context_state, w1, w2):
    d_a = (d_out @ w2.T + d_context) * (1 - context_state**2)
    return xh.T @ d_a, context_state.T @ d_out, d_a @ w1[: len(w2)].T


@wrong(
    "`w1[1:]` leaves out one row, but a network may have two inputs. The context's rows are the "
    "last ones, as many as w2 has."
)
def one_input_taken_for_granted(d_out, d_context, xh, context_state, w1, w2):
    d_a = (d_out @ w2.T + d_context) * (1 - context_state**2)
    return xh.T @ d_a, context_state.T @ d_out, d_a @ w1[1:].T


@wrong(
    "The context's rows of w1 are not transposed in d_before. They are square, so no error tells "
    "you."
)
def context_rows_not_turned(d_out, d_context, xh, context_state, w1, w2):
    d_a = (d_out @ w2.T + d_context) * (1 - context_state**2)
    return xh.T @ d_a, context_state.T @ d_out, d_a @ w1[-len(w2) :]


@wrong(
    "d_before was made from the error at h. It must go through the tanh first: formula 6 has "
    "$\\delta a_t$."
)
def slope_lost_on_the_way_back(d_out, d_context, xh, context_state, w1, w2):
    d_h = d_out @ w2.T + d_context
    d_a = d_h * (1 - context_state**2)
    return xh.T @ d_a, context_state.T @ d_out, d_h @ w1[-len(w2) :].T


def steps() -> tuple[Case, ...]:
    """Build a step with one input, and one with two inputs and two outputs."""
    later = np.array([[0.3, -0.1, 0.2]])
    w1, w2 = small_network(4)
    xh = np.array([[0.7, 0.1, -0.3, 0.4]])
    one = Case(np.array([[0.5]]), later, xh, np.tanh(xh @ w1), w1, w2, label="one input")
    w1, w2 = small_network(5, inputs=2, outputs=2)
    xh, d_out = np.array([[0.7, -0.5, 0.1, -0.3, 0.4]]), np.array([[0.5, -0.2]])
    label = "two inputs, two outputs"
    return (one, Case(d_out, later, xh, np.tanh(xh @ w1), w1, w2, label=label))


def any_step(draw: Draw) -> Case:
    """Draw a step back through a network of any size; each error may be zero."""
    w1, w2 = draw_network(draw)
    x, before = draw.array(1, len(w1) - len(w2), kind="normal"), draw.array(1, len(w2))
    xh = np.concatenate((x, np.tanh(before)), axis=1)
    d_out, d_context = draw.array(1, w2.shape[1]), draw.array(1, len(w2))
    return Case(d_out, d_context, xh, np.tanh(xh @ w1), w1, w2)


STEP_BACK = Exercise(
    id="1a.3",
    title="One step back",
    difficulty=2,
    minutes=10,
    reference=step_back,
    also_right=(by_outer_products,),
    cases=steps,
    space=any_step,
    dtypes="same",
    rtol=1e-9,
    atol=1e-10,
    misconceptions=(
        later_steps_forgotten,
        slope_of_tanh_forgotten,
        slope_not_squared,
        slope_of_the_slope,
        input_kept,
        wrong_rows,
        one_input_taken_for_granted,
        context_rows_not_turned,
        slope_lost_on_the_way_back,
    ),
    hints=(
        "Go through the formulas from the bottom up. Each matrix is transposed on the way back.",
        "The error at the context is `d_out @ w2.T + d_context`; then comes the slope.",
        "`w1` has inputs + hidden rows, `w2` has hidden: the context's rows are the last ones.",
    ),
    returns=("d_w1", "d_w2", "d_before"),
)
