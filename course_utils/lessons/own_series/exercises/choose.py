"""Exercise 6a.3: choose on earlier years."""

import numpy as np

from course_utils import judging
from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.own_series.method_cases import METHODS, draw_judged


def choose(
    methods: dict, values: np.ndarray, test: int, horizon: int, origins: list[int]
) -> tuple[str, float]:
    """Give (name, error) of the best method on values (n,), the last test values left alone."""
    earlier = [origin for origin in origins if origin + horizon <= len(values) - test]
    errors = {}
    for name, method in methods.items():
        backtest = judging.judge(method, values, earlier, horizon)
        errors[name] = float(np.median(judging.errors_of(backtest)))
    best = min(errors, key=lambda name: errors[name])
    return best, errors[best]


def with_an_own_loop(methods, values, test, horizon, origins):
    known, found = values[:-test], []
    for name, method in methods.items():
        members = []
        for origin in origins:
            actual = known[origin : origin + horizon]
            if len(actual) == horizon:
                said = np.atleast_2d(method(judging.fill_gaps(known[:origin]), horizon))
                members.append(np.sqrt(np.nanmean((said - actual) ** 2, axis=1)))
        found.append((float(np.median(np.mean(members, axis=0))), name))
    error, name = min(found)
    return name, error


def score_all(methods, values, horizon, origins, score=np.median):
    return {
        name: float(score(judging.errors_of(judging.judge(method, values, origins, horizon))))
        for name, method in methods.items()
    }


def smallest(errors):
    best = min(errors, key=errors.get)
    return best, errors[best]


def split(values, test, horizon, origins):
    start = len(values) - test
    return [o for o in origins if o + horizon <= start], [o for o in origins if o >= start]


@wrong(
    "The choice saw the test part, so it was made on the very years that should judge it. "
    "Leave out every origin whose forecast reaches into the last `test` values."
)
def saw_the_test_part(methods, values, test, horizon, origins):
    return smallest(score_all(methods, values, horizon, origins))


@wrong("You chose on the test part alone, so what's left to judge the choice by?")
def chosen_on_the_test_part(methods, values, test, horizon, origins):
    return smallest(score_all(methods, values, horizon, split(values, test, horizon, origins)[1]))


@wrong(
    "It isn't enough that an origin comes before the test part: the last of these forecasts "
    "*end* in it. The whole horizon has to fit in before."
)
def forecasts_end_in_it(methods, values, test, horizon, origins):
    early = [o for o in origins if o < len(values) - test]
    return smallest(score_all(methods, values, horizon, early))


@wrong("This looks at one seed only. Take the median over the members, not the first of them.")
def one_seed_only(methods, values, test, horizon, origins):
    early = split(values, test, horizon, origins)[0]
    return smallest(score_all(methods, values, horizon, early, lambda members: members[0]))


@wrong(
    "The luckiest seed decides here, and you can't order that luck for the next forecast. "
    "Take the median."
)
def luckiest_seed(methods, values, test, horizon, origins):
    early = split(values, test, horizon, origins)[0]
    return smallest(score_all(methods, values, horizon, early, np.min))


@wrong("A single origin decides here. Use all the earlier ones.")
def one_origin(methods, values, test, horizon, origins):
    early = split(values, test, horizon, origins)[0]
    return smallest(score_all(methods, values, horizon, early[-1:]))


def _case(draw: Draw, label: str = "") -> Case:
    judged = draw_judged(draw)
    count = draw.one_of("methods", (5, 3, 2))
    names = ["network", *draw.rng.permutation([name for name in METHODS if name != "network"])]
    chosen = {str(name): METHODS[str(name)] for name in names[:count]}
    if draw.one_of("network", (True, True, False)) is False:
        chosen.pop("network")
    return Case(chosen, *judged, label=label or f"{len(judged.values)} values, test {judged.test}")


CHOOSE = Exercise(
    id="6a.3",
    title="Choose on earlier years",
    difficulty=2,
    minutes=7,
    reference=choose,
    also_right=(with_an_own_loop,),
    cases=lambda: (_case(Draw("choose"), "a series that changes its ways in the test part"),),
    space=_case,
    misconceptions=(
        forecasts_end_in_it,
        saw_the_test_part,
        chosen_on_the_test_part,
        one_seed_only,
        luckiest_seed,
        one_origin,
    ),
    hints=(
        "A forecast from origin `o` ends at `o + horizon`. Where does the test part begin?",
        "Keep the origins with `origin + horizon <= len(values) - test`. For each method, "
        "call `judging.judge(method, values, earlier, horizon)` and take the median of "
        "`judging.errors_of`.",
    ),
    returns=("the name", "the error"),
)
