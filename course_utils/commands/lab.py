"""Hand out the notebooks and open JupyterLab: what stands behind `make lab`.

A learner works in `my_course/`, which git ignores; see `course_utils.commands.handout` for what
is laid there.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from course_utils import lessons
from course_utils.commands.handout import copies, hand_out
from course_utils.settings import ROOT

FIRST = "00_start_here.ipynb"
KERNEL_START = str(Path(__file__).with_name("kernel.py"))


def options(root: Path, own: Path, as_root: bool) -> list[str]:
    """Give JupyterLab's options: where it starts, and with which notebook."""
    found = [f"--ServerApp.root_dir={root}"]
    if first := copies(own, FIRST):
        found.append(f"--LabApp.default_url=/lab/tree/{own.name}/{first[-1].name}")
    if as_root:  # the usual user of a container; the server listens on loopback only
        found.append("--ServerApp.allow_root=True")
    return found


def main() -> None:
    """Hand out the notebooks, then become JupyterLab; extra arguments go to it."""
    own = ROOT / "my_course"
    for line in hand_out(ROOT / "notebooks", own, lessons.parts().values()):
        print(line)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("PYTHONSTARTUP", KERNEL_START)
    from jupyterlab.labapp import LabApp

    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    LabApp.launch_instance([*options(ROOT, own, as_root), *sys.argv[1:]])


if __name__ == "__main__":
    main()
