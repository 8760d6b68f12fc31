"""Exercise 8.5: choose for five new tasks."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def choose_network(
    scores: dict[str, np.ndarray], seconds: dict[str, float], needed: float
) -> str | None:
    """Name the fastest network whose scores (seeds,) reach needed in 9 of 10 seeds; None: none."""
    good = [name for name in scores if np.mean(scores[name] >= needed) >= 0.9]
    return min(good, key=lambda name: seconds[name]) if good else None


def from_the_fastest(scores, seconds, needed):
    for name in sorted(scores, key=seconds.get):
        reached = sum(bool(score >= needed) for score in scores[name])
        if 10 * reached >= 9 * len(scores[name]):
            return name
    return None


def _shares(scores, needed):
    return {name: np.mean(scores[name] >= needed) for name in scores}


def _fastest(names, seconds):
    return min(names, key=lambda name: seconds[name]) if names else None


@wrong(
    "This is the best network, whatever it costs. Of those that are good enough, take the fastest."
)
def best_at_any_price(scores, seconds, needed):
    shares = _shares(scores, needed)
    best = max(shares, key=shares.get)
    return best if shares[best] >= 0.9 else None


@wrong("This is the fastest of all, good enough or not.")
def fastest_of_all(scores, seconds, needed):
    return _fastest(list(scores), seconds)


@wrong("The mean hides the seeds that fail. Count the seeds that reach `needed`.")
def mean_decides(scores, seconds, needed):
    return _fastest([n for n in scores if np.mean(scores[n]) >= needed], seconds)


@wrong("The median asks for half of the seeds only. We want nine out of ten.")
def median_decides(scores, seconds, needed):
    return _fastest([n for n in scores if np.median(scores[n]) >= needed], seconds)


@wrong("One lucky seed is enough here. We want nine out of ten.")
def luckiest_seed(scores, seconds, needed):
    return _fastest([n for n in scores if np.max(scores[n]) >= needed], seconds)


@wrong("This asks every seed. Nine out of ten will do.")
def every_seed(scores, seconds, needed):
    return _fastest([n for n in scores if np.min(scores[n]) >= needed], seconds)


@wrong("Nothing was good enough, and this names a network all the same. Return None then.")
def never_none(scores, seconds, needed):
    good = [name for name, share in _shares(scores, needed).items() if share >= 0.9]
    return _fastest(good or list(scores), seconds)


@wrong("The slowest of those that are good enough was taken.")
def slowest(scores, seconds, needed):
    good = [name for name, share in _shares(scores, needed).items() if share >= 0.9]
    return max(good, key=lambda name: seconds[name]) if good else None


@wrong("A score of exactly `needed` counts as reached: `>=`.")
def more_than_needed(scores, seconds, needed):
    good = [name for name in scores if np.mean(scores[name] > needed) >= 0.9]
    return _fastest(good, seconds)


@wrong("Nine out of ten is itself enough: `>= 0.9`.")
def more_than_nine_tenths(scores, seconds, needed):
    return _fastest([n for n, share in _shares(scores, needed).items() if share > 0.9], seconds)


@wrong("These are all that are good enough. Name one, the fastest.")
def all_of_them(scores, seconds, needed):
    return [name for name, share in _shares(scores, needed).items() if share >= 0.9]


NAMES = ("RNN", "GRU", "LSTM", "minGRU", "a line")
FAILING = (0, 1, 2, 3, 5, 8, 10)  # seeds that fall short


def _case(draw: Draw, networks: int) -> Case:
    names = [str(name) for name in draw.rng.permutation(NAMES)[:networks]]
    needed = draw.one_of("needed", (0.9, 0.99, 0.6))
    scores = {}
    seeds = draw.one_of("seeds", (10, 20, 10, 30))
    for name in names:
        failing = draw.one_of("failing", FAILING)
        low = draw.one_of("low", (0.0, needed - 0.02))
        top = draw.one_of("top", (needed, 1.0))
        scores[name] = draw.rng.permutation([low] * failing + [top] * (seeds - failing))
    costs = draw.rng.permutation(len(names)) + 1.0
    seconds = {name: float(cost) for name, cost in zip(names, costs, strict=True)}
    return Case(scores, seconds, needed, label=f"{networks} networks, {seeds} seeds")


def _cases() -> tuple[Case, ...]:
    scores = {
        "LSTM": np.array([1.0] * 9 + [0.5]),
        "RNN": np.array([1.0] * 8 + [0.5] * 2),
        "GRU": np.ones(10),
    }
    seconds = {"LSTM": 2.0, "RNN": 1.0, "GRU": 3.0}
    return (
        Case(scores, seconds, 0.99, label="three networks, ten seeds each"),
        Case(scores, seconds, 1.01, label="nobody is good enough"),
    )


CHOOSE = Exercise(
    id="8.5",
    title="Choose for five new tasks",
    difficulty=2,
    minutes=4,
    reference=choose_network,
    also_right=(from_the_fastest,),
    cases=_cases,
    space=lambda draw: _case(draw, draw.one_of("networks", (1, 2, 3, 5, 4))),
    draws=30,
    misconceptions=(
        *(best_at_any_price, fastest_of_all, mean_decides, median_decides, luckiest_seed),
        *(every_seed, never_none, slowest, more_than_needed, more_than_nine_tenths, all_of_them),
    ),
    hints=(
        "First keep the networks that are good enough: for how large a share of the seeds is "
        "`scores[name] >= needed`?",
        "Of these, take the one with the smallest `seconds[name]`: `min(…, key=…)`. An empty list "
        "has no smallest, so ask first.",
    ),
    returns=("the name",),
)
