"""Further answers to the exercises of lessons 02a and 02b: wrong ones, right ones, quiz values."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import torch
from torch import nn

from course_utils import diagnose

# ---- 2a.1


def shapes_with_steps_and_batch_swapped(steps, batch, hidden, layers, directions, batch_first):
    return shapes(batch, steps, hidden, layers, directions, batch_first)


def shapes_turned_where_batch_first_is_false(steps, batch, hidden, layers, directions, batch_first):
    output = (steps, batch) if batch_first else (batch, steps)
    return (*output, directions * hidden), (layers * directions, batch, hidden)


def shapes_in_the_order_h_n_first(steps, batch, hidden, layers, directions, batch_first):
    return shapes(steps, batch, hidden, layers, directions, batch_first)[::-1]


def shapes_with_layers_and_directions_added(steps, batch, hidden, layers, directions, batch_first):
    output, _ = shapes(steps, batch, hidden, layers, directions, batch_first)
    return output, (layers + directions - 1, batch, hidden)


def shapes_with_steps_in_h_n(steps, batch, hidden, layers, directions, batch_first):
    output, _ = shapes(steps, batch, hidden, layers, directions, batch_first)
    return output, (layers * directions, steps, hidden)


def shapes_as_lists(steps, batch, hidden, layers, directions, batch_first):
    return [list(shape) for shape in shapes(steps, batch, hidden, layers, directions, batch_first)]


def shapes_of_floats(steps, batch, hidden, layers, directions, batch_first):
    output, h_n = shapes(steps, batch, hidden, layers, directions, batch_first)
    return tuple(map(float, output)), tuple(map(float, h_n))


def shapes_with_no_batch_axis_for_one(steps, batch, hidden, layers, directions, batch_first):
    output, h_n = shapes(steps, batch, hidden, layers, directions, batch_first)
    return (output, h_n) if batch > 1 else ((steps, directions * hidden), (h_n[0], hidden))


def shapes_right_up_to_two_layers(steps, batch, hidden, layers, directions, batch_first):
    return shapes(steps, batch, hidden, min(layers, 2), directions, batch_first)


def shapes_with_directions_kept_apart(steps, batch, hidden, layers, directions, batch_first):
    output, h_n = shapes(steps, batch, hidden, layers, directions, batch_first)
    return (*output[:2], directions, hidden), h_n


def shapes(steps, batch, hidden, layers, directions, batch_first):
    first = [steps, batch]
    if batch_first:
        first.reverse()
    return (*first, hidden * directions), (directions * layers, batch, hidden)


def shapes_from_numpy(s, b, h, k, d, first):
    output, h_n = np.array([s, b, h * d]), np.array([k * d, b, h])
    return tuple(output[[1, 0, 2]] if first else output), tuple(h_n)


def shapes_of_real_tensors(steps, batch, hidden, layers, directions, batch_first):
    output = torch.empty(steps, batch, directions * hidden)
    output = output.transpose(0, 1) if batch_first else output
    return output.shape, torch.empty(layers * directions, batch, hidden).size()


# ---- 2a.2


def h_n_squeezed(output):
    return by_reshape(output).squeeze()


def h_n_detached(output):
    return by_reshape(output).detach()


def h_n_in_float32(output):
    return by_reshape(output).float()


def h_n_as_a_pair(output):
    return tuple(by_reshape(output))


def h_n_both_at_step_0(output):
    return torch.stack(output[:, 0].chunk(2, dim=1))


def h_n_cut_along_the_steps(output):
    forward, backward = output.chunk(2, dim=1)
    return torch.stack([forward[:, -1], backward[:, 0]])


def h_n_that_takes_time_for_first(output):
    forward, backward = output.chunk(2, dim=2)
    return torch.stack([forward[-1], backward[0]])


def h_n_one_step_early(output):
    forward, backward = output.chunk(2, dim=2)
    return torch.stack([forward[:, max(len(forward[0]) - 2, 0)], backward[:, 0]])


def h_n_reshaped_instead_of_turned(output):
    half = output.shape[2] // 2
    ends = torch.cat([output[:, -1, :half], output[:, 0, half:]], dim=1)
    return ends.reshape(2, len(output), half)


def h_n_with_the_backward_half_reversed(output):
    forward, backward = by_reshape(output)
    return torch.stack([forward, backward.flip(-1)])


def h_n_that_overwrites_its_argument(output):
    result = by_reshape(output)
    with torch.no_grad():
        output[:, 0] = 0
    return result


def by_reshape(output):
    batch, steps, width = output.shape
    apart = output.reshape(batch, steps, 2, width // 2)
    return torch.stack((apart[:, steps - 1, 0], apart[:, 0, 1]), dim=0)


def by_select_and_narrow(output):
    half = output.size(-1) // 2
    forward = output.select(1, output.size(1) - 1).narrow(1, 0, half)
    return torch.cat((forward[None], output.select(1, 0).narrow(1, half, half)[None]))


def by_index_tensors(output):
    hidden = output.shape[-1] // 2
    rows = [output[:, step, way * hidden : (way + 1) * hidden] for way, step in enumerate((-1, 0))]
    return torch.stack(rows)


# ---- 2a.3


def state_of_ones(layer, x):
    return torch.ones_like(state_from_shapes(layer, x))


def state_in_float64(layer, x):
    return state_from_shapes(layer, x).double()


def state_with_x_s_last_axis(layer, x):
    return x.new_zeros(*state_from_shapes(layer, x).shape[:-1], x.shape[-1])


def state_squeezed(layer, x):
    return state_from_shapes(layer, x).squeeze()


def state_as_a_pair(layer, x):
    return state_from_shapes(layer, x), state_from_shapes(layer, x)


def state_without_batch_axis_for_one(layer, x):
    state = state_from_shapes(layer, x)
    return state[:, 0] if x.ndim == 3 and state.shape[1] == 1 else state


def state_of_the_layer_s_end(layer, x):
    with torch.no_grad():
        return layer(x)[1]


def state_that_leaves_eval_behind(layer, x):
    state = state_from_shapes(layer, x)
    layer.eval()
    return state


def state_that_zeroes_its_x(layer, x):
    state = state_from_shapes(layer, x)
    x.zero_()
    return state


def state_with_an_axis_for_directions(layer, x):
    state = state_from_shapes(layer, x)
    return state.reshape(layer.num_layers, -1, *state.shape[1:])


def state_from_shapes(layer, x):
    directions = 1 + int(layer.bidirectional)
    shape = [layer.num_layers * directions, layer.hidden_size]
    if x.dim() == 3:
        shape.insert(1, x.size(int(not layer.batch_first)))
    return torch.zeros(shape)


def state_by_counting_weights(layer, x):
    rows = sum(name.startswith("weight_hh") for name, _ in layer.named_parameters())
    batch = () if x.ndim < 3 else ((len(x),) if layer.batch_first else (x.shape[1],))
    return torch.zeros(rows, *batch, layer.weight_hh_l0.shape[1], dtype=torch.float32)


def state_by_running(layer, x):
    return torch.zeros(layer(x)[1].shape)


# ---- 2a.4


def leaks_by_the_probe(layer, x):
    """Ask the probe for other people's networks: it finds what this exercise finds."""
    return bool(diagnose.network(layer, x).names & {"rows_mixed", "rows_reordered"})


def two_runs(layer, x, change):
    changed = x.clone()
    change(changed)
    with torch.no_grad():
        return layer(x)[0], layer(changed)[0]


def leaks_by_a_step_of_all_changed(layer, x):
    before, after = two_runs(layer, x, lambda changed: changed[:, 0].add_(1))
    return not torch.allclose(before[1:], after[1:])


def leaks_into_the_last_sequence(layer, x):
    before, after = two_runs(layer, x, lambda changed: changed[0].add_(1))
    return not torch.allclose(before[-1], after[-1])


def leaks_after_the_first_step(layer, x):
    before, after = two_runs(layer, x, lambda changed: changed[0].add_(1))
    return not torch.allclose(before[1:, 1:], after[1:, 1:])


def leaks_in_the_first_feature(layer, x):
    before, after = two_runs(layer, x, lambda changed: changed[0].add_(1))
    return not torch.allclose(before[1:, :, 0], after[1:, :, 0])


def leaks_that_change_one_number(layer, x):
    before, after = two_runs(layer, x, lambda changed: changed[0, 0, 0].add_(1))
    return not torch.allclose(before[1:], after[1:])


def leaks_that_change_the_last_step(layer, x):
    before, after = two_runs(layer, x, lambda changed: changed[0, -1].add_(1))
    return not torch.allclose(before[1:], after[1:])


def leaks_only_where_every_number_moves(layer, x):
    before, after = two_runs(layer, x, lambda changed: changed[0].add_(1))
    return not torch.isclose(before[1:], after[1:]).any().item()


def leaks_by_the_mean_of_all_others(layer, x):
    before, after = two_runs(layer, x, lambda changed: changed[0].add_(1))
    return abs((before[1:] - after[1:]).mean().item()) > 0.1


def leaks_that_change_x_itself(layer, x):
    with torch.no_grad():
        before = layer(x)[0]
        x[0] += 1
        return not torch.allclose(before[1:], layer(x)[0][1:])


def leaks_on_an_alias(layer, x):
    changed = x
    with torch.no_grad():
        before = layer(x)[0]
        changed[0] += 1
        after = layer(changed)[0]
        changed[0] -= 1
    return before is after


def leaks_that_stay_in_eval(layer, x):
    layer.eval()
    return leaks_row_by_row(layer, x)


def leaks_that_always_end_in_training(layer, x):
    layer.eval()
    found = leaks_row_by_row(layer, x)
    layer.train()
    return found


def leaks_that_freeze_the_layer(layer, x):
    layer.requires_grad_(False)
    return leaks_row_by_row(layer, x)


def leaks_that_keep_gradients(layer, x):
    own = x.clone().requires_grad_(True)
    layer(own)[0][1:].sum().backward()
    return bool(own.grad[0].any())


def leaks_that_switch_gradients_off(layer, x):
    torch.set_grad_enabled(False)
    return leaks_row_by_row(layer, x)


def leaks_as_a_number(layer, x):
    return int(leaks_row_by_row(layer, x))


def leaks_told_by_batch_first(layer, x):
    return not getattr(layer, "batch_first", True)


def leaks_if_the_layer_says_batch_first(layer, x):
    return not getattr(layer, "layer", layer).batch_first


def leaks_row_by_row(layer, x):
    before, after = two_runs(layer, x, lambda changed: changed[0].mul_(-3).add_(0.5))
    return any(not torch.equal(before[i], after[i]) for i in range(1, len(x)))


def leaks_with_another_sequence(layer, x):
    other = torch.cat([x[:1] + torch.rand(x[:1].shape) + 0.5, x[1:]])
    with torch.no_grad():
        (before, *_), (after, *_) = layer(x), layer(other)
    return float((before - after)[1:].abs().max()) > 1e-6


def leaks_that_restore_the_mode(layer, x):
    training = layer.training
    layer.eval()
    found = leaks_with_another_sequence(layer, x)
    layer.train(training)
    return found


def leaks_by_numpy(layer, x):
    changed = torch.from_numpy(np.concatenate([x.numpy()[:1] + 2, x.numpy()[1:]]))
    before, after = (layer(batch)[0].detach().numpy() for batch in (x, changed))
    return np.any(before[1:] != after[1:])


# ---- 2a.5


def clip_by_the_largest_norm(gradients, most):
    norm = max(gradient.norm().item() for gradient in gradients)
    return [gradient * min(1.0, most / (norm + 1e-6)) for gradient in gradients], norm


def clip_by_the_largest_number(gradients, most):
    norm = max(gradient.abs().max().item() for gradient in gradients)
    return [gradient * min(1.0, most / (norm + 1e-6)) for gradient in gradients], norm


def clip_by_the_sum_of_sizes(gradients, most):
    norm = sum(gradient.abs().sum().item() for gradient in gradients)
    return [gradient * min(1.0, most / (norm + 1e-6)) for gradient in gradients], norm


def clip_of_zeros_divides_by_zero(gradients, most):
    norm = torch.cat([gradient.flatten() for gradient in gradients]).norm()
    factor = 1.0 if 0 < norm <= most else most / norm
    return [gradient * factor for gradient in gradients], norm.item()


def clip_that_gives_the_same_tensors_back(gradients, most):
    norm = common_norm(gradients)
    return (
        gradients if norm <= most else [gradient * (most / norm) for gradient in gradients]
    ), norm


def clip_in_place(gradients, most):
    norm = common_norm(gradients)
    if norm > most:
        for gradient in gradients:
            gradient.mul_(most / norm)
    return gradients, norm


def clip_in_float32(gradients, most):
    clipped, norm = clip_by_squares(gradients, most)
    return [gradient.float() for gradient in clipped], norm


def clip_flattened(gradients, most):
    clipped, norm = clip_by_squares(gradients, most)
    return [gradient.flatten() for gradient in clipped], norm


def clip_as_one_tensor(gradients, most):
    clipped, norm = clip_by_squares(gradients, most)
    return torch.cat([gradient.flatten() for gradient in clipped]), norm


def clip_that_gives_the_norm_as_a_tensor(gradients, most):
    clipped, norm = clip_by_squares(gradients, most)
    return clipped, torch.tensor(norm)


def clip_that_forgets_the_norm(gradients, most):
    return clip_by_squares(gradients, most)[0]


def clip_to_one_whatever_the_limit(gradients, most):
    return clip_by_squares(gradients, 1.0)


def clip_that_reverses_the_list(gradients, most):
    clipped, norm = clip_by_squares(gradients, most)
    return clipped[::-1], norm


def clip_by_the_mean_square(gradients, most):
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    norm = flat.square().mean().sqrt().item()
    return [gradient * min(1.0, most / (norm + 1e-6)) for gradient in gradients], norm


def clip_that_turns_the_sign(gradients, most):
    clipped, norm = clip_by_squares(gradients, most)
    return [gradient.abs() for gradient in clipped], norm


def common_norm(gradients):
    return math.sqrt(sum(float((gradient**2).sum()) for gradient in gradients))


def clip_by_squares(gradients, most):
    norm = common_norm(gradients)
    if norm > most:
        return [most / norm * gradient for gradient in gradients], norm
    return [gradient.clone() for gradient in gradients], norm


def clip_by_norm_of_norms(gradients, most):
    norm = torch.stack([torch.linalg.vector_norm(gradient) for gradient in gradients]).norm()
    factor = (most / norm.clamp(min=1e-9)).clamp(max=1)
    return tuple(gradient * factor for gradient in gradients), float(norm)


def clip_on_copies_in_place(gradients, most):
    copies = [gradient.detach().clone() for gradient in gradients]
    norm = math.hypot(*(number for gradient in copies for number in gradient.flatten().tolist()))
    for one in copies:
        one *= most / max(norm, most)
    return copies, norm


def clip_by_numpy(gradients, most):
    norm = np.sqrt(sum(np.sum(np.square(gradient.numpy())) for gradient in gradients))
    factor = 1.0 if norm <= most else float(most / norm)
    return [gradient * factor for gradient in gradients], float(norm)


# ---- 2b.1


def pad_with_numel_for_length(sequences, value):
    padded, _ = pad_by_rows(sequences, value)
    return padded, torch.tensor([one.numel() for one in sequences])


def pad_and_count_what_differs_from_the_padding(sequences, value):
    padded, _ = pad_by_rows(sequences, value)
    real = padded != value
    return padded, (real.flatten(2).any(2) if padded.ndim > 2 else real).sum(1)


def pad_up_to_the_first_sequence(sequences, value):
    longest = len(sequences[0])
    rows = [
        nn.functional.pad(one[:longest].T, (0, longest - len(one[:longest])), value=value).T
        for one in sequences
    ]
    return torch.stack(rows), torch.tensor([len(one) for one in sequences])


def pad_sorted_by_length(sequences, value):
    return pad_by_rows(sorted(sequences, key=len, reverse=True), value)


def pad_that_sorts_the_list_itself(sequences, value):
    padded, lengths = pad_by_rows(sequences, value)
    sequences.sort(key=len)
    return padded, lengths


def pad_one_step_more(sequences, value):
    longest = max(map(len, sequences)) + 1
    shape = (len(sequences), longest, *sequences[0].shape[1:])
    padded = sequences[0].new_full(shape, value)
    for row, one in zip(padded, sequences, strict=True):
        row[: len(one)] = one
    return padded, torch.tensor([len(one) for one in sequences])


def pad_in_default_dtype(sequences, value):
    padded, lengths = pad_by_rows(sequences, value)
    return padded.to(torch.get_default_dtype()), lengths


def pad_that_gives_lengths_as_a_list(sequences, value):
    padded, lengths = pad_by_rows(sequences, value)
    return padded, lengths.tolist()


def pad_with_lengths_as_floats(sequences, value):
    padded, lengths = pad_by_rows(sequences, value)
    return padded, lengths.float()


def pad_with_lengths_as_bytes(sequences, value):
    padded, lengths = pad_by_rows(sequences, value)
    return padded, lengths.to(torch.uint8)


def pad_with_lengths_as_a_column(sequences, value):
    padded, lengths = pad_by_rows(sequences, value)
    return padded, lengths[:, None]


def pad_squeezed(sequences, value):
    padded, lengths = pad_by_rows(sequences, value)
    return padded.squeeze(), lengths


def pad_by_repeating_the_last_step(sequences, value):
    longest = max(map(len, sequences))
    rows = [
        torch.cat([one, one[-1:].expand(longest - len(one), *one.shape[1:])]) for one in sequences
    ]
    return torch.stack(rows), torch.tensor([len(one) for one in sequences])


def pad_that_writes_the_value_over_zeros(sequences, value):
    padded, lengths = pad_by_rows(sequences, value)
    return torch.where(padded == 0, torch.full_like(padded, value), padded), lengths


def pad_whose_lengths_come_first(sequences, value):
    return pad_by_rows(sequences, value)[::-1]


def pad_that_counts_the_padding(sequences, value):
    padded, lengths = pad_by_rows(sequences, value)
    return padded, padded.shape[1] - lengths


def pad_by_rows(sequences, value):
    longest = max(one.shape[0] for one in sequences)
    rows = []
    for one in sequences:
        rest = torch.full((longest - len(one), *one.shape[1:]), value, dtype=one.dtype)
        rows.append(torch.cat((one, rest), dim=0))
    return torch.stack(rows), torch.as_tensor([one.size(0) for one in sequences])


def pad_with_int32_lengths(sequences, value):
    padded, lengths = pad_by_rows(sequences, value)
    return padded, lengths.int()


def pad_by_functional(sequences, value):
    lengths = torch.LongTensor([one.shape[0] for one in sequences])
    longest = lengths.max().item()
    rows = [
        nn.functional.pad(one, (0, 0) * (one.ndim - 1) + (0, longest - len(one)), value=value)
        for one in sequences
    ]
    return torch.stack(rows), lengths


def pad_as_a_list_of_two(sequences, value=0.0):
    padded = torch.ones(len(sequences), max(map(len, sequences)), *sequences[0].shape[1:]) * value
    padded = padded.type_as(sequences[0])
    for i, one in enumerate(sequences):
        for step in range(len(one)):
            padded[i, step] = one[step]
    return [padded, torch.tensor([*map(len, sequences)], dtype=torch.int64)]


# ---- 2b.2


def real_as_a_list(lengths, longest):
    return [[step < length for step in range(longest)] for length in lengths.tolist()]


def real_as_floats(lengths, longest):
    return real_by_broadcast(lengths, longest).float()


def real_up_to_the_longest_given(lengths, longest):
    return real_by_broadcast(lengths, int(lengths.max()))


def real_counting_from_one(lengths, longest):
    return torch.arange(1, longest + 1) < lengths[:, None]


def real_only_at_the_last_step(lengths, longest):
    return torch.arange(longest) == lengths[:, None] - 1


def real_sorted(lengths, longest):
    return real_by_broadcast(lengths.sort(descending=True).values, longest)


def real_squeezed(lengths, longest):
    return real_by_broadcast(lengths, longest).squeeze(0)


def real_for_the_first_sequence(lengths, longest):
    return (torch.arange(longest) < lengths[0]).expand(len(lengths), longest)


def real_everywhere_in_the_longest(lengths, longest):
    real = real_by_broadcast(lengths, longest).clone()
    real[lengths.argmax()] = True
    return real


def real_that_takes_one_off_the_lengths(lengths, longest):
    lengths -= 1
    return torch.arange(longest) <= lengths[:, None]


def real_except_at_step_0(lengths, longest):
    steps = torch.arange(longest)
    return (steps < lengths[:, None]) & (steps > 0)


def real_by_broadcast(lengths, longest):
    return lengths.unsqueeze(1) > torch.arange(longest).unsqueeze(0)


def real_by_cumsum(lengths, longest):
    ones = torch.ones(lengths.shape[0], longest, dtype=torch.long)
    return ones.cumsum(1).le(lengths.view(-1, 1))


def real_by_rows(lengths, longest):
    real = torch.zeros(len(lengths), longest).bool()
    for i, length in enumerate(lengths):
        real[i, :length] = True
    return real


def real_by_numpy(lengths, longest):
    return torch.from_numpy(np.arange(longest)[None] < lengths.numpy()[:, None])


# ---- 2b.3


def last_squeezed(output, lengths):
    return last_by_gather(output, lengths).squeeze()


def last_without_a_last_axis_of_one(output, lengths):
    return last_by_gather(output, lengths).squeeze(-1)


def last_in_float32(output, lengths):
    return last_by_gather(output, lengths).float()


def last_by_gather_of_three_axes(output, lengths):
    index = (lengths - 1).view(-1, 1, 1).expand(-1, 1, output.shape[2])
    return output.gather(1, index).squeeze(1)


def last_as_a_copy_without_gradient(output, lengths):
    return torch.stack(
        [row[n - 1].clone().detach() for row, n in zip(output, lengths, strict=True)]
    )


def last_through_numpy(output, lengths):
    rows = output.detach().numpy()[np.arange(len(output)), lengths.numpy() - 1]
    return torch.as_tensor(rows)


def last_with_the_step_s_axis_kept(output, lengths):
    return last_by_gather(output, lengths).unsqueeze(1)


def last_at_the_longest(output, lengths):
    return output[:, lengths.max() - 1]


def last_at_the_first_length(output, lengths):
    return output[:, lengths[0] - 1]


def last_one_step_too_early(output, lengths):
    return output[torch.arange(len(output)), lengths - 2]


def last_sorted_by_length(output, lengths):
    order = lengths.argsort(descending=True)
    return last_by_gather(output, lengths)[order]


def last_that_differs_from_zero(output, lengths):
    real = (output.flatten(2).abs().sum(2) if output.ndim > 2 else output.abs()) > 0
    ends = real.shape[1] - 1 - real.int().flip(1).argmax(1)
    return output[torch.arange(len(output)), ends]


def last_with_time_first(output, lengths):
    return output[lengths - 1, torch.arange(len(lengths))]


def last_as_a_list(output, lengths):
    return [row[length - 1] for row, length in zip(output, lengths, strict=True)]


def last_that_takes_one_off_the_lengths(output, lengths):
    lengths -= 1
    return output[torch.arange(len(output)), lengths]


def last_as_the_sum_of_the_real_steps(output, lengths):
    return torch.stack([row[:n].sum(0) for row, n in zip(output, lengths.tolist(), strict=True)])


def last_by_gather(output, lengths):
    index = (lengths - 1).reshape(-1, *[1] * (output.ndim - 1))
    return output.gather(1, index.expand(-1, 1, *output.shape[2:])).squeeze(1)


def last_by_select(y, n):
    return torch.cat([y[i : i + 1, int(n[i]) - 1] for i in range(y.shape[0])], dim=0)


def last_by_flat_index(output, lengths):
    batch, steps = output.shape[:2]
    flat = output.reshape(batch * steps, *output.shape[2:])
    return flat.index_select(0, torch.arange(batch) * steps + lengths - 1)


def last_by_mask(output, lengths):
    return output[torch.arange(output.shape[1]) == (lengths - 1).unsqueeze(1)]


# ---- 2b.4


def loss_of_what_differs_from_zero(losses, lengths):
    real = losses[torch.arange(losses.shape[1]) < lengths[:, None]]
    return real[real != 0].mean()


def loss_detached(losses, lengths):
    return loss_by_weights(losses, lengths).detach()


def loss_as_a_number(losses, lengths):
    return loss_by_weights(losses, lengths).item()


def loss_through_item(losses, lengths):
    return torch.tensor(loss_by_weights(losses, lengths).item(), dtype=losses.dtype)


def loss_of_shape_one(losses, lengths):
    return loss_by_weights(losses, lengths).reshape(1)


def loss_in_float32(losses, lengths):
    return loss_by_weights(losses, lengths).float()


def loss_divided_by_the_batch(losses, lengths):
    return loss_by_weights(losses, lengths) * lengths.sum() / len(lengths)


def loss_with_one_step_too_many(losses, lengths):
    return losses[torch.arange(losses.shape[1]) <= lengths[:, None]].mean()


def loss_without_the_last_step(losses, lengths):
    return losses[torch.arange(losses.shape[1]) < lengths[:, None] - 1].mean()


def loss_divided_by_the_longest(losses, lengths):
    return loss_by_weights(losses, lengths) * lengths.sum() / (len(lengths) * lengths.max())


def loss_of_the_padding(losses, lengths):
    return losses[torch.arange(losses.shape[1]) >= lengths[:, None]].mean()


def loss_that_zeroes_the_padding_in_place(losses, lengths):
    losses.data[torch.arange(losses.shape[1]) >= lengths[:, None]] = 0
    return losses.sum() / lengths.sum()


def loss_as_the_median(losses, lengths):
    return losses[torch.arange(losses.shape[1]) < lengths[:, None]].median()


def loss_of_sizes(losses, lengths):
    return loss_by_weights(losses.abs(), lengths)


def loss_by_the_mean_length(losses, lengths):
    return losses[:, : int(lengths.float().mean())].mean()


def loss_by_weights(losses, lengths):
    weights = (torch.arange(losses.shape[1])[None] < lengths[:, None]).to(losses.dtype)
    return (losses * weights).sum() / weights.sum()


def loss_by_rows(losses, lengths):
    total = losses.new_zeros(())
    for row, length in zip(losses, lengths.tolist(), strict=True):
        total = total + row[:length].sum()
    return total / lengths.sum()


def loss_by_masked_select(losses, lengths):
    steps = torch.arange(losses.size(1)).expand_as(losses)
    return torch.masked_select(losses, steps < lengths.unsqueeze(-1)).mean()


def loss_by_where(losses, lengths):
    padding = torch.arange(losses.shape[-1]) >= lengths.reshape(-1, 1)
    return torch.where(padding, torch.zeros_like(losses), losses).sum().div(lengths.sum())


# ---- 2b.6


def loss_now(model, loss_of, x, lengths, targets):
    with torch.no_grad():
        return loss_of(model(x, lengths)[0], lengths, targets).item()


def judge_in_training_mode_on_purpose(model, loss_of, x, lengths, targets):
    return loss_now(model.train(), loss_of, x, lengths, targets)


def judge_that_switches_before_and_back_too_early(model, loss_of, x, lengths, targets):
    was = model.training
    model.eval()
    model.train(was)
    return loss_now(model, loss_of, x, lengths, targets)


def judge_that_sets_the_outermost_flag_alone(model, loss_of, x, lengths, targets):
    was, model.training = model.training, False
    loss = loss_now(model, loss_of, x, lengths, targets)
    model.training = was
    return loss


def judge_that_puts_back_the_outermost_flag_alone(model, loss_of, x, lengths, targets):
    was = model.training
    loss = loss_now(model.eval(), loss_of, x, lengths, targets)
    model.training = was
    return loss


def judge_that_flips_the_mode(model, loss_of, x, lengths, targets):
    was = model.training
    loss = loss_now(model.eval(), loss_of, x, lengths, targets)
    model.train(not was)
    return loss


def judge_under_one_seed(model, loss_of, x, lengths, targets):
    torch.manual_seed(0)
    return loss_now(model, loss_of, x, lengths, targets)


def judge_with_the_mean_of_both_modes(model, loss_of, x, lengths, targets):
    was = model.training
    both = [loss_now(model.train(m), loss_of, x, lengths, targets) for m in (True, False)]
    model.train(was)
    return sum(both) / 2


def judge_without_the_recurrent_dropout_alone(model, loss_of, x, lengths, targets):
    was, model.layer.dropout = model.layer.dropout, 0.0
    loss = loss_now(model, loss_of, x, lengths, targets)
    model.layer.dropout = was
    return loss


def judge_as_a_tensor(model, loss_of, x, lengths, targets):
    was = model.training
    loss = loss_of(model.eval()(x, lengths)[0], lengths, targets)
    model.train(was)
    return loss


def judge_that_calls_backward(model, loss_of, x, lengths, targets):
    was = model.training
    loss = loss_of(model.eval()(x, lengths)[0], lengths, targets)
    loss.backward()
    model.train(was)
    return loss.item()


def judge_that_freezes_the_weights(model, loss_of, x, lengths, targets):
    model.requires_grad_(False)
    return judge_by_modes(model, loss_of, x, lengths, targets)


def judge_that_leaves_gradients_off(model, loss_of, x, lengths, targets):
    torch.set_grad_enabled(False)
    return judge_by_modes(model, loss_of, x, lengths, targets)


def judge_of_the_first_sequence(model, loss_of, x, lengths, targets):
    return judge_by_modes(model, loss_of, x[:1], lengths[:1], targets[:1])


def judge_with_lengths_and_targets_swapped(model, loss_of, x, lengths, targets):
    return judge_by_modes(model, loss_of, x, targets, lengths)


def judge_at_the_end_of_the_padding(model, loss_of, x, lengths, targets):
    full = torch.full_like(lengths, x.shape[1])
    return judge_by_modes(model, loss_of, x, full, targets)


def judge_of_the_state(model, loss_of, x, lengths, targets):
    return loss_of(model.eval()(x, lengths)[1], lengths, targets).item()


def judge_of_the_whole_answer(model, loss_of, x, lengths, targets):
    return loss_of(model.eval()(x, lengths), lengths, targets).item()


def judge_rounded(model, loss_of, x, lengths, targets):
    return round(judge_by_modes(model, loss_of, x, lengths, targets), 1)


def judge_as_a_root(model, loss_of, x, lengths, targets):
    return math.sqrt(judge_by_modes(model, loss_of, x, lengths, targets))


def judge_that_returns_nothing(model, loss_of, x, lengths, targets):
    judge_by_modes(model, loss_of, x, lengths, targets)


def judge_by_modes(model, loss_of, x, lengths, targets):
    modes = [(part, part.training) for part in model.modules()]
    loss = loss_now(model.eval(), loss_of, x, lengths, targets)
    for part, mode in modes:
        part.training = mode
    return loss


def judge_in_a_finally(model, loss_of, x, lengths, targets):
    before = model.training
    try:
        return loss_now(model.train(False), loss_of, x, lengths, targets)
    finally:
        model.train(before)


def judge_with_a_history_cut_at_the_end(model, loss_of, x, lengths, targets):
    before = model.training
    y, _ = model.eval()(x, lengths)
    model.train(before)
    return float(loss_of(y, lengths, targets).detach())


def judge_in_inference_mode(model, loss_of, x, lengths, targets):
    before = model.training
    model.eval()
    with torch.inference_mode():
        loss = float(loss_of(model(x, lengths)[0], lengths, targets))
    if before:
        model.train()
    return loss


# ---- 2b.7


def perplexity_with_held_out_turned(counts, held_out, added):
    return perplexity_by_rows(counts, held_out.T, added)


def perplexity_with_counts_turned(counts, held_out, added):
    return perplexity_by_rows(counts.T, held_out, added)


def perplexity_without_the_minus(counts, held_out, added):
    return 1 / perplexity_by_rows(counts, held_out, added)


def perplexity_to_base_2(counts, held_out, added):
    return 2 ** math.log(perplexity_by_rows(counts, held_out, added))


def perplexity_always_adding_a_tenth(counts, held_out, added):
    return perplexity_by_rows(counts, held_out, 0.1)


def perplexity_that_adds_to_the_held_out_too(counts, held_out, added):
    return perplexity_by_rows(counts, held_out + added, added)


def perplexity_that_adds_to_zeros_only(counts, held_out, added):
    return perplexity_by_rows(torch.where(counts == 0, added, counts), held_out, 0.0)


def perplexity_with_added_once_per_row(counts, held_out, added):
    chances = (counts + added) / (counts.sum(1, keepdim=True) + added)
    return math.exp(-(held_out * chances.log()).sum() / held_out.sum())


def perplexity_that_leaves_out_pairs_never_seen(counts, held_out, added):
    return perplexity_by_rows(counts, torch.where(counts > 0, held_out, 0.0), added)


def perplexity_by_the_mean_of_rows(counts, held_out, added):
    chances = (counts + added) / (counts + added).sum(1, keepdim=True)
    rows = -(held_out * chances.log()).sum(1) / held_out.sum(1).clamp(min=1)
    return math.exp(rows.mean())


def perplexity_divided_by_the_training_pairs(counts, held_out, added):
    chances = (counts + added) / (counts + added).sum(1, keepdim=True)
    return math.exp(-(held_out * chances.log()).sum() / counts.sum())


def perplexity_of_the_mean_chance(counts, held_out, added):
    chances = (counts + added) / (counts + added).sum(1, keepdim=True)
    return float(held_out.sum() / (held_out * chances).sum())


def perplexity_by_softmax(counts, held_out, added):
    chances = torch.softmax(counts + added, dim=1)
    return math.exp(-(held_out * chances.log()).sum() / held_out.sum())


def perplexity_that_adds_in_place(counts, held_out, added):
    counts += added
    return perplexity_by_rows(counts, held_out, 0.0)


def perplexity_as_a_tensor(counts, held_out, added):
    return torch.tensor(perplexity_by_rows(counts, held_out, added))


def perplexity_with_another_name_for_added(counts, held_out, alpha):
    return perplexity_by_rows(counts, held_out, alpha)


def perplexity_that_counts_a_pair_at_most_once(counts, held_out, added):
    return perplexity_by_rows(counts, held_out.clamp(max=1), added)


def perplexity_by_rows(counts, held_out, added):
    logs, pairs = 0.0, 0.0
    for row, judged in zip(counts, held_out, strict=True):
        share = (row + added) / (row + added).sum()
        logs += float((judged[judged > 0] * share[judged > 0].log()).sum())
        pairs += float(judged.sum())
    return math.exp(-logs / pairs)


def perplexity_by_base_2(counts, held_out, added=0.1):
    more = counts + added
    bits = more.sum(dim=1).log2()[:, None] - more.log2()
    return 2 ** ((bits * held_out).sum() / held_out.sum()).item()


def perplexity_by_numpy(counts, held_out, added):
    more = counts.numpy().astype(float) + added
    chances = more / more.sum(axis=1)[:, None]
    return np.exp(-np.average(np.log(chances), weights=held_out.numpy()))


def perplexity_by_cross_entropy(counts, held_out, added):
    before, after = held_out.nonzero(as_tuple=True)
    each = nn.functional.cross_entropy((counts + added).log()[before], after, reduction="none")
    weights = held_out[before, after]
    return float(((each * weights).sum() / weights.sum()).exp())


WRONG = {
    "2a.1": (
        shapes_with_steps_and_batch_swapped,
        shapes_turned_where_batch_first_is_false,
        shapes_in_the_order_h_n_first,
        shapes_with_layers_and_directions_added,
        shapes_with_steps_in_h_n,
        shapes_as_lists,
        shapes_of_floats,
        shapes_with_no_batch_axis_for_one,
        shapes_right_up_to_two_layers,
        shapes_with_directions_kept_apart,
    ),
    "2a.2": (
        h_n_squeezed,
        h_n_detached,
        h_n_in_float32,
        h_n_as_a_pair,
        h_n_both_at_step_0,
        h_n_cut_along_the_steps,
        h_n_that_takes_time_for_first,
        h_n_one_step_early,
        h_n_reshaped_instead_of_turned,
        h_n_with_the_backward_half_reversed,
        h_n_that_overwrites_its_argument,
    ),
    "2a.3": (
        state_of_ones,
        state_in_float64,
        state_with_x_s_last_axis,
        state_squeezed,
        state_as_a_pair,
        state_without_batch_axis_for_one,
        state_of_the_layer_s_end,
        state_that_leaves_eval_behind,
        state_that_zeroes_its_x,
        state_with_an_axis_for_directions,
    ),
    "2a.4": (
        leaks_by_a_step_of_all_changed,
        leaks_into_the_last_sequence,
        leaks_after_the_first_step,
        leaks_in_the_first_feature,
        leaks_that_change_one_number,
        leaks_that_change_the_last_step,
        leaks_only_where_every_number_moves,
        leaks_by_the_mean_of_all_others,
        leaks_that_change_x_itself,
        leaks_on_an_alias,
        leaks_that_stay_in_eval,
        leaks_that_always_end_in_training,
        leaks_that_freeze_the_layer,
        leaks_that_keep_gradients,
        leaks_that_switch_gradients_off,
        leaks_as_a_number,
        leaks_told_by_batch_first,
        leaks_if_the_layer_says_batch_first,
    ),
    "2a.5": (
        clip_by_the_largest_norm,
        clip_by_the_largest_number,
        clip_by_the_sum_of_sizes,
        clip_of_zeros_divides_by_zero,
        clip_that_gives_the_same_tensors_back,
        clip_in_place,
        clip_in_float32,
        clip_flattened,
        clip_as_one_tensor,
        clip_that_gives_the_norm_as_a_tensor,
        clip_that_forgets_the_norm,
        clip_to_one_whatever_the_limit,
        clip_that_reverses_the_list,
        clip_by_the_mean_square,
        clip_that_turns_the_sign,
    ),
    "2b.1": (
        pad_with_numel_for_length,
        pad_and_count_what_differs_from_the_padding,
        pad_up_to_the_first_sequence,
        pad_sorted_by_length,
        pad_that_sorts_the_list_itself,
        pad_one_step_more,
        pad_in_default_dtype,
        pad_that_gives_lengths_as_a_list,
        pad_with_lengths_as_floats,
        pad_with_lengths_as_bytes,
        pad_with_lengths_as_a_column,
        pad_squeezed,
        pad_by_repeating_the_last_step,
        pad_that_writes_the_value_over_zeros,
        pad_whose_lengths_come_first,
        pad_that_counts_the_padding,
    ),
    "2b.2": (
        real_as_a_list,
        real_as_floats,
        real_up_to_the_longest_given,
        real_counting_from_one,
        real_only_at_the_last_step,
        real_sorted,
        real_squeezed,
        real_for_the_first_sequence,
        real_everywhere_in_the_longest,
        real_that_takes_one_off_the_lengths,
        real_except_at_step_0,
    ),
    "2b.3": (
        last_squeezed,
        last_without_a_last_axis_of_one,
        last_in_float32,
        last_by_gather_of_three_axes,
        last_as_a_copy_without_gradient,
        last_through_numpy,
        last_with_the_step_s_axis_kept,
        last_at_the_longest,
        last_at_the_first_length,
        last_one_step_too_early,
        last_sorted_by_length,
        last_that_differs_from_zero,
        last_with_time_first,
        last_as_a_list,
        last_that_takes_one_off_the_lengths,
        last_as_the_sum_of_the_real_steps,
    ),
    "2b.4": (
        loss_of_what_differs_from_zero,
        loss_detached,
        loss_as_a_number,
        loss_through_item,
        loss_of_shape_one,
        loss_in_float32,
        loss_divided_by_the_batch,
        loss_with_one_step_too_many,
        loss_without_the_last_step,
        loss_divided_by_the_longest,
        loss_of_the_padding,
        loss_that_zeroes_the_padding_in_place,
        loss_as_the_median,
        loss_of_sizes,
        loss_by_the_mean_length,
    ),
    "2b.6": (
        judge_in_training_mode_on_purpose,
        judge_that_switches_before_and_back_too_early,
        judge_that_sets_the_outermost_flag_alone,
        judge_that_puts_back_the_outermost_flag_alone,
        judge_that_flips_the_mode,
        judge_under_one_seed,
        judge_with_the_mean_of_both_modes,
        judge_without_the_recurrent_dropout_alone,
        judge_as_a_tensor,
        judge_that_calls_backward,
        judge_that_freezes_the_weights,
        judge_that_leaves_gradients_off,
        judge_of_the_first_sequence,
        judge_with_lengths_and_targets_swapped,
        judge_at_the_end_of_the_padding,
        judge_of_the_state,
        judge_of_the_whole_answer,
        judge_rounded,
        judge_as_a_root,
        judge_that_returns_nothing,
    ),
    "2b.7": (
        perplexity_with_held_out_turned,
        perplexity_with_counts_turned,
        perplexity_without_the_minus,
        perplexity_to_base_2,
        perplexity_always_adding_a_tenth,
        perplexity_that_adds_to_the_held_out_too,
        perplexity_that_adds_to_zeros_only,
        perplexity_with_added_once_per_row,
        perplexity_that_leaves_out_pairs_never_seen,
        perplexity_by_the_mean_of_rows,
        perplexity_divided_by_the_training_pairs,
        perplexity_of_the_mean_chance,
        perplexity_by_softmax,
        perplexity_that_adds_in_place,
        perplexity_as_a_tensor,
        perplexity_with_another_name_for_added,
        perplexity_that_counts_a_pair_at_most_once,
    ),
}

RIGHT = {
    "2a.1": (shapes, shapes_from_numpy, shapes_of_real_tensors),
    "2a.2": (by_reshape, by_select_and_narrow, by_index_tensors),
    "2a.3": (state_from_shapes, state_by_counting_weights, state_by_running),
    "2a.4": (
        leaks_by_the_probe,
        leaks_row_by_row,
        leaks_with_another_sequence,
        leaks_that_restore_the_mode,
        leaks_by_numpy,
    ),
    "2a.5": (clip_by_squares, clip_by_norm_of_norms, clip_on_copies_in_place, clip_by_numpy),
    "2b.1": (pad_by_rows, pad_with_int32_lengths, pad_by_functional, pad_as_a_list_of_two),
    "2b.2": (real_by_broadcast, real_by_cumsum, real_by_rows, real_by_numpy),
    "2b.3": (last_by_gather, last_by_select, last_by_flat_index, last_by_mask),
    "2b.4": (loss_by_weights, loss_by_rows, loss_by_masked_select, loss_by_where),
    "2b.6": (
        judge_by_modes,
        judge_in_a_finally,
        judge_with_a_history_cut_at_the_end,
        judge_in_inference_mode,
    ),
    "2b.7": (
        perplexity_by_rows,
        perplexity_by_base_2,
        perplexity_by_numpy,
        perplexity_by_cross_entropy,
    ),
}

NEAR_MISSES = {
    "2a.Q1": (15039, 15041, 15040.5, 14960, 14080, 7520),
    "2a.Q2": (1.41, 1.43, 1.4, 1.4125, 1.425, 1.19),
    "2a.Q3": (43, 45, 43.7, 43.709, 44.01),
    "2b.Q1": (0.09, 0.11, 0.094, 0.102, 0.1087, 0.0),
    "2b.Q2": (0.01, 0.03, 0.015, 0.023, 0.0, 0.2),
    "2b.Q3": (9.7, 9.9, 9.74, 9.81, 9.0, 10.0),
}

TYPES = {
    "2a.Q1": (15040.0, np.int64(15040), torch.tensor(15040), Fraction(15040), Decimal(15040)),
    "2a.Q2": (1.42, np.float32(1.4167), torch.tensor(1.4167), Fraction(17, 12), Decimal("1.42")),
    "2a.Q3": (44.0, np.int32(44), np.array(44), torch.tensor(44), Decimal(44)),
    "2b.Q1": (0.1, 0.098, np.float64(0.0981), torch.tensor(0.0981), Fraction(981, 10000)),
    "2b.Q2": (0.02, np.float32(0.0197), torch.tensor(0.0197), Decimal("0.02")),
    "2b.Q3": (9.8, np.float64(9.774), torch.tensor(9.7736), Fraction(49, 5), Decimal("9.8")),
}
