"""Lesson 03b's explorer: what the carried state is worth."""

from __future__ import annotations

from functools import cache

import pandas as pd
from matplotlib.figure import Figure

from course_utils import figures, studies
from course_utils.lessons.sin_cos.studies import CHUNK_STEPS, LAST, RULES
from course_utils.widgets import buttons, choice, explore, log_values, panels, tick

PUBLISHED = (10, "carry", False)
MEASURES = {"loss": "training loss (MSE)", "first": "error of the first sample"}


def explore_sin_cos() -> None:
    """Explore chunk length, state and endpoint: the loss, and the first error of each chunk.

    From the stored study ``sin-cos-grid``: 32 networks for each setting.

    Notes
    -----
    Used in lesson 03b, `explore`.
    """
    explore(
        "With which chunk length is the carried state worth nothing?",
        {
            "steps": choice(10, CHUNK_STEPS, "chunk length"),
            "rule": buttons("reset", RULES, "state"),
            "endpoint": tick(False, "endpoint included"),
        },
        draw_sin_cos,
    )


@cache
def _grid() -> dict[tuple[int, str, bool], pd.DataFrame]:
    table = studies.load("sin-cos-grid")
    return {
        (steps, rule, endpoint): table.query(
            "steps == @steps and rule == @rule and endpoint == @endpoint"
        )
        for steps in CHUNK_STEPS
        for rule in RULES
        for endpoint in (False, True)
    }


def draw_sin_cos(steps: int, rule: str, endpoint: bool) -> tuple[Figure, str]:
    """Draw one setting's loss and first error, with the repaired tutorial's to compare.

    Parameters
    ----------
    steps : int
        One of the stored chunk lengths.
    rule : {"carry", "reset", "stale"}
        What each chunk starts from.
    endpoint : bool
        Whether a chunk includes its own end.

    Returns
    -------
    Figure, str
        The picture, and its description.
    """
    here, published = _grid()[steps, rule, endpoint], _grid()[PUBLISHED]
    figure, (left, right) = panels(__name__, 3.2, (1, 1))
    for ax, (name, label) in zip((left, right), MEASURES.items(), strict=True):
        ax.grid(alpha=0.3, linewidth=0.6)
        ax.plot(
            published["chunk"],
            published[f"{name}_median"],
            color="#888888",
            linewidth=1,
            linestyle="--",
            label="10 steps, carry, endpoint left out",
        )
        ax.fill_between(
            here["chunk"],
            here[f"{name}_low"],
            here[f"{name}_high"],
            color=figures.BLUE,
            alpha=0.2,
            linewidth=0,
        )
        ax.plot(here["chunk"], here[f"{name}_median"], color=figures.BLUE, label="this setting")
        ax.set(xlabel="chunk", ylabel=label)
    log_values(left)
    left.set_ylim(3e-5, 2)
    right.set_ylim(0, 1.6)
    right.legend(frameon=False, loc="upper right")
    end = here.tail(LAST)
    description = (
        f"{steps} steps, state: {rule}, endpoint {'included' if endpoint else 'left out'}. "
        f"Over the last {LAST} chunks the median loss is {end['loss_median'].mean():.2g}, and the "
        f"first sample of a chunk is off by {end['first_median'].mean():.2g}."
    )
    return figure, description
