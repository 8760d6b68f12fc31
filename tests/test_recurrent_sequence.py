"""The model that reads out every step, and its state."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from course_utils.recurrent import CELLS, SequenceModel, State

cells = pytest.mark.parametrize("cell", ["RNN", "GRU", "LSTM"])


def parts(state: State) -> tuple[Tensor, ...]:
    return state if isinstance(state, tuple) else (state,)


@cells
def test_shapes_in_and_out(cell: str) -> None:
    model = SequenceModel(hidden=5, cell=cell, inputs=2, outputs=3)
    y, state = model(torch.zeros(4, 7, 2))
    assert y.shape == (4, 7, 3)
    assert isinstance(state, tuple) == (cell == "LSTM")
    assert [part.shape for part in parts(state)] == [(1, 4, 5)] * len(parts(state))
    assert isinstance(model.recurrent, CELLS[cell])  # type: ignore[arg-type]


def test_it_is_the_published_network_unless_told_otherwise() -> None:
    model = SequenceModel()
    assert isinstance(model.recurrent, nn.RNN)
    assert (model.recurrent.input_size, model.recurrent.hidden_size) == (1, 32)
    assert sum(p.numel() for p in model.parameters()) == 32 + 32 * 32 + 32 + 32 + 32 + 1


@cells
def test_every_step_is_read_out_by_the_same_weights(cell: str) -> None:
    torch.manual_seed(0)
    model = SequenceModel(hidden=4, cell=cell, outputs=2)
    x = torch.randn(3, 6, 1)
    y, _ = model(x)
    output, _ = model.recurrent(x)
    for step in range(6):
        wanted = output[:, step] @ model.readout.weight.T + model.readout.bias
        torch.testing.assert_close(y[:, step], wanted)


@cells
def test_two_halves_with_the_state_between_them_make_the_whole(cell: str) -> None:
    torch.manual_seed(1)
    model = SequenceModel(hidden=4, cell=cell)
    x = torch.randn(2, 9, 1)
    whole, last = model(x)
    first, state = model(x[:, :4])
    second, end = model(x[:, 4:], state)
    torch.testing.assert_close(torch.cat([first, second], dim=1), whole)
    for ours, theirs in zip(parts(end), parts(last), strict=True):
        torch.testing.assert_close(ours, theirs)
    forgot, _ = model(x[:, 4:])
    assert not torch.allclose(forgot, second, atol=1e-4)
    again, _ = model(x)
    assert torch.equal(again, whole), "nothing is remembered between two calls"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"cell": "rnn"}, "cell must be one of 'RNN', 'GRU', 'LSTM', got 'rnn'"),
        ({"hidden": 0}, "hidden must be a whole number, at least 1, got 0"),
        ({"inputs": 0}, "inputs must be a whole number, at least 1, got 0"),
        ({"outputs": -1}, "outputs must be a whole number, at least 1, got -1"),
    ],
)
def test_what_makes_no_network_is_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SequenceModel(**settings)


def test_an_input_without_a_batch_is_refused() -> None:
    with pytest.raises(
        ValueError,
        match=r"x must be .* = \(batch, steps ≥ 1, 1\), got .* \(7, 1\)",
    ):
        SequenceModel()(torch.zeros(7, 1))
