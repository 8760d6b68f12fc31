"""What has to be remembered, and for how long: the contest behind the map of lesson 06b."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from course_utils.lessons.own_series import opponents
from course_utils.lessons.own_series.exercises.nrmse import nrmse
from course_utils.lessons.own_series.exercises.thermostat import thermostat
from course_utils.lessons.own_series.systems import bucket, echo, noisy_pendulum, rain
from course_utils.recurrent import CellName, SequenceModel, answered, evaluating
from course_utils.reproducibility import seed_everything
from course_utils.signals import SETTLE
from course_utils.signatures import BadArgument, Count, Finite, Instance, Whole, checked
from course_utils.training import mean_squared_error

TASKS = {
    "every value": echo,
    "a sum": bucket,
    "a sum that overflows": lambda rain, memory: bucket(rain, memory, overflows=True),
}
NOISE, JUDGED = 0.1, 2000
UNITS, UPDATES, ROWS, RATE, CLIP = 16, 300, 32, 0.01, 1.0
# Fewer candidates than on Mackey–Glass, since 810 kernels are tuned.
ALPHAS, GAMMAS = (1e-2, 1.0), (0.05, 0.5, 2.0)


class Task(NamedTuple):
    """A stream of rain, and what is to be said at each of its steps; standardised.

    Attributes
    ----------
    rain, measured, true : ndarray
        Shape (points + judged,): what is read; what a method learns from, with noise; and what
        it is judged on, without.
    points : int
        How many steps are for learning.
    """

    rain: Float[np.ndarray, " steps"]
    measured: Float[np.ndarray, " steps"]
    true: Float[np.ndarray, " steps"]
    points: int


@checked
def make_task(
    remember: str, memory: Count, points: Count, seed: Whole, judged: Count = JUDGED
) -> Task:
    """Let it rain, and ask for something that has to be remembered.

    Parameters
    ----------
    remember : {"every value", "a sum", "a sum that overflows"}
        The rain of ``memory`` steps ago (`systems.echo`), or the level of a bucket that loses one
        part in ``memory`` at every step (`systems.bucket`).
    memory : int
        How long it has to be remembered.
    points, judged : int
        How many steps are for learning, and for judging afterwards.
    seed : int
        Of the rain and of the noise.

    Returns
    -------
    Task

    Notes
    -----
    Used in lesson 06b, `explore`.
    """
    if remember not in TASKS:
        raise BadArgument(f"remember must be one of {', '.join(TASKS)}, got {remember!r}")
    generator = np.random.default_rng(seed)
    drops = rain(SETTLE + points + judged, generator)
    level = TASKS[remember](drops, memory)[SETTLE:]
    true = (level - level.mean()) / level.std()
    measured = true + NOISE * generator.normal(size=len(true))
    return Task(drops[SETTLE:] - drops.mean(), measured, true, points)


@checked
def make_thermostat(
    seed: Whole, points: Count = 2000, judged: Count = JUDGED, low: Finite = 18, high: Finite = 21
) -> Task:
    """Let a heating follow the temperature: on below ``low``, off above ``high``, else as it was.

    Parameters
    ----------
    seed : int
        Of the temperatures: slow swings about 19.5 degrees, with a standard deviation of 1.
    points, judged : int
        How many steps are for learning, and for judging afterwards.
    low, high : float
        Degrees.

    Returns
    -------
    Task
        Its rain is the temperature, less 19.5.

    Raises
    ------
    ValueError
        If the heating never changes, so that there is nothing to learn.

    Notes
    -----
    Used in lesson 06b, `explore`.
    """
    swings = noisy_pendulum(points + judged, np.random.default_rng(seed), period=20, damping=0.8)
    degrees = 19.5 + swings / swings.std()
    heating = thermostat(degrees, low, high)
    if heating.min() == heating.max():
        raise ValueError(
            f"points is {points}, low is {low} and high is {high}, and the heating never changes; "
            "wanted more points, or low and high nearer to 19.5"
        )
    true = (heating - heating.mean()) / heating.std()
    return Task(degrees - 19.5, true, true, points)


@checked
def judge_window(method: str, task: Instance, window: Count) -> float:
    """Fit a line or a kernel on windows of the rain, and give its NRMSE on what follows.

    Parameters
    ----------
    method : {"line", "kernel"}
        Of `opponents`.
    task : Task
        From `make_task`.
    window : int
        How many steps it sees: the present one and those before it.

    Returns
    -------
    float
        1 is what the mean gets.
    """
    rows = np.lib.stride_tricks.sliding_window_view(task.rain, window).copy()
    first = task.points - window + 1  # how many windows end within the points
    wanted = task.measured[window - 1 : task.points, None]
    if method == "line":
        predict = opponents.line(rows[:first], wanted)
    elif method == "kernel":
        predict = opponents.kernel(rows[:first], wanted, ALPHAS, GAMMAS)
    else:
        raise BadArgument(f"method must be 'line' or 'kernel', got {method!r}")
    return float(nrmse(task.true[task.points :, None], predict(rows[first:]))[0])


@checked
def train_on_stretches(
    task: Instance, stretch: Count, seed: Whole, cell: CellName = "LSTM", updates: Count = UPDATES
) -> SequenceModel:
    """Train a network on stretches of the rain, each from a zero state.

    Parameters
    ----------
    task : Task
        From `make_task`.
    stretch : int
        How many steps a stretch has: what a window is to the other methods.
    seed : int
        Of the weights and the order.
    cell : {"RNN", "GRU", "LSTM"}
        The recurrent layer, of 16 units.
    updates : int
        With 32 stretches each.

    Returns
    -------
    SequenceModel
    """
    seed_everything(seed)
    model = SequenceModel(UNITS, cell)
    x, wanted = (
        torch.tensor(part[: task.points], dtype=torch.float32).unfold(0, stretch, 1).unsqueeze(-1)
        for part in (task.rain, task.measured)
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=updates)
    for _ in range(updates):
        rows = torch.randint(0, len(x), (ROWS,))
        y, _ = answered(model, x[rows])
        optimizer.zero_grad()
        mean_squared_error(y, wanted[rows]).backward()
        nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        schedule.step()
    return model


@torch.no_grad()
@checked
def judge_network(model: nn.Module, task: Instance) -> float:
    """Let a network read the whole stream in one go, and give its NRMSE on the part for judging.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x)``, once: the state goes through.
    task : Task
        From `make_task`.

    Returns
    -------
    float
        1 is what the mean gets.
    """
    with evaluating(model):
        y, _ = answered(model, torch.tensor(task.rain, dtype=torch.float32).view(1, -1, 1))
    said = y[0, task.points :].numpy().astype(float)
    return float(nrmse(task.true[task.points :, None], said)[0])
