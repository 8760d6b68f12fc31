"""The ways of writing a time that can only mean one thing, and the parts that each one names.

`times.read_times` turns the parts into periods.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from itertools import pairwise

import pandas as pd

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
YEAR, MONTH, DAY = r"(?P<year>[12]\d{3})", r"(?P<month>0?[1-9]|1[0-2])", r"(?P<day>\d{1,2})"
DAY_TH, MM = rf"{DAY}(?:st|nd|rd|th)?", r"(?P<month>0[1-9]|1[0-2])"
CLOCK = (
    r"(?:[T ,](?P<hour>\d{1,2})(?::?(?P<minute>\d\d)(?::?(?P<second>\d\d)"
    r"(?:\.(?P<fraction>\d{1,6})0*)?)?)?(?: ?(?P<half>[AP])\.?M\.?)?"
    r"(?P<zone> ?(?:Z|UTC|GMT|[-+]\d\d(?::?\d\d)?))?)?"
)
# Two numbers before the year: we have to know which one is the day.
TURNED = re.compile(
    rf"(?P<one>\d{{1,2}})(?P<sign>[-/. ])(?P<other>\d{{1,2}})(?P=sign){YEAR}{CLOCK}", re.IGNORECASE
)
# Each way of writing a time that can only mean one thing, without spaces around its signs.
WAYS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{YEAR}[-/. ]{MONTH}",
        rf"{YEAR}(?P<sign>[-/. ]){MONTH}(?P=sign){DAY}{CLOCK}",
        rf"{MONTH}[-/. ]{YEAR}",
        rf"{YEAR}[-/ ,.]?{NAME}",
        rf"{NAME}[-/ ,]?{YEAR}",
        rf"{YEAR}[-/ ,.]{NAME}[-/ ,]?{DAY}{CLOCK}",
        rf"{DAY_TH}[-/. ]?{NAME}[-/ ,]?{YEAR}{CLOCK}",
        rf"{NAME}[-/ ]?{DAY_TH}[-/ ,]{YEAR}{CLOCK}",
        rf"{YEAR}[- ]?M{MONTH}",
        rf"M{MONTH}[-/ ]?{YEAR}",
        rf"{YEAR}[-/ .:]?Q(?P<quarter>[1-4])",
        rf"{YEAR}[-/ ](?P<quarter>[1-4])Q",
        rf"Q(?P<quarter>[1-4])[-/ ]?{YEAR}",
        rf"(?P<quarter>[1-4])Q[-/ ]?{YEAR}",
        rf"{YEAR}-?W(?P<week>\d\d)(?:-?(?P<weekday>[1-7]))?",
        # Without signs only if no other order of the parts has these digits.
        rf"(?P<year>(?:1[6-9]|20)\d\d){MM}",
        rf"{YEAR}{MM}(?P<day>\d\d){CLOCK}",
        rf"{YEAR}{MM}(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?",
        rf"{YEAR}(?:\.\d+)?",
    )
] + [TURNED]
WEEKDAY = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs?|ur)?(?:day)?[ .,]+", re.IGNORECASE)
WEEK = re.compile(r"(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)")
# "1949.1" is January if months have no leading zero, and October if a trailing zero got lost.
LOST_ZERO, WITHOUT_ZERO, WITH_ZERO = (
    re.compile(rf"{YEAR}\.{month}") for month in ("1", "[2-9]", "0[1-9]")
)
WANTED = "wanted one with a four-digit year, like '1949-01', '1949 Jan' or '1949-01-31'"

Parts = dict[str, str]


def plain(text: str) -> str:
    """Tidy away what doesn't matter: wide digits, double spaces, spaces around signs.

    Parameters
    ----------
    text : str
        As it is in the file.

    Returns
    -------
    str
    """
    digits = "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
    return re.sub(r" ?([-/.,]) ?", r"\1", " ".join(digits.split()))


def parts_of(text: str, frequency: str, day_first: bool) -> Parts:
    """Find the parts that a text names.

    Parameters
    ----------
    text : str
        As `plain` leaves it.
    frequency : str
        Of a period, as pandas writes it in full.
    day_first : bool
        Whether the first of two numbers before the year is the day.

    Returns
    -------
    dict of str
        From "year", "quarter", "month", "week", "day", "hour", "minute", "second", "fraction",
        "half" (of the day), "zone" and "named" (the day of the week) to digits or letters.

    Raises
    ------
    ValueError
        Saying what is wanted.
    """
    named = WEEKDAY.match(text)
    text = text[named.end() :] if named else text
    week = WEEK.fullmatch(text) if "W-" in frequency else None
    if week and len({pd.Period(day, freq=frequency) for day in week.groups()}) == 1:
        text = week[1]
    for pattern in WAYS:
        match = pattern.fullmatch(text)
        if match:
            break
    else:
        raise ValueError(f"isn't a time; {WANTED}{_advice(text)}")
    parts = {part: value for part, value in match.groupdict().items() if value}
    if "one" in parts:
        day, month = ("one", "other") if day_first else ("other", "one")
        parts |= {"day": parts[day], "month": parts[month]}
    if "name" in parts:
        parts["month"] = str(MONTHS.index(parts["name"][:3].lower()) + 1)
    if named:
        parts["named"] = named[1].lower()
    return parts


def doubt_about(texts: list[str], frequency: str) -> tuple[int, str] | None:
    """Find a number that may not be what it seems, judging by the whole column.

    Parameters
    ----------
    texts : list of str
        As `plain` leaves them.
    frequency : str
        Of a period, as pandas writes it in full.

    Returns
    -------
    tuple or None
        The position of the text, and what to say about it.
    """
    if "Q-" in frequency and all(
        re.fullmatch(r"\d{4}[-/. ][1-4]|[1-4][-/. ]\d{4}", t) for t in texts
    ):
        return (
            0,
            "can name a month or a quarter; write quarters as 'Q1', or say time_format='%Y %m'",
        )
    if all(re.fullmatch(r"\d{6}", text) for text in texts) and _rise_as_days(texts, frequency):
        return 0, "can be a year and a month or a day; say time_format='%Y%m' or '%y%m%d'"
    lost = [n for n, text in enumerate(texts) if LOST_ZERO.fullmatch(text)]
    settled = any(map(WITHOUT_ZERO.fullmatch, texts)) and not any(map(WITH_ZERO.fullmatch, texts))
    if lost and not settled and "Y-" not in frequency:
        return lost[0], "can be January, or October without its zero; write two digits for a month"
    return None


def _rise_as_days(texts: list[str], frequency: str) -> bool:
    try:
        days = [datetime.strptime(text, "%y%m%d") for text in texts]
    except ValueError:
        return False
    periods = [pd.Period(day, freq=frequency) for day in days]
    return all(after > before for before, after in pairwise(periods))


def _advice(text: str) -> str:
    if not re.search(r"\d", text):
        return (
            "; leave out a remark below the data with footer=1 (or more lines), or name the column "
            "of the year too"
        )
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return " (a spreadsheet's day number? Show the column as dates there and save again)"
    if re.fullmatch(r"\d{6}", text):
        return "; say time_format='%m%Y' if the month comes first"
    if not re.search(r"\d{4}", text):
        return (
            "; say time_format='%b-%y' and century=1900 (as they are here) for a year of two "
            "digits, or name the column of the year too"
        )
    return "; you can state another way of writing it with time_format"
