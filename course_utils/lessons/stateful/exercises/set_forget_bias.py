"""Exercise 4b.2: open the forget gate."""

import torch
from torch import nn

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.stateful.samples import fill


def set_forget_bias(layer: nn.LSTM, value: float) -> None:
    """Give the forget gate value in its quarter of bias_ih_l0 (4H,) and 0 in that of bias_hh_l0."""
    forget = slice(layer.hidden_size, 2 * layer.hidden_size)
    with torch.no_grad():
        layer.get_parameter("bias_ih_l0")[forget] = value
        layer.get_parameter("bias_hh_l0")[forget] = 0.0


def by_chunks(layer, value):
    nn.init.constant_(layer.bias_ih_l0.data.chunk(4)[1], value)
    nn.init.zeros_(layer.bias_hh_l0.data.chunk(4)[1])


def _quarter(layer, number):
    return slice(number * layer.hidden_size, (number + 1) * layer.hidden_size)


@torch.no_grad()
def _fill(layer, place, first, second=0.0):
    layer.bias_ih_l0[place] = first
    layer.bias_hh_l0[place] = second


@wrong("Both biases were set, but the gate sees their sum, which is now twice the value.")
def twice(layer, value):
    _fill(layer, _quarter(layer, 1), value, value)


@wrong(
    "The second bias still has its random numbers, and the gate sees the sum. Set its quarter to 0."
)
@torch.no_grad()
def second_left(layer, value):
    layer.bias_ih_l0[_quarter(layer, 1)] = value


@wrong("The sum is right, but the exercise wants all of it in `bias_ih_l0`, like Keras' one bias.")
def halves(layer, value):
    _fill(layer, _quarter(layer, 1), value / 2, value / 2)


@wrong("This adds the value to what was there. Set it instead.")
@torch.no_grad()
def added(layer, value):
    layer.bias_ih_l0[_quarter(layer, 1)] += value


@wrong("That's the first quarter, the input gate. The order is i, f, g, o.")
def input_gate(layer, value):
    _fill(layer, _quarter(layer, 0), value)


@wrong("That's the third quarter, the candidate g. The order is i, f, g, o.")
def candidate(layer, value):
    _fill(layer, _quarter(layer, 2), value)


@wrong("That's the last quarter, the output gate. The order is i, f, g, o.")
def last_quarter(layer, value):
    _fill(layer, _quarter(layer, 3), value)


@wrong("This sets all four quarters. Set only the forget gate's.")
def all_gates(layer, value):
    _fill(layer, slice(None), value)


@wrong("The whole second bias is 0 now, so the other three gates have lost theirs.")
def second_emptied(layer, value):
    set_forget_bias(layer, value)
    nn.init.zeros_(layer.bias_hh_l0)


@wrong("All the other biases are 0 now, as in Keras. Here, touch only the forget gate's.")
def others_emptied(layer, value):
    _fill(layer, slice(None), 0.0)
    set_forget_bias(layer, value)


@wrong(
    "20 to 40 is only the forget gate if the layer has 20 hidden units. Ask the layer for its "
    "`layer.hidden_size`."
)
def twenty_cells(layer, value):
    _fill(layer, slice(20, 40), value)


@wrong(
    "autograd won't let you write into a parameter that it's watching. Do it under "
    "`with torch.no_grad():`."
)
def the_graph_watches(layer, value):
    layer.bias_ih_l0[_quarter(layer, 1)] = value


@wrong(
    "Switch the gradient off only while you write, with `torch.no_grad()`. The parameter must "
    "stay trainable."
)
def frozen(layer, value):
    set_forget_bias(layer, value)
    layer.bias_ih_l0.requires_grad_(False)


def _case(draw: Draw, inputs: int, hidden: int, value: float) -> Case:
    # Draws none of torch's random numbers, so a check leaves the lesson's own alone.
    layer = nn.LSTM(inputs, hidden, batch_first=True, device="meta").to_empty(device="cpu")
    label = f"nn.LSTM({inputs}, {hidden}), value {value:g}"
    return Case(fill(layer, draw), value, label=label)


def _cases() -> tuple[Case, ...]:
    draw = Draw("readable")
    return tuple(_case(draw, *given) for given in ((2, 3, 1.0), (1, 5, -0.5), (1, 20, 2.0)))


def _space(draw: Draw) -> Case:
    value = draw.one_of("value", (1.0, 0.0, -2.5, 3.0, 6.0))
    case = _case(draw, draw.size("inputs"), draw.size("hidden"), value)
    case.args[0].train(draw.one_of("mode", (True, False)))
    return case


FORGET = Exercise(
    id="4b.2",
    title="Open the forget gate",
    difficulty=1,
    minutes=4,
    reference=set_forget_bias,
    also_right=(by_chunks,),
    cases=_cases,
    space=_space,
    misconceptions=(
        *(twice, second_left, halves, added, input_gate, candidate, last_quarter, all_gates),
        *(second_emptied, others_emptied, twenty_cells, the_graph_watches, frozen),
    ),
    hints=(
        "`layer.hidden_size` is H. The forget gate is the second quarter, from H to 2·H.",
        "It takes two assignments to slices, under `with torch.no_grad():`.",
    ),
    returns=("result",),
)
