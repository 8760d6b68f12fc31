"""Probes of the labels: where they are in the series, and whether the windows show them already."""

from __future__ import annotations

import numpy as np

from course_utils.diagnose.given import Given
from course_utils.diagnose.places import ENOUGH, Array
from course_utils.diagnose.reading import BLUR, Reader, Reading, readers, search, steps_of
from course_utils.diagnose.report import Finding, Suspicion

IN_WINDOW = Suspicion(
    name="label_in_window",
    tried="looked for each label in the series, and asked whether the window shows that value",
    means="The network can copy the answer from its input. The error falls to nothing in training, "
    "but says nothing about a forecast, when that value isn't known yet.",
    lesson="05a",
    anchor="published-scheme",
    todo="Take the label from after the window's last step, and keep its column out of the input "
    "at the label's own time.",
)
MISPLACED = Suspicion(
    name="label_misplaced",
    tried="measured how far after its window each label lies in the series",
    means="Some windows are paired with values that don't belong to them, so the network learns "
    "a relation that isn't there.",
    lesson="05a",
    anchor="published-scheme",
    todo="Cut window and label from the series in one go, with one index: no roll, no separate "
    "shuffling. The horizon to declare is the steps from a window's last value to its last label.",
)
OUGHT = "declare series= and horizon=, and target= if the labels are not values of the series"


def probe_labels(given: Given) -> list[Finding]:
    """Look for the labels in the series, and judge where they are.

    Sets ``given.reading`` if they were found at the same distance from all windows.
    """
    if given.target == "autoencode":
        return _autoencoder(given)
    if given.places is None or given.places.share < ENOUGH:
        return _without_places(given)
    because = ""
    if given.places.backwards:
        because = "the windows run backwards through the series"
    elif (given.places.slope != 1).any() and _repeats(given):
        because = "the series repeats exactly, and so do many transforms of it"
    if because:
        return [probe.cannot_tell(because, OUGHT) for probe in (IN_WINDOW, MISPLACED)]
    expected, ways = _expected(given), list(readers(given))
    best: Reading | None = None
    for first in expected:
        readings = [reader.read(first) for reader in ways]
        reading = max(readings, key=lambda one: one.share)
        # Labels of the test part may be in other units than those of the training part.
        right = np.any([one.right for one in readings if one.column == reading.column], axis=0)
        if best is None or right.mean() > best.share:
            best = reading._replace(right=right)
    if best is None or best.share < ENOUGH:
        elsewhere = search(given)
        if elsewhere is not None and elsewhere.share >= ENOUGH:
            best = elsewhere
        elif best is None or best.right.mean(axis=0).min() < 0.5:
            return _nowhere(given)
    given.reading = best
    return _judge(given, best, expected)


def _expected(given: Given) -> list[int]:
    """Return the distances of the first label that fit the declared horizon."""
    horizon, labels = given.horizon, given.labels.shape[1]
    if horizon is None:
        return []
    if given.per_step:  # each step may have labels for several steps ahead: read the first
        ahead = given.y.shape[-1] if given.y.ndim == 3 else 1
        return list(dict.fromkeys([horizon - ahead + 1, horizon]))
    return list(dict.fromkeys([horizon - labels + 1, 1 if horizon == labels else horizon]))


def _judge(given: Given, best: Reading, expected: list[int]) -> list[Finding]:
    horizon, count = given.horizon, given.labels.shape[1]
    shown = _shown(given, best)
    label = "labels" if count == 1 or given.per_step else f"labels (the first of {count})"
    place = "their own step" if given.per_step else "the window's last value"
    far, way = abs(best.first), "after" if best.first > 0 else "before"
    lie = f"lie {far} {'step' if far == 1 else 'steps'} {way} {place}" if far else f"are {place}"
    where = f"{best.share:.1%} of the {label} {lie}"
    if horizon is None:
        because = f"{where}, and no horizon was declared"
        probes = (MISPLACED,) if shown < 0.5 else (IN_WINDOW, MISPLACED)
        unsure = [probe.cannot_tell(because, "declare horizon=") for probe in probes]
        return unsure if len(unsure) == 2 else [IN_WINDOW.well(where), *unsure]
    if shown >= 0.5:
        return [
            IN_WINDOW.fault(f"{where}: the window shows it in {shown:.1%} of the cases looked at"),
            MISPLACED.cannot_tell("the labels are inside the windows", "see label_in_window"),
        ]
    return [IN_WINDOW.well(where), _place(given, best, expected, where)]


def _place(given: Given, best: Reading, expected: list[int], where: str) -> Finding:
    horizon, count = given.horizon or 0, given.labels.shape[1]
    if best.first not in expected:
        seen = f"{where}, where horizon={horizon} was declared"
        late = min(abs(best.first - first) for first in expected)
        # A gap of more than a step may be wanted, and horizon may mean the number of labels.
        if best.first > 0 and (late == 1 or (horizon > 1 and horizon != count)):
            return MISPLACED.fault(seen)
        wanted = f"if that is wanted, declare horizon={best.first + count - 1}"
        return MISPLACED.cannot_tell(seen, wanted)
    wrong = ~best.right & best.known
    beyond = ~best.right & ~best.known & _wrapped(given, best)
    stray = wrong & np.any([way.from_elsewhere() for way in list(readers(given))[:2]], axis=0)
    if given.told_apart and (beyond.any() or stray.sum() > 0.5 * wrong.sum()):
        windows = int((wrong | beyond).any(axis=1).sum())
        seen = f"{where}, but {windows} of {len(wrong)} windows have values from other times"
        return MISPLACED.fault(seen)
    if wrong.any():
        seen = f"{where}; {int(wrong.sum())} labels are not values of the series"
        return MISPLACED.cannot_tell(seen, OUGHT)
    return MISPLACED.well(where)


def _shown(given: Given, best: Reading) -> float:
    """Return the share of windows in which some feature shows the label."""
    line, places = given.found
    count, known = given.labels.shape[1], places.starts >= 0
    wanted = list(enumerate(steps_of(given)))
    # A decoder's labels may repeat the end of the window before they go on: judge the rest.
    horizon = given.horizon or 0
    if not given.per_step and 0 < horizon < count and best.first + count - 1 == horizon:
        wanted = wanted[-horizon:]
    share = 0.0
    for label, step in wanted if known.any() else []:
        at = places.starts + places.steps - 1 + best.first + step
        if best.column is not None:
            at = at + (best.column - places.starts // line.width) * line.width
        until = label if given.per_step else places.steps - 1
        shown = np.zeros(len(at), dtype=bool)
        for feature in given.features:
            if feature.share >= ENOUGH and not feature.backwards:
                # A smoothed input gives away some of what comes after it.
                more = line.ahead.get(feature.base, 0) if best.reader.line is line.level else 0
                begin = feature.starts
                shown |= (begin >= 0) & (begin <= at) & (at <= begin + until + more)
        share = max(share, float(shown[known].mean()))
    return share


def _wrapped(given: Given, best: Reading) -> Array:
    """Say which labels beyond the series' end are its beginning, or its last value again."""
    line, places = given.found
    wrapped = np.zeros(best.right.shape, dtype=bool)
    if best.scaled == "of its own" or given.target == "difference" or _repeats(given):
        return wrapped
    slope, offset = (part[places.found] for part in places.maps())
    values = places.line
    if best.scaled == "raw":
        slope, offset, values = np.ones(len(slope)), np.zeros(len(slope)), line.level
    starts = places.starts[places.found]
    column = starts // line.width if best.column is None else best.column
    near = BLUR * np.nanstd(given.labels)
    for label, step in enumerate(steps_of(given)):
        at = starts + places.steps - 1 + best.first + step
        for other in (at % line.width % line.samples, line.samples - 1):
            told = slope * line.take(values, column * line.width + other) + offset
            wrapped[:, label] |= np.abs(told - given.labels[places.found, label]) <= near
    return wrapped & (starts >= 0)[:, None]


def _repeats(given: Given) -> bool:
    """Say whether the series repeats itself exactly, so that its beginning may be its future."""
    series = given.line.level[: given.line.samples] if given.line is not None else np.zeros(2)
    near = 1e-5 * np.nanstd(series)
    lags = range(1, len(series) // 2 + 1)
    return any(
        abs(series[lag] - series[0]) <= near
        and np.nanmax(np.abs(series[lag:] - series[:-lag])) <= near
        for lag in lags
    )


def _nowhere(given: Given) -> list[Finding]:
    """Judge labels at no fixed distance: from all over the series, or not in it at all."""
    because = "the labels are not values of the series at one distance from their windows"
    given = given.thinned
    unsure = [probe.cannot_tell(because, OUGHT) for probe in (IN_WINDOW, MISPLACED)]
    _, places = given.found
    if given.horizon is None or not given.told_apart or places.found.sum() < 8:
        return unsure
    for reader in readers(given):
        changes = reader.kind == "from the last"  # these are no values that could be looked for
        if changes or reader.scaled == "of its own" or reader.from_elsewhere().mean() < ENOUGH:
            continue
        seen = _scattered(given, reader)
        if seen:
            return [unsure[0], MISPLACED.fault(seen)]
    return unsure


def _scattered(given: Given, reader: Reader) -> str:
    """Say how labels that are values of the series are out of place."""
    _, places = given.found
    count, steps = given.labels.shape[1], steps_of(given)
    ahead = max(3 * (given.horizon or 1), 2 * places.steps)
    reach = range(1 - places.steps, ahead + 1)
    near = np.any([reader.at(distance, count // 2)[0] for distance in reach], axis=0)
    if near.mean() < 0.7:
        return f"{1 - near.mean():.0%} of the labels are values of the series from times far off"
    own = [
        next((one for one in reach if reader.at(one, label)[0].mean() >= ENOUGH), None)
        for label in range(count)
    ]
    found = [one - step for one, step in zip(own, steps, strict=True) if one is not None]
    if len(found) < count:
        return ""
    if given.per_step and len(set(found)) > 1:
        usual = max(set(found), key=found.count)
        odd = sum(one != usual for one in found)
        return f"{odd} of {count} steps have their label not {usual:+d} from their own time"
    # Labels with gaps between them may be wanted; labels in another order are not.
    if (
        not given.per_step
        and (np.diff([one + step for one, step in zip(found, steps, strict=True)]) <= 0).any()
    ):
        return f"the labels of a window lie {', '.join(map(str, own))} steps after its last value"
    return ""


def _autoencoder(given: Given) -> list[Finding]:
    because = "the target was declared to be the input"
    x, y = given.x.reshape(len(given.x), -1), given.y.reshape(len(given.y), -1)
    if x.shape == y.shape and np.allclose(x, y, rtol=1e-5, atol=1e-6 * np.nanstd(x)):
        return [probe.well(f"{because}, and it is") for probe in (IN_WINDOW, MISPLACED)]
    moved = x.shape == y.shape and len(x) > 8 and np.allclose(x[1:], y[:-1], rtol=1e-5)
    seen = f"{because}, and it is another window"
    wanted = "nothing, if the input is noisy or turned round on purpose"
    return [
        IN_WINDOW.well(because),
        MISPLACED.fault(f"{seen}: that of the next row")
        if moved
        else MISPLACED.cannot_tell(seen, wanted),
    ]


def _without_places(given: Given) -> list[Finding]:
    """Compare labels and windows with each other if the series doesn't help."""
    because = "no series was declared" if given.series is None else "the windows are not in it"
    unsure = [probe.cannot_tell(because, OUGHT) for probe in (IN_WINDOW, MISPLACED)]
    x, y = given.x, given.labels[:, 0]
    several = len(np.unique(y)) >= max(8, len(y) // 2)
    if (given.horizon or 0) < 1 or given.per_step or given.labels.shape[1] != 1 or not several:
        return unsure
    near = 1e-6 * y.std() + 2 * given.eps * np.abs(y).max()
    equal = (np.abs(x - y[:, None, None]) <= near).mean(axis=0)
    repeats = (np.abs(x[1:] - x[:1]).max(axis=(1, 2)) <= near).any()
    if equal.max() > 0.99 and not repeats and _goes_on(x, near) and not _goes_on(x, near, y):
        step, feature = np.unravel_index(equal.argmax(), equal.shape)
        seen = (
            f"{equal.max():.1%} of the labels equal step {step}, feature {feature} of their window"
        )
        return [IN_WINDOW.fault(seen), unsure[1]]
    return unsure


def _goes_on(x: Array, near: float, y: Array | None = None) -> bool:
    """Say whether each window continues in the next or, if given labels, with those."""
    steps = x.shape[1]
    for stride in range(1, steps):
        overlap = np.abs(x[1:, : steps - stride] - x[:-1, stride:]).max(axis=1) <= near
        if overlap.mean() > 0.9:
            if y is None:
                return True
            return bool(
                (np.abs(x[1:, steps - stride] - y[:-1, None]) <= near).mean(axis=0).max() > 0.5
            )
    return False
