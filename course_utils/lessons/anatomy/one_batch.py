"""Training on one batch over and over, as in lesson 02a: on noise, and on long sums."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

from course_utils.reproducibility import seed_everything
from course_utils.signatures import BadArgument, Count, Number, Whole, checked
from course_utils.training import mean_squared_error

Task = Literal["noise", "total"]


@checked
def descend(
    loss_of: Callable[[], Tensor],
    optimizer: torch.optim.Optimizer,
    updates: Count,
    limit: Number = float("inf"),
) -> tuple[list[float], list[float]]:
    """Compute a loss and step down its gradient, again and again.

    Parameters
    ----------
    loss_of : callable
        Gives the loss, computed anew.
    optimizer : torch.optim.Optimizer
        Holds the parameters.
    updates : int
        How often.
    limit : float
        The largest norm that the gradient may keep.

    Returns
    -------
    losses, norms : list of float
        Before each update; the norms before clipping.
    """
    if not limit > 0:
        raise BadArgument(f"limit must be above 0, got {limit}")
    parameters = [one for group in optimizer.param_groups for one in group["params"]]
    losses, norms = [], []
    for _ in range(updates):
        optimizer.zero_grad()
        loss = loss_of()
        loss.backward()
        norms.append(nn.utils.clip_grad_norm_(parameters, limit).item())
        optimizer.step()
        losses.append(loss.item())
    return losses, norms


@checked
def draw_batch(task: Task, count: Count) -> tuple[Tensor, Tensor]:
    """Draw inputs of the published shape with a target: noise, or the running total.

    Parameters
    ----------
    task : {"noise", "total"}
        Noise as published, (5, count, 20); or the sum of the inputs so far, (5, count, 10).
    count : int
        How many sequences.

    Returns
    -------
    inputs : Tensor
        Shape (5, count, 10), time first, as published.
    targets : Tensor

    Notes
    -----
    Taught in lesson 02a, `what-noise-can-teach`.
    """
    inputs = torch.randn(5, count, 10)
    return inputs, inputs.cumsum(0) if task == "total" else torch.randn(5, count, 20)


@checked
def train_on(
    inputs: Float[Tensor, "5 count 10"],
    targets: Float[Tensor, "5 count outputs"],
    readout: bool,
    updates: Count = 300,
) -> tuple[list[float], Callable[[Tensor, Tensor], Tensor]]:
    """Train the published network on one batch, with Adam and rate 0.01.

    Parameters
    ----------
    inputs, targets : Tensor
        As `draw_batch` gives them.
    readout : bool
        Whether a linear layer reads the hidden state. Without it the loss is taken on the bare
        state, as published.
    updates : int
        How often.

    Returns
    -------
    losses : list of float
        Before each update.
    error : callable
        From inputs and targets to the mean squared error of the trained network.

    Notes
    -----
    Taught in lesson 02a, `what-noise-can-teach`.
    """
    layer = nn.RNN(10, 20)
    head = nn.Linear(20, targets.shape[2]) if readout else nn.Identity()

    def error(x: Tensor, wanted: Tensor) -> Tensor:
        return mean_squared_error(head(layer(x)[0]), wanted)

    optimizer = torch.optim.Adam([*layer.parameters(), *head.parameters()], lr=0.01)
    losses, _ = descend(lambda: error(inputs, targets), optimizer, updates)
    return losses, error


@checked
def sums_by_sgd(seed: Whole, limit: Number, updates: Count) -> tuple[list[float], list[float]]:
    """Train one RNN of 16 units on running sums of 40 numbers.

    Parameters
    ----------
    seed : int
        For the data and the weights.
    limit : float
        The largest norm that the gradient may keep.
    updates : int
        Steps of SGD with rate 0.05.

    Returns
    -------
    losses, norms : list of float
        As for `descend`.

    Notes
    -----
    Taught in lesson 02a, `gradients-through-time`.
    """
    seed_everything(seed)
    x = 2 * torch.rand(50, 40, 1) - 1
    layer, head = nn.RNN(1, 16, batch_first=True), nn.Linear(16, 1)
    optimizer = torch.optim.SGD([*layer.parameters(), *head.parameters()], lr=0.05)
    return descend(
        lambda: mean_squared_error(head(layer(x)[0]), x.cumsum(1)), optimizer, updates, limit
    )
