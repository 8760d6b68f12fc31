"""Probes for windows, labels, and how they were split and scaled."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from course_utils.diagnose.evidence import of_chunks, with_strips
from course_utils.diagnose.given import Given, gather
from course_utils.diagnose.labels import IN_WINDOW, MISPLACED, probe_labels
from course_utils.diagnose.leaks import TEST_IN_TRAINING, probe_split
from course_utils.diagnose.report import Finding, Report, Suspicion
from course_utils.diagnose.scaling import SCALER_LEAK, UNEQUAL, probe_scaling
from course_utils.diagnose.times import BACKWARDS, JUMPS, probe_times
from course_utils.diagnose.windows import (
    DISCONTINUED,
    NO_WINDOW,
    REPEATED,
    probe_chunks,
    probe_windows,
)

# The order matters: the first finds the labels, and the later ones build on that.
PROBES: dict[Callable[[Given], list[Finding]], tuple[Suspicion, ...]] = {
    probe_labels: (IN_WINDOW, MISPLACED),
    probe_split: (TEST_IN_TRAINING,),
    probe_scaling: (SCALER_LEAK, UNEQUAL),
    probe_chunks: (REPEATED, DISCONTINUED),
    probe_times: (BACKWARDS, JUMPS),
    probe_windows: (NO_WINDOW,),
}


def data(
    x: Any,
    y: Any,
    *,
    series: Any = None,
    horizon: int | None = None,
    window: int | None = None,
    train_idx: Any = None,
    test_idx: Any = None,
    test_x: Any = None,
    test_y: Any = None,
    split: int | None = None,
    scaler: Any = None,
    times: Any = None,
    batch_size: int | None = None,
    stateful: bool = False,
    per_step: bool = False,
    target: str = "level",
    target_column: int | None = None,
    starts: Any = None,
) -> Report:
    """Look for silent faults in the data that a network is trained on.

    It changes nothing, and assumes nothing that you haven't declared: a probe that would need it
    says that it cannot tell, and what to declare.

    Parameters
    ----------
    x : array-like
        The windows, of shape (windows, steps, features) or (windows, steps); with ``stateful``
        also (batches, rows, steps, features).
    y : array-like
        The labels, as many as windows.
    series : array-like, optional
        What the windows were cut from, before scaling: (samples,) or (samples, columns).
    horizon : int, optional
        Steps from a window's last value to its last label: 1 is the next value, 0 the same time.
    window : int, optional
        Steps of a window.
    train_idx, test_idx : array-like of int or bool, or slice, optional
        Which windows belong to the training part and to the test part.
    test_x, test_y : array-like, optional
        The test part, if it isn't in ``x`` and ``y``.
    split : int, optional
        The first sample of the series that belongs to the test part.
    scaler : dict, pair or object, optional
        What you scaled with: mean and std, or min and max, or a fitted scikit-learn scaler.
    times : array-like, optional
        When each sample of the series was taken: numbers, dates or periods.
    batch_size : int, optional
        Windows per batch, in the order of ``x``.
    stateful : bool
        Whether the state is carried, so that row r of a batch continues in row r of the next.
    per_step : bool
        Whether ``y`` has a label for each step of a window.
    target : {"level", "difference", "column", "autoencode"}
        Whether the labels are values of the series, changes from the window's last value, values
        of another column, or the window itself.
    target_column : int, optional
        The column of the series that the labels come from.
    starts : array-like of int, optional
        Where in the series each window begins.

    Returns
    -------
    Report

    Notes
    -----
    A window may fit at several places, as in a series that repeats exactly; then there is a fault
    only if none of these places is right. The probes see through scaling and the usual transforms
    (logarithm, root, changes). Taught in lesson 05a, `published-scheme`, and lesson 04a, `data`.
    """
    began = time.perf_counter()
    declared = {
        "horizon": horizon, "window": window, "train_idx": train_idx, "test_idx": test_idx,
        "test_x": test_x, "test_y": test_y, "split": split, "scaler": scaler, "times": times,
        "batch_size": batch_size, "stateful": stateful, "per_step": per_step, "target": target,
        "target_column": target_column, "starts": starts,
    }  # fmt: skip
    findings: list[Finding] = []
    try:
        given = gather(x, y, series, declared)
    except Exception as error:  # whatever it is, it belongs in the report
        given, because = None, f"the data cannot be read: {error}"
    for probe, suspicions in PROBES.items():
        try:
            found = probe(given) if given is not None else []
        except Exception as error:
            found, because = [], f"the probe ended in {type(error).__name__}: {error}"
        findings += found or [
            one.cannot_tell(because, "give arrays of numbers") for one in suspicions
        ]
    if given is not None:
        read = given
        findings = with_strips(findings, ["sample_repeated"], lambda _: of_chunks(read))
    return Report(tuple(findings), time.perf_counter() - began)
