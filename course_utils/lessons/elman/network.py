"""The Elman network in NumPy: forward, backpropagation through time, training, free running.

One network has weights ``w1`` (inputs + hidden, hidden) and ``w2`` (hidden, outputs), tanh
inside and no biases. Every function also takes many networks at once: axes *before* these
two are a stack, such as 32 seeds, and all results carry the same axes in front. The loss is
½ (prediction − target)², summed over the steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float

from course_utils.lessons.elman.shapes import (
    W1,
    W2,
    Points,
    Rate,
    State,
    Targets,
    check_rates,
    check_stack,
    check_together,
)
from course_utils.signatures import (
    BadArgument,
    Count,
    Positive,
    Whole,
    at_least,
    checked,
    whole_numbers,
)
from course_utils.training import show_progress

SPACING = 0.4  # 21 points of it are np.linspace(2, 10, 21)


@checked
def sine_points(count: Count = 21) -> np.ndarray:
    """Give points of the sine, 0.4 apart, starting at 2.

    Parameters
    ----------
    count : int
        21 are the published ones, from 2 to 10; more go on from there. At least two.

    Returns
    -------
    ndarray
        Shape (count, 1).

    Notes
    -----
    Taught in lesson 01a, `published-tutorial`.
    """
    at_least(2, count=count)
    return np.sin(2 + SPACING * np.arange(count))[:, None]


@checked
def initial_weights(
    seeds: Iterable[int], inputs: Count = 1, hidden: Count = 6, outputs: Count = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Draw weights as published: w1 from N(0, 0.4), w2 from N(0, 0.3), one network per seed.

    Parameters
    ----------
    seeds : iterable of int
        At least one, all different.
    inputs, hidden, outputs : int
        The sizes.

    Returns
    -------
    w1, w2 : ndarray
        Shapes (seeds, inputs + hidden, hidden) and (seeds, hidden, outputs).

    Notes
    -----
    A seed's weights don't depend on the other seeds. Taught in lesson 01a, `is-it-good`.
    """
    generators = [np.random.default_rng(seed) for seed in whole_numbers("seeds", seeds)]
    w1 = np.stack([g.normal(0.0, 0.4, (inputs + hidden, hidden)) for g in generators])
    w2 = np.stack([g.normal(0.0, 0.3, (hidden, outputs)) for g in generators])
    return w1, w2


@checked
def zero_state(w1: W1) -> np.ndarray:
    """Make the context that a network starts with.

    Parameters
    ----------
    w1 : ndarray
        Shape (…, inputs + hidden, hidden).

    Returns
    -------
    ndarray
        Zeros of shape (…, 1, hidden).

    Notes
    -----
    Taught in lesson 01a, `published-tutorial`.
    """
    return np.zeros((*w1.shape[:-2], 1, w1.shape[-1]))


@checked
def step(x: Points, state: State, w1: W1, w2: W2) -> tuple[np.ndarray, np.ndarray]:
    """Take one step forward.

    Parameters
    ----------
    x : ndarray
        Shape (1, inputs), the same for the whole stack, or (…, 1, inputs).
    state : ndarray
        The context before, shape (…, 1, hidden).
    w1, w2 : ndarray
        The weights.

    Returns
    -------
    y : ndarray
        Shape (…, 1, outputs).
    state : ndarray
        The context after, shape (…, 1, hidden).

    Notes
    -----
    Elman (1990), "Finding structure in time". Taught in lesson 01a, `is-it-good`.
    """
    check_together(x, state, w1, w2)
    if x.shape[-2] != 1:
        raise BadArgument(f"x must be a single step, of shape (…, 1, inputs), got {x.shape}")
    return _step(x, state, w1, w2)


def _step(
    x: np.ndarray, state: np.ndarray, w1: np.ndarray, w2: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    x = np.broadcast_to(x, (*state.shape[:-1], x.shape[-1]))
    state = np.tanh(np.concatenate([x, state], axis=-1) @ w1)
    return state @ w2, state


@checked
def forward(x: Points, state: State, w1: W1, w2: W2) -> tuple[np.ndarray, np.ndarray]:
    """Read a whole sequence.

    Parameters
    ----------
    x : ndarray
        Shape (steps, inputs), the same for the whole stack, or (…, steps, inputs).
    state : ndarray
        The context before, shape (…, 1, hidden).
    w1, w2 : ndarray
        The weights.

    Returns
    -------
    y : ndarray
        Shape (…, steps, outputs).
    states : ndarray
        Shape (…, steps + 1, hidden): the one given, then the context after each step.

    Notes
    -----
    Taught in lesson 01a, `bptt-by-hand`.
    """
    check_together(x, state, w1, w2)
    return _forward(x, state, w1, w2)


def _forward(
    x: np.ndarray, state: np.ndarray, w1: np.ndarray, w2: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    steps, inputs = x.shape[-2:]
    # What comes from the input is the same sum as in `step`, for all steps at once.
    from_input = x @ w1[..., :inputs, :]
    context = w1[..., inputs:, :]
    states = np.empty((*from_input.shape[:-2], steps + 1, w1.shape[-1]))
    states[..., :1, :] = state
    for t in range(steps):
        states[..., t + 1 : t + 2, :] = np.tanh(
            from_input[..., t : t + 1, :] + states[..., t : t + 1, :] @ context
        )
    return states[..., 1:, :] @ w2, states


@dataclass(frozen=True)
class Gradients:
    """A loss and its derivatives, for each network of a stack.

    Attributes
    ----------
    loss : ndarray
        Shape (…,).
    w1, w2 : ndarray
        Derivatives of the loss by the weights, each of their shape.
    """

    loss: np.ndarray
    w1: np.ndarray
    w2: np.ndarray


@checked
def bptt(
    x: Points, target: Targets, state: State, w1: W1, w2: W2, k: Count | None = None
) -> Gradients:
    """Backpropagate through time, truncated to ``k`` steps.

    The error of each step goes back through that step and the k − 1 before it. With k = 1
    no error crosses time: the gradient of the published scheme.

    Parameters
    ----------
    x : ndarray
        Shape (steps, inputs) or (…, steps, inputs).
    target : ndarray
        Shape (steps, outputs) or (…, steps, outputs).
    state, w1, w2 : ndarray
        As for `forward`.
    k : int, optional
        All steps unless given.

    Returns
    -------
    Gradients

    Notes
    -----
    Werbos (1990); Williams & Peng (1990) for the truncation. Taught in lesson 01a,
    `bptt-by-hand` (all steps), and lesson 01b, `what-truncation-removes` (truncated).
    """
    check_together(x, state, w1, w2, target)
    return _bptt(x, target, state, w1, w2, k)


def _bptt(
    x: np.ndarray,
    target: np.ndarray,
    state: np.ndarray,
    w1: np.ndarray,
    w2: np.ndarray,
    k: int | None,
) -> Gradients:
    y, states = _forward(x, state, w1, w2)
    steps, inputs = x.shape[-2:]
    error, after = y - target, states[..., 1:, :]
    total = np.zeros_like(after)
    for lag, delta in enumerate(_sent_back(error, after, w1[..., inputs:, :], w2, k or steps)):
        total[..., : steps - lag, :] += delta
    rows = np.concatenate([x.mT @ total, states[..., :-1, :].mT @ total], axis=-2)
    return Gradients(np.square(error).sum(axis=(-1, -2)) / 2, rows, after.mT @ error)


@checked
def gradient_by_lag(x: Points, target: Targets, state: State, w1: W1, w2: W2) -> np.ndarray:
    """Split the gradient of w1 by lag: how many steps after its use an error came.

    Parameters
    ----------
    x, target, state, w1, w2 : ndarray
        As for `bptt`.

    Returns
    -------
    ndarray
        Shape (…, steps, inputs + hidden, hidden). The first k along the axis of lags, summed,
        are the gradient of w1 truncated to k.

    Notes
    -----
    Taught in lesson 01b, `what-truncation-removes`.
    """
    check_together(x, state, w1, w2, target)
    y, states = _forward(x, state, w1, w2)
    steps, inputs = x.shape[-2:]
    before = states[..., :-1, :]
    xh = np.concatenate([np.broadcast_to(x, (*before.shape[:-1], inputs)), before], axis=-1)
    sent_back = _sent_back(y - target, states[..., 1:, :], w1[..., inputs:, :], w2, steps)
    parts = [xh[..., : steps - lag, :].mT @ delta for lag, delta in enumerate(sent_back)]
    return np.stack(parts, axis=-3)


def _sent_back(
    error: np.ndarray, after: np.ndarray, context: np.ndarray, w2: np.ndarray, k: int
) -> Iterator[np.ndarray]:
    """Send the errors of all steps back together, one step further at each lag."""
    slope = 1 - np.square(after)
    steps = after.shape[-2]
    delta = (error @ w2.mT) * slope
    yield delta
    for lag in range(1, min(k, steps)):
        delta = (delta[..., 1:, :] @ context.mT) * slope[..., : steps - lag, :]
        yield delta


@checked
def clip(
    w1: W1, w2: W2, limit: Positive
) -> tuple[np.ndarray, np.ndarray, np.ndarray | np.floating]:
    """Shorten gradients whose norm, taken over both, is above a limit.

    Parameters
    ----------
    w1, w2 : ndarray
        Gradients of the weights.
    limit : float
        Above 0.

    Returns
    -------
    w1, w2 : ndarray
        In the same direction, and no longer than the limit.
    norm : ndarray
        Shape (…,): how long they were *before*.

    Notes
    -----
    Pascanu, Mikolov & Bengio (2013). Taught in lesson 01b, `exploding-gradients`.
    """
    check_stack(w1.shape[:-2], w2=w2)
    return _clip(w1, w2, limit)


def _clip(
    w1: np.ndarray, w2: np.ndarray, limit: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray | np.floating]:
    norm = np.sqrt(np.square(w1).sum(axis=(-1, -2)) + np.square(w2).sum(axis=(-1, -2)))
    factor = limit / np.maximum(norm, limit)[..., None, None]
    return w1 * factor, w2 * factor, norm


@dataclass(frozen=True)
class Trained:
    """What a training leaves behind.

    Attributes
    ----------
    w1, w2 : ndarray
        The weights after it.
    losses : ndarray
        Shape (…, epochs): the summed loss of each epoch, added up while the weights move.
    interrupted : bool
        Whether somebody pressed Interrupt; then ``losses`` has the epochs that were done.
    """

    w1: np.ndarray
    w2: np.ndarray
    losses: np.ndarray
    interrupted: bool = False


@checked
def train(
    x: Points,
    target: Targets,
    w1: W1,
    w2: W2,
    *,
    rate: Rate,
    epochs: Count,
    k: Count | None = None,
    limit: Positive | None = None,
) -> Trained:
    """Train by backpropagation through time: one update per epoch, on the summed loss.

    Parameters
    ----------
    x, target : ndarray
        As for `bptt`. Each epoch starts with a context of zeros.
    w1, w2 : ndarray
        The weights to start from; they are left alone.
    rate : float or ndarray
        The step size; an array has one for each network of the stack.
    epochs : int
        At least 1.
    k : int, optional
        How many steps an error goes back; all unless given.
    limit : float, optional
        Clip the gradient to this norm.

    Returns
    -------
    Trained

    Notes
    -----
    A network whose weights explode goes on to inf and NaN in silence: count it, don't hide
    it. Taught in lesson 01b, `step-sizes`; for ``limit``, lesson 01b, `exploding-gradients`.
    """
    state = zero_state(w1)
    check_together(x, state, w1, w2, target)

    def epoch(w1: np.ndarray, w2: np.ndarray, rate: np.ndarray) -> np.ndarray:
        gradients = _bptt(x, target, state, w1, w2, k)
        d_w1, d_w2 = gradients.w1, gradients.w2
        if limit is not None:
            d_w1, d_w2, _ = _clip(d_w1, d_w2, limit)
        w1 -= rate * d_w1
        w2 -= rate * d_w2
        return gradients.loss

    return _train(epoch, w1, w2, rate, epochs)


@checked
def train_each_step(
    x: Points, target: Targets, w1: W1, w2: W2, *, rate: Rate, epochs: Count
) -> Trained:
    """Train as published: an update after every step, the context cut off from its past.

    Parameters
    ----------
    x, target, w1, w2, rate, epochs
        As for `train`. An epoch makes as many updates as there are steps.

    Returns
    -------
    Trained
        Its losses are sums over weights that move from step to step.

    Notes
    -----
    Taught in lesson 01a, `published-tutorial`.
    """
    state = zero_state(w1)
    check_together(x, state, w1, w2, target)
    y, _ = _forward(x, state, w1, w2)
    steps, inputs = x.shape[-2:]
    # There are six thousand tiny updates, so everything that can be laid out once is laid out
    # here. Row t of `xh` is the input and the context of step t; the inputs are in it already.
    xh = np.zeros((*state.shape[:-2], steps + 1, w1.shape[-2]))
    xh[..., :steps, :inputs] = x
    errors = np.empty_like(y)
    rows = [slice(t, t + 1) for t in range(steps + 1)]
    places = [
        (
            xh[..., now, :],
            xh[..., now, :].mT,
            xh[..., after, inputs:],
            xh[..., after, inputs:].mT,
            errors[..., now, :],
            target[..., now, :],
        )
        for now, after in pairwise(rows)
    ]

    def epoch(w1: np.ndarray, w2: np.ndarray, rate: np.ndarray) -> np.ndarray:
        back = w2.mT
        for before, before_turned, context, context_turned, error, wanted in places:
            np.tanh(before @ w1, out=context)
            np.subtract(context @ w2, wanted, out=error)
            move = rate * error
            delta = (move @ back) * (1 - context * context)
            # One row each, so that the outer product is a plain product.
            w2 -= context_turned * move
            w1 -= before_turned * delta
        return np.square(errors).sum(axis=(-1, -2)) / 2

    return _train(epoch, w1, w2, rate, epochs)


def _train(
    epoch: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
    w1: np.ndarray,
    w2: np.ndarray,
    rate: float | np.ndarray,
    epochs: int,
) -> Trained:
    rates = np.asarray(rate, dtype=float)
    check_rates(rates, w1)
    # One rate per network: its axes are the stack's, in front of the two of a matrix.
    rates = rates[..., None, None]
    w1, w2 = w1.copy(), w2.copy()
    losses: list[np.ndarray] = []
    interrupted = False
    with np.errstate(over="ignore", invalid="ignore"):
        try:
            for _ in show_progress(range(epochs), "epochs"):
                losses.append(epoch(w1, w2, rates))
        except KeyboardInterrupt:
            interrupted = True
    table = np.stack(losses, axis=-1) if losses else np.empty((*w1.shape[:-2], 0))
    return Trained(w1, w2, table, interrupted)


@checked
def one_step_error(x: Points, target: Targets, w1: W1, w2: W2, skip: Whole = 0) -> np.ndarray:
    """Measure the mean squared error with the truth fed in at each step.

    Parameters
    ----------
    x, target, w1, w2 : ndarray
        As for `bptt`, from a context of zeros.
    skip : int
        How many steps at the start are read but not counted, as a warm-up.

    Returns
    -------
    ndarray
        Shape (…,). A network that has exploded has the error inf.

    Raises
    ------
    ValueError
        If ``skip`` leaves no step.

    Notes
    -----
    Taught in lesson 01a, `is-it-good`.
    """
    state = zero_state(w1)
    check_together(x, state, w1, w2, target)
    if skip >= x.shape[-2]:
        raise BadArgument(f"skip must be from 0 to {x.shape[-2] - 1}, got {skip}")
    with np.errstate(over="ignore", invalid="ignore"):
        y, _ = _forward(x, state, w1, w2)
        error = np.square(y - target)[..., skip:, :].mean(axis=(-1, -2))
    return np.where(np.isfinite(error), error, np.inf)


@checked
def free_running(
    known: Points, count: Count, w1: W1, w2: Float[np.ndarray, "... hidden inputs"]
) -> np.ndarray:
    """Read what is known, then go on alone: each prediction is the next input.

    Parameters
    ----------
    known : ndarray
        Shape (steps, inputs) or (…, steps, inputs).
    count : int
        How many values to predict, at least 1.
    w1, w2 : ndarray
        The weights, of a network with as many outputs as inputs.

    Returns
    -------
    ndarray
        Shape (…, count, inputs): the values right after the known ones.

    Notes
    -----
    Taught in lesson 01a, `is-it-good`.
    """
    state = zero_state(w1)
    check_together(known, state, w1, w2, name="known")
    with np.errstate(over="ignore", invalid="ignore"):
        read, states = _forward(known, state, w1, w2)
        y, state = read[..., -1:, :], states[..., -1:, :]
        values = [y]
        for _ in range(count - 1):
            y, state = _step(y, state, w1, w2)
            values.append(y)
    return np.concatenate(values, axis=-2)
