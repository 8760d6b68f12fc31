"""The sketches show the numbers that they are given."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from course_utils import figures, sketches
from course_utils.signatures import BadArgument


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


def test_each_error_has_a_line_over_the_steps_that_it_goes_back_through() -> None:
    chunks, whole = [1, 2, 3, 1, 2, 3], [1, 2, 3, 4, 5, 6]
    axes = sketches.draw_truncation({"chunks of 3": chunks, "not cut": whole})
    assert [ax.get_title() for ax in axes] == ["chunks of 3", "not cut"]
    for ax, counts in zip(axes, (chunks, whole), strict=True):
        lines = [line for line in ax.lines if len(line.get_xdata()) == 2]
        covered = [
            len(range(int(np.ceil(line.get_xdata()[0])), step + 1))
            for step, line in enumerate(lines)
        ]
        assert covered == counts
        low, high = ax.get_ylim()
        assert low > high  # the first error stands on top


@pytest.mark.parametrize("counts", [[2], [1, 3], [1, 0]])
def test_an_error_cannot_go_back_further_than_the_beginning(counts: list[int]) -> None:
    with pytest.raises(BadArgument, match="reaches"):
        sketches.draw_truncation({"wrong": counts})
    with pytest.raises(BadArgument, match="at least one"):
        sketches.draw_truncation({})


def test_a_row_that_does_not_continue_is_crossed_out() -> None:
    ax = sketches.draw_batches(np.array([[0, 100], [20, 200], [40, 220]]), steps=20)
    words = [text.get_text() for text in ax.texts if text.get_text()]
    assert words.count("✗") == 1
    assert "200 … 219" in words
    (cross,) = [text for text in ax.texts if text.get_text() == "✗"]
    assert cross.get_position() == (0.5, -1)
    arrows = [text.arrow_patch for text in ax.texts if getattr(text, "arrow_patch", None)]
    colours = [to_hex(arrow.get_edgecolor()).upper() for arrow in arrows]
    assert colours.count(figures.BLUE) == 3
    assert colours.count(figures.VERMILION) == 1


def test_a_recursive_forecast_reads_what_it_said() -> None:
    recursive, direct = sketches.draw_recursive_and_direct(window=4, horizon=3)
    assert boxes(recursive) == {0: "-3 -2 -1 now +1", -1: "-2 -1 now +1 +2", -2: "-1 now +1 +2 +3"}
    assert boxes(direct) == {0: "-3 -2 -1 now +1 +2 +3"}
    open_boxes = [box for box in recursive.patches if box.get_linestyle() == "--"]
    assert len(open_boxes) == 1 + 2 + 3
    assert all(to_hex(box.get_facecolor()) == "#ffffff" for box in open_boxes)


def boxes(ax) -> dict[int, str]:
    """Read the boxes of each call, from left to right."""
    names = {text.get_position(): text.get_text() for text in ax.texts}
    lines: dict[int, list[tuple[float, str]]] = {}
    for box in ax.patches:
        assert isinstance(box, Rectangle)
        place = (round(box.get_x() + 0.38), round(box.get_y() + 0.28))
        lines.setdefault(place[1], []).append((place[0], names[place]))
    return {line: " ".join(name for _, name in sorted(found)) for line, found in lines.items()}


def test_the_ground_is_white_in_a_dark_theme_too() -> None:
    for drawn in (
        sketches.draw_truncation({"whole": [1, 2]})[0],
        sketches.draw_batches(np.array([[0], [1]]), 1),
        sketches.draw_recursive_and_direct()[0],
    ):
        assert to_hex(drawn.figure.get_facecolor()) == "#ffffff"
