"""Lesson 08's descendant of the GRU: gates that look at the input alone, read by a scan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from course_utils.lessons.today.exercises.scan import scan
from course_utils.recurrent import CELLS, CellName, SequenceModel
from course_utils.signatures import BadArgument, Count, Finite, Instance, Maker, checked, seen

HIDDEN = 32
Gate = Callable[[Tensor], Tensor]


@checked
class MinGRU(nn.Module):
    """A layer of minGRU: a GRU without a reset gate, whose gate and candidate see the input alone.

    Parameters
    ----------
    inputs, hidden : int
        How many numbers come in at each step, and how many the state holds.
    gate : callable
        What makes the gate: ``torch.sigmoid`` (0 to 1) as published, ``torch.tanh`` (-1 to 1).

    Notes
    -----
    Feng et al., arXiv 2410.01201, with the gate as torch's GRU has it: z keeps the old state.
    Written out and taught in lesson 08, `scan`.
    """

    def __init__(self, inputs: Count, hidden: Count, gate: Maker = torch.sigmoid) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, 2 * hidden)
        self.gate = gate

    def forward(self, x: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Read a sequence, all of its steps at once.

        Parameters
        ----------
        x : Tensor
            Shape (batch, steps, inputs).
        state : Tensor, optional
            Shape (1, batch, hidden). Zeros unless given.

        Returns
        -------
        states : Tensor
            Shape (batch, steps, hidden).
        state : Tensor
            The last of them, shape (1, batch, hidden).
        """
        z, n = self.linear(x).chunk(2, dim=2)
        z = self.gate(z)
        states = scan(z, (1 - z) * n)
        if state is not None:
            states = states + z.cumprod(dim=1) * state.transpose(0, 1)
        return states, states[:, -1:].transpose(0, 1)


@checked
class MinGRUModel(nn.Module):
    """One or more layers of `MinGRU`, and a linear read-out of every step.

    Parameters
    ----------
    hidden : int
        How many numbers each layer's state holds.
    layers : int
        Each reads the states of the one below.
    gate : callable
        As for `MinGRU`.
    inputs, outputs : int
        How many numbers come in, and go out, at each step.

    Notes
    -----
    Used in lesson 08, `parity`.
    """

    def __init__(
        self,
        hidden: Count = HIDDEN,
        layers: Count = 1,
        gate: Maker = torch.sigmoid,
        inputs: Count = 1,
        outputs: Count = 1,
    ) -> None:
        super().__init__()
        sizes = [inputs] + (layers - 1) * [hidden]
        self.layers = nn.ModuleList([MinGRU(size, hidden, gate) for size in sizes])
        self.readout = nn.Linear(hidden, outputs)

    def forward(self, x: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Read a sequence, and say something at each of its steps.

        Parameters
        ----------
        x : Tensor
            Shape (batch, steps, inputs).
        state : Tensor, optional
            Shape (layers, batch, hidden). Zeros unless given.

        Returns
        -------
        y : Tensor
            Shape (batch, steps, outputs).
        state : Tensor
            After the last step, of the shape that came in.

        Raises
        ------
        BadArgument
            If ``x`` or ``state`` has another shape.
        """
        self._check(x, state)
        starts: Sequence[Tensor | None] = (
            [None] * len(self.layers) if state is None else state.split(1)
        )
        ends = []
        for layer, start in zip(self.layers, starts, strict=True):
            x, end = layer(x, start)
            ends.append(end)
        return self.readout(x), torch.cat(ends)

    def _check(self, x: Tensor, state: Tensor | None) -> None:
        inputs = cast(MinGRU, self.layers[0]).linear.in_features
        if x.ndim != 3 or x.shape[2] != inputs or not x.shape[1]:
            raise BadArgument(
                f"x must have shape (batch, steps, inputs) = (batch, steps ≥ 1, {inputs}), "
                f"got {seen(x)}"
            )
        wanted = (len(self.layers), len(x), self.readout.in_features)
        if state is not None and state.shape != wanted:
            raise BadArgument(
                f"state must have shape (layers, batch, hidden) = {wanted}, got {seen(state)}"
            )


MINGRUS: dict[str, dict] = {
    "minGRU": {},
    "minGRU, two layers": {"layers": 2},
    "minGRU, -1 to 1": {"gate": torch.tanh},
}
NETWORKS = (*CELLS, *MINGRUS)


@checked
def make_network(name: str, outputs: Count = 1) -> nn.Module:
    """Make one of the lesson's networks, 32 units wide, with fresh weights.

    Parameters
    ----------
    name : str
        One of `NETWORKS`.
    outputs : int
        How many numbers go out at each step.

    Returns
    -------
    nn.Module
        Called as ``y, state = model(x, state)``.

    Raises
    ------
    BadArgument
        If there is no such network.

    Notes
    -----
    Used in lesson 08, `parity`.
    """
    if name not in NETWORKS:
        raise BadArgument(f"name must be one of {'; '.join(NETWORKS)}, got {name!r}")
    if name in MINGRUS:
        return MinGRUModel(outputs=outputs, **MINGRUS[name])
    return SequenceModel(HIDDEN, cast(CellName, name), outputs=outputs)


@torch.no_grad()
@checked
def set_gate_bias(model: Instance, value: Finite, forget_alone: bool = False) -> None:
    """Start the gates so that they keep the state: the larger the bias, the longer.

    Parameters
    ----------
    model : MinGRUModel or SequenceModel
        Changed in place: the update gates of a minGRU and a GRU; an LSTM's forget gates, and its
        input gates at minus the value, so that what is kept isn't written over.
    value : float
        0 lets a gate between 0 and 1 start half open.
    forget_alone : bool
        Whether to leave an LSTM's input gates as torch starts them.

    Raises
    ------
    BadArgument
        If the model has no gate.

    Notes
    -----
    Tallec & Ollivier, arXiv 1804.11188, for one length of memory. Used in lesson 08, `gate-bias`;
    for an LSTM's forget gate taught in lesson 04b, `slower-than-keras`.
    """
    if isinstance(model, MinGRUModel):
        for layer in model.layers:
            cast(MinGRU, layer).linear.bias.chunk(2)[0].fill_(value)
        return
    recurrent = getattr(model, "recurrent", None)
    if not isinstance(recurrent, nn.GRU | nn.LSTM):
        raise BadArgument(
            f"model must have gates: a GRU, an LSTM or a minGRU, got {type(recurrent).__name__}"
        )
    starts = {1: value}  # torch's order: r, z, n in a GRU; i, f, g, o in an LSTM
    if isinstance(recurrent, nn.LSTM) and not forget_alone:
        starts[0] = -value
    for number, start in starts.items():
        place = slice(number * recurrent.hidden_size, (number + 1) * recurrent.hidden_size)
        recurrent.bias_ih_l0[place] = start  # type: ignore[operator]
        recurrent.bias_hh_l0[place] = 0.0  # type: ignore[operator]
