"""Every program of programs_network and strangers_network gets its verdict."""

from __future__ import annotations

import pytest

from course_utils import diagnose
from tests.diagnose import programs_network, strangers_network
from tests.diagnose.program import Program, Programs

PROGRAMS = Programs([*programs_network.PROGRAMS, *strangers_network.PROGRAMS])


@pytest.mark.parametrize("program", PROGRAMS.of(True), ids=lambda program: program.name)
def test_finds_the_fault(program: Program) -> None:
    report = diagnose.network(**program.hand_in())
    assert report.names & program.accept, report


@pytest.mark.parametrize("program", PROGRAMS.of(False), ids=lambda program: program.name)
def test_never_flags_a_right_program(program: Program) -> None:
    report = diagnose.network(**program.hand_in())
    assert not report.names, report
