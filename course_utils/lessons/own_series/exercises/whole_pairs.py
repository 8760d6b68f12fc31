"""Exercise 6a.1: pairs that no gap touches."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def whole_pairs(values: np.ndarray, window: int, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """Cut values (n,) into inputs (pairs, window) and targets (pairs, horizon), none with NaN."""
    pieces = np.lib.stride_tricks.sliding_window_view(values, window + horizon)
    whole = pieces[~np.isnan(pieces).any(axis=1)]
    return whole[:, :window].copy(), whole[:, window:].copy()


def one_by_one(values, window, horizon):
    inputs, targets = [], []
    for start in range(len(values) - window - horizon + 1):
        seen, next_ones = np.split(values[start : start + window + horizon], [window])
        if np.isfinite(seen).all() and np.isfinite(next_ones).all():
            inputs.append(seen)
            targets.append(next_ones)
    return np.array(inputs).reshape(-1, window), np.array(targets).reshape(-1, horizon)


def pairs_of(values, window, horizon):
    pieces = np.lib.stride_tricks.sliding_window_view(values, window + horizon)
    return pieces[:, :window].copy(), pieces[:, window:].copy()


@wrong("The gaps were thrown out first, so some windows reach across a gap as if it weren't there.")
def bridges_the_gap(values, window, horizon):
    left = values[~np.isnan(values)]
    return whole_pairs(left, window, horizon)


@wrong("A gap became 0 here, so the network would learn a crash that never happened.")
def zero_for_missing(values, window, horizon):
    return pairs_of(np.nan_to_num(values), window, horizon)


@wrong("You only looked at the inputs. Some targets are NaN, and so the loss becomes NaN.")
def targets_with_gaps(values, window, horizon):
    inputs, targets = pairs_of(values, window, horizon)
    whole = ~np.isnan(inputs).any(axis=1)
    return inputs[whole], targets[whole]


@wrong("You only looked at the targets. Some inputs are NaN, and so is what the network says.")
def inputs_with_gaps(values, window, horizon):
    inputs, targets = pairs_of(values, window, horizon)
    whole = ~np.isnan(targets).any(axis=1)
    return inputs[whole], targets[whole]


@wrong("Every pair is kept, even with a gap in it, and one NaN makes every weight NaN.")
def gaps_and_all(values, window, horizon):
    return pairs_of(values, window, horizon)


def _space(draw: Draw) -> Case:
    window, horizon = draw.size("window"), draw.one_of("horizon", (1, 2, 3))
    # A long stretch in the middle stays whole, so that there is always a pair.
    rows = 3 * (window + horizon) + draw.whole(2, 9)
    values = draw.array(rows, kind="normal") + 5
    gaps = draw.one_of("gaps", ("inside", "none", "early and late"))
    places = {"inside": [window // 2 + 1], "early and late": [0, rows - 1]}.get(gaps, [])
    values[places] = np.nan
    return Case(values, window=window, horizon=horizon)


PAIRS = Exercise(
    id="6a.1",
    title="Pairs that no gap touches",
    difficulty=2,
    minutes=5,
    reference=whole_pairs,
    also_right=(one_by_one,),
    cases=lambda: (
        Case(
            np.array([1.0, 2, np.nan, 4, 5, 6, 7, np.nan, 9, 10, 11]),
            window=2,
            horizon=1,
            label="eleven values with two gaps, window 2",
        ),
        Case(np.arange(8.0), window=3, horizon=2, label="no gap"),
    ),
    space=_space,
    fresh=True,
    misconceptions=(
        bridges_the_gap,
        zero_for_missing,
        targets_with_gaps,
        inputs_with_gaps,
        gaps_and_all,
    ),
    hints=(
        "Cut first, and look for gaps in the pieces afterwards. What would happen if you cut last?",
        "`np.lib.stride_tricks.sliding_window_view(values, window + horizon)` gives all "
        "pieces, one per row. `np.isnan(pieces).any(axis=1)` finds those with a gap.",
    ),
    returns=("inputs", "targets"),
)
