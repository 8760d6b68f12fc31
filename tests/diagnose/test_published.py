"""The published schemes of lessons 01, 03, 04 and 05: the probes find what the lessons found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from course_utils import diagnose
from course_utils.lessons.airline.published import published_windows
from course_utils.lessons.elman.network import sine_points
from course_utils.lessons.find_the_fault.published import Elman
from course_utils.lessons.stateful.runs import LEARNING_RATE, make_model
from course_utils.recurrent import Forecaster, SequenceModel, detach
from course_utils.signals import stateful_batches

Step = Callable[[Tensor, Tensor], float]


# ---------------------------------------------------------------- 01: an update after every step
def elman(truncated: bool, cleared: bool = True) -> dict[str, Any]:
    torch.manual_seed(0)
    model = Elman()
    points = torch.tensor(sine_points(), dtype=torch.float32)[None]

    def move() -> None:
        with torch.no_grad():
            for one in (model.w1, model.w2):
                one -= 0.1 * one.grad
                if cleared:
                    one.grad.zero_()

    def step(x: Tensor, y: Tensor) -> float:
        context, total, sum_ = torch.zeros(len(x), 6), 0.0, torch.zeros(())
        for t in range(x.shape[1]):
            answer, context = model(x[:, t], context)
            loss = 0.5 * (answer - y[:, t]).square().sum()
            total += loss.item()
            sum_ = sum_ + loss
            if truncated:
                loss.backward()
                move()
                context = context.detach()
        if not truncated:
            (sum_ / x.shape[1]).backward()
            move()
        return total

    return {"model": model, "step": step, "x": points[:, :-1], "y": points[:, 1:]}


def test_01_the_published_scheme_cuts_the_gradient_at_every_step() -> None:
    assert diagnose.update(**elman(truncated=True)).names == {"gradient_cut"}


def test_01_backpropagation_through_time_does_not() -> None:
    assert not diagnose.update(**elman(truncated=False)).names


def test_01_without_clearing_the_gradients_pile_up() -> None:
    report = diagnose.update(**elman(truncated=False, cleared=False))
    assert "gradients_pile_up" in report.names


# ---------------------------------------------------------------- 03: lines that the copies lost
def sin_to_cos(*, clears: bool = True, goes_back: bool = True, detaches: bool = True) -> Any:
    torch.manual_seed(0)
    model = SequenceModel(32, "RNN")
    optimiser, state = torch.optim.Adam(model.parameters(), lr=0.02), None
    times = torch.linspace(0, 3.1416, 11)[:-1].reshape(1, 10, 1)

    def step(x: Tensor, y: Tensor) -> float:
        nonlocal state
        answer, after = model(x, state)
        state = detach(after) if detaches else after
        loss = nn.functional.mse_loss(answer, y)
        if clears:
            optimiser.zero_grad()
        if goes_back:
            loss.backward()
        optimiser.step()
        return loss.item()

    return {"model": model, "step": step, "x": times.sin(), "y": times.cos(), "stateful": True}


@pytest.mark.parametrize(
    ("lost", "name"),
    [
        ({"clears": False}, "gradients_pile_up"),
        ({"goes_back": False}, "parameter_still"),
        ({"detaches": False}, "graph_kept"),
    ],
)
def test_03_a_lost_line_is_found(lost: dict[str, bool], name: str) -> None:
    assert name in diagnose.update(**sin_to_cos(**lost)).names


def test_03_the_whole_loop_is_well() -> None:
    assert not diagnose.update(**sin_to_cos()).names


# ---------------------------------------------------------------- 04: the stateful LSTM
def stateful(rule: str) -> dict[str, Any]:
    model, batches = make_model(0), stateful_batches(2)
    optimiser, state = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE), None

    def step(x: Tensor, y: Tensor) -> float:
        nonlocal state
        answer, after = model(x, None if rule == "reset" else state)
        loss = nn.functional.mse_loss(answer, y)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        state = detach(after)
        if rule == "twice":
            with torch.no_grad():
                _, state = model(x, state)
        return loss.item()

    x, y = batches.inputs[0], batches.targets[0]
    return {"model": model, "step": step, "x": x, "y": y, "stateful": True}


@pytest.mark.parametrize("rule", ["twice", "reset"])
def test_04_a_state_advanced_twice_or_never_carried_is_found(rule: str) -> None:
    assert diagnose.update(**stateful(rule)).names == {"state_not_continued"}


def test_04_a_carried_state_is_well() -> None:
    assert not diagnose.update(**stateful("carry")).names


# ---------------------------------------------------------------- 05: the state that leaks
class Published(nn.Module):
    """The published forecaster: the state stays where the reset does not reach it."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = Forecaster()
        self.state: Any = None

    def forward(self, x: Tensor) -> Tensor:
        y, state = self.inner(x, self.state)
        self.state = detach(state)
        self.hidden = (torch.zeros(1, 1, 100), torch.zeros(1, 1, 100))
        return y


def test_05_the_leaking_state_is_found() -> None:
    _, inputs, _, _ = published_windows()
    assert diagnose.network(Published(), inputs[:6], task="encode").names == {"state_kept"}


def test_05_the_forecaster_of_the_course_is_well() -> None:
    _, inputs, _, _ = published_windows()
    report = diagnose.network(Forecaster(), inputs[:6], task="encode", takes_state=True)
    assert not report.names
