"""Probes of a network that look at the rows of a batch: each is to be answered for itself."""

from __future__ import annotations

import torch
from torch import Tensor

from course_utils.diagnose.black_box import Box, Unclear
from course_utils.diagnose.compare import tolerance
from course_utils.diagnose.report import Finding, Suspicion

_MOST_ROWS = 8

MIXED = Suspicion(
    "rows_mixed",
    tried="gave one row other values and looked at the answers for the others",
    means="Rows of a batch read each other: an axis is taken for another (batch_first, view in "
    "place of transpose), or something is normalised over the rows.",
    lesson="02a",
    anchor="every-shape",
    todo="check batch_first and every view, reshape and dim=… on the way from x to the answer.",
)

REORDERED = Suspicion(
    "rows_reordered",
    tried="gave one row other values and looked at which answer moved",
    means="The answers come in another order than the rows, so each is scored against somebody "
    "else's target. Sorting by length and not sorting back does this.",
    lesson="02b",
    anchor="different-lengths",
    todo="put the answers back in order (unsorted_indices), or pack with enforce_sorted=False.",
)


def influence(box: Box) -> tuple[list[int], Tensor, float]:
    """Change one row after another, and see how far each answer moves.

    Parameters
    ----------
    box : Box
        The model.

    Returns
    -------
    rows : list of int
        Which rows were changed.
    moved : Tensor
        Shape (changed rows, rows): the largest change of each answer.
    limit : float
        Below it, it may be rounding.

    Raises
    ------
    Unclear
        If there are not two rows, or no change is seen at all.
    """
    if box.rows < 2:
        raise Unclear("x holds a single row", "hand in x with at least two rows.")
    with torch.no_grad():
        base = box.call().y
    rows = torch.linspace(0, box.rows - 1, min(box.rows, _MOST_ROWS)).round().int().tolist()
    moved = []
    for row in rows:
        where = box.real() & (torch.arange(box.rows) == row)[:, None]
        gap = (box.changed(where).y.double() - base.double()).abs()
        moved.append(gap.nan_to_num(0.0).flatten(1).amax(1).cpu())
    matrix = torch.stack(moved)
    if not bool((matrix > 0).any()):
        raise Unclear(
            "no answer moves, whichever row is changed", "see output_dead before this one."
        )
    return rows, matrix, tolerance(base)


def _is_reordered(rows: list[int], moved: Tensor, limit: float) -> bool:
    hit = moved > limit
    one_each = bool((hit.sum(1) == 1).all() and (moved.gt(0).sum(1) == 1).all())
    return one_each and hit.int().argmax(1).tolist() != rows


def mixed(box: Box) -> Finding:
    """Look for rows that read each other."""
    rows, moved, limit = influence(box)
    if _is_reordered(rows, moved, limit):
        return MIXED.well("one answer moves with each row (see rows_reordered)")
    own = torch.tensor(rows)[:, None] == torch.arange(moved.shape[1])
    others = moved.masked_fill(own, 0.0)
    worst = float(others.max())
    if worst > limit:
        index = int(others.argmax())
        row, other = rows[index // moved.shape[1]], index % moved.shape[1]
        return MIXED.fault(
            f"with row {row} changed, the answer for row {other} moved by {worst:.3g} "
            f"(its own by {float(moved[rows.index(row), row]):.3g})"
        )
    if worst > 0:
        raise Unclear(f"other rows moved by {worst:.1e}: rounding", "try it in float64.")
    return MIXED.well(f"{len(rows)} rows changed one by one, no other answer moved")


def reordered(box: Box) -> Finding:
    """Look for answers in another order than their rows."""
    rows, moved, limit = influence(box)
    if _is_reordered(rows, moved, limit):
        follows = moved.argmax(1).tolist()
        pairs = [f"{row} → {to}" for row, to in zip(rows, follows, strict=True) if row != to]
        return REORDERED.fault(f"changed row → answer that moved: {', '.join(pairs)}")
    return REORDERED.well("no answer follows another row alone")


PROBES = ((MIXED, mixed), (REORDERED, reordered))
