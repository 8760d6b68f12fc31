"""The real runs behind the pictures of "Name that fault": one function per kind of picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from course_utils.recurrent import Forecaster, SequenceModel

Lines = dict[str, np.ndarray]
WINDOW, CHUNK, NOISE = 12, 12, 0.3


def _series(seed: int, samples: int = 400) -> np.ndarray:
    """Make a season with noise that nobody can predict."""
    random = np.random.default_rng(seed)
    season = np.sin(2 * np.pi * np.arange(samples) / random.integers(16, 24))
    return season + NOISE * random.normal(size=samples)


def _windows(series: np.ndarray, leak: bool = False) -> tuple[Tensor, Tensor]:
    cut = np.lib.stride_tricks.sliding_window_view(series, WINDOW + 1)
    windows = torch.tensor(cut, dtype=torch.float32)
    x = windows[:, 1:] if leak else windows[:, :-1]
    return x[..., None], windows[:, -1:]


def _answer(model: nn.Module, x: Tensor) -> Tensor:
    with torch.no_grad():
        return model(x)[0]


def _train(
    seed: int,
    *,
    updates: int = 160,
    rate: float = 0.01,
    hidden: int = 16,
    windows: int = 250,
    rows: int = 32,
    goes_back: bool = True,
    leak: bool = False,
    label_in_window: bool = False,
    lost_axis: bool = False,
    every: int = 4,
    level: float = 0.0,
) -> tuple[Forecaster, Lines, np.ndarray]:
    """Train a forecaster and note its losses: of the training batch, and of later windows."""
    series = level + _series(seed)
    x, y = _windows(series, leak)
    late = slice(270, 380)
    torch.manual_seed(seed)
    model = Forecaster(hidden)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    random = np.random.default_rng(seed)
    training, validation = [], []
    for update in range(updates):
        batch = random.integers(0, windows, rows)
        target = x[batch, -1] if label_in_window else y[batch]
        target = target[:, 0] if lost_axis else target
        loss = ((model(x[batch])[0] - target) ** 2).mean()
        optimizer.zero_grad()
        if goes_back:
            loss.backward()
        optimizer.step()
        if update % every == 0:
            training.append(loss.item())
            validation.append((_answer(model, x[late]) - y[late]).square().mean().item())
    lines = {"training loss": np.array(training), "validation loss": np.array(validation)}
    return model, lines, series


def _forecast(seed: int, **training: Any) -> tuple[np.ndarray, np.ndarray]:
    """Train, then give what happened at later windows, and what was said a step before."""
    model, _, series = _train(seed, **training)
    x, y = _windows(series)
    late = slice(300, 348)
    return y[late, 0].numpy(), _answer(model, x[late])[:, 0].numpy()


def healthy_training(seed: int) -> Lines:
    """Train as one should."""
    return _train(seed)[1]


def healthy_forecast(seed: int) -> Lines:
    """Forecast as well as the noise allows."""
    actual, said = _forecast(seed)
    return {"what happened": actual, "forecast": said}


def healthy_interval(seed: int) -> Lines:
    """Put an interval of 90 % around a forecast, as wide as the errors are."""
    actual, said = _forecast(seed)
    width = 1.64 * (actual - said).std()
    return {"what happened": actual, "low": said - width, "high": said + width}


def no_backward(seed: int) -> Lines:
    """Train without `backward()`."""
    return _train(seed, goes_back=False)[1]


def steps_too_large(seed: int) -> Lines:
    """Train with a rate that is far too high."""
    return _train(seed, rate=0.8)[1]


def by_heart(seed: int) -> Lines:
    """Train a large network on few windows for long."""
    return _train(seed, updates=480, hidden=48, windows=20, rows=20, every=12)[1]


def answer_in_input(seed: int) -> Lines:
    """Train on windows that hold their own label."""
    lines = _train(seed, leak=True, updates=320, every=8)[1]
    noise = np.full(len(lines["training loss"]), NOISE**2)
    return lines | {"variance of the noise": noise}


def lost_axis(seed: int) -> Lines:
    """Train answers of shape (rows, 1) on targets of shape (rows,), whose mean is about 2."""
    actual, said = _forecast(seed, lost_axis=True, level=2.0)
    return {"what happened": actual, "forecast": said}


def one_step_late(seed: int) -> Lines:
    """Train on labels that are the last value of their own window."""
    actual, said = _forecast(seed, label_in_window=True)
    return {"what happened": actual, "forecast": said}


def not_scaled_back(seed: int) -> Lines:
    """Forecast scaled values, and draw them with the unscaled ones."""
    actual, said = _forecast(seed)
    return {"what happened": 120 + 25 * actual, "forecast": said}


def too_narrow(seed: int) -> Lines:
    """Put the spread of a mean where the spread of the errors belongs, and call it 90 %."""
    actual, said = _forecast(seed)
    width = 1.64 * (actual - said).std() / len(said) ** 0.5
    return {"what happened": actual, "low": said - width, "high": said + width}


def dropout_left_on(seed: int) -> Lines:
    """Ask a network twice about the same windows, in training mode."""
    model, _, series = _train(seed)
    x, _ = _windows(series)
    rows = x[300:348]
    torch.manual_seed(seed)
    drop = nn.Dropout(0.3)
    with torch.no_grad():
        read = model.recurrent(rows)[0][:, -1]
        once, again = (model.readout(drop(read))[:, 0].numpy() for _ in range(2))
    return {"asked once": once, "asked again": again}


def state_carried(seed: int) -> Lines:
    """Follow a wave from its sign of change, with the state carried from chunk to chunk."""
    return _follow(seed, carried=True)


def state_starts_over(seed: int) -> Lines:
    """Follow the same with a state that starts from zeros in every chunk."""
    return _follow(seed, carried=False)


def _follow(seed: int, carried: bool) -> Lines:
    """Turn a sine into a cosine, chunk by chunk, with a network trained on long rows."""
    torch.manual_seed(seed)
    model = SequenceModel(16, "GRU")
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    times = 2 * np.pi * np.arange(96) / 19.3 + seed
    sine, cosine = (
        torch.tensor(f(times), dtype=torch.float32)[None, :, None] for f in (np.sin, np.cos)
    )
    for _ in range(150):
        loss = nn.functional.mse_loss(model(sine)[0], cosine)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    state, said = None, []
    for chunk in sine[:, 36:84].split(CHUNK, dim=1):
        with torch.no_grad():
            answer, after = model(chunk, state)
        state = after if carried else None
        said.append(answer[0, :, 0].numpy())
    return {"what happened": cosine[0, 36:84, 0].numpy(), "forecast": np.concatenate(said)}


KINDS: dict[str, Callable[[int], Lines]] = {
    made.__name__: made
    for made in (
        *(healthy_training, healthy_forecast, healthy_interval, state_carried),
        *(no_backward, steps_too_large, by_heart, answer_in_input, lost_axis, one_step_late),
        *(not_scaled_back, too_narrow, dropout_left_on, state_starts_over),
    )
}
