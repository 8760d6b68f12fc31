"""Finds more faults than torchtest2 and rejects fewer right networks; the README tells how many."""

from __future__ import annotations

import pytest

from course_utils.settings import ROOT
from tests.diagnose.peer import FAMILIES, PROGRAMS, Verdicts, family, table, verdicts


@pytest.fixture(scope="module")
def seen() -> list[Verdicts]:
    return list(verdicts())


def test_finds_more_faults_and_rejects_fewer_right_networks(seen: list[Verdicts]) -> None:
    faulty = [one for one in seen if one.program.accept]
    right = [one for one in seen if not one.program.accept]
    assert sum(one.diagnose for one in faulty) == len(faulty)
    assert not any(one.diagnose for one in right)
    for judged in ("fails", "fails_or_warns"):
        assert sum(getattr(one, judged) for one in faulty) < len(faulty)
        assert sum(getattr(one, judged) for one in right) > 0


def test_the_other_tool_is_used_as_it_should_be(seen: list[Verdicts]) -> None:
    """It finds what its README promises, and lets most right networks pass."""
    by_name = {one.program.name: one for one in seen}
    for name in ("time_first_layer_given_batch_first_rows", "softmax_over_rows"):
        assert by_name[name].fails
    assert by_name["dropout_always_on"].fails_or_warns
    right = [one for one in seen if not one.program.accept]
    assert sum(one.fails_or_warns for one in right) < len(right) / 4


def test_every_faulty_network_is_in_a_family() -> None:
    counted = [family(program) for program in PROGRAMS if program.accept]
    assert set(counted) == set(FAMILIES)


def test_the_readme_holds_the_table_of_this_run(seen: list[Verdicts]) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    _, _, rest = readme.partition("<!-- comparison -->")
    told, _, _ = rest.partition("<!-- /comparison -->")
    assert told.strip() == table(seen), "paste what `python -m tests.diagnose.peer` prints"
