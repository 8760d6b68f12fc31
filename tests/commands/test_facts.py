"""A fact is written once: notebooks, README and docstrings agree with the rooms.

Every notebook of the course is looked at; then a tiny course made here is spoilt in every way,
to see that each difference is found and each fault is named.
"""

import ast
import dataclasses
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils import lessons, settings
from course_utils.checking import Exercise
from course_utils.commands import course as commands_course
from course_utils.commands import facts, marks, save_notebooks
from course_utils.commands.course import Course, numbers_of, read_course, titles_of
from course_utils.lessons import Part
from course_utils.lessons.core_path import Stretch
from course_utils.symptoms import SYMPTOMS as SHIPPED_SYMPTOMS
from course_utils.symptoms import Symptom

FILES = [*sorted(save_notebooks.NOTEBOOKS.glob("*.ipynb")), settings.ROOT / "README.md"]
TEXTS = [settings.ROOT / name for name in ("README.md", "CONTRIBUTING.md", "data/README.md")]
INSIDE = re.compile(r"\]\(#([^)]+)\)")
HEADINGS = re.compile(r"^#+ (.*)", re.MULTILINE)
MODULES = sorted((settings.ROOT / "course_utils").rglob("*.py"))


# ---- the course


@pytest.fixture(scope="module")
def course() -> Course:
    return read_course(save_notebooks.NOTEBOOKS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_fact_is_in_its_place(path: Path, course: Course) -> None:
    page = facts.in_file(path, course)
    assert page.faults == []
    assert page.differences == [], "run: make notebooks ARGS=--facts"


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_link_of_a_text_leads_somewhere(path: Path, course: Course) -> None:
    text = path.read_text("utf-8")
    page = facts.Page(path.name, text)
    facts._links(text, "", path.parent, course, page)
    assert page.faults == []
    assert set(INSIDE.findall(text)) <= set(map(slug, HEADINGS.findall(text)))


def slug(heading: str) -> str:
    """Give the anchor that a heading has on the web."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("one", SHIPPED_SYMPTOMS, ids=lambda one: f"{one.lesson}-{one.anchor}")
def test_every_symptom_leads_to_a_cell(one: Symptom, course: Course) -> None:
    assert one.anchor in course.cells[course.file(one.lesson)]


def test_every_lesson_has_its_notebook(course: Course) -> None:
    assert [f"{part.file}.ipynb" for part in course.parts] == sorted(course.cells)


def test_lesson_00_and_the_readme_show_the_three_ways_in(course: Course) -> None:
    for path, names in (
        (FILES[0], ("path", "lessons", "symptoms")),
        (FILES[-1], ("path", "lessons", "some-symptoms")),
    ):
        for name in names:
            assert f"<!-- {name} -->" in path.read_text("utf-8")


# ---- a tiny course, as it should be


def exercise(id: str, title: str, minutes: int, optional: bool = False) -> Exercise:
    return Exercise(
        id=id,
        title=title,
        difficulty=1,
        minutes=minutes,
        optional=optional,
        kind="value",
        reference=lambda: 1,
        misconceptions=(),
        hints=("Look.", "Look again."),
    )


ONE = Part(
    number="01a",
    title="One",
    file="01a_one",
    subject="a step",
    machine="under 1 min",
    needs="nothing",
    entry=True,
    sections={"objectives": 1, "first": 4, "second": 5, "aside": 2},
    optional=("aside",),
)
TWO = Part(
    number="01b",
    title="Two",
    file="01b_two",
    subject="two steps",
    machine="about 20 s",
    needs="01a",
    sections={"third": 3},
)
EXERCISES = {
    "01a": (
        exercise("1a.1", "Take it apart", 8),
        exercise("1a.2", "Once more", 3, optional=True),
        exercise("1a.Q1", "A number", 2),
    ),
    "01b": (),
}
CELLS = {
    "head": "# 01a · One\n\n"
    "Reading 10 min, plus 2 optional · exercises 10 min, plus 3 optional · machine under 1 min.\n"
    f"{marks.LINE}\n"
    "Rest after [section 1](#cell-id=first).",
    "objectives": "## You will be able to\n\n- see.",
    "first": "## 1. First\n\n```\n## no heading, and no [link](nowhere.md)\n```",
    "exercise-1a-1": "### Exercise 1a.1 · Take it apart  ●○○  8 min\n\nWrite it.\n\n"
    + facts.KERNEL_LINE,
    "code": "x = 1",
    "second": "## 2. Second ◆\n\nAs `section 3`, [section 1](#cell-id=first), "
    "[here](#cell-id=code), [section 1 of 01b](01b_two.ipynb#cell-id=third) and section 5.2 of a [book](https://x.org#y).",
    "exercise-1a-2": "### Exercise 1a.2 · Once more  ●○○  3 min · optional ◆",
    "aside": "## 3. Aside · optional\n\nIn sections [1](#cell-id=first) and [2](#cell-id=second).",
    "map": "<!-- lessons -->\n\n| lesson | what you take apart | you need | minutes |\n"
    "|---|---|---|--:|\n"
    "| [01a · One](01a_one.ipynb) | a step | **enter here**: nothing | 20 + 5 |\n"
    "| [01b · Two](01b_two.ipynb) | two steps | 01a | 3 |\n\n<!-- /lessons -->\n\nMore.",
}
PATH = (
    Stretch(lesson="01a", first="second", last="second", exercises=("1a.2",), finds="a slip"),
    Stretch(lesson="01b", first="third", last="third", part=1),
)
SYMPTOMS = (
    Symptom("Loud", "an error", "It is one.", "01a", "first"),
    Symptom("Loud", "a warning", "It is none.", "01a", "code"),
    Symptom("Loud", "a line", "It is flat.", "01a", "second"),
    Symptom("Quiet", "a slip", "It is yours.", "01b", "third"),
)
PATH_TABLE = """<!-- path -->

| lesson | begin at | exercises | minutes | a silent fault you'll find afterwards |
|---|---|---|--:|---|
| 01a | [Second](notebooks/01a_one.ipynb#cell-id=second) | 1a.2 | 8 | a slip |
| 01b | [Third](notebooks/01b_two.ipynb#cell-id=third) | | 1 | |
| | **all of it** | | **9** | |

<!-- /path -->"""
SOME_SYMPTOMS = """<!-- some-symptoms -->

| what you see | what it is | where |
|---|---|---|
| **Loud** | | |
| an error | It is one. | [lesson 01a](notebooks/01a_one.ipynb#cell-id=first) |
| a warning | It is none. | [lesson 01a](notebooks/01a_one.ipynb#cell-id=code) |
| **Quiet** | | |
| a slip | It is yours. | [lesson 01b](notebooks/01b_two.ipynb#cell-id=third) |

<!-- /some-symptoms -->"""
README = "\n\n".join(
    [
        "# Tiny",
        CELLS["map"].replace("](", "](notebooks/") + " [The law](LICENSE#mit)",
        *(PATH_TABLE, SOME_SYMPTOMS, "<!-- other -->\nAs it is.\n<!-- /other -->"),
    ]
)


def notebook(**changed: str) -> NotebookNode:
    """Take the tiny lesson, with some of its cells changed (an underscore for a hyphen)."""
    cells = CELLS | {name.replace("_", "-"): source for name, source in changed.items()}
    return new_notebook(
        cells=[
            (new_code_cell if id == "code" else new_markdown_cell)(source, id=id)
            for id, source in cells.items()
        ]
    )


@pytest.fixture
def tiny(tmp_path: Path) -> Course:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    other = new_notebook(cells=[new_markdown_cell("## 1. Third", id="third")])
    written = {f"{ONE.file}.ipynb": notebook(), f"{TWO.file}.ipynb": other}
    for name, one in written.items():
        nbformat.write(one, folder / name)
    start = new_markdown_cell("## 1. Three hours", id="three-hours")
    nbformat.write(new_notebook(cells=[start]), folder / "00_start_here.ipynb")
    (tmp_path / "LICENSE").touch()
    return Course(
        folder,
        (ONE, TWO),
        EXERCISES.__getitem__,
        {name: numbers_of(one) for name, one in written.items()},
        {name: titles_of(one) for name, one in written.items()},
        PATH,
        SYMPTOMS,
    )


def test_a_notebook_in_order_is_left_alone(tiny: Course) -> None:
    page = facts.in_notebook(notebook(), ONE, tiny)
    assert (page.faults, page.differences, page.content) == ([], [], notebook())
    page = facts.in_readme(README, tiny)
    assert (page.faults, page.differences, page.content) == ([], [], README)


# ---- what differs is seen, and written anew


@pytest.mark.parametrize(
    ("cell", "old", "new"),
    [
        ("head", "# 01a · One", "# 01 · One too many"),
        ("head", "Reading 10 min, plus 2 optional", "Reading 12 min"),
        ("head", "exercises 10 min, plus 3", "exercises 13 min, plus 5"),
        ("head", "under 1 min.", "an hour."),
        ("head", "section 1", "section 2"),
        ("second", "## 2. ", "## 4. "),
        ("second", "[section 1]", "[section 7]"),
        ("second", "section 1 of 01b", "section 2 of 01a"),
        ("exercise-1a-1", "Take it apart", "Put it together"),
        ("exercise-1a-1", "●○○", "●●○"),
        ("exercise-1a-1", " · Take it apart  ●○○  8 min", " ●○○ (8 min): take it apart"),
        ("exercise-1a-2", " · optional", ""),
        ("aside", "[2]", "[3]"),
        ("aside", " · optional", ""),
        ("first", "First", "First · optional"),
        ("map", "| 20 + 5 |", "| 25 |"),
        ("map", "**enter here**: ", ""),
        ("map", "a step", "a stride"),
        ("map", "01a · One", "01a · The one"),
        ("map", "| [01b · Two](01b_two.ipynb) | two steps | 01a | 3 |\n", ""),
        ("map", CELLS["map"].removesuffix("\n\nMore."), "<!-- lessons -->\n<!-- /lessons -->"),
    ],
)
def test_a_fact_changed_by_hand_is_written_anew(
    tiny: Course, cell: str, old: str, new: str
) -> None:
    assert old in CELLS[cell]
    spoilt = notebook(**{cell.replace("-", "_"): CELLS[cell].replace(old, new)})
    page = facts.in_notebook(spoilt, ONE, tiny)
    assert page.faults == []
    assert page.content == notebook()
    assert page.differences
    assert all(re.match(r'01a_one\.ipynb: ".*" becomes ".*"$', line) for line in page.differences)


def test_a_section_that_moves_is_numbered_anew_and_so_are_its_links(tiny: Course) -> None:
    moved = notebook(second=CELLS["second"].replace("## 2. Second", "## 1. Second"))
    moved.cells[2], moved.cells[5] = moved.cells[5], moved.cells[2]
    cells = {**tiny.cells, "01a_one.ipynb": numbers_of(moved)}
    page = facts.in_notebook(moved, ONE, Course(tiny.folder, (ONE,), lambda _: (), cells))
    sources = {cell.id: cell.source for cell in page.content.cells}
    assert sources["first"].startswith("## 2. First")
    assert "[section 2](#cell-id=first)" in sources["head"]
    assert sources["aside"].endswith("In sections [2](#cell-id=first) and [1](#cell-id=second).")


def test_an_optional_section_that_says_so_itself_is_left_alone(tiny: Course) -> None:
    own = notebook(aside=CELLS["aside"].replace("Aside · optional", "Optional: an aside"))
    page = facts.in_notebook(own, ONE, tiny)
    assert (page.faults, page.differences) == ([], [])


def test_the_words_for_a_foreign_kernel_stand_above_the_first_code_cell(tiny: Course) -> None:
    bare = notebook(exercise_1a_1=CELLS["exercise-1a-1"].replace(f"\n\n{facts.KERNEL_LINE}", ""))
    page = facts.in_notebook(bare, ONE, tiny)
    assert page.content == notebook()
    assert "No module named 'course_utils'" in page.differences[0]


def test_the_readme_gets_its_map(tiny: Course) -> None:
    page = facts.in_readme(README.replace("| 20 + 5 |", "| 2 |"), tiny)
    assert page.content == README
    (line,) = page.differences
    assert line.startswith('README.md: "| [01a · One](notebooks/01a_one.ipynb) | a step | **enter')
    for spoilt in (
        README.replace("| 1a.2 | 8 |", "| | 5 |"),
        README.replace("**9**", "**180**"),
        README.replace(PATH_TABLE, "<!-- path -->\n<!-- /path -->"),
        README.replace("| a warning |", "| a waring |"),
        README.replace(SOME_SYMPTOMS, "<!-- some-symptoms -->\nx\n<!-- /some-symptoms -->"),
    ):
        page = facts.in_readme(spoilt, tiny)
        assert page.content == README
        assert page.differences


# ---- the three-hour path


@pytest.mark.parametrize(
    ("cell", "old", "new"),
    [
        ("second", "Second ◆", "Second"),
        ("first", "## 1. First", "## 1. First ◆"),
        ("aside", "optional", "optional ◆"),
        ("exercise-1a-2", " ◆", ""),
        ("exercise-1a-1", "8 min", "8 min ◆"),
        ("head", f"{marks.LINE}\n", ""),
        ("head", marks.LINE, "◆ is a sign of ours."),
    ],
)
def test_the_signs_of_the_path_are_written_anew(
    tiny: Course, cell: str, old: str, new: str
) -> None:
    assert old in CELLS[cell]
    spoilt = notebook(**{cell.replace("-", "_"): CELLS[cell].replace(old, new)})
    page = facts.in_notebook(spoilt, ONE, tiny)
    assert (page.faults, page.content) == ([], notebook())
    assert page.differences


def test_a_lesson_that_is_not_on_the_path_has_no_sign(tiny: Course) -> None:
    page = facts.in_notebook(notebook(), ONE, dataclasses.replace(tiny, path=()))
    assert "◆" not in "".join(cell.source for cell in page.content.cells)


PARTED = [
    new_markdown_cell("# T", id="head"),
    new_markdown_cell("## 1. A", id="a"),
    new_markdown_cell("### B\n\nWords.\n\n### C\n\n```\n### no heading\n```", id="b"),
    new_markdown_cell("### Exercise 1a.1 · D", id="exercise-1a-1"),
    new_code_cell("x = 1", id="x"),
    new_markdown_cell("### E", id="e"),
    new_markdown_cell("## 2. F", id="f"),
]


@pytest.mark.parametrize(
    ("first", "last", "part", "wanted"),
    [
        ("a", "a", None, "a b exercise-1a-1 x e"),
        ("a", "f", None, "a b exercise-1a-1 x e f"),
        ("a", "a", 1, "a"),
        ("b", "b", 1, "b exercise-1a-1 x"),
        ("a", "b", 1, "a b exercise-1a-1 x"),
        ("e", "f", 1, "e f"),
    ],
)
def test_a_stretch_reaches_to_the_next_section_or_as_a_part_to_the_next_heading(
    first: str, last: str, part: int | None, wanted: str
) -> None:
    stretch = Stretch(lesson="01a", first=first, last=last, part=part)
    assert [PARTED[place].id for place in marks.extent(PARTED, stretch)] == wanted.split()


def test_every_heading_of_a_cell_is_marked_and_no_other_line() -> None:
    marked = marks.marked(PARTED[2].source, True)
    assert marked == "### B ◆\n\nWords.\n\n### C ◆\n\n```\n### no heading\n```"
    assert marks.marked(marked, True) == marked
    assert marks.marked(marked, False) == PARTED[2].source


@pytest.mark.parametrize(
    ("stretches", "words"),
    [
        ([("b", "c", ())], 'no cell "c" begins with a heading, wanted one for the three-hour'),
        ([("e", "a", ())], '"a" is above "e", wanted below'),
        ([("a", "b", ()), ("b", "e", ())], 'the stretch from "b" on begins inside another'),
        ([("e", "e", ("1a.1",))], 'exercise 1a.1 is not between "e" and the end of "e"'),
        ([("exercise-1a-1", "e", ())], 'no cell "exercise-1a-1" begins with a heading'),
    ],
)
def test_a_fault_of_the_path_is_named(
    stretches: list[tuple[str, str, tuple[str, ...]]], words: str
) -> None:
    path = [
        Stretch(lesson="01a", first=first, last=last, part=1, exercises=exercises)
        for first, last, exercises in stretches
    ]
    (fault,) = marks.places_on(PARTED, path)[1]
    assert words in fault


# ---- what only a person can put right is named

FAULTS = [
    ("head", "# 01a · One", "One", 'the first cell begins with "One", wanted "# 01a · One"'),
    (
        "head",
        "Reading 10 min,",
        "Reading ten minutes,",
        'the first cell has 0 lines of minutes, wanted one: "Reading 10 min, plus 2 optional · ',
    ),
    ("head", "under 1 min.", "under 1 min. Rest.", "the first cell has 0 lines of minutes"),
    ("first", "## 1. First", "First", 'no cell "first" begins with "## ", wanted one for the sec'),
    ("first", "1. First", "1. First\n\n## New", 'cell "first": "## New" must begin a cell of its'),
    (
        "exercise-1a-1",
        "Write it.",
        "### Exercise 1a.2: more",
        'cell "exercise-1a-1": "### Exercise 1a.2: more" must begin a cell of its own',
    ),
    (
        "exercise-1a-1",
        "### Exercise",
        "A word before.\n\n### Exercise",
        'no cell "exercise-1a-1" begins with "### Exercise ", wanted one for "### Exercise 1a.1 · ',
    ),
    (
        "map",
        "More.",
        "See section 2.",
        'cell "map": "section 2" is not a link, wanted [section N](',
    ),
    ("map", "More.", "See Sections 1 to 3.", 'cell "map": "Sections 1" is not a link, wanted '),
    ("aside", "=second", "=sceond", 'no cell with the id "sceond"'),
    ("aside", "#cell-id=second", "#2.-Second", 'no cell with the id "2.-Second"'),
    ("aside", "=second", "=objectives", "names a number, but no numbered heading is there"),
    ("second", "=third", "=fourth", '01b_two.ipynb has no cell with the id "fourth"'),
    (
        "second",
        "01b_two.ipynb",
        "01c_two.ipynb",
        'cell "second": [section 1 of 01b](01c_two.ipynb#cell-id=third) leads to no file, wanted',
    ),
    ("map", "More.", "![A figure](pictures/one.png)", "leads to no file, wanted one in notebooks"),
]


@pytest.mark.parametrize(("cell", "old", "new", "words"), FAULTS)
def test_a_fault_is_named(tiny: Course, cell: str, old: str, new: str, words: str) -> None:
    assert old in CELLS[cell]
    spoilt = notebook(**{cell.replace("-", "_"): CELLS[cell].replace(old, new)})
    page = facts.in_notebook(spoilt, ONE, tiny)
    assert words in "\n".join(page.faults)
    assert all(line.startswith("01a_one.ipynb: ") and "\n" not in line for line in page.faults)


def test_a_heading_under_another_id_is_named(tiny: Course) -> None:
    for place, id, wanted in (
        (2, "frist", "objectives, first, second, aside"),
        (3, "exercise-1a-3", "exercise-1a-1, exercise-1a-2"),
    ):
        spoilt = notebook()
        spoilt.cells[place].id = id
        (missing, unknown, *_) = facts.in_notebook(spoilt, ONE, tiny).faults
        assert f'no cell "{list(CELLS)[place]}" begins with ' in missing
        assert f'cell "{id}" begins with "##' in unknown
        assert unknown.endswith(f"wanted as id: {wanted}")


def test_headings_in_another_order_are_named(tiny: Course) -> None:
    spoilt = notebook()
    spoilt.cells[1], spoilt.cells[2] = spoilt.cells[2], spoilt.cells[1]
    (line,) = facts.in_notebook(spoilt, ONE, tiny).faults
    order = "first, objectives, second, aside, wanted objectives, first, second, aside"
    assert line == f"01a_one.ipynb: the order is {order}"


def test_a_notebook_without_a_lesson_and_a_readme_without_a_map_are_named(
    tiny: Course,
) -> None:
    stray = tiny.folder / "09_stray.ipynb"
    nbformat.write(notebook(), stray)
    (line,) = facts.in_file(stray, tiny).faults
    assert line.startswith("09_stray.ipynb: no lesson has this file, wanted one of ['01a_one', ")
    (line,) = facts.in_readme(README.replace(PATH_TABLE, ""), tiny).faults
    assert line.startswith("README.md: it has no table of path, wanted <!-- path --> and ")
    (line,) = facts.in_readme(README.replace("LICENSE", "LICENCE"), tiny).faults
    assert line.startswith("README.md: [The law](LICENCE#mit) leads to no file")


# ---- the command writes them


@pytest.fixture
def command(tiny: Course, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Give `make notebooks` for the tiny course: it takes arguments and gives the exit status."""
    readme = tiny.folder.parent / "README.md"
    readme.write_text(README.replace("| 20 + 5 |", "| 2 |"), "utf-8")
    monkeypatch.setattr(save_notebooks, "NOTEBOOKS", tiny.folder)
    monkeypatch.setattr(lessons, "parts", lambda: {part.number: part for part in (ONE, TWO)})
    monkeypatch.setattr(lessons, "exercises_of", EXERCISES.__getitem__)
    monkeypatch.setattr(commands_course, "PATH", PATH)
    monkeypatch.setattr(commands_course, "SYMPTOMS", SYMPTOMS)

    def run(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["save_notebooks", *arguments])
        return save_notebooks.main()

    return run


def test_the_command_writes_the_facts_without_executing_anything(
    command: Callable[..., int], tiny: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tiny.folder / "01a_one.ipynb"
    nbformat.write(notebook(head=CELLS["head"].replace("· One", "· Won")), path)
    before = (tiny.folder / "01b_two.ipynb").read_bytes()
    assert command("--facts") == 1  # 01b is no whole lesson
    said = capsys.readouterr()
    assert said.out.splitlines()[0] == '01a_one.ipynb: "# 01a · Won" becomes "# 01a · One"'
    assert 'notebooks: 01b_two.ipynb: the first cell begins with "## 1. Third", wanted' in said.err
    written = nbformat.read(path, as_version=4)
    assert written.cells == notebook().cells
    assert written.cells[4].execution_count is None
    assert (tiny.folder.parent / "README.md").read_text("utf-8") == README
    assert (tiny.folder / "01b_two.ipynb").read_bytes() == before
    assert command("--facts", "--only", "01a") == 0
    assert capsys.readouterr() == ("", "")


def test_the_command_writes_the_facts_before_it_executes(
    command: Callable[..., int], tiny: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tiny.folder / "01a_one.ipynb"
    nbformat.write(notebook(head=CELLS["head"].replace("· One", "· Won")), path)
    assert command("--only", "01a") == 0
    assert nbformat.read(path, as_version=4).cells[4].execution_count == 1
    assert nbformat.read(path, as_version=4).cells[0].source == CELLS["head"]
    assert "01a_one.ipynb: " in capsys.readouterr().out


# ---- what the package says of the lessons


def texts(source: str) -> Iterator[str]:
    """Go through the docstrings and messages of a module, each in one line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield " ".join(node.value.split())


WORD = re.compile(
    r"\b[Ll]essons? (?P<lesson>\d\d[ab]?)"
    r"|(?<!`)`(?P<anchor>[a-z0-9]+(?:-[a-z0-9]+)*)`(?!`)"
    r"|(?P<joint>,? and |, )"
    r"|\S"
)


@cache
def anchors(lesson: str) -> set[str]:
    """Give the ids of the cells of a lesson that begin with a heading."""
    part = lessons.parts()[lesson]
    path = save_notebooks.NOTEBOOKS / f"{part.file}.ipynb"
    found = titles_of(nbformat.read(path, as_version=4)) if path.exists() else {}
    return set(part.sections) | set(found)


def misnamed(text: str) -> list[str]:
    """List the lessons and the sections that a text names wrongly.

    A section, or a part of one, is named by its anchor, in the sentence of its lesson:
    "lesson 01a, `recap`". There anything with a hyphen is taken for an anchor, and what
    directly follows the lesson.
    """
    found = [f"{name!r} in {text!r}" for name in facts.BY_NUMBER.findall(text)]
    for sentence in re.split(r"(?<=[.!?]) ", text):
        lesson, follows = "", False
        for word in WORD.finditer(sentence):
            anchor = word["anchor"]
            if word["lesson"]:
                lesson, follows = word["lesson"], True
                if lesson not in lessons.parts():
                    found.append(f"lesson {lesson} in {text!r}")
            elif lesson and anchor and (follows or "-" in anchor):
                if lesson in lessons.parts() and anchor not in anchors(lesson):
                    found.append(f"lesson {lesson}, `{anchor}` in {text!r}")
            elif not word["joint"]:
                follows = False
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(settings.ROOT)))
def test_docstrings_and_messages_name_sections_that_exist(path: Path) -> None:
    assert [line for text in texts(path.read_text("utf-8")) for line in misnamed(text)] == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Taught in lesson 01a, `recap`.", 0),
        ("Taught in lesson 01a, `recap` and `explore`; cut in lesson 01b, `step-sizes`.", 0),
        ("Section 5.2 of their book. Lesson 00 begins. `no-anchor` is no section.", 0),
        ("In lesson 01a ``limit`` is `None`, `data`.", 0),
        ("Taught in lesson 01a, `recapp`.", 1),
        ("Taught in lesson 01a, `recap` and `explorer`, or lesson 01b, `step-size`.", 2),
        ("Taught in lesson 01a, `recap`; more of it under `step-sizes`.", 1),
        ("Taught in lesson 01c, and lesson 01.", 2),
        ("Taught in lesson 01a, section 3.", 1),
        ("Sections 3 and 4 show it.", 1),
    ],
)
def test_a_section_that_is_misnamed_is_seen(text: str, count: int) -> None:
    assert len(misnamed(text)) == count, misnamed(text)
