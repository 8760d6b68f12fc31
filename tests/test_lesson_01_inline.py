"""Lesson 01 writes out what `course_utils.elman` holds: here the two are held together.

The lesson's own functions are read from its cells; the exercises' references stand for what
the learner writes. Its training loop stands bare in a cell, so that cell is run as it is.
"""

import io
import re
from contextlib import redirect_stdout
from itertools import pairwise
from types import SimpleNamespace

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from course_utils import elman, ensembles, figures
from course_utils.commands.save_notebooks import NOTEBOOKS
from course_utils.exercises import lesson_01a, lesson_01b
from course_utils.explorers import lesson_01a as teacher
from course_utils.explorers import lesson_01b as explorer
from tests.inline import definitions

POINTS = elman.sine_points(41)
X, Y = POINTS[:20], POINTS[1:21]
W1, W2 = elman.initial_weights(range(4))
ZERO = np.zeros((1, 6))


NAMES = {"01a": "01a_elman_by_hand", "01b": "01b_what_truncation_removes"}
Parts = dict[str, list]


@pytest.fixture(scope="module")
def cells() -> Parts:
    """The cells of both parts."""
    return {
        part: nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4).cells
        for part, name in NAMES.items()
    }


def defined_in(cells: list, given: dict) -> SimpleNamespace:
    """A part's own definitions, over the data that its cells have made by then."""
    space: dict = {"torch": torch, "nn": nn, "np": np, "elman": elman, "ensembles": ensembles}
    space |= {"pd": pd, "points": POINTS, "x": X, "y": Y, "start": (W1, W2)} | given
    return definitions(cells, space)


@pytest.fixture(scope="module")
def first(cells: Parts) -> SimpleNamespace:
    return defined_in(cells["01a"], {"bptt": lesson_01a.bptt})


@pytest.fixture(scope="module")
def second(cells: Parts) -> SimpleNamespace:
    t_w1, t_w2 = (torch.tensor(w[0]).requires_grad_() for w in (W1, W2))
    return defined_in(cells["01b"], {"t_w1": t_w1, "t_w2": t_w2, "published": None})


def cell_with(cells: list, words: str) -> str:
    (source,) = [c.source for c in cells if c.cell_type == "code" and words in c.source]
    return source


# ---- what the lesson shows


@pytest.mark.parametrize("part", ["first", "second"])
def test_the_published_forward_is_step(part: str, request: pytest.FixtureRequest) -> None:
    lesson = request.getfixturevalue(part)
    state = np.linspace(-0.5, 0.5, 6)[None]
    w1, w2 = (torch.tensor(w[1]) for w in (W1, W2))
    out, context_state = lesson.forward(torch.tensor(X[:1]), torch.tensor(state), w1, w2)
    y, after = elman.step(X[:1], state, W1[1], W2[1])
    np.testing.assert_allclose(out.numpy(), y, atol=1e-14)
    np.testing.assert_allclose(context_state.numpy(), after, atol=1e-14)


def test_the_published_loop_is_train_each_step(first: SimpleNamespace, cells: Parts) -> None:
    w1, w2 = (torch.tensor(w[2]).requires_grad_() for w in (W1, W2))
    space = {"torch": torch, "forward": first.forward, "w1": w1, "w2": w2, "lr": 0.1}
    space |= {"x": torch.tensor(X), "y": torch.tensor(Y), "epochs": 5, "hidden_size": 6}
    source = cell_with(cells["01a"], 'print(f"Epoch: {i} loss')
    with redirect_stdout(io.StringIO()) as said:
        exec(source.replace("torch.zeros((1, hidden_size))", "torch.zeros(1, 6).double()"), space)
    assert said.getvalue().startswith("Epoch: 0 loss ")
    wanted = elman.train_each_step(X, Y, W1[2], W2[2], rate=0.1, epochs=5)
    np.testing.assert_allclose(w1.detach().numpy(), wanted.w1, atol=1e-10)
    np.testing.assert_allclose(w2.detach().numpy(), wanted.w2, atol=1e-10)
    np.testing.assert_allclose(space["losses"], wanted.losses, atol=1e-10)


def test_the_bare_training_is_train(cells: Parts) -> None:
    source = cell_with(cells["01b"], "one_w1 -= 0.03 * gradient.w1")
    space = {"start": (W1, W2), "np": np, "x": X, "y": Y, "elman": elman}
    with redirect_stdout(io.StringIO()):
        exec(source.replace("range(300)", "range(7)"), space)
    wanted = elman.train(X, Y, W1[0], W2[0], rate=0.03, epochs=7)
    np.testing.assert_allclose(space["one_w1"], wanted.w1, atol=1e-12)
    np.testing.assert_allclose(space["one_w2"], wanted.w2, atol=1e-12)


def test_autograd_in_the_lesson_is_bptt(second: SimpleNamespace) -> None:
    for detach, k in ((True, 1), (False, None)):
        mine = elman.bptt(X, Y, ZERO, W1[0], W2[0], k)
        for own, theirs in zip((mine.w1, mine.w2), second.autograd(detach), strict=True):
            assert np.abs(own - theirs).max() <= 1e-10


def test_by_hand_hands_the_gradient_to_torch(first: SimpleNamespace) -> None:
    own = [torch.tensor(w[0], requires_grad=True) for w in (W1, W2)]
    (3 * first.ByHand.apply(*own)).backward()
    wanted = elman.bptt(X, Y, ZERO, W1[0], W2[0])
    np.testing.assert_allclose(own[0].grad.numpy(), 3 * wanted.w1, atol=1e-12)
    np.testing.assert_allclose(own[1].grad.numpy(), 3 * wanted.w2, atol=1e-12)


def test_the_elman_memory_reads_and_learns_as_elman_does(second: SimpleNamespace) -> None:
    weights = [torch.tensor(w).requires_grad_() for w in (W1, W2)]
    torch.set_default_dtype(torch.float64)
    try:
        outs, state = second.read(second.elman_memory, weights, torch.tensor(X)[:, None])
    finally:
        torch.set_default_dtype(torch.float32)
    y, states = elman.forward(X, elman.zero_state(W1), W1, W2)
    np.testing.assert_allclose(outs[:, :, 0].detach().numpy().swapaxes(0, 1), y, atol=1e-12)
    np.testing.assert_allclose(state.detach().numpy(), states[:, -1:], atol=1e-12)
    (torch.square(outs - torch.tensor(Y)[:, None, None]).sum() / 2).backward()
    wanted = elman.bptt(X, Y, elman.zero_state(W1), W1, W2)
    np.testing.assert_allclose(weights[0].grad.numpy(), wanted.w1, atol=1e-10)


def test_the_other_memories_carry_what_they_say(second: SimpleNamespace) -> None:
    w1, w2 = (torch.tensor(w[:1]) for w in (W1, W2))
    x, state = torch.tensor([[[0.75]]]).double(), torch.arange(6.0).reshape(1, 1, 6).double() / 10
    out, window = second.window_memory(x, state, w1, w2)
    assert window[0, 0].tolist() == [0.75, *state[0, 0, :-1].tolist()]
    out_narx, outputs = lesson_01b.narx_memory(x, state, w1, w2)
    assert torch.equal(out, out_narx)
    assert outputs[0, 0].tolist() == [out.item(), *state[0, 0, :-1].tolist()]


def test_the_step_back_shown_again_is_the_one_that_was_written(second: SimpleNamespace) -> None:
    g = np.random.default_rng(0)
    shapes = ((1, 2), (1, 3), (1, 5), (1, 3), (5, 3), (3, 2))
    args = [g.normal(size=shape) for shape in shapes]
    for again, written in zip(second.step_back(*args), lesson_01a.step_back(*args), strict=True):
        np.testing.assert_allclose(again, written, atol=1e-14)


def test_the_loop_that_can_lose_a_line_is_train_each_step(second: SimpleNamespace) -> None:
    space = second.train_without.__globals__
    space["pairwise"] = pairwise
    wanted = elman.train_each_step(X, Y, W1[0], W2[0], rate=0.1, epochs=30)
    np.testing.assert_allclose(second.train_without("nothing"), wanted.losses, atol=1e-10)
    assert len(set(second.train_without("backward"))) == 1


def test_measure_is_the_modules_errors(second: SimpleNamespace) -> None:
    after = elman.train(X, Y, W1, W2, rate=0.02, epochs=20)
    errors = second.measure(after)
    long = elman.one_step_error(POINTS[:-1], POINTS[1:], after.w1, after.w2, skip=20)
    assert np.array_equal(errors["one step, unseen"], long)
    free = elman.free_running(POINTS[:21], 20, after.w1, after.w2)
    assert np.array_equal(errors["free, unseen"], np.square(free - POINTS[21:])[..., 0].mean(-1))


# ---- what the learner writes, and the helper that the course goes on with


def test_one_step_and_running_free() -> None:
    state = np.linspace(-0.5, 0.5, 6)[None]
    for mine, theirs in zip(
        lesson_01a.elman_step(X[:1], state, W1[1], W2[1]),
        elman.step(X[:1], state, W1[1], W2[1]),
        strict=True,
    ):
        np.testing.assert_allclose(mine, theirs, atol=1e-14)
    mine = lesson_01a.free_running(POINTS[:21], 7, W1[1], W2[1])
    np.testing.assert_allclose(mine, elman.free_running(POINTS[:21], 7, W1[1], W2[1]), atol=1e-12)


def test_gradients_whole_and_truncated() -> None:
    loss, d_w1, d_w2 = lesson_01a.bptt(X, Y, W1[3], W2[3])
    wanted = elman.bptt(X, Y, ZERO, W1[3], W2[3])
    assert loss == pytest.approx(float(wanted.loss), abs=1e-12)
    np.testing.assert_allclose(d_w1, wanted.w1, atol=1e-12)
    np.testing.assert_allclose(d_w2, wanted.w2, atol=1e-12)
    for k in (1, 2, 7, 20, 30):
        cut = elman.bptt(X, Y, ZERO, W1[3], W2[3], k)
        for own, theirs in zip(
            lesson_01b.truncated_bptt(X, Y, W1[3], W2[3], k), (cut.w1, cut.w2), strict=True
        ):
            np.testing.assert_allclose(own, theirs, atol=1e-12)


def test_clipping() -> None:
    for limit in (0.1, 100.0):
        mine = lesson_01b.clip(W1[0], W2[0], limit)
        for own, theirs in zip(mine, elman.clip(W1[0], W2[0], limit), strict=True):
            np.testing.assert_allclose(own, theirs, rtol=1e-12)


def test_weights_for_torch() -> None:
    rnn, readout = nn.RNN(1, 6, bias=False, batch_first=True), nn.Linear(6, 1, bias=False)
    with torch.no_grad():
        for own, copied in zip(
            [*rnn.parameters(), *readout.parameters()],
            lesson_01a.torch_weights(W1[0], W2[0]),
            strict=True,
        ):
            own.copy_(copied)
        output, _ = rnn(torch.tensor(X, dtype=torch.float32)[None])
        y, _ = elman.forward(X, ZERO, W1[0], W2[0])
        np.testing.assert_allclose(readout(output)[0].numpy(), y, rtol=0, atol=1e-6)


# ---- the explorer and the drawings


@pytest.mark.parametrize("k", [1, 20])
def test_the_explorer_shows_what_training_gives(k: int) -> None:
    figure, description = explorer.draw_elman(k, 0.03)
    w1, w2 = elman.initial_weights(explorer.SEEDS)
    after = elman.train(X, Y, w1, w2, rate=0.03, epochs=explorer.UPDATES, k=k)
    free = elman.free_running(POINTS[:21], 20, after.w1, after.w2)
    error = np.median(np.square(free - POINTS[21:]).mean(axis=(1, 2)))
    said = float(re.search(r"points is ([\d.e-]+);", description).group(1))
    assert said == pytest.approx(error, rel=0.06)
    assert "0 of 8 networks exploded" in description
    left, right = figure.axes
    legend = [text.get_text() for text in left.get_legend().get_texts()]
    assert legend == (["kept", "cut off"] if k == 1 else ["kept"])
    assert len(right.lines) == 1 + len(explorer.SEEDS) + 1 + 1  # true, runs, median, the border
    plt.close(figure)


def test_told_always_is_one_step_ahead_and_told_once_is_running_free() -> None:
    ahead = np.square(teacher.tell(1, W1, W2) - POINTS[21:]).mean(axis=(1, 2))
    wanted = elman.one_step_error(POINTS[:-1], POINTS[1:], W1, W2, skip=20)
    np.testing.assert_allclose(ahead, wanted, atol=1e-12)
    free = elman.free_running(POINTS[:21], 20, W1, W2)
    np.testing.assert_allclose(teacher.tell(20, W1, W2), free, atol=1e-12)


def test_told_every_third_step_the_truth_goes_in_there_alone() -> None:
    runs = teacher.tell(3, W1, W2)
    # A free run of the first three, and from the fourth on the truth has come in once more.
    np.testing.assert_allclose(runs[:, :3], elman.free_running(POINTS[:21], 3, W1, W2), atol=1e-12)
    mixed = np.concatenate([np.broadcast_to(POINTS[:21], (4, 21, 1)), runs[:, :2]], axis=1)
    mixed = np.concatenate([mixed, np.broadcast_to(POINTS[23:24], (4, 1, 1))], axis=1)
    y, _ = elman.forward(mixed, elman.zero_state(W1), W1, W2)
    np.testing.assert_allclose(runs[:, 3], y[:, -1], atol=1e-12)


@pytest.mark.parametrize(("every", "told"), [(1, 20), (5, 4), (20, 1)])
def test_the_teacher_shows_what_was_told(every: int, told: int) -> None:
    figure, description = teacher.draw_teacher(every, 10)
    w1, w2 = elman.initial_weights(teacher.SEEDS)
    after = elman.train_each_step(X, Y, w1, w2, rate=0.1, epochs=10)
    errors = np.square(teacher.tell(every, after.w1, after.w2) - POINTS[21:]).mean(axis=(1, 2))
    assert f"{(errors < 0.01).sum()} of 32 networks stay under" in description
    said = float(re.search(r"points is ([\d.e-]+);", description).group(1))
    assert said == pytest.approx(np.median(errors), rel=0.06)
    (dots,) = [line for line in figure.axes[0].lines if line.get_label() == "told"]
    assert len(dots.get_xdata()) == told
    plt.close(figure)


def test_the_explorer_counts_explosions() -> None:
    figure, description = explorer.draw_elman(20, 0.1)
    exploded = int(re.search(r"(\d) of 8 networks exploded", description).group(1))
    assert 1 <= exploded <= 7
    plt.close(figure)


def test_a_drawn_error_goes_back_k_steps() -> None:
    def backward_arrows(k: int | None) -> int:
        ax = figures.draw_unrolled(5, k)
        arrows = [text.arrow_patch for text in ax.texts if getattr(text, "arrow_patch", None)]
        plt.close(ax.figure)
        return sum(arrow.get_linestyle() == "--" for arrow in arrows)

    # One down to the last context, and one more for each further step.
    assert [backward_arrows(k) for k in (None, 1, 3, 5, 9)] == [0, 1, 3, 5, 5]


def test_runs_are_drawn_one_line_each_and_their_median() -> None:
    runs = np.arange(12.0).reshape(3, 4)
    ax = figures.draw_runs(np.arange(4), {"a": runs, "b": runs[:1]}, (np.arange(2), np.arange(2)))
    assert len(ax.lines) == 1 + 4 + 1
    assert np.array_equal(ax.lines[4].get_ydata(), runs[1])
    plt.close(ax.figure)


# ---- where it is taught

TAUGHT = [
    (elman.sine_points, "01a", 1),
    (elman.zero_state, "01a", 1),
    (elman.train_each_step, "01a", 1),
    (elman.initial_weights, "01a", 2),
    (elman.one_step_error, "01a", 2),
    (elman.free_running, "01a", 2),
    (elman.step, "01a", 3),
    (elman.forward, "01a", 3),
    (elman.bptt, "01a", 3),
    (elman.bptt, "01b", 2),
    (elman.gradient_by_lag, "01b", 2),
    (elman.train, "01b", 3),
    (elman.clip, "01b", 4),
    (teacher.teacher, "01a", 5),
    (explorer.elman, "01b", 5),
]
WORDS = {
    "01a": {1: "published tutorial", 2: "that good", 3: "by hand", 5: "explore"},
    "01b": {2: "truncation", 3: "repair", 4: "explodes", 5: "explore"},
}


@pytest.mark.parametrize(
    ("helper", "part", "section"), TAUGHT, ids=[f"{h.__name__}-{part}" for h, part, _ in TAUGHT]
)
def test_helper_names_the_section_that_teaches_it(helper: object, part: str, section: int) -> None:
    said = " ".join((helper.__doc__ or "").split())
    assert re.search(rf"lesson {part}, section {section}\b", said)


@pytest.mark.parametrize("part", WORDS)
def test_sections_are_numbered_as_the_helpers_name_them(part: str, cells: Parts) -> None:
    heads = dict(
        re.findall(
            r"^## (\d+)\. (.+)$", "\n".join(c.source for c in cells[part]), flags=re.MULTILINE
        )
    )
    for number, words in WORDS[part].items():
        assert words in heads[str(number)].lower()
