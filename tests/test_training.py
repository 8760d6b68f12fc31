"""The training loop, the run it leaves, and how it is interrupted."""

from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from course_utils import training
from course_utils.recurrent import Forecaster
from course_utils.training import adam, fit_windows


def a_model(seed: int = 0) -> Forecaster:
    torch.manual_seed(seed)
    return Forecaster(hidden=4)


@pytest.fixture
def windows() -> tuple[Tensor, Tensor]:
    torch.manual_seed(9)
    return torch.randn(7, 3, 1), torch.randn(7, 1)


def fit_by_hand(
    model: nn.Module, pieces: list[tuple[Tensor, Tensor]], epochs: int, rate: float
) -> list[float]:
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    losses = []
    for _ in range(epochs):
        for x, target in pieces:
            optimizer.zero_grad()
            y, _ = model(x)
            loss = nn.MSELoss()(y, target)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


@pytest.mark.parametrize(
    ("batch_size", "cuts"), [(None, [0, 7]), (7, [0, 7]), (100, [0, 7]), (3, [0, 3, 6, 7])]
)
def test_the_loop_is_the_hand_written_one_to_the_bit(
    windows: tuple[Tensor, Tensor], batch_size: int | None, cuts: list[int]
) -> None:
    inputs, targets = windows
    ours, theirs = a_model(), a_model()
    run = fit_windows(ours, inputs, targets, epochs=3, optimizer=adam(0.01), batch_size=batch_size)
    pieces = [(inputs[a:b], targets[a:b]) for a, b in pairwise(cuts)]
    assert run.model is ours
    assert run.losses == fit_by_hand(theirs, pieces, 3, 0.01)
    assert not run.interrupted
    assert run.noted == []
    assert len(run.losses) == 3 * len(pieces)
    for own, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.equal(own, other)


def test_the_gradients_are_those_of_the_last_update_alone(windows: tuple[Tensor, Tensor]) -> None:
    """A lost ``zero_grad`` would leave their sum."""
    model = a_model()

    def standing_still(parameters: Any) -> torch.optim.Optimizer:
        return torch.optim.SGD(parameters, lr=0.0)

    run = fit_windows(model, *windows, epochs=3, optimizer=standing_still)
    assert len(set(run.losses)) == 1, "a rate of 0 changes nothing"
    alone = a_model()
    y, _ = alone(windows[0])
    nn.functional.mse_loss(y, windows[1]).backward()
    for own, other in zip(model.parameters(), alone.parameters(), strict=True):
        assert own.grad is not None
        assert own.grad.abs().max() > 0
        assert torch.equal(own.grad, other.grad)


def test_training_lowers_the_loss(windows: tuple[Tensor, Tensor]) -> None:
    losses = fit_windows(a_model(), *windows, epochs=60, optimizer=adam(0.05)).losses
    assert losses[-1] < losses[0] / 4


def test_on_step_hears_of_every_update(windows: tuple[Tensor, Tensor]) -> None:
    heard: list[tuple[int, float]] = []
    run = fit_windows(
        a_model(),
        *windows,
        epochs=2,
        optimizer=adam(0.01),
        batch_size=4,
        on_step=lambda number, loss: heard.append((number, loss)),
    )
    assert heard == list(enumerate(run.losses))
    assert len(heard) == 4


def test_an_interrupted_run_keeps_what_it_has(windows: tuple[Tensor, Tensor]) -> None:
    def stop(number: int, loss: float) -> None:
        if number == 2:
            raise KeyboardInterrupt

    interrupted, whole = a_model(), a_model()
    settings: dict[str, Any] = {"optimizer": adam(0.01)}
    run = fit_windows(interrupted, *windows, epochs=50, on_step=stop, **settings)
    wanted = fit_windows(whole, *windows, epochs=3, **settings)
    assert run.losses == wanted.losses
    assert run.interrupted
    for own, other in zip(interrupted.parameters(), whole.parameters(), strict=True):
        assert torch.equal(own, other)
    again = fit_windows(interrupted, *windows, epochs=1, **settings)
    assert not again.interrupted
    assert again.losses[0] < run.losses[0]


def test_another_error_is_not_swallowed(windows: tuple[Tensor, Tensor]) -> None:
    def fail(number: int, loss: float) -> None:
        raise RuntimeError("no ink")

    with pytest.raises(RuntimeError, match="no ink"):
        fit_windows(a_model(), *windows, epochs=2, optimizer=adam(0.01), on_step=fail)


@pytest.mark.parametrize("quiet", [True, False])
def test_the_bar_counts_and_can_be_quiet(
    quiet: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("UNROLLED_QUIET", "1" if quiet else "0")
    assert list(training.show_progress(iter("abc"), "counting", total=3)) == ["a", "b", "c"]
    assert ("counting" in capsys.readouterr().err) is not quiet


def test_a_run_is_judged_by_its_last_losses_and_keeps_what_was_noted(
    windows: tuple[Tensor, Tensor],
) -> None:
    run = fit_windows(
        a_model(), *windows, epochs=3, optimizer=adam(0.01), on_step=lambda number, loss: 2 * loss
    )
    assert run.final(2) == pytest.approx((run.losses[1] + run.losses[2]) / 2)
    assert run.noted == [2 * loss for loss in run.losses]


@pytest.mark.parametrize("rate", [0.0, -0.1, float("nan")])
def test_adam_wants_a_rate_above_zero(rate: float) -> None:
    with pytest.raises(
        ValueError, match=f"learning_rate must be a finite number above 0, got {rate}"
    ):
        adam(rate)


def test_adam_is_torchs_with_its_rate() -> None:
    optimizer = adam(0.25)(a_model().parameters())
    assert isinstance(optimizer, torch.optim.Adam)
    assert optimizer.defaults == {**torch.optim.Adam([torch.ones(1)]).defaults, "lr": 0.25}


@pytest.mark.parametrize(
    ("inputs", "targets", "numbers", "message"),
    [
        (
            (7, 3),
            (7, 1),
            {},
            r"inputs must be .* \(windows, steps, inputs\), got .* \(7, 3\)",
        ),
        (
            (7, 3, 1),
            (7,),
            {},
            r"targets must be .* = \(7, horizon\), got .* \(7,\)",
        ),
        (
            (7, 3, 1),
            (6, 1),
            {},
            r"targets must be .* = \(7, horizon\), got .* \(6, 1\)",
        ),
        ((0, 3, 1), (0, 1), {}, r"inputs must hold at least one number, got shape \(0, 3, 1\)"),
        ((7, 3, 1), (7, 1), {"epochs": 0}, "epochs must be a whole number, at least 1, got 0"),
        (
            (7, 3, 1),
            (7, 1),
            {"batch_size": 0},
            "batch_size must be a whole number, at least 1, or None, got 0",
        ),
        (
            (7, 3, 1),
            (7, 1),
            {"batch_size": -2},
            "batch_size must be a whole number, at least 1, or None, got -2",
        ),
    ],
)
def test_what_does_not_fit_is_refused(
    inputs: tuple[int, ...], targets: tuple[int, ...], numbers: dict[str, int], message: str
) -> None:
    model = a_model()
    before = [parameter.clone() for parameter in model.parameters()]
    settings: dict[str, Any] = {"epochs": 1, "optimizer": adam(0.1), **numbers}
    with pytest.raises(ValueError, match=message):
        fit_windows(model, torch.zeros(inputs), torch.zeros(targets), **settings)
    assert all(map(torch.equal, before, model.parameters()))
