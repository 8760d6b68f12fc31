"""What the exercises of lessons 05a and 05b say beyond their own checks."""

import json

import pytest
import torch
from torch import nn

from course_utils import exercises, lessons
from course_utils.lessons.airline.exercises.gru_by_hand import gru_by_hand
from course_utils.lessons.airline.exercises.turn_z_around import turn_z_around
from course_utils.recurrent import gru_step


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


@pytest.mark.parametrize("number", ["05a", "05b"])
def test_a_part_fits_into_75_minutes(number: str) -> None:
    practice = sum(one.minutes for one in lessons.exercises_of(number) if not one.optional)
    assert lessons.parts()[number].reading + practice <= 75
