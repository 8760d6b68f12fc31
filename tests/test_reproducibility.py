"""Seeds, intended errors, and the environment report."""

import os
import random
import shutil
import subprocess
import sys
import tomllib
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch

from course_utils import reproducibility
from course_utils.reproducibility import begin, expect_error, report, seed_everything

ROOT = Path(__file__).resolve().parent.parent


def draws() -> tuple[float, float, float]:
    # NumPy's old global generator is the one that is seeded, so the one to look at.
    return random.random(), float(np.random.rand()), torch.rand(()).item()  # noqa: NPY002


def test_a_seed_repeats_all_three_random_numbers() -> None:
    seed_everything(7)
    first = draws()
    seed_everything(7)
    assert draws() == first
    seed_everything(8)
    assert all(a != b for a, b in zip(draws(), first, strict=True))


@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_the_smallest_and_the_largest_seed_work(seed: int) -> None:
    seed_everything(seed)
    assert torch.initial_seed() == seed


@pytest.mark.parametrize("seed", [-1, 2**32, 1.0, "1", None, True])
def test_another_seed_is_refused(seed: object) -> None:
    with pytest.raises(ValueError, match=r"seed must be an integer from 0 to 4294967295, got "):
        seed_everything(seed)  # type: ignore[arg-type]


def test_begin_sets_one_thread_and_the_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNROLLED_STRICT", raising=False)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        begin(3)
        first = draws()
        assert torch.get_num_threads() == 1
        begin(3)
        assert draws() == first
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("strict", [True, False])
def test_begin_makes_warnings_errors_only_when_strict(
    monkeypatch: pytest.MonkeyPatch, strict: bool
) -> None:
    monkeypatch.delenv("UNROLLED_STRICT", raising=False)
    if strict:
        monkeypatch.setenv("UNROLLED_STRICT", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        begin()
        if strict:
            with pytest.raises(UserWarning, match="stray"):
                warnings.warn("stray", stacklevel=1)
        else:
            warnings.warn("stray", stacklevel=1)  # ignored, so no error


def fail() -> None:
    raise KeyError("the seventh month")


def test_expect_error_prints_the_error(capsys: pytest.CaptureFixture[str]) -> None:
    expect_error(fail, KeyError, saying="seventh")
    assert capsys.readouterr().out == "KeyError: 'the seventh month'\n"


def test_expect_error_takes_a_warning_too(capsys: pytest.CaptureFixture[str]) -> None:
    expect_error(lambda: warnings.warn("mind the step", stacklevel=1), UserWarning)
    assert capsys.readouterr().out == "UserWarning: mind the step\n"


def test_expect_error_notices_that_nothing_fails() -> None:
    with pytest.raises(AssertionError, match="expected KeyError, but nothing was raised"):
        expect_error(lambda: None, KeyError)


def test_expect_error_notices_another_error_or_other_words() -> None:
    with pytest.raises(AssertionError, match="expected TypeError, got KeyError"):
        expect_error(fail, TypeError)
    with pytest.raises(AssertionError, match="expected a message with 'eighth'"):
        expect_error(fail, KeyError, saying="eighth")


def test_all_is_well_here() -> None:
    findings = {finding.what: finding for finding in report()}
    files = {f"data/{name}" for name in reproducibility.CHECKSUMS}
    assert {"Python", "kernel", *files, *reproducibility.PACKAGES} == set(findings)
    assert files >= {"data/flights.csv", "data/alice.txt"}
    assert [str(finding) for finding in findings.values() if not finding.well] == []
    assert str(findings["Python"]).startswith("ok    Python: 3.")


def test_the_bounds_are_those_of_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pairs = (requirement.split(">=") for requirement in project["dependencies"])
    assert dict(pairs) == reproducibility.PACKAGES
    oldest = ".".join(map(str, reproducibility.OLDEST_PYTHON))
    assert project["requires-python"] == f">={oldest}"


def test_a_missing_and_an_old_package_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {"torch": "99.1", "no-such-package-here": "1"}
    monkeypatch.setattr(reproducibility, "PACKAGES", wanted)
    old, missing = (finding for finding in report() if finding.what in wanted)
    assert "older than 99.1" in old.seen
    assert "delete .venv" in old.mend
    assert missing.seen == "missing"
    assert str(missing).startswith("MEND  no-such-package-here: missing\n")


def test_versions_are_compared_as_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reproducibility.metadata, "version", lambda name: "2.13.0+cpu")
    for oldest, well in (("2.7", True), ("2.13", True), ("2.13.1", False), ("3", False)):
        monkeypatch.setattr(reproducibility, "PACKAGES", {"torch": oldest})
        [finding] = [finding for finding in report() if finding.what == "torch"]
        assert finding.well is well, oldest


def test_an_old_python_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reproducibility.sys, "version_info", (3, 10, 4))
    finding = report()[0]
    assert finding.seen == "3.10"
    assert "3.11 or newer" in finding.mend


def test_the_systems_python_is_suspicious_and_others_are_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    monkeypatch.setattr(reproducibility.sys, "base_prefix", str(tmp_path))
    for prefix, well in ((tmp_path, False), (tmp_path / "hub", True), (tmp_path / ".venv", True)):
        monkeypatch.setattr(reproducibility.sys, "prefix", str(prefix))
        assert report()[1].well is well, prefix
    monkeypatch.setattr(reproducibility.sys, "prefix", str(tmp_path))
    monkeypatch.setenv("CONDA_PREFIX", str(tmp_path))
    assert report()[1].well


def test_the_data_file_is_compared_with_its_checksum(tmp_path: Path) -> None:
    assert report(tmp_path)[-1].seen == "missing"
    copy = tmp_path / "flights.csv"
    shutil.copy(reproducibility.DATA_FOLDER / "flights.csv", copy)
    assert report(tmp_path)[-1].well
    text = copy.read_bytes().replace(b"\r\n", b"\n")
    copy.write_bytes(text.replace(b"\n", b"\r\n"))
    assert report(tmp_path)[-1].well, "the line ends of Windows change no number"
    copy.write_bytes(text.replace(b"112", b"113", 1))
    assert report(tmp_path)[-1].seen == "altered"
    assert "git checkout" in report(tmp_path)[-1].mend


def test_importing_the_package_or_the_report_loads_no_torch() -> None:
    code = (
        "import sys, course_utils, course_utils.reproducibility\n"
        "print({'torch', 'numpy', 'pandas', 'matplotlib'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "set()\n"
