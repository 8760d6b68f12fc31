"""Metrics, baselines, forecasts of a network, rolling-origin backtest, scoreboard.

A *method* is any function ``(past, horizon) -> forecast``: past values of shape (n,), oldest
first, go in; a forecast of shape (…, horizon) comes out. The steps are always the last axis;
networks trained from several seeds have one row per seed before it. Taught in lessons 05a and
05b.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, NamedTuple, Protocol

import numpy as np
import pandas as pd
import torch
from sklearn.metrics import mean_absolute_error, root_mean_squared_error
from torch import Tensor, nn

from course_utils.ensembles import summarise, train_seeds
from course_utils.recurrent import Forecaster
from course_utils.series import Log, LogDifference, Transform, last_window, make_windows
from course_utils.training import adam

Method = Callable[[np.ndarray, int], np.ndarray]
YEAR = 12

# ---------------------------------------------------------------- metrics


def rmse(actual: np.ndarray, forecast: np.ndarray) -> float:
    """Root of the mean squared error, in the series' own units (scikit-learn).

    Parameters
    ----------
    actual, forecast : ndarray
        What happened and what was said, of the same shape.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the shapes differ, there is nothing, or a number is not finite.

    Notes
    -----
    Taught in lesson 05a, `is-it-good`.
    """
    return float(root_mean_squared_error(*_pair(actual, forecast)))


def mase(actual: np.ndarray, forecast: np.ndarray, past: np.ndarray, season: int = YEAR) -> float:
    """Mean absolute scaled error: 1 is what the seasonal naive made on the past.

    Parameters
    ----------
    actual, forecast : ndarray
        What happened and what was said.
    past : ndarray
        The values before the forecast, shape (n,), n > ``season``.
    season : int
        The season's length.

    Returns
    -------
    float
        No unit. Under 1 is better than repeating last year was, one step ahead.

    Raises
    ------
    ValueError
        As for `rmse`; also if ``past`` is too short or never changes.

    Notes
    -----
    Hyndman & Koehler (2006), International Journal of Forecasting 22, 679-688.
    """
    past = _past(past, season + 1)
    scale = np.abs(past[season:] - past[:-season]).mean()
    if scale == 0:
        raise ValueError("past must change from season to season, got no change at all")
    return float(mean_absolute_error(*_pair(actual, forecast)) / scale)


def skill(score: float, reference: float) -> float:
    """Share of a reference's error that a method takes away.

    Parameters
    ----------
    score, reference : float
        Errors of the method and of the reference, on the same data.

    Returns
    -------
    float
        1 is perfect, 0 as good as the reference, under 0 worse.

    Raises
    ------
    ValueError
        If ``reference`` is not above 0, or ``score`` is under 0.
    """
    if not reference > 0 or not score >= 0:
        raise ValueError(f"wanted score ≥ 0 and reference > 0, got {score} and {reference}")
    return 1 - score / reference


def _pair(actual: np.ndarray, forecast: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    actual, forecast = np.asarray(actual, dtype=float), np.asarray(forecast, dtype=float)
    if actual.shape != forecast.shape or not actual.size:
        raise ValueError(
            f"actual and forecast must have one shape and at least one value, "
            f"got {actual.shape} and {forecast.shape}"
        )
    for name, values in (("actual", actual), ("forecast", forecast)):
        if not np.isfinite(values).all():
            raise ValueError(f"{name} must be finite, got {values[~np.isfinite(values)][0]}")
    # Every number counts alike: scikit-learn would take two axes for several outputs.
    return actual.ravel(), forecast.ravel()


def _past(past: np.ndarray, least: int) -> np.ndarray:
    past = np.asarray(past, dtype=float)
    if past.ndim != 1 or len(past) < least:
        raise ValueError(f"past must have shape (n,) with n ≥ {least}, got {past.shape}")
    return past


def _horizon(horizon: int) -> int:
    if horizon < 1:
        raise ValueError(f"horizon must be at least 1, got {horizon}")
    return horizon


# -------------------------------------------------------------- baselines


def last_value(past: np.ndarray, horizon: int) -> np.ndarray:
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
    ValueError
        If ``past`` is too short or ``horizon`` is under 1. All baselines do so.
    """
    return np.full(_horizon(horizon), _past(past, 1)[-1])


def drift(past: np.ndarray, horizon: int) -> np.ndarray:
    """Go on along the straight line from the first value to the last.

    Parameters and errors as for `last_value`, with two values of ``past`` at
    least. Source: Hyndman & Athanasopoulos, *Forecasting* (3rd ed.), section 5.2.

    Notes
    -----
    Used in lesson 05b, `what-we-measured`.
    """
    past = _past(past, 2)
    slope = (past[-1] - past[0]) / (len(past) - 1)
    return past[-1] + slope * np.arange(1, _horizon(horizon) + 1)


def seasonal_naive(past: np.ndarray, horizon: int, season: int = YEAR) -> np.ndarray:
    """Repeat the last season; parameters and errors as for `last_value`.

    Notes
    -----
    Taught in lesson 05a, `is-it-good`.
    """
    past = _past(past, season)
    return past[-season:][np.arange(_horizon(horizon)) % season]


def seasonal_naive_growth(past: np.ndarray, horizon: int, season: int = YEAR) -> np.ndarray:
    """Repeat the last season, times its growth over the season before.

    Beyond one season the growth is applied again. Parameters and errors as
    for `last_value`.

    Notes
    -----
    Taught in lesson 05a, `is-it-good`.
    """
    past = _past(past, 2 * season)
    growth = past[-season:].sum() / past[-2 * season : -season].sum()
    return seasonal_naive(past, horizon, season) * growth ** (1 + np.arange(horizon) // season)


def autoregression(past: np.ndarray, horizon: int, order: int = 12) -> np.ndarray:
    """AR(order): a weighted sum of the last ``order`` values, fitted by least squares.

    The forecast is recursive: it is fed its own forecasts. With order 12 that
    is 13 coefficients on the very windows that the network sees.

    Parameters
    ----------
    past, horizon
        As for `last_value`; n > 2·order + 1, or the fit is not determined.
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
    if order < 1:
        raise ValueError(f"order must be at least 1, got {order}")
    past = _past(past, 2 * order + 2)
    windows = np.lib.stride_tricks.sliding_window_view(past, order + 1)
    design = np.column_stack([np.ones(len(windows)), windows[:, :-1]])
    coefficients, *_ = np.linalg.lstsq(design, windows[:, -1], rcond=None)
    values = list(past[-order:])
    for _ in range(_horizon(horizon)):
        values.append(float(coefficients[0] + coefficients[1:] @ np.array(values[-order:])))
    return np.array(values[order:])


def on(transform: Transform, method: Method) -> Method:
    """Let a method work on a transformed series: ``on(Log(), autoregression)``.

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


def holt_winters(past: np.ndarray, horizon: int, season: int = YEAR) -> np.ndarray:
    """Exponential smoothing with a trend and a multiplicative season (statsmodels).

    Parameters and errors as for `last_value`; at least two seasons of values
    above 0.

    Notes
    -----
    Winters (1960), Management Science 6, 324-342.
    """
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    past = _past(past, 2 * season)
    model = ExponentialSmoothing(past, trend="add", seasonal="mul", seasonal_periods=season)
    return np.asarray(model.fit().forecast(_horizon(horizon)))


def sarima(past: np.ndarray, horizon: int, season: int = YEAR) -> np.ndarray:
    """Forecast with the airline model, SARIMA(0,1,1)(0,1,1) on the logarithm (statsmodels).

    Parameters and errors as for `last_value`; at least two seasons of values
    above 0.

    Notes
    -----
    Box & Jenkins (1976), chapter 9, made it for these very passengers. The
    forecast is the median: the exponential of the mean of the logarithm.
    """
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    past = _past(past, 2 * season + 2)
    if not (past > 0).all():
        raise ValueError(f"past must be above 0 for a logarithm, got {past.min()}")
    model = SARIMAX(np.log(past), order=(0, 1, 1), seasonal_order=(0, 1, 1, season))
    with warnings.catch_warnings():
        # On a short past statsmodels says that it starts its search from zeros. So it may.
        warnings.filterwarnings("ignore", message="Non-invertible starting")
        fitted = model.fit(disp=False)
    return np.exp(fitted.forecast(_horizon(horizon)))


# --------------------------------------------------- forecasts of a network


@torch.no_grad()
def recursive_forecast(model: nn.Module, window: Tensor, horizon: int) -> Tensor:
    """Forecast one step, put it at the end of the window, forecast the next.

    Each call of the model starts from a zero state: the window alone carries
    the past.

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
    ValueError
        If the window has another shape, the model forecasts several steps at
        once, or ``horizon`` is under 1.

    Notes
    -----
    Taught in lesson 05a, `reset-that-resets-nothing`.
    """
    if window.ndim != 3 or window.shape[-1] != 1:
        raise ValueError(f"window must have shape (batch, steps, 1), got {tuple(window.shape)}")
    known = window
    for _ in range(_horizon(horizon)):
        y, _ = model(known[:, -window.shape[1] :])
        if y.shape[-1] != 1:
            raise ValueError(
                f"model must forecast one step for a recursive forecast, got {y.shape[-1]}"
            )
        known = torch.cat([known, y.unsqueeze(-1)], dim=1)
    return known[:, window.shape[1] :, 0]


@torch.no_grad()
def direct_forecast(model: nn.Module, window: Tensor) -> Tensor:
    """Forecast all steps at once, as many as the read-out has outputs.

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
    y, _ = model(window)
    return y


# ------------------------------------------------- networks as methods


class Pairs(NamedTuple):
    """What a network is trained on, where its forecast starts, and the way back.

    Attributes
    ----------
    inputs, targets : Tensor
        Shape (pairs, window, 1) and (pairs, outputs).
    last : Tensor
        Shape (1, window, 1): the window that ends where the forecast starts.
    undo : callable
        Turns what networks say, a Tensor of shape (seeds, steps), into forecasts in the series'
        own units, an ndarray of shape (seeds, horizon).
    """

    inputs: Tensor
    targets: Tensor
    last: Tensor
    undo: Callable[[Tensor], np.ndarray]


class Form(Protocol):
    """In which form a network sees a series: how it is cut, and how a forecast is read back.

    Everything that is fitted, a mean and a spread included, is fitted on the past that it is
    given: nothing leaks from behind an origin.
    """

    @property
    def direct(self) -> bool:
        """Whether all steps come at once; otherwise one by one, each fed back."""

    def pairs(self, past: np.ndarray, window: int, horizon: int) -> Pairs:
        """Cut the past, shape (n,), into what is read and what follows."""


@dataclass(frozen=True)
class Windows:
    """The transformed series, standardised and cut into windows.

    Parameters
    ----------
    transform : Transform
        What the network sees of the series.
    direct : bool
        Whether all steps come at once, from a read-out of that many outputs.

    Notes
    -----
    Taught in lesson 05b, `batches-and-transforms`.
    """

    transform: Transform
    direct: bool = False

    def pairs(self, past: np.ndarray, window: int, horizon: int) -> Pairs:
        """Cut the past into windows and the values that follow each."""
        seen = self.transform.apply(_past(past, 1))
        mean, spread = seen.mean(), seen.std()
        scaled = (seen - mean) / spread

        def undo(said: Tensor) -> np.ndarray:
            return self.transform.undo(said.numpy() * spread + mean, past)

        cut = make_windows(scaled, window, horizon if self.direct else 1)
        return Pairs(*cut, last_window(scaled, window), undo)


@dataclass(frozen=True)
class ShapeToGrowth:
    """Read the shape of the last months, forecast the growth over the same months a season before.

    In goes the logarithm of the last ``window`` months less its mean, so that the level is
    gone. Out comes the growth of each of the ``season`` months to come, all at once.

    Parameters
    ----------
    season : int
        The season's length, and the longest horizon.

    Notes
    -----
    Taught in lesson 05b, `rolling-origin`.
    """

    season: int = YEAR
    direct: ClassVar[bool] = True

    def pairs(self, past: np.ndarray, window: int, horizon: int) -> Pairs:
        """Cut the past, above 0, into windows' shapes and the standardised growth after each."""
        if not 1 <= horizon <= self.season:
            raise ValueError(f"horizon must be 1 to {self.season}, got {horizon}")
        log = Log().apply(past)
        # The first window must leave a whole season behind it to grow from.
        start = max(window, self.season)
        _past(log, start + self.season)
        inputs, _ = make_windows(log[start - window :], window, self.season)
        growths = LogDifference(self.season).apply(past)[start - self.season :]
        targets = np.lib.stride_tricks.sliding_window_view(growths, self.season)
        growth = torch.tensor(targets, dtype=torch.float32)
        mean, spread = growth.mean(), growth.std()

        def undo(said: Tensor) -> np.ndarray:
            expected = (said * spread + mean).numpy()[:, :horizon]
            return LogDifference(self.season).undo(expected, past)

        last = _less_mean(last_window(log, window))
        return Pairs(_less_mean(inputs), (growth - mean) / spread, last, undo)


def _less_mean(windows: Tensor) -> Tensor:
    return windows - windows.mean(dim=1, keepdim=True)


@dataclass(frozen=True)
class Network:
    """A network as a method: cut the past, train from each seed, forecast, read back.

    Parameters
    ----------
    form : Form
        In which form it sees the series: `Windows` or `ShapeToGrowth`.
    window, hidden, epochs : int
        Months that it reads, size of its state, passes over all pairs at once.
    learning_rate : float
        Of Adam.
    cell : {"GRU", "LSTM", "RNN"}
        The recurrent layer.
    seeds : sequence of int
        One network each.

    Notes
    -----
    Taught in lesson 05b, `batches-and-transforms` and `rolling-origin`.
    """

    form: Form
    window: int = YEAR
    hidden: int = 8
    epochs: int = 150
    learning_rate: float = 0.01
    cell: str = "GRU"
    seeds: Sequence[int] = (0,)

    def __call__(self, past: np.ndarray, horizon: int) -> np.ndarray:
        """Train on the past and forecast, shape (seeds, horizon)."""
        pairs = self.form.pairs(past, self.window, horizon)
        ensemble = train_seeds(
            partial(Forecaster, self.hidden, pairs.targets.shape[1], self.cell),
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
    """Forecasts from several moments in the past, and what then happened.

    Attributes
    ----------
    origins : tuple of int
        How many values each forecast knew.
    actual : ndarray
        Shape (origins, horizon).
    forecast : ndarray
        Shape (members, origins, horizon): one member a seed, or one in all.
    """

    origins: tuple[int, ...]
    actual: np.ndarray
    forecast: np.ndarray

    def scores(self, metric: Callable[[np.ndarray, np.ndarray], float] = rmse) -> np.ndarray:
        """Score each member: the metric of each origin, then their mean.

        Parameters
        ----------
        metric : callable
            Takes what happened and what was said: `rmse`, or one of scikit-learn's.

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


def rolling_origin(
    method: Method, values: np.ndarray, origins: Sequence[int], horizon: int
) -> Backtest:
    """Stand at several moments, each time knowing only the past, and forecast.

    Parameters
    ----------
    method : callable
        Fitted anew at each origin, on the values before it alone.
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
        returns another number of steps.

    Notes
    -----
    Tashman (2000), International Journal of Forecasting 16, 437-450. Taught
    in lesson 05b, `rolling-origin`.
    """
    values = _past(values, 1)
    _horizon(horizon)
    if not origins:
        raise ValueError("origins must hold at least one, got none")
    forecasts = []
    for origin in origins:
        if not 1 <= origin <= len(values) - horizon:
            raise ValueError(
                f"each origin must be 1 to {len(values) - horizon} "
                f"for {len(values)} values and horizon {horizon}, got {origin}"
            )
        # A copy: a method cannot reach past the origin through the array's base.
        forecast = np.atleast_2d(np.asarray(method(values[:origin].copy(), horizon), dtype=float))
        if forecast.shape[-1] != horizon:
            raise ValueError(f"method must return {horizon} steps, got {forecast.shape[-1]}")
        forecasts.append(forecast)
    return Backtest(
        origins=tuple(origins),
        actual=np.stack([values[origin : origin + horizon] for origin in origins]),
        forecast=np.stack(forecasts, axis=1),
    )


def scoreboard(
    entries: Mapping[str, Sequence[Backtest]], columns: Iterable[str], reference: str
) -> pd.DataFrame:
    """Set methods side by side, the best first.

    Parameters
    ----------
    entries : mapping
        From a method's name to its backtests, one a column.
    columns : iterable of str
        The names of the backtests, in their order.
    reference : str
        The entry that the skill is measured against.

    Returns
    -------
    pandas.DataFrame
        A row a method, sorted by the last backtest: for each backtest the
        RMSE ("median [lowest, highest]" over seeds, or the one number) and
        the skill of the median.

    Raises
    ------
    ValueError
        If ``reference`` is no entry, or an entry lacks a backtest.

    Notes
    -----
    Taught in lesson 05b, `what-we-measured`.
    """
    columns = list(columns)
    if reference not in entries:
        raise ValueError(f"reference must be one of {', '.join(entries)}, got {reference!r}")
    for name, backtests in entries.items():
        if len(backtests) != len(columns):
            raise ValueError(f"{name} must have {len(columns)} backtests, got {len(backtests)}")
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
