"""The state that is handed in, and the session that keeps one."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from course_utils.recurrent import Forecaster, SequenceModel, Session, State

cells = pytest.mark.parametrize("cell", ["RNN", "GRU", "LSTM"])


def parts(state: State | None) -> tuple[Tensor, ...]:
    assert state is not None
    return state if isinstance(state, tuple) else (state,)


def equal(one: State | None, other: State | None) -> bool:
    return all(map(torch.equal, parts(one), parts(other)))


def model_of(cell: str) -> SequenceModel:
    torch.manual_seed(0)
    return SequenceModel(hidden=4, cell=cell)


# ---- a state that does not fit


def state_of(cell: str, *shape: int, dtype: torch.dtype = torch.float32) -> State:
    part = torch.zeros(*shape, dtype=dtype)
    return (part, part.clone()) if cell == "LSTM" else part


@cells
@pytest.mark.parametrize("kind", [SequenceModel, Forecaster])
@pytest.mark.parametrize("shape", [(1, 5, 4), (1, 1, 4), (1, 3, 5), (3, 1, 4), (2, 3, 4), (3, 4)])
def test_a_state_of_another_shape_is_refused(cell: str, kind: Any, shape: tuple[int, ...]) -> None:
    model = kind(hidden=4, cell=cell)
    x = torch.zeros(3, 7, 1)
    model(x, state_of(cell, 1, 3, 4))
    name = "h" if cell == "LSTM" else "state"
    wanted = rf"^{name} must have shape \(layers, batch, hidden\) = \(1, 3, 4\), got \({shape[0]}, "
    with pytest.raises(ValueError, match=wanted):
        model(x, state_of(cell, *shape))


def test_of_a_pair_both_parts_are_looked_at() -> None:
    x, good = torch.zeros(3, 7, 1), torch.zeros(1, 3, 4)
    with pytest.raises(ValueError, match=r"^c must have shape .* = \(1, 3, 4\), got \(1, 2, 4\)"):
        model_of("LSTM")(x, (good, torch.zeros(1, 2, 4)))
    with pytest.raises(ValueError, match=r"^c must be of the model's dtype .*float32, got .*16"):
        model_of("LSTM")(x, (good, good.half()))


@cells
def test_a_state_of_another_dtype_is_refused(cell: str) -> None:
    double = state_of(cell, 1, 3, 4, dtype=torch.float64)
    with pytest.raises(ValueError, match=r"dtype torch\.float32, got torch\.float64"):
        model_of(cell)(torch.zeros(3, 7, 1), double)
    y, _ = model_of(cell).double()(torch.zeros(3, 7, 1, dtype=torch.float64), double)
    assert y.dtype == torch.float64


@pytest.mark.parametrize(
    ("cell", "state", "message"),
    [
        ("LSTM", torch.zeros(1, 3, 4), r"nn.LSTM must be the pair \(h, c\) of tensors, got Tensor"),
        # Two rows: torch would take them for h and c where there is no batch.
        ("LSTM", torch.zeros(2, 3, 4), "nn.LSTM must be the pair .* got Tensor"),
        ("LSTM", (torch.zeros(1, 3, 4),), "nn.LSTM must be the pair .* got a tuple of 1"),
        ("LSTM", (None, None), "nn.LSTM must be the pair .* got a tuple of 2"),
        ("LSTM", [torch.zeros(1, 3, 4)] * 2, "nn.LSTM must be the pair .* got list"),
        ("GRU", (torch.zeros(1, 3, 4),) * 2, "nn.GRU must be one tensor, got a tuple of 2"),
        ("RNN", (torch.zeros(1, 3, 4),), "nn.RNN must be one tensor, got a tuple of 1"),
        ("RNN", 0.0, "nn.RNN must be one tensor, got float"),
    ],
)
def test_a_state_of_another_kind_is_refused(cell: str, state: Any, message: str) -> None:
    with pytest.raises(TypeError, match=f"^state of an {message}"):
        model_of(cell)(torch.zeros(3, 7, 1), state)


# ---- the session


@cells
def test_carry_goes_on_where_the_batch_before_ended(cell: str) -> None:
    model, x = model_of(cell), torch.randn(3, 12, 1)
    whole, last = model(x)
    session = Session(model)
    assert session.state is None
    pieces = [session.carry(piece) for piece in x.split(4, dim=1)]
    torch.testing.assert_close(torch.cat(pieces, dim=1), whole)
    for ours, theirs in zip(parts(session.state), parts(last), strict=True):
        torch.testing.assert_close(ours, theirs)
        assert not ours.requires_grad
    first = session.carry(x[:, :4])
    assert not torch.allclose(first, pieces[0], atol=1e-4), "two calls, two answers"
    session.reset()
    assert session.state is None
    assert torch.equal(session.carry(x[:, :4]), pieces[0])


def test_gradients_reach_back_to_the_beginning_of_the_batch_and_no_further() -> None:
    session, x = Session(model_of("LSTM")), torch.randn(2, 2, 5, 1, requires_grad=True)
    session.carry(x[0])
    session.carry(x[1])[:, -1].sum().backward()
    assert x.grad is not None
    assert (x.grad[0] == 0).all()
    assert (x.grad[1] != 0).all()


@cells
@pytest.mark.parametrize("training", [True, False])
def test_peek_and_evaluate_leave_everything_as_it_was(cell: str, training: bool) -> None:
    class Dropping(SequenceModel):
        def forward(self, x: Tensor, state: State | None = None) -> tuple[Tensor, State]:
            y, state = super().forward(x, state)
            return nn.functional.dropout(y, 0.5, self.training), state

    torch.manual_seed(1)
    model = Dropping(hidden=4, cell=cell).train(training)
    x, other, target = torch.randn(3, 6, 1), torch.randn(3, 2, 1), torch.randn(3, 6, 1)
    session = Session(model)
    session.carry(other)
    before = tuple(part.clone() for part in parts(session.state))
    answer, error = session.peek(x), session.evaluate(x, target)
    assert torch.equal(session.peek(x), answer)
    assert session.evaluate(x, target) == error
    assert error == pytest.approx(((answer - target) ** 2).mean().item(), rel=1e-5)
    assert equal(session.state, before if cell == "LSTM" else before[0])
    assert not answer.requires_grad
    assert model.training is training
    assert all(p.grad is None for p in model.parameters())
    # It starts from the state that was carried, not from zeros.
    model.eval()
    torch.testing.assert_close(answer, model(x, session.state)[0])
    assert not torch.allclose(answer, model(x)[0], atol=1e-4)


def test_a_refused_batch_leaves_the_state_and_the_mode() -> None:
    session = Session(model_of("LSTM").train())
    session.carry(torch.randn(3, 4, 1))
    before = session.state
    for call in (session.carry, session.peek):
        with pytest.raises(ValueError, match=r"= \(1, 2, 4\), got \(1, 3, 4\)"):
            call(torch.zeros(2, 4, 1))
    assert session.state is before
    assert session.model.training
    session.reset()
    assert session.carry(torch.zeros(2, 4, 1)).shape == (2, 4, 1)


def test_a_part_that_was_frozen_stays_frozen() -> None:
    model = model_of("LSTM").train()
    model.recurrent.eval()
    Session(model).peek(torch.zeros(2, 4, 1))
    assert [part.training for part in (model, model.recurrent, model.readout)] == [1, 0, 1]


def test_a_target_that_would_be_broadcast_is_refused() -> None:
    session = Session(model_of("RNN"))
    with pytest.raises(
        ValueError,
        match=r"target must have the answer's shape \(2, 4, 1\), got .* \(2, 4\)",
    ):
        session.evaluate(torch.zeros(2, 4, 1), torch.zeros(2, 4))


def test_it_is_no_module_and_shares_the_models_weights() -> None:
    model = model_of("GRU")
    session = Session(model)
    assert not isinstance(session, nn.Module)
    assert session.model is model
    other = Session(model)
    session.carry(torch.ones(1, 3, 1))
    assert other.state is None, "each session has a state of its own"
