"""The studies of lesson 04b, and its explorer: what they hold, made again."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from course_utils import studies
from course_utils.explorers import lesson_04b as widgets
from course_utils.recurrent import SequenceModel
from course_utils.signals import stateful_batches
from course_utils.studies import lesson_04b

MEANS = [f"mean_{number}" for number in range(50)]
COLUMNS = ["seed", "loss_0", "loss_1", "loss_2", "first", "final", "reached", "unseen", *MEANS]


@pytest.fixture(scope="module")
def starts() -> pd.DataFrame:
    return studies.load("keras-starts")


@pytest.fixture(scope="module")
def gate() -> pd.DataFrame:
    return studies.load("keras-forget-gate")


# ---- what is stored


@pytest.mark.parametrize(
    ("study", "name", "settings"),
    [
        ("keras-starts", "start", list(lesson_04b.STARTS)),
        ("keras-forget-gate", "bias", list(lesson_04b.FORGET_BIASES)),
    ],
)
def test_32_seeds_a_setting(study: str, name: str, settings: list) -> None:
    table = studies.load(study)
    assert table.columns.tolist() == [name, *COLUMNS]
    assert table[name].unique().tolist() == settings
    for _, rows in table.groupby(name):
        assert rows["seed"].tolist() == list(range(32))
    assert np.isfinite(table.drop(columns=[name, "reached"]).to_numpy()).all()
    assert table["reached"].dropna().between(10, 501).all()


@pytest.mark.parametrize("start", list(lesson_04b.STARTS))
def test_the_start_of_a_stored_run_can_be_repeated(starts: pd.DataFrame, start: str) -> None:
    _, losses = lesson_04b.train_seed(9, lesson_04b.STARTS[start], stateful_batches(10))
    stored = starts.set_index(["start", "seed"]).loc[(start, 9)]
    np.testing.assert_allclose(losses[:3], stored[["loss_0", "loss_1", "loss_2"]], rtol=1e-5)
    assert losses.mean() == pytest.approx(stored["mean_0"], rel=1e-3)


def test_a_short_run_of_each_study_gives_the_same_columns_and_starts(
    starts: pd.DataFrame, gate: pd.DataFrame
) -> None:
    short = lesson_04b.keras_starts(seeds=(3,), updates=60)
    other = lesson_04b.keras_forget_gate(biases=(-1, 4), seeds=(3,), updates=60)
    assert short["start"].tolist() == list(lesson_04b.STARTS)
    assert other["bias"].tolist() == [-1, 4]
    for table, whole in ((short, starts), (other, gate)):
        name = table.columns[0]
        assert table.columns.tolist() == [name, *COLUMNS[: COLUMNS.index("mean_6")]]
        stored = whole[whole["seed"] == 3].set_index(name).loc[table[name]]
        np.testing.assert_allclose(table["loss_2"], stored["loss_2"], rtol=1e-5)
        np.testing.assert_allclose(table["mean_0"], stored["mean_0"], rtol=1e-3)
    # Sixty updates, and so the last fifty begin at the second ten.
    np.testing.assert_allclose(
        short["final"], short[[f"mean_{k}" for k in range(1, 6)]].mean(axis=1), rtol=1e-3
    )
    np.testing.assert_allclose(
        short["first"], short[[f"mean_{k}" for k in range(5)]].mean(axis=1), rtol=1e-3
    )


def test_the_two_studies_share_keras_own_start(starts: pd.DataFrame, gate: pd.DataFrame) -> None:
    one = starts[starts["start"] == "Keras"]["final"].to_numpy()
    np.testing.assert_allclose(gate[gate["bias"] == 1]["final"], one)
    assert not np.allclose(gate[gate["bias"] == 2]["final"], one)


# ---- how a run starts, and how it is judged


def test_updates_until() -> None:
    losses = np.array([0.3, 0.1, 0.01, 0.01, 0.2, 0.01])
    assert lesson_04b.updates_until(losses, smooth=1) == 3
    assert lesson_04b.updates_until(losses, smooth=2) == 4
    assert lesson_04b.updates_until(losses, level=0.11, smooth=4) == 4
    assert np.isnan(lesson_04b.updates_until(losses, smooth=4))
    assert np.isnan(lesson_04b.updates_until(losses[:1], level=1.0, smooth=2))


def test_each_start_changes_what_it_says_and_nothing_else() -> None:
    made = {}
    for name, start in lesson_04b.STARTS.items():
        torch.manual_seed(4)
        model = SequenceModel(hidden=20, cell="LSTM")
        start(model)
        made[name] = {key: weight.detach().clone() for key, weight in model.named_parameters()}
    plain = made.pop("torch")
    changed = {
        name: {key for key in plain if not torch.equal(weights[key], plain[key])}
        for name, weights in made.items()
    }
    biases = {"recurrent.bias_ih_l0", "recurrent.bias_hh_l0"}
    readout = {"readout.weight", "readout.bias"}
    assert changed["forget bias 1"] == biases
    assert changed["Keras' read-out"] == readout
    assert changed["both of these"] == biases | readout
    assert changed["Keras"] == set(plain)
    gate = slice(20, 40)
    for name in ("forget bias 1", "both of these", "Keras"):
        both = made[name]["recurrent.bias_ih_l0"] + made[name]["recurrent.bias_hh_l0"]
        assert torch.equal(both[gate], torch.ones(20))
    only = made["forget bias 1"]["recurrent.bias_ih_l0"]
    assert torch.equal(only[:20], plain["recurrent.bias_ih_l0"][:20])
    assert torch.equal(only[40:], plain["recurrent.bias_ih_l0"][40:])


def test_another_forget_bias_leaves_the_rest_of_keras_start_alone() -> None:
    models = []
    for bias in (1.0, 4.0):
        torch.manual_seed(4)
        models.append(SequenceModel(hidden=3, cell="LSTM"))
        lesson_04b.with_forget_bias(bias)(models[-1])
    one, four = (dict(model.named_parameters()) for model in models)
    differ = [key for key in one if not torch.equal(one[key], four[key])]
    assert differ == ["recurrent.bias_ih_l0"]
    wanted = torch.tensor([0.0] * 3 + [4.0] * 3 + [0.0] * 6)
    assert torch.equal(four["recurrent.bias_ih_l0"].detach(), wanted)


def test_what_the_lesson_says_of_the_starts(starts: pd.DataFrame) -> None:
    late = starts.fillna({"reached": np.inf}).groupby("start")["reached"]
    assert np.isinf(late.max()["torch"])
    assert late.max()["Keras"] < 120
    assert late.median()["Keras"] < late.median()["both of these"] < late.median()["forget bias 1"]
    assert late.median()["forget bias 1"] < late.median()["torch"]


# ---- the explorer


def test_what_is_left_of_a_cell_is_the_product_of_its_gates() -> None:
    left = widgets.memory_left(2.0, steps=4)
    assert left.shape == (5, 1000)
    np.testing.assert_array_equal(left[0], 1)
    torch.manual_seed(0)
    model = SequenceModel(hidden=20, cell="LSTM")
    lesson_04b.with_forget_bias(2.0)(model)
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
    at_a_row = [np.median(widgets.memory_left(bias)[20]) for bias in lesson_04b.FORGET_BIASES]
    assert at_a_row == sorted(at_a_row)
    sigmoid = 1 / (1 + np.exp(-3.0))
    assert np.median(widgets.memory_left(3.0)[20]) == pytest.approx(sigmoid**20, rel=0.1)


def test_the_explorer_draws_the_stored_runs(gate: pd.DataFrame) -> None:
    figure, description = widgets.draw_forget_gate(6)
    left, right = figure.axes
    memory = np.median(widgets.memory_left(6.0), axis=1)
    np.testing.assert_allclose(left.lines[1].get_ydata(), memory)
    rows = gate[gate["bias"] == 6]
    np.testing.assert_allclose(right.lines[1].get_ydata(), rows[MEANS].median())
    np.testing.assert_array_equal(right.lines[1].get_xdata(), np.arange(10, 501, 10))
    keras = gate[gate["bias"] == 1][MEANS].median()
    np.testing.assert_allclose(right.lines[0].get_ydata(), keras)
    assert description == (
        f"Forget bias 6: before training, {memory[20]:.1%} of a cell is left after a row of 20 "
        f"steps. In the median seed the loss gets under 0.05 never; "
        f"in {rows['reached'].isna().sum()} of 32 seeds it never does."
    )


def test_the_explorer_leaves_the_learners_random_numbers_alone() -> None:
    before = torch.random.get_rng_state(), np.random.get_state()[1]  # noqa: NPY002
    widgets.memory_left(2.0, steps=1)
    torch.testing.assert_close(torch.random.get_rng_state(), before[0])
    np.testing.assert_array_equal(np.random.get_state()[1], before[1])  # noqa: NPY002


def test_set_forget_bias_leaves_the_layer_trainable() -> None:
    layer = nn.LSTM(1, 2)
    lesson_04b.set_forget_bias(layer, -1.0)
    assert all(weight.requires_grad and weight.is_leaf for weight in layer.parameters())
