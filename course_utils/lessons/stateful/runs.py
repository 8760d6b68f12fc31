"""The published network of lessons 04a and 04b, and every way of training that they measure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from course_utils.lessons.stateful.keras_port import initialise_like_keras
from course_utils.recurrent import SequenceModel, State, answered, detach
from course_utils.reproducibility import seed_everything
from course_utils.signals import Chunks, stateful_batches
from course_utils.signatures import BadArgument, Count, Positive, Whole, checked
from course_utils.training import (
    Rule,
    Run,
    adam,
    evaluate_chunks,
    fit_chunks,
    free_run_error,
    mean_squared_error,
)

Start = Callable[[SequenceModel], object]
Losses = Sequence[Any] | np.ndarray

HIDDEN = 20
LEARNING_RATE = 0.006
# "train cost" of steps 0, 10, … 500 as the post prints them (here to four decimals), for one seed.
# fmt: off
PUBLISHED_COSTS = (
    0.5094, 0.4967, 0.4806, 0.4567, 0.4109, 0.3135, 0.1255, 0.0739, 0.1014, 0.0466,
    0.0595, 0.0403, 0.0534, 0.1562, 0.1791, 0.1636, 0.2108, 0.2001, 0.1807, 0.1614,
    0.1991, 0.1693, 0.1648, 0.1752, 0.2055, 0.1510, 0.1630, 0.1682, 0.1147, 0.1415,
    0.1351, 0.1376, 0.1300, 0.1197, 0.0929, 0.0819, 0.0690, 0.0713, 0.0803, 0.0732,
    0.0968, 0.0783, 0.0724, 0.0653, 0.0577, 0.0632, 0.0474, 0.0554, 0.0519, 0.0529,
    0.0565,
)
# fmt: on
PRINT_EVERY = 10


@checked
def make_model(seed: Whole, start: Start = initialise_like_keras) -> SequenceModel:
    """Make the published network: an LSTM of 20, and a read-out of every step.

    Parameters
    ----------
    seed : int
        Where the random numbers start.
    start : callable
        What to do to the weights that torch has drawn. By default they are drawn again as in
        Keras; `starts.STARTS` has other ways.

    Returns
    -------
    SequenceModel
        Not trained yet.
    """
    seed_everything(seed)
    model = SequenceModel(HIDDEN, "LSTM")
    start(model)
    return model


@checked
def shuffle_rows(batches: Chunks, seed: Whole) -> Chunks:
    """Put the rows of each batch in a different order, so that rows do not continue each other.

    Parameters
    ----------
    batches : Chunks
        Left as they are.
    seed : int
        Of the orders.

    Returns
    -------
    Chunks
        Inputs and targets still belong together; the times are those of the old row 0.
    """
    generator = torch.Generator().manual_seed(seed)
    orders = [torch.randperm(x.shape[0], generator=generator) for x in batches.inputs]
    inputs, targets = (
        torch.stack([rows[order] for rows, order in zip(part, orders, strict=True)])
        for part in (batches.inputs, batches.targets)
    )
    return Chunks(batches.times, inputs, targets)


@checked
def stretches(chunks: Count = 501, batch: Count = 50, steps: Count = 20) -> Chunks:
    """Lay a long sine out so that every row walks through its own stretch.

    Row i of a batch continues row i of the batch before, and no sample comes twice.

    Parameters
    ----------
    chunks, batch, steps : int
        As for `signals.stateful_batches`.

    Returns
    -------
    Chunks
        Of the shape that `signals.stateful_batches` gives.

    Notes
    -----
    Taught in lesson 04a, `where-the-error-sits`.
    """
    long = stateful_batches(1, batch=batch, steps=chunks * steps)
    inputs, targets = (
        part[0].unflatten(1, (chunks, steps)).transpose(0, 1).contiguous()
        for part in (long.inputs, long.targets)
    )
    return Chunks(long.times.reshape(chunks, steps), inputs, targets)


# How the batches are laid out, and what each starts from.
WAYS: dict[str, tuple[Callable[[int, int], Chunks], Rule]] = {
    "carried": (lambda chunks, seed: stateful_batches(chunks), "carry"),
    "never carried": (lambda chunks, seed: stateful_batches(chunks), "reset"),
    "advanced twice": (lambda chunks, seed: stateful_batches(chunks), "twice"),
    "next thousand": (lambda chunks, seed: stateful_batches(chunks, advance=1000), "carry"),
    "rows shuffled": (lambda chunks, seed: shuffle_rows(stateful_batches(chunks), seed), "carry"),
    "own stretches": (lambda chunks, seed: stretches(chunks), "carry"),
}


@checked
def train(model: nn.Module, batches: Chunks, rule: Rule = "carry") -> Run:
    """Train as published: Adam at 0.006, one update per batch.

    Both bias vectors of the LSTM are trained, and Adam is torch's own.

    Parameters
    ----------
    model : nn.Module
        Changed in place.
    batches : Chunks
        What to train on, in order.
    rule : {"carry", "reset", "stale", "twice"}
        As for `training.fit_chunks`.

    Returns
    -------
    Run
        Next to each loss it notes that of the last row alone.

    Notes
    -----
    Taught in lesson 04a, `network-and-training`.
    """

    def last_row(number: int, loss: float, y: Tensor) -> float:
        return nn.functional.mse_loss(y[-1], batches.targets[number, -1]).item()

    run, _ = fit_chunks(
        model,
        batches.inputs,
        batches.targets,
        optimizer=adam(LEARNING_RATE),
        rule=rule,
        on_step=last_row,
    )
    return run


@checked
def train_seed(seed: Whole, way: str = "carried", chunks: Count = 501) -> Run:
    """Make the published network, and train it in one of the ways.

    Parameters
    ----------
    seed : int
        Where the random numbers start.
    way : str
        One of `WAYS`.
    chunks : int
        How many updates.

    Returns
    -------
    Run

    Raises
    ------
    BadArgument
        If ``way`` is none of `WAYS`.
    """
    check_way(way, WAYS)
    lay_out, rule = WAYS[way]
    return train(make_model(seed), lay_out(chunks, seed), rule)


def check_way(way: str, known: Collection[str]) -> None:
    """Refuse a way that does not exist.

    Parameters
    ----------
    way : str
        What was asked for.
    known : collection of str
        The ways there are.

    Raises
    ------
    BadArgument
        If it is none of them.
    """
    if way not in known:
        raise BadArgument(f"way must be one of {', '.join(map(repr, known))}, got {way!r}")


@checked
def printed_costs(losses: Losses) -> Losses:
    """Give every tenth loss, as the published loop prints them.

    Parameters
    ----------
    losses : sequence of float
        One per update.

    Returns
    -------
    sequence of float
    """
    return losses[::PRINT_EVERY]


@checked
def rebound(losses: Losses) -> float:
    """Give the largest cost printed from update 120 on, after the published low at 110.

    Parameters
    ----------
    losses : sequence of float
        One per update.

    Returns
    -------
    float
        0 if there are fewer updates.
    """
    return float(max(printed_costs(losses)[12:], default=0.0))


def fresh_batches() -> Chunks:
    """Make the stretch for testing: later than the training data, and between its samples.

    Returns
    -------
    Chunks
        Sixty batches of ten rows.
    """
    return stateful_batches(60, batch=10, start=11000.5)


@checked
def fresh_errors(model: nn.Module) -> dict[str, float]:
    """Test a trained network with frozen weights on `fresh_batches`.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, state)``.

    Returns
    -------
    dict
        The mean squared error over the last fifty: "fresh" with the state carried through all
        sixty, "fresh_zeros" with every batch from zeros.
    """
    test = fresh_batches()
    from_zeros = [
        evaluate_chunks(model, x[None], target[None])
        for x, target in zip(test.inputs[10:], test.targets[10:], strict=True)
    ]
    return {
        "fresh": free_run_error(model, test.inputs, test.targets, warm_up=10),
        "fresh_zeros": float(np.mean(from_zeros)),
    }


@checked
class KerasLike:
    """A stateful network the way Keras has it: the state is out of sight, and every call moves it.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, state)``.
    lr : float
        Adam's rate.

    Notes
    -----
    Written out and taught in lesson 04a, `three-ways-state-goes-wrong`.
    """

    def __init__(self, model: nn.Module, lr: Positive = LEARNING_RATE) -> None:
        self.model = model
        self.state: State | None = None
        self.optimizer = torch.optim.Adam(model.parameters(), lr=lr)

    def call(self, x: Tensor) -> Tensor:
        """Answer, and move the state on."""
        y, state = answered(self.model, x, self.state)
        self.state = detach(state)
        return y

    def train_on_batch(self, x: Tensor, y: Tensor) -> float:
        """Make one update; give the cost before it."""
        cost = mean_squared_error(self.call(x), y)
        self.optimizer.zero_grad()
        cost.backward()
        self.optimizer.step()
        return cost.item()

    @torch.no_grad()
    def predict(self, x: Tensor) -> Tensor:
        """Answer, with no gradient. The state moves on all the same."""
        return self.call(x)
