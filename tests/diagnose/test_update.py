"""Every program of programs_update and strangers_update gets its verdict."""

from __future__ import annotations

import pytest

from course_utils import diagnose
from tests.diagnose import programs_update, strangers_update
from tests.diagnose.program import Program, Programs

PROGRAMS = Programs([*programs_update.PROGRAMS, *strangers_update.PROGRAMS])


@pytest.mark.parametrize("program", PROGRAMS.of(True), ids=lambda program: program.name)
def test_finds_the_fault(program: Program) -> None:
    report = diagnose.update(**program.hand_in())
    assert report.names & program.accept, report


@pytest.mark.parametrize("program", PROGRAMS.of(False), ids=lambda program: program.name)
def test_never_flags_a_right_program(program: Program) -> None:
    report = diagnose.update(**program.hand_in())
    assert not report.names, report
