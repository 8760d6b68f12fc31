"""Read a column of numbers, and ask if a text can be read in two ways.

`csv_files.load_csv` reads its value columns with `read_numbers`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

# Spaces that some programs put between thousands, all read as the plain one.
SPACES = re.compile("[\u00a0\u2007\u2009\u202f]")
NAMES = (
    "na",
    "nan",
    "n/a",
    "#n/a",
    "null",
    "none",
    "missing",
    ".",
    "..",
    "...",
    ":",
    "-",
    "--",
    "?",
)
LIMITS = (32767, -32768, 65535, 2147483647, -2147483648)

Where = Callable[[int], str]
Marks = str | Sequence[str | float]


def check_signs(decimal: str | None, thousands: str | None) -> None:
    """Refuse a decimal or thousands sign that can't be part of a number.

    Parameters
    ----------
    decimal, thousands : str, optional
        As for `read_numbers`.

    Raises
    ------
    ValueError
        If one isn't a single sign, or both are the same.
    """
    for name, sign in (("decimal", decimal), ("thousands", thousands)):
        if sign is not None and (len(sign) != 1 or sign.isalnum() or sign in '+-"'):
            raise ValueError(f"{name} must be one sign, like '.' or ',', got {sign!r}")
    if thousands is not None and thousands == decimal:
        raise ValueError(f"thousands and decimal must differ, got {decimal!r} for both")


def read_numbers(
    texts: Sequence[str],
    column: str,
    where: Where,
    *,
    decimal: str | None = None,
    thousands: str | None = None,
    missing: Marks | None = None,
) -> np.ndarray:
    """Read texts as numbers.

    Parameters
    ----------
    texts : sequence of str
        As they are in the file.
    column : str
        Their name, for a message.
    where : callable
        Turns a text's position into its place, for a message: "sales.csv line 3".
    decimal, thousands : str, optional
        The decimal sign ("." by default, but "," if thousands=".") and the sign between thousands
        (none by default, apart from the underscore, which can't mean anything else).
    missing : str or sequence, optional
        What marks a missing number, apart from an empty field.

    Returns
    -------
    ndarray
        Float64, shape (n,), with NaN for a missing number.

    Raises
    ------
    ValueError
        If a text isn't a number, or can be read as two different ones.
    """
    check_signs(decimal, thousands)
    # A typographic minus sign is a minus.
    plain = [SPACES.sub(" ", text).strip().replace("\u2212", "-") for text in texts]
    point = decimal or ("," if thousands == "." else ".")
    parted = SPACES.sub(" ", thousands or "_")
    number = _number(point, parted)
    stated = [missing] if isinstance(missing, str) else list(missing or ())
    marks = {"", *(str(mark).strip() for mark in stated)}
    values = {_value(mark, point, parted) for mark in marks if number.fullmatch(mark)}
    found = np.full(len(plain), np.nan)
    for row, text in enumerate(plain):
        if text in marks:
            continue
        if not number.fullmatch(text):
            raise ValueError(f"{where(row)}: {column} is {texts[row]!r}; {_advice(text, point)}")
        value = _value(text, point, parted)
        if not np.isfinite(value):
            raise ValueError(f"{where(row)}: {column} is {text!r}; wanted a finite number")
        found[row] = np.nan if value in values else value
    if decimal is None and thousands is None:
        _check_point(plain, found, column, where)
    if missing is None:
        _check_marks(plain, found, column, where)
    return found


def _number(point: str, parted: str) -> re.Pattern[str]:
    whole = rf"(?:\d+|[1-9]\d{{0,2}}(?:{re.escape(parted)}\d{{3}})+)"
    dot = re.escape(point)
    return re.compile(rf"[-+]?(?:{whole}(?:{dot}\d*)?|{dot}\d+)(?:[eE][-+]?\d+)?")


def _value(text: str, point: str, parted: str) -> float:
    return float(text.replace(parted, "").replace(point, "."))


def _advice(text: str, point: str) -> str:
    bare = text.lstrip("+-")
    if text.lower() in NAMES or text.lower().startswith("#"):
        return (
            f"wanted a finite number; if it marks a missing one say missing=({text!r},) and gaps=…"
        )
    if bare.lower() in ("inf", "infinity"):
        return "wanted a finite number"
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", bare):
        one = ", or decimal=',' if it is the decimal sign" if bare.count(",") == 1 else ""
        return f"wanted a number; say thousands=',' if the comma separates thousands{one}"
    if re.fullmatch(r"\d*,\d+", bare):
        return "wanted a number; say decimal=',' if the comma is the decimal sign"
    if re.fullmatch(r"\d{1,3}(\.\d{3})+(,\d+)?", bare):
        return "wanted a number; say thousands='.' and decimal=','"
    if sign := re.match(r"\d{1,3}([ '’`´_,.])\d{3}", bare):
        own = ", and the decimal sign with decimal=…" if re.search(r"[.,]\d*$", bare[5:]) else ""
        return f"wanted a number; say thousands={sign[1]!r} if that separates thousands{own}"
    if re.fullmatch(r"\(.*\)|[\d.,]+-|[–—‐‑].*", text):
        return "wanted a number; write a negative one with a plain '-' in front"
    if re.search(r"\d", text):
        return "wanted a number; take signs, units and remarks out of the column"
    return f"wanted a number; if it marks a missing one say missing=({text!r},) and gaps=…"


def _check_point(plain: Sequence[str], found: np.ndarray, column: str, where: Where) -> None:
    """Ask for the decimal sign if every point could separate thousands."""
    rows = [row for row, text in enumerate(plain) if "." in text and not np.isnan(found[row])]
    if rows and all(re.fullmatch(r"[-+]?[1-9]\d{0,2}\.\d{3}", plain[row]) for row in rows):
        raise ValueError(
            f"{where(rows[0])}: {column} is {plain[rows[0]]!r}: is the point a decimal sign, or "
            "does it separate thousands? Say decimal='.' or thousands='.'"
        )


def _check_marks(plain: Sequence[str], found: np.ndarray, column: str, where: Where) -> None:
    """Ask if a number far outside all others may mean "missing"."""
    values, counts = np.unique(found[~np.isnan(found)], return_counts=True)
    usual = np.array([value for value in values if not _often_a_mark(value)])
    for value, count in zip(values, counts, strict=True):
        marks = _often_a_mark(value)
        if not marks and count == 1:
            continue
        rest = usual[usual != value]
        if not len(rest):
            continue
        spread = np.ptp(rest)
        negative = value < 0 <= rest.min()
        if marks:
            reach = max(spread / 2, abs(rest).max() / 10)
            asked = negative or value < rest.min() - reach or value > rest.max() + reach
        else:
            # Ask about an ordinary number only if its size or its sign is out of line.
            large = abs(value) > 10 * abs(rest).max()
            far = value < rest.min() - 10 * spread or value > rest.max() + 10 * spread
            asked = len(rest) > 2 and far and (negative or large)
        if asked:
            text = plain[int(np.flatnonzero(found == value)[0])]
            raise ValueError(
                f"{where(plain.index(text))}: {column} is {text!r}, far outside the rest; does it "
                f"mark a missing number? Say missing=({text!r},) and gaps=…, or missing=() if it "
                "is a number like any other"
            )


def _often_a_mark(value: float) -> bool:
    digits = f"{abs(value):.10g}".replace(".", "")
    nines = set(digits) == {"9"} and (len(digits) > 1 or value < 0)
    return (
        nines or digits in ("888", "8888", "777", "7777") or abs(value) >= 1e20 or value in LIMITS
    )
