"""Keras' Adam, against a loop in NumPy and against torch's own."""

import copy
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from course_utils.lessons.stateful.keras_adam import FromStep, KerasAdam


def test_keras_adam_against_a_loop_in_numpy() -> None:
    """The formula as the Keras source has it, on gradients from huge to almost nothing."""
    start = np.array([3.0, -2.0, 1e-3, 5e-6, 0.0])
    scales = np.array([1.0, 1e-3, 1e-6, 1e-8, 1.0])
    w, m, v = start.copy(), 0.0, 0.0
    for t in range(1, 31):
        g = scales * np.cos(w + t)
        m = m + (g - m) * (1 - 0.9)
        v = v + (g**2 - v) * (1 - 0.999)
        w = w - m * (0.01 * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)) / (np.sqrt(v) + 1e-7)

    ours = nn.Parameter(torch.from_numpy(start.copy()))
    update = KerasAdam([ours], lr=0.01)
    for t in range(1, 31):
        ours.grad = torch.from_numpy(scales) * torch.cos(ours.detach() + t)
        update.step()
    np.testing.assert_allclose(ours.detach().numpy(), w, rtol=1e-12, atol=0)


def test_epsilon_stands_where_keras_has_it() -> None:
    """After one step, a gradient as small as epsilon tells the two formulas apart."""
    keras, torchs = (nn.Parameter(torch.zeros(1, dtype=torch.float64)) for _ in range(2))
    for parameter, make in ((keras, KerasAdam), (torchs, torch.optim.Adam)):
        parameter.grad = torch.full((1,), 1e-7, dtype=torch.float64)
        make([parameter], lr=1.0, eps=1e-7).step()
    root = 0.001**0.5  # of 1 − β₂, by which v is still too small
    assert keras.item() == pytest.approx(-root / (root + 1))
    assert torchs.item() == pytest.approx(-1 / 2)


def test_keras_adam_is_an_optimiser_as_any_other() -> None:
    moves, stays = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2))
    update = KerasAdam([{"params": [moves]}, {"params": [stays], "lr": 0.5}], lr=0.1)

    def closure() -> torch.Tensor:
        update.zero_grad()
        loss = moves.square().sum()
        loss.backward()
        return loss

    assert update.step(closure).item() == 2
    torch.testing.assert_close(moves.detach(), torch.full((2,), 0.9), atol=1e-5, rtol=0)
    assert stays.tolist() == [1, 1], "without a gradient nothing moves"

    twin = nn.Parameter(moves.detach().clone())
    other = KerasAdam([{"params": [twin]}, {"params": [stays], "lr": 0.5}], lr=0.1)
    other.load_state_dict(copy.deepcopy(update.state_dict()))
    for parameter, optimiser in ((moves, update), (twin, other)):
        parameter.grad = torch.tensor([1.0, -3.0])
        optimiser.step()
    assert torch.equal(moves, twin)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"lr": 0.0}, "lr must be a finite number above 0, got 0.0"),
        ({"lr": float("nan")}, "lr must be a finite number above 0, got nan"),
        ({"lr": float("inf")}, "lr must be a finite number above 0, got inf"),
        ({"eps": float("inf")}, "eps must be a finite number, got inf"),
        ({"betas": (0.9, 1.0)}, r"betas\[1\] must be in \[0, 1\), got 1.0"),
        ({"betas": (-0.1, 0.9)}, r"betas\[0\] must be in \[0, 1\), got -0.1"),
        ({"eps": -1e-7}, "eps must be at least 0, got -1e-07"),
    ],
)
def test_numbers_out_of_range_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        KerasAdam([nn.Parameter(torch.ones(1))], **settings)


def test_from_step_hands_each_weight_its_own_memory_and_count() -> None:
    seen = []

    def update(
        weight: torch.Tensor,
        gradient: torch.Tensor,
        m: torch.Tensor,
        v: torch.Tensor,
        t: int,
        lr: float,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        seen.append((t, m.tolist(), v.tolist(), lr))
        return weight - lr * gradient, m + gradient, v + 2 * gradient

    one, late = nn.Parameter(torch.zeros(1)), nn.Parameter(torch.zeros(2))
    optimiser = FromStep([one, late], update, 0.5)
    one.grad = torch.ones(1)
    optimiser.step()  # late has no gradient yet, so nothing counts for it
    late.grad = torch.full((2,), 3.0)
    optimiser.step()
    assert seen == [(1, [0], [0], 0.5), (2, [1], [2], 0.5), (1, [0, 0], [0, 0], 0.5)]
    assert one.tolist() == [-1]
    assert late.tolist() == [-1.5, -1.5]


def test_from_step_wants_a_rate_above_0() -> None:
    with pytest.raises(ValueError, match="lr must be a finite number above 0, got 0"):
        FromStep([nn.Parameter(torch.ones(1))], lambda *given: given[:3], 0)
