"""Exercise 1b.5: carry the outputs."""

import torch

from course_utils.checking import Case, Exercise, wrong
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


@wrong("The output before was dropped, and the oldest one kept. Drop the last of the state.")
def newest_falls_off(x, state, w1, w2):
    out, _ = narx_memory(x, state, w1, w2)
    return out, torch.cat((out, state[..., 1:]), -1)


def steps() -> tuple[Case, ...]:
    """Build a step of one row, and one of two rows."""
    one, many = (
        [torch.tensor(w, dtype=torch.float32) for w in small_network(seed)] for seed in (21, 22)
    )
    state = torch.tensor([[0.5, -0.2, 0.1]])
    rows = torch.tensor([[0.4, 0.2, -0.3], [-0.1, 0.6, 0.2]])
    return (
        Case(torch.tensor([[0.9]]), state, *one, label="one row, three outputs carried"),
        Case(torch.tensor([[0.3], [-0.7]]), rows, *many, label="two rows"),
    )


NARX_MEMORY = Exercise(
    id="1b.5",
    title="Carry the outputs",
    difficulty=2,
    minutes=4,
    reference=narx_memory,
    also_right=(by_rolling,),
    cases=steps,
    misconceptions=(
        inputs_carried,
        hidden_layer_carried,
        newest_last,
        nothing_falls_off,
        newest_falls_off,
    ),
    hints=(
        "The output is computed as in `window_memory`. Only the new state differs.",
        "The new state: the output, and then all of the old state but its last number.",
    ),
    returns=("out", "state"),
)
