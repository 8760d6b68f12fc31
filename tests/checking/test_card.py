"""Where a card cannot be shown: in a pipe with few signs, and without ipywidgets 8."""

import io
import sys
from typing import Any

import pytest

from course_utils import settings
from course_utils.checking import card
from course_utils.checking.definitions import Outcome, Status
from tests.checking.test_engine import make


@pytest.mark.parametrize(("alphabet", "sign"), [("cp1252", "?"), ("utf-8", "✗")])
def test_a_pipe_gets_what_its_alphabet_has(
    monkeypatch: pytest.MonkeyPatch, alphabet: str, sign: str
) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding=alphabet)
    monkeypatch.setattr(sys, "stdout", out)
    card.show(Outcome(make(), Status.NOT_YET, ("It is 1 × 2.",)), lambda: "")
    out.flush()
    text = out.buffer.getvalue().decode(alphabet)
    assert text.startswith(f"{sign} not right yet · ")
    assert "It is 1 × 2." in text


@pytest.mark.parametrize("widgets", [True, False])
def test_the_words_are_shown_with_a_card_or_without(
    monkeypatch: pytest.MonkeyPatch, widgets: bool
) -> None:
    shown: list[dict[str, Any]] = []
    monkeypatch.setenv("UNROLLED_QUIET", "")
    monkeypatch.setattr(card, "_in_kernel", lambda: True)
    monkeypatch.setattr(settings, "shows_widgets", lambda: widgets)
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(bundle))
    card.show(Outcome(make(), Status.PASSED), lambda: "")
    card.show_hint("A *hint*.")
    outcome, hint = shown
    assert outcome["text/plain"].startswith("✓ passed · ")
    assert ("application/vnd.jupyter.widget-view+json" in outcome) is widgets
    # A hint needs no widget to look well.
    assert hint == {"text/plain": "A *hint*.", "text/markdown": "A *hint*."}
