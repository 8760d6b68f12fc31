"""The set-up: three descriptions of the same dependencies, and what install.py decides."""

import ast
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from course_utils.commands import install, lock

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = Path("course_utils/commands/install.py")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCK_TEXT = (ROOT / "requirements.lock").read_text("utf-8")
PINS = {canonicalize_name(r.name): r for r in map(Requirement, install.lock_pins(ROOT))}
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "mac": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}


# ---- pyproject.toml, requirements.lock and environment.yml say the same


def declared() -> list[Requirement]:
    extras = PROJECT["optional-dependencies"].values()
    return [Requirement(text) for text in sum(extras, PROJECT["dependencies"])]


def version_of(pin: Requirement) -> str:
    return next(iter(pin.specifier)).version


@pytest.mark.parametrize("wanted", declared(), ids=str)
def test_the_lock_holds_what_the_project_asks_for(wanted: Requirement) -> None:
    assert wanted.specifier.contains(version_of(PINS[canonicalize_name(wanted.name)]))


def test_the_project_asks_with_lower_bounds_only() -> None:
    assert {s.operator for wanted in declared() for s in wanted.specifier} == {">="}


def test_the_lock_is_a_plain_list_of_exact_versions() -> None:
    # No addresses, no options, no local labels such as +cpu, no packages of a CUDA build.
    pin = re.compile(r'[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.]*( ; sys_platform == "\w+")?')
    lines = install.lock_pins(ROOT)
    assert [line for line in lines if not pin.fullmatch(line)] == []
    assert [line for line in lines if line.lower().startswith(lock.CUDA_PACKAGES)] == []
    assert len(PINS) == len(lines)
    assert install.torch_pin(ROOT) == "2.13.0"


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_lock_is_complete(system: str, python: str) -> None:
    version = {"python_version": python, "python_full_version": python + ".0", "extra": ""}
    place = {**default_environment(), **SYSTEMS[system], **version}
    missing = set()
    for pin in PINS.values():
        if pin.marker:  # for another system than some; not installed everywhere
            continue
        for text in requires(pin.name) or []:
            needed = Requirement(text)
            if needed.marker and not needed.marker.evaluate(place):
                continue
            found = PINS.get(canonicalize_name(needed.name))
            if found is None or (found.marker and not found.marker.evaluate(place)):
                missing.add(f"{pin.name} needs {needed.name}")
            elif not needed.specifier.contains(version_of(found), prereleases=True):
                missing.add(f"{pin.name} needs {needed}")
    # On Linux torch names CUDA packages, or does not, by its build; the lock knows none.
    assert {line for line in missing if not line.startswith("torch needs ")} == set()


def test_the_lock_has_nothing_that_nobody_asks_for() -> None:
    asked = {canonicalize_name(wanted.name) for wanted in declared()}
    for pin in PINS.values():
        if not pin.marker:
            asked |= {canonicalize_name(Requirement(r).name) for r in requires(pin.name) or []}
    assert set(PINS) - asked == set()


def test_environment_yml_is_python_and_pip_and_the_lock() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    assert environment == {
        "name": PROJECT["name"],
        "channels": ["conda-forge"],
        "dependencies": [
            "python=" + ".".join(map(str, install.WANTED_PYTHON)),
            "pip",
            {"pip": [f"--extra-index-url {install.CPU_INDEX}", "-r requirements.lock", "-e ."]},
        ],
    }


def test_the_wanted_python_is_the_project_s() -> None:
    assert PROJECT["requires-python"] == ">=" + ".".join(map(str, install.WANTED_PYTHON))


# ---- install.py: what it decides


def test_it_starts_under_an_old_python() -> None:
    tree = ast.parse((ROOT / SCRIPT).read_text("utf-8"), feature_version=(3, 6))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    hints = [f.returns for f in functions] + [a.annotation for f in functions for a in f.args.args]
    # list[str] or str | None would already fail when Python 3.6 reads the definition
    assert {type(hint) for hint in hints if hint} <= {ast.Name, ast.Constant}
    imported = [n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    imported += [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    assert {name.split(".")[0] for name in imported if name} <= sys.stdlib_module_names


@pytest.mark.parametrize("version", [(3, 6, 15), (3, 10, 13), (2, 7, 18)])
def test_an_old_python_is_told_which_one_is_wanted(version: tuple[int, ...]) -> None:
    problem = install.python_problem(version)
    assert "this is Python {}.{}, the course wants 3.11".format(*version) in problem
    assert "\n" not in problem


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 1), (4, 0)])
def test_a_new_python_is_fine(version: tuple[int, ...]) -> None:
    assert install.python_problem(version) == ""


@pytest.mark.parametrize(
    ("system", "nvidia", "wish", "answers", "source"),
    [
        ("linux", False, "", True, "cpu-index"),
        ("linux", False, "", False, "cpu-only"),
        ("linux", True, "", None, "ordinary"),
        ("linux", False, "ordinary", None, "ordinary"),
        ("darwin", False, "", None, "ordinary"),
        ("win32", False, "", None, "ordinary"),
    ],
)
def test_where_torch_comes_from(
    system: str, nvidia: bool, wish: str, answers: bool | None, source: str
) -> None:
    def index_answers() -> bool:
        assert answers is not None, "the index is asked only where the answer matters"
        return answers

    assert install.torch_source(system, nvidia, wish, index_answers) == source


def test_an_unknown_wish_is_refused() -> None:
    with pytest.raises(install.SetupError, match='UNROLLED_TORCH is "cuda"; wanted "ordinary"'):
        install.torch_source("linux", False, "cuda", lambda: True)


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def url_of(server: socket.socket) -> str:
    return f"http://127.0.0.1:{server.getsockname()[1]}/torch/"


@pytest.mark.parametrize(("status", "heard"), [("200 OK", True), ("403 Forbidden", False)])
def test_the_probe_hears_an_answer(server: socket.socket, status: str, heard: bool) -> None:
    def reply() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(4096)
            head = f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            connection.sendall(head.encode())

    thread = threading.Thread(target=reply)
    thread.start()
    assert install.answers(url_of(server)) is heard
    thread.join()


def test_the_probe_gives_up_on_a_host_that_hangs(server: socket.socket) -> None:
    assert not install.answers(url_of(server), seconds=0.2)


def test_the_probe_takes_a_refusal_for_silence(server: socket.socket) -> None:
    url = url_of(server)
    server.close()
    assert not install.answers(url)


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("ERROR: [Errno 28] No space left on device", "the disk is full"),
        ("ensurepip is not available", "apt install python3-venv"),
        ("after connection broken by 'NewConnectionError('<x>: …", "check the network"),
        ("socket.timeout ReadTimeoutError\nNo matching distribution found for x", "network"),
        ("SSLError(SSLCertVerificationError(1, 'CERTIFICATE_VERIFY_FAILED", "PIP_CERT"),
        ("ERROR: ResolutionImpossible: for help visit", "do not fit together"),
        ("ERROR: No matching distribution found for anyio==4.16.0", "finds no anyio==4.16.0"),
        ("a\nERROR: something else\nb", "ERROR: something else"),
        ("", "without saying why"),
    ],
)
def test_a_failure_is_explained_in_one_line(output: str, words: str) -> None:
    line = install.explain(output)
    assert words in line
    assert "\n" not in line


def test_a_full_disk_is_said_before_anything_is_installed() -> None:
    assert install.disk_problem(int(1.5e9)) == "only 1.5 GB free here, about 3 GB wanted"
    assert install.disk_problem(int(3.1e9)) == ""


def test_a_python_without_ensurepip_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert install.venv_problem() == ""
    find = install.importlib.util.find_spec
    hidden = lambda name: None if name == "ensurepip" else find(name)  # noqa: E731
    monkeypatch.setattr(install.importlib.util, "find_spec", hidden)
    assert "apt install python3-venv" in install.venv_problem()


# ---- install.py: what it does, with a pip that only notes what it is asked


class Pip:
    """Stands in for `pip install` in .venv; answers with what `outputs` says."""

    def __init__(self, outputs: dict[str, str] | None = None) -> None:
        self.asked: list[str] = []
        self.outputs = outputs or {}

    def __call__(self, root: Path, *arguments: str) -> str:
        self.asked.append(" ".join(arguments))
        return next((o for word, o in self.outputs.items() if word in self.asked[-1]), "")


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a repository with a bare .venv that nothing was installed into yet."""
    root = tmp_path / "course"
    (root / SCRIPT).parent.mkdir(parents=True)
    for name in ("requirements.lock", "pyproject.toml", str(SCRIPT)):
        shutil.copyfile(ROOT / name, root / name)
    monkeypatch.setattr(install, "is_usable", lambda root: (root / ".venv").exists())
    monkeypatch.setattr(install, "make_venv", lambda root: (root / ".venv").mkdir())
    monkeypatch.setattr(install, "has_nvidia", lambda: False)
    monkeypatch.setattr(install, "answers", lambda: True)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("UNROLLED_TORCH", raising=False)
    return root


def use(monkeypatch: pytest.MonkeyPatch, **outputs: str) -> Pip:
    pip = Pip(outputs)
    monkeypatch.setattr(install, "pip_install", pip)
    return pip


def test_torch_comes_first_then_the_lock_then_the_course(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pip = use(monkeypatch)
    assert install.main(course) == 0
    assert pip.asked == [
        f"--no-deps torch==2.13.0+cpu --index-url {install.CPU_INDEX}",
        "-r requirements.lock",
        "--no-deps --no-build-isolation -e .",
    ]
    settings = course / ".venv/share/jupyter/lab/settings/overrides.json"
    news = json.loads(settings.read_text())["@jupyterlab/apputils-extension:notification"]
    assert news == {"fetchNews": "false", "checkForUpdates": False}


def test_the_second_run_does_nothing_and_says_nothing(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pip = use(monkeypatch)
    install.main(course)
    pip.asked.clear()
    capsys.readouterr()
    monkeypatch.setattr(install, "answers", lambda: pytest.fail("it asked the network"))
    assert install.main(course) == 0
    assert (pip.asked, capsys.readouterr().out) == ([], "")


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_description_is_installed(
    course: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    pip = use(monkeypatch)
    install.main(course)
    with open(course / name, "a") as file:
        file.write("# changed\n")
    pip.asked.clear()
    assert install.main(course) == 0
    assert "-r requirements.lock" in pip.asked


def test_an_interrupted_run_is_carried_on(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*arguments: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(install, "pip_install", interrupted)
    assert install.main(course) == 1
    assert capsys.readouterr().err == "setup: interrupted; run it again and it carries on\n"
    # make_venv would fail on a folder that is there: the same .venv is used
    pip = use(monkeypatch)
    assert install.main(course) == 0
    assert len(pip.asked) == 3


def test_a_failed_update_is_not_taken_for_finished(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch)
    install.main(course)
    before = (course / "requirements.lock").read_text()
    (course / "requirements.lock").write_text(before + "# changed\n")
    use(monkeypatch, **{"requirements.lock": "ERROR: broken off"})
    assert install.main(course) == 1
    (course / "requirements.lock").write_text(before)
    pip = use(monkeypatch)
    assert install.main(course) == 0
    assert len(pip.asked) == 3


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("ERROR: … torch==2.13.0+cpu (from versions: 2.12.0, 2.13.0)", "UNROLLED_TORCH=ordinary"),
        ("… torch==2.13.0+cpu (from versions: none)\nNewConnectionError", "check the network"),
        (
            "(from versions: none)\nNo matching distribution found for torch==2.13.0+cpu",
            "finds no torch",
        ),
    ],
)
def test_without_the_cpu_index_only_a_cpu_build_will_do(
    course: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    output: str,
    words: str,
) -> None:
    monkeypatch.setattr(install, "answers", lambda: False)
    pip = use(monkeypatch, torch=output)
    assert install.main(course) == 1
    assert pip.asked == ["--no-deps torch==2.13.0+cpu"]
    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


def test_a_wish_for_the_ordinary_torch_is_obeyed(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNROLLED_TORCH", "ordinary")
    pip = use(monkeypatch)
    assert install.main(course) == 0
    assert pip.asked[0] == "-r requirements.lock"


def test_an_unreadable_lock_ends_in_one_line(
    course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use(monkeypatch)
    (course / "requirements.lock").unlink()
    assert install.main(course) == 1
    error = capsys.readouterr().err
    assert "requirements.lock" in error
    assert error.count("\n") == 1


# ---- install.py as it is run, in a copy, without any package index


def test_a_real_set_up_that_fails_ends_in_one_line_and_is_made_anew(tmp_path: Path) -> None:
    root = tmp_path / "copy"
    (root / SCRIPT).parent.mkdir(parents=True)
    for name in ("requirements.lock", "pyproject.toml", str(SCRIPT)):
        shutil.copyfile(ROOT / name, root / name)
    (root / ".venv").mkdir()
    (root / ".venv" / "leftover").touch()  # a folder that is no environment
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
    environment = {**os.environ, **offline, "UNROLLED_TORCH": "ordinary"}
    command = [sys.executable, str(root / SCRIPT)]

    def run() -> tuple[int, list[str], list[str]]:
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()

    code, said, errors = run()
    assert code == 1
    assert said[0] == "setup: making .venv"
    assert len(errors) == 1
    assert re.search(r"pip finds no \S+==\S+ for this Python.*\.venv/setup\.log", errors[0])
    assert "No matching distribution" in (root / ".venv" / "setup.log").read_text()
    assert not (root / ".venv" / "leftover").exists()

    code, said, errors = run()  # carries on with the same .venv
    assert (code, len(errors)) == (1, 1)
    assert "setup: making .venv" not in said

    moved = root.rename(tmp_path / "moved")
    assert install.is_usable(moved)  # no finished set-up names another place yet
    install.write_stamp(moved, {**install.stamp(moved), "place": str(root)})
    assert not install.is_usable(moved)


# ---- lock.py


def item(name: str, version: str) -> dict[str, Any]:
    return {"metadata": {"name": name, "version": version}}


def test_the_lock_takes_names_and_versions_from_pip_s_report() -> None:
    found = [item("torch", "2.13.0+cpu"), item("Jinja2", "3.1.6"), item("anyio", "4.16.0")]
    found += [item("nvidia-cublas", "13.0"), item("triton", "3.5"), item("unrolled", "0.1.0")]
    assert lock.pins({"install": found}) == ["anyio==4.16.0", "Jinja2==3.1.6", "torch==2.13.0"]


def test_the_lock_keeps_its_comments_and_its_pins_for_other_systems() -> None:
    old = '# why\nanyio==1\ncolorama==0.4.6 ; sys_platform == "win32"\nzzz==1\n'
    new = lock.renewed(old, ["anyio==2", "torch==3"])
    assert new == '# why\nanyio==2\ncolorama==0.4.6 ; sys_platform == "win32"\ntorch==3\n'


def test_the_lock_s_own_form_is_the_one_that_make_lock_writes() -> None:
    plain = [pin for pin in install.lock_pins(ROOT) if ";" not in pin]
    assert lock.renewed(LOCK_TEXT, plain) == LOCK_TEXT
