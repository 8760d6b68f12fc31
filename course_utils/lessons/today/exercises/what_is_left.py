"""Exercise 8.3: which of four gates can hold a sign."""

from collections.abc import Callable

import torch

from course_utils.checking import Case, Draw, Exercise, wrong


def what_is_left(gate: Callable, bits: torch.Tensor, at_zero: float, at_one: float) -> torch.Tensor:
    """Give the factor (rows,) that's left of the first state after bits (rows, steps) of 0 and 1.

    The gate gets at_zero where the bit is 0, and at_one where it is 1.
    """
    inside = torch.where(bits == 1, at_one, at_zero)
    return gate(inside).prod(dim=1)


def by_counting(gate, bits, at_zero, at_one):
    held, flipped = gate(torch.tensor([at_zero, at_one]))
    ones = (bits == 1).sum(dim=1)
    return held ** (bits.shape[1] - ones) * flipped**ones


def _inside(bits, at_zero, at_one):
    return torch.where(bits == 1, at_one, at_zero)


@wrong("The factors were added. A state goes through one gate after the other: multiply them.")
def factors_added(gate, bits, at_zero, at_one):
    return gate(_inside(bits, at_zero, at_one)).sum(dim=1)


@wrong("This is the factor of a single step, in the mean. Multiply over all of them.")
def mean_factor(gate, bits, at_zero, at_one):
    return gate(_inside(bits, at_zero, at_one)).mean(dim=1)


@wrong("at_zero and at_one are exchanged: the gate gets at_one where the bit is 1.")
def exchanged(gate, bits, at_zero, at_one):
    return what_is_left(gate, bits, at_one, at_zero)


@wrong("Only the ones were counted. At a 0 the state goes through the gate as well.")
def ones_alone(gate, bits, at_zero, at_one):
    factors = gate(_inside(bits, at_zero, at_one))
    return torch.where(bits == 1, factors, 1.0).prod(dim=1)


@wrong("Only the zeros were counted. At a 1 the state goes through the gate as well.")
def zeros_alone(gate, bits, at_zero, at_one):
    factors = gate(_inside(bits, at_zero, at_one))
    return torch.where(bits == 0, factors, 1.0).prod(dim=1)


@wrong("The numbers never went through the gate.")
def without_the_gate(gate, bits, at_zero, at_one):
    return _inside(bits, at_zero, at_one).prod(dim=1)


@wrong("The gate comes last here: it belongs around each number, before they are multiplied.")
def gate_at_the_end(gate, bits, at_zero, at_one):
    return gate(_inside(bits, at_zero, at_one).prod(dim=1))


@wrong("This is the last step alone. Multiply over all steps.")
def last_step_alone(gate, bits, at_zero, at_one):
    return gate(_inside(bits, at_zero, at_one))[:, -1]


@wrong("The sign is lost here, and the sign is what has to be remembered.")
def sign_lost(gate, bits, at_zero, at_one):
    return what_is_left(gate, bits, at_zero, at_one).abs()


@wrong("This multiplies over the rows. The steps are the second axis: `dim=1`.")
def over_the_rows(gate, bits, at_zero, at_one):
    return gate(_inside(bits, at_zero, at_one)).prod(dim=0)


@wrong("Everything was multiplied into one number. Each row has a factor of its own: `dim=1`.")
def one_number(gate, bits, at_zero, at_one):
    return gate(_inside(bits, at_zero, at_one)).prod()


def _doubled(x):
    return 2 * torch.sigmoid(x) - 1


GATES = (torch.sigmoid, torch.tanh, _doubled, torch.cos)


def _case(draw: Draw, rows: int, steps: int) -> Case:
    bits = torch.from_numpy(draw.rng.integers(0, 2, (rows, steps))).float()
    gate = draw.one_of("gate", GATES)
    at_zero, at_one = (float(value) for value in draw.rng.uniform(0.3, 2.5, 2).round(2))
    at_one *= draw.one_of("sign", (-1, -1, 1))
    name = gate.__name__.strip("_")
    label = f"{name}, {rows} rows of {steps} bits, {at_zero:g} at 0 and {at_one:g} at 1"
    return Case(gate, bits, at_zero, at_one, label=label)


def _cases() -> tuple[Case, ...]:
    bits = torch.tensor([[0.0, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]])
    return (
        Case(torch.tanh, bits, 2.0, -2.0, label="tanh, three rows of four bits, 2 at 0, -2 at 1"),
        Case(torch.sigmoid, bits, 2.0, -2.0, label="sigmoid, the same"),
    )


LEFT = Exercise(
    id="8.3",
    title="Which of four gates can hold a sign?",
    difficulty=2,
    minutes=4,
    reference=what_is_left,
    also_right=(by_counting,),
    cases=_cases,
    space=lambda draw: _case(draw, draw.size("rows"), draw.one_of("steps", (1, 2, 5, 8, 13))),
    misconceptions=(
        *(factors_added, mean_factor, exchanged, ones_alone, zeros_alone, without_the_gate),
        *(gate_at_the_end, last_step_alone, sign_lost, over_the_rows, one_number),
    ),
    hints=(
        "Which number does the gate get at each step? `torch.where(bits == 1, …, …)`.",
        "Put all of these through the gate. A state that goes through several gates is multiplied "
        "by each in turn: `.prod(dim=1)`.",
    ),
    returns=("factor",),
    rtol=1e-4,
    atol=1e-7,
)
