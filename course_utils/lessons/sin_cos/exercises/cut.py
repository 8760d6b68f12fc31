"""Exercise 3a.5: cut the history of a state, and keep its numbers."""

from collections.abc import Callable
from typing import Any

import torch

from course_utils.checking import Case, Draw, Exercise, Rejected, wrong


def cut(
    state: torch.Tensor | tuple[torch.Tensor, torch.Tensor],
) -> torch.Tensor | tuple[torch.Tensor, torch.Tensor]:
    """Cut the history of a state (1, batch, hidden), or of an LSTM's pair (h, c) of them."""
    if isinstance(state, tuple):
        h, c = state
        return h.detach(), c.detach()
    return state.detach()


def _through_data(state):
    return tuple(part.data for part in state) if isinstance(state, tuple) else state.data


@wrong(
    "That works for a tensor. But an LSTM's state is a tuple of two, and a tuple has no "
    "method detach: cut both parts."
)
def a_pair_has_no_detach(state):
    return state.detach()


@wrong("Only h of the pair came back. An LSTM carries both.")
def h_alone(state):
    return state[0].detach() if isinstance(state, tuple) else state.detach()


@wrong("The history is gone, but so are the numbers. That's a reset; keep the numbers.")
def zeros(state):
    if isinstance(state, tuple):
        return tuple(torch.zeros_like(part) for part in state)
    return torch.zeros_like(state)


@wrong(
    "state.detach() gives back a new tensor and leaves the old one as it was: return (or "
    "assign) what it gives. A clone has a history too."
)
def not_assigned(state):
    for part in state if isinstance(state, tuple) else (state,):
        part.detach()
    return state


@wrong("h was cut and c was not: backward() would run into the past through c.")
def c_forgotten(state):
    return (state[0].detach(), state[1]) if isinstance(state, tuple) else state.detach()


@wrong("c was cut and h was not: backward() would run into the past through h.")
def h_forgotten(state):
    return (state[0], state[1].detach()) if isinstance(state, tuple) else state.detach()


@wrong(
    "That cuts the caller's own tensor as well, and its chunk may still need backward(). "
    "detach() gives a new tensor and leaves the old one as it was."
)
def in_place(state):
    for part in state if isinstance(state, tuple) else (state,):
        part.detach_()
    return state


def one_more(draw: Draw) -> Case:
    pair = draw.one_of("pair", (False, True))
    shape = 1, draw.size("batch"), draw.size("hidden")
    dtype = draw.one_of("dtype", (torch.float32, torch.float32, torch.float64))
    leaf = draw.one_of("leaf", (False, True))
    parts = tuple(draw.tensor(*shape, dtype=dtype, grad=leaf) for _ in range(2 if pair else 1))
    return Case(parts if pair else parts[0])


def _attached() -> torch.Tensor:
    return 2 * torch.ones(1, 2, 3, requires_grad=True)


def _nothing_hangs_on(answer: Callable[..., Any]) -> None:
    # A history is what counts: a cut state may be a leaf that wants a gradient of its own.
    if answer(_attached()).grad_fn is not None:
        raise Rejected("the state still has a history: it hangs on a grad_fn")
    for name, part in zip("hc", answer((_attached(), _attached())), strict=True):
        if part.grad_fn is not None:
            raise Rejected(f"{name} of the pair (h, c) still has a history")


def _the_callers_keeps_its_own(answer: Callable[..., Any]) -> None:
    single, h, c = _attached(), _attached(), _attached()
    answer(single)
    answer((h, c))
    for part in (single, h, c):
        if part.grad_fn is None:
            raise Rejected("the state that came in lost its own history")


CUT = Exercise(
    id="3a.5",
    title="Cut the history, keep the numbers",
    difficulty=1,
    minutes=4,
    reference=cut,
    also_right=(_through_data,),
    cases=lambda: (
        Case(torch.arange(6.0).reshape(1, 2, 3), label="the state of an RNN"),
        Case((torch.ones(1, 2, 3), torch.full((1, 2, 3), 2.0)), label="the pair of an LSTM"),
    ),
    misconceptions=(
        a_pair_has_no_detach,
        h_alone,
        zeros,
        not_assigned,
        c_forgotten,
        h_forgotten,
        in_place,
    ),
    properties=(_nothing_hangs_on, _the_callers_keeps_its_own),
    space=one_more,
    hints=(
        "`isinstance(state, tuple)` tells an LSTM's state from an RNN's.",
        "`tensor.detach()` returns a tensor with the same numbers and no history.",
    ),
    returns=("state",),
)
