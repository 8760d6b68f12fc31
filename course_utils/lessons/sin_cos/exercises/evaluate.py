"""Exercise 3b.4: judge a network on chunks, and leave everything as it was."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from course_utils.checking import Case, Draw, Exercise, Rejected, wrong
from course_utils.lessons.sin_cos.cases import draw_chunks, draw_network, network, some_chunks


def evaluate(
    rnn: nn.Module,
    inputs: torch.Tensor,
    targets: torch.Tensor,
    h_state: torch.Tensor | None = None,
) -> float:
    """Mean squared error on chunks (chunks, batch, steps, 1), carried on from h_state."""
    total = 0.0
    with torch.no_grad():
        for x, y in zip(inputs, targets, strict=True):
            prediction, h_state = rnn(x, h_state)
            total += nn.functional.mse_loss(prediction, y).item()
    return total / len(inputs)


@torch.inference_mode()
def _all_at_once(rnn, inputs, targets, h_state=None):
    prediction, _ = rnn(torch.cat(list(inputs), dim=1), h_state)
    return (prediction - torch.cat(list(targets), dim=1)).square().mean().item()


def _errors(rnn, inputs, targets, h_state, then=lambda loss: None):
    """List the error of each chunk; `then` is what the learner does with each loss."""
    errors = []
    for x, y in zip(inputs, targets, strict=True):
        prediction, after = rnn(x, h_state)
        h_state = after.detach()
        loss = nn.functional.mse_loss(prediction, y)
        then(loss)
        errors.append(loss.item())
    return errors


@wrong("The weights changed while you looked: an evaluation has no optimiser.")
def trains_on_the_test(rnn, inputs, targets, h_state=None):
    optimizer = torch.optim.Adam(rnn.parameters(), lr=0.02)

    def learn(loss):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return np.mean(_errors(rnn, inputs, targets, h_state, learn))


@wrong(
    "You have changed the numbers in the caller's state, and training would go on from there. "
    "Give the new state a name, and never write into the old one."
)
@torch.no_grad()
def overwrites_the_state(rnn, inputs, targets, h_state=None):
    total = 0.0
    for x, y in zip(inputs, targets, strict=True):
        prediction, after = rnn(x, h_state)
        h_state = after if h_state is None else h_state.copy_(after)
        total += nn.functional.mse_loss(prediction, y).item()
    return total / len(inputs)


@wrong("No backward() here: a look needs no gradients, and leaves none behind.")
def leaves_gradients(rnn, inputs, targets, h_state=None):
    return np.mean(_errors(rnn, inputs, targets, h_state, torch.Tensor.backward))


@wrong("No zero_grad() here: the caller may be in the middle of a training step.")
def wipes_gradients(rnn, inputs, targets, h_state=None):
    rnn.zero_grad()
    return evaluate(rnn, inputs, targets, h_state)


@wrong("Every chunk starts from zeros here. Pass on the state that the chunk before left.")
def every_chunk_from_zeros(rnn, inputs, targets, h_state=None):
    return evaluate(lambda x, _: rnn(x, None), inputs, targets)


@wrong("This starts from zeros, whatever state comes in. Start from `h_state`.")
def ignores_the_state(rnn, inputs, targets, h_state=None):
    return evaluate(rnn, inputs, targets)


@wrong("Every chunk starts from the first state again. Pass on what the chunk before left.")
def every_chunk_from_the_same_state(rnn, inputs, targets, h_state=None):
    return evaluate(lambda x, _: rnn(x, h_state), inputs, targets)


@wrong("This is the error of the last chunk. Take the mean over all of them.")
def last_chunk_only(rnn, inputs, targets, h_state=None):
    return _errors(rnn, inputs, targets, h_state)[-1]


@wrong("You added the errors up. Divide by the number of chunks.")
def summed(rnn, inputs, targets, h_state=None):
    return sum(_errors(rnn, inputs, targets, h_state))


def _gradients_stay(answer: Callable[..., Any]) -> None:
    """Reject an answer that adds to the gradients, or takes them away."""
    model, known = network(6), []
    for number, weight in enumerate(model.parameters()):
        weight.grad = torch.full_like(weight, number + 1.0)
        known.append(weight.grad.clone())
    answer(model, *some_chunks(2, 1, 4), torch.zeros(1, 1, 3))
    left = [weight.grad for weight in model.parameters() if weight.grad is not None]
    if len(left) < len(known) or not any(after.any() for after in left):
        raise Rejected("the gradients that were there before your look are gone")
    if not all(map(torch.equal, known, left)):
        raise Rejected("your look left gradients behind: the next step() would use them")


def one_more(draw: Draw) -> Case:
    model, (inputs, targets) = draw_network(draw), draw_chunks(draw)
    state = draw.tensor(1, inputs.size(1), model.readout.in_features)
    state.requires_grad_(draw.one_of("gradient", (False, True)))
    given = {"a state": (state,), "another": (state,), "left out": (), "None": (None,)}
    return Case(model, inputs, targets, *given[draw.one_of("state", list(given))])


EVALUATE = Exercise(
    id="3b.4",
    title="Look without touching",
    difficulty=2,
    minutes=7,
    reference=evaluate,
    also_right=(_all_at_once,),
    cases=lambda: (
        Case(
            network(5),
            *some_chunks(4, 1, 5),
            torch.tensor([[[0.9, -0.4, 0.2]]]),
            label="four chunks, a state that training left",
        ),
        Case(network(5), *some_chunks(3, 2, 4), torch.linspace(-1, 1, 6).reshape(1, 2, 3)),
        Case(network(5), *some_chunks(4, 1, 5), label="four chunks, and no state"),
    ),
    misconceptions=(
        trains_on_the_test,
        overwrites_the_state,
        leaves_gradients,
        wipes_gradients,
        every_chunk_from_zeros,
        ignores_the_state,
        every_chunk_from_the_same_state,
        last_chunk_only,
        summed,
    ),
    properties=(_gradients_stay,),
    space=one_more,
    draws=10,
    hints=(
        "Take the training loop, without the three lines that learn, under `torch.no_grad()`.",
        "`prediction, h_state = rnn(x, h_state)` gives the name to a new tensor, so the caller's "
        "stays as it was.",
    ),
    returns=("error",),
)
