"""Turn texts into periods and guess nothing: not the century, not the order of day and month.

`csv_files.load_csv` reads its time column with `read_times`. A text needs a year of four digits
and everything that its frequency needs. If day and month could change places, you have to state
the order, unless only one order gives rising periods. `time_texts` knows how times are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise

import pandas as pd

from course_utils.time_texts import TURNED, Parts, doubt_about, parts_of, plain

WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
PARTS = ("month", "day", "hour", "minute", "second")
NEEDS = {"Y": 0, "Q": 1, "M": 1, "W": 2, "D": 2, "B": 2, "h": 3, "min": 4}
PERIODS = {"A": "Y", "Y": "Y", "Q": "Q", "M": "M", "W": "W", "D": "D", "H": "h", "T": "min"}

Where = Callable[[int], str]


def check_frequency(frequency: str) -> str:
    """Refuse a frequency that is not one of a period.

    Parameters
    ----------
    frequency : str
        "Y", "Q", "M", "W", "D", "h" and so on, as pandas writes the frequency of a period.

    Returns
    -------
    str
        As pandas writes it in full: "W-SUN" for "W".

    Raises
    ------
    ValueError
        Suggesting the name that you probably meant.
    """
    try:
        return pd.Period("2000-01-03", freq=frequency or "none").freqstr
    except (ValueError, TypeError, AttributeError, Warning):
        name = str(frequency).lstrip("0123456789BC")[:1].upper()
        hint = f"; wanted {PERIODS[name]!r}?" if name in PERIODS else ""
        raise ValueError(
            "frequency must be the time from one row to the next, 'Y', 'Q', 'M', 'W', 'D' or 'h', "
            f"got {frequency!r}{hint}"
        ) from None


def read_times(
    texts: Sequence[str],
    frequency: str,
    where: Where,
    *,
    day_first: bool | None = None,
    time_format: str | None = None,
    century: int | None = None,
) -> list[pd.Period]:
    """Read every text as a period of the frequency.

    Parameters
    ----------
    texts : sequence of str
        As they are in the file.
    frequency : str
        As for `check_frequency`.
    where : callable
        Turns a text's position into its place, for a message: "sales.csv line 3".
    day_first : bool, optional
        Whether 01-02-2012 is the first of February. If you don't say, we try both orders, and
        only one of them may give distinct, rising periods.
    time_format : str, optional
        How a time is written, in the letters of ``datetime.strptime``: "%d.%m.%Y".
    century : int, optional
        The first of the hundred years that two digits (``%y``) can mean: 1900 for 1900 to 1999,
        1950 for 1950 to 2049.

    Returns
    -------
    list of pandas.Period

    Raises
    ------
    ValueError
        Naming the place, the text and what is wanted.
    """
    frequency = check_frequency(frequency)
    if time_format is not None:
        return _by_format(texts, frequency, where, time_format, century)
    short = [plain(text) for text in texts]
    if doubt := doubt_about(short, frequency):
        raise ValueError(f"{where(doubt[0])}: {texts[doubt[0]]!r} {doubt[1]}")
    turned = [n for n, text in enumerate(short) if TURNED.fullmatch(text)]
    if day_first is not None or not turned:
        return _read_all(texts, short, frequency, where, bool(day_first))
    orders: list[list[pd.Period]] = []
    faults: list[str] = []
    for first in (True, False):
        try:
            found = _read_all(texts, short, frequency, where, first)
        except ValueError as error:
            faults.append(str(error))
        else:
            orders.append(found)
    if not orders:
        raise ValueError(faults[0] if len(set(faults)) == 1 else "; and ".join(faults))
    rising = [found for found in orders if all(b > a for a, b in pairwise(found))]
    # If only one order can be read but doesn't rise, hand it on: the rows are out of order.
    left = rising or orders
    if len(left) == 1 or left[0] == left[1]:
        return left[0]
    raise ValueError(
        f"{where(turned[0])}: {texts[turned[0]]!r} can be read day first or month first, and the "
        "rows don't settle which; say day_first=True or day_first=False"
    )


def _kind(frequency: str) -> str:
    return frequency.lstrip("0123456789").partition("-")[0]


def _read_all(
    texts: Sequence[str], short: list[str], frequency: str, where: Where, day_first: bool
) -> list[pd.Period]:
    held = []
    for n, text in enumerate(short):
        try:
            held.append(parts_of(text, frequency, day_first))
        except ValueError as error:
            raise ValueError(f"{where(n)}: {texts[n]!r} {error}") from None
    _check_zones(held, texts, frequency, where)
    return [_period(parts, frequency, where(n), texts[n]) for n, parts in enumerate(held)]


def _check_zones(held: list[Parts], texts: Sequence[str], frequency: str, where: Where) -> None:
    """Accept a time zone only if the written time can't mislead."""
    zones = [parts.get("zone", "").strip() for parts in held]
    for n, (zone, parts) in enumerate(zip(zones, held, strict=True)):
        midnight = not any(int(parts.get(part, 0)) for part in PARTS[2:])
        misleads = zone != zones[0] if NEEDS.get(_kind(frequency), 5) > 2 else zone and not midnight
        if misleads:
            raise ValueError(
                f"{where(n)}: {texts[n]!r}: the time zone would decide the period; write every "
                "time in one zone, or say that they are with time_format, as in '%H:%MZ'"
            )


def _period(held: Parts, frequency: str, where: str, text: str) -> pd.Period:
    kind, year = _kind(frequency), int(held["year"])
    if "quarter" in held and kind == "Q":
        return pd.Period(year=year, quarter=int(held["quarter"]), freq=frequency)
    try:
        if "week" in held and ("weekday" in held or frequency.endswith("W-SUN")):
            day = datetime.fromisocalendar(year, int(held["week"]), int(held.get("weekday", 1)))
            held = held | {"month": str(day.month), "day": str(day.day)}
            year = day.year
        for needed in PARTS[: NEEDS.get(kind, 5)]:
            if needed not in held:
                raise ValueError(f"it names no {needed}, and frequency {frequency!r} needs one")
        month, day_of, hour, minute, second = (
            int(held.get(part, first)) for part, first in zip(PARTS, (1, 1, 0, 0, 0), strict=True)
        )
        if "half" in held:
            if not 1 <= hour <= 12:
                raise ValueError("hour must be in 1..12 with AM or PM")
            hour = hour % 12 + 12 * (held["half"].upper() == "P")
        fraction = int(held.get("fraction", "").ljust(6, "0"))
        moment = datetime(year, month, day_of, hour, minute, second, fraction)
        if "named" in held and WEEKDAYS[moment.weekday()] != held["named"]:
            raise ValueError(f"{moment:%Y-%m-%d} falls on another day of the week")
        if kind == "B" and moment.weekday() > 4:
            raise ValueError("it falls on a weekend, and frequency 'B' has none")
    except ValueError as error:
        raise ValueError(f"{where}: {text!r} isn't a time here: {error}") from None
    return pd.Period(moment, freq=frequency)


def _by_format(
    texts: Sequence[str], frequency: str, where: Where, time_format: str, century: int | None
) -> list[pd.Period]:
    letters = set(re.findall(r"%(.)", time_format.replace("%%", "")))
    if not letters & {"Y", "y"}:
        raise ValueError(f"time_format must hold a year, %Y or %y, got {time_format!r}")
    if strange := letters - set("YymbBdjHIpMSfaA"):
        raise ValueError(
            f"time_format may hold %Y %y %m %b %B %d %j %H %I %p %M %S %f %a %A, and no "
            f"%{min(strange)}, got {time_format!r}"
        )
    short = "Y" not in letters
    if short and (isinstance(century, bool) or not isinstance(century, int)):
        raise ValueError(
            "century must be the first of the hundred years that %y can be, like 1900, got "
            f"{century!r}: {time_format!r} does not say which century"
        )
    ways = {"month": "mbBj", "day": "dj", "hour": "H", "minute": "M", "second": "S"}
    known = {part for part, any_of in ways.items() if letters & set(any_of)}
    known |= {"hour"} if {"I", "p"} <= letters else set()
    # If two parts have no sign between them, each needs all its digits to be told apart.
    tight = re.search(r"%[YymdjHIMS]%[YymdjHIMS]", time_format)
    found = []
    for n, text in enumerate(texts):
        try:
            moment = datetime.strptime(" ".join(text.split()), time_format)
            if tight and moment.strftime(time_format).lower() != text.strip().lower():
                raise ValueError("write every part with all its digits")
        except ValueError as error:
            raise ValueError(
                f"{where(n)}: {text!r} isn't a time in the format {time_format!r}: {error}"
            ) from None
        year = moment.year
        if short and century is not None:
            year = century + (moment.year - century) % 100
        held = {part: str(getattr(moment, part)) for part in known} | {"year": str(year)}
        held["fraction"] = f"{moment.microsecond:06d}"
        found.append(_period(held, frequency, where(n), text))
    return found
