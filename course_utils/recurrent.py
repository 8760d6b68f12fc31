"""The models, each ``forward(x, state) -> (y, state)``, and the hand-written cells.

Input is always batch first, (batch, steps, inputs). The state isn't: torch
keeps it as (layers, batch, hidden), whatever ``batch_first`` says. No module
remembers its state from one call to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, TypeVar, cast

import torch
from jaxtyping import Float
from torch import Tensor, nn

from course_utils.signatures import BadArgument, Count, checked, seen

Pair = tuple[Tensor, Tensor]
State = Tensor | Pair
SomeState = TypeVar("SomeState", bound=State)

CellName = Literal["RNN", "GRU", "LSTM"]
CELLS: dict[CellName, Callable[..., nn.RNNBase]] = {"RNN": nn.RNN, "GRU": nn.GRU, "LSTM": nn.LSTM}


def _layer(cell: CellName, **sizes: int) -> nn.RNNBase:
    layers = sizes.get("layers", 1)
    return CELLS[cell](sizes["inputs"], sizes["hidden"], num_layers=layers, batch_first=True)


def _sequences(x: Tensor, layer: nn.RNNBase) -> Tensor:
    # Checked by hand, since it runs at every update. torch would read two axes as one sequence
    # without a batch, and say nothing.
    dtype = layer.weight_hh_l0.dtype
    if not (
        isinstance(x, Tensor)
        and (x.ndim, x.dtype) == (3, dtype)
        and x.shape[2] == layer.input_size
        and x.shape[1]
    ):
        raise BadArgument(
            f"x must be a {dtype} tensor of shape (batch, steps, inputs) = "
            f"(batch, steps ≥ 1, {layer.input_size}), got {seen(x)}"
        )
    return x


def _fitting(state: State | None, layer: nn.RNNBase, x: Tensor) -> State | None:
    # If torch wants a pair and gets one tensor, it unpacks that: "index 1 is out of bounds".
    if state is None:
        return None
    names = ("h", "c") if isinstance(layer, nn.LSTM) else ("state",)
    parts = state if isinstance(state, tuple) else (state,)
    of_its_kind = isinstance(state, tuple) == (len(names) == 2) and len(parts) == len(names)
    if not (of_its_kind and all(isinstance(part, Tensor) for part in parts)):
        kind = "the pair (h, c) of tensors" if len(names) == 2 else "one tensor"
        got = f"a tuple of {len(parts)}" if isinstance(state, tuple) else type(state).__name__
        raise BadArgument(f"state of an nn.{type(layer).__name__} must be {kind}, got {got}")
    wanted = (layer.num_layers, len(x), layer.hidden_size)
    for name, part in zip(names, parts, strict=True):
        if part.shape != wanted:
            raise BadArgument(
                f"{name} must have shape (layers, batch, hidden) = {wanted}, "
                f"got {tuple(part.shape)}: each row of a batch goes on from its own row"
            )
        if part.dtype != layer.weight_hh_l0.dtype:
            raise BadArgument(
                f"{name} must be of the model's dtype {layer.weight_hh_l0.dtype}, got {part.dtype}"
            )
    return state


@checked
class Forecaster(nn.Module):
    """A recurrent layer that reads a window, and a linear read-out of its last output.

    Parameters
    ----------
    hidden : int
        How many numbers the hidden state has.
    horizon : int
        How many values to forecast at once.
    cell : {"GRU", "LSTM", "RNN"}
        The recurrent layer.
    inputs : int
        How many numbers come in at each step.
    layers : int
        How many recurrent layers, each reading the outputs of the one below.

    Notes
    -----
    Written out and taught in lesson 05a, `reset-that-resets-nothing`.
    """

    def __init__(
        self,
        hidden: Count = 100,
        horizon: Count = 1,
        cell: CellName = "GRU",
        inputs: Count = 1,
        layers: Count = 1,
    ) -> None:
        super().__init__()
        self.recurrent = _layer(cell, hidden=hidden, inputs=inputs, layers=layers)
        self.readout = nn.Linear(hidden, horizon)

    def forward(self, x: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Read a window and forecast what comes after it.

        Parameters
        ----------
        x : Tensor
            Shape (batch, steps, inputs).
        state : Tensor or (Tensor, Tensor), optional
            Shape (layers, batch, hidden); a pair of them for the LSTM. Zeros by default.

        Returns
        -------
        y : Tensor
            Shape (batch, horizon).
        state : Tensor or (Tensor, Tensor)
            The state after the last step, of the shape that came in.

        Raises
        ------
        TypeError
            If ``state`` is not of the layer's kind: a pair for the LSTM, one tensor else.
        ValueError
            If ``x`` is not three-dimensional, or the state is of another batch
            size, another hidden size, or another dtype.
        """
        x = _sequences(x, self.recurrent)
        output, state = self.recurrent(x, _fitting(state, self.recurrent, x))
        return self.readout(output[:, -1]), state


@checked
class SequenceModel(nn.Module):
    """A recurrent layer that reads a sequence, and a linear read-out of every step.

    Parameters
    ----------
    hidden : int
        How many numbers the hidden state has.
    cell : {"RNN", "GRU", "LSTM"}
        The recurrent layer.
    inputs, outputs : int
        How many numbers come in, and go out, at each step.

    Notes
    -----
    Written out and taught in lesson 03a, `network`.
    """

    def __init__(
        self, hidden: Count = 32, cell: CellName = "RNN", inputs: Count = 1, outputs: Count = 1
    ) -> None:
        super().__init__()
        self.recurrent = _layer(cell, hidden=hidden, inputs=inputs, outputs=outputs)
        self.readout = nn.Linear(hidden, outputs)

    def forward(self, x: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Read a sequence, and give an output at each of its steps.

        Parameters
        ----------
        x : Tensor
            Shape (batch, steps, inputs).
        state : Tensor or (Tensor, Tensor), optional
            Shape (1, batch, hidden); a pair of them for the LSTM. Zeros by default.

        Returns
        -------
        y : Tensor
            Shape (batch, steps, outputs).
        state : Tensor or (Tensor, Tensor)
            The state after the last step, of the shape that came in.

        Raises
        ------
        TypeError
            If ``state`` is not of the layer's kind: a pair for the LSTM, one tensor else.
        ValueError
            If ``x`` is not three-dimensional, or the state is of another batch
            size, another hidden size, or another dtype.
        """
        x = _sequences(x, self.recurrent)
        output, state = self.recurrent(x, _fitting(state, self.recurrent, x))
        return self.readout(output), state


def _is_pair(state: object) -> bool:
    return (
        isinstance(state, tuple)
        and len(state) == 2
        and all(isinstance(part, Tensor) for part in state)
    )


def detach(state: SomeState) -> SomeState:
    """Keep the numbers of a state and forget how they were computed.

    Parameters
    ----------
    state : Tensor or (Tensor, Tensor)
        The state of an RNN or a GRU, or an LSTM's pair (h, c).

    Returns
    -------
    Tensor or (Tensor, Tensor)
        Of the same kind, sharing the numbers, without a history.

    Raises
    ------
    TypeError
        If ``state`` is neither a tensor nor a pair of tensors.

    Notes
    -----
    Taught in lesson 03a, `detective-story`.
    """
    if isinstance(state, Tensor):
        return cast(SomeState, state.detach())
    if _is_pair(state):
        return cast(SomeState, (state[0].detach(), state[1].detach()))
    raise BadArgument(f"state must be a tensor or a pair of tensors, got {seen(state)}")


def answered(model: Callable[..., Any], x: Any, *state: Any) -> tuple[Tensor, State]:
    """Call a model as ``y, state = model(x, state)``, and refuse one that answers differently.

    With a batch of 2, Python would quietly unpack a lone tensor into its two rows.

    Parameters
    ----------
    model : nn.Module
        Any model, such as `Forecaster` and `SequenceModel`.
    x : Tensor
        Its input.
    *state : Tensor or (Tensor, Tensor) or None
        What it starts from, passed on as it is (None too, since a model may have no default for
        it). If left out, the model is called with ``x`` alone.

    Returns
    -------
    y : Tensor
    state : Tensor or (Tensor, Tensor)

    Raises
    ------
    BadArgument
        Saying what the model returned.
    """
    given = model(x, *state)
    if not (isinstance(given, tuple) and len(given) == 2 and isinstance(given[0], Tensor)):
        raise BadArgument(f"model must return the pair (y, state), but returned {seen(given)}")
    return given


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Put a model into evaluation mode, and afterwards every part of it back into its own.

    Parameters
    ----------
    model : nn.Module
        A part that was frozen with ``eval()`` stays frozen; ``model.train()`` would wake it.

    Notes
    -----
    Used by `Session` and by `training.predict_chunks`; see lesson 04a, `where-the-error-sits`.
    """
    modes = {part: part.training for part in model.modules()}
    model.eval()
    try:
        yield
    finally:
        for part, mode in modes.items():
            part.training = mode


class Session:
    """A model and the state that it has reached: Keras' ``stateful=True``, with nothing hidden.

    A thin layer over ``y, state = model(x, state)``. It isn't a Module: it has
    no weights, and saving the model doesn't save it. Only `carry` moves the
    state on; `peek` and `evaluate` start from it and leave it alone, unlike
    Keras' ``predict`` and ``evaluate``.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, state)``.

    Attributes
    ----------
    state : Tensor or (Tensor, Tensor) or None
        Where the next batch starts, without a history; None means zeros.

    Notes
    -----
    Taught in lesson 04a, `repair`.
    """

    @checked
    def __init__(self, model: nn.Module) -> None:
        self.model = model
        self.state: State | None = None

    def reset(self) -> None:
        """Forget: the next batch starts from zeros."""
        self.state = None

    def carry(self, x: Tensor) -> Tensor:
        """Answer, and go on: the next batch starts where this one ended.

        Parameters
        ----------
        x : Tensor
            Shape (batch, steps, inputs). Its row i continues row i of the batch before.

        Returns
        -------
        Tensor
            Shape (batch, steps, outputs), ready for a loss: gradients
            reach back to the beginning of this batch, no further.

        Raises
        ------
        ValueError
            If the batch doesn't have the state's batch size.
        """
        y, state = answered(self.model, x, self.state)
        self.state = detach(state)
        return y

    @torch.no_grad()
    def peek(self, x: Tensor) -> Tensor:
        """Answer from the current state, and leave everything as it was.

        Parameters
        ----------
        x : Tensor
            As for `carry`.

        Returns
        -------
        Tensor
            Shape (batch, steps, outputs), without a history.

        Raises
        ------
        ValueError
            As for `carry`.
        """
        with evaluating(self.model):
            y, _ = answered(self.model, x, self.state)
        return y

    def evaluate(self, x: Tensor, target: Tensor) -> float:
        """Judge the model from its current state, and leave everything as it was.

        Parameters
        ----------
        x : Tensor
            As for `carry`.
        target : Tensor
            Shape (batch, steps, outputs).

        Returns
        -------
        float
            The mean squared error.

        Raises
        ------
        ValueError
            As for `carry`, or if ``target`` has another shape than the answer.
        """
        y = self.peek(x)
        if target.shape != y.shape:
            raise BadArgument(
                f"target must have the answer's shape {tuple(y.shape)}, got {seen(target)}"
            )
        return nn.functional.mse_loss(y, target).item()


@checked
def gru_step(
    x: Float[Tensor, "batch inputs"],
    state: Float[Tensor, "batch hidden"],
    w_ih: Float[Tensor, "3*hidden inputs"],
    w_hh: Float[Tensor, "3*hidden hidden"],
    b_ih: Float[Tensor, " 3*hidden"],
    b_hh: Float[Tensor, " 3*hidden"],
    reset: Literal["after", "before"] = "after",
    z: Literal["keeps", "replaces"] = "keeps",
) -> Float[Tensor, "batch hidden"]:
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
        Where the reset gate acts: after the state is multiplied by its
        weights (torch, cuDNN, Keras' default) or before.
    z : {"keeps", "replaces"}
        What the update gate weighs: the old state (torch, Keras) or the
        candidate.

    Returns
    -------
    Tensor
        The hidden state after, shape (batch, hidden).

    Notes
    -----
    Cho et al., arXiv 1406.1078: version 1 resets after the multiplication,
    version 3 before it. In Chung et al., arXiv 1412.3555, z replaces. Taught
    in lesson 05b, `gru-by-hand`.
    """
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


@checked
def lstm_step(
    x: Float[Tensor, "batch inputs"],
    state: tuple[Float[Tensor, "batch hidden"], Float[Tensor, "batch hidden"]],
    w_ih: Float[Tensor, "4*hidden inputs"],
    w_hh: Float[Tensor, "4*hidden hidden"],
    b_ih: Float[Tensor, " 4*hidden"],
    b_hh: Float[Tensor, " 4*hidden"],
) -> tuple[Float[Tensor, "batch hidden"], Float[Tensor, "batch hidden"]]:
    """One step of an LSTM, gate by gate.

    Parameters
    ----------
    x : Tensor
        The input, shape (batch, inputs).
    state : (Tensor, Tensor)
        The pair (h, c) before: the hidden state and the cell, each of shape
        (batch, hidden).
    w_ih, w_hh : Tensor
        Weights of shape (4·hidden, inputs) and (4·hidden, hidden), stacked in
        torch's order: input gate i, forget gate f, candidate g, output gate o.
    b_ih, b_hh : Tensor
        Biases, shape (4·hidden,), in the same order.

    Returns
    -------
    (Tensor, Tensor)
        The pair (h, c) after, of the shapes that came in.

    Notes
    -----
    Hochreiter & Schmidhuber (1997), with the forget gate of Gers, Schmidhuber
    & Cummins (2000). Taught in lesson 04b, `lstm-by-hand`.
    """
    h, c = state
    i, f, g, o = (x @ w_ih.T + b_ih + h @ w_hh.T + b_hh).chunk(4, dim=1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c
