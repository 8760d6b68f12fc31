"""The exercises of lesson 04a: the stateful LSTM."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from course_utils import studies
from course_utils.exercises.definitions import Case, Exercise, Misconception, Rejected
from course_utils.recurrent import SequenceModel
from course_utils.studies import lesson_04a as runs
from course_utils.studies.lesson_04a import KerasLike

# ---------------------------------------------------------- 4a.1 get_batch


def get_batch(start: int, batch: int, steps: int) -> list[np.ndarray]:
    """Fold samples start, start + 1, …: [seq, res, xs], (batch, steps, 1) twice, (batch, steps)."""
    samples = np.arange(start, start + batch * steps).reshape(batch, steps)
    xs = samples / (10 * np.pi)
    return [np.sin(xs)[:, :, np.newaxis], np.cos(xs)[:, :, np.newaxis], xs]


def _waves(samples: np.ndarray, scale: float = 10.0) -> list[np.ndarray]:
    xs = samples / (scale * np.pi)
    return [np.sin(xs)[..., None], np.cos(xs)[..., None], xs]


def _fold(start: int, batch: int, steps: int) -> np.ndarray:
    return np.arange(start, start + batch * steps).reshape(batch, steps)


GET_BATCH = Exercise(
    id="4a.1",
    title="Fold a long signal into a batch",
    difficulty=1,
    minutes=5,
    reference=get_batch,
    also_right=(
        lambda start, batch, steps: _waves(
            start + steps * np.arange(batch)[:, None] + np.arange(steps)
        ),
    ),
    cases=lambda: (
        Case(0, 3, 4, label="three rows of four samples, from sample 0"),
        Case(20, 50, 20, label="the tutorial's second batch"),
    ),
    misconceptions=(
        Misconception(
            "the scale of the look",
            "This divides by 1π, as the post's look at the data does. Its training divides by 10π.",
            lambda start, batch, steps: _waves(_fold(start, batch, steps), 1.0),
        ),
        Misconception(
            "no brackets",
            "This multiplies by π: n / 10 * np.pi divides by 10 alone. Brackets: n / (10 * np.pi).",
            lambda start, batch, steps: _waves(_fold(start, batch, steps) * np.pi**2),
        ),
        Misconception(
            "linspace to its end",
            "The samples lie a little too far apart. np.linspace puts its last point on the end, "
            "which belongs to the next batch: endpoint=False, or np.arange.",
            lambda start, batch, steps: _waves(
                np.linspace(start, start + batch * steps, batch * steps).reshape(batch, steps)
            ),
        ),
        Misconception(
            "no axis of inputs",
            "seq and res want a third axis, (batch, steps, 1): one number comes in at each step. "
            "xs has none.",
            lambda start, batch, steps: [
                part.reshape(batch, steps) for part in _waves(_fold(start, batch, steps))
            ],
        ),
        Misconception(
            "time runs down the columns",
            "Here neighbours in time stand in different rows. A row is a piece of time: its "
            "samples follow one another.",
            lambda start, batch, steps: _waves(_fold(start, steps, batch).T),
        ),
        Misconception(
            "sliding windows",
            "Here each row begins one sample after the row above. It begins where that one ends.",
            lambda start, batch, steps: _waves(
                start + np.arange(batch)[:, None] + np.arange(steps)
            ),
        ),
        Misconception(
            "swapped",
            "Sine and cosine have changed places: seq, the input, is the sine.",
            lambda start, batch, steps: [
                _waves(_fold(start, batch, steps))[part] for part in (1, 0, 2)
            ],
        ),
        Misconception(
            "start left out",
            "This batch begins at sample 0 whatever start says.",
            lambda start, batch, steps: _waves(_fold(0, batch, steps)),
        ),
        Misconception(
            "start counted in batches",
            "start is the number of a sample, not of a batch: nothing is to be multiplied by it.",
            lambda start, batch, steps: _waves(_fold(start * steps, batch, steps)),
        ),
    ),
    hints=(
        "`np.arange(a, b)` counts, and `reshape(batch, steps)` fills row after row.",
        "Divide by `(10 * np.pi)` for `xs`; `[:, :, np.newaxis]` adds an axis to the waves.",
    ),
    returns=("seq", "res", "xs"),
)

# ------------------------------------------------------ 4a.2 who continues


def who_continues(before: np.ndarray, after: np.ndarray) -> list[int]:
    """For each row of after (rows, steps): the row of before that it goes on from, or -1."""
    rows = []
    for row in after:
        matches = [i for i, earlier in enumerate(before) if earlier[-1] + 1 == row[0]]
        rows.append(matches[0] if matches else -1)
    return rows


def _matched(
    before: np.ndarray, after: np.ndarray, fits: Callable[[np.ndarray, np.ndarray], Any]
) -> list[int]:
    return [
        next((i for i, earlier in enumerate(before) if fits(earlier, row)), -1) for row in after
    ]


def _follows(earlier: np.ndarray, row: np.ndarray) -> bool:
    return bool(earlier[-1] + 1 == row[0])


WHO_CONTINUES = Exercise(
    id="4a.2",
    title="Who continues whom?",
    difficulty=2,
    minutes=6,
    reference=who_continues,
    also_right=(
        lambda before, after: [
            int(np.argmax(hits)) if hits.any() else -1
            for hits in (before[:, -1] + 1 == after[:, :1])
        ],
    ),
    cases=lambda: (
        Case(_fold(0, 4, 3), _fold(3, 4, 3), label="four rows of three, 3 samples further on"),
        Case(_fold(0, 4, 3), _fold(12, 4, 3), label="four rows of three, 12 samples further on"),
        Case(_fold(0, 4, 3), _fold(3, 4, 3)[[2, 0, 3, 1]], label="the same, rows shuffled"),
        Case(_fold(0, 4, 3), _fold(4, 4, 3), label="4 samples further on"),
    ),
    misconceptions=(
        Misconception(
            "who was here before",
            "These are the rows that hold the same samples. Asked is who ended just before this "
            "row begins.",
            lambda before, after: _matched(before, after, np.array_equal),
        ),
        Misconception(
            "the border sample shared",
            "Last sample equal to first sample: that would be a repeat. Who goes on begins one "
            "further.",
            lambda before, after: _matched(before, after, lambda b, a: b[-1] == a[0]),
        ),
        Misconception(
            "seen from the other side",
            "This says for each row of before who continues it. Asked is, for each row of after, "
            "whom it continues.",
            lambda before, after: _matched(after, before, lambda a, b: _follows(b, a)),
        ),
        Misconception(
            "the row of the same number alone",
            "This asks each row only about the row of its own number. A row may continue another "
            "row: look at all of before.",
            lambda before, after: [
                i if _follows(*pair) else -1
                for i, pair in enumerate(zip(before, after, strict=True))
            ],
        ),
        Misconception(
            "row i always continues row i",
            "Then nobody would need to look. Compare the samples: last of before, first of after.",
            lambda before, after: list(range(len(after))),
        ),
        Misconception(
            "0 for nobody",
            "Where there is nobody, say -1: 0 is a row.",
            lambda before, after: [max(i, 0) for i in _matched(before, after, _follows)],
        ),
        Misconception(
            "yes or no",
            "This says whether. Wanted is which row.",
            lambda before, after: [i >= 0 for i in _matched(before, after, _follows)],
        ),
    ),
    hints=(
        "Row `a` continues row `b` where `b[-1] + 1 == a[0]`.",
        "Loop over the rows of `after`; for each, look through `enumerate(before)`.",
    ),
    returns=("list",),
)

# ------------------------------------------------------ 4a.3 two answers


def evaluate(net: KerasLike, x: torch.Tensor, y: torch.Tensor) -> float:
    """Mean squared error on x, y (batch, steps, 1), from the state as it is and stays."""
    with torch.no_grad():
        prediction, _ = net.model(x, net.state)
    return nn.functional.mse_loss(prediction, y).item()


def _a_net(seed: int) -> KerasLike:
    torch.manual_seed(seed)
    net = KerasLike(SequenceModel(hidden=3, cell="LSTM"))
    net.predict(torch.randn(2, 5, 1))
    return net


def _put_back(net: KerasLike, x: torch.Tensor, y: torch.Tensor) -> float:
    before = net.state
    error = float(((net.predict(x) - y) ** 2).mean())
    net.state = before
    return error


def _evaluate_and_reset(net: KerasLike, x: torch.Tensor, y: torch.Tensor) -> float:
    error = float(((net.predict(x) - y) ** 2).mean())
    net.state = None
    return error


def _evaluate_cases() -> tuple[Case, ...]:
    cases = []
    for seed, steps in ((0, 4), (1, 7)):
        net = _a_net(seed)
        case = Case(net, torch.randn(2, steps, 1), torch.randn(2, steps, 1), label=f"{steps} steps")
        cases.append(case)
    return tuple(cases)


def _nothing_moves(answer: Callable[..., Any]) -> None:
    net = _a_net(2)
    weights = [p.clone() for p in net.model.parameters()]
    assert net.state is not None
    kept = [part.clone() for part in net.state]
    answer(net, torch.randn(2, 4, 1), torch.randn(2, 4, 1))
    if not all(map(torch.equal, weights, net.model.parameters())):
        raise Rejected("the weights have changed: that was an update, and no evaluation")
    if net.state is None:
        raise Rejected("the state is gone: net.state is None after the call")
    if not all(map(torch.equal, kept, net.state)):
        raise Rejected("the state has moved: the next batch would start from the wrong place")


EVALUATE = Exercise(
    id="4a.3",
    title="Why do two identical calls give two answers?",
    difficulty=2,
    minutes=7,
    reference=evaluate,
    also_right=(_put_back,),
    cases=_evaluate_cases,
    misconceptions=(
        Misconception(
            "by predict",
            "The error is right, once. But predict moves the state on, so the next call finds "
            "another one: that is why two identical calls give two answers.",
            lambda net, x, y: float(((net.predict(x) - y) ** 2).mean()),
        ),
        Misconception(
            "from zeros",
            "This starts from zeros. Two calls agree now, and both judge a network that has "
            "forgotten where it is: start from net.state.",
            lambda net, x, y: float(((net.model(x, None)[0] - y) ** 2).mean()),
        ),
        Misconception(
            "reset behind itself",
            "The error is right, and the state is gone afterwards. Leave it as it was.",
            _evaluate_and_reset,
        ),
        Misconception(
            "by train_on_batch",
            "The cost is right, but train_on_batch learns from what it should only judge.",
            lambda net, x, y: net.train_on_batch(x, y),
        ),
        Misconception(
            "the second of two calls",
            "This is the error of the second of two calls: the state had moved on already.",
            lambda net, x, y: float(((net.predict(x) * 0 + net.predict(x) - y) ** 2).mean()),
        ),
        Misconception(
            "the sum",
            "This adds the squared errors up. Wanted is their mean.",
            lambda net, x, y: float(((net.model(x, net.state)[0] - y) ** 2).sum()),
        ),
        Misconception(
            "a tensor",
            "This is a tensor; .item() makes a plain number of it.",
            lambda net, x, y: ((net.model(x, net.state)[0] - y) ** 2).mean().detach(),
        ),
    ),
    properties=(_nothing_moves,),
    hints=(
        "`net.model(x, net.state)` answers and gives a new state back. Who says that you must "
        "keep it?",
        "`with torch.no_grad():` around the call; then `nn.functional.mse_loss(…).item()`.",
    ),
    returns=("error",),
)

# ------------------------------------------------------- 4a.4 next state


def next_state(
    state: tuple[torch.Tensor, torch.Tensor], done: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Cut a pair (h, c) of (1, batch, hidden); zeros in the rows where done (batch,) is True."""
    h, c = state
    keep = ~done[:, None]
    return h.detach() * keep, c.detach() * keep


def _zeroed(part: torch.Tensor, done: torch.Tensor) -> torch.Tensor:
    part = part.detach().clone()
    part[:, done] = 0
    return part


def _zeroed_in_place(part: torch.Tensor, done: torch.Tensor) -> torch.Tensor:
    part.detach()[:, done] = 0
    return part


def _next_is_cut(answer: Callable[..., Any]) -> None:
    pair = tuple(2 * torch.ones(1, 3, 2, requires_grad=True) for _ in range(2))
    if any(part.requires_grad for part in answer(pair, torch.tensor([True, False, False]))):
        raise Rejected("the state still has a history: its requires_grad is True")


NEXT_STATE = Exercise(
    id="4a.4",
    title="Carry these rows, reset those",
    difficulty=2,
    minutes=5,
    reference=next_state,
    also_right=(lambda state, done: (_zeroed(state[0], done), _zeroed(state[1], done)),),
    cases=lambda: (
        Case(
            (torch.arange(1.0, 7.0).reshape(1, 3, 2), torch.arange(7.0, 13.0).reshape(1, 3, 2)),
            torch.tensor([False, True, False]),
            label="three rows, the middle one done",
        ),
        Case(
            (torch.ones(1, 2, 4), 2 * torch.ones(1, 2, 4)),
            torch.tensor([False, False]),
            label="two rows, none done",
        ),
    ),
    misconceptions=(
        Misconception(
            "all rows reset",
            "One row is done, and all were reset. The others still need their state.",
            lambda state, done: tuple(part.detach() * (not done.any()) for part in state),
        ),
        Misconception(
            "the other way round",
            "The rows that are done were kept, and the others reset.",
            lambda state, done: tuple(part.detach() * done[:, None] for part in state),
        ),
        Misconception(
            "h alone",
            "Only h was reset. The cell c of a finished row would go on remembering.",
            lambda state, done: (_zeroed(state[0], done), state[1].detach()),
        ),
        Misconception(
            "in place",
            "The state that came in was changed: detach() shares its numbers. Multiply, or clone "
            "first.",
            lambda state, done: tuple(_zeroed_in_place(part, done).detach() for part in state),
        ),
        Misconception(
            "rows thrown out",
            "The finished rows were taken out, and the batch is smaller now. A new stream starts "
            "in each of them: keep the row, with zeros.",
            lambda state, done: tuple(part.detach()[:, ~done] for part in state),
        ),
        Misconception(
            "not cut",
            "The right rows are zero. But the others still hang on the graph of the batch before.",
            lambda state, done: tuple(part * ~done[:, None] for part in state),
        ),
        Misconception(
            "no axis for the hidden numbers",
            "done has shape (batch,), which is lined up with the last axis, the hidden numbers. "
            "Rows are the axis before it: done[:, None].",
            lambda state, done: tuple(part.detach() * ~done for part in state),
        ),
        Misconception(
            "nothing reset",
            "Nothing was reset: the row that is done must start from zeros.",
            lambda state, done: tuple(part.detach() for part in state),
        ),
    ),
    properties=(_next_is_cut,),
    hints=(
        "`~done` is True for the rows to keep; a product with True keeps a number, with False "
        "it gives 0.",
        "Rows are axis 1 of (1, batch, hidden): `~done[:, None]` has shape (batch, 1) and fits.",
    ),
    returns=("h", "c"),
)

# ---------------------------------------------------------- 4a.5 lay out


def lay_out(values: np.ndarray, batch: int, steps: int) -> np.ndarray:
    """Lay values (n,) out as (chunks, batch, steps): each row walks through its own stretch."""
    chunks = len(values) // (batch * steps)
    rows = values[: chunks * batch * steps].reshape(batch, chunks, steps)
    return rows.transpose(1, 0, 2)


def _whole(values: np.ndarray, batch: int, steps: int) -> tuple[np.ndarray, int]:
    chunks = len(values) // (batch * steps)
    return values[: chunks * batch * steps], chunks


def _by_columns(values: np.ndarray, batch: int, steps: int) -> np.ndarray:
    kept, chunks = _whole(values, batch, steps)
    return np.stack(np.split(kept.reshape(batch, -1), chunks, axis=1))


def _split_first(values: np.ndarray, batch: int, steps: int) -> np.ndarray:
    """Cut into batch stretches first, and drop what is left over at the end of each."""
    each = len(values) // batch
    chunks = each // steps
    rows = values[: each * batch].reshape(batch, each)[:, : chunks * steps]
    return rows.reshape(batch, chunks, steps).transpose(1, 0, 2)


LAY_OUT = Exercise(
    id="4a.5",
    title="Lay a series out for a stateful network",
    difficulty=3,
    minutes=8,
    reference=lay_out,
    also_right=(_by_columns,),
    cases=lambda: (
        Case(np.arange(24.0), 2, 3, label="24 values, two rows, three steps"),
        Case(np.arange(27.0), 3, 2, label="27 values, three rows, two steps"),
        Case(np.arange(5.0), 1, 5, label="one row, one chunk"),
    ),
    misconceptions=(
        Misconception(
            "folded batch by batch",
            "Each batch is filled with the next values, row by row. Then row 0 of the next batch "
            "goes on from the *last* row of this one, and no other row continues anything.",
            lambda values, batch, steps: _whole(values, batch, steps)[0].reshape(-1, batch, steps),
        ),
        Misconception(
            "rows first",
            "The stretches are right, and stand as (batch, chunks, steps). Chunks come first.",
            lambda values, batch, steps: _whole(values, batch, steps)[0].reshape(batch, -1, steps),
        ),
        Misconception(
            "rows interleaved",
            "Each row takes every batch-th value here, so that its steps lie far apart in time.",
            lambda values, batch, steps: (
                _whole(values, batch, steps)[0].reshape(-1, steps, batch).transpose(0, 2, 1)
            ),
        ),
        Misconception(
            "left over at the end of each row",
            "Close: the stretches are one value too long or more, and the rows lose their ends. "
            "Take the first chunks · batch · steps values, then cut.",
            _split_first,
        ),
        Misconception(
            "what is left over",
            "The values do not always fill whole chunks. Drop what is left over at the end.",
            lambda values, batch, steps: values.reshape(batch, -1, steps).transpose(1, 0, 2),
        ),
        Misconception(
            "overlapping",
            "The published folding: here every value comes many times. Each is to come once.",
            lambda values, batch, steps: np.stack(
                [
                    values[start : start + batch * steps].reshape(batch, steps)
                    for start in range(0, len(values) - batch * steps + 1, steps)
                ]
            ),
        ),
    ),
    hints=(
        "Row 0 is to read the first stretch of the series from its beginning to its end, row 1 "
        "the second, and so on: which reshape puts a stretch in a row?",
        "`reshape(batch, chunks, steps)` cuts the stretches; then chunks must come first, and "
        "turning axes is `transpose`'s job.",
    ),
    returns=("layout",),
)

# ------------------------------------------------------------------ quiz


def rows_that_continue() -> int:
    """Count the rows that go on from some row of the batch 100 samples before."""
    first = np.arange(1000).reshape(50, 20)
    return int(np.isin((first + 100)[:, 0], first[:, -1] + 1).sum())


QUIZ_ROWS = Exercise(
    id="4a.Q1",
    title="How many rows still continue one?",
    difficulty=1,
    minutes=2,
    kind="value",
    reference=rows_that_continue,
    also_right=(
        lambda: sum(row >= 0 for row in who_continues(_fold(0, 50, 20), _fold(100, 50, 20))),
    ),
    cases=(),
    misconceptions=(
        Misconception("as published", "That is for 20 samples between batches.", lambda: 50),
        Misconception(
            "the row of the same number",
            "Right for the row of the same number. Asked is some row, of any number.",
            lambda: 0,
        ),
        Misconception(
            "seen before",
            "So many rows were in the batch before. Asked is who goes on from its rows.",
            lambda: 45,
        ),
        Misconception(
            "20 samples further on",
            "That is at 20 samples further on, for rows seen before.",
            lambda: 49,
        ),
        Misconception("the others", "So many continue none. Asked are the others.", lambda: 4),
    ),
    hints=(
        "`who_continues(first, first + 100)`, with the `first` of section 1.",
        "Count what is not -1.",
    ),
    rtol=0.0,
    atol=0.0,
)


def wrong_beats_none() -> int:
    """Count the pairs in which rows that do not continue end lower than no state at all."""
    faults = studies.load("stateful-faults")
    final = faults.pivot_table(index="seed", columns="way", values="final")
    return int((final["next thousand"] < final["never carried"]).sum())


QUIZ_PAIRS = Exercise(
    id="4a.Q2",
    title="How often is a wrong memory better than none?",
    difficulty=1,
    minutes=2,
    kind="value",
    reference=wrong_beats_none,
    also_right=(
        lambda: sum(
            jump < never
            for jump, never in zip(_finals("next thousand"), _finals("never carried"), strict=True)
        ),
    ),
    cases=(),
    misconceptions=(
        Misconception(
            "the other way round",
            "In so many pairs the next thousand ended higher. Asked is lower.",
            lambda: 32 - wrong_beats_none(),
        ),
        Misconception("beside carried", "That is beside the carried way.", lambda: 0),
        Misconception("all of them", "The medians stand so. Some of the pairs do not.", lambda: 32),
    ),
    hints=(
        '`final["next thousand"]` and `final["never carried"]` have one number per seed.',
        "`<` compares them seed by seed; then `.sum()`.",
    ),
    rtol=0.0,
    atol=0.0,
)


def _finals(way: str) -> list[float]:
    faults = studies.load("stateful-faults")
    return faults[faults["way"] == way].sort_values("seed")["final"].tolist()


def left_of_the_state() -> float:
    """Give how far apart an untrained network's answers are, 20 samples after two states."""
    model, x = runs.make_model(1337), torch.zeros(1, 20, 1)
    ones = torch.ones(1, 1, 20)
    with torch.no_grad():
        from_ones, _ = model(x, (ones, ones))
        from_zeros, _ = model(x, None)
    return abs(from_ones - from_zeros)[0, -1].item()


def _apart(h: float, c: float) -> torch.Tensor:
    model, x, one = runs.make_model(1337), torch.zeros(1, 20, 1), torch.ones(1, 1, 20)
    with torch.no_grad():
        return (model(x, (h * one, c * one))[0] - model(x, None)[0]).abs()[0, :, 0]


QUIZ_UNTRAINED = Exercise(
    id="4a.Q3",
    title="How long does an untrained network remember?",
    difficulty=2,
    minutes=4,
    kind="value",
    reference=left_of_the_state,
    also_right=(lambda: _apart(1.0, 1.0)[-1].item(),),
    cases=(),
    misconceptions=(
        Misconception(
            "the first sample",
            "That is at the first sample, where the two are furthest apart.",
            lambda: _apart(1.0, 1.0)[0].item(),
        ),
        Misconception(
            "the mean of the row",
            "That is the mean over the row. Asked is its last sample.",
            lambda: _apart(1.0, 1.0).mean().item(),
        ),
        Misconception("h alone", "Here only h is ones: c too.", lambda: _apart(1, 0)[-1].item()),
        Misconception("c alone", "Here only c is ones: h too.", lambda: _apart(0, 1)[-1].item()),
        Misconception(
            "signed",
            "How far apart is a distance: without the sign.",
            lambda: -left_of_the_state(),
        ),
        Misconception(
            "nothing left", "Nearly nothing is left. How near is the question.", lambda: 0.0
        ),
    ),
    hints=(
        "`y, state = model(x, state)`: twice, with the pair `(ones, ones)` and with `None`.",
        "Each answer has shape (1, 20, 1): `[0, -1]` is the last sample. Then the difference.",
    ),
    rtol=0.0,
    atol=0.0005,
)

EXERCISES = (
    GET_BATCH,
    WHO_CONTINUES,
    EVALUATE,
    NEXT_STATE,
    LAY_OUT,
    QUIZ_ROWS,
    QUIZ_PAIRS,
    QUIZ_UNTRAINED,
)
