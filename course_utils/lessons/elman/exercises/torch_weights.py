"""Exercise 1a.5: the same weights for nn.RNN."""

import numpy as np
import torch

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.elman.samples import SIZES, draw_network, lesson_network, small_network


def torch_weights(
    w1: np.ndarray, w2: np.ndarray
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """From w1 (inputs + hidden, hidden), w2 to weight_ih, weight_hh, weight_out in float32."""
    inputs = len(w1) - len(w2)
    weight_ih = torch.tensor(w1[:inputs].T, dtype=torch.float32)
    weight_hh = torch.tensor(w1[inputs:].T, dtype=torch.float32)
    weight_out = torch.tensor(w2.T, dtype=torch.float32)
    return weight_ih, weight_hh, weight_out


def turned_then_split(w1, w2):
    hidden = w1.shape[1]
    turned = torch.from_numpy(w1).float().T.contiguous()
    return turned[:, :-hidden], turned[:, -hidden:], torch.from_numpy(w2).float().T


@wrong(
    "weight_hh is not transposed. It is square, so no error tells you: torch multiplies by the "
    "transpose, `state @ weight_hh.T`."
)
def context_not_turned(w1, w2):
    weight_ih, weight_hh, weight_out = torch_weights(w1, w2)
    return weight_ih, weight_hh.T, weight_out


@wrong(
    "The matrices are the wrong way round: torch keeps (outputs, inputs), so each one must be "
    "transposed."
)
def nothing_turned(w1, w2):
    return tuple(weight.T for weight in torch_weights(w1, w2))


@wrong("The input's rows were taken from the end of w1. In xh the input comes first.")
def wrong_rows(w1, w2):
    return torch_weights(np.roll(w1, len(w1) - len(w2), axis=0), w2)


@wrong("These are in double precision, but nn.RNN's weights are float32.")
def double_precision(w1, w2):
    return tuple(weight.double() for weight in torch_weights(w1, w2))


def networks() -> tuple[Case, ...]:
    """Build two networks of different sizes."""
    return (
        Case(*small_network(12), label="one input, three context units"),
        Case(*small_network(13, inputs=2, outputs=2), label="two inputs, two outputs"),
        Case(*lesson_network(), label="the lesson's sizes"),
    )


def any_network(draw: Draw) -> Case:
    """Draw a network of any size, also with as many inputs as context units, and with more."""
    return Case(*draw_network(draw, (*SIZES, (3, 3, 2), (5, 2, 1))))


TORCH_WEIGHTS = Exercise(
    id="1a.5",
    title="The same weights for nn.RNN",
    difficulty=2,
    minutes=6,
    optional=True,
    reference=torch_weights,
    also_right=(turned_then_split,),
    cases=networks,
    space=any_network,
    misconceptions=(context_not_turned, nothing_turned, wrong_rows, double_precision),
    hints=(
        "w1 holds two matrices, one above the other: the rows that read the input, then the rows "
        "that read the context.",
        "torch computes `x @ weight_ih.T + state @ weight_hh.T`: transpose all three.",
    ),
    returns=("weight_ih", "weight_hh", "weight_out"),
)
