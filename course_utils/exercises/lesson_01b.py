"""The exercises of lesson 01b: what truncation removes."""

import numpy as np
import torch

from course_utils import elman
from course_utils.exercises.definitions import Case, Exercise, Misconception
from course_utils.exercises.lesson_01a import (
    run_forward,
    small_network,
    small_sequence,
    step_back,
)

# -------------------------------------------------------- 1b.1 truncated to k


def truncated_bptt(
    x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """From x (steps, inputs), y (steps, outputs) to d_w1, d_w2; errors reach k steps at most."""
    zeros = np.zeros((1, w1.shape[1]))
    out, states = elman.forward(x, zeros, w1, w2)
    xh = np.concatenate((x, states[:-1]), axis=1)
    d_w1, d_w2 = np.zeros_like(w1), np.zeros_like(w2)
    for t in range(len(x)):
        d_out, d_context = (out - y)[t : t + 1], zeros
        for s in reversed(range(max(0, t - k + 1), t + 1)):
            after = states[s + 1 : s + 2]
            from_w1, from_w2, d_context = step_back(d_out, d_context, xh[s : s + 1], after, w1, w2)
            d_w1 += from_w1
            d_w2 += from_w2
            d_out = np.zeros_like(d_out)
    return d_w1, d_w2


def _truncated_by_lag(
    x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    xh, h = run_forward(x, w1, w2)
    error, steps = h @ w2 - y, len(x)
    d_w1, delta = np.zeros_like(w1), (error @ w2.T) * (1 - h**2)
    for lag in range(min(k, steps)):
        if lag:
            delta = (delta[1:] @ w1[x.shape[1] :].T) * (1 - h[: steps - lag] ** 2)
        d_w1 += xh[: steps - lag].T @ delta
    return d_w1, h.T @ error


def _truncated_in_chunks(
    x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    xh, h = run_forward(x, w1, w2)
    error, delta = h @ w2 - y, np.zeros_like(h)
    for t in reversed(range(len(x))):
        last = (t + 1) % k == 0 or t == len(x) - 1
        later = 0.0 if last else w1[x.shape[1] :] @ delta[t + 1]
        delta[t] = (w2 @ error[t] + later) * (1 - h[t] ** 2)
    return xh.T @ delta, h.T @ error


def _last_errors_only(
    x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    xh, h = run_forward(x, w1, w2)
    error, delta = h @ w2 - y, np.zeros_like(h)
    later = np.zeros(h.shape[1])
    for t in reversed(range(max(0, len(x) - k), len(x))):
        delta[t] = (w2 @ error[t] + later) * (1 - h[t] ** 2)
        later = w1[x.shape[1] :] @ delta[t]
    error[: max(0, len(x) - k)] = 0
    return xh.T @ delta, h.T @ error


def _error_again_at_each_step(
    x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    xh, h = run_forward(x, w1, w2)
    errors = h @ w2 - y
    d_w1, d_w2 = np.zeros_like(w1), np.zeros_like(w2)
    for t in range(len(x)):
        d_context = np.zeros((1, h.shape[1]))
        for s in reversed(range(max(0, t - k + 1), t + 1)):
            from_w1, from_w2, d_context = step_back(
                errors[t : t + 1], d_context, xh[s : s + 1], h[s : s + 1], w1, w2
            )
            d_w1, d_w2 = d_w1 + from_w1, d_w2 + from_w2
    return d_w1, d_w2


def _earlier_errors_again(
    x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    xh, h = run_forward(x, w1, w2)
    errors = h @ w2 - y
    d_w1, d_w2 = np.zeros_like(w1), np.zeros_like(w2)
    for t in range(len(x)):
        d_context = np.zeros((1, h.shape[1]))
        for s in reversed(range(max(0, t - k + 1), t + 1)):
            from_w1, from_w2, d_context = step_back(
                errors[s : s + 1], d_context, xh[s : s + 1], h[s : s + 1], w1, w2
            )
            d_w1, d_w2 = d_w1 + from_w1, d_w2 + from_w2
    return d_w1, d_w2


TRUNCATED = Exercise(
    id="1b.1",
    title="Truncated to k",
    difficulty=3,
    minutes=10,
    reference=truncated_bptt,
    also_right=(_truncated_by_lag,),
    cases=lambda: (
        Case(*small_sequence(2, 6), *small_network(8), 3, label="six steps, k = 3"),
        Case(*small_sequence(3, 4), *small_network(9), 1, label="k = 1, as published"),
        Case(*small_sequence(4, 5), *small_network(10), 2, label="k = 2"),
        Case(*small_sequence(5, 3), *small_network(11), 9, label="k longer than the sequence"),
    ),
    misconceptions=(
        Misconception(
            "one step too far",
            "The error goes one step too far back: k = 1 means the step itself and no other.",
            lambda x, y, w1, w2, k: _truncated_by_lag(x, y, w1, w2, k + 1),
        ),
        Misconception(
            "one step too short",
            "The error goes one step too short: the step itself is the first of the k.",
            lambda x, y, w1, w2, k: _truncated_by_lag(x, y, w1, w2, k - 1),
        ),
        Misconception(
            "earlier errors counted again",
            "On its way back the error meets other steps, and their errors were sent along once "
            "more. Each step's error has a way of its own: `d_out` is zero after the first step.",
            _earlier_errors_again,
        ),
        Misconception(
            "chunks",
            "The sequence is cut into chunks of k. Then an error at the start of a chunk hardly "
            "goes back at all. Wanted: each step's error goes back through k steps.",
            _truncated_in_chunks,
        ),
        Misconception(
            "not truncated",
            "Nothing is truncated: this is the gradient over all steps.",
            lambda x, y, w1, w2, k: _truncated_by_lag(x, y, w1, w2, len(x)),
        ),
        Misconception(
            "always one",
            "No error crosses time, whatever k is.",
            lambda x, y, w1, w2, k: _truncated_by_lag(x, y, w1, w2, 1),
        ),
        Misconception(
            "last errors only",
            "Only the last k steps have an error here. Every step has one.",
            _last_errors_only,
        ),
        Misconception(
            "error added again",
            "The step's error was handed to `step_back` anew at each step of the way back. It "
            "enters once, at its own step; after that it travels in `d_context` alone.",
            _error_again_at_each_step,
        ),
    ),
    hints=(
        "Two loops: over the step t whose error it is, and over the steps it goes back through.",
        "`reversed(range(max(0, t - k + 1), t + 1))` are the steps of the way back.",
        "At its own step the error enters by `d_out`. Before that, `d_out` is zero.",
    ),
    returns=("d_w1", "d_w2"),
)

# --------------------------------------------------- 1b.2 how much is missing


def missing_share(truncated: np.ndarray, whole: np.ndarray) -> float:
    """Norm of (truncated − whole) over the norm of whole, arrays of one shape: a plain float."""
    return float(np.linalg.norm(truncated - whole) / np.linalg.norm(whole))


def _share_by_sums(truncated: np.ndarray, whole: np.ndarray) -> float:
    return float(np.sqrt(((whole - truncated) ** 2).sum() / (whole**2).sum()))


SHARE = Exercise(
    id="1b.2",
    title="How much is missing?",
    difficulty=1,
    minutes=4,
    reference=missing_share,
    also_right=(_share_by_sums,),
    cases=lambda: (
        Case(np.array([[3.0, 0.0]]), np.array([[0.0, 4.0]]), label="at right angles"),
        Case(np.array([[1.0, 2.0], [2.0, 0.5]]), np.array([[1.0, 2.5], [1.0, -2.0]])),
    ),
    misconceptions=(
        Misconception(
            "difference of the lengths",
            "That is how much *shorter* it is. A gradient can have the right length and point "
            "elsewhere: take the norm of the difference.",
            lambda truncated, whole: float(
                abs(np.linalg.norm(truncated) - np.linalg.norm(whole)) / np.linalg.norm(whole)
            ),
        ),
        Misconception(
            "what is kept",
            "That is the length of what is kept, over the whole. Asked is what is missing.",
            lambda truncated, whole: float(np.linalg.norm(truncated) / np.linalg.norm(whole)),
        ),
        Misconception(
            "squared",
            "The roots are missing: these are sums of squares, and a norm is the root of one.",
            lambda truncated, whole: float(((truncated - whole) ** 2).sum() / (whole**2).sum()),
        ),
        Misconception(
            "over the truncated",
            "It is divided by the truncated gradient's norm. The whole one is the measure.",
            lambda truncated, whole: float(
                np.linalg.norm(truncated - whole) / np.linalg.norm(truncated)
            ),
        ),
        Misconception(
            "number by number",
            "The norms were taken of single numbers, and averaged. Take one norm of all numbers.",
            lambda truncated, whole: float(np.abs(truncated - whole).mean() / np.abs(whole).mean()),
        ),
    ),
    hints=(
        "The norm is the root of the sum of all squares; `np.linalg.norm` takes it.",
        "First subtract the arrays, then take the norm.",
    ),
    returns=("share",),
)

# -------------------------------------------------- 1b.3 the choice of a rate


def pick_rate(errors: dict[float, np.ndarray]) -> float:
    """From rate -> errors of all seeds (inf: exploded) to the rate of the smallest median."""
    return min(errors, key=lambda rate: np.median(errors[rate]))


def _pick_in_a_loop(errors: dict[float, np.ndarray]) -> float:
    best, smallest = 0.0, np.inf
    for rate, values in errors.items():
        if np.median(values) < smallest:
            best, smallest = rate, np.median(values)
    return best


def _many_errors() -> tuple[Case, ...]:
    inf = np.inf
    some_explode = {
        0.01: np.array([0.30, 0.31, 0.32, 0.33, 0.34]),
        0.03: np.array([0.02, 0.90, 0.05, inf, 0.03]),
        0.1: np.array([inf, 0.001, inf, 0.04, inf]),
    }
    none_explodes = {
        0.02: np.array([0.1, 1.0, 0.1]),
        0.05: np.array([0.06, 0.18, 0.25]),
        0.003: np.array([0.2, 0.2, 0.2]),
    }
    return (
        Case(some_explode, label="three rates, five seeds, some explode"),
        Case(none_explodes, label="three rates, three seeds"),
    )


RATE = Exercise(
    id="1b.3",
    title="Choose a rate",
    difficulty=1,
    minutes=4,
    reference=pick_rate,
    also_right=(_pick_in_a_loop,),
    cases=_many_errors,
    misconceptions=(
        Misconception(
            "mean",
            "Looks like the mean: one exploded seed, or one bad one, then decides. Compare the "
            "medians.",
            lambda errors: min(errors, key=lambda rate: np.mean(errors[rate])),
        ),
        Misconception(
            "best run",
            "The rate of the single best run was taken. That is luck: compare the medians.",
            lambda errors: min(errors, key=lambda rate: np.min(errors[rate])),
        ),
        Misconception(
            "worst run",
            "The rate with the best *worst* run was taken. Compare the medians.",
            lambda errors: min(errors, key=lambda rate: np.max(errors[rate])),
        ),
        Misconception(
            "explosions dropped",
            "The exploded seeds were left out before the median. They count: inf is larger than "
            "every other error.",
            lambda errors: min(
                errors, key=lambda rate: np.median(errors[rate][np.isfinite(errors[rate])])
            ),
        ),
        Misconception(
            "the error",
            "That is the smallest median itself. Asked is the rate that has it.",
            lambda errors: float(min(np.median(values) for values in errors.values())),
        ),
    ),
    hints=(
        "`np.median(errors[rate])` for each rate; inf needs no special care.",
        "`min(errors, key=...)` goes over the rates, and gives the one with the smallest key.",
    ),
    returns=("rate",),
)

# -------------------------------------------------------------- 1b.4 clipping


def clip(d_w1: np.ndarray, d_w2: np.ndarray, limit: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Shorten d_w1 (any shape) and d_w2 to a common norm of at most limit; give the old norm."""
    norm = float(np.sqrt(np.sum(d_w1**2) + np.sum(d_w2**2)))
    factor = limit / max(norm, limit)
    return d_w1 * factor, d_w2 * factor, norm


def _clip_flat(d_w1: np.ndarray, d_w2: np.ndarray, limit: float) -> tuple:
    norm = float(np.linalg.norm(np.concatenate([d_w1.ravel(), d_w2.ravel()])))
    scale = min(1.0, limit / norm) if norm else 1.0
    return scale * d_w1, scale * d_w2, norm


def _clip_each(d_w1: np.ndarray, d_w2: np.ndarray, limit: float) -> tuple:
    parts = [d * (limit / max(limit, float(np.linalg.norm(d)))) for d in (d_w1, d_w2)]
    return (*parts, clip(d_w1, d_w2, limit)[2])


def _always_scaled(d_w1: np.ndarray, d_w2: np.ndarray, limit: float) -> tuple:
    norm = clip(d_w1, d_w2, limit)[2]
    factor = limit / norm if norm else 1.0
    return d_w1 * factor, d_w2 * factor, norm


def _clip_by_the_sum(d_w1: np.ndarray, d_w2: np.ndarray, limit: float) -> tuple:
    norm = float(np.linalg.norm(d_w1) + np.linalg.norm(d_w2))
    factor = limit / max(norm, limit)
    return d_w1 * factor, d_w2 * factor, norm


CLIP = Exercise(
    id="1b.4",
    title="Clip by norm",
    difficulty=1,
    minutes=5,
    reference=clip,
    also_right=(_clip_flat,),
    cases=lambda: (
        Case(np.array([[3.0, 0.0], [0.0, -2.0]]), np.array([[6.0], [0.0]]), 1.0, label="norm 7"),
        Case(np.array([[0.3, 0.0]]), np.array([[0.4]]), 2.0, label="norm 0.5: short enough"),
        Case(np.zeros((1, 2)), np.zeros((1, 1)), 1.0, label="zeros"),
    ),
    misconceptions=(
        Misconception(
            "always scaled",
            "A gradient that is short enough was stretched to the limit. Clipping only shortens.",
            _always_scaled,
        ),
        Misconception(
            "each by itself",
            "Each array was clipped by its own norm: that turns the step into another direction. "
            "Take one norm over both.",
            _clip_each,
        ),
        Misconception(
            "number by number",
            "Each number was cut off at the limit: that turns the step into another direction. "
            "Multiply all by one factor.",
            lambda a, b, limit: (
                np.clip(a, -limit, limit),
                np.clip(b, -limit, limit),
                clip(a, b, limit)[2],
            ),
        ),
        Misconception(
            "sum of two norms",
            "The norm is the sum of two norms. Sum the *squares* of all numbers, and take one "
            "root.",
            _clip_by_the_sum,
        ),
        Misconception(
            "norm after",
            "The norm given back is the one after clipping. Wanted: before, as torch does it; "
            "the other one tells nothing.",
            lambda a, b, limit: (*clip(a, b, limit)[:2], min(limit, clip(a, b, limit)[2])),
        ),
        Misconception(
            "norm not rooted",
            "The root is missing: the norm is the root of the sum of squares.",
            lambda a, b, limit: (
                a * (limit / max(limit, clip(a, b, limit)[2] ** 2)),
                b * (limit / max(limit, clip(a, b, limit)[2] ** 2)),
                clip(a, b, limit)[2] ** 2,
            ),
        ),
    ),
    hints=(
        "One norm over both: the root of the sum of all squares.",
        "The factor is `limit / norm`, but never above 1. (And a gradient of zeros has the norm "
        "0: `limit / max(norm, limit)` divides by it in no case.)",
    ),
    returns=("d_w1", "d_w2", "norm"),
)

# --------------------------------------------------- 1b.5 the outputs carried


def narx_memory(
    x: torch.Tensor, state: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """One step; state (…, hidden): the last outputs, newest first -> out (…, 1), new state."""
    out = torch.tanh(torch.cat((x, state), -1) @ w1) @ w2
    return out, torch.cat((out, state[..., :-1]), -1)


def _narx_by_roll(
    x: torch.Tensor, state: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    out = torch.tanh(x @ w1[..., :1, :] + state @ w1[..., 1:, :]) @ w2
    after = state.roll(1, -1)
    after[..., :1] = out
    return out, after


def _narx_cases() -> tuple[Case, ...]:
    one, many = (
        [torch.tensor(w, dtype=torch.float32) for w in small_network(seed)] for seed in (21, 22)
    )
    state = torch.tensor([[0.5, -0.2, 0.1]])
    rows = torch.tensor([[0.4, 0.2, -0.3], [-0.1, 0.6, 0.2]])
    return (
        Case(torch.tensor([[0.9]]), state, *one, label="one row, three outputs carried"),
        Case(torch.tensor([[0.3], [-0.7]]), rows, *many, label="two rows"),
    )


NARX = Exercise(
    id="1b.5",
    title="Carry the outputs",
    difficulty=2,
    minutes=4,
    reference=narx_memory,
    also_right=(_narx_by_roll,),
    cases=_narx_cases,
    misconceptions=(
        Misconception(
            "inputs carried",
            "The input was put into the state: that is the window. NARX carries its outputs.",
            lambda x, s, w1, w2: (narx_memory(x, s, w1, w2)[0], torch.cat((x, s[..., :-1]), -1)),
        ),
        Misconception(
            "hidden layer carried",
            "The hidden layer became the state: that is Elman's network. NARX carries its outputs.",
            lambda x, s, w1, w2: (
                narx_memory(x, s, w1, w2)[0],
                torch.tanh(torch.cat((x, s), -1) @ w1),
            ),
        ),
        Misconception(
            "newest last",
            "The new output was put at the end. The newest stands first, the oldest falls off "
            "at the end.",
            lambda x, s, w1, w2: (
                narx_memory(x, s, w1, w2)[0],
                torch.cat((s[..., 1:], narx_memory(x, s, w1, w2)[0]), -1),
            ),
        ),
        Misconception(
            "nothing falls off",
            "The state grows by one number at each step. The oldest output must fall off.",
            lambda x, s, w1, w2: (
                narx_memory(x, s, w1, w2)[0],
                torch.cat((narx_memory(x, s, w1, w2)[0], s), -1),
            ),
        ),
        Misconception(
            "newest falls off",
            "The output before was dropped, and the oldest one kept. Drop the last of the state.",
            lambda x, s, w1, w2: (
                narx_memory(x, s, w1, w2)[0],
                torch.cat((narx_memory(x, s, w1, w2)[0], s[..., 1:]), -1),
            ),
        ),
    ),
    hints=(
        "The output is computed as in `window_memory`. Only the new state differs.",
        "The new state: the output, and then all of the old state but its last number.",
    ),
    returns=("out", "state"),
)

# ------------------------------------------------------------------- the quiz


def enough_steps() -> int:
    """Smallest k for which the truncated gradient of w1 misses under 1 % of the whole one."""
    points = elman.sine_points(21)
    w1, w2 = (w[0] for w in elman.initial_weights([0]))
    lags = elman.gradient_by_lag(points[:-1], points[1:], elman.zero_state(w1), w1, w2)
    whole = lags.sum(axis=0)
    missed = np.linalg.norm(np.cumsum(lags, axis=0) - whole, axis=(1, 2)) / np.linalg.norm(whole)
    return int(np.argmax(missed < 0.01)) + 1


QUIZ_REACH = Exercise(
    id="1b.Q1",
    title="How many steps are enough?",
    difficulty=2,
    minutes=3,
    kind="value",
    reference=enough_steps,
    also_right=(lambda: next(k for k in range(1, 21) if _missed_by_bptt(k) < 0.01),),
    cases=(),
    misconceptions=(
        Misconception(
            "counted from zero",
            "That counts the lags from 0. k counts steps: the step itself is the first.",
            lambda: enough_steps() - 1,
        ),
        Misconception(
            "all of them",
            "Twenty are enough, but fewer are too. Try them one after the other.",
            lambda: 20,
        ),
    ),
    hints=(
        "`elman.bptt(x, y, state, w1, w2, k).w1` for k from 1 on, and `k=None` for the whole.",
        "What is missed: `np.linalg.norm(truncated - whole) / np.linalg.norm(whole)`.",
    ),
    rtol=0.0,
    atol=0.0,
)


def _missed_by_bptt(k: int) -> float:
    points = elman.sine_points(21)
    w1, w2 = elman.initial_weights([0])
    x, y, state = points[:-1], points[1:], elman.zero_state(w1)
    whole = elman.bptt(x, y, state, w1, w2).w1
    cut = elman.bptt(x, y, state, w1, w2, k).w1
    return float(np.linalg.norm(cut - whole) / np.linalg.norm(whole))


def kept_share() -> float:
    """Norm of the gradient of w1 at k = 1 over that of the whole one, seed 0."""
    points = elman.sine_points(21)
    w1, w2 = (w[0] for w in elman.initial_weights([0]))
    cut, whole = (
        elman.bptt(points[:-1], points[1:], elman.zero_state(w1), w1, w2, k).w1 for k in (1, None)
    )
    return float(np.linalg.norm(cut) / np.linalg.norm(whole))


QUIZ_SHARE = Exercise(
    id="1b.Q2",
    title="How long is what the published scheme keeps?",
    difficulty=2,
    minutes=3,
    kind="value",
    reference=kept_share,
    also_right=(lambda: round(kept_share(), 2),),
    cases=(),
    misconceptions=(
        Misconception(
            "upside down",
            "That is the whole gradient over the truncated one. Wanted is the other way round.",
            lambda: 1 / kept_share(),
        ),
        Misconception(
            "w2",
            "That is w2's gradient: no truncation touches it. The question is about w1.",
            lambda: 1.0,
        ),
        Misconception(
            "what is missed",
            "That is the length of the *difference*, which has a direction of its own. Wanted "
            "are the lengths of both gradients, one over the other.",
            lambda: _missed_by_bptt(1),
        ),
    ),
    hints=(
        "`elman.bptt(…, k=1).w1` and `elman.bptt(…).w1`, at the initial weights of seed 0.",
        "`np.linalg.norm` of each; the first over the second.",
    ),
    rtol=0.0,
    atol=0.006,
)


def overshoot_rate() -> float:
    """Give 2/λ of the parabola of w2, at the initial weights of seed 0."""
    w1, w2 = (w[0] for w in elman.initial_weights([0]))
    _, states = elman.forward(elman.sine_points(21)[:-1], elman.zero_state(w1), w1, w2)
    h = states[1:]
    return float(2 / np.linalg.eigvalsh(h.T @ h)[-1])


def _curvatures() -> list[float]:
    """From the flattest direction to the steepest, another way: by singular values."""
    w1, w2 = (w[0] for w in elman.initial_weights([0]))
    _, states = elman.forward(elman.sine_points(21)[:-1], elman.zero_state(w1), w1, w2)
    return [float(s) ** 2 for s in np.linalg.svd(states[1:], compute_uv=False)[::-1]]


QUIZ_OVERSHOOT = Exercise(
    id="1b.Q3",
    title="Where w2 overshoots",
    difficulty=2,
    minutes=3,
    kind="value",
    reference=overshoot_rate,
    also_right=(lambda: 2 / _curvatures()[-1],),
    cases=(),
    misconceptions=(
        Misconception(
            "one over",
            "That is 1/λ: the rate that lands in the middle of the parabola at once. It "
            "overshoots further and further above twice that.",
            lambda: overshoot_rate() / 2,
        ),
        Misconception(
            "curvature",
            "That is λ itself. Asked is the rate, 2/λ.",
            lambda: 2 / overshoot_rate(),
        ),
        Misconception(
            "flattest direction",
            "That is 2 over the *smallest* eigenvalue. The steepest direction overshoots first.",
            lambda: 2 / _curvatures()[0],
        ),
    ),
    hints=(
        "`_, states = elman.forward(x, zeros, w1, w2)` with the weights of seed 0; "
        "`states[1:]` is $H$.",
        "`np.linalg.eigvalsh` gives the eigenvalues of $H^\\top H$ in rising order.",
    ),
    rtol=0.0,
    atol=0.006,
)

EXERCISES = (
    TRUNCATED,
    SHARE,
    RATE,
    CLIP,
    NARX,
    QUIZ_REACH,
    QUIZ_SHARE,
    QUIZ_OVERSHOOT,
)
