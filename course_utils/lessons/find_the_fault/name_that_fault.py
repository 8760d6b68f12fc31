"""Name that fault: pictures of real runs with one fault or none, each to be named by a letter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from course_utils import figures, lessons, studies
from course_utils.lessons.find_the_fault.picture_runs import CHUNK, KINDS
from course_utils.signatures import BadArgument


@dataclass(frozen=True)
class Choice:
    """A possible answer: a letter, the fault, how you can see it, and where it is explained."""

    letter: str
    fault: str
    reason: str
    lesson: str
    anchor: str

    @property
    def link(self) -> str:
        """The link, from a notebook of the course."""
        file = lessons.parts()[self.lesson].file
        return f"[lesson {self.lesson}]({file}.ipynb#cell-id={self.anchor})"


CHOICES = tuple(
    Choice(*row)
    for row in (
        (
            *("A", "nothing is wrong"),
            "What is left is noise, or what an honest interval promises.",
            *("05a", "is-it-good"),
        ),
        (
            *("B", "backward() is missing"),
            "The loss jitters from batch to batch, but its level stays: no weight ever moves.",
            *("03a", "lost-backward"),
        ),
        (
            *("C", "the steps are too large"),
            "The first updates lift the loss to ten times where it began: each one overshoots.",
            *("01b", "step-sizes"),
        ),
        (
            *("D", "learnt by heart"),
            "The training loss goes on falling while the validation loss stays up or rises.",
            *("02a", "learning-is-something-else"),
        ),
        (
            *("E", "the answer is in the input"),
            "The loss on later data falls below the variance of noise that nobody can predict.",
            *("05a", "published-scheme"),
        ),
        (
            *("F", "the loss lost an axis"),
            "The forecast is a flat line at the mean, although the series has a season.",
            *("02b", "lost-axis"),
        ),
        (
            *("G", "it repeats the last value"),
            "The forecast is the curve itself, one step to the right, even at the turns.",
            *("05a", "lag-test"),
        ),
        (
            *("H", "the state starts over in each chunk"),
            "The errors are at the first steps of each chunk, right after the dotted lines.",
            *("03b", "carried-state"),
        ),
        (
            *("I", "never scaled back"),
            "The forecast stays near 0, while the series is near 120.",
            *("05a", "published-scheme"),
        ),
        (
            *("J", "the interval is too narrow"),
            "It promises nine values in ten and contains about one in four.",
            *("05b", "no-interval"),
        ),
        (
            *("K", "dropout was left on"),
            "The same question, asked twice, gets two answers.",
            *("02b", "validation-below-training"),
        ),
    )
)
RIGHT = {
    **dict.fromkeys(("healthy_training", "healthy_forecast", "healthy_interval"), "A"),
    **{"state_carried": "A", "no_backward": "B", "steps_too_large": "C", "by_heart": "D"},
    **{"answer_in_input": "E", "lost_axis": "F", "one_step_late": "G", "state_starts_over": "H"},
    **{"not_scaled_back": "I", "too_narrow": "J", "dropout_left_on": "K"},
}
# Where you see something other than the reason that the choice gives.
OWN_REASONS = {
    "state_carried": {
        "reason": "The forecast runs through the dotted lines as if they weren't there.",
        "lesson": "03b",
        "anchor": "carried-state",
    },
}
FIRST = (
    *("one_step_late", "by_heart", "healthy_forecast", "dropout_left_on"),
    *("no_backward", "state_starts_over", "answer_in_input", "not_scaled_back"),
    *("healthy_training", "lost_axis", "too_narrow", "steps_too_large"),
)
SECOND = (
    *("healthy_interval", "state_starts_over", "steps_too_large", "one_step_late"),
    *("healthy_training", "dropout_left_on", "by_heart", "state_carried"),
    *("too_narrow", "one_step_late", "answer_in_input", "not_scaled_back"),
)
MANY = len(FIRST)


def run_pictures(pictures: tuple[str, ...] = FIRST + SECOND) -> pd.DataFrame:
    """Run what the pictures show: the study ``fault-pictures``.

    Parameters
    ----------
    pictures : tuple of str
        Their kinds; the place of each is its seed.

    Returns
    -------
    pandas.DataFrame
        One row per point of a line: picture (from 0), kind, line, place, value.
    """
    rows = []
    for number, kind in enumerate(pictures):
        for line, values in KINDS[kind](number).items():
            rows += [(number, kind, line, place, value) for place, value in enumerate(values)]
    return pd.DataFrame(rows, columns=["picture", "kind", "line", "place", "value"])


@cache
def _stored() -> pd.DataFrame:
    return studies.load("fault-pictures")


def answers(second: bool = False) -> tuple[Choice, ...]:
    """Give the right choice of each of the twelve pictures.

    Parameters
    ----------
    second : bool
        Of the second set.

    Returns
    -------
    tuple of Choice
    """
    letters = {choice.letter: choice for choice in CHOICES}
    kinds = SECOND if second else FIRST
    return tuple(replace(letters[RIGHT[kind]], **OWN_REASONS.get(kind, {})) for kind in kinds)


def name_that_fault(second: bool = False) -> None:
    """Draw twelve pictures, and say what can be answered.

    Parameters
    ----------
    second : bool
        The second set, for a second try.
    """
    figure, axes = plt.subplots(4, 3, figsize=(10, 9.5), layout="constrained", facecolor="white")
    figure.set_dpi(80)
    for place, ax in enumerate(axes.flat):
        draw_picture(ax, place, second)
    print("\n".join(f"{choice.letter}  {choice.fault}" for choice in CHOICES))


def draw_picture(ax: Axes, place: int, second: bool = False) -> Axes:
    """Draw one picture.

    Parameters
    ----------
    ax : Axes
        Where.
    place : int
        0 to 11.
    second : bool
        Of the second set.

    Returns
    -------
    Axes
    """
    table = _stored()
    number = place + MANY * second
    own = table[table["picture"] == number]
    names = [str(name) for name in own["line"].unique()]
    lines = {name: own[own["line"] == name]["value"].to_numpy() for name in names}
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_title(f"{place + 1}", loc="left", fontweight="bold", fontsize=10)
    losses = "training loss" in lines
    if "low" in lines:
        low, high = lines.pop("low"), lines.pop("high")
        label = "interval, 90 %"
        ax.fill_between(np.arange(len(low)), low, high, color=figures.SKY, alpha=0.6, label=label)
    for (name, values), (colour, style) in zip(lines.items(), _styles(lines), strict=True):
        ax.plot(values, style, color=colour, linewidth=1.3, label=name)
    if str(own["kind"].iloc[0]).startswith("state_"):
        for border in range(CHUNK, len(values), CHUNK):
            ax.axvline(border - 0.5, color="#999999", linestyle=":", linewidth=1)
    if losses:
        ax.set(yscale="log", xlabel="time in training", ylabel="loss (MSE)")
        ax.set_xticks([])
    else:
        ax.set(xlabel="step", ylabel="value")
    bottom, top = ax.get_ylim()
    ax.set_ylim(bottom, top * (top / bottom) ** 0.35 if losses else top + 0.35 * (top - bottom))
    ax.legend(
        frameon=False, fontsize=7, loc="upper right", ncols=2, handlelength=1.6, columnspacing=1.2
    )
    return ax


def _styles(lines: dict[str, np.ndarray]) -> list[tuple[str, str]]:
    first = (figures.BLACK, "-") if "what happened" in lines else (figures.BLUE, "-")
    return [first, (figures.VERMILION, "--"), (figures.GREEN, ":")][: len(lines)]


def count_named(letters: str | None, second: bool = False, tell: bool = True) -> int | None:
    """Count how many of the twelve pictures were named correctly, and say so.

    Parameters
    ----------
    letters : str, optional
        One letter per picture, in order; spaces don't count, and ``?`` means no answer.
    second : bool
        Of the second set.
    tell : bool
        Whether to show the right answers, with reason and link.

    Returns
    -------
    int or None
        None without an answer.

    Raises
    ------
    BadArgument
        If it isn't a text of twelve of these letters.
    """
    if letters is None:
        print("No answer yet: put in your twelve letters, one per picture.")
        return None
    known = "".join(choice.letter for choice in CHOICES) + "?"
    given = "".join(letters.split()).upper() if isinstance(letters, str) else letters
    if not isinstance(given, str) or len(given) != MANY or set(given) - set(known):
        raise BadArgument(f"letters must be {MANY} of {known}, one per picture, got {letters!r}")
    right = answers(second)
    named = sum(mine == one.letter for mine, one in zip(given, right, strict=True))
    which = "second " if second else ""
    print(f"Name that fault: I named {named} of the {which}{MANY}.")
    if tell:
        _display_answers(given, right)
    return named


def _display_answers(given: str, right: tuple[Choice, ...]) -> None:
    from IPython.display import display

    head = "| | yours | it is | how you can see it | more |\n|---|---|---|---|---|\n"
    rows = [
        f"| {place} | {mine} {'✓' if mine == one.letter else '✗'} | {one.letter} {one.fault} | "
        f"{one.reason} | {one.link} |"
        for place, (mine, one) in enumerate(zip(given, right, strict=True), start=1)
    ]
    text = head + "\n".join(rows)
    display({"text/plain": text, "text/markdown": text}, raw=True)
