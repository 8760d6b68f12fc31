"""Lesson 00's map and glossary: whole, true to the lessons, in order."""

import re

import nbformat
import pytest

from course_utils import lessons
from course_utils.commands.save_notebooks import NOTEBOOKS

FILES = {number: f"{part.file}.ipynb" for number, part in lessons.parts().items()}


def section(anchor: str) -> str:
    cells = nbformat.read(NOTEBOOKS / FILES["00"], as_version=4).cells
    (found,) = [cell.source for cell in cells if cell.id == anchor]
    return found


def terms() -> list[list[str]]:
    """Take the rows out of the glossary's table."""
    lines = [line for line in section("glossary").splitlines() if line.startswith("|")]
    return [[word.strip() for word in line.strip("|").split("|")] for line in lines[2:]]


def prose(file: str) -> str:
    notebook = nbformat.read(NOTEBOOKS / file, as_version=4)
    return "\n".join(cell.source for cell in notebook.cells).lower().replace("_", " ")


def test_the_map_stands_where_the_facts_are_written() -> None:
    (between,) = re.findall(
        r"<!-- lessons -->\n(.*?)<!-- /lessons -->", section("map"), flags=re.DOTALL
    )
    for number in FILES:
        assert number in between


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


@pytest.mark.parametrize("row", terms(), ids=lambda row: row[0])
def test_a_term_is_used_in_the_lesson_that_is_said_to_teach_it(row: list[str]) -> None:
    term, (number, file) = row[0], re.fullmatch(r"\[(\w+)\]\((\S+)\)", row[3]).groups()
    assert file == FILES[number]
    text = prose(file)
    # "padding" is found as "padded" too: the first letters are enough.
    stems = [word[:5].lower() for word in re.findall(r"[A-Za-z-]+", term.split(" (")[0])]
    assert all(stem in text for stem in stems)
