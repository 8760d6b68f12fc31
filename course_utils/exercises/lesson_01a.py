"""The exercises of lesson 01a: the Elman network by hand."""

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from course_utils import elman
from course_utils.exercises.definitions import Case, Exercise, Misconception

Step = tuple[np.ndarray, np.ndarray]


def small_network(seed: int, inputs: int = 1, hidden: int = 3, outputs: int = 1) -> Step:
    """Weights of a few decimals, so that a learner can follow a case by hand."""
    generator = np.random.default_rng(seed)
    w1 = generator.normal(0, 0.6, (inputs + hidden, hidden)).round(2)
    w2 = generator.normal(0, 0.6, (hidden, outputs)).round(2)
    return w1, w2


def small_sequence(seed: int, steps: int, inputs: int = 1, outputs: int = 1) -> Step:
    """Draw inputs and targets of two decimals."""
    generator = np.random.default_rng(seed)
    x = generator.normal(0, 1, (steps, inputs)).round(2)
    return x, generator.normal(0, 1, (steps, outputs)).round(2)


# ------------------------------------------------------ 1a.1 one step forward


def elman_step(
    x: np.ndarray, context_state: np.ndarray, w1: np.ndarray, w2: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """One step: x (1, inputs), context_state (1, hidden) -> out (1, outputs), context_state."""
    xh = np.concatenate((x, context_state), axis=1)
    context_state = np.tanh(xh @ w1)
    out = context_state @ w2
    return out, context_state


def _step_in_two_parts(
    x: np.ndarray, context_state: np.ndarray, w1: np.ndarray, w2: np.ndarray
) -> Step:
    inputs = x.shape[1]
    after = np.tanh(x @ w1[:inputs] + context_state @ w1[inputs:])
    return after.dot(w2), after


def _swapped_step(x: np.ndarray, context_state: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Step:
    after = np.tanh(np.concatenate((context_state, x), axis=1) @ w1)
    return after @ w2, after


def _linear_step(x: np.ndarray, context_state: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Step:
    after = np.concatenate((x, context_state), axis=1) @ w1
    return after @ w2, after


def _step_cases() -> tuple[Case, ...]:
    state = np.array([[0.5, -0.2, 0.1]])
    return (
        Case(np.array([[0.9]]), state, *small_network(0), label="one input, three context units"),
        Case(np.array([[0.3, -1.0]]), state, *small_network(1, inputs=2), label="two inputs"),
    )


STEP = Exercise(
    id="1a.1",
    title="One step forward, in NumPy",
    difficulty=1,
    minutes=5,
    reference=elman_step,
    also_right=(_step_in_two_parts,),
    cases=_step_cases,
    misconceptions=(
        Misconception(
            "context before input",
            "Context and input are joined the wrong way round. w1's first rows belong to the "
            "input: `(x, context_state)`, in this order.",
            _swapped_step,
        ),
        Misconception(
            "tanh forgotten",
            "The tanh is missing: without it the network is one long matrix product.",
            _linear_step,
        ),
        Misconception(
            "tanh on the output",
            "The output went through tanh too. It is linear: `context_state @ w2`.",
            lambda x, s, w1, w2: (
                np.tanh(elman_step(x, s, w1, w2)[0]),
                elman_step(x, s, w1, w2)[1],
            ),
        ),
        Misconception(
            "old context returned",
            "The context given back is the one that came in. The next step needs the new one.",
            lambda x, s, w1, w2: (elman_step(x, s, w1, w2)[0], s),
        ),
        Misconception(
            "pair swapped",
            "The two results stand the wrong way round: first the output, then the context.",
            lambda x, s, w1, w2: elman_step(x, s, w1, w2)[::-1],
        ),
        Misconception(
            "context ignored",
            "The context has no influence here: this network would have no memory.",
            lambda x, s, w1, w2: elman_step(x, np.zeros_like(s), w1, w2),
        ),
    ),
    hints=(
        "It is the published `forward` with other words: `torch.cat(…, 1)` is "
        "`np.concatenate(…, axis=1)`, and `mm` is `@`.",
        "Three lines: join, `np.tanh` of a product with `w1`, a product with `w2`.",
    ),
    returns=("out", "context_state"),
)

# ---------------------------------------------------------- 1a.2 free running


def free_running(known: np.ndarray, count: int, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    """Read known (steps, 1) from a zero context, then predict (count, 1) values alone."""
    context_state = np.zeros((1, w1.shape[1]))
    for t in range(len(known)):
        out, context_state = elman_step(known[t : t + 1], context_state, w1, w2)
    predictions = [out]
    while len(predictions) < count:
        out, context_state = elman_step(out, context_state, w1, w2)
        predictions.append(out)
    return np.concatenate(predictions)


def _free_on_one_list(known: np.ndarray, count: int, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    values, state = list(known), np.zeros((1, w1.shape[1]))
    for t in range(len(known) + count - 1):
        out, state = _step_in_two_parts(values[t][None], state, w1, w2)
        if t >= len(known) - 1:
            values.append(out[0])
    return np.stack(values[len(known) :])


def _free_with(
    start: Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], Step],
    onward: Callable[[np.ndarray, np.ndarray, np.ndarray], Step],
) -> Callable[..., np.ndarray]:
    """Make a faulty free run: how it reads, and what it gives to the next step."""

    def run(known: np.ndarray, count: int, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
        out, state = start(known, np.zeros((1, w1.shape[1])), w1, w2)
        predictions = [out]
        while len(predictions) < count:
            out, state = elman_step(*onward(known, out, state), w1, w2)
            predictions.append(out)
        return np.concatenate(predictions)

    return run


def _read(known: np.ndarray, state: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Step:
    for t in range(len(known)):
        out, state = elman_step(known[t : t + 1], state, w1, w2)
    return out, state


def _free_after_a_reset(
    known: np.ndarray, count: int, w1: np.ndarray, w2: np.ndarray
) -> np.ndarray:
    out, state = _read(known, np.zeros((1, w1.shape[1])), w1, w2)
    predictions, state = [out], np.zeros_like(state)
    while len(predictions) < count:
        out, state = elman_step(out, state, w1, w2)
        predictions.append(out)
    return np.concatenate(predictions)


def _free_with_the_last_twice(
    known: np.ndarray, count: int, w1: np.ndarray, w2: np.ndarray
) -> np.ndarray:
    return free_running(np.concatenate((known, known[-1:])), count, w1, w2)


FREE = Exercise(
    id="1a.2",
    title="Let it run free",
    difficulty=2,
    minutes=8,
    reference=free_running,
    also_right=(_free_on_one_list,),
    cases=lambda: (
        Case(
            np.array([[0.2], [0.5], [0.9]]), 4, *small_network(2), label="three known, four ahead"
        ),
        Case(np.array([[-0.4], [0.1]]), 3, *small_network(3, hidden=2)),
    ),
    misconceptions=(
        Misconception(
            "truth fed on",
            "The last known value is fed in again and again. After it, each prediction is the "
            "next input.",
            _free_with(_read, lambda known, out, state: (known[-1:], state)),
        ),
        Misconception(
            "context reset",
            "The context is set to zero at each free step. It is the memory: carry it on.",
            _free_with(_read, lambda known, out, state: (out, np.zeros_like(state))),
        ),
        Misconception(
            "context reset between the loops",
            "The context is set to zero after the known values. Reading them was for its sake: "
            "carry it on.",
            _free_after_a_reset,
        ),
        Misconception(
            "last known twice",
            "The last known value went in twice. After it the next input is the first prediction, "
            "which came out of it.",
            _free_with_the_last_twice,
        ),
        Misconception(
            "no warm-up",
            "Only the last known value was read. Read them all, so that the context knows the "
            "past.",
            _free_with(
                lambda known, state, w1, w2: elman_step(known[-1:], state, w1, w2),
                lambda known, out, state: (out, state),
            ),
        ),
        Misconception(
            "first prediction lost",
            "The run starts one value too late: the first prediction is what came out when the "
            "last known value went in.",
            lambda known, count, w1, w2: free_running(known, count + 1, w1, w2)[1:],
        ),
        Misconception(
            "one too many",
            "There is one prediction too many. The output of the last known value counts.",
            lambda known, count, w1, w2: free_running(known, count + 1, w1, w2),
        ),
    ),
    hints=(
        "Two loops: one reads the known values, the other reads the network's own.",
        "What stands in `out` after the first loop is the first prediction already.",
    ),
    returns=("predictions",),
)

# --------------------------------------------------------- 1a.3 one step back


def step_back(
    d_out: np.ndarray,
    d_context: np.ndarray,
    xh: np.ndarray,
    context_state: np.ndarray,
    w1: np.ndarray,
    w2: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """From d_out (1, outputs), d_context (1, hidden) to d_w1, d_w2, d_before (1, hidden)."""
    d_w2 = context_state.T @ d_out
    d_a = (d_out @ w2.T + d_context) * (1 - context_state**2)
    d_w1 = xh.T @ d_a
    inputs = len(w1) - len(w2)
    d_before = d_a @ w1[inputs:].T
    return d_w1, d_w2, d_before


def _step_back_by_outer(
    d_out: np.ndarray,
    d_context: np.ndarray,
    xh: np.ndarray,
    context_state: np.ndarray,
    w1: np.ndarray,
    w2: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    d_a = (d_context + (w2 @ d_out.T).T) * (1 - context_state * context_state)
    d_xh = (w1 @ d_a.T).T
    return np.outer(xh, d_a), np.outer(context_state, d_out), d_xh[:, -len(w2) :]


def _faulty_back(
    slope: Callable[[np.ndarray], np.ndarray], later: float, where: str
) -> Callable[..., tuple[np.ndarray, np.ndarray, np.ndarray]]:
    def back(
        d_out: np.ndarray,
        d_context: np.ndarray,
        xh: np.ndarray,
        context_state: np.ndarray,
        w1: np.ndarray,
        w2: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        d_a = (d_out @ w2.T + later * d_context) * slope(context_state)
        d_xh, hidden = d_a @ w1.T, len(w2)
        part = {
            "end": d_xh[:, -hidden:],
            "start": d_xh[:, :hidden],
            "all": d_xh,
            "after the first": d_xh[:, 1:],
            "not turned": d_a @ w1[-hidden:],
            "before the slope": (d_out @ w2.T + later * d_context) @ w1[-hidden:].T,
        }[where]
        return xh.T @ d_a, context_state.T @ d_out, part

    return back


def _true_slope(h: np.ndarray) -> np.ndarray:
    return 1 - h**2


def _back_cases() -> tuple[Case, ...]:
    w1, w2 = small_network(4)
    xh, later = np.array([[0.7, 0.1, -0.3, 0.4]]), np.array([[0.3, -0.1, 0.2]])
    wide, wide_w2 = small_network(5, inputs=2, outputs=2)
    wide_xh = np.array([[0.7, -0.5, 0.1, -0.3, 0.4]])
    return (
        Case(np.array([[0.5]]), later, xh, np.tanh(xh @ w1), w1, w2, label="one input"),
        Case(
            np.array([[0.5, -0.2]]),
            later,
            wide_xh,
            np.tanh(wide_xh @ wide),
            wide,
            wide_w2,
            label="two inputs, two outputs",
        ),
    )


BACK = Exercise(
    id="1a.3",
    title="One step back",
    difficulty=2,
    minutes=10,
    reference=step_back,
    also_right=(_step_back_by_outer,),
    cases=_back_cases,
    misconceptions=(
        Misconception(
            "later steps forgotten",
            "The error that comes back from later steps is not in it. The context feeds two "
            "things, the output and the next step: add both.",
            _faulty_back(_true_slope, 0.0, "end"),
        ),
        Misconception(
            "slope of tanh forgotten",
            "The error passed the tanh unchanged. Multiply by its slope, 1 − h².",
            _faulty_back(np.ones_like, 1.0, "end"),
        ),
        Misconception(
            "slope not squared",
            "The slope of tanh is 1 − h²; here it is 1 − h.",
            lambda *a: _faulty_back(lambda h: 1 - h, 1.0, "end")(*a),
        ),
        Misconception(
            "slope of the slope",
            "The slope is taken at tanh(h). `context_state` has gone through tanh already: 1 − h².",
            lambda *a: _faulty_back(lambda h: 1 - np.tanh(h) ** 2, 1.0, "end")(*a),
        ),
        Misconception(
            "input kept",
            "d_before holds the input's share too. Only the rows of w1 that read the context "
            "lead to the step before.",
            _faulty_back(_true_slope, 1.0, "all"),
        ),
        Misconception(
            "wrong rows",
            "d_before was taken from the wrong end: in xh the input comes first.",
            _faulty_back(_true_slope, 1.0, "start"),
        ),
        Misconception(
            "one input taken for granted",
            "`w1[1:]` leaves out one row, but a network may have two inputs. The context's rows "
            "are the last ones, as many as w2 has.",
            _faulty_back(_true_slope, 1.0, "after the first"),
        ),
        Misconception(
            "context rows not turned",
            "The context's rows of w1 are not transposed in d_before. They are square, so no "
            "error tells you.",
            _faulty_back(_true_slope, 1.0, "not turned"),
        ),
        Misconception(
            "slope lost on the way back",
            "d_before was taken of the error at h. It must go through the tanh first: formula 6 "
            "has $\\delta a_t$.",
            _faulty_back(_true_slope, 1.0, "before the slope"),
        ),
    ),
    hints=(
        "Go through the formulas from the bottom up. Each matrix is transposed on the way back.",
        "The error at the context is `d_out @ w2.T + d_context`; then comes the slope.",
        "`w1` has inputs + hidden rows, `w2` has hidden: the context's rows are the last ones.",
    ),
    returns=("d_w1", "d_w2", "d_before"),
)

# ---------------------------------------------------- 1a.4 the whole sequence


def bptt(
    x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """From x (steps, inputs), y (steps, outputs) to the loss and its gradients d_w1, d_w2."""
    d_context = np.zeros((1, w1.shape[1]))
    out, states = elman.forward(x, d_context, w1, w2)
    error = out - y
    d_w1, d_w2 = np.zeros_like(w1), np.zeros_like(w2)
    for t in reversed(range(len(x))):
        before, after = states[t : t + 1], states[t + 1 : t + 2]
        xh = np.concatenate((x[t : t + 1], before), axis=1)
        from_w1, from_w2, d_context = step_back(error[t : t + 1], d_context, xh, after, w1, w2)
        d_w1 += from_w1
        d_w2 += from_w2
    return float(np.sum(error**2)) / 2, d_w1, d_w2


def run_forward(x: np.ndarray, w1: np.ndarray, w2: np.ndarray, carry: bool = True) -> Step:
    """Run forward: the rows xh, and the contexts after each step."""
    state, rows, states = np.zeros((1, w1.shape[1])), [], []
    for t in range(len(x)):
        if not carry:
            state = np.zeros_like(state)
        rows.append(np.concatenate((x[t : t + 1], state), axis=1))
        _, state = elman_step(x[t : t + 1], state, w1, w2)
        states.append(state)
    return np.concatenate(rows), np.concatenate(states)


def _bptt_in_rows(
    x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    xh, h = run_forward(x, w1, w2)
    error = h @ w2 - y
    delta, later = np.zeros_like(h), np.zeros(h.shape[1])
    for t in range(len(x) - 1, -1, -1):
        delta[t] = (w2 @ error[t] + later) * (1 - h[t] ** 2)
        later = w1[x.shape[1] :] @ delta[t]
    return float(0.5 * (error * error).sum()), xh.T @ delta, h.T @ error


def _faulty_bptt(fault: str) -> Callable[..., tuple[float, np.ndarray, np.ndarray]]:
    def faulty(
        x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray
    ) -> tuple[float, np.ndarray, np.ndarray]:
        rows, states = run_forward(x, w1, w2, carry=fault != "forgets")
        errors = states @ w2 - y
        loss = float(np.sum(errors**2)) / 2
        d_w1, d_w2 = np.zeros_like(w1), np.zeros_like(w2)
        d_context = np.zeros((1, w1.shape[1]))
        order = range(len(x)) if fault == "forwards" else reversed(range(len(x)))
        for t in order:
            last_only = fault == "last" and t < len(x) - 1
            error = np.zeros_like(errors[:1]) if last_only else errors[t : t + 1]
            later = np.zeros_like(d_context) if fault == "cut" else d_context
            xh = rows[t : t + 1].copy()
            if fault == "new context":
                xh[:, x.shape[1] :] = states[t : t + 1]
            from_w1, from_w2, d_context = step_back(error, later, xh, states[t : t + 1], w1, w2)
            keep = 0.0 if fault == "overwritten" else 1.0
            d_w1, d_w2 = keep * d_w1 + from_w1, keep * d_w2 + from_w2
        if fault == "mean":
            return loss / len(x), d_w1 / len(x), d_w2 / len(x)
        if fault == "doubled":
            return loss, 2 * d_w1, 2 * d_w2
        return (2 * loss if fault == "no half" else loss), d_w1, d_w2

    return faulty


BPTT = Exercise(
    id="1a.4",
    title="The whole sequence",
    difficulty=3,
    minutes=10,
    reference=bptt,
    also_right=(_bptt_in_rows,),
    cases=lambda: (
        Case(*small_sequence(0, 4), *small_network(6), label="four steps"),
        Case(
            *small_sequence(1, 3, 2, 2), *small_network(7, inputs=2, outputs=2), label="two inputs"
        ),
    ),
    misconceptions=(
        Misconception(
            "cut at every step",
            "No error crosses from one step to the one before. Hand `d_before` on: it is the "
            "next call's `d_context`.",
            _faulty_bptt("cut"),
        ),
        Misconception(
            "overwritten",
            "The gradients hold one step's share only. The same w1 is used at every step, so "
            "the shares add up: `+=`.",
            _faulty_bptt("overwritten"),
        ),
        Misconception(
            "last error only",
            "Only the last step's error went back. Every step has a target, and so an error.",
            _faulty_bptt("last"),
        ),
        Misconception(
            "forwards",
            "The way back went from the first step to the last. Go from the last to the first: "
            "`reversed`.",
            _faulty_bptt("forwards"),
        ),
        Misconception(
            "new context in xh",
            "xh holds the context *after* the step. The step read the one before: "
            "`states[t : t + 1]`.",
            _faulty_bptt("new context"),
        ),
        Misconception(
            "gradients doubled",
            "Both gradients are twice what they must be: with ½ in the loss the derivative by "
            "the output is the error, once.",
            _faulty_bptt("doubled"),
        ),
        Misconception(
            "context forgotten on the way forward",
            "On the way forward each step starts from a zero context. Carry it.",
            _faulty_bptt("forgets"),
        ),
        Misconception(
            "without the half",
            "The loss lacks its ½. With it the derivative by the output is simply the error.",
            _faulty_bptt("no half"),
        ),
        Misconception(
            "mean for sum",
            "Everything is divided by the number of steps. The published loss is the sum.",
            _faulty_bptt("mean"),
        ),
    ),
    hints=(
        "Forward first, and keep every context: `elman.forward` does. Step t lies between "
        "`states[t : t + 1]` and `states[t + 1 : t + 2]`.",
        "Then `for t in reversed(range(len(x)))`. After the last step no error comes back: "
        "start with zeros.",
        "`step_back` gives the step's share of both gradients, and what the step before needs.",
    ),
    returns=("loss", "d_w1", "d_w2"),
)

# ------------------------------------------------- 1a.5 the weights for torch


def torch_weights(
    w1: np.ndarray, w2: np.ndarray
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """From w1 (inputs + hidden, hidden), w2 to weight_ih, weight_hh, weight_out in float32."""
    inputs = len(w1) - len(w2)
    weight_ih = torch.tensor(w1[:inputs].T, dtype=torch.float32)
    weight_hh = torch.tensor(w1[inputs:].T, dtype=torch.float32)
    weight_out = torch.tensor(w2.T, dtype=torch.float32)
    return weight_ih, weight_hh, weight_out


def _torch_weights_by_split(w1: np.ndarray, w2: np.ndarray) -> tuple:
    hidden = w1.shape[1]
    turned = torch.from_numpy(w1).float().T.contiguous()
    return turned[:, :-hidden], turned[:, -hidden:], torch.from_numpy(w2).float().T


WEIGHTS = Exercise(
    id="1a.5",
    title="The same weights for nn.RNN",
    difficulty=2,
    minutes=6,
    reference=torch_weights,
    also_right=(_torch_weights_by_split,),
    cases=lambda: (
        Case(*small_network(12), label="one input, three context units"),
        Case(*small_network(13, inputs=2, outputs=2), label="two inputs, two outputs"),
    ),
    misconceptions=(
        Misconception(
            "context not turned",
            "weight_hh is not transposed. It is square, so no error tells you: torch multiplies "
            "by the transpose, `state @ weight_hh.T`.",
            lambda w1, w2: (
                torch_weights(w1, w2)[0],
                torch_weights(w1, w2)[1].T,
                torch_weights(w1, w2)[2],
            ),
        ),
        Misconception(
            "nothing turned",
            "The matrices stand the other way round: torch keeps (outputs, inputs), so each one "
            "must be transposed.",
            lambda w1, w2: tuple(w.T for w in torch_weights(w1, w2)),
        ),
        Misconception(
            "wrong rows",
            "The input's rows were taken from the end of w1. In xh the input comes first.",
            lambda w1, w2: torch_weights(np.roll(w1, len(w1) - len(w2), axis=0), w2),
        ),
        Misconception(
            "double precision",
            "These are double precision; nn.RNN's weights are float32.",
            lambda w1, w2: tuple(w.double() for w in torch_weights(w1, w2)),
        ),
    ),
    hints=(
        "w1 holds two matrices, one above the other: the rows that read the input, then the "
        "rows that read the context.",
        "torch computes `x @ weight_ih.T + state @ weight_hh.T`: transpose all three.",
    ),
    returns=("weight_ih", "weight_hh", "weight_out"),
)

# ------------------------------------------------------------------- the quiz


def newest_coefficient() -> float:
    """Coefficient of the newest point in the linear rule of two points on the sine."""
    values = elman.sine_points(21)[:, 0]
    past = np.stack([values[1:-1], values[:-2]], axis=1)
    return float(np.linalg.lstsq(past, values[2:], rcond=None)[0][0])


QUIZ_RULE = Exercise(
    id="1a.Q1",
    title="The rule behind the sine",
    difficulty=1,
    minutes=2,
    kind="value",
    reference=newest_coefficient,
    also_right=(lambda: 2 * np.cos(0.4),),
    cases=(),
    misconceptions=(
        Misconception(
            "half of it",
            "That is half of it: the rule is x(t+1) = 2 cos(0.4) x(t) − x(t−1).",
            lambda: float(np.cos(0.4)),
        ),
        Misconception(
            "the older point",
            "That is the coefficient of the point before. Asked is the newest one's.",
            lambda: -1.0,
        ),
        Misconception(
            "one point only",
            "That is what a rule of one point would take. Two points make it exact.",
            lambda: float(_one_point_rule()),
        ),
    ),
    hints=(
        "It is the first of the two numbers that least squares found.",
        "`coefficients[0]`, or with a pencil: sin(a + d) + sin(a − d) = 2 cos(d) sin(a).",
    ),
    rtol=0.0,
    atol=0.01,
)


def _one_point_rule() -> float:
    values = elman.sine_points(21)[:, 0]
    return float(values[:-1] @ values[1:] / (values[:-1] @ values[:-1]))


def _start() -> tuple[np.ndarray, ...]:
    """Training points and the initial weights of seed 0."""
    points = elman.sine_points(21)
    w1, w2 = (w[0] for w in elman.initial_weights([0]))
    return points[:-1], points[1:], w1, w2


def _loss_after(rate: float) -> float:
    x, y, w1, w2 = _start()
    _, d_w1, d_w2 = bptt(x, y, w1, w2)
    return bptt(x, y, w1 - rate * d_w1, w2 - rate * d_w2)[0]


def loss_after_one() -> float:
    """Give the summed loss of seed 0 after one step of rate 0.01 down the whole gradient."""
    points = elman.sine_points(21)
    x, y = points[:-1], points[1:]
    w1, w2 = (w[0] for w in elman.initial_weights([0]))
    _, d_w1, d_w2 = bptt(x, y, w1, w2)
    return bptt(x, y, w1 - 0.01 * d_w1, w2 - 0.01 * d_w2)[0]


def _loss_after_in_the_stack() -> float:
    x, y, w1, w2 = _start()
    after = elman.train(x, y, w1, w2, rate=0.01, epochs=1)
    return float(elman.bptt(x, y, elman.zero_state(w1), after.w1, after.w2).loss)


QUIZ_STEP = Exercise(
    id="1a.Q2",
    title="One step down",
    difficulty=2,
    minutes=3,
    kind="value",
    reference=loss_after_one,
    also_right=(_loss_after_in_the_stack,),
    cases=(),
    misconceptions=(
        Misconception(
            "before the step",
            "That is the loss before the step. Call `bptt` once more, with the new weights.",
            lambda: _loss_after(0.0),
        ),
        Misconception(
            "uphill",
            "That is a step *up*: the gradient points to where the loss grows. Subtract it.",
            lambda: _loss_after(-0.01),
        ),
        Misconception(
            "published rate",
            "That is a step of rate 0.1. Asked is 0.01.",
            lambda: _loss_after(0.1),
        ),
        Misconception(
            "mean square",
            "That is the mean squared error. The loss is ½ of each square, summed over 20 steps.",
            lambda: loss_after_one() / 10,
        ),
    ),
    hints=(
        "`_, d_w1, d_w2 = bptt(x, y, w1, w2)` gives the direction; new weights are "
        "`w1 - 0.01 * d_w1` and `w2 - 0.01 * d_w2`.",
        "The first thing that `bptt` gives for the new weights is the answer.",
    ),
    rtol=0.0,
    atol=0.006,
)


def numbers_learned() -> int:
    """Numbers that nn.RNN(1, 6) and nn.Linear(6, 1) learn together, biases and all."""
    layers = (nn.RNN(1, 6), nn.Linear(6, 1))
    return sum(p.numel() for layer in layers for p in layer.parameters())


QUIZ_NUMBERS = Exercise(
    id="1a.Q3",
    title="What the biases add",
    difficulty=1,
    minutes=2,
    kind="value",
    reference=numbers_learned,
    also_right=(lambda: 6 * (1 + 6) + 6 + 6 + 6 + 1,),
    cases=(),
    misconceptions=(
        Misconception(
            "no biases",
            "That is the published network, without biases. Leave out `bias=False`.",
            lambda: 48,
        ),
        Misconception(
            "one bias vector",
            "That counts one bias vector in nn.RNN. It has two, one beside each matrix: look at "
            "its `named_parameters()`.",
            lambda: 55,
        ),
        Misconception(
            "without the output",
            "That is nn.RNN alone. nn.Linear learns numbers too.",
            lambda: 54,
        ),
    ),
    hints=(
        "`layer.parameters()` gives the arrays, `numel()` counts the numbers in one.",
        "`sum(p.numel() for p in nn.RNN(1, 6).parameters())`, and the same for the other.",
    ),
    rtol=0.0,
    atol=0.0,
)

EXERCISES = (STEP, FREE, BACK, BPTT, WEIGHTS, QUIZ_RULE, QUIZ_STEP, QUIZ_NUMBERS)
