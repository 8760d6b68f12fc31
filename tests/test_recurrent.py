"""The models, the state that goes in and out, and the hand-written GRU."""

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from course_utils.recurrent import CELLS, Forecaster, State, detach, gru_step

cells = pytest.mark.parametrize("cell", ["RNN", "GRU", "LSTM"])


def parts(state: State) -> tuple[Tensor, ...]:
    return state if isinstance(state, tuple) else (state,)


# ------------------------------------------------------------- Forecaster


@cells
def test_shapes_in_and_out(cell: str) -> None:
    model = Forecaster(hidden=5, horizon=3, cell=cell, inputs=2)
    y, state = model(torch.zeros(4, 7, 2))
    assert y.shape == (4, 3)
    assert isinstance(state, tuple) == (cell == "LSTM")
    assert [part.shape for part in parts(state)] == [(1, 4, 5)] * (2 if cell == "LSTM" else 1)
    assert isinstance(model.recurrent, CELLS[cell])  # type: ignore[arg-type]


@cells
def test_the_state_carries_the_first_half_into_the_second(cell: str) -> None:
    torch.manual_seed(0)
    model = Forecaster(hidden=6, cell=cell)
    x = torch.randn(3, 10, 1)
    whole, last = model(x)
    _, state = model(x[:, :4])
    carried, end = model(x[:, 4:], state)
    torch.testing.assert_close(carried, whole)
    for ours, theirs in zip(parts(end), parts(last), strict=True):
        torch.testing.assert_close(ours, theirs)
    forgot, _ = model(x[:, 4:])
    assert not torch.allclose(forgot, whole, atol=1e-4), "without its state it must differ"


@cells
def test_no_state_is_a_zero_state_and_nothing_is_remembered(cell: str) -> None:
    torch.manual_seed(0)
    model = Forecaster(hidden=6, cell=cell)
    x = torch.randn(2, 5, 1)
    first, state = model(x)
    second, _ = model(x)
    assert torch.equal(first, second)
    nothing = tuple(torch.zeros_like(part) for part in parts(state))
    zero, _ = model(x, nothing if cell == "LSTM" else nothing[0])
    assert torch.equal(first, zero)
    kept = [
        item
        for module in model.modules()
        for value in vars(module).values()
        for item in (value if isinstance(value, tuple | list) else [value])
        if isinstance(item, Tensor) and not isinstance(item, nn.Parameter)
    ]
    assert kept == []
    assert list(model.buffers()) == []


@cells
def test_two_layers_carry_two_states_and_want_two(cell: str) -> None:
    model, x = Forecaster(3, horizon=2, cell=cell, layers=2), torch.randn(4, 6, 1)
    y, state = model(x)
    assert y.shape == (4, 2)
    assert all(part.shape == (2, 4, 3) for part in parts(state))
    model(x, state)
    one = tuple(part[:1] for part in parts(state))
    with pytest.raises(ValueError, match=r"hidden\) = \(2, 4, 3\), got \(1, 4, 3\)"):
        model(x, one if isinstance(state, tuple) else one[0])


def test_the_first_layer_is_the_same_for_every_horizon() -> None:
    """So that a comparison of horizons at one seed starts from equal numbers."""
    torch.manual_seed(1)
    one = Forecaster(hidden=4, horizon=1)
    torch.manual_seed(1)
    twelve = Forecaster(hidden=4, horizon=12)
    assert torch.equal(one.recurrent.weight_hh_l0, twelve.recurrent.weight_hh_l0)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"cell": "gru"}, "cell must be one of 'RNN', 'GRU', 'LSTM', got 'gru'"),
        ({"hidden": 0}, "hidden must be a whole number, at least 1, got 0"),
        ({"horizon": -1}, "horizon must be a whole number, at least 1, got -1"),
        ({"inputs": 0}, "inputs must be a whole number, at least 1, got 0"),
    ],
)
def test_bad_sizes_are_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Forecaster(**wrong)


def test_a_missing_axis_is_refused() -> None:
    wanted = r"x must be .* = \(batch, steps ≥ 1, 1\), got .* \(12, 1\)"
    with pytest.raises(ValueError, match=wanted):
        Forecaster(hidden=2)(torch.zeros(12, 1))


# ----------------------------------------------------------------- detach


@cells
def test_detach_cuts_the_history_and_shares_the_numbers(cell: str) -> None:
    _, state = Forecaster(hidden=3, cell=cell)(torch.ones(2, 4, 1))
    cut = detach(state)
    assert type(cut) is type(state)
    for before, after in zip(parts(state), parts(cut), strict=True):
        assert before.requires_grad
        assert before.grad_fn is not None
        assert not after.requires_grad
        assert after.grad_fn is None
        assert after.data_ptr() == before.data_ptr()


@pytest.mark.parametrize("wrong", [None, [torch.zeros(1)] * 2, (torch.zeros(1),), (1, 2)])
def test_detach_wants_a_tensor_or_a_pair(wrong: Any) -> None:
    with pytest.raises(TypeError, match="state must be a tensor or a pair of tensors, got "):
        detach(wrong)


# --------------------------------------------------------------- gru_step


def gru_and_weights(inputs: int, hidden: int, seed: int = 0) -> tuple[nn.GRU, list[Tensor]]:
    torch.manual_seed(seed)
    gru = nn.GRU(inputs, hidden, batch_first=True)
    return gru, [parameter.detach().clone().requires_grad_() for parameter in gru.parameters()]


def by_hand(x: Tensor, state: Tensor, weights: list[Tensor], **choice: Any) -> Tensor:
    outputs = []
    for step in x.unbind(1):
        state = gru_step(step, state, *weights, **choice)
        outputs.append(state)
    return torch.stack(outputs, dim=1)


@settings(max_examples=20, deadline=None)
@given(
    st.integers(1, 4), st.integers(1, 7), st.integers(1, 3), st.integers(1, 6), st.integers(0, 999)
)
def test_the_hand_written_gru_is_torchs(
    inputs: int, hidden: int, batch: int, steps: int, seed: int
) -> None:
    gru, weights = gru_and_weights(inputs, hidden, seed)
    x, state = torch.randn(batch, steps, inputs), torch.randn(batch, hidden)
    theirs, _ = gru(x, state.unsqueeze(0))
    ours = by_hand(x, state, weights)
    torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=0)

    pull = torch.randn_like(theirs)
    (theirs * pull).sum().backward()
    (ours * pull).sum().backward()
    for own, parameter in zip(weights, gru.parameters(), strict=True):
        torch.testing.assert_close(own.grad, parameter.grad, atol=1e-5, rtol=1e-5)


def test_where_the_reset_gate_acts_matters() -> None:
    _, weights = gru_and_weights(2, 6)
    x, state = torch.randn(3, 5, 2), torch.randn(3, 6)
    after, before = (by_hand(x, state, weights, reset=reset) for reset in ("after", "before"))
    assert (after - before).abs().max() > 1e-3
    # With the candidate's own state weights at zero, nothing is left to reset but its bias.
    with torch.no_grad():
        weights[1][12:] = 0
        weights[3][12:] = 0
    after, before = (by_hand(x, state, weights, reset=reset) for reset in ("after", "before"))
    torch.testing.assert_close(after, before)


def test_reset_before_by_hand() -> None:
    """One number in, one number kept; every gate worked out on its own."""
    ones = torch.ones(1, 1)
    w_ih, w_hh = torch.tensor([[0.1], [0.2], [0.3]]), torch.tensor([[0.4], [0.5], [0.6]])
    b_ih, b_hh = torch.tensor([0.7, 0.8, 0.9]), torch.tensor([-0.1, -0.2, -0.3])
    new = gru_step(ones, 2 * ones, w_ih, w_hh, b_ih, b_hh, reset="before")
    r, update = torch.sigmoid(torch.tensor([0.1 + 0.7 + 0.8 - 0.1, 0.2 + 0.8 + 1.0 - 0.2]))
    candidate = torch.tanh(0.3 + 0.9 + 0.6 * (r * 2) - 0.3)
    torch.testing.assert_close(new, (update * 2 + (1 - update) * candidate).reshape(1, 1))


def test_the_update_gate_is_a_matter_of_sign() -> None:
    _, weights = gru_and_weights(2, 6)
    x, state = torch.randn(3, 5, 2), torch.randn(3, 6)
    keeps = by_hand(x, state, weights, z="keeps")
    replaces = by_hand(x, state, weights, z="replaces")
    assert (keeps - replaces).abs().max() > 1e-2
    with torch.no_grad():
        for weight in weights:
            weight[6:12] *= -1
    negated = by_hand(x, state, weights, z="replaces")
    torch.testing.assert_close(negated, keeps, atol=1e-6, rtol=0)


def test_an_update_gate_that_is_open_keeps_or_replaces_all() -> None:
    _, weights = gru_and_weights(1, 3)
    with torch.no_grad():
        weights[2][3:6] = 100.0  # z = 1
    x, state = torch.randn(2, 1), torch.randn(2, 3)
    assert torch.equal(gru_step(x, state, *weights, z="keeps"), state)
    assert gru_step(x, 5 * state, *weights, z="replaces").abs().max() <= 1


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"reset": "later"}, "reset must be one of 'after', 'before', got 'later'"),
        ({"z": "forgets"}, "z must be one of 'keeps', 'replaces', got 'forgets'"),
    ],
)
def test_unknown_words_are_refused(choice: dict[str, Any], message: str) -> None:
    _, weights = gru_and_weights(1, 3)
    with pytest.raises(ValueError, match=message):
        gru_step(torch.zeros(2, 1), torch.zeros(2, 3), *weights, **choice)


@pytest.mark.parametrize("shape", [(2, 4), (1, 3), (3,), (1, 2, 3)])
def test_a_state_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    _, weights = gru_and_weights(1, 3)
    with pytest.raises(ValueError, match=r"^(state|w_ih) must be a float tensor of shape"):
        gru_step(torch.zeros(2, 1), torch.zeros(shape), *weights)
