"""Probes of the scaling: what it was fitted on, and whether everything has the same one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from course_utils.diagnose.given import Given
from course_utils.diagnose.leaks import Parts, learnt_from, parts_of
from course_utils.diagnose.places import ENOUGH, Array, Places, numbers
from course_utils.diagnose.report import Finding, Suspicion

SCALER_LEAK = Suspicion(
    name="scaler_leak",
    tried="compared the scaling with that of the training part and that of more",
    means="The scaling knows values that the forecast must not know yet, such as the highest one "
    "in the test part. The test error is too good.",
    lesson="05a",
    anchor="published-scheme",
    todo="Fit the scaler on the training part alone, then apply it to both parts.",
)
UNEQUAL = Suspicion(
    name="scaled_unequally",
    tried="worked out from the series how each part, each column and each label was scaled",
    means="The same value of the series has two meanings, so what was learnt for one isn't true "
    "for the other.",
    lesson="05a",
    anchor="published-scheme",
    todo="Scale training and test part, inputs and labels, with the numbers of one fit; only a "
    "scaling that each window brings along may differ between windows.",
)
NEAR = 1e-4  # as a share of the spread: scalings this close are the same
ROUND = {1.0, 10.0, 100.0, 255.0, 1000.0}  # limits of a range that may be known in advance


def probe_scaling(given: Given) -> list[Finding]:
    """Look for test values in the scaling, and for two scalings where there should be one."""
    if given.places is None or given.line is None:
        because = "no series was declared"
        return [one.cannot_tell(because, "declare series=") for one in (SCALER_LEAK, UNEQUAL)]
    parts = parts_of(given)
    return [_leak(given, parts), _unequal(given, parts)]


def _leak(given: Given, parts: Parts) -> Finding:
    if _knows_its_label(given):
        return SCALER_LEAK.fault("each window is scaled together with its label")
    split = _split(given, parts)
    line, places = given.found
    if split is None or not 2 <= split < line.samples:
        return SCALER_LEAK.cannot_tell("the split was not declared", "declare split=")
    unsure = True
    for what, column, slope, offset in _scalings(given, parts):
        own = given.reading.reader.line if given.reading and "labels" in what else places.line
        values = own.reshape(line.columns, -1)[column, : line.samples]
        fits = list(_fitted_on(values, slope, offset, split))
        if not fits:
            continue
        unsure = False
        name, first, last = min(fits, key=lambda fit: (fit[1], fit[2]))
        if first >= split or last > split:
            return SCALER_LEAK.fault(
                f"{what} of column {column} has the {name} of samples {first} to {last - 1}; the "
                f"test part begins at {split}"
            )
    if unsure:
        because = "no scaling by mean and spread, or by lowest and highest value, was found"
        return SCALER_LEAK.cannot_tell(because, "declare scaler=")
    return SCALER_LEAK.well("the scaling follows from the training part")


def _split(given: Given, parts: Parts) -> int | None:
    """Return the first sample of the test part: as declared, or right after the training part."""
    if given.declared["split"] is not None:
        return int(given.declared["split"])
    if not parts.declared or given.starts is None:
        return None
    learnt, width = learnt_from(given, parts.train)
    moments = np.flatnonzero(learnt) % width
    return int(moments.max()) + 1 if len(moments) else None


def _scalings(given: Given, parts: Parts) -> Iterator[tuple[str, int, float, float]]:
    """Return (name, column, slope, offset) of the declared scaler, and of the windows."""
    line, _ = given.found
    for column, centre, scale in declared_scaling(given.declared["scaler"], line.columns):
        if scale > 0:
            yield "the scaler", column, 1 / scale, -centre / scale
    for feature in given.features:
        shared = feature.one_map(parts.train) if feature.share >= ENOUGH else None
        starts = feature.starts[parts.train]
        columns = np.unique(starts[starts >= 0] // line.width)
        if shared is not None and len(columns) == 1 and feature.base == given.found[1].base:
            yield "the scaling of the windows", int(columns[0]), *shared
    reading = given.reading
    if reading is not None and reading.scaled == "of its own" and given.target != "difference":
        slope, offset = reading.reader.scaling(reading.first)
        if slope > 0 and (line.columns == 1 or reading.column is not None):
            yield "the scaling of the labels", reading.column or 0, slope, offset


def declared_scaling(scaler: Any, columns: int) -> Iterator[tuple[int, float, float]]:
    """Read (column, centre, scale) from a dict, a pair, or a fitted object of scikit-learn."""
    spreads = [("mean", "std"), ("mean", "scale"), ("mean", "sd"), ("mu", "sigma")]
    spreads += [("center", "scale"), ("mean_", "scale_"), ("center_", "scale_")]
    ranges = [("min", "max"), ("low", "high"), ("data_min_", "data_max_"), ("data_min", "data_max")]
    if isinstance(scaler, Mapping):
        told = dict(scaler)
    elif isinstance(scaler, (tuple, list)) and len(scaler) == 2:
        told = {"mean": scaler[0], "std": scaler[1]}
    else:
        names = [name for pair in (*spreads, *ranges) for name in pair]
        told = {name: getattr(scaler, name) for name in names if hasattr(scaler, name)}
    for one, two in (*spreads, *ranges):
        if told.get(one) is None or told.get(two) is None:
            continue
        for column, (a, b) in enumerate(
            zip(*(numbers(told[n]).ravel() for n in (one, two)), strict=False)
        ):
            if column < columns:
                yield column, float(a), float(b - a if (one, two) in ranges else b)
        return


def _fitted_on(
    values: Array, slope: float, offset: float, split: int
) -> Iterator[tuple[str, int, int]]:
    """Return the stretches of a series whose numbers make the scaling slope · value + offset."""
    known = np.isfinite(values)
    values = np.where(known, values, values[known].mean())
    raw = abs(slope - 1) < 1e-6 and abs(offset) < 1e-6 * np.abs(values).max()
    for begin in (0,) if raw else (0, split):
        part = values[begin:]
        count = np.arange(1, len(part) + 1)
        middle = part.mean()
        mean = np.cumsum(part - middle) / count
        spread = np.sqrt(np.maximum(np.cumsum((part - middle) ** 2) / count - mean**2, 0))
        mean = mean + middle
        low, high = np.minimum.accumulate(part), np.maximum.accumulate(part)
        kinds = [
            ("mean and spread", mean, spread),
            ("mean and spread", mean, spread * np.sqrt(count / np.maximum(count - 1, 1))),
            ("lowest and highest value", low, high - low),
            ("lowest and highest value", (low + high) / 2, (high - low) / 2),
            ("highest absolute value", 0 * mean, np.maximum(high, -low)),
        ]
        for name, centre, scale in kinds[:2] if raw else kinds:
            fits = (np.abs(slope * scale - 1) < NEAR) & (np.abs(offset + slope * centre) < NEAR)
            fits[: len(fits) - 1 if begin else 1] = False
            if not fits.any():
                continue
            end = int(np.flatnonzero(fits)[0])
            if "mean" not in name and {abs(low[end]), abs(high[end])} & ROUND:
                continue
            yield name, begin, begin + end + 1


def _knows_its_label(given: Given) -> bool:
    """Say if each window was scaled together with its label."""
    line, places = given.found
    last = given.ends[1]
    slope, offset = places.maps()
    rows = np.flatnonzero(np.isfinite(slope))
    if places.share < ENOUGH or places.base != "the series" or places.backwards:
        return False
    if len(rows) < 8 or last < places.steps or places.one_map(rows) is not None:
        return False
    slope, offset = slope[rows], offset[rows]
    spans = line.take(line.level, places.starts[rows, None] + np.arange(last + 1))

    def fits(part: Array) -> bool:
        low, high = part.min(axis=1), part.max(axis=1)
        mean = part.mean(axis=1)
        for centre, scale in (
            (mean, part.std(axis=1)),
            (mean, part.std(axis=1, ddof=1)),
            (low, high - low),
            ((low + high) / 2, (high - low) / 2),
        ):
            near = np.abs(slope * scale - 1) < 10 * NEAR
            if (near & (np.abs(offset + slope * centre) < 10 * NEAR)).mean() > 0.95:
                return True
        return False

    return bool(np.isfinite(spans).all()) and fits(spans) and not fits(spans[:, : places.steps])


def _unequal(given: Given, parts: Parts) -> Finding:
    line, places = given.found
    if places.share < ENOUGH:
        return UNEQUAL.cannot_tell("the windows were not found in the series", "declare series=")
    left = _column_left_out(given, parts)
    if left:
        return UNEQUAL.fault(left)
    shared = places.one_map(parts.train)
    if shared is None:
        seen = _labels_apart(given)
        because = "each window has a scaling of its own"
        if seen and places.one_map(np.arange(len(given.x))) is None:
            return UNEQUAL.fault(f"{because}, and {seen}")
        return UNEQUAL.cannot_tell(because, "nothing, if it is so on purpose")
    other = places if parts.apart is None else parts.apart
    rows = parts.test if parts.apart is None else np.arange(len(parts.apart.starts))
    theirs = None if rows is None or other.share < ENOUGH else other.one_map(rows)
    if theirs is None or len(_columns(line.width, places, other)) > 1:
        because = "the test part was not declared, or has no one scaling"
        return UNEQUAL.cannot_tell(because, "declare test_idx= or test_x=")
    (a, b), (c, d) = shared, theirs
    centre, spread = np.nanmean(places.line), np.nanstd(places.line)
    gap = (abs(c - a) * spread + abs((c - a) * centre + d - b)) / (a * spread)
    seen = f"training part {_formula(a, b)}, test part {_formula(c, d)}"
    return UNEQUAL.fault(seen) if gap > 0.01 or other.base != places.base else UNEQUAL.well(seen)


def _columns(width: int, *several: Places) -> set[int]:
    return {int(one) for part in several for one in part.starts[part.starts >= 0] // width}


def _column_left_out(given: Given, parts: Parts) -> str:
    """Name a column that was left unscaled while others were scaled."""
    line, _ = given.found
    scaler = {at: (m, s) for at, m, s in declared_scaling(given.declared["scaler"], line.columns)}
    applied, raw = [], []
    for name, column, slope, offset in _scalings(given, parts):
        if name != "the scaling of the windows" or column not in scaler:
            continue
        centre, scale = scaler[column]
        as_declared = abs(slope * scale - 1) < 1e-2 and abs(offset + slope * centre) < 1e-2
        if as_declared:
            applied.append(column)
        elif abs(slope - 1) < NEAR and not 0.1 < scale < 10:
            raw.append(column)
    if applied and raw:
        return f"columns {applied} are scaled, columns {raw} are as in the series"
    return ""


def _labels_apart(given: Given) -> str:
    """Say how labels are scaled differently from their windows, which have one scaling each."""
    line, places = given.found
    reading, labels = given.reading, given.labels
    known = np.flatnonzero(np.isfinite(places.maps()[0]))
    if len(known) < 8 or given.x.shape[2] > 1 or line.columns > 1 or given.per_step:
        return ""
    if reading is not None:
        level = given.target in ("level", "column") and places.base == "the series"
        apart = reading.scaled != "by row" and reading.share >= ENOUGH
        return "all labels have one" if level and apart else ""
    first, last = given.ends
    spans = line.take(places.line, places.starts[known, None] + np.arange(first, last + 1))
    if spans.shape[1] != labels.shape[1] or given.horizon is None:
        return ""
    if labels.shape[1] > 2:
        own, told = (part - part.mean(axis=1, keepdims=True) for part in (labels[known], spans))
        sizes = np.linalg.norm(own, axis=1) * np.linalg.norm(told, axis=1)
        if ((own * told).sum(axis=1) > (1 - 1e-6) * sizes).mean() > 0.95:
            return "its labels have another"
    slope, offset = places.maps()
    after = np.intersect1d(known, known - 1)
    spans = spans[np.searchsorted(known, after)]
    told = slope[after + 1, None] * spans + offset[after + 1, None]
    if len(after) > 8 and (np.abs(told - labels[after]) < 1e-3 * labels.std()).mean() > 0.9:
        return "its labels have that of the next window"
    return ""


def _formula(slope: float, offset: float) -> str:
    if abs(slope - 1) < 1e-4 and abs(offset) < 1e-4:
        return "as in the series"
    return f"{slope:.4g} · series {offset:+.4g}"
