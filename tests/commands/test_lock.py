"""The locks: what pyproject.toml, both locks and environment.yml say of the same packages.

These tests read the descriptions of the installed packages, so they want the environment of
`make setup`; `make test-lowest` leaves them out.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from course_utils.commands import install, lock
from course_utils.settings import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = PYPROJECT["project"]
LEFT_OUT = set(PYPROJECT["tool"]["uv"]["exclude-dependencies"])
LOCKS = {lowest: install.Environment(ROOT, lowest) for lowest in (False, True)}
PINS = {lowest: [Requirement(pin) for pin in each.pins()] for lowest, each in LOCKS.items()}
EXTRAS = PROJECT["optional-dependencies"]
TESTED = [Requirement(text) for text in PROJECT["dependencies"] + EXTRAS["test"]]
DIRECT = {
    False: TESTED + [Requirement(text) for text in EXTRAS["workshop"]],
    True: TESTED,  # the instructor's pages are made with the other lock alone
}
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "mac": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}
# The first release of each Python that the course promises, and the first after soupsieve's fork.
PYTHONS = ["3.11.0", "3.11.5", "3.12.0", "3.13.0", "3.14.0"]


def version_of(pin: Requirement) -> str:
    return next(iter(pin.specifier)).version


def place(system: str, python: str) -> dict[str, str]:
    """Describe a machine in the words of a marker."""
    short = python.rpartition(".")[0]
    version = {"python_version": short, "python_full_version": python, "extra": ""}
    return {**default_environment(), **SYSTEMS[system], **version}


def pins_at(where: dict[str, str], lowest: bool = False) -> dict[str, Requirement]:
    """Give the pins that pip would take there, by name; no two may be for one package."""
    found: dict[str, Requirement] = {}
    for pin in PINS[lowest]:
        if pin.marker is None or pin.marker.evaluate(where):
            assert canonicalize_name(pin.name) not in found, f"{pin.name} is pinned twice"
            found[canonicalize_name(pin.name)] = pin
    return found


def described(pins: dict[str, Requirement]) -> Iterator[tuple[str, list[str], str]]:
    """Give (name, what it needs, which Python it needs) of each pin that is installed here."""
    for name, pin in pins.items():
        try:
            seen = distribution(name)
        except PackageNotFoundError:  # for another system
            continue
        if seen.version.split("+")[0] == version_of(pin):
            yield name, seen.requires or [], seen.metadata.get("Requires-Python", "")


# ---- what the locks hold


@pytest.mark.parametrize("lowest", LOCKS)
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_the_locks_hold_what_the_project_asks_for(python: str, system: str, lowest: bool) -> None:
    pins = pins_at(place(system, python), lowest)
    for wanted in DIRECT[lowest]:
        version = version_of(pins[canonicalize_name(wanted.name)])
        assert wanted.specifier.contains(version), f"{wanted}, but {version} is pinned"


def test_the_project_asks_with_lower_bounds_only() -> None:
    extras = PROJECT["optional-dependencies"].values()
    asked = [Requirement(text) for text in sum(extras, PROJECT["dependencies"])]
    assert [
        str(wanted) for wanted in asked if not re.fullmatch(r">=[\d.]+", str(wanted.specifier))
    ] == []


def test_the_lowest_lock_holds_each_lower_bound_itself() -> None:
    pins = pins_at(place("linux", "3.11.0"), lowest=True)
    for wanted in TESTED:
        if wanted.name == "torch":  # held at the lock's: another one is not to be had as easily
            continue
        bound = Version(version_of(wanted)).release
        lowest = Version(version_of(pins[canonicalize_name(wanted.name)])).release
        assert lowest[: len(bound)] == bound, f"{wanted}, but {lowest} is pinned: run `make lock`"


@pytest.mark.parametrize("lowest", LOCKS)
def test_a_lock_is_a_plain_list_of_exact_versions(lowest: bool) -> None:
    # No addresses, no options, no local labels such as +cpu, nothing of a CUDA build.
    pin = re.compile(r"[a-z0-9-]+==[0-9][0-9A-Za-z.]*( ; [^;#]+)?")
    lines = LOCKS[lowest].pins()
    assert [line for line in lines if not pin.fullmatch(line)] == []
    assert [line for line in lines if re.match("nvidia|cuda|triton", line)] == []
    assert LEFT_OUT.isdisjoint(canonicalize_name(pin.name) for pin in PINS[lowest])


def test_one_torch_is_held_everywhere() -> None:
    versions = {each.torch() for each in LOCKS.values()}
    assert PYPROJECT["tool"]["uv"]["constraint-dependencies"] == [f"torch=={v}" for v in versions]
    assert versions == {"2.13.0"}


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_is_complete(system: str, python: str) -> None:
    where = place(system, python)
    pins = pins_at(where)
    missing = set()
    for name, needs, _ in described(pins):
        for needed in map(Requirement, needs):
            if needed.marker and not needed.marker.evaluate(where):
                continue
            found = pins.get(canonicalize_name(needed.name))
            if found is None:
                missing.add(f"{name} needs {needed.name}")
            elif not needed.specifier.contains(version_of(found), prereleases=True):
                missing.add(f"{name} needs {needed}, but {found} is pinned")
    # What the CUDA build of torch asks for is left out on purpose.
    assert missing - {f"torch needs {name}" for name in LEFT_OUT} == set()


@pytest.mark.parametrize("python", PYTHONS)
def test_every_pin_allows_every_promised_python(python: str) -> None:
    pins = pins_at(place("linux", python))
    looked_at = {name: SpecifierSet(allowed) for name, _, allowed in described(pins)}
    assert {name for name, allowed in looked_at.items() if not allowed.contains(python)} == set()
    # Nothing escapes by not being installed, but for the pins that only another Python takes.
    here = {name: str(pin) for name, pin in pins_at(default_environment() | {"extra": ""}).items()}
    assert {name for name, pin in pins.items() if here.get(name) == str(pin)} == set(looked_at)


def test_the_lock_has_nothing_that_nobody_asks_for() -> None:
    asked = {canonicalize_name(wanted.name) for wanted in DIRECT[False]}
    pins = {canonicalize_name(pin.name): pin for pin in PINS[False]}
    for _, needs, _ in described(pins):
        asked |= {canonicalize_name(Requirement(text).name) for text in needs}
    assert set(pins) - asked == set()


def test_environment_yml_is_python_and_pip_and_the_lock() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    torch = f'torch=={LOCKS[False].torch()}+cpu ; sys_platform == "linux"'
    index = f"--extra-index-url {install.CPU_INDEX}"
    assert environment == {
        "name": PROJECT["name"],
        "channels": ["conda-forge"],
        "dependencies": [
            "python=" + ".".join(map(str, install.OLDEST_PYTHON)),
            "pip",
            {"pip": [index, torch, "-r requirements-lab.lock", "-e ."]},
        ],
    }


def test_the_promised_pythons_are_the_projects() -> None:
    (_, oldest), (major, newest) = install.OLDEST_PYTHON, install.NEWEST_PYTHON
    assert PROJECT["requires-python"] == f">={major}.{oldest},<{major}.{newest + 1}"
    readme = (ROOT / "README.md").read_text("utf-8")
    assert f"Python {major}.{oldest} to {major}.{newest}" in readme
    assert {python.rpartition(".")[0] for python in PYTHONS} == {
        f"{major}.{minor}" for minor in range(oldest, newest + 1)
    }


# ---- make lock, with a pip and a uv that only note what they are asked


class Tools:
    """Stands in for subprocess.run; a lock that uv writes holds its last options."""

    def __init__(self, fails_at: int = -1) -> None:
        self.asked: list[list[str]] = []
        self.seeds: list[str] = []
        self.fails_at = fails_at

    def __call__(self, command: list[str], check: bool, cwd: Path | None = None) -> None:
        assert check
        self.asked.append(command)
        if len(self.asked) - 1 == self.fails_at:
            raise subprocess.CalledProcessError(3, command)
        for option in command:
            if option.startswith("--output-file="):
                path = Path(option.partition("=")[2])
                self.seeds.append(path.read_text())
                path.write_text(f"made {len(self.asked)}\n")


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    for each in LOCKS.values():
        (tmp_path / each.lock.name).write_text("old\n")
    monkeypatch.setattr(lock, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["lock", "--upgrade"])
    return tmp_path


def test_both_locks_are_made_and_the_lowest_follows_the_other(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = Tools()
    monkeypatch.setattr(lock.subprocess, "run", tools)
    assert lock.main() == 0
    pip, first, second, third = tools.asked
    assert PROJECT["optional-dependencies"]["lock"][0] in pip
    for command in (first, second, third):
        assert {"--universal", "--python-version=3.11.0"} <= set(command)
        assert ("--extra=test" in command) == (command is not third)
        assert ("--extra=workshop" in command) == (command is first)
    assert ("--upgrade" in first, "--upgrade" in second) == (True, False)
    assert "--resolution=lowest-direct" in second
    assert {f"--upgrade-package={wanted.name}" for wanted in TESTED} <= set(second)
    assert tools.seeds == ["old\n", "made 2\n", "made 2\n"]
    assert (course / "requirements.lock").read_text() == "made 2\n"
    assert (course / "requirements-lowest.lock").read_text() == "made 3\n"
    assert (course / "requirements-lab.lock").read_text() == "made 4\n"


@pytest.mark.parametrize("step", [0, 1, 2, 3])
def test_a_failure_leaves_both_locks_as_they_were(
    course: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    monkeypatch.setattr(lock.subprocess, "run", Tools(fails_at=step))
    assert lock.main() == 3
    assert {(course / each.lock.name).read_text() for each in LOCKS.values()} == {"old\n"}
