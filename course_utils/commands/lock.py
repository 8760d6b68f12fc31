"""Resolve pyproject.toml anew into requirements.lock: what stands behind `make lock`.

pip only says what it would take; nothing is installed. Extra arguments are
further requirements, for example ``make lock ARGS="torch==2.13.0"``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from course_utils.commands import install

# What the CUDA builds of torch bring along on Linux; it has no place in the lock.
CUDA_PACKAGES = ("nvidia-", "cuda-", "triton")


def pins(report: dict[str, Any]) -> list[str]:
    """Turn pip's installation report into lines of the lock.

    Parameters
    ----------
    report : dict
        The JSON that ``pip install --report`` writes.

    Returns
    -------
    list of str
        ``name==version``, without local labels, the course itself or CUDA packages.
    """
    found = {}
    for item in report["install"]:
        name, version = item["metadata"]["name"], item["metadata"]["version"]
        if name != "unrolled" and not name.lower().startswith(CUDA_PACKAGES):
            found[name] = version.split("+")[0]
    return [f"{name}=={found[name]}" for name in sorted(found, key=str.lower)]


def renewed(old: str, new_pins: list[str]) -> str:
    """Put new pins into the text of the lock.

    Parameters
    ----------
    old : str
        The lock as it was. Its comments stay, and so do its pins for other systems
        (those with a marker): pip resolves for the system that it runs on.
    new_pins : list of str
        What `pins` found.

    Returns
    -------
    str
        The lock as it should be.
    """
    lines = old.splitlines()
    comments = [line for line in lines if line.startswith("#")]
    taken = {pin.split("==")[0] for pin in new_pins}
    others = [line for line in lines if ";" in line and not line.startswith("#")]
    elsewhere = [line for line in others if line.split("==")[0] not in taken]
    both = sorted([*new_pins, *elsewhere], key=lambda pin: pin.split("==")[0].lower())
    return "\n".join([*comments, *both]) + "\n"


def resolve(requirements: list[str]) -> dict[str, Any]:
    """Ask pip what it would take for the course with its tests.

    Raises
    ------
    install.SetupError
        With one line, if pip cannot say.
    """
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed"]
    command += ["--no-input", "--progress-bar=off", "--no-build-isolation"]
    wish = os.environ.get("UNROLLED_TORCH", "")
    source = install.torch_source(sys.platform, install.has_nvidia(), wish, install.answers)
    if source == "cpu-index":
        command += ["--extra-index-url", install.CPU_INDEX]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command += ["--report", str(report), f"{install.ROOT}[test]", *requirements]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise install.SetupError(install.explain(done.stdout + done.stderr))
        return json.loads(report.read_text("utf-8"))


def main() -> int:
    """Write requirements.lock anew; return 0, or 1 after one line on stderr."""
    path = install.ROOT / "requirements.lock"
    old = path.read_text("utf-8")
    print("lock: asking pip what it would take, some minutes", flush=True)
    try:
        new = renewed(old, pins(resolve(sys.argv[1:])))
    except install.SetupError as error:
        print(f"lock: {error}", file=sys.stderr)
        return 1
    changed = sorted(set(new.splitlines()) - set(old.splitlines()), key=str.lower)
    path.write_text(new, "utf-8")
    print("\n".join([*changed, f"lock: {len(changed)} pins are new; now `make test`"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
