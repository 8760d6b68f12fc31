"""Lesson 00's three ways in and its glossary: whole, true to the lessons, in order."""

import re

import nbformat
import pytest

from course_utils import lessons
from course_utils.commands.facts import KERNEL_SIGN
from course_utils.commands.save_notebooks import NOTEBOOKS
from course_utils.lessons.core_path import PATH
from course_utils.symptoms import SYMPTOMS

FILES = {number: f"{part.file}.ipynb" for number, part in lessons.parts().items()}


def section(anchor: str) -> str:
    cells = nbformat.read(NOTEBOOKS / FILES["00"], as_version=4).cells
    (found,) = [cell.source for cell in cells if cell.id == anchor]
    return found


def terms() -> list[list[str]]:
    """Take the glossary's entries apart: term, Chinese, sentence, link."""
    cells = nbformat.read(NOTEBOOKS / FILES["00"], as_version=4).cells
    first = [cell.id for cell in cells].index("glossary") + 1
    entry = re.compile(r"\*\*(.+?)\*\* · (.+?) · (.+) (\[.+?\]\(\S+\))")
    found = [entry.fullmatch(cell.source) for cell in cells[first:]]
    return [list(one.groups()) for one in found if one]


def prose(file: str, anchor: str) -> str:
    """Take the words from a heading on, up to the next section."""
    cells = nbformat.read(NOTEBOOKS / file, as_version=4).cells
    start = [cell.id for cell in cells].index(anchor)
    found = [cells[start].source]
    for cell in cells[start + 1 :]:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            break
        found.append(cell.source)
    return "\n".join(found).lower().replace("_", " ")


def between(anchor: str, name: str) -> str:
    """Take what stands between the two comments of a table."""
    (found,) = re.findall(
        rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", section(anchor), flags=re.DOTALL
    )
    return found


def test_the_three_ways_stand_where_the_facts_are_written() -> None:
    for number in FILES:
        assert f"[{number} · " in between("map", "lessons")
    for stretch in PATH:
        assert f"#cell-id={stretch.first})" in between("three-hours", "path")
    for symptom in SYMPTOMS:
        assert f"| {symptom.sees} |" in between("all-symptoms", "symptoms")


def test_one_can_enter_at_three_places_besides_the_beginning() -> None:
    entries = re.findall(r"\[(\w+) · .*\*\*enter here\*\*", between("map", "lessons"))
    assert entries[:3] == ["02a", "03a", "05a"]


def test_every_lesson_says_what_it_needs() -> None:
    for part in lessons.parts().values():
        assert part.needs, part.number


def test_lesson_00_takes_no_longer_than_twelve_minutes() -> None:
    (own,) = [part for part in lessons.parts().values() if part.number == "00"]
    assert own.reading + sum(one.minutes for one in lessons.exercises_of("00")) <= 12


def test_the_cold_open_comes_first_and_a_foreign_kernel_is_noticed_before_it() -> None:
    cells = nbformat.read(NOTEBOOKS / FILES["00"], as_version=4).cells
    first, second = [cell for cell in cells if cell.cell_type == "code"][:2]
    assert cells[1].id == "cold-open"
    assert "from course_utils import " in first.source
    assert KERNEL_SIGN in cells[cells.index(first) - 1].source
    assert second.source == "explore_seeds()"


def test_the_glossary_is_sorted_and_in_both_languages() -> None:
    names = [term.lower() for term, *_ in terms()]
    assert len(names) >= 40
    assert names == sorted(set(names))
    for term, chinese, sentence, _ in terms():
        assert re.search(r"[\u4e00-\u9fff]", chinese), term
        assert sentence.endswith("."), term
        assert not re.search(r"[\u4e00-\u9fff]", term)
    words = dict(row[:2] for row in terms())
    assert (words["recurrent"], words["hidden state"]) == ("循环", "隐藏状态")
    assert words["truncated BPTT"].startswith("截断")


def test_each_term_has_a_cell_of_its_own_that_a_lesson_can_link_to() -> None:
    cells = nbformat.read(NOTEBOOKS / FILES["00"], as_version=4).cells
    anchors = [cell.id for cell in cells if cell.id.startswith("term-")]
    words = [re.sub(r"\(.*\)", "", term).strip().lower() for term, *_ in terms()]
    assert anchors == ["term-" + re.sub(r"[ -]", "-", word) for word in words]


@pytest.mark.parametrize("row", terms(), ids=lambda row: row[0])
def test_a_term_is_used_where_its_link_leads(row: list[str]) -> None:
    link = re.fullmatch(r"\[lesson (\w+)\]\((\S+)#cell-id=(\S+)\)", row[3])
    assert link, row
    number, file, anchor = link.groups()
    assert file == FILES[number]
    # "padding" is found as "padded" too: the first letters are enough.
    words = re.findall(r"[A-Za-z-]+", row[0].split(" (")[0])
    text = prose(file, anchor)
    assert all(word[:5].lower() in text for word in words)
