"""Fill a folder with all that a learner installs, for a stick: what stands behind `make wheels`.

For each system and Python that is asked for, the pins of requirements-lab.lock that it would
take, as wheels, and the course itself with them. The markers in the lock are judged for that
system and not for this one: ``pip download --platform`` alone would judge them for this one, and
leave out what only Windows needs.

``make wheels ARGS=--check`` downloads nothing. It asks the package index whether the folder for
every system and Python would be complete.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.markers import default_environment
from packaging.requirements import Requirement

from course_utils.commands import install, lock
from course_utils.settings import ROOT

OLDEST, NEWEST = install.OLDEST_PYTHON[1], install.NEWEST_PYTHON[1]
PYTHONS = tuple(f"3.{minor}" for minor in range(OLDEST, NEWEST + 1))
# The first and a late release: a pin may be for one of them only.
RELEASES = ("0", "30")
NOTE = """\
Unrolled, a course on recurrent networks: all that one needs to install it without a network.

1. Unpack {course} on your machine.
2. In its folder, with this stick at hand:
   Linux, macOS   make lab FROM=/path/to/this/folder
   Windows        py course_utils\\commands\\install.py --from D:\\this\\folder
                  .venv\\Scripts\\python -m course_utils.commands.lab
   (with D:\\this\\folder for where the stick is)

Here are the wheels for: {targets}.
"""


@dataclass(frozen=True)
class System:
    """A kind of machine: how pip, uv and a marker name it.

    Attributes
    ----------
    tags : tuple of str
        The platforms whose wheels run there, for pip.
    triple : str
        Its name for uv.
    marker : dict
        What a marker asks of it.
    """

    tags: tuple[str, ...]
    triple: str
    marker: dict[str, str]


SYSTEMS = {
    "linux": System(
        ("linux_x86_64", *(f"manylinux_2_{minor}_x86_64" for minor in range(5, 29))),
        "x86_64-manylinux_2_28",
        {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    ),
    "macos": System(
        tuple(f"macosx_{install.OLDEST_MACOS}_0_{kind}" for kind in ("arm64", "universal2")),
        "aarch64-apple-darwin",
        {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    ),
    "windows": System(
        ("win_amd64",),
        "x86_64-pc-windows-msvc",
        {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
    ),
}


def here() -> tuple[str, str]:
    """Name this machine's system and Python."""
    names = {"linux": "linux", "darwin": "macos", "win32": "windows"}
    return names[sys.platform], "{}.{}".format(*sys.version_info[:2])


def pins_for(system: str, python: str) -> list[str]:
    """List the pins that any release of a Python takes on a system, without their markers.

    Parameters
    ----------
    system : str
        Of `SYSTEMS`.
    python : str
        Such as "3.12".
    """
    found = set()
    for line in install.Environment(ROOT, lab=True).pins():
        pin = Requirement(line)
        for release in RELEASES:
            where: dict[str, Any] = {
                **default_environment(),
                **SYSTEMS[system].marker,
                "python_version": python,
                "python_full_version": f"{python}.{release}",
            }
            if pin.marker is None or pin.marker.evaluate(where):
                found.add(f"{pin.name}{pin.specifier}")
    return sorted(found)


def rounds(pins: Sequence[str]) -> Iterator[list[str]]:
    """Split pins into lists that hold each package once, since pip takes no two versions."""
    left = list(pins)
    while left:
        names: dict[str, str] = {}
        for pin in left:
            names.setdefault(pin.partition("==")[0], pin)
        yield list(names.values())
        left = [pin for pin in left if pin not in names.values()]


def download(system: str, python: str, folder: Path) -> None:
    """Lay the wheels for one system and Python in a folder.

    Raises
    ------
    subprocess.CalledProcessError
        If pip finds one of them nowhere; it has said which.
    """
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"]
    pip += ["--disable-pip-version-check", "--only-binary=:all:", f"--dest={folder}"]
    pip += [f"--platform={tag}" for tag in SYSTEMS[system].tags]
    pip += [f"--python-version={python}.{RELEASES[-1]}", "--implementation=cp"]
    pins = pins_for(system, python)
    if system == "linux":  # or pip takes the CUDA build, several GB
        (torch,) = [pin for pin in pins if pin.startswith("torch==")]
        pins.remove(torch)
        index = [f"--index-url={install.CPU_INDEX}"] if install.answers() else []
        subprocess.run([*pip, *index, f"{torch}+cpu"], check=True)
    for some in rounds(pins):
        subprocess.run([*pip, *some], check=True)


def pack_course(folder: Path) -> str:
    """Lay the course itself in the folder, as the last commit has it, and name the file."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    name = f"unrolled-{version}"
    archive = ["git", "archive", f"--prefix={name}/", f"--output={folder / name}.zip", "HEAD"]
    subprocess.run(archive, cwd=ROOT, check=True)
    return f"{name}.zip"


def missing(uv: Path, system: str, python: str) -> list[str]:
    """Ask the index which pins a machine would take and the folder would lack.

    Parameters
    ----------
    uv : Path
        The program that resolves for a machine other than this one.
    system, python : str
        Of the other machine.

    Returns
    -------
    list of str
        A line for each package; none if the folder would be complete.
    """
    command = [str(uv), "pip", "compile", "--quiet", "--no-header", "--no-annotate"]
    command += ["--only-binary=:all:", "--no-python-downloads"]
    command += [f"--python-platform={SYSTEMS[system].triple}", f"--python-version={python}"]
    command += ["--constraints=requirements-lab.lock", "pyproject.toml"]
    oldest = {**os.environ, "MACOSX_DEPLOYMENT_TARGET": f"{install.OLDEST_MACOS}.0"}
    done = subprocess.run(
        command, cwd=ROOT, env=oldest, capture_output=True, text=True, check=False
    )
    if done.returncode:
        return done.stderr.strip().splitlines()
    held = set(pins_for(system, python))
    return [line for line in done.stdout.split() if "==" in line and line not in held]


def check_all() -> int:
    """Resolve for every system and Python; return 0 if nothing would be missing."""
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        uv = lock.install_uv(Path(folder))
        for system in SYSTEMS:
            for python in PYTHONS:
                lacking = missing(uv, system, python)
                failed |= bool(lacking)
                print(f"wheels: {system}, Python {python}: {lacking or 'complete'}", flush=True)
    return int(failed)


def fill(folder: Path, systems: Sequence[str], pythons: Sequence[str]) -> int:
    """Fill the folder for every system and Python that is asked for; return 0 if all went well."""
    folder.mkdir(parents=True, exist_ok=True)
    targets = [f"{system} with Python {python}" for system in systems for python in pythons]
    try:
        for system in systems:
            for python in pythons:
                print(f"wheels: {system}, Python {python} …", flush=True)
                download(system, python, folder)
        course = pack_course(folder)
    except subprocess.CalledProcessError as error:
        print("wheels: stopped; the folder is not complete", file=sys.stderr)
        return error.returncode
    text = NOTE.format(course=course, targets="; ".join(targets))
    (folder / "READ-ME.txt").write_text(text, "utf-8")
    files = list(folder.glob("*"))
    size = sum(file.stat().st_size for file in files) / 1e9
    print(f"wheels: {len(files)} files, {size:.1f} GB, in {folder}")
    for target in targets:
        if target != "{} with Python {}".format(*here()):
            print(f"wheels: not tried on this machine: {target}")
    return 0


def main() -> int:
    """Read the options, and fill the folder or only check."""
    system, python = here()
    parser = argparse.ArgumentParser(prog="make wheels", description=__doc__.split("\n")[0])
    parser.add_argument("--platform", nargs="+", choices=SYSTEMS, default=[system])
    parser.add_argument("--python", nargs="+", choices=PYTHONS, default=[python])
    parser.add_argument("--to", type=Path, default=ROOT / "workshop" / "stick")
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    if asked.check:
        return check_all()
    return fill(asked.to, asked.platform, asked.python)


if __name__ == "__main__":
    sys.exit(main())
