"""Keep what a learner expects before a cell runs, and compare it with what the cell measures.

The guess that counts is the first one that was measured. A later, wiser one is shown too, but
changes nothing. If the learner makes a slip, a line of text says so; it is never an error.
"""

import math
import numbers
import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from course_utils.checking.progress import Progress

One: TypeAlias = bool | int | float | str
Answer: TypeAlias = One | tuple[One, ...]
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
YES_NO = {"yes": True, "no": False, "true": True, "false": False}
SLACK = 1e-9  # so that 0.3 is within 0.1 of 0.4, despite the last bit


class Guesses:
    """The guesses of one lesson.

    Parameters
    ----------
    lesson : str
        Its number, such as ``"05a"``.
    progress : Progress
        Where they are kept.
    """

    def __init__(self, lesson: str, progress: Progress) -> None:
        self._lesson = lesson
        self._progress = progress

    def keep(self, name: str, value: Any) -> str:
        """Keep a guess, and say so.

        Parameters
        ----------
        name : str
            Of the guess in its lesson, in lower-case words joined by hyphens.
        value
            A number, a text, a truth value, or several of those; None means no guess.

        Returns
        -------
        str
            One line, or "" if there is nothing to say.
        """
        _check_name(name)
        entry = self._entry(name)
        if value is None:
            before = plain(entry.get("guess"))
            return "" if before is None else f"Your guess from before: {words(before)}"
        guess, first = plain(value), plain(entry.get("first"))
        if guess is None:
            return (
                f"This can't be a guess, so it isn't kept: {_shortened(value)}. Write a "
                'number, or a text such as "yes", or several of those in brackets.'
            )
        self._progress.keep_guess(self._lesson, name, {**entry, "guess": guess})
        if first is None or words(first) == words(guess):
            return f"Your guess is kept: {words(guess)}"
        return f"Kept: {words(guess)}. Your first guess, {words(first)}, is the one that counts."

    def kept(self, name: str) -> Answer | None:
        """Return the guess that counts: the first measured, else the latest, else None."""
        _check_name(name)
        entry = self._entry(name)
        first = plain(entry.get("first"))
        return plain(entry.get("guess")) if first is None else first

    def measured(
        self,
        name: str,
        value: Any,
        within: float | None = None,
        factor: float | None = None,
        choices: Sequence[str] = (),
    ) -> str:
        """Compare a guess with what was measured, and count it if it is the first.

        Parameters
        ----------
        name : str
            Of the guess.
        value
            What was measured, of the kind that was asked for.
        within : float, optional
            How far off a number may be and still count as close.
        factor : float, optional
            The factor by which it may be off, either way; 2 is between half and double.
        choices : sequence of str, optional
            The texts to choose from; no other counts.

        Returns
        -------
        str
            One line.

        Raises
        ------
        ValueError
            If the lesson's author asks for something that can't be judged.
        """
        _check_name(name)
        truth = _truth(value)
        _check_tolerance(truth, within, factor)
        _check_choices(truth, choices)
        entry = self._entry(name)
        latest, first = plain(entry.get("guess")), plain(entry.get("first"))
        if latest is None:
            return f"No guess this time · measured: {words(truth)}"
        is_first = first is None or as_asked(first, truth, choices) is None
        counted = latest if is_first or first is None else first
        guess = as_asked(counted, truth, choices)
        if guess is None:
            asked = _kind(truth, choices)
            return (
                f"Your guess, {_quoted(counted)}, doesn't count: wanted {asked} · "
                f"measured: {words(truth)}"
            )
        is_close = close(guess, truth, within, factor)
        if is_first:
            fresh = {**entry, "first": counted, "close": is_close}
            self._progress.keep_guess(self._lesson, name, fresh)
        theirs = f"Your guess: {words(guess)}"
        now = as_asked(latest, truth, choices)
        if now != guess:
            shown = _quoted(latest) if now is None else words(now)
            theirs = f"Your first guess: {words(guess)} (now {shown})"
        is_exact = within is None and factor is None
        verdict = ("" if is_close else "not ") + ("right" if is_exact else "close")
        return f"{theirs} · measured: {words(truth)} · {verdict}"

    def calibration(self) -> str:
        """Say how many guesses were measured and how many were close; "" if there were none."""
        everywhere = self._progress.guesses()
        here = _counted([everywhere.get(self._lesson, {})])
        course = _counted(everywhere.values())
        if course == "no guesses":
            return ""
        if here == course:
            return here
        return f"{here} in this lesson; {course} in the whole course"

    def _entry(self, name: str) -> dict[str, Any]:
        return self._progress.guesses().get(self._lesson, {}).get(name, {})


def plain(value: Any) -> Answer | None:
    """Turn a guess into what it means: one or several plain numbers, texts or truth values.

    Parameters
    ----------
    value
        What a learner or a measurement gives, including numbers of NumPy, torch and `fractions`.

    Returns
    -------
    bool, int, float, str, tuple of those, or None
        None if it can't be a guess: it is empty, not finite, or something else altogether.
    """
    value = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(value, tuple | list):
        return _plain_one(value)
    parts = [_plain_one(part) for part in value]
    usable = tuple(part for part in parts if part is not None)
    return usable if usable and len(usable) == len(parts) else None


def as_asked(guess: Answer, truth: Answer, choices: Sequence[str] = ()) -> Answer | None:
    """Turn a guess into an answer of the kind that was asked for; None if it doesn't fit."""
    if isinstance(truth, tuple):
        if not isinstance(guess, tuple) or len(guess) != len(truth):
            return None
        pairs = zip(guess, truth, strict=True)
        return plain([as_asked(one, wanted, choices) for one, wanted in pairs])
    if isinstance(guess, tuple):
        return None
    if isinstance(truth, bool):
        return YES_NO.get(_folded(words(guess)))
    if isinstance(truth, str):
        known = [_folded(choice) for choice in choices]
        is_known = isinstance(guess, str) and (not known or _folded(guess) in known)
        return guess if is_known else None
    return None if isinstance(guess, str | bool) else guess


def close(guess: Answer, truth: Answer, within: float | None, factor: float | None) -> bool:
    """Judge a guess of the kind that was asked for; if there are several, all must be close."""
    if isinstance(truth, tuple) and isinstance(guess, tuple):
        pairs = zip(guess, truth, strict=True)
        return all(close(one, wanted, within, factor) for one, wanted in pairs)
    if isinstance(guess, str) and isinstance(truth, str):
        return _folded(guess) == _folded(truth)
    if not _is_number(guess) or not _is_number(truth):
        return guess == truth
    if within is not None:
        return bool(abs(guess - truth) <= within * (1 + SLACK))  # type: ignore[operator]
    if factor is not None:
        wide = factor * (1 + SLACK)
        return bool(truth / wide <= guess <= truth * wide)  # type: ignore[operator]
    return guess == truth


def words(answer: Answer) -> str:
    """Write an answer for people: yes or no, and numbers with three figures.

    Parameters
    ----------
    answer : bool, int, float, str or tuple of those
        From `plain`.

    Returns
    -------
    str
        Whole numbers below a million in full.
    """
    if isinstance(answer, tuple):
        return f"({', '.join(map(words, answer))})"
    if isinstance(answer, str):
        return answer
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    if abs(answer) < 1e6 and (isinstance(answer, int) or abs(answer) >= 1000):
        return f"{answer:.0f}"
    return f"{answer:.3g}"


def _plain_one(value: Any) -> One | None:
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool):
        return value
    if not isinstance(value, numbers.Real):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else number


def _truth(value: Any) -> Answer:
    truth = plain(value)
    if truth is None:
        raise ValueError(
            f"value is {_shortened(value)}, wanted what was measured: a finite number, a text, "
            "True or False, or a tuple of those"
        )
    if isinstance(truth, str):
        return YES_NO.get(_folded(truth), truth)
    return truth


def _check_name(name: str) -> None:
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ValueError(
            f"name is {name!r}, wanted lower-case words joined by hyphens: beat-last-year"
        )


def _check_tolerance(truth: Answer, within: float | None, factor: float | None) -> None:
    """Refuse a tolerance that doesn't fit, and a fraction that nobody can hit exactly."""
    several = truth if isinstance(truth, tuple) else (truth,)
    measured = [one for one in several if isinstance(one, int | float) and _is_number(one)]
    if within is not None and factor is not None:
        raise ValueError(f"within is {within} and factor is {factor}, wanted one of the two")
    if within is not None and not 0 < within < math.inf:
        raise ValueError(f"within is {within}, wanted a number above 0")
    if factor is not None and not 1 < factor < math.inf:
        raise ValueError(f"factor is {factor}, wanted a number above 1: 2 is half to double")
    if (within is not None or factor is not None) and not measured:
        raise ValueError(f"value is {words(truth)!r}, not a number: leave within and factor out")
    if factor is not None and min(measured) <= 0:
        raise ValueError(f"value is {words(truth)}, wanted above 0 with a factor; use within=")
    if within is None and factor is None and any(isinstance(one, float) for one in measured):
        raise ValueError(f"value is {words(truth)}, not a whole number: give within= or factor=")


def _check_choices(truth: Answer, choices: Sequence[str]) -> None:
    known = [_folded(choice) for choice in choices]
    several = truth if isinstance(truth, tuple) else (truth,)
    texts = [_folded(one) for one in several if isinstance(one, str)]
    if known and (not texts or not set(texts) <= set(known)):
        raise ValueError(f"value is {words(truth)!r}, wanted one of choices: {choices}")


def _kind(truth: Answer, choices: Sequence[str]) -> str:
    if isinstance(truth, tuple):
        kinds = [_kind(one, choices) for one in truth]
        alike = set(kinds) == {"a number"}
        return f"{len(kinds)} numbers" if alike else f"({', '.join(kinds)})"
    if isinstance(truth, bool):
        return '"yes" or "no"'
    if isinstance(truth, str):
        return " or ".join(map(_quoted, choices)) or "a text in quotes"
    return "a number"


def _counted(lessons: Iterable[dict[str, dict[str, Any]]]) -> str:
    verdicts = [entry["close"] for names in lessons for entry in names.values() if "close" in entry]
    if not verdicts:
        return "no guesses"
    return f"{len(verdicts)} guess{'es' * (len(verdicts) > 1)}, {sum(map(bool, verdicts))} close"


def _is_number(one: Answer) -> bool:
    return isinstance(one, int | float) and not isinstance(one, bool)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _quoted(answer: Answer) -> str:
    return f'"{answer}"' if isinstance(answer, str) else words(answer)


def _shortened(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}…"
