"""Hand out the notebooks and open JupyterLab: the command behind `make lab`.

A learner works in `my_course/`, which git ignores; `course_utils.commands.handout` says what goes
into it, and `settings.own_folder` where it is if the course is shared or read-only.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from pathlib import Path

from course_utils import lessons, settings
from course_utils.commands.handout import copies, hand_out

FIRST = "00_start_here.ipynb"
KERNEL_START = str(Path(__file__).with_name("kernel.py"))


def options(root: Path, own: Path, as_root: bool) -> list[str]:
    """Return JupyterLab's options: where it starts, and with which notebook."""
    found = [f"--ServerApp.root_dir={root}"]
    if first := copies(own, FIRST):
        found.append(f"--LabApp.default_url=/lab/tree/{own.name}/{first[-1].name}")
    if as_root:  # the usual user of a container; the server listens on loopback only
        found.append("--ServerApp.allow_root=True")
    return found


def prepare(folder: Path) -> None:
    """Set what JupyterLab and its kernels find in their environment, unless it is set already."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("PYTHONSTARTUP", KERNEL_START)
    # Otherwise a kernel called "python3" in the learner's home would come before the course's own.
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")
    if not settings.home_takes_files():
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "MPLCONFIGDIR"):
            os.environ.setdefault(name, str(folder / ".jupyter"))


def main() -> None:
    """Hand out the notebooks, then become JupyterLab; extra arguments go to it."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a path may contain what a pipe can't write
    folder = settings.own_folder()
    own = folder / "my_course"
    try:
        lines = hand_out(settings.ROOT / "notebooks", own, lessons.parts().values())
    except OSError as error:
        sys.exit(
            f"lab: can't put your copies of the notebooks into {own} ({error.strerror}): "
            "make that folder writable, or copy the course to one that is"
        )
    if folder != settings.ROOT:
        print(f"lab: you can't write to the course's folder, so you work in {own}")
    if folder.parent == Path(tempfile.gettempdir()):
        print("lab: that is a temporary folder, so save elsewhere what you want to keep")
    for line in lines:
        print(line)
    prepare(folder)
    try:
        from jupyterlab.labapp import LabApp
    except ModuleNotFoundError:
        sys.exit(
            f"lab: there is no JupyterLab for {sys.executable}: `make lab` sets one up "
            "(Windows: the two lines in README.md)"
        )

    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    LabApp.launch_instance([*options(folder, own, as_root), *sys.argv[1:]])


if __name__ == "__main__":
    main()
