"""Probes of a network that look at the order of the steps: the future, and steps mixed up."""

from __future__ import annotations

import torch
from torch import Tensor

from course_utils.diagnose.black_box import Answer, Box, Failed, NoRows, Unclear
from course_utils.diagnose.compare import difference
from course_utils.diagnose.report import Finding, Suspicion

_STEPS = 8  # enough to see an order, few enough that nothing is forgotten on the way

FUTURE = Suspicion(
    "future_read",
    tried="gave later steps other values and looked at earlier answers",
    means="The answer at a step reads steps that come after it. On past data that looks superb, "
    "but in use there is no future to read.",
    lesson="02b",
    anchor="both-directions",
    todo="use one direction, don't normalise over the steps, pad convolutions causally; past the "
    "last known step, feed back the network's own forecasts.",
)

MIXED = Suspicion(
    "steps_mixed",
    tried="gave one step after another other values and looked at which answers moved",
    means="The answers are at other steps than their inputs: a view where a transpose was "
    "meant, or a backward direction that was never flipped back.",
    lesson="03a",
    anchor="network",
    todo="transpose axes with transpose or permute, never with view; flip backward outputs back.",
)


def settle_steps(box: Box, answer: Answer) -> Answer:
    """Find out whether a forecast has an answer for each step of x, whatever its shape says.

    A network that reads a whole window and returns the next H values returns just as many for a
    shorter window; if H happens to be the number of steps, that is the only way to tell. If it
    doesn't take a shorter window, an answer with two axes leaves it open, and counts as a whole.
    """
    real = box.steps if box.lengths is None else int(box.lengths.max())
    if box.task != "forecast" or real < 2:
        return answer
    lengths = None if box.lengths is None else box.lengths.clamp(max=real - 1)
    try:
        shorter = box.call(box.x[:, : real - 1], lengths=lengths)
    except NoRows:
        return answer
    except Failed:
        box.per_step = not answer.flat
    else:
        box.per_step = shorter.y.numel() != answer.y.numel()
    return answer if box.per_step else box.call()


def future(box: Box) -> Finding:
    """Look for answers that read the future."""
    if box.known_steps is not None:
        return _unknown(box)
    if box.task != "forecast":
        raise Unclear("you may want it to read the whole row", 'declare task="forecast" if not.')
    with torch.no_grad():
        answer = box.call()
    base, steps = answer.y, box.steps
    if not answer.has_steps:
        raise Unclear(
            f"the answer has shape {tuple(base.shape)}: which step of {steps} each belongs to is "
            "not known",
            'declare task="encode" if it reads a whole window and gives the next values; else hand '
            "in a model that answers at every step, of a shorter x too, or declare known_steps.",
        )
    cuts = sorted({0, steps // 2, steps - 2} & set(range(steps - 1)))
    if not cuts:
        raise Unclear("x has a single step", "pass x with more steps.")
    worst, faint = 0.0, 0.0
    for cut in cuts:
        late = box.real() & (torch.arange(steps) > cut)[None]
        moved = difference(box.changed(late).y[:, : cut + 1], base[:, : cut + 1])
        if moved > box.tolerance(base):
            worst, at = max(worst, moved), cut
        faint = max(faint, moved)
    if worst:
        return FUTURE.fault(f"steps after {at} changed, the answers up to it moved by {worst:.3g}")
    if faint:
        raise Unclear(f"earlier answers moved by {faint:.1e}: rounding", "try it in float64.")
    return FUTURE.well(f"nothing up to steps {', '.join(map(str, cuts))} moved")


def _unknown(box: Box) -> Finding:
    """Look for answers that read a column where it isn't known yet."""
    x, known = box.x, int(box.known_steps or 0)
    columns = box.target_column
    if columns is None or box.is_tokens or x.ndim != 3:
        raise Unclear(
            "you didn't declare which column is unknown after known_steps",
            "declare target_column, the number of that column of x.",
        )
    columns = [columns] if isinstance(columns, int) else list(columns)
    start = known + 1 if known + 1 < box.steps else known
    where = torch.zeros(x.shape, dtype=torch.bool)
    where[:, start:, columns] = True
    with torch.no_grad():
        base = box.call().y
    if not bool(where.any()):
        raise Unclear("no step comes after known_steps", "pass x with later steps.")
    moved = max(difference(box.changed(where).y, base) for _ in range(2))
    if moved > box.tolerance(base):
        return FUTURE.fault(
            f"column {columns} changed from step {start} on, where it is not known; the answer "
            f"moved by {moved:.3g}"
        )
    if moved:
        raise Unclear(f"the answer moved by {moved:.1e}: rounding", "try it in float64.")
    return FUTURE.well(f"column {columns} from step {start} on moves nothing")


def mixed(box: Box) -> Finding:
    """Look for answers that are at other steps than their inputs."""
    if box.task not in ("tag", "forecast"):
        raise Unclear(
            "you didn't declare which answer belongs to which step",
            'declare task="tag" or task="forecast" for one answer per step.',
        )
    steps = min(box.steps, _STEPS)
    base = _first_steps(box, steps)
    if base.y.shape[-1] == steps and steps > 5:
        steps -= 1
        base = _first_steps(box, steps)
    if not base.has_steps or steps < 5:
        raise Unclear("the answer lacks the steps of x, or has few", "pass at least five steps.")
    y = base.y
    if y.shape[2] > 2 and _sums_to_one(y):
        return MIXED.fault(
            f"the answers sum to 1 over the {steps} steps for each of {y.shape[2]} columns"
        )
    moved = _moved(box, y, steps)
    told = _explain(moved, box.x.shape[2] if box.x.ndim > 2 else 1)
    if not told and y.shape[2] > 1 and steps > 5:
        told = _explain_view_by_size(_moved_on_average(box, steps))
    if told:
        return MIXED.fault(f"of {steps} steps changed one by one, {told}")
    own = moved.amax(1).diagonal()
    return MIXED.well(f"each answer moves with its own step by {float(own.mean()):.3g}")


def _first_steps(box: Box, steps: int) -> Answer:
    rows = box.real()[:, :steps].all(1).to(box.x.device)
    if not bool(rows.any()):
        raise Unclear(f"no row has {steps} real steps", "pass longer rows.")
    lengths = None if box.lengths is None else box.lengths.clamp(max=steps)
    with torch.no_grad():
        answer = box.call(box.x[:, :steps], lengths=lengths)
    return Answer(answer.y[rows], answer.state, answer.has_steps)


def _moved(box: Box, base: Tensor, steps: int) -> Tensor:
    """Change one step after another; shape (steps of y, columns of y, changed step)."""
    x, columns = box.x, []
    for step in range(steps):
        where = box.real() & (torch.arange(box.steps) == step)[None]
        try:
            box.x = box.other(where)
            after = _first_steps(box, steps).y
        finally:
            box.x = x
        columns.append((after.cpu().double() - base.cpu().double()).abs().nan_to_num(0.0).mean(0))
    return torch.stack(columns, -1).cpu()


def _moved_on_average(box: Box, steps: int, draws: int = 4) -> Tensor:
    """Average over other weights, since a view doesn't depend on them."""
    total = torch.zeros(())
    for seed in range(draws):
        with box.other_weights(seed):
            moved = _moved(box, _first_steps(box, steps).y, steps)
        total = total + moved / moved.amax(2, keepdim=True).clamp(min=1e-30)
    return total


def _sums_to_one(y: Tensor) -> bool:
    return (
        y.is_floating_point()
        and bool((y >= 0).all())
        and difference(y.sum(1), torch.ones_like(y[:, 0])) < 1e-4
    )


def _explain(moved: Tensor, features: int) -> str:
    """Name the mix-up that explains exactly what moved, unless the right order does."""
    steps, columns = moved.shape[:2]
    t, s = torch.arange(steps)[:, None], torch.arange(steps)[None]
    hit = (moved > 0).any(1)
    back = steps - 1 - t
    for pattern, text in (
        ((s <= t) | (s >= back), "answer t moves with the first t and the last t alone"),
        (s >= back, "the answers come in reverse order"),
        (s <= back, "the answers come in reverse order"),
    ):
        if bool((hit == pattern).all()):
            return text
    # x seen through a view: number d·T + t of all its numbers, instead of step t.
    sources = (torch.arange(features) * steps + t) // features  # (steps, features)
    reads = (sources[..., None] == s[0]).any(1).cummax(0).values
    if bool((hit == reads).all()) and not bool(reads.all()) and not bool((hit == (s <= t)).all()):
        return "answer t moves with the steps that a view of x puts at step t"
    if columns > 1:
        return _explain_view(moved)
    return ""


_VIEWED = "the columns of an answer move with different steps, as a view makes them"


def _explain_view(moved: Tensor) -> str:
    """See whether y is a view of (steps, columns) as (columns, steps), turned."""
    steps, columns = moved.shape[:2]
    t, s = torch.arange(steps)[:, None, None], torch.arange(steps)[None, None]
    undone = moved.transpose(0, 1).reshape(steps, columns, steps)
    for right in (s <= t, s >= t):
        if bool(((undone > 0) == right).all()) and not bool(((moved > 0) == right).all()):
            return _VIEWED
    return ""


def _explain_view_by_size(moved: Tensor) -> str:
    """See the same where all steps move all answers, by which of them moves each most."""
    steps, columns = moved.shape[:2]
    nearest, own = moved.argmax(2), torch.arange(steps)[:, None]
    viewed = (torch.arange(columns)[None] * steps + own) // columns
    if (nearest == viewed).double().mean() >= 0.9 and (nearest == own).double().mean() <= 0.6:
        return _VIEWED
    return ""


PROBES = ((FUTURE, future), (MIXED, mixed))
