"""The house: imports point one way, nothing runs at import, every public thing is documented."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[1] / "course_utils"
# Lower floors know nothing of higher ones; rooms on one floor know nothing of each other.
FLOORS = [
    {"reproducibility"},
    {"series", "sequences", "signals"},
    {"recurrent", "elman", "keras_port"},
    {"training"},
    {"ensembles"},
    {"forecasting"},
    {"studies", "figures"},
    {"live"},
    {"explorers"},
    {"exercises"},
    {"commands"},
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
MODULES = sorted(path for path in HOUSE.rglob("*.py") if path != HOUSE / "__init__.py")


def room_of(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def rooms_imported(source: str) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith("course_utils.")}


def climbs(room: str, source: str) -> set[str]:
    """Name the rooms that a room may not know and imports all the same."""
    return {
        other for other in rooms_imported(source) if other != room and FLOOR[other] >= FLOOR[room]
    }


def undocumented(source: str) -> list[str]:
    tree = ast.parse(source)
    public = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    return [node.name for node in public if not ast.get_docstring(node)]


def name_of(path: Path) -> str:
    return str(path.relative_to(HOUSE))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_down(path: Path) -> None:
    assert climbs(room_of(path), path.read_text("utf-8")) == set()


@pytest.mark.parametrize(
    "path", [path for path in MODULES if room_of(path) != "exercises"], ids=name_of
)
def test_everything_public_is_documented(path: Path) -> None:
    assert undocumented(path.read_text("utf-8")) == []


def test_a_climb_and_a_missing_docstring_are_seen() -> None:
    assert climbs("series", "from course_utils.training import adam") == {"training"}
    assert climbs("series", "def f():\n    from course_utils import figures") == {"figures"}
    assert climbs("studies", "import course_utils.figures") == {"figures"}
    assert climbs("training", "from course_utils import series, recurrent") == set()
    assert undocumented('def f(): ...\ndef _g(): ...\nclass H:\n    "Says."') == ["f"]


def test_the_package_alone_loads_nothing() -> None:
    code = (
        "import sys, course_utils; print(sorted({'torch', 'numpy', 'pandas'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("line", "unneeded"),
    [
        ("from course_utils import explorers", ["matplotlib", "sklearn", "torch"]),
        ("from course_utils import studies; studies.load('airline-choice')", ["sklearn"]),
        ("from course_utils.explorers import shapes", ["course_utils.forecasting", "sklearn"]),
    ],
)
def test_a_lesson_loads_what_it_needs_alone(line: str, unneeded: list[str]) -> None:
    code = f"import sys; {line}; print(sorted(set({unneeded}) & sys.modules.keys()))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_every_explorer_and_every_study_is_found_by_name() -> None:
    from course_utils import explorers, studies

    for name, home in explorers.HOMES.items():
        assert getattr(explorers, name) is getattr(getattr(explorers, home), name)
    written = sorted(path.stem for path in (HOUSE / "studies").glob("lesson_*.py"))
    assert list(studies.LESSONS) == written
    for package in (explorers, studies):
        with pytest.raises(AttributeError, match="got 'nothing'"):
            _ = package.nothing
