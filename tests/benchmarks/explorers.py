"""What every explorer promises: a move of a control is answered in a moment."""

from collections.abc import Callable
from functools import partial

from course_utils import lessons
from course_utils.widgets import still
from tests.benchmarks.frame import Bound, Sweep
from tests.opened import opened, settings

MOVE = Bound("≤", 0.15)


def rows() -> list[Sweep]:
    """List a row for each explorer of the course."""
    return [
        Sweep(
            name.replace("_", "-"),
            "One redraw of an explorer, in processor time.",
            partial(moves, name),
            MOVE,
        )
        for name in lessons.explorers()
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
