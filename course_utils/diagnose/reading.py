"""Read labels as values of the series: how far from their windows, and in which units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from course_utils.diagnose.given import Given
from course_utils.diagnose.places import ENOUGH, Array

BLUR = 3e-4  # as a share of the labels' spread: close enough to be the same value


class Reading(NamedTuple):
    """One way of reading the labels.

    Attributes
    ----------
    first : int
        Steps from the window's last value to the first label; with ``per_step``, from each step.
    column : int or None
        Of the series; None where it is the window's own.
    scaled : str
        "raw", "by row" (as its window is) or "of its own".
    right : ndarray
        Shape (windows found, labels): whether a label is the value at that place.
    known : ndarray
        The same shape: whether the series has a value there.
    reader : Reader
        What read them.
    """

    first: int
    column: int | None
    scaled: str
    right: Array
    known: Array
    reader: Reader

    @property
    def share(self) -> float:
        """The share of the labels that are right."""
        return float(self.right.mean()) if self.right.size else 0.0


@dataclass
class Reader:
    """One way to read labels: which column, which transform, which scaling.

    Attributes
    ----------
    given : Given
        The windows and labels.
    column : int or None
        Of the series; None for the window's own.
    line : ndarray
        The series or a transform of it, arranged as in `Line`.
    scaled : {"raw", "by row", "of its own"}
        The labels' scaling: none, that of their window, or one for all labels.
    kind : {"values", "from the last", "one step"}
        Whether labels are values, changes from the window's last value, or changes of one step.
    """

    given: Given
    column: int | None
    line: Array
    scaled: str
    kind: str = "values"

    def read(self, first: int) -> Reading:
        """Read all labels, the first of them at this distance."""
        parts = [self.at(first + step, label) for label, step in enumerate(steps_of(self.given))]
        right, known = (np.stack(part, axis=1) for part in zip(*parts, strict=True))
        return Reading(first, self.column, self.scaled, right, known, self)

    def at(self, distance: int, label: int) -> tuple[Array, Array]:
        """Say for one label of each window found if it is right, and if there is a value at all."""
        _, places = self.given.found
        labels = self.given.labels
        told, wanted = self._told(distance, label), labels[places.row, label]
        near = BLUR * np.nanstd(labels) + 4 * self.given.eps * np.nanmax(np.abs(labels))
        rows = len(labels)
        right = np.bincount(places.row, np.abs(told - wanted) <= near, rows) > 0
        known = np.bincount(places.row, np.isfinite(told), rows) > 0
        return right[places.found], known[places.found]

    def from_elsewhere(self) -> Array:
        """Say for each label, shape (windows found, labels), if it is any value of the series."""
        _, places = self.given.found
        own = self.given.labels[places.found]
        if self.scaled == "by row":
            slope, offset = (part[places.found, None] for part in places.maps())
            own = (own - offset) / slope
        line = np.sort(self.line[np.isfinite(self.line)])
        near = 2e-5 * line.std() + 4 * self.given.eps * np.abs(line).max()
        at = np.searchsorted(line, own).clip(1, len(line) - 1)
        return np.minimum(np.abs(own - line[at - 1]), np.abs(own - line[at])) <= near

    def _told(self, distance: int, label: int) -> Array:
        """Give, for each fit, what the label should be."""
        _, places = self.given.found
        value = self._value(distance)
        if self.scaled == "raw":
            return value
        if self.scaled == "by row":
            return places.slope * value + (places.offset if self.kind == "values" else 0)
        own = self.given.labels[places.row, label]
        single = (places.place == places.starts[places.row]) & np.isfinite(value + own)
        slope, shift = _straight(value[single], own[single])
        return slope * value + shift if slope > 0 else np.full(len(value), np.nan)

    def scaling(self, first: int) -> tuple[float, float]:
        """Return slope and offset of labels with their own scaling."""
        _, places = self.given.found
        value, own = self._value(first + steps_of(self.given)[0]), self.given.labels[places.row, 0]
        single = (places.place == places.starts[places.row]) & np.isfinite(value + own)
        return _straight(value[single], own[single])

    def _value(self, distance: int) -> Array:
        line, places = self.given.found
        at = places.place
        if self.column is not None:
            at = at + (self.column - at // line.width) * line.width
        last = at + places.steps - 1
        value = line.take(self.line, last + distance)
        return value - line.take(self.line, last) if self.kind == "from the last" else value


def _straight(x: Array, y: Array) -> tuple[float, float]:
    """Fit y = slope · x + offset, the second and third time without the outliers."""
    slope = shift = 0.0
    for _ in range(3):
        if len(x) < 8 or np.ptp(x) == 0:
            return 0.0, 0.0
        slope, shift = np.polyfit(x - x.mean(), y, 1)
        shift -= slope * x.mean()
        off = np.abs(slope * x + shift - y)
        close = off <= np.quantile(off, 0.9)
        x, y = x[close], y[close]
    return float(slope), float(shift)


def steps_of(given: Given) -> range:
    """Return how many steps after the first one each label lies, if the reading is right."""
    count = given.labels.shape[1]
    return range(1 - count, 1) if given.per_step else range(count)


def readers(given: Given) -> Iterator[Reader]:
    """Return all ways in which the labels may be read, the likely ones first."""
    line, places = given.found
    columns = [None, *range(line.columns)] if line.columns > 1 else [None]
    if given.target_column is not None:
        columns = [given.target_column]
    for column in columns:
        if given.target == "difference":
            changes = line.bases["changes of the series"]
            for scaled in ("raw", "by row", "of its own"):
                yield Reader(given, column, line.level, scaled, "from the last")
                yield Reader(given, column, changes, scaled, "one step")
            continue
        yield Reader(given, column, places.line, "by row")
        for base in {id(one): one for one in (line.level, places.line)}.values():
            yield Reader(given, column, base, "raw")
            yield Reader(given, column, base, "of its own")


def search(given: Given) -> Reading | None:
    """Look for a single distance at which nearly all labels are right."""
    thinned = given.thinned
    count, steps = given.labels.shape[1], given.x.shape[1]
    reach = range(1 - steps - count, 3 * steps + 3 * (given.horizon or 1))
    # First one label of some windows, and all of them only if we find that one.
    middle = count // 2
    best: Reading | None = None
    for few, every in zip(readers(thinned), readers(given), strict=True):
        own = steps_of(given)[middle]
        shares = np.array([few.at(first + own, middle)[0].mean() for first in reach])
        if np.median(shares) > 0.3:
            continue
        for at in np.flatnonzero(shares >= ENOUGH):
            reading = every.read(reach[int(at)])
            if best is None or reading.share > best.share:
                best = reading
    return best
