"""The exercises of lesson 03b: one duplicated sample, and what a carried state is worth."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from course_utils.exercises.definitions import Case, Exercise, Misconception, Rejected
from course_utils.recurrent import SequenceModel

# ------------------------------------------------------ 3b.1 the endpoint


def repeated_samples(times: np.ndarray) -> list[int]:
    """List the chunks of times (chunks, steps) that begin where the one before ended."""
    return [n for n in range(1, len(times)) if times[n, 0] == times[n - 1, -1]]


def _borders() -> np.ndarray:
    starts = np.array([0.0, 2.0, 5.0, 7.0, 12.0])
    return starts[:, None] + np.arange(3.0)


REPEATED = Exercise(
    id="3b.1",
    title="Find what is wrong with the curve",
    difficulty=2,
    minutes=8,
    reference=repeated_samples,
    also_right=(lambda times: (1 + np.flatnonzero(times[1:, 0] == times[:-1, -1])).tolist(),),
    cases=lambda: (
        Case(_borders(), label="five chunks, two of them repeat a sample"),
        Case(np.arange(12.0).reshape(3, 4), label="nothing repeated"),
        Case(np.array([[0.0, 2.0], [2.0, 4.0], [4.0, 6.0], [7.0, 8.0]])),
        Case(
            np.array([[0.0, 1.0], [2.0, 3.0], [5.0, 0.0]]),
            label="a run that ends at the time at which it began",
        ),
        Case(
            np.array([[0.0, 1.0], [np.pi - 1.0, 3.0], [3.0, 4.0]]),
            label="two moments with the same sine",
        ),
    ),
    misconceptions=(
        Misconception(
            "numbered by the chunk before",
            "These are the chunks that *end* with the repeated sample. Wanted are those that "
            "begin with it.",
            lambda times: np.flatnonzero(times[1:, 0] == times[:-1, -1]).tolist(),
        ),
        Misconception(
            "all but the first",
            "This names every chunk but the first. Look at the times: not all of them repeat.",
            lambda times: list(range(1, len(times))),
        ),
        Misconception(
            "neighbours, not equals",
            "A chunk that begins one step after the last is what we want, and no repeat.",
            lambda times: [
                n for n in range(1, len(times)) if times[n, 0] - times[n - 1, -1] <= 1.0
            ],
        ),
        Misconception(
            "counted",
            "This is how many there are. Wanted is a list of which.",
            lambda times: int((times[1:, 0] == times[:-1, -1]).sum()),
        ),
        Misconception(
            "round the corner",
            "Chunk 0 has no chunk before it. With times[-1] Python quietly takes the last one.",
            lambda times: [n for n in range(len(times)) if times[n, 0] == times[n - 1, -1]],
        ),
        Misconception(
            "the sines compared",
            "Two different moments may have the same sine. Compare the times.",
            lambda times: [
                n
                for n in range(1, len(times))
                if np.isclose(np.sin(times[n, 0]), np.sin(times[n - 1, -1]))
            ],
        ),
        Misconception(
            "inside the chunk",
            "This looks for repeats inside a chunk; the trouble is at the border of two.",
            lambda times: [n for n in range(len(times)) if times[n, 0] == times[n, -1]],
        ),
    ),
    hints=(
        "Print the last two times of chunk 0 and the first two of chunk 1, side by side.",
        "`times[n, 0]` begins chunk n, `times[n - 1, -1]` ended the one before.",
    ),
    returns=("list",),
)

# ----------------------------------------------------- 3b.2 mend the times


def chunk_times(number: int, steps: int, span: float) -> np.ndarray:
    """Give times (steps,), float32, of one chunk: evenly from number·span, its end left out."""
    start, end = number * span, (number + 1) * span
    return np.linspace(start, end, steps, dtype=np.float32, endpoint=False)


TIMES = Exercise(
    id="3b.2",
    title="Mend it",
    difficulty=1,
    minutes=4,
    reference=chunk_times,
    also_right=(
        lambda number, steps, span: (number * span + np.arange(steps) * span / steps).astype(
            np.float32
        ),
        lambda number, steps, span: np.linspace(
            number * span, (number + 1) * span, steps + 1, dtype=np.float32
        )[:-1],
    ),
    cases=lambda: (
        Case(0, 4, 2.0, label="the first chunk: four samples over 2 radians"),
        Case(3, 10, 3.0, label="chunk 3"),
    ),
    misconceptions=(
        Misconception(
            "endpoint kept",
            "The last sample is the first of the next chunk over again: linspace includes the end "
            "unless told not to.",
            lambda number, steps, span: np.linspace(
                number * span, (number + 1) * span, steps, dtype=np.float32
            ),
        ),
        Misconception(
            "one sample short",
            "The repeated sample is gone, and so is one of the chunk's: it must still have all "
            "its steps.",
            lambda number, steps, span: np.linspace(
                number * span, (number + 1) * span, steps, dtype=np.float32
            )[:-1],
        ),
        Misconception(
            "first one left out",
            "The start was left out and the end kept. That repeats nothing either, but the run "
            "must begin at 0.",
            lambda number, steps, span: np.linspace(
                number * span, (number + 1) * span, steps + 1, dtype=np.float32
            )[1:],
        ),
        Misconception(
            "double precision",
            "These are 64-bit numbers; the network's weights are float32.",
            lambda number, steps, span: np.linspace(
                number * span, (number + 1) * span, steps, endpoint=False
            ),
        ),
    ),
    hints=(
        "Ten fence posts have nine gaps between them. A chunk that leaves its end out has as many "
        "gaps as samples.",
        "`np.linspace` has a keyword for this, and `dtype=np.float32`.",
    ),
    returns=("array of times",),
)

# ------------------------------------------------------ 3b.3 three rules


def start_state(rule: str, left: list[torch.Tensor]) -> torch.Tensor | None:
    """Choose the next chunk's start out of left, the states (1, 1, hidden) so far, oldest first."""
    if rule == "carry" and len(left) >= 1:
        return left[-1]
    if rule == "stale" and len(left) >= 2:
        return left[-2]
    return None


def _start_wrongly(slip: str) -> Callable[..., Any]:
    def answer(rule: str, left: list[torch.Tensor]) -> Any:
        back = {"carry": 1, "stale": 2}.get(rule, 0)
        if slip == "always carried":
            back = 1
        if slip == "two too far" and back == 2:
            back = 3
        if slip == "the oldest" and rule == "stale":
            return left[0] if left else None
        if slip == "old for want of older" and rule == "stale" and len(left) == 1:
            return left[0]
        if slip == "zeros" and (not back or len(left) < back):
            return torch.zeros(1, 1, 2)
        if slip == "too early" and back:
            return left[-back]
        return left[-back] if back and len(left) >= back else None

    return answer


def _start_cases() -> tuple[Case, ...]:
    states = [torch.full((1, 1, 2), float(number)) for number in range(4)]
    return (
        Case("carry", states, label="carry, after four chunks"),
        Case("stale", states, label="stale, after four chunks"),
        Case("reset", states, label="reset, after four chunks"),
        Case("stale", states[:1], label="stale, after one chunk"),
        Case("carry", [], label="carry, before the first chunk"),
        Case("stale", [], label="stale, before the first chunk"),
    )


START = Exercise(
    id="3b.3",
    title="Three rules for a start",
    difficulty=1,
    minutes=5,
    reference=start_state,
    also_right=(
        lambda rule, left: {
            "carry": [None, *left][-1],
            "stale": [None, None, *left][-2],
            "reset": None,
        }[rule],
    ),
    cases=_start_cases,
    misconceptions=(
        Misconception(
            "always carried",
            "The rule makes no difference here: the newest state comes back under each.",
            _start_wrongly("always carried"),
        ),
        Misconception(
            "one too far back",
            "Stale is the state *before* the newest one. This goes one further back.",
            _start_wrongly("two too far"),
        ),
        Misconception(
            "the oldest",
            "Under stale this gives the very first state. Wanted is the one before the newest.",
            _start_wrongly("the oldest"),
        ),
        Misconception(
            "zeros written out",
            "The right idea; but say `None` where the layer shall start from zeros: it knows the "
            "shape.",
            _start_wrongly("zeros"),
        ),
        Misconception(
            "too early",
            "At the beginning there is no state to go back to: before the first chunk none, and "
            "for stale one chunk longer. Give None then.",
            _start_wrongly("too early"),
        ),
        Misconception(
            "the newest for want of an older",
            "After one chunk, stale has nothing to give yet: the newest is not stale. Give None.",
            _start_wrongly("old for want of older"),
        ),
    ),
    hints=(
        "`left[-1]` is what the last chunk left, `left[-2]` what the one before it left.",
        "How long must `left` be for each of the two? Everything else is `None`.",
    ),
    returns=("state",),
)

# ------------------------------------------------------- 3b.4 evaluation


def evaluate(
    rnn: nn.Module,
    inputs: torch.Tensor,
    targets: torch.Tensor,
    h_state: torch.Tensor | None = None,
) -> float:
    """Mean squared error on chunks (chunks, batch, steps, 1), carried on from h_state."""
    total = 0.0
    with torch.no_grad():
        for x, y in zip(inputs, targets, strict=True):
            prediction, h_state = rnn(x, h_state)
            total += nn.functional.mse_loss(prediction, y).item()
    return total / len(inputs)


def _evaluate_at_once(
    rnn: nn.Module,
    inputs: torch.Tensor,
    targets: torch.Tensor,
    h_state: torch.Tensor | None = None,
) -> float:
    with torch.inference_mode():
        prediction, _ = rnn(torch.cat(list(inputs), dim=1), h_state)
        return (prediction - torch.cat(list(targets), dim=1)).square().mean().item()


def _evaluate_wrongly(slip: str) -> Callable[..., Any]:
    def answer(
        rnn: nn.Module, inputs: torch.Tensor, targets: torch.Tensor, h_state: Any = None
    ) -> Any:
        optimizer = torch.optim.Adam(rnn.parameters(), lr=0.02)
        errors, state = [], None if slip in ("ignores the state", "reset") else h_state
        for x, y in zip(inputs, targets, strict=True):
            prediction, after = rnn(x, state)
            loss = nn.functional.mse_loss(prediction, y)
            if slip in ("trains", "wipes gradients"):
                optimizer.zero_grad()
            if slip in ("trains", "leaves gradients"):
                loss.backward()
            if slip == "trains":
                optimizer.step()
            if slip == "overwrites":
                h_state.copy_(after.detach())
            if slip not in ("same state", "reset"):
                state = after.detach()
            errors.append(loss.item())
        return {"last": errors[-1], "sum": sum(errors)}.get(slip, sum(errors) / len(errors))

    return answer


def _gradients_stay(answer: Callable[..., Any]) -> None:
    """Reject an answer that adds to the gradients, or takes them away."""
    torch.manual_seed(6)
    model, known = SequenceModel(hidden=3), []
    for number, weight in enumerate(model.parameters()):
        weight.grad = torch.full_like(weight, number + 1.0)
        known.append(weight.grad.clone())
    answer(model, torch.randn(2, 1, 4, 1), torch.randn(2, 1, 4, 1), torch.zeros(1, 1, 3))
    left = [weight.grad for weight in model.parameters() if weight.grad is not None]
    if len(left) < len(known) or not any(after.any() for after in left):
        raise Rejected("the gradients that were there before your look are gone")
    if not all(map(torch.equal, known, left)):
        raise Rejected("your look left gradients behind: the next step() would use them")


def _evaluate_cases() -> tuple[Case, ...]:
    torch.manual_seed(5)
    return (
        Case(
            SequenceModel(hidden=3),
            torch.randn(4, 1, 5, 1),
            torch.randn(4, 1, 5, 1),
            torch.randn(1, 1, 3),
            label="four chunks, a state that training left",
        ),
        Case(
            SequenceModel(hidden=3),
            torch.randn(3, 2, 4, 1),
            torch.randn(3, 2, 4, 1),
            torch.randn(1, 2, 3),
        ),
    )


EVALUATE = Exercise(
    id="3b.4",
    title="Look without touching",
    difficulty=2,
    minutes=7,
    reference=evaluate,
    also_right=(_evaluate_at_once,),
    cases=_evaluate_cases,
    misconceptions=(
        Misconception(
            "trains on the test",
            "The weights changed while you looked: an evaluation has no optimiser.",
            _evaluate_wrongly("trains"),
        ),
        Misconception(
            "overwrites the state",
            "The state that was lent to you has other numbers now, and the training would go on "
            "from there. Bind the new state to a name; never write into the old one.",
            _evaluate_wrongly("overwrites"),
        ),
        Misconception(
            "leaves gradients",
            "No backward() here: a look wants no gradients, and leaves none.",
            _evaluate_wrongly("leaves gradients"),
        ),
        Misconception(
            "wipes gradients",
            "No zero_grad() here: somebody may be in the middle of a training step.",
            _evaluate_wrongly("wipes gradients"),
        ),
        Misconception(
            "every chunk from zeros",
            "Each chunk starts from zeros here. Hand on what the chunk before left.",
            _evaluate_wrongly("reset"),
        ),
        Misconception(
            "ignores the state",
            "This starts from zeros, whatever state comes in.",
            _evaluate_wrongly("ignores the state"),
        ),
        Misconception(
            "every chunk from the same state",
            "Each chunk starts from the first state again. Hand on what the chunk before left.",
            _evaluate_wrongly("same state"),
        ),
        Misconception(
            "last chunk only",
            "This is the error of the last chunk. Take the mean over all of them.",
            _evaluate_wrongly("last"),
        ),
        Misconception(
            "summed",
            "The errors were added up: divide by the number of chunks.",
            _evaluate_wrongly("sum"),
        ),
    ),
    properties=(_gradients_stay,),
    hints=(
        "The training loop, without its three lines of learning, under `torch.no_grad()`.",
        "`prediction, h_state = rnn(x, h_state)` binds a new tensor to the name: the caller's "
        "stays as it was.",
    ),
    returns=("error",),
)

# -------------------------------------------------- 3b.5 two coefficients


def two_coefficients(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Fit y[t] = a·x[t] + b·x[t-1] to x, y (n,) by least squares: the array (a, b)."""
    lags = np.stack([x[1:], x[:-1]], axis=1)
    return np.linalg.lstsq(lags, y[1:], rcond=None)[0]


def _by_normal_equations(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    now, before, wanted = x[1:], x[:-1], y[1:]
    matrix = np.array([[now @ now, now @ before], [now @ before, before @ before]])
    return np.linalg.solve(matrix, np.array([now @ wanted, before @ wanted]))


def _fit(columns: list[np.ndarray], wanted: np.ndarray) -> np.ndarray:
    return np.linalg.lstsq(np.stack(columns, axis=1), wanted, rcond=None)[0]


COEFFICIENTS = Exercise(
    id="3b.5",
    title="Two numbers for a network",
    difficulty=2,
    minutes=7,
    reference=two_coefficients,
    also_right=(_by_normal_equations,),
    cases=lambda: (
        Case(
            np.array([1.0, 3.0, -2.0, 0.5, 4.0]),
            np.array([9.0, 1.0, -5.0, 3.0, 2.0]),
            label="five samples that no rule fits",
        ),
        Case(
            np.array([0.0, 1.0, 2.0, 5.0, -1.0, 3.0]),
            np.array([0.5, 2.0, 3.0, 8.0, -7.0, 7.5]),
        ),
    ),
    misconceptions=(
        Misconception(
            "swapped",
            "The two are the wrong way round: first the one of x[t], then the one of x[t-1].",
            lambda x, y: _fit([x[:-1], x[1:]], y[1:]),
        ),
        Misconception(
            "looks ahead",
            "This explains y[t] by x[t] and x[t+1]: it knows the future. The target of the pair "
            "(x[t], x[t-1]) is y[t], which is y[1:].",
            lambda x, y: _fit([x[:-1], x[1:]], y[:-1]),
        ),
        Misconception(
            "target one too early",
            "The target does not belong to the pair: with x[1:] and x[:-1] goes y[1:].",
            lambda x, y: _fit([x[1:], x[:-1]], y[:-1]),
        ),
        Misconception(
            "with a constant",
            "That fits a constant as well: three numbers where two are wanted.",
            lambda x, y: _fit([x[1:], x[:-1], np.ones(len(x) - 1)], y[1:]),
        ),
        Misconception(
            "round the corner",
            "np.roll puts the last sample before the first. The first sample has none before it: "
            "leave its y out.",
            lambda x, y: _fit([x, np.roll(x, 1)], y),
        ),
    ),
    hints=(
        "A table of two columns, one row for each t from 1 on: `x[t]` and `x[t-1]`.",
        "`np.linalg.lstsq(table, wanted, rcond=None)` gives the coefficients as the first of its "
        "results.",
    ),
    returns=("array",),
)

# ------------------------------------------------------------------ quiz


def reset_floor() -> float:
    """Give the error that no network can beat whose state is zero before each chunk of ten."""
    starts = np.arange(100) * np.pi
    sines, cosines = np.sin(starts).round(4), np.cos(starts)
    alike = [cosines[sines == value] for value in np.unique(sines)]
    return float(sum(np.square(group - group.mean()).sum() for group in alike) / len(starts) / 10)


QUIZ_FLOOR = Exercise(
    id="3b.Q1",
    title="What can nobody beat who forgets?",
    difficulty=2,
    minutes=4,
    kind="value",
    reference=reset_floor,
    also_right=(lambda: 0.1,),
    cases=(),
    misconceptions=(
        Misconception(
            "the first sample alone",
            "That is the error of the first sample. It is one of ten.",
            lambda: 10 * reset_floor(),
        ),
        Misconception(
            "no memory at all",
            "That is without any memory. Here nine of the ten samples have the ones before them.",
            lambda: 0.5,
        ),
    ),
    hints=(
        "Only the first sample of a chunk has nothing before it. What does the sine say there?",
        "The best constant answer to $+1$ and $-1$, squared, and shared among ten.",
    ),
    rtol=0.0,
    atol=0.004,
)


def different_moments() -> int:
    """Count the different moments in 100 chunks of ten that include their ends."""
    starts = np.arange(100) * np.pi
    return len(np.unique(np.linspace(starts, starts + np.pi, 10).round(3)))


QUIZ_SAMPLES = Exercise(
    id="3b.Q2",
    title="How many different moments has the bad run?",
    difficulty=1,
    minutes=3,
    kind="value",
    reference=different_moments,
    also_right=(lambda: 1000 - 99,),
    cases=(),
    misconceptions=(
        Misconception(
            "all of them",
            "That counts the repeated moments twice.",
            lambda: 1000,
        ),
        Misconception(
            "one a chunk",
            "The last chunk's end is repeated by nobody: 100 chunks have 99 borders.",
            lambda: 900,
        ),
        Misconception("twice the borders", "A repeated moment is still a moment.", lambda: 802),
        Misconception(
            "different heights",
            "That counts different heights. Two moments may have the same sine: count the times.",
            lambda: 9,
        ),
    ),
    hints=(
        "`np.unique` of all the times.",
        "Every border has one moment that stands in two chunks.",
    ),
    rtol=0.0,
    atol=0.0,
)


def formula_error() -> float:
    """Give the two-sample formula's mean squared error at twice the trained frequency."""
    spacing = np.pi / 10
    times = np.arange(201) * 2 * spacing
    x = np.sin(times)
    said = x[1:] * np.cos(spacing) / np.sin(spacing) - x[:-1] / np.sin(spacing)
    return float(np.mean((said - np.cos(times[1:])) ** 2))


QUIZ_FORMULA = Exercise(
    id="3b.Q3",
    title="The formula at another speed",
    difficulty=2,
    minutes=4,
    kind="value",
    reference=formula_error,
    also_right=(
        lambda: (
            (
                ((np.cos(np.pi / 10) - np.cos(np.pi / 5)) / np.sin(np.pi / 10)) ** 2
                + (2 * np.cos(np.pi / 10) - 1) ** 2
            )
            / 2
        ),
    ),
    cases=(),
    misconceptions=(
        Misconception(
            "with the new spacing",
            "The formula keeps the spacing that was trained; only the wave gets faster.",
            lambda: 0.0,
        ),
        Misconception("half the frequency", "That is at half the frequency.", lambda: 0.129),
        Misconception(
            "root",
            "That is the root of the mean squared error.",
            lambda: formula_error() ** 0.5,
        ),
    ),
    hints=(
        "`two_samples` is in section 6. Its `delta` stays as it is; the samples are those of a "
        "faster sine.",
        "`x = np.sin(t)` at `t = np.arange(200) * 2 * spacing`, and `np.cos(t[1:])` to compare.",
    ),
    rtol=0.0,
    atol=0.03,
)

EXERCISES = (
    REPEATED,
    TIMES,
    START,
    EVALUATE,
    COEFFICIENTS,
    QUIZ_FLOOR,
    QUIZ_SAMPLES,
    QUIZ_FORMULA,
)
