"""The diagrams: each computes what its cell computes, and can be read."""

import json
import re
from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from torch import Tensor

from course_utils import diagrams, figures
from course_utils.cell_plans import PLANS, Plan, Wire
from course_utils.diagrams import CellName
from course_utils.recurrent import gru_step, lstm_step
from course_utils.signatures import BadArgument

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
every_cell = pytest.mark.parametrize("cell", PLANS)
Weigh = Callable[[str, str, dict[str, Tensor]], Tensor]
FUNCTIONS: dict[str, Callable[..., Tensor]] = {
    r"$\sigma$": torch.sigmoid,
    r"$\tanh$": torch.tanh,
    "⊙": lambda one, other: one * other,
    "+": lambda one, other: one + other,
    r"$\,1\!-$": lambda z: 1 - z,
    "$[x_t, h_{t-1}]$": lambda h, x: torch.cat((x, h), 1),
}


def flow(plan: Plan, given: dict[str, Tensor], weigh: Weigh) -> dict[str, Tensor]:
    """Let numbers flow through the wires of a plan, and note them by name."""

    def carried(wire: Wire) -> Tensor:
        node = plan.nodes[wire.start]
        if node.kind == "port":
            return given[wire.start]
        incoming = [other for other in plan.wires if other.end == wire.start]
        values = [carried(other) for other in incoming]
        if node.kind in ("dot", "corner"):
            (value,) = values
            return value
        if node.kind == "weights":
            names = [other.name for other in incoming]
            return weigh(wire.start, wire.name, dict(zip(names, values, strict=True)))
        return FUNCTIONS[node.text](*values)

    noted: dict[str, Tensor] = {}
    for wire in plan.wires:
        value = carried(wire)
        if wire.name:
            assert torch.equal(noted.setdefault(wire.name, value), value)
    return noted


def drawn_weights(gates: int, seed: int = 0) -> tuple[dict[str, Tensor], list[Tensor]]:
    torch.manual_seed(seed)
    given = {name: torch.randn(5, 3) for name in ("h_before", "c_before")} | {
        "x": torch.randn(5, 2)
    }
    sizes = [(gates * 3, 2), (gates * 3, 3), (gates * 3,), (gates * 3,)]
    return given, [torch.randn(size) for size in sizes]


def test_the_lstm_in_the_picture_is_an_lstm() -> None:
    given, (w_ih, w_hh, b_ih, b_hh) = drawn_weights(4)

    def weigh(box: str, name: str, of: dict[str, Tensor]) -> Tensor:
        assert set(of) == {"x", "h_before"}
        a = of["x"] @ w_ih.T + b_ih + of["h_before"] @ w_hh.T + b_hh
        return a.chunk(4, dim=1)["ifgo".index(name[-1])]

    noted = flow(PLANS["lstm"], given, weigh)
    h, c = lstm_step(given["x"], (given["h_before"], given["c_before"]), w_ih, w_hh, b_ih, b_hh)
    assert torch.allclose(noted["h"], h)
    assert torch.allclose(noted["c"], c)
    assert torch.allclose(noted["kept"] + noted["written"], c)


def test_the_gru_in_the_picture_is_torchs() -> None:
    given, (w_ih, w_hh, b_ih, b_hh) = drawn_weights(3)
    parts = [weight.chunk(3) for weight in (w_ih, w_hh, b_ih, b_hh)]
    weights = dict(zip("rzn", zip(*parts, strict=True), strict=True))

    def weigh(box: str, name: str, of: dict[str, Tensor]) -> Tensor:
        w, u, b, c = weights[box[-1]]
        parts = {"W": ("x", w, b), "U": ("h_before", u, c)}
        letters = "WU" if box in ("W_r", "W_z") else box[0]
        assert set(of) == {parts[letter][0] for letter in letters}
        return sum(
            of[parts[letter][0]] @ parts[letter][1].T + parts[letter][2] for letter in letters
        )

    noted = flow(PLANS["gru"], given, weigh)
    assert torch.allclose(
        noted["h"], gru_step(given["x"], given["h_before"], w_ih, w_hh, b_ih, b_hh)
    )
    assert torch.allclose(noted["kept"] + noted["taken"], noted["h"])


def test_the_mingru_in_the_picture_keeps_the_state_out_of_its_gate() -> None:
    given, (w_ih, _, b_ih, _) = drawn_weights(2)

    def weigh(box: str, name: str, of: dict[str, Tensor]) -> Tensor:
        assert set(of) == {"x"}
        return (of["x"] @ w_ih.T + b_ih).chunk(2, dim=1)["zn".index(box[-1])]

    noted = flow(PLANS["mingru"], given, weigh)
    z, n = (given["x"] @ w_ih.T + b_ih).chunk(2, dim=1)
    wanted = torch.sigmoid(z) * given["h_before"] + (1 - torch.sigmoid(z)) * n
    assert torch.allclose(noted["h"], wanted)


def test_the_rnn_in_the_picture_is_elmans() -> None:
    given, _ = drawn_weights(1)
    w_1, w_2 = torch.randn(5, 3), torch.randn(3, 1)

    def weigh(box: str, name: str, of: dict[str, Tensor]) -> Tensor:
        (value,) = of.values()
        return value @ {"W_1": w_1, "W_2": w_2}[box]

    noted = flow(PLANS["rnn"], given, weigh)
    h = torch.tanh(torch.cat((given["x"], given["h_before"]), 1) @ w_1)
    assert torch.allclose(noted["h"], h)
    assert torch.allclose(noted["out"], h @ w_2)


@every_cell
def test_a_plan_hangs_together(cell: CellName) -> None:
    plan = PLANS[cell]
    left, low, right, high = plan.body
    ends = {wire.start for wire in plan.wires} | {wire.end for wire in plan.wires}
    assert ends == set(plan.nodes)
    for name, node in plan.nodes.items():
        inside = left < node.x < right and low < node.y < high
        assert inside == (node.kind != "port")
        assert (node.kind == "port") == (name in diagrams.names(cell))
    for wire in plan.wires:
        way = diagrams._path(plan, wire)
        for (x, y), (to_x, to_y) in pairwise(way):
            assert (x == to_x) != (y == to_y)  # nothing runs askew, and nothing has no length
        for name, (x, y) in ((wire.start, way[0]), (wire.end, way[-1])):
            node = plan.nodes[name]
            half_width, half_height = node.half
            assert abs(x - node.x) <= half_width + 1e-9
            assert abs(y - node.y) <= half_height + 1e-9


@pytest.mark.parametrize(
    ("cell", "notebook"),
    [
        ("rnn", "01a_elman_by_hand"),
        ("lstm", "04b_held_against_keras"),
        ("gru", "05b_a_forecaster_you_can_defend"),
        ("mingru", "08_recurrent_networks_today"),
    ],
)
def test_the_symbols_are_those_of_the_formulas(cell: CellName, notebook: str) -> None:
    cells = json.loads((NOTEBOOKS / f"{notebook}.ipynb").read_text("utf-8"))["cells"]
    text = "\n".join("".join(one["source"]) for one in cells if one["cell_type"] == "markdown")
    known = set(re.findall(r"[A-Za-z]_\w", re.sub(r"[{}]", "", text)))
    plan = PLANS[cell]
    shown = " ".join([node.text for node in plan.nodes.values()] + [w.symbol for w in plan.wires])
    symbols = set(re.findall(r"[A-Za-z]_\w", re.sub(r"[{}]", "", shown)))
    assert symbols
    assert symbols <= known


def long_numbers(cell: CellName) -> dict[str, float]:
    return dict.fromkeys(diagrams.names(cell), -0.88)


@every_cell
@pytest.mark.parametrize("numbers", [False, True])
def test_every_text_can_be_read(cell: CellName, numbers: bool) -> None:
    ax = diagrams.draw(cell, long_numbers(cell) if numbers else None)
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()
    boxes = {}
    for text in ax.texts:
        assert float(text.get_fontsize()) >= 10
        patch = text.get_bbox_patch()
        boxes[text] = (patch or text).get_window_extent()
    for one, other in combinations(boxes, 2):
        assert not boxes[one].overlaps(boxes[other]), (one.get_text(), other.get_text())
    for text, box in boxes.items():
        assert min(box.x0, box.y0) >= 0, text.get_text()
        assert box.x1 <= figure.bbox.width, text.get_text()
        assert box.y1 <= figure.bbox.height, text.get_text()
    plt.close("all")


def frames(ax: Axes) -> dict[str, tuple[str, str]]:
    found = {}
    for text in ax.texts:
        patch = text.get_bbox_patch()
        if patch is not None:
            colour = to_hex(patch.get_edgecolor()).upper()
            found[text.get_text()] = (colour, str(patch.get_linestyle()))
    return found


def test_a_sign_is_seen_without_colour() -> None:
    values = {"x": 0.5, "h_before": -0.25, "h": -0.001, "z": 0.3}
    shown = frames(diagrams.draw("gru", values))
    assert shown["0.50"] == (figures.BLUE, "-")
    assert shown["−0.25"] == (figures.VERMILION, "--")
    assert shown["0.00"] == (figures.BLUE, "-")
    assert len(diagrams.draw("gru").texts) == len(diagrams.draw("gru", values).texts) - 4
    plt.close("all")


def test_the_larger_a_number_the_thicker_its_wire() -> None:
    widths = []
    for value in (0.0, 0.3, -0.6, 1.0, 7.0):
        lines = diagrams.draw("lstm", {"f": value}).lines
        colour = figures.VERMILION if value < 0 else figures.BLUE
        wires = [line for line in lines if line.get_color() == colour and len(line.get_xdata()) > 1]  # type: ignore[arg-type]
        assert len(wires) == 1
        widths.append(wires[0].get_linewidth())
    assert np.all(np.diff(widths)[:3] > 0)
    assert widths[3] == widths[4]
    plt.close("all")


def test_a_number_that_belongs_nowhere_is_refused() -> None:
    with pytest.raises(BadArgument, match=r"values of gru must be among x, h_before.*, got 'c'"):
        diagrams.draw("gru", {"c": 1.0})
    with pytest.raises(BadArgument, match=r"values\['x'\] must be a finite number, got nan"):
        diagrams.draw("gru", {"x": float("nan")})
