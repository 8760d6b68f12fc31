"""Cues to remember across batches: training the network on them, and testing it."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from course_utils.lessons.stateful.runs import check_way, make_model
from course_utils.recurrent import Session, evaluating
from course_utils.signals import cue_chunks
from course_utils.signatures import BadArgument, Count, Whole, at_least, checked
from course_utils.training import Run, adam

LEARNING_RATE = 0.02
MEMORIES = (1, 5, 20)
# The memories that each way is trained for. The last way is a control, with the near ones only.
WAYS = {
    **dict.fromkeys(("carried", "never", "no reset", "asked late"), MEMORIES),
    "asked late, not cut": MEMORIES[:2],
}
STREAMS = 100


@checked
def train_on_cues(
    seed: Whole, memory: Count, way: str = "carried", streams: Count = STREAMS
) -> Run:
    """Train the network to say, at every step, which cue its stream began with.

    Parameters
    ----------
    seed : int
        Of the weights and the cues.
    memory : int
        How many chunks a stream has after the one with the cue.
    way : {"carried", "never", "no reset", "asked late", "asked late, not cut"}
        "carried" carries the state through a stream and resets it at the next. "never" starts
        every chunk from zeros. "no reset" never resets. "asked late" is "carried" with a loss
        on a stream's last chunk only; in "asked late, not cut" the state also keeps its history
        through the stream, so that the loss reaches back to the cue.
    streams : int
        How many streams the network reads, fifty at a time.

    Returns
    -------
    Run

    Raises
    ------
    BadArgument
        If ``way`` is none of `WAYS`.

    Notes
    -----
    Taught in lesson 04a, `where-carrying-is-necessary`.
    """
    check_way(way, WAYS)
    data = cue_chunks(streams * (memory + 1), memory, torch.Generator().manual_seed(seed))
    run = Run(make_model(seed))
    session, update = Session(run.model), adam(LEARNING_RATE)(run.model.parameters())
    for number, (x, target) in enumerate(zip(data.inputs, data.targets, strict=True)):
        place = number % (memory + 1)
        if way == "never" or (way != "no reset" and place == 0):
            session.reset()
        if way == "asked late, not cut":
            y, session.state = run.model(x, session.state)
        else:
            y = session.carry(x)
        if place == memory or not way.startswith("asked late"):
            loss = nn.functional.mse_loss(y, target)
            update.zero_grad()
            loss.backward()
            update.step()
            run.losses.append(loss.item())
    return run


@torch.no_grad()
@checked
def cue_hits(
    model: nn.Module, chunks: Count, carry: bool = True, seed: Whole = 0, before: Whole = 0
) -> np.ndarray:
    """Count how often a trained network still knows a fresh cue, chunk by chunk.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, state)``.
    chunks : int
        How long the streams are, including the cue's own chunk; at least 2.
    carry : bool
        Whether the state is carried; if not, every chunk starts from zeros.
    seed : int
        Of the cues: 200 fresh ones that no training has seen.
    before : int
        How many chunks of earlier streams, with other cues, the state has read by then: 0 or at
        least 2. A network trained without a reset is tested without one.

    Returns
    -------
    ndarray
        Shape (chunks,): the share of streams whose sign is right at a chunk's last step.

    Raises
    ------
    BadArgument
        If ``chunks`` or ``before`` is out of range.

    Notes
    -----
    Used in lesson 04a, `where-carrying-is-necessary`.
    """
    at_least(2, chunks=chunks)
    if before == 1:
        raise BadArgument(f"before must be 0 or at least 2, got {before!r}")
    generator = torch.Generator().manual_seed(10**6 + seed)
    data = cue_chunks(chunks, chunks - 1, generator, batch=200)
    session, hits = Session(model), []
    with evaluating(model):
        if before:
            for x in cue_chunks(before, before - 1, generator, batch=200).inputs:
                session.carry(x)
        for x, target in zip(data.inputs, data.targets, strict=True):
            if not carry:
                session.reset()
            right = (session.carry(x)[:, -1] > 0) == (target[:, -1] > 0)
            hits.append(right.float().mean().item())
    return np.array(hits)


@checked
def cue_reach(model: nn.Module, steps: Count = 40) -> tuple[np.ndarray, np.ndarray]:
    """Read a cue and zeros, and find how much the cue moves the last answer.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, state)``.
    steps : int
        How many samples are read, the cue included. The state isn't cut in between.

    Returns
    -------
    reach : ndarray
        Shape (2,), for the cues -1 and +1: the size of the answer's gradient at the cue, as a
        share of its largest at any sample.
    answers : ndarray
        Shape (2,): what the network says at the last sample.

    Notes
    -----
    Used in lesson 04a, `necessary-and-not-enough`.
    """
    x = torch.zeros(2, steps, 1)
    x[:, 0, 0] = torch.tensor([-1.0, 1.0])
    with evaluating(model):
        y, _ = model(x.requires_grad_(), None)
    (gradient,) = torch.autograd.grad(y[:, -1].sum(), x)  # rows don't mix: each has its own
    sizes = gradient[:, :, 0].abs()
    return (sizes[:, 0] / sizes.amax(dim=1)).numpy(), y[:, -1, 0].detach().numpy()
