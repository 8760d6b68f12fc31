"""Lesson 00's map and glossary: whole, true to the lessons, in order."""

import re

import nbformat
import pytest

from course_utils.commands.save_notebooks import NOTEBOOKS

LESSONS = {path.name.split("_")[0]: path for path in sorted(NOTEBOOKS.glob("0[1-9]*.ipynb"))}


def cell_with(heading: str) -> str:
    cells = nbformat.read(NOTEBOOKS / "00_start_here.ipynb", as_version=4).cells
    (found,) = [cell.source for cell in cells if f". {heading}\n" in cell.source]
    return found


def rows(heading: str) -> list[list[str]]:
    """Take the table out of a cell, without its head."""
    lines = [line for line in cell_with(heading).splitlines() if line.startswith("|")]
    return [[word.strip() for word in line.strip("|").split("|")] for line in lines[2:]]


def prose(lesson: str) -> str:
    notebook = nbformat.read(LESSONS[lesson], as_version=4)
    return "\n".join(cell.source for cell in notebook.cells).lower().replace("_", " ")


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_map_leads_to_every_lesson_and_says_how_long_it_takes(lesson: str) -> None:
    ((_, what, minutes, state),) = [row for row in rows("The map") if row[0] == lesson]
    assert f"]({LESSONS[lesson].name})" in what
    assert state == "here"
    told = re.findall(r"(?:Reading|exercises|quiz) (\d+) min", cell_of_time(lesson))
    assert len(told) >= 2
    assert abs(int(minutes) - sum(map(int, told))) <= 8


def cell_of_time(lesson: str) -> str:
    return nbformat.read(LESSONS[lesson], as_version=4).cells[0].source


def test_the_map_leads_nowhere_else() -> None:
    links = re.findall(r"\]\((\w+\.ipynb)\)", cell_with("The map") + cell_with("Glossary"))
    assert {name for name in links if not (NOTEBOOKS / name).exists()} == set()


def test_the_glossary_is_sorted_and_in_both_languages() -> None:
    table = rows("Glossary")
    terms = [term.lower() for term, *_ in table]
    assert len(terms) >= 40
    assert terms == sorted(set(terms))
    for term, chinese, sentence, _ in table:
        assert re.search(r"[\u4e00-\u9fff]", chinese), term
        assert sentence.endswith("."), term
        assert not re.search(r"[\u4e00-\u9fff]", term)
    words = dict(row[:2] for row in table)
    assert (words["recurrent"], words["hidden state"]) == ("循环", "隐藏状态")
    assert words["truncated BPTT"].startswith("截断")


@pytest.mark.parametrize("row", rows("Glossary"), ids=lambda row: row[0])
def test_a_term_is_used_in_the_lesson_that_is_said_to_teach_it(row: list[str]) -> None:
    term, lesson = row[0], row[3][1:].split("]")[0]
    text = prose(lesson)
    # "padding" is found as "padded" too: the first letters are enough.
    stems = [word[:5].lower() for word in re.findall(r"[A-Za-z-]+", term.split(" (")[0])]
    assert all(stem in text for stem in stems)
