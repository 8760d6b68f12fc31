"""The streams of lesson 06b: a light to follow, and a network that remembers as it goes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from course_utils.lessons.own_series import opponents
from course_utils.lessons.own_series.systems import Stream, light_switch
from course_utils.recurrent import CellName, SequenceModel, answered, evaluating
from course_utils.reproducibility import seed_everything
from course_utils.signatures import BadArgument, Count, Finite, Positive, Whole, checked

UNITS, STRETCH, ROWS, UPDATES, RATE, CLIP = 16, 50, 64, 400, 0.01, 1.0
WINDOW_UPDATES, SHORT = 250, 10
# How often the button is pressed: a quarter of the rows each, from busy to rare.
MIXED = (0.5, 0.2, 0.1, 0.03)
WATCHED, LIGHTS = 1200, 32


@checked
def set_forget_bias(model: SequenceModel, value: Finite) -> None:
    """Start the forget gates of an LSTM at this bias: a large one keeps what is in the cell.

    Parameters
    ----------
    model : SequenceModel
        With an LSTM; changed in place.
    value : float
        torch starts near 0.

    Notes
    -----
    Taught in lesson 04b, `slower-than-keras`.
    """
    hidden = model.recurrent.hidden_size
    forget = slice(hidden, 2 * hidden)  # torch's order: input, forget, cell, output
    with torch.no_grad():
        model.recurrent.bias_ih_l0[forget] = value  # type: ignore[operator]
        model.recurrent.bias_hh_l0[forget] = 0.0  # type: ignore[operator]


@checked
def train_on_lights(
    seed: Whole,
    cell: CellName = "GRU",
    presses: Sequence[float] = MIXED,
    *,
    rate: Positive = RATE,
    forget_bias: Finite | None = None,
    short_first: Whole = 0,
    updates: Count = UPDATES,
) -> SequenceModel:
    """Train a network to say at every step whether the light is on.

    Each update sees 64 fresh lights for 50 steps, all of them off to begin with.

    Parameters
    ----------
    seed : int
        Of the weights and of the presses.
    cell : {"RNN", "GRU", "LSTM"}
        The recurrent layer, of 16 units.
    presses : sequence of float
        How likely a press is at each step; the rows are shared out among them.
    rate : float
        Of Adam.
    forget_bias : float, optional
        For an LSTM: where its forget gates start.
    short_first : int
        How many of the updates come first and see only 10 steps, with a press at every second
        step in the mean.
    updates : int
        How many, with these.

    Returns
    -------
    SequenceModel
        Its answer is above 0 where it thinks that the light is on.

    Notes
    -----
    Taught in lesson 06b, `light-switch`.
    """
    seed_everything(seed)
    generator = torch.Generator().manual_seed(seed)
    model = SequenceModel(UNITS, cell)
    if forget_bias is not None:
        set_forget_bias(model, forget_bias)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    for update in range(updates):
        likely, steps = ([0.5], SHORT) if update < short_first else (presses, STRETCH)
        parts = [light_switch(ROWS // len(likely), steps, p, generator) for p in likely]
        x, lights = (torch.cat(tensors) for tensors in zip(*parts, strict=True))
        y, _ = answered(model, x)
        loss = nn.functional.binary_cross_entropy_with_logits(y, lights)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
    return model


@torch.no_grad()
@checked
def share_right(model: nn.Module, p: Positive, seed: Whole = 0, steps: Count = WATCHED) -> float:
    """Let a network follow 32 fresh lights, and count at how many steps it is right.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x)``, once, over the whole stream.
    p : float
        How likely a press is at each step.
    seed : int
        Of the presses; no training has seen them.
    steps : int
        How long each light is followed.

    Returns
    -------
    float
        0.5 is what a coin gets.

    Notes
    -----
    Taught in lesson 06b, `light-switch`.
    """
    lights = light_switch(LIGHTS, steps, p, torch.Generator().manual_seed(10**6 + seed))
    with evaluating(model):
        y, _ = answered(model, lights.inputs)
    return ((y > 0) == (lights.targets > 0.5)).float().mean().item()


@checked
def window_share_right(
    window: Count, p: Positive, method: str = "MLP", seed: Whole = 0, steps: Count = WATCHED
) -> float:
    """Let a method that sees a window follow 32 fresh lights, and count how often it is right.

    It learns from the windows of ten other lights.

    Parameters
    ----------
    window : int
        How many steps it sees.
    p : float
        How likely a press is at each step.
    method : {"line", "MLP"}
        `opponents.line`, or `opponents.network` with 250 updates.
    seed : int
        Of the presses and of the network.
    steps : int
        How long each light is followed, above ``window``.

    Returns
    -------
    float
        Over all steps at which the window is full.

    Notes
    -----
    Used in lesson 06b, `light-switch`.
    """
    if method not in ("line", "MLP"):
        raise BadArgument(f"method must be 'line' or 'MLP', got {method!r}")
    generator = torch.Generator().manual_seed(10**6 + seed)
    test, train = (_cut(light_switch(rows, steps, p, generator), window) for rows in (LIGHTS, 10))
    if method == "line":
        predict = opponents.line(*train)
    else:
        predict = opponents.network(*train, "MLP", seed, updates=WINDOW_UPDATES)
    return float(np.mean((predict(test[0]) > 0) == (test[1] > 0)))


def _cut(lights: Stream, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Cut streams into windows; the target is +1 where the light is on at a window's last step."""
    presses, on = (part[..., 0].numpy().astype(float) for part in lights)
    rows = np.lib.stride_tricks.sliding_window_view(presses, window, axis=1)
    return rows.reshape(-1, window).copy(), 2 * on[:, window - 1 :].reshape(-1, 1) - 1
