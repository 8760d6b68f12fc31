"""The quiz of lesson 01b: how many steps are enough, what is kept, where w2 overshoots."""

import numpy as np

from course_utils.checking import Exercise, wrong
from course_utils.lessons.elman import network


def enough_steps() -> int:
    """Smallest k for which the truncated gradient of w1 misses under 1 % of the whole one."""
    points = network.sine_points(21)
    w1, w2 = (w[0] for w in network.initial_weights([0]))
    lags = network.gradient_by_lag(points[:-1], points[1:], network.zero_state(w1), w1, w2)
    whole = lags.sum(axis=0)
    missed = np.linalg.norm(np.cumsum(lags, axis=0) - whole, axis=(1, 2)) / np.linalg.norm(whole)
    return int(np.argmax(missed < 0.01)) + 1


def _gradient(k=None):
    """Give the gradient of w1 at the initial weights of seed 0."""
    points, (w1, w2) = network.sine_points(21), network.initial_weights([0])
    return network.bptt(points[:-1], points[1:], network.zero_state(w1), w1, w2, k).w1


def _missed(k):
    return float(np.linalg.norm(_gradient(k) - _gradient()) / np.linalg.norm(_gradient()))


@wrong("That counts the lags from 0. k counts steps: the step itself is the first.")
def counted_from_zero():
    return enough_steps() - 1


@wrong("Twenty are enough, but fewer are too. Try them one after the other.")
def all_of_them():
    return 20


REACH = Exercise(
    id="1b.Q1",
    title="How many steps are enough?",
    difficulty=2,
    minutes=3,
    kind="value",
    reference=enough_steps,
    also_right=(lambda: next(k for k in range(1, 21) if _missed(k) < 0.01),),
    misconceptions=(counted_from_zero, all_of_them),
    hints=(
        "`network.bptt(x, y, state, w1, w2, k).w1` for k from 1 on, and `k=None` for the whole.",
        "What is missed: `np.linalg.norm(truncated - whole) / np.linalg.norm(whole)`.",
    ),
    rtol=0.0,
    atol=0.0,
)


def kept_share() -> float:
    """Norm of the gradient of w1 at k = 1 over that of the whole one, seed 0."""
    points = network.sine_points(21)
    w1, w2 = (w[0] for w in network.initial_weights([0]))
    cut, whole = (
        network.bptt(points[:-1], points[1:], network.zero_state(w1), w1, w2, k).w1
        for k in (1, None)
    )
    return float(np.linalg.norm(cut) / np.linalg.norm(whole))


@wrong("That is the whole gradient over the truncated one. Divide the other way round.")
def upside_down():
    return 1 / kept_share()


@wrong("That is w2's gradient: no truncation touches it. The question is about w1.")
def of_w2():
    return 1.0


@wrong(
    "That is the length of the *difference*, which has a direction of its own. Take the lengths "
    "of both gradients, and divide one by the other."
)
def what_is_missed():
    return _missed(1)


SHARE = Exercise(
    id="1b.Q2",
    title="How long is the part that the cut leaves us?",
    difficulty=2,
    minutes=3,
    kind="value",
    reference=kept_share,
    also_right=(lambda: round(kept_share(), 2),),
    misconceptions=(upside_down, of_w2, what_is_missed),
    hints=(
        "`network.bptt(…, k=1).w1` and `network.bptt(…).w1`, at the initial weights of seed 0.",
        "Take `np.linalg.norm` of each, and divide the first by the second.",
    ),
    rtol=0.0,
    atol=0.004,
)


def overshoot_rate() -> float:
    """Give 2/λ of the parabola of w2, at the initial weights of seed 0."""
    w1, w2 = (w[0] for w in network.initial_weights([0]))
    _, states = network.forward(network.sine_points(21)[:-1], network.zero_state(w1), w1, w2)
    h = states[1:]
    return float(2 / np.linalg.eigvalsh(h.T @ h)[-1])


def _curvatures():
    """From the flattest direction to the steepest, another way: by singular values."""
    w1, w2 = (w[0] for w in network.initial_weights([0]))
    _, states = network.forward(network.sine_points(21)[:-1], network.zero_state(w1), w1, w2)
    return [float(s) ** 2 for s in np.linalg.svd(states[1:], compute_uv=False)[::-1]]


@wrong(
    "That is 1/λ, the rate that lands at the bottom of the parabola at once. It takes twice that "
    "to overshoot further at each step."
)
def one_over():
    return overshoot_rate() / 2


@wrong("That is λ itself. The question asks for the rate, 2/λ.")
def curvature():
    return 2 / overshoot_rate()


@wrong("That is 2 over the *smallest* eigenvalue. The steepest direction overshoots first.")
def flattest_direction():
    return 2 / _curvatures()[0]


OVERSHOOT = Exercise(
    id="1b.Q3",
    title="Where w2 overshoots",
    difficulty=2,
    minutes=3,
    kind="value",
    reference=overshoot_rate,
    also_right=(lambda: 2 / _curvatures()[-1],),
    misconceptions=(one_over, curvature, flattest_direction),
    hints=(
        "`_, states = network.forward(x, zeros, w1, w2)` with the weights of seed 0; "
        "`states[1:]` is $H$.",
        "`np.linalg.eigvalsh` gives the eigenvalues of $H^\\top H$ in rising order.",
    ),
    rtol=0.0,
    atol=0.0025,
)
