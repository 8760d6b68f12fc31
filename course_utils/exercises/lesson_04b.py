"""The exercises of lesson 04b: an LSTM held against real Keras."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from course_utils.exercises.definitions import Case, Exercise, Misconception, Rejected

Pair = tuple[torch.Tensor, torch.Tensor]

# -------------------------------------------------------- 4b.1 the gates


def lstm_step(
    x: torch.Tensor,
    state: tuple[torch.Tensor, torch.Tensor],
    w_ih: torch.Tensor,
    w_hh: torch.Tensor,
    b_ih: torch.Tensor,
    b_hh: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor]:
    """One LSTM step: x (batch, inputs) and the pair (h, c), each (batch, hidden), to the next."""
    h, c = state
    i, f, g, o = (x @ w_ih.T + b_ih + h @ w_hh.T + b_hh).chunk(4, dim=1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


def _by_torchs_cell(x: Any, state: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any) -> Pair:
    return torch.lstm_cell(x, state, w_ih, w_hh, b_ih, b_hh)


def _gate_by_gate(x: Any, state: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any) -> Pair:
    h, c = state
    n = h.shape[1]
    i, f, g, o = (
        x @ w_ih[k * n : k * n + n].T
        + h @ w_hh[k * n : k * n + n].T
        + (b_ih + b_hh)[k * n : k * n + n]
        for k in range(4)
    )
    c = c * f.sigmoid() + g.tanh() * i.sigmoid()
    return c.tanh() * o.sigmoid(), c


def _step_wrongly(slip: str) -> Callable[..., Any]:
    def answer(x: Any, state: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any) -> Any:
        h, c = reversed(state) if slip == "read turned round" else state
        if slip == "state cut":
            h, c = h.detach(), c.detach()
        if slip == "as in the formula":
            total = w_ih @ x + b_ih + w_hh @ h + b_hh
        else:
            total = x @ w_ih.T + b_ih + h @ w_hh.T + (0 if slip == "one bias" else b_hh)
        i, f, g, o = total.chunk(4, dim=0 if slip == "rows cut" else 1)
        if slip == "g and o swapped":
            g, o = o, g
        if slip == "i and f swapped":
            i, f = f, i
        candidate = torch.sigmoid(g) if slip == "candidate squashed" else torch.tanh(g)
        kept = h if slip == "keeps h" else c
        new = torch.sigmoid(f) * kept + torch.sigmoid(i) * candidate
        if slip == "one minus f":
            new = torch.sigmoid(f) * c + (1 - torch.sigmoid(f)) * candidate
        shown = {"old cell": c.tanh(), "bare cell": new}.get(slip, new.tanh())
        after = torch.sigmoid(o) * shown
        if slip == "all cut":
            return after.detach(), new.detach()
        return {"turned round": (new, after), "h alone": after}.get(slip, (after, new))

    return answer


def _step_cases() -> tuple[Case, ...]:
    torch.manual_seed(0)
    return tuple(
        Case(
            torch.randn(batch, inputs),
            (torch.randn(batch, hidden), torch.randn(batch, hidden)),
            torch.randn(4 * hidden, inputs),
            torch.randn(4 * hidden, hidden),
            torch.randn(4 * hidden),
            torch.randn(4 * hidden),
            label=f"batch {batch}, {inputs} inputs, hidden {hidden}",
        )
        for batch, inputs, hidden in ((3, 2, 4), (1, 5, 1))
    )


def _lets_gradients_through(answer: Callable[..., Any]) -> None:
    """Reject a step whose gradients are not those of the formula."""
    torch.manual_seed(2)
    shapes = {"h": (3, 4), "c": (3, 4), "w_ih": (16, 2), "w_hh": (16, 4), "b_ih": (16,)}
    leaves = [torch.randn(shape, requires_grad=True) for shape in (*shapes.values(), (16,))]
    x, (h, c, *weights) = torch.randn(3, 2), leaves

    def gradients(step: Callable[..., Any]) -> tuple[torch.Tensor | None, ...]:
        total = sum(part.square().sum() for part in step(x, (h, c), *weights))
        if not total.requires_grad:
            raise Rejected("no gradient comes back from the new h and c to anything")
        return torch.autograd.grad(total, leaves, allow_unused=True)

    pairs = zip((*shapes, "b_hh"), gradients(answer), gradients(lstm_step), strict=True)
    wrong = [
        name
        for name, got, wanted in pairs
        if got is None or wanted is None or not torch.allclose(got, wanted, atol=1e-4)
    ]
    if wrong:
        raise Rejected(f"the numbers are right, but not the gradient of {' and '.join(wrong)}")


STEP = Exercise(
    id="4b.1",
    title="One step of an LSTM",
    difficulty=2,
    minutes=8,
    reference=lstm_step,
    also_right=(_by_torchs_cell, _gate_by_gate),
    cases=_step_cases,
    misconceptions=(
        Misconception(
            "as in the formula",
            "The formula is for one row. Here the rows of a batch stand one below the other: "
            "`x @ w_ih.T`, and the same with h.",
            _step_wrongly("as in the formula"),
        ),
        Misconception(
            "rows cut",
            "That cuts the rows of the batch apart. The gates stand side by side: "
            "`chunk(4, dim=1)`.",
            _step_wrongly("rows cut"),
        ),
        Misconception(
            "g and o swapped",
            "The last two quarters are the wrong way round: torch stacks i, f, g, o. (TensorFlow's "
            "old cells had another order.)",
            _step_wrongly("g and o swapped"),
        ),
        Misconception(
            "i and f swapped",
            "The first two quarters are the wrong way round: first comes the input gate i, then "
            "the forget gate f.",
            _step_wrongly("i and f swapped"),
        ),
        Misconception(
            "candidate squashed",
            "The candidate went through a sigmoid. Only the three gates do; what is written into "
            "the cell may be negative: a tanh.",
            _step_wrongly("candidate squashed"),
        ),
        Misconception(
            "keeps h",
            "The forget gate weighs the old *cell* c, not the hidden state h.",
            _step_wrongly("keeps h"),
        ),
        Misconception(
            "one minus f",
            "The new part is weighed by 1 − f here. That is a GRU's habit; the LSTM has an input "
            "gate of its own.",
            _step_wrongly("one minus f"),
        ),
        Misconception(
            "old cell",
            "The output shows the old cell. It looks at the new one.",
            _step_wrongly("old cell"),
        ),
        Misconception(
            "bare cell",
            "The cell goes out as it is. A tanh stands between it and the output gate.",
            _step_wrongly("bare cell"),
        ),
        Misconception(
            "one bias",
            "One of the two biases is missing: torch adds both.",
            _step_wrongly("one bias"),
        ),
        Misconception(
            "turned round", "The pair is (h, c), not (c, h).", _step_wrongly("turned round")
        ),
        Misconception(
            "read turned round",
            "The state was taken apart as c, h. The pair that comes in is (h, c).",
            _step_wrongly("read turned round"),
        ),
        Misconception(
            "state cut",
            "You cut the state with `detach`. One step must let the gradient through; it is the "
            "training loop that cuts, between two batches.",
            _step_wrongly("state cut"),
        ),
        Misconception(
            "all cut",
            "Nothing can be learnt through this step: there is a `detach` or a `no_grad` in it, "
            "or `.data`. Leave the cutting to the training loop.",
            _step_wrongly("all cut"),
        ),
        Misconception(
            "h alone",
            "Only h comes back. The next step needs the cell as well: give the pair (h, c).",
            _step_wrongly("h alone"),
        ),
    ),
    hints=(
        "All four at once: `x @ w_ih.T + b_ih + h @ w_hh.T + b_hh` has shape (batch, 4·hidden), "
        "and `.chunk(4, dim=1)` cuts it into four.",
        "First the new cell from the old one, the gates i and f, and the candidate g. Then h from "
        "the new cell and the gate o.",
    ),
    properties=(_lets_gradients_through,),
    returns=("new h", "new c"),
)

# -------------------------------------------------- 4b.2 the forget bias


def set_forget_bias(layer: nn.LSTM, value: float) -> None:
    """Give the forget gate value in its quarter of bias_ih_l0 (4H,) and 0 in that of bias_hh_l0."""
    forget = slice(layer.hidden_size, 2 * layer.hidden_size)
    with torch.no_grad():
        layer.get_parameter("bias_ih_l0")[forget] = value
        layer.get_parameter("bias_hh_l0")[forget] = 0.0


def _by_chunks(layer: Any, value: float) -> None:
    nn.init.constant_(layer.bias_ih_l0.data.chunk(4)[1], value)
    nn.init.zeros_(layer.bias_hh_l0.data.chunk(4)[1])


def _set_wrongly(slip: str) -> Callable[..., Any]:
    def answer(layer: Any, value: float) -> None:
        n = layer.hidden_size
        start = {"input gate": 0, "candidate": 2 * n, "last": 3 * n}.get(slip, n)
        place = slice(None) if slip == "all gates" else slice(start, start + n)
        if slip == "twenty cells":
            place = slice(20, 40)
        if slip == "graph watches":
            layer.bias_ih_l0[place] = value
        with torch.no_grad():
            if slip == "others emptied":
                layer.bias_ih_l0.zero_()
            if slip == "added":
                layer.bias_ih_l0[place] += value
            else:
                layer.bias_ih_l0[place] = value
            if slip == "twice":
                layer.bias_hh_l0[place] = value
            elif slip == "halves":
                layer.bias_ih_l0[place] = layer.bias_hh_l0[place] = value / 2
            elif slip not in ("second left", "added"):
                layer.bias_hh_l0[place] = 0
            if slip in ("second emptied", "others emptied"):
                layer.bias_hh_l0.zero_()
        if slip == "frozen":
            layer.bias_ih_l0.requires_grad_(False)

    return answer


def _still_trains(answer: Callable[..., Any]) -> None:
    """Reject an answer after which a bias no longer trains."""
    torch.manual_seed(0)
    layer = nn.LSTM(1, 3)
    answer(layer, 1.0)
    frozen = [name for name, weight in layer.named_parameters() if not weight.requires_grad]
    if frozen:
        raise Rejected(f"{' and '.join(frozen)} would no longer train: requires_grad is False")


def _layers() -> tuple[Case, ...]:
    torch.manual_seed(1)
    return (
        Case(nn.LSTM(2, 3), 1.0, label="nn.LSTM(2, 3), value 1"),
        Case(nn.LSTM(1, 5), -0.5, label="nn.LSTM(1, 5), value −0.5"),
        Case(nn.LSTM(1, 20), 2.0, label="nn.LSTM(1, 20), value 2"),
    )


FORGET = Exercise(
    id="4b.2",
    title="Open the forget gate",
    difficulty=1,
    minutes=4,
    reference=set_forget_bias,
    also_right=(_by_chunks,),
    cases=_layers,
    misconceptions=(
        Misconception(
            "twice",
            "Both biases were set, and the gate sees their sum: twice the value.",
            _set_wrongly("twice"),
        ),
        Misconception(
            "second left",
            "The second bias keeps its random numbers here, and the gate sees the sum. Set its "
            "quarter to 0.",
            _set_wrongly("second left"),
        ),
        Misconception(
            "halves",
            "The sum is right. But the exercise wants all of it in `bias_ih_l0`, as Keras would "
            "have it.",
            _set_wrongly("halves"),
        ),
        Misconception(
            "added",
            "The value was added to what was there: set it.",
            _set_wrongly("added"),
        ),
        Misconception(
            "input gate",
            "That is the first quarter, the input gate. The order is i, f, g, o.",
            _set_wrongly("input gate"),
        ),
        Misconception(
            "candidate",
            "That is the third quarter, the candidate g. The order is i, f, g, o.",
            _set_wrongly("candidate"),
        ),
        Misconception(
            "last quarter",
            "That is the last quarter, the output gate. The order is i, f, g, o.",
            _set_wrongly("last"),
        ),
        Misconception(
            "all gates",
            "All four quarters were set. Only the forget gate's is meant.",
            _set_wrongly("all gates"),
        ),
        Misconception(
            "second emptied",
            "The whole second bias is 0 now: the other three gates lose theirs.",
            _set_wrongly("second emptied"),
        ),
        Misconception(
            "others emptied",
            "All the other biases are 0 now, as in Keras. Here only the forget gate's are meant.",
            _set_wrongly("others emptied"),
        ),
        Misconception(
            "twenty cells",
            "20 to 40 is the forget gate of a layer with 20 hidden units only. Ask the layer: "
            "`layer.hidden_size`.",
            _set_wrongly("twenty cells"),
        ),
        Misconception(
            "the graph watches",
            "autograd does not let you write into a parameter that it watches: do it under "
            "`with torch.no_grad():`.",
            _set_wrongly("graph watches"),
        ),
        Misconception(
            "frozen",
            "Switch the gradient off for the writing only, with `torch.no_grad()`; the parameter "
            "must go on training.",
            _set_wrongly("frozen"),
        ),
    ),
    hints=(
        "`layer.hidden_size` is H. The forget gate is the second quarter, from H to 2·H.",
        "Two assignments to slices, under `with torch.no_grad():`.",
    ),
    properties=(_still_trains,),
    returns=("result",),
)

# ------------------------------------------------------ 4b.3 port an LSTM


def port_lstm(
    kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Keras' (inputs, 4H), (H, 4H), (4H,) to torch's w_ih, w_hh, b_ih, b_hh; zeros in b_hh."""
    w_ih, w_hh, b_ih = (
        torch.from_numpy(part.T.copy()) for part in (kernel, recurrent_kernel, bias)
    )
    return w_ih, w_hh, b_ih, torch.zeros_like(b_ih)


def _port_by_tensors(kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray) -> Any:
    return (
        torch.tensor(kernel).t(),
        torch.tensor(recurrent_kernel).t().contiguous(),
        torch.tensor(bias),
        torch.zeros(len(bias)),
    )


def _port_wrongly(slip: str) -> Callable[..., Any]:
    def answer(kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray) -> Any:
        parts = [torch.tensor(part) for part in (kernel, recurrent_kernel, bias)]
        if slip == "reshaped":
            w_ih, w_hh = (part.reshape(part.shape[::-1]) for part in parts[:2])
        elif slip == "as they are":
            w_ih, w_hh = parts[:2]
        else:
            w_ih, w_hh = (part.T for part in parts[:2])
        first, second = parts[2], torch.zeros_like(parts[2])
        if slip == "bias twice":
            second = first
        if slip == "bias halved":
            first = second = first / 2
        if slip == "bias in the second":
            first, second = second, first
        if slip == "gates reordered":
            order = [0, 1, 3, 2]
            w_ih, w_hh, first = (
                torch.cat([part.chunk(4)[k] for k in order]) for part in (w_ih, w_hh, first)
            )
        if slip == "doubles":
            return w_ih.double(), w_hh.double(), first.double(), second.double()
        if slip == "three":
            return w_ih, w_hh, first
        return w_ih, w_hh, first, second

    return answer


def _keras_weights(gates: int, rows: int = 1) -> tuple[Case, ...]:
    draw = np.random.default_rng(gates)

    def numbers(*shape: int) -> np.ndarray:
        return draw.normal(size=shape).astype(np.float32)

    cases = []
    for inputs, hidden in ((2, 3), (4, 1)):
        columns = gates * hidden
        bias = numbers(columns) if rows == 1 else numbers(rows, columns)
        cases.append(
            Case(
                numbers(inputs, columns),
                numbers(hidden, columns),
                bias,
                label=f"{inputs} inputs, hidden {hidden}",
            )
        )
    return tuple(cases)


PORT_LSTM = Exercise(
    id="4b.3",
    title="Port an LSTM",
    difficulty=1,
    minutes=4,
    reference=port_lstm,
    also_right=(_port_by_tensors,),
    cases=lambda: _keras_weights(4),
    misconceptions=(
        Misconception(
            "reshaped",
            "The shapes are right and the numbers are scrambled: reshape deals them out anew. "
            "Transpose.",
            _port_wrongly("reshaped"),
        ),
        Misconception(
            "as they are",
            "Keras multiplies by the kernel, torch by the transpose of its weight: a kernel must "
            "be transposed.",
            _port_wrongly("as they are"),
        ),
        Misconception(
            "bias twice",
            "The bias is in both vectors now, and torch adds them: twice the bias.",
            _port_wrongly("bias twice"),
        ),
        Misconception(
            "bias halved",
            "The output would be right. But here `b_ih` shall hold the whole bias and `b_hh` "
            "zeros; section 5 shows why.",
            _port_wrongly("bias halved"),
        ),
        Misconception(
            "bias in the second",
            "The bias is in `b_hh`, zeros are in `b_ih`: here it shall be the other way round.",
            _port_wrongly("bias in the second"),
        ),
        Misconception(
            "gates reordered",
            "The gates were reordered. For the LSTM the two agree: Keras' i, f, c, o is torch's "
            "i, f, g, o.",
            _port_wrongly("gates reordered"),
        ),
        Misconception(
            "doubles",
            "These are 64-bit numbers; the arrays that came in, and torch's layers, have 32.",
            _port_wrongly("doubles"),
        ),
        Misconception(
            "three parts",
            "Three parts for three. torch has a fourth, its second bias: zeros.",
            _port_wrongly("three"),
        ),
    ),
    hints=(
        "A kernel has shape (inputs, 4H), a weight (4H, inputs).",
        "`torch.from_numpy(kernel.T.copy())`; and `torch.zeros_like` for what Keras does not have.",
    ),
    returns=("w_ih", "w_hh", "b_ih", "b_hh"),
)

# ------------------------------------------------------- 4b.4 port a GRU


def port_gru(
    kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Keras' (inputs, 3H), (H, 3H), (2, 3H), gates z, r, h, to torch's four, gates r, z, n."""

    def swapped(part: np.ndarray) -> torch.Tensor:
        z, r, candidate = np.split(part, 3, axis=-1)
        return torch.from_numpy(np.concatenate([r, z, candidate], axis=-1).T.copy())

    return swapped(kernel), swapped(recurrent_kernel), swapped(bias[0]), swapped(bias[1])


def _gru_by_index(kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray) -> Any:
    n = len(recurrent_kernel)
    order = np.r_[n : 2 * n, 0:n, 2 * n : 3 * n]
    w_ih, w_hh = (torch.tensor(part[:, order]).T for part in (kernel, recurrent_kernel))
    b_ih, b_hh = torch.tensor(bias[:, order])
    return w_ih, w_hh, b_ih, b_hh


def _gru_wrongly(slip: str) -> Callable[..., Any]:
    order = {"as it is": (0, 1, 2), "backwards": (2, 1, 0), "rolled": (1, 2, 0)}.get(
        slip, (1, 0, 2)
    )

    def swap(part: np.ndarray) -> torch.Tensor:
        return torch.tensor(np.concatenate([np.split(part, 3, axis=-1)[k] for k in order], axis=-1))

    def answer(kernel: np.ndarray, recurrent_kernel: np.ndarray, bias: np.ndarray) -> Any:
        w_ih, w_hh, biases = swap(kernel).T, swap(recurrent_kernel).T, swap(bias)
        if slip == "bias left":
            biases = torch.tensor(bias)
        if slip == "biases swapped":
            biases = biases.flip(0)
        if slip == "biases added":
            biases = torch.stack([biases.sum(dim=0), torch.zeros_like(biases[0])])
        if slip == "not transposed":
            w_ih, w_hh = w_ih.T, w_hh.T
        return w_ih, w_hh, biases[0], biases[1]

    return answer


PORT_GRU = Exercise(
    id="4b.4",
    title="Port a GRU",
    difficulty=2,
    minutes=6,
    reference=port_gru,
    also_right=(_gru_by_index,),
    cases=lambda: _keras_weights(3, rows=2),
    misconceptions=(
        Misconception(
            "as it is",
            "The gates stand in Keras' order, z, r, h. torch wants r, z, n.",
            _gru_wrongly("as it is"),
        ),
        Misconception(
            "backwards",
            "The order was turned round. Only the first two change places; the candidate stays "
            "last.",
            _gru_wrongly("backwards"),
        ),
        Misconception(
            "rolled",
            "The gates were shifted round by one: r, h, z. Only the first two change places.",
            _gru_wrongly("rolled"),
        ),
        Misconception(
            "bias left",
            "The kernels have torch's order, the biases still Keras'.",
            _gru_wrongly("bias left"),
        ),
        Misconception(
            "biases swapped",
            "Row 0 of Keras' bias goes with the input (`b_ih`), row 1 with the state (`b_hh`).",
            _gru_wrongly("biases swapped"),
        ),
        Misconception(
            "biases added",
            "Adding the two biases is right for an LSTM. In a GRU the reset gate acts on the "
            "second one alone: keep both.",
            _gru_wrongly("biases added"),
        ),
        Misconception(
            "not transposed",
            "The kernels must be transposed as well.",
            _gru_wrongly("not transposed"),
        ),
    ),
    hints=(
        "`np.split(part, 3, axis=-1)` gives the three gates of a kernel, and of a bias.",
        "Swap the first two and `np.concatenate` them again; then transpose as in 4b.3.",
    ),
    returns=("w_ih", "w_hh", "b_ih", "b_hh"),
)

# ------------------------------------------------------ 4b.5 Keras' Adam


def keras_adam_step(
    weight: torch.Tensor,
    gradient: torch.Tensor,
    m: torch.Tensor,
    v: torch.Tensor,
    t: int,
    lr: float,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Update number t (from 1) of Adam as Keras writes it: the new weight, m and v.

    beta_1 is 0.9, beta_2 is 0.999, epsilon is 1e-7; all tensors have one shape.
    """
    m = 0.9 * m + 0.1 * gradient
    v = 0.999 * v + 0.001 * gradient**2
    rate = lr * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    return weight - rate * m / (v.sqrt() + 1e-7), m, v


def _adam_in_another_order(weight: Any, gradient: Any, m: Any, v: Any, t: int, lr: float) -> Any:
    m, v = m + (gradient - m) * (1 - 0.9), v + (gradient * gradient - v) * (1 - 0.999)
    c = torch.tensor(1.0) - torch.tensor(0.999) ** t
    # The same epsilon, carried inside the correction.
    return weight - lr / (1 - 0.9**t) * m / ((v / c).sqrt() + 1e-7 / c.sqrt()), m, v


def _adam_wrongly(slip: str) -> Callable[..., Any]:
    exchanged = slip.startswith("betas exchanged")
    beta1, beta2 = (0.999, 0.9) if exchanged else (0.9, 0.999)

    def answer(weight: Any, gradient: Any, m: Any, v: Any, t: int, lr: float) -> Any:
        old_m, old_v, square = m, v, gradient if slip == "not squared" else gradient**2
        if slip == "in place":
            m *= beta1
            m += (1 - beta1) * gradient
            v *= beta2
            v += (1 - beta2) * square
        elif slip == "betas turned":
            m, v = 0.1 * m + 0.9 * gradient, 0.999 * v + 0.001 * square
        else:
            m = beta1 * m + (1 - beta1) * gradient
            v = beta2 * v + (1 - beta2) * square
        if slip == "from nought":
            t = t + 1
        first, second = 1 - 0.9**t, 1 - 0.999**t
        if slip == "betas exchanged throughout":
            first, second = second, first
        if slip == "not corrected":
            first = second = 1.0
        upper = old_m if slip in ("old m", "old both") else m
        root = (old_v if slip == "old both" else v).sqrt()
        if slip in ("torch", "torch, 1e-7"):
            eps = 1e-8 if slip == "torch" else 1e-7
            step = lr / first * upper / (root / second**0.5 + eps)
        elif slip == "under the root":
            step = lr * second**0.5 / first * upper / (v + 1e-7).sqrt()
        else:
            eps = 1e-8 if slip == "torch's epsilon" else 1e-7
            correction = second if slip == "no root" else second**0.5
            step = lr * correction / first * upper / (root + eps)
        if slip == "step alone":
            return step, m, v
        if slip == "uphill":
            step = -step
        if slip == "corrected kept":
            return weight - step, m / first, v / second
        return {"weight alone": weight - step}.get(slip, (weight - step, m, v))

    return answer


def _adam_cases() -> tuple[Case, ...]:
    torch.manual_seed(3)
    # Two tensors of zeros: of one and the same, m *= … would change v as well.
    m, v = torch.zeros(4), torch.zeros(4)
    tiny = torch.tensor([1e-6, -3e-7, 2e-2, -4e-6])
    return (
        Case(torch.randn(4), tiny, m, v, 1, 0.1, label="the first update, t = 1"),
        Case(torch.randn(4), tiny.flip(0), 0.1 * tiny, 0.001 * tiny**2, 2, 0.1, label="t = 2"),
        Case(torch.randn(2, 3), torch.randn(2, 3), torch.randn(2, 3), torch.rand(2, 3), 40, 0.01),
    )


ADAM = Exercise(
    id="4b.5",
    title="Adam, as Keras writes it",
    difficulty=2,
    minutes=7,
    reference=keras_adam_step,
    also_right=(_adam_in_another_order,),
    cases=_adam_cases,
    misconceptions=(
        Misconception(
            "torch's formula",
            "That is torch's Adam: v is corrected before epsilon is added. Keras adds epsilon to "
            "the bare root of v, and takes 1e-7.",
            _adam_wrongly("torch"),
        ),
        Misconception(
            "torch's place",
            "Keras' epsilon at torch's place: here v is corrected before epsilon is added.",
            _adam_wrongly("torch, 1e-7"),
        ),
        Misconception(
            "torch's epsilon",
            "The right formula, with torch's epsilon. Keras' is 1e-7.",
            _adam_wrongly("torch's epsilon"),
        ),
        Misconception(
            "under the root",
            "Epsilon went under the root. It is added to the root.",
            _adam_wrongly("under the root"),
        ),
        Misconception(
            "not corrected",
            "The two corrections, 1 − beta^t, are missing: m and v start from zero and are too "
            "small at first.",
            _adam_wrongly("not corrected"),
        ),
        Misconception(
            "from nought",
            "The count is one too far: t is 1 at the first update already.",
            _adam_wrongly("from nought"),
        ),
        Misconception(
            "not squared",
            "v averages the *squares* of the gradients.",
            _adam_wrongly("not squared"),
        ),
        Misconception(
            "no root",
            "The correction of v lost its root: it is √(1 − beta_2^t), since v stands under a "
            "root too.",
            _adam_wrongly("no root"),
        ),
        Misconception(
            "old m",
            "The step was made with the m that came in. It takes the new one.",
            _adam_wrongly("old m"),
        ),
        Misconception(
            "old m and v",
            "The step was made with the m and v that came in. It takes the new ones.",
            _adam_wrongly("old both"),
        ),
        Misconception(
            "betas exchanged",
            "The two betas have changed places in the averages: 0.9 is for m, 0.999 for v.",
            _adam_wrongly("betas exchanged"),
        ),
        Misconception(
            "betas exchanged throughout",
            "The two betas have changed places, in the averages and in the corrections: beta_1, "
            "0.9, is for m.",
            _adam_wrongly("betas exchanged throughout"),
        ),
        Misconception(
            "in place",
            "`m *= …` (or `mul_`, or `+=`) writes into the tensors that came in. Make new ones: "
            "`m = 0.9 * m + …`.",
            _adam_wrongly("in place"),
        ),
        Misconception(
            "step alone",
            "That is the step. Subtract it from the weight.",
            _adam_wrongly("step alone"),
        ),
        Misconception(
            "betas turned round",
            "m takes a tenth of the gradient and keeps nine tenths of itself.",
            _adam_wrongly("betas turned"),
        ),
        Misconception("uphill", "This goes uphill: subtract the step.", _adam_wrongly("uphill")),
        Misconception(
            "corrected ones kept",
            "m and v came back corrected. The correction is for the step alone: keep the bare "
            "averages.",
            _adam_wrongly("corrected kept"),
        ),
        Misconception(
            "weight alone",
            "Only the weight comes back. The next update needs m and v: give all three.",
            _adam_wrongly("weight alone"),
        ),
    ),
    hints=(
        "Four lines, as in the text: m, v, the learning rate with its two corrections, the new "
        "weight.",
        "Do not write into the tensors that come in: `m = 0.9 * m + …` makes a new one.",
    ),
    returns=("weight", "m", "v"),
)

# ------------------------------------------------------ 4b.6 the way back


def port_back(
    w_ih: torch.Tensor, w_hh: torch.Tensor, b_ih: torch.Tensor, b_hh: torch.Tensor
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Four tensors of an nn.LSTM to Keras' kernel (inputs, 4H), recurrent (H, 4H), bias (4H,)."""
    return w_ih.T.numpy(), w_hh.T.numpy(), (b_ih + b_hh).numpy()


def _back_by_arrays(w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any) -> Any:
    kernel, recurrent, first, second = (np.array(part) for part in (w_ih, w_hh, b_ih, b_hh))
    return kernel.transpose(), recurrent.transpose(), np.sum([first, second], axis=0)


def _back_wrongly(slip: str) -> Callable[..., Any]:
    def answer(w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any) -> Any:
        biases = {
            "first alone": b_ih,
            "mean": (b_ih + b_hh) / 2,
            "stacked": torch.stack([b_ih, b_hh]),
            "end to end": torch.cat([b_ih, b_hh]),
        }
        bias = biases.get(slip, b_ih + b_hh)
        kernel, recurrent = (w_ih, w_hh) if slip == "not transposed" else (w_ih.T, w_hh.T)
        if slip == "tensors":
            return kernel, recurrent, bias
        return kernel.numpy(), recurrent.numpy(), bias.numpy()

    return answer


def _torch_weights() -> tuple[Case, ...]:
    torch.manual_seed(8)
    return tuple(
        Case(
            torch.randn(4 * hidden, inputs),
            torch.randn(4 * hidden, hidden),
            torch.randn(4 * hidden),
            torch.randn(4 * hidden),
            label=f"{inputs} inputs, hidden {hidden}",
        )
        for inputs, hidden in ((2, 3), (5, 1))
    )


BACK = Exercise(
    id="4b.6",
    title="The way back",
    difficulty=1,
    minutes=3,
    reference=port_back,
    also_right=(_back_by_arrays,),
    cases=_torch_weights,
    misconceptions=(
        Misconception(
            "first alone",
            "The second bias is lost. Right after a port it is zero; after a training in torch it "
            "is not.",
            _back_wrongly("first alone"),
        ),
        Misconception(
            "mean",
            "The gates see the sum of the two biases, not their mean.",
            _back_wrongly("mean"),
        ),
        Misconception(
            "stacked",
            "Two rows of biases are what Keras' GRU has. Its LSTM has one vector: the sum.",
            _back_wrongly("stacked"),
        ),
        Misconception(
            "end to end",
            "The two biases stand one after the other. Keras' LSTM has one vector: the sum.",
            _back_wrongly("end to end"),
        ),
        Misconception(
            "not transposed", "The weights must be transposed.", _back_wrongly("not transposed")
        ),
        Misconception(
            "tensors",
            "These are tensors; Keras' `set_weights` takes NumPy arrays: `.numpy()`.",
            _back_wrongly("tensors"),
        ),
    ),
    hints=(
        "Keras has one bias. What do the gates see of torch's two?",
        "`.T` and `.numpy()`; the tensors come without gradients here.",
    ),
    returns=("kernel", "recurrent kernel", "bias"),
)

# ------------------------------------------------------------------ quiz


def extra_in_a_gru() -> int:
    """Count the numbers that nn.GRU(3, 11) has more than Keras' GRU with reset_after=True."""
    torchs = sum(weight.numel() for weight in nn.GRU(3, 11).parameters())
    return torchs - (3 * 33 + 11 * 33 + 2 * 33)


QUIZ_GRU = Exercise(
    id="4b.Q1",
    title="How many more in a GRU?",
    difficulty=1,
    minutes=2,
    kind="value",
    reference=extra_in_a_gru,
    also_right=(lambda: 0,),
    cases=(),
    misconceptions=(
        Misconception(
            "as for the LSTM",
            "That is a second bias, as for the LSTM. But look at the shape of Keras' GRU bias.",
            lambda: 33,
        ),
        Misconception(
            "four gates",
            "That is 4·H, an LSTM's second bias. A GRU has three gates, and another bias in Keras.",
            lambda: 44,
        ),
        Misconception(
            "one bias each gate",
            "That is one gate's bias. Count all the arrays of both sides.",
            lambda: 11,
        ),
    ),
    hints=(
        "`load_run(kind='GRU').weights` shows the shapes on Keras' side, at another size.",
        "Keras' bias of a GRU has two rows.",
    ),
    rtol=0.0,
    atol=0.0,
)


def bias_for_half() -> float:
    """Give the forget bias that leaves half of a cell after 20 steps, if f hangs on it alone."""
    gate = 0.5 ** (1 / 20)
    return float(np.log(gate / (1 - gate)))


QUIZ_HALF = Exercise(
    id="4b.Q2",
    title="A half-life of one row",
    difficulty=2,
    minutes=3,
    kind="value",
    reference=bias_for_half,
    also_right=(lambda: 3.35,),
    cases=(),
    misconceptions=(
        Misconception(
            "the gate itself",
            "That is the gate, σ(b). Which b gives it?",
            lambda: 0.5 ** (1 / 20),
        ),
        Misconception(
            "as in Keras",
            "That is Keras' bias: 0.2% is left after a row.",
            lambda: 1.0,
        ),
        Misconception(
            "no bias",
            "At 0 the gate is a half: half is left after one step.",
            lambda: 0.0,
        ),
        Misconception(
            "the sign",
            "A negative bias closes the gate: after one step hardly anything is left. Turn the "
            "sign round.",
            lambda: -3.35,
        ),
        Misconception(
            "half-life of ten",
            "That leaves half after ten steps, and a quarter after twenty.",
            lambda: 2.64,
        ),
    ),
    hints=(
        "After 20 steps σ(b)²⁰ of the cell is left.",
        "Turn σ(b) = g round: b = ln(g / (1 − g)). Or move b until the number fits.",
    ),
    # 3.3 to 3.4 are right. Relative, so that the gate, 0.97, and Keras' 1.0 stay two answers.
    rtol=0.018,
    atol=0.0,
)


def first_step_ratio() -> float:
    """Give torch's first Adam step over Keras', for a gradient of 1e-6."""
    g = 1e-6
    torchs = g / (g + 1e-8)
    keras = 0.001**0.5 * g / (0.001**0.5 * g + 1e-7)
    return float(torchs / keras)


QUIZ_STEP = Exercise(
    id="4b.Q3",
    title="The first step on a tiny gradient",
    difficulty=2,
    minutes=4,
    kind="value",
    reference=first_step_ratio,
    also_right=(lambda: 4.1,),
    cases=(),
    misconceptions=(
        Misconception(
            "turned round",
            "That is Keras' step over torch's. Asked is the other way round.",
            lambda: 1 / first_step_ratio(),
        ),
        Misconception(
            "the same",
            "Right for a large gradient, and nearly right if only the two epsilons differed. "
            "But Keras' stands at another place.",
            lambda: 1.0,
        ),
        Misconception(
            "both at torch's place",
            "That is the ratio with both epsilons at torch's place. Keras' is added to the "
            "uncorrected root.",
            lambda: (1e-6 + 1e-7) / (1e-6 + 1e-8),
        ),
        Misconception(
            "the epsilons' ratio",
            "That is how the two epsilons compare, not the steps.",
            lambda: 10.0,
        ),
    ),
    hints=(
        "At the first update m is a tenth of the gradient, and v a thousandth of its square.",
        "`keras_adam_step` of a single weight, and `torch.optim.Adam` on a parameter whose `.grad` "
        "you set to 1e-6. Let the weight start at 0: then it *is* the step, turned round.",
    ),
    rtol=0.0,
    atol=0.06,  # one decimal: 4.1, but not 4
)

EXERCISES = (
    STEP,
    FORGET,
    PORT_LSTM,
    PORT_GRU,
    ADAM,
    BACK,
    QUIZ_GRU,
    QUIZ_HALF,
    QUIZ_STEP,
)
