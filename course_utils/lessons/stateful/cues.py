"""Cues to be remembered across batches: how the network is trained on them, and judged."""

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
# Which memories each way is trained for. The last is a control, for the nearer ones alone.
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
        Of the weights; the cues have generators of their own.
    memory : int
        How many chunks a stream has after the one that holds the cue.
    way : {"carried", "never", "no reset", "asked late", "asked late, not cut"}
        The state is carried through a stream and reset at the next; every chunk starts from
        zeros; the state is never reset; as the first, but the loss asks for the last chunk
        of a stream alone; that, and the state keeps its history through the stream, so that
        the loss reaches back to the cue.
    streams : int
        How many streams are seen, fifty at a time.

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
        How long the streams are, the chunk of the cue included; at least 2.
    carry : bool
        Whether the state is carried. Else every chunk starts from zeros.
    seed : int
        Of the cues: 200 fresh ones, which no training has seen.
    before : int
        How many chunks of earlier streams, with other cues, the state has read when they begin:
        0 or at least 2. A network that was trained without a reset is judged without one.

    Returns
    -------
    ndarray
        Shape (chunks,): the share of the streams whose sign is right at the last step.

    Raises
    ------
    BadArgument
        If ``chunks`` or ``before`` is none of those numbers.

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
