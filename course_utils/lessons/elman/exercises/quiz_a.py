"""The quiz of lesson 01a: the rule behind the sine, one step down, what the biases add."""

import numpy as np
from torch import nn

from course_utils.checking import Exercise, wrong
from course_utils.lessons.elman import network
from course_utils.lessons.elman.exercises.bptt import bptt


def newest_coefficient() -> float:
    """Coefficient of the newest point in the linear rule of two points on the sine."""
    values = network.sine_points(21)[:, 0]
    past = np.stack([values[1:-1], values[:-2]], axis=1)
    return float(np.linalg.lstsq(past, values[2:], rcond=None)[0][0])


@wrong("That is half of it: the rule is x(t+1) = 2 cos(0.4) x(t) − x(t−1).")
def half_of_it():
    return float(np.cos(0.4))


@wrong("That is the coefficient of the point before. The question is about the newest one.")
def the_older_point():
    return -1.0


@wrong("That is the coefficient of a rule with one point. This one has two, which make it exact.")
def one_point_only():
    values = network.sine_points(21)[:, 0]
    return float(values[:-1] @ values[1:] / (values[:-1] @ values[:-1]))


RULE = Exercise(
    id="1a.Q1",
    title="The rule behind the sine",
    difficulty=1,
    minutes=2,
    kind="value",
    reference=newest_coefficient,
    also_right=(lambda: 2 * np.cos(0.4),),
    misconceptions=(half_of_it, the_older_point, one_point_only),
    hints=(
        "It is the first of the two numbers that least squares found.",
        "`coefficients[0]`, or with a pencil: sin(a + d) + sin(a − d) = 2 cos(d) sin(a).",
    ),
    rtol=0.0,
    atol=0.0025,
)


def loss_after_one() -> float:
    """Give the summed loss of seed 0 after one step of rate 0.01 down the whole gradient."""
    points = network.sine_points(21)
    x, y = points[:-1], points[1:]
    w1, w2 = (w[0] for w in network.initial_weights([0]))
    _, d_w1, d_w2 = bptt(x, y, w1, w2)
    return bptt(x, y, w1 - 0.01 * d_w1, w2 - 0.01 * d_w2)[0]


def _loss_after(rate):
    """Give the loss after a step of another rate, by the package."""
    points = network.sine_points(21)
    x, y, (w1, w2) = points[:-1], points[1:], network.initial_weights([0])
    first = network.bptt(x, y, network.zero_state(w1), w1, w2)
    w1, w2 = w1 - rate * first.w1, w2 - rate * first.w2
    return float(network.bptt(x, y, network.zero_state(w1), w1, w2).loss[0])


@wrong("That is the loss before the step. Call `bptt` once more, with the new weights.")
def before_the_step():
    return _loss_after(0.0)


@wrong("That is a step *up*: the gradient points to where the loss grows. Subtract it.")
def uphill():
    return _loss_after(-0.01)


@wrong("That is a step of rate 0.1. The question says 0.01.")
def published_rate():
    return _loss_after(0.1)


@wrong("That is the mean squared error. The loss is ½ of each square, summed over 20 steps.")
def mean_square():
    return loss_after_one() / 10


STEP_DOWN = Exercise(
    id="1a.Q2",
    title="One step down",
    difficulty=2,
    minutes=3,
    kind="value",
    reference=loss_after_one,
    also_right=(lambda: _loss_after(0.01),),
    misconceptions=(before_the_step, uphill, published_rate, mean_square),
    hints=(
        "`_, d_w1, d_w2 = bptt(x, y, w1, w2)` gives the direction; new weights are "
        "`w1 - 0.01 * d_w1` and `w2 - 0.01 * d_w2`.",
        "The first thing that `bptt` gives for the new weights is the answer.",
    ),
    rtol=0.0,
    atol=0.004,
)


def numbers_learned() -> int:
    """Numbers that nn.RNN(1, 6) and nn.Linear(6, 1) learn together, biases and all."""
    layers = (nn.RNN(1, 6), nn.Linear(6, 1))
    return sum(p.numel() for layer in layers for p in layer.parameters())


@wrong("That is the published network, without biases. Leave out `bias=False`.")
def no_biases():
    return 48


@wrong(
    "That counts one bias vector in nn.RNN. It has two, one for each matrix: look at its "
    "`named_parameters()`."
)
def one_bias_vector():
    return 55


@wrong("That is nn.RNN alone. nn.Linear learns numbers too.")
def without_the_output():
    return 54


BIASES = Exercise(
    id="1a.Q3",
    title="What the biases add",
    difficulty=1,
    minutes=2,
    kind="value",
    reference=numbers_learned,
    also_right=(lambda: 6 * (1 + 6) + 6 + 6 + 6 + 1,),
    misconceptions=(no_biases, one_bias_vector, without_the_output),
    hints=(
        "`layer.parameters()` gives the arrays, `numel()` counts the numbers in one.",
        "`sum(p.numel() for p in nn.RNN(1, 6).parameters())`, and the same for the other.",
    ),
    rtol=0.0,
    atol=0.0,
)
