"""The explorer of lesson 04a: it draws what is stored, and says what happens to the rows."""

import numpy as np
import pytest

from course_utils import studies
from course_utils.lessons.stateful.explore_layouts import draw_layout
from course_utils.lessons.stateful.studies import ADVANCES


@pytest.mark.parametrize("advance", ADVANCES)
def test_the_explorer_draws_every_setting(advance: int) -> None:
    figure, description = draw_layout(advance)
    left, right = figure.axes
    table = studies.load("stateful-layouts").set_index("advance")
    np.testing.assert_array_equal(right.lines[0].get_ydata(), table["median"])
    (dot,) = right.lines[1].get_ydata()
    assert dot == table.loc[advance, "median"]
    corners = sorted({patch.get_x() for patch in left.patches if hasattr(patch, "get_x")})
    assert corners == sorted({20 * row + start for row in range(3) for start in (0, advance)})
    hatched = [p for p in left.patches if getattr(p, "get_hatch", str)()]
    assert bool(hatched) == (advance != 20)
    assert description.startswith(f"Step {advance}: ")
    assert f"16 seeds end at a loss of {table.loc[advance, 'median']:.2g} [" in description


@pytest.mark.parametrize(
    ("advance", "words"),
    [
        (20, "each row carries on where it stopped."),
        (0, "20 samples are read again."),
        (217, "197 samples are left out (1.00 of a period)."),
        (120, "100 samples are left out (0.51 of a period)."),
    ],
)
def test_the_explorer_says_what_happens_to_the_rows(advance: int, words: str) -> None:
    _, description = draw_layout(advance)
    assert words in description
