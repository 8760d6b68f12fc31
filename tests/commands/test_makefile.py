"""The Makefile: each target stands once, says what it does, and needs no file of its name."""

import re
from collections import Counter

from course_utils.settings import ROOT

MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
RULES = re.findall(r"^([a-z][a-z-]*):(.*)$", MAKEFILE, re.MULTILINE)


def test_each_target_stands_once_and_says_what_it_does() -> None:
    assert [name for name, count in Counter(name for name, _ in RULES).items() if count > 1] == []
    assert [name for name, rest in RULES if " ## " not in f" {rest}"] == []


def test_every_target_is_phony() -> None:
    (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert set(phony.split()) == {name for name, _ in RULES}


def test_ci_calls_targets_that_there_are() -> None:
    called = re.findall(
        r"^part make (\S+)", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE
    )
    assert len(called) > 5
    assert set(called) <= {name for name, _ in RULES}
