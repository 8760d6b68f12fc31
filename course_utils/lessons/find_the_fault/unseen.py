"""The five scripts of lesson 07's exam, as the lesson prints them.

We wrote them, after public threads. Only the probes say what is wrong with each, if anything.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from course_utils.recurrent import SequenceModel


class ScriptA(nn.Module):
    """Says whether a machine will fail, from twelve readings."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(3, 16, num_layers=2, batch_first=True)
        self.fails = nn.Linear(16, 1)

    def forward(self, x):
        """Score x, (machines, readings, 3): (machines, 1)."""
        _, last = self.rnn(x)
        return self.fails(last[0])


def script_b():
    """Train with gradients that are clipped."""
    torch.manual_seed(12)
    model = SequenceModel(16, "RNN")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def step(x, y):
        prediction, _ = model(x)
        loss = nn.functional.mse_loss(prediction, y)
        optimizer.zero_grad()
        nn.utils.clip_grad_norm_(model.parameters(), 0.1)
        loss.backward()
        optimizer.step()
        return loss.item()

    x = torch.randn(6, 12, 1)
    return model, step, x, x.cumsum(1)


def script_c():
    """Cut windows of prices."""
    random = np.random.default_rng(13)
    price = 50 + random.normal(size=250).cumsum()
    x = np.array([price[day : day + 10] for day in range(240)])
    y = np.array([price[day + 9] for day in range(240)])
    return price, x, y


def script_d():
    """Train on a stream."""
    torch.manual_seed(14)
    model = SequenceModel(16, "LSTM")
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    state = None

    def step(x, y):
        nonlocal state
        prediction, after = model(x, state)
        h, c = after
        state = h.detach(), c.detach()
        loss = nn.functional.mse_loss(prediction, y)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.1)
        optimizer.step()
        return loss.item()

    x = torch.randn(6, 12, 1)
    return model, step, x, x.cumsum(1)


def script_e():
    """Forecast a load, with an interval."""
    random = np.random.default_rng(15)
    load = 100 + 30 * np.sin(np.arange(240) * 2 * np.pi / 12) + 5 * random.normal(size=240)
    past, actual = load[:180], load[180:]
    forecast = 100 + 30 * np.sin(np.arange(180, 240) * 2 * np.pi / 12)
    width = 1.64 * 5 / np.sqrt(12)
    return past, actual, forecast, forecast - width, forecast + width
