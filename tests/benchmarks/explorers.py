"""What every explorer promises: a move of a control is answered in a moment."""

from collections.abc import Callable
from functools import partial

from course_utils.explorers import HOMES
from course_utils.explorers.frame import still
from tests.benchmarks.frame import Bound, Sweep
from tests.opened import opened, settings

MOVE = Bound("≤", 0.15)


def rows() -> list[Sweep]:
    """List a row for each explorer of the course."""
    return [
        Sweep(
            f"explorers-{name}",
            f"Lesson {home[7:]}: one redraw, in processor time.",
            partial(moves, name),
            MOVE,
        )
        for name, home in HOMES.items()
    ]


def moves(name: str) -> dict[str, Callable[[], object]]:
    """Name every setting, with what a move to it does: drawing, and making the PNG."""
    _, controls, draw = opened(name)
    return {
        ", ".join(f"{key} {value}" for key, value in setting.items()): partial(
            still, draw, setting, compress=1
        )
        for setting in settings(controls)
    }
