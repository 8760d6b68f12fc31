"""Lesson 05 writes out what `course_utils` holds: here the two are held together.

The lesson's own classes and functions are read from its cells, and given what their
counterparts in `course_utils` are given. The exercises' references stand for what the
learner writes.
"""

import re
from functools import partial
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
import torch
from torch import nn

from course_utils import ensembles, forecasting, recurrent, reproducibility, series, training
from course_utils.commands.save_notebooks import NOTEBOOKS
from course_utils.exercises import lesson_05 as written
from course_utils.studies import load
from course_utils.studies.lesson_05 import BACKTEST_ORIGINS, leaky_forecast, published_windows
from tests.inline import copy_of, definitions

PAST = series.load_airline().to_numpy()[:132]
ACTUAL = series.load_airline().to_numpy()[132:]


@pytest.fixture(scope="module")
def cells() -> list:
    return nbformat.read(NOTEBOOKS / "05_airline_passengers.ipynb", as_version=4).cells


@pytest.fixture(scope="module")
def lesson(cells: list) -> SimpleNamespace:
    """The lesson's own definitions, over the data that its cells have made by then."""
    scaler, inputs, targets, _ = published_windows()
    space: dict = {"torch": torch, "nn": nn, "np": np, "train_window": 12, "scaler": scaler}
    space |= {"inputs": inputs, "targets": targets, "scaled_train": scaler.transform(PAST)}
    space |= {"series": series, "ensembles": ensembles, "partial": partial}
    return definitions(cells, space)


# ---- what the lesson shows


def test_forecaster_draws_the_same_weights_and_gives_the_same_output_and_gradients(
    lesson: SimpleNamespace,
) -> None:
    torch.manual_seed(3)
    shown = lesson.Forecaster(hidden=7, horizon=2)
    torch.manual_seed(3)
    kept = recurrent.Forecaster(7, horizon=2)
    for own, theirs in zip(shown.parameters(), kept.parameters(), strict=True):
        assert torch.equal(own, theirs)
    x, state = torch.randn(4, 12, 1), torch.randn(1, 4, 7)
    for start in (None, state):
        (y, after), (wanted, after_wanted) = shown(x, start), kept(x, start)
        assert torch.equal(y, wanted)
        assert torch.equal(after, after_wanted)
    y.square().sum().backward()
    wanted.square().sum().backward()
    for own, theirs in zip(shown.parameters(), kept.parameters(), strict=True):
        assert torch.equal(own.grad, theirs.grad)


def test_fit_is_fit_windows(lesson: SimpleNamespace) -> None:
    shown, kept = recurrent.Forecaster(5), recurrent.Forecaster(5)
    copy_of(kept, shown)
    losses = lesson.fit(shown, lesson.inputs, lesson.targets, epochs=6, learning_rate=0.01)
    history = training.fit_windows(
        kept, lesson.inputs, lesson.targets, epochs=6, optimizer=training.adam(0.01)
    )
    assert losses == pytest.approx(list(history.losses), abs=0)
    assert all(map(torch.equal, shown.parameters(), kept.parameters()))


def test_published_network_and_training_are_what_the_study_ran(lesson: SimpleNamespace) -> None:
    torch.manual_seed(0)
    losses = lesson.train_as_published(lesson.GRU(), epochs=1)
    stored = load("airline-published").loc[0, [f"loss_{step}" for step in range(5)]]
    assert np.allclose(losses[:5], stored.to_numpy(dtype=float), atol=1e-5)
    reproducibility.seed_everything(0)
    history = training.fit_windows(
        recurrent.Forecaster(100),
        lesson.inputs,
        lesson.targets,
        epochs=1,
        optimizer=training.adam(0.001),
        batch_size=1,
    )
    assert np.allclose(losses, history.losses, atol=1e-5)


def test_published_forecast_leaks_as_the_study_let_it_leak(lesson: SimpleNamespace) -> None:
    torch.manual_seed(1)
    model = lesson.GRU()
    kept = copy_of(model, recurrent.Forecaster(100))
    model.hidden_cell = torch.randn(1, 1, 100)  # what a training might have left behind
    last = lesson.inputs.new_tensor(lesson.scaled_train[-12:]).reshape(1, 12, 1)
    wanted = leaky_forecast(kept, last, model.hidden_cell, 12)
    fresh = forecasting.recursive_forecast(kept, last, 12)
    shown = lesson.forecast_as_published(model)
    assert np.allclose(shown, lesson.scaler.inverse(wanted.numpy())[0], atol=1e-2)
    assert not np.allclose(shown, lesson.scaler.inverse(fresh.numpy())[0], atol=1e-2)


# ---- what the learner writes, and the helper that the course goes on with


def test_windows_and_scaling(lesson: SimpleNamespace) -> None:
    windows, labels = written.create_inout_sequences(lesson.scaled_train, 12)
    assert np.allclose(windows, lesson.inputs[:, :, 0])
    assert np.allclose(labels, lesson.targets)
    train, test = written.scale(PAST, ACTUAL)
    assert np.allclose(train, lesson.scaled_train)
    assert np.allclose(lesson.scaler.inverse(test), ACTUAL)


def test_recursive_forecast(lesson: SimpleNamespace) -> None:
    model = recurrent.Forecaster(6)
    shown = written.forecast_recursively(model, lesson.inputs[-3:], 5)
    assert torch.equal(shown, forecasting.recursive_forecast(model, lesson.inputs[-3:], 5))


def test_baseline_and_scaled_error() -> None:
    for horizon in (3, 12, 15):
        shown = written.repeat_last_year(PAST, horizon)
        assert np.array_equal(shown, forecasting.seasonal_naive(PAST, horizon))
    forecast = forecasting.autoregression(PAST, 12)
    wanted = forecasting.mase(ACTUAL, forecast, PAST)
    assert written.scaled_error(ACTUAL, forecast, PAST) == pytest.approx(wanted, rel=1e-12)


def test_gru_step_and_the_turned_gate() -> None:
    layer = nn.GRU(2, 4, batch_first=True)
    weights = [p.detach() for p in layer.parameters()]
    x, state = torch.randn(3, 2), torch.randn(3, 4)
    by_hand = written.gru_by_hand(x, state, *weights)
    assert torch.allclose(by_hand, recurrent.gru_step(x, state, *weights), atol=1e-6)
    turned = written.turn_z_around(*weights)
    assert torch.allclose(recurrent.gru_step(x, state, *turned, z="replaces"), by_hand, atol=1e-6)


def test_rolling_origins_are_those_of_the_stored_backtest() -> None:
    assert tuple(written.rolling_origins(144, 108, 3, 12)) == BACKTEST_ORIGINS


# ---- where it is taught

TAUGHT = [
    (series.TrainScaler, 3),
    (series.make_windows, 3),
    (forecasting.rmse, 4),
    (forecasting.seasonal_naive, 4),
    (recurrent.Forecaster, 5),
    (forecasting.recursive_forecast, 5),
    (training.fit_windows, 6),
    (ensembles.train_seeds, 6),
    (series.LogDifference, 6),
    (recurrent.gru_step, 7),
    (forecasting.rolling_origin, 9),
    (forecasting.GrowthNetwork, 9),
    (forecasting.scoreboard, 10),
]
WORDS = {
    3: "published scheme",
    4: "that good",
    5: "repair",
    6: "batches",
    7: "by hand",
    9: "rolling origin",
    10: "measured",
}


@pytest.mark.parametrize(("helper", "section"), TAUGHT, ids=[h.__name__ for h, _ in TAUGHT])
def test_helper_names_the_section_that_teaches_it(helper: object, section: int) -> None:
    said = " ".join((helper.__doc__ or "").split())
    assert re.search(rf"lesson 05, section {section}\b", said)


def test_sections_are_numbered_as_the_helpers_name_them(cells: list) -> None:
    heads = dict(
        re.findall(r"^## (\d+)\. (.+)$", "\n".join(c.source for c in cells), flags=re.MULTILINE)
    )
    for number, words in WORDS.items():
        assert words in heads[str(number)].lower()
