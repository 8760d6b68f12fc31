"""Files as people have them, for the tests of lesson 06a."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd


def write(
    folder: Path, rows: Sequence[str], name: str = "mine.csv", encoding: str = "utf-8"
) -> Path:
    """Write the lines of a file.

    Parameters
    ----------
    folder : Path
        Where.
    rows : sequence of str
        Its lines.
    name, encoding : str
        Of the file.
    """
    path = folder / name
    path.write_bytes(("\n".join(rows) + "\n").encode(encoding))
    return path


def numbers(count: int, season: int = 12, level: float = 50.0, slope: float = 0.05) -> np.ndarray:
    """Draw a series with a level, a slope, a season and noise, rounded to two places."""
    rng = np.random.default_rng(count + season)
    steps = np.arange(count)
    wave = 8 * np.sin(2 * np.pi * steps / season) if season > 1 else np.zeros(count)
    return np.round(level + slope * steps + wave + rng.normal(scale=2, size=count), 2)


def table(start: str, values: Sequence[float], frequency: str, form: str = "{}") -> list[str]:
    """Write values over the periods from a start on, one line each, under ``time,value``."""
    periods = pd.period_range(start, periods=len(values), freq=frequency)
    stamps = (str(p).partition("/")[0] for p in periods)
    lines = zip(stamps, values, strict=True)
    return ["time,value", *(f"{stamp},{form.format(value)}" for stamp, value in lines)]


def without(rows: list[str], *places: int) -> list[str]:
    """Leave lines out: gaps."""
    return [row for place, row in enumerate(rows) if place not in places]


def several_columns() -> list[str]:
    temperature = numbers(130, level=12)
    price = np.round(5 + np.sin(np.arange(130)), 2)
    sales = np.round(3 * temperature + 2 * price + numbers(130, season=1), 2)
    months = pd.period_range("2010-01", periods=130, freq="M")
    columns = zip(months, sales, temperature, price, strict=True)
    return ["month,sales,temperature,price", *(",".join(map(str, row)) for row in columns)]


def day_first_with_commas() -> list[str]:
    days = pd.period_range("2023-01-01", periods=160, freq="D")
    values = numbers(160, season=7, level=1500)
    texts = (f"{value:,.2f}".translate(str.maketrans(",.", ".,")) for value in values)
    rows = [f"{day.strftime('%d.%m.%Y')};{text}" for day, text in zip(days, texts, strict=True)]
    rows[40] = rows[40].partition(";")[0] + ";n/a"
    return ["Kiosk 7;", "date;sales", *rows, "Total;240.000,00"]


def with_a_level_shift() -> list[str]:
    values = numbers(150)
    values[95:] += 40
    return table("2005-01", values, "M")


def with_a_date_twice() -> list[str]:
    rows = table("2023-01-01", numbers(120, season=7), "D")
    return [*rows[:50], rows[49], *rows[50:]]


# Each file: its lines, and what stands in the one line that is changed.
FILES: dict[str, tuple[Callable[[], list[str]], str]] = {
    "yearly": (
        lambda: table("1930", numbers(80, season=1), "Y"),
        'target="value", time="time", frequency="Y"',
    ),
    "quarterly": (
        lambda: table("1990Q1", numbers(110, season=4), "Q"),
        'target="value", time="time", frequency="Q"',
    ),
    "monthly, under 0": (
        lambda: table("2005-01", numbers(150, level=-10), "M"),
        'target="value", time="time", frequency="M", unit="°C"',
    ),
    "weekly with gaps": (
        lambda: without(table("2016-01-03", numbers(330, season=52), "W-SAT"), 70, 71, 150, 290),
        'target="value", time="time", frequency="W-SAT", gaps="interpolate"',
    ),
    "daily": (
        lambda: table("2022-01-01", numbers(400, season=7), "D"),
        'target="value", time="time", frequency="D"',
    ),
    "hourly": (
        lambda: table("2024-03-01 00:00", numbers(700, season=24), "h"),
        'target="value", time="time", frequency="h"',
    ),
    "several columns": (
        several_columns,
        'target="sales", time="month", frequency="M", inputs=["temperature", "price"]',
    ),
    "level shift": (
        with_a_level_shift,
        'target="value", time="time", frequency="M"',
    ),
    "day first, commas, a footer, a missing mark": (
        day_first_with_commas,
        'target="sales", time="date", frequency="D", separator=";", decimal=",", thousands=".", '
        'header=2, footer=1, missing="n/a", day_first=True, gaps="interpolate"',
    ),
}
REFUSED: dict[str, tuple[Callable[[], list[str]], str, str]] = {
    "constant": (
        lambda: table("2005-01", [7.0] * 150, "M"),
        'target="value", time="time", frequency="M"',
        "column 'value' must change, and is 7 in every row.*leave it out, or check that",
    ),
    "fives and one six": (
        lambda: table("2022-01-01", [*[5.0] * 200, 6.0, *[5.0] * 200], "D"),
        'target="value", time="time", frequency="D"',
        "column 'value' must change where it is judged, and is 5 in all",
    ),
    "twenty rows": (
        lambda: table("2000", numbers(20, season=1), "Y"),
        'target="value", time="time", frequency="Y"',
        "a series of 20 rows is too short to be judged 3 rows ahead.*bring more rows",
    ),
    "weekly with gaps, undecided": (
        lambda: without(table("2016-01-03", numbers(330, season=52), "W-SAT"), 70, 150),
        'target="value", time="time", frequency="W-SAT"',
        "leaves a gap.*say gaps='interpolate', or 'leave out', which",
    ),
    "irregular": (
        lambda: ["time,value", *(f"2020-01-{day:02},{day}" for day in (1, 2, 4, 8, 16, 31))],
        'target="value", time="time", frequency="W"',
        "repeats|lies between|leaves a gap",
    ),
    "a date twice": (
        with_a_date_twice,
        'target="value", time="time", frequency="D"',
        "repeats '2023-02-18' of the row before",
    ),
    "another separator": (
        day_first_with_commas,
        'target="sales", time="date", frequency="D", header=2',
        "separator=';'",
    ),
    "a column that is not there": (
        lambda: table("2005-01", numbers(150), "M"),
        'target="Value", time="time", frequency="M"',
        "did you mean 'value'",
    ),
    "the wrong frequency": (
        lambda: table("2005-01", numbers(150), "M"),
        'target="value", time="time", frequency="MS"',
        "wanted 'M'",
    ),
}
