"""The three tasks of lesson 08, and how every network is trained on them and judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from course_utils.ensembles import train_seeds
from course_utils.lessons.today.mingru import make_network, set_gate_bias
from course_utils.recurrent import State, answered, evaluating
from course_utils.reproducibility import seed_everything
from course_utils.signals import mackey_glass
from course_utils.signatures import Count, Finite, Instance, Maker, Positive, Whole, checked
from course_utils.training import adam

BITS, LENGTHS = 16, (16, 32, 64, 128)
STEPS = 200  # from the cue to the question
POINTS, TEST, WINDOW, HORIZON, AHEAD = 1000, 1000, 50, 84, (17, 84)
BATCH, RATE, CLIP = 64, 0.01, 1.0
PARITY_UPDATES, CUE_UPDATES, SERIES_UPDATES = 300, 120, 200
SERIES_BATCH = 32
JUDGED = 1000

Draw = Callable[[], tuple[Tensor, Tensor]]
Loss = Callable[[Tensor, Tensor], Tensor]


class Series(NamedTuple):
    """Windows of a series and what follows them: to train on, and to be judged by.

    Attributes
    ----------
    inputs, targets : Tensor
        Shape (windows, 50, 1) and (windows, 84), float32, standardised by this part.
    asked, truth : Tensor
        Of the same shapes, of the part that comes after.
    """

    inputs: Float[Tensor, "windows steps 1"]
    targets: Float[Tensor, "windows horizon"]
    asked: Float[Tensor, "tests steps 1"]
    truth: Float[Tensor, "tests horizon"]


@checked
def parity(
    count: Count, bits: Count, generator: torch.Generator
) -> tuple[Float[Tensor, "count bits 1"], Float[Tensor, "count bits 1"]]:
    """Toss coins, and say after each whether the number of ones so far is odd.

    Parameters
    ----------
    count, bits : int
        How many rows, and how many bits in each.
    generator : torch.Generator
        Where the bits come from.

    Returns
    -------
    x, odd : Tensor
        The bits, and 1 where the number of ones is odd so far, else 0.

    Notes
    -----
    Taught in lesson 08, `parity`.
    """
    x = torch.randint(0, 2, (count, bits, 1), generator=generator).float()
    return x, x.cumsum(dim=1) % 2


@checked
def cue(steps: Count) -> tuple[Float[Tensor, "2 steps 1"], Float[Tensor, "2 1"]]:
    """Show a cue, +1 or -1, and then nothing: at the end it is asked which of the two it was.

    Parameters
    ----------
    steps : int
        How many, the cue's own included.

    Returns
    -------
    x, which : Tensor
        The two rows that there are, and their cues.

    Notes
    -----
    Taught in lesson 08, `gate-bias`.
    """
    which = torch.tensor([[1.0], [-1.0]])
    x = torch.zeros(2, steps, 1)
    x[:, 0] = which
    return x, which


@checked
def series(seed: Whole) -> Series:
    """Cut a stretch of the Mackey-Glass series into windows of 50 values and the 84 after each.

    Parameters
    ----------
    seed : int
        Of where the series starts.

    Returns
    -------
    Series

    Notes
    -----
    As in lesson 06b, `mackey-glass`, from 1,000 values. Used in lesson 08, `forecasting`.
    """
    start = float(np.random.default_rng(seed).uniform(0.5, 1.5))
    values = mackey_glass(POINTS + TEST, start=start)
    scaled = (values - values[:POINTS].mean()) / values[:POINTS].std()
    return Series(*_windows(scaled[:POINTS]), *_windows(scaled[POINTS - WINDOW :]))


def _windows(values: np.ndarray) -> tuple[Tensor, Tensor]:
    rows = np.lib.stride_tricks.sliding_window_view(values, WINDOW + HORIZON)
    both = torch.tensor(rows, dtype=torch.float32)
    return both[:, :WINDOW, None], both[:, WINDOW:]


@checked
def train(
    model: Instance, draw: Maker, loss_of: Maker, updates: Count, rate: Positive = RATE
) -> list[float]:
    """Train a network with Adam on fresh batches, the gradient clipped at 1.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x)``; changed in place.
    draw : callable
        Gives the next batch: x and what is wanted.
    loss_of : callable
        Takes an answer (batch, steps, outputs) and what is wanted.
    updates : int
        How many.
    rate : float
        Of Adam.

    Returns
    -------
    list of float
        The loss before each update.

    Notes
    -----
    Taught in lesson 08, `parity`.
    """
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    losses = []
    for _ in range(updates):
        x, wanted = draw()
        y, _ = answered(model, x)
        loss = loss_of(y, wanted)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        losses.append(loss.item())
    return losses


def at_every_step(y: Tensor, wanted: Tensor) -> Tensor:
    """Take the loss of yes or no at every step: binary cross-entropy."""
    return nn.functional.binary_cross_entropy_with_logits(y, wanted)


def of_the_forecast(y: Tensor, wanted: Tensor) -> Tensor:
    """Take the mean squared error of what is said at the last step: a whole forecast."""
    return nn.functional.mse_loss(y[:, -1], wanted)


@checked
def train_on_parity(
    name: str, seed: Whole = 0, rate: Positive = RATE, updates: Count = PARITY_UPDATES
) -> tuple[nn.Module, list[float]]:
    """Train a network on the parity of 16 bits, asked after every bit.

    Parameters
    ----------
    name : str
        One of `mingru.NETWORKS`.
    seed : int
        Of the weights and of the bits.
    rate : float
        Of Adam.
    updates : int
        With 64 rows each.

    Returns
    -------
    nn.Module, list of float
        The network, and its loss before each update.

    Notes
    -----
    Taught in lesson 08, `parity`.
    """
    seed_everything(seed)
    model, generator = make_network(name), torch.Generator().manual_seed(seed)
    losses = train(model, lambda: parity(BATCH, BITS, generator), at_every_step, updates, rate)
    return model, losses


@torch.no_grad()
@checked
def parity_hits(model: Instance, seed: Whole = 0) -> dict[int, float]:
    """Read 1,000 fresh rows, longer than any in training, and count right answers on the way.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x)``.
    seed : int
        Of the bits.

    Returns
    -------
    dict
        After 16, 32, 64 and 128 bits: the share of the rows whose parity is right. A coin gets 0.5.

    Notes
    -----
    Used in lesson 08, `parity`.
    """
    generator = torch.Generator().manual_seed(10**6 + seed)
    x, odd = parity(JUDGED, LENGTHS[-1], generator)
    with evaluating(model):
        y, _ = answered(model, x)
    right = ((y > 0) == (odd > 0.5)).float().mean(dim=0)[:, 0]
    return {length: right[length - 1].item() for length in LENGTHS}


class LastAnswer(nn.Module):
    """A network that is asked at the last step alone.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, state)``, with an answer at every step.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Give the last answer (batch, outputs), and the state."""
        y, state = answered(self.model, x, state)
        return y[:, -1], state


@checked
def remember_the_cue(
    name: str,
    seeds: Iterable[int],
    bias: Finite | None = None,
    forget_alone: bool = False,
    updates: Count = CUE_UPDATES,
) -> tuple[Float[np.ndarray, "seeds updates"], list[dict[int, bool]]]:
    """Train a network per seed to remember a cue over 200 steps.

    Parameters
    ----------
    name : str
        One of `mingru.NETWORKS`.
    seeds : iterable of int
        Of the weights.
    bias : float, optional
        Where the gates that keep the state start; as torch starts them unless given.
    forget_alone : bool
        As for `mingru.set_gate_bias`.
    updates : int
        With both rows each.

    Returns
    -------
    ndarray, list of dict
        The loss before each update; and per seed, whether both cues are known after 200 steps, and
        after 400, which no training has seen.

    Notes
    -----
    Used in lesson 08, `gate-bias`.
    """

    def start() -> nn.Module:
        model = make_network(name)
        if bias is not None:
            set_gate_bias(model, bias, forget_alone)
        return LastAnswer(model)

    x, which = cue(STEPS)
    trained = train_seeds(start, x, which, seeds=seeds, epochs=updates, optimizer=adam(RATE))
    known = []
    for model in trained.models:
        found = {}
        for steps in (STEPS, 2 * STEPS):
            x, which = cue(steps)
            with torch.no_grad(), evaluating(model):
                y, _ = answered(model, x)
            found[steps] = bool(((y > 0) == (which > 0)).all())
        known.append(found)
    return trained.losses, known


@checked
def series_errors(
    name: str, seed: Whole = 0, updates: Count = SERIES_UPDATES
) -> tuple[list[float], dict[int, float]]:
    """Train a network to forecast the Mackey-Glass series, and judge it on what comes after.

    Parameters
    ----------
    name : str
        One of `mingru.NETWORKS`.
    seed : int
        Of the series, the weights and the order of the windows.
    updates : int
        With 32 windows each.

    Returns
    -------
    list of float, dict
        The loss before each update; and 17 and 84 steps ahead the root mean squared error, in
        standard deviations of the training part. Its mean as a forecast would get about 1.

    Notes
    -----
    Used in lesson 08, `forecasting`.
    """
    part = series(seed)
    seed_everything(seed)
    model = make_network(name, outputs=HORIZON)

    def draw() -> tuple[Tensor, Tensor]:
        rows = torch.randint(0, len(part.inputs), (SERIES_BATCH,))
        return part.inputs[rows], part.targets[rows]

    losses = train(model, draw, of_the_forecast, updates)
    with torch.no_grad(), evaluating(model):
        y, _ = answered(model, part.asked)
    errors = (y[:, -1] - part.truth).square().mean(dim=0).sqrt()
    return losses, {step: errors[step - 1].item() for step in AHEAD}
