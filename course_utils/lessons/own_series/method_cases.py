"""Series, gaps and small methods that the exercises of lesson 06a try."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from course_utils.checking import Draw


class Judged(NamedTuple):
    """A series with the moments to stand at, as `choose` and `defend` take them."""

    values: np.ndarray
    test: int
    horizon: int
    origins: list[int]


def last_value(past: np.ndarray, horizon: int) -> np.ndarray:
    """Repeat the last value, shape (horizon,)."""
    return np.full(horizon, past[-1])


def mean_value(past: np.ndarray, horizon: int) -> np.ndarray:
    """Repeat the mean of the past, shape (horizon,)."""
    return np.full(horizon, past.mean())


def last_four(past: np.ndarray, horizon: int) -> np.ndarray:
    """Repeat the last four values, shape (horizon,)."""
    return past[-4:][np.arange(horizon) % 4]


def three_seeds(past: np.ndarray, horizon: int) -> np.ndarray:
    """Give three members, as a network from three seeds does, shape (3, horizon)."""
    swing = past.std() * np.array([[2.0], [0.3], [-0.6]])
    return last_four(past, horizon) + swing


def on_the_slope(past: np.ndarray, horizon: int) -> np.ndarray:
    """Go on along the last step, shape (horizon,)."""
    return past[-1] + (past[-1] - past[-2]) * np.arange(1, horizon + 1)


METHODS: dict[str, Callable[..., Any]] = {
    "last value": last_value,
    "mean": mean_value,
    "last four": last_four,
    "network": three_seeds,
    "slope": on_the_slope,
}


def draw_judged(draw: Draw) -> Judged:
    """Draw a series that changes its ways in the test part, sometimes with gaps in it."""
    horizon, step = draw.one_of("horizon", (1, 2, 3, 4)), draw.one_of("step", (1, 2, 3))
    before, after = draw.whole(6, 8), draw.whole(3, 5)
    start = 24 + horizon + step * before
    rows = start + step * after + horizon
    kind = draw.one_of("series", ("walk", "season", "calm"))
    noise = draw.rng.normal(size=rows)
    values = {"walk": noise.cumsum(), "season": noise + 4 * np.cos(np.pi / 2 * np.arange(rows))}
    series = values.get(kind, 10 + noise)
    series[start:] = series[start:] * draw.one_of("later", (1.0, 3.0, 0.3)) + draw.whole(-4, 4)
    for place in draw.rng.choice(np.arange(2, rows), draw.one_of("gaps", (0, 0, 1)), replace=False):
        series[place] = np.nan if horizon > 1 else series[place]
    origins = list(range(start - horizon - step * (before - 1), rows - horizon + 1, step))
    return Judged(series, rows - start, horizon, origins)
