"""The probe of an interval: whether it contains as much as it promises."""

from __future__ import annotations

from math import lgamma
from typing import Any

import numpy as np

from course_utils.diagnose.places import Array, numbers
from course_utils.diagnose.report import Finding, Suspicion

COVERAGE = Suspicion(
    name="interval_coverage",
    tried="counted how many of the actual values lie between low and high",
    means="The interval doesn't contain as much as it promises.",
    lesson="05b",
    anchor="rolling-origin",
    todo="Check what the level means (0.9 contains nine of ten values, 0.05 in each tail), "
    "and widen or narrow the interval by the errors at earlier origins.",
)
UNLIKELY = 1e-4
FAN = 4  # how many values a forecast from one origin is worth, if its errors add up


def probe_interval(actual: Any, low: Any, high: Any, level: Any, mode: str | None) -> Finding:
    """Count how many values an interval contains, and compare with the binomial's range."""
    if low is None and high is None:
        return COVERAGE.cannot_tell("no interval was declared", "declare low=, high= and level=")
    happened = numbers(actual).ravel()
    count = len(happened)
    least = np.full(count, -np.inf) if low is None else np.broadcast_to(numbers(low).ravel(), count)
    most = np.full(count, np.inf) if high is None else np.broadcast_to(numbers(high).ravel(), count)
    if np.isnan(least).any() or np.isnan(most).any() or not np.isfinite(happened).all():
        return COVERAGE.cannot_tell("there are numbers that are not finite", "leave them out")
    crossed = int((least > most).sum())
    if crossed:
        return COVERAGE.fault(f"low is above high at {crossed} of {count} steps")
    if level is None or not 0 < float(level) < 1:
        because = (
            "no level was declared"
            if level is None
            else f"level={level} is not a share between 0 and 1"
        )
        return COVERAGE.cannot_tell(because, "declare level= as a share, such as 0.9 for 90 %")
    level = float(level)
    inside = float(((happened >= least) & (happened <= most)).mean())
    # A single border may belong to a one-sided or a two-sided interval.
    single = np.isinf(least).all() or np.isinf(most).all()
    promised = (level, (1 + level) / 2 if single else level)
    free = _independent(happened, least, most, mode)
    seen = f"{inside:.1%} of {count} values are inside, {level:.1%} are promised"
    if free < count:
        seen += f"; the errors follow one another, as if there were {free} values"
    width = np.median(most - least)
    away = np.maximum(least - happened, happened - most).min()
    if away > 3 * width:
        return COVERAGE.fault(f"{seen}; all lie {away / width:.3g} or more widths away from it")
    hits = round(inside * free)
    few, many = _tail(hits, free, promised[0], -1), _tail(hits, free, promised[1], 1)
    off = max(promised[0] - inside, inside - promised[1])
    if min(few, many) < UNLIKELY and off > 0.05:
        return COVERAGE.fault(seen)
    if (
        min(_tail(0, free, promised[0], -1), _tail(free, free, promised[1], 1)) > UNLIKELY
        and off > 0.05
    ):
        return COVERAGE.cannot_tell(f"{seen}: too few to tell", "count at more origins")
    return COVERAGE.well(seen)


def _independent(actual: Array, low: Array, high: Array, mode: str | None) -> int:
    """Return how many independent values the errors are worth."""
    count = len(actual)
    border = low if np.isfinite(low).all() else high
    middle = (low + high) / 2 if np.isfinite(low).all() and np.isfinite(high).all() else border
    if not np.isfinite(middle).all() or count < 4:
        return count
    width = high - low
    if mode != "one_step" and np.isfinite(width).all() and width[-1] > 1.2 * width[0]:
        return min(count, FAN)  # it widens, so the errors add up, and one path proves little
    error = actual - middle
    if mode == "one_step":  # from one origin, a miss of the level is one miss
        error = error - error.mean()
    total = (error**2).sum()
    alike = (error[1:] * error[:-1]).sum() / total if total > 0 else 0.0
    return max(1, min(count, round(count * (1 - alike) / (1 + alike)))) if alike > 0.3 else count


def _tail(hits: int, count: int, share: float, side: int) -> float:
    """Return the chance of so few hits (side −1) or so many (+1)."""
    numbers_ = range(0, hits + 1) if side < 0 else range(hits, count + 1)
    logs = [
        lgamma(count + 1) - lgamma(k + 1) - lgamma(count - k + 1)
        + k * np.log(share) + (count - k) * np.log1p(-share)
        for k in numbers_
    ]  # fmt: skip
    return float(min(1.0, np.exp(logs).sum()))
