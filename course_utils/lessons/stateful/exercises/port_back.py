"""Exercise 4b.6: the way back."""

import numpy as np
import torch
from torch import Tensor

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.stateful.samples import lstm_weights


def port_back(
    w_ih: Tensor, w_hh: Tensor, b_ih: Tensor, b_hh: Tensor
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Four tensors of an nn.LSTM to Keras' kernel (inputs, 4H), recurrent (H, 4H), bias (4H,)."""
    return w_ih.T.numpy(), w_hh.T.numpy(), (b_ih + b_hh).numpy()


def by_arrays(*weights):
    kernel, recurrent, first, second = map(np.array, weights)
    return kernel.transpose(), recurrent.transpose(), np.sum([first, second], axis=0)


@wrong("The second bias is lost. Right after a port it's zero, but not after training in torch.")
def first_alone(w_ih, w_hh, b_ih, b_hh):
    return w_ih.T.numpy(), w_hh.T.numpy(), b_ih.numpy()


@wrong("The gates see the sum of the two biases, not their mean.")
def mean(w_ih, w_hh, b_ih, b_hh):
    return w_ih.T.numpy(), w_hh.T.numpy(), ((b_ih + b_hh) / 2).numpy()


@wrong("Keras' GRU has two rows of biases, but its LSTM has one vector. Use the sum.")
def stacked(w_ih, w_hh, b_ih, b_hh):
    return w_ih.T.numpy(), w_hh.T.numpy(), torch.stack([b_ih, b_hh]).numpy()


@wrong("This puts the two biases end to end. Keras' LSTM has one vector of 4H numbers: the sum.")
def end_to_end(w_ih, w_hh, b_ih, b_hh):
    return w_ih.T.numpy(), w_hh.T.numpy(), torch.cat([b_ih, b_hh]).numpy()


@wrong("The shapes are torch's. Keras wants the weights transposed.")
def not_transposed(w_ih, w_hh, b_ih, b_hh):
    return w_ih.numpy(), w_hh.numpy(), (b_ih + b_hh).numpy()


@wrong("These are tensors. Keras' `set_weights` takes NumPy arrays, so call `.numpy()`.")
def tensors(w_ih, w_hh, b_ih, b_hh):
    return w_ih.T, w_hh.T, b_ih + b_hh


def _case(draw: Draw, inputs: int, hidden: int, kind: str | None = None) -> Case:
    weights = lstm_weights(draw, inputs, hidden, kind=kind)
    return Case(*weights, label=f"{inputs} inputs, hidden {hidden}")


def _cases() -> tuple[Case, ...]:
    draw = Draw("readable")
    return _case(draw, 2, 3, "normal"), _case(draw, 5, 1, "normal")


BACK = Exercise(
    id="4b.6",
    title="The way back",
    difficulty=1,
    minutes=3,
    optional=True,
    reference=port_back,
    also_right=(by_arrays,),
    cases=_cases,
    space=lambda draw: _case(draw, draw.size("inputs"), draw.size("hidden")),
    misconceptions=(first_alone, mean, stacked, end_to_end, not_transposed, tensors),
    hints=(
        "Keras has one bias. How do torch's gates use their two?",
        "Use `.T` and `.numpy()`; the tensors come without gradients here.",
    ),
    returns=("kernel", "recurrent kernel", "bias"),
)
