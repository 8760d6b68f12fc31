"""Exercise 3b.3: what a chunk starts from, by three rules."""

import torch

from course_utils.checking import Case, Draw, Exercise, wrong


def start_state(rule: str, left: list[torch.Tensor]) -> torch.Tensor | None:
    """Choose the next chunk's start out of left, the states (1, 1, hidden) so far, oldest first."""
    if rule == "carry" and len(left) >= 1:
        return left[-1]
    if rule == "stale" and len(left) >= 2:
        return left[-2]
    return None


def _by_a_table(rule, left):
    return {"carry": [None, *left][-1], "stale": [None, None, *left][-2], "reset": None}[rule]


@wrong("The rule makes no difference here: you get the newest state under each of them.")
def always_carried(rule, left):
    return left[-1] if left else None


@wrong("Stale is the state *before* the newest one. This goes one further back.")
def one_too_far_back(rule, left):
    if rule == "stale":
        return left[-3] if len(left) >= 3 else None
    return start_state(rule, left)


@wrong("Under stale this gives the very first state. Give the one before the newest.")
def the_oldest(rule, left):
    if rule == "stale":
        return left[0] if left else None
    return start_state(rule, left)


@wrong(
    "The right idea, but give `None` where the layer should start from zeros: it knows the shape."
)
def zeros_written_out(rule, left):
    state = start_state(rule, left)
    return torch.zeros(1, 1, 2) if state is None else state


@wrong(
    "At the beginning there's no state to go back to: none before the first chunk, and "
    "for stale none before the second either. Give None there."
)
def too_early(rule, left):
    if rule == "reset":
        return None
    return left[-1] if rule == "carry" else left[-2]


@wrong("After one chunk, stale has nothing to give yet: the newest state isn't stale. Give None.")
def the_newest_for_want_of_an_older(rule, left):
    if rule == "stale" and len(left) == 1:
        return left[0]
    return start_state(rule, left)


def _cases() -> tuple[Case, ...]:
    states = [torch.full((1, 1, 2), float(number)) for number in range(4)]
    return (
        Case("carry", states, label="carry, after four chunks"),
        Case("stale", states, label="stale, after four chunks"),
        Case("reset", states, label="reset, after four chunks"),
        Case("stale", states[:1], label="stale, after one chunk"),
        Case("carry", [], label="carry, before the first chunk"),
        Case("stale", [], label="stale, before the first chunk"),
    )


def one_more(draw: Draw) -> Case:
    calls = [(rule, chunks) for rule in ("carry", "stale", "reset") for chunks in range(6)]
    rule, chunks = draw.one_of("rule, chunks", calls)
    shape = 1, 1, draw.one_of("hidden", (1, 2, 3, 5, 32))
    return Case(rule, [draw.tensor(*shape) for _ in range(chunks)])


START = Exercise(
    id="3b.3",
    title="Three rules for the start of a chunk",
    difficulty=1,
    minutes=5,
    reference=start_state,
    also_right=(_by_a_table,),
    cases=_cases,
    misconceptions=(
        always_carried,
        one_too_far_back,
        the_oldest,
        zeros_written_out,
        too_early,
        the_newest_for_want_of_an_older,
    ),
    space=one_more,
    draws=18,
    hints=(
        "`left[-1]` is what the last chunk left, `left[-2]` what the one before it left.",
        "How long must `left` be for each of the two? Everything else is `None`.",
    ),
    returns=("state",),
)
