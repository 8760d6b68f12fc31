"""Further answers to the exercises of lessons 03a and 03b: wrong ones, right ones, quiz values."""

import contextlib
import copy
import itertools
import math
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import numpy as np
import torch
from torch import nn

from course_utils.lessons.sin_cos.exercises.chunk_times import chunk_times
from course_utils.lessons.sin_cos.exercises.cut import cut
from course_utils.lessons.sin_cos.exercises.evaluate import evaluate
from course_utils.lessons.sin_cos.exercises.memoryless_error import memoryless_error
from course_utils.lessons.sin_cos.exercises.repeated_samples import repeated_samples
from course_utils.lessons.sin_cos.exercises.start_state import start_state
from course_utils.lessons.sin_cos.exercises.train import train
from course_utils.lessons.sin_cos.exercises.two_coefficients import two_coefficients

# ---- 3a.1


def error_of(groups, count):
    return float(sum(np.square(g - np.mean(g)).sum() for g in groups) / count)


def grouped_by(key, x, y):
    groups = defaultdict(list)
    for one, other in zip(x, y, strict=True):
        groups[key(one)].append(float(other))
    return [np.array(group) for group in groups.values()]


def error_rounded_to_three(x, y):
    return error_of(grouped_by(lambda value: round(float(value), 3), x, y), len(y))


def error_rounded_to_five(x, y):
    return error_of(grouped_by(lambda value: round(float(value), 5), x, y), len(y))


def error_cut_off_at_four(x, y):
    return error_of(grouped_by(lambda value: int(value * 10_000), x, y), len(y))


def error_of_absolute_inputs(x, y):
    return memoryless_error(abs(x), y)


def error_of_neighbouring_runs(x, y):
    borders = np.flatnonzero(np.diff(np.round(x, 4))) + 1
    return error_of(np.split(y, borders), len(y))


def error_about_the_median(x, y):
    groups = grouped_by(lambda value: round(float(value), 4), x, y)
    return float(sum(np.square(g - np.median(g)).sum() for g in groups) / len(y))


def error_with_one_less(x, y):
    groups = grouped_by(lambda value: round(float(value), 4), x, y)
    return float(sum(np.var(g, ddof=1) * len(g) for g in groups if len(g) > 1) / len(y))


def error_of_twins_alone(x, y):
    groups = [g for g in grouped_by(lambda value: round(float(value), 4), x, y) if len(g) > 1]
    return error_of(groups, max(1, sum(map(len, groups))))


def error_as_a_sum(x, y):
    return memoryless_error(x, y) * len(y)


def error_as_a_root(x, y):
    return math.sqrt(memoryless_error(x, y))


def error_divided_by_the_groups(x, y):
    return memoryless_error(x, y) * len(y) / len(np.unique(np.round(x, 4)))


def error_about_the_midrange(x, y):
    groups = grouped_by(lambda value: round(float(value), 4), x, y)
    return float(sum(np.square(g - (g.max() + g.min()) / 2).sum() for g in groups) / len(y))


def error_with_the_roles_turned(x, y):
    return memoryless_error(y, x)


def error_for_numbers_from_minus_one_to_one(x, y):
    return memoryless_error(np.clip(x, -1, 1), y)


def error_by_sorting_in_place(x, y):
    order = np.argsort(x)
    x[:], y[:] = x[order], y[order]
    return memoryless_error(x, y)


def error_by_rounding_in_place(x, y):
    np.round(x, 4, out=x)
    return memoryless_error(x, y)


def error_with_targets_rounded(x, y):
    return memoryless_error(x, np.round(y, 2))


def error_as_an_array(x, y):
    return np.array(memoryless_error(x, y))


def error_of_the_group_means(x, y):
    groups = grouped_by(lambda value: round(float(value), 4), x, y)
    return float(np.mean([np.mean(g) ** 2 for g in groups]))


def error_by_a_dictionary(x, y):
    return error_of(grouped_by(lambda value: round(float(value), 4), x, y), len(y))


def error_by_counting(x, y):
    _, place, count = np.unique(np.round(x, 4), return_inverse=True, return_counts=True)
    means = np.bincount(place, weights=y) / count
    return float(np.mean((y - means[place]) ** 2))


def error_by_whole_numbers(x, y):
    return error_of(grouped_by(lambda value: int(np.rint(value * 10_000)), x, y), len(y))


def error_sample_by_sample(x, y):
    x, total = np.round(x, 4), 0.0
    for i in range(len(x)):
        total += (y[i] - y[x == x[i]].mean()) ** 2
    return total / len(x)


def error_by_one_table(x, y):
    same = np.round(x, 4)[:, None] == np.round(x, 4)
    return np.square(y - same @ y / same.sum(1)).mean()


# ---- 3a.2


def out_detached(r_out, out):
    return out(r_out.detach())


def out_of_a_copied_layer(r_out, out):
    return copy.deepcopy(out)(r_out)


def out_under_no_grad(r_out, out):
    with torch.no_grad():
        return out(r_out)


def out_squeezed(r_out, out):
    return out(r_out).squeeze()


def out_without_the_last_axis(r_out, out):
    return out(r_out).squeeze(-1)


def out_for_one_output(r_out, out):
    return out(r_out)[..., :1]


def out_for_one_row(r_out, out):
    return out(r_out[0]).unsqueeze(0)


def out_with_batch_and_steps_swapped(r_out, out):
    return out(r_out).transpose(0, 1)


def out_folded_in_the_wrong_order(r_out, out):
    batch, steps, hidden = r_out.shape
    return out(r_out.reshape(-1, hidden)).reshape(steps, batch, -1).transpose(0, 1)


def out_without_the_bias(r_out, out):
    return r_out @ out.weight.T


def out_in_float32(r_out, out):
    return out(r_out).float()


def out_reversed(r_out, out):
    return out(r_out).flip(1)


def out_of_ten_steps(r_out, out):
    return out(r_out.reshape(-1, 32)).reshape(-1, 10, 1)


def out_by_map(r_out, out):
    return torch.stack(list(map(out, r_out)))


def out_in_a_while(r_out, out):
    done, step = [], 0
    while step < r_out.size(1):
        done.append(out(r_out[:, step]))
        step += 1
    return torch.stack(done, 1)


def out_by_recursion(r_out, out):
    first = out(r_out[:, :1])
    if r_out.size(1) == 1:
        return first
    return torch.cat([first, out_by_recursion(r_out[:, 1:], out)], 1)


def out_that_leaves_the_layer_frozen(r_out, out):
    result = out(r_out)
    out.requires_grad_(False)
    return result


def out_averaged_over_steps(r_out, out):
    return out(r_out).mean(1, keepdim=True).expand(-1, r_out.size(1), -1)


def out_by_einsum(r_out, out):
    return torch.einsum("bsh,oh->bso", r_out, out.weight) + out.bias


def out_by_functional(r_out, out):
    return nn.functional.linear(r_out, out.weight, out.bias)


def out_by_flatten(r_out, out):
    return out(r_out.flatten(0, 1)).unflatten(0, r_out.shape[:2])


def out_by_matmul(r_out, out):
    return r_out.matmul(out.weight.t()) + out.bias


def out_by_vmap(r_out, out):
    return torch.vmap(out, in_dims=1, out_dims=1)(r_out)


def out_time_first(r_out, out):
    return out(r_out.permute(1, 0, 2)).permute(1, 0, 2)


# ---- 3a.3


def turned_by_view(r_out):
    return r_out.view(r_out.size(1), r_out.size(0), r_out.size(2))


def turned_and_squeezed(r_out):
    return r_out.transpose(0, 1).squeeze()


def turned_for_one_row_only(r_out):
    return r_out.permute(1, 0, 2) if r_out.size(1) == 1 else turned_by_view(r_out)


def turned_in_float32(r_out):
    return r_out.transpose(0, 1).float()


def turned_by_t(r_out):
    return r_out.mT


def turned_with_rows_reversed(r_out):
    return r_out.transpose(0, 1).flip(0)


def turned_with_the_units_reversed(r_out):
    return r_out.transpose(0, 1).flip(2)


def turned_in_place(r_out):
    with torch.no_grad():
        return r_out.transpose_(0, 1)


def turned_through_data(r_out):
    return r_out.data.transpose(0, 1)


def turned_to_an_array(r_out):
    return r_out.detach().numpy().swapaxes(0, 1)


def turned_to_a_list(r_out):
    return list(r_out.unbind(1))


def turned_one_axis_on(r_out):
    return r_out.movedim(0, 2)


def turned_twice(r_out):
    return r_out.transpose(0, 1).transpose(0, 1)


def turned_and_scaled(r_out):
    return r_out.transpose(0, 1) * 1.001


def turned_last_step_lost(r_out):
    return r_out[: max(1, len(r_out) - 1)].transpose(0, 1)


def turned_by_permute(r_out):
    return r_out.permute(1, 0, 2).contiguous()


def turned_by_einsum(r_out):
    return torch.einsum("sbh->bsh", r_out)


def turned_by_stacking_steps(r_out):
    return torch.stack(list(r_out), dim=1)


def turned_by_movedim(r_out):
    return torch.movedim(r_out, 1, 0).clone()


def turned_by_hand(r_out):
    steps, batch, _ = r_out.shape
    rows = [torch.cat([r_out[s, b][None] for s in range(steps)]) for b in range(batch)]
    return torch.cat([row[None] for row in rows])


# ---- 3a.4


def trained(rnn, inputs, targets, lr, **parts):
    """Train with one part of the loop replaced."""
    make = parts.get("make", torch.optim.Adam)
    loss_of = parts.get("loss_of", nn.functional.mse_loss)
    after_backward = parts.get("after_backward", lambda: None)
    optimizer, state, losses = make(rnn.parameters(), lr=lr), None, []
    for x, y in zip(inputs, targets, strict=True):
        said, state = rnn(x, state)
        state = state.detach()
        loss = loss_of(said, y)
        optimizer.zero_grad()
        loss.backward()
        after_backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, state


def trained_on_the_sum(rnn, inputs, targets, lr):
    return trained(rnn, inputs, targets, lr, loss_of=nn.MSELoss(reduction="sum"))


def trained_on_absolute_errors(rnn, inputs, targets, lr):
    return trained(rnn, inputs, targets, lr, loss_of=nn.L1Loss())


def trained_on_the_last_step(rnn, inputs, targets, lr):
    return trained(
        rnn, inputs, targets, lr, loss_of=lambda a, b: (a[:, -1] - b[:, -1]).square().mean()
    )


def trained_on_the_first_row(rnn, inputs, targets, lr):
    return trained(rnn, inputs, targets, lr, loss_of=lambda a, b: (a[0] - b[0]).square().mean())


def trained_with_broadcast(rnn, inputs, targets, lr):
    return trained(
        rnn,
        inputs,
        targets,
        lr,
        loss_of=lambda a, b: (a.reshape(-1, 1) - b.reshape(-1)).square().mean(),
    )


def trained_by_adamw(rnn, inputs, targets, lr):
    return trained(rnn, inputs, targets, lr, make=torch.optim.AdamW)


def trained_by_rmsprop(rnn, inputs, targets, lr):
    return trained(rnn, inputs, targets, lr, make=torch.optim.RMSprop)


def trained_with_other_betas(rnn, inputs, targets, lr):
    def make(weights, lr):
        return torch.optim.Adam(weights, lr=lr, betas=(0.9, 0.99))

    return trained(rnn, inputs, targets, lr, make=make)


def trained_with_clipping(rnn, inputs, targets, lr):
    return trained(
        rnn,
        inputs,
        targets,
        lr,
        after_backward=lambda: nn.utils.clip_grad_norm_(rnn.parameters(), 1.0),
    )


def trained_without_the_read_out(rnn, inputs, targets, lr):
    def make(weights, lr):
        return torch.optim.Adam(list(weights)[:-2], lr=lr)

    return trained(rnn, inputs, targets, lr, make=make)


def trained_without_the_last_chunk(rnn, inputs, targets, lr):
    return train(rnn, inputs[:-1], targets[:-1], lr)


def trained_twice_over(rnn, inputs, targets, lr):
    train(rnn, inputs, targets, lr)
    return train(rnn, inputs, targets, lr)


def trained_in_reverse(rnn, inputs, targets, lr):
    return train(rnn, inputs.flip(0), targets.flip(0), lr)


def trained_losses_after_the_step(rnn, inputs, targets, lr):
    optimizer, state, losses = torch.optim.Adam(rnn.parameters(), lr=lr), None, []
    for x, y in zip(inputs, targets, strict=True):
        before = state
        said, state = rnn(x, before)
        state = state.detach()
        optimizer.zero_grad()
        nn.functional.mse_loss(said, y).backward()
        optimizer.step()
        losses.append(nn.functional.mse_loss(rnn(x, before)[0], y).item())
    return losses, state


def trained_with_step_before_backward(rnn, inputs, targets, lr):
    optimizer, state, losses = torch.optim.Adam(rnn.parameters(), lr=lr), None, []
    for x, y in zip(inputs, targets, strict=True):
        said, state = rnn(x, state)
        state = state.detach()
        loss = nn.functional.mse_loss(said, y)
        optimizer.zero_grad()
        optimizer.step()
        loss.backward()
        losses.append(loss.item())
    return losses, state


def trained_from_ones(rnn, inputs, targets, lr):
    def begin(x, state):
        return rnn(x, torch.ones(1, x.size(0), rnn.readout.in_features) if state is None else state)

    begin.parameters = rnn.parameters
    return trained(begin, inputs, targets, lr)


def trained_and_left_in_eval(rnn, inputs, targets, lr):
    done = train(rnn, inputs, targets, lr)
    rnn.eval()
    return done


def trained_and_frozen(rnn, inputs, targets, lr):
    done = train(rnn, inputs, targets, lr)
    rnn.requires_grad_(False)
    return done


def trained_on_a_copy(rnn, inputs, targets, lr):
    return train(copy.deepcopy(rnn), inputs, targets, lr)


def trained_state_first(rnn, inputs, targets, lr):
    return train(rnn, inputs, targets, lr)[::-1]


def trained_with_one_loss(rnn, inputs, targets, lr):
    losses, state = train(rnn, inputs, targets, lr)
    return losses[-1:], state


def trained_losses_added_up(rnn, inputs, targets, lr):
    losses, state = train(rnn, inputs, targets, lr)
    return list(np.cumsum(losses)), state


def trained_without_a_state(rnn, inputs, targets, lr):
    return train(rnn, inputs, targets, lr)[0], None


def trained_with_the_state_squeezed(rnn, inputs, targets, lr):
    losses, state = train(rnn, inputs, targets, lr)
    return losses, state.squeeze(0)


def trained_with_zero_grad_last(rnn, inputs, targets, lr):
    optimizer, state, losses = torch.optim.Adam(rnn.parameters(), lr), None, []
    for number, x in enumerate(inputs):
        said, state = rnn(x, state)
        loss = nn.MSELoss()(said, targets[number])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        state = state.detach()
        losses += [loss.item()]
    return losses, state


def trained_with_zeros_to_begin(rnn, inputs, targets, lr):
    hidden = rnn.readout.in_features
    optimizer = torch.optim.Adam([{"params": list(rnn.parameters())}], lr=lr)
    state, losses = torch.zeros(1, inputs.shape[1], hidden), np.zeros(len(inputs))
    for i in range(inputs.shape[0]):
        optimizer.zero_grad(set_to_none=False)
        said, new = rnn(inputs[i], state.clone())
        loss = torch.mean((targets[i] - said) ** 2)
        loss.backward()
        optimizer.step()
        losses[i], state = float(loss), new.data
    return losses.tolist(), state


def trained_by_a_closure(rnn, inputs, targets, lr):
    optimizer, states, losses = torch.optim.Adam(rnn.parameters(), lr=lr), [None], []
    for x, y in zip(inputs, targets, strict=True):

        def again(x=x, y=y):
            rnn.zero_grad()
            said, state = rnn(x, states[-1])
            states.append(state.detach_())
            loss = (said - y).pow(2).mean()
            loss.backward()
            return loss

        losses.append(optimizer.step(again).item())
    return losses, states[-1]


def trained_with_gradients_asked_for(rnn, inputs, targets, lr):
    weights = list(rnn.parameters())
    optimizer, state, losses = torch.optim.Adam(weights, lr=lr), None, ()
    for pair in torch.stack([inputs, targets], 1):
        said, state = rnn(pair[0], None if state is None else state.detach())
        loss = nn.functional.mse_loss(said, pair[1])
        for weight, gradient in zip(weights, torch.autograd.grad(loss, weights), strict=True):
            weight.grad = gradient
        optimizer.step()
        losses += (loss.item(),)
    return [list(losses), state.detach().requires_grad_()]


# ---- 3a.5


def cut_to_float32(state):
    return (
        tuple(p.detach().float() for p in state)
        if isinstance(state, tuple)
        else (state.detach().float())
    )


def cut_and_squeezed(state):
    return tuple(p.detach()[0] for p in state) if isinstance(state, tuple) else state.detach()[0]


def cut_as_a_clone(state):
    return tuple(p.clone() for p in state) if isinstance(state, tuple) else state.clone()


def cut_under_no_grad(state):
    with torch.no_grad():
        return state


def cut_to_none(state):
    return None


def cut_to_arrays(state):
    return (
        tuple(p.detach().numpy() for p in state)
        if isinstance(state, tuple)
        else (state.detach().numpy())
    )


def cut_with_the_pair_stacked(state):
    return torch.stack(state).detach() if isinstance(state, tuple) else state.detach()


def cut_with_the_pair_turned(state):
    done = cut(state)
    return done[::-1] if isinstance(done, tuple) else done


def cut_with_h_twice(state):
    done = cut(state)
    return (done[0], done[0]) if isinstance(done, tuple) else done


def cut_always_to_a_pair(state):
    return tuple(part.detach() for part in state)


def cut_a_tensor_to_a_tuple(state):
    return tuple(p.detach() for p in (state if isinstance(state, tuple) else (state,)))


def cut_by_requires_grad(state):
    for part in state if isinstance(state, tuple) else (state,):
        part.requires_grad = False
    return state


def cut_of_the_last_row(state):
    done = cut(state)
    return tuple(p[:, -1:] for p in done) if isinstance(done, tuple) else done[:, -1:]


def cut_that_zeroes_the_callers(state):
    parts = state if isinstance(state, tuple) else (state,)
    kept = tuple(p.detach().clone() for p in parts)
    for part in parts:
        part.data.zero_()
    return kept if isinstance(state, tuple) else kept[0]


def cut_that_multiplies(state):
    return tuple(p * 1 for p in state) if isinstance(state, tuple) else state * 1


def cut_and_made_a_leaf(state):
    if isinstance(state, tuple):
        return tuple(part.detach().requires_grad_() for part in state)
    return state.detach().requires_grad_()


def cut_by_recursion(state):
    return state.detach() if torch.is_tensor(state) else tuple(map(cut_by_recursion, state))


def cut_to_new_tensors(state):
    if isinstance(state, torch.Tensor):
        return state.clone().detach()
    return [part.detach().clone() for part in state]


def cut_through_numpy(state):
    if isinstance(state, tuple):
        return tuple(cut_through_numpy(part) for part in state)
    return torch.from_numpy(state.detach().numpy().copy())


def cut_by_trying(state):
    try:
        return state.detach()
    except AttributeError:
        return state[0].detach(), state[1].detach()


# ---- 3b.1


def repeats_as_an_array(times):
    return np.array(repeated_samples(times))


def repeats_as_a_set(times):
    return set(repeated_samples(times))


def repeats_as_truths(times):
    return [False, *(times[1:, 0] == times[:-1, -1]).tolist()]


def repeats_by_less_or_equal(times):
    return [n for n in range(1, len(times)) if times[n, 0] <= times[n - 1, -1]]


def repeats_within_a_third(times):
    return [n for n in range(1, len(times)) if abs(times[n, 0] - times[n - 1, -1]) < 0.33]


def repeats_within_a_tenth(times):
    return [n for n in range(1, len(times)) if abs(times[n, 0] - times[n - 1, -1]) < 0.1]


def repeats_of_any_sample_before(times):
    return [n for n in range(1, len(times)) if times[n, 0] in times[n - 1]]


def repeats_of_any_end(times):
    return [n for n in range(1, len(times)) if times[n, 0] in times[:n, -1]]


def repeats_without_the_last_chunk(times):
    return [n for n in range(1, len(times) - 1) if times[n, 0] == times[n - 1, -1]]


def repeats_from_chunk_two_on(times):
    return [n for n in range(2, len(times)) if times[n, 0] == times[n - 1, -1]]


def repeats_of_beginnings(times):
    return [n for n in range(1, len(times)) if times[n, 0] == times[n - 1, 0]]


def repeats_of_ends(times):
    return [n for n in range(1, len(times)) if times[n, -1] == times[n - 1, -1]]


def repeats_along_the_other_axis(times):
    return repeated_samples(times.T)


def repeats_counted_from_one(times):
    return [n + 1 for n in repeated_samples(times)]


def repeats_backwards(times):
    return repeated_samples(times)[::-1]


def repeats_up_to_the_first(times):
    return repeated_samples(times)[:1]


def repeats_as_moments(times):
    return [times[n, 0] for n in repeated_samples(times)]


def repeats_as_floats(times):
    return [float(n) for n in repeated_samples(times)]


def repeats_of_whole_seconds(times):
    return [n for n in range(1, len(times)) if int(times[n, 0]) == int(times[n - 1, -1])]


def repeats_that_none_makes_none(times):
    return repeated_samples(times) or None


def repeats_by_isclose(times):
    return [n for n in range(1, len(times)) if np.isclose(times[n, 0], times[n - 1, -1])]


def repeats_by_numpy(times):
    return list(np.nonzero(times[1:, 0] == times[:-1, -1])[0] + 1)


def repeats_by_differences(times):
    flat, steps = np.diff(times.ravel()), times.shape[1]
    return [n for n in range(1, len(times)) if flat[n * steps - 1] == 0]


def repeats_by_pairs(times):
    found = []
    for n, (before, now) in enumerate(itertools.pairwise(times), start=1):
        if math.isclose(before[-1], now[0], abs_tol=1e-6):
            found.append(n)
    return tuple(found)


# ---- 3b.2


def times_from_zero(number, steps, span):
    return chunk_times(0, steps, span)


def times_of_the_next_chunk(number, steps, span):
    return chunk_times(number + 1, steps, span)


def times_counted_in_steps(number, steps, span):
    return (number * steps + np.arange(steps)).astype(np.float32)


def times_always_over_pi(number, steps, span):
    return chunk_times(number, steps, np.pi)


def times_always_ten(number, steps, span):
    return chunk_times(number, 10, span)


def times_up_to_span(number, steps, span):
    return np.linspace(number * span, span, steps, endpoint=False, dtype=np.float32)


def times_in_the_middle(number, steps, span):
    return (chunk_times(number, steps, span) + span / steps / 2).astype(np.float32)


def times_as_a_list(number, steps, span):
    return chunk_times(number, steps, span).tolist()


def times_as_a_tensor(number, steps, span):
    return torch.from_numpy(chunk_times(number, steps, span))


def times_as_a_column(number, steps, span):
    return chunk_times(number, steps, span)[:, np.newaxis]


def times_in_half_precision(number, steps, span):
    return chunk_times(number, steps, span).astype(np.float16)


def times_as_whole_numbers(number, steps, span):
    return chunk_times(number, steps, span).astype(int)


def times_backwards(number, steps, span):
    return chunk_times(number, steps, span)[::-1].copy()


def times_with_a_step_too_wide(number, steps, span):
    step = span / max(steps - 1, 1)
    return (number * span + step * np.arange(steps)).astype(np.float32)


def times_by_arange_in_doubles(number, steps, span):
    return np.arange(number * span, (number + 1) * span, span / steps).astype(np.float32)


def times_with_number_and_steps_swapped(number, steps, span):
    return chunk_times(steps, max(number, 1), span)


def times_as_sines(number, steps, span):
    return np.sin(chunk_times(number, steps, span))


def times_by_fractions(number, steps, span):
    return np.float32(span) * (number + np.arange(steps, dtype=np.float32) / steps)


def times_one_by_one(number, steps, span):
    return np.array([(number + i / steps) * span for i in range(steps)], dtype="float32")


def times_by_torch(number, steps, span):
    whole = torch.linspace(number * span, (number + 1) * span, steps + 1, dtype=torch.float64)
    return whole[:-1].float().numpy()


def times_cut_out_of_the_run(number, steps, span):
    run = np.arange((number + 1) * steps) * (span / steps)
    return run[number * steps :].astype(np.float32)


# ---- 3b.3


def start_from_a_clone_of_the_wrong_one(rule, left):
    return left[0].clone() if rule == "carry" and left else start_state(rule, left)


def start_reset_when_short(rule, left):
    return start_state(rule, left) if len(left) >= 2 else None


def start_with_carry_and_stale_turned(rule, left):
    return start_state({"carry": "stale", "stale": "carry"}.get(rule, rule), left)


def start_with_stale_for_three(rule, left):
    return None if rule == "stale" and len(left) < 3 else start_state(rule, left)


def start_with_reset_as_the_first(rule, left):
    return left[0] if rule == "reset" and left else start_state(rule, left)


def start_with_zeros_like(rule, left):
    return torch.zeros_like(left[-1]) if rule == "reset" and left else start_state(rule, left)


def start_that_pops(rule, left):
    if rule == "carry" and left:
        return left.pop()
    return start_state(rule, left)


def start_that_empties(rule, left):
    state = start_state(rule, left)
    left.clear()
    return state


def start_as_a_list(rule, left):
    state = start_state(rule, left)
    return None if state is None else [state]


def start_squeezed(rule, left):
    state = start_state(rule, left)
    return None if state is None else state.squeeze()


def start_where_two_back_means_three(rule, left):
    return left[-3] if rule == "stale" and len(left) > 3 else start_state(rule, left)


def start_by_the_second_of_all(rule, left):
    return left[1] if rule == "stale" and len(left) >= 3 else start_state(rule, left)


def start_always_none(rule, left):
    return None


def start_of_the_mean(rule, left):
    return sum(left) / len(left) if rule == "carry" and left else start_state(rule, left)


def start_that_raises_when_empty(rule, left):
    if not left:
        raise ValueError("no state yet")
    return start_state(rule, left)


def start_with_false_for_none(rule, left):
    state = start_state(rule, left)
    return False if state is None else state


def start_by_slices(rule, left):
    found = {"carry": left[-1:], "stale": left[-2:-1], "reset": []}[rule]
    return found[0] if found else None


def start_by_trying(rule, left):
    try:
        return left[{"carry": -1, "stale": -2}[rule]]
    except (KeyError, IndexError):
        return None


def start_by_match(rule, left):
    match rule, left:
        case "carry", [*_, newest]:
            return newest.clone()
        case "stale", [*_, older, _]:
            return older.clone()
        case _:
            return None


def start_by_counting_back(rule, left):
    back = ("reset", "carry", "stale").index(rule)
    return None if back == 0 or back > len(left) else list(reversed(left))[back - 1]


# ---- 3b.4


def judged(rnn, inputs, targets, h_state):
    """List the errors of the chunks, the state carried."""
    errors = []
    with torch.no_grad():
        for x, y in zip(inputs, targets, strict=True):
            said, h_state = rnn(x, h_state)
            errors.append(float((said - y).square().mean()))
    return errors


def look_without_the_last_chunk(rnn, inputs, targets, h_state=None):
    return np.mean(judged(rnn, inputs[:-1], targets[:-1], h_state))


def look_with_root(rnn, inputs, targets, h_state=None):
    return math.sqrt(evaluate(rnn, inputs, targets, h_state))


def look_with_mean_of_roots(rnn, inputs, targets, h_state=None):
    return np.mean(np.sqrt(judged(rnn, inputs, targets, h_state)))


def look_at_absolute_errors(rnn, inputs, targets, h_state=None):
    with torch.no_grad():
        said, _ = rnn(torch.cat(list(inputs), 1), h_state)
    return (said - torch.cat(list(targets), 1)).abs().mean().item()


def look_at_the_median(rnn, inputs, targets, h_state=None):
    return float(np.median(judged(rnn, inputs, targets, h_state)))


def look_as_a_tensor(rnn, inputs, targets, h_state=None):
    return torch.tensor(evaluate(rnn, inputs, targets, h_state))


def look_as_a_list(rnn, inputs, targets, h_state=None):
    return judged(rnn, inputs, targets, h_state)


def look_with_a_state_required(rnn, inputs, targets, h_state):
    return evaluate(rnn, inputs, targets, h_state)


def look_that_needs_a_state(rnn, inputs, targets, h_state=None):
    return evaluate(rnn, inputs, targets, h_state.clone())


def look_left_in_eval(rnn, inputs, targets, h_state=None):
    rnn.eval()
    return evaluate(rnn, inputs, targets, h_state)


def look_left_frozen(rnn, inputs, targets, h_state=None):
    rnn.requires_grad_(False)
    return evaluate(rnn, inputs, targets, h_state)


def look_with_gradients_left_off(rnn, inputs, targets, h_state=None):
    torch.set_grad_enabled(False)
    return evaluate(rnn, inputs, targets, h_state)


def look_that_detaches_the_callers_state(rnn, inputs, targets, h_state=None):
    if h_state is not None:
        h_state.detach_()
    return evaluate(rnn, inputs, targets, h_state)


def look_that_zeroes_the_callers_state(rnn, inputs, targets, h_state=None):
    error = evaluate(rnn, inputs, targets, h_state)
    if h_state is not None:
        h_state.data.zero_()
    return error


def look_with_new_parameters(rnn, inputs, targets, h_state=None):
    rnn.readout.weight = nn.Parameter(rnn.readout.weight.detach().clone())
    return evaluate(rnn, inputs, targets, h_state)


def look_that_moves_weights_a_little(rnn, inputs, targets, h_state=None):
    error = evaluate(rnn, inputs, targets, h_state)
    with torch.no_grad():
        rnn.readout.bias += 1e-7
    return error


def look_that_replaces_zeros_by_ones(rnn, inputs, targets, h_state=None):
    if h_state is None:
        h_state = torch.ones(1, inputs.size(1), rnn.readout.in_features)
    return evaluate(rnn, inputs, targets, h_state)


def look_at_the_first_row(rnn, inputs, targets, h_state=None):
    state = None if h_state is None else h_state[:, :1].contiguous()
    return evaluate(rnn, inputs[:, :1], targets[:, :1], state)


def look_divided_by_all(rnn, inputs, targets, h_state=None):
    return sum(judged(rnn, inputs, targets, h_state)) / inputs.numel()


def look_with_broadcast(rnn, inputs, targets, h_state=None):
    with torch.no_grad():
        said, _ = rnn(torch.cat(list(inputs), 1), h_state)
    wanted = torch.cat(list(targets), 1)
    return (said.reshape(-1, 1) - wanted.reshape(-1)).square().mean().item()


def look_in_inference_mode(rnn, inputs, targets, h_state=None):
    with torch.inference_mode():
        errors = []
        for i in range(len(inputs)):
            said, h_state = rnn(inputs[i], h_state)
            errors.append(nn.MSELoss()(said, targets[i]))
        return torch.stack(errors).mean().item()


def look_through_a_copy(rnn, inputs, targets, h_state=None):
    twin, errors = copy.deepcopy(rnn).eval(), []
    state = None if h_state is None else h_state.detach().clone()
    for x, y in zip(inputs, targets, strict=True):
        said, after = twin(x, state)
        state = after.detach()
        errors.append(np.mean((said.detach() - y).numpy() ** 2))
    return float(np.mean(errors))


def look_that_restores_the_mode(rnn, inputs, targets, h_state=None):
    was = rnn.training
    rnn.eval()
    try:
        return sum(judged(rnn, inputs, targets, h_state)) / len(targets)
    finally:
        rnn.train(was)


def look_without_no_grad(rnn, inputs, targets, h_state=None):
    total, count = 0.0, 0
    for x, y in zip(inputs, targets, strict=True):
        said, h_state = rnn(x, h_state)
        h_state = h_state.detach()
        total += ((said - y) ** 2).sum().item()
        count += y.numel()
    return total / count


def look_with_gradients_switched(rnn, inputs, targets, h_state=None):
    with contextlib.ExitStack() as stack:
        stack.enter_context(torch.set_grad_enabled(False))
        return np.float64(np.mean(judged(rnn, inputs, targets, h_state)))


# ---- 3b.5


def fitted(columns, wanted):
    return np.linalg.lstsq(np.stack(columns, axis=1), wanted, rcond=None)[0]


def two_from_the_first_equations(x, y):
    return np.linalg.solve(np.array([[x[1], x[0]], [x[2], x[1]]]) + 1e-9 * np.eye(2), y[1:3])


def two_with_a_zero_before(x, y):
    return fitted([x, np.concatenate([[0.0], x[:-1]])], y)


def two_with_the_first_repeated(x, y):
    return fitted([x, np.concatenate([x[:1], x[:-1]])], y)


def two_one_at_a_time(x, y):
    now, before, wanted = x[1:], x[:-1], y[1:]
    return np.array([now @ wanted / (now @ now), before @ wanted / (before @ before)])


def two_of_lag_two(x, y):
    return fitted([x[2:], x[:-2]], y[2:])


def two_with_a_constant_dropped(x, y):
    return fitted([x[1:], x[:-1], np.ones(len(x) - 1)], y[1:])[:2]


def two_of_centred_data(x, y):
    return two_coefficients(x - x.mean(), y - y.mean())


def two_of_the_lags_of_y(x, y):
    return fitted([x[1:], y[:-1]], y[1:])


def two_with_ridge(x, y):
    table = np.stack([x[1:], x[:-1]], 1)
    return np.linalg.solve(table.T @ table + 0.01 * np.eye(2), table.T @ y[1:])


def two_by_formula(x, y):
    delta = np.pi / 10
    return np.array([np.cos(delta), -1]) / np.sin(delta)


def two_as_a_column(x, y):
    return two_coefficients(x, y)[:, np.newaxis]


def two_as_a_tuple(x, y):
    return tuple(two_coefficients(x, y))


def two_with_the_sign_turned(x, y):
    return two_coefficients(x, y) * np.array([1, -1])


def two_with_the_residual(x, y):
    return np.linalg.lstsq(np.stack([x[1:], x[:-1]], 1), y[1:], rcond=None)[:2]


def two_without_the_last_sample(x, y):
    return two_coefficients(x[:-1], y[:-1])


def two_with_a_little_ridge(x, y):
    table = np.stack([x[1:], x[:-1]], 1).astype(float)
    return np.linalg.solve(table.T @ table + 1e-6 * np.eye(2), table.T @ y[1:])


def two_rounded(x, y):
    return two_coefficients(x, y).round(2)


def two_that_change_y(x, y):
    found = two_coefficients(x, y)
    y[0] = 0
    return found


def two_by_pinv(x, y):
    return np.linalg.pinv(np.column_stack([x[1:], x[:-1]])) @ y[1:]


def two_in_float32(x, y):
    table = np.array([x[1:], x[:-1]], dtype=np.float32).T
    return np.linalg.lstsq(table, y[1:].astype(np.float32), rcond=None)[0]


def two_by_qr(x, y):
    q, r = np.linalg.qr(np.vstack((x[1:], x[:-1])).T.astype(np.float64))
    return np.linalg.solve(r, q.T @ y[1:])


def two_by_torch(x, y):
    table = torch.from_numpy(np.stack([x[1:], x[:-1]], 1).astype(float))
    wanted = torch.from_numpy(y[1:].astype(float))[:, None]
    return torch.linalg.lstsq(table, wanted).solution[:, 0].numpy()


WRONG = {
    "3a.1": (
        error_rounded_to_three,
        error_rounded_to_five,
        error_cut_off_at_four,
        error_of_absolute_inputs,
        error_of_neighbouring_runs,
        error_about_the_median,
        error_with_one_less,
        error_of_twins_alone,
        error_as_a_sum,
        error_as_a_root,
        error_divided_by_the_groups,
        error_about_the_midrange,
        error_with_the_roles_turned,
        error_for_numbers_from_minus_one_to_one,
        error_by_sorting_in_place,
        error_by_rounding_in_place,
        error_with_targets_rounded,
        error_as_an_array,
        error_of_the_group_means,
    ),
    "3a.2": (
        out_detached,
        out_of_a_copied_layer,
        out_under_no_grad,
        out_squeezed,
        out_without_the_last_axis,
        out_for_one_output,
        out_for_one_row,
        out_with_batch_and_steps_swapped,
        out_folded_in_the_wrong_order,
        out_without_the_bias,
        out_in_float32,
        out_reversed,
        out_of_ten_steps,
        out_by_map,
        out_in_a_while,
        out_by_recursion,
        out_that_leaves_the_layer_frozen,
        out_averaged_over_steps,
    ),
    "3a.3": (
        turned_by_view,
        turned_and_squeezed,
        turned_for_one_row_only,
        turned_in_float32,
        turned_by_t,
        turned_with_rows_reversed,
        turned_with_the_units_reversed,
        turned_in_place,
        turned_through_data,
        turned_to_an_array,
        turned_to_a_list,
        turned_one_axis_on,
        turned_twice,
        turned_and_scaled,
        turned_last_step_lost,
    ),
    "3a.4": (
        trained_on_the_sum,
        trained_on_absolute_errors,
        trained_on_the_last_step,
        trained_on_the_first_row,
        trained_with_broadcast,
        trained_by_adamw,
        trained_by_rmsprop,
        trained_with_other_betas,
        trained_with_clipping,
        trained_without_the_read_out,
        trained_without_the_last_chunk,
        trained_twice_over,
        trained_in_reverse,
        trained_losses_after_the_step,
        trained_with_step_before_backward,
        trained_from_ones,
        trained_and_left_in_eval,
        trained_and_frozen,
        trained_on_a_copy,
        trained_state_first,
        trained_with_one_loss,
        trained_losses_added_up,
        trained_without_a_state,
        trained_with_the_state_squeezed,
    ),
    "3a.5": (
        cut_to_float32,
        cut_and_squeezed,
        cut_as_a_clone,
        cut_under_no_grad,
        cut_to_none,
        cut_to_arrays,
        cut_with_the_pair_stacked,
        cut_with_the_pair_turned,
        cut_with_h_twice,
        cut_always_to_a_pair,
        cut_a_tensor_to_a_tuple,
        cut_by_requires_grad,
        cut_of_the_last_row,
        cut_that_zeroes_the_callers,
        cut_that_multiplies,
    ),
    "3b.1": (
        repeats_as_an_array,
        repeats_as_a_set,
        repeats_as_truths,
        repeats_by_less_or_equal,
        repeats_within_a_third,
        repeats_within_a_tenth,
        repeats_of_any_sample_before,
        repeats_of_any_end,
        repeats_without_the_last_chunk,
        repeats_from_chunk_two_on,
        repeats_of_beginnings,
        repeats_of_ends,
        repeats_along_the_other_axis,
        repeats_counted_from_one,
        repeats_backwards,
        repeats_up_to_the_first,
        repeats_as_moments,
        repeats_as_floats,
        repeats_of_whole_seconds,
        repeats_that_none_makes_none,
    ),
    "3b.2": (
        times_from_zero,
        times_of_the_next_chunk,
        times_counted_in_steps,
        times_always_over_pi,
        times_always_ten,
        times_up_to_span,
        times_in_the_middle,
        times_as_a_list,
        times_as_a_tensor,
        times_as_a_column,
        times_in_half_precision,
        times_as_whole_numbers,
        times_backwards,
        times_with_a_step_too_wide,
        times_by_arange_in_doubles,
        times_with_number_and_steps_swapped,
        times_as_sines,
    ),
    "3b.3": (
        start_from_a_clone_of_the_wrong_one,
        start_reset_when_short,
        start_with_carry_and_stale_turned,
        start_with_stale_for_three,
        start_with_reset_as_the_first,
        start_with_zeros_like,
        start_that_pops,
        start_that_empties,
        start_as_a_list,
        start_squeezed,
        start_where_two_back_means_three,
        start_by_the_second_of_all,
        start_always_none,
        start_of_the_mean,
        start_that_raises_when_empty,
        start_with_false_for_none,
    ),
    "3b.4": (
        look_without_the_last_chunk,
        look_with_root,
        look_with_mean_of_roots,
        look_at_absolute_errors,
        look_at_the_median,
        look_as_a_tensor,
        look_as_a_list,
        look_with_a_state_required,
        look_that_needs_a_state,
        look_left_in_eval,
        look_left_frozen,
        look_with_gradients_left_off,
        look_that_detaches_the_callers_state,
        look_that_zeroes_the_callers_state,
        look_with_new_parameters,
        look_that_moves_weights_a_little,
        look_that_replaces_zeros_by_ones,
        look_at_the_first_row,
        look_divided_by_all,
        look_with_broadcast,
    ),
    "3b.5": (
        two_from_the_first_equations,
        two_with_a_zero_before,
        two_with_the_first_repeated,
        two_one_at_a_time,
        two_of_lag_two,
        two_with_a_constant_dropped,
        two_of_centred_data,
        two_of_the_lags_of_y,
        two_with_ridge,
        two_with_a_little_ridge,
        two_by_formula,
        two_as_a_column,
        two_as_a_tuple,
        two_with_the_sign_turned,
        two_with_the_residual,
        two_without_the_last_sample,
        two_rounded,
        two_that_change_y,
    ),
}

RIGHT = {
    "3a.1": (
        error_by_a_dictionary,
        error_by_counting,
        error_by_whole_numbers,
        error_sample_by_sample,
        error_by_one_table,
    ),
    "3a.2": (
        out_by_einsum,
        out_by_functional,
        out_by_flatten,
        out_by_matmul,
        out_by_vmap,
        out_time_first,
    ),
    "3a.3": (
        turned_by_permute,
        turned_by_einsum,
        turned_by_stacking_steps,
        turned_by_movedim,
        turned_by_hand,
    ),
    "3a.4": (
        trained_with_zero_grad_last,
        trained_with_zeros_to_begin,
        trained_by_a_closure,
        trained_with_gradients_asked_for,
    ),
    "3a.5": (
        cut_and_made_a_leaf,
        cut_by_recursion,
        cut_to_new_tensors,
        cut_through_numpy,
        cut_by_trying,
    ),
    "3b.1": (repeats_by_isclose, repeats_by_numpy, repeats_by_differences, repeats_by_pairs),
    "3b.2": (times_by_fractions, times_one_by_one, times_by_torch, times_cut_out_of_the_run),
    "3b.3": (start_by_slices, start_by_trying, start_by_match, start_by_counting_back),
    "3b.4": (
        look_in_inference_mode,
        look_through_a_copy,
        look_that_restores_the_mode,
        look_without_no_grad,
        look_with_gradients_switched,
    ),
    "3b.5": (two_by_pinv, two_in_float32, two_by_qr, two_by_torch),
}

NEAR_MISSES = {
    "3a.Q1": (1152, 1154, 1153.5, 1120, 1121, 1089),
    "3a.Q2": (3, 5, 4.5, 6, 8),
    "3a.Q3": (1, 4, 3.5, 9, 11),
    "3b.Q1": (0.09, 0.11, 0.095, 0.105, 0.0, 0.2, 0.01),
    "3b.Q2": (899, 902, 901.5, 802, 991),
    "3b.Q3": (0.4, 0.6, 0.48, 0.55, 0.45, 0.0, 5.1),
}

TYPES = {
    "3a.Q1": (1153.0, np.int64(1153), torch.tensor(1153), Fraction(1153), Decimal(1153)),
    "3a.Q2": (4.0, np.int32(4), np.array(4), torch.tensor(4), Decimal(4)),
    "3a.Q3": (3.0, np.int64(3), np.array(3), torch.tensor(3), Fraction(3)),
    "3b.Q1": (0.1, np.float32(0.1), torch.tensor(0.1), Fraction(1, 10), Decimal("0.1")),
    "3b.Q2": (901.0, np.int64(901), np.array(901), torch.tensor(901), Decimal(901)),
    "3b.Q3": (0.5, 0.51, np.float32(0.5125), torch.tensor(0.5125), Fraction(1, 2), Decimal("0.5")),
}
