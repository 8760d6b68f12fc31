"""The studies of lesson 05: airline passengers."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from course_utils.ensembles import train_seeds
from course_utils.forecasting import (
    Backtest,
    GrowthNetwork,
    Method,
    Network,
    recursive_forecast,
    rmse,
    rolling_origin,
)
from course_utils.recurrent import CELLS, Forecaster
from course_utils.series import (
    Identity,
    Log,
    LogDifference,
    TrainScaler,
    Transform,
    load_airline,
    make_windows,
    split_in_time,
)
from course_utils.studies.store import SEEDS, Study, load
from course_utils.training import adam, fit_windows, show_progress


def published_windows() -> tuple[TrainScaler, Tensor, Tensor, Tensor]:
    """Prepare the airline passengers as the published tutorial does.

    Returns
    -------
    scaler : TrainScaler
        Fitted on the 132 training months, to (−1, 1).
    inputs, targets : Tensor
        Shapes (120, 12, 1) and (120, 1).
    last : Tensor
        Shape (1, 12, 1): the last year of training, where the forecast starts.
    """
    split = split_in_time(load_airline(), test=12)
    scaler = TrainScaler(split).fit(split.train)
    scaled = scaler.transform(split.train)
    inputs, targets = make_windows(scaled, window=12)
    last = torch.tensor(scaled[-12:], dtype=torch.float32).reshape(1, 12, 1)
    return scaler, inputs, targets, last


@torch.no_grad()
def leaky_forecast(model: nn.Module, last: Tensor, state: Tensor, horizon: int) -> Tensor:
    """Forecast as published: the state of the last call leaks into the next.

    Parameters
    ----------
    model : Forecaster
        Forecasts one step.
    last : Tensor
        Shape (1, steps, 1): the last known window.
    state : Tensor
        Shape (1, 1, hidden): what training left behind.
    horizon : int
        How many steps ahead.

    Returns
    -------
    Tensor
        Shape (1, horizon).

    Notes
    -----
    The fault that lesson 05, section 3 shows; never use it for a forecast.
    """
    known = last
    for _ in range(horizon):
        y, state = model(known[:, -last.shape[1] :], state)
        known = torch.cat([known, y.unsqueeze(-1)], dim=1)
    return known[:, last.shape[1] :, 0]


def airline_published(seeds: Sequence[int] = SEEDS, epochs: int = 300) -> pd.DataFrame:
    """Run the published airline scheme: 300 epochs, one window at a time, hidden 100.

    Each trained network forecasts 1960 twice: with the state leaking from
    training and from step to step, as published, and with a fresh state.

    Parameters
    ----------
    seeds : sequence of int
        One run each.
    epochs : int
        Passes over the 120 windows.

    Returns
    -------
    pandas.DataFrame
        Seed; first losses; mean loss of the last epoch and the last window's
        loss, which is what the published script prints; the 12 forecasts in
        thousands of passengers, leaking and fresh.
    """
    scaler, inputs, targets, last = published_windows()
    ensemble = train_seeds(
        partial(Forecaster, 100),
        inputs,
        targets,
        seeds=seeds,
        epochs=epochs,
        optimizer=adam(0.001),
        batch_size=1,
    )
    rows = []
    for seed, model, losses in zip(seeds, ensemble.models, ensemble.losses, strict=True):
        # The state that training leaves behind is that of its last window. (The
        # script has it from just before the last update: one Adam step away.)
        with torch.no_grad():
            _, state = model(inputs[-1:])
        leaking = scaler.inverse(leaky_forecast(model, last, state, 12).numpy())[0]
        fresh = scaler.inverse(recursive_forecast(model, last, 12).numpy())[0]
        rows.append(
            {"seed": seed}
            | {f"loss_{step}": losses[step] for step in range(5)}
            | {"last_epoch_loss": losses[-len(inputs) :].mean(), "last_loss": losses[-1]}
            | {f"leaking_{month}": value for month, value in enumerate(leaking, start=1)}
            | {f"fresh_{month}": value for month, value in enumerate(fresh, start=1)}
        )
    return pd.DataFrame(rows)


# The months before 1958: all that a choice may see. The years after are the judges.
CHOICE_MONTHS = 108
CHOICE_ORIGINS = tuple(range(60, 97, 3))
BACKTEST_ORIGINS = tuple(range(108, 133, 3))


def airline_forms(seeds: Sequence[int] = tuple(range(10))) -> pd.DataFrame:
    """Compare what a network may see and forecast, on 1954 to 1957 alone.

    Parameters
    ----------
    seeds : sequence of int
        One network each, at each of the 13 origins.

    Returns
    -------
    pandas.DataFrame
        A row a form and seed: form, seed, rmse (thousands of passengers, mean
        over the origins).
    """
    small = partial(Network, hidden=8, epochs=150, seeds=seeds)
    forms: dict[str, Method] = {
        "as it is, recursive": small(Identity()),
        "month on month, recursive": small(LogDifference(1)),
        "month on month, direct": small(LogDifference(1), direct=True),
        "year on year, recursive": small(LogDifference(12)),
        "year on year, direct": small(LogDifference(12), direct=True),
        "shape in, growth out, direct": GrowthNetwork(hidden=8, epochs=70, seeds=seeds),
    }
    values = load_airline().to_numpy()[:CHOICE_MONTHS]
    return pd.DataFrame(
        {"form": form, "seed": seed, "rmse": score}
        for form, method in forms.items()
        for seed, score in zip(
            seeds, rolling_origin(method, values, CHOICE_ORIGINS, 12).scores(), strict=True
        )
    )


def airline_choice(seeds: Sequence[int] = tuple(range(10))) -> pd.DataFrame:
    """Choose size and length of training of the final forecaster, on 1954 to 1957 alone.

    Parameters
    ----------
    seeds : sequence of int
        One network each, at each of the 13 origins.

    Returns
    -------
    pandas.DataFrame
        A row a candidate and seed: hidden, epochs, seed, rmse (thousands of
        passengers, mean over the origins).
    """
    values = load_airline().to_numpy()[:CHOICE_MONTHS]
    rows = []
    for hidden in (8, 16, 32):
        for epochs in (25, 40, 70, 100):
            method = GrowthNetwork(hidden=hidden, epochs=epochs, seeds=seeds)
            scores = rolling_origin(method, values, CHOICE_ORIGINS, 12).scores()
            rows += [
                {"hidden": hidden, "epochs": epochs, "seed": seed, "rmse": score}
                for seed, score in zip(seeds, scores, strict=True)
            ]
    return pd.DataFrame(rows)


def airline_backtest(seeds: Sequence[int] = SEEDS) -> pd.DataFrame:
    """Run the final forecaster from the nine origins of 1958 to 1960.

    Parameters
    ----------
    seeds : sequence of int
        One network each, at each origin.

    Returns
    -------
    pandas.DataFrame
        A row an origin and seed: origin, seed, the 12 forecasts in thousands
        of passengers.
    """
    values = load_airline().to_numpy()
    backtest = rolling_origin(GrowthNetwork(seeds=seeds), values, BACKTEST_ORIGINS, 12)
    return pd.DataFrame(
        {"origin": origin, "seed": seed}
        | {f"month_{month}": value for month, value in enumerate(forecast, start=1)}
        for place, origin in enumerate(BACKTEST_ORIGINS)
        for seed, forecast in zip(seeds, backtest.forecast[:, place], strict=True)
    )


def stored_backtest() -> Backtest:
    """Read the study ``airline-backtest`` as a backtest.

    Returns
    -------
    Backtest
        32 members, nine origins, twelve months.
    """
    table = load("airline-backtest")
    values = load_airline().to_numpy()
    months = [f"month_{month}" for month in range(1, 13)]
    pieces = [part[months].to_numpy() for _, part in table.groupby("origin")]
    origins = tuple(int(origin) for origin in table["origin"].unique())
    return Backtest(
        origins=origins,
        actual=np.stack([values[origin : origin + 12] for origin in origins]),
        forecast=np.stack(pieces, axis=1),
    )


def airline_cells(seeds: Sequence[int] = SEEDS) -> pd.DataFrame:
    """Compare GRU, LSTM and RNN on the published task and in the final forecaster.

    The published task (hidden 100, windows of twelve, recursive) is trained on
    all windows at once, 300 updates with Adam 0.01 on standardised values,
    since one window at a time would take hours.

    Parameters
    ----------
    seeds : sequence of int
        One network each.

    Returns
    -------
    pandas.DataFrame
        A row a recipe, cell and seed: RMSE on 1960 in thousands of passengers.
    """
    values = load_airline().to_numpy()
    recipes: dict[str, Callable[[str], Method]] = {
        "published task": lambda cell: Network(
            Identity(), hidden=100, epochs=300, cell=cell, seeds=seeds
        ),
        "final forecaster": lambda cell: GrowthNetwork(cell=cell, seeds=seeds),
    }
    return pd.DataFrame(
        {"recipe": recipe, "cell": cell, "seed": seed, "rmse": rmse(values[-12:], forecast)}
        for recipe, make_method in recipes.items()
        for cell in CELLS
        for seed, forecast in zip(seeds, make_method(cell)(values[:-12], 12), strict=True)
    )


def airline_speed(rounds: int = 9, updates: int = 20) -> pd.DataFrame:
    """Time one update of the published size with each cell, cell by cell in turn.

    Parameters
    ----------
    rounds : int
        How often each cell has its turn, so that a slow moment hits all.
    updates : int
        Updates a turn.

    Returns
    -------
    pandas.DataFrame
        A row a batch size, round and cell: milliseconds an update.
    """
    _, inputs, targets, _ = published_windows()
    rows = []
    for batch in (1, len(inputs)):
        for turn in range(rounds):
            for cell in CELLS:
                model = Forecaster(100, cell=cell)
                x, target = inputs[:batch], targets[:batch]
                fit_windows(model, x, target, epochs=2, optimizer=adam(0.001))
                start = time.perf_counter()
                fit_windows(model, x, target, epochs=updates, optimizer=adam(0.001))
                spent = 1000 * (time.perf_counter() - start) / updates
                rows.append({"batch": batch, "round": turn, "cell": cell, "milliseconds": spent})
    return pd.DataFrame(rows)


# What the lesson's explorer offers.
TRANSFORMS: dict[str, Transform] = {
    "as it is": Identity(),
    "logarithm": Log(),
    "month on month": LogDifference(1),
    "year on year": LogDifference(12),
}
WINDOWS, HORIZONS, HIDDEN = (3, 6, 12, 24), (3, 6, 12, 24), (2, 4, 8, 16)


def airline_settings(
    seeds: Sequence[int] = tuple(range(10)),
    transforms: Sequence[str] = tuple(TRANSFORMS),
    windows: Sequence[int] = WINDOWS,
    horizons: Sequence[int] = HORIZONS,
    hidden: Sequence[int] = HIDDEN,
) -> pd.DataFrame:
    """Forecast the last months with a small GRU, in every setting of the lesson's explorer.

    Each network sees all months before the horizon, and trains as in section 6 of the lesson.

    Parameters
    ----------
    seeds : sequence of int
        One network each, in every setting.
    transforms, windows, horizons, hidden
        What is tried, each with each.

    Returns
    -------
    pandas.DataFrame
        A row a setting and month: transform, window, horizon, hidden, month (from 1), and a
        column a seed, the forecast in whole thousands of passengers: it is there to be drawn.
    """
    values = load_airline().to_numpy()
    tables = []
    settings = list(product(transforms, windows, horizons, hidden))
    with show_progress(len(settings), "settings") as bar:
        for transform, window, horizon, size in settings:
            network = Network(TRANSFORMS[transform], window=window, hidden=size, seeds=seeds)
            forecasts = network(values[:-horizon], horizon)
            table = pd.DataFrame(
                {"transform": transform, "window": window, "horizon": horizon, "hidden": size}
                | {"month": range(1, horizon + 1)}
                | {f"seed_{seed}": row.round() for seed, row in zip(seeds, forecasts, strict=True)}
            )
            tables.append(table)
            bar.update()
    return pd.concat(tables, ignore_index=True)


STUDIES: dict[str, Study] = {
    "airline-published": airline_published,
    "airline-forms": airline_forms,
    "airline-choice": airline_choice,
    "airline-backtest": airline_backtest,
    "airline-cells": airline_cells,
    "airline-speed": airline_speed,
    "airline-settings": airline_settings,
}
