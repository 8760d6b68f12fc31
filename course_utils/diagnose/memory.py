"""Probes of a network that look at what an answer depends on: anything at all, earlier steps."""

from __future__ import annotations

from statistics import median

import torch
from torch import Tensor

from course_utils.diagnose.black_box import Answer, Box, Unclear
from course_utils.diagnose.compare import difference, tolerance
from course_utils.diagnose.report import Finding, Suspicion

DEAD = Suspicion(
    "output_dead",
    tried="gave all of x other values",
    means="The answer is a constant: the input gets lost on the way.",
    lesson="02a",
    anchor="gradients-through-time",
    todo="look at the values layer by layer: too many narrow layers, saturated gates (scale the "
    "inputs), a ReLU that is off for every input, a softmax over a single unit.",
)

EQUAL = Suspicion(
    "answers_equal",
    tried="compared the answers for different rows and different steps",
    means="Different inputs get the same answer: an average over the rows, or one state copied "
    "to every step.",
    lesson="02a",
    anchor="every-shape",
    todo="read out each step's own state, and don't average over rows.",
)

NO_MEMORY = Suspicion(
    "no_memory",
    tried="gave all steps but one other values",
    means="The answer only knows a single step: the recurrence doesn't run over the steps.",
    lesson="02a",
    anchor="every-shape",
    todo="check that the recurrence runs over the step axis (batch_first) and that the state of "
    "one step reaches the next.",
)

IGNORED = Suspicion(
    "steps_ignored",
    tried="gave the later steps other values",
    means="The answer was read out too early: what comes later in the row never counts.",
    lesson="02b",
    anchor="different-lengths",
    todo="read out the last real step of each row, or pool over all of them.",
)


_ONLY_THESE = "that is so with these weights, but not with others like them"


def dead(box: Box) -> Finding:
    """Look for an answer that is constant."""
    with torch.no_grad():
        base = box.call().y
    if not bool(base.isfinite().all()):
        if not bool(box.x.isfinite().all()):
            raise Unclear("x itself contains NaN or infinite numbers", "pass x without them.")
        bad = int((~base.isfinite()).sum())
        return DEAD.fault(f"{bad} of {base.numel()} numbers of the answer are NaN or infinite")
    moved, limit = _spread(box, base, (2.0, 2.0)), box.tolerance(base)
    if moved > limit:
        return DEAD.well(f"the answer moved by {moved:.3g}")
    if not base.is_floating_point():
        raise Unclear("whole numbers did not move", "pass the scores they were made from.")
    edge = limit / 500  # twice the precision: constant up to here
    if moved > edge:
        moved = max(moved, _spread(box, base, (50.0, 50.0, 50.0)))
    # Few numbers, or coarse ones, may be alike by chance.
    is_sure = box.rows * box.steps >= 10 and limit <= 1e-3 * float(base.abs().max())
    if moved > (limit if is_sure else edge):
        raise Unclear(
            f"the answer moved by {moved:.1e}, at the edge of rounding",
            "look at the values layer by layer; fewer or wider layers let more through.",
        )
    others = []
    for seed in range(10):
        with box.other_weights(seed), torch.no_grad():
            others.append(_spread(box, box.call().y, (2.0, 2.0)) / limit)
    alive = sum(one > 1 for one in others)
    if alive > (1 if moved <= edge else 0) or median(others) > 0.1:
        raise Unclear(_ONLY_THESE, "train it, or start from other weights, and try again.")
    return DEAD.fault(f"the answer moved by {moved:.1e}, of values up to {base.abs().max():.3g}")


def _spread(box: Box, base: Tensor, scales: tuple[float, ...] = (2.0, 2.0, 50.0)) -> float:
    return max(difference(box.changed(box.real(), scale=scale).y, base) for scale in scales)


def _insist_on_life(box: Box, base: Tensor) -> None:
    if not base.is_floating_point():
        raise Unclear("whole numbers rarely move", "pass the scores they were made from.")
    if _spread(box, base) <= box.tolerance(base):
        raise Unclear("the answer is a constant", "see output_dead before this one.")


def equal(box: Box) -> Finding:
    """Look for answers that are the same for all rows, or for all steps."""
    with torch.no_grad():
        answer = box.call()
    y, real = answer.y, box.real()
    _insist_on_life(box, y)
    seen = []
    if box.rows > 1 and bool((box.x != box.x[:1]).any()):
        apart = float((y - y[:1]).abs().max())
        if apart <= tolerance(y) / 64 and y.is_floating_point():
            return EQUAL.fault(f"{box.rows} different rows, answers {apart:.1e} apart")
        seen.append(f"rows {apart:.3g} apart")
    if answer.has_steps and y.is_floating_point():
        rows = real.sum(1) > 1
        gap = ((y - y[:, :1]).abs().amax(2) * real.to(y))[rows.to(y.device)]
        apart = float(gap.max()) if gap.numel() else 1.0
        if apart <= tolerance(y) / 64 and box.task in ("tag", "forecast"):
            return EQUAL.fault(f"{box.steps} different steps, answers {apart:.1e} apart")
        seen.append(f"steps {apart:.3g} apart")
    if not seen:
        raise Unclear("x holds a single row", "pass x with at least two different rows.")
    return EQUAL.well(", ".join(seen))


def no_memory(box: Box) -> Finding:
    """Look for an answer that only knows a single step."""
    if box.steps < 2:
        raise Unclear("x has a single step", "pass x with more steps.")
    with torch.no_grad():
        answer = box.call()
    knows_one, most = _knows_one_step(box, answer)
    if not knows_one:
        return NO_MEMORY.well(_reach(box, answer.y, most, answer.has_steps))
    _insist_on_life(box, answer.y)
    with box.other_weights(), torch.no_grad():
        if not _knows_one_step(box, box.call())[0]:
            raise Unclear(_ONLY_THESE, "train it a little, and try again.")
    return NO_MEMORY.fault("all other steps changed, the answer moved by 0")


def _knows_one_step(box: Box, answer: Answer) -> tuple[bool, float]:
    """Change all steps but one; say whether nothing moves, and how far something did."""
    base, real, limit = answer.y, box.real(), box.tolerance(answer.y)
    ends = real.sum(1) - 1
    if answer.has_steps:
        own = [torch.full_like(ends, t) for t in sorted({0, box.steps // 2, box.steps - 1})]
    else:
        own = [torch.zeros_like(ends), ends]
    moves = []
    for steps in own:
        others = real & (torch.arange(box.steps)[None] != steps[:, None])
        after, step = box.changed(others).y, int(steps[0]) if answer.has_steps else None
        if step is not None:
            counts = real[:, step].to(base.device)
            moves.append(difference(after[counts, step], base[counts, step]))
        else:
            moves.append(difference(after, base))
        if moves[-1] <= limit and (moves[-1] > 0 or _slope(box, others, step)):
            raise Unclear(
                f"earlier steps move the answer by {moves[-1]:.1e}, at the edge of rounding",
                "pass fewer steps.",
            )
    none = [moved <= limit for moved in moves]
    return all(none) if answer.has_steps else any(none), max(moves)


def _reach(box: Box, base: Tensor, most: float, has_steps: bool) -> str:
    """Say how far the first step is felt; it is unclear if rounding hides that."""
    if box.task == "tag" or (box.task is None and has_steps):
        return f"other steps move an answer by {most:.3g}"
    first = box.real() & (torch.arange(box.steps) == 0)[None]
    after = box.changed(first).y
    last = (box.real().sum(1) - 1).to(base.device)
    if has_steps:
        rows = torch.arange(box.rows, device=base.device)
        after, base = after[rows, last], base[rows, last]
    moved = difference(after, base)
    if moved > box.tolerance(base):
        return f"the first step moves the last answer by {moved:.3g}"
    raise Unclear(
        f"other steps count (they move the answer by {most:.3g}), but the first of {box.steps} "
        f"moves it by {moved:.1e}: forgotten, or out of the window that it reads",
        "pass fewer steps, if the first is meant to count.",
    )


def _slope(box: Box, where: Tensor, step: int | None) -> bool:
    """Whether the gradient of the answer, or of one step of it, reaches these places of x."""
    slope = box.slope(lambda y: y if step is None else y[:, step])
    return slope is not None and bool((slope * where.to(slope)).any())


def ignored(box: Box) -> Finding:
    """Look for an answer that was read out too early."""
    with torch.no_grad():
        answer = box.call()
    if answer.has_steps or box.task == "tag" or box.steps < 2:
        raise Unclear(
            "the answer has steps of its own, or x a single one",
            'this looks at one answer per row (task="encode").',
        )
    real, place = box.real(), torch.arange(box.steps)[None]
    if box.known_steps is not None:
        real = real & (place < box.known_steps)
    n = real.sum(1)
    late = real & (place >= (n - n // 2)[:, None])
    moved = _moves_of_rows(box, late)
    if not bool((moved > 0).any()) and not _slope(box, late, None):
        _insist_on_life(box, answer.y)
        with box.other_weights():
            others = _moves_of_rows(box, late)
        with box.training():
            others = others + _moves_of_rows(box, late)
        if bool((others > 0).any()):
            raise Unclear(_ONLY_THESE + ", or not while training", "train it, and try again.")
        return IGNORED.fault(f"the last {int((n // 2).max())} steps changed, the answer moved by 0")
    if box.lengths is not None:
        deaf = (_moves_of_rows(box, real & (place >= (n - 3)[:, None])) == 0) & (n >= 5)
        if bool(deaf.any()) and not bool(deaf.all()):
            rows = [str(i) for i in deaf.nonzero().flatten().tolist()]
            return IGNORED.fault(
                f"the last 3 real steps changed, the answers for rows {', '.join(rows)} moved by 0"
            )
        if _never_reads_the_last_real(box, real & (place == (n - 1)[:, None])):
            return IGNORED.fault(
                f"the last real step changed, in rows of {len(n.unique())} lengths: no answer moved"
            )
    elif box.known_steps is None and _never_reads_the_last(box):
        return IGNORED.fault("the last step changed, in rows of 4 lengths: the answer moved by 0")
    return IGNORED.well(f"later steps move the answer by {float(moved.max()):.3g}")


def _never_reads_the_last_real(box: Box, last: Tensor) -> bool:
    """Whether no row's last real step counts; if all end alike, as with a mark, it needn't."""
    ends = box.x[last.to(box.x.device)]
    if bool((ends == ends[:1]).all()) or len(last.sum(0).nonzero()) < 4:
        return False
    if bool((_moves_of_rows(box, last) > 0).any()) or _slope(box, last, None):
        return False
    with box.training():
        return not bool((_moves_of_rows(box, last) > 0).any())


def _never_reads_the_last(box: Box) -> bool:
    """Whether the last step never counts, however long the row: a stride would only miss some."""
    last = torch.zeros_like(box.real())
    last[:, -1] = True
    if bool((_moves_of_rows(box, last) > 0).any()) or _slope(box, last, None) or box.steps < 5:
        return False
    try:
        with box.training():
            heard = bool((_moves_of_rows(box, last) > 0).any())
        for steps in range(box.steps - 3, box.steps):
            x = box.x[:, :steps].clone()
            other = x.clone()
            other[:, -1] = box.other(box.real())[:, -1]
            with torch.no_grad():
                heard = heard or difference(box.call(x).y, box.call(other).y) > 0
    except Unclear:
        return False
    return not heard


def _moves_of_rows(box: Box, where: Tensor) -> Tensor:
    """Change x in some places, and say how far each row's answer moves."""
    with torch.no_grad():
        gap = (box.changed(where).y - box.call().y).abs()
    return gap.flatten(1).amax(1).cpu()


PROBES = ((DEAD, dead), (EQUAL, equal), (NO_MEMORY, no_memory), (IGNORED, ignored))
