"""The four-way test of every exercise of every lesson, and a few demands on how it is written.

Right answers pass; each misconception gets its own message; the untouched stub is "not
attempted"; a stand-in never counts.
"""

import ast
import importlib
import inspect
import re
from types import ModuleType

import numpy as np
import pytest
import torch

from course_utils import exercises
from course_utils.exercises import Exercise, Misconception, StandIn
from course_utils.exercises.definitions import Status
from course_utils.exercises.engine import examine

SECONDS = 5.0


def longest_step():
    """Give the largest step between neighbours of a short series: a number."""
    return float(np.max(np.abs(np.diff([3.0, 5.0, 1.0, 2.0]))))


# Quiz values are tested even while no lesson has one.
SAMPLE = Exercise(
    id="sample.Q1",
    title="The largest step",
    difficulty=1,
    minutes=1,
    kind="value",
    reference=longest_step,
    also_right=(lambda: max(abs(b - a) for a, b in [(3, 5), (5, 1), (1, 2)]),),
    misconceptions=(
        Misconception(
            "signed", "Looks like falls were left out.", lambda: float(np.max(np.diff([3.0, 5.0])))
        ),
        Misconception("first to last", "Looks like the ends were compared.", lambda: 1.0),
    ),
    hints=("Falls count too.", "`np.diff`, then `np.abs`."),
    atol=0.01,
)

MODULES: dict[str, ModuleType] = {
    number: importlib.import_module(f"course_utils.exercises.lesson_{number}")
    for number in exercises.known_lessons()
}
ALL = [exercise for module in MODULES.values() for exercise in module.EXERCISES]
FUNCTIONS = [exercise for exercise in ALL if exercise.kind == "function"]
VALUES = [exercise for exercise in [*ALL, SAMPLE] if exercise.kind == "value"]

each = pytest.mark.parametrize("exercise", [*ALL, SAMPLE], ids=lambda e: e.id)
each_function = pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.id)
each_value = pytest.mark.parametrize("exercise", VALUES, ids=lambda e: e.id)


def handed_in(exercise, answer):
    """What a learner hands in: the function, or for a quiz the value it gives."""
    return answer if exercise.kind == "function" else answer()


def untouched_stub(exercise):
    if exercise.kind == "value":
        return ...
    name = exercise.reference.__name__
    parameters = ", ".join(inspect.signature(exercise.reference).parameters)
    scope = {}
    exec(f"def {name}({parameters}):\n    raise NotImplementedError", scope)
    return scope[name]


def spoiled(result):
    """Of the same structure, shape and dtype, but wrong in every place."""
    if isinstance(result, tuple | list):
        return type(result)(spoiled(part) for part in result)
    if isinstance(result, dict):
        return {key: spoiled(part) for key, part in result.items()}
    if isinstance(result, torch.Tensor):
        return ~result if result.dtype == torch.bool else result + 1
    if isinstance(result, np.ndarray):
        return ~result if result.dtype == bool else result + np.ones((), result.dtype)
    if isinstance(result, bool):
        return not result
    return result + "?" if isinstance(result, str) else result * 2 + 1000


@each
def test_the_reference_and_other_right_answers_pass(exercise):
    assert len(exercise.also_right) >= 1
    for answer in (exercise.reference, *exercise.also_right):
        outcome = examine(exercise, handed_in(exercise, answer), SECONDS)
        assert outcome.status is Status.PASSED, outcome.lines


@pytest.mark.parametrize(
    ("exercise", "misconception"),
    [
        pytest.param(exercise, misconception, id=f"{exercise.id}-{misconception.name}")
        for exercise in [*ALL, SAMPLE]
        for misconception in exercise.misconceptions
    ],
)
def test_a_misconception_gets_its_own_message(exercise, misconception):
    outcome = examine(exercise, handed_in(exercise, misconception.answer), SECONDS)
    assert outcome.status is Status.NOT_YET
    assert outcome.lines[0] == misconception.says
    assert len(outcome.lines) > 1  # what was got and what was wanted follows


@each
def test_there_are_enough_misconceptions_and_no_two_the_same(exercise):
    assert len(exercise.misconceptions) >= (4 if exercise.kind == "function" else 2)
    for field in ("name", "says"):
        texts = [getattr(misconception, field) for misconception in exercise.misconceptions]
        assert len(set(texts)) == len(texts)


@each
def test_the_untouched_stub_is_not_attempted(exercise):
    assert examine(exercise, untouched_stub(exercise), SECONDS).status is Status.NOT_ATTEMPTED


@each_function
def test_a_stand_in_never_counts(exercise):
    assert examine(exercise, StandIn(exercise), SECONDS).status is Status.STAND_IN


@each_function
def test_no_check_accepts_just_anything(exercise):
    def same_shape_other_values(*args):
        return spoiled(exercise.reference(*args))

    answers = [same_shape_other_values, lambda *args: None, lambda *args: 0.0, lambda *args: args]
    for answer in answers:
        assert examine(exercise, answer, SECONDS).status is Status.NOT_YET


@pytest.mark.parametrize(
    "exercise", [e for e in [*ALL, SAMPLE] if e.kind == "value"], ids=lambda e: e.id
)
def test_no_quiz_accepts_just_anything(exercise):
    for answer in (spoiled(handed_in(exercise, exercise.reference)), None, "?", ()):
        outcome = examine(exercise, answer, SECONDS)
        assert outcome.status is Status.NOT_YET


def test_every_id_is_unique_and_belongs_to_its_lesson():
    ids = [exercise.id for exercise in ALL]
    assert len(set(ids)) == len(ids)
    for number, module in MODULES.items():
        begins = (number.lstrip("0") or "0") + "."
        wrong = [e.id for e in module.EXERCISES if not e.id.startswith(begins)]
        assert not wrong, f"lesson {number} holds {wrong}"


@each
def test_no_hint_is_the_whole_solution(exercise):
    body = ast.parse(inspect.getsource(exercise.reference)).body[0].body
    statements = [squeezed(ast.unparse(s).removeprefix("return ")) for s in body[1:]]
    for hint in exercise.hints:
        assert not all(statement in squeezed(hint) for statement in statements)


def squeezed(text):
    return re.sub(r"\s", "", text)


@each
def test_the_reference_says_what_goes_in_and_out(exercise):
    says = r"\(.*\)|shape" if exercise.kind == "function" else r"\w"
    assert re.search(says, inspect.getdoc(exercise.reference) or "")


@each_function
def test_the_solution_stands_alone_in_the_lesson(exercise):
    """Its source is what a learner would paste: only imports and earlier answers may be used."""
    module = inspect.getmodule(exercise.reference)
    scope = {
        name: thing
        for name, thing in vars(module).items()
        if inspect.ismodule(thing)
        or getattr(thing, "__module__", module.__name__) != module.__name__
    }
    for other in module.EXERCISES:
        if other.kind == "function":
            exec(other.solution, scope)
        if other is exercise:
            break
    outcome = examine(exercise, scope[exercise.reference.__name__], SECONDS)
    assert outcome.status is Status.PASSED, outcome.lines
