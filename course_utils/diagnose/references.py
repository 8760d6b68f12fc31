"""Simple forecasts that only use what was known, to compare a forecast with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_utils.diagnose.places import Array
from course_utils.diagnose.report import Finding, Suspicion

CLEARLY = 3.0  # standard errors
SHORTEST = 10  # values; with fewer we don't compare
STRONG_SEASON = 6.0  # the F of the season in the past's changes
STRONG_GROWTH = 4.0  # standard errors of the past's mean change


@dataclass(frozen=True)
class Told:
    """A forecast, and what was declared about it.

    Attributes
    ----------
    actual, forecast, past : ndarray
        Of one axis; ``past`` may be empty.
    season : int
        0 if none was declared.
    one_step : bool
        Whether the value before was known each time.
    mode : str or None
        As declared.
    """

    actual: Array
    forecast: Array
    past: Array
    season: int
    mode: str | None

    @property
    def one_step(self) -> bool:
        """Whether the value before was known each time."""
        return self.mode == "one_step"

    @property
    def known(self) -> Array:
        """The past and what came after it."""
        return np.concatenate([self.past, self.actual])


def too_short(told: Told, probe: Suspicion) -> Finding | None:
    """Say that there are too few values to compare errors, if so."""
    if len(told.actual) < SHORTEST:
        because = f"{len(told.actual)} values are too few"
        return probe.cannot_tell(because, f"give {SHORTEST} or more")
    return None


def naive(told: Told) -> dict[str, Array]:
    """Return the naive forecasts: the last value known, and that of the last season."""
    count, before, season = len(told.actual), len(told.past), told.season
    made = {}
    if told.one_step:
        made["the value before"] = _back(told, 1)
        if season > 1:
            made[f"the value {season} steps before"] = _back(told, season)
    elif before:
        made["the last value of the past"] = np.full(count, told.past[-1])
        if 1 < season <= before:
            made["the last season again"] = np.resize(told.past[-season:], count)
    return made


def better(told: Told) -> dict[str, Array]:
    """Return forecasts that a good one should beat or match, because the past supports them.

    One step ahead these are the naive ones, and a line through the last values, fitted to the past.
    Further ahead, only a season and a growth that the past shows beyond doubt count, because on a
    random walk some line through the future is always better, by luck.
    """
    if told.one_step:
        made = naive(told)
        if len(told.past) >= SHORTEST:
            made["the mean of the past"] = np.full(len(told.actual), told.past.mean())
        line = _line(told)
        return made if line is None else {**made, "a line through the last values": line}
    count, past, season = len(told.actual), told.past, told.season
    made = {}
    if len(past) < 2 * SHORTEST:
        return made
    changes = np.diff(past)
    spread = changes.std(ddof=1) / np.sqrt(len(changes))
    growing = spread > 0 and abs(changes.mean()) > STRONG_GROWTH * spread
    seasonal = has_season(told)
    ahead = np.arange(1, count + 1)
    if growing and not seasonal:
        made["the last value and the past's growth"] = past[-1] + changes.mean() * ahead
    if seasonal:
        again = np.resize(past[-season:], count)
        made["the last season again"] = again
        growth = (past[-season:] - past[-2 * season : -season]).mean()
        made["the last season again and its growth"] = again + growth * ((ahead - 1) // season + 1)
    return made


def _back(told: Told, steps: int) -> Array:
    made = np.full(len(told.actual), np.nan)
    at = len(told.past) + np.arange(len(made)) - steps
    made[at >= 0] = told.known[at[at >= 0]]
    return made


def _line(told: Told) -> Array | None:
    """Forecast one step ahead by least squares on the last values, fitted only to the past."""
    lags = min(max(told.season + 1, 3), len(told.past) // 5)
    if lags < 1 or len(told.past) < 4 * lags:
        return None
    spans = np.lib.stride_tricks.sliding_window_view(told.known, lags + 1)
    rows = np.column_stack([np.ones(len(spans)), spans[:, :-1]])
    fitted = len(told.past) - lags
    weights = np.linalg.lstsq(rows[:fitted], spans[:fitted, -1], rcond=1e-10)[0]
    return rows[fitted:] @ weights


def has_season(told: Told) -> bool:
    """Say whether the past shows the declared season beyond doubt."""
    if told.season < 2 or len(told.past) < 3 * told.season:
        return False
    return _season(np.diff(told.past), told.season) > STRONG_SEASON


def _season(changes: Array, season: int) -> float:
    """Return F of the season: the spread between its parts over the spread within them."""
    part = np.arange(len(changes)) % season
    means = np.array([changes[part == one].mean() for one in range(season)])
    within = ((changes - means[part]) ** 2).sum() / max(len(changes) - season, 1)
    between = ((means[part] - changes.mean()) ** 2).sum() / (season - 1)
    return float(between / within) if within > 0 else (np.inf if between > 0 else 0.0)


def clearly_worse(told: Told, reference: Array, ratio: float, part: slice = slice(None)) -> bool:
    """Say whether the squared errors are beyond chance ``ratio`` times a reference's."""
    actual = told.actual[part]
    own, other = (actual - told.forecast[part]) ** 2, (actual - reference[part]) ** 2
    both = np.isfinite(own) & np.isfinite(other)
    own, other = own[both], other[both]
    if len(own) < SHORTEST or own.mean() <= ratio * other.mean():
        return False
    gap = own - other
    # The larger the gap, the less proof it takes: on long waves, errors stay alike for long.
    needed, times = CLEARLY, own.mean() / max(other.mean(), 1e-300)
    if times > (2 if told.one_step else 4):
        needed = 1.2 if told.one_step and times > 4 else 2.0
    nearly_always = times > 9 and (gap > 0).mean() >= 0.8 and len(gap) >= 2 * SHORTEST
    return bool(nearly_always or gap.mean() > needed * _standard_error(gap))


def _standard_error(values: Array) -> float:
    """Return the standard error of a mean, for values that may be like their neighbours."""
    count = len(values)
    own = values - values.mean()
    lags = round(count ** (1 / 3))
    total = (own**2).mean()
    for lag in range(1, lags + 1):
        total += 2 * (1 - lag / (lags + 1)) * (own[lag:] * own[:-lag]).sum() / count
    return float(np.sqrt(max(total, 0.0) / (count - 1)))


def worst_before(told: Told, name: str) -> float:
    """Return the largest error (root of mean square) of a naive forecast at earlier origins."""
    past, season = told.past, told.season
    ahead = min(len(told.actual), len(past) // 3)
    first = max(season, len(past) // 3, 1)
    origins = range(first, len(past) - ahead + 1, max(1, ahead // 4))
    if ahead < 2 or len(origins) < 4:
        return np.inf
    errors = []
    for at in origins:
        repeated = past[at - season : at] if "season" in name else past[at - 1 : at]
        gap = past[at : at + ahead] - np.resize(repeated, ahead)
        errors.append(np.sqrt((gap**2).mean()))
    return float(max(errors))
