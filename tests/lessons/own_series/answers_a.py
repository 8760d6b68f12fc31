"""Further answers to lesson 06a: wrong ones, and right ones in unusual style."""

import math
from fractions import Fraction

import numpy as np
import torch

from course_utils import intervals, judging, series
from course_utils.lessons.own_series.exercises.choose import choose, score_all, smallest, split
from course_utils.lessons.own_series.exercises.covered import covered
from course_utils.lessons.own_series.exercises.defend import changed, defend, judged, later_of
from course_utils.lessons.own_series.exercises.interval import around, interval
from course_utils.lessons.own_series.exercises.quiz_a import (
    counted_for_a_weighted_sum,
    mean_of_two,
    whole_pair_count,
)
from course_utils.lessons.own_series.exercises.scale_columns import scale_columns
from course_utils.lessons.own_series.exercises.undo_all import undo_all
from course_utils.lessons.own_series.exercises.whole_pairs import pairs_of, whole_pairs

# ---- 6a.2: a scaler for each column


def by(mean, spread, *parts):
    return tuple((part - mean) / spread for part in parts)


def with_n_minus_1(train, test):
    return by(train.mean(axis=0), train.std(axis=0, ddof=1), train, test)


def between_0_and_1(train, test):
    return by(train.min(axis=0), np.ptp(train, axis=0), train, test)


def between_minus_1_and_1(train, test):
    low, width = train.min(axis=0), np.ptp(train, axis=0)
    return tuple(2 * (part - low) / width - 1 for part in (train, test))


def by_the_median(train, test):
    return by(np.median(train, axis=0), train.std(axis=0), train, test)


def by_the_variance(train, test):
    return by(train.mean(axis=0), train.var(axis=0), train, test)


def by_the_largest(train, test):
    return by(0.0, abs(train).max(axis=0), train, test)


def spread_of_all(train, test):
    return by(train.mean(axis=0), train.std(), train, test)


def mean_of_all(train, test):
    return by(train.mean(), train.std(axis=0), train, test)


def mean_of_both(train, test):
    return by(np.concatenate([train, test]).mean(axis=0), train.std(axis=0), train, test)


def spread_of_both(train, test):
    return by(train.mean(axis=0), np.concatenate([train, test]).std(axis=0), train, test)


def fitted_on_the_test(train, test):
    return by(test.mean(axis=0), test.std(axis=0) + 1e-9, train, test)


def first_column_for_all(train, test):
    return by(train[:, :1].mean(axis=0), train[:, :1].std(axis=0), train, test + 1)


def only_train(train, test):
    return scale_columns(train, test)[0], test


def only_test(train, test):
    return train, scale_columns(train, test)[1]


def exchanged(train, test):
    return scale_columns(train, test)[::-1]


def joined(train, test):
    return np.concatenate(scale_columns(train, test))


def turned(train, test):
    return tuple(part.T for part in scale_columns(train, test))


def clipped(train, test):
    return tuple(np.clip(part, -1.5, 1.5) for part in scale_columns(train, test))


def divided_first(train, test):
    return tuple(part / train.std(axis=0) - train.mean(axis=0) for part in (train, test))


def in_place(train, test):
    mean, spread = train.mean(axis=0), train.std(axis=0)
    for part in (train, test):
        part -= mean
        part /= spread
    return train, test


def by_torch(train, test):
    rows = torch.from_numpy(train)
    mean, spread = rows.mean(dim=0), rows.std(dim=0, correction=0)
    return tuple(((torch.from_numpy(part) - mean) / spread).numpy() for part in (train, test))


def by_scikit_learn(train, test):
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(train)
    return scaler.transform(train), scaler.transform(test)


def by_squares(train, test):
    mean = np.sum(train, 0) / len(train)
    spread = np.sqrt(np.mean(train**2 - 2 * train * mean + mean**2, axis=0))
    return [(part - mean) / spread for part in (train, test)]


# ---- 6a.1: pairs that no gap touches


def one_more_pair(values, window, horizon):
    inputs, targets = whole_pairs(values, window, horizon)
    return np.concatenate([inputs, inputs[-1:]]), np.concatenate([targets, targets[-1:]])


def last_pair_lost(values, window, horizon):
    return tuple(part[:-1] for part in whole_pairs(values, window, horizon))


def first_pair_lost(values, window, horizon):
    return tuple(part[1:] for part in whole_pairs(values, window, horizon))


def side_by_side(values, window, horizon):
    inputs, targets = pairs_of(values, window, horizon)
    inputs, targets = (part[:: window + horizon] for part in (inputs, targets))
    whole = ~(np.isnan(inputs).any(axis=1) | np.isnan(targets).any(axis=1))
    return inputs[whole], targets[whole]


def filled_forward(values, window, horizon):
    return pairs_of(
        series.fill_gaps(np.where(np.arange(len(values)), values, 0.0)), window, horizon
    )


def filled_by_the_mean(values, window, horizon):
    return pairs_of(np.where(np.isnan(values), np.nanmean(values), values), window, horizon)


def only_whole_gaps_left_out(values, window, horizon):
    pieces = np.lib.stride_tricks.sliding_window_view(values, window + horizon)
    kept = pieces[~np.isnan(pieces).all(axis=1)].copy()
    return kept[:, :window], kept[:, window:]


def gap_at_the_end_only(values, window, horizon):
    pieces = np.lib.stride_tricks.sliding_window_view(values, window + horizon)
    kept = pieces[~np.isnan(pieces[:, -1])].copy()
    return kept[:, :window], kept[:, window:]


def targets_overlap(values, window, horizon):
    pieces = np.lib.stride_tricks.sliding_window_view(values, window + horizon)
    kept = pieces[~np.isnan(pieces).any(axis=1)].copy()
    return kept[:, :window], kept[:, window - 1 : -1]


def backwards(values, window, horizon):
    return tuple(part[::-1].copy() for part in whole_pairs(values, window, horizon))


def windows_turned(values, window, horizon):
    inputs, targets = whole_pairs(values, window, horizon)
    return inputs[:, ::-1].copy(), targets


def in_other_order(values, window, horizon):
    return whole_pairs(values, window, horizon)[::-1]


def only_inputs(values, window, horizon):
    return whole_pairs(values, window, horizon)[0]


def with_an_axis(values, window, horizon):
    inputs, targets = whole_pairs(values, window, horizon)
    return inputs[:, :, None], targets


def up_to_the_first_gap(values, window, horizon):
    return whole_pairs(values[: int(np.argmax(np.isnan(values))) or len(values)], window, horizon)


def after_the_last_gap(values, window, horizon):
    gaps = np.flatnonzero(np.isnan(values))
    return whole_pairs(values[gaps[-1] + 1 :] if len(gaps) else values[1:], window, horizon)


def views_of_the_values(values, window, horizon):
    pieces = np.lib.stride_tricks.sliding_window_view(values, window + horizon)
    return pieces[:, :window], pieces[:, window:]


def horizon_1(values, window, horizon):
    return tuple(part + 0 for part in whole_pairs(values, window, 1))


def rounded(values, window, horizon):
    return tuple(part.round(1) for part in whole_pairs(values, window, horizon))


def by_the_sum(values, window, horizon):
    size = window + horizon
    starts = [n for n in range(len(values) - size + 1) if not math.isnan(sum(values[n : n + size]))]
    places = np.array(starts)[:, None] + np.arange(size)
    return values[places[:, :window]], values[places[:, window:]]


def by_torch_unfold(values, window, horizon):
    pieces = torch.from_numpy(values).unfold(0, window + horizon, 1)
    kept = pieces[torch.isfinite(pieces).all(dim=1)].numpy()
    return kept[:, :window].copy(), kept[:, window:].copy()


def by_counting_gaps(values, window, horizon):
    gaps = np.concatenate([[0], np.cumsum(np.isnan(values))])
    starts = np.flatnonzero(gaps[window + horizon :] == gaps[: -(window + horizon)])
    inputs = np.array([values[n : n + window] for n in starts])
    return inputs, np.array([values[n + window : n + window + horizon] for n in starts])


# ---- 6a.3: choose on earlier years


def early_of(values, test, horizon, origins):
    return split(values, test, horizon, origins)[0]


def the_worst(methods, values, test, horizon, origins):
    errors = score_all(methods, values, horizon, early_of(values, test, horizon, origins))
    worst = max(errors, key=errors.get)
    return worst, errors[worst]


def only_the_name(methods, values, test, horizon, origins):
    return choose(methods, values, test, horizon, origins)[0]


def only_the_error(methods, values, test, horizon, origins):
    return choose(methods, values, test, horizon, origins)[1]


def the_other_way_round(methods, values, test, horizon, origins):
    return choose(methods, values, test, horizon, origins)[::-1]


def error_on_the_test_part(methods, values, test, horizon, origins):
    name, _ = choose(methods, values, test, horizon, origins)
    later = split(values, test, horizon, origins)[1]
    return name, score_all({name: methods[name]}, values, horizon, later)[name]


def unluckiest_seed(methods, values, test, horizon, origins):
    early = early_of(values, test, horizon, origins)
    return smallest(score_all(methods, values, horizon, early, np.max))


def first_method(methods, values, test, horizon, origins):
    name = next(iter(methods))
    return choose({name: methods[name]}, values, test, horizon, origins)


def last_method(methods, values, test, horizon, origins):
    name = list(methods)[-1]
    return choose({name: methods[name]}, values, test, horizon, origins)


def one_step_ahead(methods, values, test, horizon, origins):
    return choose(methods, values, test, 1, [origin + horizon - 1 for origin in origins])


def first_origin_lost(methods, values, test, horizon, origins):
    early = early_of(values, test, horizon, origins)
    return smallest(score_all(methods, values, horizon, early[1:]))


def one_origin_too_few(methods, values, test, horizon, origins):
    early = [o for o in origins if o + horizon < len(values) - test]
    return smallest(score_all(methods, values, horizon, early[:-1] or early))


def best_single_forecast(methods, values, test, horizon, origins):
    early = early_of(values, test, horizon, origins)
    found = []
    for name, method in methods.items():
        for origin in early:
            found.append((score_all({name: method}, values, horizon, [origin])[name], name))
    error, name = min(found)
    return name, error


def mean_over_members(methods, values, test, horizon, origins):
    early = early_of(values, test, horizon, origins)
    return smallest(score_all(methods, values, horizon, early, lambda m: np.mean(m) + np.std(m)))


def squared(methods, values, test, horizon, origins):
    name, error = choose(methods, values, test, horizon, origins)
    return name, error**2


def test_of_one_value(methods, values, test, horizon, origins):
    return choose(methods, values, 1, horizon, origins)


def with_sorted(methods, values, test, horizon, origins):
    early = early_of(values, test, horizon, origins)
    errors = score_all(methods, values, horizon, early)
    return sorted(errors.items(), key=lambda item: item[1])[0]


def on_a_cut_series(methods, values, test, horizon, origins):
    known = values[: len(values) - test]
    fits = list(filter(lambda origin: origin <= len(known) - horizon, origins))
    return smallest(score_all(methods, known, horizon, fits))


def by_a_frame(methods, values, test, horizon, origins):
    import pandas as pd

    early = [o for o in origins if len(values) - test - o >= horizon]
    table = pd.Series(score_all(methods, values, horizon, early))
    return str(table.idxmin()), float(table.min())


# ---- 6a.4: undo everything


def undone(changes, past, season):
    return undo_all(changes, 0.0, 1.0, past, season)


def divided_by_the_spread(said, mean, spread, past, season):
    return undone(said / spread + mean, past, season)


def mean_first(said, mean, spread, past, season):
    return undone((said + mean) * spread, past, season)


def mean_taken_off(said, mean, spread, past, season):
    return undone(said * spread - mean, past, season)


def changes_taken_off(said, mean, spread, past, season):
    return undone(-(said * spread + mean), past, season)


def from_the_first_season(said, mean, spread, past, season):
    return past[:season][np.arange(len(said)) % season] + said * spread + mean + 1


def one_row_off(said, mean, spread, past, season):
    return undone(said * spread + mean, np.roll(past, 1), season)


def season_and_one(said, mean, spread, past, season):
    return undone(said * spread + mean, np.append(past[:1] - 1, past), season + 1)


def multiplied(said, mean, spread, past, season):
    return past[-season:][np.arange(len(said)) % season] * (said * spread + mean)


def exponential(said, mean, spread, past, season):
    return undone(np.exp(said * spread + mean), past, season)


def last_season_alone(said, mean, spread, past, season):
    return past[-season:][np.arange(len(said)) % season] + 0.0


def with_the_past(said, mean, spread, past, season):
    return np.append(past, undo_all(said, mean, spread, past, season))


def only_the_last(said, mean, spread, past, season):
    return undo_all(said, mean, spread, past, season)[-1:] + 1


def only_one_season(said, mean, spread, past, season):
    return undo_all(said, mean, spread, past, season)[: max(1, season // 2)]


def mean_twice(said, mean, spread, past, season):
    return undone(said * spread + 2 * mean, past, season)


def cut_at_nought(said, mean, spread, past, season):
    return np.maximum(undo_all(said, mean, spread, past, season), 0) + abs(mean)


def in_reverse(said, mean, spread, past, season):
    return undo_all(said, mean, spread, past, season)[::-1] + 1


def by_recursion(said, mean, spread, past, season):
    def level(step):
        if step < 0:
            return past[len(past) + step]
        return level(step - season) + said[step] * spread + mean

    return np.array([level(step) for step in range(len(said))])


def by_the_helper(said, mean, spread, past, season):
    return series.Difference(season).undo(spread * said + mean, past)


def by_sums_over_seasons(said, mean, spread, past, season):
    changes, places = mean + spread * said, np.arange(len(said))
    sums = [changes[place % season : place + 1 : season].sum() for place in places]
    return past[len(past) - season + places % season] + sums


# ---- 6a.5: an interval from earlier errors


def place_of(errors, level):
    return math.ceil((len(errors) + 1) * level)


def sizes(errors):
    return np.sort(np.abs(errors), axis=0)


def half_as_wide(errors, forecast, level):
    return around(forecast, sizes(errors)[place_of(errors, level) - 1] / 2)


def one_place_too_far(errors, forecast, level):
    reach = sizes(errors)[min(place_of(errors, level), len(errors) - 1)]
    return around(forecast, reach + 0.01)


def one_place_too_near(errors, forecast, level):
    return around(forecast, sizes(errors)[place_of(errors, level) - 2] - 0.01)


def level_left_outside(errors, forecast, level):
    return around(forecast, sizes(errors)[max(0, place_of(errors, 1 - level) - 1)] / 1.5)


def from_the_largest_down(errors, forecast, level):
    return around(forecast, sizes(errors)[::-1][place_of(errors, level) - 1] - 0.5)


def quantile_of_signed(errors, forecast, level):
    low, high = np.quantile(errors, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return forecast + low, forecast + high


def interpolated(errors, forecast, level):
    return around(forecast, np.quantile(np.abs(errors), level, axis=0) * 1.01)


def mean_size(errors, forecast, level):
    return around(forecast, np.abs(errors).mean(axis=0))


def root_mean_square(errors, forecast, level):
    return around(forecast, np.sqrt((errors**2).mean(axis=0)))


def two_spreads(errors, forecast, level):
    return around(forecast, 2 * errors.std(axis=0))


def ends_exchanged(errors, forecast, level):
    return interval(errors, forecast, level)[::-1]


def only_the_reach(errors, forecast, level):
    return sizes(errors)[place_of(errors, level) - 1]


def only_up(errors, forecast, level):
    return forecast, interval(errors, forecast, level)[1]


def around_nought(errors, forecast, level):
    return interval(errors, np.zeros_like(forecast) - 1, level)


def moved_by_the_mean_error(errors, forecast, level):
    return interval(errors, forecast + errors.mean(axis=0) + 0.1, level)


def last_error(errors, forecast, level):
    return around(forecast, np.abs(errors[-1]) + 0.01)


def always_80(errors, forecast, level):
    return around(forecast, sizes(errors)[place_of(errors, 0.8) - 1] * (1 + (level == 0.8)))


def in_one_array(errors, forecast, level):
    return np.stack(interval(errors, forecast, level))


def errors_squared(errors, forecast, level):
    return around(forecast, sizes(errors**2)[place_of(errors, level) - 1])


def with_fractions(errors, forecast, level):
    place = math.ceil(Fraction(level).limit_denominator(1000) * (len(errors) + 1))
    reach = [sorted(abs(error) for error in column)[place - 1] for column in errors.T]
    return forecast - np.array(reach), forecast + np.array(reach)


def by_the_shared_helper(errors, forecast, level):
    return intervals.interval(errors, forecast, level)


def by_torch_sort(errors, forecast, level):
    reach = torch.from_numpy(np.abs(errors)).sort(dim=0)[0][place_of(errors, level) - 1]
    return forecast - reach.numpy(), forecast + reach.numpy()


# ---- 6a.6: count what it contains


def measured(actual):
    return ~np.isnan(actual)


def only_inside(actual, low, high):
    return covered(actual, low, high)[0]


def a_share(actual, low, high):
    inside, total = covered(actual, low, high)
    return inside / total, total


def exchanged_counts(actual, low, high):
    inside, total = covered(actual, low, high)
    return total + 1, inside


def outside(actual, low, high):
    inside, total = covered(actual, low, high)
    return total - inside - (total == 2 * inside), total


def ends_exchanged_here(actual, low, high):
    return covered(actual, high, low)


def either_end(actual, low, high):
    return int((measured(actual) & ((low <= actual) | (actual <= high))).sum()), actual.size


def low_left_out(actual, low, high):
    return int(((low < actual) & (actual <= high)).sum()), int(measured(actual).sum())


def all_inside(actual, low, high):
    total = int(measured(actual).sum())
    return total, total


def none_inside(actual, low, high):
    return 0, int(measured(actual).sum())


def eight_of_ten(actual, low, high):
    total = int(measured(actual).sum())
    return round(0.8 * total), total


def total_with_missing(actual, low, high):
    return covered(actual, low, high)[0], actual.size + 1 - int(np.isnan(actual).any())


def rows_counted(actual, low, high):
    inside, _ = covered(actual, low, high)
    return inside, len(actual) + (actual.ndim == 1)


def about_the_middle(actual, low, high):
    near = abs(actual - (low + high) / 2) < (high - low) / 4
    return int(near.sum()), int(measured(actual).sum())


def inside_twice(actual, low, high):
    inside, total = covered(actual, low, high)
    return 2 * inside, total


def nan_as_nought(actual, low, high):
    filled = np.nan_to_num(actual)
    return int(((low <= filled) & (filled <= high)).sum()), actual.size


def by_widths(actual, low, high):
    return int((high - low > 1).sum()), int(measured(actual).sum())


def one_too_many(actual, low, high):
    inside, total = covered(actual, low, high)
    return inside + 1, total


def the_first_row(actual, low, high):
    inside, total = covered(
        np.atleast_2d(actual)[:1], np.atleast_2d(low)[:1], np.atleast_2d(high)[:1]
    )
    return inside, total + (actual.shape[0] == 1 or actual.ndim == 1)


def by_comparing_lists(actual, low, high):
    known = [
        bottom <= value <= top
        for value, bottom, top in zip(actual.flat, low.flat, high.flat, strict=True)
        if not math.isnan(value)
    ]
    return sum(known), len(known)


def by_masking(actual, low, high):
    keep = np.isfinite(actual)
    value, bottom, top = actual[keep], low[keep], high[keep]
    return np.count_nonzero((value >= bottom) & (value <= top)), value.size


def by_clipping(actual, low, high):
    keep = np.isfinite(actual)
    return int((np.clip(actual, low, high) == actual)[keep].sum()), int(keep.sum())


# ---- 6a.7: the whole method


@changed
def two_members(given, right):
    return {"members": right["members"] + 1}


@changed
def baseline_of_another_name(given, right):
    return {"baseline": "some baseline"}


@changed
def baseline_never_judged(given, right):
    return {"baseline error": right["baseline error"] * 1.2}


@changed
def error_of_the_choice(given, right):
    return {"error": choose(given[0], *given[2:6])[1] + 1e-3}


@changed
def luckiest_member(given, right):
    lucky = judging.errors_of(judged(given, right["method"], later_of(given))).min()
    return {"error": float(lucky) - 1e-3}


@changed
def all_inside_claimed(given, right):
    return {"inside": right["total"] - (right["inside"] == right["total"])}


@changed
def nothing_inside(given, right):
    return {"inside": -1}


@changed
def counted_with_missing(given, right):
    return {"total": right["total"] + 1}


@changed
def half_an_interval(given, right):
    return {"low": right["forecast"]}


@changed
def ends_of_the_interval_exchanged(given, right):
    return {"low": right["high"], "high": right["low"] - 1}


@changed
def standardised_forecast(given, right):
    spread = np.nanstd(given[2])
    return {"forecast": (right["forecast"] - np.nanmean(given[2])) / spread}


@changed
def one_row_beyond(given, right):
    return {key: right[key][:1] + 1 for key in ("forecast", "low", "high")}


@changed
def horizon_of_the_forecast_doubled(given, right):
    return {"forecast": np.repeat(right["forecast"], 2)}


@changed
def total_by_origins(given, right):
    return {"total": len(later_of(given)) * (1 + (given[4] == 1))}


@changed
def interval_of_nothing(given, right):
    return {"low": right["forecast"], "high": right["forecast"]}


@changed
def the_mean_of_members(given, right):
    return {"forecast": right["forecast"] + 0.01}


def only_the_forecast(*given):
    return defend(*given)["forecast"]


def without_a_baseline(*given):
    right = defend(*given)
    return {key: right[key] for key in right if "baseline" not in key}


def without_an_interval(*given):
    return {key: value for key, value in defend(*given).items() if key not in ("low", "high")}


def without_a_count(*given):
    return {key: value for key, value in defend(*given).items() if key not in ("inside", "total")}


def no_method_named(*given):
    return defend(*given) | {"method": "the best one"}


def in_pieces(*given):
    right = defend(*given)
    first = {key: right[key] for key in ("method", "members", "error")}
    return {**{key: right[key] for key in right if key not in first}, **first}


def with_numpy_numbers(*given):
    right = defend(*given)
    return right | {"error": np.float64(right["error"]), "inside": np.int64(right["inside"])}


WRONG = {
    "6a.1": (
        *(one_more_pair, last_pair_lost, first_pair_lost, side_by_side, filled_forward),
        *(filled_by_the_mean, only_whole_gaps_left_out, gap_at_the_end_only, targets_overlap),
        *(backwards, windows_turned, in_other_order, only_inputs, with_an_axis),
        *(up_to_the_first_gap, after_the_last_gap, views_of_the_values, horizon_1, rounded),
    ),
    "6a.2": (
        *(with_n_minus_1, between_0_and_1, between_minus_1_and_1, by_the_median, by_the_variance),
        *(by_the_largest, spread_of_all, mean_of_all, mean_of_both, spread_of_both),
        *(fitted_on_the_test, first_column_for_all, only_train, only_test, exchanged, joined),
        *(turned, clipped, divided_first, in_place),
    ),
    "6a.3": (
        *(the_worst, only_the_name, only_the_error, the_other_way_round, error_on_the_test_part),
        *(unluckiest_seed, first_method, last_method, one_step_ahead),
        *(first_origin_lost, one_origin_too_few, best_single_forecast, mean_over_members),
        *(squared, test_of_one_value),
    ),
    "6a.4": (
        *(divided_by_the_spread, mean_first, mean_taken_off, changes_taken_off),
        *(from_the_first_season, one_row_off, season_and_one, multiplied, exponential),
        *(last_season_alone, with_the_past, only_the_last, only_one_season, mean_twice),
        *(cut_at_nought, in_reverse),
    ),
    "6a.5": (
        *(half_as_wide, one_place_too_far, one_place_too_near, level_left_outside),
        *(from_the_largest_down, quantile_of_signed, interpolated, mean_size, root_mean_square),
        *(two_spreads, ends_exchanged, only_the_reach, only_up, around_nought),
        *(moved_by_the_mean_error, last_error, always_80, errors_squared, in_one_array),
    ),
    "6a.6": (
        *(only_inside, a_share, exchanged_counts, outside, ends_exchanged_here, either_end),
        *(low_left_out, all_inside, none_inside, eight_of_ten, total_with_missing, rows_counted),
        *(about_the_middle, inside_twice, nan_as_nought, by_widths, one_too_many, the_first_row),
    ),
    "6a.7": (
        *(two_members, baseline_of_another_name, baseline_never_judged, error_of_the_choice),
        *(luckiest_member, all_inside_claimed, nothing_inside, counted_with_missing),
        *(half_an_interval, ends_of_the_interval_exchanged, standardised_forecast),
        *(one_row_beyond, horizon_of_the_forecast_doubled, total_by_origins, interval_of_nothing),
        *(the_mean_of_members, only_the_forecast, without_a_baseline, without_an_interval),
        *(without_a_count, no_method_named),
    ),
}
RIGHT = {
    "6a.1": (by_the_sum, by_torch_unfold, by_counting_gaps),
    "6a.2": (by_torch, by_scikit_learn, by_squares),
    "6a.3": (with_sorted, on_a_cut_series, by_a_frame),
    "6a.4": (by_recursion, by_the_helper, by_sums_over_seasons),
    "6a.5": (with_fractions, by_the_shared_helper, by_torch_sort),
    "6a.6": (by_comparing_lists, by_masking, by_clipping),
    "6a.7": (in_pieces, with_numpy_numbers),
}
PAIRS, INSIDE, ERROR = whole_pair_count(), counted_for_a_weighted_sum(), mean_of_two()
NEAR_MISSES = {
    "6a.Q1": (PAIRS - 1, PAIRS + 1, PAIRS + 0.5, -PAIRS, 0),
    "6a.Q2": (INSIDE - 1, INSIDE + 1, INSIDE / 132, 132, INSIDE + 0.1),
    "6a.Q3": (ERROR + 0.1, ERROR - 0.1, ERROR**2, -ERROR, ERROR / 10),
}
TYPES = {
    "6a.Q1": (float(PAIRS), np.int64(PAIRS), torch.tensor(PAIRS), Fraction(PAIRS)),
    "6a.Q2": (float(INSIDE), np.int32(INSIDE), torch.tensor([INSIDE])),
    "6a.Q3": (np.float32(ERROR), torch.tensor(ERROR), round(ERROR, 1)),
}
