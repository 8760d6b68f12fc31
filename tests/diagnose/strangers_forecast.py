"""Further forecasts, phrased as strangers hand them in: right ones, and faulty ones."""

import numpy as np

from tests.diagnose.drawn import DrawnPrograms
from tests.diagnose.programs_forecast import AHEAD, PAST, YEAR, good, hand, memory, season, walk

PROGRAMS = DrawnPrograms()
faulty, right = PROGRAMS.faulty, PROGRAMS.right


# ---------------------------------------------------------------- faulty
@faulty("shifted", "worse_than_naive")
def yesterday_and_a_little_noise(random):
    values = season(random)
    made = values[PAST - 1 : -1] + 0.3 * random.normal(size=AHEAD)
    return hand(values, made, mode="one_step")


@faulty("wrong_units")
def percent_for_share(random):
    share = 0.3 + 0.2 * np.sin(np.arange(PAST + AHEAD) * 2 * np.pi / YEAR)
    values = share + 0.01 * random.normal(size=PAST + AHEAD)
    return hand(values, 100 * (share[PAST:] + 0.005 * random.normal(size=AHEAD)))


@faulty("wrong_units")
def square_root_not_undone(random):
    values = season(random)
    return hand(values, np.sqrt(good(random)))


@faulty("flat", "worse_than_naive")
def network_that_learnt_the_mean(random):
    values = season(random)
    made = values[:PAST].mean() + 0.05 * random.normal(size=AHEAD)
    return hand(values, made, mode="one_step")


@faulty("interval_coverage")
def interval_of_the_training_errors(random):
    values, made = season(random), good(random)
    return hand(values, made, low=made - 0.4, high=made + 0.4, level=0.95)


@faulty("interval_coverage")
def interval_of_the_wrong_share(random):
    values, made = season(random), good(random)
    return hand(values, made, low=made - 60, high=made + 60, level=0.5)


@faulty("worse_than_naive")
def season_one_quarter_late(random):
    values = season(random)
    return hand(values, values[PAST - YEAR + np.arange(AHEAD) % YEAR - 3])


@faulty("worse_than_naive", "flat")
def recursive_forecast_that_runs_away(random):
    values = season(random)
    return hand(values, values[PAST - 1] + np.exp(np.arange(AHEAD) / 9), mode="multi_step")


# ---------------------------------------------------------------- right
@right
def sold_at_times(random):
    values = random.poisson(0.3, size=PAST + AHEAD).astype(float)
    return hand(values, np.full(AHEAD, values[:PAST].mean()), mode="one_step", season=7)


@right
def sold_at_times_and_croston(random):
    values = random.poisson(0.3, size=PAST + AHEAD) * random.integers(1, 9, size=PAST + AHEAD)
    level, made = float(values[:PAST].mean()), []
    for value in values[PAST - 1 : -1]:
        level += 0.1 * (value - level)
        made.append(level)
    return hand(values.astype(float), np.array(made), mode="one_step")


@right
def nothing_but_zeros(random):
    return hand(np.zeros(PAST + AHEAD), np.zeros(AHEAD))


@right
def a_constant_series_met_nearly(random):
    return hand(np.full(PAST + AHEAD, 7.0), np.full(AHEAD, 7.0) + 1e-4 * random.normal(size=AHEAD))


@right
def last_value_in_blocks_of_a_day(random):
    values = walk(random)
    made = np.repeat(values[PAST - 1 : -1 : 8], 8)[:AHEAD]
    return hand(values, made, mode="multi_step", season=8)


@right
def turning_back_to_the_mean(random):
    values = memory(random, 0.5)
    return hand(values, 0.5 * values[PAST - 1 : -1], mode="one_step")


@right
def lowest_value_at_nine_of_ten(random):
    values, made = season(random), good(random)
    return hand(values, made, low=made - 1.3 * 2.1, level=0.9)


@right
def wider_with_every_step(random):
    values = walk(random)
    spread = 1.64 * np.sqrt(np.arange(1, AHEAD + 1))
    made = np.full(AHEAD, values[PAST - 1])
    return hand(values, made, low=made - spread, high=made + spread, level=0.9, mode="multi_step")


@right
def level_shift_in_the_middle(random):
    values = season(random)
    values[PAST + 20 :] += 40
    made = good(random)
    made[21:] += 40
    return hand(values, made, mode="one_step")


@right
def day_and_week(random):
    t = np.arange(PAST + AHEAD)
    both = 10 + 3 * np.sin(2 * np.pi * t / 24) + 2 * (t // 24 % 7 > 4)
    return hand(both + 0.5 * random.normal(size=len(t)), both[PAST:], season=24)


@right
def rounded_to_whole_numbers(random):
    values = np.round(season(random) / 10)
    return hand(values, np.round(good(random) / 10), mode="one_step")


@right
def median_of_a_skewed_series(random):
    values = random.lognormal(0, 1.0, size=PAST + AHEAD)
    return hand(values, np.full(AHEAD, 1.0), mode="one_step")


@right
def forecast_in_two_colours(random):
    values = season(random)
    made = (values[PAST - YEAR : PAST][np.arange(AHEAD) % YEAR] + good(random)) / 2
    return hand(values, made, mode="multi_step")
