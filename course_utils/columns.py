"""Several columns in, one out: a scaler for each, windows over all, and the target in its units.

Taught in lesson 06a.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, Real
from torch import Tensor

from course_utils.forms import Pairs
from course_utils.series import TimeSplit
from course_utils.signatures import BadArgument, Count, Whole, all_finite, checked


@checked
class ColumnScaler:
    """Return every column mean 0 and spread 1, measured on the training part.

    It knows the split, and refuses to look at anything after it.

    Parameters
    ----------
    split : TimeSplit
        A frame's split: where the training part ends.

    Notes
    -----
    Taught in lesson 06a, `several-columns`.
    """

    def __init__(self, split: TimeSplit) -> None:
        if not isinstance(split.train, pd.DataFrame):
            raise BadArgument("split must be of a pandas DataFrame, for several columns")
        self.last = split.train.index[-1]
        self.mean: pd.Series | None = None
        self.spread: pd.Series | None = None

    def fit(self, frame: pd.DataFrame) -> ColumnScaler:
        """Learn each column's mean and standard deviation.

        Parameters
        ----------
        frame : pandas.DataFrame
            Must end at or before the end of the training part.

        Returns
        -------
        ColumnScaler
            Itself.

        Raises
        ------
        BadArgument
            If the frame reaches past the split, or a column is constant or not finite.
        """
        if frame.index.max() > self.last:
            raise BadArgument(
                f"frame must end by {self.last}, where the training part ends, got rows up to "
                f"{frame.index.max()}: the scaler would see the test part"
            )
        for name in frame:
            all_finite(**{str(name): frame[name]})
            if not np.ptp(frame[name].to_numpy(dtype=float)) > 0:
                raise BadArgument(f"column {name!r} must change, but it is constant: leave it out")
        self.mean, self.spread = frame.mean(), frame.std(ddof=0)
        return self

    def transform(self, frame: pd.DataFrame) -> Float[np.ndarray, "rows columns"]:
        """Scale every column by its own mean and spread, shape (rows, columns)."""
        mean, spread = self._fitted()
        if list(frame.columns) != list(mean.index):
            raise BadArgument(
                f"frame must have the columns {list(mean.index)} in this order, got "
                f"{list(frame.columns)}"
            )
        return ((frame - mean) / spread).to_numpy(dtype=float)

    def inverse(
        self, scaled: Real[np.ndarray, "*more steps"], column: str
    ) -> Float[np.ndarray, "*more steps"]:
        """Turn values of one column back into its own units, with its own mean and spread."""
        mean, spread = self._fitted()
        if column not in mean.index:
            raise BadArgument(f"column must be one of {list(mean.index)}, got {column!r}")
        return scaled.astype(float) * float(spread[column]) + float(mean[column])

    def _fitted(self) -> tuple[pd.Series, pd.Series]:
        if self.mean is None or self.spread is None:
            raise RuntimeError("the scaler is not fitted yet: call fit(split.train) first")
        return self.mean, self.spread


@checked
def column_windows(
    values: Float[np.ndarray, "rows columns"], target: Whole, window: Count, horizon: Count = 1
) -> tuple[Float[Tensor, "windows window columns"], Float[Tensor, "windows horizon"]]:
    """Cut several columns into pairs of (all columns so far, the next values of one column).

    Parameters
    ----------
    values : ndarray
        Shape (rows, columns), already scaled.
    target : int
        The position of the column to forecast, from 0.
    window, horizon : int
        How many rows are read, and how many are forecast.

    Returns
    -------
    inputs : Tensor
        Shape (windows, window, columns), float32: batch first.
    targets : Tensor
        Shape (windows, horizon), float32: the target column alone.

    Raises
    ------
    BadArgument
        If a value is not finite, there is no such column, or there are too few rows.

    Notes
    -----
    Taught in lesson 06a, `several-columns`.
    """
    if target >= values.shape[1]:
        raise BadArgument(f"target must be 0 to {values.shape[1] - 1}, got {target}")
    if len(values) < window + horizon:
        raise BadArgument(
            f"values must hold at least window + horizon = {window + horizon} rows, "
            f"got {len(values)}"
        )
    all_finite(values=values)
    pieces = np.lib.stride_tricks.sliding_window_view(values, window + horizon, axis=0)
    both = torch.tensor(pieces.swapaxes(1, 2), dtype=torch.float32)
    return both[:, :window].clone(), both[:, window:, target].clone()


@checked
@dataclass(frozen=True)
class Columns:
    """A form that reads other columns too, but only the rows up to the origin.

    Parameters
    ----------
    frame : pandas.DataFrame
        Every column to read, the target included; finite, from the first row of the series.
    target : str
        The column to forecast, all steps at once, so nothing needs to be known in advance.

    Notes
    -----
    Taught in lesson 06a, `several-columns`.
    """

    frame: pd.DataFrame
    target: str
    direct: ClassVar[bool] = True

    def pairs(self, past: np.ndarray, window: int, horizon: int) -> Pairs:
        """Cut the past rows into windows and what followed, scaled by these rows alone."""
        if self.target not in self.frame:
            raise BadArgument(f"target must be one of {list(self.frame)}, got {self.target!r}")
        known = self.frame.iloc[: len(past)]
        if len(known) < len(past) or not np.allclose(known[self.target], past, rtol=1e-9, atol=0):
            raise BadArgument(
                f"past must be the first rows of the column {self.target!r}: these columns belong "
                "to another series"
            )
        scaler = ColumnScaler(TimeSplit(known, self.frame.iloc[len(past) :])).fit(known)
        scaled = scaler.transform(known)
        place = list(self.frame.columns).index(self.target)
        inputs, targets = column_windows(scaled, place, window, horizon)
        last = torch.tensor(scaled[-window:], dtype=torch.float32).unsqueeze(0)
        return Pairs(
            inputs, targets, last, lambda said: scaler.inverse(said.double().numpy(), self.target)
        )
