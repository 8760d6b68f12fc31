"""Exercise 8.4: the gate bias for a memory of n steps."""

import math

import numpy as np

from course_utils.checking import Case, Draw, Exercise, Rejected, wrong


def gate_bias(steps: int, left: float) -> float:
    """Give the bias (a number) of a sigmoid gate that leaves this share of a state after steps."""
    z = left ** (1 / steps)
    return float(np.log(z / (1 - z)))


def by_logarithms(steps, left):
    return float(-np.log(np.expm1(-np.log(left) / steps)))


@wrong("That's the gate. The bias is what goes into its sigmoid: log(z / (1 - z)).")
def the_gate_itself(steps, left):
    return left ** (1 / steps)


@wrong(
    "This gives a gate of left / steps. The gate works once per step: its power z ** steps counts."
)
def divided(steps, left):
    return math.log(left / steps / (1 - left / steps))


@wrong("The gate must leave the share after all the steps, not after one.")
def after_one_step(steps, left):
    return math.log(left / (1 - left))


@wrong("The bias has the wrong sign: this gate would forget what it should keep.")
def wrong_sign(steps, left):
    return -gate_bias(steps, left)


@wrong("The sigmoid's inverse isn't the logarithm alone: log(z / (1 - z)).")
def logarithm_alone(steps, left):
    return math.log(left) / steps


@wrong("This makes the gate 1 - 1/steps, whatever `left` says: about 37% is left then.")
def one_in_steps(steps, left):
    return math.log(max(steps - 1, 1e-6))


@wrong("This gate loses the share `left`: it leaves 1 - left. Which of the two is asked for?")
def share_that_is_lost(steps, left):
    return gate_bias(steps, 1 - left)


@wrong("That inverts a tanh. This gate is a sigmoid.")
def inverse_of_tanh(steps, left):
    return math.atanh(left ** (1 / steps))


@wrong("The root was taken of the wrong number: z ** steps = left, so z = left ** (1 / steps).")
def roots_exchanged(steps, left):
    z = steps ** (-left)
    return math.log(z / (1 - z)) if z < 1 else math.inf


def _space(draw: Draw) -> Case:
    steps = draw.one_of("steps", (1, 2, 5, 20, 100, 200, 1000, 5000))
    left = draw.one_of("left", (0.5, 0.9, 0.1, 0.37, 0.99, 0.01))
    return Case(steps, left, label=f"{steps} steps, {left:g} left")


def _leaves_what_was_asked(answer) -> None:
    bias = answer(50, 0.25)
    z = 1 / (1 + math.exp(-float(bias)))
    if abs(z**50 - 0.25) > 1e-4:
        raise Rejected(
            f"With your bias for 50 steps, {z**50:.3g} of a state is left after them, wanted 0.25."
        )


BIAS = Exercise(
    id="8.4",
    title="The gate bias for a memory of n steps",
    difficulty=2,
    minutes=4,
    reference=gate_bias,
    also_right=(by_logarithms,),
    cases=(
        Case(200, 0.5, label="half is left after 200 steps"),
        Case(20, 0.1, label="a tenth is left after 20 steps"),
    ),
    space=_space,
    misconceptions=(
        *(the_gate_itself, divided, after_one_step, wrong_sign, logarithm_alone, one_in_steps),
        *(share_that_is_lost, inverse_of_tanh, roots_exchanged),
    ),
    properties=(_leaves_what_was_asked,),
    hints=(
        "First the gate: its value z works once at every step, so `z ** steps` is left. Solve that "
        "for z.",
        "Then the bias: z is the sigmoid of the bias. The sigmoid is undone by log(z / (1 - z)).",
    ),
    returns=("bias",),
    rtol=1e-3,
    atol=1e-4,
)
