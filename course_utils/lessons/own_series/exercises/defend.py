"""Exercise 6a.7: the whole method, in one function."""

import numpy as np

from course_utils import intervals, judging, series
from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.own_series.exercises.choose import choose
from course_utils.lessons.own_series.exercises.covered import covered
from course_utils.lessons.own_series.method_cases import METHODS, draw_judged


def defend(methods, baselines, values, test, horizon, origins, level) -> dict:
    """Choose, judge, and forecast beyond values (n,): give all that a verdict needs."""
    start = len(values) - test
    earlier = [origin for origin in origins if origin + horizon <= start]
    later = [origin for origin in origins if origin >= start]
    name, _ = choose(methods, values, test, horizon, origins)
    before = judging.judge(methods[name], values, earlier, horizon)
    after = judging.judge(methods[name], values, later, horizon)
    errors = before.actual - np.median(before.forecast, axis=0)
    low, high = intervals.interval(errors, np.median(after.forecast, axis=0), level)
    inside, total = covered(after.actual, low, high)
    naive = {
        other: float(np.median(judging.errors_of(judging.judge(method, values, later, horizon))))
        for other, method in baselines.items()
    }
    beyond = np.atleast_2d(methods[name](series.fill_gaps(values), horizon))
    low, high = intervals.interval(errors, np.median(beyond, axis=0), level)
    return {
        "method": name,
        "members": len(beyond),
        "error": float(np.median(judging.errors_of(after))),
        "baseline": min(naive, key=lambda other: naive[other]),
        "baseline error": min(naive.values()),
        "inside": inside,
        "total": total,
        "forecast": np.median(beyond, axis=0),
        "low": low,
        "high": high,
    }


def changed(part):
    """Make a wrong answer: the right one, with what ``part(given, right)`` puts in its place."""

    def answer(methods, baselines, values, test, horizon, origins, level):
        given = (methods, baselines, values, test, horizon, origins, level)
        right = defend(*given)
        return right | part(given, right)

    answer.__name__ = part.__name__
    return answer


def later_of(given):
    return [origin for origin in given[5] if origin >= len(given[2]) - given[3]]


def judged(given, name, origins, horizon=None):
    return judging.judge(given[0][name], given[2], origins, horizon or given[4])


@wrong("The choice saw the test part: this takes the method that is best on the later origins.")
def choice_saw_the_test_part(methods, baselines, values, test, horizon, origins, level):
    later = [origin for origin in origins if origin >= len(values) - test]
    scores = {
        name: float(np.median(judging.errors_of(judging.judge(method, values, later, horizon))))
        for name, method in methods.items()
    }
    best = min(scores, key=scores.get)
    return defend({best: methods[best]}, baselines, values, test, horizon, origins, level)


@wrong("The baseline is missing: the method is compared with itself.")
@changed
def baseline_missing(given, right):
    return {"baseline": right["method"], "baseline error": right["error"]}


@wrong("The easiest baseline isn't the one to beat. Take the best one.")
@changed
def easiest_baseline(given, right):
    names = {
        name: float(
            np.median(judging.errors_of(judging.judge(m, given[2], later_of(given), given[4])))
        )
        for name, m in given[1].items()
    }
    return {"baseline": max(names, key=names.get), "baseline error": max(names.values())}


@wrong("This is one seed only: the error and the forecast are those of the first member.")
@changed
def one_seed_only(given, right):
    name = right["method"]
    first = np.atleast_2d(given[0][name](series.fill_gaps(given[2]), given[4]))[0]
    return {
        "members": 1,
        "error": float(judging.errors_of(judged(given, name, later_of(given)))[0]),
        "forecast": first,
        "low": right["low"] + first - right["forecast"],
        "high": right["high"] + first - right["forecast"],
    }


@wrong("The interval was never counted: that's what its label promises, not what it contains.")
@changed
def interval_never_counted(given, right):
    return {"inside": round(given[6] * right["total"])}


@wrong("The interval was counted on the origins that made it. Count it where it had no say.")
@changed
def counted_where_it_was_made(given, right):
    start = len(given[2]) - given[3]
    before = judged(given, right["method"], [o for o in given[5] if o + given[4] <= start])
    middle = np.median(before.forecast, axis=0)
    low, high = intervals.interval(before.actual - middle, middle, given[6])
    inside, total = covered(before.actual, low, high)
    return {"inside": inside, "total": total}


@wrong(
    "The horizon is judged on nothing: only the first step ahead was judged, and all are claimed."
)
@changed
def horizon_judged_on_nothing(given, right):
    after = judged(given, right["method"], later_of(given), 1)
    return {"error": float(np.median(judging.errors_of(after)))}


@wrong(
    "The forecast begins at the last origin, which is in the past. It must go beyond the last row."
)
@changed
def forecast_of_the_past(given, right):
    said = np.median(judged(given, right["method"], later_of(given)[-1:]).forecast[:, 0], axis=0)
    reach = (right["high"] - right["low"]) / 2
    return {"forecast": said, "low": said - reach, "high": said + reach}


def _case(draw: Draw, label: str = "") -> Case:
    values, test, horizon, origins = draw_judged(draw)
    names = ["network", *draw.rng.permutation([name for name in METHODS if name != "network"])]
    methods = {str(name): METHODS[str(name)] for name in names[: draw.one_of("methods", (4, 1, 3))]}
    baselines = {name: METHODS[name] for name in ("last value", "mean", "last four")}
    level = draw.one_of("level", (0.8, 0.6, 0.5))
    return Case(
        *(methods, baselines, values, test, horizon, origins, level),
        label=label or f"{len(values)} values, horizon {horizon}, level {level}",
    )


DEFEND = Exercise(
    id="6a.7",
    title="The whole method, in one function",
    difficulty=3,
    minutes=10,
    reference=defend,
    also_right=(lambda *given: dict(sorted(defend(*given).items())),),
    cases=lambda: (_case(Draw("defend"), "a series that changes its ways in the test part"),),
    space=_case,
    misconceptions=(
        choice_saw_the_test_part,
        baseline_missing,
        easiest_baseline,
        one_seed_only,
        interval_never_counted,
        counted_where_it_was_made,
        horizon_judged_on_nothing,
        forecast_of_the_past,
    ),
    hints=(
        "Take five steps: split the origins; call `choose`; judge before and after; make "
        "`intervals.interval` from the errors before and count with `covered` on what came "
        "after; forecast from the last row.",
        "`judging.judge(...)` has `.actual` (origins, horizon) and `.forecast` (members, "
        "origins, horizon). The median over axis 0 is the forecast. Beyond the last row, call "
        "`methods[name](series.fill_gaps(values), horizon)`.",
    ),
)
