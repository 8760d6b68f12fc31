"""Further answers to lesson 08: wrong ones, and right ones in unusual style."""

import math
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
import torch
from torch import nn

from course_utils.lessons.today.exercises.choose_network import choose_network
from course_utils.lessons.today.exercises.gate_bias import gate_bias
from course_utils.lessons.today.exercises.mingru_step import mingru_step
from course_utils.lessons.today.exercises.quiz import elman_at_128, rounds_of_the_scan, scan_by_lstm
from course_utils.lessons.today.exercises.scan import by_a_loop, scan
from course_utils.lessons.today.exercises.what_is_left import what_is_left

# ---- 8.1: one step of a minGRU


def sums(x, weight, bias):
    return (x @ weight.T + bias).chunk(2, dim=1)


def gate_alone(x, state, weight, bias):
    z, _ = sums(x, weight, bias)
    return z.sigmoid() * state


def candidate_alone(x, state, weight, bias):
    return sums(x, weight, bias)[1]


def both_squashed(x, state, weight, bias):
    z, n = sums(x, weight, bias)
    return torch.sigmoid((1 - z.sigmoid()) * n + z.sigmoid() * state)


def bias_of_the_gate_missing(x, state, weight, bias):
    return mingru_step(x, state, weight, torch.cat([0 * bias.chunk(2)[0], bias.chunk(2)[1]]))


def bias_of_the_candidate_missing(x, state, weight, bias):
    return mingru_step(x, state, weight, torch.cat([bias.chunk(2)[0], 0 * bias.chunk(2)[1]]))


def every_other_row(x, state, weight, bias):
    z, n = x @ weight[::2].T + bias[::2], x @ weight[1::2].T + bias[1::2]
    return (1 - z.sigmoid()) * n + z.sigmoid() * state


def gate_doubled(x, state, weight, bias):
    z, n = sums(x, weight, bias)
    z = 2 * z.sigmoid() - 1
    return (1 - z) * n + z * state


def candidate_weighed_by_the_gate_too(x, state, weight, bias):
    z, n = sums(x, weight, bias)
    return z.sigmoid() * (n + state)


def state_left_out(x, state, weight, bias):
    return mingru_step(x, torch.zeros_like(state), weight, bias)


def weights_cut(x, state, weight, bias):
    return mingru_step(x, state, weight.detach(), bias.detach())


def with_a_pair(x, state, weight, bias):
    new = mingru_step(x, state, weight, bias)
    return new, new


def softmax_for_sigmoid(x, state, weight, bias):
    z, n = sums(x, weight, bias)
    z = z.softmax(dim=1)
    return (1 - z) * n + z * state


def towards_the_candidate(x, state, weight, bias):
    z, n = sums(x, weight, bias)
    return state + torch.sigmoid(-z) * (n - state)


def by_the_library_linear(x, state, weight, bias):
    z, n = nn.functional.linear(x, weight, bias).tensor_split(2, dim=1)
    return n + torch.sigmoid(z) * (state - n)


def row_by_row(x, state, weight, bias):
    hidden = state.shape[1]
    rows = []
    for one, old in zip(x, state, strict=True):
        both = weight @ one + bias
        z = 1 / (1 + torch.exp(-both[:hidden]))
        rows.append(old * z + both[hidden:] - z * both[hidden:])
    return torch.stack(rows)


# ---- 8.2: the scan against the loop


def products_summed(keep, new):
    return (keep.cumprod(dim=1) * new).cumsum(dim=1)


def divided_by_the_products(keep, new):
    left = keep.cumprod(dim=1)
    return left * (new / left).cumsum(dim=1)


def one_step_late(keep, new):
    states = scan(keep, new)
    return torch.cat([torch.zeros_like(states[:, :1]), states[:, :-1]], dim=1)


def keep_of_the_step_before(keep, new):
    return scan(torch.cat([keep[:, :1], keep[:, :-1]], dim=1), new)


def first_step_lost(keep, new):
    return scan(keep, torch.cat([0 * new[:, :1], new[:, 1:]], dim=1))


def candidates_weighed(keep, new):
    return scan(keep, (1 - keep) * new)


def positive_gates(keep, new):
    return scan(keep.abs(), new)


def in_logarithms(keep, new):
    logs = keep.clamp(min=1e-12).log().cumsum(dim=1)
    return logs.exp() * (new * (-logs).exp()).cumsum(dim=1)


def eight_steps_at_most(keep, new):
    reach = 1
    while reach < min(8, new.shape[1]):
        added = new[:, reach:] + keep[:, reach:] * new[:, :-reach]
        new = torch.cat([new[:, :reach], added], dim=1)
        keep = torch.cat([keep[:, :reach], keep[:, reach:] * keep[:, :-reach]], dim=1)
        reach *= 2
    return new


def keep_added(keep, new):
    reach = 1
    while reach < new.shape[1]:
        added = new[:, reach:] + keep[:, reach:] * new[:, :-reach]
        new = torch.cat([new[:, :reach], added], dim=1)
        keep = torch.cat([keep[:, :reach], keep[:, reach:] + keep[:, :-reach]], dim=1)
        reach *= 2
    return new


def cut_from_its_history(keep, new):
    return scan(keep.detach(), new.detach())


def pair_by_pair(keep, new):
    """Join pairs of steps, read these, and fill in the steps between."""
    steps = new.shape[1]
    if steps == 1:
        return new
    first, second = slice(0, steps - steps % 2, 2), slice(1, steps, 2)
    joined = new[:, second] + keep[:, second] * new[:, first]
    after = pair_by_pair(keep[:, second] * keep[:, first], joined)
    before = torch.cat([torch.zeros_like(new[:, :1]), after], dim=1)[:, : (steps + 1) // 2]
    states = new.clone()
    states[:, ::2] = new[:, ::2] + keep[:, ::2] * before
    states[:, 1::2] = after
    return states


def in_place_of_clones(keep, new):
    reach = 1
    while reach < new.shape[1]:
        later, factor = new.clone(), keep.clone()
        later[:, reach:] = new[:, reach:] + keep[:, reach:] * new[:, :-reach]
        factor[:, reach:] = keep[:, reach:] * keep[:, :-reach]
        new, keep, reach = later, factor, reach << 1
    return new


def as_a_matrix(keep, new):
    """Multiply by the matrix of all products of the factors between two steps."""
    steps = new.shape[1]
    later = torch.ones(steps, steps, dtype=torch.bool).tril(-1)[None, :, :, None]
    factors = torch.where(later, keep[:, :, None], torch.ones((), dtype=keep.dtype)).cumprod(dim=1)
    known = torch.ones(steps, steps, dtype=torch.bool).tril()[None, :, :, None]
    return (torch.where(known, factors, torch.zeros((), dtype=keep.dtype)) * new[:, None]).sum(
        dim=2
    )


# ---- 8.3: which of four gates can hold a sign


def inside(bits, at_zero, at_one):
    return torch.where(bits == 1, at_one, at_zero)


def every_step(gate, bits, at_zero, at_one):
    return gate(inside(bits, at_zero, at_one)).cumprod(dim=1)


def as_a_column(gate, bits, at_zero, at_one):
    return what_is_left(gate, bits, at_zero, at_one)[:, None]


def by_a_sigmoid(gate, bits, at_zero, at_one):
    return torch.sigmoid(inside(bits, at_zero, at_one)).prod(dim=1)


def by_a_tanh(gate, bits, at_zero, at_one):
    return torch.tanh(inside(bits, at_zero, at_one)).prod(dim=1)


def the_sign_alone(gate, bits, at_zero, at_one):
    return what_is_left(gate, bits, at_zero, at_one).sign()


def what_is_lost(gate, bits, at_zero, at_one):
    return 1 - what_is_left(gate, bits, at_zero, at_one)


def bits_mixed_in(gate, bits, at_zero, at_one):
    return gate(bits * at_one).prod(dim=1)


def first_step_alone(gate, bits, at_zero, at_one):
    return gate(inside(bits, at_zero, at_one))[:, 0]


def without_the_first(gate, bits, at_zero, at_one):
    return gate(inside(bits, at_zero, at_one))[:, 1:].prod(dim=1)


def as_a_list(gate, bits, at_zero, at_one):
    return str(what_is_left(gate, bits, at_zero, at_one).tolist())


def by_powers_of_one_gate(gate, bits, at_zero, at_one):
    held, flipped = gate(torch.tensor(at_zero)), gate(torch.tensor(at_one))
    return torch.stack([held ** (row == 0).sum() * flipped ** (row == 1).sum() for row in bits])


def step_after_step(gate, bits, at_zero, at_one):
    left = torch.ones(len(bits))
    for column in bits.unbind(dim=1):
        left = left * gate(torch.tensor([at_zero, at_one]))[column.long()]
    return left


def by_mixing(gate, bits, at_zero, at_one):
    return torch.cumprod(gate(at_zero + bits * (at_one - at_zero)), dim=1)[:, -1]


# ---- 8.4: the gate bias for a memory of n steps


def half_always(steps, left):
    return gate_bias(steps, 0.5)


def two_hundred_always(steps, left):
    return gate_bias(200, left)


def one_step_less(steps, left):
    return gate_bias(steps - 1, left) if steps > 1 else 0.0


def one_step_more(steps, left):
    return gate_bias(steps + 1, left)


def root_by_the_square(steps, left):
    z = left ** (1 / steps**2)
    return math.log(z / (1 - z))


def base_ten(steps, left):
    return gate_bias(steps, left) / math.log(10)


def half_of_it(steps, left):
    return gate_bias(steps, left) / 2


def steps_over_logarithm(steps, left):
    return steps / -math.log(left)


def logarithm_of_the_steps(steps, left):
    return math.log(steps)


def rounded(steps, left):
    return round(gate_bias(steps, left))


def by_torch(steps, left):
    return torch.logit(torch.tensor(left, dtype=torch.float64) ** (1 / steps)).item()


def by_bisection(steps, left):
    low, high = -30.0, 30.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if (1 / (1 + math.exp(-middle))) ** steps < left else (low, middle)
        )
    return low


def by_two_logarithms(steps, left):
    rate = math.log(left) / steps
    return rate - math.log(-math.expm1(rate))


# ---- 8.5: choose for five new tasks


def places(scores, seconds, needed):
    return [n for n in scores if np.mean(np.asarray(scores[n]) >= needed) >= 0.9]


def first_that_is_good(scores, seconds, needed):
    good = places(scores, seconds, needed)
    return good[0] if good else None


def last_that_is_good(scores, seconds, needed):
    good = places(scores, seconds, needed)
    return good[-1] if good else None


def by_the_alphabet(scores, seconds, needed):
    good = places(scores, seconds, needed)
    return min(good) if good else None


def its_seconds(scores, seconds, needed):
    name = choose_network(scores, seconds, needed)
    return None if name is None else seconds[name]


def none_as_a_text(scores, seconds, needed):
    return str(choose_network(scores, seconds, needed))


def always_none(scores, seconds, needed):
    return None


def eight_in_ten(scores, seconds, needed):
    good = [n for n in scores if np.mean(scores[n] >= needed) >= 0.8]
    return min(good, key=seconds.get) if good else None


def below_is_good(scores, seconds, needed):
    good = [n for n in scores if np.mean(scores[n] <= needed) >= 0.9]
    return min(good, key=seconds.get) if good else None


def tenth_percentile(scores, seconds, needed):
    good = [n for n in scores if np.mean(scores[n]) >= 0.9 * needed]
    return min(good, key=seconds.get) if good else None


def ties_in_share_by_time(scores, seconds, needed):
    good = places(scores, seconds, needed)
    return min(good, key=lambda n: (-np.mean(scores[n] >= needed), seconds[n])) if good else None


def by_sorting(scores, seconds, needed):
    good = sorted((seconds[name], name) for name in places(scores, seconds, needed))
    return good[0][1] if good else None


def by_counting_failures(scores, seconds, needed):
    def fails(name):
        return 10 * int(np.sum(scores[name] < needed)) > len(scores[name])

    return min((n for n in scores if not fails(n)), key=seconds.get, default=None)


def by_reduction(scores, seconds, needed):
    def better(best, name):
        return name if best is None or seconds[name] < seconds[best] else best

    return reduce(better, places(scores, seconds, needed), None)


WRONG: dict[str, tuple[Any, ...]] = {
    "8.1": (
        *(gate_alone, candidate_alone, both_squashed, bias_of_the_gate_missing),
        *(bias_of_the_candidate_missing, every_other_row, gate_doubled),
        *(candidate_weighed_by_the_gate_too, state_left_out, weights_cut, with_a_pair),
        softmax_for_sigmoid,
    ),
    "8.2": (
        *(by_a_loop, products_summed, divided_by_the_products, one_step_late),
        *(keep_of_the_step_before, first_step_lost, candidates_weighed, positive_gates),
        *(in_logarithms, eight_steps_at_most, keep_added, cut_from_its_history),
    ),
    "8.3": (
        *(every_step, as_a_column, by_a_sigmoid, by_a_tanh, the_sign_alone, what_is_lost),
        *(bits_mixed_in, first_step_alone, without_the_first, as_a_list),
    ),
    "8.4": (
        *(half_always, two_hundred_always, one_step_less, one_step_more, root_by_the_square),
        *(base_ten, half_of_it, steps_over_logarithm, logarithm_of_the_steps, rounded),
    ),
    "8.5": (
        *(first_that_is_good, last_that_is_good, by_the_alphabet, its_seconds, none_as_a_text),
        *(always_none, eight_in_ten, below_is_good, tenth_percentile, ties_in_share_by_time),
    ),
}
RIGHT: dict[str, tuple[Any, ...]] = {
    "8.1": (towards_the_candidate, by_the_library_linear, row_by_row),
    "8.2": (pair_by_pair, in_place_of_clones, as_a_matrix),
    "8.3": (by_powers_of_one_gate, step_after_step, by_mixing),
    "8.4": (by_torch, by_bisection, by_two_logarithms),
    "8.5": (by_sorting, by_counting_failures, by_reduction),
}
ROUNDS, ELMAN, SLOWER = rounds_of_the_scan(), elman_at_128(), scan_by_lstm()
NEAR_MISSES: dict[str, tuple[Any, ...]] = {
    "8.Q1": (ROUNDS - 1, ROUNDS + 1, 2**ROUNDS, "many", None),
    "8.Q2": (ELMAN - 1, ELMAN + 1, -ELMAN, "most", None),
    "8.Q3": (SLOWER * 1.1, SLOWER * 0.9, 1 / SLOWER, -SLOWER, None),
}
TYPES: dict[str, tuple[Any, ...]] = {
    "8.Q1": (float(ROUNDS), np.int64(ROUNDS), torch.tensor(ROUNDS), Fraction(ROUNDS)),
    "8.Q2": (float(ELMAN), np.int64(ELMAN), torch.tensor(ELMAN)),
    "8.Q3": (np.float32(SLOWER), torch.tensor(SLOWER), round(SLOWER, 2)),
}
