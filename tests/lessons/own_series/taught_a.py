"""What lesson 06a writes out, each with what the course keeps."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from course_utils import intervals, judging, series
from course_utils.columns import ColumnScaler
from course_utils.lessons.own_series.method_cases import METHODS
from tests.taught import Taught

RNG = np.random.default_rng(6)
WALK = RNG.normal(size=50).cumsum()


def scale_columns(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    index = pd.period_range("2020-01", periods=len(train) + len(test), freq="M")
    frame = pd.DataFrame(np.concatenate([train, test]), index)
    split = series.split_in_time(frame, len(test))
    scaler = ColumnScaler(split).fit(split.train)
    return scaler.transform(split.train), scaler.transform(split.test)


def whole_pairs(values: np.ndarray, window: int, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    inputs, targets = series.whole_windows(values, window, horizon)
    return inputs[:, :, 0].double().numpy(), targets.double().numpy()


def choose(
    methods: dict[str, Any], values: np.ndarray, test: int, horizon: int, origins: list[int]
) -> tuple[str, float]:
    index = pd.period_range("2020-01", periods=len(values), freq="M")
    split = series.split_in_time(pd.Series(values, index), test)
    earlier = [origin for origin in origins if origin + horizon <= len(split.train)]
    choice = judging.choose(methods, split, earlier, horizon)
    return choice.name, float(np.median(choice.scores[choice.name]))


def undo_all(
    said: np.ndarray, mean: float, spread: float, past: np.ndarray, season: int
) -> np.ndarray:
    return series.Difference(season).undo(said * spread + mean, past)


def covered(actual: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[int, int]:
    return tuple(intervals.covered(actual, low, high))  # type: ignore[return-value]


def with_gaps() -> Iterator[tuple[Any, ...]]:
    for places in ([], [7, 8, 30]):
        values = np.round(WALK, 3)
        values[places] = np.nan
        yield values, 4, 2


TAUGHT = [
    Taught(
        lesson="06a",
        name="whole_pairs",
        helper=whole_pairs,
        calls=with_gaps,
    ),
    Taught(
        lesson="06a",
        name="scale_columns",
        helper=scale_columns,
        calls=lambda: [(RNG.normal(size=(20, 3)) * [1, 50, 0.1], RNG.normal(size=(5, 3)))],
    ),
    Taught(
        lesson="06a",
        name="choose",
        helper=choose,
        calls=lambda: [(METHODS, WALK, 12, horizon, [20, 24, 28, 33, 38]) for horizon in (1, 5)],
    ),
    Taught(
        lesson="06a",
        name="undo_all",
        helper=undo_all,
        calls=lambda: [(WALK[:7], 0.3, 2.0, WALK, season) for season in (1, 4, 11)],
    ),
    Taught(
        lesson="06a",
        name="interval",
        helper=intervals.interval,
        calls=lambda: [(RNG.normal(size=(9, 4)), WALK[:4], level) for level in (0.5, 0.8)],
    ),
    Taught(
        lesson="06a",
        name="covered",
        helper=covered,
        calls=lambda: [(WALK[:9], WALK[:9] - 1, WALK[:9] + RNG.normal(size=9) ** 2)],
    ),
]
