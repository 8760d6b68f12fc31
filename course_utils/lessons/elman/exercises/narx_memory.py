"""Exercise 1b.5: carry the outputs."""

import torch

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.elman import network
from course_utils.lessons.elman.samples import small_network


def narx_memory(
    x: torch.Tensor, state: torch.Tensor, w1: torch.Tensor, w2: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """One step; state (…, hidden): the last outputs, newest first -> out (…, 1), new state."""
    out = torch.tanh(torch.cat((x, state), -1) @ w1) @ w2
    return out, torch.cat((out, state[..., :-1]), -1)


def by_rolling(x, state, w1, w2):
    out = torch.tanh(x @ w1[..., :1, :] + state @ w1[..., 1:, :]) @ w2
    after = state.roll(1, -1)
    after[..., :1] = out
    return out, after


@wrong("The input was put into the state: that is the window. NARX carries its outputs.")
def inputs_carried(x, state, w1, w2):
    out, _ = narx_memory(x, state, w1, w2)
    return out, torch.cat((x, state[..., :-1]), -1)


@wrong("The hidden layer became the state: that is Elman's network. NARX carries its outputs.")
def hidden_layer_carried(x, state, w1, w2):
    hidden = torch.tanh(torch.cat((x, state), -1) @ w1)
    return hidden @ w2, hidden


@wrong(
    "The new output was put at the end. The newest comes first, the oldest falls off at the end."
)
def newest_last(x, state, w1, w2):
    out, _ = narx_memory(x, state, w1, w2)
    return out, torch.cat((state[..., 1:], out), -1)


@wrong("The state grows by one number at each step. The oldest output must fall off.")
def nothing_falls_off(x, state, w1, w2):
    out, _ = narx_memory(x, state, w1, w2)
    return out, torch.cat((out, state), -1)


@wrong("You dropped the last output and kept the oldest one. Drop the last number of the state.")
def newest_falls_off(x, state, w1, w2):
    out, _ = narx_memory(x, state, w1, w2)
    return out, torch.cat((out, state[..., 1:]), -1)


def steps() -> tuple[Case, ...]:
    """Build a step of one row, one of two rows, and the first of the lesson's 32 networks."""
    one, many = (
        [torch.tensor(w, dtype=torch.float32) for w in small_network(seed)] for seed in (21, 22)
    )
    state = torch.tensor([[0.5, -0.2, 0.1]])
    rows = torch.tensor([[0.4, 0.2, -0.3], [-0.1, 0.6, 0.2]])
    return (
        Case(torch.tensor([[0.9]]), state, *one, label="one row, three outputs carried"),
        Case(torch.tensor([[0.3], [-0.7]]), rows, *many, label="two rows"),
        Case(
            torch.tensor([[0.9]]).expand(32, 1, 1),
            torch.zeros(32, 1, 6),
            *(
                torch.tensor(w, dtype=torch.float32, requires_grad=True)
                for w in network.initial_weights(range(32))
            ),
            label="the lesson's stack of 32 networks",
        ),
    )


def any_step(draw: Draw) -> Case:
    """Draw a step for one network or a stack of them, with a gradient and without."""
    stack = draw.one_of("stack", ((), (32,), (3,), (1,), (2, 3)))
    rows, hidden = draw.one_of("rows", (1, 2, 5)), draw.one_of("hidden", (6, 1, 2, 3))
    dtype = draw.one_of("dtype", (torch.float32, torch.float32, torch.float64))
    learning = draw.one_of("learning", (True, True, False))
    x = draw.tensor(rows, 1, dtype=dtype).expand(*stack, rows, 1)  # the same for all, as in `read`
    carried = learning and draw.one_of("carried", (True, False))
    state = draw.tensor(*stack, rows, hidden, dtype=dtype, grad=carried)
    w1, w2 = (
        draw.tensor(*stack, *shape, dtype=dtype, grad=learning, kind="normal")
        for shape in ((1 + hidden, hidden), (hidden, 1))
    )
    return Case(x, state, w1, w2)


NARX_MEMORY = Exercise(
    id="1b.5",
    title="Carry the outputs",
    difficulty=2,
    minutes=4,
    optional=True,
    reference=narx_memory,
    also_right=(by_rolling,),
    cases=steps,
    space=any_step,
    draws=18,
    misconceptions=(
        inputs_carried,
        hidden_layer_carried,
        newest_last,
        nothing_falls_off,
        newest_falls_off,
    ),
    hints=(
        "The output is computed as in `window_memory`. Only the new state differs.",
        "The new state is the output, followed by all of the old state but its last number.",
    ),
    returns=("out", "state"),
)
