"""Probes of the times: whether they run forward, and whether a window reaches across a gap."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_utils.diagnose.given import Given, locate
from course_utils.diagnose.places import ENOUGH, Array, Line, commonest, numbers
from course_utils.diagnose.report import Finding, Suspicion
from course_utils.diagnose.windows import REPEATED

BACKWARDS = Suspicion(
    name="time_backwards",
    tried="followed the times, and the samples of the windows, in their order",
    means="The network learns to forecast the past from the future.",
    lesson="05a",
    anchor="data",
    todo="Sort by time, the oldest first, before anything else, and join the parts in that order.",
)
JUMPS = Suspicion(
    name="time_jumps",
    tried="compared the step between any two neighbouring times with the usual one",
    means="A window that reaches across a gap treats two distant moments as neighbours.",
    lesson="05a",
    anchor="data",
    todo="Keep the rows of the gap and mark them, or don't cut a window across it.",
)
HOUR, DAY = 3_600.0, 86_400.0


def probe_times(given: Given) -> list[Finding]:
    """Look for windows in which time runs back, stands still or jumps."""
    turned = given.places is not None and given.places.backwards
    if turned and not _newest_first(given):
        seen = f"{given.found[1].share:.0%} of the windows run backwards through the series"
        return [BACKWARDS.fault(seen), JUMPS.cannot_tell("time runs backwards", "sort by time")]
    if given.declared["times"] is None:
        because = "no times were declared"
        return [one.cannot_tell(because, "declare times=") for one in (BACKWARDS, JUMPS)]
    times, dated = read_times(given.declared["times"])
    if times.shape != given.x.shape[:2] and times.shape != (
        0 if given.series is None else len(given.series),
    ):
        because = f"times have the shape {times.shape}, not one for each sample of the series"
        todo = "declare times= for each sample of series="
        return [one.cannot_tell(because, todo) for one in (BACKWARDS, JUMPS)]
    if times.ndim == 1 and (given.starts is None or not (given.starts >= 0).any()):
        because = "it is not known where in the series the windows are"
        todo = "declare starts=: windows may well spare the places where time jumps"
        return [one.cannot_tell(because, todo) for one in (BACKWARDS, JUMPS)]
    steps = np.diff(times, axis=-1) * (-1 if turned else 1)
    back = steps < 0
    wide, unsure = _holes(np.abs(steps), times, dated)
    seen = "time {} at {} of {} steps, inside {} windows"
    crossing, holed = _crossing(given, back), _crossing(given, wide)
    seen_back = seen.format("runs back", back.sum(), back.size, crossing)
    seen_wide = seen.format("jumps", wide.sum(), wide.size, holed)
    findings = [BACKWARDS.fault(seen_back) if crossing else BACKWARDS.well(seen_back)]
    if unsure:
        findings.append(JUMPS.cannot_tell(unsure, "nothing, if that is the calendar of these data"))
    elif holed and _knows_time(given, times):
        findings.append(JUMPS.well(f"{seen_wide}, and the windows hold the times"))
    else:
        findings.append(JUMPS.fault(seen_wide) if holed else JUMPS.well(seen_wide))
    return [*findings, *_twice(given, steps)]


def _newest_first(given: Given) -> bool:
    """Say whether the whole series was declared to run from the newest sample to the oldest."""
    if given.declared["times"] is None:
        return False
    times, _ = read_times(given.declared["times"])
    return times.ndim == 1 and bool((np.diff(times) < 0).all())


def _twice(given: Given, steps: Array) -> list[Finding]:
    """Look for samples that come twice, with the same time."""
    still = np.flatnonzero(steps == 0) if steps.ndim == 1 else np.empty(0, dtype=int)
    if not len(still) or given.series is None or len(still) > 0.7 * len(steps):
        return []
    same = (given.series[still] == given.series[still + 1]).all(axis=1).mean()
    seen = f"{len(still)} samples have the time of the one before, {same:.0%} its values too"
    if same >= 0.5 and given.told_apart and _crossing(given, steps == 0):
        return [REPEATED.fault(seen)]
    return [REPEATED.cannot_tell(seen, "say which of the two samples counts")]


def _crossing(given: Given, bad: Array) -> int:
    """Count the windows, labels included, that hold a bad step."""
    if bad.ndim == 2:
        return int(bad.any(axis=1).sum())
    starts = given.starts if given.starts is not None else np.empty(0, dtype=int)
    starts = starts[starts >= 0]
    if given.line is not None:
        starts = starts % given.line.width
    until = np.concatenate([[0], np.cumsum(bad)])
    last = (starts + max(given.x.shape[1] - 1, given.ends[1])).clip(max=len(bad))
    return int((until[last] > until[starts.clip(max=len(bad))]).sum())


def _holes(steps: Array, times: Array, dated: bool) -> tuple[Array, str]:
    """Mark the steps that are too long, or say why we can't tell."""
    nothing = np.zeros(steps.shape, dtype=bool)
    moving = steps[steps > 0]
    if len(moving) < 4:
        return nothing, "there are too few times"
    usual = np.median(moving)
    if (np.abs(moving / usual - 1) <= 0.15).mean() < 0.5:
        return nothing, "the times have no usual step"
    wide = steps > 1.5 * usual
    if dated and usual <= HOUR:  # one hour more may be the start of summer time
        wide &= ~np.isclose(steps, usual + HOUR)
    if dated and usual == DAY and steps.ndim == 1:
        days = times // DAY + 3  # 1970 began on a Thursday, so Monday is 0
        if not (days % 7 >= 5).any():
            working = steps / DAY - 2 * np.abs(np.diff(days // 7))
            if (working > 1).any() and working.max() <= 5:
                return nothing, "working days are missing that may be holidays"
            return working > 5, ""
    at = np.flatnonzero(wide) if wide.ndim == 1 else np.empty(0, dtype=int)
    if len(at) >= 4:  # breaks of one length at regular places are a calendar
        alike = [commonest(np.diff(at))[1], commonest(np.round(steps[at] / usual, 1))[1]]
        if min(alike) >= 0.6:
            odd = steps[at].max() > 3 * np.median(steps[at])
            return nothing, "besides regular breaks, there are longer ones" if odd else ""
    return wide, ""


def _knows_time(given: Given, times: Array) -> bool:
    """Say whether one feature of the windows is the times, or the steps between them."""
    if times.ndim != 1 or given.x.shape[2] < 2 or given.line is None:
        return False
    steps = np.diff(times, prepend=times[0])
    told = np.stack([times - times[0], steps, np.append(steps[1:], 0)], axis=1)
    helper = Given(given.x, given.y, given.labels, told, given.eps, given.declared, given.layout)
    helper.line = Line(told, given.line.width - given.line.samples)
    return any(
        locate(helper, given.x[:, :, at], starts=False).share >= ENOUGH
        for at, feature in enumerate(given.features)
        if feature.share < ENOUGH
    )


def read_times(times: Any) -> tuple[Array, bool]:
    """Read times as numbers; dates become seconds.

    Parameters
    ----------
    times : array-like
        Numbers, dates, periods, or dates as text.

    Returns
    -------
    ndarray
        64-bit floats.
    bool
        Whether they were dates.
    """
    if hasattr(times, "detach") or np.asarray(times).dtype.kind in "iufb":
        return numbers(times), False
    told = np.asarray(times)
    if told.dtype == object:
        flat = list(told.ravel())
        if all(hasattr(one, "ordinal") for one in flat):  # pandas' periods
            return np.array([float(one.ordinal) for one in flat]).reshape(told.shape), False
        if all(getattr(one, "tzinfo", None) is not None for one in flat):
            return np.array([one.timestamp() for one in flat]).reshape(told.shape), True
    told = told.astype("datetime64[ns]")
    return (told - np.datetime64("1970-01-01")) / np.timedelta64(1, "s"), True
