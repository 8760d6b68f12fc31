"""What holds for every explorer: a question, keys that move its controls, words for a picture."""

import re
from pathlib import Path

import ipywidgets
import pytest

from course_utils import lessons, widgets
from tests.opened import Opened, opened, settings, values

# Arrow keys move the first two, the space bar presses the others. JupyterLab keeps the arrow
# keys from a Dropdown.
BY_KEYBOARD = (
    ipywidgets.SelectionSlider,
    ipywidgets.IntSlider,
    ipywidgets.ToggleButtons,
    ipywidgets.Checkbox,
)


@pytest.fixture(params=lessons.explorers())
def one(request: pytest.FixtureRequest) -> Opened:
    return opened(request.param)


def test_one_question_is_asked(one: Opened) -> None:
    assert one.question.count("?") == 1
    assert one.question.endswith("?")


def test_every_control_is_named_and_moved_by_the_keyboard(one: Opened) -> None:
    for name, control in one.controls.items():
        assert isinstance(control, BY_KEYBOARD)
        assert control.description
        assert len(values(control)) > 1
        assert not control.disabled
        assert name in settings(one.controls)[0]


def test_a_move_of_any_control_changes_the_picture_and_its_words(one: Opened) -> None:
    start = {name: control.value for name, control in one.controls.items()}
    picture, words = widgets.still(one.draw, start)
    for name, control in one.controls.items():
        others = [value for value in values(control) if value != start[name]]
        moved, said = widgets.still(one.draw, start | {name: others[-1]})
        assert moved != picture
        assert said != words


def test_the_words_are_whole_sentences_and_hold_numbers(one: Opened) -> None:
    for setting in settings(one.controls)[:: max(1, len(settings(one.controls)) // 4)]:
        _, words = one.draw(**setting)
        assert re.search(r"\d", words)
        assert words.endswith(".")
        assert len(words) < 300


def test_a_picture_does_not_depend_on_the_one_before(one: Opened) -> None:
    every = settings(one.controls)
    first, last = every[0], every[-1]
    fresh = [widgets.still(one.draw, setting) for setting in (first, last, first)]
    assert fresh[0] == fresh[2]
    widgets._kept.cache_clear()
    assert [widgets.still(one.draw, setting) for setting in (last, first)] == fresh[1:]


def shown(one: Opened, quiet: str, monkeypatch: pytest.MonkeyPatch) -> dict:
    bundles: list[dict] = []
    monkeypatch.setenv("UNROLLED_QUIET", quiet)
    monkeypatch.setattr("IPython.display.display", lambda bundle, **_: bundles.append(bundle))
    widgets.explore(*one)
    (bundle,) = bundles
    return bundle


def test_a_still_picture_and_its_words_stand_where_no_widget_runs(
    one: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = shown(one, "", monkeypatch)
    picture, words = widgets.still(one.draw, {name: c.value for name, c in one.controls.items()})
    assert bundle["text/plain"] == f"{one.question}\n{words}"
    assert widgets.base64.b64decode(bundle["image/png"]) == picture
    assert any("widget" in mime for mime in bundle)


def test_where_nobody_watches_there_is_no_widget(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(shown(opened("explore_unrolled"), "1", monkeypatch)) == ["text/plain", "image/png"]


def test_a_moved_control_is_answered() -> None:
    one = opened("explore_unrolled")
    box = widgets.live(one.question, one.controls, one.draw)
    heading, controls, image, words = box.children
    assert one.question in heading.value
    assert controls.children == tuple(one.controls.values())
    before = image.value
    controls.children[0].value = 0.4
    picture, said = widgets.still(one.draw, {"memory": 0.4}, compress=1)
    assert image.value == picture != before
    assert f">{said}<" in words.value


def test_words_are_not_taken_for_markup() -> None:
    one = opened("explore_unrolled")
    box = widgets.live(
        "Is a < b?", one.controls, lambda memory: (one.draw(memory)[0], "a < b & c.")
    )
    assert box.children[0].value == "<b>Is a &lt; b?</b>"
    assert ">a &lt; b &amp; c.<" in box.children[3].value


def test_every_explorer_has_the_name_of_its_module() -> None:
    files = sorted(path.stem for path in Path(lessons.__path__[0]).glob("*/explore_*.py"))
    assert sorted(lessons.explorers()) == files
    for name, explorer in lessons.explorers().items():
        assert explorer.__module__.rpartition(".")[2] == explorer.__name__ == name
