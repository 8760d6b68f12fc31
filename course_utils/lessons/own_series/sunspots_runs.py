"""The sunspots of lesson 06a: where they are split, what a choice may see, and the stored runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from course_utils.forecasting import Backtest, Method, Network
from course_utils.forms import Windows
from course_utils.judging import errors_of, judge
from course_utils.recurrent import CellName
from course_utils.series import Difference, Identity, Root, Transform, load_csv
from course_utils.settings import DATA_FOLDER
from course_utils.signatures import BadArgument
from course_utils.studies import load
from course_utils.training import show_progress

CYCLE = 11  # years, nearly: a cycle takes 9 to 14
TEST = 55  # years that have no say in any choice: 1954 to 2008
EARLIER = tuple(range(154, 243, 8))  # forecasts from them end before 1954
LATER = tuple(range(254, 299, 4))
TEN_SEEDS = tuple(range(10))

TRANSFORMS: dict[str, Transform] = {
    "as it is": Identity(),
    "square root": Root(),
    "change over a cycle": Difference(CYCLE),
}
WINDOWS = (6, 11, 22)
# Cells and lengths of training that are compared; for time, at every other later origin.
CANDIDATES: tuple[tuple[CellName, int], ...] = (
    *(("RNN", 20), ("RNN", 60), ("RNN", 150)),
    *(("GRU", 60), ("LSTM", 60)),
)
EVERY_OTHER = LATER[1::2]


def load_sunspots() -> pd.Series:
    """Load the yearly means of the sunspot number, 1700 to 2008.

    Returns
    -------
    pandas.Series
        No unit, with a yearly ``PeriodIndex``.
    """
    series = load_csv(DATA_FOLDER / "sunspots.csv", value="sunspots", time="year", frequency="Y")
    assert isinstance(series, pd.Series)
    return series


def network(
    transform: str,
    window: int,
    cell: CellName = "RNN",
    epochs: int = 60,
    seeds: Sequence[int] = TEN_SEEDS,
) -> Network:
    """Make a small network that forecasts a whole cycle at once.

    Parameters
    ----------
    transform : str
        One of `TRANSFORMS`.
    window, epochs : int
        Years that it reads, passes over all windows.
    cell : {"RNN", "GRU", "LSTM"}
        Its recurrent layer, of 8 units.
    seeds : sequence of int
        One network each.
    """
    form = Windows(TRANSFORMS[transform], direct=True)
    return Network(form, window=window, hidden=8, epochs=epochs, cell=cell, seeds=seeds)


def own_choice(
    seeds: Sequence[int] = TEN_SEEDS,
    candidates: Sequence[tuple[CellName, int]] = CANDIDATES,
    earlier: Sequence[int] = EARLIER,
    later: Sequence[int] = EVERY_OTHER,
) -> pd.DataFrame:
    """Compare cells and lengths of training on the sunspots' square root, with windows of 11.

    Parameters
    ----------
    seeds : sequence of int
        One network each, at every origin.
    candidates : sequence
        Cell and epochs of each.
    earlier, later : sequence of int
        The origins of either part.

    Returns
    -------
    pandas.DataFrame
        A row per candidate and seed: cell, epochs, seed, and the error (RMSE, mean over the
        origins) on the earlier and on the later ones.
    """
    values, tables = load_sunspots().to_numpy(), []
    for cell, epochs in show_progress(list(candidates), "candidates"):
        method = network("square root", CYCLE, cell, epochs, seeds)
        columns = {
            "cell": cell,
            "epochs": epochs,
            "seed": list(seeds),
            "earlier": errors_of(judge(method, values, earlier, CYCLE)),
            "later": errors_of(judge(method, values, later, CYCLE)),
        }
        tables.append(pd.DataFrame(columns))
    return pd.concat(tables, ignore_index=True)


def own_sunspots(
    seeds: Sequence[int] = TEN_SEEDS,
    transforms: Sequence[str] = tuple(TRANSFORMS),
    windows: Sequence[int] = WINDOWS,
    origins: Sequence[int] = EARLIER + LATER,
) -> pd.DataFrame:
    """Forecast eleven years of sunspots from every origin, in every setting of the explorer.

    Parameters
    ----------
    seeds : sequence of int
        One network each.
    transforms, windows, origins
        What is tried, each with each: networks of 8 plain units, 60 passes.

    Returns
    -------
    pandas.DataFrame
        A row per setting and year ahead: transform, window, origin, year (from 1), and a column
        per seed, the forecast to one decimal.
    """
    values = load_sunspots().to_numpy()

    def rows() -> Iterator[pd.DataFrame]:
        settings = list(product(transforms, windows, origins))
        for transform, window, origin in show_progress(settings, "settings"):
            said = network(transform, window, seeds=seeds)(values[:origin], CYCLE).round(1)
            keys = {"transform": transform, "window": window, "origin": origin}
            yield pd.DataFrame(
                keys
                | {"year": range(1, CYCLE + 1)}
                | {f"seed_{seed}": row for seed, row in zip(seeds, said, strict=True)}
            )

    return pd.concat(rows(), ignore_index=True)


def stored_backtest(transform: str, window: int, origins: Sequence[int]) -> Backtest:
    """Read a setting of the study ``own-sunspots`` as a backtest.

    Parameters
    ----------
    transform, window
        Of the setting.
    origins : sequence of int
        Which of its origins.

    Returns
    -------
    Backtest
        Ten members, eleven years.
    """
    table = load("own-sunspots").query("transform == @transform and window == @window")
    pieces = [
        table[table["origin"] == origin].filter(like="seed_").to_numpy() for origin in origins
    ]
    values = _values()
    return Backtest(
        origins=tuple(origins),
        actual=np.stack([values[origin : origin + CYCLE] for origin in origins]),
        forecast=np.stack([piece.T for piece in pieces], axis=1),
    )


@cache
def _values() -> np.ndarray:
    return load_sunspots().to_numpy()


@cache
def _stored() -> dict[tuple[str, int, int], np.ndarray]:
    found: dict[Any, np.ndarray] = {
        key: rows.filter(like="seed_").to_numpy()
        for key, rows in load("own-sunspots").groupby(["transform", "window", "origin"])
    }
    return found


def stored_method(transform: str, window: int) -> Method:
    """Make a method of a setting of the study ``own-sunspots``: it looks its forecasts up.

    Parameters
    ----------
    transform, window
        Of the setting.

    Returns
    -------
    callable
        Knows the eleven years after each origin of the study, from ten seeds, and nothing else.
    """

    def look_up(past: np.ndarray, horizon: int) -> np.ndarray:
        if len(past) not in EARLIER + LATER or horizon != CYCLE:
            raise BadArgument(
                f"the study holds {CYCLE} years from the origins {EARLIER + LATER}, and not "
                f"{horizon} years from {len(past)}"
            )
        return stored_backtest(transform, window, [len(past)]).forecast[:, 0]

    return look_up
