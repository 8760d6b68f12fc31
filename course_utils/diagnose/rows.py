"""Probes of a network that look at the rows of a batch: each must get its own answer."""

from __future__ import annotations

import torch
from torch import Tensor

from course_utils.diagnose.black_box import Box, NoRows, Unclear
from course_utils.diagnose.compare import difference
from course_utils.diagnose.report import Finding, Suspicion

_MOST_ROWS = 8

MIXED = Suspicion(
    "rows_mixed",
    tried="gave one row other values and looked at the answers for the others",
    means="Rows of a batch read each other: two axes are confused (batch_first, view instead of "
    "transpose), or something is normalised over the rows.",
    lesson="02a",
    anchor="every-shape",
    todo="check batch_first and every view, reshape and dim=… on the way from x to the answer.",
)

REORDERED = Suspicion(
    "rows_reordered",
    tried="gave one row other values and looked at which answer moved",
    means="The answers don't come in the order of the rows, so each is compared with somebody "
    "else's target. Sorting by length without sorting back does this.",
    lesson="02b",
    anchor="different-lengths",
    todo="put the answers back in order (unsorted_indices), or pack with enforce_sorted=False.",
)


def influence(box: Box) -> tuple[list[int], Tensor, float]:
    """Change the rows one by one, and see how far each answer moves.

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
        Anything below may be rounding.

    Raises
    ------
    Unclear
        If there aren't two rows, or nothing changes at all.
    """
    if box.rows < 2:
        raise Unclear("x holds a single row", "pass x with at least two rows.")
    with torch.no_grad():
        base = box.call().y
    rows = torch.linspace(0, box.rows - 1, min(box.rows, _MOST_ROWS)).round().int().tolist()
    moved = []
    for row in rows:
        where = box.real() & (torch.arange(box.rows) == row)[:, None]
        gap = (box.changed(where).y.cpu().double() - base.cpu().double()).abs()
        moved.append(gap.nan_to_num(0.0).flatten(1).amax(1).cpu())
    matrix = torch.stack(moved)
    if not bool((matrix > 0).any()):
        raise Unclear(
            "no answer moves, whichever row is changed", "see output_dead before this one."
        )
    return rows, matrix, box.tolerance(base)


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
    seen = f"{len(rows)} rows changed one by one, no other answer moved"
    elsewhere = 0.0 if box.stochastic or box.stateful else _elsewhere(box)
    if elsewhere > limit:
        seen += f"; at another place in the batch a row's answer changes (by {elsewhere:.3g})"
        if _is_blind_to_order(box):
            return MIXED.fault(f"{seen}, and the order of its steps counts for nothing")
        raise Unclear(seen, "nothing, if each place is meant to have something of its own.")
    return MIXED.well(seen)


def _elsewhere(box: Box) -> float:
    """Move every row to another place in the batch, and see how far its answer moves."""
    lengths = None if box.lengths is None else box.lengths.roll(1)
    with torch.no_grad():
        moved = box.call(box.x.roll(1, 0), lengths=lengths).y.roll(-1, 0)
        return difference(moved, box.call().y)


def _is_blind_to_order(box: Box) -> bool:
    """Say whether another order of the steps gives the same answers, in that order."""
    if box.lengths is not None or box.steps < 3:
        return False
    order = torch.randperm(box.steps, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        base, moved = box.call(), box.call(box.x[:, order.to(box.x.device)]).y
    wanted = base.y[:, order.to(base.y.device)] if base.has_steps else base.y
    return difference(moved, wanted) <= box.tolerance(base.y)


def lost(box: Box, first: NoRows) -> Finding:
    """Judge an answer without an axis for the rows: whether it depends on them at all."""
    if box.task is None or box.steps not in first.shape[:2]:
        return MIXED.cannot_tell(first.because, first.todo)
    for fewer in (1, 2):
        rows = box.rows - fewer
        lengths = None if box.lengths is None else box.lengths[:rows]
        try:
            with torch.no_grad():
                box.call(box.x[:rows], lengths=lengths)
        except NoRows as again:
            if again.shape == first.shape:
                return MIXED.fault(
                    f"the answer has shape {tuple(first.shape)} for {box.rows} rows and for "
                    f"{rows}: its first axis is the {box.steps} steps"
                )
        except Unclear:
            break
    return MIXED.cannot_tell(first.because, first.todo)


def reordered(box: Box) -> Finding:
    """Look for answers that aren't in the order of their rows."""
    rows, moved, limit = influence(box)
    if _is_reordered(rows, moved, limit):
        follows = moved.argmax(1).tolist()
        pairs = [f"{row} → {to}" for row, to in zip(rows, follows, strict=True) if row != to]
        return REORDERED.fault(f"changed row → answer that moved: {', '.join(pairs)}")
    return REORDERED.well("no answer follows another row alone")


PROBES = ((MIXED, mixed), (REORDERED, reordered))
