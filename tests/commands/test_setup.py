"""The set-up: what install.py decides, what it does, and how it says that it cannot."""

import ast
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from course_utils import settings
from course_utils.commands import install
from course_utils.commands.install import Environment
from course_utils.settings import ROOT

SCRIPT = Path("course_utils/commands/install.py")
# What `make setup` reads of the repository.
FILES = (
    SCRIPT,
    "course_utils/commands/__init__.py",
    "course_utils/commands/pip_failures.py",
    "course_utils/__init__.py",
    "course_utils/settings.py",
    "pyproject.toml",
    "requirements.lock",
    "requirements-lowest.lock",
    "requirements-lab.lock",
)


# ---- install.py: what it decides


def test_it_starts_under_an_old_python() -> None:
    tree = ast.parse((ROOT / SCRIPT).read_text("utf-8"), feature_version=(3, 6))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    hints = [f.returns for f in functions] + [a.annotation for f in functions for a in f.args.args]
    # list[str] or str | None would already fail when Python 3.6 reads the definition
    assert {type(hint) for hint in hints if hint} <= {ast.Name, ast.Constant}
    imported = [n.module for n in tree.body if isinstance(n, ast.ImportFrom)]
    imported += [a.name for n in tree.body if isinstance(n, ast.Import) for a in n.names]
    assert {name.split(".")[0] for name in imported if name} <= sys.stdlib_module_names


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 13), (3, 15, 0), (4, 0)])
def test_another_python_is_told_which_ones_will_do(version: tuple[int, ...]) -> None:
    problem = install.python_problem(version)
    assert "this is Python {}.{}, the course needs 3.11 to 3.14".format(*version) in problem
    assert "make setup PYTHON=python3.13" in problem
    assert "\n" not in problem


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 11, 2), (3, 12, 1), (3, 13, 0), (3, 14, 9)])
def test_a_python_of_the_course_is_fine(version: tuple[int, ...]) -> None:
    assert install.python_problem(version) == ""


@pytest.mark.parametrize(
    ("build", "machine", "macos", "words"),
    [
        ("macosx-10.9-universal2", "x86_64", "15.2", "Intel Macs"),
        ("macosx-11.0-arm64", "arm64", "13.6.1", "macOS before 14"),
        ("win-arm64", "ARM64", "", "Windows on ARM"),
        ("macosx-11.0-arm64", "arm64", "14.0", ""),
        ("win-amd64", "ARM64", "", ""),  # an emulated x64 Python takes the wheels for x64
        ("linux-x86_64", "x86_64", "", ""),
        ("linux-aarch64", "aarch64", "", ""),
    ],
)
def test_a_system_without_torch_is_told_so(
    build: str, machine: str, macos: str, words: str
) -> None:
    problem = install.system_problem(build, machine, macos)
    assert bool(problem) is bool(words)
    assert words in problem
    assert words in (ROOT / "README.md").read_text("utf-8")


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

    def __call__(self, environment: Environment, *arguments: str) -> str:
        self.asked.append(" ".join(arguments))
        return next((o for word, o in self.outputs.items() if word in self.asked[-1]), "")


def copy_to(root: Path) -> None:
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, root / name)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """Make a repository whose bare .venv has nothing installed yet."""
    copy_to(tmp_path)
    monkeypatch.setattr(install, "is_usable", lambda environment: environment.folder.exists())
    monkeypatch.setattr(install, "make_venv", lambda environment: environment.folder.mkdir())
    monkeypatch.setattr(install, "has_nvidia", lambda: False)
    monkeypatch.setattr(install, "answers", lambda: True)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("UNROLLED_TORCH", raising=False)
    return Environment(tmp_path)


def use(monkeypatch: pytest.MonkeyPatch, **outputs: str) -> Pip:
    pip = Pip(outputs)
    monkeypatch.setattr(install, "pip_install", pip)
    return pip


def test_torch_comes_first_then_the_lock_then_the_course(
    course: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    pip = use(monkeypatch)
    assert install.main(course) == 0
    assert pip.asked == [
        f"--no-deps torch==2.13.0+cpu --index-url {install.CPU_INDEX}",
        "--only-binary=:all: -r requirements.lock",
        "--no-deps --no-build-isolation -e .",
    ]
    overrides = course.folder / "share/jupyter/lab/settings/overrides.json"
    news = json.loads(overrides.read_text())["@jupyterlab/apputils-extension:notification"]
    assert news == {"fetchNews": "false", "checkForUpdates": False}


def test_the_second_run_does_nothing_and_says_nothing(
    course: Environment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
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
    course: Environment, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    pip = use(monkeypatch)
    install.main(course)
    with open(course.root / name, "a") as file:
        file.write("# changed\n")
    pip.asked.clear()
    assert install.main(course) == 0
    assert "--only-binary=:all: -r requirements.lock" in pip.asked


def test_an_interrupted_run_is_carried_on(
    course: Environment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
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
    course: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch)
    install.main(course)
    before = course.lock.read_text()
    course.lock.write_text(before + "# changed\n")
    use(monkeypatch, **{"requirements.lock": "ERROR: broken off"})
    assert install.main(course) == 1
    course.lock.write_text(before)
    pip = use(monkeypatch)
    assert install.main(course) == 0
    assert len(pip.asked) == 3


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("ERROR: … torch==2.13.0+cpu (from versions: 2.12.0, 2.13.0)", "UNROLLED_TORCH=ordinary"),
        ("torch==2.13.0+cpu … have conflicting dependencies", "UNROLLED_TORCH=ordinary"),
        ("… torch==2.13.0+cpu (from versions: none)\nNewConnectionError", "check the network"),
        (
            "(from versions: none)\nNo matching distribution found for torch==2.13.0+cpu",
            "finds no torch",
        ),
    ],
)
def test_without_the_cpu_index_only_a_cpu_build_will_do(
    course: Environment,
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
    course: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNROLLED_TORCH", "ordinary")
    pip = use(monkeypatch)
    assert install.main(course) == 0
    assert pip.asked[0] == "--only-binary=:all: -r requirements.lock"


def test_an_unreadable_lock_ends_in_one_line(
    course: Environment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use(monkeypatch)
    course.lock.unlink()
    assert install.main(course) == 1
    error = capsys.readouterr().err
    assert "requirements.lock" in error
    assert error.count("\n") == 1


def test_a_system_without_torch_is_refused_before_anything_else(
    course: Environment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pip = use(monkeypatch)
    monkeypatch.setattr(install.sysconfig, "get_platform", lambda: "win-arm64")
    assert install.main(course) == 1
    assert (pip.asked, course.folder.exists()) == ([], False)
    assert capsys.readouterr().err == (
        "setup: there is no torch for Windows on ARM; README.md says what to use instead\n"
    )


def test_the_lowest_versions_get_an_environment_of_their_own(
    course: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    pip = use(monkeypatch)
    lowest = Environment(course.root, lowest=True)
    assert install.main(lowest) == 0
    assert pip.asked[1] == "--only-binary=:all: -r requirements-lowest.lock"
    assert lowest.folder.name == ".venv-lowest"
    assert not course.folder.exists()
    use(monkeypatch, lowest="ERROR: broken off")
    lowest.lock.write_text(lowest.lock.read_text() + "# changed\n")
    assert install.main(lowest) == 1
    assert install.main(course) == 0, "one does not spoil the other"


def test_a_learner_gets_no_test_tools_and_what_a_tester_has_is_enough(
    course: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    pip = use(monkeypatch)
    lab = Environment(course.root, lab=True)
    assert lab.folder == course.folder
    for environment, lock in [(lab, "requirements-lab.lock"), (course, "requirements.lock")]:
        pip.asked.clear()
        assert install.main(environment) == 0
        assert pip.asked[1] == f"--only-binary=:all: -r {lock}"
    pip.asked.clear()
    assert install.main(lab) == 0
    assert pip.asked == [], "the other way round, nothing is missing"


def test_from_a_folder_of_wheels_no_index_is_asked(
    course: Environment, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(install, "answers", lambda: pytest.fail("it asked the network"))
    stick = tmp_path / "a stick"
    stick.mkdir()
    (stick / "torch-1-py3-none-any.whl").touch()
    pip = use(monkeypatch)
    assert install.main(Environment(course.root, lab=True, wheels=str(stick))) == 0
    assert pip.asked == [
        "--no-deps torch==2.13.0+cpu",
        "--only-binary=:all: -r requirements-lab.lock",
        "--no-deps --no-build-isolation -e .",
    ]


def test_the_options_of_the_command_line() -> None:
    assert install.asked([]).lock.name == "requirements.lock"
    assert install.asked(["--lowest"]).lock.name == "requirements-lowest.lock"
    from_a_stick = install.asked(["--from", "D:\\wheels"])
    assert from_a_stick.lock.name == "requirements-lab.lock"
    assert from_a_stick.wheels == "D:\\wheels"


# ---- install.py as it is run, in a copy, without any package index


OFFLINE = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}


def run(*command: str | Path) -> tuple[int, list[str], list[str]]:
    environment = {**os.environ, **OFFLINE, "UNROLLED_TORCH": "ordinary"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()


def test_a_real_set_up_that_fails_ends_in_one_line_and_is_made_anew(tmp_path: Path) -> None:
    copy_to(tmp_path)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "leftover").touch()  # a folder that is no environment

    code, said, errors = run(sys.executable, tmp_path / SCRIPT)
    assert code == 1
    assert said[0] == "setup: making .venv"
    assert len(errors) == 1
    assert re.search(r"pip finds no \S+==\S+ for this Python.*\.venv/setup\.log", errors[0])
    assert "No matching distribution" in (tmp_path / ".venv" / "setup.log").read_text()
    assert not (tmp_path / ".venv" / "leftover").exists()

    code, said, errors = run(sys.executable, tmp_path / SCRIPT)  # carries on with the same .venv
    assert (code, len(errors)) == (1, 1)
    assert "setup: making .venv" not in said


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 15, 0)])
def test_a_real_set_up_refuses_another_python_before_anything_else(
    tmp_path: Path, version: tuple[int, ...]
) -> None:
    copy_to(tmp_path)
    other = f"import runpy, sys; sys.version_info = {version}; "
    start = f"runpy.run_path({str(tmp_path / SCRIPT)!r}, run_name='__main__')"
    code, said, errors = run(sys.executable, "-c", other + start)
    assert (code, said, len(errors)) == (1, [], 1)
    assert errors[0].startswith(f"setup: this is Python 3.{version[1]}, the course needs")
    assert not (tmp_path / ".venv").exists()


def test_a_wish_for_torch_is_read_from_the_settings_of_the_course(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "torch_wish", lambda: "what the settings say")
    monkeypatch.setattr(sys, "path", sys.path.copy())
    assert install.torch_wish() == "what the settings say"
