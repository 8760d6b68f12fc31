"""What the exercises of lessons 05a and 05b say beyond their own checks."""

import json

import pytest
import torch
from torch import nn

from course_utils import exercises
from course_utils.checking.engine import examine
from course_utils.lessons.airline.exercises.forecast_recursively import RECURSIVE
from course_utils.lessons.airline.exercises.gru_by_hand import GRU, gru_by_hand
from course_utils.lessons.airline.exercises.rolling_origins import ORIGINS
from course_utils.lessons.airline.exercises.turn_z_around import TURN, turn_z_around
from course_utils.recurrent import gru_step
from tests.lessons.airline import answers


def test_a_turned_gate_replaces_where_the_other_keeps() -> None:
    weights = [parameter.detach() for parameter in nn.GRU(2, 4).parameters()]
    x, state = torch.randn(3, 2), torch.randn(3, 4)
    turned = gru_step(x, state, *turn_z_around(*weights), z="replaces")
    assert torch.allclose(turned, gru_by_hand(x, state, *weights), atol=1e-6)


def test_what_was_done_in_lesson_05_is_done_in_05a_and_05b(tmp_path, monkeypatch, capsys) -> None:
    kept = tmp_path / "progress.json"
    monkeypatch.setenv("UNROLLED_PROGRESS", str(kept))
    monkeypatch.setenv("UNROLLED_QUIET", "1")
    old = [f"5.{number}" for number in range(1, 10)] + ["5.Q1", "5.Q2", "5.Q3"]
    kept.write_text(json.dumps({"passed": ["1a.1", *old]}))
    for number in ("05a", "05b"):
        exercises.open(number).progress()
        assert capsys.readouterr().out.count("✓ done") == 6
    exercises.open("05b").check("5b.Q1", 1116)
    assert "5.7" not in json.loads(kept.read_text())["passed"]


@pytest.mark.parametrize(
    ("exercise", "answer", "says"),
    [
        (ORIGINS, answers.one_other_name, "calls it with first=…, so keep the names"),
        (ORIGINS, answers.floats, "return whole numbers, not floats"),
        (GRU, answers.by_gru_cell, "calls nn.GRUCell. Write the step from its formulas"),
        (GRU, answers.by_the_cells_function, "calls torch.gru_cell. Write the step"),
        (RECURSIVE, answers.carried_with_the_newest_alone, "or a state is carried on"),
        (RECURSIVE, answers.stays_in_evaluation, "leaves model in evaluation mode"),
    ],
)
def test_a_message_names_what_went_wrong(exercise, answer, says) -> None:
    assert any(says in line for line in examine(exercise, answer, 5.0).lines)


def test_a_mistake_made_in_the_weights_themselves_keeps_its_name() -> None:
    def reset_gate_in_place(*weights):
        for weight in weights:
            weight.chunk(3)[0].neg_()
        return weights

    assert "That is the reset gate" in examine(TURN, reset_gate_in_place, 5.0).lines[0]
