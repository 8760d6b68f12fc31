"""Exercise 4a.3: why two identical calls give two answers, and an evaluation that does not."""

import torch
from torch import nn

from course_utils.checking import Case, Exercise, Rejected, wrong
from course_utils.lessons.stateful.runs import KerasLike
from course_utils.recurrent import SequenceModel


def evaluate(net: KerasLike, x: torch.Tensor, y: torch.Tensor) -> float:
    """Mean squared error on x, y (batch, steps, 1), from the state as it is and stays."""
    with torch.no_grad():
        prediction, _ = net.model(x, net.state)
    return nn.functional.mse_loss(prediction, y).item()


def put_back(net, x, y):
    before = net.state
    error = float(((net.predict(x) - y) ** 2).mean())
    net.state = before
    return error


@wrong(
    "The error is right, once. But predict moves the state on, so the next call finds "
    "another one: that is why two identical calls give two answers."
)
def by_predict(net, x, y):
    return nn.functional.mse_loss(net.predict(x), y).item()


@wrong(
    "This starts from zeros. Two calls agree now, and both judge a network that has "
    "forgotten where it is: start from net.state."
)
def from_zeros(net, x, y):
    prediction, _ = net.model(x, None)
    return nn.functional.mse_loss(prediction, y).item()


@wrong("The error is right, and the state is gone afterwards. Leave it as it was.")
def reset_behind_itself(net, x, y):
    error = nn.functional.mse_loss(net.predict(x), y).item()
    net.state = None
    return error


@wrong("The cost is right, but train_on_batch learns from what it should only judge.")
def by_train_on_batch(net, x, y):
    return net.train_on_batch(x, y)


@wrong("This is the error of the second of two calls: the state had moved on already.")
def the_second_of_two_calls(net, x, y):
    net.predict(x)
    return nn.functional.mse_loss(net.predict(x), y).item()


@wrong("This adds the squared errors up. Wanted is their mean.")
def the_sum(net, x, y):
    prediction, _ = net.model(x, net.state)
    return ((prediction - y) ** 2).sum().item()


@wrong("This is a tensor; .item() makes a plain number of it.")
def a_tensor(net, x, y):
    prediction, _ = net.model(x, net.state)
    return nn.functional.mse_loss(prediction, y).detach()


def _net(seed: int) -> KerasLike:
    torch.manual_seed(seed)
    net = KerasLike(SequenceModel(hidden=3, cell="LSTM"))
    net.predict(torch.randn(2, 5, 1))
    return net


def _case(seed: int, steps: int) -> Case:
    net = _net(seed)
    return Case(net, torch.randn(2, steps, 1), torch.randn(2, steps, 1), label=f"{steps} steps")


def nothing_moves(answer):
    net = _net(2)
    weights = [weight.clone() for weight in net.model.parameters()]
    kept = [part.clone() for part in net.state]
    answer(net, torch.randn(2, 4, 1), torch.randn(2, 4, 1))
    if not all(map(torch.equal, weights, net.model.parameters())):
        raise Rejected("the weights have changed: that was an update, and no evaluation")
    if net.state is None:
        raise Rejected("the state is gone: net.state is None after the call")
    if not all(map(torch.equal, kept, net.state)):
        raise Rejected("the state has moved: the next batch would start from the wrong place")


EVALUATE = Exercise(
    id="4a.3",
    title="Why do two identical calls give two answers?",
    difficulty=2,
    minutes=7,
    reference=evaluate,
    also_right=(put_back,),
    cases=lambda: (_case(0, 4), _case(1, 7)),
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
        "`net.model(x, net.state)` answers and gives a new state back. Who says that you must "
        "keep it?",
        "`with torch.no_grad():` around the call; then `nn.functional.mse_loss(…).item()`.",
    ),
    returns=("error",),
)
