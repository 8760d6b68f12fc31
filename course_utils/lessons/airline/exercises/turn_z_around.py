"""Exercise 5b.2: turn the update gate around."""

import torch
from torch import Tensor

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.airline.gru_cases import gru_case, gru_cases


def turn_z_around(
    w_ih: Tensor, w_hh: Tensor, b_ih: Tensor, b_hh: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Change stacked weights (3·hidden, …) so that 1 − z takes the place of z."""
    turned = []
    for weight in (w_ih, w_hh, b_ih, b_hh):
        r, z, n = weight.chunk(3)
        turned.append(torch.cat([r, -z, n]))
    return turned[0], turned[1], turned[2], turned[3]


def in_a_copy(*weights):
    turned = tuple(weight.clone() for weight in weights)
    for weight in turned:
        hidden = len(weight) // 3
        weight[hidden : 2 * hidden] *= -1
    return turned


def with_signs(weight, *signs):
    return torch.cat([sign * part for sign, part in zip(signs, weight.chunk(3), strict=True)])


@wrong(
    "The weights changed their sign and the biases didn't. The whole argument of the gate has "
    "to change its sign."
)
def biases_forgotten(w_ih, w_hh, b_ih, b_hh):
    return with_signs(w_ih, 1, -1, 1), with_signs(w_hh, 1, -1, 1), b_ih, b_hh


@wrong(
    "Only the biases changed their sign. The whole argument of the gate has to, the weights "
    "as well."
)
def biases_only(w_ih, w_hh, b_ih, b_hh):
    return w_ih, w_hh, with_signs(b_ih, 1, -1, 1), with_signs(b_hh, 1, -1, 1)


@wrong("That is the reset gate, the first third. The update gate is the second.")
def reset_gate_turned(*weights):
    return tuple(with_signs(weight, -1, 1, 1) for weight in weights)


@wrong("That is the candidate, the last third. The update gate is the second.")
def candidate_turned(*weights):
    return tuple(with_signs(weight, 1, 1, -1) for weight in weights)


@wrong("Everything changed its sign. Only the update gate should: the second third.")
def everything_turned(*weights):
    return tuple(-weight for weight in weights)


@wrong(
    "This takes 1 minus the weights. It's the gate's *output* that has to become 1 - z, and 1 "
    "- σ(a) = σ(-a)."
)
def one_minus_the_weights(*weights):
    thirds = [weight.chunk(3) for weight in weights]
    return tuple(torch.cat([r, 1 - z, n]) for r, z, n in thirds)


def in_place(*weights):
    for weight in weights:
        weight.chunk(3)[1].neg_()
    return weights


def _weights(case: Case) -> Case:
    return Case(*case.args[2:], label=case.label)


def _space(draw: Draw) -> Case:
    dtype = draw.one_of("dtype", (torch.float32, torch.float64))
    case = gru_case(draw, 1, draw.size("inputs"), draw.size("hidden"), dtype)
    return _weights(case)


TURN = Exercise(
    id="5b.2",
    title="Turn the update gate around",
    difficulty=3,
    minutes=8,
    optional=True,
    reference=turn_z_around,
    also_right=(in_a_copy, in_place),
    cases=lambda: tuple(_weights(case) for case in gru_cases()),
    space=_space,
    in_place=True,
    misconceptions=(
        biases_forgotten,
        biases_only,
        reset_gate_turned,
        candidate_turned,
        everything_turned,
        one_minus_the_weights,
    ),
    hints=(
        "What do you have to put into the sigmoid to get 1 - σ(a)?",
        "Change the sign of the second third, in all four tensors.",
    ),
    returns=("w_ih", "w_hh", "b_ih", "b_hh"),
)
