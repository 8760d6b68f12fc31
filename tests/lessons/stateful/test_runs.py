"""The published network, and the ways in which lesson 04a trains it."""

import itertools

import numpy as np
import pytest
import torch

from course_utils.ensembles import train_each
from course_utils.lessons.stateful import runs
from course_utils.signals import stateful_batches
from course_utils.training import evaluate_chunks


def test_a_run_keeps_every_loss_and_that_of_the_last_row() -> None:
    run = runs.train_seed(0, "carried", chunks=60)
    assert len(run.losses) == len(run.noted) == 60
    data = stateful_batches(1)
    y, _ = runs.make_model(0)(data.inputs[0])
    wanted = (y[-1] - data.targets[0, -1]).square().mean().item()
    assert run.noted[0] == pytest.approx(wanted, rel=1e-5)
    other, again = train_each(lambda seed: runs.train_seed(seed, chunks=3), (4, 0))
    assert again.losses == run.losses[:3]
    assert other.losses != run.losses[:3]


def test_every_tenth_cost_is_printed_and_the_rebound_is_the_largest_late_one() -> None:
    losses = np.arange(140.0)
    np.testing.assert_array_equal(runs.printed_costs(losses[:60].tolist()), losses[:60:10])
    spiked = np.zeros(140)
    spiked[[110, 115, 120]] = 3.0, 2.0, 1.0
    assert runs.rebound(spiked.tolist()) == 1.0
    assert runs.rebound([1.0, 2.0]) == 0


def test_the_published_costs_are_51_numbers_that_climb_back() -> None:
    costs = runs.PUBLISHED_COSTS
    assert len(costs) == 51
    assert (costs[0], costs[11], costs[16], costs[-1]) == (0.5094, 0.0403, 0.2108, 0.0565)
    assert max(costs[12:]) == costs[16]


def test_shuffled_rows_are_the_same_rows() -> None:
    made = stateful_batches(3, batch=6, steps=4)
    mixed = runs.shuffle_rows(made, seed=1)
    for part in ("inputs", "targets"):
        for before, after in zip(getattr(made, part), getattr(mixed, part), strict=True):
            assert not torch.equal(before, after)
            assert sorted(before.flatten(1).tolist()) == sorted(after.flatten(1).tolist())
    # Sine and cosine moved together, and each batch in an order of its own.
    ones = mixed.inputs.square() + mixed.targets.square()
    torch.testing.assert_close(ones, torch.ones_like(ones))
    orders = [
        [before[:, 0, 0].tolist().index(first) for first in after[:, 0, 0].tolist()]
        for before, after in zip(made.inputs, mixed.inputs, strict=True)
    ]
    assert orders[0] != orders[1] != orders[2]
    assert torch.equal(mixed.inputs, runs.shuffle_rows(made, seed=1).inputs)
    assert not torch.equal(mixed.inputs, runs.shuffle_rows(made, seed=2).inputs)


def test_no_sample_comes_twice_in_the_stretches() -> None:
    made = runs.stretches(chunks=6, batch=5, steps=4)
    assert made.inputs.shape == made.targets.shape == (6, 5, 4, 1)
    for chunk, row, step in itertools.product(range(6), range(5), range(4)):
        time = (row * 24 + chunk * 4 + step) / (10 * np.pi)
        assert made.inputs[chunk, row, step, 0].item() == pytest.approx(np.sin(time), abs=1e-6)
        assert made.targets[chunk, row, step, 0].item() == pytest.approx(np.cos(time), abs=1e-6)


def test_the_fresh_stretch_lies_behind_the_trained_one_and_between_its_samples() -> None:
    trained, fresh = stateful_batches(), runs.fresh_batches()
    spacing = 1 / (10 * np.pi)
    last = trained.times.max() + 49 * 20 * spacing
    assert fresh.times.min() > last
    assert (fresh.times[0, 0] / spacing) % 1 == pytest.approx(0.5, abs=0.01)


def test_carried_and_from_zeros_are_judged_on_the_same_fifty() -> None:
    model, test = runs.make_model(3), runs.fresh_batches()
    errors = runs.fresh_errors(model)
    _, state = model(test.inputs[:10].transpose(0, 1).flatten(1, 2))
    carried = evaluate_chunks(model, test.inputs[10:], test.targets[10:], state)
    assert errors["fresh"] == pytest.approx(carried, rel=1e-5)
    y, _ = model(test.inputs[10:].flatten(0, 1))
    zeros = (y - test.targets[10:].flatten(0, 1)).square().mean().item()
    assert errors["fresh_zeros"] == pytest.approx(zeros, rel=1e-5)


def test_a_way_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"way must be one of 'carried', .*, got 'carry'"):
        runs.train_seed(0, "carry", chunks=1)


def test_a_keras_like_network_keeps_any_state_and_broadcasts_no_target() -> None:
    # Of two layers, the first axis of the state could be taken for the pair (h, c).
    layers = torch.nn.GRU(1, 4, num_layers=2, batch_first=True)
    net, x = runs.KerasLike(layers), torch.randn(3, 5, 1)
    net.predict(x)
    assert isinstance(net.state, torch.Tensor)
    assert net.state.shape == (2, 3, 4)
    with pytest.raises(ValueError, match="must have the shape of the model's answer"):
        net.train_on_batch(x, torch.randn(3, 1, 1))
