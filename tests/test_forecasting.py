"""Metrics, baselines, forecasts of a network, backtest and scoreboard."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import mean_absolute_error
from statsmodels.tsa.ar_model import AutoReg
from statsmodels.tsa.holtwinters import ExponentialSmoothing
from statsmodels.tsa.statespace.sarimax import SARIMAX
from torch import Tensor, nn

from course_utils.forecasting import (
    Backtest,
    Method,
    Network,
    autoregression,
    direct_forecast,
    drift,
    holt_winters,
    last_value,
    mase,
    on,
    recursive_forecast,
    rmse,
    rolling_origin,
    sarima,
    scoreboard,
    seasonal_naive,
    seasonal_naive_growth,
    skill,
)
from course_utils.forms import ShapeToGrowth, Windows
from course_utils.recurrent import Forecaster
from course_utils.reproducibility import seed_everything
from course_utils.series import Identity, Log, LogDifference, load_airline, make_windows
from course_utils.training import adam, fit_windows

METHODS = (
    last_value, drift, seasonal_naive, seasonal_naive_growth, autoregression, holt_winters, sarima,
)  # fmt: skip


@pytest.fixture(scope="module")
def airline() -> np.ndarray:
    return load_airline().to_numpy()


# ---------------------------------------------------------------- metrics


@pytest.mark.parametrize("shape", [(12,), (3, 12)])
def test_the_error_counts_every_number_alike(shape: tuple[int, ...]) -> None:
    random = np.random.default_rng(0)
    actual = random.uniform(100, 600, shape)
    forecast = actual + random.normal(0, 40, shape)
    wanted = np.sqrt(np.square(actual - forecast).mean())
    assert rmse(actual, forecast) == rmse(forecast, actual) == pytest.approx(wanted, rel=1e-12)


def test_the_scaled_error_by_hand() -> None:
    # Over a season of two the past changes by 2, 3, 1 and 4: 2.5 in the mean.
    past = np.array([1.0, 2, 3, 5, 4, 9])
    actual, forecast = np.array([10.0, 10]), np.array([8.0, 11])
    assert mase(actual, forecast, past, season=2) == pytest.approx(1.5 / 2.5)
    # Over a season of one by 1, 1, 2, 1 and 5: 2.
    assert mase(actual, forecast, past, season=1) == pytest.approx(1.5 / 2)


@pytest.mark.parametrize(
    ("actual", "forecast", "message"),
    [
        ([1, 2], [1], "forecast must be a real array"),
        ([[1, 2]], [1, 2], "forecast must be a real array"),
        ([], [], r"actual must hold at least one number, got shape \(0,\)"),
        ([1, np.nan], [1, 2], "actual must be finite, got nan"),
        ([1, 2], [1, -np.inf], "forecast must be finite, got -inf"),
    ],
)
def test_what_cannot_be_scored_is_refused(actual: list, forecast: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rmse(np.array(actual), np.array(forecast))
    with pytest.raises(ValueError, match=message):
        mase(np.array(actual), np.array(forecast), np.arange(20.0))


def test_the_errors_of_the_scaled_error() -> None:
    one = np.ones(1)
    with pytest.raises(ValueError, match="past must hold at least 13 values"):
        mase(one, one, np.arange(12.0))
    with pytest.raises(ValueError, match="past must change from season to season"):
        mase(one, one, np.tile([1.0, 2.0], 5), season=2)


def test_skill_is_the_share_that_is_taken_away() -> None:
    assert skill(0, 8) == 1
    assert skill(2, 8) == 0.75
    assert skill(8, 8) == 0
    assert skill(12, 8) == -0.5
    for bad, name in (
        ((1, 0), "reference"), ((-1, 1), "score"), ((float("nan"), 1), "score"),
        ((1, float("nan")), "reference"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=f"^{name} must be"):
            skill(*bad)


# -------------------------------------------------------------- baselines


def test_the_naive_baselines_by_hand() -> None:
    past = np.array([1.0, 2, 3, 2, 4, 6])
    assert last_value(past, 3).tolist() == [6, 6, 6]
    assert drift(np.array([1.0, 9.0, 4.0, 7.0]), 3).tolist() == [9, 11, 13]
    assert seasonal_naive(past, 2, season=3).tolist() == [2, 4]
    assert seasonal_naive(past, 7, season=3).tolist() == [2, 4, 6, 2, 4, 6, 2]
    # The second season is twice the first, so the third is twice the second, and so on.
    assert seasonal_naive_growth(past, 7, season=3).tolist() == [4, 8, 12, 8, 16, 24, 16]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("horizon", [1, 12, 15])
def test_every_baseline_keeps_the_contract(
    method: Method, horizon: int, airline: np.ndarray
) -> None:
    past = airline[:72].copy()
    forecast = method(past, horizon)
    assert isinstance(forecast, np.ndarray)
    assert forecast.shape == (horizon,)
    assert np.isfinite(forecast).all()
    forecast[:] = 0
    assert np.array_equal(past, airline[:72]), "the past is not to be changed"


@pytest.mark.parametrize("method", METHODS)
def test_every_baseline_refuses_what_it_cannot_use(method: Method, airline: np.ndarray) -> None:
    with pytest.raises(ValueError, match="horizon must be a whole number, at least 1, got 0"):
        method(airline, 0)
    with pytest.raises(ValueError, match=r"past must hold at least .*, got (0|shape \(0,\))"):
        method(airline[:0], 1)
    with pytest.raises(
        ValueError, match=r"past must be a real array of shape \(n,\), got .* \(144, 1\)"
    ):
        method(airline[:, None], 1)


@pytest.mark.parametrize(
    ("method", "least"),
    [(seasonal_naive, 12), (seasonal_naive_growth, 24), (autoregression, 26), (holt_winters, 24)],
)
def test_the_shortest_past_that_is_enough(method: Method, least: int, airline: np.ndarray) -> None:
    assert method(airline[:least], 2).shape == (2,)
    with pytest.raises(ValueError, match=f"past must hold at least {least} values"):
        method(airline[: least - 1], 2)


def test_the_sarima_wants_two_years_and_values_above_zero(airline: np.ndarray) -> None:
    with pytest.raises(ValueError, match="past must hold at least 26 values"):
        sarima(airline[:24], 1)
    with pytest.raises(ValueError, match=r"past must be above 0 for a logarithm, got -622\.0"):
        sarima(-airline, 1)


@pytest.mark.parametrize("order", [1, 3, 12])
@pytest.mark.parametrize("horizon", [1, 30])
def test_the_autoregression_is_that_of_statsmodels(
    order: int, horizon: int, airline: np.ndarray
) -> None:
    past = airline[:132]
    theirs = AutoReg(past, order, trend="c").fit().predict(132, 131 + horizon)
    np.testing.assert_allclose(autoregression(past, horizon, order), theirs, rtol=1e-8)


def test_the_autoregression_finds_a_law_by_itself() -> None:
    past = np.array([3.0])
    for _ in range(9):
        past = np.append(past, 2 * past[-1] - 1)
    wanted = 2 ** np.arange(10, 13) * 2 + 1
    np.testing.assert_allclose(autoregression(past, 3, order=1), wanted)
    with pytest.raises(ValueError, match="order must be a whole number, at least 1, got 0"):
        autoregression(past, 3, order=0)


def test_the_classical_methods_are_those_of_statsmodels(airline: np.ndarray) -> None:
    past = airline[:132]
    smoothing = ExponentialSmoothing(past, trend="add", seasonal="mul", seasonal_periods=12)
    np.testing.assert_allclose(holt_winters(past, 24), smoothing.fit().forecast(24), rtol=1e-9)
    model = SARIMAX(np.log(past), order=(0, 1, 1), seasonal_order=(0, 1, 1, 12))
    wanted = np.exp(model.fit(disp=False).forecast(24))
    np.testing.assert_allclose(sarima(past, 24), wanted, rtol=1e-9)


@pytest.mark.parametrize(
    ("method", "one_year", "rolling"),
    [
        (last_value, 103.0, 79.9),
        (seasonal_naive, 50.7, 41.3),
        (seasonal_naive_growth, 16.8, 27.0),
        (autoregression, 17.5, 25.8),
        (holt_winters, 15.8, 18.6),
        (sarima, 18.6, 18.9),
    ],
)
def test_the_numbers_that_the_course_states(
    method: Method, one_year: float, rolling: float, airline: np.ndarray
) -> None:
    """The RMSE of 1960, and the mean RMSE of nine forecasts of twelve months."""
    assert rmse(airline[132:], method(airline[:132], 12)) == pytest.approx(one_year, abs=0.06)
    backtest = rolling_origin(method, airline, range(108, 133, 3), horizon=12)
    assert backtest.scores() == pytest.approx([rolling], abs=0.1)


def test_a_method_on_a_transformed_series() -> None:
    past = np.array([1.0, 2, 4, 8])
    assert on(Identity(), last_value)(past, 2).tolist() == [8, 8]
    np.testing.assert_allclose(on(Log(), last_value)(past, 2), [8, 8])
    np.testing.assert_allclose(on(LogDifference(1), last_value)(past, 3), [16, 32, 64])
    np.testing.assert_allclose(on(LogDifference(2), last_value)(past, 3), [16, 32, 64])


# --------------------------------------------------- forecasts of a network


class Recorder(nn.Module):
    """Forecasts the first plus the last value of its window; writes down what it is given."""

    def __init__(self, horizon: int = 1) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(horizon))
        self.windows: list[list[list[float]]] = []
        self.states: list[Tensor | None] = []

    def forward(self, x: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        self.windows.append(x[..., 0].tolist())
        self.states.append(state)
        return (x[:, 0] + x[:, -1]) * self.weight, torch.ones(1)


def test_the_recursive_forecast_slides_over_its_own_outputs() -> None:
    model = Recorder()
    window = torch.tensor([[1.0, 2, 3], [0, 0, 5]]).unsqueeze(-1)
    before = window.clone()
    forecast = recursive_forecast(model, window, 4)
    assert forecast.tolist() == [[4, 6, 9, 13], [5, 5, 10, 15]]
    # The first window is asked for twice: a model that keeps a state would be seen.
    windows = [[1, 2, 3], [1, 2, 3], [2, 3, 4], [3, 4, 6], [4, 6, 9]]
    assert [step[0] for step in model.windows] == windows
    assert torch.equal(window, before)
    assert not forecast.requires_grad


def test_no_state_leaks_into_the_next_step_or_call() -> None:
    model = Recorder()
    window = torch.tensor([[[1.0], [2.0]]])
    first = recursive_forecast(model, window, 3)
    assert torch.equal(recursive_forecast(model, window, 3), first)
    assert model.states == [None] * 8


def test_the_recursive_forecast_of_a_real_network() -> None:
    torch.manual_seed(0)
    model = Forecaster(hidden=8)
    window = torch.randn(2, 5, 1)
    forecast = recursive_forecast(model, window, 7)
    known = window
    for step in range(7):
        y, _ = model(known[:, -5:], torch.zeros(1, 2, 8))
        torch.testing.assert_close(forecast[:, step : step + 1], y.detach())
        known = torch.cat([known, y.detach()[..., None]], dim=1)
    assert torch.equal(recursive_forecast(model, window, 7), forecast)
    assert torch.equal(recursive_forecast(model, window, 3), forecast[:, :3])


def test_the_direct_forecast_is_the_answer_to_the_window() -> None:
    model = Recorder(horizon=3)
    forecast = direct_forecast(model, torch.tensor([[[1.0], [2.0]]]))
    assert forecast.tolist() == [[3, 3, 3]]
    assert model.states == [None] * 2
    assert not forecast.requires_grad


@pytest.mark.parametrize(
    ("model", "shape", "horizon", "message"),
    [
        (Recorder(), (2, 5), 1, r"window must be a float tensor of shape \(batch, steps, 1\)"),
        (Recorder(), (2, 5, 3), 1, r"window must be a float tensor of shape \(batch, steps, 1\)"),
        (Recorder(), (2, 5, 1), 0, "horizon must be a whole number, at least 1, got 0"),
        (Recorder(horizon=4), (2, 5, 1), 2, "model must forecast one step, .*got"),
    ],
)
def test_what_cannot_be_forecast_is_refused(
    model: nn.Module, shape: tuple[int, ...], horizon: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        recursive_forecast(model, torch.zeros(shape), horizon)


# ------------------------------------------------- networks as methods


@pytest.mark.parametrize(("window", "season"), [(2, 3), (3, 2), (4, 4)])
@pytest.mark.parametrize("spare", [0, 5])
def test_the_pairs_of_shape_and_growth(window: int, season: int, spare: int) -> None:
    start = max(window, season)
    past = np.random.default_rng(0).uniform(1, 9, start + season + spare)
    form = ShapeToGrowth(season)
    inputs, targets, last, undo = form.pairs(past, window, season)
    log, growth = np.log(past), []
    assert len(inputs) == len(targets) == spare + 1
    for place, now in enumerate(range(start, len(past) - season + 1)):
        read = log[now - window : now]
        grown = log[now : now + season] - log[now - season : now]
        np.testing.assert_allclose(inputs[place, :, 0], read - read.mean(), atol=1e-6)
        growth.append(grown)
    scaled = (np.array(growth) - np.mean(growth)) / np.std(growth, ddof=1)
    np.testing.assert_allclose(targets, scaled, atol=1e-5)
    # What the network says is read back as growth over the season that ends the past.
    again = undo(targets[-1:])[0]
    np.testing.assert_allclose(again, past[-season:] * np.exp(growth[-1]), rtol=1e-5)
    read = log[-window:]
    np.testing.assert_allclose(last[0, :, 0], read - read.mean(), atol=1e-6)
    with pytest.raises(ValueError, match=f"past must hold at least {start + season} values"):
        form.pairs(past[: start + season - 1], window, season)


small: dict[str, Any] = {"hidden": 3, "epochs": 4, "seeds": (5, 2)}


@pytest.mark.parametrize(
    "method",
    [
        Network(ShapeToGrowth(), **small),
        Network(Windows(Log()), **small),
        Network(Windows(LogDifference(12), direct=True), **small),
    ],
)
def test_a_network_is_a_method_with_a_row_a_seed(method: Method, airline: np.ndarray) -> None:
    past = airline[:72].copy()
    forecast = method(past, 7)
    assert forecast.shape == (2, 7)
    assert np.isfinite(forecast).all()
    assert np.abs(forecast[0] - forecast[1]).max() > 1e-3
    assert np.array_equal(past, airline[:72])
    assert np.array_equal(method(past, 7), forecast), "equal seeds, equal forecasts"
    alone = replace(method, seeds=(2,))(past, 7)  # type: ignore[type-var]
    np.testing.assert_allclose(alone[0], forecast[1], rtol=1e-5)
    # Passengers counted one by one, not in thousands, grow just the same.
    np.testing.assert_allclose(method(1000 * past, 7), 1000 * forecast, rtol=1e-3)


def test_a_network_is_put_together_as_the_course_says(airline: np.ndarray) -> None:
    """Standardise, cut, train, forecast, undo: once by hand."""
    past = airline[:60]
    log = np.log(past)
    scaled = (log - log.mean()) / log.std()
    inputs, targets = make_windows(scaled, 6)
    seed_everything(1)
    model = Forecaster(hidden=3)
    fit_windows(model, inputs, targets, epochs=4, optimizer=adam(0.02))
    last = torch.tensor(scaled[-6:], dtype=torch.float32).reshape(1, 6, 1)
    wanted = np.exp(recursive_forecast(model, last, 5).numpy() * log.std() + log.mean())
    method = Network(Windows(Log()), window=6, hidden=3, epochs=4, learning_rate=0.02, seeds=(1,))
    np.testing.assert_allclose(method(past, 5), wanted, rtol=1e-6)


@pytest.mark.parametrize("horizon", [0, 13])
def test_growth_is_forecast_for_a_season_at_most(horizon: int, airline: np.ndarray) -> None:
    with pytest.raises(ValueError, match=f"horizon must be .*1.*, got {horizon}"):
        Network(ShapeToGrowth())(airline, horizon)


# --------------------------------------------------------------- backtest


def test_the_backtest_shows_a_method_nothing_but_the_past() -> None:
    values = np.arange(20.0)
    seen: list[np.ndarray] = []

    def nosy(past: np.ndarray, horizon: int) -> np.ndarray:
        seen.append(past.copy())
        assert past.base is None, "the rest of the series could be reached through the base"
        past[:] = -1
        return np.full(horizon, 100.0 + len(seen))

    backtest = rolling_origin(nosy, values, [5, 9, 17], horizon=3)
    assert [past.tolist() for past in seen] == [list(range(n)) for n in (5, 9, 17)]
    assert np.array_equal(values, np.arange(20.0))
    assert backtest.origins == (5, 9, 17)
    assert backtest.actual.tolist() == [[5, 6, 7], [9, 10, 11], [17, 18, 19]]
    assert backtest.forecast.tolist() == [[[101] * 3, [102] * 3, [103] * 3]]


def test_the_backtest_keeps_one_row_a_member() -> None:
    def three(past: np.ndarray, horizon: int) -> np.ndarray:
        return past[-1] + np.array([[0.0], [1.0], [2.0]]) * np.ones(horizon)

    backtest = rolling_origin(three, np.zeros(9), [4, 5], horizon=2)
    assert backtest.forecast.shape == (3, 2, 2)
    assert backtest.forecast[:, 0, 0].tolist() == [0, 1, 2]
    assert backtest.scores().tolist() == [0, 1, 2]


def test_a_score_is_the_mean_over_the_origins() -> None:
    backtest = Backtest(
        origins=(1, 2),
        actual=np.array([[10.0, 10], [20, 20]]),
        forecast=np.array([[[13.0, 10], [20, 20]], [[10, 10], [10, 30]]]),
    )
    assert backtest.scores() == pytest.approx([np.sqrt(4.5) / 2, 5])
    assert backtest.scores(mean_absolute_error) == pytest.approx([0.75, 5])


@pytest.mark.parametrize(
    ("origins", "horizon", "message"),
    [
        (
            [],
            2,
            r"origins must be whole numbers, .*got \[\]",
        ),
        ([0], 2, "each origin must be 1 to 8 for 10 values and horizon 2, got 0"),
        ([3, 9], 2, "each origin must be 1 to 8 for 10 values and horizon 2, got 9"),
        ([3], 0, "horizon must be a whole number, at least 1, got 0"),
    ],
)
def test_a_bad_origin_is_refused(origins: list[int], horizon: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rolling_origin(last_value, np.arange(10.0), origins, horizon)


def test_a_method_that_returns_another_number_of_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="method must return 3 steps, got 2"):
        rolling_origin(lambda past, horizon: past[-2:], np.arange(10.0), [4], horizon=3)


# ------------------------------------------------------------- scoreboard


def backtest_with_errors(*errors: float) -> Backtest:
    actual = np.zeros((1, 2))
    return Backtest((1,), actual, np.stack([actual + error for error in errors]))


def test_the_scoreboard_ranks_by_the_last_column() -> None:
    entries = {
        "naive": [backtest_with_errors(8), backtest_with_errors(10)],
        "worse": [backtest_with_errors(2), backtest_with_errors(12)],
        "network": [backtest_with_errors(8), backtest_with_errors(1, 9, 5)],
    }
    board = scoreboard(entries, ["1960", "rolling"], reference="naive")
    assert board.index.tolist() == ["network", "naive", "worse"]
    assert board.columns.tolist() == ["1960 RMSE", "1960 skill", "rolling RMSE", "rolling skill"]
    assert board.loc["network"].tolist() == ["8.0", "+0.00", "5.0 [1.0, 9.0]", "+0.50"]
    assert board.loc["worse"].tolist() == ["2.0", "+0.75", "12.0", "-0.20"]


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"reference": "nobody"}, "reference must be one of naive, got 'nobody'"),
        ({"columns": ["1960", "rolling"]}, "naive must have 2 backtests, got 1"),
    ],
)
def test_a_scoreboard_with_holes_is_refused(choice: dict[str, Any], message: str) -> None:
    settings: dict[str, Any] = {"columns": ["1960"], "reference": "naive", **choice}
    with pytest.raises(ValueError, match=message):
        scoreboard({"naive": [backtest_with_errors(1)]}, **settings)


def test_a_diverged_member_is_not_hidden() -> None:
    with pytest.raises(ValueError, match="forecast must be finite, got nan"):
        scoreboard({"a": [backtest_with_errors(1, float("nan"))]}, ["1960"], reference="a")
