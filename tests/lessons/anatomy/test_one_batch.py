"""Training on one batch: what is drawn, and what clipping does."""

import pytest
import torch

from course_utils.lessons.anatomy.one_batch import draw_batch, sums_by_sgd, train_on


def test_the_total_is_the_sum_so_far() -> None:
    inputs, targets = draw_batch("total", 2)
    assert inputs.shape == targets.shape == (5, 2, 10)
    assert torch.allclose(targets[2], inputs[0] + inputs[1] + inputs[2], atol=1e-6)


def test_what_was_trained_can_be_judged_on_other_batches() -> None:
    torch.manual_seed(0)
    inputs, targets = draw_batch("noise", 3)
    losses, error = train_on(inputs, targets, readout=True, updates=20)
    assert error(inputs, targets).item() < losses[-1] < losses[0]
    assert error(*draw_batch("noise", 3)).item() > losses[-1]


def test_without_a_limit_nothing_is_clipped() -> None:
    losses, norms = sums_by_sgd(0, float("inf"), 3)
    clipped, same = sums_by_sgd(0, 1e-9, 3)
    assert losses[2] != clipped[2]
    assert clipped[2] == pytest.approx(clipped[0], abs=1e-6)  # steps too short to move
    assert same[0] == norms[0] > 1e-3  # the norm before clipping


def test_what_would_be_broadcast_turned_round_or_guessed_is_refused() -> None:
    inputs, targets = draw_batch("noise", 3)
    with pytest.raises(ValueError, match="targets must have the shape of the model's answer"):
        train_on(inputs, targets[..., :1], readout=False)
    with pytest.raises(ValueError, match="limit must be above 0, got -1"):
        sums_by_sgd(0, -1.0, 3)
    with pytest.raises(ValueError, match="task must be one of 'noise', 'total', got 'sum'"):
        draw_batch("sum", 3)  # type: ignore[arg-type]
