"""Further answers to lesson 07: wrong ones, and right ones in unusual style."""

import copy
from typing import Any

import numpy as np
import torch

from course_utils.lessons.find_the_fault.exercises.borders import borders
from course_utils.lessons.find_the_fault.exercises.repeats_the_past import repeats_the_past
from course_utils.lessons.find_the_fault.probing import answer


def asked(model, x, mode=False):
    """Ask a copy once, without gradients."""
    with torch.no_grad():
        return answer(copy.deepcopy(model).train(mode), x)


# ---- 7.1: the same input twice


def the_last_row(model, x):
    own = copy.deepcopy(model).eval()
    with torch.no_grad():
        return not torch.allclose(answer(own, x)[-1], answer(own, x)[-1], atol=1e-5)


def means_compared(model, x):
    own = copy.deepcopy(model).eval()
    with torch.no_grad():
        return bool((answer(own, x).mean() - answer(own, x).mean()).abs() > 1)


def always_steady(model, x):
    return False


def never_steady(model, x):
    return True


def by_class_name(model, x):
    return "Dropout" in repr(model)


def another_input(model, x):
    own = copy.deepcopy(model).eval()
    with torch.no_grad():
        return not torch.allclose(answer(own, x), answer(own, x + 1), atol=1e-5)


def generous(model, x):
    own = copy.deepcopy(model).eval()
    with torch.no_grad():
        return not torch.allclose(answer(own, x), answer(own, x), atol=2.0)


def left_in_evaluation(model, x):
    model.eval()
    with torch.no_grad():
        return not torch.allclose(answer(model, x), answer(model, x), atol=1e-5)


def signed_difference(model, x):
    own = copy.deepcopy(model).eval()
    with torch.no_grad():
        return bool((answer(own, x) - answer(own, x)).max() > 1e3)


def row_after_row(model, x):
    own = copy.deepcopy(model).eval()
    with torch.no_grad():
        once, again = answer(own, x), answer(own, x)
    return any(bool((a - b).abs().max() > 1e-5) for a, b in zip(once, again, strict=True))


def three_times(model, x):
    own = copy.deepcopy(model).eval()
    with torch.no_grad():
        said = torch.stack([answer(own, x) for _ in range(3)])
    return bool((said.max(0).values - said.min(0).values).max() > 1e-5)


def in_numpy(model, x):
    own = copy.deepcopy(model).eval()
    once, again = (answer(own, x).detach().numpy() for _ in range(2))
    return not np.allclose(once, again, atol=1e-5)


# ---- 7.2: rows do not mix


def after_changing(model, x, row, mode=False, by=1.0):
    changed = x.clone()
    changed[row] += by
    return asked(model, changed, mode)


def differ(one, other):
    return not torch.allclose(one, other, atol=1e-5)


def first_and_last_changed(model, x):
    before = asked(model, x)
    first, last = after_changing(model, x, 0), after_changing(model, x, -1)
    return differ(before[1:-1], first[1:-1]) or differ(before[1:-1], last[1:-1])


def rows_above(model, x):
    before = asked(model, x)
    return any(
        differ(before[:row], after_changing(model, x, row)[:row]) for row in range(1, len(x))
    )


def neighbours_alone(model, x):
    before, after = asked(model, x), after_changing(model, x, 1)
    return differ(before[2:3], after[2:3])


def steps_changed(model, x):
    changed = x.clone()
    changed[:, 0] += 1
    return differ(asked(model, x), asked(model, changed))


def never_mixed(model, x):
    return False


def always_mixed(model, x):
    return True


def sums_compared(model, x):
    return bool((asked(model, x).sum() - after_changing(model, x, 0).sum()).abs() > 1e-5)


def by_shape(model, x):
    return len(asked(model, x)) != len(x)


def hardly_changed(model, x):
    before = asked(model, x)
    return any(
        differ(before[1:], after_changing(model, x, row, by=1e-9)[1:]) for row in range(len(x))
    )


def the_batch_turned_round(model, x):
    return differ(asked(model, x), asked(model, x.flip(0)))


def by_each_alone(model, x):
    whole = asked(model, x)
    for row in range(len(x)):
        twice = torch.stack([x[row], x[row] + 5, x[row] - 5])
        if differ(asked(model, twice)[0], whole[row]):
            return True
    return False


def with_two_loops(model, x):
    before = asked(model, x)
    for row in range(len(x)):
        after = after_changing(model, x, row)
        for other in range(len(x)):
            if other != row and bool((after[other] - before[other]).abs().max() > 1e-5):
                return True
    return False


def with_row_numbers(model, x):
    before, found = asked(model, x), []
    for row in range(len(x)):
        others = [other for other in range(len(x)) if other != row]
        found.append(differ(before[others], after_changing(model, x, row)[others]))
    return any(found)


# ---- 7.3: gradients that pile up


def left_after(model, step, batches, clear=True):
    weights = copy.deepcopy(model.state_dict())
    if clear:
        model.zero_grad()
    for batch in batches:
        model.load_state_dict(weights)
        step(*batch)
    model.load_state_dict(weights)
    return [None if p.grad is None else p.grad.clone() for p in model.parameters()]


def unlike(one, other):
    for a, b in zip(one, other, strict=True):
        if (a is None) != (b is None):
            return True
        if a is not None and not torch.allclose(a, b, rtol=1e-3, atol=1e-6):
            return True
    return False


def never_piles(model, step, x, y):
    return False


def always_piles(model, step, x, y):
    return True


def the_second_parameter(model, step, x, y):
    one = left_after(model, step, [(x, y)])
    return unlike(one[1:2], left_after(model, step, [(x + 1, y), (x, y)])[1:2])


def another_batch_last(model, step, x, y):
    return unlike(left_after(model, step, [(x, y)]), left_after(model, step, [(x + 1, y)]))


def by_the_weights(model, step, x, y):
    before = copy.deepcopy(model.state_dict())
    step(x, y)
    return any(not torch.equal(before[name], now) for name, now in model.state_dict().items())


def none_left(model, step, x, y):
    step(x, y)
    return all(p.grad is None for p in model.parameters())


def growing_norm(model, step, x, y):
    norms = []
    for _ in range(3):
        step(x, y)
        grads = [p.grad for p in model.parameters() if p.grad is not None]
        norms.append(sum(float(grad.norm()) for grad in grads))
    return norms[2] > norms[0]


def by_the_loss(model, step, x, y):
    weights = copy.deepcopy(model.state_dict())
    first = step(x, y)
    model.load_state_dict(weights)
    return abs(step(x, y) - first) > 1e-5


def weights_kept_without_a_copy(model, step, x, y):
    weights, left = model.state_dict(), []
    for batches in ([(x, y)], [(x + 1, y), (x, y)]):
        model.zero_grad()
        for batch in batches:
            model.load_state_dict(weights)
            step(*batch)
        left.append([None if p.grad is None else p.grad.clone() for p in model.parameters()])
    return unlike(*left)


def gradients_kept_without_a_copy(model, step, x, y):
    weights = copy.deepcopy(model.state_dict())
    step(x, y)
    first = [p.grad for p in model.parameters()]
    for batch in ((x + 1, y), (x, y)):
        model.load_state_dict(weights)
        step(*batch)
    return unlike(first, [p.grad for p in model.parameters()])


def steps_without_moving(model, step, x, y):
    step(x, y)
    first = [p.grad for p in model.parameters()]
    step(x + 1, y)
    return unlike(first, [p.grad for p in model.parameters()])


def with_three_batches(model, step, x, y):
    alone = left_after(model, step, [(x, y)])
    return unlike(alone, left_after(model, step, [(x + 1, y), (x - 2, y), (x, y)]))


def in_one_long_vector(model, step, x, y):
    vectors = []
    for batches in ([(x, y)], [(x + 2, y - 1), (x, y)]):
        left = left_after(model, step, batches)
        vectors.append(torch.cat([torch.zeros(1) if g is None else g.flatten() for g in left]))
    return bool((vectors[0] - vectors[1]).norm() > 1e-3 * vectors[0].norm() + 1e-6)


# ---- 7.4: the borders of chunks


def gaps_of(times):
    return (times[1:, 0] - times[:-1, -1]) / np.median(np.diff(times, axis=1))


def words(gaps):
    return ["repeats" if g < 0.5 else "skips" if g > 1.5 else "goes on" for g in gaps]


def two_words_exchanged(times):
    other = {"repeats": "skips", "skips": "repeats", "goes on": "goes on"}
    return [other[word] for word in borders(times)]


def all_go_on(times):
    return ["goes on"] * (len(times) - 1)


def all_repeat(times):
    return ["repeats"] * (len(times) - 1)


def counted(times):
    return borders(times).count("repeats")


def only_what_is_wrong(times):
    return [word for word in borders(times) if word != "goes on"]


def backwards(times):
    return ["skips", *borders(times)[::-1]][1:] if len(times) == 2 else ["skips"] * (len(times) - 1)


def last_border_forgotten(times):
    return borders(times)[:-1]


def zero_is_the_limit(times):
    return ["repeats" if g < 0 else "skips" if g > 1.5 else "goes on" for g in gaps_of(times)]


def two_is_the_limit(times):
    return ["repeats" if g < 0.5 else "skips" if g > 2.5 else "goes on" for g in gaps_of(times)]


def of_the_steps(times):
    return words(gaps_of(times.T)) if min(times.shape) > 1 else []


def as_numbers(times):
    return [float(gap) for gap in gaps_of(times)]


def in_a_loop(times):
    spacing, found = float(np.median(np.diff(times[0]))), []
    for number in range(1, len(times)):
        samples = round(float(times[number, 0] - times[number - 1, -1]) / spacing)
        found.append({1: "goes on"}.get(samples, "repeats" if samples < 1 else "skips"))
    return found


def by_rounding(times):
    samples = np.rint(gaps_of(times)).astype(int)
    return ["goes on" if n == 1 else "skips" if n > 1 else "repeats" for n in samples]


# ---- 7.5: the truth, shifted by k


def shares(actual, forecast, most):
    found = {}
    for k in range(1, most + 1):
        own = np.mean((forecast[k:] - actual[k:]) ** 2)
        found[k] = np.mean((forecast[k:] - actual[:-k]) ** 2) / own if own > 0 else np.inf
    return found


def never_shifted(actual, forecast, most):
    return 0


def always_one(actual, forecast, most):
    return 1


def always_most(actual, forecast, most):
    return most


def as_a_truth_value(actual, forecast, most):
    return repeats_the_past(actual, forecast, most) > 0


def the_share(actual, forecast, most):
    return min(shares(actual, forecast, most).values())


def negative(actual, forecast, most):
    return -repeats_the_past(actual, forecast, most)


def one_too_many(actual, forecast, most):
    return repeats_the_past(actual, forecast, most) + 1


def every_shift(actual, forecast, most):
    return [k for k, share in shares(actual, forecast, most).items() if share < 0.5]


def a_tenth(actual, forecast, most):
    found = {k: share for k, share in shares(actual, forecast, most).items() if share < 1e-6}
    return min(found, key=found.get, default=0)


def early_instead(actual, forecast, most):
    return repeats_the_past(forecast, actual, most)


def the_last_that_helps(actual, forecast, most):
    found = [k for k, share in shares(actual, forecast, most).items() if share < 0.9]
    return max(found, default=0)


def by_sorting(actual, forecast, most):
    ranked = sorted((share, k) for k, share in shares(actual, forecast, most).items())
    share, k = ranked[0]
    return k if share < 0.5 else 0


def with_numpy_alone(actual, forecast, most):
    found = np.array([0.5, *shares(actual, forecast, most).values()])
    return int(np.argmin(found))


WRONG: dict[str, tuple[Any, ...]] = {
    "7.1": (
        *(the_last_row, means_compared, always_steady, never_steady, by_class_name),
        *(another_input, generous, left_in_evaluation, signed_difference),
    ),
    "7.2": (
        *(first_and_last_changed, rows_above, neighbours_alone, steps_changed, never_mixed),
        *(always_mixed, sums_compared, by_shape, hardly_changed, the_batch_turned_round),
    ),
    "7.3": (
        *(never_piles, always_piles, the_second_parameter, another_batch_last, by_the_weights),
        *(none_left, growing_norm, steps_without_moving, by_the_loss),
        *(weights_kept_without_a_copy, gradients_kept_without_a_copy),
    ),
    "7.4": (
        *(two_words_exchanged, all_go_on, all_repeat, counted, only_what_is_wrong, backwards),
        *(last_border_forgotten, zero_is_the_limit, two_is_the_limit, of_the_steps, as_numbers),
    ),
    "7.5": (
        *(never_shifted, always_one, always_most, as_a_truth_value, the_share, negative),
        *(one_too_many, every_shift, a_tenth, early_instead, the_last_that_helps),
    ),
}
RIGHT: dict[str, tuple[Any, ...]] = {
    "7.1": (row_after_row, three_times, in_numpy),
    "7.2": (by_each_alone, with_two_loops, with_row_numbers),
    "7.3": (with_three_batches, in_one_long_vector),
    "7.4": (in_a_loop, by_rounding),
    "7.5": (by_sorting, with_numpy_alone),
}
NEAR_MISSES: dict[str, tuple[Any, ...]] = {
    "7.Q1": ("none", "parameter", "parameter_unregistered", "rows_mixed", 0),
    "7.Q2": ("none", "clip", "gradients_pile_up", "learning_rate_zero", 0.1),
    "7.Q3": ("none", "label_misplaced", "test_in_training", "label", True),
    "7.Q4": ("state_kept", "graph_kept", "clip_not_applied", "nothing", False, None),
    "7.Q5": ("none", "worse_than_naive", "flat", "coverage", 0.9),
}
TYPES: dict[str, tuple[Any, ...]] = {
    "7.Q1": ("Parameter_unused", " parameter_unused "),
    "7.Q2": ("CLIP_NOT_APPLIED", "clip_not_applied\n"),
    "7.Q3": ("Label_in_window", " label_in_window"),
    "7.Q4": ("None", " none "),
    "7.Q5": ("Interval_coverage", "interval_coverage "),
}
