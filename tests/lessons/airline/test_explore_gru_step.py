"""The numbers that flow through lesson 05b's diagram: a real step of torch's GRU."""

from itertools import product

import pytest
import torch

from course_utils import diagrams
from course_utils.lessons.airline.explore_gru_step import (
    B_N,
    C_N,
    INPUTS,
    STATES,
    U,
    W,
    draw_gru_step,
    gru_numbers,
)
from course_utils.recurrent import gru_step
from tests.opened import opened, settings


def by_torch(x: float, h: float, update: float, reset: float) -> float:
    w, u = (torch.tensor([[weights[gate]] for gate in "rzn"]) for weights in (W, U))
    b_ih, b_hh = torch.tensor([reset, update, B_N]), torch.tensor([0.0, 0.0, C_N])
    return gru_step(torch.tensor([[x]]), torch.tensor([[h]]), w, u, b_ih, b_hh).item()


def test_every_setting_is_a_step_of_torchs_gru() -> None:
    for setting in settings(opened("explore_gru_step").controls):
        numbers = gru_numbers(**setting)
        assert numbers["h"] == pytest.approx(by_torch(**setting), abs=1e-6)
        assert numbers["kept"] + numbers["taken"] == pytest.approx(numbers["h"])
        assert set(numbers) == set(diagrams.names("gru"))


def test_the_question_has_one_answer() -> None:
    def furthest(**biases: int) -> float:
        """Over all inputs and states: how far the new state is from the old one."""
        pairs = product(INPUTS, STATES)
        return max(abs(gru_numbers(x, h, **biases)["h"] - h) for x, h in pairs)

    for other in (-6, -3, 0, 3, 6):
        assert furthest(update=6, reset=other) < 0.02
        assert furthest(update=-6, reset=other) > 0.5
    for reset in (-6, 6):
        assert furthest(update=0, reset=reset) > 0.5


def test_the_words_are_those_of_the_picture() -> None:
    figure, words = draw_gru_step(1.0, 0.4, 0, 0)
    shown = [text.get_text() for text in figure.axes[0].texts]
    for number in ("0.67", "0.77", "0.82", "0.54"):
        assert number in words
        assert number in shown
    assert "−" in draw_gru_step(-1.0, -0.9, 0, 0)[1]
