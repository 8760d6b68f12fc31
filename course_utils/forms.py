"""The form in which a network sees a series: how to cut the past, and how to read an answer back.

A form fits everything on the past that it is given. Taught in lesson 05b.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor

from course_utils.series import Log, LogDifference, last_window, make_windows
from course_utils.signatures import BadArgument, Count, Instance, all_finite, checked

YEAR = 12


class Pairs(NamedTuple):
    """What a network is trained on, where its forecast starts, and the way back.

    Attributes
    ----------
    inputs, targets : Tensor
        Shape (pairs, window, 1) and (pairs, outputs).
    last : Tensor
        Shape (1, window, 1): the window that ends where the forecast starts.
    undo : callable
        Turns the networks' answers, a Tensor of shape (seeds, steps), into forecasts in the
        series' own units, an ndarray of shape (seeds, horizon).
    """

    inputs: Tensor
    targets: Tensor
    last: Tensor
    undo: Callable[[Tensor], np.ndarray]


class Form(Protocol):
    """The form in which a network sees a series: how to cut it, and how to read a forecast back.

    A form fits everything, mean and spread included, on the past that it is given, so nothing
    leaks from after an origin.
    """

    @property
    def direct(self) -> bool:
        """Whether all steps come at once; otherwise one by one, each fed back."""

    def pairs(self, past: np.ndarray, window: int, horizon: int) -> Pairs:
        """Cut the past, shape (n,), into what the network reads and what follows."""


@checked
@dataclass(frozen=True)
class Windows:
    """The transformed series, standardised and cut into windows.

    Parameters
    ----------
    transform : Transform
        What the network sees of the series.
    direct : bool
        Whether all steps come at once, from a read-out with that many outputs.

    Notes
    -----
    Taught in lesson 05b, `batches-and-transforms`.
    """

    transform: Instance
    direct: bool = False

    def pairs(self, past: np.ndarray, window: int, horizon: int) -> Pairs:
        """Cut the past into windows and the values that follow each one."""
        seen = self.transform.apply(long_enough(past, 1))
        mean, spread = seen.mean(), seen.std()
        _refuse_constant(spread)
        scaled = (seen - mean) / spread

        def undo(said: Tensor) -> np.ndarray:
            return self.transform.undo(said.numpy() * spread + mean, past)

        cut = make_windows(scaled, window, horizon if self.direct else 1)
        return Pairs(*cut, last_window(scaled, window), undo)


@checked
@dataclass(frozen=True)
class ShapeToGrowth:
    """Read the shape of the last months, forecast the growth over the same months a season before.

    The input is the logarithm of the last ``window`` months minus its mean, so the level is gone.
    The output is the growth of each of the next ``season`` months, all at once.

    Parameters
    ----------
    season : int
        The season's length, and the longest horizon.

    Notes
    -----
    Taught in lesson 05b, `rolling-origin`.
    """

    season: Count = YEAR
    direct: ClassVar[bool] = True

    def pairs(self, past: np.ndarray, window: int, horizon: int) -> Pairs:
        """Cut the past, above 0, into windows' shapes and the standardised growth after each."""
        if not 1 <= horizon <= self.season:
            raise BadArgument(f"horizon must be 1 to {self.season}, got {horizon}")
        log = Log().apply(past)
        # There must be a whole season before the first target to grow from.
        start = max(window, self.season)
        long_enough(log, start + self.season)
        inputs, _ = make_windows(log[start - window :], window, self.season)
        growths = LogDifference(self.season).apply(past)[start - self.season :]
        targets = np.lib.stride_tricks.sliding_window_view(growths, self.season)
        growth = torch.tensor(targets, dtype=torch.float32)
        mean, spread = growth.mean(), growth.std()
        _refuse_constant(float(spread))

        def undo(said: Tensor) -> np.ndarray:
            expected = (said * spread + mean).numpy()[:, :horizon]
            return LogDifference(self.season).undo(expected, past)

        last = _less_mean(last_window(log, window))
        return Pairs(_less_mean(inputs), (growth - mean) / spread, last, undo)


def _refuse_constant(spread: float) -> None:
    if not spread > 1e-12:
        raise BadArgument(
            "past must change: it is constant as the network sees it, so there is "
            "nothing to learn and no spread to divide by"
        )


def _less_mean(windows: Tensor) -> Tensor:
    return windows - windows.mean(dim=1, keepdim=True)


def long_enough(past: np.ndarray, least: int) -> np.ndarray:
    """Return the past as floats; refuse one that is too short for a method, or not finite.

    Parameters
    ----------
    past : ndarray
        Shape (n,).
    least : int
        How many values the method needs.

    Raises
    ------
    BadArgument
        Saying what is wrong.
    """
    if len(past) < least:
        raise BadArgument(f"past must hold at least {least} values here, got {len(past)}")
    all_finite(past=past)
    return past.astype(float)
