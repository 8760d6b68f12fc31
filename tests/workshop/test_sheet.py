"""The handout: one page of A4, made from the lessons, and legible without colour."""

import re
from pathlib import Path

import nbformat
import pytest

from course_utils.symptoms import SYMPTOMS, messages, states
from course_utils.workshop import pages, sheet
from tests.workshop.conftest import Open

A4 = 210 / 25.4 * 96, 297 / 25.4 * 96  # px
MARGIN = 9 / 25.4 * 96
SMALLEST = 6.5 / 72 * 96


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sheet") / "handout.html"
    path.write_text(sheet.page(), "utf-8")
    return path


def test_it_is_one_page_and_leaves_room_for_other_fonts(built: Path, opened: Open) -> None:
    width, height = (round(side - 2 * MARGIN) for side in A4)
    seen = opened(built, width, height)
    assert seen.said == seen.asked == seen.too_wide == []
    assert seen.sheets == 1
    seen.page.emulate_media(media="print")
    used = seen.page.evaluate("document.body.getBoundingClientRect().height")
    assert 0.8 * height < used < 0.95 * height


def test_a_longer_one_is_seen(built: Path, opened: Open, tmp_path: Path) -> None:
    longer = tmp_path / "longer.html"
    longer.write_text(built.read_text("utf-8").replace("</body>", "<p>more</p>" * 60), "utf-8")
    assert opened(longer).sheets == 2


def test_it_can_be_read_in_grey_and_is_not_tiny(built: Path, opened: Open) -> None:
    seen = opened(built)
    colours = seen.page.evaluate(
        "[...new Set([...document.body.querySelectorAll('*')].map(e => getComputedStyle(e).color))]"
    )
    assert colours == ["rgb(0, 0, 0)"]
    sizes = seen.page.evaluate(
        "[...document.body.querySelectorAll('p, td, th, code, h2')]"
        ".map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) > SMALLEST - 0.01


def test_shapes_messages_and_states_stand_on_it(built: Path, opened: Open) -> None:
    text = " ".join(opened(built).page.inner_text("body").split())
    assert all(word in text for word in ("h_0, h_n", "batch_first=True", "the last layer, every"))
    for kind in (messages.KIND, states.KIND):
        rows = sheet.chosen(kind)
        assert len(rows) > 10
        assert set(rows) <= set(SYMPTOMS)
        for one in rows:
            assert " ".join(pages.plain(one.sees).split()) in text
    assert not any(one.anchor in sheet.LEFT_OUT for one in sheet.chosen(messages.KIND))


def test_every_term_has_its_chinese(built: Path) -> None:
    text = built.read_text("utf-8")
    terms = sheet.glossary()
    wanted = [cell for cell in pages.cells_of("00") if cell.id.startswith("term-")]
    assert len(terms) == len(wanted) > 40
    for english, chinese in terms.items():
        assert re.search("[\u4e00-\u9fff]", chinese)
        assert f'{english} <span lang="zh">{chinese}</span>' in text


def test_it_follows_the_lessons(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = {number: pages.cells_of(number) for number in ("00", "02a")}
    monkeypatch.setattr(pages, "cells_of", cells.__getitem__)
    for cell in cells["00"] + cells["02a"]:
        cell.source = cell.source.replace("自动微分", "零").replace("(L, N, I)", "(L, N, Z)")
    text = sheet.page()
    assert "零" in text
    assert "<mi>Z</mi>" in text
    cells["00"].append(nbformat.v4.new_markdown_cell("**new** without Chinese", id="term-new"))
    with pytest.raises(ValueError, match="cell term-new of lesson 00 isn't"):
        sheet.page()


def test_make_sheet_writes_it(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "BUILT", tmp_path / "built" / "handout.html")
    assert sheet.main() == 0
    assert sheet.BUILT.read_text("utf-8") == built.read_text("utf-8")
