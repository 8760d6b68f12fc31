"""Exercise 5b.1: one step of a GRU."""

import torch
from torch import Tensor

from course_utils.checking import Exercise, wrong
from course_utils.checking.forbidding import READY_MADE_CELLS, never_calls
from course_utils.lessons.airline.gru_cases import gru_cases, gru_space


def gru_by_hand(
    x: Tensor, state: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor, b_hh: Tensor
) -> Tensor:
    """Take x (batch, inputs) and state (batch, hidden) one step on, as nn.GRU does."""
    x_r, x_z, x_n = (x @ w_ih.T + b_ih).chunk(3, dim=1)
    h_r, h_z, h_n = (state @ w_hh.T + b_hh).chunk(3, dim=1)
    r = torch.sigmoid(x_r + h_r)
    z = torch.sigmoid(x_z + h_z)
    n = torch.tanh(x_n + r * h_n)
    return (1 - z) * n + z * state


def gates(x, state, w_ih, w_hh, b_ih, b_hh):
    """Give r and z, and what the candidate is made of: the input's part and the state's."""
    x_r, x_z, x_n = (x @ w_ih.T + b_ih).chunk(3, dim=1)
    h_r, h_z, h_n = (state @ w_hh.T + b_hh).chunk(3, dim=1)
    return torch.sigmoid(x_r + h_r), torch.sigmoid(x_z + h_z), x_n, h_n


def gate_by_gate(x, state, *weights):
    r, z, n = zip(*(weight.chunk(3) for weight in weights), strict=True)
    r, z = (torch.sigmoid(x @ w.T + b + state @ u.T + c) for w, u, b, c in (r, z))
    w, u, b, c = n
    n = torch.tanh(x @ w.T + b + r * (state @ u.T + c))
    return n + z * (state - n)


@wrong(
    "The candidate uses the update gate where it should use the reset gate. That's the slip "
    "of the published `getTempHt`, which calls `getZt`."
)
def update_gate_for_reset_gate(x, state, *weights):
    _, z, x_n, h_n = gates(x, state, *weights)
    return (1 - z) * torch.tanh(x_n + z * h_n) + z * state


@wrong(
    "The candidate has lost its input: it's made from the state alone, as in the published "
    "`getTempHt`."
)
def input_dropped(x, state, *weights):
    r, z, _, h_n = gates(x, state, *weights)
    return (1 - z) * torch.tanh(r * h_n) + z * state


@wrong(
    "The reset gate acts on the state before the multiplication, as in version 3 of the "
    "paper. torch multiplies first and gates afterwards: r * (h W + b)."
)
def reset_before_the_product(x, state, *weights):
    r, z, x_n, _ = gates(x, state, *weights)
    w_n, b_n = weights[1].chunk(3)[2], weights[3].chunk(3)[2]
    return (1 - z) * torch.tanh(x_n + (r * state) @ w_n.T + b_n) + z * state


@wrong(
    "The update gate is the wrong way round. In torch, z *keeps* the old state: (1 - z) n + z h."
)
def z_replaces(x, state, *weights):
    r, z, x_n, h_n = gates(x, state, *weights)
    return z * torch.tanh(x_n + r * h_n) + (1 - z) * state


@wrong("The weights were taken in Keras' order z, r, n. torch stacks them as r, z, n.")
def keras_order(x, state, *weights):
    z, r, x_n, h_n = gates(x, state, *weights)
    return (1 - z) * torch.tanh(x_n + r * h_n) + z * state


@wrong("`b_hh` is missing in the two gates. torch has two biases per gate, and both count.")
def bias_left_out(x, state, w_ih, w_hh, b_ih, b_hh):
    r, z, x_n, h_n = gates(x, state, w_ih, w_hh, b_ih, torch.zeros_like(b_hh))
    return (1 - z) * torch.tanh(x_n + r * (h_n + b_hh.chunk(3)[2])) + z * state


@wrong("The candidate's second bias is outside the reset gate. It belongs inside: r * (h U + c).")
def bias_outside_the_reset(x, state, *weights):
    r, z, x_n, h_n = gates(x, state, *weights)
    b_n = weights[3].chunk(3)[2]
    return (1 - z) * torch.tanh(x_n + r * (h_n - b_n) + b_n) + z * state


@wrong("The candidate sees the whole old state, because the reset gate r isn't used.")
def no_reset(x, state, *weights):
    _, z, x_n, h_n = gates(x, state, *weights)
    return (1 - z) * torch.tanh(x_n + h_n) + z * state


@wrong("The candidate goes through the sigmoid. It should go through tanh, from -1 to 1.")
def sigmoid_for_tanh(x, state, *weights):
    r, z, x_n, h_n = gates(x, state, *weights)
    return (1 - z) * torch.sigmoid(x_n + r * h_n) + z * state


GRU = Exercise(
    id="5b.1",
    title="One step of a GRU",
    difficulty=3,
    minutes=25,
    optional=True,
    reference=gru_by_hand,
    also_right=(gate_by_gate,),
    cases=gru_cases,
    space=gru_space,
    properties=(
        never_calls(
            *(*READY_MADE_CELLS, "torch.nn.Linear"),
            says="Write the step from its formulas, with the weights you are given.",
            case=lambda: gru_cases()[0],
        ),
    ),
    misconceptions=(
        update_gate_for_reset_gate,
        input_dropped,
        reset_before_the_product,
        z_replaces,
        keras_order,
        bias_left_out,
        bias_outside_the_reset,
        no_reset,
        sigmoid_for_tanh,
    ),
    hints=(
        "Multiply once: `(x @ w_ih.T + b_ih).chunk(3, dim=1)` gives the three input parts r, z, n.",
        "The candidate is tanh of its input part plus r times its state part, bias included.",
    ),
    returns=("state",),
    rtol=1e-4,
    atol=1e-5,
)
