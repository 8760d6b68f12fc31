"""The environment report: what it looks at, what it finds, and what it says to do."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from course_utils import doctor, settings
from course_utils.doctor import report


def test_all_is_well_here() -> None:
    findings = {finding.what: finding for finding in report()}
    files = {f"data/{name}" for name in doctor.CHECKSUMS}
    assert {"Python", "kernel", *files, *doctor.PACKAGES} == set(findings)
    assert files >= {"data/flights.csv", "data/alice.txt"}
    assert [str(finding) for finding in findings.values() if not finding.well] == []
    assert str(findings["Python"]).startswith("ok    Python: 3.")


def test_the_bounds_are_those_of_pyproject() -> None:
    project = tomllib.loads((settings.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pairs = (requirement.split(">=") for requirement in project["dependencies"])
    assert dict(pairs) == doctor.PACKAGES
    oldest, (major, minor) = doctor.OLDEST_PYTHON, doctor.NEWEST_PYTHON
    assert project["requires-python"] == f">={oldest[0]}.{oldest[1]},<{major}.{minor + 1}"


def test_a_missing_and_an_old_package_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {"torch": "99.1", "no-such-package-here": "1"}
    monkeypatch.setattr(doctor, "PACKAGES", wanted)
    old, missing = (finding for finding in report() if finding.what in wanted)
    assert "older than 99.1" in old.seen
    assert "delete .venv" in old.remedy
    assert missing.seen == "missing"
    assert str(missing).startswith("FIX   no-such-package-here: missing\n")


def test_versions_are_compared_as_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.metadata, "version", lambda name: "2.13.0+cpu")
    for oldest, well in (("2.7", True), ("2.13", True), ("2.13.1", False), ("3", False)):
        monkeypatch.setattr(doctor, "PACKAGES", {"torch": oldest})
        [finding] = [finding for finding in report() if finding.what == "torch"]
        assert finding.well is well, oldest


@pytest.mark.parametrize(
    ("version", "well"),
    [((3, 10, 13), False), ((3, 11, 0), True), ((3, 14, 2), True), ((3, 15, 0), False)],
)
def test_a_python_too_old_or_too_new_is_found(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], well: bool
) -> None:
    monkeypatch.setattr(doctor.sys, "version_info", version)
    finding = report()[0]
    assert finding.seen == "{}.{}".format(*version)
    assert finding.well is well
    assert well or "install Python 3.11 to 3.14" in finding.remedy


def test_the_systems_python_is_suspicious_and_others_are_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor.sys, "base_prefix", str(tmp_path))
    monkeypatch.setattr(doctor, "PACKAGES", {"no-such-package-here": "1"})
    for prefix, well in ((tmp_path, False), (tmp_path / "hub", True), (tmp_path / ".venv", True)):
        monkeypatch.setattr(doctor.sys, "prefix", str(prefix))
        assert report()[1].well is well, prefix


def test_a_systems_python_that_has_all_packages_will_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Colab has one Python only, and the course is installed into it.
    for name in ("prefix", "base_prefix"):
        monkeypatch.setattr(doctor.sys, name, str(tmp_path))
    assert str(report()[1]) == "ok    kernel: the system's Python, which has all packages"


def test_conda_is_known_by_its_folder_and_not_by_what_a_shell_has_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # A kernel that Binder or a hub starts has no CONDA_PREFIX.
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    monkeypatch.setattr(doctor, "PACKAGES", {"no-such-package-here": "1"})
    monkeypatch.setattr(doctor.sys, "base_prefix", str(tmp_path))
    monkeypatch.setattr(doctor.sys, "prefix", str(tmp_path))
    assert not report()[1].well
    (tmp_path / "conda-meta").mkdir()
    assert report()[1].well


def test_the_data_file_is_compared_with_its_checksum(tmp_path: Path) -> None:
    assert report(tmp_path)[-1].seen == "missing"
    copy = tmp_path / "flights.csv"
    shutil.copy(settings.DATA_FOLDER / "flights.csv", copy)
    assert report(tmp_path)[-1].well
    text = copy.read_bytes().replace(b"\r\n", b"\n")
    copy.write_bytes(text.replace(b"\n", b"\r\n"))
    assert report(tmp_path)[-1].well, "the line ends of Windows change no number"
    copy.write_bytes(text.replace(b"112", b"113", 1))
    assert report(tmp_path)[-1].seen == "altered"
    assert report(tmp_path)[-1].remedy == doctor.bring_back("data/flights.csv")


def test_a_file_comes_back_by_git_or_from_the_zip(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    assert doctor.bring_back("data") == "take data out of the ZIP that you downloaded"
    (tmp_path / ".git").touch()  # a file, where the course is a work tree or a submodule
    assert doctor.bring_back("data") == "`git checkout -- data` brings it back"


def test_the_report_needs_no_signs_that_a_windows_pipe_lacks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", {"torch": "99.1", "no-such-package-here": "1"})
    for name in ("prefix", "base_prefix"):
        monkeypatch.setattr(doctor.sys, name, str(tmp_path))
    monkeypatch.setattr(doctor.sys, "version_info", (3, 10, 1))
    for finding in report(tmp_path):
        assert not finding.well
        str(finding).encode("cp1252")


def test_importing_the_package_or_the_report_loads_no_torch() -> None:
    code = (
        "import sys, course_utils, course_utils.doctor, course_utils.reproducibility\n"
        "print({'torch', 'numpy', 'pandas', 'matplotlib'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "set()\n"
