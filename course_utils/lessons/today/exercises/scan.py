"""Exercise 8.2: all states of a linear recurrence, in a few rounds."""

import torch

from course_utils.checking import Case, Draw, Exercise, Rejected, wrong


def scan(keep: torch.Tensor, new: torch.Tensor) -> torch.Tensor:
    """Give the states (batch, steps, hidden) of h = keep * h + new, from zeros, in a few rounds."""
    reach = 1
    while reach < new.shape[1]:
        added = new[:, reach:] + keep[:, reach:] * new[:, :-reach]
        new = torch.cat([new[:, :reach], added], dim=1)
        keep = torch.cat([keep[:, :reach], keep[:, reach:] * keep[:, :-reach]], dim=1)
        reach = 2 * reach
    return new


def padded_in_front(keep, new):
    """Go through the same rounds, with 0 and 1 for what lies before the first step."""
    steps, reach = new.shape[1], 1
    while reach < steps:
        front = torch.zeros_like(new[:, :reach])
        earlier_new = torch.cat([front, new], dim=1)[:, :steps]
        earlier_keep = torch.cat([front + 1, keep], dim=1)[:, :steps]
        new, keep = new + keep * earlier_new, keep * earlier_keep
        reach *= 2
    return new


def by_a_loop(keep, new):
    """Go step by step: the right numbers, in as many rounds as there are steps."""
    state, states = torch.zeros_like(new[:, 0]), []
    for step in range(new.shape[1]):
        state = keep[:, step] * state + new[:, step]
        states.append(state)
    return torch.stack(states, dim=1)


def _rounds(keep, new, grow=lambda reach: 2 * reach, start=1, stop=None, squared=True):
    """Go through the rounds with one thing changed."""
    reach = start
    while reach < (new.shape[1] if stop is None else stop(new)):
        added = new[:, reach:] + keep[:, reach:] * new[:, :-reach]
        new = torch.cat([new[:, :reach], added], dim=1)
        if squared:
            keep = torch.cat([keep[:, :reach], keep[:, reach:] * keep[:, :-reach]], dim=1)
        reach = grow(reach)
    return new


@wrong(
    "Only one round was made. Each state now knows one step before it; go on, with a reach of 2, "
    "4, 8 … steps."
)
def one_round(keep, new):
    return _rounds(keep, new, stop=lambda new: min(2, new.shape[1]))


@wrong(
    "`keep` stays as it was. After a round, a step stands for twice as many steps, so its factors "
    "must be multiplied together too."
)
def keep_left_alone(keep, new):
    return _rounds(keep, new, squared=False)


@wrong(
    "The reach grows by one per round. It should double, or the same steps are counted again and "
    "again."
)
def reach_grows_by_one(keep, new):
    return _rounds(keep, new, grow=lambda reach: reach + 1)


@wrong(
    "The new factors are used too early: `new` of a round needs the `keep` from before it. Change "
    "`new` first, then `keep`."
)
def keep_changed_first(keep, new):
    reach = 1
    while reach < new.shape[1]:
        keep = torch.cat([keep[:, :reach], keep[:, reach:] * keep[:, :-reach]], dim=1)
        added = new[:, reach:] + keep[:, reach:] * new[:, :-reach]
        new = torch.cat([new[:, :reach], added], dim=1)
        reach *= 2
    return new


@wrong(
    "The rounds stop too early: the last steps don't know the first ones. Go on while `reach` is "
    "smaller than the number of steps."
)
def stops_too_early(keep, new):
    return _rounds(keep, new, stop=lambda new: new.shape[1] // 2)


@wrong(
    "This only adds up what is new, as if every factor were 1. What is old is multiplied by keep."
)
def plain_sum(keep, new):
    return new.cumsum(dim=1)


@wrong("This counts along the batch. The steps are the second axis: `new[:, reach:]`.")
def along_the_batch(keep, new):
    return scan(keep.transpose(0, 1), new.transpose(0, 1)).transpose(0, 1)


@wrong("That's the last state alone. Return the states of all steps.")
def last_state_alone(keep, new):
    return scan(keep, new)[:, -1:]


@wrong("The states come out in reverse: this goes from the last step to the first.")
def backwards(keep, new):
    return scan(keep.flip(1), new.flip(1)).flip(1)


def _case(draw: Draw, batch: int, steps: int, hidden: int) -> Case:
    dtype = draw.one_of("dtype", (torch.float32, torch.float32, torch.float64))
    grad = draw.one_of("gradients", (True, False))
    low = draw.one_of("gate", (0.0, -1.0))  # 0 to 1, or -1 to 1
    wide = torch.from_numpy(draw.rng.uniform(low, 1.0, (batch, steps, hidden)))
    if draw.one_of("with zeros", (False, False, True)):
        wide[:, ::3] = 0.0
    keep = wide.to(dtype).requires_grad_(grad)
    new = draw.tensor(batch, steps, hidden, dtype=dtype, kind="normal", grad=grad)
    return Case(keep, new, label=f"batch {batch}, {steps} steps, hidden {hidden}")


def _cases() -> tuple[Case, ...]:
    draw = Draw("readable")
    return _case(draw, 2, 8, 3), _case(draw, 1, 13, 2)


def _space(draw: Draw) -> Case:
    steps = draw.one_of("steps", (1, 2, 3, 4, 5, 7, 16, 50, 100))
    return _case(draw, draw.size("batch"), steps, draw.size("hidden"))


def _takes_few_rounds(answer) -> None:
    count = 0

    class Listener(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, function, types, args=(), kwargs=None):
            nonlocal count
            count += 1
            return function(*args, **(kwargs or {}))

    with Listener():
        answer(torch.full((1, 512, 1), 0.5), torch.ones(1, 512, 1))
    if count > 512:
        raise Rejected(
            "The numbers are right, but your function goes step by step: for 512 steps it calls "
            f"torch {count:,} times. A scan needs nine rounds, of all steps at once."
        )


SCAN = Exercise(
    id="8.2",
    title="The scan against the loop",
    difficulty=3,
    minutes=7,
    reference=scan,
    also_right=(padded_in_front,),
    cases=_cases,
    space=_space,
    misconceptions=(
        *(one_round, keep_left_alone, reach_grows_by_one),
        *(keep_changed_first, stops_too_early, plain_sum, along_the_batch, last_state_alone),
        backwards,
    ),
    properties=(_takes_few_rounds,),
    hints=(
        "In a round, every step from `reach` on joins the step `reach` before it. Which slices of "
        "`new` and `keep` are these: `[:, reach:]` and `[:, :-reach]`.",
        "Joined, the steps `(keep_1, new_1)` and then `(keep_2, new_2)` are one step: `new_2 + "
        "keep_2 * new_1`, and `keep_2 * keep_1`. The first `reach` steps stay: `torch.cat`.",
    ),
    returns=("states",),
    rtol=1e-4,
    atol=1e-5,
)
