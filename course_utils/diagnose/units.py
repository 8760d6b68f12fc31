"""The probe of the units: whether a forecast and what happened are on the same scale."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from course_utils.diagnose.places import Array
from course_utils.diagnose.references import Told, too_short
from course_utils.diagnose.report import Finding, Suspicion

WRONG_UNITS = Suspicion(
    name="wrong_units",
    tried="compared level and spread of the forecast with those of the series",
    means="Forecast and actual values aren't in the same units, so no error between them means "
    "anything.",
    lesson="05a",
    anchor="is-it-good",
    todo="Undo every transform (scaling, logarithm, changes) on both, with the same numbers.",
)


def probe_units(told: Told) -> Finding:
    """See whether one more transform, or one fewer, makes the forecast fit."""
    actual, made, past = told.actual, told.forecast, told.past
    if short := too_short(told, WRONG_UNITS):
        return short
    error = ((actual - made) ** 2).mean()
    seen = (
        f"forecast {made.mean():.4g} ± {made.std():.3g}, "
        f"actual {actual.mean():.4g} ± {actual.std():.3g}"
    )
    if _beyond_all(told, error):
        for name, other in _other_units(told):
            theirs = ((actual - other) ** 2).mean()
            if np.isfinite(theirs) and theirs < min(0.05 * error, actual.var()):
                return WRONG_UNITS.fault(f"{seen}; {name} it fits")
    bent, straight = bend(actual), bend(made)
    if bent.std() > 1e-9 * np.abs(actual).max() and straight.std() > 1e-9 * np.abs(made).max():
        alike = (bent * straight).mean() / (bent.std() * straight.std())
        slope = alike * bent.std() / straight.std()
        enough = len(actual) >= 24 or _beyond_all(told, error)
        if alike >= 0.9 and not 0.25 <= slope <= 4 and error > 0.5 * actual.var() and enough:
            return WRONG_UNITS.fault(
                f"{seen}: the same movement ({alike:.2f}), {slope:.3g} times as large"
            )
    if not len(past):
        return WRONG_UNITS.cannot_tell(seen, "declare past=")
    lowest, highest = (one(one(actual), one(past)) for one in (min, max))
    around = highest - lowest
    if around > 0 and (made.min() > highest + around or made.max() < lowest - around):
        return WRONG_UNITS.fault(
            f"{seen}: the whole forecast is far from all values ever seen, "
            f"{lowest:.4g} to {highest:.4g}"
        )
    return WRONG_UNITS.well(seen)


def _beyond_all(told: Told, error: float) -> bool:
    """Say whether the error is larger than any forecast in the right units would make."""
    if told.one_step and len(told.known) > 2:
        return bool(error > 9 * (np.diff(told.known) ** 2).mean())
    return bool(error > 4 * told.known.var())


def _other_units(told: Told) -> Iterator[tuple[str, Array]]:
    """Return the forecast as it would be after one more transform, or one fewer."""
    made, past = told.forecast, told.past
    if len(past) > 1 and np.ptp(past) > 0:
        middle = (past.max() + past.min()) / 2
        for name, centre, scale in (
            ("mean and spread", past.mean(), past.std()),
            ("range", past.min(), np.ptp(past)),
            ("range from -1 to 1", middle, np.ptp(past) / 2),
        ):
            yield f"scaled back by the past's {name},", made * scale + centre
            yield f"scaled by the past's {name},", (made - centre) / scale
    for factor in (10.0, 100.0, 1000.0):
        yield f"multiplied by {factor:.0f}", made * factor
        yield f"divided by {factor:.0f}", made / factor
    if np.abs(made).max() < 50:
        yield "with its logarithm undone", np.exp(made)
        yield "with its log(1 + …) undone", np.expm1(made)
    if made.min() > 0:
        yield "in logarithms", np.log(made)
        yield "as log(1 + …)", np.log1p(made)
    if len(past):
        yield "taken as changes from step to step,", past[-1] + np.cumsum(made)
        if told.one_step:
            yield "taken as changes from the value before,", told.known[len(past) - 1 : -1] + made


def bend(values: Array) -> Array:
    """Take the straight line out."""
    steps = np.arange(len(values)) - (len(values) - 1) / 2
    return values - values.mean() - steps * (steps @ values) / (steps @ steps)
