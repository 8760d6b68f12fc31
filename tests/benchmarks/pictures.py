"""What the strip costs: it is redrawn in explorers, and on every card of `diagnose`."""

from collections.abc import Callable
from functools import partial

import torch

from course_utils import strips
from course_utils.recurrent import SequenceModel
from course_utils.widgets import still
from tests.benchmarks.explorers import MOVE
from tests.benchmarks.frame import Sweep


def rows() -> list[Sweep]:
    """List a row for the strip, of one row and of three."""
    return [Sweep("strip", "One redraw of a strip, in processor time.", every_strip, MOVE)]


def every_strip() -> dict[str, Callable[[], object]]:
    """Name strips of several sizes, with drawing them and making the PNG."""
    sizes = {"one row": (1, 20, 6), "three rows": (3, 24, 32), "long": (1, 120, 100)}
    return {
        name: partial(picture, strips.record(SequenceModel(units), torch.randn(rows, steps, 1)))
        for name, (rows, steps, units) in sizes.items()
    }


def picture(strip: strips.Strip) -> object:
    """Draw a strip as an explorer would."""
    ax = strips.draw(strip)
    return still(lambda: (ax.figure, ""), {}, compress=1)
