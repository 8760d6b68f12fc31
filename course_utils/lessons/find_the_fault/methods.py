"""Four ways to look for a fault, tried on the same ten scripts."""

from __future__ import annotations

import contextlib
import io
import warnings

import numpy as np
import pandas as pd
import torch
from torch import nn

from course_utils.lessons.find_the_fault import strangers
from course_utils.lessons.find_the_fault.verdicts import (
    FAULTS,
    STEPS,
    STRANGERS,
    TASKS,
    ask,
    some_rows,
)
from course_utils.recurrent import Forecaster

UPDATES, LEARNT = 300, 0.1  # one batch is learnt when this share of its variance is left


def compare_methods() -> pd.DataFrame:
    """Try the four on every script: the study ``fault-methods``.

    Needs torchtest2, which only the tests install: ``pip install -e .[test]``.

    Returns
    -------
    pandas.DataFrame
        One row per script: its fault ("none" where there is none), and of each way whether it
        raises the alarm: "alarm", "quiet", or "no use" if it cannot be applied. For diagnose, an
        alarm counts only if it gives the fault its right name.
    """
    rows = []
    for script in STRANGERS:
        fault = FAULTS.get(script, "none")
        names = ask(script).names
        right = bool(names) if fault == "none" else fault in names
        rows.append(
            {
                "script": int(script),
                "fault": fault,
                "diagnose": _said(right),
                "torchtest2": _torchtest2(script),
                "one batch": _one_batch(script),
                "fixed seed": _fixed_seed(script),
            }
        )
    return pd.DataFrame(rows)


def _said(alarm: bool | None) -> str:
    if alarm is None:
        return "no use"
    return "alarm" if alarm else "quiet"


def _torchtest2(script: str) -> str:
    """Ask torchtest2, which takes a network and a batch, but no step, data or forecast."""
    if script not in TASKS:
        return _said(None)
    import torchtest2

    network, _ = TASKS[script]
    torch.manual_seed(0)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        return _said(not torchtest2.check_model(network(), some_rows()).ok)


def _one_batch(script: str) -> str:
    """Overfit one batch; raise the alarm if more than a tenth of the variance is left."""
    if script not in TASKS and script not in STEPS and script not in ("8", "9"):
        return _said(None)
    losses, variance = _losses(script, UPDATES)
    left = np.mean(losses[-10:])
    return _said(not left < LEARNT * variance)


def _fixed_seed(script: str) -> str:
    """Run five updates twice from one seed; raise the alarm if the losses differ."""
    if script == "10":
        return _said(None)
    return _said(_losses(script, 5)[0] != _losses(script, 5)[0])


def _losses(script: str, updates: int) -> tuple[list[float], float]:
    """Train on one batch; give the losses, and the variance of the targets."""
    if script in STEPS:
        _, step, x, y = STEPS[script][0]()
        return [step(x, y) for _ in range(updates)], float(y.var())
    torch.manual_seed(0)
    if script in TASKS:
        model, x = TASKS[script][0](), some_rows()
        y = torch.randn_like(model(x))
    else:
        _, values, labels, *_ = getattr(strangers, f"script_{script}")()
        model, labels = Forecaster(16), labels.reshape(len(labels), -1)[:, -1:]
        x = torch.tensor(values[:8, :, None], dtype=torch.float32)
        y = torch.tensor(labels[:8], dtype=torch.float32)
        x, y = (x - x.mean()) / x.std(), (y - y.mean()) / y.std()
    optimizer, losses = torch.optim.Adam(model.parameters(), lr=0.01), []
    for _ in range(updates):
        answer = model(x)
        loss = nn.functional.mse_loss(answer[0] if isinstance(answer, tuple) else answer, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, float(y.var())
