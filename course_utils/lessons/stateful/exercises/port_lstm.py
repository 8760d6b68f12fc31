"""Exercise 4b.3: port an LSTM."""

import numpy as np
import torch
from torch import Tensor

from course_utils.checking import Exercise, wrong
from course_utils.lessons.stateful.keras_cases import keras_cases, keras_space


def port_lstm(
    kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Keras' (inputs, 4H), (H, 4H), (4H,) to torch's w_ih, w_hh, b_ih, b_hh; zeros in b_hh."""
    w_ih, w_hh, b_ih = (
        torch.from_numpy(part.T.copy()) for part in (kernel, recurrent_kernel, bias)
    )
    return w_ih, w_hh, b_ih, torch.zeros_like(b_ih)


def by_tensors(kernel, recurrent_kernel, bias):
    w_ih, w_hh = torch.tensor(kernel).t(), torch.tensor(recurrent_kernel).t().contiguous()
    return w_ih, w_hh, torch.tensor(bias), torch.zeros(len(bias))


@wrong(
    "The shapes are right, but the numbers are scrambled, because reshape deals them out in "
    "their old order. Transpose instead."
)
def reshaped(kernel, recurrent_kernel, bias):
    _, _, b_ih, b_hh = port_lstm(kernel, recurrent_kernel, bias)
    kernels = (torch.tensor(part) for part in (kernel, recurrent_kernel))
    return *(part.reshape(part.shape[::-1]) for part in kernels), b_ih, b_hh


@wrong(
    "Keras multiplies by the kernel, torch by the transpose of its weight, so the kernels must "
    "be transposed."
)
def as_they_are(kernel, recurrent_kernel, bias):
    _, _, b_ih, b_hh = port_lstm(kernel, recurrent_kernel, bias)
    return torch.tensor(kernel), torch.tensor(recurrent_kernel), b_ih, b_hh


@wrong("Both vectors hold the bias now, and torch adds them up: that's twice the bias.")
def bias_twice(*arrays):
    w_ih, w_hh, b_ih, _ = port_lstm(*arrays)
    return w_ih, w_hh, b_ih, b_ih


@wrong(
    "The output would be right. But put the whole bias into `b_ih` and zeros into `b_hh`; "
    "lesson 04b, `does-not-learn-like-keras`, shows why."
)
def bias_halved(*arrays):
    w_ih, w_hh, b_ih, _ = port_lstm(*arrays)
    return w_ih, w_hh, b_ih / 2, b_ih / 2


@wrong("The bias is in `b_hh` and the zeros are in `b_ih`. Swap them.")
def bias_in_the_second(*arrays):
    w_ih, w_hh, b_ih, b_hh = port_lstm(*arrays)
    return w_ih, w_hh, b_hh, b_ih


@wrong(
    "The gates were reordered. For the LSTM the orders agree: Keras' i, f, c, o is torch's "
    "i, f, g, o."
)
def gates_reordered(*arrays):
    parts = [part.chunk(4) for part in port_lstm(*arrays)]
    return tuple(torch.cat([i, f, o, c]) for i, f, c, o in parts)


@wrong("These numbers have 64 bits. The arrays that came in and torch's layers have 32.")
def doubles(*arrays):
    return tuple(part.double() for part in port_lstm(*arrays))


@wrong("Keras has three parts, but torch has a fourth: its second bias. Fill it with zeros.")
def three_parts(*arrays):
    return port_lstm(*arrays)[:3]


PORT_LSTM = Exercise(
    id="4b.3",
    title="Port an LSTM",
    difficulty=1,
    minutes=4,
    reference=port_lstm,
    also_right=(by_tensors,),
    cases=lambda: keras_cases(gates=4),
    space=keras_space(gates=4),
    misconceptions=(
        reshaped,
        as_they_are,
        bias_twice,
        bias_halved,
        bias_in_the_second,
        gates_reordered,
        doubles,
        three_parts,
    ),
    hints=(
        "A kernel has shape (inputs, 4H), a weight (4H, inputs).",
        "Use `torch.from_numpy(kernel.T.copy())`, and `torch.zeros_like` for the second bias.",
    ),
    returns=("w_ih", "w_hh", "b_ih", "b_hh"),
)
