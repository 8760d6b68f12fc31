"""Exercises 2a.Q1 to 2a.Q3: the quiz of lesson 02a."""

import torch
from torch import nn

from course_utils.checking import Exercise, wrong

# ---- 2a.Q1


def lstm_parameters() -> int:
    """Count the numbers of a two-layer, two-way LSTM(10, 20)."""
    layer = nn.LSTM(10, 20, num_layers=2, bidirectional=True)
    return sum(parameter.numel() for parameter in layer.parameters())


@wrong("That is only one direction.")
def one_way():
    return sum(parameter.numel() for parameter in nn.LSTM(10, 20, num_layers=2).parameters())


@wrong("torch's layers have two bias vectors, b_ih and b_hh; one of them is missing here.")
def one_bias():
    return 2 * 4 * 20 * ((10 + 20 + 1) + (40 + 20 + 1))


@wrong("The second layer reads both directions of the first: 40 numbers, not 10.")
def second_layer_as_the_first():
    return 2 * 2 * 4 * 20 * (10 + 20 + 2)


LSTM_PARAMETERS = Exercise(
    id="2a.Q1",
    title="How many numbers does a two-layer, two-way LSTM(10, 20) learn?",
    difficulty=1,
    minutes=3,
    kind="value",
    reference=lstm_parameters,
    also_right=(lambda: 2 * 4 * 20 * ((10 + 20 + 2) + (40 + 20 + 2)),),
    misconceptions=(one_way, one_bias, second_layer_as_the_first),
    hints=("Make the layer and count.", "`sum(p.numel() for p in layer.parameters())`"),
    rtol=0.0,
    atol=0.0,
)

# ---- 2a.Q2


def least_error() -> float:
    """Least mean squared error of a bare tanh state against the targets 0.5, -1.5 and 3."""
    targets = torch.tensor([0.5, -1.5, 3.0])
    return (targets.abs() - 1).clamp(min=0).square().mean().item()


def by_training():
    # A tanh can come as close to 1 as it likes: plain descent finds its place.
    targets = torch.tensor([0.5, -1.5, 3.0])
    before = nn.Parameter(torch.zeros(3))
    optimizer = torch.optim.Adam([before], lr=0.3)
    for _ in range(200):
        optimizer.zero_grad()
        nn.functional.mse_loss(before.tanh(), targets).backward()
        optimizer.step()
    return nn.functional.mse_loss(before.tanh(), targets).item()


@wrong("That is the error of answering 0. A hidden state can go as far as ±1.")
def answering_zero():
    return (0.5**2 + 1.5**2 + 3**2) / 3


@wrong("Those are the misses themselves. The error is their mean *square*.")
def not_squared():
    return (0 + 0.5 + 2) / 3


@wrong("That is the sum of the squares. Take their mean, over all three.")
def sum_of_squares():
    return 0 + 0.5**2 + 2**2


@wrong("The mean is over all three targets; the one within reach counts too, with a miss of 0.")
def those_out_of_reach_only():
    return (0.5**2 + 2**2) / 2


LEAST_ERROR = Exercise(
    id="2a.Q2",
    title="Which error can a bare hidden state never go below?",
    difficulty=1,
    minutes=3,
    kind="value",
    reference=least_error,
    also_right=(lambda: (0 + 0.25 + 4) / 3, by_training),
    misconceptions=(answering_zero, not_squared, sum_of_squares, those_out_of_reach_only),
    hints=(
        "How far is each target from the nearest number between −1 and 1?",
        "Lesson 02a, `what-noise-can-teach`, has the line: `(targets.abs() - 1).clamp(min=0)`, "
        "then a mean square.",
    ),
    rtol=0.0,
    atol=0.004,  # 1.42 passes, 1.41 does not
)

# ---- 2a.Q3


def steps_until_lost() -> int:
    """Count the steps back after which less than 1 % is left, if each step keeps 90 %."""
    left, steps = 1.0, 0
    while left >= 0.01:
        left *= 0.9
        steps += 1
    return steps


@wrong("After that many steps there is still more than 1 %.")
def one_too_few():
    return steps_until_lost() - 1


@wrong(
    "That takes away a tenth of the *first* gradient at each step. Each step takes a tenth of "
    "what is *left*: multiply."
)
def a_tenth_of_the_whole():
    return 10


@wrong("That is where less than 10 % is left. The question asks for less than 1 %.")
def one_tenth_left():
    return next(n for n in range(100) if 0.9**n < 0.1)


STEPS_UNTIL_LOST = Exercise(
    id="2a.Q3",
    title="How many steps back until the gradient is lost?",
    difficulty=1,
    minutes=3,
    kind="value",
    reference=steps_until_lost,
    also_right=(lambda: next(n for n in range(100) if 0.9**n < 0.01),),
    misconceptions=(one_too_few, a_tenth_of_the_whole, one_tenth_left),
    hints=(
        "Begin with 1, multiply by 0.9 at each step, and count.",
        "A `while` loop with two variables, or `0.9 ** n` for n = 0, 1, 2 …",
    ),
    rtol=0.0,
    atol=0.0,
)
