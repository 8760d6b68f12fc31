"""The studies of lessons 05a and 05b: what they hold, and that they can be made again."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
import torch

from course_utils.forecasting import recursive_forecast, rmse, rolling_origin, seasonal_naive
from course_utils.lessons.airline import studies as room
from course_utils.lessons.airline.exercises.choose_setting import choose_setting
from course_utils.lessons.airline.forecaster import (
    BACKTEST_ORIGINS,
    CHOICE_MONTHS,
    CHOICE_ORIGINS,
    TEST_YEARS,
    final_network,
    stored_backtest,
    stored_choice,
)
from course_utils.lessons.airline.own_output import TRAINED_ON, FedBack, exposure
from course_utils.lessons.airline.published import leaky_forecast, published_windows
from course_utils.lessons.airline.studies import (
    CANDIDATES,
    DIFFERENCES,
    HIDDEN,
    HORIZONS,
    TRANSFORMS,
    WINDOWS,
    airline_choice,
    airline_forms,
    airline_published,
    airline_settings,
    airline_transforms,
)
from course_utils.recurrent import Forecaster
from course_utils.reproducibility import seed_everything
from course_utils.series import load_airline
from course_utils.studies import SEEDS, load
from course_utils.training import adam, fit_windows

NUMBERS = [f"{way}_{month}" for way in ("leaking", "fresh") for month in range(1, 13)]


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    return load("airline-published")


def test_the_published_scheme_holds_32_seeds(published: pd.DataFrame) -> None:
    assert published["seed"].tolist() == list(range(32)) == list(SEEDS)
    losses = [f"loss_{step}" for step in range(5)]
    assert published.columns.tolist() == [
        "seed", *losses, "last_epoch_loss", "last_loss", *NUMBERS,
    ]  # fmt: skip
    assert np.isfinite(published.to_numpy()).all()
    # Every run has learnt, and forecasts passengers rather than scaled numbers.
    assert (published["last_epoch_loss"] < published["loss_0"]).all()
    assert published[NUMBERS].to_numpy().min() > 100
    assert (published["leaking_1"] != published["fresh_1"]).all()


def test_the_published_windows() -> None:
    scaler, inputs, targets, last = published_windows()
    assert inputs.shape == (120, 12, 1)
    assert targets.shape == (120, 1)
    airline = load_airline()
    np.testing.assert_allclose(scaler.inverse(last.numpy())[0, :, 0], airline[120:132], rtol=1e-6)
    np.testing.assert_allclose(scaler.inverse(targets.numpy())[:, 0], airline[12:132], rtol=1e-6)
    assert inputs.min() == -1
    assert inputs.max() <= 1


@pytest.mark.parametrize("seed", [3, 31])
def test_the_start_of_a_stored_run_can_be_repeated(published: pd.DataFrame, seed: int) -> None:
    _, inputs, targets, _ = published_windows()
    seed_everything(seed)
    losses = fit_windows(
        Forecaster(100), inputs[:5], targets[:5], epochs=1, optimizer=adam(0.001), batch_size=1
    ).losses
    stored = published.set_index("seed").loc[seed, [f"loss_{step}" for step in range(5)]]
    np.testing.assert_allclose(losses, stored, rtol=1e-5)


def test_a_short_run_gives_the_same_columns(published: pd.DataFrame) -> None:
    table = airline_published(seeds=(3,), epochs=1)
    assert table.columns.tolist() == published.columns.tolist()
    assert table["loss_0"].item() == pytest.approx(published["loss_0"][3], rel=1e-5)


def test_only_the_leaking_forecast_depends_on_what_training_left() -> None:
    torch.manual_seed(0)
    model = Forecaster(hidden=4)
    window = torch.randn(1, 6, 1)
    nothing, something = torch.zeros(1, 1, 4), torch.ones(1, 1, 4)
    leaking = leaky_forecast(model, window, nothing, 3)
    fresh = recursive_forecast(model, window, 3)
    # From a zero state the first step is the same; then the state of the step before leaks in.
    assert torch.equal(leaking[:, 0], fresh[:, 0])
    assert not torch.allclose(leaking[:, 1], fresh[:, 1], atol=1e-5)
    other = leaky_forecast(model, window, something, 3)
    assert not torch.allclose(leaking[:, 0], other[:, 0], atol=1e-5)


def test_the_leak_costs_what_the_course_states(published: pd.DataFrame) -> None:
    """The median RMSE of 1960 over the 32 seeds."""
    actual = load_airline().to_numpy()[132:]
    for way, median in (("leaking", 144.1), ("fresh", 97.5)):
        rows = published.filter(like=f"{way}_").to_numpy()
        assert np.median([rmse(actual, row) for row in rows]) == pytest.approx(median, abs=0.1)


def test_the_stored_backtest_is_that_of_nine_origins() -> None:
    backtest = stored_backtest()
    assert backtest.origins == tuple(range(108, 133, 3)) == BACKTEST_ORIGINS
    assert backtest.forecast.shape == (32, 9, 12)
    values = load_airline().to_numpy()
    assert np.array_equal(backtest.actual[0], values[108:120])
    assert np.array_equal(backtest.actual[-1], values[132:])
    naive = rolling_origin(seasonal_naive, values, backtest.origins, 12)
    assert np.median(backtest.scores()) < naive.scores()[0]
    table = load("airline-backtest").set_index(["origin", "seed"])
    assert np.array_equal(backtest.forecast[5, 2], table.loc[(114, 5)])


def test_the_range_of_the_seeds_is_no_interval() -> None:
    backtest = stored_backtest()
    low, high = backtest.forecast.min(axis=0), backtest.forecast.max(axis=0)
    inside = (low <= backtest.actual) & (backtest.actual <= high)
    assert (inside.sum(), inside[-1].sum()) == (31, 3)


def test_a_stored_forecast_can_be_repeated() -> None:
    """Seed by seed on one machine; another one rounds differently, so not to the digit."""
    past = load_airline().to_numpy()[:114]
    forecast = final_network(seeds=(5,))(past, 12)[0]
    np.testing.assert_allclose(forecast, stored_backtest().forecast[5, 2], rtol=5e-3)


def test_the_choice_sees_no_month_after_1957() -> None:
    assert str(load_airline().index[CHOICE_MONTHS - 1]) == "1957-12"
    assert max(CHOICE_ORIGINS) + 12 <= CHOICE_MONTHS
    assert min(BACKTEST_ORIGINS) >= CHOICE_MONTHS


def test_the_stored_choice_holds_every_candidate_seed_and_origin() -> None:
    settings, errors, origins = stored_choice()
    assert settings.to_dict("records") == list(CANDIDATES)
    assert errors.shape == (len(CANDIDATES), 10, len(origins))
    assert tuple(origins) == CHOICE_ORIGINS + TEST_YEARS
    row = load("airline-choice").query("hidden == 8 and seed == 3").iloc[0]
    place = settings.index[settings["hidden"] == 8][0]
    assert errors[place, 3, 2] == row["origin_66"]


def test_the_final_forecaster_is_the_best_with_one_layer() -> None:
    settings, errors, origins = stored_choice()
    single = settings["layers"].to_numpy() == 1
    chosen = choose_setting(errors[single], origins, 12, CHOICE_MONTHS)
    final = final_network(seeds=(0,))
    wanted = settings[single].iloc[chosen].to_dict()
    assert wanted == {name: getattr(final, name) for name in wanted}


def test_a_stored_candidate_can_be_repeated(monkeypatch) -> None:
    """One seed of one candidate, from the last origin of the choice and the one of 1960."""
    candidate = next(one for one in CANDIDATES if one["layers"] == 2)
    monkeypatch.setattr(room, "CANDIDATES", (candidate,))
    monkeypatch.setattr(room, "CHOICE_ORIGINS", CHOICE_ORIGINS[-1:])
    monkeypatch.setattr(room, "TEST_YEARS", TEST_YEARS[-1:])
    again = airline_choice(seeds=(7,))
    stored = load("airline-choice").query("seed == 7 and layers == 2")[again.columns]
    np.testing.assert_allclose(again, stored, rtol=2e-2)


def test_a_short_choice_of_forms_gives_the_same_rows(monkeypatch) -> None:
    """One seed, from the last origin alone: everything but the error is as stored."""
    monkeypatch.setattr(room, "CHOICE_ORIGINS", CHOICE_ORIGINS[-1:])
    again, stored = airline_forms(seeds=(7,)), load("airline-forms").query("seed == 7")
    pd.testing.assert_frame_equal(
        again.drop(columns="rmse"), stored.drop(columns="rmse").reset_index(drop=True)
    )
    assert again["rmse"].between(5, 100).all()


# ---- the transforms


def test_the_transforms_hold_four_recursive_two_direct_of_32_seeds() -> None:
    runs = load("airline-transforms").set_index(["transform", "way", "seed"])
    asked = [(name, "recursive") for name in ("as it is", "logarithm")]
    asked += list(product(DIFFERENCES, ("recursive", "direct")))
    assert runs.index.tolist() == [(*one, seed) for one in asked for seed in SEEDS]
    assert runs["rmse"].between(5, 200).all()


def test_a_stored_transform_can_be_repeated() -> None:
    """Of the two ways of one seed; another machine rounds differently, so not to the digit."""
    again = airline_transforms(seeds=(5,), transforms=("month on month",))
    stored = load("airline-transforms").merge(again.drop(columns="rmse"))
    assert stored["way"].tolist() == ["recursive", "direct"]
    np.testing.assert_allclose(again["rmse"], stored["rmse"], rtol=2e-2)


# ---- exposure bias


def test_the_exposure_holds_two_transforms_two_trainings_three_years_ten_seeds() -> None:
    table = load("airline-exposure")
    runs = table.set_index(["transform", "trained_on", "origin", "seed"])
    asked = (("as it is", "year on year"), TRAINED_ON, TEST_YEARS, range(10))
    assert runs.index.tolist() == list(product(*asked))
    assert runs.to_numpy().min() > 5
    assert np.isfinite(runs.to_numpy()).all()


def test_a_stored_exposure_can_be_repeated() -> None:
    values = load_airline().to_numpy()
    again = np.array(exposure(values, 108, TRANSFORMS["year on year"], "truth", seeds=(4,)))
    asked = "transform == 'year on year' and trained_on == 'truth' and origin == 108 and seed == 4"
    stored = load("airline-exposure").query(asked)[["one_step", "fed_back"]].to_numpy()[0]
    np.testing.assert_allclose(again[:, 0], stored, rtol=2e-2)


def test_a_network_that_feeds_itself_forecasts_as_the_recursive_forecast_does() -> None:
    torch.manual_seed(2)
    model, window = FedBack(hidden=3, horizon=5), torch.randn(4, 6, 1)
    said, state = model(window)
    assert state is None
    assert torch.equal(said, recursive_forecast(model.forecaster, window, 5))


@pytest.mark.parametrize("trained_on", TRAINED_ON)
def test_the_exposure_is_measured_on_months_that_training_has_not_seen(trained_on) -> None:
    """Later months change the verdict, and nothing else: training must not have met them."""
    values = load_airline().to_numpy()[:60]
    other = np.append(values[:48], values[48:] + 100)
    asked = (TRANSFORMS["as it is"], trained_on, (0,), 3)
    one, two = exposure(values, 48, *asked), exposure(other, 48, *asked)
    # A forecast from the same past, judged on values that are 100 higher.
    assert abs(two[1][0] - one[1][0]) <= 100 + 1e-6
    assert two[1][0] != one[1][0]
    again = exposure(values, 48, *asked)
    assert (again[0], again[1]) == (one[0], one[1])


# ---- the settings of lesson 05b's explorer


@pytest.fixture(scope="module")
def settings() -> pd.DataFrame:
    return load("airline-settings")


def test_the_settings_are_those_that_the_explorer_offers(settings: pd.DataFrame) -> None:
    keys = ["transform", "window", "horizon", "hidden"]
    offered = pd.MultiIndex.from_product([TRANSFORMS, WINDOWS, HORIZONS, HIDDEN])
    months = settings.groupby(keys, sort=False)["month"].apply(list)
    assert months.index.tolist() == offered.tolist()
    assert all(stored == list(range(1, key[2] + 1)) for key, stored in months.items())
    assert settings.columns.tolist() == [*keys, "month", *[f"seed_{seed}" for seed in range(10)]]
    assert settings.filter(like="seed_").to_numpy().min() > 50


def test_a_stored_setting_can_be_repeated(settings: pd.DataFrame) -> None:
    asked = {"transforms": ("year on year",), "windows": (3,), "horizons": (6,), "hidden": (4,)}
    again = airline_settings(seeds=(7,), **asked)
    stored = settings.merge(again.drop(columns="seed_7"))
    assert len(stored) == 6
    # Whole thousands, and another machine rounds differently on the way.
    np.testing.assert_allclose(again["seed_7"], stored["seed_7"], rtol=5e-3, atol=1)
