"""Exercise 6b.5: from which step ahead on one method stays ahead."""

from collections.abc import Sequence

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def crossover(steps: Sequence[int], first: np.ndarray, second: np.ndarray) -> int | None:
    """Find from which step on second's median error (seeds, steps) is below first's, or None."""
    ahead = np.median(second, axis=0) < np.median(first, axis=0)
    for place, step in enumerate(steps):
        if ahead[place:].all():
            return int(step)
    return None


def from_the_end(steps, first, second):
    found = None
    for step, one, other in zip(steps[::-1], first.T[::-1], second.T[::-1], strict=True):
        if np.median(other) >= np.median(one):
            break
        found = int(step)
    return found


def medians_ahead(first, second):
    return np.median(second, axis=0) < np.median(first, axis=0)


def from_there_on(steps, ahead):
    behind = np.flatnonzero(~ahead)
    start = behind[-1] + 1 if len(behind) else 0
    return int(steps[start]) if start < len(steps) else None


@wrong(
    "This is the first step at which `second` is ahead, but it may fall behind again. Return "
    "the step from which it stays ahead."
)
def first_time_ahead(steps, first, second):
    ahead = medians_ahead(first, second)
    return int(steps[int(np.argmax(ahead))]) if ahead.any() else None


@wrong("The two have changed places: this says from when on `first` is ahead.")
def other_way_round(steps, first, second):
    return from_there_on(steps, medians_ahead(second, first))


@wrong("This is a place in the list. Return the step at that place: `steps[place]`.")
def place_not_step(steps, first, second):
    found = from_there_on(steps, medians_ahead(first, second))
    return None if found is None else list(steps).index(found)


@wrong("This takes the mean over the seeds, which a single stray seed can move. Take the median.")
def means_compared(steps, first, second):
    return from_there_on(steps, second.mean(axis=0) < first.mean(axis=0))


@wrong("This compares only the first seed. Take the median over all of them.")
def one_seed(steps, first, second):
    return from_there_on(steps, second[0] < first[0])


@wrong("If `second` never stays ahead to the end, return `None`, not the last step.")
def last_step_instead_of_none(steps, first, second):
    found = from_there_on(steps, medians_ahead(first, second))
    return int(steps[-1]) if found is None else found


@wrong("This is the last step at which `second` is behind. It's ahead from the next one on.")
def one_too_early(steps, first, second):
    found = from_there_on(steps, medians_ahead(first, second))
    if found is None or found == steps[0]:
        return found
    return int(steps[list(steps).index(found) - 1])


@wrong("This counts a tie as ahead. Ahead means a smaller error: `<`.")
def ties_count(steps, first, second):
    return from_there_on(steps, np.median(second, axis=0) <= np.median(first, axis=0))


@wrong("This asks every seed of `second` to be ahead. Compare the medians.")
def every_seed(steps, first, second):
    return from_there_on(steps, (second < np.median(first, axis=0)).all(axis=0))


def _space(draw: Draw) -> Case:
    steps = (1, 2, 6, 17, 40, 84)[: draw.one_of("steps", (1, 3, 4, 6))]
    seeds = draw.one_of("seeds", (1, 3, 4, 5))
    first = draw.array(seeds, len(steps), kind="positive").round(1)
    kind = draw.one_of("course", ("any", "ahead late", "behind late", "tie late"))
    second = draw.array(draw.one_of("others", (1, 3, 5)), len(steps), kind="positive").round(1)
    second[0] *= 9  # one seed that went astray
    if kind != "any":
        end = len(steps) // 2
        gap = {"ahead late": -0.3, "behind late": 0.3, "tie late": 0.0}[kind]
        second[:, end:] = np.median(first, axis=0)[end:] + gap
    return Case(steps, first, second, label=f"steps {steps}, {seeds} seeds")


def _cases() -> tuple[Case, ...]:
    first = np.array([[0.1, 0.4, 0.4, 0.8], [0.1, 0.5, 0.4, 0.9], [0.2, 0.4, 0.5, 0.7]])
    second = np.array([[0.3, 0.2, 0.6, 0.3], [0.3, 0.2, 0.5, 0.3], [0.4, 0.3, 9.0, 0.2]])
    return (
        Case([1, 6, 17, 84], first, second, label="ahead at 6, behind at 17, ahead at 84"),
        Case([1, 6, 17, 84], first, first + 0.1, label="never ahead"),
    )


CROSSOVER = Exercise(
    id="6b.5",
    title="Where the order turns round",
    difficulty=2,
    minutes=7,
    optional=True,
    reference=crossover,
    also_right=(from_the_end,),
    cases=_cases,
    space=_space,
    draws=24,
    misconceptions=(
        first_time_ahead,
        other_way_round,
        place_not_step,
        means_compared,
        one_seed,
        last_step_instead_of_none,
        one_too_early,
        ties_count,
        every_seed,
    ),
    hints=(
        "Compare two medians per step, `np.median(..., axis=0)`. Then ask from where on the "
        "answer is true for all steps that follow.",
        "Go through the places. The first one for which `ahead[place:].all()` is true is the "
        "answer; if there's none, return `None`.",
    ),
    returns=("step",),
)
