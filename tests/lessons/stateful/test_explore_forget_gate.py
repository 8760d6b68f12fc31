"""The explorer of lesson 04b: what is left of a cell, and the stored runs."""

from typing import Any

import numpy as np
import pytest
import torch

from course_utils import strips, studies
from course_utils.lessons.stateful import runs, starts
from course_utils.lessons.stateful.explore_forget_gate import draw_forget_gate, memory_left
from course_utils.recurrent import SequenceModel
from course_utils.signals import stateful_batches


def test_what_is_left_of_a_cell_is_the_product_of_its_gates() -> None:
    left = memory_left(2.0, steps=4)
    assert left.shape == (5, 1000)
    np.testing.assert_array_equal(left[0], 1)
    torch.manual_seed(0)
    model = SequenceModel(hidden=20, cell="LSTM")
    starts.with_forget_bias(2.0)(model)
    layer: Any = model.recurrent
    wave, product, state = stateful_batches(1, steps=4).inputs[0], np.ones((50, 20)), None
    with torch.no_grad():
        for step in range(4):
            h = torch.zeros(50, 20) if state is None else state[0][0]
            sums = wave[:, step] @ layer.weight_ih_l0.T + h @ layer.weight_hh_l0.T
            product *= torch.sigmoid((sums + layer.bias_ih_l0)[:, 20:40]).numpy()
            _, state = layer(wave[:, step : step + 1], state)
            np.testing.assert_allclose(left[step + 1], product.ravel(), rtol=1e-4)


def test_more_forget_bias_leaves_more() -> None:
    at_a_row = [np.median(memory_left(bias)[20]) for bias in starts.FORGET_BIASES]
    assert at_a_row == sorted(at_a_row)
    sigmoid = 1 / (1 + np.exp(-3.0))
    assert np.median(memory_left(3.0)[20]) == pytest.approx(sigmoid**20, rel=0.1)


def test_the_explorer_draws_the_stored_runs() -> None:
    gate = studies.load("keras-forget-gate")
    means = [f"mean_{number}" for number in range(50)]
    figure, description = draw_forget_gate(6)
    left, right = figure.axes
    memory = np.median(memory_left(6.0), axis=1)
    np.testing.assert_allclose(left.lines[1].get_ydata(), memory)
    rows = gate[gate["bias"] == 6]
    np.testing.assert_allclose(right.lines[1].get_ydata(), rows[means].median())
    np.testing.assert_array_equal(right.lines[1].get_xdata(), np.arange(10, 501, 10))
    keras = gate[gate["bias"] == 1][means].median()
    np.testing.assert_allclose(right.lines[0].get_ydata(), keras)
    assert description == (
        f"Forget bias 6: before training, {memory[20]:.1%} of a cell is left after a row of 20 "
        f"steps. In the median seed the loss never gets under 0.05; "
        f"{rows['reached'].isna().sum()} of 32 seeds never get there."
    )


def test_the_explorer_leaves_the_learners_random_numbers_alone() -> None:
    before = torch.random.get_rng_state(), np.random.get_state()[1]  # noqa: NPY002
    memory_left(2.0, steps=1)
    torch.testing.assert_close(torch.random.get_rng_state(), before[0])
    np.testing.assert_array_equal(np.random.get_state()[1], before[1])  # noqa: NPY002


def test_the_first_row_still_counts_with_a_forget_bias_of_3_and_hardly_with_1() -> None:
    wave = stateful_batches(3).inputs[:, :1].reshape(1, 60, 1)
    for seed in range(10):
        shares = []
        for bias in (1.0, 3.0):
            reach = strips.record(runs.make_model(seed, starts.with_forget_bias(bias)), wave).reach
            shares.append(reach[0, :20].mean() / reach.max())
        assert shares[0] < 0.01
        assert shares[1] > 0.04
