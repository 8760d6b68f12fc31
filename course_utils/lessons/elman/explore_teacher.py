"""Lesson 01a's explorer: how often a network must be told the truth."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from matplotlib.figure import Figure

from course_utils import figures
from course_utils.lessons.elman import network
from course_utils.widgets import choice, explore, panels

EVERY = (1, 2, 3, 5, 10, 20)
EPOCHS = (10, 30, 100, 300)
SEEDS = tuple(range(32))
POINTS = network.sine_points(41)


def explore_teacher() -> None:
    """Explore what lies between one step ahead and running free.

    The controls are how often the truth is told again, and for how many epochs the published
    scheme trains. All settings are trained when the explorer opens.

    Notes
    -----
    Used in lesson 01a, `explore`.
    """
    for epochs in EPOCHS:
        _trained(epochs)
    explore(
        "How often must the published networks be told the truth to stay on the sine?",
        {
            "every": choice(1, EVERY, "told every"),
            "epochs": choice(300, EPOCHS, "epochs"),
        },
        draw_teacher,
    )


def tell(every: int, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    """Predict the 20 unseen points, with the true input at each ``every``-th of them.

    Parameters
    ----------
    every : int
        1 is one step ahead, 20 is running free.
    w1, w2 : ndarray
        The weights, of a stack too.

    Returns
    -------
    ndarray
        Shape (…, 20, 1).
    """
    _, states = network.forward(POINTS[:20], network.zero_state(w1), w1, w2)
    state = states[..., -1:, :]
    predictions: list[np.ndarray] = []
    for step in range(20):
        now = predictions[-1] if step % every else POINTS[20 + step : 21 + step]
        y, state = network.step(now, state, w1, w2)
        predictions.append(y)
    return np.concatenate(predictions, axis=-2)


def draw_teacher(every: int, epochs: int) -> tuple[Figure, str]:
    """Draw 32 networks on the unseen points, told the truth now and then.

    Parameters
    ----------
    every : int
        One of `EVERY`.
    epochs : int
        One of `EPOCHS`.

    Returns
    -------
    Figure, str
        The picture, and its description.
    """
    runs, actual = tell(every, *_trained(epochs))[..., 0], POINTS[21:, 0]
    errors = np.square(runs - actual).mean(axis=-1)
    times = 2 + network.SPACING * np.arange(len(POINTS))

    figure, (ax,) = panels(__name__, 3.2, right=0.82)
    figures.draw_runs(
        times[21:], {"32 networks": runs}, (times, POINTS[:, 0]), ylabel="sine", ax=ax
    )
    told = np.arange(20, 40, every)
    ax.plot(times[told], POINTS[told, 0], "o", color=figures.BLACK, markersize=4, label="told")
    ax.axvline(times[20], color="#777777", linewidth=1)
    ax.set(ylim=(-2, 2))
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    often = "at each step" if every == 1 else f"every {every} steps"
    description = (
        f"Told the truth {often}, after {epochs} epochs: the median error over 20 "
        f"unseen points is {np.median(errors):.2g}; {(errors < 0.01).sum()} of {len(SEEDS)} "
        f"networks stay under 0.01."
    )
    return figure, description


@lru_cache(maxsize=len(EPOCHS))
def _trained(epochs: int) -> tuple[np.ndarray, np.ndarray]:
    start = network.initial_weights(SEEDS)
    after = network.train_each_step(POINTS[:20], POINTS[1:21], *start, rate=0.1, epochs=epochs)
    return after.w1, after.w2
