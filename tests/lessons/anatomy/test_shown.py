"""What the lessons show beyond their helpers: a lost axis, a masked mean, two explorers."""

import matplotlib.pyplot as plt
import pytest
import torch
from torch import nn

from course_utils import lessons
from course_utils.lessons.anatomy.exercises.last import last
from course_utils.lessons.anatomy.exercises.mean_of_real import mean_of_real
from course_utils.lessons.anatomy.exercises.pad import pad
from course_utils.lessons.anatomy.exercises.predict_shapes import predict_shapes
from course_utils.lessons.anatomy.exercises.real_steps import real_steps
from course_utils.lessons.anatomy.explore_padding import draw_padding, measure_padding
from course_utils.lessons.anatomy.explore_shapes import draw_shapes, measure_shapes
from course_utils.lessons.anatomy.reading import at_every_step
from tests.taught import defined


def test_the_lost_axis_is_the_broadcast_mean() -> None:
    lesson = defined("02b", {})
    y, lengths, targets = torch.randn(4, 3, 1), torch.tensor([3, 1, 2, 3]), torch.randn(4, 1)
    ends = last(y, lengths)
    everyone = (ends[:, None] - targets[None]).square().mean()
    assert torch.allclose(lesson["broken_loss"](y, lengths, targets), everyone)
    assert torch.allclose(lesson["sum_loss"](y, lengths, targets), (ends - targets).square().mean())


def test_the_mean_of_real_steps_is_the_loss_that_the_lesson_trains_on() -> None:
    targets, lengths = pad([torch.tensor([1, 0]), torch.tensor([1, 1, 0])], -100)
    y = torch.randn(2, 3, 2)
    each = nn.functional.cross_entropy(y.transpose(1, 2), targets, reduction="none")
    assert torch.allclose(mean_of_real(each, lengths), at_every_step(y, lengths, targets))


def test_predicted_shapes_are_those_that_the_explorer_measures() -> None:
    for layers in (1, 2, 4):
        for directions in (1, 2):
            for batch_first in (False, True):
                now = measure_shapes(layers, directions, batch_first)
                wanted = predict_shapes(5, 3, 20, layers, directions, batch_first)
                assert (now["output"], now["h_n"]) == wanted
                assert now["h_0"] == now["h_n"]
                figure, words = draw_shapes(layers, directions, batch_first)
                plt.close(figure)
                assert f"output is {wanted[0]}, h_n is {wanted[1]}" in words
    figure, words = draw_shapes(1, 1, True)
    plt.close(figure)
    assert "differ from the published layer's: input, output." in words


def test_the_padding_explorer_shows_what_the_learner_finds_out() -> None:
    for lengths in ((3, 5, 2), (8, 1, 8), (4, 4, 4)):
        filled = (~real_steps(torch.tensor(lengths), max(lengths))).sum()
        for packed in (False, True):
            stands, off = measure_padding(lengths, packed)
            assert stands == [(n if packed else max(lengths)) - 1 for n in lengths]
            for n, miss in zip(lengths, off, strict=True):
                assert (miss > 0.01) == (not packed and n < max(lengths))
            figure, words = draw_padding(*lengths, packed)
            plt.close(figure)
            assert f"{filled} of {3 * max(lengths)} steps" in words
            assert ("own last output for: none of them" in words) == (packed or filled == 0)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("explore_shapes", "the layer learns 640 numbers"),
        ("explore_padding", "h_n is not its own last output for: first (off by"),
    ],
)
def test_an_explorer_shows_its_still(
    name: str, words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNROLLED_QUIET", "1")
    lessons.explorers()[name]()
    assert words in capsys.readouterr().out
