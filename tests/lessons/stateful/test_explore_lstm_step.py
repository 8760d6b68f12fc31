"""The numbers that flow through lesson 04b's diagram: a real step of an LSTM."""

import pytest
import torch

from course_utils import diagrams
from course_utils.lessons.stateful.explore_lstm_step import (
    CELLS,
    FORGET_BIASES,
    HIDDEN,
    INPUTS,
    WEIGHTS,
    draw_lstm_step,
    lstm_numbers,
)
from course_utils.recurrent import lstm_step
from tests.opened import opened, settings


def by_torch(x: float, h: float, c: float, bias: float) -> tuple[float, float]:
    w, u, b = (torch.tensor([WEIGHTS[gate][place] for gate in "ifgo"]) for place in range(3))
    b[1] += bias
    state = (torch.tensor([[h]]), torch.tensor([[c]]))
    new = lstm_step(torch.tensor([[x]]), state, w[:, None], u[:, None], b, torch.zeros(4))
    return new[0].item(), new[1].item()


def test_every_setting_is_a_step_of_an_lstm() -> None:
    for setting in settings(opened("explore_lstm_step").controls):
        numbers = lstm_numbers(**setting)
        assert (numbers["h"], numbers["c"]) == pytest.approx(by_torch(**setting), abs=1e-6)
        assert numbers["kept"] + numbers["written"] == pytest.approx(numbers["c"])
        assert set(numbers) == set(diagrams.names("lstm"))


def test_the_question_has_one_answer() -> None:
    def lowest(bias: float) -> float:
        gates = [lstm_numbers(x, h, c, bias)["f"] for x in INPUTS for h in HIDDEN for c in CELLS]
        return min(gates)

    assert [bias for bias in FORGET_BIASES if lowest(bias) >= 0.9] == [4]
    assert lowest(4) == lstm_numbers(-1.0, -0.9, 1.0, 4)["f"]


def test_the_words_are_those_of_the_picture() -> None:
    figure, words = draw_lstm_step(0.5, 0.0, 1.0, 1)
    shown = [text.get_text() for text in figure.axes[0].texts]
    for number in ("1.50", "0.82", "1.14", "0.63"):
        assert number in words
        assert number in shown
    assert "−" in draw_lstm_step(-1.0, -0.9, -2.0, -2)[1]
