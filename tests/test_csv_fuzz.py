"""Two thousand right files, each damaged in one of the ways that real files are.

What `load_csv` gives equals what was written, or it is a ValueError that names the file and, where
one row is at fault, its line. Each damage also says what stating the right option gives back.
"""

from __future__ import annotations

import codecs
import gzip
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_utils.csv_files import load_csv

Draw = Callable[[st.SearchStrategy[Any]], Any]
STAMPS = {
    "Y": ["%Y"],
    "Q": ["%Y-%m", "%b %Y"],
    "M": ["%Y-%m", "%Y-%m-%d", "%b %Y", "%B %Y", "%Y%m%d", "%m/%Y"],
    "W": ["%Y-%m-%d", "%d %b %Y"],
    "D": ["%Y-%m-%d", "%b %d, %Y", "%Y-%m-%d %H:%M:%S"],
    "h": ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %I:%M %p"],
}


@dataclass
class File:
    """A right file: the texts of its rows, and what they mean."""

    frequency: str
    periods: list[pd.Period]
    rows: list[list[str]]
    names: list[str] = field(default_factory=lambda: ["t", "n"])
    end: str = "\n"
    gaps: str = "refuse"

    def __post_init__(self) -> None:
        self.written = dict(zip(self.periods, [float(row[1]) for row in self.rows], strict=True))

    def some_row(self, draw: Draw, start: int = 0) -> int:
        return draw(st.integers(start, len(self.rows) - 1))

    def put(self, column: int, texts: list[str]) -> None:
        for row, text in zip(self.rows, texts, strict=True):
            row[column] = text

    def stamps(self, form: str) -> None:
        self.put(0, [period.start_time.strftime(form) for period in self.periods])

    def text(self, separator: str = ",", quoted: bool = True) -> str:
        def shown(text: str) -> str:
            special = quoted and any(sign in text for sign in (separator, '"', "\n"))
            return '"' + text.replace('"', '""') + '"' if special else text

        lines = [separator.join(map(shown, row)) for row in [self.names, *self.rows]]
        return "".join(line + self.end for line in lines)


@dataclass
class Damaged:
    """What became of a file. ``line``: which is at fault; ``cure``: the options that are right."""

    content: str | bytes
    line: int | None = None
    refused: bool = False
    cure: dict[str, Any] | None = None


@st.composite
def right_files(draw: Draw) -> File:
    frequency = draw(st.sampled_from(sorted(STAMPS)))
    start = draw(st.datetimes(datetime(1800, 1, 1), datetime(2100, 1, 1)))
    length = draw(st.integers(3, 14))
    periods = list(pd.period_range(start, periods=length, freq=frequency))
    places = draw(st.sampled_from([0, 1, 2, 4]))
    numbers = draw(st.lists(st.integers(1000, 9000), min_size=length, max_size=length))
    cents = draw(st.integers(0, 9999)) / 10000
    form = draw(st.sampled_from(STAMPS[frequency]))
    rows = [
        [period.start_time.strftime(form), f"{number + cents:.{places}f}"]
        for period, number in zip(periods, numbers, strict=True)
    ]
    gaps = draw(st.sampled_from(["refuse", "refuse", "leave out", "interpolate", "keep"]))
    return File(frequency, periods, rows, gaps=gaps)


# ------------------------------------------------------------------ damage to the rows


def commas_in_numbers(file: File, draw: Draw) -> Damaged:
    row = file.some_row(draw)
    number = float(file.rows[row][1])
    split = draw(st.sampled_from([f"{number:,.0f}", f"{number:.1f}".replace(".", ",")]))
    file.rows[row][1:] = split.split(",")
    return Damaged(file.text(), row + 2, True)


def trailing_comma(file: File, draw: Draw) -> Damaged:
    row = file.some_row(draw)
    file.rows[row].append("")
    return Damaged(file.text(), row + 2, True)


def trailing_commas(file: File, draw: Draw) -> Damaged:
    for row in file.rows:
        row.append("")
    names = (*file.names, "")
    return Damaged(file.text(), 2, True, {"header": 1, "names": names})


def row_numbers_without_a_name(file: File, draw: Draw) -> Damaged:
    file.rows = [[str(n), *row] for n, row in enumerate(file.rows, start=1)]
    return Damaged(file.text(), 2, True, {"header": 1, "names": ("", *file.names)})


def lost_field(file: File, draw: Draw) -> Damaged:
    row = file.some_row(draw)
    del file.rows[row][draw(st.integers(0, 1))]
    return Damaged(file.text(), row + 2, True)


def empty_line(file: File, draw: Draw) -> Damaged:
    row = file.some_row(draw)
    file.rows.insert(row, [draw(st.sampled_from(["", "  "]))])
    return Damaged(file.text(), row + 2, True)


def lost_quotation_mark(file: File, draw: Draw) -> Damaged:
    row = file.some_row(draw)
    file.names.append("note")
    for other in file.rows:
        other.append("seen")
    file.rows[row][2] = '"seen'
    return Damaged(file.text(quoted=False), None, True)


def line_break_in_quotes(file: File, draw: Draw) -> Damaged:
    file.names.insert(0, "note")
    file.rows = [["a\nb", *row] for row in file.rows]
    bad = file.some_row(draw)
    if draw(st.booleans()):
        return Damaged(file.text())
    file.rows[bad][2] = "x"
    return Damaged(file.text(), 2 * bad + 2, True)


def repeated_row(file: File, draw: Draw) -> Damaged:
    row = file.some_row(draw)
    file.rows.insert(row, list(file.rows[row]))
    return Damaged(file.text(), row + 3, True)


def swapped_rows(file: File, draw: Draw) -> Damaged:
    row = file.some_row(draw, 1)
    file.rows[row - 1 : row + 1] = file.rows[row - 1 : row + 1][::-1]
    return Damaged(file.text(), None, True)


def newest_first(file: File, draw: Draw) -> Damaged:
    file.rows.reverse()
    return Damaged(file.text(), 3, True)


def lost_rows(file: File, draw: Draw) -> Damaged:
    row = draw(st.integers(1, len(file.rows) - 2))
    del file.written[file.periods[row]], file.rows[row]
    return Damaged(file.text(), row + 2, file.gaps == "refuse", {"gaps": "keep"})


def footer(file: File, draw: Draw) -> Damaged:
    remarks = [
        "Source: A, B, C",
        "* provisional",
        "Total,99",
        ",",
        "\nNote",
        "Note\n\nmore, of, it",
    ]
    remark = draw(st.sampled_from(remarks))
    cure = {"footer": remark.count("\n") + 1}
    return Damaged(file.text() + remark + file.end, len(file.rows) + 2, True, cure)


# ------------------------------------------------------------------- damage to the head


def header_name(file: File, draw: Draw) -> Damaged:
    name = draw(st.sampled_from([" n", "n ", "N", "'n'", "\ufeffn", "m", ""]))
    file.names[1] = name
    return Damaged(file.text(), None, True, {"header": 1, "names": ("t", "n")})


def column_twice(file: File, draw: Draw) -> Damaged:
    file.names.append(draw(st.sampled_from(["t", "n"])))
    for row in file.rows:
        row.append("1900")
    return Damaged(file.text(), None, True, {"header": 1, "names": ("t", "n", "other")})


def no_header(file: File, draw: Draw) -> Damaged:
    content = file.text().partition(file.end)[2]
    return Damaged(content, None, True, {"names": ("t", "n")})


def lines_above(file: File, draw: Draw) -> Damaged:
    above = draw(st.lists(st.sampled_from(["# a", "# b, c", "#"]), min_size=1, max_size=3))
    cure = draw(st.sampled_from([{"comment": "#"}, {"header": len(above) + 1}]))
    return Damaged("".join(line + file.end for line in above) + file.text(), None, True, cure)


def other_separator(file: File, draw: Draw) -> Damaged:
    separator = draw(st.sampled_from([";", "\t", "|"]))
    return Damaged(file.text(separator), None, True, {"separator": separator})


def semicolons_and_decimal_commas(file: File, draw: Draw) -> Damaged:
    file.put(1, [row[1].replace(".", ",") for row in file.rows])
    return Damaged(file.text(";"), None, True, {"separator": ";", "decimal": ","})


# ------------------------------------------------------------------ damage to the bytes


def other_encoding(file: File, draw: Draw) -> Damaged:
    file.names.append("größe")
    for row in file.rows:
        row.append("é")
    encoding = draw(st.sampled_from(["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]))
    return Damaged(file.text().encode(encoding), None, True, {"encoding": encoding})


def marks_of_a_byte_order(file: File, draw: Draw) -> Damaged:
    file.end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    return Damaged(codecs.BOM_UTF8 + file.text().encode())


def other_kind_of_file(file: File, draw: Draw) -> Damaged:
    text = file.text().encode()
    kinds = [gzip.compress(text), b"PK\x03\x04" + text, b"", b"\n\n", b"t,n\n", b"<html>" + text]
    return Damaged(draw(st.sampled_from(kinds)), None, True)


# ------------------------------------------------------------------ damage to the times


def short_years(file: File, draw: Draw) -> Damaged:
    form = draw(st.sampled_from(["%b-%y", "%y-%m", "%m/%y", "%d/%m/%y", "%d.%m.%y", "%y%m%d"]))
    file.stamps(form)
    century = file.periods[0].year
    cure = {"time_format": form, "century": century} if file.frequency in "YQM" else None
    return Damaged(file.text(), 2, True, cure)


def no_years(file: File, draw: Draw) -> Damaged:
    file.stamps(draw(st.sampled_from(["%b", "%d-%b", "%B", "%m", "1-%m", "%d.%m."])))
    return Damaged(file.text(), 2, True)


def parts_of_a_year(file: File, draw: Draw) -> Damaged:
    days = [period.start_time for period in file.periods]
    places = draw(st.integers(3, 4))
    file.put(0, [f"{day.year + (day.day_of_year - 1) / 366:.{places}f}" for day in days])
    return Damaged(file.text(), 2, file.frequency != "Y")


def numbers_of_days(file: File, draw: Draw) -> Damaged:
    days = [
        (period.start_time - datetime(1800, 1, 1)) / timedelta(days=1) for period in file.periods
    ]
    form = draw(st.sampled_from(["{:.0f}", "{:.1f}", "{:.6f}"]))
    file.put(0, [form.format(20_000 + day % 70_000) for day in days])
    return Damaged(file.text(), 2, True)


def month_before_year(file: File, draw: Draw) -> Damaged:
    file.stamps("%m%Y")
    cure = {"time_format": "%m%Y"} if file.frequency in "YQM" else None
    return Damaged(file.text(), 2, True, cure)


def day_and_month(file: File, draw: Draw) -> Damaged:
    form = draw(st.sampled_from(["%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%m/%d/%Y", "%m-%d-%Y"]))
    file.stamps(form + (" %H:%M" if file.frequency == "h" else ""))
    return Damaged(file.text(), cure={"day_first": form.startswith("%d")})


def zones(file: File, draw: Draw) -> Damaged:
    file.stamps("%Y-%m-%dT%H:%M:%S")
    row = file.some_row(draw, 1)
    for n, other in enumerate(file.rows):
        other[0] += "+02:00" if n < row else "+01:00"
    return Damaged(file.text(), row + 2, file.frequency == "h")


def midnights_elsewhere(file: File, draw: Draw) -> Damaged:
    hours = draw(st.sampled_from([1, 2]))
    early = [period.start_time - timedelta(hours=hours) for period in file.periods]
    file.put(0, [moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in early])
    if file.frequency == "h":
        file.written = {period - hours: value for period, value in file.written.items()}
    return Damaged(file.text(), 2, file.frequency != "h")


def half_a_clock(file: File, draw: Draw) -> Damaged:
    file.stamps("%Y-%m-%d %I:%M")
    if file.frequency != "h":
        return Damaged(file.text())
    # Without a 12 before a 1 the clock says what it says, and nothing tells its half.
    file.written = dict(
        zip([pd.Period(row[0], freq="h") for row in file.rows], file.written.values(), strict=True)
    )
    turns = any(period.hour % 12 == 0 for period in file.periods[:-1])
    return Damaged(file.text(), None, turns)


def other_frequency(file: File, draw: Draw) -> Damaged:
    given = [pd.Timestamp(row[0].removesuffix("Z")) for row in file.rows]
    file.frequency = draw(st.sampled_from([f for f in STAMPS if f != file.frequency]))
    periods = [pd.Period(moment, freq=file.frequency) for moment in given]
    file.written = dict(zip(periods, file.written.values(), strict=True))
    return Damaged(file.text(), None, len(set(periods)) < len(periods))


# ---------------------------------------------------------------- damage to the numbers


def thousands(file: File, draw: Draw) -> Damaged:
    sign = draw(st.sampled_from([",", ".", " ", "'", "’", "\u00a0", "\u202f"]))
    point = "," if sign == "." else "."
    shown = [f"{value:,.2f}".translate({44: sign, 46: point}) for value in file.written.values()]
    file.put(1, shown)
    file.written = dict(
        zip(file.periods, [round(v, 2) for v in file.written.values()], strict=True)
    )
    return Damaged(file.text(), 2, True, {"thousands": sign})


def whole_thousands(file: File, draw: Draw) -> Damaged:
    sign = draw(st.sampled_from([",", ".", " "]))
    file.written = {period: float(round(value)) for period, value in file.written.items()}
    file.put(1, [f"{value:,.0f}".replace(",", sign) for value in file.written.values()])
    return Damaged(file.text(), 2, True, {"thousands": sign})


def decimal_commas(file: File, draw: Draw) -> Damaged:
    file.written = {period: round(value / 1000, 3) for period, value in file.written.items()}
    sign = draw(st.sampled_from([",", "."]))
    file.put(1, [f"{value:.3f}".replace(".", sign) for value in file.written.values()])
    return Damaged(file.text(), 2, True, {"decimal": sign})


def signs_and_units(file: File, draw: Draw) -> Damaged:
    row = file.some_row(draw)
    around = [
        "{}%",
        "${}",
        "{} €",
        "({})",
        "{}-",
        "{}*",
        "{}²",
        "–{}",
        "~{}",
        "'{}",
        "{}k",
        "{}f",
        "0x{}",
    ]
    file.rows[row][1] = draw(st.sampled_from(around)).format(file.rows[row][1])
    return Damaged(file.text(), row + 2, True)


def other_digits(file: File, draw: Draw) -> Damaged:
    wide = {ord(str(n)): chr(0xFF10 + n) for n in range(10)}
    row, column = file.some_row(draw), draw(st.integers(0, 1))
    file.rows[row][column] = file.rows[row][column].translate(wide)
    return Damaged(file.text())


def no_number(file: File, draw: Draw) -> Damaged:
    row = file.some_row(draw)
    mark = draw(
        st.sampled_from(["nan", "NA", "inf", "-", ".", "n/a", "null", "#N/A", "1e999", "x"])
    )
    file.rows[row][1] = mark
    file.written[file.periods[row]] = float("nan")
    return Damaged(file.text(), row + 2, True, {"missing": mark, "gaps": "keep"})


def nothing(file: File, draw: Draw) -> Damaged:
    row = file.some_row(draw)
    file.rows[row][1] = draw(st.sampled_from(["", " "]))
    file.written[file.periods[row]] = float("nan")
    line = None if file.gaps == "interpolate" else row + 2
    return Damaged(file.text(), line, file.gaps == "refuse", {"gaps": "leave out"})


def marks_of_missing_numbers(file: File, draw: Draw) -> Damaged:
    mark = draw(st.sampled_from(["-99.99", "-999", "-9999", "99999", "-1e20", "1E+30", "-32768"]))
    rows = draw(
        st.sets(st.integers(0, len(file.rows) - 1), min_size=1, max_size=len(file.rows) - 2)
    )
    for row in rows:
        file.rows[row][1] = mark
        file.written[file.periods[row]] = float("nan")
    return Damaged(file.text(), min(rows) + 2, True, {"missing": (mark,), "gaps": "keep"})


DAMAGES = [
    *(commas_in_numbers, trailing_comma, trailing_commas, row_numbers_without_a_name, lost_field),
    *(empty_line, lost_quotation_mark, line_break_in_quotes, repeated_row, swapped_rows),
    *(newest_first, lost_rows, footer, header_name, column_twice, no_header, lines_above),
    *(other_separator, semicolons_and_decimal_commas, other_encoding, marks_of_a_byte_order),
    *(other_kind_of_file, short_years, no_years, parts_of_a_year, numbers_of_days),
    *(month_before_year, day_and_month, zones, midnights_elsewhere, half_a_clock),
    *(other_frequency, thousands, whole_thousands, decimal_commas, signs_and_units, other_digits),
    *(no_number, nothing, marks_of_missing_numbers),
]


def check_against_what_was_written(series: pd.Series, written: dict[pd.Period, float]) -> None:
    marked = set(series.attrs.get("interpolated", ()))
    for period, value in series.items():
        wanted = written.get(period, float("nan"))
        assert value == wanted or (pd.isna(wanted) and (pd.isna(value) or period in marked))
    lost = {period for period, value in written.items() if not pd.isna(value)} - set(series.index)
    assert not lost


@settings(
    max_examples=2000,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(right_files(), st.sampled_from(DAMAGES), st.data())
def test_no_damaged_file_is_misread_in_silence(
    tmp_path: Path, file: File, damage: Callable[[File, Draw], Damaged], data: st.DataObject
) -> None:
    damaged = damage(file, data.draw)
    own = tmp_path / "own.csv"
    content = damaged.content
    own.write_bytes(content.encode() if isinstance(content, str) else content)
    right: dict[str, Any] = {"value": "n", "time": "t", "frequency": file.frequency}
    try:
        series = load_csv(own, **right, gaps=file.gaps)
    except ValueError as error:
        said = str(error)
        assert "own.csv" in said
        assert damaged.line is None or f"line {damaged.line}" in said
    else:
        assert not damaged.refused
        check_against_what_was_written(series, file.written)
    if damaged.cure is not None:
        series = load_csv(own, **(right | damaged.cure))
        check_against_what_was_written(series, file.written)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(right_files())
def test_an_undamaged_file_loads(tmp_path_factory, file: File) -> None:
    own = tmp_path_factory.mktemp("right") / "own.csv"
    own.write_text(file.text())
    series = load_csv(own, value="n", time="t", frequency=file.frequency)
    assert dict(series.items()) == file.written
