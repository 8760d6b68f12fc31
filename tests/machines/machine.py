"""Machines as people have them: a course that they may not write in, another Python, another user.

Root can try the real thing: a read-only mount, which ends with the command (`unshare`), and a
user who owns nothing here (`setpriv`). Without root, a folder's permissions take their place.
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from course_utils.settings import ROOT

AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
LEFT_BEHIND = shutil.ignore_patterns(
    *(".git", ".venv*", "my_course", ".unrolled-progress*", "*.egg-info", "__pycache__"),
    *(".*_cache", ".hypothesis", ".jupyter", "browser-artefacts", "bench-results"),
)
MOUNT = 'for f in $READ_ONLY; do mount --bind "$f" "$f" && mount -o remount,ro,bind "$f"; done'
PLAY = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
where = {"metadata": {"path": sys.argv[2]}}
NotebookClient(notebook, allow_errors=True, timeout=120, resources=where).execute()
print(nbformat.writes(notebook))
"""


def copy_course(folder: Path) -> Path:
    """Copy the course without what a learner or a tool has left in it: a ZIP, unpacked."""
    shutil.copytree(ROOT, folder, ignore=LEFT_BEHIND)
    return folder


def environment(home: Path, *paths: Path, **more: str) -> dict[str, str]:
    """Give what a learner's process finds: a home, paths to import from, no switch of the course.

    The guard of the test run (tests/guard) stays on where it is.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("UNROLLED_")}
    for name in ("PYTHONSTARTUP", "JUPYTER_PREFER_ENV_PATH"):
        kept.pop(name, None)
    if "UNROLLED_GUARD_LOG" in os.environ:
        kept["UNROLLED_GUARD_LOG"] = os.environ["UNROLLED_GUARD_LOG"]
    path = [*map(str, paths), *kept.pop("PYTHONPATH", "").split(os.pathsep)]
    return kept | {
        "HOME": str(home),
        "TMPDIR": str(home.parent),
        "PYTHONPATH": os.pathsep.join(filter(None, path)),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
        "OMP_NUM_THREADS": "1",
        **more,
    }


@cache
def can_mount() -> bool:
    """Whether this user may mount, in a space that ends with the command."""
    if not AS_ROOT or shutil.which("unshare") is None:
        return False
    probe = ["unshare", "-m", "sh", "-c", "mount --bind /tmp /tmp"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def read_only(*folders: Path) -> list[str]:
    """Give what to put before a command for which these folders take no files."""
    if can_mount():
        names = " ".join(map(str, folders))
        return ["unshare", "-m", "sh", "-ec", f'READ_ONLY="{names}"; {MOUNT}; exec "$@"', "sh"]
    for folder in folders:
        folder.chmod(0o555)
    return as_user(65534)


def as_user(number: int) -> list[str]:
    """Give what to put before a command of a user who owns nothing here, but may read all."""
    if not AS_ROOT:
        return []
    who = [f"--reuid={number}", f"--regid={number}", "--clear-groups"]
    return ["setpriv", *who, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]


def run(
    command: list[str], env: dict[str, str], cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; what it writes is read as UTF-8."""
    return subprocess.run(
        command,
        env=env,
        cwd=cwd or env["HOME"],
        capture_output=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )


def make_python(folder: Path, leave_out: Callable[[str], bool] = lambda name: False) -> Path:
    """Make an environment with all packages of this one, but not the course, nor what is named."""
    venv.EnvBuilder(symlinks=True).create(folder)
    inside = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if "unrolled" not in entry.name and not leave_out(entry.name):
            (inside / entry.name).symlink_to(entry)
    return folder / "bin" / "python"


def play(python: Path, notebook: Path, where: Path, env: dict[str, str]) -> Iterator[dict]:
    """Execute a notebook in the kernel of a Python, past every error; give its code cells."""
    done = run([str(python), "-c", PLAY, str(notebook), str(where)], env)
    assert done.returncode == 0, done.stderr
    return (cell for cell in json.loads(done.stdout)["cells"] if cell["cell_type"] == "code")


def pythons() -> dict[str, Path]:
    """Find one Python of each kind that the course allows, this one among them."""
    known = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = {"{}.{}".format(*sys.version_info): Path(sys.executable)}
    for minor in range(11, 15):
        name = f"python3.{minor}"
        candidates = [shutil.which(name), *sorted(known.glob(f"*/bin/{name}"))]
        for path in filter(None, candidates):
            probe = [str(path), "-c", "import ssl"]
            if subprocess.run(probe, capture_output=True, check=False).returncode == 0:
                found.setdefault(f"3.{minor}", Path(path))
    return found
