"""Exercise 4b.1: one step of an LSTM."""

import torch
from torch import Tensor

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.checking.forbidding import READY_MADE_CELLS, never_calls
from course_utils.lessons.stateful.samples import lstm_weights


def lstm_step(
    x: Tensor, state: tuple[Tensor, Tensor], w_ih: Tensor, w_hh: Tensor, b_ih: Tensor, b_hh: Tensor
) -> tuple[Tensor, Tensor]:
    """One LSTM step: x (batch, inputs) and the pair (h, c), each (batch, hidden), to the next."""
    h, c = state
    i, f, g, o = (x @ w_ih.T + b_ih + h @ w_hh.T + b_hh).chunk(4, dim=1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


def _sums(x, h, w_ih, w_hh, b_ih, b_hh):
    return x @ w_ih.T + b_ih + h @ w_hh.T + b_hh


def _gated(i, f, g, o, c):
    """Finish the step from the four sums."""
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


def gate_by_gate(x, state, *weights):
    h, c = state
    four = (_sums(x, h, *gate) for gate in zip(*(w.chunk(4) for w in weights), strict=True))
    return _gated(*four, c)


@wrong(
    "The formula is for one row. For a whole batch of rows, write `x @ w_ih.T`, and do the "
    "same with h."
)
def as_in_the_formula(x, state, w_ih, w_hh, b_ih, b_hh):
    h, c = state
    return _gated(*(w_ih @ x + b_ih + w_hh @ h + b_hh).chunk(4, dim=1), c)


@wrong("That splits the rows of the batch. The gates are side by side: `chunk(4, dim=1)`.")
def rows_cut(x, state, *weights):
    i, f, g, o = _sums(x, state[0], *weights).chunk(4, dim=0)
    return _gated(i, f, g, o, state[1])


@wrong(
    "The last two quarters are the wrong way round: torch stacks i, f, g, o. (TensorFlow's "
    "old cells had a different order.)"
)
def g_and_o_swapped(x, state, *weights):
    i, f, o, g = _sums(x, state[0], *weights).chunk(4, dim=1)
    return _gated(i, f, g, o, state[1])


@wrong(
    "The first two quarters are the wrong way round: the input gate i comes first, then the "
    "forget gate f."
)
def i_and_f_swapped(x, state, *weights):
    f, i, g, o = _sums(x, state[0], *weights).chunk(4, dim=1)
    return _gated(i, f, g, o, state[1])


@wrong(
    "The candidate went through a sigmoid. Only the three gates do; what's written into the "
    "cell may be negative, so it goes through a tanh."
)
def candidate_squashed(x, state, *weights):
    i, f, g, o = _sums(x, state[0], *weights).chunk(4, dim=1)
    c = f.sigmoid() * state[1] + i.sigmoid() * g.sigmoid()
    return o.sigmoid() * c.tanh(), c


@wrong("The forget gate scales the old *cell* c, not the hidden state h.")
def keeps_h(x, state, *weights):
    h, _ = state
    return _gated(*_sums(x, h, *weights).chunk(4, dim=1), h)


@wrong(
    "Here the new part is scaled by 1 − f. That's how a GRU does it; an LSTM has a separate "
    "input gate."
)
def one_minus_f(x, state, *weights):
    _, f, g, o = _sums(x, state[0], *weights).chunk(4, dim=1)
    c = f.sigmoid() * state[1] + (1 - f.sigmoid()) * g.tanh()
    return o.sigmoid() * c.tanh(), c


@wrong("The output shows the old cell. It should show the new one.")
def old_cell(x, state, *weights):
    o = _sums(x, state[0], *weights).chunk(4, dim=1)[3]
    return o.sigmoid() * state[1].tanh(), lstm_step(x, state, *weights)[1]


@wrong("The cell goes out as it is. Put it through a tanh before the output gate.")
def bare_cell(x, state, *weights):
    o = _sums(x, state[0], *weights).chunk(4, dim=1)[3]
    c = lstm_step(x, state, *weights)[1]
    return o.sigmoid() * c, c


@wrong("One of the two biases is missing: torch adds both.")
def one_bias(x, state, w_ih, w_hh, b_ih, b_hh):
    return lstm_step(x, state, w_ih, w_hh, b_ih, 0 * b_hh)


@wrong("The pair is (h, c), not (c, h).")
def turned_round(*given):
    h, c = lstm_step(*given)
    return c, h


@wrong("The state is unpacked as c, h. The pair that comes in is (h, c).")
def read_turned_round(x, state, *weights):
    c, h = state
    return lstm_step(x, (h, c), *weights)


@wrong(
    "You cut the state with `detach`. A single step must let the gradient through; only the "
    "training loop cuts, between two batches."
)
def state_cut(x, state, *weights):
    h, c = state
    return lstm_step(x, (h.detach(), c.detach()), *weights)


@wrong(
    "The gradient ends in this step, because of a `detach`, a `no_grad` or a `.data`. Leave "
    "the cutting to the training loop."
)
def all_cut(*given):
    with torch.no_grad():
        return lstm_step(*given)


@wrong("Only h comes back. The next step needs the cell too, so return the pair (h, c).")
def h_alone(*given):
    return lstm_step(*given)[0]


def _case(draw: Draw, batch: int, inputs: int, hidden: int) -> Case:
    dtype = draw.one_of("dtype", (torch.float32, torch.float32, torch.float64))
    kind = draw.one_of("kind", ("normal", "with zeros", "normal", "negative", "small", "positive"))
    grad = draw.one_of("gradient of x and the state", (True, False))
    x, h, c = (
        draw.tensor(batch, size, dtype=dtype, kind=kind, grad=grad)
        for size in (inputs, hidden, hidden)
    )
    grad = draw.one_of("gradient of the weights", (True, True, False))
    weights = lstm_weights(draw, inputs, hidden, dtype, "normal", grad)
    return Case(x, (h, c), *weights, label=f"batch {batch}, {inputs} inputs, hidden {hidden}")


def _cases() -> tuple[Case, ...]:
    draw = Draw("readable")
    return _case(draw, 3, 2, 4), _case(draw, 1, 5, 1)


STEP = Exercise(
    id="4b.1",
    title="One step of an LSTM",
    difficulty=2,
    minutes=8,
    reference=lstm_step,
    also_right=(gate_by_gate,),
    cases=_cases,
    space=lambda draw: _case(draw, draw.size("batch"), draw.size("inputs"), draw.size("hidden")),
    misconceptions=(
        *(as_in_the_formula, rows_cut, g_and_o_swapped, i_and_f_swapped),
        *(candidate_squashed, keeps_h, one_minus_f, old_cell, bare_cell, one_bias),
        *(turned_round, read_turned_round, state_cut, all_cut, h_alone),
    ),
    hints=(
        "Do all four at once: `x @ w_ih.T + b_ih + h @ w_hh.T + b_hh` has shape "
        "(batch, 4·hidden), and `.chunk(4, dim=1)` splits it into four.",
        "First make the new cell from the old one, the gates i and f, and the candidate g. Then "
        "make h from the new cell and the gate o.",
    ),
    properties=(
        never_calls(
            *(*READY_MADE_CELLS, "torch.nn.Linear"),
            says="Write the step from its gates, with the weights that come in.",
            case=lambda: _cases()[0],
        ),
    ),
    returns=("new h", "new c"),
)
