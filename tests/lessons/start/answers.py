"""Further answers to the exercises of lesson 00: wrong ones, and right ones in unusual style."""

import math
import statistics

import numpy as np
import torch

# ---- 0.1, the mean of the squares


def mean_of_the_sizes(values):
    return float(np.mean(np.abs(values)))


def median_of_the_squares(values):
    return float(np.median(values**2))


def variance(values):
    return float(np.var(values))


def square_of_the_largest_over_n(values):
    return float(np.max(values) ** 2 / len(values))


def each_value_once(values):
    return float(np.mean(np.unique(values) ** 2))


def zeros_left_out(values):
    kept = values[values != 0]
    return float(np.mean(kept**2)) if len(kept) else 0.0


def negative_ones_left_out(values):
    return float(np.sum(values[values > 0] ** 2) / len(values))


def last_one_lost(values):
    return float(np.sum(values[:-1] ** 2) / len(values))


def first_three_only(values):
    return float(np.mean(values[:3] ** 2))


def whole_number(values):
    return int(np.mean(values**2))


def rounded(values):
    return round(float(np.mean(values**2)), 2)


def halved(values):
    return float(np.mean(values**2) / 2)


def in_place(values):
    values *= values
    return float(values.mean())


def sorted_in_place(values):
    values.sort()
    return float(np.mean(values**2))


def of_the_steps(values):
    return float(np.mean(np.diff(values, prepend=values[:1]) ** 2))


def an_array_of_one(values):
    return np.mean(values**2, keepdims=True)


def printed_only(values):
    print(np.mean(values**2))


def half_the_sum_of_the_ends(values):
    return float((values.min() ** 2 + values.max() ** 2) / 2)


def by_a_dot_product(values):
    return float(values @ values) / values.size


def by_moments(values):
    return float(np.var(values) + np.mean(values) ** 2)


def by_statistics(values):
    return statistics.fmean(float(v) ** 2 for v in values)


def by_a_loop(values):
    total = 0.0
    for place in range(values.shape[0]):
        total += values[place] * values[place]
    return total / values.shape[0]


def by_the_length_of_a_vector(values):
    return math.hypot(*values) ** 2 / len(values)


def by_torch(values):
    return torch.from_numpy(values).square().mean().item()


# ---- 0.2, the first step of every sequence


def smallest_of_each(x):
    return x.min(dim=1).values


def mean_over_time(x):
    return x.double().mean(dim=1).to(x.dtype)


def squeezed(x):
    return x[:, 0].squeeze()


def batch_of_one_squeezed(x):
    return x[:, 0].squeeze(0)


def always_single_precision(x):
    return x[:, 0].float()


def through_single_precision(x):
    return x[:, 0].float().to(x.dtype)


def cut_off(x):
    return x.detach()[:, 0]


def copied_out_of_torch(x):
    return torch.tensor(x[:, 0].tolist(), dtype=x.dtype)


def by_a_short_cut_for_one_step(x):
    return x.squeeze(1) if x.shape[1] == 1 else x[0]


def time_first(x):
    return x.transpose(0, 1)[:, 0]


def first_rows_of_all_steps(x):
    return x.reshape(-1, x.shape[-1])[: len(x)]


def turned(x):
    return x[:, 0].T


def two_rows_at_most(x):
    return x[:2, 0]


def first_features_of_the_row(x):
    return x.flatten(1)[:, :3]


def as_a_list(x):
    return [row[0] for row in x]


def as_an_array(x):
    return x[:, 0].detach().numpy()


def last_sequence_lost(x):
    return x[:-1, 0] if len(x) > 2 else x[:, 0]


def sorted_first(x):
    return x.sort(dim=1).values[:, 0]


def by_unbinding(x):
    return torch.unbind(x, dim=1)[0]


def by_index_select(x):
    return torch.index_select(x, 1, torch.tensor([0])).squeeze(1)


def by_an_ellipsis(x):
    return x[..., 0, :]


def by_flattening(x):
    return x.flatten(1)[:, : x.shape[2]]


def by_turning(x):
    first, *_ = x.permute(1, 0, 2)
    return first.clone()


WRONG = {
    "0.1": (
        mean_of_the_sizes,
        median_of_the_squares,
        variance,
        square_of_the_largest_over_n,
        each_value_once,
        zeros_left_out,
        negative_ones_left_out,
        last_one_lost,
        first_three_only,
        whole_number,
        rounded,
        halved,
        in_place,
        sorted_in_place,
        of_the_steps,
        an_array_of_one,
        printed_only,
        half_the_sum_of_the_ends,
    ),
    "0.2": (
        smallest_of_each,
        mean_over_time,
        squeezed,
        batch_of_one_squeezed,
        always_single_precision,
        through_single_precision,
        cut_off,
        copied_out_of_torch,
        by_a_short_cut_for_one_step,
        time_first,
        first_rows_of_all_steps,
        turned,
        two_rows_at_most,
        first_features_of_the_row,
        as_a_list,
        as_an_array,
        last_sequence_lost,
        sorted_first,
    ),
}
RIGHT = {
    "0.1": (
        by_a_dot_product,
        by_moments,
        by_statistics,
        by_a_loop,
        by_the_length_of_a_vector,
        by_torch,
    ),
    "0.2": (by_unbinding, by_index_select, by_an_ellipsis, by_flattening, by_turning),
}
NEAR_MISSES: dict[str, tuple] = {}
TYPES: dict[str, tuple] = {}
