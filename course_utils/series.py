"""Time series: loading, splitting, scaling, transforming, cutting into windows.

Everything that comes in is validated; nothing is silently truncated, filled or
reordered. Taught in lessons 05a and 05b.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
import torch
from sklearn.preprocessing import MinMaxScaler
from torch import Tensor

from course_utils.settings import DATA_FOLDER


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
    return load_csv(DATA_FOLDER / "flights.csv", value="passengers", time=("year", "month"))


def load_csv(
    path: str | Path, *, value: str, time: str | tuple[str, str], frequency: str = "M"
) -> pd.Series:
    """Load one column of a CSV file as a regular time series.

    Parameters
    ----------
    path : str or Path
        A file with a header line. It is read as UTF-8.
    value : str
        The column that holds the numbers.
    time : str or (str, str)
        The column that holds the time ("1949-01"), or a year column and a
        month column ("January", "Jan" or 1).
    frequency : str
        The pandas period between two rows: "M" a month, "Y" a year, "D" a day.

    Returns
    -------
    pandas.Series
        The numbers as float64 over a ``PeriodIndex``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If a column is missing, a time cannot be read, a number is text, empty,
        NaN or infinite, or the times leave a gap, repeat or run backwards. The
        message names the line of the file, the value seen and what is wanted.

    Notes
    -----
    Taught in lesson 05a, `data`.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"path must be a CSV file, got {str(path)!r}: no such file")
    columns = [time] if isinstance(time, str) else list(time)
    # Read as text: the reader must not guess, for a guess hides the bad row.
    table = pd.read_csv(path, dtype=str, keep_default_na=False, skip_blank_lines=False)
    for column in [value, *columns]:
        if column not in table.columns:
            raise ValueError(
                f"column {column!r} is missing in {path.name}: it has {', '.join(table.columns)}"
            )
    if table.empty:
        raise ValueError(f"{path.name} has a header and no rows")
    # Line 1 is the header, so the first row is line 2, as an editor counts.
    stamps = [" ".join(row) for row in table[columns].itertuples(index=False)]
    periods = [
        _read_period(text, frequency, f"{path.name} line {line}")
        for line, text in enumerate(stamps, start=2)
    ]
    numbers = [
        _read_number(text, value, f"{path.name} line {line}")
        for line, text in enumerate(table[value], start=2)
    ]
    _check_regular(periods, path.name)
    return pd.Series(numbers, index=pd.PeriodIndex(periods, freq=frequency), name=value)


def _read_period(text: str, frequency: str, where: str) -> pd.Period:
    try:
        period = pd.Period(text.strip(), freq=frequency)
    except (ValueError, TypeError):
        period = None
    # An empty text is read as "not a time", without an error.
    if not isinstance(period, pd.Period):
        raise ValueError(f"{where}: {text!r} is no time; wanted one like '1949-01' or '1949 Jan'")
    return period


def _read_number(text: str, column: str, where: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{where}: {column} is {text!r}; wanted a number") from None
    if not np.isfinite(number):
        raise ValueError(f"{where}: {column} is {text!r}; wanted a finite number")
    return number


def _check_regular(periods: list[pd.Period], name: str) -> None:
    for line, (before, after) in enumerate(pairwise(periods), start=3):
        if after != before + 1:
            fault = (
                "repeats" if after == before else "leaves a gap" if after > before else "goes back"
            )
            raise ValueError(
                f"{name} line {line}: {after} {fault} after {before}; wanted {before + 1}"
            )


@dataclass(frozen=True)
class TimeSplit:
    """A series cut in two at one moment: the past to learn from, the future to be judged on.

    Attributes
    ----------
    train, test : pandas.Series
        What came before the cut and what came after it.
    """

    train: pd.Series
    test: pd.Series


def split_in_time(series: pd.Series, test: int) -> TimeSplit:
    """Keep the last ``test`` values apart.

    Parameters
    ----------
    series : pandas.Series
        In time order.
    test : int
        How many values to keep apart: at least 1, and fewer than there are.

    Returns
    -------
    TimeSplit

    Raises
    ------
    ValueError
        If ``test`` leaves nothing on one of the two sides.

    Notes
    -----
    Taught in lesson 05a, `published-scheme`.
    """
    if not 1 <= test < len(series):
        raise ValueError(
            f"test must be 1 to {len(series) - 1} for {len(series)} values, got {test}"
        )
    return TimeSplit(train=series.iloc[:-test], test=series.iloc[-test:])


class TrainScaler:
    """Scale to a range that is fitted on the training part alone.

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

    def __init__(self, split: TimeSplit, low: float = -1.0, high: float = 1.0) -> None:
        if not low < high:
            raise ValueError(f"low must be under high, got low={low} and high={high}")
        self.last = split.train.index[-1]
        self._scaler = MinMaxScaler(feature_range=(low, high))
        self._fitted = False

    def fit(self, values: pd.Series) -> TrainScaler:
        """Learn the smallest and the largest value.

        Parameters
        ----------
        values : pandas.Series
            Must end at or before the end of the training part.

        Returns
        -------
        TrainScaler
            Itself.

        Raises
        ------
        ValueError
            If ``values`` reaches past the split.
        """
        if values.index[-1] > self.last:
            raise ValueError(
                f"values must end by {self.last}, where the training part ends, "
                f"got values up to {values.index[-1]}: the scaler would see the test part"
            )
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

    ``apply`` turns a series into the values that a model sees; ``undo`` turns
    the model's forecast back into the series' own units, given the past.
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

    lag: int

    def __post_init__(self) -> None:
        if self.lag < 1:
            raise ValueError(f"lag must be at least 1, got {self.lag}")

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Return the growth, shape (n − lag,): the first ``lag`` values have no past."""
        log = np.log(_positive(values))
        if len(log) <= self.lag:
            raise ValueError(f"values must hold more than lag={self.lag} numbers, got {len(log)}")
        return log[self.lag :] - log[: -self.lag]

    def undo(self, future: np.ndarray, past: np.ndarray) -> np.ndarray:
        """Add the growth to the value ``lag`` steps before, shape (…, horizon).

        Steps beyond the lag stand on the forecast itself.
        """
        growth = np.asarray(future, dtype=float)
        log_past = np.log(_positive(past))
        if len(log_past) < self.lag:
            raise ValueError(f"past must hold at least lag={self.lag} numbers, got {len(log_past)}")
        levels = np.concatenate(
            [np.broadcast_to(log_past[-self.lag :], (*growth.shape[:-1], self.lag)), growth],
            axis=-1,
        )
        for step in range(growth.shape[-1]):
            levels[..., self.lag + step] += levels[..., step]
        return np.exp(levels[..., self.lag :])


def _positive(values: np.ndarray) -> np.ndarray:
    array = np.asarray(values, dtype=float)
    if not (array > 0).all():
        raise ValueError(f"values must be above 0 for a logarithm, got {array.min()}")
    return array


def make_windows(values: np.ndarray, window: int, horizon: int = 1) -> tuple[Tensor, Tensor]:
    """Cut a series into pairs of (what was seen, what came next).

    Parameters
    ----------
    values : ndarray
        Shape (n,), floating point, already scaled.
    window : int
        How many values the model sees, at least 1.
    horizon : int
        How many values it must forecast, at least 1.

    Returns
    -------
    inputs : Tensor
        Shape (n − window − horizon + 1, window, 1), float32: batch first.
    targets : Tensor
        Shape (n − window − horizon + 1, horizon), float32.

    Raises
    ------
    TypeError
        If ``values`` is no floating-point array.
    ValueError
        If the shape is wrong, a value is not finite, ``window`` or ``horizon``
        is under 1, or the series is too short for a single pair.

    Notes
    -----
    Taught in lesson 05a, `published-scheme`.
    """
    array = np.asarray(values)
    if not np.issubdtype(array.dtype, np.floating):
        raise TypeError(f"values must be floating point, got dtype {array.dtype}")
    if array.ndim != 1:
        raise ValueError(f"values must have shape (n,), got {array.shape}")
    if not np.isfinite(array).all():
        place = int(np.flatnonzero(~np.isfinite(array))[0])
        raise ValueError(f"values must be finite, got {array[place]} at position {place}")
    for name, number in (("window", window), ("horizon", horizon)):
        if number < 1:
            raise ValueError(f"{name} must be at least 1, got {number}")
    if len(array) < window + horizon:
        raise ValueError(
            f"values must hold at least window + horizon = {window + horizon} numbers, "
            f"got {len(array)}"
        )
    pieces = np.lib.stride_tricks.sliding_window_view(array, window + horizon)
    both = torch.tensor(pieces, dtype=torch.float32)
    return both[:, :window].unsqueeze(-1).clone(), both[:, window:].clone()


def last_window(values: np.ndarray, window: int) -> Tensor:
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
    ValueError
        If the series has another shape or is shorter than the window.

    Notes
    -----
    Taught in lesson 05a, `reset-that-resets-nothing`.
    """
    array = np.asarray(values)
    if array.ndim != 1 or not 1 <= window <= len(array):
        raise ValueError(
            f"values must have shape (n,) with n ≥ window = {window} ≥ 1, got {array.shape}"
        )
    return torch.tensor(array[-window:], dtype=torch.float32).reshape(1, -1, 1)
