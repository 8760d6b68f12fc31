"""Probes of the windows: whether each continues the one before, and whether each is sound."""

from __future__ import annotations

import numpy as np

from course_utils.diagnose.given import Given
from course_utils.diagnose.places import ENOUGH, Array, Line, commonest
from course_utils.diagnose.report import Finding, Suspicion

REPEATED = Suspicion(
    name="sample_repeated",
    tried="compared where each window ends with where the next one begins",
    means="A network that carries its state reads the same sample twice, as if time had stood "
    "still for a step. In lesson 03b one repeated sample makes the error forty times worse.",
    lesson="03b",
    anchor="diagnose",
    todo="Begin each chunk one sample after the end of the one before, for instance with "
    "endpoint=False; look for rows that are in the file twice.",
)
DISCONTINUED = Suspicion(
    name="rows_do_not_continue",
    tried="compared where row r of each batch ends with where row r of the next begins",
    means="The carried state comes from one stretch of the series and the row that starts from it "
    "belongs to another, so what it remembers is wrong.",
    lesson="04a",
    anchor="three-ways-state-goes-wrong",
    todo="Lay the batches out so that row r of a batch begins where row r of the one before "
    "ended, keep their order, and set the state to zero wherever a row doesn't continue.",
)
NO_WINDOW = Suspicion(
    name="not_a_window",
    tried="looked for each window as one stretch of the series",
    means="The axis that the network treats as time doesn't run along time, so what it learns "
    "has no order.",
    lesson="02a",
    anchor="every-shape",
    todo="Cut windows as series[i : i + steps]; swap axes with transpose, not with view or "
    "reshape; shuffle windows, never samples; don't cut a window across two series.",
)


def probe_chunks(given: Given) -> list[Finding]:
    """Look for rows that don't continue in the next window, and for samples that come twice."""
    starts, steps, both = given.starts, given.x.shape[1], (REPEATED, DISCONTINUED)
    if starts is None or (given.places is not None and given.places.backwards):
        because = "it is not known where in the series the windows are"
        return [one.cannot_tell(because, "declare series= or starts=") for one in both]
    if not given.declared["stateful"]:
        todo = "declare stateful=True if one is, and batch_size="
        return [
            _twice(given, starts),
            DISCONTINUED.cannot_tell("no carried state was declared", todo),
        ]
    if given.layout is None:
        because = "it is not known which windows form a batch"
        return [one.cannot_tell(because, "declare batch_size=") for one in both]
    batches, rows = given.layout
    grid = np.arange(batches * rows).reshape(batches, rows)
    exists, goes_on = _follows(given, grid, steps)
    if not exists.any():
        because = "no two rows that follow one another have a place in the series"
        return [one.cannot_tell(because, "declare starts=") for one in both]
    broken = exists & ~goes_on
    seen = f"{broken.sum()} of {exists.sum()} rows don't begin where the one before ended"
    if not broken.any():
        return [one.well(seen) for one in both]
    resets = broken.any(axis=1)
    if (broken == (exists & resets[:, None])).all() and resets.mean() < 0.5:
        because = f"all rows start again after {resets.sum()} of {batches - 1} batches"
        todo = "nothing, if the state is set to zero there"
        return [REPEATED.well(seen), DISCONTINUED.cannot_tell(because, todo)]
    for by in range(steps - 1, -1, -1):
        if (_follows(given, grid, by)[1] & broken).sum() > 0.5 * broken.sum():
            seen = f"{broken.sum()} of {exists.sum()} rows begin {by} samples after the row before"
            seen += f", which has {steps}"
            if by == steps - 1:
                return [REPEATED.fault(f"{seen}: a sample comes twice"), DISCONTINUED.well(seen)]
            return [REPEATED.fault(seen), DISCONTINUED.fault(seen)]
    return [REPEATED.well(seen), DISCONTINUED.fault(seen)]


def _follows(given: Given, grid: Array, by: int) -> tuple[Array, Array]:
    """Say for each row and the next if both have a place, and may be ``by`` samples apart."""
    before, after = grid[:-1].ravel(), grid[1:].ravel()
    places, shape = given.places, grid[1:].shape
    if places is None or places.share < ENOUGH:
        starts = np.full(len(given.x), -1) if given.starts is None else given.starts
        exists = (starts[before] >= 0) & (starts[after] >= 0)
        return exists.reshape(shape), (starts[after] - starts[before] == by).reshape(shape)
    exists = places.found[before] & places.found[after]
    return exists.reshape(shape), places.follows(before, after, by).reshape(shape)


def _twice(given: Given, starts: Array) -> Finding:
    """Look for windows that come twice in a row, and for chunks that share their border."""
    steps = given.x.shape[1]
    moved = np.diff(starts)[(starts[1:] >= 0) & (starts[:-1] >= 0)]
    if len(moved) < 4:
        return REPEATED.cannot_tell("too few windows have a place of their own", "declare starts=")
    stride, share = commonest(moved)
    again = int((moved == 0).sum())
    if 0 < again < 0.4 * len(moved) and stride > 0 and ((moved == stride) | (moved == 0)).all():
        return REPEATED.fault(f"{again} windows repeat the window before")
    shared = stride == steps - 1 and share == 1 and steps > 3
    if shared and given.per_step and given.declared["starts"] is None:
        return REPEATED.fault("the last sample of every chunk is the first of the next")
    seen = f"windows begin {stride:.0f} samples after one another, and are {steps} long"
    if 0 < stride < steps:
        todo = "declare stateful=True if a state is carried"
        return REPEATED.cannot_tell(f"{seen}: they overlap", todo)
    return REPEATED.well(seen)


def probe_windows(given: Given) -> list[Finding]:
    """Look at the samples that each window is made of."""
    window = given.declared["window"]
    _, steps, features = given.x.shape
    if window is not None and steps != window and features == window:
        seen = f"x has {steps} steps of {features} features, and window={window} was declared"
        return [NO_WINDOW.fault(seen)]
    if given.places is None or given.line is None:
        return [NO_WINDOW.cannot_tell("no series was declared", "declare series=")]
    if given.places.share == 1:
        return [NO_WINDOW.well("all windows are stretches of the series")]
    if not given.told_apart:
        because = "the series has too few different values"
        return [NO_WINDOW.cannot_tell(because, "declare starts=")]
    return [_made_of(given, given.line)]


def _made_of(given: Given, line: Line) -> Finding:
    """Judge windows that we didn't find, by the places of their samples."""
    at, places = _samples_at(given, line), given.found[1]
    missing = np.ones(len(given.x), dtype=bool)
    if places.share >= ENOUGH:
        missing[:] = False
        missing[places.looked] = ~places.found[places.looked]
    whole = missing & (at >= 0).all(axis=(1, 2))
    if not whole.any():
        because = "windows hold numbers that the series does not"
        return NO_WINDOW.cannot_tell(because, "declare the series that they were cut from")
    moments, columns = at[whole] % line.width, at[whole] // line.width
    moved, across = np.diff(moments, axis=1), (np.diff(columns, axis=1) != 0).any(axis=(1, 2))
    if (moved == 1).all() and not across.any():
        return NO_WINDOW.well("all windows are stretches of the series")
    seen = f"{whole.sum()} windows are made of samples that do not follow one another"
    alike = len(moved) > 1 and (moved == moved[:1]).all() and (moved > 0).all()
    reach = np.ptp(moments[0])
    if alike and not across.any() and reach < line.samples / 2:
        wanted = "nothing, if that is wanted"
        return NO_WINDOW.cannot_tell(f"{seen}, but all at the same distances", wanted)
    if (((moved == 0) | (moved == 1)).all(axis=(1, 2)) & ~across).all():
        wanted = "nothing, if they are padded"
        return NO_WINDOW.cannot_tell("some windows hold a sample several times", wanted)
    return NO_WINDOW.fault(seen)


def _samples_at(given: Given, line: Line) -> Array:
    """Find the one place of each number in the series, as it is or scaled; −1 if there is none."""
    x, usable = given.x, np.flatnonzero(np.isfinite(line.level))
    order = usable[np.argsort(line.level[usable])]
    sorted_ = line.level[order]
    stretch = np.ptp(x) / np.ptp(sorted_)
    for slope, offset in ((1.0, 0.0), (stretch, x.min() - stretch * sorted_[0])):
        told = slope * sorted_ + offset
        near = 2e-6 * told.std() + 4 * given.eps * np.abs(told).max()
        at = np.searchsorted(told, x - near)
        fits = np.searchsorted(told, x + near, side="right") - at
        several = len(np.unique(at)) >= len(told) // 2
        if (
            several and (fits > 0).mean() >= 0.95
        ):  # a sample that may be at several places tells us nothing
            return np.where(fits == 1, order[at.clip(max=len(order) - 1)], -1)
    return np.full(x.shape, -1)
