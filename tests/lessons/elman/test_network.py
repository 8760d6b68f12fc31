"""The Elman network in NumPy, held to autograd on random sizes, and to what it promises."""

import inspect
import re
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.lessons.elman import network

SIZES = {
    "steps": st.integers(1, 8),
    "inputs": st.integers(1, 3),
    "hidden": st.integers(1, 6),
    "outputs": st.integers(1, 3),
    "seeds": st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=3, unique=True),
}
random_sizes = given(**SIZES)
quick = settings(max_examples=25, deadline=None)


def draw(seeds, inputs, hidden, outputs):
    """Weights and a first context that isn't zero, one network per seed."""
    w1, w2 = network.initial_weights(seeds, inputs, hidden, outputs)
    state = np.random.default_rng(1).normal(0, 0.5, network.zero_state(w1).shape)
    return state, w1, w2


def sequence(steps, inputs, outputs):
    generator = np.random.default_rng(0)
    return generator.normal(size=(steps, inputs)), generator.normal(size=(steps, outputs))


def in_torch(x, target, state, w1, w2, reach):
    """One network's loss and gradients by autograd; each error sees ``reach`` steps.

    The states before those steps are cut off with detach, loss by loss, so that this knows
    nothing of how the module goes about it.
    """
    x, target, state = torch.tensor(x), torch.tensor(target), torch.tensor(state)
    w1, w2 = (torch.tensor(part, requires_grad=True) for part in (w1, w2))

    def step(now, context):
        return torch.tanh(torch.cat((now[None], context), 1) @ w1)

    with torch.no_grad():
        contexts = [state]
        for now in x:
            contexts.append(step(now, contexts[-1]))
    total = torch.zeros((), dtype=torch.float64)
    for t in range(len(x)):
        start = max(0, t - reach + 1)
        context = state if start == 0 else contexts[start].detach()
        for s in range(start, t + 1):
            context = step(x[s], context)
        total = total + torch.square(context @ w2 - target[t]).sum() / 2
    return total, torch.autograd.grad(total, (w1, w2))


# ---- gradients


@quick
@random_sizes
def test_the_whole_gradient_is_autograds(steps, inputs, hidden, outputs, seeds):
    x, target = sequence(steps, inputs, outputs)
    state, w1, w2 = draw(seeds, inputs, hidden, outputs)
    for k in (None, steps, steps + 5):
        mine = network.bptt(x, target, state, w1, w2, k)
        for i in range(len(seeds)):
            loss, wanted = in_torch(x, target, state[i], w1[i], w2[i], steps)
            assert mine.loss[i] == pytest.approx(loss.item(), abs=1e-10)
            for own, theirs in zip((mine.w1, mine.w2), wanted, strict=True):
                assert np.abs(own[i] - theirs.numpy()).max() <= 1e-10


@quick
@given(k=st.integers(1, 9), **SIZES)
def test_a_truncated_gradient_is_autograds_with_detach(k, steps, inputs, hidden, outputs, seeds):
    x, target = sequence(steps, inputs, outputs)
    state, w1, w2 = draw(seeds, inputs, hidden, outputs)
    mine = network.bptt(x, target, state, w1, w2, k)
    for i in range(len(seeds)):
        _, wanted = in_torch(x, target, state[i], w1[i], w2[i], k)
        for own, theirs in zip((mine.w1, mine.w2), wanted, strict=True):
            assert np.abs(own[i] - theirs.numpy()).max() <= 1e-10


def test_the_published_cut_is_k_of_one():
    """The loop that the tutorial writes: detach after every step, the gradients added up."""
    points = network.sine_points(21)
    state, w1, w2 = draw([3], 1, 6, 1)
    t_w1, t_w2 = (torch.tensor(w[0], requires_grad=True) for w in (w1, w2))
    context = torch.tensor(state[0])
    for now, wanted in zip(torch.tensor(points[:-1]), torch.tensor(points[1:]), strict=True):
        context = torch.tanh(torch.cat((now[None], context), 1).mm(t_w1))
        ((context.mm(t_w2) - wanted).pow(2).sum() / 2).backward()
        context = context.detach()
    mine = network.bptt(points[:-1], points[1:], state, w1, w2, k=1)
    assert np.abs(mine.w1[0] - t_w1.grad.numpy()).max() <= 1e-10
    assert np.abs(mine.w2[0] - t_w2.grad.numpy()).max() <= 1e-10


@quick
@random_sizes
def test_the_lags_add_up_to_every_truncation(steps, inputs, hidden, outputs, seeds):
    x, target = sequence(steps, inputs, outputs)
    state, w1, w2 = draw(seeds, inputs, hidden, outputs)
    parts = network.gradient_by_lag(x, target, state, w1, w2)
    assert parts.shape == (len(seeds), steps, inputs + hidden, hidden)
    for k in range(1, steps + 1):
        wanted = network.bptt(x, target, state, w1, w2, k).w1
        np.testing.assert_allclose(parts[:, :k].sum(axis=1), wanted, atol=1e-12)


def test_the_last_lag_is_one_path_alone():
    """By hand: with one unit, the last error reaches the first step by a plain product."""
    w1, w2 = np.array([[0.5], [0.8]]), np.array([[1.5]])
    x, target = np.array([[0.3], [-0.2], [0.7]]), np.array([[0.1], [0.2], [0.3]])
    h = [0.0]
    for now in x[:, 0]:
        h.append(np.tanh(0.5 * now + 0.8 * h[-1]))
    slope = [1 - value**2 for value in h]
    error = 1.5 * h[3] - 0.3
    wanted = error * 1.5 * slope[3] * 0.8 * slope[2] * 0.8 * slope[1] * np.array([[0.3], [0.0]])
    parts = network.gradient_by_lag(x, target, np.zeros((1, 1)), w1, w2)
    np.testing.assert_allclose(parts[2], wanted, atol=1e-15)


# ---- forward, one network or a stack


@quick
@random_sizes
def test_a_stack_is_its_networks_one_by_one(steps, inputs, hidden, outputs, seeds):
    x, target = sequence(steps, inputs, outputs)
    state, w1, w2 = draw(seeds, inputs, hidden, outputs)
    y, states = network.forward(x, state, w1, w2)
    together = network.bptt(x, target, state, w1, w2)
    assert y.shape == (len(seeds), steps, outputs)
    assert states.shape == (len(seeds), steps + 1, hidden)
    for i in range(len(seeds)):
        alone, own_states = network.forward(x, state[i], w1[i], w2[i])
        np.testing.assert_allclose(y[i], alone, atol=1e-14)
        np.testing.assert_allclose(states[i], own_states, atol=1e-14)
        own = network.bptt(x, target, state[i], w1[i], w2[i])
        np.testing.assert_allclose(together.w1[i], own.w1, atol=1e-13)


@quick
@random_sizes
def test_forward_is_step_after_step(steps, inputs, hidden, outputs, seeds):
    x, _ = sequence(steps, inputs, outputs)
    state, w1, w2 = draw(seeds, inputs, hidden, outputs)
    y, states = network.forward(x, state, w1, w2)
    assert np.array_equal(states[:, :1], state)
    for t in range(steps):
        out, state = network.step(x[t : t + 1], state, w1, w2)
        np.testing.assert_allclose(y[:, t : t + 1], out, atol=1e-14)
        np.testing.assert_allclose(states[:, t + 1 : t + 2], state, atol=1e-14)


def test_each_network_may_read_a_sequence_of_its_own():
    state, w1, w2 = draw([1, 2], 1, 4, 1)
    xs = np.random.default_rng(5).normal(size=(2, 6, 1))
    together = network.bptt(xs, 0.5 * xs, state, w1, w2)
    for i in range(2):
        alone = network.bptt(xs[i], 0.5 * xs[i], state[i], w1[i], w2[i])
        np.testing.assert_allclose(together.w1[i], alone.w1, atol=1e-13)
        np.testing.assert_allclose(together.w2[i], alone.w2, atol=1e-13)


def test_the_same_network_in_torch():
    state, w1, w2 = draw([4], 2, 5, 1)
    rnn = torch.nn.RNN(2, 5, bias=False, batch_first=True).double()
    with torch.no_grad():
        rnn.weight_ih_l0.copy_(torch.tensor(w1[0, :2].T))
        rnn.weight_hh_l0.copy_(torch.tensor(w1[0, 2:].T))
    x, _ = sequence(7, 2, 1)
    output, last = rnn(torch.tensor(x)[None], torch.tensor(state))
    y, states = network.forward(x, state, w1, w2)
    np.testing.assert_allclose(states[:, 1:], output.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(states[:, -1:], last.detach().numpy(), atol=1e-12)
    np.testing.assert_allclose(y, output.detach().numpy() @ w2, atol=1e-12)


# ---- the data and the weights


def test_the_published_points_and_those_after():
    np.testing.assert_allclose(network.sine_points()[:, 0], np.sin(np.linspace(2, 10, 21)))
    assert np.array_equal(network.sine_points(41)[:21], network.sine_points(21))
    assert network.sine_points(41).shape == (41, 1)


def test_weights_are_those_of_the_seed_whatever_the_others_are():
    w1, w2 = network.initial_weights([5, 9])
    other = network.initial_weights([9])
    assert w1.shape == (2, 7, 6)
    assert w2.shape == (2, 6, 1)
    assert np.array_equal(w1[1], other[0][0])
    assert np.array_equal(w2[1], other[1][0])
    assert not np.array_equal(w1[0], w1[1])
    many = network.initial_weights(range(500))
    assert [round(float(w.std()), 2) for w in many] == [0.4, 0.3]


# ---- training


def test_a_training_step_goes_down_the_gradient():
    points = network.sine_points()
    x, target = points[:-1], points[1:]
    w1, w2 = network.initial_weights([0, 1])
    before = w1.copy(), w2.copy()
    for k in (None, 1, 4):
        gradients = network.bptt(x, target, network.zero_state(w1), w1, w2, k)
        after = network.train(x, target, w1, w2, rate=0.01, epochs=1, k=k)
        np.testing.assert_allclose(after.w1, w1 - 0.01 * gradients.w1, atol=1e-14)
        np.testing.assert_allclose(after.w2, w2 - 0.01 * gradients.w2, atol=1e-14)
        np.testing.assert_allclose(after.losses[:, 0], gradients.loss)
    assert np.array_equal(w1, before[0])
    assert np.array_equal(w2, before[1])


def test_training_learns():
    points = network.sine_points()
    w1, w2 = network.initial_weights(range(8))
    after = network.train(points[:-1], points[1:], w1, w2, rate=0.02, epochs=300)
    assert after.losses.shape == (8, 300)
    assert not after.interrupted
    assert np.median(after.losses[:, -1] / after.losses[:, 0]) < 0.01


def test_each_network_may_have_a_rate_of_its_own():
    points = network.sine_points()
    w1, w2 = network.initial_weights([0, 1])
    for train in (network.train, network.train_each_step):
        rates = np.array([0.01, 0.05])
        together = train(points[:-1], points[1:], w1, w2, rate=rates, epochs=3)
        for i, rate in enumerate(rates):
            alone = train(points[:-1], points[1:], w1[i], w2[i], rate=rate, epochs=3)
            np.testing.assert_allclose(together.w1[i], alone.w1, atol=1e-13)
            np.testing.assert_allclose(together.w2[i], alone.w2, atol=1e-13)
            np.testing.assert_allclose(together.losses[i], alone.losses, atol=1e-13)


@pytest.mark.parametrize("outputs", [1, 2])
def test_an_update_each_step_is_the_published_loop(outputs):
    """Written as the tutorial writes it, in torch, with the context carried and cut off."""
    points = network.sine_points()
    x, target = points[:-1], np.repeat(points[1:], outputs, axis=1)
    w1, w2 = network.initial_weights([2], outputs=outputs)
    t_w1, t_w2 = (torch.tensor(w[0], requires_grad=True) for w in (w1, w2))
    losses = []
    for _ in range(4):
        context, total = torch.zeros(1, 6, dtype=torch.float64), 0.0
        for now, wanted in zip(torch.tensor(x), torch.tensor(target), strict=True):
            context = torch.tanh(torch.cat((now[None], context), 1).mm(t_w1))
            loss = (context.mm(t_w2) - wanted).pow(2).sum() / 2
            total += loss.item()
            loss.backward()
            with torch.no_grad():
                t_w1 -= 0.1 * t_w1.grad
                t_w2 -= 0.1 * t_w2.grad
            t_w1.grad.zero_()
            t_w2.grad.zero_()
            context = context.detach()
        losses.append(total)
    start = w1.copy()
    after = network.train_each_step(x, target, w1, w2, rate=0.1, epochs=4)
    np.testing.assert_allclose(after.w1[0], t_w1.detach().numpy(), atol=1e-10)
    np.testing.assert_allclose(after.w2[0], t_w2.detach().numpy(), atol=1e-10)
    np.testing.assert_allclose(after.losses[0], losses, atol=1e-10)
    assert np.array_equal(w1, start)


@pytest.mark.parametrize("train", [network.train, network.train_each_step])
def test_interrupt_keeps_what_is_done(train, monkeypatch):
    points = network.sine_points()
    w1, w2 = network.initial_weights([0])
    wanted = train(points[:-1], points[1:], w1, w2, rate=0.02, epochs=3)

    def interrupted_after_three(items, what):
        yield from list(items)[:3]
        raise KeyboardInterrupt

    monkeypatch.setattr(network, "show_progress", interrupted_after_three)
    stopped = train(points[:-1], points[1:], w1, w2, rate=0.02, epochs=50)
    assert stopped.interrupted
    assert not wanted.interrupted
    assert np.array_equal(stopped.w1, wanted.w1)
    assert np.array_equal(stopped.losses, wanted.losses)


def test_an_explosion_is_silent_and_counted():
    points = network.sine_points()
    w1, w2 = network.initial_weights(range(6))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        after = network.train(points[:-1], points[1:], w1, w2, rate=1.0, epochs=300)
        error = network.one_step_error(points[:-1], points[1:], after.w1, after.w2)
        network.free_running(points, 5, after.w1, after.w2)
    assert (error > 1e6).all()
    assert np.isinf(error).any()
    assert not np.isnan(error).any()


# ---- clipping


@quick
@given(limit=st.floats(0.01, 100), size=st.floats(0, 100), seeds=SIZES["seeds"])
def test_clipping_shortens_and_never_turns(limit, size, seeds):
    d_w1, d_w2 = (size * w for w in network.initial_weights(seeds))
    c_w1, c_w2, norm = network.clip(d_w1, d_w2, limit)
    for i in range(len(seeds)):
        old, new = (np.concatenate([a[i].ravel(), b[i].ravel()]) for a, b in
                    ((d_w1, d_w2), (c_w1, c_w2)))  # fmt: skip
        assert norm[i] == pytest.approx(np.linalg.norm(old))
        assert np.linalg.norm(new) <= limit * (1 + 1e-12) or np.array_equal(new, old)
        if norm[i] <= limit:
            assert np.array_equal(new, old)
        else:
            np.testing.assert_allclose(new * norm[i], old * limit, rtol=1e-9, atol=1e-12)


def test_clipping_is_torchs():
    d_w1, d_w2 = (10 * w for w in network.initial_weights([0]))
    own = [torch.zeros(d.shape, dtype=torch.float64, requires_grad=True) for d in (d_w1, d_w2)]
    own[0].grad, own[1].grad = torch.tensor(d_w1), torch.tensor(d_w2)
    norm = torch.nn.utils.clip_grad_norm_(own, 0.5)
    c_w1, c_w2, before = network.clip(d_w1, d_w2, 0.5)
    np.testing.assert_allclose(c_w1, own[0].grad.numpy(), rtol=1e-5)
    np.testing.assert_allclose(c_w2, own[1].grad.numpy(), rtol=1e-5)
    assert before[0] == pytest.approx(norm.item())


def test_a_clipped_training_moves_no_further_than_the_limit():
    points = network.sine_points()
    w1, w2 = network.initial_weights(range(4))
    after = network.train(points[:-1], points[1:], w1, w2, rate=0.1, epochs=1, limit=0.5)
    moved = np.square(after.w1 - w1).sum(axis=(1, 2)) + np.square(after.w2 - w2).sum(axis=(1, 2))
    np.testing.assert_allclose(np.sqrt(moved), 0.05, rtol=1e-9)  # all four were longer
    long_run = network.train(points[:-1], points[1:], w1, w2, rate=0.2, epochs=300, limit=1.0)
    assert np.isfinite(long_run.w1).all()


# ---- errors and free running


def test_one_step_error_counts_what_follows_the_warm_up():
    points = network.sine_points(31)
    w1, w2 = network.initial_weights([0, 1])
    y, _ = network.forward(points[:-1], network.zero_state(w1), w1, w2)
    for skip in (0, 20):
        error = network.one_step_error(points[:-1], points[1:], w1, w2, skip=skip)
        wanted = np.square(y - points[1:])[:, skip:, 0].mean(axis=1)
        np.testing.assert_allclose(error, wanted)


def test_running_free_is_reading_ones_own_predictions():
    points = network.sine_points()
    w1, w2 = network.initial_weights([0, 1])
    free = network.free_running(points, 6, w1, w2)
    assert free.shape == (2, 6, 1)
    for i in range(2):
        read = np.concatenate([points, free[i, :-1]])
        y, _ = network.forward(read, network.zero_state(w1[i]), w1[i], w2[i])
        np.testing.assert_allclose(free[i], y[-6:], atol=1e-12)


# ---- what is refused

W1, W2 = (w[0] for w in network.initial_weights([0]))
POINTS = network.sine_points()
X, Y = POINTS[:-1], POINTS[1:]
ZERO = np.zeros((1, 6))


def train(**other):
    return network.train(
        **{"x": X, "target": Y, "w1": W1, "w2": W2, "rate": 0.1, "epochs": 1} | other
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: network.sine_points(1), "count must be at least 2, got 1"),
        (lambda: network.initial_weights([]), "seeds must be whole numbers, at least one"),
        (lambda: network.initial_weights([0], hidden=0), "hidden must be a whole number"),
        (lambda: network.forward(X[:, 0], ZERO, W1, W2), "x must be a float array of shape (...,"),
        (lambda: network.forward(X[:0], ZERO, W1, W2), "x must have at least one step, got"),
        (
            lambda: network.forward(X, ZERO, W1[1:], W2),
            "w1 must have shape (…, inputs + hidden, hidden) with 1 + 6 rows, got (6, 6)",
        ),
        (lambda: network.forward(X, ZERO, W1, W2[1:]), "w2 must be a float array of shape"),
        (lambda: network.forward(X, ZERO[0], W1, W2), "state must be a float array of shape"),
        (lambda: network.forward(X, ZERO[:, 1:], W1, W2), "state must have shape (1, 6), got (1,"),
        (lambda: network.step(X, ZERO, W1, W2), "x must be a single step"),
        (lambda: network.bptt(X, Y[:, 0], ZERO, W1, W2), "target must be a float array of shape"),
        (lambda: network.bptt(X, Y[1:], ZERO, W1, W2), "target must be a float array of shape"),
        (lambda: network.bptt(X, Y, ZERO, W1, W2, k=0), "k must be a whole number, at least 1"),
        (lambda: network.clip(W1, W2, 0.0), "limit must be a finite number above 0, got 0.0"),
        (lambda: network.clip(W1, W2, np.inf), "limit must be a finite number above 0"),
        (lambda: train(limit=np.inf), "limit must be a finite number above 0"),
        (lambda: train(rate=0.0), "rate must be a finite number above 0"),
        (lambda: train(rate=np.array(np.nan)), "rate must be above 0 and finite, got nan"),
        (lambda: train(rate=np.ones(3)), "rate must be one number, or one for each network"),
        (lambda: train(epochs=0), "epochs must be a whole number, at least 1, got 0"),
        (lambda: train(k=0), "k must be a whole number, at least 1"),
        (lambda: train(target=Y * np.nan), "target must be finite, got nan at position (0, 0)"),
        (
            lambda: network.train_each_step(X, Y[1:], W1, W2, rate=0.1, epochs=1),
            "target must be a float array of shape (..., steps, outputs) = (..., 20, outputs)",
        ),
        (
            lambda: network.one_step_error(X, Y, W1, W2, skip=20),
            "skip must be from 0 to 19, got 20",
        ),
        (lambda: network.free_running(X, 0, W1, W2), "count must be a whole number, at least 1"),
        (
            lambda: network.free_running(X, 3, W1, np.zeros((6, 2))),
            "w2 must be a float array of shape (..., hidden, inputs) = (..., 6, 1)",
        ),
    ],
)
def test_a_bad_argument_is_named(call, words):
    with pytest.raises(ValueError, match=f"^{re.escape(words)}"):
        call()


@pytest.mark.parametrize("stack", [(1,), (3,), (4, 1)])
def test_what_belongs_to_another_stack_is_not_broadcast(stack):
    w1, w2 = network.initial_weights(range(4))
    zero = network.zero_state(w1)
    x, y, state, other = (np.broadcast_to(a, (*stack, *a.shape)) for a in (X, Y, ZERO, W2))
    for wrong in ({"x": x}, {"target": y}, {"state": state}, {"w2": other}):
        given = {"x": X, "target": Y, "state": zero, "w1": w1, "w2": w2} | wrong
        (name,) = wrong
        for call in (network.bptt, network.gradient_by_lag):
            with pytest.raises(ValueError, match=f"^{name} must have shape"):
                call(**given)
    with pytest.raises(ValueError, match=r"^w2 must have shape"):
        network.clip(w1, other, 1.0)
    with pytest.raises(ValueError, match=r"^state must have shape"):
        network.step(X[:1], state, w1, w2)


def test_no_torch_is_in_it():
    assert "torch" not in inspect.getsource(network)
