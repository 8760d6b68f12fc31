"""What a user passes to `diagnose.data`, as arrays in one layout."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.diagnose.places import ENOUGH, Array, Line, Places, find, numbers, rounding

if TYPE_CHECKING:
    from course_utils.diagnose.reading import Reading

MOST_FEATURES = 12
MOST_THINNED = 300


@dataclass
class Given:
    """Windows, labels and everything that was declared about them.

    Attributes
    ----------
    x : ndarray
        Shape (windows, steps, features).
    y : ndarray
        As it came, its first axis the windows.
    labels : ndarray
        Shape (windows, labels): one column of ``y``.
    series : ndarray or None
        Shape (samples, columns).
    declared : dict
        The other arguments, as they came.
    layout : (int, int) or None
        Batches and rows per batch, if the state is carried.
    line, features, places
        Where the windows are in the series: for every feature, and for the most telling one.
    reading : Reading or None
        Where the labels are; `probe_labels` finds out.
    """

    x: Array
    y: Array
    labels: Array
    series: Array | None
    eps: float
    declared: dict[str, Any]
    layout: tuple[int, int] | None = None
    line: Line | None = None
    features: list[Places] = field(default_factory=list)
    places: Places | None = None
    reading: Reading | None = None

    @property
    def horizon(self) -> int | None:
        """Steps from the window's last value to the last label."""
        horizon = self.declared["horizon"]
        return None if horizon is None else int(horizon)

    @property
    def per_step(self) -> bool:
        """Whether each step of a window has its own label."""
        return bool(self.declared["per_step"]) and self.labels.shape[1] == self.x.shape[1]

    @property
    def target(self) -> str:
        """What the labels are: "level", "difference", "column", "autoencode"."""
        return self.declared["target"]

    @property
    def target_column(self) -> int | None:
        """The column of the series that the labels come from."""
        column = self.declared["target_column"]
        return None if column is None else int(column)

    @property
    def found(self) -> tuple[Line, Places]:
        """The series and the windows' places in it, once we know that there are any."""
        if self.line is None or self.places is None:
            raise LookupError("no series was declared")
        return self.line, self.places

    @property
    def thinned(self) -> Given:
        """The same with the places of some windows only, where there are many."""
        _, places = self.found
        some = np.zeros(len(self.x), dtype=bool)
        few = np.argsort(np.bincount(places.row, minlength=len(self.x)), kind="stable")
        few = few[places.found[few]]
        some[few[np.linspace(0, len(few) - 1, min(len(few), MOST_THINNED)).astype(int)]] = True
        kept = np.flatnonzero(some[places.row])
        fits = {name: getattr(places, name)[kept] for name in ("row", "place", "slope", "offset")}
        return replace(self, places=replace(places, **fits))

    @property
    def told_apart(self) -> bool:
        """Whether the values of the series differ enough to tell one place from another."""
        if self.series is None:
            return False
        values = np.sort(self.series[np.isfinite(self.series)])
        different = 1 + int((np.diff(values) > 1e-5 * values.std()).sum())
        return different >= max(8, 0.4 * len(values))

    @property
    def starts(self) -> Array | None:
        """Where each window begins: found in the series, or else declared; −1 if unknown."""
        if self.places is not None and self.places.share >= ENOUGH:
            return self.places.starts
        if self.declared["starts"] is not None:
            return numbers(self.declared["starts"]).ravel().astype(int)
        return None

    @property
    def ends(self) -> tuple[int, int]:
        """How far after a window's start its first and its last label are."""
        last, count = self.x.shape[1] - 1, self.labels.shape[1]
        if self.target == "autoencode":
            return last, last
        if self.reading is not None:
            first = self.reading.first - (count - 1 if self.per_step else 0)
            return last + first, last + first + count - 1
        horizon = self.horizon or 0
        return last + min(horizon, max(horizon - count + 1, 1)), last + horizon


def gather(x: Any, y: Any, series: Any, declared: dict[str, Any]) -> Given:
    """Bring a user's arrays into one layout, and find the windows in the series.

    Parameters
    ----------
    x, y, series : array-like
        As for `diagnose.data`.
    declared : dict
        Its other arguments.

    Returns
    -------
    Given

    Raises
    ------
    ValueError
        If the shapes don't belong together.
    """
    eps = rounding(x, y, series)
    inputs, targets = numbers(x), numbers(y)
    layout = None
    if inputs.ndim == 4:
        layout = inputs.shape[:2]
        if targets.shape[:2] != layout:
            raise ValueError(f"y must begin with the axes {layout} of x, got {targets.shape}")
        inputs = inputs.reshape(-1, *inputs.shape[2:])
        targets = targets.reshape(len(inputs), *targets.shape[2:])
    elif declared["stateful"] and declared["batch_size"]:
        size = int(declared["batch_size"])
        layout = (len(inputs) // size, size)
    inputs = inputs[..., None] if inputs.ndim == 2 else inputs
    if inputs.ndim != 3 or len(inputs) != len(targets) or not inputs.size:
        raise ValueError(
            "x must have shape (windows, steps, features) and y as many windows, "
            f"got {inputs.shape} and {targets.shape}"
        )
    told = None if series is None else numbers(series)
    if told is not None:
        told = told[:, None] if told.ndim == 1 else told
        if told.ndim != 2 or len(told) < 2:
            raise ValueError(
                f"series must have shape (samples,) or (samples, columns), got {told.shape}"
            )
    given = Given(inputs, targets, _labels(targets, told, declared), told, eps, declared, layout)
    if told is not None and np.isfinite(told).any():
        gap = 4 * inputs.shape[1] + 4 * int(declared["horizon"] or 1) + given.labels.shape[1] + 2
        given.line = Line(told, gap)
        given.features = [
            locate(given, inputs[:, :, at]) for at in range(min(inputs.shape[2], MOST_FEATURES))
        ]
        given.places = max(given.features, key=lambda one: (one.share, -len(one.row)))
    return given


def locate(given: Given, values: Array, starts: bool = True) -> Places:
    """Find the windows of one feature in the series, reversed if need be."""
    assert given.line is not None
    declared = given.declared["starts"] if starts else None
    if declared is not None:
        declared = numbers(declared).ravel().astype(int)
    places = find(values, given.line, given.eps, declared)
    if places.share < 0.5 and values.shape[1] > 2:
        turned = find(values[:, ::-1], given.line, given.eps, declared)
        if turned.share >= ENOUGH:
            return replace(turned, backwards=True)
    return places


def _labels(y: Array, series: Array | None, declared: dict[str, Any]) -> Array:
    if y.ndim < 2:
        return y.reshape(-1, 1)
    if y.ndim == 2:
        return y
    column = declared["target_column"]
    many = series is not None and column is not None and y.shape[-1] == series.shape[1]
    return y.reshape(len(y), -1, y.shape[-1])[:, :, int(column) if many else 0]
