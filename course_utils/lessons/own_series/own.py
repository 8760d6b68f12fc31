"""A series of your own: load it, and decide how it will be judged before anything is tried.

The frequency decides the season, how far ahead to forecast, and the moments to choose on and to be
judged at. A series that cannot be judged is refused, and the message says how to go on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from course_utils.csv_files import GO_ON
from course_utils.series import TimeSplit, load_csv
from course_utils.signatures import BadArgument, Count, Whole, checked
from course_utils.times import check_frequency

# Rows per season, and how many rows ahead, by the letters of a frequency.
SEASONS = {"Y": 1, "Q": 4, "M": 12, "W": 52, "B": 5, "D": 7, "h": 24, "min": 1440}
HORIZONS = {"Y": 3, "Q": 4, "M": 12, "W": 13, "B": 10, "D": 14, "h": 24, "min": 60}
LONGEST = 100  # rows per season from which a small network can still learn something
EARLIER, LATER = 9, 6  # how many moments to choose on, and to be judged at
SPARE = 8  # pairs that a network has to learn from, at the very least
ROWS = 240  # how many of the last rows the slow methods read

Gaps = Literal["refuse", "interpolate", "leave out"]


@dataclass(frozen=True)
class Task:
    """A series, and how it will be judged.

    Attributes
    ----------
    series : pandas.Series
        What is forecast, a row for every period; NaN where nothing was measured.
    frame : pandas.DataFrame or None
        All columns that may be read, where there are others.
    unit : str
        Of the values.
    season, horizon, window : int
        Rows per season, rows ahead, rows that a network reads.
    test : int
        How many rows at the end have no say in any choice.
    earlier, later : tuple of int
        The origins to choose on, whose forecasts end before the test part, and those to be judged
        at, all in the test part.
    gaps : str
        What was done about them, in words.
    """

    series: pd.Series
    frame: pd.DataFrame | None
    unit: str
    season: int
    horizon: int
    window: int
    test: int
    earlier: tuple[int, ...]
    later: tuple[int, ...]
    gaps: str
    file: str = field(default="")

    @property
    def numbers(self) -> np.ndarray:
        """The series as numbers, shape (n,), NaN where nothing was measured."""
        return self.series.to_numpy(dtype=float)

    @property
    def origins(self) -> tuple[int, ...]:
        """All origins, the earlier ones first."""
        return self.earlier + self.later

    def ahead(self, origins: tuple[int, ...]) -> np.ndarray:
        """Give the rows that are forecast from some origins, as places, each once."""
        steps = np.add.outer(np.array(origins), np.arange(self.horizon))
        return np.unique(steps)

    @property
    def split(self) -> TimeSplit:
        """The series, its test part kept apart."""
        return TimeSplit(self.series.iloc[: -self.test], self.series.iloc[-self.test :])

    @property
    def name(self) -> str:
        """What is forecast, with its unit."""
        return f"{self.series.name} ({self.unit})" if self.unit else str(self.series.name)

    def __str__(self) -> str:
        index = self.series.index
        columns = [] if self.frame is None else [c for c in self.frame if c != self.series.name]
        lines = [
            f"{self.name}: {rows(len(index))}, {index[0]} to {index[-1]}, from {self.file}",
            f"gaps: {self.gaps}",
            f"season: {rows(self.season)}" if self.season > 1 else "season: none",
            f"horizon: {rows(self.horizon)} ahead; a network reads {rows(self.window)}",
            f"to choose on: {len(self.earlier)} moments, forecasts end by {index[self.start - 1]}",
            f"to be judged at: {len(self.later)} moments from {index[self.start]} on "
            f"({rows(self.test)}, no say in any choice)",
        ]
        return "\n".join(lines + [f"other columns: {', '.join(map(str, columns))}"] * bool(columns))

    @property
    def start(self) -> int:
        """Where the test part begins, in rows."""
        return len(self.series) - self.test


@checked
def rows(count: Whole) -> str:
    """Say how many rows there are: "1 row", "12 rows".

    Parameters
    ----------
    count : int
        How many.

    Notes
    -----
    Used in lesson 06a, `your-own-series`.
    """
    return f"{count} row" if count == 1 else f"{count} rows"


@checked
def load(
    path: str | Path,
    *,
    target: str,
    time: str | list[str] | tuple[str, ...],
    frequency: str,
    unit: str = "",
    inputs: list[str] | tuple[str, ...] = (),
    season: Count | None = None,
    horizon: Count | None = None,
    gaps: Gaps = "refuse",
    **how: Any,
) -> Task:
    """Load a series from a CSV file, and decide how it will be judged.

    Parameters
    ----------
    path : str or Path
        The file. A name alone is looked for in the notebook's folder.
    target : str
        The column to forecast.
    time, frequency
        As for `series.load_csv`.
    unit : str
        Of the target, for the pictures.
    inputs : sequence of str
        Other columns that a network may read.
    season, horizon : int, optional
        Rows per season (1 for none) and rows to forecast; if not given, what suits the frequency.
    gaps : {"refuse", "interpolate", "leave out"}
        "interpolate" fills gaps, at each origin from the past alone, and never judges by a filled
        value. "leave out" keeps only the rows after the last gap.
    **how
        Whatever else says how the file is to be read, as for `series.load_csv`.

    Returns
    -------
    Task

    Raises
    ------
    FileNotFoundError, BadArgument
        As for `series.load_csv`; also if the series is constant, wholly or wherever it would be
        judged, or too short to be judged. The message says how to go on.

    Notes
    -----
    Taught in lesson 06a, `your-own-series`.
    """
    path, frequency = Path(path), check_frequency(frequency)
    if not path.is_file():
        raise FileNotFoundError(
            f"path must be a CSV file, got {str(path)!r}: no such file. A name alone is looked for "
            "in the notebook's folder; put the file there, or give its whole path"
        )
    if target in inputs:
        raise BadArgument(f"inputs are the other columns, and {target!r} is the target: leave it")
    try:
        frame = load_csv(
            path,
            value=[target, *inputs],
            time=time if isinstance(time, str) else list(time),
            frequency=frequency,
            gaps="refuse" if gaps == "refuse" else "keep",
            **how,
        )
    except ValueError as error:
        if GO_ON not in str(error):
            raise
        raise BadArgument(str(error).replace(GO_ON, _ways_on(bool(inputs)))) from None
    frame, said = _without_gaps(pd.DataFrame(frame), target, gaps)
    series = frame[target]
    _refuse_constant(frame)
    season, horizon = _season(frequency, season), horizon or _horizon(frequency)
    window = min(season, 24) if season > 1 else 4
    test, earlier, later = _moments(len(series), season, horizon, window)
    task = Task(
        *(series, frame if len(frame.columns) > 1 else None, unit, season, horizon, window),
        *(test, earlier, later, said, path.name),
    )
    _refuse_unmeasured(task)
    _refuse_unchanging(task)
    return task


def _ways_on(several: bool) -> str:
    """Say what can be done about a gap here: not every way of `load_csv` can be judged."""
    if several:
        return (
            "say gaps='leave out', which keeps only the rows after the last gap, or read fewer "
            "columns: inputs= that have gaps can't be interpolated"
        )
    return "say gaps='interpolate', or 'leave out', which keeps only the rows after the last gap"


def _without_gaps(frame: pd.DataFrame, target: str, gaps: Gaps) -> tuple[pd.DataFrame, str]:
    """Deal with the gaps as asked, and put it into words."""
    missing = frame.isna().any(axis=1).to_numpy()
    if not missing.any():
        return frame, "none"
    known = np.flatnonzero(~missing)
    if not len(known):
        raise BadArgument(f"{target} must hold numbers, and no row has all of them")
    if gaps == "leave out":
        last = known[-1]  # rows at the end that are not yet known are no gap inside
        first = 0 if not missing[:last].any() else np.flatnonzero(missing[:last])[-1] + 1
        kept = frame.iloc[first : last + 1]
        return (
            kept,
            f"{rows(len(frame) - len(kept))} up to the last gap, and after the end, left out",
        )
    if len(frame.columns) > 1:
        raise BadArgument(
            "gaps must be 'leave out' where several columns are read: to interpolate one column "
            "at an origin would need the others' future"
        )
    frame = frame.iloc[known[0] : known[-1] + 1]
    count = int(frame[target].isna().sum())
    return frame, f"{count} of {rows(len(frame))} missing, filled from the past, never judged by"


def _refuse_constant(frame: pd.DataFrame) -> None:
    for name in frame:
        values = frame[name].dropna()
        if values.nunique() < 2:
            raise BadArgument(
                f"column {name!r} must change, and is {values.iloc[0]:g} in every row: there is "
                "nothing to forecast; leave it out, or check that the right column was read"
            )


def _parts(frequency: str) -> tuple[int, str]:
    digits = "".join(sign for sign in frequency if sign.isdigit() and frequency[0].isdigit())
    return int(digits or 1), frequency.removeprefix(digits).partition("-")[0]


def _season(frequency: str, said: int | None) -> int:
    if said is not None:
        return said
    times, letters = _parts(frequency)
    season = SEASONS.get(letters, 1) / times
    return int(season) if season.is_integer() and 1 < season <= LONGEST else 1


def _horizon(frequency: str) -> int:
    times, letters = _parts(frequency)
    return max(1, HORIZONS.get(letters, 3) // times)


def _moments(
    count: int, season: int, horizon: int, window: int
) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    """Choose the test part and the origins; refuse a series that is too short for them."""
    learn = max(2 * season + 2, season + window + horizon + SPARE)
    least = _least(season, horizon, window)
    if count < least:
        raise BadArgument(
            f"a series of {rows(count)} is too short to be judged {rows(horizon)} ahead: "
            f"{learn} to learn from, {EARLIER} moments to choose on and {LATER} to be judged at "
            f"need {rows(least)}; {_ways_for_few(count, season, horizon, window)}"
        )
    test = max(horizon + LATER - 1, count // 5)
    test = min(test, count - learn - horizon - EARLIER + 1)
    step = _step((test - horizon) // (LATER - 1), season)
    start = count - horizon - (LATER - 1) * step
    latest = start - horizon
    step_before = _step(min((latest - learn) // (EARLIER - 1), max(step, horizon)), season)
    earlier = tuple(range(latest - (EARLIER - 1) * step_before, latest + 1, step_before))
    return count - start, earlier, tuple(range(start, count - horizon + 1, step))


def _least(season: int, horizon: int, window: int) -> int:
    learn = max(2 * season + 2, season + window + horizon + SPARE)
    return learn + EARLIER + LATER - 2 + 2 * horizon


def _ways_for_few(count: int, season: int, horizon: int, window: int) -> str:
    """Say what a short series can still be judged at, with and without its season."""
    ways, alone = [], horizon > 1
    if shorter := _furthest(count, season, horizon, window):
        ways.append(f"horizon={shorter}")
    without = _furthest(count, 1, horizon + 1, 4) if season > 1 else 0
    if without == horizon:
        ways.append("season=1")
    elif without:
        ways.append(f"season=1 and horizon={without}")
    if ways:
        return f"say {', or '.join(ways)}: that lowers the need"
    smaller = [*["a smaller horizon="] * alone, *["season=1"] * (season > 1)]
    lowest = f"{' and '.join(smaller)} would lower the need to {rows(_least(1, 1, 4))}, so "
    return (
        f"{lowest if smaller else ''}bring more rows, or rows of a finer frequency; until then "
        f"repeat the last {'season' if season > 1 else 'value'}, and say that nobody could test it"
    )


def _furthest(count: int, season: int, below: int, window: int) -> int:
    """Give the furthest horizon below one that so many rows are enough for; 0 for none."""
    able = (h for h in range(below - 1, 0, -1) if _least(season, h, window) <= count)
    return next(able, 0)


def _step(step: int, season: int) -> int:
    """Avoid steps of whole seasons: every forecast would begin at the same place of one."""
    step = max(1, step)
    return step - 1 if season > 1 and step % season == 0 else step


def _refuse_unmeasured(task: Task) -> None:
    values = task.numbers
    for origin in task.origins:
        if np.isnan(values[origin : origin + task.horizon]).all():
            raise BadArgument(
                f"nothing was measured in the {task.horizon} rows from {task.series.index[origin]} "
                "on, so a forecast of them cannot be judged; say gaps='leave out', or take the "
                "gap out of the file"
            )


def _refuse_unchanging(task: Task) -> None:
    for what, origins in (("choose on", task.earlier), ("be judged at", task.later)):
        seen = task.numbers[task.ahead(origins)]
        if np.nanmin(seen) == np.nanmax(seen):
            raise BadArgument(
                f"column {str(task.series.name)!r} must change where it is judged, and is "
                f"{np.nanmin(seen):g} in all {rows(len(seen))} at the {len(origins)} moments to "
                f"{what}: a method that repeats it makes no error there, which says nothing about "
                "the day it changes; bring rows in which it does, or try another horizon="
            )
