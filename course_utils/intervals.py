"""Intervals from the errors at earlier origins, and how many later values they really contain.

They assume nothing about how errors are distributed: an interval reaches as far as the errors did.
Taught in lesson 06a.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Real

from course_utils.signatures import BadArgument, Positive, checked


class Coverage(NamedTuple):
    """How many values were inside, and how many there were."""

    inside: int
    total: int


@checked
def reach(
    errors: Real[np.ndarray, "origins horizon"], level: Positive = 0.8
) -> Float[np.ndarray, " horizon"]:
    """Say how far from a forecast its interval reaches, step by step.

    From n errors per step, it takes the k-th smallest size, with k = ⌈(n + 1) · level⌉: if the next
    error is like those before, it is no larger with a probability of at least ``level``.

    Parameters
    ----------
    errors : ndarray
        Actual minus forecast at earlier origins, shape (origins, horizon), NaN where nothing was
        measured.
    level : float
        The share of values that it should contain, below 1.

    Returns
    -------
    ndarray
        Shape (horizon,), in the errors' units.

    Raises
    ------
    BadArgument
        If there are too few errors for the level at some step.

    Notes
    -----
    Split conformal prediction, step by step: Stankevičiūtė, Alaa & van der Schaar (2021). Errors of
    overlapping forecasts aren't independent, so the level is a hope, and you have to count.
    Taught in lesson 06a, `intervals`.
    """
    if level >= 1:
        raise BadArgument(f"level must be under 1, like 0.8 for 80 %, got {level}")
    sizes, reaches = np.sort(np.abs(errors.astype(float)), axis=0), []
    for step, column in enumerate(sizes.T, start=1):
        count = int(np.isfinite(column).sum())  # NaN is sorted to the end
        place = math.ceil(round((count + 1) * level, 9))
        if place > count:
            raise BadArgument(
                f"errors must hold at least {math.ceil(round(level / (1 - level), 9))} measured "
                f"ones per step for a level of {level:g}, got {count} at step {step}: take more "
                "earlier origins, or a lower level"
            )
        reaches.append(column[place - 1])
    return np.array(reaches)


@checked
def interval(
    errors: Real[np.ndarray, "origins horizon"],
    forecast: Real[np.ndarray, "... horizon"],
    level: Positive = 0.8,
) -> tuple[Float[np.ndarray, "... horizon"], Float[np.ndarray, "... horizon"]]:
    """Put an interval around a forecast: as far up and down as `reach` says.

    Parameters
    ----------
    errors, level
        As for `reach`.
    forecast : ndarray
        Shape (…, horizon).

    Returns
    -------
    low, high : ndarray
        Of the forecast's shape.

    Notes
    -----
    Taught in lesson 06a, `intervals`.
    """
    far = reach(errors, level)
    return forecast - far, forecast + far


def covered(actual: np.ndarray, low: np.ndarray, high: np.ndarray) -> Coverage:
    """Count how many measured values lie inside their intervals, the ends included.

    Parameters
    ----------
    actual, low, high : ndarray
        Of the same shape; ``actual`` is NaN where nothing was measured.

    Returns
    -------
    Coverage
        How many were inside, out of how many.

    Raises
    ------
    BadArgument
        If the shapes differ, nothing was measured, or a high end is below its low one.

    Notes
    -----
    Taught in lesson 06a, `intervals`.
    """
    for name, end in (("low", low), ("high", high)):
        if np.shape(end) != np.shape(actual):
            raise BadArgument(
                f"{name} must have the shape of actual, {np.shape(actual)}, got {np.shape(end)}"
            )
    measured = ~np.isnan(actual)
    if not measured.any():
        raise BadArgument("actual must hold a measured value to count, got none")
    if not (low <= high).all():
        raise BadArgument("low must not be above high: are the two ends swapped?")
    inside = measured & (low <= actual) & (actual <= high)
    return Coverage(int(inside.sum()), int(measured.sum()))
