"""Further answers to lessons 05a and 05b: wrong ones, and right ones in unusual style."""

import math
from collections import deque
from decimal import Decimal
from fractions import Fraction
from itertools import count, takewhile

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.nn import functional

from course_utils.lessons.airline.exercises.create_inout_sequences import create_inout_sequences
from course_utils.lessons.airline.exercises.forecast_recursively import forecast_recursively
from course_utils.lessons.airline.exercises.gru_by_hand import gates, gru_by_hand
from course_utils.lessons.airline.exercises.loss_on_own_output import loss_on_own_output
from course_utils.lessons.airline.exercises.quiz_a import (
    january_moved,
    last_year_on_1959,
    leaked_maximum,
)
from course_utils.lessons.airline.exercises.quiz_b import coefficients_on_log, holt_winters_mase
from course_utils.lessons.airline.exercises.repeat_last_year import repeat_last_year
from course_utils.lessons.airline.exercises.rolling_origins import rolling_origins
from course_utils.lessons.airline.exercises.scale import scale
from course_utils.lessons.airline.exercises.scaled_error import scaled_error
from course_utils.lessons.airline.exercises.turn_z_around import turn_z_around

# ---- 5a.1: scale without looking ahead


def between(low, high, *parts):
    return tuple(2 * (part - low) / (high - low) - 1 for part in parts)


def ends_for_extremes(train, test):
    return between(train[0], train[-1], train, test)


def from_nought(train, test):
    return between(0.0, train.max(), train, test)


def by_the_largest_size(train, test):
    return train / abs(train).max(), test / abs(train).max()


def mean_for_the_middle(train, test):
    half = np.ptp(train) / 2
    return (train - train.mean()) / half, (test - train.mean()) / half


def median_for_the_middle(train, test):
    half = np.ptp(train) / 2
    return (train - np.median(train)) / half, (test - np.median(train)) / half


def lowest_of_all(train, test):
    return between(min(train.min(), test.min()), train.max(), train, test)


def highest_of_all(train, test):
    return between(train.min(), max(train.max(), test.max()), train, test)


def fitted_on_the_test(train, test):
    return between(test.min(), test.max() + 1, train, test)


def clipped_above(train, test):
    scaled, later = scale(train, test)
    return scaled, np.minimum(later, 1)


def clipped_below(train, test):
    scaled, later = scale(train, test)
    return scaled, np.maximum(later, -1)


def upside_down(train, test):
    return tuple(-part for part in scale(train, test))


def exchanged(train, test):
    return scale(train, test)[::-1]


def only_one_of_the_two(train, test):
    return scale(train, test)[0], test


def in_one_array(train, test):
    return np.concatenate(scale(train, test))


def rounded_to_hundredths(train, test):
    return tuple(part.round(2) for part in scale(train, test))


def on_the_arguments_themselves(train, test):
    low, width = train.min(), np.ptp(train)
    for part in (train, test):
        part -= low
        part *= 2 / width
        part -= 1
    return train, test


def percentiles(train, test):
    return between(*np.percentile(train, [1, 99]), train, test)


def sorted_on_the_way(train, test):
    return scale(np.sort(train), test)


def tensors(train, test):
    return tuple(torch.tensor(part) for part in scale(train, test))


def in_32_bits(train, test):
    return scale(train.astype(np.float32), test.astype(np.float32))


def by_interpolation_beyond_the_ends(train, test):
    slope, start = np.polyfit([train.min(), train.max()], [-1.0, 1.0], 1)
    return [slope * part + start for part in (train, test)]


def one_rule_for_both(train, test):
    def rule(value):
        return ((value - train.min()) - (train.max() - value)) / (train.max() - train.min())

    return rule(train), rule(test)


def number_by_number(train, test):
    low, high = min(train), max(train)
    rows = [[-1 + 2 * (x - low) / (high - low) for x in part] for part in (train, test)]
    return np.array(rows[0]), np.array(rows[1])


# ---- 5a.2: cut a series into windows


def labels_first(input_data, tw):
    return create_inout_sequences(input_data, tw)[::-1]


def with_a_feature_axis(input_data, tw):
    windows, labels = create_inout_sequences(input_data, tw)
    return windows[:, :, None], labels


def newest_window_first(input_data, tw):
    windows, labels = create_inout_sequences(input_data, tw)
    return windows[::-1], labels[::-1]


def each_window_backwards(input_data, tw):
    windows, labels = create_inout_sequences(input_data, tw)
    return windows[:, ::-1], labels


def round_the_end(input_data, tw):
    rolled = np.stack([np.roll(input_data, -i) for i in range(len(input_data))])
    return rolled[:, :tw], rolled[:, tw : tw + 1]


def without_the_first_window(input_data, tw):
    windows, labels = create_inout_sequences(input_data, tw)
    return windows[1:], labels[1:]


def label_is_the_first_value(input_data, tw):
    windows, _ = create_inout_sequences(input_data, tw)
    return windows, windows[:, :1]


def one_label_for_all(input_data, tw):
    windows, labels = create_inout_sequences(input_data, tw)
    return windows, np.broadcast_to(labels[-1:], labels.shape)


def as_many_labels_as_inputs(input_data, tw):
    pieces = range(len(input_data) - 2 * tw + 1)
    return create_inout_sequences(input_data, tw)[0], np.array(
        [input_data[i + tw : i + 2 * tw] for i in pieces]
    )


def columns_for_rows(input_data, tw):
    windows, labels = create_inout_sequences(input_data, tw)
    return windows.T, labels.T


def reshaped_to_fit(input_data, tw):
    _, labels = create_inout_sequences(input_data, tw)
    return np.resize(input_data, (len(input_data) - tw, tw)), labels


def label_inside_too(input_data, tw):
    return create_inout_sequences(input_data, tw + 1)[0], input_data[tw:-1, None]


def squeezed_windows(input_data, tw):
    windows, labels = create_inout_sequences(input_data, tw)
    return windows.squeeze(), labels


def lists(input_data, tw):
    return tuple(part.tolist() for part in create_inout_sequences(input_data, tw))


def cut_tensors(input_data, tw):
    return tuple(torch.tensor(part) for part in create_inout_sequences(input_data, tw))


def whole_numbers(input_data, tw):
    return tuple(part.astype(int) for part in create_inout_sequences(input_data, tw))


def sorted_series(input_data, tw):
    return create_inout_sequences(np.sort(input_data), tw)


def by_a_sliding_view(input_data, tw):
    both = np.lib.stride_tricks.sliding_window_view(input_data, tw + 1)
    return both[:, :-1], both[:, -1:]


def by_columns(input_data, tw):
    n = len(input_data) - tw
    windows = np.column_stack([input_data[i : i + n] for i in range(tw)])
    return windows, input_data[tw:].reshape(-1, 1)


def into_zeros_of_32_bits(input_data, tw):
    n = input_data.shape[0] - tw
    windows, labels = np.zeros((n, tw), np.float32), np.empty((n, 1), np.float32)
    for i in range(n):
        windows[i], labels[i, 0] = input_data[i : i + tw], input_data[i + tw]
    return [windows, labels]


def by_torch_unfold(input_data, tw):
    both = torch.from_numpy(input_data).unfold(0, tw + 1, 1).numpy()
    return np.hsplit(both, [tw])[0], np.hsplit(both, [tw])[1]


# ---- 5a.3: why the second dimension is 1


def ones(input_seq, hidden_layer_size):
    return torch.ones(1, input_seq.shape[1], hidden_layer_size)


def random_start(input_seq, hidden_layer_size):
    return torch.randn(1, input_seq.shape[1], hidden_layer_size)


def batch_and_hidden_exchanged(input_seq, hidden_layer_size):
    return torch.zeros(1, hidden_layer_size, input_seq.shape[1])


def an_array(input_seq, hidden_layer_size):
    return np.zeros((1, input_seq.shape[1], hidden_layer_size), np.float32)


def whole_zeros(input_seq, hidden_layer_size):
    return torch.zeros(1, input_seq.shape[1], hidden_layer_size, dtype=torch.int64)


def in_64_bits_always(input_seq, hidden_layer_size):
    return torch.zeros(1, input_seq.shape[1], hidden_layer_size, dtype=torch.float64)


def a_hundred_always(input_seq, hidden_layer_size):
    return torch.zeros(1, input_seq.shape[1], 100)


def squeezed_for_one_window(input_seq, hidden_layer_size):
    return torch.zeros(1, input_seq.shape[1], hidden_layer_size).squeeze(1)


def one_state_a_step(input_seq, hidden_layer_size):
    return torch.zeros(input_seq.shape[0], input_seq.shape[1], hidden_layer_size)


def two_layers(input_seq, hidden_layer_size):
    return torch.zeros(2, input_seq.shape[1], hidden_layer_size)


def features_for_layers(input_seq, hidden_layer_size):
    return torch.zeros(input_seq.shape[2], input_seq.shape[1], hidden_layer_size)


def the_last_input(input_seq, hidden_layer_size):
    return input_seq[-1:, :, :1].expand(1, -1, hidden_layer_size)


def one_window_at_most_five(input_seq, hidden_layer_size):
    return torch.zeros(1, min(input_seq.shape[1], 5), hidden_layer_size)


def batch_from_the_number_of_inputs(input_seq, hidden_layer_size):
    return torch.zeros(1, input_seq.numel() // input_seq.shape[0], hidden_layer_size)


def emptied_input(input_seq, hidden_layer_size):
    return input_seq.zero_()[:1, :, :1].expand(1, -1, hidden_layer_size).clone()


def by_full(input_seq, hidden_layer_size):
    _, batch, _ = input_seq.size()
    return torch.full(size=(1, batch, hidden_layer_size), fill_value=0.0)


def by_zeros_like(input_seq, hidden_layer_size):
    return torch.zeros_like(input_seq[:1, :, :1]).repeat(1, 1, hidden_layer_size)


def from_an_array(input_seq, hidden_layer_size):
    return torch.from_numpy(np.zeros((1, input_seq.shape[1], hidden_layer_size), "float32"))


def by_a_layer(input_seq, hidden_layer_size):
    rows = [[0.0] * hidden_layer_size for _ in range(len(input_seq[0]))]
    return torch.tensor(rows).unsqueeze(0)


# ---- 5a.4: the baseline that must be beaten


def two_years_at_most(past, horizon):
    return np.concatenate([past[-12:], past[-12:]])[:horizon]


def whole_years(past, horizon):
    return np.tile(past[-12:], math.ceil(horizon / 12))


def one_year_alone(past, horizon):
    return past[-12:][:horizon]


def zeros_after_a_year(past, horizon):
    found = np.zeros(horizon)
    found[:12] = past[-12:][:horizon]
    return found


def last_value_after_a_year(past, horizon):
    return past[-12:][np.minimum(np.arange(horizon), 11)]


def last_full_year(past, horizon):
    end = len(past) // 12 * 12
    return past[end - 12 : end][np.arange(horizon) % 12]


def places_counted_from_january(past, horizon):
    return past[-12:][(len(past) + np.arange(horizon)) % 12]


def goes_back_for_more(past, horizon):
    return past[len(past) - 12 - np.arange(horizon) // 12 * 12 + np.arange(horizon) % 12 - 1]


def the_mean_of_each_month(past, horizon):
    months = [past[::-1][11 - i :: 12].mean() for i in range(12)]
    return np.array([months[i % 12] for i in range(horizon)])


def with_growth(past, horizon):
    year = past[-12:]
    return np.concatenate([year + i for i in range(horizon // 12 + 1)])[:horizon]


def season_of_eleven(past, horizon):
    return past[-11:][np.arange(horizon) % 11]


def season_of_thirteen_places(past, horizon):
    return past[-12:][np.arange(horizon) % 13 % 12]


def each_month_repeated(past, horizon):
    return np.repeat(past[-12:], horizon // 12 + 1)[:horizon]


def one_month_more(past, horizon):
    return repeat_last_year(past, horizon + 1)


def the_past_as_well(past, horizon):
    return np.append(past, repeat_last_year(past, horizon))


def as_a_column(past, horizon):
    return repeat_last_year(past, horizon)[:, None]


def a_number_for_one_month(past, horizon):
    found = repeat_last_year(past, horizon)
    return found[0] if horizon == 1 else found


def a_list_of_months(past, horizon):
    return repeat_last_year(past, horizon).tolist()


def whole_passengers(past, horizon):
    return repeat_last_year(past, horizon).round()


def put_into_the_past(past, horizon):
    found = repeat_last_year(past, horizon)
    past[-12:] = 0
    return found


def never_below_nought(past, horizon):
    return np.maximum(repeat_last_year(past, horizon), 0)


def by_resize(past, horizon):
    return np.resize(past[-12:], horizon)


def by_pad(past, horizon):
    return np.pad(past[-12:], (0, max(0, horizon - 12)), mode="wrap")[:horizon]


def month_by_month(past, horizon):
    known = list(past)
    for _ in range(horizon):
        known.append(known[-12])
    return np.array(known[len(past) :])


def by_take_in_32_bits(past, horizon):
    return np.take(past[-12:], np.arange(horizon), mode="wrap").astype(np.float32)


def by_remainders_of_the_end(past, horizon):
    n = len(past)
    return np.fromiter((past[n - 12 + i % 12] for i in range(horizon)), float, horizon)


# ---- 5a.5: an error without units


def seasonal(past, months=12):
    return np.abs(past[months:] - past[:-months])


def medians(actual, forecast, past):
    return float(np.median(np.abs(actual - forecast)) / np.median(seasonal(past)))


def divided_by_all_of_the_past(actual, forecast, past):
    return float(np.abs(actual - forecast).mean() / (seasonal(past).sum() / len(past)))


def season_of_11_months(actual, forecast, past):
    return float(np.abs(actual - forecast).mean() / seasonal(past, 11).mean())


def in_percent(actual, forecast, past):
    return 100 * scaled_error(actual, forecast, past)


def percentage_error(actual, forecast, past):
    return float(np.abs((actual - forecast) / actual).mean())


def mean_absolute_error(actual, forecast, past):
    return float(np.abs(actual - forecast).mean())


def rounded(actual, forecast, past):
    return round(scaled_error(actual, forecast, past), 2)


def signs_cancel_below(actual, forecast, past):
    return float(np.abs(actual - forecast).mean() / abs((past[12:] - past[:-12]).mean()))


def only_rises_count(actual, forecast, past):
    rises = np.maximum(past[12:] - past[:-12], 0).mean()
    return float(np.abs(actual - forecast).mean() / (rises + 1e-12))


def no_sign_below(actual, forecast, past):
    return float(np.abs(actual - forecast).mean() / (past[12:] - past[:-12]).mean())


def absolute_mean(actual, forecast, past):
    return float(abs((actual - forecast).mean()) / seasonal(past).mean())


def first_year_alone(actual, forecast, past):
    return float(np.abs(actual - forecast).mean() / seasonal(past)[:12].mean())


def whole_years_alone(actual, forecast, past):
    return scaled_error(actual, forecast, past[len(past) % 12 :])


def past_goes_on_into_the_test(actual, forecast, past):
    return scaled_error(actual, forecast, np.append(past, actual))


def a_year_at_most(actual, forecast, past):
    return scaled_error(actual[:12], forecast[:12], past)


def last_month_left_out(actual, forecast, past):
    return scaled_error(actual, forecast, past[:-1]) if len(past) > 13 else 0.0


def month_by_month_errors(actual, forecast, past):
    return np.abs(actual - forecast) / seasonal(past).mean()


def in_an_array(actual, forecast, past):
    return np.array([scaled_error(actual, forecast, past)])


def whole_number(actual, forecast, past):
    return int(scaled_error(actual, forecast, past))


def one_at_most(actual, forecast, past):
    return min(scaled_error(actual, forecast, past), 1.0)


def errors_left_in_actual(actual, forecast, past):
    actual -= forecast
    return float(np.abs(actual).mean() / seasonal(past).mean())


def a_text(actual, forecast, past):
    return f"{scaled_error(actual, forecast, past):.2f}"


def by_fsum(actual, forecast, past):
    errors = [abs(y - f) for y, f in zip(actual, forecast, strict=True)]
    missed = [abs(past[t] - past[t - 12]) for t in range(12, len(past))]
    return math.fsum(errors) / len(errors) / (math.fsum(missed) / len(missed))


def by_pandas(actual, forecast, past):
    return pd.Series(actual - forecast).abs().mean() / pd.Series(past).diff(12).abs().mean()


def by_norms(actual, forecast, past):
    above, below = (np.linalg.norm(e, 1) / e.size for e in (actual - forecast, seasonal(past)))
    return above / below


def by_torch(actual, forecast, past):
    actual, forecast, past = (torch.tensor(part).double() for part in (actual, forecast, past))
    above = functional.l1_loss(forecast, actual)
    return (above / functional.l1_loss(past[:-12], past[12:])).item()


# ---- 5a.6: a recursive forecast that leaks no state


def carried_with_the_newest_alone(model, window, horizon):
    found = []
    with torch.no_grad():
        y, state = model(window)
        found.append(y)
        for _ in range(horizon - 1):
            y, state = model(y.unsqueeze(-1), state)
            found.append(y)
    return torch.cat(found, dim=1)


def carried_after_the_second(model, window, horizon):
    known, state = window, None
    with torch.no_grad():
        for i in range(horizon):
            y, new = model(known[:, -window.shape[1] :], state)
            state = new if i else None
            known = torch.cat([known, y.unsqueeze(-1)], dim=1)
    return known[:, window.shape[1] :, 0]


def newest_value_alone(model, window, horizon):
    first = forecast_recursively(model, window, 1)
    return torch.cat([first, forecast_recursively(model, first[..., None], horizon - 1)], 1)


def stays_in_evaluation(model, window, horizon):
    model.eval()
    return forecast_recursively(model, window, horizon)


def goes_on_training(model, window, horizon):
    model.eval()
    found = forecast_recursively(model, window, horizon)
    model.train()
    return found


def freezes_the_model(model, window, horizon):
    model.requires_grad_(False)
    return forecast_recursively(model, window, horizon)


def with_its_graph(model, window, horizon):
    found, current = [], window
    for _ in range(horizon):
        found.append(model(current)[0])
        current = torch.cat([current[:, 1:], found[-1][..., None]], dim=1)
    return torch.cat(found, dim=1)


def no_gradient_ever_after(model, window, horizon):
    torch.set_grad_enabled(False)
    return with_its_graph(model, window, horizon)


def in_the_window_itself(model, window, horizon):
    found = []
    with torch.no_grad():
        for _ in range(horizon):
            found.append(model(window)[0])
            window[:, :-1] = window[:, 1:].clone()
            window[:, -1] = found[-1]
    return torch.cat(found, dim=1)


def last_axis_kept(*given):
    return forecast_recursively(*given)[..., None]


def horizon_first(*given):
    return forecast_recursively(*given).T


def forecast_squeezed(*given):
    return forecast_recursively(*given).squeeze(0)


def forecast_squeezed_for_one_month(*given):
    return forecast_recursively(*given).squeeze(1)


def first_window_for_all(model, window, horizon):
    return forecast_recursively(model, window[:1], horizon).expand(len(window), -1)


def mean_of_the_batch_fed_back(model, window, horizon):
    found, current = [], window
    with torch.no_grad():
        for _ in range(horizon):
            found.append(model(current)[0])
            fed = found[-1].mean().expand(len(window), 1, 1)
            current = torch.cat([current[:, 1:], fed], dim=1)
    return torch.cat(found, dim=1)


def starts_with_the_second(model, window, horizon):
    return forecast_recursively(model, window, horizon + 1)[:, 1:]


def one_too_many(model, window, horizon):
    return forecast_recursively(model, window, horizon + 1)


def backwards(*given):
    return forecast_recursively(*given).flip(1)


def the_last_alone(*given):
    return forecast_recursively(*given)[:, -1:]


def twelve_steps_in_mind(model, window, horizon):
    known = window
    with torch.no_grad():
        for _ in range(horizon):
            known = torch.cat([known, model(known[:, -12:])[0][..., None]], dim=1)
    return known[:, window.shape[1] :, 0]


def window_length_forecasts(model, window, horizon):
    return forecast_recursively(model, window, window.shape[1])


def as_growth_over_the_last(model, window, horizon):
    return window[:, -1] + forecast_recursively(model, window, horizon)


def an_array_of_forecasts(*given):
    return forecast_recursively(*given).numpy()


def a_list_of_forecasts(*given):
    return list(forecast_recursively(*given).split(1, dim=1))


def forecast_rounded(*given):
    return forecast_recursively(*given).round(decimals=2)


def state_as_well(model, window, horizon):
    return forecast_recursively(model, window, horizon), model(window)[1].detach()


@torch.no_grad()
def by_roll(model, window, horizon):
    current, found = window.clone(), []
    for _ in range(horizon):
        y, _ = model(current)
        current = current.roll(-1, dims=1)
        current[:, -1, :] = y
        found.append(y.squeeze(1))
    return torch.stack(found, dim=1)


def row_by_row(model, window, horizon):
    rows = []
    for row in window:
        values = deque(row[:, 0].tolist(), maxlen=len(row))
        forecast = []
        for _ in range(horizon):
            with torch.no_grad():
                forecast.append(model(torch.tensor(list(values))[None, :, None])[0].item())
            values.append(forecast[-1])
        rows.append(forecast)
    return torch.tensor(rows)


def in_inference_mode(model, window, horizon):
    with torch.inference_mode():
        steps = window.shape[1]
        known = torch.empty(len(window), steps + horizon, 1)
        known[:, :steps] = window
        for i in range(horizon):
            known[:, steps + i] = model(known[:, i : i + steps], None)[0]
        return known[:, steps:].squeeze(-1)


def calling_itself(model, window, horizon):
    if horizon == 0:
        return window[:, :0, 0]
    with torch.no_grad():
        y = model(window)[0]
        rest = calling_itself(model, torch.cat((window[:, 1:], y[:, :, None]), 1), horizon - 1)
    return torch.hstack([y, rest])


# ---- 5b.1: one step of a GRU


def by_gru_cell(x, state, *weights):
    cell = nn.GRUCell(x.shape[1], state.shape[1], dtype=x.dtype)
    named = dict(zip(cell.state_dict(), weights, strict=True))
    return torch.func.functional_call(cell, named, (x, state))


def by_the_cells_function(x, state, *weights):
    return torch.gru_cell(x, state, *weights)


def by_nn_gru(x, state, *weights):
    layer = nn.GRU(x.shape[1], state.shape[1], dtype=x.dtype)
    named = dict(zip(layer.state_dict(), weights, strict=True))
    return torch.func.functional_call(layer, named, (x[None], state[None]))[1][0]


def by_linear_layers(x, state, w_ih, w_hh, b_ih, b_hh):
    def layer(weight, bias, value):
        linear = nn.Linear(weight.shape[1], weight.shape[0], dtype=value.dtype)
        return torch.func.functional_call(linear, {"weight": weight, "bias": bias}, (value,))

    x_r, x_z, x_n = layer(w_ih, b_ih, x).chunk(3, 1)
    h_r, h_z, h_n = layer(w_hh, b_hh, state).chunk(3, 1)
    z = (x_z + h_z).sigmoid()
    return (1 - z) * (x_n + (x_r + h_r).sigmoid() * h_n).tanh() + z * state


def rows_cut(x, state, w_ih, w_hh, b_ih, b_hh):
    x_r, x_z, x_n = (x @ w_ih.T + b_ih).reshape(3, len(x), -1)
    h_r, h_z, h_n = (state @ w_hh.T + b_hh).reshape(3, len(x), -1)
    z = torch.sigmoid(x_z + h_z)
    return (1 - z) * torch.tanh(x_n + torch.sigmoid(x_r + h_r) * h_n) + z * state


def no_gradient(*given):
    with torch.no_grad():
        return gru_by_hand(*given)


def state_cut(x, state, *weights):
    return gru_by_hand(x, state.detach(), *weights)


def weights_cut(x, state, *weights):
    return gru_by_hand(x, state, *(weight.detach() for weight in weights))


def reset_gate_cut(x, state, *weights):
    r, z, x_n, h_n = gates(x, state, *weights)
    return (1 - z) * torch.tanh(x_n + r.detach() * h_n) + z * state


def old_state_cut(x, state, *weights):
    r, z, x_n, h_n = gates(x, state, *weights)
    return (1 - z) * torch.tanh(x_n + r * h_n) + z * state.data


def in_32_bits_inside(*given):
    return gru_by_hand(*(part.float() for part in given))


def first_row_alone(x, state, *weights):
    return gru_by_hand(x[:1], state[:1], *weights).expand(len(x), -1)


def mean_state(x, state, *weights):
    return gru_by_hand(x, state.mean(0, keepdim=True).expand_as(state), *weights)


def as_in_the_formula(x, state, w_ih, w_hh, b_ih, b_hh):
    return gru_by_hand(x.T, state.T, w_ih, w_hh, b_ih, b_hh)


def hard_gates(x, state, w_ih, w_hh, b_ih, b_hh):
    x_r, x_z, x_n = (x @ w_ih.T + b_ih).chunk(3, 1)
    h_r, h_z, h_n = (state @ w_hh.T + b_hh).chunk(3, 1)
    r, z = functional.hardsigmoid(x_r + h_r), functional.hardsigmoid(x_z + h_z)
    return (1 - z) * torch.tanh(x_n + r * h_n) + z * state


def tanh_left_out(x, state, *weights):
    r, z, x_n, h_n = gates(x, state, *weights)
    return (1 - z) * (x_n + r * h_n) + z * state


def candidate_added_whole(x, state, *weights):
    r, z, x_n, h_n = gates(x, state, *weights)
    return torch.tanh(x_n + r * h_n) + z * state


def input_reset_too(x, state, *weights):
    r, z, x_n, h_n = gates(x, state, *weights)
    return (1 - z) * torch.tanh(r * (x_n + h_n)) + z * state


def first_bias_left_out(x, state, w_ih, w_hh, b_ih, b_hh):
    return gru_by_hand(x, state, w_ih, w_hh, 0 * b_ih, b_hh)


def old_state_always_zero(x, state, *weights):
    return gru_by_hand(x, 0 * state, *weights)


def with_a_step_axis(*given):
    return gru_by_hand(*given)[None]


def output_and_state(*given):
    state = gru_by_hand(*given)
    return state, state


def in_the_state_itself(x, state, *weights):
    with torch.no_grad():
        return state.copy_(gru_by_hand(x, state, *weights))


def squeezed_step(*given):
    return gru_by_hand(*given).squeeze()


def by_addmm(x, state, w_ih, w_hh, b_ih, b_hh):
    n = state.size(1)
    a, b = torch.addmm(b_ih, x, w_ih.t()), torch.addmm(b_hh, state, w_hh.t())
    r, z = (a[:, :n] + b[:, :n]).sigmoid(), (a[:, n : 2 * n] + b[:, n : 2 * n]).sigmoid()
    return torch.lerp((a[:, 2 * n :] + r * b[:, 2 * n :]).tanh(), state, z)


def sigmoid_by_its_formula(x, state, w_ih, w_hh, b_ih, b_hh):
    a = torch.einsum("bi,gi->bg", x, w_ih) + b_ih
    b = torch.einsum("bh,gh->bg", state, w_hh) + b_hh
    (a_r, a_z, a_n), (b_r, b_z, b_n) = (part.unflatten(1, (3, -1)).unbind(1) for part in (a, b))
    r, z = 1 / (1 + torch.exp(-a_r - b_r)), 1 / (1 + torch.exp(-a_z - b_z))
    return state * z + (1 - z) * torch.tanh(a_n + b_n * r)


def both_gates_in_one_product(x, state, w_ih, w_hh, b_ih, b_hh):
    n = 2 * state.shape[1]
    both = torch.cat([x, state], 1) @ torch.cat([w_ih[:n], w_hh[:n]], 1).T + b_ih[:n] + b_hh[:n]
    r, z = torch.sigmoid(both).split(state.shape[1], dim=-1)
    inner = r * (state @ w_hh[n:].T + b_hh[n:])
    return z * state + (1 - z) * torch.tanh(x @ w_ih[n:].T + b_ih[n:] + inner)


def row_after_row(x, state, w_ih, w_hh, b_ih, b_hh):
    rows = []
    for one, h in zip(x, state, strict=True):
        (r, z, n), (u, v, m) = (w_ih @ one + b_ih).chunk(3), (w_hh @ h + b_hh).chunk(3)
        r, z = torch.sigmoid(r + u), torch.sigmoid(z + v)
        rows.append((1 - z) * torch.tanh(n + r * m) + z * h)
    return torch.stack(rows)


# ---- 5b.2: turn the update gate around


def input_side_alone(w_ih, w_hh, b_ih, b_hh):
    new, _, bias, _ = turn_z_around(w_ih, w_hh, b_ih, b_hh)
    return new, w_hh, bias, b_hh


def state_side_alone(w_ih, w_hh, b_ih, b_hh):
    _, new, _, bias = turn_z_around(w_ih, w_hh, b_ih, b_hh)
    return w_ih, new, b_ih, bias


def second_bias_forgotten(*weights):
    return *turn_z_around(*weights)[:3], weights[3]


def first_bias_forgotten(*weights):
    w_ih, w_hh, _, b_hh = turn_z_around(*weights)
    return w_ih, w_hh, weights[2], b_hh


def both_gates_turned(*weights):
    return tuple(torch.cat([-r, -z, n]) for r, z, n in (w.chunk(3) for w in weights))


def first_two_exchanged(*weights):
    return tuple(torch.cat([z, r, n]) for r, z, n in (w.chunk(3) for w in weights))


def update_and_candidate_exchanged(*weights):
    return tuple(torch.cat([r, n, z]) for r, z, n in (w.chunk(3) for w in weights))


def gate_flipped(*weights):
    return tuple(torch.cat([r, z.flip(0), n]) for r, z, n in (w.chunk(3) for w in weights))


def gate_set_to_zero(*weights):
    return tuple(torch.cat([r, 0 * z, n]) for r, z, n in (w.chunk(3) for w in weights))


def gate_made_negative(*weights):
    return tuple(torch.cat([r, -z.abs(), n]) for r, z, n in (w.chunk(3) for w in weights))


def one_minus_the_biases(w_ih, w_hh, b_ih, b_hh):
    w_ih, w_hh, _, _ = turn_z_around(w_ih, w_hh, b_ih, b_hh)
    one = [torch.cat([r, 1 - z, n]) for r, z, n in (b.chunk(3) for b in (b_ih, b_hh))]
    return w_ih, w_hh, *one


def reciprocal(*weights):
    return tuple(torch.cat([r, 1 / z, n]) for r, z, n in (w.chunk(3) for w in weights))


def turned_twice(*weights):
    return turn_z_around(*turn_z_around(*weights))


def transposed(*weights):
    w_ih, w_hh, b_ih, b_hh = turn_z_around(*weights)
    return w_ih.T, w_hh.T, b_ih, b_hh


def as_if_four_gates(*weights):
    turned = []
    for weight in weights:
        n = len(weight) // 4
        turned.append(torch.cat([weight[:n], -weight[n : 2 * n], weight[2 * n :]]))
    return tuple(turned)


def one_row_missed(*weights):
    for weight in weights:
        n = len(weight) // 3
        weight[n : 2 * n - 1] *= -1
    return weights


def columns_turned(w_ih, w_hh, b_ih, b_hh):
    n = w_hh.shape[1] // 3
    w_hh = torch.cat([w_hh[:, :n], -w_hh[:, n : 2 * n], w_hh[:, 2 * n :]], 1)
    w_ih, _, b_ih, b_hh = turn_z_around(w_ih, w_hh, b_ih, b_hh)
    return w_ih, w_hh, b_ih, b_hh


def size_of_the_inputs(w_ih, w_hh, b_ih, b_hh):
    n = w_ih.shape[1]
    for weight in (w_ih, w_hh, b_ih, b_hh):
        weight[n : 2 * n] *= -1
    return w_ih, w_hh, b_ih, b_hh


def in_place_without_a_return(*weights):
    for weight in weights:
        weight.chunk(3)[1].neg_()


def three_of_the_four(*weights):
    return turn_z_around(*weights)[:3]


def arrays(*weights):
    return tuple(weight.numpy() for weight in turn_z_around(*weights))


def in_32_bits_always(*weights):
    return tuple(weight.float() for weight in turn_z_around(*weights))


def in_64_bits_for_all(*weights):
    return tuple(weight.double() for weight in turn_z_around(*weights))


def biases_first(*weights):
    w_ih, w_hh, b_ih, b_hh = turn_z_around(*weights)
    return b_ih, b_hh, w_ih, w_hh


def by_rows_in_place(w_ih, w_hh, b_ih, b_hh):
    n = w_hh.shape[1]
    with torch.no_grad():
        for weight in (w_ih, w_hh, b_ih, b_hh):
            weight[n : 2 * n] = -weight[n : 2 * n]
    return w_ih, w_hh, b_ih, b_hh


def by_signs(w_ih, w_hh, b_ih, b_hh):
    signs = torch.tensor([1.0, -1.0, 1.0], dtype=w_hh.dtype).repeat_interleave(w_hh.shape[1])
    return [signs[:, None] * w_ih, signs[:, None] * w_hh, signs * b_ih, signs * b_hh]


def by_where(*weights):
    def turned(weight):
        place = torch.arange(len(weight)) * 3 // len(weight)
        return torch.where((place == 1).view(-1, *[1] * (weight.dim() - 1)), -weight, weight)

    return tuple(map(turned, weights))


def by_unflatten(*weights):
    turned = []
    for weight in weights:
        parts = weight.detach().clone().unflatten(0, (3, -1))
        parts[1].mul_(-1)
        turned.append(parts.flatten(0, 1))
    return tuple(turned)


def half_in_place(w_ih, w_hh, b_ih, b_hh):
    new = turn_z_around(w_ih, w_hh, b_ih, b_hh)
    b_ih.copy_(new[2])
    return new[0], new[1], b_ih, new[3]


# ---- 5b.3: where a forecast may start


def a_range(length, first, step, horizon):
    return range(first, length - horizon + 1, step)


def a_tuple(length, first, step, horizon):
    return tuple(rolling_origins(length, first, step, horizon))


def an_array_of_origins(length, first, step, horizon):
    return np.arange(first, length - horizon + 1, step)


def floats(length, first, step, horizon):
    return np.arange(float(first), length - horizon + 1, step).tolist()


def other_names(n, start, every, ahead):
    return rolling_origins(n, start, every, ahead)


def one_other_name(length, first_origin, step, horizon):
    return rolling_origins(length, first_origin, step, horizon)


def latest_first(length, first, step, horizon):
    return rolling_origins(length, first, step, horizon)[::-1]


def one_too_far(length, first, step, horizon):
    return list(range(first, length - horizon + 2, step))


def counted_back_from_the_end(length, first, step, horizon):
    return list(range(length - horizon, first - 1, -step))[::-1]


def the_last_always_included(length, first, step, horizon):
    found = rolling_origins(length, first, step, horizon)
    last = length - horizon
    return found if not found or found[-1] == last else [*found, last]


def one_origin_at_least(length, first, step, horizon):
    return rolling_origins(length, first, step, horizon) or [first]


def none_for_none(length, first, step, horizon):
    return rolling_origins(length, first, step, horizon) or None


def as_many_as_steps_fit(length, first, step, horizon):
    return [first + step * i for i in range((length - first - horizon) // step)]


def as_many_as_fit_whole(length, first, step, horizon):
    return [first + step * i for i in range((length - first) // step)][: -horizon // step or None]


def leaves_one_month(length, first, step, horizon):
    return list(range(first, length, step))[:-1]


def step_after_the_horizon(length, first, step, horizon):
    return list(range(first, length - horizon + 1, step + horizon))


def every_month(length, first, step, horizon):
    return list(range(first, length - horizon + 1))


def first_left_out(length, first, step, horizon):
    return rolling_origins(length, first, step, horizon)[1:]


def places_before(length, first, step, horizon):
    return [origin - 1 for origin in rolling_origins(length, first, step, horizon)]


def pairs(length, first, step, horizon):
    return [(o, o + horizon) for o in rolling_origins(length, first, step, horizon)]


def nine_at_most(length, first, step, horizon):
    return rolling_origins(length, first, step, horizon)[:3]


def a_year_in_mind(length, first, step, horizon):
    return list(range(first, length - 12 + 1, step))


def steps_of_three(length, first, step, horizon):
    return list(range(first, length - horizon + 1, 3))


def how_many(length, first, step, horizon):
    return len(rolling_origins(length, first, step, horizon))


def by_selection(length, first, step, horizon):
    return [o for o in range(first, length) if not (o - first) % step and o + horizon <= length]


def by_takewhile(length, first, step, horizon):
    return list(takewhile(lambda origin: length - origin >= horizon, count(first, step)))


def numpys_numbers(length, first, step, horizon):
    return list(np.arange(first, length - horizon + 1, step))


def calling_itself_again(length, first, step, horizon):
    if first + horizon > length:
        return []
    return [first, *calling_itself_again(length, first + step, step, horizon)]


def by_their_number(length, first, step, horizon):
    number = max(0, (length - horizon - first) // step + 1)
    return [first + i * step for i in range(number)]


# ---- 5a.7: is the forecast the truth, one step late?


def shifts_of(actual, forecast, most):
    return {s: forecast[s:] - actual[: len(actual) - s] for s in range(most + 1)}


def best_by(judge, *given):
    left = shifts_of(*given)
    return min(left, key=lambda shift: judge(left[shift]))


def last_of_those_that_tie(actual, forecast, most):
    left = shifts_of(actual, forecast, most)
    return max(left, key=lambda shift: (-np.mean(left[shift] ** 2), shift))


def always_one(actual, forecast, most):
    return min(1, most)


def always_on_time(actual, forecast, most):
    return 0


def always_the_most(actual, forecast, most):
    return most


def largest_error(*given):
    return best_by(lambda left: -np.mean(left**2), *given)


def median_of_the_squares(*given):
    return best_by(lambda left: np.median(left**2), *given)


def largest_miss(*given):
    return best_by(lambda left: np.abs(left).max(), *given)


def the_first_pair_alone(*given):
    return best_by(lambda left: left[0] ** 2, *given)


def the_last_pair_alone(*given):
    return best_by(lambda left: left[-1] ** 2, *given)


def spread_alone(*given):
    return best_by(np.var, *given)


def largest_product(actual, forecast, most):
    kept = [forecast[s:] @ actual[: len(actual) - s] for s in range(most + 1)]
    return int(np.argmax(kept))


def ends_cut_for_starts(actual, forecast, most):
    kept = [forecast[: len(actual) - s] - actual[: len(actual) - s] for s in range(most + 1)]
    return int(np.argmin([np.mean(left**2) for left in kept]))


def both_cut_at_the_start(actual, forecast, most):
    return int(np.argmin([np.mean((forecast[s:] - actual[s:]) ** 2) for s in range(most + 1)]))


def both_ways(actual, forecast, most):
    early = best_by(lambda left: np.mean(left**2), forecast, actual, most)
    late = best_by(lambda left: np.mean(left**2), actual, forecast, most)
    errors = shifts_of(forecast, actual, most)[early], shifts_of(actual, forecast, most)[late]
    return late if np.mean(errors[1] ** 2) < np.mean(errors[0] ** 2) else -early


def divided_by_all(actual, forecast, most):
    return best_by(lambda left: np.sum(left**2) / len(actual), actual, forecast, most)


def minus_the_shift(*given):
    return -best_by(lambda left: np.mean(left**2), *given)


def one_more(*given):
    return 1 + best_by(lambda left: np.mean(left**2), *given)


def a_list_of_errors(*given):
    return [float(np.mean(left**2)) for left in shifts_of(*given).values()]


def whether_it_is_late(*given):
    return best_by(lambda left: np.mean(left**2), *given) > 0


def shift_and_error(*given):
    best = best_by(lambda left: np.mean(left**2), *given)
    return best, float(np.mean(shifts_of(*given)[best] ** 2))


def a_word(*given):
    return str(best_by(lambda left: np.mean(left**2), *given))


def changed_on_the_way(actual, forecast, most):
    best = best_by(lambda left: np.mean(left**2), actual, forecast, most)
    forecast -= actual
    return best


def no_shift_found(*given):
    best = best_by(lambda left: np.mean(left**2), *given)
    return best or None


def by_pandas_shift(actual, forecast, most):
    truth, said = pd.Series(actual), pd.Series(forecast)
    return pd.Series([((said - truth.shift(s)) ** 2).mean() for s in range(most + 1)]).idxmin()


def by_root_mean_square(*given):
    return np.int64(best_by(lambda left: np.sqrt(np.mean(np.square(left))), *given))


def by_padding_with_nan(actual, forecast, most):
    errors = []
    for shift in range(most + 1):
        late = np.full(len(actual), np.nan)
        late[shift:] = actual[: len(actual) - shift]
        errors.append(np.nanmean((forecast - late) ** 2))
    return errors.index(min(errors))


def by_dot_products(actual, forecast, most):
    def error(shift):
        left = forecast[shift:] - actual[: len(actual) - shift]
        return left @ left / len(left)

    return min(range(most + 1), key=error)


# ---- 5b.4: choose by the years before the test


def scores_of(errors, origins, horizon, end):
    return errors[:, :, origins + horizon <= end].mean(axis=2)


def median_first(errors, origins, horizon, end):
    known = origins + horizon <= end
    return int(np.median(errors[:, :, known], axis=1).mean(axis=1).argmin())


def median_of_all_numbers(errors, origins, horizon, end):
    known = origins + horizon <= end
    return int(np.median(errors[:, :, known], axis=(1, 2)).argmin())


def median_over_origins(errors, origins, horizon, end):
    known = origins + horizon <= end
    return int(np.median(np.median(errors[:, :, known], axis=2), axis=1).argmin())


def steadiest(*given):
    return int(np.ptp(scores_of(*given), axis=1).argmin())


def best_worst_seed(*given):
    return int(scores_of(*given).max(axis=1).argmin())


def first_seed_alone(*given):
    return int(scores_of(*given)[:, 0].argmin())


def last_seed_alone(*given):
    return int(scores_of(*given)[:, -1].argmin())


def first_origin_alone(errors, origins, horizon, end):
    return int(np.median(errors[:, :, 0], axis=1).argmin())


def last_origin_of_all(errors, origins, horizon, end):
    return int(np.median(errors[:, :, -1], axis=1).argmin())


def best_single_number(errors, origins, horizon, end):
    known = errors[:, :, origins + horizon <= end]
    return int(known.min(axis=(1, 2)).argmin())


def place_among_all_runs(*given):
    return int(scores_of(*given).argmin()) + 0 * given[2] if given[0].shape[1] > 1 else -1


def its_seed(*given):
    return int(scores_of(*given).min(axis=0).argmin()) - 1


def its_place_from_one(*given):
    return int(np.median(scores_of(*given), axis=1).argmin()) + 1


def the_median_setting(*given):
    order = np.argsort(np.median(scores_of(*given), axis=1))
    return int(order[len(order) // 2]) if len(order) > 2 else -1


def always_the_first(*given):
    return 0


def always_the_last(*given):
    return len(given[0]) - 1


def the_order(*given):
    return np.argsort(np.median(scores_of(*given), axis=1))


def a_mask(*given):
    medians = np.median(scores_of(*given), axis=1)
    return medians == medians.min()


def its_errors(errors, *given):
    return errors[int(np.median(scores_of(errors, *given), axis=1).argmin())]


def a_pair_of_place_and_score(*given):
    medians = np.median(scores_of(*given), axis=1)
    return int(medians.argmin()), float(medians.min())


def horizon_of_a_year(errors, origins, horizon, end):
    known = origins + 12 <= end
    return median_first(errors, origins, 12, end) if known.any() else -1


def horizon_taken_off_the_wrong_side(errors, origins, horizon, end):
    return int(np.median(scores_of(errors, origins, -horizon, end), axis=1).argmin())


def sorted_in_place(errors, origins, horizon, end):
    best = int(np.median(scores_of(errors, origins, horizon, end), axis=1).argmin())
    errors.sort(axis=1)
    return best


def origin_for_the_end(errors, origin, ahead, end):
    return int(np.median(scores_of(errors, origin, ahead, end), axis=1).argmin())


def by_taking_places(errors, origins, horizon, end):
    fits = np.flatnonzero(np.asarray(origins) <= end - horizon)
    return np.argmin(np.median(np.take(errors, fits, axis=2).mean(-1), axis=-1))


def by_pandas_frames(errors, origins, horizon, end):
    frames = [pd.DataFrame(setting, columns=origins) for setting in errors]
    medians = [frame.loc[:, origins + horizon <= end].mean(axis=1).median() for frame in frames]
    return medians.index(min(medians))


def by_masked_arrays(errors, origins, horizon, end):
    late = np.broadcast_to(origins + horizon > end, errors.shape)
    means = np.ma.array(errors, mask=late).mean(axis=2)
    return int(np.argmin(np.median(means.filled(np.nan), axis=1)))


def by_sorting_settings(errors, origins, horizon, end):
    def score(place):
        rows = errors[place][:, origins + horizon <= end]
        return np.median(rows.sum(axis=1) / rows.shape[1])

    return sorted(range(len(errors)), key=score)[0]


# ---- 5b.5: train on what the network itself says


def said_by(model, window, steps):
    current, said = window, []
    for _ in range(steps):
        said.append(model(current)[0])
        current = torch.cat([current[:, 1:], said[-1][..., None]], dim=1)
    return torch.cat(said, dim=1)


def absolute_errors(model, window, future):
    return (said_by(model, window, future.shape[1]) - future).abs().mean()


def rooted(model, window, future):
    return loss_on_own_output(model, window, future).sqrt()


def halved(*given):
    return loss_on_own_output(*given) / 2


def a_number_for_a_tensor(*given):
    return loss_on_own_output(*given).item()


def detached_at_the_end(*given):
    return loss_on_own_output(*given).detach()


def wrapped_anew(*given):
    return torch.tensor(loss_on_own_output(*given).item(), requires_grad=True)


def one_loss_for_each_row(model, window, future):
    return ((said_by(model, window, future.shape[1]) - future) ** 2).mean(dim=1)


def one_loss_for_each_step(model, window, future):
    return ((said_by(model, window, future.shape[1]) - future) ** 2).mean(dim=0)


def the_forecast_as_well(model, window, future):
    return loss_on_own_output(model, window, future), said_by(model, window, future.shape[1])


def the_forecast_alone(model, window, future):
    return said_by(model, window, future.shape[1])


def summed_over_steps(model, window, future):
    return ((said_by(model, window, future.shape[1]) - future) ** 2).mean(dim=0).sum()


def window_that_grows(model, window, future):
    known = window
    for _ in range(future.shape[1]):
        known = torch.cat([known, model(known)[0][..., None]], dim=1)
    return functional.mse_loss(known[:, window.shape[1] :, 0], future)


def fed_at_the_front(model, window, future):
    current, said = window, []
    for _ in range(future.shape[1]):
        said.append(model(current)[0])
        current = torch.cat([said[-1][..., None], current[:, :-1]], dim=1)
    return functional.mse_loss(torch.cat(said, dim=1), future)


def cut_at_the_length_of_future(model, window, future):
    steps = future.shape[1]
    known = torch.cat([window[..., 0], said_by(model, window, steps)], dim=1)
    return functional.mse_loss(known[:, steps:][:, :steps], future)


def a_step_too_late(model, window, future):
    return functional.mse_loss(said_by(model, window, future.shape[1] + 1)[:, 1:], future)


def half_truth(model, window, future):
    current, losses = window, []
    for step in range(future.shape[1]):
        y = model(current)[0]
        losses.append(functional.mse_loss(y[:, 0], future[:, step]))
        fed = y if step % 2 else future[:, step : step + 1]
        current = torch.cat([current[:, 1:], fed[..., None]], dim=1)
    return torch.stack(losses).mean()


def every_second_step_cut(model, window, future):
    current, said = window, []
    for step in range(future.shape[1]):
        said.append(model(current)[0])
        fed = said[-1].detach() if step % 2 == 0 else said[-1]
        current = torch.cat([current[:, 1:], fed[..., None]], dim=1)
    return functional.mse_loss(torch.cat(said, dim=1), future)


def already_backward(model, window, future):
    loss = loss_on_own_output(model, window, future)
    loss.backward(retain_graph=True)
    return loss


def in_evaluation_from_now_on(model, window, future):
    model.eval()
    return loss_on_own_output(model, window, future)


def gradient_cleared_and_frozen(model, window, future):
    loss = loss_on_own_output(model, window, future)
    model.requires_grad_(False)
    return loss


def target_flattened(model, window, future):
    return functional.mse_loss(said_by(model, window, future.shape[1]).flatten(), future[:, 0])


def by_a_list_of_columns(model, window, future):
    columns = list(window.unbind(dim=1))
    for _ in range(future.shape[1]):
        recent = torch.stack(columns[-window.shape[1] :], dim=1)
        columns.append(model(recent)[0])
    said = torch.cat(columns[window.shape[1] :], dim=1)
    return torch.mean((said - future) ** 2)


def by_the_loss_module(model, window, future):
    return nn.MSELoss()(said_by(model, window, future.size(-1)), target=future)


def by_step_losses(model, window, future):
    current, losses = window, []
    for true in future.unbind(dim=1):
        y, _ = model(current)
        losses.append(functional.mse_loss(y.squeeze(1), true))
        current = torch.cat((current, y[:, :, None]), 1)[:, 1:]
    return sum(losses) / len(losses)


def row_wise(model, window, future):
    rows = [
        loss_on_own_output(model, window[i : i + 1], future[i : i + 1]) for i in range(len(window))
    ]
    return torch.stack(rows).mean()


WRONG = {
    "5a.1": (
        *(ends_for_extremes, from_nought, by_the_largest_size, mean_for_the_middle),
        *(median_for_the_middle, lowest_of_all, highest_of_all, fitted_on_the_test),
        *(clipped_above, clipped_below, upside_down, exchanged, only_one_of_the_two),
        *(in_one_array, rounded_to_hundredths, on_the_arguments_themselves, percentiles),
        *(sorted_on_the_way, tensors),
    ),
    "5a.2": (
        *(labels_first, with_a_feature_axis, newest_window_first, each_window_backwards),
        *(round_the_end, without_the_first_window, label_is_the_first_value, one_label_for_all),
        *(as_many_labels_as_inputs, columns_for_rows, reshaped_to_fit, label_inside_too),
        *(squeezed_windows, lists, cut_tensors, whole_numbers, sorted_series),
    ),
    "5a.3": (
        *(ones, random_start, batch_and_hidden_exchanged, an_array, whole_zeros),
        *(in_64_bits_always, a_hundred_always, squeezed_for_one_window, one_state_a_step),
        *(two_layers, features_for_layers, the_last_input, one_window_at_most_five),
        *(batch_from_the_number_of_inputs, emptied_input),
    ),
    "5a.4": (
        *(two_years_at_most, whole_years, one_year_alone, zeros_after_a_year),
        *(last_value_after_a_year, last_full_year, places_counted_from_january),
        *(goes_back_for_more, the_mean_of_each_month, with_growth, season_of_eleven),
        *(season_of_thirteen_places, each_month_repeated, one_month_more, the_past_as_well),
        *(as_a_column, a_number_for_one_month, a_list_of_months, whole_passengers),
        *(put_into_the_past, never_below_nought),
    ),
    "5a.5": (
        *(medians, divided_by_all_of_the_past, season_of_11_months, in_percent),
        *(percentage_error, mean_absolute_error, rounded, signs_cancel_below, only_rises_count),
        *(no_sign_below, absolute_mean, first_year_alone, whole_years_alone),
        *(past_goes_on_into_the_test, a_year_at_most, last_month_left_out),
        *(month_by_month_errors, in_an_array, whole_number, one_at_most, errors_left_in_actual),
        a_text,
    ),
    "5a.6": (
        *(carried_with_the_newest_alone, carried_after_the_second, newest_value_alone),
        *(stays_in_evaluation, goes_on_training, freezes_the_model, with_its_graph),
        *(no_gradient_ever_after, in_the_window_itself, last_axis_kept, horizon_first),
        *(forecast_squeezed, forecast_squeezed_for_one_month, first_window_for_all),
        *(mean_of_the_batch_fed_back, starts_with_the_second, one_too_many, backwards),
        *(the_last_alone, twelve_steps_in_mind, window_length_forecasts),
        *(as_growth_over_the_last, an_array_of_forecasts, a_list_of_forecasts),
        *(forecast_rounded, state_as_well),
    ),
    "5a.7": (
        *(last_of_those_that_tie, always_one, always_on_time, always_the_most, largest_error),
        *(median_of_the_squares, largest_miss, the_first_pair_alone, the_last_pair_alone),
        *(spread_alone, largest_product, ends_cut_for_starts, both_cut_at_the_start, both_ways),
        *(divided_by_all, minus_the_shift, one_more, a_list_of_errors, whether_it_is_late),
        *(shift_and_error, a_word, changed_on_the_way, no_shift_found),
    ),
    "5b.1": (
        *(by_gru_cell, by_the_cells_function, by_nn_gru, by_linear_layers, rows_cut),
        *(no_gradient, state_cut, weights_cut, reset_gate_cut, old_state_cut),
        *(in_32_bits_inside, first_row_alone, mean_state, as_in_the_formula, hard_gates),
        *(tanh_left_out, candidate_added_whole, input_reset_too, first_bias_left_out),
        *(old_state_always_zero, with_a_step_axis, output_and_state, in_the_state_itself),
        squeezed_step,
    ),
    "5b.2": (
        *(input_side_alone, state_side_alone, second_bias_forgotten, first_bias_forgotten),
        *(both_gates_turned, first_two_exchanged, update_and_candidate_exchanged),
        *(gate_flipped, gate_set_to_zero, gate_made_negative, one_minus_the_biases),
        *(reciprocal, turned_twice, transposed, as_if_four_gates, one_row_missed),
        *(columns_turned, size_of_the_inputs, in_place_without_a_return, three_of_the_four),
        *(arrays, in_32_bits_always, in_64_bits_for_all, biases_first),
    ),
    "5b.3": (
        *(a_range, a_tuple, an_array_of_origins, floats, other_names, one_other_name),
        *(latest_first, one_too_far, counted_back_from_the_end, the_last_always_included),
        *(one_origin_at_least, none_for_none, as_many_as_steps_fit, as_many_as_fit_whole),
        *(leaves_one_month, step_after_the_horizon, every_month, first_left_out),
        *(places_before, pairs, nine_at_most, a_year_in_mind, steps_of_three, how_many),
    ),
    "5b.4": (
        *(median_first, median_of_all_numbers, median_over_origins, steadiest, best_worst_seed),
        *(first_seed_alone, last_seed_alone, first_origin_alone, last_origin_of_all),
        *(best_single_number, place_among_all_runs, its_seed, its_place_from_one),
        *(the_median_setting, always_the_first, always_the_last, the_order, a_mask, its_errors),
        *(a_pair_of_place_and_score, horizon_of_a_year, horizon_taken_off_the_wrong_side),
        *(sorted_in_place, origin_for_the_end),
    ),
    "5b.5": (
        *(absolute_errors, rooted, halved, a_number_for_a_tensor, detached_at_the_end),
        *(wrapped_anew, one_loss_for_each_row, one_loss_for_each_step, the_forecast_as_well),
        *(the_forecast_alone, summed_over_steps, window_that_grows, fed_at_the_front),
        *(cut_at_the_length_of_future, a_step_too_late, half_truth, every_second_step_cut),
        *(already_backward, in_evaluation_from_now_on, gradient_cleared_and_frozen),
        target_flattened,
    ),
}

RIGHT = {
    "5a.1": (in_32_bits, by_interpolation_beyond_the_ends, one_rule_for_both, number_by_number),
    "5a.2": (by_a_sliding_view, by_columns, into_zeros_of_32_bits, by_torch_unfold),
    "5a.3": (by_full, by_zeros_like, from_an_array, by_a_layer),
    "5a.4": (
        *(by_resize, by_pad, month_by_month, by_take_in_32_bits),
        by_remainders_of_the_end,
    ),
    "5a.5": (by_fsum, by_pandas, by_norms, by_torch),
    "5a.6": (by_roll, row_by_row, in_inference_mode, calling_itself),
    "5a.7": (by_pandas_shift, by_root_mean_square, by_padding_with_nan, by_dot_products),
    "5b.1": (by_addmm, sigmoid_by_its_formula, both_gates_in_one_product, row_after_row),
    "5b.2": (by_rows_in_place, by_signs, by_where, by_unflatten, half_in_place),
    "5b.3": (
        *(by_selection, by_takewhile, numpys_numbers, calling_itself_again),
        by_their_number,
    ),
    "5b.4": (by_taking_places, by_pandas_frames, by_masked_arrays, by_sorting_settings),
    "5b.5": (by_a_list_of_columns, by_the_loss_module, by_step_losses, row_wise),
}

NAN = float("nan")
NEAR_MISSES = {
    "5a.Q1": (0.75, 0.77, 0.8, 0.7, -0.76, 75.7, 1, NAN, "0.76", [0.76], (0.76, 1.28), None),
    "5a.Q2": (49.2, 49.4, 49, 50, 49.32, -49.3, 49.254**2, NAN, [49.3], "49.3", None),
    "5a.Q3": (29.7, 29.9, 30, 29, -29.8, 21.9, NAN, [29.8], np.full(32, 29.8), None),
    "5b.Q1": (1115, 1117, 1116.5, -1116, 1104, 1128, 32 * 1116, NAN, "1116", [1116], None),
    "5b.Q2": (18.2, 18.4, 18, 18.36, 17.5, -18.3, NAN, [18.3], (18.3, 17.5), None),
    "5b.Q3": (0.33, 0.35, 0.3, 0.344, 33.8, -0.34, NAN, "0.34", [0.34], None),
}

TYPES = {
    "5a.Q1": (0.76, np.float32(leaked_maximum()), Fraction(28, 37), Decimal("0.757")),
    "5a.Q2": (49.3, 49.25, np.float64(last_year_on_1959()), Decimal("49.3"), Fraction(493, 10)),
    "5a.Q3": (29.8, 29.76, np.float32(january_moved()), torch.tensor(29.8), np.array(29.8)),
    "5b.Q1": (1116.0, np.int64(1116), Fraction(1116), Decimal(1116), torch.tensor(1116)),
    "5b.Q2": (18.3, np.float32(coefficients_on_log()), Fraction(183, 10), Decimal("18.3")),
    "5b.Q3": (0.34, 0.338, np.float64(holt_winters_mase()), Decimal("0.34"), np.array(0.34)),
}
