"""Where windows come from: their places in a series, and how their numbers were scaled.

We look for the windows as they are, then with a scaling of their own (a factor above 0 and an
offset, per window), then in transforms of the series. A window may fit at several places, as it
does in anything that repeats exactly. We keep all of them, and a probe finds a fault only if none
of these places is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.lib.stride_tricks import sliding_window_view

Array = np.ndarray
FINEST = float(np.finfo(np.float32).eps)  # data nearly always pass through 32 bits somewhere
MOST_FITS = 200_000  # of windows at places
DULL = 1e-2  # if rounding is a larger share of a window's own movement, it fits anywhere
ENOUGH = 0.9  # the share of windows that we must find to believe that they are in the series


def numbers(values: Any) -> Array:
    """Return numbers as an array of 64-bit floats; what came in stays as it was.

    Parameters
    ----------
    values : array-like
        A tensor on any device, an array, a pandas object, or a list of such.

    Returns
    -------
    ndarray
        Not to be written to: it may share its memory with ``values``.
    """
    if isinstance(values, torch.Tensor):
        return values.detach().cpu().double().numpy()
    if isinstance(values, (list, tuple)):
        values = [numbers(item) if isinstance(item, torch.Tensor) else item for item in values]
    return np.asarray(values, dtype=np.float64)


def rounding(*values: Any) -> float:
    """Return the coarsest relative rounding error among the given numbers: at least 32 bits'."""
    coarsest = FINEST
    for item in values:
        if isinstance(item, torch.Tensor) and item.is_floating_point():
            coarsest = max(coarsest, torch.finfo(item.dtype).eps)
        elif isinstance(item, np.ndarray) and item.dtype.kind == "f":
            coarsest = max(coarsest, float(np.finfo(item.dtype).eps))
    return coarsest


class Line:
    """The columns of a series end to end, with nothing (NaN) between them.

    Parameters
    ----------
    series : ndarray
        Shape (samples, columns).
    gap : int
        How much NaN follows each column: more than the largest step ahead that we look.
    """

    def __init__(self, series: Array, gap: int) -> None:
        self.samples, self.columns = series.shape
        self.width = self.samples + gap
        self._spans: dict[tuple[str, int, bool], Spans] = {}
        self.level = self._lay(series)
        self.bases: dict[str, Array] = {"the series": self.level}
        low = np.nanmin(series)
        changes = np.diff(series, axis=0, prepend=np.nan)
        if low > 0:
            logs = np.log(series)
            self.bases["the logarithm of the series"] = self._lay(logs)
            log_changes = np.diff(logs, axis=0, prepend=np.nan)
            self.bases["changes of its logarithm"] = self._lay(log_changes)
            self.bases["relative changes of the series"] = self._lay(np.expm1(log_changes))
        if low >= 0:
            self.bases["log(1 + series)"] = self._lay(np.log1p(series))
            self.bases["the root of the series"] = self._lay(np.sqrt(series))
        self.bases["changes of the series"] = self._lay(changes)
        # Smoothed values know what comes after them, so keep how far ahead.
        self.ahead: dict[str, int] = {}
        for side in (1, 2, 3):
            if self.samples > 2 * side:
                smooth = np.full(series.shape, np.nan)
                spans = sliding_window_view(series, 2 * side + 1, axis=0)
                smooth[side:-side] = spans.mean(axis=-1)
                base = f"the centred mean of {2 * side + 1} values"
                self.bases[base], self.ahead[base] = self._lay(smooth), side

    def spans(self, base: str, steps: int, scaled: bool, eps: float) -> Spans:
        """Return all stretches of a base, and keep them for the next feature."""
        key = (base, steps, scaled)
        if key not in self._spans:
            self._spans[key] = Spans(self.bases[base], steps, scaled, eps)
        return self._spans[key]

    def _lay(self, columns: Array) -> Array:
        laid = np.full((self.columns, self.width), np.nan)
        laid[:, : self.samples] = columns.T
        return laid.ravel()

    def take(self, line: Array, places: Array) -> Array:
        """Read a line at some places; NaN outside."""
        inside = (places >= 0) & (places < len(line))
        return np.where(inside, line[np.where(inside, places, 0)], np.nan)


@dataclass(frozen=True)
class Places:
    """Where the windows of one feature may be: a list of fits, and one start per window.

    Attributes
    ----------
    base : str
        What the windows are cut from: the series, or a transform of it.
    line : ndarray
        Its numbers, arranged as in `Line`.
    steps : int
        The length of a window.
    row, place, slope, offset : ndarray
        One entry per fit: window ``row`` is ``slope`` · line + ``offset`` from ``place`` on.
    starts : ndarray
        Shape (windows,): the place of each window, −1 if there is none or no single one.
    looked : ndarray
        The windows that we looked for: all of them, unless there were too many.
    backwards : bool
        Whether the windows only fit when they are reversed.
    """

    base: str
    line: Array
    steps: int
    row: Array
    place: Array
    slope: Array
    offset: Array
    starts: Array
    looked: Array
    backwards: bool = False

    @property
    def found(self) -> Array:
        """Shape (windows,): whether a window was found anywhere."""
        return np.bincount(self.row, minlength=len(self.starts)) > 0

    @property
    def share(self) -> float:
        """The share of the windows that we found, out of those that we looked for."""
        return float(self.found[self.looked].mean()) if len(self.looked) else 0.0

    def follows(self, row: Array, after: Array, by: int) -> Array:
        """Say whether window ``after`` may begin ``by`` samples after window ``row``."""
        span = int(self.place.max(initial=0)) + by + 1
        keys = self.row * span + self.place
        goes_on = np.zeros(len(self.starts), dtype=bool)
        one = np.full(len(self.starts), -1)
        one[row] = after
        goes_on[self.row[np.isin(one[self.row] * span + self.place + by, keys)]] = True
        return goes_on[row]

    def maps(self) -> tuple[Array, Array]:
        """Return slope and offset of each window, NaN where its start is not known."""
        slope, offset = np.full((2, len(self.starts)), np.nan)
        known = self.place == self.starts[self.row]
        slope[self.row[known]] = self.slope[known]
        offset[self.row[known]] = self.offset[known]
        return slope, offset

    def one_map(self, rows: Array) -> tuple[float, float] | None:
        """Return the scaling that these windows share, or None where each has its own."""
        slope, offset = (part[rows] for part in self.maps())
        known = np.isfinite(slope)
        if known.sum() < 3:
            return None
        a, b = float(np.median(slope[known])), float(np.median(offset[known]))
        spread, far = np.nanstd(self.line), np.nanmax(np.abs(self.line))
        if spread == 0 or a <= 0:
            return None
        apart = np.abs(slope[known] - a) * far + np.abs(offset[known] - b)
        blur = FINEST * far / spread  # what rounding does to the slope of one short window
        agree = apart / (a * spread) < 2e-3 + 20 * blur * far / spread
        return (a, b) if agree.mean() > 0.95 else None


def find(values: Array, line: Line, eps: float, starts: Array | None = None) -> Places:
    """Look for windows in a series.

    Parameters
    ----------
    values : ndarray
        Shape (windows, steps).
    line : Line
        The series.
    eps : float
        The relative rounding error of the numbers.
    starts : ndarray of int, optional
        Where each window begins, if that was declared.

    Returns
    -------
    Places
        In the first base that contains nearly all windows, or else in the best one.
    """
    whole = np.flatnonzero(np.isfinite(values).all(axis=1))
    few = whole[np.linspace(0, len(whole) - 1, min(len(whole), 40)).astype(int)]
    best: Places | None = None
    for base in line.bases:
        for scaled in (False, True):
            if (scaled and values.shape[1] < 4) or values.shape[1] > line.samples:
                continue
            new = _places(values, few, line, base, eps, scaled, starts)
            if new.share >= 0.5 and len(few) < len(whole):
                new = _places(values, whole, line, base, eps, scaled, starts)
            if best is None or new.share > best.share:
                best = new
            if best.share == 1:
                return best
        if best is not None and best.share >= ENOUGH:
            return best
    if best is None:
        raise ValueError(f"a window of {values.shape[1]} steps is longer than the series")
    return best


def _places(
    values: Array, looked: Array, line: Line, base: str, eps: float, scaled: bool, starts: Any
) -> Places:
    looked, row, place, slope, offset = _fits(
        values, looked, line.spans(base, values.shape[1], scaled, eps)
    )
    if starts is not None:
        kept = place == starts[row]
        row, place, slope, offset = row[kept], place[kept], slope[kept], offset[kept]
    chosen = _choose(row, place, len(values))
    return Places(
        base, line.bases[base], values.shape[1], row, place, slope, offset, chosen, looked
    )


class Spans:
    """All stretches of a line, ready to be compared with windows.

    We only compare a stretch and a window if their projections on one random direction are close;
    hardly any others could match.

    Parameters
    ----------
    line : ndarray
        With NaN where there is nothing.
    steps : int
        The length of a stretch.
    scaled : bool
        Whether mean and size are removed.
    eps : float
        The relative rounding error of the numbers.
    """

    def __init__(self, line: Array, steps: int, scaled: bool, eps: float) -> None:
        spans = sliding_window_view(line, steps)
        self.spans, self.scaled, self.eps = spans, scaled, eps
        self.at = np.flatnonzero(np.isfinite(spans).all(axis=1))
        self.direction = np.random.default_rng(0).normal(size=steps)
        self.direction /= np.linalg.norm(self.direction)
        values, self.mean, self.size, near = self.ready(spans[self.at])
        kept = near < DULL if scaled else np.ones(len(near), dtype=bool)
        projected = values[kept] @ self.direction
        order = np.argsort(projected)
        self.projected = projected[order]
        self.at, self.mean, self.size, self.near = (
            part[kept][order] for part in (self.at, self.mean, self.size, near)
        )

    def ready(self, rows: Array) -> tuple[Array, Array, Array, Array]:
        """Return rows as they are compared, their means and sizes, and how near counts as equal."""
        count, steps = rows.shape
        far = np.abs(rows).max(initial=0)
        if not self.scaled:
            near = np.sqrt(steps) * (2 * self.eps * far + 1e-6 * rows.std() if rows.size else 0)
            return rows, np.zeros(count), np.ones(count), np.full(count, near)
        mean = rows.mean(axis=1)
        rows = rows - mean[:, None]
        size = np.linalg.norm(rows, axis=1)
        size = np.where(size > 1e-12 * far, size, 1e-100)
        near = 2 * self.eps * np.sqrt(steps) * far / size + 1e-6
        return rows / size[:, None], mean, size, near

    def one(self, numbers_: Array) -> Array:
        """Return some stretches as they are compared."""
        rows = self.spans[self.at[numbers_]] - self.mean[numbers_, None]
        return rows / self.size[numbers_, None]


def _fits(values: Array, looked: Array, spans: Spans) -> tuple[Array, Array, Array, Array, Array]:
    """Return the windows looked for, and for each fit: window, place, slope, offset.

    If windows have many candidates, as in a series that is mostly zero, we stop when there is no
    more room.
    """
    x, mean, size, near = spans.ready(values[looked])
    if not spans.scaled:
        near = 0 * near
    kept = near < DULL
    looked, x, mean, size, near = looked[kept], x[kept], mean[kept], size[kept], near[kept]
    if not len(x) or not len(spans.at):
        nothing = np.empty(0, dtype=int)
        return looked, nothing, nothing, np.empty(0), np.empty(0)
    projected, reach = x @ spans.direction, near + spans.near.max()
    low = np.searchsorted(spans.projected, projected - reach)
    count = np.searchsorted(spans.projected, projected + reach, side="right") - low
    if count.sum() > MOST_FITS:
        many = np.flatnonzero(count > MOST_FITS // max(len(x), 1000))
        room = max(10, int(MOST_FITS // max(count[many].mean(), 1)))
        some = np.linspace(0, len(many) - 1, min(room, len(many))).astype(int)
        count[np.setdiff1d(many, many[some])] = -1
    seen = looked[count >= 0]
    count = count.clip(min=0)
    i = np.repeat(np.arange(len(x)), count)
    p = np.repeat(low - np.cumsum(count) + count, count) + np.arange(count.sum())
    fit = np.empty(len(i), dtype=bool)
    for first in range(0, len(i), 50_000):
        part = slice(first, first + 50_000)
        apart = np.linalg.norm(x[i[part]] - spans.one(p[part]), axis=1)
        fit[part] = apart <= near[i[part]] + spans.near[p[part]]
    i, p = i[fit], p[fit]
    slope = size[i] / spans.size[p]
    return seen, looked[i], spans.at[p], slope, mean[i] - slope * spans.mean[p]


def _choose(row: Array, place: Array, count: int) -> Array:
    """Give each window one start: its only one, or the one in step with its neighbours'."""
    starts = np.full(count, -1)
    fits = np.bincount(row, minlength=count)
    single = fits[row] == 1
    starts[row[single]] = place[single]
    known, several = np.flatnonzero(starts >= 0), np.flatnonzero(fits > 1)
    if len(known) < 2 or not len(several):
        return starts
    stride, share = commonest(np.diff(starts[known]) / np.diff(known))
    several = several[(several > known[0]) & (several < known[-1])]
    if share < 0.8 or stride != int(stride):
        return starts
    after = np.searchsorted(known, several)
    guess, other = (
        starts[near] + int(stride) * (several - near) for near in (known[after - 1], known[after])
    )
    span = int(place.max()) + 1
    fitting = np.isin(several * span + guess, row * span + place) & (guess >= 0) & (guess < span)
    agree = fitting & (guess == other)
    starts[several[agree]] = guess[agree]
    return starts


def commonest(values: Array) -> tuple[float, float]:
    """Return the commonest value, and its share."""
    kinds, counts = np.unique(values, return_counts=True)
    return float(kinds[counts.argmax()]), float(counts.max() / len(values))
