"""Further data sets, phrased as strangers hand them in: right ones, and faulty ones."""

import numpy as np
import torch

from tests.diagnose.drawn import DrawnPrograms
from tests.diagnose.programs_data import LONG, STEPS, cut, hand, parts, seasonal

PROGRAMS = DrawnPrograms()
faulty, right = PROGRAMS.faulty, PROGRAMS.right


# ---------------------------------------------------------------- faulty
@faulty("label_in_window")
def window_that_ends_with_its_label(random):
    series = seasonal(random)
    x = torch.stack([series[i : i + STEPS] for i in range(LONG - STEPS)])
    return hand(x[..., None], x[:, -1:].clone(), series)


@faulty("scaler_leak")
def scaler_fitted_on_everything(random):
    series = seasonal(random, growth=0.05)
    low, high = series.min().item(), series.max().item()
    scaled = (series - low) / (high - low)
    return hand(*cut(scaled), series, scaler={"min": low, "max": high}, **parts())


@faulty("test_in_training")
def windows_first_and_split_at_random(random):
    series = seasonal(random)
    x, y = cut(series)
    is_test = np.zeros(len(x), dtype=bool)
    is_test[random.choice(len(x), 40, replace=False)] = True
    return hand(x, y, series, train_idx=np.flatnonzero(~is_test), test_idx=np.flatnonzero(is_test))


@faulty("test_in_training")
def last_rows_kept_for_both(random):
    series = seasonal(random)
    x, y = cut(series)
    return hand(x, y, series, train_idx=slice(0, len(x)), test_idx=slice(170, len(x)))


@faulty("label_misplaced", "label_in_window")
def labels_of_the_window_before(random):
    series = seasonal(random)
    x, y = cut(series, stride=STEPS)
    return hand(x[1:], y[:-1], series)


@faulty("label_misplaced")
def inputs_shuffled_and_labels_not(random):
    series = seasonal(random)
    x, y = cut(series)
    return hand(x[torch.tensor(random.permutation(len(x)))], y, series)


@faulty("scaled_unequally")
def train_and_test_fitted_apart(random):
    series = seasonal(random, growth=0.03)
    scaled = series.clone()
    for part in (slice(0, 180), slice(180, None)):
        scaled[part] = (series[part] - series[part].min()) / np.ptp(series[part].numpy())
    x, y = cut(scaled)
    return hand(x, y, series, **parts())


@faulty("rows_do_not_continue")
def loader_that_shuffles_a_stateful_network(random):
    series = seasonal(random)
    x, y = cut(series, steps=10, stride=10)
    order = torch.tensor(random.permutation(len(x)))
    return hand(x[order], y[order], series, stateful=True, batch_size=1)


# ---------------------------------------------------------------- right
@right
def every_third_window_and_two_horizons(random):
    series = seasonal(random)
    x, y = cut(series, labels=6, stride=3)
    return hand(x, y, series, 6)


@right
def changes_from_a_year_before(random):
    series = seasonal(random)
    change = series[12:] - series[:-12]
    return hand(*cut(change), change)


@right
def readings_at_any_time(random):
    times = np.cumsum(random.exponential(1.0, size=LONG))
    return hand(*cut(seasonal(random)), seasonal(random), times=times) | {
        "series": None,
    }


@right
def two_thirds_overlap_on_purpose(random):
    series = seasonal(random)
    return hand(*cut(series, stride=4), series)


@right
def scaled_by_the_window_before_and_put_back(random):
    series = seasonal(random)
    x, y = cut(series)
    level = x.mean(1, keepdim=True)
    return hand(x - level, y - level[:, 0], series, target="difference")


@right
def expanding_split_by_the_year(random):
    series = seasonal(random)
    x, y = cut(series)
    return hand(x, y, series, train_idx=slice(0, 120), test_idx=slice(132, 144))


@right
def many_short_series_in_one(random):
    pieces = [seasonal(random, samples=40) for _ in range(6)]
    xs, ys = zip(*(cut(piece) for piece in pieces), strict=True)
    return hand(torch.cat(xs), torch.cat(ys), torch.cat(pieces))


@right
def weather_beside_the_load(random):
    load, weather = seasonal(random), seasonal(random)
    series = torch.stack([load, weather], 1)
    x, y = cut(series)
    return hand(x, y[:, :, 0], series, target_column=0)


@right
def hour_as_sine_and_cosine(random):
    series = seasonal(random)
    angle = torch.arange(LONG) * 2 * np.pi / 24
    table = torch.stack([series, angle.sin(), angle.cos()], 1)
    x, y = cut(table)
    return hand(x, y[:, :, 0], table, target_column=0)


@right
def robust_scaler_of_the_training_part(random):
    series = seasonal(random)
    low, middle, high = np.quantile(series.numpy()[:180], [0.25, 0.5, 0.75])
    scaled = (series - middle) / (high - low)
    return hand(*cut(scaled), series, scaler={"mean": middle, "std": high - low}, **parts())


@right
def classes_of_the_next_move(random):
    series = seasonal(random)
    x, y = cut(series)
    move = y[:, 0] - x[:, -1, 0]
    return hand(x, (move > 0.3).long() + (move > -0.3).long(), series)


@right
def numbers_in_sixteen_bits(random):
    series = seasonal(random)
    x, y = cut(series)
    return hand(x.to(torch.bfloat16).float(), y.to(torch.bfloat16).float(), series)
