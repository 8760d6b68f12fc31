"""Small forecasts, right and faulty, that `diagnose.forecast` must tell apart.

Each program makes what a user would hand in, from a generator of random numbers.
"""

import numpy as np
import torch

from tests.diagnose.drawn import DrawnPrograms

PAST, AHEAD, YEAR = 144, 48, 12

PROGRAMS = DrawnPrograms()
faulty, right = PROGRAMS.faulty, PROGRAMS.right


# what they share ---------------------------------------------------------------------------


def signal(samples=PAST + AHEAD, growth=0.1):
    """Give a season on a slow growth: what can be foretold."""
    t = np.arange(samples)
    return 100 + 20 * np.sin(2 * np.pi * t / YEAR) + growth * t


def season(random, samples=PAST + AHEAD):
    """Add noise to it."""
    return signal(samples) + 2 * random.normal(size=samples)


def walk(random, samples=PAST + AHEAD):
    """Make a random walk."""
    return np.cumsum(random.normal(size=samples)) + 50


def memory(random, keep, samples=PAST + AHEAD):
    """Make an autoregression of order one."""
    made = random.normal(size=samples)
    for t in range(1, samples):
        made[t] += keep * made[t - 1]
    return made


def good(random):
    """Forecast the season nearly as well as it can be."""
    return signal()[PAST:] + 0.6 * random.normal(size=AHEAD)


def hand(values, made, **more):
    """Put together what is handed over, in 32 bits."""
    told = {"actual": values[PAST:], "forecast": made, "past": values[:PAST], **more}
    told = {
        name: torch.tensor(item).float() if isinstance(item, np.ndarray) else item
        for name, item in told.items()
    }
    return {"season": YEAR, **told}


def interval(random, low, high, level, noise=2.0, **more):
    """Hand over a good forecast with an interval round it, in standard errors."""
    values = signal() + noise * random.normal(size=PAST + AHEAD)
    made = signal()[PAST:]
    return hand(values, made, low=made + low * noise, high=made + high * noise, level=level, **more)


# faults of the public kind -----------------------------------------------------------------


@faulty("shifted")
def a_day_late(random):
    values = season(random)
    return hand(values, values[PAST - 1 : -1] + 0.2 * random.normal(size=AHEAD), mode="one_step")


@faulty("flat")
def the_mean_of_the_past(random):
    values = season(random)
    made = values[:PAST].mean() + 0.05 * random.normal(size=AHEAD)
    return hand(values, made, mode="multi_step")


@faulty("wrong_units")
def actual_values_left_scaled(random):
    values = season(random)
    told = hand(values, good(random), mode="one_step")
    low, high = told["past"].min(), told["past"].max()
    return {**told, "actual": (told["actual"] - low) / (high - low)}


@faulty("interval_coverage")
def a_tail_taken_for_the_level(random):
    return interval(random, -1.8, 1.8, 0.1, mode="one_step")


# fifteen more, and more --------------------------------------------------------------------


@faulty("shifted")
def a_damped_day_late(random):
    values = season(random)
    made = 0.95 * (values[PAST - 1 : -1] - 105) + 105 + random.normal(size=AHEAD)
    return hand(values, made, mode="one_step")


@faulty("shifted", "worse_than_naive")
def two_days_late_on_a_walk(random):
    values = walk(random)
    return hand(values, values[PAST - 2 : -2], mode="one_step")


@faulty("shifted")
def season_out_of_phase(random):
    values = season(random)
    return hand(values, np.resize(values[PAST - YEAR - 2 : PAST - 2], AHEAD), mode="multi_step")


@faulty("shifted")
def tomorrow_foretold(random):
    values = np.append(walk(random), 50)
    return hand(values[:-1], values[PAST + 1 :] + 0.01, mode="one_step")


@faulty("shifted", "worse_than_naive")
def last_value_of_noise(random):
    values = random.normal(size=PAST + AHEAD) + 5
    return hand(values, values[PAST - 1 : -1], mode="one_step")


@faulty("shifted")
def a_day_early(random):
    values = season(random)
    return hand(values, signal(PAST + AHEAD + 1)[PAST + 1 :], mode="multi_step")


@faulty("shifted")
def mean_of_the_last_three(random):
    values = season(random)
    made = (values[PAST - 1 : -1] + values[PAST - 2 : -2] + values[PAST - 3 : -3]) / 3
    return hand(values, made, mode="one_step")


@faulty("flat")
def the_last_value_of_a_season(random):
    values = season(random)
    return hand(values, np.full(AHEAD, values[PAST - 1]), mode="multi_step")


@faulty("flat")
def recursion_that_dies_away(random):
    values = season(random)
    away = np.exp(-np.arange(AHEAD) / 5)
    made = (signal()[PAST:] - 105) * away + 105
    return hand(values, made, mode="multi_step")


@faulty("flat", "worse_than_naive")
def flat_one_step_ahead(random):
    values = season(random)
    return hand(values, np.full(AHEAD, values[:PAST].mean()), mode="one_step")


@faulty("wrong_units")
def forecast_left_scaled(random):
    values = season(random)
    past = values[:PAST]
    return hand(values, (good(random) - past.min()) / np.ptp(past), mode="one_step")


@faulty("wrong_units")
def forecast_left_standardised(random):
    values = season(random) - 105
    return hand(values, (good(random) - 105) / values[:PAST].std(), mode="one_step")


@faulty("wrong_units")
def logarithm_not_undone(random):
    values = season(random)
    return hand(values, np.log(good(random)), mode="multi_step")


@faulty("wrong_units")
def changes_not_added_up(random):
    values = season(random)
    return hand(values, np.diff(signal())[PAST - 1 :] + 0.1, mode="one_step")


@faulty("wrong_units")
def mean_not_added_back(random):
    values = season(random) + 400
    return hand(values, good(random) - 105, mode="one_step")


@faulty("wrong_units")
def thousands(random):
    values = 1000 * season(random)
    return hand(values, good(random), mode="one_step")


@faulty("wrong_units")
def walk_left_scaled(random):
    values = walk(random)
    past = values[:PAST]
    made = (values[PAST - 1 : -1] - past.min()) / np.ptp(past)
    return hand(values, made, mode="one_step")


@faulty("worse_than_naive")
def far_too_rough(random):
    values = season(random)
    return hand(values, signal()[PAST:] + 12 * random.normal(size=AHEAD), mode="one_step")


@faulty("worse_than_naive", "shifted", "flat")
def season_upside_down(random):
    values = season(random)
    return hand(values, 220 - signal()[PAST:], mode="multi_step")


@faulty("worse_than_naive")
def seasonal_on_a_walk(random):
    values = walk(random)
    return hand(values, values[PAST - YEAR : -YEAR], mode="one_step")


@faulty("interval_coverage")
def far_too_narrow(random):
    return interval(random, -0.3, 0.3, 0.9, mode="one_step")


@faulty("interval_coverage")
def borders_exchanged(random):
    return interval(random, 1.6, -1.6, 0.9, mode="one_step")


@faulty("interval_coverage")
def half_of_it_promised_nearly_all(random):
    return interval(random, -3, 3, 0.5, mode="one_step")


@faulty("interval_coverage")
def one_border_far_too_low(random):
    told = interval(random, -9, 0.2, 0.95, mode="one_step")
    told.pop("low")
    return told


@faulty("interval_coverage", "wrong_units")
def interval_left_scaled(random):
    told = interval(random, -1.6, 1.6, 0.9, mode="one_step")
    return {**told, "low": (told["low"] - 100) / 20, "high": (told["high"] - 100) / 20}


# right, of the public kind -----------------------------------------------------------------


@right
def last_value_of_a_walk(random):
    values = walk(random)
    return hand(values, values[PAST - 1 : -1], mode="one_step")


@right
def last_season_again(random):
    values = season(random)
    return hand(values, np.resize(values[PAST - YEAR : PAST], AHEAD), mode="multi_step")


# twenty more of unusual design -------------------------------------------------------------


@right
def nearly_perfect(random):
    return hand(season(random), good(random), mode="one_step")


@right
def season_exactly(random):
    return hand(signal(growth=0), signal(growth=0)[PAST:], mode="multi_step")


@right
def noisy_last_value_of_a_walk(random):
    values = walk(random)
    made = values[PAST - 1 : -1] + 0.2 * random.normal(size=AHEAD)
    return hand(values, made, mode="one_step")


@right
def last_value_of_a_walk_undeclared(random):
    values = walk(random)
    return hand(values, values[PAST - 1 : -1])


@right
def flat_on_a_walk(random):
    values = walk(random)
    return hand(values, np.full(AHEAD, values[PAST - 1]), mode="multi_step")


@right
def flat_on_noise(random):
    values = random.normal(size=PAST + AHEAD) + 5
    return hand(values, np.full(AHEAD, values[:PAST].mean()), mode="multi_step")


@right
def flat_on_noise_one_step(random):
    values = random.normal(size=PAST + AHEAD) + 5
    return hand(values, np.full(AHEAD, values[:PAST].mean()), mode="one_step")


@right
def drift_on_a_walk(random):
    values = walk(random)
    step = np.diff(values[:PAST]).mean()
    return hand(values, values[PAST - 1] + step * np.arange(1, AHEAD + 1), mode="multi_step")


@right
def smoothed_level(random):
    values = np.cumsum(0.3 * random.normal(size=PAST + AHEAD)) + random.normal(size=PAST + AHEAD)
    level, made = values[0], []
    for value in values:
        made.append(level)
        level += 0.3 * (value - level)
    return hand(values, np.array(made[PAST:]), mode="one_step")


@right
def autoregression_one_step(random):
    values = memory(random, 0.8)
    return hand(values, 0.8 * values[PAST - 1 : -1], mode="one_step")


@right
def last_value_of_a_long_memory(random):
    values = memory(random, 0.95)
    return hand(values, values[PAST - 1 : -1], mode="one_step")


@right
def autoregression_that_dies_away(random):
    values = memory(random, 0.9)
    return hand(values, values[PAST - 1] * 0.9 ** np.arange(1, AHEAD + 1), mode="multi_step")


@right
def last_season_one_step(random):
    values = season(random)
    return hand(values, values[PAST - YEAR : -YEAR], mode="one_step")


@right
def last_season_undeclared(random):
    values = season(random)
    return {**hand(values, values[PAST - YEAR : -YEAR], mode="one_step"), "season": None}


@right
def season_round_zero(random):
    values = season(random) - 105
    return hand(values, good(random) - 105, mode="one_step")


@right
def everything_in_logarithms(random):
    values = np.log(season(random))
    return hand(values, np.log(good(random)), mode="multi_step")


@right
def everything_scaled(random):
    values = season(random)
    low, high = values[:PAST].min(), values[:PAST].max()
    return hand((values - low) / (high - low), (good(random) - low) / (high - low), mode="one_step")


@right
def sudden_new_level(random):
    values = season(random)
    values[PAST + 4 :] += 150
    made = signal()[PAST:].copy()
    made[5:] += 150
    return hand(values, made, mode="one_step")


@right
def new_level_that_nobody_knew(random):
    values = walk(random)
    values[PAST:] += 60
    return hand(values, np.full(AHEAD, values[PAST - 1]), mode="multi_step")


@right
def nothing_changes(random):
    values = np.full(PAST + AHEAD, 5.0)
    return hand(values, np.full(AHEAD, 5.0), mode="multi_step")


@right
def nothing_changes_and_nearly_right(random):
    values = np.full(PAST + AHEAD, 5.0)
    return hand(values, np.full(AHEAD, 5.01), mode="multi_step")


@right
def rate_of_rare_sales(random):
    values = random.poisson(0.3, PAST + AHEAD).astype(float)
    return hand(values, np.full(AHEAD, values[:PAST].mean()), mode="multi_step")


@right
def rare_sales_called_zero(random):
    values = random.poisson(0.1, PAST + AHEAD).astype(float)
    return hand(values, np.zeros(AHEAD), mode="one_step")


@right
def heavy_tails(random):
    values = np.cumsum(random.standard_t(2, PAST + AHEAD))
    return hand(values, values[PAST - 1 : -1], mode="one_step")


@right
def growing_swings(random):
    values = np.exp(signal() / 50 + 0.02 * random.normal(size=PAST + AHEAD))
    return hand(values, np.exp(signal()[PAST:] / 50), mode="multi_step")


@right
def straight_growth(random):
    t = np.arange(PAST + AHEAD)
    values = 3 + 0.5 * t + random.normal(size=len(t))
    return hand(values, 3 + 0.5 * t[PAST:], mode="multi_step")


@right
def damped_growth(random):
    t = np.arange(PAST + AHEAD)
    values = 3 + 0.5 * t + 4 * random.normal(size=len(t))
    made = values[PAST - 1] + 0.5 * np.cumsum(0.98 ** np.arange(1, AHEAD + 1))
    return hand(values, made, mode="multi_step")


@right
def season_a_little_damped(random):
    values = season(random)
    made = (signal()[PAST:] - 115) * 0.7 + 115
    return hand(values, made, mode="multi_step")


@right
def few_values(random):
    values = season(random)
    told = hand(values, good(random), mode="one_step")
    return {**told, "actual": told["actual"][:6], "forecast": told["forecast"][:6] + 9}


@right
def no_past(random):
    values = season(random)
    return {**hand(values, good(random)), "past": None, "season": None}


@right
def columns_of_one(random):
    values = season(random)
    told = hand(values, good(random), mode="one_step")
    return {**told, "actual": told["actual"][:, None], "forecast": told["forecast"][:, None]}


@right
def nine_of_ten(random):
    return interval(random, -1.645, 1.645, 0.9, mode="one_step")


@right
def half_of_them(random):
    return interval(random, -0.674, 0.674, 0.5, mode="one_step")


@right
def only_a_lower_border(random):
    told = interval(random, -1.282, 9, 0.9, mode="one_step")
    told.pop("high")
    return told


@right
def upper_border_of_two(random):
    told = interval(random, -9, 1.645, 0.9, mode="one_step")
    told.pop("low")
    return told


@right
def level_not_declared(random):
    return interval(random, -0.1, 0.1, None, mode="one_step")


@right
def fan_of_a_walk(random):
    values = walk(random)
    wide = 1.282 * np.sqrt(np.arange(1, AHEAD + 1))
    made = np.full(AHEAD, values[PAST - 1])
    return hand(values, made, low=made - wide, high=made + wide, level=0.8, mode="multi_step")


@right
def lopsided_interval(random):
    values = signal() + random.exponential(3, PAST + AHEAD)
    made = signal()[PAST:]
    more = {"low": made + 3 * 0.0513, "high": made + 3 * 2.996, "level": 0.9}
    return hand(values, made + 3, **more, mode="one_step")


@right
def interval_on_eight_values(random):
    told = interval(random, -0.5, 0.5, 0.9, mode="one_step")
    return {name: item[:8] if name in ("actual", "forecast", "low", "high") else item
            for name, item in told.items()} | {"level": 0.5}  # fmt: skip
