"""Small data sets, right and faulty, that `diagnose.data` must tell apart.

Each program makes what a user would hand in, from a generator of random numbers.
"""

import datetime

import numpy as np
import pandas as pd
import torch

from course_utils.signals import sin_cos_chunks, stateful_batches
from tests.diagnose.drawn import DrawnPrograms

LONG, STEPS = 240, 12

PROGRAMS = DrawnPrograms()
faulty, right = PROGRAMS.faulty, PROGRAMS.right


# what they share ---------------------------------------------------------------------------


def seasonal(random, samples=LONG, growth=0.0):
    """Make a season of twelve on noise that remembers, in 32 bits."""
    noise = random.normal(size=samples) * 0.5
    for t in range(1, samples):
        noise[t] += 0.7 * noise[t - 1]
    t = np.arange(samples)
    return torch.tensor(noise + 1.5 * np.sin(2 * np.pi * t / 12) + growth * t + 10).float()


def cut(series, steps=STEPS, labels=1, stride=1, gap=0):
    """Cut windows, and the labels that begin ``gap`` samples later than right after them."""
    starts = range(0, len(series) - steps - labels - gap + 1, stride)
    x = torch.stack([series[i : i + steps] for i in starts])
    y = torch.stack([series[i + steps + gap : i + steps + gap + labels] for i in starts])
    return (x[..., None] if x.ndim == 2 else x), y


def hand(x, y, series, horizon=1, **more):
    """Put together what is handed over."""
    return {"x": x, "y": y, "series": series, "horizon": horizon, "window": x.shape[-2], **more}


def parts(samples=LONG, split=180, labels=1):
    """Give rows of windows that belong to the training part, and to the test part."""
    first_test = split - STEPS
    return {
        "split": split,
        "train_idx": torch.arange(first_test - labels + 1),
        "test_idx": torch.arange(first_test, samples - STEPS - labels + 1),
    }


# faults of the public kind -----------------------------------------------------------------


@faulty("label_in_window")
def label_is_the_second_value(random):
    series = seasonal(random)
    x, _ = cut(series)
    return hand(x, x[:, 1].clone(), series)


@faulty("scaler_leak")
def standardised_with_the_test_part(random):
    series = seasonal(random, growth=0.03)
    mean, std = series.mean().item(), series.std().item()
    x, y = cut((series - mean) / std)
    return hand(x, y, series, scaler={"mean": mean, "std": std}, **parts())


@faulty("test_in_training")
def windows_dealt_out_at_random(random):
    series = seasonal(random)
    x, y = cut(series)
    order = random.permutation(len(x))
    return hand(x, y, series, train_idx=order[:170], test_idx=order[170:])


@faulty("label_misplaced")
def labels_rolled(random):
    series = seasonal(random)
    x, _ = cut(series)
    return hand(x, x[:, -1].roll(-1, 0), series)


@faulty("label_in_window")
def answer_among_the_columns(random):
    series = torch.stack([seasonal(random) for _ in range(3)], -1)
    x = torch.stack([series[i : i + STEPS] for i in range(LONG - STEPS + 1)])
    return hand(x, x[:, -1, 1:2].clone(), series, 0, target="column", target_column=1)


@faulty("time_backwards", "time_jumps")
def second_part_turned_round(random):
    series, times = seasonal(random), torch.arange(LONG)
    series, times = (torch.cat([part[:150], part[150:].flip(0)]) for part in (series, times))
    return hand(*cut(series), series, times=times)


@faulty("time_jumps")
def missing_days_left_out(random):
    series, times = seasonal(random), torch.arange(LONG)
    keep = (times % 80 < 70) | (times < 60)
    return hand(*cut(series[keep]), series[keep], times=times[keep])


# fifteen more, and more --------------------------------------------------------------------


@faulty("label_misplaced")
def label_one_too_late(random):
    series = seasonal(random)
    return hand(*cut(series, gap=1), series)


@faulty("label_misplaced")
def label_short_of_the_horizon(random):
    series = seasonal(random)
    return hand(*cut(series, gap=3), series, 6)


@faulty("label_in_window")
def labels_begin_with_the_last_input(random):
    series = seasonal(random)
    starts = range(LONG - STEPS - 2)
    x = torch.stack([series[i : i + STEPS] for i in starts])[..., None]
    y = torch.stack([series[i + STEPS - 1 : i + STEPS + 2] for i in starts])
    return hand(x, y, series, 3)


@faulty("label_misplaced")
def labels_shuffled_alone(random):
    series = seasonal(random)
    x, y = cut(series)
    return hand(x, y[random.permutation(len(y))], series)


@faulty("label_misplaced")
def labels_in_reverse_order(random):
    series = seasonal(random)
    x, y = cut(series)
    return hand(x, y.flip(0), series)


@faulty("label_misplaced")
def steps_of_the_horizon_reversed(random):
    series = seasonal(random)
    x, y = cut(series, labels=4)
    return hand(x, y.flip(1), series, 4)


@faulty("label_in_window")
def labels_of_each_step_not_moved(random):
    series = seasonal(random)
    x, _ = cut(series)
    return hand(x, x[..., 0].clone(), series, per_step=True)


@faulty("label_misplaced")
def labels_of_each_step_rolled_in_the_window(random):
    series = seasonal(random)
    x, _ = cut(series)
    return hand(x, x.roll(-1, 1), series, per_step=True)


@faulty("label_misplaced")
def label_of_another_column(random):
    series = torch.stack([seasonal(random) for _ in range(3)], -1)
    x, y = cut(series)
    return hand(x, y[:, 0, :1], series, target="column", target_column=2)


@faulty("label_in_window")
def feature_moved_the_wrong_way(random):
    series = seasonal(random)
    both = torch.stack([series[:-1], series[1:]], -1)
    x = torch.stack([both[i : i + STEPS] for i in range(len(both) - STEPS)])
    return hand(x, series[STEPS : STEPS + len(x), None], series)


@faulty("label_in_window")
def changes_of_the_last_input(random):
    series = seasonal(random)
    x, _ = cut(series)
    return hand(x, x[:, -1] - x[:, -2], series, target="difference")


@faulty("scaler_leak")
def range_of_the_whole_series(random):
    series = seasonal(random, growth=0.05)
    low, high = series.min(), series.max()
    return hand(*cut((series - low) / (high - low)), series, **parts())


@faulty("scaler_leak")
def scaler_of_training_and_validation(random):
    series = seasonal(random, growth=0.03)
    known = series[:210]
    x, y = cut((series - known.mean()) / known.std())
    scaler = {"mean": known.mean(), "std": known.std()}
    return hand(x, y, series, scaler=scaler, **parts())


@faulty("scaler_leak")
def window_scaled_with_its_label(random):
    series = seasonal(random)
    whole = torch.stack([series[i : i + STEPS + 1] for i in range(LONG - STEPS)])
    whole = (whole - whole.mean(1, keepdim=True)) / whole.std(1, keepdim=True)
    return hand(whole[:, :-1, None], whole[:, -1:], series)


@faulty("scaled_unequally")
def test_part_scaled_by_itself(random):
    series = seasonal(random, growth=0.03)
    train, test = series[:180], series[180:]
    x, y = cut((train - train.mean()) / train.std())
    test_x, test_y = cut((test - test.mean()) / test.std())
    return hand(x, y, series, test_x=test_x, test_y=test_y, split=180)


@faulty("scaled_unequally")
def test_part_not_scaled(random):
    series = seasonal(random)
    mean, std = series[:180].mean(), series[:180].std()
    x, y = cut((series - mean) / std)
    test = parts()
    raw, _ = cut(series)
    x[test["test_idx"]] = raw[test["test_idx"]]
    return hand(x, y, series, **test)


@faulty("scaled_unequally")
def window_scaled_and_label_not(random):
    series = seasonal(random)
    x, y = cut(series)
    x = (x - x.mean(1, keepdim=True)) / x.std(1, keepdim=True)
    return hand(x, y, series)


@faulty("scaled_unequally")
def labels_scaled_by_themselves(random):
    series = seasonal(random)
    x, y = cut(series, labels=6)
    x = (x - x.mean(1, keepdim=True)) / x.std(1, keepdim=True)
    y = (y - y.mean(1, keepdim=True)) / y.std(1, keepdim=True)
    return hand(x, y, series, 6)


@faulty("test_in_training")
def training_labels_reach_into_the_test_part(random):
    series = seasonal(random)
    x, y = cut(series, labels=6)
    rows = torch.arange(len(x))
    return hand(x, y, series, 6, split=180, train_idx=rows[:168], test_idx=rows[168:])


@faulty("test_in_training")
def test_windows_among_the_training_windows(random):
    series = seasonal(random)
    x, y = cut(series)
    return hand(x, y, series, test_x=x[-40:], test_y=y[-40:])


@faulty("test_in_training")
def every_fifth_window_for_the_test(random):
    series = seasonal(random)
    x, y = cut(series)
    fifth = np.arange(len(x)) % 5 == 0
    return hand(x, y, series, train_idx=~fifth, test_idx=fifth)


@faulty("sample_repeated")
def chunks_with_their_endpoint(random):
    chunks = sin_cos_chunks(40, 10, endpoint=True)
    series = torch.cat([chunks.inputs[:, 0, :-1, 0].ravel(), chunks.inputs[-1, 0, -1:, 0]])
    return hand(
        chunks.inputs, chunks.targets, series, 0, stateful=True, per_step=True, target="column"
    )


@faulty("sample_repeated")
def last_sample_of_a_chunk_again(random):
    series = seasonal(random)
    x = torch.stack([series[i : i + STEPS] for i in range(0, LONG - STEPS - 1, STEPS - 1)])
    y = torch.stack([series[i + 1 : i + STEPS + 1] for i in range(0, LONG - STEPS - 1, STEPS - 1)])
    return hand(x[..., None], y, series, batch_size=1, stateful=True, per_step=True)


@faulty("sample_repeated")
def every_eighth_window_twice(random):
    series = seasonal(random)
    x, y = cut(series)
    rows = np.sort(np.concatenate([np.arange(len(x)), np.arange(7, len(x), 8)]))
    return hand(x[rows], y[rows], series, batch_size=9)


@faulty("sample_repeated")
def file_joined_with_an_overlap(random):
    series, times = seasonal(random), torch.arange(LONG)
    series, times = (torch.cat([part[:120], part[119:]]) for part in (series, times))
    return hand(*cut(series), series, times=times)


@faulty("rows_do_not_continue")
def batches_a_thousand_samples_on(random):
    chunks = stateful_batches(30, batch=10, steps=20, advance=200)
    series = np.sin(np.arange(30 * 200) / (10 * np.pi))
    more = {"stateful": True, "per_step": True, "target": "column"}
    return hand(chunks.inputs, chunks.targets, series, 0, **more)


@faulty("rows_do_not_continue")
def windows_in_order_and_batches_of_four(random):
    series = seasonal(random, 960)
    x = series.reshape(80, STEPS, 1)
    y = torch.cat([series[1:], series[:1]]).reshape(80, STEPS)
    return hand(x[:-4], y[:-4], series, batch_size=4, stateful=True, per_step=True)


@faulty("rows_do_not_continue")
def batches_in_random_order(random):
    series = seasonal(random, 961)
    x = series[:-1].reshape(4, 20, STEPS, 1).transpose(0, 1)
    y = series[1:].reshape(4, 20, STEPS).transpose(0, 1)
    order = random.permutation(20)
    return hand(x[order], y[order], series, stateful=True, per_step=True)


@faulty("rows_do_not_continue", "sample_repeated")
def sliding_windows_with_a_carried_state(random):
    series = seasonal(random)
    return hand(*cut(series), series, batch_size=1, stateful=True)


@faulty("time_backwards")
def newest_first(random):
    series = seasonal(random).flip(0)
    days = np.datetime64("2020-01-01") + np.arange(LONG)
    return hand(*cut(series), series, times=days[::-1])


@faulty("time_backwards")
def lags_from_near_to_far(random):
    series = seasonal(random)
    x, y = cut(series)
    return hand(x.flip(1), y, series)


@faulty("time_jumps")
def single_days_missing(random):
    series = seasonal(random)
    keep = random.random(LONG) > 0.04
    days = np.datetime64("2020-01-01") + np.arange(LONG)
    return hand(*cut(series[keep]), series[keep], times=days[keep])


@faulty("time_jumps")
def two_winters_without_the_summer(random):
    series, times = seasonal(random), np.arange(LONG)
    times = times + 90 * (times >= 120)
    return hand(*cut(series), series, times=times)


@faulty("not_a_window")
def axes_swapped_with_view(random):
    series = torch.stack([seasonal(random) for _ in range(3)], -1)
    x, y = cut(series)
    x = x.transpose(1, 2).contiguous().view(len(x), STEPS, 3)
    return hand(x, y[:, 0, :1], series, target="column", target_column=0)


@faulty("not_a_window")
def samples_shuffled_before_cutting(random):
    series = seasonal(random)
    x, y = cut(series[random.permutation(LONG)])
    return hand(x, y, series)


@faulty("not_a_window")
def folded_the_wrong_way(random):
    series = seasonal(random)
    x = series.reshape(STEPS, LONG // STEPS).T
    return hand(x[:-1, :, None], x[1:, :1], series)


@faulty("not_a_window", "time_jumps", "time_backwards")
def windows_across_two_machines(random):
    both = torch.stack([seasonal(random), seasonal(random)], -1)
    x, y = cut(both.T.reshape(-1))
    return hand(x, y, both)


@faulty("scaled_unequally")
def one_column_left_out_of_the_scaling(random):
    series = torch.stack([seasonal(random), 1000 * seasonal(random), seasonal(random)], -1)
    scaler = {"mean": series[:180].mean(0), "std": series[:180].std(0)}
    scaled = (series - scaler["mean"]) / scaler["std"]
    scaled[:, 1] = series[:, 1]
    x, y = cut(scaled)
    return hand(x, y[:, 0, :1], series, scaler=scaler, **parts())


@faulty("test_in_training")
def blocks_of_time_without_a_gap(random):
    series = seasonal(random)
    x, y = cut(series)
    rows = np.arange(len(x))
    middle = (rows >= 100) & (rows < 140)
    return hand(x, y, series, train_idx=~middle, test_idx=middle)


@faulty("scaler_leak")
def logarithms_scaled_with_the_test_part(random):
    series = seasonal(random, growth=0.05)
    logs = series.log()
    return hand(*cut((logs - logs.mean()) / logs.std()), series, **parts())


@faulty("scaler_leak")
def labels_scaled_with_the_test_part(random):
    series = seasonal(random, growth=0.05)
    known = series[:180]
    x, y = cut(series)
    y = (y - series.min()) / (series.max() - series.min())
    return hand((x - known.mean()) / known.std(), y, series, **parts())


@faulty("scaler_leak")
def one_column_scaled_with_the_test_part(random):
    series = torch.stack([seasonal(random), seasonal(random, growth=0.05)], -1)
    low, high = series[:180].amin(0), series[:180].amax(0)
    low[1], high[1] = series[:, 1].min(), series[:, 1].max()
    x, y = cut((series - low) / (high - low))
    return hand(x, y[:, 0, :1], series, scaler={"min": low, "max": high}, **parts())


@faulty("sample_repeated")
def every_line_of_the_file_twice(random):
    series, times = seasonal(random), np.arange(LONG)
    return hand(*cut(series.repeat_interleave(2)), series.repeat_interleave(2),
                times=times.repeat(2))  # fmt: skip


@faulty("time_backwards")
def sorted_as_text(random):
    series = seasonal(random)
    order = np.argsort([str(day) for day in range(LONG)])
    return hand(*cut(series[order]), series[order], times=np.arange(LONG)[order])


@faulty("rows_do_not_continue")
def a_sample_skipped_between_chunks(random):
    series = seasonal(random, 800)
    starts = range(0, 800 - STEPS - 1, STEPS + 1)
    x = torch.stack([series[i : i + STEPS] for i in starts])
    y = torch.stack([series[i + 1 : i + STEPS + 1] for i in starts])
    return hand(x[..., None], y, series, batch_size=1, stateful=True, per_step=True)


@faulty("rows_do_not_continue")
def rows_shuffled_in_each_batch(random):
    series = seasonal(random, 961)
    x = series[:-1].reshape(4, 20, STEPS, 1).transpose(0, 1)
    y = series[1:].reshape(4, 20, STEPS).transpose(0, 1)
    orders = [random.permutation(4) for _ in range(20)]
    x, y = (torch.stack([b[o] for b, o in zip(part, orders, strict=True)]) for part in (x, y))
    return hand(x, y, series, stateful=True, per_step=True)


@faulty("label_in_window")
def smoothed_with_what_comes_after(random):
    series = seasonal(random)
    smooth = series.unfold(0, 5, 1).mean(1)
    x, _ = cut(smooth)
    return hand(x, series[2 + STEPS : 2 + STEPS + len(x), None], series)


@faulty("label_misplaced")
def label_of_the_next_value_where_three_steps_are_declared(random):
    series = seasonal(random)
    return hand(*cut(series), series, 3)


@faulty("label_in_window")
def labels_from_the_beginning_of_the_series(random):
    series = seasonal(random)
    x, _ = cut(series)
    return hand(x, series[: len(x), None], series)


@faulty("scaler_leak")
def series_standardised_beforehand(random):
    series = seasonal(random, growth=0.02)
    series = (series - series.mean()) / series.std()
    return hand(*cut(series), series, **parts())


@faulty("not_a_window")
def columns_taken_for_samples(random):
    series = torch.stack([seasonal(random) for _ in range(3)], -1)
    line = series.reshape(-1)
    starts = range(0, len(line) - STEPS - 3, 3)
    x = torch.stack([line[i : i + STEPS] for i in starts])[..., None]
    y = torch.stack([line[i + STEPS, None] for i in starts])
    return hand(x, y, series)


@faulty("sample_repeated", "rows_do_not_continue")
def carried_rows_overlap_by_half(random):
    series = seasonal(random)
    starts = range(0, LONG - STEPS - 1, STEPS // 2)
    x = torch.stack([series[i : i + STEPS] for i in starts])[..., None]
    y = torch.stack([series[i + 1 : i + STEPS + 1] for i in starts])
    return hand(x, y, series, stateful=True, per_step=True, batch_size=1)


# right, of the public kind -----------------------------------------------------------------


@right
def next_value(random):
    series = seasonal(random)
    return hand(*cut(series), series)


@right
def split_in_time_then_shuffled(random):
    series = seasonal(random)
    x, y = cut(series)
    rows = parts()
    rows["train_idx"] = random.permutation(rows["train_idx"].numpy())
    return hand(x, y, series, **rows)


@right
def scaled_by_its_own_inputs(random):
    series = seasonal(random)
    x, y = cut(series)
    mean, std = x.mean(1, keepdim=True), x.std(1, keepdim=True)
    return hand((x - mean) / std, (y - mean[:, 0]) / std[:, 0], series)


@right
def change_from_the_last_input(random):
    series = seasonal(random)
    x, y = cut(series)
    return hand(x, y - x[:, -1], series, target="difference")


# twenty more of unusual design, and more ---------------------------------------------------


@right
def windows_with_a_stride(random):
    series = seasonal(random)
    return hand(*cut(series, stride=5), series)


@right
def five_steps_ahead(random):
    series = seasonal(random)
    return hand(*cut(series, gap=4), series, 5)


@right
def gap_before_the_labels(random):
    series = seasonal(random)
    return hand(*cut(series, gap=4, labels=3), series, 3)


@right
def many_labels(random):
    series = seasonal(random)
    return hand(*cut(series, labels=20), series, 20)


@right
def label_of_each_step(random):
    series = seasonal(random)
    starts = range(LONG - STEPS)
    x = torch.stack([series[i : i + STEPS] for i in starts])[..., None]
    y = torch.stack([series[i + 1 : i + STEPS + 1] for i in starts])[..., None]
    return hand(x, y, series, per_step=True)


@right
def decoder_begins_in_the_window(random):
    series = seasonal(random)
    starts = range(LONG - STEPS - 4)
    x = torch.stack([series[i : i + STEPS] for i in starts])[..., None]
    y = torch.stack([series[i + STEPS - 6 : i + STEPS + 4] for i in starts])
    return hand(x, y, series, 4)


@right
def a_pure_sine(random):
    series = torch.sin(2 * torch.pi * torch.arange(LONG) / STEPS)
    return hand(*cut(series), series, **parts())


@right
def season_without_noise_and_shuffled(random):
    series = torch.sin(2 * torch.pi * torch.arange(LONG) / STEPS) + 2
    x, y = cut(series)
    rows = parts()
    order = random.permutation(len(x))
    place = np.argsort(order)
    rows = {"train_idx": place[:160], "test_idx": place[168:]}
    return hand(x[order], y[order], series, **rows)


@right
def a_straight_line(random):
    series = torch.arange(LONG).float()
    return hand(*cut(series), series)


@right
def a_growing_exponential(random):
    series = torch.exp(torch.arange(LONG) / 60.0)
    return hand(*cut(series), series)


@right
def nothing_happens(random):
    series = torch.full((LONG,), 3.0)
    return hand(*cut(series), series, **parts())


@right
def sales_that_are_mostly_zero(random):
    series = torch.tensor(random.poisson(0.1, LONG)).float()
    return hand(*cut(series), series, **parts())


@right
def on_and_off(random):
    series = torch.tensor(random.random(LONG) > 0.5).float()
    return hand(*cut(series), series, **parts())


@right
def counts_with_ties(random):
    series = torch.tensor(random.poisson(4, LONG)).float()
    return hand(*cut(series), series, times=np.arange(LONG), **parts())


@right
def held_for_a_week(random):
    series = seasonal(random).repeat_interleave(7)
    return hand(*cut(series, 14), series)


@right
def scaled_on_the_training_part(random):
    series = seasonal(random, growth=0.03)
    known = series[:180]
    scaler = {"mean": known.mean().item(), "std": known.std().item()}
    x, y = cut((series - known.mean()) / known.std())
    return hand(x, y, series, scaler=scaler, **parts())


@right
def range_of_the_training_part(random):
    series = seasonal(random, growth=0.05)
    low, high = series[:180].min(), series[:180].max()
    x, y = cut(2 * (series - low) / (high - low) - 1)
    return hand(x, y, series, scaler={"min": low, "max": high}, **parts())


@right
def scaler_of_a_range_known_beforehand(random):
    series = torch.tensor(random.random(LONG) * 100).float()
    series[100], series[200] = 0.0, 100.0
    return hand(*cut(series / 100), series, scaler={"min": 0.0, "max": 100.0}, **parts())


@right
def extremes_in_the_training_part(random):
    series = seasonal(random)
    series[50], series[90] = series.max() + 1, series.min() - 1
    low, high = series.min(), series.max()
    x, y = cut((series - low) / (high - low))
    return hand(x, y, series, scaler={"min": low, "max": high}, **parts())


@right
def inputs_scaled_and_labels_not(random):
    series = seasonal(random)
    known = series[:180]
    x, y = cut(series)
    return hand((x - known.mean()) / known.std(), y, series, **parts())


@right
def labels_with_a_scaler_of_their_own(random):
    series = seasonal(random)
    known = series[:180]
    x, y = cut(series)
    y = (y - known.min()) / (known.max() - known.min())
    return hand((x - known.mean()) / known.std(), y, series, **parts())


@right
def logarithms(random):
    series = seasonal(random)
    return hand(*cut(series.log()), series, **parts())


@right
def scaled_logarithms(random):
    series = seasonal(random)
    logs = series.log()
    return hand(*cut((logs - logs[:180].mean()) / logs[:180].std()), series, **parts())


@right
def changes_of_logarithms(random):
    series = seasonal(random)
    x, y = cut(series.log().diff())
    return hand(x, y, series)


@right
def changes_in_and_changes_out(random):
    series = seasonal(random).double().numpy()
    x, y = cut(torch.tensor(np.diff(series)))
    return hand(x, y, series, target="difference")


@right
def seasonal_changes(random):
    series = seasonal(random)
    return hand(*cut(series[12:] - series[:-12]), series)


@right
def relative_to_the_first_value(random):
    series = seasonal(random)
    x, y = cut(series)
    return hand(x / x[:, :1] - 1, y / x[:, 0] - 1, series)


@right
def several_columns_one_label(random):
    series = torch.stack([seasonal(random) for _ in range(4)], -1)
    x, y = cut(series)
    return hand(x, y[:, 0, 2:3], series, target="column", target_column=2)


@right
def a_column_from_the_others(random):
    series = torch.stack([seasonal(random) for _ in range(3)], -1)
    x = torch.stack([series[i : i + STEPS, :2] for i in range(LONG - STEPS + 1)])
    y = series[STEPS - 1 :, 2:]
    return hand(x, y, series, 0, target="column", target_column=2)


@right
def a_column_from_the_others_and_its_own_past(random):
    series = torch.stack([seasonal(random) for _ in range(3)], -1)
    late = torch.cat([series[1:, :2], series[:-1, 2:]], -1)
    x = torch.stack([late[i : i + STEPS] for i in range(len(late) - STEPS + 1)])
    return hand(x, series[STEPS:, 2:], series, 0, target="column", target_column=2)


@right
def all_columns_as_labels(random):
    series = torch.stack([seasonal(random) for _ in range(3)], -1)
    x, y = cut(series, labels=2)
    return hand(x, y, series, 2)


@right
def month_of_the_year_as_a_feature(random):
    series = seasonal(random)
    month = 2 * torch.pi * torch.arange(LONG) / 12
    x, y = cut(torch.stack([series, month.sin(), month.cos()], -1))
    return hand(x, y[:, 0, :1], series)


@right
def up_or_down(random):
    series = seasonal(random)
    x, y = cut(series)
    return hand(x, (y > x[:, -1]).long(), series)


@right
def highest_of_the_next_five(random):
    series = seasonal(random)
    x, y = cut(series, labels=5)
    return hand(x, y.amax(1), series, 5)


@right
def an_autoencoder(random):
    series = seasonal(random)
    x, _ = cut(series)
    return hand(x, x.clone(), series, 0, target="autoencode", per_step=True)


@right
def an_autoencoder_of_noisy_windows(random):
    series = seasonal(random)
    x, _ = cut(series)
    noisy = x + 0.1 * torch.tensor(random.normal(size=x.shape)).float()
    return hand(noisy, x, series, 0, target="autoencode", per_step=True)


@right
def noisy_inputs(random):
    series = seasonal(random)
    x, y = cut(series)
    return hand(x + 0.05 * torch.tensor(random.normal(size=x.shape)).float(), y, series)


@right
def test_windows_begin_in_the_training_part(random):
    series = seasonal(random)
    x, y = cut(series[:180])
    test_x, test_y = cut(series[180 - STEPS :])
    return hand(x, y, series, test_x=test_x, test_y=test_y, split=180)


@right
def embargo_between_the_parts(random):
    series = seasonal(random)
    x, y = cut(series, labels=4)
    rows = torch.arange(len(x))
    return hand(x, y, series, 4, split=180, train_idx=rows[:140], test_idx=rows[180:])


@right
def chunks_apart_and_dealt_out_at_random(random):
    series = seasonal(random, 1300)
    x, y = cut(series, stride=STEPS + 1)
    order = random.permutation(len(x))
    return hand(x, y, series, train_idx=order[:70], test_idx=order[70:])


@right
def two_machines_one_after_another(random):
    both = torch.stack([seasonal(random), seasonal(random) + 5], -1)
    pairs = [cut(both[:, at]) for at in (0, 1)]
    x, y = (torch.cat(part) for part in zip(*pairs, strict=True))
    rows, half = np.arange(len(x)), len(x) // 2
    return hand(x, y, both, train_idx=rows[:half], test_idx=rows[half:])


@right
def every_machine_scaled_by_itself(random):
    both = torch.stack([seasonal(random), 50 * seasonal(random) + 5], -1)
    known = both[:180]
    scaled = (both - known.mean(0)) / known.std(0)
    pairs = [cut(scaled[:, at]) for at in (0, 1)]
    x, y = (torch.cat(part) for part in zip(*pairs, strict=True))
    rows, half = np.arange(len(x)), len(x) // 2
    return hand(x, y, both, train_idx=rows[:half], test_idx=rows[half:])


@right
def windows_drawn_at_random(random):
    series = seasonal(random)
    starts = random.integers(0, LONG - STEPS, 300)
    x = torch.stack([series[i : i + STEPS] for i in starts])[..., None]
    y = torch.stack([series[i + STEPS, None] for i in starts])
    return hand(x, y, series, starts=starts)


@right
def windows_drawn_at_random_and_not_declared(random):
    series = seasonal(random)
    starts = random.integers(0, 160, 300)
    x = torch.stack([series[i : i + STEPS] for i in starts])[..., None]
    y = torch.stack([series[i + STEPS, None] for i in starts])
    return hand(x, y, series, split=180, train_idx=slice(None))


@right
def overlapping_chunks_declared(random):
    series = seasonal(random)
    starts = np.arange(0, LONG - STEPS, STEPS - 1)
    x = torch.stack([series[i : i + STEPS] for i in starts])[..., None]
    y = torch.stack([series[i + 1 : i + STEPS + 1] for i in starts])
    return hand(x, y, series, starts=starts, per_step=True)


@right
def rows_go_on_in_the_next_batch(random):
    series = seasonal(random, 961)
    x = series[:-1].reshape(4, 20, STEPS, 1).transpose(0, 1)
    y = series[1:].reshape(4, 20, STEPS).transpose(0, 1)
    return hand(x, y, series, batch_size=4, stateful=True, per_step=True)


@right
def rows_go_on_in_flat_batches(random):
    series = seasonal(random, 961)
    x = series[:-1].reshape(4, 20, STEPS, 1).transpose(0, 1).reshape(80, STEPS, 1)
    y = series[1:].reshape(4, 20, STEPS).transpose(0, 1).reshape(80, STEPS)
    return hand(x, y, series, batch_size=4, stateful=True, per_step=True)


@right
def rows_go_on_through_a_sine(random):
    series = torch.sin(2 * torch.pi * torch.arange(961) / 24)
    x = series[:-1].reshape(4, 20, STEPS, 1).transpose(0, 1)
    y = series[1:].reshape(4, 20, STEPS).transpose(0, 1)
    return hand(x, y, series, batch_size=4, stateful=True, per_step=True)


@right
def batches_as_published(random):
    chunks = stateful_batches(60, batch=10, steps=20)
    series = np.sin(np.arange(60 * 20 + 200) / (10 * np.pi))
    more = {"stateful": True, "per_step": True, "target": "column"}
    return hand(chunks.inputs, chunks.targets, series, 0, **more)


@right
def chunks_without_their_endpoint(random):
    chunks = sin_cos_chunks(40, 10)
    series = chunks.inputs.ravel()
    more = {"stateful": True, "per_step": True, "target": "column"}
    return hand(chunks.inputs, chunks.targets, series, 0, **more)


@right
def working_days(random):
    series = seasonal(random)
    days = np.busday_offset("2021-01-04", np.arange(LONG))
    return hand(*cut(series), series, times=days)


@right
def working_days_with_holidays(random):
    holidays = np.busday_offset("2021-01-04", np.arange(20, 260, 37))
    days = np.busday_offset("2021-01-04", np.arange(LONG), holidays=holidays)
    series = seasonal(random)
    return hand(*cut(series), series, times=days)


@right
def days_of_the_week_as_numbers(random):
    series, times = seasonal(random), np.arange(LONG)
    return hand(*cut(series), series, times=times + 2 * (times // 5))


@right
def calendar_months(random):
    series = seasonal(random)
    months = np.datetime64("2000-01") + np.arange(LONG)
    return hand(*cut(series), series, times=months.astype("datetime64[D]"))


@right
def hours_of_trading(random):
    series = seasonal(random)
    hours = np.datetime64("2021-01-04T09") + np.arange(LONG) % 8 + 24 * (np.arange(LONG) // 8)
    return hand(*cut(series), series, times=hours)


@right
def jittered_clock(random):
    series = seasonal(random)
    return hand(*cut(series), series, times=np.arange(LONG) + random.uniform(-0.05, 0.05, LONG))


@right
def events_at_any_time(random):
    series = seasonal(random)
    return hand(*cut(series), series, times=np.cumsum(random.exponential(1, LONG)))


@right
def no_window_across_the_hole(random):
    series, times = seasonal(random), np.arange(LONG)
    times = times + 30 * (times >= 100)
    pairs = [cut(part) for part in (series[:100], series[100:])]
    x, y = (torch.cat(part) for part in zip(*pairs, strict=True))
    return hand(x, y, series, times=times)


@right
def time_since_the_last_sample_as_a_feature(random):
    series = seasonal(random)
    keep = torch.tensor(random.random(LONG) > 0.1)
    times = torch.arange(LONG)[keep].float()
    step = torch.cat([torch.ones(1), times.diff()])
    x, y = cut(torch.stack([series[keep], step], -1))
    return hand(x, y[:, 0, :1], series[keep], times=times)


@right
def newest_first_and_turned_round(random):
    series = seasonal(random)
    x, y = cut(series)
    return hand(x, y, series.flip(0), times=np.arange(LONG)[::-1])


@right
def same_hour_on_earlier_days(random):
    series = seasonal(random)
    starts = range(LONG - 49)
    x = torch.stack([series[i : i + 48 : 4] for i in starts])[..., None]
    y = torch.stack([series[i + 48, None] for i in starts])
    return hand(x, y, series)


@right
def windows_padded_at_the_beginning(random):
    series = seasonal(random)
    padded = torch.cat([torch.zeros(STEPS - 1), series])
    x, y = cut(padded)
    return hand(x, y, series)


@right
def series_in_half_precision(random):
    series = seasonal(random)
    x, y = cut(series.half())
    return hand(x, y, series)


@right
def short_windows_of_scaled_values(random):
    series = seasonal(random)
    known = series[:180]
    x, y = cut((series - known.mean()) / known.std(), 2)
    return hand(x, y, series, split=180)


@right
def series_of_high_level(random):
    series = seasonal(random) + 5000
    return hand(*cut(series), series, **parts())


@right
def series_ends_before_the_last_label(random):
    series = seasonal(random)
    return hand(*cut(series), series[:-1])


@right
def series_not_declared(random):
    series = seasonal(random)
    return hand(*cut(series), None)


@right
def labels_cut_off_at_the_top(random):
    series = seasonal(random)
    x, y = cut(series)
    return hand(x, y.clamp(max=float(series.quantile(0.95))), series)


@right
def one_window(random):
    series = seasonal(random)
    x, y = cut(series)
    return hand(x[:1], y[:1], series)


@right
def blocks_of_time_with_gaps(random):
    series = seasonal(random)
    x, y = cut(series)
    rows = np.arange(len(x))
    middle = (rows >= 100) & (rows < 140)
    train = (rows < 100) | (rows >= 140 + STEPS + 1)
    return hand(x, y, series, train_idx=train, test_idx=middle)


@right
def plans_known_ahead(random):
    series = torch.stack([seasonal(random) for _ in range(2)], -1)
    both = torch.stack([series[:-1, 0], series[1:, 1]], -1)
    x = torch.stack([both[i : i + STEPS] for i in range(len(both) - STEPS)])
    y = series[STEPS : STEPS + len(x), :1]
    return hand(x, y, series, target="column", target_column=0)


@right
def test_labels_in_the_units_of_the_series(random):
    series = seasonal(random)
    x, y = cut((series - series[:180].mean()) / series[:180].std())
    rows = parts()
    y[rows["test_idx"]] = cut(series)[1][rows["test_idx"]]
    return hand(x, y, series, **rows)


@right
def several_labels_at_each_step(random):
    series = seasonal(random)
    starts = range(LONG - STEPS - 3)
    x = torch.stack([series[i : i + STEPS] for i in starts])[..., None]
    y = torch.stack([series[i + 1 : i + STEPS + 4].unfold(0, 4, 1) for i in starts])
    return hand(x, y[:, :STEPS], series, 4, per_step=True)


@right
def letters_of_a_text(random):
    series = torch.tensor(random.integers(0, 27, LONG))
    starts = range(LONG - STEPS)
    x = torch.stack([series[i : i + STEPS] for i in starts])
    y = torch.stack([series[i + 1 : i + STEPS + 1] for i in starts])
    return hand(x[..., None], y, series, per_step=True)


@right
def growth_in_percent(random):
    series = seasonal(random)
    x, y = cut(series)
    return hand(x, 100 * (y / x[:, -1] - 1), series, target="difference")


@right
def windows_with_missing_values(random):
    series = seasonal(random)
    series[60:70] = torch.nan
    return hand(*cut(series), series)


@right
def every_window_three_times(random):
    series = seasonal(random)
    x, y = cut(series)
    return hand(x.repeat_interleave(3, 0), y.repeat_interleave(3, 0), series)


@right
def scaler_fitted_on_training_windows(random):
    series = seasonal(random, growth=0.03)
    x, y = cut(series)
    known = x[: 180 - STEPS]
    scaler = {"mean": known.mean(), "std": known.std()}
    return hand((x - known.mean()) / known.std(), (y - known.mean()) / known.std(), series,
                scaler=scaler, **parts())  # fmt: skip


@right
def mean_of_the_next_three(random):
    series = seasonal(random)
    x, y = cut(series, labels=3)
    return hand(x, y.mean(1, keepdim=True), series, 3)


@right
def smoothed_by_what_came_before(random):
    series = seasonal(random)
    smooth = series.unfold(0, 5, 1).mean(1)
    x, _ = cut(smooth)
    return hand(x, series[4:][STEPS:, None], series)


@right
def days_as_periods(random):
    series = seasonal(random).double().numpy()
    told = pd.Series(series, index=pd.period_range("2000-01", periods=LONG, freq="M"))
    x, y = cut(torch.tensor(series))
    return hand(x.numpy(), y.numpy(), told, times=told.index)


@right
def hours_in_a_time_zone(random):
    series = seasonal(random)
    times = pd.date_range("2021-03-25", periods=LONG, freq="h", tz="Europe/Berlin")
    return hand(*cut(series), series, times=times)


@right
def hours_of_the_clock_on_the_wall(random):
    series = seasonal(random)
    times = pd.date_range("2021-03-25", periods=LONG, freq="h", tz="Europe/Berlin")
    return hand(*cut(series), series, times=times.tz_localize(None))


@right
def dates_as_text(random):
    series = seasonal(random)
    times = [str(np.datetime64("2000-01-01") + day) for day in range(LONG)]
    return hand(*cut(series), series, times=times)


@right
def everything_in_lists(random):
    series = seasonal(random)
    x, y = cut(series)
    return hand(x, y, series) | {"x": x.tolist(), "y": y.tolist(), "series": series.tolist()}


@right
def windows_without_a_feature_axis(random):
    series = seasonal(random)
    x, y = cut(series)
    return hand(x, y, series) | {"x": x[..., 0], "y": y[:, 0]}


@right
def rows_go_on_through_whole_periods(random):
    series = torch.sin(2 * torch.pi * torch.arange(961) / STEPS)
    x = series[:-1].reshape(4, 20, STEPS, 1).transpose(0, 1)
    y = series[1:].reshape(4, 20, STEPS).transpose(0, 1)
    return hand(x, y, series, batch_size=4, stateful=True, per_step=True)


@right
def rows_go_on_through_a_text(random):
    series = torch.tensor(random.integers(0, 5, 961))
    x = series[:-1].reshape(4, 20, STEPS, 1).transpose(0, 1)
    y = series[1:].reshape(4, 20, STEPS).transpose(0, 1)
    return hand(x, y, series, batch_size=4, stateful=True, per_step=True)


@right
def rows_go_on_one_label_a_row(random):
    series = seasonal(random, 961)
    x = series[:-1].reshape(4, 20, STEPS, 1).transpose(0, 1)
    y = series[STEPS::STEPS].reshape(4, 20, 1).transpose(0, 1)
    return hand(x, y, series, batch_size=4, stateful=True)


@right
def each_row_a_machine(random):
    series = torch.stack([seasonal(random) for _ in range(3)], -1)
    x = series.T.reshape(3, 20, STEPS, 1).transpose(0, 1)[:-1]
    y = series[STEPS::STEPS].reshape(19, 3, 1)
    return hand(x, y, series, batch_size=3, stateful=True)


@right
def two_epochs_of_carried_rows(random):
    series = seasonal(random, 961)
    x = series[:-1].reshape(4, 20, STEPS, 1).transpose(0, 1)
    y = series[1:].reshape(4, 20, STEPS).transpose(0, 1)
    return hand(x.repeat(2, 1, 1, 1), y.repeat(2, 1, 1), series, stateful=True, per_step=True)


@right
def rare_sales_split_and_shuffled(random):
    series = torch.tensor(random.poisson(0.05, LONG)).float()
    x, y = cut(series)
    rows = parts()
    rows["train_idx"] = rows["train_idx"][random.permutation(150)]
    rows["test_idx"] = rows["test_idx"][5:]
    order = random.permutation(len(x))
    back = np.argsort(order)
    rows = {name: back[item] if name != "split" else item for name, item in rows.items()}
    return hand(x[order], y[order], series, **rows)


@right
def rare_sales_with_an_embargo(random):
    series = torch.tensor(random.poisson(0.05, LONG)).float()
    x, y = cut(series)
    x, y = torch.cat([x[:140], x[175:]]), torch.cat([y[:140], y[175:]])
    rows = np.arange(len(x))
    return hand(x, y, series, train_idx=rows[:140], test_idx=rows[140:])


@right
def range_of_each_window(random):
    series = seasonal(random)
    x, y = cut(series)
    low, high = x.amin(1), x.amax(1)
    scaled = (x - low[:, None]) / (high - low)[:, None]
    return hand(scaled, (y - low) / (high - low), series)


@right
def level_of_the_window_as_a_feature(random):
    series = seasonal(random)
    x, y = cut(series)
    mean = x.mean(1, keepdim=True)
    return hand(torch.cat([x - mean, mean.expand_as(x)], -1), y, series)


@right
def target_turned_round(random):
    series = seasonal(random)
    x, _ = cut(series)
    return hand(x, x.flip(1), series, 0, target="autoencode", per_step=True)


@right
def test_part_apart_and_its_labels_raw(random):
    series = seasonal(random, growth=0.02)
    known = series[:180]
    x, y = cut((known - known.mean()) / known.std())
    test_x, _ = cut((series[168:] - known.mean()) / known.std())
    _, test_y = cut(series[168:])
    return hand(x, y, series, test_x=test_x, test_y=test_y, split=180)


@right
def an_outlier(random):
    series = seasonal(random)
    series[100] = 1e6
    return hand(*cut(series), series, **parts())


@right
def walk_of_a_price(random):
    series = 100 * np.exp(np.cumsum(0.01 * random.normal(size=LONG)))
    x, y = cut(torch.tensor(np.diff(np.log(series))))
    return hand(x, (y > 0).float(), series, **parts(LONG - 1))


@right
def quarters_as_dates(random):
    series = seasonal(random)
    days = [datetime.date(1960 + at // 4, 1 + 3 * (at % 4), 1) for at in range(LONG)]
    return hand(*cut(series), series, times=days)


@right
def two_horizons(random):
    series = seasonal(random)
    starts = range(LONG - STEPS - 12)
    x = torch.stack([series[i : i + STEPS] for i in starts])[..., None]
    y = torch.stack([series[[i + STEPS, i + STEPS + 11]] for i in starts])
    return hand(x, y, series, 12)


@right
def standardised_season_by_season(random):
    series = seasonal(random).double()
    months = series[:180].reshape(-1, 12)
    scaled = (series.reshape(-1, 12) - months.mean(0)) / months.std(0)
    return hand(*cut(scaled.ravel()), series, **parts())


@right
def random_chunks_with_their_own_split(random):
    series = seasonal(random, 1000)
    x, y = cut(series, labels=3)
    rows = np.sort(random.choice(700, 100, replace=False))
    return hand(x[np.append(rows, np.arange(800, 900))], y[np.append(rows, np.arange(800, 900))],
                series, 3, train_idx=np.arange(100), test_idx=np.arange(100, 200))  # fmt: skip


@right
def everything_smoothed(random):
    smooth = seasonal(random).unfold(0, 5, 1).mean(1)
    return hand(*cut(smooth), smooth)


@right
def changes_of_several_steps(random):
    series = seasonal(random)
    x, y = cut(series, labels=4)
    return hand(x, y - x[:, -1], series, 4, target="difference")


@right
def change_from_last_year(random):
    series = seasonal(random)
    x, y = cut(series)
    return hand(x, y - x[:, 0], series, target="difference")


@right
def change_in_units_of_the_window(random):
    series = seasonal(random)
    x, y = cut(series)
    mean, std = x.mean(1, keepdim=True), x.std(1, keepdim=True)
    return hand((x - mean) / std, (y - x[:, -1]) / std[:, 0], series, target="difference")


@right
def overlapping_chunks_to_warm_up(random):
    series = seasonal(random)
    starts = range(0, LONG - STEPS - 1, STEPS // 2)
    x = torch.stack([series[i : i + STEPS] for i in starts])[..., None]
    y = torch.stack([series[i + 1 : i + STEPS + 1] for i in starts])
    return hand(x, y, series, per_step=True, batch_size=1)


@right
def a_column_from_its_twin(random):
    celsius = seasonal(random)
    series = torch.stack([celsius, celsius * 9 / 5 + 32], -1)
    x, y = cut(series)
    return hand(x, y[:, 0, :1], series, target="column", target_column=0)


@right
def years(random):
    times = [np.datetime64(f"{1700 + year}-01-01") for year in range(LONG)]
    series = seasonal(random)
    return hand(*cut(series), series, times=times)
