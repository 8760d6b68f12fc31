"""Exercise 8.1: one step of a minGRU."""

import torch

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.checking.forbidding import READY_MADE_CELLS, never_calls


def mingru_step(
    x: torch.Tensor, state: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor
) -> torch.Tensor:
    """Take x (batch, inputs) and state (batch, hidden) one step on; weight (2 * hidden, inputs)."""
    z, n = (x @ weight.T + bias).chunk(2, dim=1)
    z = torch.sigmoid(z)
    return (1 - z) * n + z * state


def half_by_half(x, state, weight, bias):
    (w_z, w_n), (b_z, b_n) = weight.chunk(2), bias.chunk(2)
    candidate = torch.einsum("bi,hi->bh", x, w_n) + b_n
    return torch.lerp(candidate, state, torch.sigmoid(x @ w_z.T + b_z))


def _sums(x, weight, bias):
    return (x @ weight.T + bias).chunk(2, dim=1)


@wrong("The two halves are exchanged: the gate z comes first, then the candidate n.")
def halves_exchanged(x, state, weight, bias):
    n, z = _sums(x, weight, bias)
    return (1 - z.sigmoid()) * n + z.sigmoid() * state


@wrong("The gate is the wrong way round: z keeps the old state, and 1 - z lets the candidate in.")
def z_replaces(x, state, weight, bias):
    z, n = _sums(x, weight, bias)
    return z.sigmoid() * n + (1 - z.sigmoid()) * state


@wrong("The candidate went through a tanh, as in a GRU. In a minGRU it stays as it is.")
def candidate_squashed(x, state, weight, bias):
    z, n = _sums(x, weight, bias)
    return (1 - z.sigmoid()) * n.tanh() + z.sigmoid() * state


@wrong("The gate is missing its sigmoid, so it isn't held between 0 and 1.")
def gate_not_squashed(x, state, weight, bias):
    z, n = _sums(x, weight, bias)
    return (1 - z) * n + z * state


@wrong("That gate goes from -1 to 1: a tanh. The published one takes the sigmoid.")
def gate_by_tanh(x, state, weight, bias):
    z, n = _sums(x, weight, bias)
    return (1 - z.tanh()) * n + z.tanh() * state


@wrong(
    "The candidate is added in full here. It's weighted by 1 - z: what is kept isn't written over."
)
def candidate_in_full(x, state, weight, bias):
    z, n = _sums(x, weight, bias)
    return n + z.sigmoid() * state


@wrong("This looks at the old state to open the gate. In a minGRU the gate sees the input alone.")
def gate_sees_the_state(x, state, weight, bias):
    z, n = _sums(x, weight, bias)
    z = torch.sigmoid(z + state)
    return (1 - z) * n + z * state


@wrong("The bias is missing.")
def bias_left_out(x, state, weight, bias):
    return mingru_step(x, state, weight, 0 * bias)


@wrong("You cut the state with `detach`. A step must let the gradient through.")
def state_cut(x, state, weight, bias):
    return mingru_step(x, state.detach(), weight, bias)


@wrong(
    "This splits the rows of the batch. Gate and candidate stand side by side: `chunk(2, dim=1)`."
)
def rows_cut(x, state, weight, bias):
    z, n = (x @ weight.T + bias).chunk(2, dim=0)
    return (1 - z.sigmoid()) * n + z.sigmoid() * state


# For x and the state, and for the weights.
GRADIENTS = ((True, True), (False, True), (False, False), (True, False))


def _case(draw: Draw, batch: int, inputs: int, hidden: int) -> Case:
    dtype = draw.one_of("dtype", (torch.float32, torch.float32, torch.float64))
    kind = draw.one_of("kind", ("normal", "with zeros", "negative", "positive", "normal"))
    given, learnt = draw.one_of("gradients", GRADIENTS)
    x, state = (
        draw.tensor(batch, size, dtype=dtype, kind=kind, grad=given) for size in (inputs, hidden)
    )
    weight, bias = (
        draw.tensor(2 * hidden, *width, dtype=dtype, kind="normal", grad=learnt)
        for width in ((inputs,), ())
    )
    label = f"batch {batch}, inputs {inputs}, hidden {hidden}"
    return Case(x, state, weight, bias, label=label)


def _cases() -> tuple[Case, ...]:
    draw = Draw("readable")
    return _case(draw, 3, 2, 4), _case(draw, 1, 1, 6)


STEP = Exercise(
    id="8.1",
    title="One step of a minGRU",
    difficulty=1,
    minutes=4,
    reference=mingru_step,
    also_right=(half_by_half,),
    cases=_cases,
    space=lambda draw: _case(draw, draw.size("batch"), draw.size("inputs"), draw.size("hidden")),
    misconceptions=(
        *(halves_exchanged, z_replaces, candidate_squashed, gate_not_squashed, gate_by_tanh),
        *(candidate_in_full, gate_sees_the_state, bias_left_out, state_cut, rows_cut),
    ),
    properties=(
        never_calls(
            *(*READY_MADE_CELLS, "torch.nn.Linear"),
            says="Write the step from its formulas, with the weights that come in.",
            case=lambda: _cases()[0],
        ),
    ),
    hints=(
        "Multiply once: `x @ weight.T + bias` has shape (batch, 2 * hidden). `.chunk(2, dim=1)` "
        "splits it into the gate's half and the candidate's.",
        "Only the gate goes through an activation. The last line is the GRU's: z weighs the old "
        "state, and 1 - z the candidate.",
    ),
    returns=("state",),
    rtol=1e-4,
    atol=1e-5,
)
