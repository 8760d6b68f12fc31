"""A trained network in use: asked with a window of the last samples, or on the stream."""

from __future__ import annotations

import torch
from torch import nn

from course_utils.recurrent import answered
from course_utils.signals import stateful_batches
from course_utils.signatures import Count, checked
from course_utils.training import mean_squared_error

# In samples. The networks were trained on rows of 20.
WINDOWS = (20, 40, 60, 80, 100, 150, 200, 400)
# Networks are asked at every sample of a period, which has 197.4. The first lies far beyond the
# 11,000 samples of the training, and between two samples.
ASKED, FIRST_ASKED = 197, 13000.5
BEFORE = 2000  # samples the stream has read by then


@torch.no_grad()
@checked
def window_error(model: nn.Module, length: Count) -> float:
    """Test a network that reads the last samples from zeros each time it is asked.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, state)``.
    length : int
        How many samples it reads, including the one in question.

    Returns
    -------
    float
        The mean squared error of its last answer over 197 unseen windows, one for every sample
        of a period.

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
    """Test a network that has been reading all along, at the samples of `window_error`.

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
