"""Exercise 3a.4: the training loop with its lost lines put back."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from course_utils.checking import Case, Draw, Exercise, Rejected, wrong
from course_utils.lessons.sin_cos.cases import draw_chunks, draw_network, network, some_chunks


def train(
    rnn: nn.Module, inputs: torch.Tensor, targets: torch.Tensor, lr: float
) -> tuple[list[float], torch.Tensor | None]:
    """Train on chunks (chunks, batch, steps, 1) with Adam: the losses, and the last state."""
    optimizer = torch.optim.Adam(rnn.parameters(), lr=lr)
    h_state: torch.Tensor | None = None
    losses: list[float] = []
    for x, y in zip(inputs, targets, strict=True):
        prediction, h_state = rnn(x, h_state)
        h_state = h_state.detach()
        loss = nn.functional.mse_loss(prediction, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, h_state


def _adam(rnn, lr):
    return torch.optim.Adam(rnn.parameters(), lr=lr)


def _learn(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def _loop(rnn, inputs, targets, optimizer, learn=_learn, cut=torch.Tensor.detach):
    """Train like the reference, but with other lines for the learning, or for the cut."""
    h_state, losses = None, []
    for x, y in zip(inputs, targets, strict=True):
        prediction, h_state = rnn(x, h_state)
        h_state = cut(h_state)
        loss = nn.functional.mse_loss(prediction, y)
        learn(optimizer, loss)
        losses.append(loss.item())
    return losses, h_state


def _through_data(rnn, inputs, targets, lr):
    return _loop(rnn, inputs, targets, _adam(rnn, lr), cut=lambda h_state: h_state.data)


@wrong(
    "Nothing is learnt: the weights stay as they were. Without backward() there are no "
    "gradients, without step() nothing uses them, and zero_grad() between the two wipes "
    "them out. Which of the three is it?"
)
def the_weights_never_move(rnn, inputs, targets, lr):
    def learn(optimizer, loss):
        loss.backward()

    return _loop(rnn, inputs, targets, _adam(rnn, lr), learn)


@wrong("The gradients of all chunks so far add up: zero_grad() is missing.")
def no_zero_grad(rnn, inputs, targets, lr):
    def learn(optimizer, loss):
        loss.backward()
        optimizer.step()

    return _loop(rnn, inputs, targets, _adam(rnn, lr), learn)


@wrong(
    "The state still hangs on the graph of the chunk before, which backward() has used "
    "up. Cut it: h_state = h_state.detach()."
)
def no_detach(rnn, inputs, targets, lr):
    return _loop(rnn, inputs, targets, _adam(rnn, lr), cut=lambda h_state: h_state)


@wrong(
    "retain_graph=True keeps the old graphs, but step() has changed the weights in them "
    "meanwhile. Use detach() on the state, and backward() without an argument."
)
def retain_graph(rnn, inputs, targets, lr):
    def learn(optimizer, loss):
        optimizer.zero_grad()
        loss.backward(retain_graph=True)
        optimizer.step()

    return _loop(rnn, inputs, targets, _adam(rnn, lr), learn, cut=lambda h_state: h_state)


@wrong(
    "backward() runs twice in one round, and the first run uses up the notes of this chunk. Call "
    "it once."
)
def backward_twice(rnn, inputs, targets, lr):
    def learn(optimizer, loss):
        loss.backward()
        loss.backward()

    return _loop(rnn, inputs, targets, _adam(rnn, lr), learn)


@wrong("Every chunk starts from zeros here. Pass the state on: rnn(x, h_state).")
def reset(rnn, inputs, targets, lr):
    return _loop(lambda x, _: rnn(x, None), inputs, targets, _adam(rnn, lr))


@wrong(
    "You make a new Adam for each chunk, so it forgets what it has gathered. Make it once, "
    "before the loop."
)
def a_new_optimiser_each_round(rnn, inputs, targets, lr):
    return _loop(rnn, inputs, targets, None, learn=lambda _, loss: _learn(_adam(rnn, lr), loss))


@wrong("The rate is 0.02 whatever comes in: use the argument lr.")
def a_fixed_rate(rnn, inputs, targets, lr):
    return train(rnn, inputs, targets, 0.02)


@wrong("This is SGD. Use torch.optim.Adam.")
def plain_gradient_descent(rnn, inputs, targets, lr):
    return _loop(rnn, inputs, targets, torch.optim.SGD(rnn.parameters(), lr=lr))


@wrong("Only the losses came back. Return two things: the losses, and the last state.")
def losses_alone(rnn, inputs, targets, lr):
    return train(rnn, inputs, targets, lr)[0]


@wrong("The losses are tensors. loss.item() turns one into a plain number.")
def losses_as_tensors(rnn, inputs, targets, lr):
    losses, h_state = train(rnn, inputs, targets, lr)
    return [torch.tensor(loss) for loss in losses], h_state


@wrong("The losses are right, but the last state comes back with its history.")
def detached_too_late(rnn, inputs, targets, lr):
    def cut_on_the_way_in(x, h_state):
        return rnn(x, None if h_state is None else h_state.detach())

    return _loop(cut_on_the_way_in, inputs, targets, _adam(rnn, lr), cut=lambda h_state: h_state)


def one_more(draw: Draw) -> Case:
    rate = draw.one_of("rate", (0.02, 0.003, 0.1))
    return Case(draw_network(draw), *draw_chunks(draw), rate)


def _state_has_no_history(answer: Callable[..., Any]) -> None:
    _, state = answer(network(0), *some_chunks(2, 1, 3), 0.02)
    if state.grad_fn is not None:
        raise Rejected("the state you return still hangs on the graph of its chunk")


TRAIN = Exercise(
    id="3a.4",
    title="Put the lost lines back",
    difficulty=2,
    minutes=10,
    reference=train,
    also_right=(_through_data,),
    cases=lambda: (
        Case(network(3), *some_chunks(1, 1, 5), 0.02, label="one chunk"),
        Case(network(3), *some_chunks(4, 1, 5), 0.02, label="four chunks"),
        Case(network(3), *some_chunks(3, 2, 4), 0.1),
    ),
    misconceptions=(
        the_weights_never_move,
        no_zero_grad,
        no_detach,
        retain_graph,
        backward_twice,
        reset,
        a_new_optimiser_each_round,
        a_fixed_rate,
        plain_gradient_descent,
        losses_alone,
        losses_as_tensors,
        detached_too_late,
    ),
    properties=(_state_has_no_history,),
    space=one_more,
    draws=10,
    rtol=1e-4,
    hints=(
        "In each round: predict, cut the state's history, compute the loss. Then come three lines "
        "that begin with `optimizer`, `loss` and `optimizer`.",
        "`h_state = None` before the loop, `loss.item()` for the list, and return the state "
        "detached.",
    ),
    returns=("loss list", "h_state"),
)
