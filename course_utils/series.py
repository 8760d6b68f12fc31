"""Time series: loading, splitting, scaling, transforming, cutting into windows.

We check everything that comes in; nothing is silently truncated, filled or
reordered. Taught in lessons 05a, 05b and 06a.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol, cast

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Real
from sklearn.preprocessing import MinMaxScaler
from torch import Tensor

from course_utils.csv_files import load_csv
from course_utils.settings import DATA_FOLDER
from course_utils.signatures import BadArgument, Count, Finite, all_finite, checked


def load_airline() -> pd.Series:
    """Load the airline passengers: 144 monthly totals, 1949-01 to 1960-12.

    Returns
    -------
    pandas.Series
        Thousands of international passengers, with a monthly ``PeriodIndex``.

    Raises
    ------
    FileNotFoundError, ValueError
        As for `load_csv`.

    Notes
    -----
    Box & Jenkins (1976), series G; see data/README.md. Taught in lesson 05a,
    `data`.
    """
    airline = load_csv(DATA_FOLDER / "flights.csv", value="passengers", time=("year", "month"))
    return cast(pd.Series, airline)


@dataclass(frozen=True)
class TimeSplit:
    """A series cut in two at one moment: a past to learn from, and a future to be judged on.

    Attributes
    ----------
    train, test : pandas.Series or pandas.DataFrame
        What came before the cut and what came after it.
    """

    train: Any
    test: Any


@checked
def split_in_time(series: pd.Series | pd.DataFrame, test: Count) -> TimeSplit:
    """Set the last ``test`` values aside.

    Parameters
    ----------
    series : pandas.Series
        In time order.
    test : int
        How many values to set aside: at least 1, and fewer than there are.

    Returns
    -------
    TimeSplit

    Raises
    ------
    TypeError
        If ``series`` isn't a pandas series.
    ValueError
        If it is out of order in time, or ``test`` leaves nothing on one side.

    Notes
    -----
    Taught in lesson 05a, `published-scheme`.
    """
    _check_in_time("series", series, pd.Series | pd.DataFrame)
    if not 1 <= test < len(series):
        raise ValueError(
            f"test must be 1 to {len(series) - 1} for {len(series)} values, got {test}"
        )
    return TimeSplit(train=series.iloc[:-test], test=series.iloc[-test:])


def _check_in_time(name: str, values: object, kind: object = pd.Series) -> None:
    if not isinstance(values, kind):  # type: ignore[arg-type]
        raise TypeError(
            f"{name} must be a pandas Series that knows its times, as load_csv gives it, "
            f"got {type(values).__name__}"
        )
    index = values.index  # type: ignore[attr-defined]
    for before, after in pairwise(index):
        if not before < after:
            raise ValueError(
                f"{name} must be in time order, each time once, got {after} after {before}; "
                f"sort it first: {name}.sort_index()"
            )


@checked
class TrainScaler:
    """Scale to a range, fitted on the training part alone.

    It knows the split, and refuses to look at anything after it.

    Parameters
    ----------
    split : TimeSplit
        Where the training part ends.
    low, high : float
        The range that the training part is mapped to.

    Notes
    -----
    scikit-learn's ``MinMaxScaler`` does the arithmetic. Later values may leave
    the range: the largest airline total maps to 1.28. Taught in lesson 05a,
    `published-scheme`.
    """

    def __init__(self, split: TimeSplit, low: Finite = -1.0, high: Finite = 1.0) -> None:
        if not low < high:
            raise ValueError(f"low must be under high, got low={low} and high={high}")
        _check_in_time("split.train", split.train)
        self.last = split.train.index[-1]
        self._scaler = MinMaxScaler(feature_range=(low, high))
        self._fitted = False

    def fit(self, values: pd.Series) -> TrainScaler:
        """Learn the smallest and the largest value.

        Parameters
        ----------
        values : pandas.Series
            In time order; must end at or before the end of the training part.

        Returns
        -------
        TrainScaler
            Itself.

        Raises
        ------
        TypeError
            If ``values`` isn't a pandas series: an array doesn't know its times.
        ValueError
            If ``values`` reaches past the split or is out of order in time.
        """
        if isinstance(values, pd.Series) and len(values) and values.index.max() > self.last:
            raise ValueError(
                f"values must end by {self.last}, where the training part ends, "
                f"got values up to {values.index.max()}: the scaler would see the test part"
            )
        _check_in_time("values", values)
        self._scaler.fit(values.to_numpy(dtype=float).reshape(-1, 1))
        self._fitted = True
        return self

    def transform(self, values: pd.Series | np.ndarray) -> np.ndarray:
        """Map values to the range.

        Parameters
        ----------
        values : pandas.Series or ndarray
            Any shape, in the series' own units.

        Returns
        -------
        ndarray
            Float64, of the same shape.

        Raises
        ------
        RuntimeError
            If the scaler is not fitted yet.
        """
        return self._apply(self._scaler.transform, values)

    def inverse(self, scaled: np.ndarray) -> np.ndarray:
        """Map back to the series' own units; shapes and errors as for `transform`."""
        return self._apply(self._scaler.inverse_transform, scaled)

    def _apply(self, method: object, values: pd.Series | np.ndarray) -> np.ndarray:
        if not self._fitted:
            raise RuntimeError("the scaler is not fitted yet: call fit(split.train) first")
        array = np.asarray(values, dtype=float)
        return method(array.reshape(-1, 1)).reshape(array.shape)  # type: ignore[operator]


class Transform(Protocol):
    """A change of scale with an inverse.

    ``apply`` turns a series into the values that a model sees; given the past,
    ``undo`` turns the model's forecast back into the series' own units.
    """

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Turn the series' values into what the model sees."""

    def undo(self, future: np.ndarray, past: np.ndarray) -> np.ndarray:
        """Turn a forecast of what the model sees into the series' own units."""


@dataclass(frozen=True)
class Identity:
    """The series as it is."""

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Return a float copy, shape (n,)."""
        return np.array(values, dtype=float)

    def undo(self, future: np.ndarray, past: np.ndarray) -> np.ndarray:
        """Return the forecast as it is, shape (…, horizon)."""
        return np.array(future, dtype=float)


@dataclass(frozen=True)
class Log:
    """The natural logarithm: growth in per cent becomes growth in steps.

    Notes
    -----
    Taught in lesson 05b, `batches-and-transforms`.
    """

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Return log(values), shape (n,)."""
        return np.log(_positive(values))

    def undo(self, future: np.ndarray, past: np.ndarray) -> np.ndarray:
        """Return exp(future), shape (…, horizon)."""
        return np.exp(future)


@checked
@dataclass(frozen=True)
class LogDifference:
    """Growth since ``lag`` steps ago: log x_t − log x_(t−lag).

    Parameters
    ----------
    lag : int
        1 for month on month; the season's length for year on year.

    Notes
    -----
    Box & Jenkins (1976), chapter 9. Taught in lesson 05b, `batches-and-transforms`.
    """

    lag: Count

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Return the growth, shape (n − lag,): the first ``lag`` values have no past."""
        log = np.log(_positive(values))
        if len(log) <= self.lag:
            raise ValueError(f"values must hold more than lag={self.lag} numbers, got {len(log)}")
        return log[self.lag :] - log[: -self.lag]

    def undo(self, future: np.ndarray, past: np.ndarray) -> np.ndarray:
        """Add the growth to the value ``lag`` steps before, shape (…, horizon).

        Steps beyond the lag build on the forecast itself.
        """
        growth = np.asarray(future, dtype=float)
        log_past = np.log(_positive(past))
        if len(log_past) < self.lag:
            raise ValueError(f"past must hold at least lag={self.lag} numbers, got {len(log_past)}")
        return np.exp(_summed_up(growth, log_past, self.lag))


@checked
@dataclass(frozen=True)
class Difference:
    """The change since ``lag`` steps ago: x_t − x_(t−lag).

    Parameters
    ----------
    lag : int
        1 for the change from step to step; the season's length for the change over a season.

    Notes
    -----
    Box & Jenkins (1976), chapter 4. Taught in lesson 06a, `beyond-the-last-row`.
    """

    lag: Count

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Return the change, shape (n − lag,): the first ``lag`` values have no past."""
        array = np.asarray(values, dtype=float)
        if len(array) <= self.lag:
            raise ValueError(f"values must hold more than lag={self.lag} numbers, got {len(array)}")
        return array[self.lag :] - array[: -self.lag]

    def undo(self, future: np.ndarray, past: np.ndarray) -> np.ndarray:
        """Add the change to the value ``lag`` steps before, shape (…, horizon).

        Steps beyond the lag build on the forecast itself.
        """
        change, past = np.asarray(future, dtype=float), np.asarray(past, dtype=float)
        if len(past) < self.lag:
            raise ValueError(f"past must hold at least lag={self.lag} numbers, got {len(past)}")
        return _summed_up(change, past, self.lag)


@dataclass(frozen=True)
class Root:
    """The square root, for counts that may be 0 and whose swings grow with their level.

    Notes
    -----
    Taught in lesson 06a, `choose-on-earlier-years`.
    """

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Return the square root of values of 0 or more, shape (n,)."""
        array = np.asarray(values, dtype=float)
        if not (array >= 0).all():
            raise ValueError(f"values must be 0 or more for a square root, got {array.min()}")
        return np.sqrt(array)

    def undo(self, future: np.ndarray, past: np.ndarray) -> np.ndarray:
        """Return the square, shape (…, horizon); anything a model puts below 0 becomes 0."""
        return np.maximum(np.asarray(future, dtype=float), 0.0) ** 2


def _summed_up(changes: np.ndarray, past: np.ndarray, lag: int) -> np.ndarray:
    """Add each change to the level ``lag`` steps before it, shape (…, horizon)."""
    start = np.broadcast_to(past[-lag:], (*changes.shape[:-1], lag))
    levels = np.concatenate([start, changes], axis=-1)
    for step in range(changes.shape[-1]):
        levels[..., lag + step] += levels[..., step]
    return levels[..., lag:]


def _positive(values: np.ndarray) -> np.ndarray:
    array = np.asarray(values, dtype=float)
    if not (array > 0).all():
        raise ValueError(f"values must be above 0 for a logarithm, got {array.min()}")
    return array


@checked
def make_windows(
    values: Float[np.ndarray, " n"], window: Count, horizon: Count = 1
) -> tuple[Float[Tensor, "windows window 1"], Float[Tensor, "windows horizon"]]:
    """Cut a series into pairs of (what the model sees, what came next).

    Parameters
    ----------
    values : ndarray
        Shape (n,), floating point, already scaled.
    window : int
        How many values the model sees, at least 1.
    horizon : int
        How many values it has to forecast, at least 1.

    Returns
    -------
    inputs : Tensor
        Shape (n − window − horizon + 1, window, 1), float32: batch first.
    targets : Tensor
        Shape (n − window − horizon + 1, horizon), float32.

    Raises
    ------
    BadArgument
        If a value is not finite, or the series is too short for a single pair.

    Notes
    -----
    Taught in lesson 05a, `published-scheme`.
    """
    if len(values) < window + horizon:
        raise BadArgument(
            f"values must hold at least window + horizon = {window + horizon} numbers, "
            f"got {len(values)}"
        )
    all_finite(values=values)
    pieces = np.lib.stride_tricks.sliding_window_view(values, window + horizon)
    both = torch.tensor(pieces, dtype=torch.float32)
    return both[:, :window].unsqueeze(-1).clone(), both[:, window:].clone()


@checked
def last_window(values: Real[np.ndarray, " n"], window: Count) -> Float[Tensor, "1 window 1"]:
    """Take the window that a forecast starts from: the last values of a series.

    Parameters
    ----------
    values : ndarray
        Shape (n,), already scaled, n ≥ ``window``.
    window : int
        How many values the model sees, at least 1.

    Returns
    -------
    Tensor
        Shape (1, window, 1), float32.

    Raises
    ------
    BadArgument
        If the series is shorter than the window, or a value in it is not finite.

    Notes
    -----
    Taught in lesson 05a, `reset-that-resets-nothing`.
    """
    if window > len(values):
        raise BadArgument(f"values must hold at least window = {window} numbers, got {len(values)}")
    all_finite(values=values[-window:])
    return torch.tensor(values[-window:], dtype=torch.float32).reshape(1, -1, 1)


@checked
def whole_windows(
    values: Real[np.ndarray, " n"], window: Count, horizon: Count = 1
) -> tuple[Float[Tensor, "windows window 1"], Float[Tensor, "windows horizon"]]:
    """Cut a series that may have gaps, and keep only the pairs without one.

    Parameters
    ----------
    values : ndarray
        Shape (n,), already scaled, with NaN for a missing value.
    window, horizon : int
        As for `make_windows`.

    Returns
    -------
    inputs, targets : Tensor
        As for `make_windows`, float32; no window reaches across a gap.

    Raises
    ------
    BadArgument
        If no pair is left, or a value is infinite.

    Notes
    -----
    Taught in lesson 06a, `gaps`.
    """
    if np.isinf(values).any():
        raise BadArgument("values must be finite, or NaN where one is missing, got an infinity")
    if len(values) < window + horizon:
        raise BadArgument(
            f"values must hold at least window + horizon = {window + horizon} numbers, "
            f"got {len(values)}"
        )
    pieces = np.lib.stride_tricks.sliding_window_view(values, window + horizon)
    whole = pieces[~np.isnan(pieces).any(axis=1)]
    if not len(whole):
        raise BadArgument(
            f"values must hold {window + horizon} numbers in a row somewhere, but every such "
            "stretch has a gap in it: take a shorter window, or interpolate"
        )
    both = torch.tensor(whole, dtype=torch.float32)
    return both[:, :window].unsqueeze(-1).clone(), both[:, window:].clone()


@checked
def fill_gaps(past: Real[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """Fill the gaps of a past from that past alone.

    Between two known values we draw a straight line. After the last one there is nothing to draw
    it to, so we repeat the last known value.

    Parameters
    ----------
    past : ndarray
        Shape (n,), with NaN for a missing value; the first one is known.

    Returns
    -------
    ndarray
        Shape (n,), finite.

    Raises
    ------
    BadArgument
        If the first value is missing, or one is infinite.

    Notes
    -----
    Taught in lesson 06a, `gaps`.
    """
    known = np.flatnonzero(~np.isnan(past))
    if np.isinf(past).any() or not len(known) or known[0] != 0:
        raise BadArgument(
            "past must begin with a known value and hold no infinity: start the series at the "
            "first value that was measured"
        )
    return np.interp(np.arange(len(past)), known, past[known].astype(float))
