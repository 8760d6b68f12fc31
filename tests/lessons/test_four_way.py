"""The four-way test of every exercise of every lesson, and a few demands on how it is written.

Right answers pass; each misconception gets its own message; the untouched stub is "not
attempted"; a stand-in never counts.
"""

import ast
import importlib
import inspect
import pkgutil
import re
from functools import cache

import numpy as np
import pytest
import torch

from course_utils import lessons
from course_utils.checking import Exercise, Misconception, StandIn
from course_utils.checking.definitions import Status
from course_utils.checking.engine import examine

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

PARTS = {number: lessons.exercises_of(number) for number in lessons.parts()}
ALL = [exercise for part in PARTS.values() for exercise in part]
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
    parameters = ", ".join(
        p.name if p.default is p.empty else f"{p.name}={p.default!r}"
        for p in inspect.signature(exercise.reference).parameters.values()
    )
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


def test_every_exercise_belongs_to_a_lesson_and_no_two_have_one_id():
    written = {}  # an exercise that another module imports is one exercise all the same
    for room in lessons.rooms():
        folder = importlib.import_module(f"course_utils.lessons.{room}.exercises")
        for module in pkgutil.iter_modules(folder.__path__):
            held = vars(importlib.import_module(f"{folder.__name__}.{module.name}")).values()
            written |= {id(one): one.id for one in held if isinstance(one, Exercise)}
    assert sorted(written.values()) == sorted(exercise.id for exercise in ALL)


@each_function
def test_an_exercise_stands_in_a_module_named_after_its_function_that_says_its_id(exercise):
    module = inspect.getmodule(exercise.reference)
    assert module.__name__.rpartition(".")[2] == exercise.reference.__name__
    assert inspect.getdoc(module).startswith(f"Exercise {exercise.id}: ")


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
    outcome = examine(exercise, pasted(exercise), SECONDS)
    assert outcome.status is Status.PASSED, outcome.lines


@cache
def pasted(exercise):
    """Define the solution from its source, as a learner would paste it.

    It may use what its own module imports, but of its own lesson only the answers before it.
    """
    module = inspect.getmodule(exercise.reference)
    (part,) = (part for part in PARTS.values() if exercise in part)
    scope = {
        name: thing
        for name, thing in vars(module).items()
        if inspect.ismodule(thing)
        or getattr(thing, "__module__", module.__name__) != module.__name__
        if not any(thing is other.reference for other in part)
    }
    for other in part[: part.index(exercise)]:
        if other.kind == "function":
            scope[other.reference.__name__] = pasted(other)
    exec(exercise.solution, scope)
    return scope[exercise.reference.__name__]
