"""The probe of the split: whether the training part contains labels of the test part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_utils.diagnose.given import Given, locate
from course_utils.diagnose.places import ENOUGH, Array, Places, numbers
from course_utils.diagnose.report import Finding, Suspicion

TEST_IN_TRAINING = Suspicion(
    name="test_in_training",
    tried="looked for the test labels' samples in the windows and labels of the training part",
    means="The network is judged on values that it has learnt from. The test error is too good, "
    "and says nothing about values that it hasn't seen.",
    lesson="05a",
    anchor="published-scheme",
    todo="Split the series in time first, then cut each part into windows. A test window may read "
    "training values; a training window must not read a test label, or have one.",
)


@dataclass(frozen=True)
class Parts:
    """The training part and the test part, if they were declared.

    Attributes
    ----------
    train : ndarray
        The windows of the training part: all of them, unless declared.
    test : ndarray or None
        The windows of the test part, if they are among the others.
    apart : Places or None
        Where the windows of the test part are, if they came separately.
    declared : bool
        Whether the training windows were declared.
    """

    train: Array
    test: Array | None
    apart: Places | None
    declared: bool


def parts_of(given: Given) -> Parts:
    """Read which windows belong to which part."""
    train, test = _rows(given, "train_idx"), _rows(given, "test_idx")
    apart = None
    if given.places is not None and given.declared["test_x"] is not None:
        values = numbers(given.declared["test_x"])
        values = values[..., None] if values.ndim == 2 else values
        if values.ndim == 3 and values.shape[1:] == given.x.shape[1:]:
            at = next(i for i, one in enumerate(given.features) if one is given.places)
            apart = locate(given, values[:, :, at], starts=False)
    declared = train is not None or apart is not None
    return Parts(np.arange(len(given.x)) if train is None else train, test, apart, declared)


def _rows(given: Given, name: str) -> Array | None:
    """Read row numbers, a mask or a slice."""
    told = given.declared[name]
    if told is None:
        return None
    every = np.arange(len(given.x))
    if isinstance(told, slice):
        return every[told]
    told = np.asarray(told)
    return every[told] if told.dtype == bool else told.ravel().astype(int)


def probe_split(given: Given) -> list[Finding]:
    """Look for the labels of the test part in the training part."""
    parts, starts = parts_of(given), given.starts
    split = given.declared["split"]
    if not parts.declared or (parts.test is None and parts.apart is None and split is None):
        todo = "declare train_idx= and test_idx=, or test_x="
        return [TEST_IN_TRAINING.cannot_tell("the parts were not declared", todo)]
    both = 0 if parts.test is None else len(np.intersect1d(parts.train, parts.test))
    if both:
        return [TEST_IN_TRAINING.fault(f"{both} windows are in both parts")]
    if starts is None or (given.places is not None and given.places.backwards):
        because = "it is not known where in the series the windows are"
        return [TEST_IN_TRAINING.cannot_tell(because, "declare series= or starts=")]
    learnt, width = learnt_from(given, parts.train)
    if parts.test is None and parts.apart is None:
        late = int((np.flatnonzero(learnt) % width >= int(split)).sum())
        seen = f"training windows and their labels hold {late} samples from the split on"
        return [TEST_IN_TRAINING.fault(seen) if late else TEST_IN_TRAINING.well(seen)]
    begins = starts[parts.test] if parts.apart is None else parts.apart.starts
    known = begins[begins >= 0]
    if len(known) < ENOUGH * len(begins) or (starts[parts.train] >= 0).mean() < 0.5:
        because = "the windows have no single place in the series"
        return [TEST_IN_TRAINING.cannot_tell(because, "declare starts=")]
    first, last = given.ends
    judged = _labelled(given, known, width)[:, None] + np.arange(first, last + 1)
    judged = judged[((judged >= 0) & (judged < len(learnt))).all(axis=1)]
    share = float(learnt[judged].any(axis=1).mean()) if len(judged) else 0.0
    seen = f"training windows and their labels hold a label of {share:.1%} of the test windows"
    if not share:
        return [TEST_IN_TRAINING.well(seen)]
    # Where values come again and again, one window may be found where it was not cut from.
    often, _ = learnt_from(given, parts.train, 1 if given.told_apart or given.places is None else 3)
    if not often[judged].any():
        return [TEST_IN_TRAINING.cannot_tell(f"{seen}, perhaps by chance", "declare starts=")]
    return [TEST_IN_TRAINING.fault(seen)]


def learnt_from(given: Given, rows: Array, times: int = 1) -> tuple[Array, int]:
    """Mark every sample in the inputs and labels of some windows.

    Parameters
    ----------
    given : Given
        Windows whose starts are known.
    rows : ndarray
        Which of them.
    times : int
        How often a sample must occur.

    Returns
    -------
    ndarray of bool
        For each sample of the series, its columns end to end.
    int
        The samples from one column to the next.
    """
    first, last = given.ends
    starts = given.starts if given.starts is not None else np.full(len(given.x), -1)
    width = int(starts.max()) + last + 2 if given.line is None else given.line.width
    size = width * (1 if given.line is None else given.line.columns)
    spans = [
        (one.starts[rows], 0, one.steps)
        for one in given.features
        if one.share >= ENOUGH and not one.backwards
    ] or [(starts[rows], 0, given.x.shape[1])]
    spans.append((_labelled(given, starts[rows], width), first, last + 1))
    marks = np.zeros(size + 1)
    for begin, low, high in spans:
        begin = begin[(begin >= 0) & (begin + low >= 0) & (begin + high <= size)]
        np.add.at(marks, begin + low, 1)
        np.add.at(marks, begin + high, -1)
    return np.cumsum(marks)[:size] >= times, width


def _labelled(given: Given, starts: Array, width: int) -> Array:
    """Move starts from the windows' column to the labels'."""
    column = given.reading.column if given.reading is not None else given.target_column
    if column is None:
        return starts
    return np.where(starts >= 0, starts % width + column * width, -1)
