"""A trained network in use: asked with a window of the last samples, or kept on the stream."""

from __future__ import annotations

import torch
from torch import nn

from course_utils.recurrent import answered
from course_utils.signals import stateful_batches
from course_utils.signatures import Count, checked
from course_utils.training import mean_squared_error

# In samples. The networks were trained on rows of 20.
WINDOWS = (20, 40, 60, 80, 100, 150, 200, 400)
# Asked at every sample of a period, which has 197.4. The first lies far behind the 11,000
# samples of the training, and between two of them.
ASKED, FIRST_ASKED = 197, 13000.5
BEFORE = 2000  # samples that the stream has read by then


@torch.no_grad()
@checked
def window_error(model: nn.Module, length: Count) -> float:
    """Judge a network that reads the last samples from zeros, each time that it is asked.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, state)``.
    length : int
        How many samples it reads, the one in question included.

    Returns
    -------
    float
        The mean squared error of its last answer, over 197 windows that the training did not
        hold, one for every sample of a period.

    Notes
    -----
    Used in lesson 04a, `window-or-stream`.
    """
    start = FIRST_ASKED - (length - 1)
    windows = stateful_batches(ASKED, batch=1, steps=length, advance=1, start=start)
    y, _ = answered(model, windows.inputs[:, 0], None)
    return mean_squared_error(y[:, -1], windows.targets[:, 0, -1]).item()


@torch.no_grad()
@checked
def stream_error(model: nn.Module) -> float:
    """Judge a network that has been reading all the time, at the samples of `window_error`.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, state)``.

    Returns
    -------
    float
        The mean squared error at 197 samples in a row, after 2000 others.

    Notes
    -----
    Used in lesson 04a, `window-or-stream`.
    """
    stream = stateful_batches(1, batch=1, steps=BEFORE + ASKED, start=FIRST_ASKED - BEFORE)
    y, _ = answered(model, stream.inputs[0], None)
    return mean_squared_error(y[:, -ASKED:], stream.targets[0, :, -ASKED:]).item()
