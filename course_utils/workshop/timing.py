"""The classroom factor: how much longer a room takes than one reader, by the log of sessions."""

from __future__ import annotations

import csv
from pathlib import Path

from course_utils.settings import ROOT

LOG = ROOT / "workshop" / "timing-log.csv"
ASSUMED = 1.5  # until the log has a session; nobody has measured it yet
COLUMNS = ["date", "people", "session", "minutes alone", "minutes taken"]


def factor(log: Path = LOG) -> tuple[float, str]:
    """Give the classroom factor, and the words that say where it is from.

    Parameters
    ----------
    log : Path
        A CSV with a row for each session that was taught.

    Returns
    -------
    float, str
        All minutes taken over all minutes that one needs alone; `ASSUMED` without any row.

    Raises
    ------
    ValueError
        If the log has other columns, or a row whose minutes are no positive numbers.
    """
    with log.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    if reader.fieldnames != COLUMNS:
        raise ValueError(f"{log.name} has the columns {reader.fieldnames}, wanted {COLUMNS}")
    if not rows:
        return ASSUMED, f"{ASSUMED}, assumed: no session is in {log.name} yet"
    alone, taken = (
        sum(_minutes(row[name], name, place, log) for place, row in enumerate(rows, start=2))
        for name in COLUMNS[3:]
    )
    found = round(taken / alone, 2)
    return found, f"{found:g}, from {len(rows)} sessions in {log.name}"


def _minutes(text: str | None, column: str, line: int, log: Path) -> float:
    try:
        minutes = float(text or "")
    except ValueError:
        minutes = 0
    if minutes > 0:
        return minutes
    raise ValueError(
        f"{log.name}, line {line}: {column} is {text!r}, wanted a number of minutes above 0"
    )
