"""Lesson 07's explorer: a fault turned up gradually, and when each probe sees it."""

from __future__ import annotations

from functools import cache

import pandas as pd
from matplotlib.figure import Figure

from course_utils import figures, studies
from course_utils.lessons.find_the_fault.strengths import AMOUNTS, PROBES
from course_utils.widgets import buttons, choice, explore, panels

LEVELS = len(next(iter(AMOUNTS.values())))
GREY = "#999999"
SIGNS = {
    "fault": ("X", figures.VERMILION),
    "well": ("o", figures.BLUE),
    "cannot tell": ("s", GREY),
}
SAYS = {
    "a neighbour leaks in": "{:g} of each answer's neighbour is added to it",
    "first steps cut off": "the first {:g} of 12 steps are not read",
    "the forecast comes late": "{:g} of the forecast is the value before",
}
MEASURED = {
    "a neighbour leaks in": "training loss (MSE)",
    "first steps cut off": "training loss (MSE)",
    "the forecast comes late": "error of the forecast (RMSE)",
}


def explore_strengths() -> None:
    """Explore at which strength a probe sees a fault, and at which the loss shows it.

    Reads the stored study ``fault-strengths``: ten seeds at each strength.

    Notes
    -----
    Used in lesson 07, `explore`.
    """
    explore(
        "Which of the three faults does a probe see long before the loss does?",
        {
            "fault": buttons("a neighbour leaks in", tuple(AMOUNTS), "fault"),
            "strength": choice(1, tuple(range(LEVELS)), "strength"),
        },
        draw_strength,
    )


@cache
def _stored() -> pd.DataFrame:
    return studies.load("fault-strengths")


def draw_strength(fault: str, strength: int) -> tuple[Figure, str]:
    """Draw what the probes say at every strength, and what the loss does.

    Parameters
    ----------
    fault : str
        One of the three.
    strength : int
        0, no fault, to 6.

    Returns
    -------
    Figure, str
        The picture, and its description.
    """
    figure, (left, right) = panels(__name__, 3.2, (1, 1), left=0.16, gap=0.25)
    table = _stored()
    own = table[table["fault"] == fault]
    names = PROBES[fault]
    for place, name in enumerate(reversed(names)):
        for status, (marker, colour) in SIGNS.items():
            here = own[(own["probe"] == name) & (own["status"] == status)]
            places = [place] * len(here)
            left.plot(here["strength"], places, marker, color=colour, markersize=9, label=status)
    left.set_yticks(range(len(names)), reversed(names))
    left.set(ylim=(-0.6, len(names) + 0.2))
    handles, labels = left.get_legend_handles_labels()
    count = len(SIGNS)
    left.legend(handles[:count], labels[:count], frameon=False, ncols=count, loc="upper left")

    curve = own[own["probe"] == names[0]]
    right.grid(alpha=0.3, linewidth=0.6)
    right.fill_between(
        curve["strength"], curve["low"], curve["high"], color=figures.BLUE, alpha=0.2, linewidth=0
    )
    right.plot(curve["strength"], curve["median"], color=figures.BLUE)
    now = curve[curve["strength"] == strength].iloc[0]
    right.plot([strength], [now["median"]], "o", color=figures.VERMILION, markersize=9)
    right.set(ylabel=MEASURED[fault], ylim=(0, 1.15 * curve["high"].max()))
    below_the_legend = len(names) / (len(names) + 0.8)
    for ax, height in ((left, below_the_legend), (right, 1)):
        ax.axvline(strength, ymax=height, color=GREY, linestyle=":")
        ax.set(xlabel="strength of the fault", xlim=(-0.4, LEVELS - 0.6))
        ax.set_xticks(range(LEVELS))
    return figure, _words(fault, own[own["strength"] == strength], now)


def _words(fault: str, here: pd.DataFrame, now: pd.Series) -> str:
    seen = here.loc[here["status"] == "fault", "probe"]
    found = f"found by {' and '.join(seen)}" if len(seen) else "no probe finds it"
    spread = f"{now['median']:.3g} [{now['low']:.3g}, {now['high']:.3g}]"
    return (
        f"Strength {now['strength']}: {SAYS[fault].format(now['amount'])}; {found}. "
        f"Over 10 seeds, the {MEASURED[fault]} is {spread}."
    )
