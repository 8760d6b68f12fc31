"""Whatever is handed in is left as it was, bit for bit."""

from __future__ import annotations

import contextlib
import itertools
import random
import warnings
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from course_utils import diagnose
from tests.diagnose import (
    fingerprint,
    programs_network,
    programs_update,
    strangers_network,
    strangers_update,
)
from tests.diagnose.program import Program

NETWORKS = [*programs_network.PROGRAMS, *strangers_network.PROGRAMS]
UPDATES = [*programs_update.PROGRAMS, *strangers_update.PROGRAMS]


def _random_numbers_somewhere() -> None:
    torch.manual_seed(11)
    torch.rand(3)
    np.random.seed(12)  # noqa: NPY002
    np.random.rand(2)  # noqa: NPY002
    random.seed(13)


@pytest.mark.parametrize("program", NETWORKS, ids=lambda program: program.name)
def test_a_network_is_left_as_it_was(program: Program) -> None:
    given = program.hand_in()
    for number, one in enumerate(given["model"].parameters()):
        if not isinstance(one, nn.UninitializedParameter) and number % 2:
            one.grad = torch.randn_like(one)
    _random_numbers_somewhere()
    before = fingerprint.of(given["model"], given["x"])
    report = diagnose.network(**given)
    assert fingerprint.of(given["model"], given["x"]) == before
    assert not report.not_restored


@pytest.mark.parametrize("calls_before", [0, 2])
@pytest.mark.parametrize("program", UPDATES, ids=lambda program: program.name)
def test_a_step_is_left_as_it_was(program: Program, calls_before: int) -> None:
    given = program.hand_in()
    with warnings.catch_warnings(), contextlib.suppress(RuntimeError):
        warnings.simplefilter("ignore")
        for _ in range(calls_before):
            given["step"](given["x"], given["y"])
    torch.set_grad_enabled(True)
    _random_numbers_somewhere()
    before = fingerprint.of(given["model"], given["step"], given["x"], given["y"])
    report = diagnose.update(**given)
    after = fingerprint.of(given["model"], given["step"], given["x"], given["y"])
    assert after == before
    sparse = "the model._modules['emb']._parameters['weight'].grad (a tensor of 36 numbers)"
    assert set(report.not_restored) <= {"wanted (generator)", sparse}


def test_names_what_it_cannot_put_back() -> None:
    model = programs_update.Reader()
    inner, numbers = programs_update.plain(model), itertools.count()

    def step(x: torch.Tensor, y: torch.Tensor) -> float:
        next(numbers)
        return inner(x, y)

    report = diagnose.update(model, step, *programs_update.sums())
    assert report.not_restored == ("numbers (count)",)
    assert "numbers (count)" in str(report)


def test_generators_and_hooks_of_the_model_go_on_as_if_nothing_had_been() -> None:
    class Noisy(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.out = nn.Linear(3, 1)
            self.own = torch.Generator().manual_seed(4)
            self.other = np.random.default_rng(5)
            self.third = random.Random(6)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            noise = torch.randn((), generator=self.own) + self.other.normal() + self.third.random()
            return self.out(x) + noise

    seen: list[Any] = []
    model, twin, x = Noisy().eval(), Noisy().eval(), torch.randn(4, 5, 3)
    twin.load_state_dict(model.state_dict())
    model.register_forward_hook(lambda module, given, out: seen.append(out))
    diagnose.network(model, x, stochastic=True)
    assert not seen
    assert torch.equal(model(x), twin(x))


def test_an_error_in_the_middle_leaves_everything_as_it_was() -> None:
    class Tired(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.out, self.calls = nn.Linear(3, 1), []

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            self.calls.append(1)
            if x.abs().max() > 4 or x.shape[1] != 12:
                self.out.weight.data.mul_(2)
                raise RuntimeError("tired")
            return self.out(x)

    model, x = Tired(), torch.randn(4, 12, 3)
    before = fingerprint.of(model, x)
    report = diagnose.network(model, x, task="tag")
    assert fingerprint.of(model, x) == before
    assert "tired" in str(report)


def test_interrupt_comes_through_and_leaves_everything_as_it_was() -> None:
    model, calls = programs_update.Reader(), 0
    inner = programs_update.plain(model)

    def step(x: torch.Tensor, y: torch.Tensor) -> float:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise KeyboardInterrupt
        return inner(x, y)

    x, y = programs_update.sums()
    before = fingerprint.of(model, step, x, y)
    with pytest.raises(KeyboardInterrupt):
        diagnose.update(model, step, x, y)
    assert fingerprint.of(model, step, x, y) == before


def test_names_the_globals_that_a_step_at_script_level_changes() -> None:
    script = """
def step(x, y):
    global calls
    calls += 1
    optimiser.zero_grad()
    error = loss(model(x), y)
    error.backward()
    nn.utils.clip_grad_norm_(model.parameters(), LIMIT)
    optimiser.step()
    scheduler.step()
    losses.append(float(error))
    return losses[-1]
"""
    model = programs_update.Reader()
    optimiser = torch.optim.SGD(model.parameters(), 0.01)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimiser, 0.9)
    space: dict[str, Any] = {
        "model": model, "optimiser": optimiser, "scheduler": scheduler, "losses": [], "calls": 0,
        "loss": nn.MSELoss(), "nn": nn, "LIMIT": 1.0, "elsewhere": [],
    }  # fmt: skip
    exec(script, space)
    report = diagnose.update(model, space["step"], *programs_update.sums())
    names = {"calls (a global)", "scheduler (a global)", "losses (a global)"}
    assert set(report.not_restored) == names
    assert optimiser.param_groups[0]["lr"] == 0.01


def test_says_how_to_wrap_what_it_cannot_call() -> None:
    model, (x, y) = programs_update.Reader(), programs_update.sums()
    with pytest.raises(TypeError, match=r"x must be one tensor, got a tuple; wrap"):
        diagnose.network(model, (x, x))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"step must take exactly \(x, y\), got step\(x, y, n\)"):
        diagnose.update(model, lambda x, y, n: 0.0, x, y)
    report = diagnose.network(lambda x: {"mean": model(x)}, x)
    assert "lambda x: model(x)[" in report.findings[0].todo
