"""What a fault looks like: the numbers of a strip, from which `strips.draw` makes a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from course_utils.diagnose.black_box import Box
from course_utils.diagnose.given import Given
from course_utils.diagnose.report import Finding
from course_utils.diagnose.watch import Watched
from course_utils.recording import Strip, record

MOST_ROWS, MOST_OUTPUTS = 3, 64  # each output costs a backward pass
IN_A_NETWORK = ("rows_mixed", "rows_reordered", "state_kept", "future_read", "steps_ignored")


def with_strips(
    findings: Sequence[Finding], names: Sequence[str], look: Callable[[str], Strip | None]
) -> list[Finding]:
    """Give each fault of these names the strip that shows it.

    Parameters
    ----------
    findings : sequence of Finding
    names : sequence of str
        The faults that can be seen in a strip.
    look : callable
        Takes a fault's name and returns its strip. If it fails, the fault simply has no strip.

    Returns
    -------
    list of Finding
    """
    shown = []
    for finding in findings:
        if finding.status == "fault" and finding.name in names:
            with suppress(Exception):
                finding = replace(finding, strip=look(finding.name))
        shown.append(finding)
    return shown


def of_network(box: Box, name: str) -> Strip | None:
    """Record the network on x; if it keeps a state, after a call with another x.

    Parameters
    ----------
    box : Box
        The model.
    name : str
        Of the fault.

    Returns
    -------
    Strip or None
        None if it returns so many numbers that their gradients would take long.
    """
    keeps = name == "state_kept"
    with torch.no_grad():
        answer = box.changed(box.real()) if keeps else box.call()
    if answer.y.shape[-1] > MOST_OUTPUTS:
        return None
    # You see reading ahead from the middle of a row, and everything else from its end.
    at = box.steps // 2 if name == "future_read" and answer.has_steps else -1
    row = 0 if keeps else min(MOST_ROWS, box.rows) - 1
    strip = record(lambda x: box.call(x, restored=not keeps).y, box.x, at=at, row=row)
    return strip.only(range(row + 1))


def of_update(watched: Watched, slope: Callable[[Watched], Tensor]) -> Strip:
    """Record the model that a step trains, with the reach of the last step's loss.

    Parameters
    ----------
    watched : Watched
        The step.
    slope : callable
        Returns the gradient of that loss per row and step of x.

    Returns
    -------
    Strip
        Of one row.
    """
    reach = slope(watched)
    watched.kept.restore()
    x = watched.x.transpose(0, 1) if watched.time_first else watched.x
    strip = record(watched.model, x, row=0)
    return strip._replace(reach=reach.detach().cpu().double().numpy()).only([0])


def of_chunks(given: Given) -> Strip | None:
    """Lay the first chunks that share a sample end to end, up to three of them.

    Parameters
    ----------
    given : Given
        The data.

    Returns
    -------
    Strip or None
        The inputs alone, as no network has read them. None if every chunk begins with a new sample.
    """
    x, far = given.x, given.layout[1] if given.layout else 1
    twice = np.isclose(x[:-far, -1], x[far:, 0]).all(axis=1)
    if not twice.any():
        return None
    chunks, steps = x[int(twice.argmax()) :: far][:3], x.shape[1]
    if not np.isfinite(chunks).all():
        return None
    count = len(chunks) * steps
    nothing = np.zeros((1, count + 1, 0))
    return Strip(
        chunks.reshape(1, count, -1),
        nothing,
        nothing[:, 1:],
        np.full((1, count), np.nan),
        borders=tuple(range(steps, count, steps)),
    )
