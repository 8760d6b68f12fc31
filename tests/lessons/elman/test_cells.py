"""What the cells of lessons 01a and 01b do beyond single functions: loops, classes, counts."""

import io
from contextlib import redirect_stdout
from typing import Any

import nbformat
import numpy as np
import torch
from torch import nn

from course_utils import lessons
from course_utils.commands.save_notebooks import NOTEBOOKS
from course_utils.lessons.elman import network
from course_utils.lessons.elman.exercises.narx_memory import narx_memory
from course_utils.lessons.elman.exercises.torch_weights import torch_weights
from tests.lessons.elman.taught import ONE, POINTS, W1, W2, X, Y, space
from tests.taught import defined

ZERO = np.zeros((1, 6))


def run(lesson: str, words: str, given: dict[str, Any], *changes: tuple[str, str]) -> str:
    """Run the one cell that holds these words, shortened a little; give what it prints."""
    cells = nbformat.read(NOTEBOOKS / f"{lessons.parts()[lesson].file}.ipynb", as_version=4).cells
    (source,) = [c.source for c in cells if c.cell_type == "code" and words in c.source]
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    with redirect_stdout(io.StringIO()) as said:
        exec(source, given)
    return said.getvalue()


def test_the_published_loop_is_train_each_step() -> None:
    w1, w2 = (torch.tensor(w).requires_grad_() for w in ONE)
    given = {"torch": torch, "w1": w1, "w2": w2, "lr": 0.1, "epochs": 5}
    given |= {"x": torch.tensor(X), "y": torch.tensor(Y), "forward": defined("01a", {})["forward"]}
    in_double = ("torch.zeros((1, hidden_size))", "torch.zeros(1, 6).double()")
    said = run("01a", 'print(f"Epoch: {i} loss', given, in_double)
    assert said.startswith("Epoch: 0 loss ")
    wanted = network.train_each_step(X, Y, *ONE, rate=0.1, epochs=5)
    np.testing.assert_allclose(w1.detach().numpy(), wanted.w1, atol=1e-10)
    np.testing.assert_allclose(w2.detach().numpy(), wanted.w2, atol=1e-10)
    np.testing.assert_allclose(given["losses"], wanted.losses, atol=1e-10)


def test_the_bare_training_is_train() -> None:
    given = {"np": np, "network": network, "start": (W1, W2), "x": X, "y": Y}
    run("01b", "one_w1 -= 0.03 * gradient.w1", given, ("range(300)", "range(7)"))
    wanted = network.train(X, Y, W1[0], W2[0], rate=0.03, epochs=7)
    np.testing.assert_allclose(given["one_w1"], wanted.w1, atol=1e-12)
    np.testing.assert_allclose(given["one_w2"], wanted.w2, atol=1e-12)


def test_by_hand_hands_the_gradient_to_torch() -> None:
    own = [torch.tensor(w, requires_grad=True) for w in ONE]
    (3 * defined("01a", {"x": X, "y": Y})["ByHand"].apply(*own)).backward()
    wanted = network.bptt(X, Y, ZERO, *ONE)
    np.testing.assert_allclose(own[0].grad.numpy(), 3 * wanted.w1, atol=1e-12)
    np.testing.assert_allclose(own[1].grad.numpy(), 3 * wanted.w2, atol=1e-12)


def test_the_memories_are_read_and_learn_as_the_network_does() -> None:
    second, weights = defined("01b", {}), [torch.tensor(w).requires_grad_() for w in (W1, W2)]
    torch.set_default_dtype(torch.float64)
    try:
        outs, state = second["read"](second["elman_memory"], weights, torch.tensor(X)[:, None])
    finally:
        torch.set_default_dtype(torch.float32)
    y, states = network.forward(X, network.zero_state(W1), W1, W2)
    np.testing.assert_allclose(outs[:, :, 0].detach().numpy().swapaxes(0, 1), y, atol=1e-12)
    np.testing.assert_allclose(state.detach().numpy(), states[:, -1:], atol=1e-12)
    (torch.square(outs - torch.tensor(Y)[:, None, None]).sum() / 2).backward()
    wanted = network.bptt(X, Y, network.zero_state(W1), W1, W2)
    np.testing.assert_allclose(weights[0].grad.numpy(), wanted.w1, atol=1e-10)


def test_the_other_memories_carry_what_they_say() -> None:
    w1, w2 = (torch.tensor(w[:1]) for w in (W1, W2))
    x, state = torch.tensor([[[0.75]]]).double(), torch.arange(6.0).reshape(1, 1, 6).double() / 10
    out, window = defined("01b", {})["window_memory"](x, state, w1, w2)
    assert window[0, 0].tolist() == [0.75, *state[0, 0, :-1].tolist()]
    out_narx, outputs = narx_memory(x, state, w1, w2)
    assert torch.equal(out, out_narx)
    assert outputs[0, 0].tolist() == [out.item(), *state[0, 0, :-1].tolist()]


def test_a_lost_backward_learns_nothing() -> None:
    assert len(set(defined("01b", space())["train_without"]("backward"))) == 1


def test_measure_counts_the_unseen_points_alone() -> None:
    after = network.train(X, Y, W1, W2, rate=0.02, epochs=20)
    errors = defined("01b", space())["measure"](after)
    long = network.one_step_error(POINTS[:-1], POINTS[1:], after.w1, after.w2, skip=20)
    assert np.array_equal(errors["one step, unseen"], long)
    free = network.free_running(POINTS[:21], 20, after.w1, after.w2)
    assert np.array_equal(errors["free, unseen"], np.square(free - POINTS[21:])[..., 0].mean(-1))


def test_weights_for_torch() -> None:
    rnn, readout = nn.RNN(1, 6, bias=False, batch_first=True), nn.Linear(6, 1, bias=False)
    with torch.no_grad():
        for own, copied in zip(
            [*rnn.parameters(), *readout.parameters()], torch_weights(*ONE), strict=True
        ):
            own.copy_(copied)
        output, _ = rnn(torch.tensor(X, dtype=torch.float32)[None])
        y, _ = network.forward(X, ZERO, *ONE)
        np.testing.assert_allclose(readout(output)[0].numpy(), y, rtol=0, atol=1e-6)
