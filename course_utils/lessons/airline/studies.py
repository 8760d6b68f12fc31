"""The studies of lessons 05a and 05b: airline passengers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import product

import pandas as pd
import torch

from course_utils.ensembles import train_seeds
from course_utils.forecasting import (
    Network,
    recursive_forecast,
    rmse,
    rolling_origin,
)
from course_utils.forms import ShapeToGrowth, Windows
from course_utils.lessons.airline.forecaster import (
    BACKTEST_ORIGINS,
    CHOICE_MONTHS,
    CHOICE_ORIGINS,
    TEST_YEARS,
    final_network,
)
from course_utils.lessons.airline.own_output import TRAINED_ON, exposure
from course_utils.lessons.airline.published import leaky_forecast, published_windows
from course_utils.recurrent import CELLS, Forecaster
from course_utils.series import Identity, Log, LogDifference, Transform, load_airline
from course_utils.studies import SEEDS, Study
from course_utils.training import adam, fit_windows, show_progress

TEN_SEEDS = tuple(range(10))
DIFFERENCES: dict[str, Transform] = {
    "month on month": LogDifference(1),
    "year on year": LogDifference(12),
}
LEVELS: dict[str, Transform] = {"as it is": Identity(), "logarithm": Log()}
TRANSFORMS = LEVELS | DIFFERENCES


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


def _scores_before_1958(network: Network) -> pd.DataFrame:
    values = load_airline().to_numpy()[:CHOICE_MONTHS]
    scores = rolling_origin(network, values, CHOICE_ORIGINS, 12).scores()
    return pd.DataFrame({"seed": network.seeds, "rmse": scores})


def airline_forms(seeds: Sequence[int] = TEN_SEEDS) -> pd.DataFrame:
    """Compare what a network may see and forecast, on 1954 to 1957 alone.

    Parameters
    ----------
    seeds : sequence of int
        One network each, at each of the 13 origins.

    Returns
    -------
    pandas.DataFrame
        A row per form and seed: form, seed, rmse (thousands of passengers, mean
        over the origins).
    """
    small = partial(Network, hidden=8, seeds=seeds)
    forms = {
        "as it is, recursive": small(Windows(Identity()), epochs=150),
        "month on month, recursive": small(Windows(LogDifference(1)), epochs=150),
        "month on month, direct": small(Windows(LogDifference(1), direct=True), epochs=150),
        "year on year, recursive": small(Windows(LogDifference(12)), epochs=150),
        "year on year, direct": small(Windows(LogDifference(12), direct=True), epochs=150),
        "shape in, growth out, direct": small(ShapeToGrowth(), epochs=70),
    }
    tables = [
        _scores_before_1958(network).assign(form=form)[["form", "seed", "rmse"]]
        for form, network in forms.items()
    ]
    return pd.concat(tables, ignore_index=True)


# One thing at a time is changed: how long it trains, its units, its layers, its window.
CANDIDATES = tuple(
    {"hidden": hidden, "layers": layers, "window": window, "epochs": epochs}
    for hidden, layers, window, epochs in (
        *((16, 1, 12, epochs) for epochs in (25, 40, 70, 100)),
        *((hidden, 1, 12, 70) for hidden in (8, 32)),
        (16, 2, 12, 70),
        (16, 1, 24, 70),
    )
)


def airline_choice(seeds: Sequence[int] = TEN_SEEDS) -> pd.DataFrame:
    """Score every candidate for the final forecaster, origin by origin.

    The choice itself sees only the forecasts that end before 1958. The years 1958, 1959 and 1960
    are there to show what a choice by one of them would have claimed.

    Parameters
    ----------
    seeds : sequence of int
        One network each, at each origin.

    Returns
    -------
    pandas.DataFrame
        A row per candidate and seed: hidden, layers, window, epochs, seed, and a column per
        origin, the RMSE of its twelve months in thousands of passengers.
    """
    values, final, rows = load_airline().to_numpy(), final_network(seeds), []
    for candidate in show_progress(CANDIDATES, "candidates"):
        network = replace(final, **candidate)  # type: ignore[arg-type]
        backtest = rolling_origin(network, values, CHOICE_ORIGINS + TEST_YEARS, 12)
        for seed, forecasts in zip(seeds, backtest.forecast, strict=True):
            errors = map(rmse, backtest.actual, forecasts)
            scores = dict(zip(backtest.origins, errors, strict=True))
            named = {f"origin_{origin}": error for origin, error in scores.items()}
            rows.append(candidate | {"seed": seed} | named)
    return pd.DataFrame(rows)


def airline_exposure(
    seeds: Sequence[int] = TEN_SEEDS, origins: Sequence[int] = TEST_YEARS
) -> pd.DataFrame:
    """Train small recursive forecasters on the truth, and on their own output.

    Parameters
    ----------
    seeds : sequence of int
        One network each, at each origin.
    origins : sequence of int
        How many months each training knows.

    Returns
    -------
    pandas.DataFrame
        A row per transform, training, origin and seed: the RMSE of one month ahead from true
        months, and of twelve months fed back, in thousands of passengers.
    """
    values, tables = load_airline().to_numpy(), []
    kinds = product(("as it is", "year on year"), TRAINED_ON, origins)
    for transform, trained_on, origin in show_progress(list(kinds), "trainings"):
        one_step, own = exposure(values, origin, TRANSFORMS[transform], trained_on, seeds)
        table = pd.DataFrame({"seed": list(seeds), "one_step": one_step, "fed_back": own})
        table.insert(0, "transform", transform)
        table.insert(1, "trained_on", trained_on)
        table.insert(2, "origin", origin)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def airline_transforms(
    seeds: Sequence[int] = SEEDS,
    transforms: Sequence[str] = tuple(TRANSFORMS),
) -> pd.DataFrame:
    """Forecast 1960 with a small network under each transform, recursively or directly.

    Lesson 05b compares the six in `what-the-network-sees` and runs one of them live.

    Parameters
    ----------
    seeds : sequence of int
        One network each.
    transforms : sequence of str
        Names of `TRANSFORMS`; those that take a difference are also tried directly.

    Returns
    -------
    pandas.DataFrame
        A row per transform, way ("recursive" or "direct") and seed: RMSE on 1960 in thousands of
        passengers.
    """
    values, rows = load_airline().to_numpy(), []
    for transform in transforms:
        ways = ("recursive", "direct") if transform in DIFFERENCES else ("recursive",)
        for way in ways:
            form = Windows(TRANSFORMS[transform], direct=way == "direct")
            forecasts = Network(form, hidden=8, epochs=150, seeds=seeds)(values[:-12], 12)
            rows += [
                {"transform": transform, "way": way, "seed": seed, "rmse": rmse(values[-12:], row)}
                for seed, row in zip(seeds, forecasts, strict=True)
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
        A row per origin and seed: origin, seed, the 12 forecasts in thousands
        of passengers.
    """
    values = load_airline().to_numpy()
    backtest = rolling_origin(final_network(seeds), values, BACKTEST_ORIGINS, 12)
    return pd.DataFrame(
        {"origin": origin, "seed": seed}
        | {f"month_{month}": value for month, value in enumerate(forecast, start=1)}
        for place, origin in enumerate(BACKTEST_ORIGINS)
        for seed, forecast in zip(seeds, backtest.forecast[:, place], strict=True)
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
        A row per recipe, cell and seed: RMSE on 1960 in thousands of passengers.
    """
    values = load_airline().to_numpy()
    recipes = {
        "published task": Network(Windows(Identity()), hidden=100, epochs=300, seeds=seeds),
        "final forecaster": final_network(seeds),
    }
    return pd.DataFrame(
        {"recipe": recipe, "cell": cell, "seed": seed, "rmse": rmse(values[-12:], forecast)}
        for recipe, network in recipes.items()
        for cell in CELLS
        for seed, forecast in zip(seeds, replace(network, cell=cell)(values[:-12], 12), strict=True)
    )


def airline_speed(rounds: int = 9, updates: int = 20) -> pd.DataFrame:
    """Time one update of the published size with each cell, cell by cell in turn.

    Parameters
    ----------
    rounds : int
        How often each cell has its turn, so that a slow moment hits all.
    updates : int
        Updates per turn.

    Returns
    -------
    pandas.DataFrame
        A row per batch size, round and cell: milliseconds per update.
    """
    _, inputs, targets, _ = published_windows()
    rows = []
    for batch, turn, cell in product((1, len(inputs)), range(rounds), CELLS):
        model = Forecaster(100, cell=cell)
        x, target = inputs[:batch], targets[:batch]
        fit_windows(model, x, target, epochs=2, optimizer=adam(0.001))
        start = time.perf_counter()
        fit_windows(model, x, target, epochs=updates, optimizer=adam(0.001))
        spent = 1000 * (time.perf_counter() - start) / updates
        rows.append({"batch": batch, "round": turn, "cell": cell, "milliseconds": spent})
    return pd.DataFrame(rows)


# What lesson 05b's explorer offers, with `TRANSFORMS`.
WINDOWS, HORIZONS, HIDDEN = (3, 6, 12, 24), (3, 6, 12, 24), (2, 4, 8, 16)


def airline_settings(
    seeds: Sequence[int] = TEN_SEEDS,
    transforms: Sequence[str] = tuple(TRANSFORMS),
    windows: Sequence[int] = WINDOWS,
    horizons: Sequence[int] = HORIZONS,
    hidden: Sequence[int] = HIDDEN,
) -> pd.DataFrame:
    """Forecast the last months with a small GRU, in every setting of lesson 05b's explorer.

    Each network sees all months before the horizon, and trains as in lesson 05b,
    `batches-and-transforms`.

    Parameters
    ----------
    seeds : sequence of int
        One network each, in every setting.
    transforms, windows, horizons, hidden
        What is tried, each with each.

    Returns
    -------
    pandas.DataFrame
        A row per setting and month: transform, window, horizon, hidden, month (from 1), and a
        column per seed, the forecast in whole thousands of passengers: it is there to be drawn.
    """
    values = load_airline().to_numpy()
    tables = []
    settings = list(product(transforms, windows, horizons, hidden))
    for transform, window, horizon, size in show_progress(settings, "settings"):
        form = Windows(TRANSFORMS[transform])
        network = Network(form, window=window, hidden=size, seeds=seeds)
        forecasts = network(values[:-horizon], horizon)
        table = pd.DataFrame(
            {"transform": transform, "window": window, "horizon": horizon, "hidden": size}
            | {"month": range(1, horizon + 1)}
            | {f"seed_{seed}": row.round() for seed, row in zip(seeds, forecasts, strict=True)}
        )
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


STUDIES: dict[str, Study] = {
    "airline-published": airline_published,
    "airline-forms": airline_forms,
    "airline-choice": airline_choice,
    "airline-transforms": airline_transforms,
    "airline-backtest": airline_backtest,
    "airline-cells": airline_cells,
    "airline-speed": airline_speed,
    "airline-settings": airline_settings,
    "airline-exposure": airline_exposure,
}
