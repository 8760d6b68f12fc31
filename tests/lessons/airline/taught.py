"""What lessons 05a and 05b write out, each with what the course keeps."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import nn

from course_utils import forecasting, recurrent, series, training
from course_utils.checking.compare import Tolerance
from course_utils.lessons.airline.own_output import FedBack
from course_utils.lessons.airline.published import leaky_forecast, published_windows
from tests.taught import Taught, defined

VALUES = series.load_airline().to_numpy()
PAST, ACTUAL = VALUES[:132], VALUES[132:]


def published_space() -> Mapping[str, Any]:
    scaler, inputs, targets, _ = published_windows()
    scaled_train = scaler.transform(PAST)
    return {"scaler": scaler, "inputs": inputs, "targets": targets, "train_window": 12} | {
        "scaled_train": scaled_train
    }


def published_network() -> nn.Module:
    """Make the lesson's own network, with a state that a training might have left behind."""
    torch.manual_seed(1)
    model = defined("05a", dict(published_space()))["GRU"]()
    model.hidden_cell = torch.randn(1, 1, 100)
    return model


def as_forecaster(model: nn.Module) -> recurrent.Forecaster:
    """Make a forecaster of a published network's own parameters."""
    forecaster = recurrent.Forecaster(model.hidden_layer_size)
    forecaster.readout = model.linear
    for name, parameter in model.gru.named_parameters():
        setattr(forecaster.recurrent, name, parameter)
    return forecaster


def train_one_by_one(model: nn.Module, epochs: int) -> list[float]:
    _, inputs, targets, _ = published_windows()
    return training.fit_windows(
        as_forecaster(model),
        inputs,
        targets,
        epochs=epochs,
        optimizer=training.adam(0.001),
        batch_size=1,
    ).losses


def forecast_leaking(model: nn.Module) -> np.ndarray:
    scaler, _, _, last = published_windows()
    forecast = leaky_forecast(as_forecaster(model), last, model.hidden_cell, 12)
    return scaler.inverse(forecast.numpy())[0]


def scale(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    months = pd.period_range("1949-01", periods=len(train) + len(test), freq="M")
    split = series.split_in_time(pd.Series(np.append(train, test), months), len(test))
    scaler = series.TrainScaler(split).fit(split.train)
    return scaler.transform(train), scaler.transform(test)


def cut(values: np.ndarray, window: int) -> tuple[np.ndarray, np.ndarray]:
    inputs, targets = series.make_windows(values, window)
    return inputs[:, :, 0].double().numpy(), targets.double().numpy()


def fit(model, inputs, targets, epochs, learning_rate) -> list[float]:
    adam = training.adam(learning_rate)
    return training.fit_windows(model, inputs, targets, epochs=epochs, optimizer=adam).losses


def loss_of_fed_back(model: nn.Module, window: torch.Tensor, future: torch.Tensor) -> torch.Tensor:
    fed_back = FedBack(hidden=1, horizon=future.shape[1])
    fed_back.forecaster = model
    return training.mean_squared_error(fed_back(window)[0], future)


def draw(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(sum(shape)))


def to_fit() -> Iterator[tuple[Any, ...]]:
    _, inputs, targets, _ = published_windows()
    for hidden, horizon in ((5, 1), (3, 2)):
        yield recurrent.Forecaster(hidden, horizon), inputs, targets.repeat(1, horizon), 6, 0.01


def steps_of_a_gru() -> Iterator[tuple[Any, ...]]:
    for batch, inputs, hidden in ((3, 2, 4), (1, 1, 6)):
        layer = nn.GRU(inputs, hidden)
        state = draw(batch, hidden).requires_grad_(True)
        yield draw(batch, inputs), state, *(p.detach() for p in layer.parameters())


TAUGHT = [
    Taught(
        lesson="05a",
        name="Forecaster",
        helper=recurrent.Forecaster,
        calls=lambda: [(), (7, 2)],
        then=lambda: [(draw(4, 12, 1),), (draw(1, 5, 1), None)],
    ),
    Taught(
        lesson="05a",
        name="Forecaster",
        helper=recurrent.Forecaster,
        calls=lambda: [(7, 2)],
        then=lambda: [(draw(4, 12, 1), draw(1, 4, 7))],
    ),
    Taught(
        lesson="05a",
        name="train_as_published",
        helper=train_one_by_one,
        calls=lambda: [(published_network(), 1)],
        space=published_space,
        tolerance=Tolerance(1e-4, 1e-5),
    ),
    Taught(
        lesson="05a",
        name="forecast_as_published",
        helper=forecast_leaking,
        calls=lambda: [(published_network(),)],
        space=published_space,
    ),
    Taught(lesson="05a", name="scale", helper=scale, calls=lambda: [(PAST, ACTUAL)]),
    Taught(
        lesson="05a",
        name="create_inout_sequences",
        helper=cut,
        calls=lambda: [(np.sin(PAST), 12), (np.sin(PAST), 1)],
    ),
    Taught(
        lesson="05a",
        name="repeat_last_year",
        helper=forecasting.seasonal_naive,
        calls=lambda: [(PAST, horizon) for horizon in (3, 12, 15)],
    ),
    Taught(
        lesson="05a",
        name="scaled_error",
        helper=forecasting.mase,
        calls=lambda: [(ACTUAL, forecasting.autoregression(PAST, 12), PAST)],
    ),
    Taught(
        lesson="05a",
        name="forecast_recursively",
        helper=forecasting.recursive_forecast,
        calls=lambda: [(recurrent.Forecaster(6), draw(3, 12, 1), horizon) for horizon in (1, 15)],
    ),
    Taught(lesson="05b", name="fit", helper=fit, calls=to_fit),
    Taught(
        lesson="05b",
        name="loss_on_own_output",
        helper=loss_of_fed_back,
        calls=lambda: [(recurrent.Forecaster(4), draw(3, 6, 1), draw(3, n)) for n in (1, 4)],
    ),
    Taught(lesson="05b", name="gru_by_hand", helper=recurrent.gru_step, calls=steps_of_a_gru),
]
