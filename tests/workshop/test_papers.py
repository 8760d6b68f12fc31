"""The papers of the workshop: what they name exists, and every link leads somewhere."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from course_utils import catch_up, lessons
from course_utils.commands.handout import FOR_INSTRUCTORS
from course_utils.settings import ROOT
from course_utils.workshop import notes, pages, timing
from tests.test_voice import complaints

FOLDER = ROOT / "workshop"
PAPERS = sorted(FOLDER.glob("*.md"))
WANTED = {
    "README", "schedule", "setup-mail", "mails", "room-checklist", "learner-profiles",
    "code-of-conduct", "survey", "welcome",
}  # fmt: skip
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FILE = re.compile(r"`([\w./\\-]+\.(?:md|csv|py|ipynb|lock|txt|yml))`")
WRITTEN = {"READ-ME.txt"}  # by `make wheels`
SECTION = re.compile(r"section (\d+) of\s+lesson (\d\d[a-z]?)")
CATCH_UP = re.compile(r'catch_up\.to\("(.+?)", "(.+?)"\)')


def slug(heading: str) -> str:
    """Turn a heading into the anchor that a Markdown viewer gives it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def unknown_targets(text: str) -> list[str]:
    named = re.findall(r"`(?:[^`]*&& )?make ([a-z-]+)|&& make ([a-z-]+)", text)
    return [one or other for one, other in named if (one or other) not in TARGETS]


def dead_links(text: str) -> list[str]:
    dead = []
    for link in LINK.findall(text):
        if link.startswith("https://"):
            continue
        file, _, anchor = link.partition("#")
        path = (FOLDER / file).resolve() if file else None
        if path is not None and not path.exists():
            dead.append(link)
        elif anchor.startswith("cell-id=") and path is not None:
            ids = [cell.id for cell in nbformat.read(path, 4).cells]
            dead += [link] * (anchor.removeprefix("cell-id=") not in ids)
        elif anchor:
            there = path.read_text("utf-8") if path is not None else text
            headings = re.findall(r"^#+ (.+)$", there, re.MULTILINE)
            dead += [link] * (anchor not in map(slug, headings))
    return dead


def missing_files(text: str) -> list[str]:
    named = {file.replace("\\", "/") for file in FILE.findall(text)} - WRITTEN
    return [file for file in named if not any((base / file).exists() for base in (ROOT, FOLDER))]


def built_by_nothing(text: str) -> list[str]:
    named = re.findall(r"workshop/(built/[\w-]+|stick)", text)
    return [one for one in named if f"workshop/{one}" not in MAKEFILE]


def missing_sections(text: str) -> list[str]:
    wanted = [(lesson, number) for number, lesson in SECTION.findall(text)] + CATCH_UP.findall(text)
    missing = []
    for lesson, section in wanted:
        cells = [{**cell, "id": cell.id} for cell in pages.cells_of(lesson)]
        try:
            catch_up.find(catch_up.sections(cells), section)
        except ValueError:
            missing.append(f"{lesson}, {section}")
    return missing


def missing_lessons(text: str) -> list[str]:
    exercises = {one.id for number in lessons.parts() for one in lessons.exercises_of(number)}
    named = re.findall(r"(?<![-:.\d])\b(0\d[ab]?)\b(?![-:.\d])", text)
    named = [one for one in named if one not in lessons.parts()]
    return named + [one for one in re.findall(r"\b(\d[ab]\.\d+)\b", text) if one not in exercises]


def unknown_switches(text: str) -> list[str]:
    settings = (ROOT / "course_utils" / "settings.py").read_text("utf-8")
    return [name for name in re.findall(r"UNROLLED_\w+", text) if name not in settings]


Rule = Callable[[str], list[str]]
RULES: dict[Rule, str] = {  # each with a text that breaks it
    unknown_targets: "Run `make coffee` first.",
    dead_links: "See [this](nowhere.md), [that](#nowhere) and [those](README.md#nowhere).",
    missing_files: "It stands in `nowhere.md`.",
    built_by_nothing: "Open `workshop/built/castle/index.html`.",
    missing_sections: 'See section 99 of lesson 03a, or catch_up.to("03a", "nowhere").',
    missing_lessons: "Do 09 first, then 3a.99.",
    unknown_switches: "Set `UNROLLED_EVERYTHING`.",
}


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.stem)
@pytest.mark.parametrize("rule", [*RULES, complaints], ids=lambda rule: rule.__name__)
def test_paper(rule: Rule, path: Path) -> None:
    assert rule(path.read_text("utf-8")) == []


@pytest.mark.parametrize(("rule", "bad"), RULES.items())
def test_what_breaks_a_rule_is_seen(rule: Rule, bad: str) -> None:
    assert rule(bad) != []


def test_every_link_is_followed() -> None:
    assert len(dead_links(RULES[dead_links])) == 3
    assert len(missing_sections(RULES[missing_sections])) == 2
    assert len(missing_lessons(RULES[missing_lessons])) == 2


def test_no_paper_is_missing_and_the_first_leads_to_all() -> None:
    assert {path.stem for path in PAPERS} == WANTED
    links = LINK.findall((FOLDER / "README.md").read_text("utf-8"))
    assert WANTED - {"README"} <= {link.removesuffix(".md") for link in links}


def test_everything_that_is_made_has_its_command_in_the_first_paper() -> None:
    text = (FOLDER / "README.md").read_text("utf-8")
    made = {
        name
        for name, rest in re.findall(r"^([a-z][a-z-]*):.*?## (.*)$", MAKEFILE, re.MULTILINE)
        if "workshop/built" in rest or "workshop/stick" in rest or "schedule" in name
    }
    assert {"schedule", "guide", "sheet", "wheels"} <= made
    assert {name for name in made if f"`make {name}" not in text} == set()


def test_the_log_is_explained_column_by_column() -> None:
    text = (FOLDER / "README.md").read_text("utf-8")
    with timing.LOG.open(newline="", encoding="utf-8") as file:
        columns = csv.DictReader(file).fieldnames
    assert columns == timing.COLUMNS
    assert re.findall(r"^\| `([^`]+)` \| ", text, re.MULTILINE)[-len(columns) :] == columns


def test_the_vocabulary_of_the_lines_is_explained() -> None:
    text = (FOLDER / "README.md").read_text("utf-8")
    assert f'`"{FOR_INSTRUCTORS[0]}"`' in text
    for word in [*notes.TEACH, "story", "stuck", "talk"]:
        assert f"`{word}`" in text


def test_the_survey_has_ten_questions_and_three_people_are_in_the_room() -> None:
    survey = (FOLDER / "survey.md").read_text("utf-8")
    numbers = re.findall(r"^\| (\d+) \| ", survey, re.MULTILINE)
    assert numbers == [str(number) for number in range(1, 11)]
    profiles = (FOLDER / "learner-profiles.md").read_text("utf-8")
    assert len(re.findall(r"^## ", profiles, re.MULTILINE)) == 3


def test_the_set_up_mail_gives_the_commands_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    mail = (FOLDER / "setup-mail.md").read_text("utf-8")
    commands = [
        line
        for block in re.findall(r"```\n(.*?)```", mail, re.DOTALL)
        for line in block.splitlines()
        if "git clone" not in line
    ]
    assert len(commands) == 3
    for command in commands:
        assert command.removeprefix("cd unrolled && ") in readme
    assert "**All is well.**" in mail
    assert any('"All is well."' in cell.source for cell in pages.cells_of("00"))
