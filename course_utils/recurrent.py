"""The models, each ``forward(x, state) -> (y, state)``, and the hand-written cells.

Input is always batch first, (batch, steps, inputs). The state is not: torch
keeps it as (layers, batch, hidden), whatever ``batch_first`` says. No module
remembers a state between two calls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

import torch
from torch import Tensor, nn

Pair = tuple[Tensor, Tensor]
State = Tensor | Pair
SomeState = TypeVar("SomeState", Tensor, Pair)

CELLS: dict[str, Callable[..., nn.RNNBase]] = {"RNN": nn.RNN, "GRU": nn.GRU, "LSTM": nn.LSTM}


def _layer(cell: str, **sizes: int) -> nn.RNNBase:
    if cell not in CELLS:
        raise ValueError(f"cell must be one of {', '.join(CELLS)}, got {cell!r}")
    for name, size in sizes.items():
        if size < 1:
            raise ValueError(f"{name} must be at least 1, got {size}")
    return CELLS[cell](sizes["inputs"], sizes["hidden"], batch_first=True)


def _sequences(x: Tensor) -> Tensor:
    # torch would take two axes for one sequence without a batch, and say nothing.
    if x.ndim != 3:
        raise ValueError(f"x must have shape (batch, steps, inputs), got {tuple(x.shape)}")
    return x


class Forecaster(nn.Module):
    """A recurrent layer that reads a window, and a linear read-out of its last output.

    Parameters
    ----------
    hidden : int
        How many numbers the hidden state holds.
    horizon : int
        How many values are forecast at once.
    cell : {"GRU", "LSTM", "RNN"}
        The recurrent layer.
    inputs : int
        How many numbers come in at each step.

    Raises
    ------
    ValueError
        If ``cell`` is none of the three, or a size is under 1.

    Notes
    -----
    Written out and taught in lesson 05, section 5.
    """

    def __init__(
        self, hidden: int = 100, horizon: int = 1, cell: str = "GRU", inputs: int = 1
    ) -> None:
        super().__init__()
        self.recurrent = _layer(cell, hidden=hidden, horizon=horizon, inputs=inputs)
        self.readout = nn.Linear(hidden, horizon)

    def forward(self, x: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Read a window and forecast what comes after it.

        Parameters
        ----------
        x : Tensor
            Shape (batch, steps, inputs).
        state : Tensor or (Tensor, Tensor), optional
            Shape (1, batch, hidden); a pair of them for the LSTM. Zeros unless given.

        Returns
        -------
        y : Tensor
            Shape (batch, horizon).
        state : Tensor or (Tensor, Tensor)
            The state after the last step, of the shape that came in.

        Raises
        ------
        ValueError
            If ``x`` is not three-dimensional.
        """
        output, state = self.recurrent(_sequences(x), state)
        return self.readout(output[:, -1]), state


class SequenceModel(nn.Module):
    """A recurrent layer that reads a sequence, and a linear read-out of every step.

    Parameters
    ----------
    hidden : int
        How many numbers the hidden state holds.
    cell : {"RNN", "GRU", "LSTM"}
        The recurrent layer.
    inputs, outputs : int
        How many numbers come in, and go out, at each step.

    Raises
    ------
    ValueError
        If ``cell`` is none of the three, or a size is under 1.

    Notes
    -----
    Written out and taught in lesson 03a, section 2.
    """

    def __init__(
        self, hidden: int = 32, cell: str = "RNN", inputs: int = 1, outputs: int = 1
    ) -> None:
        super().__init__()
        self.recurrent = _layer(cell, hidden=hidden, inputs=inputs, outputs=outputs)
        self.readout = nn.Linear(hidden, outputs)

    def forward(self, x: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Read a sequence, and say something at each of its steps.

        Parameters
        ----------
        x : Tensor
            Shape (batch, steps, inputs).
        state : Tensor or (Tensor, Tensor), optional
            Shape (1, batch, hidden); a pair of them for the LSTM. Zeros unless given.

        Returns
        -------
        y : Tensor
            Shape (batch, steps, outputs).
        state : Tensor or (Tensor, Tensor)
            The state after the last step, of the shape that came in.

        Raises
        ------
        ValueError
            If ``x`` is not three-dimensional.
        """
        output, state = self.recurrent(_sequences(x), state)
        return self.readout(output), state


def detach(state: SomeState) -> SomeState:
    """Keep the numbers of a state and forget how they came about.

    Parameters
    ----------
    state : Tensor or (Tensor, Tensor)
        The state of an RNN or a GRU, or an LSTM's pair (h, c).

    Returns
    -------
    Tensor or (Tensor, Tensor)
        Of the same kind, sharing the numbers, with no history.

    Raises
    ------
    TypeError
        If ``state`` is neither a tensor nor a pair of tensors.

    Notes
    -----
    Taught in lesson 03a, section 4.
    """
    if isinstance(state, Tensor):
        return state.detach()
    if (
        isinstance(state, tuple)
        and len(state) == 2
        and all(isinstance(part, Tensor) for part in state)
    ):
        return state[0].detach(), state[1].detach()
    raise TypeError(f"state must be a tensor or a pair of tensors, got {type(state).__name__}")


def gru_step(
    x: Tensor,
    state: Tensor,
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor,
    b_hh: Tensor,
    reset: Literal["after", "before"] = "after",
    z: Literal["keeps", "replaces"] = "keeps",
) -> Tensor:
    """One step of a GRU, gate by gate.

    Parameters
    ----------
    x : Tensor
        The input, shape (batch, inputs).
    state : Tensor
        The hidden state before, shape (batch, hidden).
    w_ih, w_hh : Tensor
        Weights of shape (3·hidden, inputs) and (3·hidden, hidden), stacked in
        torch's order: reset r, update z, candidate n.
    b_ih, b_hh : Tensor
        Biases, shape (3·hidden,), in the same order.
    reset : {"after", "before"}
        Where the reset gate acts: after the state was multiplied by its
        weights (torch, cuDNN, Keras' default) or before.
    z : {"keeps", "replaces"}
        What the update gate weighs: the old state (torch, Keras) or the
        candidate.

    Returns
    -------
    Tensor
        The hidden state after, shape (batch, hidden).

    Raises
    ------
    ValueError
        If ``reset`` or ``z`` is none of its two words, or the state's shape
        does not fit the weights.

    Notes
    -----
    Cho et al., arXiv 1406.1078: version 1 resets after the multiplication,
    version 3 before it. Chung et al., arXiv 1412.3555, let z replace. Taught
    in lesson 05, section 7.
    """
    if reset not in ("after", "before"):
        raise ValueError(f"reset must be 'after' or 'before', got {reset!r}")
    if z not in ("keeps", "replaces"):
        raise ValueError(f"z must be 'keeps' or 'replaces', got {z!r}")
    hidden = w_hh.shape[1]
    if state.shape != (len(x), hidden):
        raise ValueError(
            f"state must have shape (batch, hidden) = ({len(x)}, {hidden}), "
            f"got {tuple(state.shape)}"
        )
    w_hr, w_hz, w_hn = w_hh.chunk(3)
    b_hr, b_hz, b_hn = b_hh.chunk(3)
    x_r, x_z, x_n = (x @ w_ih.T + b_ih).chunk(3, dim=1)

    r = torch.sigmoid(x_r + state @ w_hr.T + b_hr)
    update = torch.sigmoid(x_z + state @ w_hz.T + b_hz)
    if reset == "after":
        candidate = torch.tanh(x_n + r * (state @ w_hn.T + b_hn))
    else:
        candidate = torch.tanh(x_n + (r * state) @ w_hn.T + b_hn)
    keep = update if z == "keeps" else 1 - update
    return keep * state + (1 - keep) * candidate
