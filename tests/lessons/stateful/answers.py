"""Further answers to lessons 04a and 04b: wrong ones, and right ones in unusual style."""

import copy
import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from course_utils.lessons.stateful.exercises.get_batch import get_batch
from course_utils.lessons.stateful.exercises.keras_adam_step import keras_adam_step
from course_utils.lessons.stateful.exercises.lay_out import lay_out
from course_utils.lessons.stateful.exercises.lstm_step import lstm_step
from course_utils.lessons.stateful.exercises.next_state import next_state
from course_utils.lessons.stateful.exercises.port_back import port_back
from course_utils.lessons.stateful.exercises.port_gru import port_gru
from course_utils.lessons.stateful.exercises.port_lstm import port_lstm
from course_utils.lessons.stateful.exercises.quiz_b import bias_for_half, first_step_ratio
from course_utils.lessons.stateful.exercises.set_forget_bias import set_forget_bias
from course_utils.lessons.stateful.exercises.who_continues import who_continues

# ---- 4a.1: fold a long signal into a batch


def waves(xs):
    return [np.sin(xs)[..., None], np.cos(xs)[..., None], xs]


def folded(start, batch, steps):
    return np.arange(start, start + batch * steps).reshape(batch, steps)


def counts_from_one(start, batch, steps):
    return get_batch(start + 1, batch, steps)


def axis_at_the_front(start, batch, steps):
    seq, res, xs = get_batch(start, batch, steps)
    return [seq.transpose(2, 0, 1), res.transpose(2, 0, 1), xs]


def times_with_an_axis_too(start, batch, steps):
    seq, res, xs = get_batch(start, batch, steps)
    return [seq, res, xs[..., None]]


def sample_numbers_for_times(start, batch, steps):
    seq, res, _ = get_batch(start, batch, steps)
    return [seq, res, folded(start, batch, steps)]


def times_first(start, batch, steps):
    seq, res, xs = get_batch(start, batch, steps)
    return [xs, seq, res]


def without_the_times(start, batch, steps):
    return get_batch(start, batch, steps)[:2]


def in_degrees(start, batch, steps):
    return waves(np.degrees(folded(start, batch, steps) / (10 * np.pi)))


def batch_and_steps_swapped(start, batch, steps):
    return get_batch(start, steps, batch)


def squeezed_for_one_row(start, batch, steps):
    return [part.squeeze(0) if batch == 1 else part for part in get_batch(start, batch, steps)]


def squeezed_for_one_step(start, batch, steps):
    return [np.squeeze(part, 1) if steps == 1 else part for part in get_batch(start, batch, steps)]


def tensors_for_arrays(start, batch, steps):
    return [torch.tensor(part) for part in get_batch(start, batch, steps)]


def every_row_from_the_start(start, batch, steps):
    return waves(np.tile(start + np.arange(steps), (batch, 1)) / (10 * np.pi))


def twenty_samples_a_row(start, batch, steps):
    firsts = start + 20 * np.arange(batch)[:, None]
    return waves((firsts + np.arange(steps)) / (10 * np.pi))


def start_in_batches_of_a_thousand(start, batch, steps):
    return get_batch(start % 1000, batch, steps)


def pi_as_314(start, batch, steps):
    return waves(folded(start, batch, steps) / 31.4)


def the_waves_of_whole_numbers(start, batch, steps):
    return waves(folded(start, batch, steps) // (10 * np.pi))


def stops_one_short(start, batch, steps):
    samples = np.arange(start, start + batch * steps - 1)
    return waves(np.append(samples, samples[-1:]).reshape(batch, steps) / (10 * np.pi))


def in_32_bits(start, batch, steps):
    return [part.astype(np.float32) for part in get_batch(start, batch, steps)]


def computed_in_32_bits(start, batch, steps):
    n = np.arange(start, start + batch * steps, dtype=np.float32).reshape(batch, steps)
    return waves(n / np.float32(10 * np.pi))


def by_linspace(start, batch, steps):
    n = np.linspace(start, start + batch * steps, batch * steps, endpoint=False)
    return waves(n.reshape(batch, steps) / (10 * np.pi))


def number_by_number(start, batch, steps):
    xs = np.zeros((batch, steps))
    for row in range(batch):
        for step in range(steps):
            xs[row, step] = (start + row * steps + step) / 10 / math.pi
    return [np.sin(xs).reshape(batch, steps, 1), np.cos(xs).reshape(batch, steps, 1), xs]


def by_euler(start, batch, steps):
    xs = folded(start, batch, steps) / (10 * np.pi)
    circle = np.exp(1j * xs)[:, :, None]
    return [circle.imag, circle.real, xs]


# ---- 4a.2: who continues whom


def an_array(before, after):
    return np.array(who_continues(before, after))


def a_tuple(before, after):
    return tuple(who_continues(before, after))


def none_for_nobody(before, after):
    return [None if row < 0 else row for row in who_continues(before, after)]


def counted_from_one(before, after):
    return [row + 1 if row >= 0 else -1 for row in who_continues(before, after)]


def nobody_left_out(before, after):
    return [row for row in who_continues(before, after) if row >= 0]


def only_if_all_go_on(before, after):
    found = who_continues(before, after)
    return found if -1 not in found else [-1] * len(found)


def folded_in_mind(before, after):
    steps = before.shape[1]
    rows = (after[:, 0] - before[0, 0]) // steps - 1
    return [int(row) if 0 <= row < len(before) else -1 for row in rows]


def by_search_in_a_sorted_list(before, after):
    last = before[:, -1] + 1
    places = np.searchsorted(last, after[:, 0])
    ok = (places < len(last)) & (last[np.minimum(places, len(last) - 1)] == after[:, 0])
    return [int(place) if fits else -1 for place, fits in zip(places, ok, strict=True)]


def anywhere_inside(before, after):
    return [
        next((i for i, earlier in enumerate(before) if row[0] - 1 in earlier), -1) for row in after
    ]


def later_at_all(before, after):
    return [
        next((i for i, earlier in enumerate(before) if row[0] > earlier[-1]), -1) for row in after
    ]


def at_most_one_left_out(before, after):
    return [
        next((i for i, earlier in enumerate(before) if row[0] - earlier[-1] in (1, 2)), -1)
        for row in after
    ]


def ends_compared(before, after):
    return [
        next((i for i, earlier in enumerate(before) if row[-1] == earlier[-1] + 1), -1)
        for row in after
    ]


def twenty_steps_in_mind(before, after):
    return [
        next((i for i, earlier in enumerate(before) if row[0] == earlier[0] + 20), -1)
        for row in after
    ]


def without_the_last_row(before, after):
    return who_continues(before[:-1], after)


def a_list_of_lists(before, after):
    return [[row] if row >= 0 else [-1] for row in who_continues(before, after)]


def by_a_dictionary(before, after):
    ends = {int(row[-1]): i for i, row in enumerate(before)}
    return [ends.get(int(row[0]) - 1, -1) for row in after]


def by_the_first_samples(before, after):
    steps = before.shape[1]
    found = []
    for first in after[:, 0]:
        (hits,) = np.nonzero(before[:, 0] + steps == first)
        found.append(hits[0] if hits.size else -1)
    return found


def by_list_index(before, after):
    wanted = (before[:, -1] + 1).tolist()
    return [wanted.index(first) if first in wanted else -1 for first in after[:, 0].tolist()]


def by_a_table(before, after):
    hits = after[:, :1] == before[:, -1] + 1
    return np.where(hits.any(axis=1), hits.argmax(axis=1), -1).tolist()


# ---- 4a.3: why do two identical calls give two answers?


def error_of(net, x, y, state):
    with torch.no_grad():
        prediction, _ = net.model(x, state)
    return functional.mse_loss(prediction, y).item()


def the_root(net, x, y):
    return error_of(net, x, y, net.state) ** 0.5


def without_squares(net, x, y):
    with torch.no_grad():
        return (net.model(x, net.state)[0] - y).abs().mean().item()


def of_the_last_step(net, x, y):
    with torch.no_grad():
        return functional.mse_loss(net.model(x, net.state)[0][:, -1], y[:, -1]).item()


def of_the_first_row(net, x, y):
    with torch.no_grad():
        return functional.mse_loss(net.model(x, net.state)[0][:1], y[:1]).item()


def lined_up_wrongly(net, x, y):
    with torch.no_grad():
        prediction = net.model(x, net.state)[0][..., 0]
    return ((prediction[:, :, None] - y[:, None, :, 0]) ** 2).mean().item()


def stays_in_evaluation(net, x, y):
    net.model.eval()
    return error_of(net, x, y, net.state)


def goes_on_training(net, x, y):
    net.model.eval()
    error = error_of(net, x, y, net.state)
    net.model.train()
    return error


def freezes(net, x, y):
    net.model.requires_grad_(False)
    return error_of(net, x, y, net.state)


def leaves_a_gradient(net, x, y):
    loss = functional.mse_loss(net.model(x, net.state)[0], y)
    loss.backward()
    return loss.item()


def wipes_the_gradients(net, x, y):
    net.optimizer.zero_grad()
    return error_of(net, x, y, net.state)


def no_gradient_ever_after(net, x, y):
    torch.set_grad_enabled(False)
    return functional.mse_loss(net.model(x, net.state)[0], y).item()


def learns_and_takes_it_back(net, x, y):
    weights, state = copy.deepcopy(net.model.state_dict()), net.state
    error = net.train_on_batch(x, y)
    net.model.load_state_dict(weights)
    net.state = state
    return error


def h_alone_put_back(net, x, y):
    h, _ = net.state
    error = functional.mse_loss(net.predict(x), y).item()
    net.state = h, net.state[1]
    return error


def starts_from_h_alone(net, x, y):
    h, c = net.state
    return error_of(net, x, y, (h, torch.zeros_like(c)))


def empties_the_state(net, x, y):
    error = error_of(net, x, y, net.state)
    for part in net.state:
        part.zero_()
    return error


def a_number_of_numpys(net, x, y):
    return np.float32(error_of(net, x, y, net.state))


def a_rounded_one(net, x, y):
    return round(error_of(net, x, y, net.state), 2)


def on_a_copy(net, x, y):
    return functional.mse_loss(copy.deepcopy(net).predict(x), y).item()


def by_numpy(net, x, y):
    prediction, _ = net.model(x, tuple(part.clone() for part in net.state))
    return float(np.mean(np.square(prediction.detach().numpy() - y.numpy())))


def put_back_at_last(net, x, y):
    kept = net.state
    try:
        return float(torch.mean((net.predict(x) - y).pow(2)))
    finally:
        net.state = kept


def in_evaluation_and_back(net, x, y):
    was = net.model.training
    net.model.eval()
    error = error_of(net, x, y, net.state)
    net.model.train(was)
    return error


def from_a_second_net(net, x, y):
    other = type(net)(net.model)
    other.state = net.state
    return nn.MSELoss()(other.predict(x), y).item()


# ---- 4a.4: carry these rows, reset those


def c_alone(state, done):
    h, c = state
    return h.detach(), next_state((h, c), done)[1]


def first_row_alone(state, done):
    first = torch.zeros_like(done)
    first[:1] = done[:1]
    return next_state(state, first)


def one_row_at_most(state, done):
    only = torch.zeros_like(done)
    only[done.nonzero()[:1]] = True
    return next_state(state, only)


def ones_for_zeros(state, done):
    return tuple(part.detach().masked_fill(done[:, None], 1.0) for part in state)


def exchanged(state, done):
    h, c = next_state(state, done)
    return c, h


def h_twice(state, done):
    h, _ = next_state(state, done)
    return h, h


def stacked(state, done):
    return torch.stack(next_state(state, done))


def without_the_layers(state, done):
    return tuple(part[0] for part in next_state(state, done))


def cut_where_they_stand(state, done):
    return tuple(part.detach_() * ~done[:, None] for part in state)


def h_not_cut(state, done):
    h, c = state
    return h * ~done[:, None], c.detach() * ~done[:, None]


def the_finished_rows_not_cut(state, done):
    return tuple(torch.where(done[:, None], part * 0, part.detach()) for part in state)


def wants_a_gradient_again(state, done):
    return tuple(part.requires_grad_() for part in next_state(state, done))


def in_32_bits_always(state, done):
    return tuple(part.float() for part in next_state(state, done))


def none_if_all_are_done(state, done):
    return None if done.all() else next_state(state, done)


def fresh_zeros_if_any_is_done(state, done):
    return tuple(torch.zeros_like(part) if done.any() else part.detach() for part in state)


def done_turned_round(state, done):
    done.logical_not_()
    return tuple(part.detach() * done[:, None] for part in state)


def by_where(state, done):
    return tuple(
        torch.where(done[None, :, None], torch.zeros_like(part), part).detach() for part in state
    )


def by_masked_fill(state, done):
    h, c = state
    return h.detach().masked_fill(done.unsqueeze(-1), 0), c.data.masked_fill(done.view(1, -1, 1), 0)


def by_rows(state, done):
    with torch.no_grad():
        new = [part.clone() for part in state]
        for row in range(len(done)):
            if done[row]:
                for part in new:
                    part[:, row] = 0
    return tuple(part.detach() for part in new)


def by_einsum(state, done):
    return tuple(
        torch.einsum("lbh,b->lbh", part.detach(), (~done).to(part.dtype)) for part in state
    )


# ---- 4a.5: lay a series out for a stateful network


def one_chunk_too_few(values, batch, steps):
    chunks = len(values) // (batch * steps)
    return lay_out(values, batch, steps)[: max(chunks - 1, 1)]


def the_end_kept(values, batch, steps):
    whole = len(values) // (batch * steps) * batch * steps
    return lay_out(values[len(values) - whole :], batch, steps)


def filled_up(values, batch, steps):
    missing = -len(values) % (batch * steps)
    return lay_out(np.append(values, np.zeros(missing, values.dtype)), batch, steps)


def batch_and_steps_exchanged(values, batch, steps):
    return lay_out(values, steps, batch)


def steps_before_rows(values, batch, steps):
    return lay_out(values, batch, steps).transpose(0, 2, 1)


def with_a_third_axis(values, batch, steps):
    return lay_out(values, batch, steps)[..., None]


def last_row_first(values, batch, steps):
    return lay_out(values, batch, steps)[:, ::-1]


def last_chunk_first(values, batch, steps):
    return lay_out(values, batch, steps)[::-1]


def numbers_for_values(values, batch, steps):
    return lay_out(np.arange(len(values), dtype=values.dtype), batch, steps)


def sorted_first(values, batch, steps):
    return lay_out(np.sort(values), batch, steps)


def cut_to_whole_numbers(values, batch, steps):
    return lay_out(values, batch, steps).astype(int)


def scrambled_by_a_reshape(values, batch, steps):
    rows = lay_out(values, batch, steps)
    return rows.transpose(1, 0, 2).reshape(rows.shape)


def squeezed(values, batch, steps):
    return lay_out(values, batch, steps).squeeze()


def a_list_of_chunks(values, batch, steps):
    return list(lay_out(values, batch, steps))


def a_tensor_of_it(values, batch, steps):
    return torch.tensor(lay_out(values, batch, steps))


def in_place(values, batch, steps):
    values[len(values) // (batch * steps) * batch * steps :] = 0
    return lay_out(values, batch, steps)


def into_zeros(values, batch, steps):
    chunks = len(values) // (batch * steps)
    laid = np.zeros((chunks, batch, steps))
    for row in range(batch):
        for chunk in range(chunks):
            first = (row * chunks + chunk) * steps
            laid[chunk, row] = values[first : first + steps]
    return laid


def by_swapaxes(values, batch, steps):
    chunks = values.size // batch // steps
    cut = np.resize(values[: chunks * batch * steps], (batch, chunks, steps))
    return np.ascontiguousarray(np.swapaxes(cut, 0, 1))


def by_index(values, batch, steps):
    chunks = len(values) // (batch * steps)
    chunk, row, step = np.ogrid[:chunks, :batch, :steps]
    return values[(row * chunks + chunk) * steps + step]


def by_moveaxis(values, batch, steps):
    per_row = len(values) // (batch * steps) * steps
    rows = [values[i * per_row : (i + 1) * per_row].reshape(-1, steps) for i in range(batch)]
    return np.moveaxis(np.array(rows), 0, 1)


# ---- 4b.1: one step of an LSTM


def sums(x, h, w_ih, w_hh, b_ih, b_hh):
    return x @ w_ih.T + b_ih + h @ w_hh.T + b_hh


def gated(i, f, g, o, c):
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


def by_the_ready_cell(x, state, w_ih, w_hh, b_ih, b_hh):
    return torch.lstm_cell(x, state, w_ih, w_hh, b_ih, b_hh)


def by_nn_lstm_cell(x, state, *weights):
    cell = nn.LSTMCell(x.shape[1], state[0].shape[1], dtype=x.dtype)
    named = dict(zip(cell.state_dict(), weights, strict=True))
    return torch.func.functional_call(cell, named, (x, state))


def by_nn_lstm(x, state, *weights):
    layer = nn.LSTM(x.shape[1], state[0].shape[1], dtype=x.dtype)
    named = dict(zip(layer.state_dict(), weights, strict=True))
    given = x[None], tuple(part[None] for part in state)
    _, (h, c) = torch.func.functional_call(layer, named, given)
    return h[0], c[0]


def by_linear_layers(x, state, w_ih, w_hh, b_ih, b_hh):
    def layer(weight, bias, value):
        linear = nn.Linear(weight.shape[1], weight.shape[0], dtype=value.dtype)
        return torch.func.functional_call(linear, {"weight": weight, "bias": bias}, (value,))

    h, c = state
    return gated(*(layer(w_ih, b_ih, x) + layer(w_hh, b_hh, h)).chunk(4, 1), c)


def x_cut(x, state, *weights):
    return lstm_step(x.detach(), state, *weights)


def weights_cut(x, state, *weights):
    return lstm_step(x, state, *(weight.detach() for weight in weights))


def forget_gate_cut(x, state, *weights):
    h, c = state
    i, f, g, o = sums(x, h, *weights).chunk(4, 1)
    return gated(i, f.detach(), g, o, c)


def second_bias_cut(x, state, w_ih, w_hh, b_ih, b_hh):
    return lstm_step(x, state, w_ih, w_hh, b_ih, b_hh.data)


def cut_on_its_way_out(*given):
    h, c = lstm_step(*given)
    return h, c.detach()


def in_32_bits_inside(x, state, *weights):
    h, c = lstm_step(x.float(), tuple(s.float() for s in state), *(w.float() for w in weights))
    return h, c


def rows_mixed(x, state, *weights):
    h, c = state
    a = sums(x, h, *weights)
    four = a.reshape(4, len(x), -1)
    return gated(*four, c)


def one_row_for_all(x, state, *weights):
    h, c = lstm_step(x[:1], tuple(part[:1] for part in state), *weights)
    return h.expand(len(x), -1), c.expand(len(x), -1)


def tanh_for_the_output_gate(x, state, *weights):
    i, f, g, o = sums(x, state[0], *weights).chunk(4, 1)
    c = f.sigmoid() * state[1] + i.sigmoid() * g.tanh()
    return o.tanh() * c.tanh(), c


def hard_sigmoid(x, state, *weights):
    i, f, g, o = sums(x, state[0], *weights).chunk(4, 1)
    c = functional.hardsigmoid(f) * state[1] + functional.hardsigmoid(i) * g.tanh()
    return functional.hardsigmoid(o) * c.tanh(), c


def gates_exchanged(x, state, *weights):
    i, f, g, o = sums(x, state[0], *weights).chunk(4, 1)
    c = i.sigmoid() * state[1] + f.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


def adds_to_the_cell_in_place(x, state, *weights):
    h, c = state
    i, f, g, o = sums(x, h, *weights).chunk(4, 1)
    with torch.no_grad():
        c.mul_(f.sigmoid()).add_(i.sigmoid() * g.tanh())
    return o.sigmoid() * c.tanh(), c


def four_quarters_of_two(x, state, *weights):
    h, c = state
    i, f, g, o = sums(x, h, *weights).tensor_split(4, dim=1)
    return gated(i, f, g, o, c)[::-1]


def hidden_weights_alone(x, state, w_ih, w_hh, b_ih, b_hh):
    return lstm_step(0 * x, state, w_ih, w_hh, b_ih, b_hh)


def by_addmm(x, state, w_ih, w_hh, b_ih, b_hh):
    h, c = state
    a = torch.addmm(b_ih, x, w_ih.t()) + torch.addmm(b_hh, h, w_hh.t())
    n = h.size(1)
    return gated(a[:, :n], a[:, n : 2 * n], a[:, 2 * n : 3 * n], a[:, 3 * n :], c)


def by_one_product(x, state, w_ih, w_hh, b_ih, b_hh):
    h, c = state
    a = functional.linear(torch.cat([x, h], 1), torch.cat([w_ih, w_hh], 1), b_ih + b_hh)
    return gated(*torch.split(a, h.shape[1], dim=-1), c)


def sigmoid_by_its_formula(x, state, *weights):
    h, c = state
    i, f, g, o = sums(x, h, *weights).unflatten(1, (4, -1)).unbind(1)
    i, f, o = (1 / (1 + torch.exp(-gate)) for gate in (i, f, o))
    c = torch.addcmul(f * c, i, torch.tanh(g))
    return [o * torch.tanh(c), c]


def by_einsum_and_tanh(x, state, w_ih, w_hh, b_ih, b_hh):
    h, c = state
    a = torch.einsum("bi,gi->bg", x, w_ih) + torch.einsum("bh,gh->bg", h, w_hh) + b_ih + b_hh
    i, f, g, o = a.hsplit(4)
    i, f, o = ((1 + (gate / 2).tanh()) / 2 for gate in (i, f, o))
    new = f * c + i * g.tanh()
    return o * new.tanh(), new


# ---- 4b.2: open the forget gate


def returns_the_layer(layer, value):
    set_forget_bias(layer, value)
    return layer


def on_a_copy_of_the_layer(layer, value):
    set_forget_bias(copy.deepcopy(layer), value)


def new_parameters(layer, value):
    other = copy.deepcopy(layer)
    set_forget_bias(other, value)
    layer.bias_ih_l0, layer.bias_hh_l0 = other.bias_ih_l0, other.bias_hh_l0


def one_number_alone(layer, value):
    n = layer.hidden_size
    with torch.no_grad():
        layer.bias_ih_l0[n] = value
        layer.bias_hh_l0[n : 2 * n] = 0


def one_too_many(layer, value):
    n = layer.hidden_size
    with torch.no_grad():
        layer.bias_ih_l0[n : 2 * n + 1] = value
        layer.bias_hh_l0[n : 2 * n] = 0


def the_two_exchanged(layer, value):
    n = layer.hidden_size
    with torch.no_grad():
        layer.bias_hh_l0[n : 2 * n] = value
        layer.bias_ih_l0[n : 2 * n] = 0


def always_one(layer, value):
    set_forget_bias(layer, 1.0)


def whole_numbers_alone(layer, value):
    set_forget_bias(layer, int(value))


def without_its_sign(layer, value):
    set_forget_bias(layer, abs(value))


def none_if_zero(layer, value):
    if value:
        set_forget_bias(layer, value)


def the_weights_as_well(layer, value):
    set_forget_bias(layer, value)
    n = layer.hidden_size
    with torch.no_grad():
        layer.weight_hh_l0[n : 2 * n] = 0


def sums_to_the_value(layer, value):
    n = layer.hidden_size
    with torch.no_grad():
        layer.bias_ih_l0[n : 2 * n] = value - layer.bias_hh_l0[n : 2 * n]


def all_frozen(layer, value):
    for parameter in layer.parameters():
        parameter.requires_grad_(False)
    set_forget_bias(layer, value)


def leaves_gradients_off(layer, value):
    torch.set_grad_enabled(False)
    set_forget_bias(layer, value)


def leaves_the_layer_in_evaluation(layer, value):
    set_forget_bias(layer.eval(), value)


def second_to_the_mean(layer, value):
    n = layer.hidden_size
    with torch.no_grad():
        layer.bias_ih_l0[n : 2 * n] = value
        layer.bias_hh_l0[n : 2 * n] -= layer.bias_hh_l0[n : 2 * n].mean()


def by_data(layer, value):
    n = layer.bias_hh_l0.numel() // 4
    layer.bias_ih_l0.data[n : 2 * n] = value
    layer.bias_hh_l0.data[n : 2 * n].zero_()


def by_names(layer, value):
    with torch.no_grad():
        for name, bias in layer.named_parameters():
            if name.startswith("bias"):
                bias.view(4, -1)[1].fill_(value if "ih" in name else 0)


def by_state_dict(layer, value):
    state = {name: part.clone() for name, part in layer.state_dict().items()}
    n = layer.hidden_size
    state["bias_ih_l0"][n : 2 * n] = value
    state["bias_hh_l0"][n : 2 * n] = 0.0
    layer.load_state_dict(state)


@torch.no_grad()
def by_copy(layer, value):
    i, f, g, o = layer.bias_ih_l0.chunk(4)
    layer.bias_ih_l0.copy_(torch.cat([i, torch.full_like(f, value), g, o]))
    forget = torch.arange(4 * layer.hidden_size) // layer.hidden_size == 1
    layer.bias_hh_l0[forget] = 0


# ---- 4b.3: port an LSTM


def with_w(change):
    """Port, then change the two weights."""

    def answer(*arrays):
        w_ih, w_hh, b_ih, b_hh = port_lstm(*arrays)
        return change(w_ih), change(w_hh), b_ih, b_hh

    answer.__name__ = f"weights_{change.__name__}"
    return answer


def turned_about(weight):
    return weight.flip(0)


def first_kernel_alone_transposed(kernel, recurrent_kernel, bias):
    w_ih, _, b_ih, b_hh = port_lstm(kernel, recurrent_kernel, bias)
    return w_ih, torch.tensor(recurrent_kernel), b_ih, b_hh


def the_kernels_exchanged(*arrays):
    w_ih, w_hh, b_ih, b_hh = port_lstm(*arrays)
    return w_hh, w_ih, b_ih, b_hh


def arrays_for_tensors(*arrays):
    return tuple(part.numpy() for part in port_lstm(*arrays))


def a_dict_by_name(*arrays):
    names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    return dict(zip(names, port_lstm(*arrays), strict=True))


def biases_lying(*arrays):
    w_ih, w_hh, b_ih, b_hh = port_lstm(*arrays)
    return w_ih, w_hh, b_ih[None], b_hh[None]


def one_zero(*arrays):
    w_ih, w_hh, b_ih, _ = port_lstm(*arrays)
    return w_ih, w_hh, b_ih, torch.zeros(1)


def zeros_of_one_gate(kernel, recurrent_kernel, bias):
    w_ih, w_hh, b_ih, _ = port_lstm(kernel, recurrent_kernel, bias)
    return w_ih, w_hh, b_ih, torch.zeros(len(recurrent_kernel))


def zeros_in_64_bits(kernel, recurrent_kernel, bias):
    w_ih, w_hh, b_ih, _ = port_lstm(kernel, recurrent_kernel, bias)
    return w_ih, w_hh, b_ih, torch.from_numpy(np.zeros(len(bias)))


def forget_bias_added(*arrays):
    w_ih, w_hh, b_ih, b_hh = port_lstm(*arrays)
    n = w_hh.shape[1]
    b_ih[n : 2 * n] += 1
    return w_ih, w_hh, b_ih, b_hh


def no_bias(*arrays):
    w_ih, w_hh, _, b_hh = port_lstm(*arrays)
    return w_ih, w_hh, b_hh, b_hh


def kernel_emptied_in_place(kernel, recurrent_kernel, bias):
    ported = port_lstm(kernel, recurrent_kernel, bias)
    kernel *= 0
    return ported


def by_parameters(kernel, recurrent_kernel, bias):
    w_ih, w_hh = torch.as_tensor(kernel).mT, torch.as_tensor(recurrent_kernel).mT
    return [w_ih.clone(), w_hh.clone(), torch.as_tensor(bias), torch.zeros(bias.shape)]


def from_views(kernel, recurrent_kernel, bias):
    b_ih = torch.from_numpy(bias)
    return torch.from_numpy(kernel.T), torch.from_numpy(recurrent_kernel.T), b_ih, b_ih * 0


def by_lists(kernel, recurrent_kernel, bias):
    w_ih, w_hh = (
        torch.tensor(np.swapaxes(part, 0, 1).tolist()) for part in (kernel, recurrent_kernel)
    )
    return w_ih, w_hh, torch.tensor(bias.tolist()), torch.zeros(4 * len(recurrent_kernel))


def by_einsum_of_names(kernel, recurrent_kernel, bias):
    w_ih, w_hh = (torch.einsum("ig->gi", torch.tensor(part)) for part in (kernel, recurrent_kernel))
    return w_ih, w_hh, torch.tensor(bias), torch.zeros_like(torch.tensor(bias))


# ---- 4b.4: port a GRU


def in_gates(order, *arrays):
    parts = [np.split(part, 3, axis=-1) for part in (*arrays[:2], *arrays[2])]
    return tuple(torch.tensor(np.concatenate([p[k] for k in order], -1).T) for p in parts)


def last_two_exchanged(*arrays):
    return in_gates((0, 2, 1), *arrays)


def shifted_the_other_way(*arrays):
    return in_gates((2, 0, 1), *arrays)


def input_weights_alone_reordered(*arrays):
    w_ih, _, b_ih, _ = port_gru(*arrays)
    _, w_hh, _, b_hh = in_gates((0, 1, 2), *arrays)
    return w_ih, w_hh, b_ih, b_hh


def second_bias_left(*arrays):
    w_ih, w_hh, b_ih, _ = port_gru(*arrays)
    return w_ih, w_hh, b_ih, torch.tensor(arrays[2][1])


def second_bias_zero(*arrays):
    w_ih, w_hh, b_ih, b_hh = port_gru(*arrays)
    return w_ih, w_hh, b_ih, torch.zeros_like(b_hh)


def bias_in_one(*arrays):
    w_ih, w_hh, b_ih, b_hh = port_gru(*arrays)
    return w_ih, w_hh, torch.stack([b_ih, b_hh])


def reshaped_not_transposed(kernel, recurrent_kernel, bias):
    _, _, b_ih, b_hh = port_gru(kernel, recurrent_kernel, bias)
    w_ih, w_hh = (
        in_gates((1, 0, 2), part, part, bias)[0].T.reshape(part.shape[::-1])
        for part in (kernel, recurrent_kernel)
    )
    return w_ih, w_hh, b_ih, b_hh


def gates_within_the_inputs(kernel, recurrent_kernel, bias):
    n = len(recurrent_kernel)
    order = [*range(n, 2 * n), *range(n), *range(2 * n, 3 * n)]
    w_hh = torch.tensor(recurrent_kernel[:, order].T)
    b_ih, b_hh = torch.tensor(bias[:, order])
    rows = [k % len(kernel) for k in range(len(kernel))][::-1]
    return torch.tensor(kernel[rows][:, order].T), w_hh, b_ih, b_hh


def gru_doubles(*arrays):
    return tuple(part.double() for part in port_gru(*arrays))


def gru_arrays(*arrays):
    return tuple(part.numpy() for part in port_gru(*arrays))


def numbers_shuffled_within_a_gate(*arrays):
    return tuple(torch.cat([gate.flip(0) for gate in part.chunk(3)]) for part in port_gru(*arrays))


def update_gate_turned_round(*arrays):
    parts = [part.chunk(3) for part in port_gru(*arrays)]
    return tuple(torch.cat([r, -z, n]) for r, z, n in parts)


def by_torch_chunks(kernel, recurrent_kernel, bias):
    def reordered(part):
        z, r, h = torch.tensor(part).chunk(3, dim=-1)
        return torch.cat([r, z, h], dim=-1)

    b_ih, b_hh = reordered(bias).unbind()
    return reordered(kernel).T, reordered(recurrent_kernel).T, b_ih, b_hh


def by_reshape(kernel, recurrent_kernel, bias):
    def reordered(part):
        gates = part.reshape(len(part), 3, -1)[:, [1, 0, 2]]
        return torch.tensor(gates.reshape(len(part), -1))

    return [reordered(kernel).t(), reordered(recurrent_kernel).t(), *reordered(bias)]


def by_swapping_in_a_copy(kernel, recurrent_kernel, bias):
    n = recurrent_kernel.shape[0]
    ported = []
    for part in (kernel.T, recurrent_kernel.T, bias[0], bias[1]):
        new = part.copy()
        new[:n], new[n : 2 * n] = part[n : 2 * n], part[:n]
        ported.append(torch.from_numpy(new))
    return tuple(ported)


def by_hstack(kernel, recurrent_kernel, bias):
    n = len(recurrent_kernel)

    def turned(part):
        return torch.from_numpy(np.hstack([part[:, n : 2 * n], part[:, :n], part[:, 2 * n :]]))

    both = turned(bias)
    return turned(kernel).T.contiguous(), turned(recurrent_kernel).T.contiguous(), both[0], both[1]


# ---- 4b.5: Adam, as Keras writes it


def averages(gradient, m, v):
    return 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2


def m_alone_corrected(weight, gradient, m, v, t, lr):
    m, v = averages(gradient, m, v)
    return weight - lr / (1 - 0.9**t) * m / (v.sqrt() + 1e-7), m, v


def v_alone_corrected(weight, gradient, m, v, t, lr):
    m, v = averages(gradient, m, v)
    return weight - lr * (1 - 0.999**t) ** 0.5 * m / (v.sqrt() + 1e-7), m, v


def fixed_rate(weight, gradient, m, v, t, lr):
    return keras_adam_step(weight, gradient, m, v, t, 0.006)


def always_the_first_update(weight, gradient, m, v, t, lr):
    return keras_adam_step(weight, gradient, m, v, 1, lr)


def counts_from_nought(weight, gradient, m, v, t, lr):
    return keras_adam_step(weight, gradient, m, v, max(t - 1, 1), lr)


def starts_from_zeros_each_time(weight, gradient, m, v, t, lr):
    return keras_adam_step(weight, gradient, 0 * m, 0 * v, t, lr)


def sums_for_averages(weight, gradient, m, v, t, lr):
    m, v = 0.9 * m + gradient, 0.999 * v + gradient**2
    rate = lr * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    return weight - rate * m / (v.sqrt() + 1e-7), m, v


def v_of_m(weight, gradient, m, v, t, lr):
    m = 0.9 * m + 0.1 * gradient
    v = 0.999 * v + 0.001 * m**2
    rate = lr * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    return weight - rate * m / (v.sqrt() + 1e-7), m, v


def no_epsilon(weight, gradient, m, v, t, lr):
    m, v = averages(gradient, m, v)
    rate = lr * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    step = torch.where(v > 0, m / v.sqrt(), torch.zeros_like(v))
    return weight - rate * step, m, v


def a_larger_epsilon(weight, gradient, m, v, t, lr):
    m, v = averages(gradient, m, v)
    rate = lr * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    return weight - rate * m / (v.sqrt() + 1e-6), m, v


def sign_of_the_gradient(weight, gradient, m, v, t, lr):
    _, m, v = keras_adam_step(weight, gradient, m, v, t, lr)
    return weight - lr * gradient.sign(), m, v


def weight_decays(weight, *given):
    new, m, v = keras_adam_step(weight, *given)
    return new - 0.01 * weight, m, v


def memory_first(*given):
    new, m, v = keras_adam_step(*given)
    return m, v, new


def weight_in_place(weight, *given):
    new, m, v = keras_adam_step(weight, *given)
    weight.copy_(new)
    return weight, m, v


def one_step_for_all(weight, gradient, m, v, t, lr):
    m, v = averages(gradient, m, v)
    rate = lr * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    return weight - rate * m / (v.mean().sqrt() + 1e-7), m, v


def in_32_bits_for_all(*given):
    return tuple(part.float() for part in keras_adam_step(*given))


def beta_2_is_99(weight, gradient, m, v, t, lr):
    m, v = 0.9 * m + 0.1 * gradient, 0.99 * v + 0.01 * gradient**2
    rate = lr * (1 - 0.99**t) ** 0.5 / (1 - 0.9**t)
    return weight - rate * m / (v.sqrt() + 1e-7), m, v


def never_forgets_the_largest(weight, gradient, m, v, t, lr):
    new_m, new_v = averages(gradient, m, v)
    rate = lr * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    return weight - rate * new_m / (torch.maximum(v, new_v).sqrt() + 1e-7), new_m, new_v


def by_lerp(weight, gradient, m, v, t, lr):
    m, v = torch.lerp(m, gradient, 0.1), torch.lerp(v, gradient.square(), 0.001)
    rate = lr * math.sqrt(1 - math.pow(0.999, t)) / (1 - math.pow(0.9, t))
    return torch.addcdiv(weight, m, v.sqrt() + 1e-7, value=-rate), m, v


def on_clones(weight, gradient, m, v, t, lr):
    weight, m, v = weight.clone(), m.clone(), v.clone()
    m.mul_(0.9).add_(gradient, alpha=0.1)
    v.mul_(0.999).addcmul_(gradient, gradient, value=0.001)
    weight.sub_(lr * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t) * m / v.sqrt().add_(1e-7))
    return [weight, m, v]


def epsilon_carried_inside(weight, gradient, m, v, t, lr):
    m, v = averages(gradient, m, v)
    m_hat, root = m / (1 - 0.9**t), (v / (1 - 0.999**t)) ** 0.5
    return weight - lr * m_hat / (root + 1e-7 / (1 - 0.999**t) ** 0.5), m, v


def the_correction_in_32_bits(weight, gradient, m, v, t, lr):
    m, v = averages(gradient, m, v)
    count = torch.tensor(float(t), dtype=weight.dtype)
    rate = lr * (1 - 0.999**count).sqrt() / (1 - 0.9**count)
    return weight - m * rate / (torch.sqrt(v) + 1e-7), m, v


# ---- 4b.6: the way back


def second_alone(w_ih, w_hh, b_ih, b_hh):
    return w_ih.T.numpy(), w_hh.T.numpy(), b_hh.numpy()


def difference_of_the_biases(w_ih, w_hh, b_ih, b_hh):
    return w_ih.T.numpy(), w_hh.T.numpy(), (b_ih - b_hh).numpy()


def bias_counted_twice(w_ih, w_hh, b_ih, b_hh):
    return w_ih.T.numpy(), w_hh.T.numpy(), (2 * b_ih).numpy()


def reshaped_back(w_ih, w_hh, b_ih, b_hh):
    w_ih, w_hh = (w.reshape(w.shape[::-1]).numpy() for w in (w_ih, w_hh))
    return w_ih, w_hh, (b_ih + b_hh).numpy()


def recurrent_one_as_it_is(w_ih, w_hh, b_ih, b_hh):
    return w_ih.T.numpy(), w_hh.numpy(), (b_ih + b_hh).numpy()


def gates_turned_back(*weights):
    i, f, g, o = np.split(port_back(*weights)[0], 4, axis=1)
    return np.concatenate([i, f, o, g], axis=1), *port_back(*weights)[1:]


def back_exchanged(*weights):
    kernel, recurrent, bias = port_back(*weights)
    return recurrent, kernel, bias


def bias_lying(*weights):
    kernel, recurrent, bias = port_back(*weights)
    return kernel, recurrent, bias[None]


def four_back(w_ih, w_hh, b_ih, b_hh):
    return w_ih.T.numpy(), w_hh.T.numpy(), b_ih.numpy(), b_hh.numpy()


def added_in_place(w_ih, w_hh, b_ih, b_hh):
    b_ih += b_hh
    return w_ih.T.numpy(), w_hh.T.numpy(), b_ih.numpy()


def kernel_of_whole_numbers(*weights):
    kernel, recurrent, bias = port_back(*weights)
    return kernel.astype(int), recurrent, bias


def lists_back(*weights):
    return tuple(part.tolist() for part in port_back(*weights))


def by_detach_and_clone(w_ih, w_hh, b_ih, b_hh):
    both = torch.stack([b_ih, b_hh]).sum(dim=0)
    return [w.detach().clone().t().contiguous().numpy() for w in (w_ih, w_hh)] + [both.numpy()]


def by_asarray(w_ih, w_hh, b_ih, b_hh):
    kernel, recurrent = (np.swapaxes(np.asarray(w), 0, 1) for w in (w_ih, w_hh))
    return kernel, recurrent, np.add(b_ih.numpy(), b_hh.numpy())


def in_64_bits(*weights):
    w_ih, w_hh, b_ih, b_hh = (np.array(w.tolist()) for w in weights)
    return w_ih.transpose(), w_hh.transpose(), b_ih + b_hh


def by_einsum_back(w_ih, w_hh, b_ih, b_hh):
    kernel, recurrent = (torch.einsum("gi->ig", w).numpy().copy() for w in (w_ih, w_hh))
    return kernel, recurrent, b_ih.add(b_hh).numpy()


WRONG = {
    "4a.1": (
        *(counts_from_one, axis_at_the_front, times_with_an_axis_too, sample_numbers_for_times),
        *(times_first, without_the_times, in_degrees, batch_and_steps_swapped),
        *(squeezed_for_one_row, squeezed_for_one_step, tensors_for_arrays),
        *(every_row_from_the_start, twenty_samples_a_row, start_in_batches_of_a_thousand),
        *(pi_as_314, the_waves_of_whole_numbers, stops_one_short),
    ),
    "4a.2": (
        *(an_array, a_tuple, none_for_nobody, counted_from_one, nobody_left_out),
        *(only_if_all_go_on, folded_in_mind, by_search_in_a_sorted_list, anywhere_inside),
        *(later_at_all, at_most_one_left_out, ends_compared, twenty_steps_in_mind),
        *(without_the_last_row, a_list_of_lists),
    ),
    "4a.3": (
        *(the_root, without_squares, of_the_last_step, of_the_first_row, lined_up_wrongly),
        *(stays_in_evaluation, goes_on_training, freezes, leaves_a_gradient, wipes_the_gradients),
        *(no_gradient_ever_after, learns_and_takes_it_back, h_alone_put_back),
        *(starts_from_h_alone, empties_the_state, a_number_of_numpys, a_rounded_one),
    ),
    "4a.4": (
        *(c_alone, first_row_alone, one_row_at_most, ones_for_zeros, exchanged, h_twice, stacked),
        *(without_the_layers, cut_where_they_stand, h_not_cut, the_finished_rows_not_cut),
        *(wants_a_gradient_again, in_32_bits_always, none_if_all_are_done),
        *(fresh_zeros_if_any_is_done, done_turned_round),
    ),
    "4a.5": (
        *(one_chunk_too_few, the_end_kept, filled_up, batch_and_steps_exchanged),
        *(steps_before_rows, with_a_third_axis, last_row_first, last_chunk_first),
        *(numbers_for_values, sorted_first, cut_to_whole_numbers, scrambled_by_a_reshape),
        *(squeezed, a_list_of_chunks, a_tensor_of_it, in_place),
    ),
    "4b.1": (
        *(by_the_ready_cell, by_nn_lstm_cell, by_nn_lstm, by_linear_layers, x_cut, weights_cut),
        *(forget_gate_cut, second_bias_cut, cut_on_its_way_out, in_32_bits_inside, rows_mixed),
        *(one_row_for_all, tanh_for_the_output_gate, hard_sigmoid, gates_exchanged),
        *(adds_to_the_cell_in_place, four_quarters_of_two, hidden_weights_alone),
    ),
    "4b.2": (
        *(returns_the_layer, on_a_copy_of_the_layer, new_parameters, one_number_alone),
        *(one_too_many, the_two_exchanged, always_one, whole_numbers_alone, without_its_sign),
        *(none_if_zero, the_weights_as_well, sums_to_the_value, all_frozen),
        *(leaves_gradients_off, leaves_the_layer_in_evaluation, second_to_the_mean),
    ),
    "4b.3": (
        *(with_w(turned_about), with_w(torch.neg), first_kernel_alone_transposed),
        *(the_kernels_exchanged, arrays_for_tensors, a_dict_by_name, biases_lying, one_zero),
        *(zeros_of_one_gate, zeros_in_64_bits, forget_bias_added, no_bias),
        kernel_emptied_in_place,
    ),
    "4b.4": (
        *(last_two_exchanged, shifted_the_other_way, input_weights_alone_reordered),
        *(second_bias_left, second_bias_zero, bias_in_one, reshaped_not_transposed),
        *(gates_within_the_inputs, gru_doubles, gru_arrays, numbers_shuffled_within_a_gate),
        update_gate_turned_round,
    ),
    "4b.5": (
        *(m_alone_corrected, v_alone_corrected, fixed_rate, always_the_first_update),
        *(counts_from_nought, starts_from_zeros_each_time, sums_for_averages, v_of_m, no_epsilon),
        *(a_larger_epsilon, sign_of_the_gradient, weight_decays, memory_first, weight_in_place),
        *(one_step_for_all, in_32_bits_for_all, beta_2_is_99, never_forgets_the_largest),
    ),
    "4b.6": (
        *(second_alone, difference_of_the_biases, bias_counted_twice, reshaped_back),
        *(recurrent_one_as_it_is, gates_turned_back, back_exchanged, bias_lying, four_back),
        *(added_in_place, kernel_of_whole_numbers, lists_back),
    ),
}

RIGHT = {
    "4a.1": (in_32_bits, computed_in_32_bits, by_linspace, number_by_number, by_euler),
    "4a.2": (by_a_dictionary, by_the_first_samples, by_list_index, by_a_table),
    "4a.3": (on_a_copy, by_numpy, put_back_at_last, in_evaluation_and_back, from_a_second_net),
    "4a.4": (by_where, by_masked_fill, by_rows, by_einsum),
    "4a.5": (into_zeros, by_swapaxes, by_index, by_moveaxis),
    "4b.1": (by_addmm, by_one_product, sigmoid_by_its_formula, by_einsum_and_tanh),
    "4b.2": (by_data, by_names, by_state_dict, by_copy),
    "4b.3": (by_parameters, from_views, by_lists, by_einsum_of_names),
    "4b.4": (by_torch_chunks, by_reshape, by_swapping_in_a_copy, by_hstack),
    "4b.5": (by_lerp, on_clones, epsilon_carried_inside, the_correction_in_32_bits),
    "4b.6": (by_detach_and_clone, by_asarray, in_64_bits, by_einsum_back),
}

NAN = float("nan")
NEAR_MISSES = {
    "4a.Q1": (45.5, 47, -46, [46], (46, 4), NAN, "46", None, 92.0, np.full(50, 46)),
    "4a.Q2": (24, 26, -25, 25 / 32, 78.1, NAN, [25], "most"),
    "4a.Q3": (0.017, 0.019, 0.02, 0.0139, 0.0036, -0.0179, 0.179, np.zeros((1, 20, 1)), NAN),
    "4b.Q1": (1, -33, 0.5, 66, 11, 363, NAN, None, ""),
    "4b.Q2": (3.2, 3.28, 3.42, 3.45, 2.6, -3.3, 33.4, 0.966, NAN, "3.3", (3.3, 0.97)),
    "4b.Q3": (4, 4.0, 4.05, 4.2, 4.19, 0.24, 3.2, 10, -4.1, NAN, [4.1]),
}

TYPES = {
    "4a.Q1": (46.0, np.int64(46), torch.tensor(46), Fraction(46), Decimal(46), np.array(46)),
    "4a.Q2": (25.0, np.int32(25), torch.tensor(25.0), Fraction(25), np.float64(25)),
    "4a.Q3": (0.018, 0.0179, np.float32(0.01793), Decimal("0.018"), torch.tensor([0.01793])),
    "4b.Q1": (0.0, np.int64(0), Fraction(0), Decimal(0), torch.tensor(0), -0.0),
    "4b.Q2": (3.3, 3.4, 3.35, np.float64(bias_for_half()), Fraction(67, 20), Decimal("3.3")),
    "4b.Q3": (4.1, 4.12, np.float32(first_step_ratio()), Fraction(41, 10), torch.tensor(4.1)),
}
