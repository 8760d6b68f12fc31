"""What real Keras computed, as stored in data/keras, and how far a ported network is from it.

Keras itself is never imported; `make test-keras` runs it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from course_utils.recurrent import State, answered
from course_utils.settings import DATA_FOLDER
from course_utils.signatures import BadArgument, checked

RUNS = ("tutorial", "one step", "three inputs", "one row", "many inputs", "long")


@dataclass(frozen=True)
class KerasRun:
    """What Keras itself computed with one model, a recurrent layer and a Dense on every step.

    Attributes
    ----------
    size : str
        Which of `RUNS`.
    kind : str
        "SimpleRNN", "GRU", "LSTM", or "GRU reset before".
    weights, readout : tuple of ndarray
        Of the recurrent layer and of the Dense, before any training, as
        ``get_weights()`` gave them.
    inputs, targets : Tensor
        Twenty batches, shape (20, batch, steps, inputs) and (…, outputs).
    outputs : Tensor
        What came out of the first three with the state carried, before any
        training: shape (3, batch, steps, outputs).
    states : tuple of Tensor
        The state after each of the three: h, and for the LSTM c, of shape (3, batch, hidden).
    losses : ndarray
        The mean squared error of each of the twenty, trained with the state carried.
    learning_rate : float
        Of Keras' Adam.
    versions : dict
        Of keras, tensorflow and numpy.
    """

    size: str
    kind: str
    weights: tuple[np.ndarray, ...]
    readout: tuple[np.ndarray, ...]
    inputs: Tensor
    targets: Tensor
    outputs: Tensor
    states: tuple[Tensor, ...]
    losses: np.ndarray
    learning_rate: float
    versions: dict[str, str]


@checked
def load_run(size: str = "tutorial", kind: str = "LSTM") -> KerasRun:
    """Load what Keras computed, as stored in data/keras.

    Parameters
    ----------
    size : str
        One of `RUNS`; "tutorial" has the sizes, the data and the starting
        weights of lesson 04a.
    kind : str
        "SimpleRNN", "GRU" or "LSTM"; with "three inputs" also "GRU reset before",
        a GRU made with ``reset_after=False``.

    Returns
    -------
    KerasRun

    Raises
    ------
    BadArgument
        If there is no such run.

    Notes
    -----
    Made by tests/keras/make_fixtures.py. Read in lesson 04b, `two-biases`.
    """
    if size not in RUNS:
        raise BadArgument(f"size must be one of {', '.join(RUNS)}, got {size!r}")
    with np.load(DATA_FOLDER / "keras" / f"{size.replace(' ', '_')}.npz") as stored:
        about = json.loads(str(stored["about"]))
        if kind not in about["kinds"]:
            raise BadArgument(
                f"kind must be one of {', '.join(about['kinds'])} for {size!r}, got {kind!r}"
            )

        def several(*names: str) -> tuple[np.ndarray, ...]:
            return tuple(stored[f"{kind}: {name}"] for name in names)

        outputs, losses = several("outputs", "losses")
        states = several("h", "c") if kind == "LSTM" else several("h")
        return KerasRun(
            size=size,
            kind=kind,
            weights=several("kernel", "recurrent kernel", "bias"),
            readout=several("dense kernel", "dense bias"),
            inputs=torch.from_numpy(stored["inputs"]),
            targets=torch.from_numpy(stored["targets"]),
            outputs=torch.from_numpy(outputs),
            states=tuple(map(torch.from_numpy, states)),
            losses=losses,
            learning_rate=about["learning rate"],
            versions=about["versions"],
        )


@torch.no_grad()
@checked
def apart_from_keras(model: nn.Module, run: KerasRun) -> tuple[float, float]:
    """Read the three stored batches with the state carried, and compare everything with Keras.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, state)``; with Keras' weights.
    run : KerasRun
        What Keras computed.

    Returns
    -------
    (float, float)
        The largest difference in an output or a state: after one batch, and over all three.

    Raises
    ------
    BadArgument
        If the model has other sizes than the run.

    Notes
    -----
    Used in lesson 04b, `port-the-weights`.
    """
    state: State | None = None
    off = []
    for number, wanted in enumerate(run.outputs):
        y, state = answered(model, run.inputs[number], state)
        parts = state if isinstance(state, tuple) else (state,)
        ours = (y, *(part[0] for part in parts))
        keras = (wanted, *(part[number] for part in run.states))
        for one, theirs in zip(ours, keras, strict=True):
            if one.shape != theirs.shape:
                raise BadArgument(
                    f"model must have the run's sizes: an answer or a state of shape "
                    f"{tuple(theirs.shape)}, got {tuple(one.shape)}"
                )
        apart = [(a - b).abs().max().item() for a, b in zip(ours, keras, strict=True)]
        off.append(max(apart))
    return off[0], max(off)
