"""Exercise 4a.3: why two identical calls give two answers, and an evaluation without that."""

import copy

import torch
from torch import nn

from course_utils.checking import Case, Draw, Exercise, Rejected, compare, wrong
from course_utils.checking.traces import changes, trace
from course_utils.lessons.stateful.runs import KerasLike
from course_utils.lessons.stateful.samples import fill
from course_utils.recurrent import SequenceModel


def evaluate(net: KerasLike, x: torch.Tensor, y: torch.Tensor) -> float:
    """Mean squared error on x, y (batch, steps, 1), from net's state, which must not change."""
    with torch.no_grad():
        prediction, _ = net.model(x, net.state)
    return nn.functional.mse_loss(prediction, y).item()


def put_back(net, x, y):
    before = net.state
    error = float(((net.predict(x) - y) ** 2).mean())
    net.state = before
    return error


@wrong(
    "The error is right, but only once. predict moves the state on, so the next call starts "
    "from a different one. That's why two identical calls give two answers."
)
def by_predict(net, x, y):
    return nn.functional.mse_loss(net.predict(x), y).item()


@wrong(
    "This starts from zeros. Two calls agree now, but both test a network that has "
    "forgotten where it is. Start from net.state."
)
def from_zeros(net, x, y):
    prediction, _ = net.model(x, None)
    return nn.functional.mse_loss(prediction, y).item()


@wrong("The error is right, but afterwards the state is gone. Leave it as it was.")
def reset_behind_itself(net, x, y):
    error = nn.functional.mse_loss(net.predict(x), y).item()
    net.state = None
    return error


@wrong("The cost is right, but train_on_batch also learns from data that should only test it.")
def by_train_on_batch(net, x, y):
    return net.train_on_batch(x, y)


@wrong("This is the error of the second of two calls, when the state has already moved on.")
def the_second_of_two_calls(net, x, y):
    net.predict(x)
    return nn.functional.mse_loss(net.predict(x), y).item()


@wrong("This adds up the squared errors. Take their mean.")
def the_sum(net, x, y):
    prediction, _ = net.model(x, net.state)
    return ((prediction - y) ** 2).sum().item()


@wrong("This is a tensor. .item() turns it into a plain number.")
def a_tensor(net, x, y):
    prediction, _ = net.model(x, net.state)
    return nn.functional.mse_loss(prediction, y).detach()


def _net(draw: Draw, batch: int, hidden: int) -> KerasLike:
    with torch.random.fork_rng(
        devices=[]
    ):  # so a check leaves the lesson's own random numbers alone
        net = KerasLike(fill(SequenceModel(hidden=hidden, cell="LSTM"), draw))
    net.state = (draw.tensor(1, batch, hidden), draw.tensor(1, batch, hidden))
    return net


def _case(draw: Draw, batch: int, steps: int, hidden: int) -> Case:
    net = _net(draw, batch, hidden)
    net.model.train(draw.one_of("mode", (True, False)))
    x, y = draw.tensor(batch, steps, 1), draw.tensor(batch, steps, 1)
    return Case(net, x, y, label=f"batch {batch}, {steps} steps")


def _cases() -> tuple[Case, ...]:
    draw = Draw("readable")
    return _case(draw, 2, 4, 3), _case(draw, 2, 7, 3)


def nothing_moves(answer):
    draw = Draw("nothing moves")
    for training in (True, False):
        net, (x, y) = _net(draw, 2, 3), (draw.tensor(2, 4, 1), draw.tensor(2, 4, 1))
        net.train_on_batch(x, y)  # now Adam has a memory, and every weight a gradient
        net.model.train(training)
        kept = copy.deepcopy((net.model.state_dict(), net.state, net.optimizer.state_dict()))
        ahead = copy.deepcopy(net)
        ahead.predict(x)
        before = trace({"net.model": net.model, "net.state": net.state})
        error = answer(net, x, y)
        if not isinstance(error, float):
            raise Rejected(f"the error is a {type(error).__name__}; return a plain float")
        weights, state, memory = kept
        if not compare.agree(weights, net.model.state_dict(), compare.EXACT):
            raise Rejected("the weights have changed: that was an update, not an evaluation")
        if net.state is None:
            raise Rejected("the state is gone: net.state is None after the call")
        if not compare.agree(state, net.state, compare.EXACT):
            moved = compare.agree(ahead.state, net.state)
            what = "has moved on" if moved else "is not what it was"
            raise Rejected(f"the state {what}: the next batch would start from the wrong place")
        left = changes(before, trace({"net.model": net.model, "net.state": net.state}))
        if left:
            raise Rejected(f"your function {left[0]}: leave it as it was")
        if not compare.agree(memory, net.optimizer.state_dict(), compare.EXACT, unknown=True):
            raise Rejected("the optimiser has moved on, so its next update will be different")


EVALUATE = Exercise(
    id="4a.3",
    title="Why do two identical calls give two answers?",
    difficulty=2,
    minutes=7,
    reference=evaluate,
    also_right=(put_back,),
    cases=_cases,
    space=lambda draw: _case(draw, *(draw.size(name) for name in ("batch", "steps", "hidden"))),
    draws=8,
    misconceptions=(
        by_predict,
        from_zeros,
        reset_behind_itself,
        by_train_on_batch,
        the_second_of_two_calls,
        the_sum,
        a_tensor,
    ),
    properties=(nothing_moves,),
    hints=(
        "`net.model(x, net.state)` gives an answer and a new state. Who says you have to keep "
        "the state?",
        "Put `with torch.no_grad():` around the call, then use `nn.functional.mse_loss(…).item()`.",
    ),
    returns=("error",),
)
