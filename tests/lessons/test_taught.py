"""What a lesson writes out and what the package keeps are the same, in every lesson."""

import importlib

import pytest

from course_utils import lessons
from tests.taught import Taught, differences

ALL = [
    taught
    for room in lessons.rooms()
    for taught in importlib.import_module(f"tests.lessons.{room}.taught").TAUGHT
]


@pytest.mark.parametrize("taught", ALL, ids=str)
def test_a_taught_cell_is_its_helper(taught: Taught) -> None:
    assert differences(taught) == []


@pytest.mark.parametrize(
    ("name", "helper"),
    [("elman_step", lambda *given: None), ("elman_step", lambda x, state, w1, w2: (x, state))],
)
def test_a_helper_that_does_something_else_is_seen(name: str, helper: object) -> None:
    (one,) = [taught for taught in ALL if taught.name == name]
    other = Taught(lesson=one.lesson, name=name, helper=helper, calls=one.calls)
    assert differences(other) != []
