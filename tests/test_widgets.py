"""Explorers without ipywidgets; what holds for every explorer is tested in tests/lessons."""

from typing import Any

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from course_utils import settings, widgets

CONTROLS = [
    ("IntSlider", lambda: widgets.slider(3, 0, 9, 1, "a")),
    ("SelectionSlider", lambda: widgets.choice(2, [1, 2], "a")),
    ("ToggleButtons", lambda: widgets.buttons("b", ["a", "b"], "a")),
    ("Checkbox", lambda: widgets.tick(True, "a")),
]


def draw(steps: int) -> tuple[Figure, str]:
    return plt.figure(figsize=(1, 1)), f"{steps} steps."


@pytest.mark.parametrize(("kind", "make"), CONTROLS)
def test_without_ipywidgets_a_control_is_its_value(
    kind: str, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = make()
    assert type(control).__name__ == kind
    monkeypatch.setattr(settings, "has_widgets", lambda: False)
    assert vars(make()) == {"value": control.value}


@pytest.mark.parametrize("shows", [True, False])
def test_a_still_picture_with_its_words_stands_where_no_widget_can_be_shown(
    shows: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[dict[str, Any]] = []
    monkeypatch.setattr(settings, "shows_widgets", lambda: shows)
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(bundle))
    widgets.explore("How many?", {"steps": widgets.slider(3, 0, 9, 1, "steps")}, draw)
    (bundle,) = shown
    assert bundle["text/plain"] == "How many?\n3 steps."
    assert bundle["image/png"]
    assert ("application/vnd.jupyter.widget-view+json" in bundle) is shows
