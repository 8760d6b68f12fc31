"""The hand-written LSTM, compared with torch's."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from course_utils.recurrent import lstm_step

Pair = tuple[Tensor, Tensor]


def weights(hidden: int = 4, inputs: int = 3) -> tuple[nn.LSTM, list[Tensor]]:
    torch.manual_seed(0)
    layer = nn.LSTM(inputs, hidden, batch_first=True)
    return layer, list(layer.parameters())


def pair(batch: int = 2, hidden: int = 4) -> Pair:
    return torch.randn(batch, hidden), torch.randn(batch, hidden)


def test_step_by_step_it_is_torchs_layer_in_output_state_and_gradient() -> None:
    layer, parameters = weights()
    x, state = torch.randn(2, 6, 3), pair()
    wanted, (h_wanted, c_wanted) = layer(x, (state[0][None], state[1][None]))
    outputs = []
    for step in range(6):
        state = lstm_step(x[:, step], state, *parameters)
        outputs.append(state[0])
    by_hand = torch.stack(outputs, dim=1)
    torch.testing.assert_close(by_hand, wanted)
    torch.testing.assert_close(state[0], h_wanted[0])
    torch.testing.assert_close(state[1], c_wanted[0])
    for own, theirs in zip(
        torch.autograd.grad(by_hand.square().sum(), parameters),
        torch.autograd.grad(wanted.square().sum(), parameters),
        strict=True,
    ):
        torch.testing.assert_close(own, theirs)


def test_the_two_biases_act_as_one() -> None:
    _, (w_ih, w_hh, b_ih, b_hh) = weights()
    x, state = torch.randn(2, 3), pair()
    both = lstm_step(x, state, w_ih, w_hh, b_ih, b_hh)
    one = lstm_step(x, state, w_ih, w_hh, b_ih + b_hh, torch.zeros_like(b_hh))
    for own, theirs in zip(both, one, strict=True):
        torch.testing.assert_close(own, theirs)


@pytest.mark.parametrize(
    ("quarter", "number", "wanted"),
    [(0, -50.0, "the cell halves"), (1, 50.0, "the cell is kept whole"), (3, -50.0, "silence")],
)
def test_each_gate_stands_in_its_quarter(quarter: int, number: float, wanted: str) -> None:
    """With weights of nought the gates are what the bias says: i and f and o ½, g 0."""
    bias, nothing = torch.zeros(16), torch.zeros(16, 4)
    bias[4 * quarter : 4 * quarter + 4] = number
    h, c = lstm_step(torch.randn(2, 4), (h0 := pair()), nothing, nothing, bias, torch.zeros(16))
    kept = h0[1] if wanted == "the cell is kept whole" else h0[1] / 2
    torch.testing.assert_close(c, kept)
    said = torch.zeros(2, 4) if wanted == "silence" else torch.tanh(kept) / 2
    torch.testing.assert_close(h, said)


def test_the_candidate_stands_in_the_third_quarter() -> None:
    bias, nothing = torch.zeros(8), torch.zeros(8, 2)
    bias[4:6] = 50.0
    zero = torch.zeros(3, 2)
    _, c = lstm_step(zero, (zero, zero), nothing, nothing, bias, torch.zeros(8))
    torch.testing.assert_close(c, torch.full((3, 2), 0.5))


@pytest.mark.parametrize(
    ("state", "error", "message"),
    [
        (torch.zeros(2, 4), TypeError, r"got a tensor of shape \(2, 4\)"),
        ((torch.zeros(2, 4),), TypeError, "got a tuple of 1"),
        ((torch.zeros(2, 4), None), TypeError, "got a tuple of 2: a tensor .*, None"),
        ([torch.zeros(2, 4)] * 2, TypeError, "got a list of 2"),
        ((torch.zeros(1, 4), torch.zeros(2, 4)), ValueError, r"shape \(1, 4\)"),
        ((torch.zeros(2, 4), torch.zeros(1, 2, 4)), ValueError, r"shape \(1, 2, 4\)"),
    ],
)
def test_a_state_that_is_none_is_refused(state: Any, error: type[Exception], message: str) -> None:
    _, parameters = weights()
    with pytest.raises(error, match="^state must be a tuple of 2, each a float .*" + message):
        lstm_step(torch.zeros(2, 3), state, *parameters)
