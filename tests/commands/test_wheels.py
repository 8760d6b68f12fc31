"""The stick: what `make wheels` would take for a machine that is not this one."""

from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from course_utils.commands import install, wheels
from course_utils.settings import ROOT

WHOLE, LAB = install.Environment(ROOT).pins(), install.Environment(ROOT, lab=True).pins()
TOOLS = {"ruff", "mypy", "pytest-xdist", "hypothesis", "playwright", "torchtest2", "pandas-stubs"}


def names(pins: list[str]) -> set[str]:
    return {canonicalize_name(pin.partition("==")[0]) for pin in pins}


def test_a_learner_gets_the_versions_of_the_lock_without_the_test_tools() -> None:
    assert set(LAB) < set(WHOLE)
    assert names(WHOLE) >= TOOLS
    assert names(LAB).isdisjoint(TOOLS)
    # pytest comes with nbval, which the course promises; setuptools builds the course itself
    assert names(LAB) >= {"torch", "jupyterlab", "nbval", "statsmodels", "setuptools"}


@pytest.mark.parametrize("python", wheels.PYTHONS)
def test_the_markers_are_judged_for_the_other_machine(python: str) -> None:
    found = {system: names(wheels.pins_for(system, python)) for system in wheels.SYSTEMS}
    assert found["windows"] - found["linux"] == {"colorama", "pywinpty"}
    assert found["linux"] - found["windows"] == {"pexpect", "ptyprocess"}
    assert found["macos"] - found["linux"] == {"appnope"}
    assert all(";" not in pin for pin in wheels.pins_for("windows", python))


def test_a_python_whose_releases_differ_gets_what_any_of_them_takes() -> None:
    soups = {
        python: [pin for pin in wheels.pins_for("linux", python) if pin.startswith("soupsieve")]
        for python in ("3.11", "3.12")
    }
    assert len(soups["3.11"]) == 2
    assert len(soups["3.12"]) == 1


def test_pip_is_never_asked_for_two_versions_at_once() -> None:
    pins = ["a==1", "a==2", "b==1"]
    assert list(wheels.rounds(pins)) == [["a==1", "b==1"], ["a==2"]]
    for some in wheels.rounds(wheels.pins_for("linux", "3.11")):
        assert len(names(some)) == len(some)


def test_pip_is_asked_for_the_other_machine_and_for_no_cuda(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(wheels.subprocess, "run", lambda command, check: asked.append(command))
    monkeypatch.setattr(install, "answers", lambda: False)
    wheels.download("windows", "3.14", tmp_path)
    (windows,) = asked
    assert {"--platform=win_amd64", "--no-deps", "--only-binary=:all:"} <= set(windows)
    assert [part for part in windows if part.startswith("--python-version=3.14.")]
    assert "torch==2.13.0" in windows
    asked.clear()
    wheels.download("linux", "3.12", tmp_path)
    assert asked[0][-1] == "torch==2.13.0+cpu"
    assert all("torch==2.13.0" not in command for command in asked[1:])
