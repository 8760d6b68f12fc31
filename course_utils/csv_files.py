"""Load a regular time series from the CSV files that people really have, and guess nothing.

A file that loads wrongly is worse than one that doesn't load. So we count the fields of every row,
a column may appear only once, and you state whatever can be read in two ways. `csv_table` reads
the table, `times` the times and `csv_numbers` the numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from course_utils.csv_numbers import Marks, check_signs, read_numbers
from course_utils.csv_table import Table, read_table
from course_utils.signatures import checked
from course_utils.times import check_frequency, read_times

Columns = list[str] | tuple[str, ...]
Gaps = Literal["refuse", "leave out", "interpolate", "keep"]
GAPS = ("refuse", "leave out", "interpolate", "keep")
GO_ON = "say gaps='leave out', 'interpolate' or 'keep' to go on"


@checked
def load_csv(
    path: str | Path,
    *,
    value: str | Columns,
    time: str | Columns,
    frequency: str = "M",
    separator: str = ",",
    decimal: str | None = None,
    thousands: str | None = None,
    encoding: str = "utf-8",
    header: int | None = None,
    names: Sequence[str] | None = None,
    comment: str | None = None,
    footer: int = 0,
    day_first: bool | None = None,
    time_format: str | None = None,
    century: int | None = None,
    missing: Marks | None = None,
    gaps: Gaps = "refuse",
) -> pd.Series | pd.DataFrame:
    """Load one or several columns of a CSV file as a regular time series.

    Parameters
    ----------
    path : str or Path
        The file.
    value : str, or list or tuple of str
        The column with the numbers, or several of them.
    time : str, or list or tuple of str
        The column with the time ("1949-01"), or the columns with its parts: year and month
        ("January", "Jan" or 1), or year, month and day, or date and clock time.
    frequency : str
        The pandas period from one row to the next: "Y", "Q", "M", "W", "D", "h".
    separator, encoding : str
        What separates two fields (" " for any number of spaces), and how to read the file's
        bytes.
    decimal, thousands : str, optional
        The decimal sign ("." by default, but "," if thousands=".") and the sign between thousands
        (none by default).
    header : int, optional
        The line of the file with the columns' names: by default the first one that isn't a
        comment.
    names : sequence of str, optional
        The columns' names if the file has none; together with ``header``, names to use instead
        of the file's own.
    comment : str, optional
        How a line begins that should be left out.
    footer : int
        How many lines to leave out at the end; empty ones at the very end don't count.
    day_first, time_format, century
        As for `times.read_times`.
    missing : str or sequence, optional
        What marks a missing number, apart from an empty field: ("NA", "-99.99"). ``()`` says that
        nothing else does.
    gaps : {"refuse", "leave out", "interpolate", "keep"}
        What to do about missing numbers and missing rows: "keep" makes them NaN.
        ``attrs["interpolated"]`` lists the interpolated periods (by column if there are several).

    Returns
    -------
    pandas.Series or pandas.DataFrame
        The numbers as float64 over a ``PeriodIndex``; a frame if ``value`` is a list or a tuple.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If anything is missing, appears twice, is out of order or can be read in two ways. The
        message names the line of the file, the text seen, what is wanted and how to go on.

    Notes
    -----
    Taught in lesson 05a, `data`.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"path must be a CSV file, got {str(path)!r}: no such file")
    frequency = check_frequency(frequency)
    times = [time] if isinstance(time, str) else list(time)
    values = [value] if isinstance(value, str) else list(value)
    _check_options(times, values, separator, header, names, comment, footer, gaps)
    check_signs(decimal, thousands)
    table = read_table(
        path,
        separator=separator,
        encoding=encoding,
        header=header,
        names=names,
        comment=comment,
        footer=footer,
    )
    stamps = [" ".join(parts) for parts in zip(*map(table.texts, times), strict=True)]
    fields = {column: table.texts(column) for column in values}
    periods = read_times(
        stamps,
        frequency,
        table.where,
        day_first=day_first,
        time_format=time_format,
        century=century,
    )
    index = pd.PeriodIndex(periods, freq=frequency)
    _check_steps(index, stamps, table, gaps)
    numbers = {
        column: read_numbers(
            texts, column, table.where, decimal=decimal, thousands=thousands, missing=missing
        )
        for column, texts in fields.items()
    }
    frame = pd.DataFrame(numbers, index=index)
    if gaps == "refuse":
        _check_complete(frame, fields, table)
    frame = _settled(frame, table.name, gaps)
    if not isinstance(value, str):
        return frame
    series = frame[value]
    series.attrs = {key: marked[value] for key, marked in frame.attrs.items()}
    return series


def _check_options(
    times: list[str],
    values: list[str],
    separator: str,
    header: int | None,
    names: Sequence[str] | None,
    comment: str | None,
    footer: int,
    gaps: str,
) -> None:
    for what, columns in (("time", times), ("value", values)):
        if not columns or len(set(columns)) < len(columns):
            raise ValueError(f"{what} must name one column, or several once each, got {columns!r}")
    if len(separator) != 1 or separator.isalnum() or separator in '"\r\n':
        raise ValueError(f"separator must be one sign, like ',' or ';' or '\\t', got {separator!r}")
    if comment == "":
        raise ValueError("comment must be how a line begins, like '#', got ''")
    if isinstance(names, str) or (names is not None and not names):
        raise ValueError(f"names must be the columns' names, one for each, got {names!r}")
    if header is not None and (isinstance(header, bool) or header < 1):
        raise ValueError(f"header must be a line of the file, counted from 1, got {header!r}")
    if footer < 0:
        raise ValueError(f"footer must be a number of lines, 0 or more, got {footer!r}")
    if gaps not in GAPS:
        raise ValueError(f"gaps must be one of {', '.join(map(repr, GAPS))}, got {gaps!r}")


def _check_steps(index: pd.PeriodIndex, stamps: list[str], table: Table, gaps: Gaps) -> None:
    """Every row must come a whole number of steps after the one before it."""
    step = (index[0] + 1).ordinal - index[0].ordinal
    for row, moved in enumerate(np.diff(index.asi8), start=1):
        place = f"{table.where(row)}: {stamps[row]!r}"
        if moved <= 0:
            fault = "goes back behind" if moved else "repeats"
            advice = "sort the file by time" if moved else "state the frequency the file has"
            raise ValueError(
                f"{place} {fault} {stamps[row - 1]!r} of the row before, for frequency "
                f"{index.freqstr!r}; wanted every period once, oldest first: {advice}"
            )
        if moved % step:
            raise ValueError(
                f"{place} lies between two steps of {index.freqstr!r} after {stamps[row - 1]!r}; "
                f"wanted {index[row - 1] + 1}: state the frequency that the file has"
            )
        if moved > step and gaps == "refuse":
            raise ValueError(
                f"{place} leaves a gap after {stamps[row - 1]!r}; wanted {index[row - 1] + 1}; "
                f"{GO_ON}"
            )


def _check_complete(frame: pd.DataFrame, fields: dict[str, list[str]], table: Table) -> None:
    for column in frame:
        for row in np.flatnonzero(frame[column].isna()):
            raise ValueError(
                f"{table.where(int(row))}: {column} is {fields[str(column)][row]!r}; wanted a "
                f"number, and this one is missing; {GO_ON}"
            )


def _settled(frame: pd.DataFrame, name: str, gaps: Gaps) -> pd.DataFrame:
    """Do what `gaps` says about missing rows and missing numbers."""
    if gaps == "leave out":
        frame = frame.dropna()
        if frame.empty:
            raise ValueError(f"{name}: nothing is left, because no row has all its numbers")
    if gaps in ("refuse", "leave out"):
        return frame
    # Two periods span every period between them, at their own frequency.
    whole = frame.reindex(pd.period_range(frame.index[0], frame.index[-1]))
    if gaps == "keep":
        return whole
    filled = whole.interpolate(limit_area="inside")
    for column in filled:
        if filled[column].isna().any():
            raise ValueError(
                f"{name}: {column} has no number at the beginning or at the end, where there is "
                "nothing on both sides to interpolate between; say gaps='leave out' or 'keep'"
            )
    filled.attrs["interpolated"] = {
        column: list(whole.index[whole[column].isna()]) for column in whole
    }
    return filled
