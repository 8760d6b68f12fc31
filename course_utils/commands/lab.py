"""Hand out the notebooks and open JupyterLab: what stands behind `make lab`.

A learner works in `my_course/`, which git ignores. A copy whose text the learner
left alone follows the course after a `git pull`; an edited copy is never touched.
What counts is the text of the cells: running a notebook is no edit.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIRST = "00_start_here.ipynb"
RECORD = ".handed-out.json"
KERNEL_START = str(Path(__file__).with_name("kernel.py"))


def fingerprint(notebook: Path) -> str:
    """Boil the text of a notebook's cells, outputs left out, down to one hash.

    Parameters
    ----------
    notebook : Path
        The file.

    Returns
    -------
    str
        The hash; "unreadable" if the file is no notebook (so it fits no hash).
    """
    try:
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        text = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
    except (OSError, ValueError, KeyError, TypeError):
        return "unreadable"
    return hashlib.sha256(json.dumps(text).encode()).hexdigest()


def read_record(path: Path) -> dict[str, str]:
    """Read which text of each notebook was handed out; empty if nothing is on record."""
    try:
        record = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def hand_out(course: Path, own: Path) -> list[str]:
    """Copy the course's notebooks into the learner's folder, and overwrite no edit.

    Parameters
    ----------
    course : Path
        The folder of the course's notebooks.
    own : Path
        The learner's folder; made if it is not there.

    Returns
    -------
    list of str
        One line for the learner for each notebook that was updated, or that was kept
        although the course has a newer one.
    """
    own.mkdir(exist_ok=True)
    record = read_record(own / RECORD)
    lines = []
    for source in sorted(course.glob("*.ipynb")):
        name, copy, new = source.name, own / source.name, fingerprint(source)
        if not copy.exists():
            shutil.copyfile(source, copy)
        elif fingerprint(copy) == new:
            pass  # up to date, run or not
        elif fingerprint(copy) == record.get(name):
            shutil.copyfile(source, copy)
            lines.append(f"{own.name}/{name}: updated to the course's new version")
        else:
            if new != record.get(name):
                lines.append(
                    f"{own.name}/{name}: kept, it has your edits; the course has a newer one: "
                    "to get it, rename yours and run `make lab` again"
                )
            continue
        record[name] = new
    (own / RECORD).write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", "utf-8")
    return lines


def options(root: Path, own: Path, as_root: bool) -> list[str]:
    """Give JupyterLab's options: where it starts, and with which notebook."""
    found = [f"--ServerApp.root_dir={root}"]
    if (own / FIRST).exists():
        found.append(f"--LabApp.default_url=/lab/tree/{own.name}/{FIRST}")
    if as_root:  # the usual user of a container; the server listens on loopback only
        found.append("--ServerApp.allow_root=True")
    return found


def main() -> None:
    """Hand out the notebooks, then become JupyterLab; extra arguments go to it."""
    own = ROOT / "my_course"
    for line in hand_out(ROOT / "notebooks", own):
        print(line)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("PYTHONSTARTUP", KERNEL_START)
    from jupyterlab.labapp import LabApp

    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    LabApp.launch_instance([*options(ROOT, own, as_root), *sys.argv[1:]])


if __name__ == "__main__":
    main()
