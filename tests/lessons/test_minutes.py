"""A lesson can be done in one go: its core takes no longer than a lesson at school or two."""

import pytest

from course_utils import lessons

MOST = 75


@pytest.mark.parametrize("number", lessons.parts())
def test_the_core_of_a_lesson_fits_into_75_minutes(number: str) -> None:
    part = lessons.parts()[number]
    reading = sum(n for anchor, n in part.sections.items() if anchor not in part.optional)
    practice = sum(one.minutes for one in lessons.exercises_of(number) if not one.optional)
    assert reading + practice <= MOST


@pytest.mark.parametrize("number", lessons.parts())
def test_what_is_optional_is_there(number: str) -> None:
    part = lessons.parts()[number]
    assert set(part.optional) <= set(part.sections)
