"""What the probes of lesson 07 ask, and small programs, correct or faulty, to test a probe on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.checking import Draw


def answer(model: Callable[..., Any], x: Tensor) -> Tensor:
    """Ask a model about x, and return its answer alone, without a state.

    Parameters
    ----------
    model : callable
        Gives a tensor, or a pair of a tensor and a state.
    x : Tensor
        Shape (rows, steps, features).

    Returns
    -------
    Tensor
    """
    said = model(x)
    return said[0] if isinstance(said, tuple) else said


class Reader(nn.Module):
    """A small network, right or with one of a few faults.

    Parameters
    ----------
    fault : str
        One of `RIGHT` or of what is handled in `forward`.
    features : int
        Numbers per step.
    """

    def __init__(self, fault: str, features: int = 2) -> None:
        super().__init__()
        self.fault, self.calls = fault, 0
        self.rnn = nn.GRU(features, 4, batch_first=fault != "rows for steps")
        self.head = nn.Linear(4, 2)
        self.norm, self.drop = nn.BatchNorm1d(4), nn.Dropout(0.5)
        self.kept: Tensor | None = None

    def forward(self, x: Tensor) -> Any:
        """Answer for x of shape (rows, steps, features)."""
        start = self.kept if self.fault == "keeps its state" else None
        fits = start is not None and start.shape[1] == len(x)
        out, state = self.rnn(x, start if fits else None)
        self.kept = state.detach()
        read = out[:, -1]
        if self.fault == "normalised by batch":
            read = self.norm(read)
        if self.fault == "declared dropout":
            read = self.drop(read)
        if self.fault == "dropout never off":
            read = nn.functional.dropout(read, 0.5)
        if self.fault == "noise in the last row":
            read = torch.cat([read[:-1], read[-1:] + torch.rand(1)])
        if self.fault == "noise in the first row":
            read = torch.cat([read[:1] + torch.rand(1), read[1:]])
        if self.fault == "rounding":
            self.calls += 1
            read = read * (1 + 1e-7 * (self.calls % 2))
        if self.fault == "last row leaks into the first":
            read = torch.cat([read[:1] + read[-1:], read[1:]])
        if self.fault == "weights over the rows":
            read = read * torch.softmax(read[:, :1], dim=0)
        if self.fault == "less the mean of the batch":
            read = read - read.mean(0)
        if self.fault == "answer per step":
            read = out
        said = self.head(read)
        if self.fault == "noise at the first number":
            said = said + torch.eye(1, 2) * torch.rand(1)
        if self.fault == "first row leaks into the last":
            said = torch.cat([said[:-1], said[-1:] + said[:1]])
        if self.fault == "one number leaks":
            said = said + torch.eye(1, 2) * said.mean(0)
        return (said, state) if self.fault == "with its state" else said


RIGHT = ("plain", "with its state", "normalised by batch", "declared dropout", "answer per step")
VARY = (
    *("keeps its state", "dropout never off", "noise at the first number"),
    *("noise in the last row", "noise in the first row"),
)
MIX = (
    *("rows for steps", "last row leaks into the first", "first row leaks into the last"),
    *("one number leaks", "weights over the rows", "less the mean of the batch"),
)


def reader(fault: str, seed: int = 1, features: int = 2, training: bool = True) -> Reader:
    """Make a network whose numbers do not depend on what was drawn before.

    Parameters
    ----------
    fault : str
        As for `Reader`.
    seed : int
        Of its weights.
    features : int
        Numbers per step.
    training : bool
        Its mode.

    Returns
    -------
    Reader
    """
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return Reader(fault, features).train(training)


def draw_reader(draw: Draw, faults: tuple[str, ...]) -> tuple[Reader, Tensor]:
    """Draw a network, right or faulty, and a batch for it.

    Parameters
    ----------
    draw : Draw
        Of the check.
    faults : tuple of str
        What it may be.

    Returns
    -------
    Reader, Tensor
    """
    features, fault = draw.size("features"), draw.one_of("fault", faults)
    model = reader(fault, draw.whole(0, 99), features, draw.one_of("training", (True, False)))
    kind = draw.one_of("kind", ("normal", "negative", "positive", "with ties"))
    x = draw.tensor(draw.size("rows", 3), draw.size("steps", 2), features, kind=kind)
    return model, x


class Step:
    """A training step with its model and optimiser, so that a check can copy all three together.

    Parameters
    ----------
    model : nn.Module
        Of `reader`.
    clears : str
        When gradients are cleared: "before", "after", "to zero", "never", or "all but one".
    clip : float
        The norm that gradients are clipped to; 0 for none.
    adam : bool
        Adam, else plain gradient descent.
    rate : float
        The learning rate.
    """

    def __init__(
        self,
        model: nn.Module,
        clears: str,
        clip: float = 0.0,
        adam: bool = False,
        rate: float = 0.1,
    ) -> None:
        self.model, self.clears, self.clip = model, clears, clip
        kind = torch.optim.Adam if adam else torch.optim.SGD
        self.optimizer = kind(model.parameters(), lr=rate)

    def __call__(self, x: Tensor, y: Tensor) -> float:
        """Train once on x and y, and give the loss."""
        if self.clears in ("before", "to zero"):
            self.optimizer.zero_grad(set_to_none=self.clears == "before")
        if self.clears == "all but one":
            for name, parameter in self.model.named_parameters():
                parameter.grad = parameter.grad if name == "head.bias" else None
        loss = nn.functional.mse_loss(answer(self.model, x), y)
        loss.backward()
        if self.clip:
            nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        self.optimizer.step()
        if self.clears == "after":
            self.optimizer.zero_grad()
        return loss.item()


def draw_step(draw: Draw, clears: str, clip: float, adam: bool) -> tuple[Step, Tensor, Tensor]:
    """Draw a step for a plain network, and a batch for it.

    Parameters
    ----------
    draw : Draw
        Of the check.
    clears, clip, adam
        As for `Step`.

    Returns
    -------
    Step, Tensor, Tensor
    """
    features = draw.size("features")
    model = reader("plain", draw.whole(0, 99), features)
    rows, steps = draw.size("rows"), draw.size("steps")
    x = draw.tensor(rows, steps, features, kind="normal")
    return Step(model, clears, clip, adam), x, draw.tensor(rows, 2, kind="normal")
