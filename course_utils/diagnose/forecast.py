"""Probes that compare a forecast with what happened, what came before, and naive forecasts."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from course_utils.diagnose.intervals import COVERAGE, probe_interval
from course_utils.diagnose.places import numbers
from course_utils.diagnose.references import (
    SHORTEST,
    Told,
    better,
    clearly_worse,
    has_season,
    naive,
    too_short,
    worst_before,
)
from course_utils.diagnose.report import Finding, Report, Suspicion
from course_utils.diagnose.units import WRONG_UNITS, bend, probe_units

SHIFTED = Suspicion(
    name="shifted",
    tried="shifted the forecast against what happened, and compared the errors",
    means="The forecast repeats what was known already. Drawn over the series it looks right, but "
    "it says nothing about the next value.",
    lesson="05a",
    anchor="is-it-good",
    todo="Compare with the naive forecast; check that label and forecast belong to the same time.",
)
FLAT = Suspicion(
    name="flat",
    tried="compared how much the forecast moves with how much the series does",
    means="The forecast is a straight line, although the series moves in a predictable way.",
    lesson="05b",
    anchor="batches-and-transforms",
    todo="Check that the network reads its input, that shapes of answer and label agree, that the "
    "learning rate is not too high, and how far a recursive forecast keeps the season.",
)
WORSE = Suspicion(
    name="worse_than_naive",
    tried="compared the squared errors with those of repeating the last value or season",
    means="A forecast that costs nothing does better.",
    lesson="05a",
    anchor="is-it-good",
    todo="Report the naive forecast next to yours; look for a fault before you look for a larger "
    "network.",
)
LESS = 0.6  # something simple is better if its error is below this share


def forecast(
    actual: Any,
    forecast: Any,
    *,
    past: Any = None,
    season: int | None = None,
    low: Any = None,
    high: Any = None,
    level: float | None = None,
    mode: str | None = None,
) -> Report:
    """Look for silent faults in a forecast.

    It changes nothing, and assumes nothing that you haven't declared: a probe that would need it
    says that it cannot tell, and what to declare.

    Parameters
    ----------
    actual : array-like
        What happened, shape (steps,).
    forecast : array-like
        What was forecast, of the same shape.
    past : array-like, optional
        The values before, in the same units.
    season : int, optional
        Steps of a season.
    low, high : array-like, optional
        The borders of an interval, or one of them.
    level : float, optional
        The share of the values that the interval promises to contain: 0.9, not 90.
    mode : {"one_step", "multi_step"}, optional
        Whether each value before was known when the forecast was made, or only the past.

    Returns
    -------
    Report

    Raises
    ------
    ValueError
        If ``mode`` or ``level`` isn't one of those above, or ``actual`` and ``forecast`` don't
        have the same length.

    Notes
    -----
    A shift, a flat line or a large error isn't a fault by itself: on a random walk nothing is
    better than the last value, and on white noise nothing is better than a flat line. It is a
    fault if something simple, which the past supports, is clearly better. Taught in lesson 05a,
    `is-it-good`.
    """
    began = time.perf_counter()
    _check(actual, forecast, level, mode)
    probes: dict[Callable[[Told], Finding], Suspicion] = {
        _shifted: SHIFTED,
        _flat: FLAT,
        probe_units: WRONG_UNITS,
        _worse: WORSE,
    }
    findings = []
    because, told = "", None
    try:
        told = _read(actual, forecast, past, season, mode)
    except Exception as error:  # whatever it is, it belongs in the report
        because = f"the forecast cannot be read: {error}"
    for probe, suspicion in probes.items():
        if told is None:
            findings.append(suspicion.cannot_tell(because, "give arrays of numbers"))
            continue
        try:
            findings.append(probe(told))
        except Exception as error:
            because = f"the probe ended in {type(error).__name__}: {error}"
            findings.append(suspicion.cannot_tell(because, "give arrays of numbers"))
    try:
        findings.append(probe_interval(actual, low, high, level, mode))
    except Exception as error:
        findings.append(
            COVERAGE.cannot_tell(f"the interval cannot be read: {error}", "give arrays")
        )
    return Report(tuple(findings), time.perf_counter() - began)


def _check(actual: Any, forecast: Any, level: Any, mode: object) -> None:
    if mode not in (None, "one_step", "multi_step"):
        raise ValueError(f"mode must be one of None, 'one_step', 'multi_step', got {mode!r}")
    if isinstance(level, int | float) and not 0 < level < 1:
        raise ValueError(
            f"level must be a share between 0 and 1, got {level!r}; declare 90 % as level=0.9"
        )
    happened, made = _length(actual), _length(forecast)
    if None not in (happened, made) and happened != made:
        raise ValueError(
            f"actual and forecast must be equally long, got {happened} and {made}; cut both to "
            "the same steps"
        )


def _length(given: Any) -> int | None:
    shape = getattr(given, "shape", None)
    if shape is not None:
        return prod(shape)
    return len(given) if isinstance(given, list | tuple) else None


def _read(actual: Any, forecast: Any, past: Any, season: int | None, mode: str | None) -> Told:
    told = [numbers(item) for item in (actual, forecast, [] if past is None else past)]
    names = ("actual", "forecast", "past")
    for name, item in zip(names, told, strict=True):
        if item.size != max(item.shape):
            raise ValueError(f"{name} must have one axis, got {item.shape}")
        if not np.isfinite(item).all():
            raise ValueError(f"{name} holds a number that is not finite")
    if told[0].size != told[1].size or not told[0].size:
        raise ValueError(
            f"actual and forecast must be as long, got {told[0].size} and {told[1].size}"
        )
    happened, made, before = (item.ravel() for item in told)
    return Told(happened, made, before, int(season or 0), mode)


def _beaten(told: Told, part: slice = slice(None), less: float = LESS) -> str:
    """Name something simple that is clearly better."""
    for name, reference in better(told).items():
        if clearly_worse(told, reference, 1 / less, part):
            return name
    return ""


def _todo(told: Told) -> str:
    given = {"past=": len(told.past), "season=": told.season, "mode=": told.mode}
    missing = [name for name, item in given.items() if not item]
    return f"declare {' and '.join(missing)}" if missing else "give more of the past"


def _shifted(told: Told) -> Finding:
    if short := too_short(told, SHIFTED):
        return short
    if told.forecast.std() < 0.1 * told.actual.std():
        return SHIFTED.well("the forecast hardly moves")
    far = told.season // 2 if told.season > 1 else 3
    far = min(far, len(told.actual) // 3)
    best, least = 0, 0.5
    for steps in (one for one in range(-far, far + 1) if one):
        at = len(told.past) + np.arange(len(told.actual)) - steps
        inside = (at >= 0) & (at < len(told.known))
        own = ((told.actual - told.forecast)[inside] ** 2).mean()
        moved = ((told.known[at[inside]] - told.forecast[inside]) ** 2).mean()
        if inside.sum() >= SHORTEST - 2 and own > 0 and moved / own < least:
            best, least = steps, moved / own
    if not best:
        return SHIFTED.well("the forecast is nearest to what happened at its own time")
    way = (
        f"{abs(best)} {'step' if abs(best) == 1 else 'steps'} {'earlier' if best > 0 else 'later'}"
    )
    seen = f"moved {way}, its squared error falls to {least:.1%}"
    if best < 0 and least < 0.02:
        return SHIFTED.fault(f"{seen}: it tells values that were not known yet")
    simple = _beaten(told)
    middle = len(told.past) // 2
    if not simple and told.one_step and best > 0 and least < 0.05 and middle > best:
        # The forecast is the value from some steps before, so judge that rule on the past, too.
        known = told.known
        longer = (known[middle:], known[middle - best : -best], known[:middle])
        simple = _beaten(Told(*longer, told.season, told.mode), less=0.7)
    if not simple and told.one_step and best > 1 and least < 0.05:
        near = np.sqrt(np.nanmean((told.actual - naive(told)["the value before"]) ** 2))
        if near < 0.9 * np.sqrt(((told.actual - told.forecast) ** 2).mean()):
            simple = "the value before"
    if simple:
        return SHIFTED.fault(f"{seen}, and {simple} is clearly better")
    if told.mode is None or not len(told.past):
        return SHIFTED.cannot_tell(f"{seen}, but nothing simple is better", _todo(told))
    return SHIFTED.well(f"{seen}, but nothing simple is clearly better, as on a random walk")


def _flat(told: Told) -> Finding:
    if short := too_short(told, FLAT):
        return short
    half = slice(len(told.actual) // 2, None)
    for part, where in ((slice(None), ""), (half, "in its second half ")):
        actual, made = told.actual[part], told.forecast[part]
        if len(actual) < SHORTEST:
            continue
        for what, straighten in (("", False), (" round a straight line", True)):
            own, theirs = (bend(item) if straighten else item for item in (made, actual))
            if own.std() >= 0.1 * theirs.std():
                continue
            seen = f"{where}the forecast moves {own.std():.3g}{what}, the series {theirs.std():.3g}"
            simple = _beaten(told, part)
            if simple:
                return FLAT.fault(f"{seen}, and {simple} is clearly better")
            if told.mode is None or not len(told.past):
                return FLAT.cannot_tell(f"{seen}, but nothing simple is better", _todo(told))
            return FLAT.well(f"{seen}, but nothing simple is clearly better, as on noise")
    return FLAT.well(
        f"the forecast moves {told.forecast.std():.3g}, the series {told.actual.std():.3g}"
    )


def _worse(told: Told) -> Finding:
    if short := too_short(told, WORSE):
        return short
    simple = naive(told)
    if not simple:
        return WORSE.cannot_tell("there is no past", "declare past=")
    if np.ptp(told.actual) == 0:
        return WORSE.cannot_tell("the actual values never change", "judge on values that do")
    error = np.sqrt(((told.actual - told.forecast) ** 2).mean())
    seen = []
    for name, reference in simple.items():
        theirs = np.sqrt(np.nanmean((told.actual - reference) ** 2))
        seen.append(f"{name} {theirs:.4g}")
        if not clearly_worse(told, reference, 1.5):
            continue
        # From one origin, errors stay alike for long, so the past must show the same.
        sure = 1.2 if has_season(told) and "season" in name else 5.0
        if told.one_step or error > sure * worst_before(told, name):
            return WORSE.fault(
                f"root of the mean squared error: the forecast {error:.4g}, {seen[-1]}"
            )
    text = f"root of the mean squared error: the forecast {error:.4g}, {', '.join(seen)}"
    return WORSE.well(text)
