"""Update both locks to match pyproject.toml: the command behind `make lock`.

uv resolves for every Python and every system of the course at once. It only reads the packages'
descriptions: it doesn't download torch or install anything. pyproject.toml says under [tool.uv]
which torch is pinned and which CUDA packages stay out.

Pins that still fit stay as they are; ``make lock ARGS=--upgrade`` takes the newest versions
instead, and ``ARGS="--upgrade-package numpy"`` the newest of one package.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from course_utils.commands import install
from course_utils.settings import ROOT

OLDEST_PYTHON = ".".join(map(str, install.OLDEST_PYTHON)) + ".0"


def compile_lock(uv: Path, lock: Path, *options: str) -> None:
    """Let uv write `lock`; pins that still fit are kept.

    Raises
    ------
    subprocess.CalledProcessError
        If uv finds no versions that fit together; uv has already said why.
    """
    command = [str(uv), "pip", "compile", "--quiet", "--universal", "--only-binary=:all:"]
    command += ["--no-python-downloads", f"--python-version={OLDEST_PYTHON}"]
    command += ["--no-annotate", "--custom-compile-command=make lock", f"--output-file={lock}"]
    subprocess.run([*command, *options, "pyproject.toml"], cwd=ROOT, check=True)


def install_uv(folder: Path) -> Path:
    """Fetch uv into `folder`, as pyproject.toml's extra "lock" names it, and say where it is."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    wanted = project["optional-dependencies"]["lock"]
    subprocess.run([*pip, f"--target={folder}", *wanted], check=True)
    return folder / "bin" / "uv"


def make_locks(folder: Path, *options: str) -> None:
    """Make both locks in `folder`, and move them into place when both are done."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    uv = install_uv(folder)

    lock, lowest, lab = (folder / f"requirements{kind}.lock" for kind in ("", "-lowest", "-lab"))
    shutil.copyfile(ROOT / lock.name, lock)
    compile_lock(uv, lock, "--extra=test", "--extra=workshop", *options)

    # The lowest versions of what the course itself asks for; the rest as in the other lock.
    shutil.copyfile(lock, lowest)
    direct = [re.split(r"[^\w.-]", text)[0] for text in project["dependencies"] + extras["test"]]
    fresh = [f"--upgrade-package={name}" for name in direct]
    compile_lock(uv, lowest, "--extra=test", "--resolution=lowest-direct", *fresh)

    # What a learner needs: the same versions, without the test tools.
    shutil.copyfile(lock, lab)
    compile_lock(uv, lab)

    for path in (lock, lowest, lab):
        shutil.copyfile(path, ROOT / path.name)


def main() -> int:
    """Make both locks; return 0, or the exit status of the tool that failed."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            make_locks(Path(folder), *sys.argv[1:])
        except subprocess.CalledProcessError as error:
            return error.returncode
    print("lock: done; now `make test` and `make test-lowest`")
    return 0


if __name__ == "__main__":
    sys.exit(main())
