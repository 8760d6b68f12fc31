"""Lesson 04b's explorer: the forget gate's bias, how long a memory lasts, and what is learnt."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_utils import figures, studies
from course_utils.lessons.stateful.runs import HIDDEN
from course_utils.lessons.stateful.starts import FORGET_BIASES, LEARNT, SMOOTH, with_forget_bias
from course_utils.recurrent import SequenceModel, lstm_step
from course_utils.signals import stateful_batches
from course_utils.widgets import explore, log_values, panels, slider

KERAS = 1
ROW = 20
STEPS = 3 * ROW
Quartiles = tuple[np.ndarray, np.ndarray, np.ndarray]


def explore_forget_gate() -> None:
    """Explore the forget gate's bias: how much of a cell is left, and the loss.

    The left side is computed as you move; the right side is from the stored
    study ``keras-forget-gate``: 32 networks per bias.

    Notes
    -----
    Used in lesson 04b, `explore`.
    """
    explore(
        "With which forget bias is the wave learnt fastest?",
        {"bias": slider(KERAS, FORGET_BIASES[0], FORGET_BIASES[-1], 1, "forget bias")},
        draw_forget_gate,
    )


@torch.no_grad()
def memory_left(bias: float, steps: int = STEPS, seed: int = 0) -> np.ndarray:
    """Read the wave with an untrained network, and note how much its forget gates leave of a cell.

    Parameters
    ----------
    bias : float
        Of the forget gate; everything else starts as in Keras.
    steps : int
        How many steps are read.
    seed : int
        Where the random numbers start.

    Returns
    -------
    ndarray
        Shape (steps + 1, 1000), for 50 rows of 20 cells each: the product of the
        gates so far, starting at 1 before the first step.

    Notes
    -----
    Used in lesson 04b, `explore`.
    """
    with torch.random.fork_rng():  # the learner's own random numbers go on as if nothing was drawn
        torch.manual_seed(seed)
        model = SequenceModel(hidden=HIDDEN, cell="LSTM")
        with_forget_bias(bias)(model)
    weights = list(model.recurrent.parameters())
    wave = stateful_batches(1, steps=steps).inputs[0]
    nothing = torch.zeros(len(wave), HIDDEN)
    h, c = nothing, nothing
    left = [torch.ones_like(c)]
    for x in wave.unbind(dim=1):
        # The new cell is f·c + i·g, so with c = 0 it is i·g, the part that c has no say in.
        written = lstm_step(x, (h, nothing), *weights)[1]
        gate = lstm_step(x, (h, torch.ones_like(c)), *weights)[1] - written
        h, c = lstm_step(x, (h, c), *weights)
        left.append(left[-1] * gate)
    return torch.stack(left).reshape(steps + 1, -1).numpy()


@cache
def _memory(bias: int) -> Quartiles:
    return _quartiles(memory_left(bias).T)


@cache
def _runs(bias: int) -> pd.DataFrame:
    return studies.load("keras-forget-gate").query("bias == @bias")


@cache
def _losses(bias: int) -> Quartiles:
    return _quartiles(_runs(bias).filter(like="mean_").to_numpy())


def _quartiles(runs: np.ndarray) -> Quartiles:
    low, middle, high = np.quantile(runs, (0.25, 0.5, 0.75), axis=0)
    return low, middle, high


def _draw(ax: Axes, x: np.ndarray, here: Quartiles, keras: Quartiles) -> None:
    low, middle, high = here
    ax.grid(alpha=0.3, linewidth=0.6)
    ax.plot(x, keras[1], color="#888888", linewidth=1, linestyle="--", label="bias 1, as in Keras")
    ax.fill_between(x, low, high, color=figures.BLUE, alpha=0.2, linewidth=0)
    ax.plot(x, middle, color=figures.BLUE, label="this bias")


def draw_forget_gate(bias: int) -> tuple[Figure, str]:
    """Draw one forget bias together with Keras' own.

    Parameters
    ----------
    bias : int
        One of the stored ones.

    Returns
    -------
    Figure, str
        The picture and its description.
    """
    figure, (left, right) = panels(__name__, 3.2, (1, 1))
    memory, losses = _memory(bias), _losses(bias)
    _draw(left, np.arange(STEPS + 1), memory, _memory(KERAS))
    for end in range(ROW, STEPS + 1, ROW):
        left.axvline(end, color=figures.BLACK, linestyle=":", linewidth=1)
    left.set(xlabel="step", ylabel="left of a cell, untrained", ylim=(-0.03, 1.03))
    updates = SMOOTH * (1 + np.arange(len(losses[1])))
    _draw(right, updates, losses, _losses(KERAS))
    log_values(right)
    right.axhline(LEARNT, color=figures.BLACK, linestyle=":", linewidth=1)
    right.set(xlabel="update", ylabel="training loss (MSE)", ylim=(5e-4, 9))
    right.legend(frameon=False, loc="upper right")
    share, reached = memory[1][ROW], _runs(bias)["reached"]
    kept = f"{share:.1%}" if share > 1e-3 else "less than 0.1%"
    median = reached.fillna(np.inf).median()
    when = f"gets under {LEARNT} after {median:.0f} updates"
    if np.isinf(median):
        when = f"never gets under {LEARNT}"
    return figure, (
        f"Forget bias {bias}: before training, {kept} of a cell is left after a row of {ROW} "
        f"steps. In the median seed the loss {when}; {reached.isna().sum()} of {len(reached)} "
        "seeds never get there."
    )
