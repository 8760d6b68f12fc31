"""Lesson 03a's explorer: a replay of the training."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from course_utils.live import Picture
from course_utils.signals import Chunks
from course_utils.widgets import explore, slider


def explore_replay(chunks: Chunks, losses: Sequence[float], predictions: np.ndarray) -> None:
    """Go back through a recorded training run, update by update.

    Parameters
    ----------
    chunks : Chunks
        What the network was trained on.
    losses : sequence of float
        One for each update.
    predictions : ndarray
        Shape (chunks, steps): what was predicted before each update.

    Raises
    ------
    ValueError
        If there is no update, or the predictions are not those of these chunks.

    Notes
    -----
    Used in lesson 03a, `explore`.
    """
    if not 1 <= len(losses) <= len(chunks.times):
        raise ValueError(f"losses must be 1 to {len(chunks.times)} numbers, got {len(losses)}")
    if np.shape(predictions) != chunks.times.shape:
        raise ValueError(
            f"predictions must have shape (chunks, steps) = {chunks.times.shape}, "
            f"got {np.shape(predictions)}"
        )
    last = len(losses) - 1
    figure = Figure(figsize=(10, 3.2), facecolor="white")
    FigureCanvasAgg(figure)
    explore(
        "From which update on does the prediction follow the target without a jump?",
        {"update": slider(last, 0, last, 1, "update")},
        partial(draw_replay, Picture(figure, chunks), list(losses), np.asarray(predictions)),
    )


def draw_replay(
    picture: Picture, losses: list[float], predictions: np.ndarray, update: int
) -> tuple[Figure, str]:
    """Draw the run as it stood at one update.

    Parameters
    ----------
    picture : Picture
        Of the training chunks; it is drawn anew.
    losses, predictions
        As for `explore_replay`.
    update : int
        From 0.

    Returns
    -------
    Figure, str
        The picture, and its description.
    """
    picture.draw(losses[: update + 1], predictions)
    off = abs(predictions[update, 0] - picture.chunks.targets[update, 0, 0, 0].item())
    return picture.figure, (
        f"Update {update} of {len(losses) - 1}: loss {losses[update]:.2g}; "
        f"the first sample of this chunk was off by {off:.2g}."
    )
