"""Record what a recurrent network does, step by step, as plain arrays: a `Strip`.

We call the model once. That gives its answers, and autograd says which inputs moved one of them.
A hook on torch's recurrent layers hears their states, so a loop over chunks, a wrapper or a state
that hides in a module shows up as it is. `strips.draw` makes a picture of the arrays, and a finding
of `diagnose` carries them as evidence. All this needs is torch and NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

Array = np.ndarray[Any, Any]


class Strip(NamedTuple):
    """What went into a recurrent network, what it kept, what came out, and what that looked at.

    Attributes
    ----------
    inputs : ndarray
        Shape (rows, steps, inputs).
    states : ndarray
        Shape (rows, steps + 1, units): the state *before* the first step, then after each. NaN
        where it isn't known.
    outputs : ndarray
        Shape (rows, places, outputs).
    reach : ndarray
        Shape (rows, steps): how much each step of ``inputs`` moves the output ``at``.
    at : (int, int)
        Row and place of that output.
    first : int
        The step at which the outputs begin: 0, or the number of steps for an answer about what
        comes after them.
    targets : ndarray or None
        As ``outputs``.
    borders : tuple of int
        Steps at which a chunk begins.
    """

    inputs: Array
    states: Array
    outputs: Array
    reach: Array
    at: tuple[int, int] = (0, -1)
    first: int = 0
    targets: Array | None = None
    borders: tuple[int, ...] = ()

    def only(self, rows: Sequence[int]) -> Strip:
        """Keep some rows alone; without the row of ``at``, its row is −1."""
        row, place = self.at
        rows = list(rows)
        return self._replace(
            inputs=self.inputs[rows],
            states=self.states[rows],
            outputs=self.outputs[rows],
            reach=self.reach[rows],
            at=(rows.index(row) if row in rows else -1, place),
            targets=None if self.targets is None else self.targets[rows],
        )


def record(
    model: Callable[..., Any],
    x: Tensor,
    *state: Any,
    at: int = -1,
    row: int = -1,
    targets: Tensor | None = None,
) -> Strip:
    """Call a model once, and record its states, its answers, and what one of them looked at.

    Parameters
    ----------
    model : callable
        Called as ``model(x)``, or as ``model(x, state)`` if you give a state. Returns ``y`` or
        ``(y, state)``, where y has shape (rows, steps, outputs), or (rows, horizon) if it's about
        what comes after the last step. Any function of x will do, such as a loop over chunks.
    x : Tensor
        Shape (rows, steps, inputs), floats: pass letters as one-hot numbers.
    *state
        Where the model starts from; passed on as it is.
    at, row : int
        Which output to take the reach of: its place in its row, the last unless given.
    targets : Tensor, optional
        Of the outputs' shape.

    Returns
    -------
    Strip
        The states are those of the last recurrent layer that was called (h, for an LSTM). A model
        without such a layer is called again, one step at a time, and its states are those that it
        returns. ``reach[i, s]`` is the norm of the derivative of ``outputs[row, at]`` by
        ``x[i, s]``, and 0 where no gradient arrives.

    Raises
    ------
    ValueError
        If x, the answer or the states do not fit together.
    TypeError
        If x is not a float tensor.
    """
    if not isinstance(x, Tensor) or not x.is_floating_point():
        got = x.dtype if isinstance(x, Tensor) else type(x).__name__
        raise TypeError(f"x must be a float tensor, got {got}: pass letters as one-hot numbers")
    if x.ndim != 3 or not x.numel():
        raise ValueError(f"x must have shape (rows, steps, inputs), got {tuple(x.shape)}")
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        answer, heard = _listen(model, leaf, state)
        if answer.ndim not in (1, 2, 3) or len(answer) != len(x):
            raise ValueError(
                f"the answer must have shape ({len(x)}, steps, outputs) or ({len(x)}, horizon), "
                f"got {tuple(answer.shape)}"
            )
        if not answer.isfinite().all():
            raise ValueError("the answer must be finite, and holds NaN or an infinity")
        y = answer.reshape(*answer.shape, *[1] * (3 - answer.ndim))
        for name, place, many in (("row", row, len(x)), ("at", at, y.shape[1])):
            if not -many <= place < many:
                raise ValueError(f"{name} must be one of the {many} that there are, got {place}")
        states = _heard_states(heard, leaf) if heard else _asked_states(model, leaf, state)
        reach = _reach(y[row, at], leaf)
    if targets is not None and targets.numel() != y.numel():
        raise ValueError(f"targets must have the answer's shape {tuple(answer.shape)}")
    return Strip(
        _numbers(x),
        _numbers(states),
        _numbers(y),
        _numbers(reach),
        at=(row % len(x), at % y.shape[1]),
        first=0 if answer.ndim == 3 and y.shape[1] == x.shape[1] else x.shape[1],
        targets=None if targets is None else _numbers(targets.reshape(y.shape)),
    )


def record_steps(
    step: Callable[[Tensor, Any], Any],
    x: Tensor,
    state: Any,
    readout: Callable[[Tensor], Tensor] = lambda hidden: hidden,
    **how: Any,
) -> Strip:
    """Record a step function written by hand: ``state = step(x_t, state)``.

    Parameters
    ----------
    step : callable
        Takes x_t of shape (rows, inputs) and a state, and returns the next state: a tensor of
        shape (rows, units), or an LSTM's pair (h, c).
    x : Tensor
        Shape (rows, steps, inputs).
    state : Tensor or (Tensor, Tensor)
        The state before the first step.
    readout : callable
        From the hidden state to the output; the hidden state itself, unless given.
    **how
        As for `record`: ``at``, ``row``, ``targets``.

    Returns
    -------
    Strip
    """

    def model(x: Tensor, state: Any) -> tuple[Tensor, Any]:
        outputs = []
        for now in x.unbind(1):
            state = step(now, state)
            outputs.append(readout(_hidden(state)))
        return torch.stack(outputs, 1), state

    return record(model, x, state, **how)


def _split(out: Any) -> tuple[Tensor, Any]:
    y, state = out if isinstance(out, tuple) and len(out) == 2 else (out, None)
    y = pad_packed_sequence(y, batch_first=True)[0] if isinstance(y, PackedSequence) else y
    if not isinstance(y, Tensor):
        raise ValueError(f"the model must return y or (y, state), got {type(out).__name__}")
    return y, state


def _listen(model: Callable[..., Any], x: Tensor, state: Any) -> tuple[Tensor, list[Any]]:
    """Call the model, and keep what its last recurrent layer received and returned."""
    calls: list[Any] = []

    def hear(module: nn.Module, given: Any, named: Any, out: Any) -> None:
        if isinstance(module, nn.RNNBase | nn.RNNCellBase):
            before = given[1] if len(given) > 1 else named.get("hx")
            calls.append((module, given[0] if given else named["input"], before, out))

    handle = register_module_forward_hook(hear, with_kwargs=True)
    try:
        y, _ = _split(model(x, *state))
    finally:
        handle.remove()
    return y, [call for call in calls if call[0] is calls[-1][0]]


def _heard_states(calls: list[Any], x: Tensor) -> Tensor:
    """Line up the layer's outputs, call after call, behind the state that it started from."""
    layer, _, before, _ = calls[0]
    said = torch.cat([_said(call, x) for call in calls], 1)
    if said.shape[:2] != x.shape[:2]:
        raise ValueError(
            f"the recurrent layer read (rows, steps) = {tuple(said.shape[:2])}, "
            f"x has {tuple(x.shape[:2])}"
        )
    if before is None:
        start = torch.zeros_like(said[:, 0])
    else:
        start = _hidden(before, 2 if getattr(layer, "bidirectional", False) else 1)
    if (
        start.shape != said[:, 0].shape
    ):  # to the layer, rows are steps: no row has a state of its own
        start = torch.full_like(said[:, 0], torch.nan)
    return torch.cat([start[:, None], said], 1)


def _said(call: Any, x: Tensor) -> Tensor:
    """Return a layer's output of one call as (rows, steps, units)."""
    layer, given, _, out = call
    if isinstance(layer, nn.RNNCellBase):
        return _hidden(out).reshape(len(x), 1, -1)
    said, _ = _split(out)
    if said.ndim == 2:
        return said[None]
    # Its axes follow x, whatever the layer takes them for, so that a forgotten batch_first shows.
    turned = said.shape[0] != len(x) and said.shape[1] == len(x)
    square = said.shape[0] == said.shape[1] == len(x)
    if square and not layer.batch_first and not torch.equal(given, x):
        turned = True
    return said.transpose(0, 1) if turned else said


def _asked_states(model: Callable[..., Any], x: Tensor, state: Any) -> Tensor:
    """Call a model one step at a time, and keep the states that it returns."""
    states = [_hidden(one).reshape(len(x), -1) for one in state if one is not None]
    for now in x.detach().split(1, 1):
        y, given_back = _split(model(now, *state))
        if given_back is None:
            raise ValueError(
                "the model has none of torch's recurrent layers and returns no state: it must "
                f"return (y, state), got y alone, of shape {tuple(y.shape)}"
            )
        state = (given_back,)
        states.append(_hidden(given_back).reshape(len(x), -1))
    if len(states) == x.shape[1]:
        states.insert(0, torch.zeros_like(states[0]))
    return torch.stack(states, 1)


def _hidden(state: Any, directions: int = 1) -> Tensor:
    """Return h of the last layer as (rows, units), whatever kind of state it is."""
    h = state[0] if isinstance(state, tuple | list) else state
    if h.ndim < 3:
        return h
    return torch.cat(list(h[-directions:]), -1)


def _reach(output: Tensor, x: Tensor) -> Tensor:
    """Take the norm of the derivative of some outputs by each step of x."""
    squares = torch.zeros_like(x)
    for one in output if output.requires_grad else ():
        (slope,) = torch.autograd.grad(one, x, retain_graph=True, allow_unused=True)
        squares = squares if slope is None else squares + slope.square()
    return squares.sum(2).sqrt()


def _numbers(tensor: Tensor) -> Array:
    return tensor.detach().cpu().double().numpy()
