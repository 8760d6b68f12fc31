"""The loop for chunks that continue each other, and judging without touching."""

from typing import Any, Literal

import pytest
import torch
from torch import Tensor, nn

from course_utils.recurrent import SequenceModel, State
from course_utils.training import (
    Rule,
    adam,
    evaluate_chunks,
    fit_chunks,
    fit_windows,
    predict_chunks,
)

Cell = Literal["RNN", "GRU", "LSTM"]
RULES: tuple[Rule, ...] = ("carry", "reset", "stale", "twice")


@pytest.fixture
def chunks() -> tuple[Tensor, Tensor]:
    torch.manual_seed(4)
    return torch.randn(6, 2, 5, 1), torch.randn(6, 2, 5, 1)


def a_model(cell: str = "RNN", seed: int = 0) -> SequenceModel:
    torch.manual_seed(seed)
    return SequenceModel(hidden=4, cell=cell)


def parts(state: State | None) -> tuple[Tensor, ...]:
    assert state is not None
    return state if isinstance(state, tuple) else (state,)


def equal(one: nn.Module, other: nn.Module) -> bool:
    return all(map(torch.equal, one.parameters(), other.parameters()))


def by_hand(
    model: SequenceModel, inputs: Tensor, targets: Tensor, rule: str
) -> tuple[list[float], list[Tensor]]:
    """Train an RNN with states numbered: states[n] is what chunk n − 1 left, states[0] zeros."""
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    zeros = torch.zeros(1, inputs.shape[1], 4)
    states, losses = [zeros], []
    for n in range(len(inputs)):
        start = {"reset": zeros, "stale": states[max(n - 1, 0)]}.get(rule, states[n])
        optimizer.zero_grad()
        y, after = model(inputs[n], start)
        loss = ((y - targets[n]) ** 2).mean()
        loss.backward()
        optimizer.step()
        if rule == "twice":
            _, after = model(inputs[n], after)
        states.append(after.detach())
        losses.append(loss.item())
    return losses, states


@pytest.mark.parametrize("rule", RULES)
def test_the_loop_is_the_hand_written_one(chunks: tuple[Tensor, Tensor], rule: Rule) -> None:
    ours, theirs = a_model(), a_model()
    run, state = fit_chunks(ours, *chunks, optimizer=adam(0.05), rule=rule)
    losses, states = by_hand(theirs, *chunks, rule)
    assert run.losses == pytest.approx(losses, rel=1e-6)
    assert not run.interrupted
    torch.testing.assert_close(state, states[-1])
    for own, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(own, other)


def test_the_four_rules_differ(chunks: tuple[Tensor, Tensor]) -> None:
    losses = [
        fit_chunks(a_model(), *chunks, optimizer=adam(0.05), rule=rule)[0].losses for rule in RULES
    ]
    # The first chunk starts from zeros under each; so does the second, where the state is stale.
    carry, reset, stale, twice = losses
    assert carry[0] == reset[0] == stale[0] == twice[0]
    assert reset[1] == stale[1]
    assert len({carry[1], reset[1], twice[1]}) == 3
    assert len({row[2] for row in losses}) == 4


def test_reset_is_the_loop_for_windows(chunks: tuple[Tensor, Tensor]) -> None:
    class Flat(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = a_model()

        def forward(self, x: Tensor) -> tuple[Tensor, State]:
            y, state = self.inner(x)
            return y[:, :, 0], state

    inputs, targets = chunks
    one, other = a_model(), Flat()
    run, _ = fit_chunks(one, inputs, targets, optimizer=adam(0.05), rule="reset")
    windows = fit_windows(
        other,
        inputs.flatten(0, 1),
        targets.flatten(0, 1)[:, :, 0],
        epochs=1,
        optimizer=adam(0.05),
        batch_size=2,
    )
    assert run.losses == pytest.approx(windows.losses, rel=1e-6)


@pytest.mark.parametrize("cell", ["RNN", "GRU", "LSTM"])
def test_the_state_goes_on_without_its_run(chunks: tuple[Tensor, Tensor], cell: Cell) -> None:
    _, state = fit_chunks(a_model(cell), *chunks, optimizer=adam(0.05))
    assert len(parts(state)) == (2 if cell == "LSTM" else 1)
    for part in parts(state):
        assert part.shape == (1, 2, 4)
        assert part.grad_fn is None
        assert not part.requires_grad


def test_a_run_in_two_pieces_goes_on_where_it_stopped(chunks: tuple[Tensor, Tensor]) -> None:
    def standing_still(parameters: Any) -> torch.optim.Optimizer:
        return torch.optim.SGD(parameters, lr=0.0)

    inputs, targets = chunks
    whole, end = fit_chunks(a_model(), inputs, targets, optimizer=standing_still)
    first, state = fit_chunks(a_model(), inputs[:2], targets[:2], optimizer=standing_still)
    second, last = fit_chunks(
        a_model(), inputs[2:], targets[2:], optimizer=standing_still, state=state
    )
    assert first.losses + second.losses == whole.losses
    torch.testing.assert_close(last, end)


def test_no_gradient_looks_over_a_border(chunks: tuple[Tensor, Tensor]) -> None:
    """With a standing model the last gradient is that of the last chunk alone."""

    def standing_still(parameters: Any) -> torch.optim.Optimizer:
        return torch.optim.SGD(parameters, lr=0.0)

    inputs, targets = chunks
    model, alone = a_model(), a_model()
    fit_chunks(model, inputs, targets, optimizer=standing_still)
    with torch.no_grad():
        _, state = alone(inputs[:-1].transpose(0, 1).flatten(1, 2))
    y, _ = alone(inputs[-1], state)
    nn.functional.mse_loss(y, targets[-1]).backward()
    for own, other in zip(model.parameters(), alone.parameters(), strict=True):
        torch.testing.assert_close(own.grad, other.grad)


def test_on_step_sees_every_update(chunks: tuple[Tensor, Tensor]) -> None:
    seen: list[tuple[int, float, Tensor]] = []
    run, _ = fit_chunks(
        a_model(), *chunks, optimizer=adam(0.05), on_step=lambda *step: seen.append(step)
    )
    assert [number for number, _, _ in seen] == list(range(6))
    assert [loss for _, loss, _ in seen] == run.losses
    for number, loss, y in seen:
        assert y.shape == (2, 5, 1)
        assert not y.requires_grad
        assert nn.functional.mse_loss(y, chunks[1][number]).item() == pytest.approx(loss)


def test_interrupt_keeps_model_run_and_state(chunks: tuple[Tensor, Tensor]) -> None:
    def stop(number: int, loss: float, y: Tensor) -> None:
        if number == 2:
            raise KeyboardInterrupt

    model, until_then = a_model(), a_model()
    run, state = fit_chunks(model, *chunks, optimizer=adam(0.05), on_step=stop)
    inputs, targets = chunks
    wanted, wanted_state = fit_chunks(until_then, inputs[:3], targets[:3], optimizer=adam(0.05))
    assert run.losses == wanted.losses
    assert run.interrupted
    assert equal(model, until_then)
    torch.testing.assert_close(state, wanted_state)


@pytest.mark.parametrize(
    ("inputs", "targets", "rule", "message"),
    [
        (
            (2, 5, 1),
            (2, 5, 1),
            "carry",
            r"inputs must be .* \(chunks, batch, steps, inputs\), got .* \(2, 5, 1\)",
        ),
        (
            (0, 2, 5, 1),
            (0, 2, 5, 1),
            "carry",
            r"inputs must hold at least one number, got shape \(0, 2, 5, 1\)",
        ),
        (
            (3, 2, 5, 1),
            (3, 2, 5),
            "carry",
            r"targets must be .* = \(3, 2, 5, outputs\), got .* \(3, 2, 5\)",
        ),
        (
            (3, 2, 5, 1),
            (4, 2, 5, 1),
            "carry",
            r"targets must be .* = \(3, 2, 5, outputs\), got .* \(4, 2, 5, 1\)",
        ),
        (
            (3, 2, 5, 1),
            (3, 2, 4, 1),
            "carry",
            r"targets must be .* = \(3, 2, 5, outputs\), got .* \(3, 2, 4, 1\)",
        ),
        (
            (3, 2, 5, 1),
            (3, 2, 5, 1),
            "late",
            "rule must be one of 'carry', 'reset', 'stale', 'twice', got 'late'",
        ),
    ],
)
def test_what_does_not_fit_is_refused(
    inputs: tuple[int, ...], targets: tuple[int, ...], rule: Any, message: str
) -> None:
    model, untouched = a_model(), a_model()
    with pytest.raises(ValueError, match=message):
        fit_chunks(model, torch.zeros(inputs), torch.zeros(targets), optimizer=adam(0.1), rule=rule)
    assert equal(model, untouched)
    if rule == "carry":
        with pytest.raises(ValueError, match=message):
            evaluate_chunks(model, torch.zeros(inputs), torch.zeros(targets))


# ---- judging without touching


@pytest.mark.parametrize("cell", ["RNN", "GRU", "LSTM"])
def test_predictions_are_those_of_one_long_run(chunks: tuple[Tensor, Tensor], cell: Cell) -> None:
    inputs, targets = chunks
    model = a_model(cell)
    _, start = model(torch.randn(2, 3, 1))
    y, _ = model(inputs.transpose(0, 1).flatten(1, 2), start)
    wanted = y.unflatten(1, (6, 5)).transpose(0, 1)
    predictions = predict_chunks(model, inputs, start)
    torch.testing.assert_close(predictions, wanted.detach())
    assert not predictions.requires_grad
    error = (wanted - targets).square().mean().item()
    assert evaluate_chunks(model, inputs, targets, start) == pytest.approx(error, rel=1e-5)
    assert evaluate_chunks(model, inputs, targets) != pytest.approx(error, rel=1e-5)


@pytest.mark.parametrize("training", [True, False])
def test_judging_changes_nothing(chunks: tuple[Tensor, Tensor], training: bool) -> None:
    class Dropping(SequenceModel):
        def forward(self, x: Tensor, state: State | None = None) -> tuple[Tensor, State]:
            y, state = super().forward(x, state)
            return nn.functional.dropout(y, 0.5, self.training), state

    torch.manual_seed(2)
    model = Dropping(hidden=4).train(training)
    state = torch.randn(1, 2, 4)
    before, weights = state.clone(), [p.clone() for p in model.parameters()]
    first = evaluate_chunks(model, *chunks, state)
    assert evaluate_chunks(model, *chunks, state) == first, "dropout must be off"
    assert torch.equal(state, before)
    assert all(map(torch.equal, weights, model.parameters()))
    assert all(p.grad is None for p in model.parameters())
    assert model.training is training


def test_the_mode_comes_back_after_an_error_too(chunks: tuple[Tensor, Tensor]) -> None:
    model = a_model().train()
    with pytest.raises(ValueError, match="state must have shape"):
        predict_chunks(model, chunks[0], torch.zeros(1, 3, 4))  # a state of three rows for two
    assert model.training
