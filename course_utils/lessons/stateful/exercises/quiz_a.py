"""The quiz of lesson 04a."""

import numpy as np
import torch

from course_utils import studies
from course_utils.checking import Exercise, wrong
from course_utils.lessons.stateful import runs
from course_utils.lessons.stateful.exercises.who_continues import who_continues

# ---- how many rows still continue one?


def rows_that_continue() -> int:
    """Count the rows that continue some row of the batch 100 samples before."""
    first = np.arange(1000).reshape(50, 20)
    return int(np.isin((first + 100)[:, 0], first[:, -1] + 1).sum())


def by_who_continues():
    first = np.arange(1000).reshape(50, 20)
    return sum(row >= 0 for row in who_continues(first, first + 100))


@wrong("That's with 20 samples between batches. Here there are 100.")
def as_published():
    return 50


@wrong("That's right for the row with the same number. The question is about any row.")
def the_row_of_the_same_number():
    return 0


@wrong("That's how many rows were in the batch before. The question is how many continue its rows.")
def seen_before():
    return 45


@wrong("That's how many rows were seen before when a batch moves on by 20 samples.")
def twenty_samples_further_on():
    return 49


@wrong("That's how many continue none. The question is about the others.")
def the_others():
    return 4


ROWS = Exercise(
    id="4a.Q1",
    title="How many rows still continue one?",
    difficulty=1,
    minutes=2,
    kind="value",
    reference=rows_that_continue,
    also_right=(by_who_continues,),
    misconceptions=(
        as_published,
        the_row_of_the_same_number,
        seen_before,
        twenty_samples_further_on,
        the_others,
    ),
    hints=(
        "Try `who_continues(first, first + 100)`, with the `first` from below exercise 4a.2.",
        "Count the entries that aren't -1.",
    ),
    rtol=0.0,
    atol=0.0,
)

# ---- how often is a wrong memory better than none?


def wrong_beats_none() -> int:
    """Count the pairs in which the next thousand ends lower than no state at all."""
    faults = studies.load("stateful-faults")
    final = faults.pivot_table(index="seed", columns="way", values="final")
    return int((final["next thousand"] < final["never carried"]).sum())


def pair_by_pair():
    faults = studies.load("stateful-faults").set_index(["way", "seed"])["final"]
    return sum(faults["next thousand", n] < faults["never carried", n] for n in range(32))


@wrong("That's in how many pairs the next thousand ended higher. The question is about lower.")
def the_other_way_round():
    return 32 - wrong_beats_none()


@wrong("That's the comparison with the carried way. Compare with 'never carried'.")
def compared_with_carried():
    return 0


@wrong("The medians are in that order, but some of the pairs aren't. Count the pairs.")
def all_of_them():
    return 32


PAIRS = Exercise(
    id="4a.Q2",
    title="How often is a wrong memory better than none?",
    difficulty=1,
    minutes=2,
    kind="value",
    reference=wrong_beats_none,
    also_right=(pair_by_pair,),
    misconceptions=(the_other_way_round, compared_with_carried, all_of_them),
    hints=(
        '`final["next thousand"]` and `final["never carried"]` have one number per seed.',
        "`<` compares them seed by seed; `.sum()` counts.",
    ),
    rtol=0.0,
    atol=0.0,
)

# ---- how long does an untrained network remember?


def left_of_the_state() -> float:
    """Give how far apart an untrained network's answers are, 20 samples after two states."""
    model, x = runs.make_model(1337), torch.zeros(1, 20, 1)
    ones = torch.ones(1, 1, 20)
    with torch.no_grad():
        from_ones, _ = model(x, (ones, ones))
        from_zeros, _ = model(x, None)
    return abs(from_ones - from_zeros)[0, -1].item()


def _apart(h, c):
    """Say how far apart the answers are, sample by sample, after a state filled with h and c."""
    model, x, one = runs.make_model(1337), torch.zeros(1, 20, 1), torch.ones(1, 1, 20)
    with torch.no_grad():
        return (model(x, (h * one, c * one))[0] - model(x, None)[0]).abs()[0, :, 0]


@wrong("That's at the first sample, where the two are furthest apart. Take the last one.")
def the_first_sample():
    return _apart(1, 1)[0].item()


@wrong("That's the mean over the row. The question is about its last sample.")
def the_mean_of_the_row():
    return _apart(1, 1).mean().item()


@wrong("Here only h is ones. Fill c with ones too.")
def h_alone():
    return _apart(1, 0)[-1].item()


@wrong("Here only c is ones. Fill h with ones too.")
def c_alone():
    return _apart(0, 1)[-1].item()


@wrong("How far apart they are is a distance, so leave out the sign.")
def signed():
    return -left_of_the_state()


@wrong("Almost nothing is left, but not quite. How much is it, to three decimals?")
def nothing_left():
    return 0.0


UNTRAINED = Exercise(
    id="4a.Q3",
    title="How long does an untrained network remember?",
    difficulty=2,
    minutes=4,
    kind="value",
    reference=left_of_the_state,
    also_right=(lambda: _apart(1, 1)[-1].item(),),
    misconceptions=(
        the_first_sample,
        the_mean_of_the_row,
        h_alone,
        c_alone,
        signed,
        nothing_left,
    ),
    hints=(
        "Call `y, state = model(x, state)` twice, with the pair `(ones, ones)` and with `None`.",
        "Each answer has shape (1, 20, 1), so `[0, -1]` is its last sample. Take the difference.",
    ),
    rtol=0.0,
    atol=0.0005,
)
