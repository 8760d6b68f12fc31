"""The guard of the test run: nothing leaves this machine, and a try is not forgotten.

No test here names an address outside: names under .invalid can exist nowhere.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from jupyter_client.manager import start_new_kernel

TESTS = Path(__file__).parent
LOOK_UP = "import socket; socket.getaddrinfo('course.invalid', 80)"
# 0.0.0.0 is this machine too, but not loopback: were the guard off, nothing would leave either.
ELSEWHERE = ("0.0.0.0", 9)
SENDS = {
    "connect": f"socket.socket().connect({ELSEWHERE})",
    "sendto": f"socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', {ELSEWHERE})",
    "sendmsg": f"socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, {ELSEWHERE})",
    "gethostbyname": "socket.gethostbyname('course.invalid')",
    "by urllib": "import urllib.request; urllib.request.urlopen('http://course.invalid')",
}


@pytest.fixture
def guarded(tmp_path: Path) -> dict[str, str]:
    """Make an environment in which the guard is on, with a log of its own."""
    return os.environ | {
        "PYTHONPATH": str(TESTS / "guard"),
        "UNROLLED_GUARD_LOG": str(tmp_path / "own.log"),
    }


def run(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "import socket; " + code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("code", [LOOK_UP, *SENDS.values()], ids=["getaddrinfo", *SENDS])
def test_a_process_that_leaves_is_refused_and_logged(
    code: str, guarded: dict[str, str], tmp_path: Path
) -> None:
    done = run(code, guarded)
    assert done.returncode != 0
    assert "the tests stay offline" in done.stderr
    assert len((tmp_path / "own.log").read_text().splitlines()) == 1


def test_a_swallowed_refusal_is_still_logged(guarded: dict[str, str], tmp_path: Path) -> None:
    done = run("import contextlib\nwith contextlib.suppress(OSError): " + SENDS["connect"], guarded)
    assert done.returncode == 0
    assert "0.0.0.0" in (tmp_path / "own.log").read_text()


def test_loopback_and_unix_sockets_work(guarded: dict[str, str], tmp_path: Path) -> None:
    code = """
server = socket.create_server(('127.0.0.1', 0))
socket.create_connection(('localhost', server.getsockname()[1])).sendall(b'x')
assert server.accept()[0].recv(1) == b'x'
socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))
socket.getaddrinfo(None, 0)
local = socket.socket(socket.AF_UNIX); local.bind('s'); local.listen()
socket.socket(socket.AF_UNIX).connect('s')
"""
    code = f"import os; os.chdir({str(tmp_path)!r})\nimport socket\n" + code
    done = run(code, guarded)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "own.log").exists()


def test_a_notebook_kernel_is_watched(
    guarded: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager, client = start_new_kernel(kernel_name="python3", env=guarded)
    try:
        reply = client.execute_interactive(LOOK_UP, timeout=60, output_hook=lambda message: None)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert reply["content"]["ename"] == "PermissionError"
    assert "course.invalid" in (tmp_path / "own.log").read_text()


@pytest.mark.parametrize("workers", ["0", "2"])
def test_one_line_in_the_log_fails_the_whole_run_in_any_worker(
    guarded: dict[str, str], tmp_path: Path, workers: str
) -> None:
    shutil.copyfile(TESTS / "conftest.py", tmp_path / "conftest.py")
    quiet = "import contextlib, socket\n\ndef test_x():\n    with contextlib.suppress(OSError):\n"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "xdist"]
    command += ["-n", workers, "--dist", "loadfile", str(tmp_path)]
    environment = guarded | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # nothing else but conftest.py
    # In the second of two files, so that with two workers another one than the first meets it.
    (tmp_path / "test_a.py").write_text("def test_y():\n    pass\n")
    outcomes = {}
    for what, host in {"stays": "127.0.0.1", "leaves": "course.invalid"}.items():
        (tmp_path / "test_b.py").write_text(f"{quiet}        socket.getaddrinfo('{host}', 80)\n")
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, cwd=tmp_path, check=False
        )
        outcomes[what] = done.returncode, "refused: socket.getaddrinfo" in done.stdout
        assert "2 passed" in done.stdout
    assert outcomes == {"stays": (0, False), "leaves": (1, True)}


@pytest.fixture(scope="module")
def guard() -> ModuleType:
    """Load the guard's module; where it was off, it is on from here, which does no harm."""
    spec = importlib.util.spec_from_file_location("guard", TESTS / "guard" / "sitecustomize.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "host",
    [None, "", "localhost", b"localhost", "127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"],
)
def test_loopback_hosts(guard: ModuleType, host: object) -> None:
    assert guard.is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["course.invalid", "0.0.0.0", "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", b"x.invalid"],
)
def test_outside_hosts(guard: ModuleType, host: object) -> None:
    assert not guard.is_loopback(host)
