"""The plans of the course's cells, as data: nodes with a place, and wires between them.

`diagrams.draw` draws them. All lengths are inches.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Point = tuple[float, float]
HALF: dict[str, Point] = {"squash": (0.3, 0.21), "each": (0.17, 0.17), "port": (0.34, 0.2)}


class Node(NamedTuple):
    """A place that wires lead to.

    Attributes
    ----------
    kind : {"port", "weights", "squash", "each", "join", "dot", "corner"}
        Where something comes in or out; a box that learns; σ or tanh; what works number by
        number; what puts two rows together; where a wire splits; where it turns.
    x, y : float
        Its middle.
    text : str
        What is written on it.
    width : float
        Of a box, where its kind does not say.
    """

    kind: Literal["port", "weights", "squash", "each", "join", "dot", "corner"]
    x: float
    y: float
    text: str = ""
    width: float = 0.0

    @property
    def half(self) -> Point:
        """Half its width and half its height."""
        return (self.width / 2, 0.23) if self.width else HALF.get(self.kind, (0.0, 0.0))


class Wire(NamedTuple):
    """A way from one node to another.

    Attributes
    ----------
    start, end : str
        The nodes.
    name : str
        Of the number that it carries: all wires that carry the same have the same name, and so
        has the port where it comes in or out.
    symbol : str
        The letter next to it, as in the formulas.
    bend : {"", "-|", "|-"}
        Straight; first across, then up or down; first up or down, then across.
    thick : bool
        Whether it is the state's own way.
    over : bool
        Whether it crosses an earlier wire: that one shows a gap.
    """

    start: str
    end: str
    name: str = ""
    symbol: str = ""
    bend: Literal["", "-|", "|-"] = ""
    thick: bool = False
    over: bool = False


class Plan(NamedTuple):
    """A cell: the size of its picture, its body (left, low, right, high), nodes and wires."""

    size: Point
    body: tuple[float, float, float, float]
    nodes: dict[str, Node]
    wires: tuple[Wire, ...]


RNN = Plan(
    size=(7.4, 3.0),
    body=(1.0, 0.6, 6.2, 2.45),
    nodes={
        "h_before": Node("port", 0.45, 1.2, "$h_{t-1}$"),
        "x": Node("port", 1.85, 0.22, "$x_t$"),
        "join": Node("join", 1.85, 1.2, "$[x_t, h_{t-1}]$", 1.1),
        "W_1": Node("weights", 3.2, 1.2, "$W_1$", 0.7),
        "tanh": Node("squash", 4.5, 1.2, r"$\tanh$"),
        "split": Node("dot", 5.5, 1.2),
        "W_2": Node("weights", 5.5, 1.95, "$W_2$", 0.7),
        "h": Node("port", 6.85, 1.2, "$h_t$"),
        "out": Node("port", 5.5, 2.78, "$o_t$"),
    },
    wires=(
        Wire("h_before", "join", "h_before", thick=True),
        Wire("x", "join", "x"),
        Wire("join", "W_1"),
        Wire("W_1", "tanh", "a", "$a_t$"),
        Wire("split", "W_2", "h"),
        Wire("tanh", "split", "h", thick=True),
        Wire("split", "h", "h", thick=True),
        Wire("W_2", "out", "out"),
    ),
)

LSTM = Plan(
    size=(8.7, 4.8),
    body=(1.0, 0.6, 7.7, 4.6),
    nodes={
        "h_before": Node("port", 0.45, 1.15, "$h_{t-1}$"),
        "c_before": Node("port", 0.45, 4.15, "$c_{t-1}$"),
        "x": Node("port", 3.95, 0.22, "$x_t$"),
        "a": Node(
            *("weights", 3.95, 1.15),
            text=r"$a = W_{ih}\,x_t + b_{ih} + W_{hh}\,h_{t-1} + b_{hh}$",
            width=4.9,
        ),
        "forget gate": Node("squash", 1.9, 2.2, r"$\sigma$"),
        "input gate": Node("squash", 3.45, 2.2, r"$\sigma$"),
        "candidate": Node("squash", 4.9, 2.2, r"$\tanh$"),
        "output gate": Node("squash", 6.0, 2.2, r"$\sigma$"),
        "keep": Node("each", 1.9, 4.15, "⊙"),
        "write": Node("each", 3.45, 3.2, "⊙"),
        "add": Node("each", 3.45, 4.15, "+"),
        "split": Node("dot", 7.1, 4.15),
        "tanh": Node("squash", 7.1, 3.2, r"$\tanh$"),
        "show": Node("each", 7.1, 2.2, "⊙"),
        "c": Node("port", 8.25, 4.15, "$c_t$"),
        "h": Node("port", 8.25, 2.2, "$h_t$"),
    },
    wires=(
        Wire("h_before", "a", "h_before", thick=True),
        Wire("x", "a", "x"),
        Wire("a", "forget gate", "a_f", "$a_f$"),
        Wire("a", "input gate", "a_i", "$a_i$"),
        Wire("a", "candidate", "a_g", "$a_g$"),
        Wire("a", "output gate", "a_o", "$a_o$"),
        Wire("forget gate", "keep", "f", "$f$"),
        Wire("input gate", "write", "i", "$i$"),
        Wire("candidate", "write", "g", "$g$", bend="|-"),
        Wire("output gate", "show", "o", "$o$"),
        Wire("c_before", "keep", "c_before", thick=True),
        Wire("keep", "add", "kept", r"$f \odot c_{t-1}$", thick=True),
        Wire("write", "add", "written", r"$i \odot g$"),
        Wire("split", "tanh", "c"),
        Wire("add", "split", "c", thick=True),
        Wire("split", "c", "c", thick=True),
        Wire("tanh", "show", "tanh_c"),
        Wire("show", "h", "h", thick=True),
    ),
)

GRU = Plan(
    size=(8.4, 4.9),
    body=(1.0, 0.6, 7.4, 4.7),
    nodes={
        "h_before": Node("port", 0.45, 4.2, "$h_{t-1}$"),
        "x": Node("port", 5.6, 0.22, "$x_t$"),
        "h split": Node("dot", 1.3, 4.2),
        "h to z": Node("dot", 1.7, 1.25),
        "h to r": Node("dot", 3.15, 1.25),
        "x split": Node("dot", 5.6, 0.9),
        "x to r": Node("dot", 3.65, 0.9),
        "x to z": Node("corner", 2.2, 0.9),
        "W_z": Node("weights", 1.95, 1.85, "$W_z, U_z, b_z$", 1.15),
        "W_r": Node("weights", 3.4, 1.85, "$W_r, U_r, b_r$", 1.15),
        "U_n": Node("weights", 4.6, 1.85, "$U_n, c_n$", 0.85),
        "W_n": Node("weights", 5.6, 1.85, "$W_n, b_n$", 0.85),
        "update gate": Node("squash", 1.95, 2.6, r"$\sigma$"),
        "reset gate": Node("squash", 3.4, 2.6, r"$\sigma$"),
        "reset": Node("each", 4.6, 2.6, "⊙"),
        "add n": Node("each", 5.6, 2.6, "+"),
        "tanh": Node("squash", 6.65, 2.6, r"$\tanh$"),
        "z split": Node("dot", 1.95, 3.4),
        "turn": Node("each", 3.5, 3.4, r"$\,1\!-$"),
        "take": Node("each", 6.65, 3.4, "⊙"),
        "keep": Node("each", 1.95, 4.2, "⊙"),
        "add": Node("each", 6.65, 4.2, "+"),
        "h": Node("port", 7.95, 4.2, "$h_t$"),
    },
    wires=(
        Wire("x", "x split", "x"),
        Wire("x split", "W_n", "x"),
        Wire("x split", "x to r", "x"),
        Wire("x to r", "W_r", "x"),
        Wire("x to r", "x to z", "x"),
        Wire("x to z", "W_z", "x"),
        Wire("h to z", "h to r", "h_before", over=True),
        Wire("h to r", "U_n", "h_before", bend="-|", over=True),
        Wire("h to r", "W_r", "h_before"),
        Wire("h to z", "W_z", "h_before"),
        Wire("h split", "h to z", "h_before", bend="|-"),
        Wire("W_z", "update gate"),
        Wire("W_r", "reset gate"),
        Wire("U_n", "reset"),
        Wire("W_n", "add n"),
        Wire("reset gate", "reset", "r", "$r_t$"),
        Wire("reset", "add n", "recalled"),
        Wire("add n", "tanh"),
        Wire("z split", "turn", "z"),
        Wire("z split", "keep", "z"),
        Wire("update gate", "z split", "z", "$z_t$"),
        Wire("turn", "take", "1-z", "$1 - z_t$"),
        Wire("tanh", "take", "n", "$n_t$"),
        Wire("take", "add", "taken", r"$(1 - z_t) \odot n_t$"),
        Wire("h_before", "h split", "h_before", thick=True),
        Wire("h split", "keep", "h_before", thick=True),
        Wire("keep", "add", "kept", r"$z_t \odot h_{t-1}$", thick=True),
        Wire("add", "h", "h", thick=True),
    ),
)

MINGRU = Plan(
    size=(7.2, 4.4),
    body=(1.0, 0.6, 6.2, 4.2),
    nodes={
        "h_before": Node("port", 0.45, 3.7, "$h_{t-1}$"),
        "x": Node("port", 5.2, 0.22, "$x_t$"),
        "x split": Node("dot", 5.2, 0.9),
        "W_z": Node("weights", 1.95, 1.4, "$W_z, b_z$", 0.85),
        "W_n": Node("weights", 5.2, 1.4, "$W_n, b_n$", 0.85),
        "update gate": Node("squash", 1.95, 2.05, r"$\sigma$"),
        "z split": Node("dot", 1.95, 2.75),
        "turn": Node("each", 2.7, 2.75, r"$\,1\!-$"),
        "take": Node("each", 5.2, 2.75, "⊙"),
        "keep": Node("each", 1.95, 3.7, "⊙"),
        "add": Node("each", 5.2, 3.7, "+"),
        "h": Node("port", 6.75, 3.7, "$h_t$"),
    },
    wires=(
        Wire("x", "x split", "x"),
        Wire("x split", "W_n", "x"),
        Wire("x split", "W_z", "x", bend="-|"),
        Wire("W_z", "update gate"),
        Wire("W_n", "take", "n", "$n_t$"),
        Wire("z split", "turn", "z"),
        Wire("z split", "keep", "z"),
        Wire("update gate", "z split", "z", "$z_t$"),
        Wire("turn", "take", "1-z", "$1 - z_t$"),
        Wire("take", "add", "taken", r"$(1 - z_t) \odot n_t$"),
        Wire("h_before", "keep", "h_before", thick=True),
        Wire("keep", "add", "kept", r"$z_t \odot h_{t-1}$", thick=True),
        Wire("add", "h", "h", thick=True),
    ),
)
PLANS = {"rnn": RNN, "lstm": LSTM, "gru": GRU, "mingru": MINGRU}
