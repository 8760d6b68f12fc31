"""Exercise 6a.4: undo everything, in the reverse order."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def undo_all(
    said: np.ndarray, mean: float, spread: float, past: np.ndarray, season: int
) -> np.ndarray:
    """Turn what a network said (horizon,), standardised changes over a season, into values."""
    changes = said * spread + mean
    known = list(past)
    for change in changes:
        known.append(known[-season] + change)
    return np.array(known[len(past) :])


def cycle_by_cycle(said, mean, spread, past, season):
    levels, before = [], past[-season:]
    for start in range(0, len(said), season):
        changes = np.asarray(said[start : start + season]) * spread + mean
        before = before[: len(changes)] + changes
        levels.append(before)
    return np.concatenate(levels)


@wrong("The transform isn't undone: these are still changes, not values.")
def transform_not_undone(said, mean, spread, past, season):
    return said * spread + mean


@wrong("Nothing is undone: that's what the network said, in standard deviations.")
def nothing_undone(said, mean, spread, past, season):
    return said.copy()


@wrong("The spread is missing: what the network said is in standard deviations of the changes.")
def spread_missing(said, mean, spread, past, season):
    return undo_all(said, mean, 1.0, past, season)


@wrong("The mean is missing: a network that says 0 expects the *mean* change, not no change.")
def mean_missing(said, mean, spread, past, season):
    return undo_all(said, 0.0, spread, past, season)


@wrong("Each change belongs to the value one *season* before, not to the last one.")
def from_the_last_value(said, mean, spread, past, season):
    return past[-1] + said * spread + mean


@wrong("The changes are added up one by one, as if each were a step to the next row.")
def step_by_step(said, mean, spread, past, season):
    return past[-1] + np.cumsum(said * spread + mean)


@wrong("This undoes in the wrong order. What was done last must be undone first.")
def in_the_wrong_order(said, mean, spread, past, season):
    return undo_all(said, 0.0, 1.0, past, season) * spread + mean


@wrong("Beyond one season, add the change to your own forecast, not to the past again.")
def on_the_past_again(said, mean, spread, past, season):
    return past[-season:][np.arange(len(said)) % season] + said * spread + mean


def _space(draw: Draw) -> Case:
    season = draw.size("season")
    horizon = draw.one_of("horizon", (1, 2, 3, 5, 8, 13))
    past = draw.array(season + draw.one_of("more", (0, 1, 4, 9)), kind="normal") * 20 + 50
    said = draw.array(horizon, kind="normal")
    mean, spread = draw.one_of("mean", (2.5, -4.0, 0.5)), draw.one_of("spread", (3.0, 0.2, 12.0))
    return Case(said, mean, spread, past, season)


UNDO = Exercise(
    id="6a.4",
    title="Undo everything",
    difficulty=2,
    minutes=6,
    reference=undo_all,
    also_right=(cycle_by_cycle,),
    cases=lambda: (
        Case(
            np.array([0.0, 1.0, -1.0]), 5.0, 2.0, np.array([9.0, 10.0, 20.0, 30.0]), 3,
            label="season 3, changes of 5 ± 2",
        ),
        Case(
            np.array([1.0, 1.0, 1.0, 1.0]), 0.5, 2.0, np.array([10.0, 20.0]), 2,
            label="two seasons ahead",
        ),
    ),
    space=_space,
    misconceptions=(
        nothing_undone,
        transform_not_undone,
        spread_missing,
        mean_missing,
        from_the_last_value,
        step_by_step,
        in_the_wrong_order,
        on_the_past_again,
    ),
    hints=(
        "First the change was taken, then it was standardised. Which of the two comes off first?",
        "`said * spread + mean` are the changes. Put the values into a list and append "
        "`known[-season] + change` one by one; beyond a season, `known[-season]` is then your "
        "own forecast.",
    ),
    returns=("the values",),
)  # fmt: skip
