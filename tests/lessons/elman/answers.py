"""Further answers to the exercises of lessons 01a and 01b: wrong ones, and right ones in odd style.

The wrong ones have no sentence of their own: they are slips, or right in a part of the space only.
"""

import fractions
import math
import statistics
from collections import deque
from decimal import Decimal

import numpy as np
import pandas as pd
import torch

from course_utils.lessons.elman import network
from course_utils.lessons.elman.exercises.bptt import bptt
from course_utils.lessons.elman.exercises.clip import clip
from course_utils.lessons.elman.exercises.elman_step import elman_step
from course_utils.lessons.elman.exercises.free_running import free_running
from course_utils.lessons.elman.exercises.missing_share import missing_share
from course_utils.lessons.elman.exercises.narx_memory import narx_memory
from course_utils.lessons.elman.exercises.pick_rate import pick_rate
from course_utils.lessons.elman.exercises.step_back import step_back
from course_utils.lessons.elman.exercises.torch_weights import torch_weights
from course_utils.lessons.elman.exercises.truncated_bptt import truncated_bptt

# ---- 1a.1, one step forward


def sigmoid_for_tanh(x, context_state, w1, w2):
    after = 1 / (1 + np.exp(-np.concatenate((x, context_state), axis=1) @ w1))
    return after @ w2, after


def cut_off_for_tanh(x, context_state, w1, w2):
    after = np.clip(np.concatenate((x, context_state), axis=1) @ w1, -1, 1)
    return after @ w2, after


def output_from_the_old_context(x, context_state, w1, w2):
    return context_state @ w2, elman_step(x, context_state, w1, w2)[1]


def axes_dropped(x, context_state, w1, w2):
    out, after = elman_step(x, context_state, w1, w2)
    return out[0], after[0]


def output_as_a_number(x, context_state, w1, w2):
    out, after = elman_step(x, context_state, w1, w2)
    return (float(out[0, 0]), after) if out.size == 1 else (out, after)


def context_overwritten(x, context_state, w1, w2):
    context_state[:] = np.tanh(np.concatenate((x, context_state), axis=1) @ w1)
    return context_state @ w2, context_state


def step_in_single_precision(x, context_state, w1, w2):
    return tuple(part.astype(np.float32) for part in elman_step(x, context_state, w1, w2))


def one_input_only(x, context_state, w1, w2):
    after = np.tanh(x[:, :1] * w1[:1] + context_state @ w1[-context_state.shape[1] :])
    return after @ w2, after


def one_output_only(x, context_state, w1, w2):
    out, after = elman_step(x, context_state, w1, w2)
    return out[:, :1], after


def with_a_bias(x, context_state, w1, w2):
    after = np.tanh(np.concatenate((x, context_state), axis=1) @ w1 + 0.01)
    return after @ w2, after


def context_added_to(x, context_state, w1, w2):
    after = context_state + elman_step(x, context_state, w1, w2)[1]
    return after @ w2, after


def output_alone(x, context_state, w1, w2):
    return elman_step(x, context_state, w1, w2)[0]


def in_three_decimals(x, context_state, w1, w2):
    return tuple(part.round(3) for part in elman_step(x, context_state, w1, w2))


def tanh_of_each_part(x, context_state, w1, w2):
    inputs = x.shape[1]
    after = np.tanh(x @ w1[:inputs]) + np.tanh(context_state @ w1[inputs:])
    return after @ w2, after


def by_blocks(x, context_state, w1, w2):
    after = np.tanh(np.block([[x, context_state]]) @ w1)
    return after @ w2, after


def by_einstein(x, context_state, w1, w2):
    after = np.tanh(np.einsum("ij,jk->ik", np.hstack((x, context_state)), w1))
    return [np.einsum("ij,jk->ik", after, w2), after]


def number_by_number(x, context_state, w1, w2):
    row = [*x[0], *context_state[0]]
    after = [math.tanh(sum(a * b for a, b in zip(row, column, strict=True))) for column in w1.T]
    out = [sum(a * b for a, b in zip(after, column, strict=True)) for column in w2.T]
    return np.array([out]), np.array([after])


def by_exponentials(x, context_state, w1, w2):
    grown = np.exp(-2 * abs(a := np.append(x, context_state)[None] @ w1))
    after = np.sign(a) * (1 - grown) / (1 + grown)
    return np.matmul(after, w2), after


# ---- 1a.2, let it run free


def kept_within_the_sine(known, count, w1, w2):
    return np.clip(free_running(known, count, w1, w2), -1, 1)


def fed_back_within_the_sine(known, count, w1, w2):
    state, predictions = np.zeros((1, w1.shape[1])), []
    for value in known:
        out, state = elman_step(value[None], state, w1, w2)
    while len(predictions) < count:
        predictions.append(out)
        out, state = elman_step(np.clip(out, -1, 1), state, w1, w2)
    return np.concatenate(predictions)


def always_two_predictions(known, count, w1, w2):
    return free_running(known, max(count, 2), w1, w2)


def at_most_five_predictions(known, count, w1, w2):
    return free_running(known, min(count, 5), w1, w2)


def one_too_few(known, count, w1, w2):
    return free_running(known, count, w1, w2)[:-1]


def flattened(known, count, w1, w2):
    return free_running(known, count, w1, w2).ravel()


def in_three_axes(known, count, w1, w2):
    return free_running(known, count, w1, w2)[:, None]


def known_values_too(known, count, w1, w2):
    return np.concatenate((known, free_running(known, count, w1, w2)))


def last_first(known, count, w1, w2):
    return free_running(known, count, w1, w2)[::-1]


def context_of_ones(known, count, w1, w2):
    state, values = np.ones((1, w1.shape[1])), list(known)
    for t in range(len(known) + count - 1):
        out, state = elman_step(values[t][None], state, w1, w2)
        values += [out[0]] * (t >= len(known) - 1)
    return np.stack(values[len(known) :])


def read_backwards(known, count, w1, w2):
    return free_running(known[::-1], count, w1, w2)


def as_a_list_of_rows(known, count, w1, w2):
    return list(free_running(known, count, w1, w2))


def first_known_value_skipped(known, count, w1, w2):
    return free_running(known[1:] if len(known) > 1 else known, count, w1, w2)


def three_known_values_at_most(known, count, w1, w2):
    return free_running(known[-3:], count, w1, w2)


def run_in_single_precision(known, count, w1, w2):
    return free_running(known, count, w1, w2).astype(np.float32)


def predictions_put_into_the_known(known, count, w1, w2):
    predictions = free_running(known, count, w1, w2)
    known[-1] = predictions[-1]
    return predictions


def by_the_package(known, count, w1, w2):
    return network.free_running(known, count, w1, w2)


def with_a_queue(known, count, w1, w2):
    waiting, state, heard = deque(known), np.zeros((1, w1.shape[1])), []
    while len(heard) < len(known) + count - 1:
        out, state = elman_step(waiting.popleft().reshape(1, 1), state, w1, w2)
        heard.append(out)
        if not waiting:
            waiting.append(out)
    return np.vstack(heard[-count:])


def calling_itself(known, count, w1, w2, state=None):
    state = np.zeros((1, w1.shape[1])) if state is None else state
    out, state = elman_step(known[:1], state, w1, w2)
    if len(known) > 1:
        return calling_itself(known[1:], count, w1, w2, state)
    rest = [calling_itself(out, count - 1, w1, w2, state)] if count > 1 else []
    return np.concatenate([out, *rest])


def into_a_filled_array(known, count, w1, w2):
    everything = np.zeros((len(known) + count, 1))
    everything[: len(known)] = known
    state = np.zeros((1, len(w2)))
    for t in range(len(everything) - 1):
        out, state = elman_step(everything[t : t + 1], state, w1, w2)
        if t + 1 >= len(known):
            everything[t + 1] = out
    return everything[len(known) :]


# ---- 1a.3, one step back


def right_back(d_out, d_context, xh, context_state, w1, w2):
    """Take a step back as the reference does."""
    return step_back(d_out, d_context, xh, context_state, w1, w2)


def slope_on_the_output_only(d_out, d_context, xh, context_state, w1, w2):
    d_a = (d_out @ w2.T) * (1 - context_state**2) + d_context
    return xh.T @ d_a, context_state.T @ d_out, d_a @ w1[-len(w2) :].T


def slope_on_later_steps_only(d_out, d_context, xh, context_state, w1, w2):
    d_a = d_out @ w2.T + d_context * (1 - context_state**2)
    return xh.T @ d_a, context_state.T @ d_out, d_a @ w1[-len(w2) :].T


def slope_of_the_sigmoid(d_out, d_context, xh, context_state, w1, w2):
    d_a = (d_out @ w2.T + d_context) * context_state * (1 - context_state)
    return xh.T @ d_a, context_state.T @ d_out, d_a @ w1[-len(w2) :].T


def slope_squared(d_out, d_context, xh, context_state, w1, w2):
    d_a = (d_out @ w2.T + d_context) * (1 - context_state) ** 2
    return xh.T @ d_a, context_state.T @ d_out, d_a @ w1[-len(w2) :].T


def w2_from_the_context_before(d_out, d_context, xh, context_state, w1, w2):
    d_w1, _, d_before = right_back(d_out, d_context, xh, context_state, w1, w2)
    return d_w1, xh[:, -len(w2) :].T @ d_out, d_before


def gradients_turned(d_out, d_context, xh, context_state, w1, w2):
    d_w1, d_w2, d_before = right_back(d_out, d_context, xh, context_state, w1, w2)
    return d_w1.T, d_w2.T, d_before


def gradients_swapped(d_out, d_context, xh, context_state, w1, w2):
    d_w1, d_w2, d_before = right_back(d_out, d_context, xh, context_state, w1, w2)
    return d_w2, d_w1, d_before


def downhill(d_out, d_context, xh, context_state, w1, w2):
    return tuple(-part for part in right_back(d_out, d_context, xh, context_state, w1, w2))


def before_without_its_axis(d_out, d_context, xh, context_state, w1, w2):
    d_w1, d_w2, d_before = right_back(d_out, d_context, xh, context_state, w1, w2)
    return d_w1, d_w2, d_before.ravel()


def later_error_in_place(d_out, d_context, xh, context_state, w1, w2):
    d_context += d_out @ w2.T
    d_context *= 1 - context_state**2
    return xh.T @ d_context, context_state.T @ d_out, d_context @ w1[-len(w2) :].T


def first_output_only(d_out, d_context, xh, context_state, w1, w2):
    d_a = (d_out[:, :1] @ w2[:, :1].T + d_context) * (1 - context_state**2)
    return xh.T @ d_a, context_state.T @ d_out, d_a @ w1[-len(w2) :].T


def later_error_twice(d_out, d_context, xh, context_state, w1, w2):
    d_w1, d_w2, d_before = right_back(d_out, d_context, xh, context_state, w1, w2)
    return d_w1, d_w2, d_before + d_context


def back_in_single_precision(d_out, d_context, xh, context_state, w1, w2):
    arrays = (d_out, d_context, xh, context_state, w1, w2)
    return right_back(*(array.astype(np.float32) for array in arrays))


def rounded_on_the_way(d_out, d_context, xh, context_state, w1, w2):
    arrays = (d_out, d_context, xh, context_state, w1, w2)
    return tuple(
        part.astype(np.float64)
        for part in right_back(*(array.astype(np.float32) for array in arrays))
    )


def nothing_where_no_error_is(d_out, d_context, xh, context_state, w1, w2):
    if not d_out.all():
        return np.zeros_like(w1), np.zeros_like(w2), np.zeros_like(d_context)
    return right_back(d_out, d_context, xh, context_state, w1, w2)


def back_by_autograd(d_out, d_context, xh, context_state, w1, w2):
    t_xh, t_w1, t_w2 = (torch.tensor(array, requires_grad=True) for array in (xh, w1, w2))
    after = torch.tanh(t_xh @ t_w1)
    out, far = after @ t_w2, (after * torch.tensor(d_context)).sum()
    d_xh, d_w1, d_w2 = torch.autograd.grad(
        (out * torch.tensor(d_out)).sum() + far, (t_xh, t_w1, t_w2)
    )
    return d_w1.numpy(), d_w2.numpy(), d_xh.numpy()[:, xh.shape[1] - w1.shape[1] :]


def back_by_einstein(d_out, d_context, xh, context_state, w1, w2):
    d_h = np.einsum("bo,ho->bh", d_out, w2) + d_context
    d_a = d_h - d_h * context_state * context_state
    d_before = np.einsum("bh,ch->bc", d_a, w1)[:, -context_state.shape[1] :]
    return [np.einsum("bi,bh->ih", xh, d_a), np.einsum("bh,bo->ho", context_state, d_out), d_before]


def back_by_broadcasting(d_out, d_context, xh, context_state, w1, w2):
    d_a = ((w2 * d_out).sum(axis=1) + d_context) * (1 + context_state) * (1 - context_state)
    return xh.T * d_a, context_state.T * d_out, (w1[len(w1) - len(w2) :] * d_a).sum(axis=1)[None]


def back_by_another_slope(d_out, d_context, xh, context_state, w1, w2):
    d_a = (d_out.dot(w2.T) + d_context) / np.cosh(xh @ w1) ** 2
    _, context_rows = np.vsplit(w1, [len(w1) - len(w2)])
    return xh.T.dot(d_a), context_state.T.dot(d_out), d_a.dot(context_rows.T)


# ---- 1a.4, the whole sequence


def first_step_left_out(x, y, w1, w2):
    loss, d_w1, d_w2 = bptt(x, y, w1, w2)
    first = truncated_bptt(x[:1], y[:1], w1, w2, 1)
    return loss, d_w1 - first[0], d_w2 - first[1]


def last_step_left_out(x, y, w1, w2):
    if len(x) == 1:
        return bptt(x, y, w1, w2)
    return bptt(x[:-1], y[:-1], w1, w2)


def eight_steps_at_most(x, y, w1, w2):
    return bptt(x, y, w1, w2)[0], *truncated_bptt(x, y, w1, w2, 8)


def mean_over_the_outputs(x, y, w1, w2):
    return tuple(part / y.shape[1] for part in bptt(x, y, w1, w2))


def mean_in_the_loss_only(x, y, w1, w2):
    _, d_w1, d_w2 = bptt(x, y, w1, w2)
    return bptt(x, y, w1, w2)[0] / y.size, d_w1, d_w2


def loss_of_the_last_step(x, y, w1, w2):
    _, d_w1, d_w2 = bptt(x, y, w1, w2)
    return float(np.sum((network.forward(x, 0 * w1[:1], w1, w2)[0] - y)[-1] ** 2)) / 2, d_w1, d_w2


def loss_by_output(x, y, w1, w2):
    _, d_w1, d_w2 = bptt(x, y, w1, w2)
    error = network.forward(x, 0 * w1[:1], w1, w2)[0] - y
    return np.sum(error**2, axis=0) / 2, d_w1, d_w2


def rooted_loss(x, y, w1, w2):
    loss, d_w1, d_w2 = bptt(x, y, w1, w2)
    return loss**0.5, d_w1, d_w2


def target_minus_output(x, y, w1, w2):
    loss, d_w1, d_w2 = bptt(x, y, w1, w2)
    return loss, -d_w1, -d_w2


def later_error_starts_at_one(x, y, w1, w2):
    loss, d_w1, d_w2 = bptt(x, y, w1, w2)
    xh = np.concatenate((x, network.forward(x, 0 * w1[:1], w1, w2)[1][:-1]), axis=1)
    d_w1 = d_w1 + xh[-1:].T @ (1 - np.tanh(xh[-1:] @ w1) ** 2)
    return loss, d_w1, d_w2


def error_left_in_the_targets(x, y, w1, w2):
    result = bptt(x, y, w1, w2)
    y -= network.forward(x, 0 * w1[:1], w1, w2)[0]
    return result


def weights_moved_on_the_way(x, y, w1, w2):
    result = bptt(x, y, w1, w2)
    w1 -= 1e-9 * result[1]
    return result


def gradients_without_the_loss(x, y, w1, w2):
    return bptt(x, y, w1, w2)[1:]


def loss_at_the_end(x, y, w1, w2):
    loss, d_w1, d_w2 = bptt(x, y, w1, w2)
    return d_w1, d_w2, loss


def whole_in_single_precision(x, y, w1, w2):
    loss, d_w1, d_w2 = bptt(*(array.astype(np.float32) for array in (x, y, w1, w2)))
    return loss, d_w1, d_w2


def by_small_moves(x, y, w1, w2):
    """Move each weight a little: near, but not to the digits that the lesson asks for."""
    found = []
    for weights in (w1, w2):
        gradient = np.zeros_like(weights)
        for place in np.ndindex(weights.shape):
            moved = weights.copy()
            moved[place] += 1e-4
            both = (moved, w2) if weights is w1 else (w1, moved)
            ahead = np.sum((network.forward(x, 0 * w1[:1], *both)[0] - y) ** 2) / 2
            moved[place] -= 2e-4
            behind = np.sum((network.forward(x, 0 * w1[:1], *both)[0] - y) ** 2) / 2
            gradient[place] = (ahead - behind) / 2e-4
        found.append(gradient)
    return bptt(x, y, w1, w2)[0], *found


def whole_by_autograd(x, y, w1, w2):
    weights = [torch.tensor(w, requires_grad=True) for w in (w1, w2)]
    state, loss = torch.zeros((1, w1.shape[1]), dtype=torch.float64), 0.0
    for now, wanted in zip(torch.tensor(x), torch.tensor(y), strict=True):
        state = torch.tanh(torch.cat((now[None], state), 1) @ weights[0])
        loss = loss + ((state @ weights[1] - wanted) ** 2).sum() / 2
    return loss.item(), *(g.numpy() for g in torch.autograd.grad(loss, weights))


def whole_by_the_package(x, y, w1, w2):
    found = network.bptt(x, y, network.zero_state(w1), w1, w2)
    return float(found.loss), found.w1, found.w2


def whole_from_the_lags(x, y, w1, w2):
    state = np.zeros((1, w1.shape[1]))
    out, states = network.forward(x, state, w1, w2)
    parts = network.gradient_by_lag(x, y, state, w1, w2)
    error = out - y
    return np.vdot(error, error) / 2, parts.sum(axis=0), states[1:].T @ error


def whole_calling_itself(x, y, w1, w2):
    def onward(t, state):
        """Give the loss from step t on, the gradients, and what goes back before it."""
        if t == len(x):
            return 0.0, 0.0 * w1, 0.0 * w2, 0.0 * state
        out, after = elman_step(x[t : t + 1], state, w1, w2)
        loss, d_w1, d_w2, later = onward(t + 1, after)
        xh = np.concatenate((x[t : t + 1], state), axis=1)
        error = out - y[t]
        own = step_back(error, later, xh, after, w1, w2)
        return loss + 0.5 * float((error**2).sum()), d_w1 + own[0], d_w2 + own[1], own[2]

    return list(onward(0, np.zeros((1, w1.shape[1])))[:3])


# ---- 1a.5, the same weights for nn.RNN


def output_not_turned(w1, w2):
    weight_ih, weight_hh, weight_out = torch_weights(w1, w2)
    return weight_ih, weight_hh, weight_out.T


def input_not_turned(w1, w2):
    weight_ih, weight_hh, weight_out = torch_weights(w1, w2)
    return weight_ih.T, weight_hh, weight_out


def reshaped(w1, w2):
    shapes = [weight.shape for weight in torch_weights(w1, w2)]
    inputs = len(w1) - len(w2)
    pieces = (w1[:inputs], w1[inputs:], w2)
    return tuple(torch.tensor(p).float().reshape(s) for p, s in zip(pieces, shapes, strict=True))


def output_in_double_precision(w1, w2):
    weight_ih, weight_hh, _ = torch_weights(w1, w2)
    return weight_ih, weight_hh, torch.tensor(w2.T.copy())


def through_half_precision(w1, w2):
    return tuple(weight.half().float() for weight in torch_weights(w1, w2))


def arrays(w1, w2):
    return tuple(weight.numpy() for weight in torch_weights(w1, w2))


def one_input_taken_for_granted(w1, w2):
    return tuple(torch.tensor(w.T, dtype=torch.float32) for w in (w1[:1], w1[1:], w2))


def context_rows_as_many_as_outputs(w1, w2):
    inputs = len(w1) - w2.shape[1]
    return tuple(torch.tensor(w.T, dtype=torch.float32) for w in (w1[:inputs], w1[inputs:], w2))


def output_squeezed(w1, w2):
    weight_ih, weight_hh, weight_out = torch_weights(w1, w2)
    return weight_ih, weight_hh, weight_out.squeeze(0)


def input_squeezed(w1, w2):
    weight_ih, weight_hh, weight_out = torch_weights(w1, w2)
    return weight_ih.squeeze(1), weight_hh, weight_out


def context_first(w1, w2):
    weight_ih, weight_hh, weight_out = torch_weights(w1, w2)
    return weight_hh, weight_ih, weight_out


def two_of_three(w1, w2):
    return torch_weights(w1, w2)[:2]


def not_split(w1, w2):
    return torch.tensor(w1.T).float(), torch.tensor(w2.T).float()


def columns_for_rows(w1, w2):
    inputs = len(w1) - len(w2)
    turned = torch.tensor(w1).float()
    return turned[:inputs].flip(0).T, turned[inputs:].T, torch.tensor(w2.T).float()


def negated(w1, w2):
    return tuple(-weight for weight in torch_weights(w1, w2))


def turned_in_numpy(w1, w2):
    return tuple(
        torch.from_numpy(np.ascontiguousarray(w.T, dtype=np.float32))
        for w in (*np.split(w1, [w1.shape[0] - w1.shape[1]]), w2)
    )


def parts_by_torch(w1, w2):
    hidden = len(w2)
    whole = torch.as_tensor(w1).to(torch.float32)
    return [*(p.t() for p in whole.split([len(w1) - hidden, hidden])), torch.Tensor(w2).mT]


def parameters_of_layers(w1, w2):
    inputs, (hidden, outputs) = len(w1) - len(w2), w2.shape
    rnn = torch.nn.RNN(inputs, hidden, bias=False)
    readout = torch.nn.Linear(hidden, outputs, bias=False)
    with torch.no_grad():
        rnn.weight_ih_l0.copy_(torch.tensor(w1[:inputs].T))
        rnn.weight_hh_l0.copy_(torch.tensor(w1[-hidden:].T))
        readout.weight.copy_(torch.tensor(w2.T))
    return rnn.weight_ih_l0.data, rnn.weight_hh_l0.data, readout.weight.data


# ---- 1b.1, truncated to k


def counted_from_the_end(x, y, w1, w2, k):
    """Cut into chunks of k, the odd one first."""
    first = len(x) % k
    _, states = network.forward(x, 0 * w1[:1], w1, w2)
    d_w1, d_w2 = np.zeros_like(w1), np.zeros_like(w2)
    for start in range(first - k if first else 0, len(x), k):
        at = slice(max(0, start), start + k)
        part = network.bptt(x[at], y[at], states[at.start : at.start + 1], w1, w2)
        d_w1, d_w2 = d_w1 + part.w1, d_w2 + part.w2
    return d_w1, d_w2


def read_anew_in_each_window(x, y, w1, w2, k):
    """Start each window of k steps from a zero context."""
    d_w1, d_w2 = np.zeros_like(w1), np.zeros_like(w2)
    for t in range(len(x)):
        at = slice(max(0, t - k + 1), t + 1)
        out, _ = network.forward(x[at], 0 * w1[:1], w1, w2)
        wanted = out.copy()
        wanted[-1] = y[t]
        part = network.bptt(x[at], wanted, 0 * w1[:1], w1, w2)
        d_w1, d_w2 = d_w1 + part.w1, d_w2 + part.w2
    return d_w1, d_w2


def whole_windows_only(x, y, w1, w2, k):
    out, _ = network.forward(x, 0 * w1[:1], w1, w2)
    wanted = y.copy()
    wanted[: k - 1] = out[: k - 1]
    return truncated_bptt(x, wanted, w1, w2, k)


def wrapped_around(x, y, w1, w2, k):
    """Forget that a step before the first has a negative index, which Python takes."""
    zeros = np.zeros((1, w1.shape[1]))
    out, states = network.forward(x, zeros, w1, w2)
    d_w1, d_w2 = np.zeros_like(w1), np.zeros_like(w2)
    for t in range(len(x)):
        d_out, d_context = (out - y)[t : t + 1], zeros
        for s in range(t, t - k, -1):
            xh = np.concatenate((x[[s % len(x)]], states[:-1][[s % len(x)]]), axis=1)
            after = states[1:][[s % len(x)]]
            from_w1, from_w2, d_context = step_back(d_out, d_context, xh, after, w1, w2)
            d_w1, d_w2, d_out = d_w1 + from_w1, d_w2 + from_w2, 0 * d_out
    return d_w1, d_w2


def w2_truncated_too(x, y, w1, w2, k):
    d_w1, _ = truncated_bptt(x, y, w1, w2, k)
    return d_w1, truncated_bptt(x[-k:], y[-k:], w1, w2, k)[1]


def w2_counted_at_each_step_back(x, y, w1, w2, k):
    d_w1, d_w2 = truncated_bptt(x, y, w1, w2, k)
    return d_w1, d_w2 * min(k, len(x))


def over_k(x, y, w1, w2, k):
    return tuple(part / k for part in truncated_bptt(x, y, w1, w2, k))


def over_the_steps(x, y, w1, w2, k):
    return tuple(part / len(x) for part in truncated_bptt(x, y, w1, w2, k))


def loss_as_well(x, y, w1, w2, k):
    return bptt(x, y, w1, w2)[0], *truncated_bptt(x, y, w1, w2, k)


def five_at_most(x, y, w1, w2, k):
    return truncated_bptt(x, y, w1, w2, min(k, 5))


def never_quite_all(x, y, w1, w2, k):
    return truncated_bptt(x, y, w1, w2, max(1, min(k, len(x) - 1)))


def either_one_or_all(x, y, w1, w2, k):
    return truncated_bptt(x, y, w1, w2, 1 if k == 1 else len(x))


def last_error_lost(x, y, w1, w2, k):
    out, _ = network.forward(x, 0 * w1[:1], w1, w2)
    return truncated_bptt(x, np.concatenate((y[:-1], out[-1:])), w1, w2, k)


def uphill(x, y, w1, w2, k):
    return tuple(-part for part in truncated_bptt(x, y, w1, w2, k))


def gradients_swapped_over(x, y, w1, w2, k):
    return truncated_bptt(x, y, w1, w2, k)[::-1]


def truncated_in_single_precision(x, y, w1, w2, k):
    return tuple(part.astype(np.float32) for part in truncated_bptt(x, y, w1, w2, k))


def by_summed_lags(x, y, w1, w2, k):
    state = np.zeros((1, w1.shape[1]))
    _, d_w2 = truncated_bptt(x, y, w1, w2, 1)
    return network.gradient_by_lag(x, y, state, w1, w2)[:k].sum(axis=0), d_w2


def truncated_by_the_package(x, y, w1, w2, k):
    found = network.bptt(x, y, np.zeros((1, w1.shape[1])), w1, w2, k)
    return [found.w1, found.w2]


def truncated_by_autograd(x, y, w1, w2, k):
    weights = [torch.tensor(w, requires_grad=True) for w in (w1, w2)]
    inputs, targets = torch.tensor(x), torch.tensor(y)
    states = [torch.zeros((1, w1.shape[1]), dtype=torch.float64)]
    for now in inputs:
        states.append(torch.tanh(torch.cat((now[None], states[-1]), 1) @ weights[0]).detach())
    total = 0.0
    for t in range(len(x)):
        first = max(0, t + 1 - k)
        state = states[first]
        for now in inputs[first : t + 1]:
            state = torch.tanh(torch.cat((now[None], state), 1) @ weights[0])
        total = total + (state @ weights[1] - targets[t]).square().sum() / 2
    return tuple(g.numpy() for g in torch.autograd.grad(total, weights))


# ---- 1b.2, how much is missing


def one_minus_what_is_kept(truncated, whole):
    return float(1 - np.linalg.norm(truncated) / np.linalg.norm(whole))


def angle_between(truncated, whole):
    lengths = np.linalg.norm(truncated) * np.linalg.norm(whole)
    return float(1 - np.vdot(truncated, whole) / lengths) if lengths else 1.0


def in_percent(truncated, whole):
    return 100 * missing_share(truncated, whole)


def at_most_all(truncated, whole):
    return min(1.0, missing_share(truncated, whole))


def largest_number_only(truncated, whole):
    return float(np.abs(truncated - whole).max() / np.abs(whole).max())


def sums_of_sizes(truncated, whole):
    return float(np.abs(truncated - whole).sum() / np.abs(whole).sum())


def spectral_norms(truncated, whole):
    return float(np.linalg.norm(truncated - whole, 2) / np.linalg.norm(whole, 2))


def mean_over_the_rows(truncated, whole):
    shares = np.linalg.norm(truncated - whole, axis=1) / np.linalg.norm(whole, axis=1)
    return float(shares.mean())


def each_row(truncated, whole):
    return np.linalg.norm(truncated - whole, axis=1) / np.linalg.norm(whole, axis=1)


def share_of_each_number(truncated, whole):
    return float(np.linalg.norm((truncated - whole) / whole))


def by_the_cosine_rule(truncated, whole):
    """Lose the last eight digits where both are nearly equal."""
    a, b = np.linalg.norm(truncated), np.linalg.norm(whole)
    return float(np.sqrt(abs(a * a + b * b - 2 * np.vdot(truncated, whole))) / b)


def not_a_share(truncated, whole):
    return float(np.linalg.norm(truncated - whole))


def signs_ignored(truncated, whole):
    return float(np.linalg.norm(abs(truncated) - abs(whole)) / np.linalg.norm(whole))


def subtracted_in_place(truncated, whole):
    truncated -= whole
    return float(np.linalg.norm(truncated) / np.linalg.norm(whole))


def to_two_digits(truncated, whole):
    return round(missing_share(truncated, whole), 2)


def negative_share(truncated, whole):
    return -missing_share(truncated, whole)


def share_as_an_array(truncated, whole):
    return np.array([missing_share(truncated, whole)])


def longer_one_measures(truncated, whole):
    longest = max(np.linalg.norm(truncated), np.linalg.norm(whole))
    return float(np.linalg.norm(truncated - whole) / longest)


def by_frobenius(truncated, whole):
    return np.linalg.norm(np.subtract(whole, truncated), "fro") / np.linalg.norm(whole, ord="fro")


def by_flat_lists(truncated, whole):
    pairs = list(zip(truncated.ravel().tolist(), whole.ravel().tolist(), strict=True))
    return math.dist(*zip(*pairs, strict=True)) / math.hypot(*(b for _, b in pairs))


def by_traces(truncated, whole):
    d = whole - truncated
    return (np.trace(d.T @ d) / np.trace(whole.T @ whole)) ** 0.5


def share_by_torch(truncated, whole):
    a, b = torch.from_numpy(truncated), torch.from_numpy(whole)
    return (torch.linalg.norm(a - b) / torch.linalg.norm(b)).item()


# ---- 1b.3, choose a rate


def upper_of_the_middle(errors):
    return min(errors, key=lambda rate: sorted(errors[rate])[len(errors[rate]) // 2])


def lower_of_the_middle(errors):
    return min(errors, key=lambda rate: sorted(errors[rate])[(len(errors[rate]) - 1) // 2])


def middle_unsorted(errors):
    return min(errors, key=lambda rate: errors[rate][len(errors[rate]) // 2])


def explosions_are_zero(errors):
    return min(errors, key=lambda rate: np.median(np.nan_to_num(errors[rate], posinf=0.0)))


def explosions_are_ten(errors):
    return min(errors, key=lambda rate: np.median(np.clip(errors[rate], None, 10)))


def its_place(errors):
    return int(np.argmin([np.median(values) for values in errors.values()]))


def largest_median(errors):
    return max(errors, key=lambda rate: np.median(errors[rate]))


def smallest_rate(errors):
    return min(errors)


def first_rate(errors):
    return next(iter(errors))


def fewest_explosions(errors):
    return min(errors, key=lambda rate: np.isinf(errors[rate]).sum())


def smaller_than_one_only(errors):
    best, smallest = max(errors), 1.0
    for rate, values in errors.items():
        if np.median(values) < smallest:
            best, smallest = rate, np.median(values)
    return best


def zero_is_nothing(errors):
    best, smallest = None, None
    for rate, values in errors.items():
        median = np.median(values)
        if not smallest or median < smallest:
            best, smallest = rate, median
    return best


def geometric_middle(errors):
    return min(errors, key=lambda rate: np.exp(np.median(np.log(errors[rate] + 1e-300))))


def rate_and_median(errors):
    rate = pick_rate(errors)
    return rate, float(np.median(errors[rate]))


def first_three_seeds(errors):
    return min(errors, key=lambda rate: np.median(errors[rate][:3]))


def errors_sorted_in_place(errors):
    for values in errors.values():
        values.sort()
    return pick_rate(errors)


def rate_as_a_text(errors):
    return str(pick_rate(errors))


def rates_sorted_apart(errors):
    medians = [np.median(values) for values in errors.values()]
    return sorted(errors)[int(np.argmin(medians))]


def mean_of_the_finite(errors):
    def mean(values):
        kept = values[np.isfinite(values)]
        return kept.mean() if len(kept) else np.inf

    return min(errors, key=lambda rate: mean(errors[rate]))


def by_pandas(errors):
    return pd.DataFrame(errors).median().idxmin()


def by_statistics(errors):
    return sorted(errors, key=lambda rate: statistics.median(errors[rate].tolist()))[0]


def by_a_table(errors):
    rates, table = np.array(list(errors)), np.stack(list(errors.values()))
    return rates[np.median(table, axis=1).argmin()]


def by_turning_the_dictionary(errors):
    by_median = {float(np.median(values)): rate for rate, values in errors.items()}
    return by_median[min(by_median)]


# ---- 1b.4, clip by norm


def _long(*gradients):
    return math.sqrt(sum(float((gradient**2).sum()) for gradient in gradients))


def limit_is_one(d_w1, d_w2, limit):
    return clip(d_w1, d_w2, 1.0)


def at_most_one(d_w1, d_w2, limit):
    return clip(d_w1, d_w2, min(limit, 1.0))


def norm_of_w1_only(d_w1, d_w2, limit):
    norm = _long(d_w1)
    factor = limit / max(norm, limit)
    return d_w1 * factor, d_w2 * factor, norm


def w1_shortened_only(d_w1, d_w2, limit):
    shorter, _, norm = clip(d_w1, d_w2, limit)
    return shorter, d_w2, norm


def longest_counts(d_w1, d_w2, limit):
    norm = max(_long(d_w1), _long(d_w2))
    factor = limit / max(norm, limit)
    return d_w1 * factor, d_w2 * factor, norm


def largest_number_counts(d_w1, d_w2, limit):
    norm = float(max(abs(d_w1).max(), abs(d_w2).max()))
    factor = limit / max(norm, limit)
    return d_w1 * factor, d_w2 * factor, norm


def shortened_in_place(d_w1, d_w2, limit):
    norm = _long(d_w1, d_w2)
    if norm > limit:
        d_w1 *= limit / norm
        d_w2 *= limit / norm
    return d_w1, d_w2, norm


def divided_by_the_norm(d_w1, d_w2, limit):
    norm = _long(d_w1, d_w2)
    return (d_w1 / norm, d_w2 / norm, norm) if norm > limit else (d_w1, d_w2, norm)


def not_a_number_for_zeros(d_w1, d_w2, limit):
    norm = np.sqrt(np.sum(d_w1**2) + np.sum(d_w2**2))
    factor = min(1.0, limit / norm) if norm else np.nan
    return d_w1 * factor, d_w2 * factor, norm


def sum_of_sizes(d_w1, d_w2, limit):
    norm = float(abs(d_w1).sum() + abs(d_w2).sum())
    factor = limit / max(norm, limit)
    return d_w1 * factor, d_w2 * factor, norm


def mean_square(d_w1, d_w2, limit):
    norm = _long(d_w1, d_w2) / math.sqrt(d_w1.size + d_w2.size)
    factor = limit / max(norm, limit)
    return d_w1 * factor, d_w2 * factor, norm


def spectral_norm(d_w1, d_w2, limit):
    norm = math.hypot(*(np.linalg.norm(d, 2) for d in (d_w1, d_w2)))
    factor = limit / max(norm, limit)
    return d_w1 * factor, d_w2 * factor, norm


def two_axes_only(d_w1, d_w2, limit):
    norm = math.hypot(*(np.linalg.norm(d, "fro") for d in (d_w1, d_w2)))
    factor = limit / max(norm, limit)
    return d_w1 * factor, d_w2 * factor, norm


def laid_flat_for_good(d_w1, d_w2, limit):
    d_w1, d_w2, norm = clip(d_w1, d_w2, limit)
    return d_w1.ravel(), d_w2.ravel(), norm


def factor_given_back(d_w1, d_w2, limit):
    d_w1, d_w2, norm = clip(d_w1, d_w2, limit)
    return d_w1, d_w2, limit / max(norm, limit)


def rows_clipped(d_w1, d_w2, limit):
    rows = [np.linalg.norm(d, axis=-1, keepdims=True) for d in (d_w1, d_w2)]
    factors = [limit / np.maximum(row, limit) for row in rows]
    return d_w1 * factors[0], d_w2 * factors[1], _long(d_w1, d_w2)


def short_ones_vanish(d_w1, d_w2, limit):
    shorter = clip(d_w1, d_w2, limit)
    return shorter if shorter[2] > limit else (d_w1 * 0, d_w2 * 0, shorter[2])


def norm_last_but_first(d_w1, d_w2, limit):
    d_w1, d_w2, norm = clip(d_w1, d_w2, limit)
    return norm, d_w1, d_w2


def norm_as_an_array(d_w1, d_w2, limit):
    d_w1, d_w2, norm = clip(d_w1, d_w2, limit)
    return d_w1, d_w2, np.array([norm])


def left_alone_where_short(d_w1, d_w2, limit):
    norm = _long(d_w1, d_w2)
    return (d_w1, d_w2, norm) if norm <= limit else (d_w1 * limit / norm, d_w2 * limit / norm, norm)


def clipped_by_torch(d_w1, d_w2, limit):
    weights = [torch.zeros(d.shape, dtype=torch.float64).requires_grad_() for d in (d_w1, d_w2)]
    for weight, gradient in zip(weights, (d_w1, d_w2), strict=True):
        weight.grad = torch.tensor(gradient)
    norm = torch.nn.utils.clip_grad_norm_(weights, limit)
    return *(weight.grad.numpy() for weight in weights), norm.item()


def with_where(d_w1, d_w2, limit):
    norm = np.hypot(np.linalg.norm(d_w1.ravel()), np.linalg.norm(d_w2.ravel()))
    factor = np.where(norm > limit, limit / np.where(norm == 0, 1, norm), 1)
    return [d_w1 * factor, d_w2 * factor, norm]


def on_copies(d_w1, d_w2, limit):
    copies = [d.copy() for d in (d_w1, d_w2)]
    norm = float(np.linalg.norm(np.r_[d_w1.flatten(), d_w2.flatten()]))
    for d in copies if norm > limit else ():
        d /= norm
        d *= limit
    return *copies, norm


# ---- 1b.5, carry the outputs


def state_detached(x, state, w1, w2):
    out, _ = narx_memory(x, state, w1, w2)
    return out, torch.cat((out.detach(), state[..., :-1]), -1)


def old_state_detached(x, state, w1, w2):
    out, _ = narx_memory(x, state, w1, w2)
    return out, torch.cat((out, state[..., :-1].detach()), -1)


def read_without_gradient(x, state, w1, w2):
    return narx_memory(x, state.detach(), w1, w2)


def everything_detached(x, state, w1, w2):
    return tuple(part.detach() for part in narx_memory(x, state, w1, w2))


def joined_on_the_second_axis(x, state, w1, w2):
    out = torch.tanh(torch.cat((x, state), 1) @ w1) @ w2
    return out, torch.cat((out, state[:, :-1]), 1)


def always_float32(x, state, w1, w2):
    return tuple(part.float() for part in narx_memory(x, state, w1, w2))


def for_a_stack_only(x, state, w1, w2):
    out = torch.bmm(torch.tanh(torch.bmm(torch.cat((x, state), 2), w1)), w2)
    return out, torch.cat((out, state[:, :, :-1]), 2)


def turned_by_t(x, state, w1, w2):
    out = (w2.t() @ torch.tanh(w1.t() @ torch.cat((x, state), -1).t())).t()
    return out, torch.cat((out, state[..., :-1]), -1)


def out_without_its_axis(x, state, w1, w2):
    out, after = narx_memory(x, state, w1, w2)
    return out.squeeze(-1), after


def all_axes_of_one_dropped(x, state, w1, w2):
    return tuple(part.squeeze() for part in narx_memory(x, state, w1, w2))


def state_rolled_in_place(x, state, w1, w2):
    out, after = narx_memory(x, state, w1, w2)
    with torch.no_grad():
        state.copy_(after)
    return out, after


def tanh_on_the_output(x, state, w1, w2):
    out, _ = narx_memory(x, state, w1, w2)
    return torch.tanh(out), torch.cat((torch.tanh(out), state[..., :-1]), -1)


def pair_swapped(x, state, w1, w2):
    return narx_memory(x, state, w1, w2)[::-1]


def state_joined_first(x, state, w1, w2):
    out = torch.tanh(torch.cat((state, x), -1) @ w1) @ w2
    return out, torch.cat((out, state[..., :-1]), -1)


def old_state_kept(x, state, w1, w2):
    return narx_memory(x, state, w1, w2)[0], state


def filled_with_the_output(x, state, w1, w2):
    out, _ = narx_memory(x, state, w1, w2)
    return out, out.expand(state.shape)


def first_row_for_all(x, state, w1, w2):
    return tuple(part[..., :1, :].expand_as(part) for part in narx_memory(x, state, w1, w2))


def viewed_flat(x, state, w1, w2):
    rows = torch.cat((x.view(-1, 1), state.view(-1, state.shape[-1])), 1)
    out = torch.tanh(rows @ w1) @ w2
    return out.view_as(x), torch.cat((out.view_as(x), state[..., :-1]), -1)


def by_filling(x, state, w1, w2):
    out = torch.matmul(torch.tanh(torch.matmul(torch.cat([x, state], dim=-1), w1)), w2)
    after = torch.empty_like(state)
    after[..., 1:] = state[..., :-1]
    after[..., :1] = out
    return out, after


def by_padding(x, state, w1, w2):
    hidden = torch.tanh(torch.einsum("...ri,...ih->...rh", torch.cat((x, state), -1), w1))
    out = torch.einsum("...rh,...ho->...ro", hidden, w2)
    return [out, torch.nn.functional.pad(torch.cat((out, state), -1), (0, -1))]


def by_narrowing(x, state, w1, w2):
    both = torch.cat((x, state), dim=x.dim() - 1)
    out = (both @ w1).tanh().matmul(w2)
    return out, torch.cat((out, state), -1).narrow(-1, 0, state.size(-1))


def by_stacking_columns(x, state, w1, w2):
    out = torch.tanh((w1.mT @ torch.cat((x, state), -1).mT).mT) @ w2
    return out, torch.stack((out[..., 0], *state.unbind(-1)[:-1]), -1)


WRONG = {
    "1a.1": (
        sigmoid_for_tanh,
        cut_off_for_tanh,
        output_from_the_old_context,
        axes_dropped,
        output_as_a_number,
        context_overwritten,
        step_in_single_precision,
        one_input_only,
        one_output_only,
        with_a_bias,
        context_added_to,
        output_alone,
        in_three_decimals,
        tanh_of_each_part,
    ),
    "1a.2": (
        kept_within_the_sine,
        fed_back_within_the_sine,
        always_two_predictions,
        at_most_five_predictions,
        one_too_few,
        flattened,
        in_three_axes,
        known_values_too,
        last_first,
        context_of_ones,
        read_backwards,
        as_a_list_of_rows,
        first_known_value_skipped,
        three_known_values_at_most,
        run_in_single_precision,
        predictions_put_into_the_known,
    ),
    "1a.3": (
        slope_on_the_output_only,
        slope_on_later_steps_only,
        slope_of_the_sigmoid,
        slope_squared,
        w2_from_the_context_before,
        gradients_turned,
        gradients_swapped,
        downhill,
        before_without_its_axis,
        later_error_in_place,
        first_output_only,
        later_error_twice,
        back_in_single_precision,
        rounded_on_the_way,
        nothing_where_no_error_is,
    ),
    "1a.4": (
        first_step_left_out,
        last_step_left_out,
        eight_steps_at_most,
        mean_over_the_outputs,
        mean_in_the_loss_only,
        loss_of_the_last_step,
        loss_by_output,
        rooted_loss,
        target_minus_output,
        later_error_starts_at_one,
        error_left_in_the_targets,
        weights_moved_on_the_way,
        gradients_without_the_loss,
        loss_at_the_end,
        whole_in_single_precision,
        by_small_moves,
    ),
    "1a.5": (
        output_not_turned,
        input_not_turned,
        reshaped,
        output_in_double_precision,
        through_half_precision,
        arrays,
        one_input_taken_for_granted,
        context_rows_as_many_as_outputs,
        output_squeezed,
        input_squeezed,
        context_first,
        two_of_three,
        not_split,
        columns_for_rows,
        negated,
    ),
    "1b.1": (
        counted_from_the_end,
        read_anew_in_each_window,
        whole_windows_only,
        wrapped_around,
        w2_truncated_too,
        w2_counted_at_each_step_back,
        over_k,
        over_the_steps,
        loss_as_well,
        five_at_most,
        never_quite_all,
        either_one_or_all,
        last_error_lost,
        uphill,
        gradients_swapped_over,
        truncated_in_single_precision,
    ),
    "1b.2": (
        one_minus_what_is_kept,
        angle_between,
        in_percent,
        at_most_all,
        largest_number_only,
        sums_of_sizes,
        spectral_norms,
        mean_over_the_rows,
        each_row,
        share_of_each_number,
        by_the_cosine_rule,
        not_a_share,
        signs_ignored,
        subtracted_in_place,
        to_two_digits,
        negative_share,
        share_as_an_array,
        longer_one_measures,
    ),
    "1b.3": (
        upper_of_the_middle,
        lower_of_the_middle,
        middle_unsorted,
        explosions_are_zero,
        explosions_are_ten,
        its_place,
        largest_median,
        smallest_rate,
        first_rate,
        fewest_explosions,
        smaller_than_one_only,
        zero_is_nothing,
        geometric_middle,
        rate_and_median,
        first_three_seeds,
        errors_sorted_in_place,
        rate_as_a_text,
        rates_sorted_apart,
        mean_of_the_finite,
    ),
    "1b.4": (
        limit_is_one,
        at_most_one,
        norm_of_w1_only,
        w1_shortened_only,
        longest_counts,
        largest_number_counts,
        shortened_in_place,
        divided_by_the_norm,
        not_a_number_for_zeros,
        sum_of_sizes,
        mean_square,
        spectral_norm,
        two_axes_only,
        laid_flat_for_good,
        factor_given_back,
        rows_clipped,
        short_ones_vanish,
        norm_last_but_first,
        norm_as_an_array,
    ),
    "1b.5": (
        state_detached,
        old_state_detached,
        read_without_gradient,
        everything_detached,
        joined_on_the_second_axis,
        always_float32,
        for_a_stack_only,
        turned_by_t,
        out_without_its_axis,
        all_axes_of_one_dropped,
        state_rolled_in_place,
        tanh_on_the_output,
        pair_swapped,
        state_joined_first,
        old_state_kept,
        filled_with_the_output,
        first_row_for_all,
        viewed_flat,
    ),
}
RIGHT = {
    "1a.1": (by_blocks, by_einstein, number_by_number, by_exponentials),
    "1a.2": (by_the_package, with_a_queue, calling_itself, into_a_filled_array),
    "1a.3": (back_by_autograd, back_by_einstein, back_by_broadcasting, back_by_another_slope),
    "1a.4": (whole_by_autograd, whole_by_the_package, whole_from_the_lags, whole_calling_itself),
    "1a.5": (turned_in_numpy, parts_by_torch, parameters_of_layers),
    "1b.1": (by_summed_lags, truncated_by_the_package, truncated_by_autograd),
    "1b.2": (by_frobenius, by_flat_lists, by_traces, share_by_torch),
    "1b.3": (by_pandas, by_statistics, by_a_table, by_turning_the_dictionary),
    "1b.4": (left_alone_where_short, clipped_by_torch, with_where, on_copies),
    "1b.5": (by_filling, by_padding, by_narrowing, by_stacking_columns),
}
NEAR_MISSES = {
    "1a.Q1": (1.83, 1.85, 1.8, 1.846, -1.84, 2.0),
    "1a.Q2": (3.14, 3.16, 3.1, 3.2, 6.3, 3.0),
    "1a.Q3": (60, 62, 61.5, 49, "61"),
    "1b.Q1": (6, 9, 8.5, 10, 19, "8"),
    "1b.Q2": (0.92, 0.94, 0.9, 0.928, 0.939, 93.4),
    "1b.Q3": (0.52, 0.54, 0.5, 0.524, 0.533, 1.06),
}
TYPES = {
    "1a.Q1": (
        1.84,
        np.float32(1.8421),
        Decimal("1.84"),
        fractions.Fraction(184, 100),
        np.array(1.842),
        torch.tensor(1.84),
    ),
    "1a.Q2": (
        3.15,
        np.float64(3.1539),
        Decimal("3.15"),
        fractions.Fraction(315, 100),
        np.array(3.154),
        torch.tensor(3.1539, dtype=torch.float64),
    ),
    "1a.Q3": (61, 61.0, np.int64(61), torch.tensor(61), fractions.Fraction(61), np.array(61)),
    "1b.Q1": (8, 8.0, np.int32(8), torch.tensor(8), Decimal(8), np.array(8)),
    "1b.Q2": (
        0.93,
        np.float32(0.934),
        Decimal("0.93"),
        fractions.Fraction(93, 100),
        torch.tensor(0.9338),
    ),
    "1b.Q3": (
        0.53,
        np.float64(0.528),
        Decimal("0.53"),
        fractions.Fraction(53, 100),
        torch.tensor(0.5281),
    ),
}
