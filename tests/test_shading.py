"""The shading shows real gradients: what is dark moves the answer, what is hatched cannot."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from course_utils import shading
from course_utils.recurrent import SequenceModel, detach
from course_utils.signatures import BadArgument


def cells(ax: Axes, row: int = 0) -> list[Rectangle]:
    """Give the symbols of a row, in reading order; the key's squares are the lowest row."""
    patches = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    heights = sorted({round(patch.get_y(), 6) for patch in patches}, reverse=True)
    return [patch for patch in patches if round(patch.get_y(), 6) == heights[row]]


def darkness(ax: Axes, row: int = 0) -> np.ndarray:
    return np.array([1 - to_rgb(cell.get_facecolor())[0] for cell in cells(ax, row)])


def hatched(ax: Axes, row: int = 0) -> list[bool]:
    return [bool(cell.get_hatch()) for cell in cells(ax, row)]


def test_the_darkest_step_is_the_one_that_moves_the_answer_most() -> None:
    torch.manual_seed(0)
    model = SequenceModel(8, "GRU", inputs=3).double()
    x = torch.randn(1, 12, 3, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(model(x)[0][0, -1, 0], x)
    ax = shading.draw_reach("a text here.", {"answer": gradient[0].norm(dim=1)})

    def moved(step: int) -> float:
        """Move one step's input a little in each direction, and see how far the answer moves."""
        slopes = []
        for column in range(3):
            ends = []
            for little in (1e-5, -1e-5):
                changed = x.detach().clone()
                changed[0, step, column] += little
                ends.append(model(changed)[0][0, -1, 0].item())
            slopes.append((ends[0] - ends[1]) / 2e-5)
        return float(np.linalg.norm(slopes))

    by_hand = np.array([moved(step) for step in range(12)])
    wanted = [1 - to_rgb(shading.SHADES(share))[0] for share in by_hand / by_hand.max()]
    assert darkness(ax) == pytest.approx(wanted, abs=0.02)
    assert len(set(darkness(ax).round(2))) > 4
    plt.close("all")


def test_a_cut_is_hatched() -> None:
    model = SequenceModel(4)
    chunks = torch.randn(2, 1, 5, 1, requires_grad=True)
    for cut in (True, False):
        _, state = model(chunks[0])
        y, _ = model(chunks[1], detach(state) if cut else state)
        (gradient,) = torch.autograd.grad(y[0, -1, 0], chunks)
        ax = shading.draw_reach("0123456789", {"answer": gradient.abs().flatten()})
        assert hatched(ax) == [cut] * 5 + [False] * 5
    plt.close("all")


def test_an_earlier_answer_ends_earlier_and_long_rows_go_on_below() -> None:
    rows = {"early": [1.0, 2.0], "late": np.arange(1.0, 6.0)}
    ax = shading.draw_reach("abcde", rows, width=3)
    assert [len(cells(ax, row)) for row in range(4)] == [2, 3, 2, 4]
    assert [text.get_text() for text in ax.texts][:3] == ["early", "a", "b"]
    assert darkness(ax, 0)[1] == darkness(ax, 2)[1] == max(darkness(ax, 1).max(), 1.0)
    plt.close("all")


def test_shades_are_shares_or_powers_of_ten() -> None:
    strengths = [1.0, 0.1, 0.01, 0.001, 1e-9, 0.0]
    plain, powers = (shading.draw_reach("abcdef", {"a": strengths}, n) for n in (0, 2))
    grey = [1 - to_rgb(shading.SHADES(share))[0] for share in (1.0, 0.5, 0.0, 0.0, 0.0)]
    assert darkness(powers)[:5] == pytest.approx(grey)
    assert darkness(plain)[1] < 0.2 < darkness(powers)[1]
    assert hatched(plain) == hatched(powers) == [False] * 5 + [True]
    assert "1/100 of the strongest" in [text.get_text() for text in powers.texts]
    plt.close("all")


def test_a_symbol_can_be_read_on_its_shade() -> None:
    ax = shading.draw_reach("abcdefghijk", {"a": np.linspace(0.0, 1.0, 11)})
    letters = {text.get_text(): text for text in ax.texts}
    for cell, letter in zip(cells(ax), "abcdefghijk", strict=True):
        ground = np.mean(to_rgb(cell.get_facecolor()))
        assert abs(ground - np.mean(to_rgb(letters[letter].get_color()))) > 0.4
        assert float(letters[letter].get_fontsize()) >= 10
    plt.close("all")


@pytest.mark.parametrize(
    ("symbols", "rows", "message"),
    [
        ("ab", {}, "rows must hold at least one gradient, got none"),
        ("ab", {"a": [1.0, 2.0, 3.0]}, r"rows\['a'\] must have shape .* 1 to 2 steps.*got \(3,\)"),
        ("ab", {"a": []}, r"rows\['a'\] must have shape"),
        ("ab", {"a": [[1.0, 2.0]]}, r"rows\['a'\] must have shape .* got \(1, 2\)"),
        ("ab", {"a": [1.0, -1.0]}, r"rows\['a'\] must not be below 0: take the gradient's norm"),
        ("ab", {"a": [1.0, float("nan")]}, r"rows\['a'\] must be finite, got nan at position 1"),
        (
            ["+1.5", "0"],
            {"a": [1.0, 1.0]},
            "symbols must be of one or two characters, got '[+]1.5'",
        ),
    ],
)
def test_what_is_no_gradient_is_refused(symbols: Any, rows: Any, message: str) -> None:
    with pytest.raises(BadArgument, match=message):
        shading.draw_reach(symbols, rows)
    assert not plt.get_fignums()
