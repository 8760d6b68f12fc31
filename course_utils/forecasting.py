"""Metrics, baselines, forecasts of a network, rolling-origin backtest, scoreboard.

A *method* is any function ``(past, horizon) -> forecast``: it takes past values of shape (n,),
oldest first, and returns a forecast of shape (…, horizon). The steps are always the last axis;
if networks are trained from several seeds, there is one row per seed. Taught in lessons 05a
and 05b.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Real
from sklearn.metrics import mean_absolute_error, root_mean_squared_error
from torch import Tensor, nn

from course_utils.diagnose.compare import apart
from course_utils.ensembles import summarise, train_seeds
from course_utils.forms import YEAR, long_enough
from course_utils.recurrent import CellName, Forecaster, answered, evaluating
from course_utils.signatures import (
    BadArgument,
    Count,
    Finite,
    Instance,
    Positive,
    all_finite,
    at_least,
    checked,
    whole_numbers,
)
from course_utils.training import adam

Method = Callable[[np.ndarray, int], np.ndarray]
Past = Real[np.ndarray, " n"]
Forecast = Float[np.ndarray, " horizon"]

# ---------------------------------------------------------------- metrics


@checked
def rmse(
    actual: Real[np.ndarray, "*origins horizon"], forecast: Real[np.ndarray, "*origins horizon"]
) -> float:
    """Root of the mean squared error, in the series' own units (scikit-learn).

    Parameters
    ----------
    actual, forecast : ndarray
        What happened and what was forecast, of the same shape.

    Returns
    -------
    float

    Raises
    ------
    BadArgument
        If the shapes differ, there are no numbers, or one isn't finite.

    Notes
    -----
    Taught in lesson 05a, `is-it-good`.
    """
    return float(root_mean_squared_error(*_pair(actual, forecast)))


@checked
def mase(
    actual: Real[np.ndarray, "*origins horizon"],
    forecast: Real[np.ndarray, "*origins horizon"],
    past: Real[np.ndarray, " n"],
    season: Count = YEAR,
) -> float:
    """Mean absolute scaled error: 1 is the seasonal naive's error on the past.

    Parameters
    ----------
    actual, forecast : ndarray
        What happened and what was forecast.
    past : ndarray
        The values before the forecast, shape (n,), n > ``season``.
    season : int
        The season's length.

    Returns
    -------
    float
        Without a unit. Below 1 is better than repeating last year was on the past.

    Raises
    ------
    ValueError
        As for `rmse`; also if ``past`` is too short or never changes.

    Notes
    -----
    Hyndman & Koehler (2006), International Journal of Forecasting 22, 679-688.
    """
    past = long_enough(past, season + 1)
    scale = np.abs(past[season:] - past[:-season]).mean()
    if scale == 0:
        raise BadArgument("past must change from season to season, got no change at all")
    return float(mean_absolute_error(*_pair(actual, forecast)) / scale)


@checked
def skill(score: Finite, reference: Positive) -> float:
    """Share of a reference's error that a method removes.

    Parameters
    ----------
    score, reference : float
        Errors of the method and of the reference, on the same data.

    Returns
    -------
    float
        1 is perfect, 0 is as good as the reference, below 0 is worse.

    Raises
    ------
    BadArgument
        If ``reference`` isn't above 0, or ``score`` is below 0.
    """
    at_least(0, score=score)
    return 1 - score / reference


def _pair(actual: np.ndarray, forecast: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    all_finite(actual=actual, forecast=forecast)
    # Every number counts the same: scikit-learn would read two axes as several outputs.
    return actual.ravel().astype(float), forecast.ravel().astype(float)


# -------------------------------------------------------------- baselines


@checked
def last_value(past: Past, horizon: Count) -> Forecast:
    """Tomorrow as today: repeat the last value.

    Parameters
    ----------
    past : ndarray
        Shape (n,), oldest first.
    horizon : int
        How many steps ahead, at least 1.

    Returns
    -------
    ndarray
        Shape (horizon,).

    Raises
    ------
    BadArgument
        If ``past`` is too short or not finite. All baselines raise this.
    """
    return np.full(horizon, long_enough(past, 1)[-1])


@checked
def drift(past: Past, horizon: Count) -> Forecast:
    """Continue the straight line from the first value to the last.

    Parameters and errors as for `last_value`, with at least two values in
    ``past``. Source: Hyndman & Athanasopoulos, *Forecasting* (3rd ed.), section 5.2.

    Notes
    -----
    Used in lesson 05b, `what-we-measured`.
    """
    past = long_enough(past, 2)
    slope = (past[-1] - past[0]) / (len(past) - 1)
    return past[-1] + slope * np.arange(1, horizon + 1)


@checked
def seasonal_naive(past: Past, horizon: Count, season: Count = YEAR) -> Forecast:
    """Repeat the last season; parameters and errors as for `last_value`.

    Notes
    -----
    Taught in lesson 05a, `is-it-good`.
    """
    past = long_enough(past, season)
    return past[-season:][np.arange(horizon) % season]


@checked
def seasonal_naive_growth(past: Past, horizon: Count, season: Count = YEAR) -> Forecast:
    """Repeat the last season, times its growth over the season before.

    Beyond one season, the growth is applied again. Parameters and errors as
    for `last_value`.

    Notes
    -----
    Taught in lesson 05a, `is-it-good`.
    """
    past = long_enough(past, 2 * season)
    growth = past[-season:].sum() / past[-2 * season : -season].sum()
    return seasonal_naive(past, horizon, season) * growth ** (1 + np.arange(horizon) // season)


@checked
def autoregression(past: Past, horizon: Count, order: Count = 12) -> Forecast:
    """AR(order): a weighted sum of the last ``order`` values, fitted by least squares.

    The forecast is recursive: it reads its own forecasts. With order 12 that
    makes 13 coefficients, on exactly the windows that the network sees.

    Parameters
    ----------
    past, horizon
        As for `last_value`; n > 2·order + 1, or else the fit isn't determined.
    order : int
        How many values back, at least 1.

    Returns
    -------
    ndarray
        Shape (horizon,).

    Notes
    -----
    Taught in lesson 05a, `is-it-good`.
    """
    past = long_enough(past, 2 * order + 2)
    windows = np.lib.stride_tricks.sliding_window_view(past, order + 1)
    design = np.column_stack([np.ones(len(windows)), windows[:, :-1]])
    coefficients, *_ = np.linalg.lstsq(design, windows[:, -1], rcond=None)
    values = list(past[-order:])
    for _ in range(horizon):
        values.append(float(coefficients[0] + coefficients[1:] @ np.array(values[-order:])))
    return np.array(values[order:])


@checked
def on(transform: Instance, method: Method) -> Method:
    """Make a method work on a transformed series: ``on(Log(), autoregression)``.

    Parameters
    ----------
    transform : Transform
        Applied to the past, undone on the forecast.
    method : callable
        The method that sees the transformed past.

    Returns
    -------
    callable
        A method in the series' own units.
    """

    def transformed(past: np.ndarray, horizon: int) -> np.ndarray:
        return transform.undo(method(transform.apply(past), horizon), past)

    return transformed


@checked
def holt_winters(past: Past, horizon: Count, season: Count = YEAR) -> Forecast:
    """Exponential smoothing with a trend and a multiplicative season (statsmodels).

    Parameters and errors as for `last_value`; at least two seasons of values
    above 0.

    Notes
    -----
    Winters (1960), Management Science 6, 324-342.
    """
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    past = long_enough(past, 2 * season)
    model = ExponentialSmoothing(past, trend="add", seasonal="mul", seasonal_periods=season)
    return np.asarray(model.fit().forecast(horizon))


@checked
def sarima(past: Past, horizon: Count, season: Count = YEAR) -> Forecast:
    """Forecast with the airline model, SARIMA(0,1,1)(0,1,1) on the logarithm (statsmodels).

    Parameters and errors as for `last_value`; at least two seasons of values
    above 0.

    Notes
    -----
    Box & Jenkins (1976), chapter 9, made it for these very passengers. The
    forecast is the median: the exponential of the mean of the logarithm.
    """
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    past = long_enough(past, 2 * season + 2)
    if not (past > 0).all():
        raise BadArgument(f"past must be above 0 for a logarithm, got {past.min()}")
    model = SARIMAX(np.log(past), order=(0, 1, 1), seasonal_order=(0, 1, 1, season))
    with warnings.catch_warnings():
        # On a short past statsmodels warns that it starts its search from zeros, which is fine.
        warnings.filterwarnings("ignore", message="Non-invertible starting")
        fitted = model.fit(disp=False)
    return np.exp(fitted.forecast(horizon))


# --------------------------------------------------- forecasts of a network


@torch.no_grad()
@checked
def recursive_forecast(
    model: nn.Module, window: Float[Tensor, "batch steps 1"], horizon: Count
) -> Float[Tensor, "batch horizon"]:
    """Forecast one step, put it at the end of the window, forecast the next.

    Each call of the model starts from a zero state, with dropout off: only the window carries
    the past, and the model is left as it was.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x)``, with y of shape (batch, 1).
    window : Tensor
        Shape (batch, steps, 1): the last values that are known.
    horizon : int
        How many steps ahead, at least 1.

    Returns
    -------
    Tensor
        Shape (batch, horizon).

    Raises
    ------
    BadArgument
        If the model forecasts several steps at once, or keeps a state between calls.

    Notes
    -----
    Taught in lesson 05a, `reset-that-resets-nothing`.
    """
    known = window
    with evaluating(model):
        y = _steady_answer(model, window)
        for step in range(horizon):
            if step:
                y, _ = answered(model, known[:, -window.shape[1] :])
            if y.shape != (len(window), 1):
                raise BadArgument(
                    f"model must forecast one step, of shape ({len(window)}, 1), for a recursive "
                    f"forecast, got {tuple(y.shape)}"
                )
            known = torch.cat([known, y.unsqueeze(-1)], dim=1)
    return known[:, window.shape[1] :, 0]


@torch.no_grad()
@checked
def direct_forecast(
    model: nn.Module, window: Float[Tensor, "batch steps inputs"]
) -> Float[Tensor, "batch horizon"]:
    """Forecast all steps at once, as many as the read-out has outputs; dropout is off.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x)``.
    window : Tensor
        Shape (batch, steps, inputs): the last values that are known.

    Returns
    -------
    Tensor
        Shape (batch, horizon).

    Notes
    -----
    Taught in lesson 05b, `rolling-origin`.
    """
    with evaluating(model):
        return _steady_answer(model, window)


def _steady_answer(model: nn.Module, window: Tensor) -> Tensor:
    """Return a model's answer; refuse a model that answers the same window in two ways."""
    answers = [answered(model, window)[0] for _ in range(2)]
    if apart(answers):
        raise BadArgument(
            "model must give the same answer to the same window twice, but it keeps a state "
            "between calls or draws at random in evaluation mode; a forecast has to start from "
            "zeros (lesson 05a)"
        )
    return answers[0]


# ------------------------------------------------- networks as methods


@checked
@dataclass(frozen=True)
class Network:
    """A network as a method: cut the past, train from each seed, forecast, read back.

    Parameters
    ----------
    form : Form
        The form in which it sees the series: `forms.Windows` or `forms.ShapeToGrowth`.
    window, hidden, epochs : int
        How many months it reads, the size of its state, passes over all pairs at once.
    learning_rate : float
        Of Adam.
    cell : {"GRU", "LSTM", "RNN"}
        The recurrent layer.
    layers : int
        How many of them, one on top of the other.
    seeds : sequence of int
        One network each.

    Notes
    -----
    Taught in lesson 05b, `batches-and-transforms` and `rolling-origin`.
    """

    form: Instance
    window: Count = YEAR
    hidden: Count = 8
    epochs: Count = 150
    learning_rate: Positive = 0.01
    cell: CellName = "GRU"
    layers: Count = 1
    seeds: Iterable[int] = (0,)

    @checked
    def __call__(self, past: Past, horizon: Count) -> Float[np.ndarray, "seeds horizon"]:
        """Train on the past and forecast, shape (seeds, horizon)."""
        pairs = self.form.pairs(past, self.window, horizon)
        ensemble = train_seeds(
            partial(
                Forecaster,
                self.hidden,
                horizon=pairs.targets.shape[1],
                cell=self.cell,
                inputs=pairs.inputs.shape[2],
                layers=self.layers,
            ),
            pairs.inputs,
            pairs.targets,
            seeds=self.seeds,
            epochs=self.epochs,
            optimizer=adam(self.learning_rate),
        )
        rows = [
            direct_forecast(model, pairs.last)
            if self.form.direct
            else recursive_forecast(model, pairs.last, horizon)
            for model in ensemble.models
        ]
        return pairs.undo(torch.cat(rows))


# --------------------------------------------------------------- backtest


@dataclass(frozen=True)
class Backtest:
    """Forecasts from several moments in the past, and what happened then.

    Attributes
    ----------
    origins : tuple of int
        How many values each forecast knew.
    actual : ndarray
        Shape (origins, horizon).
    forecast : ndarray
        Shape (members, origins, horizon): one member per seed, or a single one.
    """

    origins: tuple[int, ...]
    actual: np.ndarray
    forecast: np.ndarray

    def scores(self, metric: Callable[[np.ndarray, np.ndarray], float] = rmse) -> np.ndarray:
        """Score each member: the metric of each origin, then their mean.

        Parameters
        ----------
        metric : callable
            Takes what happened and what was forecast: `rmse`, or one of scikit-learn's.

        Returns
        -------
        ndarray
            Shape (members,).
        """
        return np.array(
            [
                np.mean([metric(*pair) for pair in zip(self.actual, member, strict=True)])
                for member in self.forecast
            ]
        )


@checked
def rolling_origin(
    method: Method, values: Past, origins: Iterable[int], horizon: Count
) -> Backtest:
    """Stand at several moments, each time knowing only the past, and forecast.

    Parameters
    ----------
    method : callable
        Fitted again at each origin, on only the values before it.
    values : ndarray
        The whole series, shape (n,).
    origins : sequence of int
        How many values are known each time; origin + horizon ≤ n.
    horizon : int
        How many steps ahead, at least 1.

    Returns
    -------
    Backtest

    Raises
    ------
    ValueError
        If an origin leaves no past or runs past the end, or the method
        returns the wrong number of steps.

    Notes
    -----
    Tashman (2000), International Journal of Forecasting 16, 437-450. Taught
    in lesson 05b, `rolling-origin`.
    """
    return backtest(method, long_enough(values, 1), origins, horizon)


@checked
def backtest(method: Method, values: Past, origins: Iterable[int], horizon: Count) -> Backtest:
    """Go through the origins; parameters and errors as for `rolling_origin`, which checks values.

    Notes
    -----
    Shared by `rolling_origin` and, for a series with gaps, `judging.judge`.
    """
    origins, forecasts = whole_numbers("origins", origins), []
    for origin in origins:
        if not 1 <= origin <= len(values) - horizon:
            raise BadArgument(
                f"each origin must be 1 to {len(values) - horizon} "
                f"for {len(values)} values and horizon {horizon}, got {origin}"
            )
        # A copy, so that a method can't reach past the origin through the array's base.
        forecast = np.atleast_2d(np.asarray(method(values[:origin].copy(), horizon), dtype=float))
        if forecast.shape[-1] != horizon:
            raise BadArgument(f"method must return {horizon} steps, got {forecast.shape[-1]}")
        forecasts.append(forecast)
    return Backtest(
        origins=origins,
        actual=np.stack([values[origin : origin + horizon] for origin in origins]),
        forecast=np.stack(forecasts, axis=1),
    )


def scoreboard(
    entries: Mapping[str, Sequence[Backtest]], columns: Iterable[str], reference: str
) -> pd.DataFrame:
    """Compare methods in a table, the best one first.

    Parameters
    ----------
    entries : mapping
        From a method's name to its backtests, one per column.
    columns : iterable of str
        The names of the backtests, in their order.
    reference : str
        The entry that the skill refers to.

    Returns
    -------
    pandas.DataFrame
        One row per method, sorted by the last backtest: for each backtest the
        RMSE ("median [lowest, highest]" over seeds, or a single number) and
        the skill of the median.

    Raises
    ------
    ValueError
        If ``reference`` isn't an entry, or an entry lacks a backtest.

    Notes
    -----
    Taught in lesson 05b, `what-we-measured`.
    """
    columns = list(columns)
    if len(set(columns)) < len(columns) or not columns:
        raise BadArgument(f"columns must be at least one, all different, got {columns}")
    if reference not in entries:
        raise BadArgument(f"reference must be one of {', '.join(entries)}, got {reference!r}")
    for name, backtests in entries.items():
        if len(backtests) != len(columns):
            raise BadArgument(f"{name} must have {len(columns)} backtests, got {len(backtests)}")
    for place, column in enumerate(columns):
        for name, backtests in entries.items():
            one, other = backtests[place], entries[reference][place]
            if one.origins != other.origins or not np.array_equal(one.actual, other.actual):
                raise BadArgument(
                    f"{name} must be judged on the same origins and values as {reference} in "
                    f"{column!r}, got origins {one.origins} and {other.origins}"
                )
    summaries = {
        name: [summarise(backtest.scores()) for backtest in backtests]
        for name, backtests in entries.items()
    }
    ranked = sorted(summaries, key=lambda name: summaries[name][-1].median)
    rows = {}
    for name in ranked:
        row: dict[str, str] = {}
        for place, column in enumerate(columns):
            own = summaries[name][place]
            gain = skill(own.median, summaries[reference][place].median)
            spread = f" [{own.low:.1f}, {own.high:.1f}]" if own.count > 1 else ""
            row[f"{column} RMSE"] = f"{own.median:.1f}{spread}"
            row[f"{column} skill"] = f"{gain:+.2f}"
        rows[name] = row
    return pd.DataFrame.from_dict(rows, orient="index")
