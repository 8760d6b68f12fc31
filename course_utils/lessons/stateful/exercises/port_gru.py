"""Exercise 4b.4: port a GRU."""

import numpy as np
import torch
from torch import Tensor

from course_utils.checking import Exercise, wrong
from course_utils.lessons.stateful.keras_cases import keras_cases, keras_space


def port_gru(
    kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Keras' (inputs, 3H), (H, 3H), (2, 3H), gates z, r, h, to torch's four, gates r, z, n."""

    def swapped(part: np.ndarray) -> Tensor:
        z, r, candidate = np.split(part, 3, axis=-1)
        return torch.from_numpy(np.concatenate([r, z, candidate], axis=-1).T.copy())

    return swapped(kernel), swapped(recurrent_kernel), swapped(bias[0]), swapped(bias[1])


def by_index(kernel, recurrent_kernel, bias):
    n = len(recurrent_kernel)
    order = np.r_[n : 2 * n, 0:n, 2 * n : 3 * n]
    w_ih, w_hh = (torch.tensor(part[:, order]).T for part in (kernel, recurrent_kernel))
    b_ih, b_hh = torch.tensor(bias[:, order])
    return w_ih, w_hh, b_ih, b_hh


def _in_order(order, kernel, recurrent_kernel, bias):
    """Port the gates in any order."""
    parts = [np.split(part, 3, axis=-1) for part in (kernel, recurrent_kernel, *bias)]
    return tuple(torch.tensor(np.concatenate([p[k] for k in order], axis=-1).T) for p in parts)


@wrong("The gates are still in Keras' order, z, r, h. torch wants r, z, n.")
def as_it_is(*arrays):
    return _in_order((0, 1, 2), *arrays)


@wrong("This reverses the order. Only the first two swap places; the candidate stays last.")
def backwards(*arrays):
    return _in_order((2, 1, 0), *arrays)


@wrong("This shifts the gates round by one: r, h, z. Only the first two swap places.")
def rolled(*arrays):
    return _in_order((1, 2, 0), *arrays)


@wrong("The kernels are in torch's order, but the biases are still in Keras'.")
def bias_left(kernel, recurrent_kernel, bias):
    w_ih, w_hh, _, _ = port_gru(kernel, recurrent_kernel, bias)
    return w_ih, w_hh, torch.tensor(bias[0]), torch.tensor(bias[1])


@wrong("Row 0 of Keras' bias goes with the input (`b_ih`), row 1 with the state (`b_hh`).")
def biases_swapped(*arrays):
    w_ih, w_hh, b_ih, b_hh = port_gru(*arrays)
    return w_ih, w_hh, b_hh, b_ih


@wrong(
    "Adding the two biases is right for an LSTM. In a GRU the reset gate acts only on the "
    "second one, so keep both."
)
def biases_added(*arrays):
    w_ih, w_hh, b_ih, b_hh = port_gru(*arrays)
    return w_ih, w_hh, b_ih + b_hh, torch.zeros_like(b_hh)


@wrong("The gates are right, but the kernels must be transposed as well.")
def not_transposed(*arrays):
    w_ih, w_hh, b_ih, b_hh = port_gru(*arrays)
    return w_ih.T, w_hh.T, b_ih, b_hh


PORT_GRU = Exercise(
    id="4b.4",
    title="Port a GRU",
    difficulty=2,
    minutes=6,
    reference=port_gru,
    also_right=(by_index,),
    cases=lambda: keras_cases(gates=3, biases=2),
    space=keras_space(gates=3, biases=2),
    misconceptions=(
        as_it_is,
        backwards,
        rolled,
        bias_left,
        biases_swapped,
        biases_added,
        not_transposed,
    ),
    hints=(
        "`np.split(part, 3, axis=-1)` gives the three gates of a kernel or a bias.",
        "Swap the first two and join them again with `np.concatenate`. Then transpose, as in 4b.3.",
    ),
    returns=("w_ih", "w_hh", "b_ih", "b_hh"),
)
