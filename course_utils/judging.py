"""Judge methods from several moments of a series that may have gaps, and choose without cheating.

A method sees only the past, with its gaps filled from that past; a value that was never measured
is never judged. `choose` only uses the earlier moments, and refuses to look at the test part.
Taught in lesson 06a.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Real

from course_utils.forecasting import Backtest, Method, backtest
from course_utils.series import TimeSplit, fill_gaps
from course_utils.signatures import BadArgument, Count, Instance, checked, whole_numbers

Values = Real[np.ndarray, " n"]


@checked
def judge(method: Method, values: Values, origins: Iterable[int], horizon: Count) -> Backtest:
    """Stand at several moments, each time knowing only the past, and forecast.

    Does what `forecasting.rolling_origin` does, for a series that may have gaps.

    Parameters
    ----------
    method : callable
        Fitted again at each origin, on only the values before it, with their gaps filled.
    values : ndarray
        The whole series, shape (n,), with NaN for a missing value.
    origins : sequence of int
        How many values are known each time; origin + horizon ≤ n.
    horizon : int
        How many steps ahead, at least 1.

    Returns
    -------
    Backtest
        ``actual`` is NaN where nothing was measured.

    Raises
    ------
    BadArgument
        If an origin leaves no past, runs past the end, or leaves no measured value to judge by;
        or if the method returns the wrong number of steps, or a number that isn't finite.

    Notes
    -----
    Taught in lesson 06a, `choose-on-earlier-years`.
    """
    origins, values = whole_numbers("origins", origins), values.astype(float)
    for origin in origins:
        judged = values[origin : origin + horizon]
        if len(judged) == horizon and np.isnan(judged).all():
            raise BadArgument(
                f"origin {origin} must leave a measured value to judge by: all {horizon} after it "
                "are missing; take another origin"
            )

    def from_filled(past: np.ndarray, horizon: int) -> np.ndarray:
        forecast = np.asarray(method(fill_gaps(past), horizon), float)
        if not np.isfinite(forecast).all():
            raise BadArgument(f"method must return {horizon} finite steps, got {forecast}")
        return forecast

    return backtest(from_filled, values, origins, horizon)


@checked
def errors_of(backtest: Backtest) -> Float[np.ndarray, " members"]:
    """Score each member: the RMSE of each origin over what was measured, then their mean.

    Parameters
    ----------
    backtest : Backtest
        From `judge`.

    Returns
    -------
    ndarray
        Shape (members,), in the series' own units.

    Notes
    -----
    Taught in lesson 06a, `choose-on-earlier-years`.
    """
    squares = (backtest.forecast - backtest.actual) ** 2
    return np.sqrt(np.nanmean(squares, axis=-1)).mean(axis=-1)


@dataclass(frozen=True)
class Choice:
    """What was chosen, and on what.

    Attributes
    ----------
    name : str
        The method with the smallest error (the median over its members).
    scores : dict
        From each candidate's name to the errors of its members.
    origins : tuple of int
        The origins that it was chosen on.
    horizon : int
        How many steps ahead.
    """

    name: str
    scores: dict[str, np.ndarray]
    origins: tuple[int, ...]
    horizon: int


@checked
def choose(
    candidates: Mapping[str, Instance], split: TimeSplit, origins: Iterable[int], horizon: Count
) -> Choice:
    """Choose a method on earlier origins, without touching the test part.

    Parameters
    ----------
    candidates : mapping
        From a name to a method.
    split : TimeSplit
        A series with its test part set aside.
    origins : sequence of int
        How many values are known each time. Every forecast must end before the test part begins.
    horizon : int
        How many steps ahead.

    Returns
    -------
    Choice

    Raises
    ------
    BadArgument
        If there is no candidate, or a forecast would be judged on the test part.

    Notes
    -----
    Taught in lesson 06a, `choose-on-earlier-years`.
    """
    origins, latest = whole_numbers("origins", origins), len(split.train) - horizon
    if not candidates:
        raise BadArgument("candidates must hold at least one method, got none")
    for origin in origins:
        if origin > latest:
            raise BadArgument(
                f"origins must be {latest} at most, so that {horizon} steps end before the test "
                f"part begins ({split.test.index[0]}), got {origin}: the choice would see the "
                "test part"
            )
    values = split.train.to_numpy(dtype=float)
    scores = {
        name: errors_of(judge(method, values, origins, horizon))
        for name, method in candidates.items()
    }
    best = min(scores, key=lambda name: float(np.median(scores[name])))
    return Choice(best, scores, origins, horizon)
