"""The forecaster that lesson 05b ends with, and the years that chose it and judge it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from course_utils.forecasting import Backtest, Network
from course_utils.forms import ShapeToGrowth
from course_utils.series import load_airline
from course_utils.studies import load

# The months before 1958 are all that a choice may see. The years after are the judges.
CHOICE_MONTHS = 108
CHOICE_ORIGINS = tuple(range(60, 97, 3))
BACKTEST_ORIGINS = tuple(range(108, 133, 3))
TEST_YEARS = (108, 120, 132)  # the origins of 1958, 1959 and 1960: three years that do not overlap


def final_network(seeds: Sequence[int]) -> Network:
    """Make the final forecaster: it reads the shape of a year, and forecasts its growth.

    Its size, window and length of training are the best one-layer setting in the stored study
    ``airline-choice``, on forecasts that end before 1958. (Two layers are ahead by less than the
    seeds differ.)

    Parameters
    ----------
    seeds : sequence of int
        One network each.

    Returns
    -------
    Network

    Notes
    -----
    Taught in lesson 05b, `rolling-origin`.
    """
    return Network(ShapeToGrowth(), hidden=16, epochs=70, seeds=seeds)


def stored_backtest() -> Backtest:
    """Read the study ``airline-backtest`` as a backtest.

    Returns
    -------
    Backtest
        32 members, nine origins, twelve months.
    """
    table = load("airline-backtest")
    values = load_airline().to_numpy()
    pieces = [part.filter(like="month_").to_numpy() for _, part in table.groupby("origin")]
    origins = tuple(int(origin) for origin in table["origin"].unique())
    return Backtest(
        origins=origins,
        actual=np.stack([values[origin : origin + 12] for origin in origins]),
        forecast=np.stack(pieces, axis=1),
    )


def stored_choice() -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Read the study ``airline-choice`` as what a choice needs.

    Returns
    -------
    settings : pandas.DataFrame
        A row per candidate: hidden, layers, window, epochs.
    errors : ndarray
        Shape (settings, seeds, origins): RMSE of twelve months, in thousands of passengers.
    origins : ndarray
        Shape (origins,): how many months each forecast knew.

    Notes
    -----
    Used in lesson 05b, `when-to-stop`.
    """
    table = load("airline-choice")
    what = ["hidden", "layers", "window", "epochs"]
    errors = table.filter(like="origin_")
    pieces = [errors.loc[rows.index].to_numpy() for _, rows in table.groupby(what, sort=False)]
    origins = np.array([int(name.removeprefix("origin_")) for name in errors.columns])
    return table[what].drop_duplicates(ignore_index=True), np.stack(pieces), origins
