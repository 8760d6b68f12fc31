"""Methods made from methods, and the forecast beyond the last row, with its dates.

A method is any function ``(past, horizon) -> forecast``, as in `forecasting`. Taught in lesson 06a.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from jaxtyping import Float

from course_utils.forecasting import Forecast, Method, Past
from course_utils.series import fill_gaps
from course_utils.signatures import BadArgument, Count, checked, seen


def mean_of(*methods: Callable) -> Method:
    """Take the mean of several forecasts, with equal weights: nothing is fitted.

    Parameters
    ----------
    *methods : callable
        At least two. One with several members, such as a network from several seeds, counts once,
        with the mean of its members.

    Returns
    -------
    callable
        A method with one member.

    Raises
    ------
    BadArgument
        If there are fewer than two methods, or one of them can't be called.

    Notes
    -----
    Bates & Granger (1969), Operational Research Quarterly 20, 451-468. Taught in lesson 06a,
    `mean-of-forecasts`.
    """
    if len(methods) < 2:
        raise BadArgument(f"methods must be at least two to take a mean of, got {len(methods)}")
    for method in methods:
        if not callable(method):
            raise BadArgument(f"methods must be functions (past, horizon), got {seen(method)}")

    def mean(past: np.ndarray, horizon: int) -> np.ndarray:
        said = [np.atleast_2d(method(past, horizon)).mean(axis=0) for method in methods]
        return np.mean(said, axis=0)

    return mean


@checked
def average(past: Past, horizon: Count) -> Forecast:
    """Forecast the mean of the past; parameters and errors as for `forecasting.last_value`.

    Notes
    -----
    Used in lesson 06a, `choose-on-earlier-years`.
    """
    return np.full(horizon, fill_gaps(past).mean())


@checked
def recent(method: Method, rows: Count) -> Method:
    """Show a method only the last rows of a past.

    Parameters
    ----------
    method : callable
        The method that forecasts.
    rows : int
        How many of the last values it sees; all of them if there are fewer.

    Returns
    -------
    callable
        A method.

    Notes
    -----
    Used in lesson 06a, `your-own-series`.
    """
    return lambda past, horizon: method(past[-rows:], horizon)


@checked
def remembered(method: Method) -> Method:
    """Ask a method once for each past and horizon, and remember its answer.

    Parameters
    ----------
    method : callable
        Must always give the same answer to the same question.

    Returns
    -------
    callable
        A method that returns copies of these answers.

    Notes
    -----
    Used in lesson 06a, `your-own-series`.
    """
    kept: dict[tuple[bytes, int], np.ndarray] = {}

    def asked(past: np.ndarray, horizon: int) -> np.ndarray:
        key = (np.asarray(past, dtype=float).tobytes(), horizon)
        if key not in kept:
            kept[key] = np.array(method(past, horizon), dtype=float)
        return kept[key].copy()

    return asked


@checked
def ahead(method: Method, series: pd.Series, horizon: Count) -> pd.DataFrame:
    """Forecast beyond the last row of a series.

    Parameters
    ----------
    method : callable
        Returns forecasts in the series' own units, with every transform undone.
    series : pandas.Series
        With a ``PeriodIndex``; its gaps (NaN) are filled from the past before them.
    horizon : int
        How many steps.

    Returns
    -------
    pandas.DataFrame
        One row per period, beginning right after the end of the series; one column per member.

    Raises
    ------
    BadArgument
        If the series has no periods, or there are rows missing between them.

    Notes
    -----
    Taught in lesson 06a, `beyond-the-last-row`.
    """
    index = series.index
    if not isinstance(index, pd.PeriodIndex):
        raise BadArgument("series must have a PeriodIndex, as load_csv gives it")
    if not index.equals(pd.period_range(index[0], periods=len(index), freq=index.freq)):
        raise BadArgument(
            "series must have a row for every period, missing ones as NaN: load it with gaps='keep'"
        )
    past = fill_gaps(series.to_numpy(dtype=float))
    said: Float[np.ndarray, "members horizon"] = np.atleast_2d(method(past, horizon))
    return pd.DataFrame(said.T, index=pd.period_range(index[-1] + 1, periods=horizon))
