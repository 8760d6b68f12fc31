"""Many more answers to every exercise: each judged rightly, whatever cases are drawn.

A room's further answers stand in tests/lessons/<room>/answers.py: wrong ones that have no sentence
of their own, right ones in unusual style, near misses and other types of quiz values.
"""

import importlib
from functools import partialmethod

import pytest

from course_utils import lessons
from course_utils.checking import Exercise
from course_utils.checking.definitions import Status
from course_utils.checking.engine import examine

SECONDS, SEEDS = 5.0, (0, 1)
BUILD_CASES = Exercise.build_cases
EXERCISES = {e.id: e for number in lessons.parts() for e in lessons.exercises_of(number)}
ROOMS = [importlib.import_module(f"tests.lessons.{room}.answers") for room in lessons.rooms()]
WRONG, RIGHT, NEAR_MISSES, TYPES = (
    {id: answers for room in ROOMS for id, answers in getattr(room, name).items()}
    for name in ("WRONG", "RIGHT", "NEAR_MISSES", "TYPES")
)
FUNCTIONS = [id for id, exercise in EXERCISES.items() if exercise.kind == "function"]
VALUES = [id for id, exercise in EXERCISES.items() if exercise.kind == "value"]


def listed(table: dict) -> pytest.MarkDecorator:
    """Parametrise over every answer of a table, under every seed."""
    return pytest.mark.parametrize(
        ("id", "answer", "seed"),
        [
            pytest.param(id, answer, seed, id=f"{id}-{name_of(answer, n)}-{seed}")
            for id, answers in table.items()
            for n, answer in enumerate(answers)
            for seed in (SEEDS if callable(answer) else SEEDS[:1])
        ],
    )


def name_of(answer: object, number: int) -> str:
    name = getattr(answer, "__name__", "")
    return name if name.isidentifier() else str(number)


def status(id: str, answer: object, seed: int, monkeypatch: pytest.MonkeyPatch) -> Status:
    with monkeypatch.context() as patch:
        patch.setattr(Exercise, "build_cases", partialmethod(BUILD_CASES, seed))
        return examine(EXERCISES[id], answer, SECONDS).status


@listed(WRONG)
def test_a_wrong_answer_is_refused(id, answer, seed, monkeypatch):
    assert status(id, answer, seed, monkeypatch) is Status.NOT_YET


@listed(RIGHT)
def test_a_right_answer_in_unusual_style_is_accepted(id, answer, seed, monkeypatch):
    assert status(id, answer, seed, monkeypatch) is Status.PASSED


@listed(NEAR_MISSES)
def test_a_near_miss_is_refused(id, answer, seed, monkeypatch):
    assert status(id, answer, seed, monkeypatch) is Status.NOT_YET


@listed(TYPES)
def test_a_value_of_another_type_is_accepted(id, answer, seed, monkeypatch):
    assert status(id, answer, seed, monkeypatch) is Status.PASSED


@pytest.mark.parametrize("id", FUNCTIONS)
def test_there_are_enough_answers(id):
    exercise = EXERCISES[id]
    assert len(exercise.misconceptions) + len(WRONG.get(id, ())) >= 12
    assert 1 + len(exercise.also_right) + len(RIGHT.get(id, ())) >= 4
    assert exercise.space is not None


@pytest.mark.parametrize("id", VALUES)
def test_there_are_enough_values(id):
    assert len(NEAR_MISSES.get(id, ())) >= 4
    assert len(TYPES.get(id, ())) >= 2


@pytest.mark.parametrize("id", FUNCTIONS)
def test_misconceptions_and_right_answers_are_judged_alike_under_every_seed(id, monkeypatch):
    exercise = EXERCISES[id]
    for seed in SEEDS[1:]:
        for answer in (exercise.reference, *exercise.also_right):
            assert status(id, answer, seed, monkeypatch) is Status.PASSED
        for misconception in exercise.misconceptions:
            assert status(id, misconception.answer, seed, monkeypatch) is Status.NOT_YET
