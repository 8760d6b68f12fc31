"""What an exercise's text forbids is seen, however it is written."""

import functools

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as nnf

from course_utils.checking import Case, Exercise, Rejected
from course_utils.checking.definitions import Status
from course_utils.checking.engine import examine
from course_utils.checking.forbidding import READY_MADE_CELLS, never_calls, no_loop

LOOPLESS = no_loop("Find a way without one.")


def one_after_the_other(x):
    total = 0
    for number in x:
        total += number
    return total


def as_long_as(x):
    n = 0
    while n < len(x):
        n += 1
    return n


def round_and_round(x):
    while True:
        return x


def by_a_comprehension(x):
    return [number for number in x]  # noqa: C416


def by_a_generator(x):
    return sum(number for number in x)


def by_map(x):
    return list(map(abs, x))


def by_reduce(x):
    return functools.reduce(max, x)


def by_vectorize(x):
    return np.vectorize(abs)(x)


def inside(x):
    def walk():
        for number in x:
            print(number)

    return walk()


def by_a_helper(x):
    return one_after_the_other(x) + 1


def by_a_helpers_helper(x):
    return by_a_helper(x) + 1


def by_itself(x):
    return x[0] + (by_itself(x[1:]) if len(x) > 1 else 0)


def closed_over():
    def walk(x):
        return [number for number in x]  # noqa: C416

    def answer(x):
        return walk(x)

    return answer


class AnObject:
    def __call__(self, x):
        return [number for number in x]  # noqa: C416


@pytest.mark.parametrize(
    "answer",
    [
        *(one_after_the_other, as_long_as, by_a_comprehension, by_a_generator, by_map, by_reduce),
        *(by_vectorize, inside, by_a_helper, by_a_helpers_helper, by_itself, closed_over()),
        *(AnObject(), functools.partial(one_after_the_other), torch.no_grad()(one_after_the_other)),
        lambda x: [number for number in x],  # noqa: C416
    ],
)
def test_a_loop_is_seen(answer):
    with pytest.raises(Rejected, match=r"loop.*\. Find a way without one\."):
        LOOPLESS(answer)


def straight(x):
    """Give the doubled numbers of x where there are any."""
    if len(x) == 0:
        return x
    try:
        first, *rest = x
    except ValueError:
        rest = []
    with np.errstate(all="ignore"):
        return (np.asarray(x) * 2)[: 1 + len(rest)] if first else sum(x)


def unpacks(x):
    def double(numbers):
        return 2 * numbers

    return max(*double(x), *x)


@pytest.mark.parametrize(
    "answer",
    [straight, unpacks, len, lambda x: x if x.any() or not x.all() else np.add.reduce(x)],
)
def test_what_has_no_loop_passes(answer):
    LOOPLESS(answer)


# ---- ready-made cells


def given() -> Case:
    torch.manual_seed(0)
    shapes = (8, 3), (8, 2), (8,), (8,)
    state = torch.randn(4, 2), torch.randn(4, 2)
    return Case(torch.randn(4, 3), state, *map(torch.randn, shapes))


CELLLESS = never_calls(
    *(*READY_MADE_CELLS, "torch.nn.Linear"),
    says="Write it from its gates.",
    case=given,
)


def with_weights(layer, weights):
    layer.load_state_dict(dict(zip(layer.state_dict(), weights, strict=True)))
    return layer


def by_the_cell(x, state, *weights):
    return with_weights(nn.LSTMCell(3, 2), weights)(x, state)


def by_the_layer(x, state, *weights):
    _, (h, c) = with_weights(nn.LSTM(3, 2), weights)(x[None], tuple(s[None] for s in state))
    return h[0], c[0]


def past_the_layer(x, state, *weights):
    return nn.LSTMCell.forward(with_weights(nn.LSTMCell(3, 2), weights), x, state)


def from_below(x, state, *weights):
    return torch._VF.lstm_cell(x, state, *weights)


def from_the_bottom(x, state, *weights):
    return torch.ops.aten.lstm_cell(x, list(state), *weights)


def hidden_in_a_try(x, state, *weights):
    try:
        return torch.lstm_cell(x, state, *weights)
    except Exception:
        return state


def of_layers(x, state, w_ih, w_hh, b_ih, b_hh):
    h, c = state
    sums = with_weights(nn.Linear(3, 8), (w_ih, b_ih))(x) + h @ w_hh.T + b_hh
    return gated(sums, c)


def gated(sums, c):
    i, f, g, o = sums.chunk(4, 1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


CELL = torch.lstm_cell


@pytest.mark.parametrize(
    ("answer", "called"),
    [
        (by_the_cell, "nn.LSTMCell"),
        (by_the_layer, "nn.LSTM"),
        (past_the_layer, "torch.lstm_cell"),
        (from_below, "torch.lstm_cell"),
        (from_the_bottom, "torch.lstm_cell"),
        (hidden_in_a_try, "torch.lstm_cell"),
        (lambda *args: CELL(*args), "torch.lstm_cell"),
        (of_layers, "nn.Linear"),
    ],
)
def test_a_ready_made_cell_is_seen_on_every_way(answer, called):
    with pytest.raises(Rejected) as caught:
        CELLLESS(answer)
    assert str(caught.value) == f"Your function calls {called}. Write it from its gates."
    torch.lstm_cell(*given().args)  # and nobody listens any more
    nn.Linear(3, 1)(torch.ones(3))


def by_hand(x, state, w_ih, w_hh, b_ih, b_hh):
    h, c = state
    return gated(nnf.linear(x, w_ih, b_ih) + nnf.linear(h, w_hh, b_hh), c)


def test_a_step_from_its_gates_passes():
    CELLLESS(by_hand)


def test_a_forbidden_method_is_seen():
    keeps = never_calls("torch.Tensor.detach", says="Leave the cutting.", case=Case(torch.ones(2)))
    keeps(lambda x: x * 2)
    with pytest.raises(Rejected, match=r"calls torch\.Tensor\.detach\. Leave"):
        keeps(lambda x: x.detach())


def test_an_exercise_says_what_its_text_forbids():
    exercise = Exercise(
        id="9.1",
        title="One step",
        difficulty=1,
        minutes=1,
        reference=by_hand,
        misconceptions=(),
        hints=("Look.", "Look again."),
        cases=lambda: (given(),),
        properties=(CELLLESS,),
    )
    assert examine(exercise, by_hand, 2.0).status is Status.PASSED
    outcome = examine(exercise, by_the_cell, 2.0)
    assert outcome.status is Status.NOT_YET
    assert outcome.lines == ("Your function calls nn.LSTMCell. Write it from its gates.",)
