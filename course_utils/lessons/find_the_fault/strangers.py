"""Ten scripts of strangers, as lesson 07 prints them: eight with one fault each, two with none.

We wrote them, after public threads. A network is a class; anything else is a function that returns
what you hand to the probes. A test checks that the lesson's cells are the same.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from course_utils.recurrent import Forecaster, SequenceModel


class Script1(nn.Module):
    """Scores customers from twelve visits of three numbers each."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(3, 16)
        self.score = nn.Linear(16, 1)

    def forward(self, x):
        """Score x, (customers, visits, 3): (customers, 1)."""
        visits, _ = self.rnn(x)
        return self.score(visits[:, -1])


class Script2(nn.Module):
    """Says the next value at each step."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(3, 16, batch_first=True, bidirectional=True)
        self.next_value = nn.Linear(32, 1)

    def forward(self, x):
        """Forecast at every step of x, (rows, steps, 3): (rows, steps, 1)."""
        read, _ = self.rnn(x)
        return self.next_value(read)


class Script3(nn.Module):
    """Says of each heartbeat in a finished recording what kind it is."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(3, 16, batch_first=True, bidirectional=True)
        self.kind = nn.Linear(32, 4)

    def forward(self, x):
        """Score four kinds for every step of x, (rows, steps, 3)."""
        beats, _ = self.rnn(x)
        return self.kind(beats)


class Script4(nn.Module):
    """Forecasts tomorrow's demand from twelve days."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(3, 16, batch_first=True)
        self.demand = nn.Linear(16, 1)
        self.hidden = None

    def forward(self, x):
        """Forecast from x, (rows, days, 3): (rows, 1)."""
        days, hidden = self.rnn(x, self.hidden)
        self.hidden = hidden.detach()
        return self.demand(days[:, -1])


def script_5():
    """Train on one batch, again and again."""
    torch.manual_seed(5)
    model = SequenceModel(16, "GRU")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
    optimizer.zero_grad()

    def step(x, y):
        prediction, _ = model(x)
        loss = nn.functional.mse_loss(prediction, y)
        loss.backward()
        optimizer.step()
        return loss.item()

    x = torch.randn(6, 12, 1)
    return model, step, x, x.cumsum(1) / 3


def script_6():
    """Train to tell the mean of twelve values."""
    torch.manual_seed(6)
    model = Forecaster(16)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)

    def step(x, y):
        prediction, _ = model(x)
        loss = ((prediction - y) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    x = torch.randn(16, 12, 1)
    return model, step, x, x.mean((1, 2))


def script_7():
    """Train on four small batches for each update."""
    torch.manual_seed(7)
    model = SequenceModel(16, "LSTM")
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    calls = 0

    def step(x, y):
        nonlocal calls
        calls += 1
        prediction, _ = model(x)
        loss = nn.functional.mse_loss(prediction, y)
        (loss / 4).backward()
        if calls % 4 == 0:
            optimizer.step()
            optimizer.zero_grad()
        return loss.item()

    x = torch.randn(6, 12, 1)
    return model, step, x, x.cumsum(1) / 3


def script_8():
    """Cut windows of visitors, and split them."""
    random = np.random.default_rng(8)
    visitors = np.sin(np.arange(300) / 8) + 0.3 * random.normal(size=300)
    windows = np.lib.stride_tricks.sliding_window_view(visitors, 13)
    x, y = windows[:, :12], windows[:, 12]
    shuffled = random.permutation(len(x))
    return visitors, x, y, shuffled[:230], shuffled[230:]


def script_9():
    """Cut the temperature of a room into chunks."""
    random = np.random.default_rng(9)
    room = 20 + 0.1 * random.normal(size=401).cumsum()
    chunks = [room[start : start + 11] for start in range(0, 391, 9)]
    x = np.array([chunk[:10] for chunk in chunks])
    y = np.array([chunk[1:] for chunk in chunks])
    return room, x, y


def script_10():
    """Forecast sales, one month ahead."""
    random = np.random.default_rng(10)
    sales = 100 + 30 * np.sin(np.arange(240) * 2 * np.pi / 12) + 3 * random.normal(size=240)
    past, actual = sales[:180], sales[180:]
    forecast = 0.97 * sales[179:-1] + 3 + random.normal(size=60)
    return past, actual, forecast
