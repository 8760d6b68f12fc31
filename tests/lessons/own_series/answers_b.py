"""Further answers to lesson 06b: wrong ones, and right ones in unusual style."""

from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Any

import numpy as np
import torch
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.metrics import root_mean_squared_error
from sklearn.metrics.pairwise import laplacian_kernel, rbf_kernel

from course_utils.lessons.own_series.exercises.crossover import crossover
from course_utils.lessons.own_series.exercises.kernel_forecast import kernel_forecast
from course_utils.lessons.own_series.exercises.linear_forecast import linear_forecast
from course_utils.lessons.own_series.exercises.nrmse import nrmse
from course_utils.lessons.own_series.exercises.quiz_b import kernel_with_few_points, mean_of_two
from course_utils.lessons.own_series.exercises.revolving_sign import revolving_sign
from course_utils.lessons.own_series.exercises.rk4_step import rk4_step
from course_utils.lessons.own_series.exercises.thermostat import thermostat

# ---- 6b.1: one Runge–Kutta step


def heun(slope, x, then, later, step):
    k1 = slope(x, then)
    return x + step * (k1 + slope(x + step * k1, later)) / 2


def third_order(slope, x, then, later, step):
    k1 = slope(x, then)
    k2 = slope(x + step / 2 * k1, (then + later) / 2)
    k3 = slope(x - step * k1 + 2 * step * k2, later)
    return x + step * (k1 + 4 * k2 + k3) / 6


def three_eighths(slope, x, then, later, step):
    k1 = slope(x, then)
    k2 = slope(x + step / 3 * k1, then + (later - then) / 3)
    k3 = slope(x + step * (k2 - k1 / 3), then + 2 * (later - then) / 3)
    k4 = slope(x + step * (k1 - k2 + k3), later)
    return x + step * (k1 + 3 * k2 + 3 * k3 + k4) / 8


def later_never_read(slope, x, then, later, step):
    return rk4_step(slope, x, then, then, step)


def then_and_later_exchanged(slope, x, then, later, step):
    return rk4_step(slope, x, later, then, step)


def backwards_in_time(slope, x, then, later, step):
    return rk4_step(slope, x, then, later, -step)


def half_the_step(slope, x, then, later, step):
    return rk4_step(slope, x, then, later, step / 2)


def arguments_exchanged(slope, x, then, later, step):
    return rk4_step(lambda x, delayed: slope(delayed, x), x, then, later, step)


def third_from_the_first(slope, x, then, later, step):
    between = (then + later) / 2
    k1 = slope(x, then)
    k2 = k3 = slope(x + step / 2 * k1, between)
    return x + step / 6 * (k1 + 2 * k2 + 2 * k3 + slope(x + step * k3, later))


def weights_by_eight(slope, x, then, later, step):
    return x + 6 / 8 * (rk4_step(slope, x, then, later, step) - x)


def a_fixed_step(slope, x, then, later, step):
    return rk4_step(slope, x, then, later, 0.1)


def rounded_step(slope, x, then, later, step):
    return round(rk4_step(slope, x, then, later, step), 3)


def with_all_slopes(slope, x, then, later, step):
    return rk4_step(slope, x, then, later, step), slope(x, then)


def by_dot_product(slope, x, then, later, step):
    between, slopes = 0.5 * then + 0.5 * later, np.empty(4)
    slopes[0] = slope(x, then)
    slopes[1] = slope(x + 0.5 * step * slopes[0], between)
    slopes[2] = slope(x + 0.5 * step * slopes[1], between)
    slopes[3] = slope(x + step * slopes[2], later)
    return float(x + step * np.dot(slopes, np.array([1, 2, 2, 1]) / 6))


def by_increments(slope, x, then, later, step):
    a = step * slope(x, then)
    b = step * slope(x + a / 2, (then + later) / 2)
    c = step * slope(x + b / 2, (then + later) / 2)
    d = step * slope(x + c, later)
    return x + a / 6 + b / 3 + c / 3 + d / 6


def with_a_function_of_time(slope, x, then, later, step):
    def delayed(part):
        return then + part * (later - then)

    def at(part, k):
        return slope(x + part * step * k, delayed(part))

    k1 = at(0, 0.0)
    k2 = at(0.5, k1)
    k3 = at(0.5, k2)
    return x + step * (k1 + 2 * (k2 + k3) + at(1, k3)) / 6


# ---- 6b.2: an error on which the mean scores 1


def over_the_first_column(actual, forecast):
    return np.sqrt(np.square(forecast - actual).mean(axis=0)) / actual[:, 0].std()


def sample_spread(actual, forecast):
    return np.sqrt(np.square(forecast - actual).mean(axis=0)) / actual.std(axis=0, ddof=1)


def sum_of_squares(actual, forecast):
    return np.sqrt(np.square(forecast - actual).sum(axis=0)) / actual.std(axis=0)


def bias_taken_out(actual, forecast):
    return (forecast - actual).std(axis=0) / actual.std(axis=0)


def largest_error(actual, forecast):
    return np.abs(forecast - actual).max(axis=0) / actual.std(axis=0)


def median_error(actual, forecast):
    return np.median(np.abs(forecast - actual), axis=0) / actual.std(axis=0)


def share_explained(actual, forecast):
    return 1 - nrmse(actual, forecast) ** 2


def as_a_column(actual, forecast):
    return nrmse(actual, forecast)[:, np.newaxis]


def columns_averaged(actual, forecast):
    return nrmse(actual, forecast).mean()


def in_percent(actual, forecast):
    return 100 * nrmse(actual, forecast)


def spread_of_both(actual, forecast):
    both = np.concatenate([actual, forecast])
    return np.sqrt(np.square(forecast - actual).mean(axis=0)) / both.std(axis=0)


def column_by_column(actual, forecast):
    pairs = zip(actual.T, forecast.T, strict=True)
    return np.array([np.linalg.norm(a - f) / np.linalg.norm(a - a.mean()) for a, f in pairs])


def by_the_library_error(actual, forecast):
    error = root_mean_squared_error(actual, forecast, multioutput="raw_values")
    return error / np.std(actual, axis=0)


def by_summing_squares(actual, forecast):
    left = ((actual - forecast) ** 2).sum(0)
    return (left / ((actual - actual.mean(0)) ** 2).sum(0)) ** 0.5


# ---- 6b.3: the line that every network has to beat


def ridge_of_one(inputs, targets, asked):
    return Ridge(1.0).fit(inputs, targets).predict(asked).reshape(len(asked), -1)


def first_value_alone(inputs, targets, asked):
    return linear_forecast(inputs[:, :1], targets, asked[:, :1])


def first_half_of_the_windows(inputs, targets, asked):
    half = len(inputs) // 2
    return linear_forecast(inputs[:half], targets[:half], asked)


def futures_shifted(inputs, targets, asked):
    return linear_forecast(inputs, np.roll(targets, 1, axis=0), asked)


def last_future_repeated(inputs, targets, asked):
    return np.repeat(targets[-1:], len(asked), axis=0)


def weights_alone(inputs, targets, asked):
    design = np.column_stack([np.ones(len(inputs)), inputs])
    return np.linalg.lstsq(design, targets, rcond=None)[0]


def every_window_less_its_mean(inputs, targets, asked):
    inputs, asked = (part - part.mean(axis=1, keepdims=True) for part in (inputs, asked))
    return linear_forecast(inputs, targets, asked)


def turned_on_its_side(inputs, targets, asked):
    return linear_forecast(inputs, targets, asked).T.copy() + 0.001


def futures_for_inputs(inputs, targets, asked):
    return linear_forecast(inputs, np.abs(targets) ** 0.5, asked)


def nearest_window(inputs, targets, asked):
    distances = np.square(asked[:, None] - inputs[None]).sum(axis=2)
    return targets[distances.argmin(axis=1)]


def constant_of_a_half(inputs, targets, asked):
    design = np.column_stack([np.ones(len(inputs)), inputs])
    weights = np.linalg.lstsq(design, targets, rcond=None)[0]
    return np.column_stack([np.full(len(asked), 0.5), asked]) @ weights


def by_the_library(inputs, targets, asked):
    return LinearRegression().fit(inputs, targets).predict(asked).reshape(len(asked), -1)


def centred_first(inputs, targets, asked):
    middle, level = inputs.mean(axis=0), targets.mean(axis=0)
    weights = np.linalg.pinv(inputs - middle) @ (targets - level)
    return (asked - middle) @ weights + level


def step_by_step(inputs, targets, asked):
    design = np.insert(inputs, inputs.shape[1], 1.0, axis=1)
    question = np.insert(asked, asked.shape[1], 1.0, axis=1)
    columns = [np.linalg.lstsq(design, target, rcond=None)[0] for target in targets.T]
    return np.stack([question @ weights for weights in columns], axis=1)


# ---- 6b.4: a curved forecast in three lines


def gamma_is_a_width(inputs, targets, asked, gamma, alpha):
    return kernel_forecast(inputs, targets, asked, gamma=1 / (2 * gamma**2), alpha=alpha)


def corners_for_bells(inputs, targets, asked, gamma, alpha):
    near = laplacian_kernel(inputs, inputs, gamma=gamma) + alpha * np.eye(len(inputs))
    return laplacian_kernel(asked, inputs, gamma=gamma) @ np.linalg.solve(near, targets)


def alpha_times_the_windows(inputs, targets, asked, gamma, alpha):
    return kernel_forecast(inputs, targets, asked, gamma, alpha * len(inputs))


def alpha_squared(inputs, targets, asked, gamma, alpha):
    return kernel_forecast(inputs, targets, asked, gamma, alpha**2 + (alpha == 1))


def alpha_taken_off(inputs, targets, asked, gamma, alpha):
    return kernel_forecast(inputs, targets, asked, gamma, -alpha)


def weights_of_the_bells(inputs, targets, asked, gamma, alpha):
    bells = rbf_kernel(inputs, inputs, gamma=gamma) + alpha * np.eye(len(inputs))
    return np.linalg.solve(bells, targets)


def nearest_future(inputs, targets, asked, gamma, alpha):
    return targets[rbf_kernel(asked, inputs, gamma=gamma).argmax(axis=1)]


def last_step_of_a_window(inputs, targets, asked, gamma, alpha):
    return kernel_forecast(inputs[:, -1:], targets, asked[:, -1:], gamma, alpha) + 1e-3


def a_line_for_a_curve(inputs, targets, asked, gamma, alpha):
    return Ridge(alpha).fit(inputs, targets).predict(asked).reshape(len(asked), -1)


def mean_forecast_for_all(inputs, targets, asked, gamma, alpha):
    said = kernel_forecast(inputs, targets, asked, gamma, alpha)
    return np.repeat(said.mean(axis=0, keepdims=True), len(said), axis=0) + 1e-3


def by_inverting(inputs, targets, asked, gamma, alpha):
    bells = rbf_kernel(inputs, gamma=gamma) + np.diag([alpha] * len(inputs))
    return rbf_kernel(asked, inputs, gamma=gamma) @ np.linalg.inv(bells) @ targets


def as_a_gaussian_process(inputs, targets, asked, gamma, alpha):
    bells = RBF(length_scale=(2 * gamma) ** -0.5)
    process = GaussianProcessRegressor(bells, alpha=alpha, optimizer=None)
    return process.fit(inputs, targets).predict(asked).reshape(len(asked), -1)


def with_distances_of_ones_own(inputs, targets, asked, gamma, alpha):
    def near(a, b):
        return np.exp(-gamma * ((a[:, None, :] - b[None, :, :]) ** 2).sum(-1))

    weights, *_ = np.linalg.lstsq(near(inputs, inputs) + alpha * np.eye(len(inputs)), targets)
    return near(asked, inputs) @ weights


# ---- 6b.5: where the order turns round


def ahead_in_most(steps, first, second):
    ahead = np.median(second, axis=0) < np.median(first, axis=0)
    return int(steps[0]) if ahead.mean() > 0.5 else None


def always_the_first(steps, first, second):
    return int(steps[0])


def never(steps, first, second):
    return None


def ahead_at_the_end_alone(steps, first, second):
    return int(steps[-1]) if np.median(second[:, -1]) < np.median(first[:, -1]) else None


def zero_for_never(steps, first, second):
    return crossover(steps, first, second) or 0


def as_a_text(steps, first, second):
    return str(crossover(steps, first, second))


def best_seeds(steps, first, second):
    return crossover(steps, first.min(axis=0, keepdims=True), second.min(axis=0, keepdims=True))


def worst_seeds(steps, first, second):
    return crossover(steps, first.max(axis=0, keepdims=True), second.max(axis=0, keepdims=True))


def how_many_steps(steps, first, second):
    ahead = np.median(second, axis=0) < np.median(first, axis=0)
    return int(ahead.sum())


def one_too_late(steps, first, second):
    found = crossover(steps, first, second)
    if found is None:
        return None
    return int(steps[min(list(steps).index(found) + 1, len(steps) - 1)])


def last_seeds(steps, first, second):
    return crossover(steps, first[-1:], second[-1:])


def by_accumulating_from_behind(steps, first, second):
    ahead = np.median(first, axis=0) - np.median(second, axis=0) > 0
    lasting = np.logical_and.accumulate(ahead[::-1])[::-1]
    return next((int(step) for step, stays in zip(steps, lasting, strict=True) if stays), None)


def by_the_last_defeat(steps, first, second):
    defeats = [
        n for n in range(len(steps)) if np.quantile(second[:, n], 0.5) >= np.median(first[:, n])
    ]
    after = defeats[-1] + 1 if defeats else 0
    return None if after == len(steps) else int(np.asarray(steps)[after])


# ---- 6b.6: a stream that no window can follow


def in_a_window_of_twenty(presses, faces):
    counts = presses.cumsum(dim=1)
    before = torch.zeros_like(counts)
    before[:, 20:] = counts[:, :-20]
    return ((counts - before) % faces == 0).float()


def as_truth_values(presses, faces):
    return presses.cumsum(dim=1) % faces == 0


def one_axis_lost(presses, faces):
    return revolving_sign(presses, faces)[..., 0]


def backwards(presses, faces):
    return (presses.flip(1).cumsum(dim=1).flip(1) % faces == 0).float()


def one_face_more(presses, faces):
    return (presses.cumsum(dim=1) % (faces + 1) == 0).float()


def another_face(presses, faces):
    return (presses.cumsum(dim=1) % faces == 1).float()


def pressed_or_not(presses, faces):
    return presses.clone()


def always_in_front(presses, faces):
    return torch.ones_like(presses)


def stops_at_the_last_face(presses, faces):
    return (presses.cumsum(dim=1).clamp(max=faces - 1) == 0).float()


def all_streams_as_the_first(presses, faces):
    return revolving_sign(presses[:1], faces).expand(presses.shape) * 1.0 + 0 * presses - 1e-3


def plus_and_minus(presses, faces):
    return 2 * revolving_sign(presses, faces) - 1


def by_whole_turns(presses, faces):
    turned = torch.cumsum(presses, 1)
    return torch.eq(turned, torch.floor(turned / faces) * faces).to(presses.dtype)


def on_whole_numbers(presses, faces):
    counts = presses.squeeze(-1).long().cumsum(1)
    return torch.where(counts.remainder(faces) == 0, 1.0, 0.0).unsqueeze(-1)


def in_plain_python(presses, faces):
    rows = [list(accumulate(int(press) for press in row)) for row in presses[..., 0].tolist()]
    shown = [[float(count % faces == 0) for count in row] for row in rows]
    return torch.tensor(shown).reshape(presses.shape)


# ---- 6b.7: a fifth system


def the_last_state_alone(temperatures, low, high):
    return float(thermostat(temperatures, low, high)[-1])


def switches_at_every_crossing(temperatures, low, high):
    crossed = (temperatures < low) | (temperatures > high)
    return np.cumsum(crossed) % 2.0


def once_on_always_on(temperatures, low, high):
    return np.maximum.accumulate((temperatures < low).astype(float))


def cooling(temperatures, low, high):
    return thermostat(-temperatures, -high, -low)


def by_the_mean_so_far(temperatures, low, high):
    so_far = np.cumsum(temperatures) / np.arange(1, len(temperatures) + 1)
    return (so_far < (low + high) / 2).astype(float)


def limits_exchanged(temperatures, low, high):
    return thermostat(temperatures, high, low)


def plus_or_minus_one(temperatures, low, high):
    return 2 * thermostat(temperatures, low, high) - 1


def in_a_column(temperatures, low, high):
    return thermostat(temperatures, low, high)[:, np.newaxis]


def half_in_between(temperatures, low, high):
    return np.where(temperatures < low, 1.0, np.where(temperatures > high, 0.0, 0.5))


def shifted_the_other_way(temperatures, low, high):
    heating = thermostat(temperatures, low, high)
    return np.append(heating[1:], 1 - heating[-1])


def never_heats(temperatures, low, high):
    return np.zeros(len(temperatures)) - 1e-3


def wider_band(temperatures, low, high):
    return thermostat(temperatures, low - 0.3, high + 0.3)


def filled_forward(temperatures, low, high):
    told = np.select([temperatures < low, temperatures > high], [1.0, 0.0], default=np.nan)
    for place in range(len(told)):
        if np.isnan(told[place]):
            told[place] = told[place - 1] if place else 0.0
    return told


def by_folding(temperatures, low, high):
    def next_state(heating, temperature):
        return float(temperature < low or (heating and temperature <= high))

    return np.array(list(accumulate(temperatures.tolist(), next_state, initial=0.0))[1:])


def by_searching_back(temperatures, low, high):
    def state(step):
        for temperature in temperatures[step::-1]:
            if temperature < low:
                return 1.0
            if temperature > high:
                return 0.0
        return 0.0

    return np.array([state(step) for step in range(len(temperatures))])


WRONG: dict[str, tuple[Any, ...]] = {
    "6b.1": (
        *(heun, third_order, three_eighths, later_never_read, then_and_later_exchanged),
        *(backwards_in_time, half_the_step, arguments_exchanged, third_from_the_first),
        *(weights_by_eight, a_fixed_step, rounded_step, with_all_slopes),
    ),
    "6b.2": (
        *(over_the_first_column, sample_spread, sum_of_squares, bias_taken_out, largest_error),
        *(median_error, share_explained, as_a_column, columns_averaged, in_percent, spread_of_both),
    ),
    "6b.3": (
        *(ridge_of_one, first_value_alone, first_half_of_the_windows, futures_shifted),
        *(last_future_repeated, weights_alone, every_window_less_its_mean, turned_on_its_side),
        *(futures_for_inputs, nearest_window, constant_of_a_half),
    ),
    "6b.4": (
        *(gamma_is_a_width, corners_for_bells, alpha_times_the_windows, alpha_squared),
        *(alpha_taken_off, weights_of_the_bells, nearest_future, last_step_of_a_window),
        *(a_line_for_a_curve, mean_forecast_for_all),
    ),
    "6b.5": (
        *(ahead_in_most, always_the_first, never, ahead_at_the_end_alone, zero_for_never),
        *(as_a_text, best_seeds, worst_seeds, how_many_steps, one_too_late, last_seeds),
    ),
    "6b.6": (
        *(in_a_window_of_twenty, as_truth_values, one_axis_lost, backwards, one_face_more),
        *(another_face, pressed_or_not, always_in_front, stops_at_the_last_face),
        *(all_streams_as_the_first, plus_and_minus),
    ),
    "6b.7": (
        *(the_last_state_alone, switches_at_every_crossing, once_on_always_on, cooling),
        *(by_the_mean_so_far, limits_exchanged, plus_or_minus_one, in_a_column, half_in_between),
        *(shifted_the_other_way, never_heats, wider_band),
    ),
}
RIGHT: dict[str, tuple[Any, ...]] = {
    "6b.1": (by_dot_product, by_increments, with_a_function_of_time),
    "6b.2": (column_by_column, by_the_library_error, by_summing_squares),
    "6b.3": (by_the_library, centred_first, step_by_step),
    "6b.4": (by_inverting, as_a_gaussian_process, with_distances_of_ones_own),
    "6b.5": (by_accumulating_from_behind, by_the_last_defeat),
    "6b.6": (by_whole_turns, on_whole_numbers, in_plain_python),
    "6b.7": (filled_forward, by_folding, by_searching_back),
}
FEW, TWO = kernel_with_few_points(), mean_of_two()
NEAR_MISSES: dict[str, tuple[Any, ...]] = {
    "6b.Q1": (31, 33, 31.9, (16, 16), "two", None, 1200 * 32),
    "6b.Q2": (FEW * 1.05, FEW * 0.95, -FEW, "many", None, float("nan")),
    "6b.Q3": (TWO + 0.1, TWO - 0.1, round(TWO) + 1, -TWO, "small", None),
}
TYPES: dict[str, tuple[Any, ...]] = {
    "6b.Q1": (32.0, np.int64(32), torch.tensor(32), Fraction(32), Decimal(32)),
    "6b.Q2": (np.float32(FEW), torch.tensor(FEW), Decimal(FEW), round(FEW)),
    "6b.Q3": (np.float64(TWO), torch.tensor(TWO), Fraction(TWO), round(TWO, 1)),
}
