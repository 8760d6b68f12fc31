"""The house: imports point down, lessons stay apart, modules are small and documented."""

import ast
import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

from course_utils import lessons

HOUSE = Path(__file__).resolve().parents[1] / "course_utils"
# Lower floors know nothing of higher ones; rooms on one floor know nothing of each other.
FLOORS = [
    {"settings", "recording"},
    {"reproducibility", "doctor", "signatures", "diagnose"},
    {"time_texts", "csv_table", "csv_numbers"},
    {"times"},
    {"csv_files"},
    {"series", "signals"},
    {"recurrent", "forms"},
    {"training", "columns", "keeping"},
    {"ensembles"},
    {"forecasting", "intervals"},
    {"judging"},
    {"methods"},
    {"studies", "figures", "cell_plans"},
    {"live", "widgets", "strips", "sketches", "diagrams", "shading"},
    {"checking"},
    {"lessons"},
    {"exercises", "symptoms", "catch_up"},
    {"commands"},
    {"workshop"},
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
MODULES = sorted(path for path in HOUSE.rglob("*.py") if path != HOUSE / "__init__.py")
NO_CODE = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE),
    *(tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER),
}
MOST_LINES, MOST_LINES_OF_AN_EXERCISE = 250, 150


def room_of(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def imported(source: str) -> set[str]:
    """Name all that a module imports from the course: "recurrent", "lessons.elman.network"."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {
        name.removeprefix("course_utils.") for name in names if name.startswith("course_utils.")
    }


def climbs(room: str, source: str) -> set[str]:
    """Name the rooms that a room may not know and imports all the same."""
    rooms = {name.split(".")[0] for name in imported(source)}
    return {other for other in rooms if other != room and FLOOR[other] >= FLOOR[room]}


def strangers(lesson: str, source: str) -> set[str]:
    """Name the other lessons that a lesson imports from."""
    inside = {name.split(".")[1] for name in imported(source) if name.startswith("lessons.")}
    return inside & set(lessons.rooms()) - {lesson}


def undocumented(source: str) -> list[str]:
    tree = ast.parse(source)
    public = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    return [node.name for node in public if not ast.get_docstring(node)]


def lines_of_code(source: str) -> int:
    """Count the lines that hold code: no comments, no blank lines, no docstrings."""
    held: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in NO_CODE:
            held |= set(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            docstring = node.body[0]
            held -= set(range(docstring.lineno, (docstring.end_lineno or 0) + 1))
    return len(held)


def reads_environment(source: str) -> bool:
    """Whether a module reads an environment variable: only `settings` may."""
    return bool(re.search(r"environ\.get\(|environ\[|getenv\(", source))


def name_of(path: Path) -> str:
    return str(path.relative_to(HOUSE))


every = pytest.mark.parametrize("path", MODULES, ids=name_of)


@every
def test_imports_point_down(path: Path) -> None:
    assert climbs(room_of(path), path.read_text("utf-8")) == set()


@pytest.mark.parametrize("path", [p for p in MODULES if room_of(p) == "lessons"], ids=name_of)
def test_lessons_stay_apart(path: Path) -> None:
    lesson = path.relative_to(HOUSE).parts[1]
    assert strangers(lesson, path.read_text("utf-8")) == set()


@pytest.mark.parametrize("path", [p for p in MODULES if "exercises" not in p.parts], ids=name_of)
def test_everything_public_is_documented(path: Path) -> None:
    assert undocumented(path.read_text("utf-8")) == []


@every
def test_a_module_is_read_in_one_sitting(path: Path) -> None:
    most = MOST_LINES_OF_AN_EXERCISE if "exercises" in path.parts else MOST_LINES
    assert lines_of_code(path.read_text("utf-8")) <= most


@pytest.mark.parametrize("path", [p for p in MODULES if room_of(p) != "settings"], ids=name_of)
def test_switches_are_read_in_one_place(path: Path) -> None:
    assert not reads_environment(path.read_text("utf-8"))


def test_every_switch_stands_in_the_readme() -> None:
    switches = set(re.findall(r"UNROLLED_\w+", (HOUSE / "settings.py").read_text("utf-8")))
    assert switches
    assert switches <= set(
        re.findall(r"UNROLLED_\w+", (HOUSE.parent / "README.md").read_text("utf-8"))
    )


@pytest.mark.parametrize("value", [None, "", "0", "1"])
def test_a_switch_has_one_meaning(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    from course_utils import settings

    for name, switch in (("QUIET", settings.quiet), ("STRICT", settings.strict)):
        monkeypatch.delenv(f"UNROLLED_{name}", raising=False)
        if value is not None:
            monkeypatch.setenv(f"UNROLLED_{name}", value)
        assert switch() == (value == "1")


def test_what_breaks_a_rule_is_seen() -> None:
    assert climbs("series", "from course_utils.training import adam") == {"training"}
    assert climbs("series", "def f():\n    from course_utils import figures") == {"figures"}
    assert climbs("studies", "import course_utils.figures") == {"figures"}
    assert climbs("training", "from course_utils import series, recurrent") == set()
    assert climbs("lessons", "from course_utils import exercises") == {"exercises"}
    assert strangers("elman", "from course_utils.lessons.anatomy import reading") == {"anatomy"}
    assert strangers("elman", "from course_utils.lessons.elman import network") == set()
    assert strangers("elman", "from course_utils.lessons import Part") == set()
    assert undocumented('def f(): ...\ndef _g(): ...\nclass H:\n    "Says."') == ["f"]
    assert (
        lines_of_code('"""Says."""\n\n# why\nx = (\n    1,\n)\n\n\ndef f():\n    "Does."\n    x\n')
        == 5
    )
    assert reads_environment('os.environ.get("X")')


def test_the_package_alone_loads_nothing() -> None:
    code = (
        "import sys, course_utils; print(sorted({'torch', 'numpy', 'pandas'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("line", "unneeded"),
    [
        ("from course_utils import lessons; lessons.parts()", ["matplotlib", "sklearn", "torch"]),
        ("from course_utils import studies; studies.load('airline-choice')", ["sklearn"]),
        (
            "from course_utils.lessons.anatomy.explore_shapes import explore_shapes",
            ["course_utils.forecasting", "sklearn"],
        ),
        ("from course_utils import exercises; exercises.open('00')", ["sklearn", "statsmodels"]),
    ],
)
def test_a_lesson_loads_what_it_needs_alone(line: str, unneeded: list[str]) -> None:
    code = f"import sys; {line}; print(sorted(set({unneeded}) & sys.modules.keys()))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_scan_finds_every_room_and_refuses_what_is_none() -> None:
    folders = {path.parent.name for path in (HOUSE / "lessons").glob("*/__init__.py")}
    assert set(lessons.rooms()) == folders
    assert list(lessons.parts()) == sorted(lessons.parts())
    for number in lessons.parts():
        assert number in {part.number for part in room_module(lessons.room_of(number)).PARTS}
    with pytest.raises(ValueError, match="number is '99', wanted one of: 00, 01a"):
        lessons.room_of("99")


def room_module(name: str):
    return __import__(f"course_utils.lessons.{name}", fromlist=["PARTS"])
