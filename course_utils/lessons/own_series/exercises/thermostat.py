"""Exercise 6b.7: a fifth system, whose winner is predicted before it is run."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def thermostat(temperatures: np.ndarray, low: float, high: float) -> np.ndarray:
    """Say at every step (steps,) whether the heating is on, 1 or 0; it is off to begin with."""
    heating, states = 0.0, []
    for temperature in temperatures:
        if temperature < low:
            heating = 1.0
        elif temperature > high:
            heating = 0.0
        states.append(heating)
    return np.array(states)


def by_the_last_crossing(temperatures, low, high):
    told = np.where(temperatures < low, 1.0, np.where(temperatures > high, 0.0, np.nan))
    places = np.where(np.isnan(told), -1, np.arange(len(told)))
    last = np.maximum.accumulate(places)
    return np.where(last < 0, 0.0, told[last])


@wrong("Between the two limits the heating should stay as it was. Here it goes off at once.")
def off_in_between(temperatures, low, high):
    return (temperatures < low).astype(float)


@wrong("Between the two limits the heating should stay as it was. Here it goes on at once.")
def on_in_between(temperatures, low, high):
    return (temperatures <= high).astype(float)


@wrong("This has a single limit in the middle, and so nothing to remember.")
def one_limit(temperatures, low, high):
    return (temperatures < (low + high) / 2).astype(float)


@wrong("It heats when it's warm. On belongs below `low`, off above `high`.")
def exchanged(temperatures, low, high):
    return 1 - _from(temperatures, low, high, 1.0)


@wrong("The heating is on to begin with. It should be off until it gets colder than `low`.")
def on_at_the_start(temperatures, low, high):
    return _from(temperatures, low, high, 1.0)


@wrong("This answers one step late: it gives the state before the temperature was read.")
def one_step_late(temperatures, low, high):
    return np.concatenate([[0.0], _from(temperatures, low, high, 0.0)[:-1]])


@wrong("This remembers only what the previous temperature said, and keeps no state of its own.")
def one_step_of_memory(temperatures, low, high):
    before = np.concatenate([[high + 1], temperatures[:-1]])
    stays = (temperatures >= low) & (temperatures <= high)
    return np.where(stays, before < low, temperatures < low).astype(float)


def _from(temperatures, low, high, start):
    heating, states = start, []
    for temperature in temperatures:
        heating = 1.0 if temperature < low else 0.0 if temperature > high else heating
        states.append(heating)
    return np.array(states)


def _space(draw: Draw) -> Case:
    steps, low = draw.one_of("steps", (1, 2, 7, 20, 41)), draw.one_of("low", (-1.0, 18, 0.0))
    high = low + draw.one_of("gap", (0.5, 2.0, 4))
    middle = (low + high) / 2
    walk = (
        draw.array(steps, kind="normal").cumsum() if steps > 2 else draw.array(steps, kind="normal")
    )
    return Case((middle + walk).round(1), low=low, high=high)


THERMOSTAT = Exercise(
    id="6b.7",
    title="A fifth system",
    difficulty=1,
    minutes=6,
    reference=thermostat,
    also_right=(by_the_last_crossing,),
    cases=(
        Case(
            np.array([20.0, 18.5, 17.5, 19.0, 20.5, 21.5, 20.0, 18.5, 17.0]),
            18.0,
            21.0,
            label="a cold spell, between 18 and 21 degrees",
        ),
        Case(np.array([19.0, 20.0, 18.0, 21.0, 19.5]), 18.0, 21.0, label="never past a limit"),
    ),
    space=_space,
    misconceptions=(
        off_in_between,
        on_in_between,
        one_limit,
        exchanged,
        on_at_the_start,
        one_step_late,
        one_step_of_memory,
    ),
    hints=(
        "Keep the state in a variable outside the loop, 0.0 to begin with.",
        "Only two things change it: colder than `low` switches it on, warmer than `high` "
        "switches it off. Note the state after each temperature.",
    ),
    returns=("heating",),
)
