"""The explorers of lessons 01a and 01b show what the networks do; and so do their drawings."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import figures
from course_utils.lessons.elman import explore_teacher, explore_truncation, network
from tests.lessons.elman.taught import POINTS, W1, W2, X, Y


def error_in(description: str) -> float:
    return float(re.search(r"points is ([\d.e-]+);", description).group(1))


def test_told_always_is_one_step_ahead_and_told_once_is_running_free() -> None:
    ahead = np.square(explore_teacher.tell(1, W1, W2) - POINTS[21:]).mean(axis=(1, 2))
    wanted = network.one_step_error(POINTS[:-1], POINTS[1:], W1, W2, skip=20)
    np.testing.assert_allclose(ahead, wanted, atol=1e-12)
    free = network.free_running(POINTS[:21], 20, W1, W2)
    np.testing.assert_allclose(explore_teacher.tell(20, W1, W2), free, atol=1e-12)


def test_told_every_third_step_the_truth_goes_in_there_alone() -> None:
    runs = explore_teacher.tell(3, W1, W2)
    # A free run of the first three, and from the fourth on the truth has come in once more.
    free = network.free_running(POINTS[:21], 3, W1, W2)
    np.testing.assert_allclose(runs[:, :3], free, atol=1e-12)
    mixed = np.concatenate([np.broadcast_to(POINTS[:21], (4, 21, 1)), runs[:, :2]], axis=1)
    mixed = np.concatenate([mixed, np.broadcast_to(POINTS[23:24], (4, 1, 1))], axis=1)
    y, _ = network.forward(mixed, network.zero_state(W1), W1, W2)
    np.testing.assert_allclose(runs[:, 3], y[:, -1], atol=1e-12)


@pytest.mark.parametrize(("every", "told"), [(1, 20), (5, 4), (20, 1)])
def test_the_teacher_shows_what_was_told(every: int, told: int) -> None:
    figure, description = explore_teacher.draw_teacher(every, 10)
    w1, w2 = network.initial_weights(explore_teacher.SEEDS)
    after = network.train_each_step(X, Y, w1, w2, rate=0.1, epochs=10)
    runs = explore_teacher.tell(every, after.w1, after.w2)
    errors = np.square(runs - POINTS[21:]).mean(axis=(1, 2))
    assert f"{(errors < 0.01).sum()} of 32 networks stay under" in description
    assert error_in(description) == pytest.approx(np.median(errors), rel=0.06)
    (dots,) = [line for line in figure.axes[0].lines if line.get_label() == "told"]
    assert len(dots.get_xdata()) == told


@pytest.mark.parametrize("k", [1, 20])
def test_the_truncation_shows_what_training_gives(k: int) -> None:
    figure, description = explore_truncation.draw_truncation(k, 0.03)
    w1, w2 = network.initial_weights(explore_truncation.SEEDS)
    after = network.train(X, Y, w1, w2, rate=0.03, epochs=explore_truncation.UPDATES, k=k)
    free = network.free_running(POINTS[:21], 20, after.w1, after.w2)
    error = np.median(np.square(free - POINTS[21:]).mean(axis=(1, 2)))
    assert error_in(description) == pytest.approx(error, rel=0.06)
    assert "0 of 8 networks exploded" in description
    left, right = figure.axes
    legend = [text.get_text() for text in left.get_legend().get_texts()]
    assert legend == (["kept", "cut off"] if k == 1 else ["kept"])
    runs = len(explore_truncation.SEEDS)
    assert len(right.lines) == 1 + runs + 1 + 1  # true, runs, median, the border


def test_the_truncation_counts_explosions() -> None:
    _, description = explore_truncation.draw_truncation(20, 0.1)
    exploded = int(re.search(r"(\d) of 8 networks exploded", description).group(1))
    assert 1 <= exploded <= 7


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
