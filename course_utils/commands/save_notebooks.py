"""Execute the course's notebooks and save them: the command behind `make notebooks`.

First it puts the facts (see `facts`) into the notebooks and the README. If the course hasn't
changed, the files stay the same byte for byte, so a diff shows what really changed. It also saves
the figure of the cell with the tag ``readme-picture`` as a file, for the README.
"""

from __future__ import annotations

import argparse
import base64
import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from course_utils import settings
from course_utils.commands import facts
from course_utils.commands.course import read_course

NOTEBOOKS = settings.ROOT / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
PICTURE_TAG = "readme-picture"
NOISE = ("execution", "ExecuteTime", "collapsed", "scrolled", "trusted")  # in cell metadata
CELL_TIMEOUT = 120
CELL_BUDGET, NOTEBOOK_BUDGET = 10.0, 60.0  # seconds, from a fresh kernel


@dataclass
class Timing:
    """How long a notebook took, in seconds, by cell."""

    cells: dict[int, float] = field(default_factory=dict)
    number: int = 0  # the running cell, counted from 1
    began: float = 0.0
    total: float = 0.0

    def start(self, cell: Any, cell_index: int) -> None:
        """Note when a cell starts (nbclient calls this)."""
        self.number, self.began = cell_index + 1, time.monotonic()

    def stop(self, cell: Any, cell_index: int, execute_reply: Any) -> None:
        """Note when a cell is done (nbclient calls this)."""
        self.cells[self.number] = time.monotonic() - self.began

    @property
    def slowest(self) -> tuple[int, float]:
        """The number and the seconds of the slowest cell; (0, 0.0) without code cells."""
        return max(self.cells.items(), key=lambda item: item[1], default=(0, 0.0))

    @property
    def over_budget(self) -> bool:
        """Whether a cell, or the whole notebook, is slower than the course allows."""
        return self.slowest[1] > CELL_BUDGET or self.total > NOTEBOOK_BUDGET


def _tidy_outputs(outputs: list[Any]) -> list[Any]:
    """Drop widget views, empty outputs and timings; join the pieces of each stream."""
    kept: list[Any] = []
    for output in outputs:
        if "data" in output:
            output.data.pop(WIDGET, None)
            if not output.data:
                continue
        if output.output_type == "stream" and kept and kept[-1].get("name") == output.name:
            kept[-1].text += output.text
        else:
            kept.append(output)
    return kept


def tidy(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Reduce a notebook to what we commit.

    Parameters
    ----------
    notebook : NotebookNode
        An executed notebook; it is changed.

    Returns
    -------
    NotebookNode
        The same notebook: cell ids, text, tags and outputs kept; widget views,
        timings and the details of this machine's Python gone.
    """
    metadata = {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}}
    notebook.metadata = nbformat.from_dict(metadata)
    for cell in notebook.cells:
        for name in NOISE:
            cell.metadata.pop(name, None)
        if cell.cell_type == "code":
            cell.outputs = _tidy_outputs(cell.outputs)
    return notebook


def as_text(notebook: nbformat.NotebookNode) -> str:
    """Write a notebook as the text of its file, in one fixed form."""
    return nbformat.writes(notebook, indent=1, sort_keys=True, ensure_ascii=False).rstrip() + "\n"


def execute(notebook: nbformat.NotebookNode, folder: Path) -> Timing:
    """Run every cell in a fresh kernel.

    Parameters
    ----------
    notebook : NotebookNode
        The notebook; its outputs are replaced.
    folder : Path
        The folder that the kernel starts in.

    Returns
    -------
    Timing
        The seconds, by cell.

    Raises
    ------
    RuntimeError
        With one line that names the cell and the error.
    """
    timing = Timing()
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        kernel_name="python3",
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=timing.start,
        on_cell_executed=timing.stop,
    )
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        # Nothing may depend on who runs this: a fresh record of the exercises, none of
        # their start-up files, and sets that always come out in the same order.
        settings = {
            "OMP_NUM_THREADS": "1",
            "PYTHONHASHSEED": "0",
            "IPYTHONDIR": scratch,
            "UNROLLED_QUIET": "1",
            "UNROLLED_STRICT": "1",
            "UNROLLED_PROGRESS": str(Path(scratch) / "progress.json"),
        }
        try:
            client.execute(env={**os.environ, **settings})
        except CellExecutionError as error:
            what = " ".join(f"{error.ename}: {error.evalue}".split())
            raise RuntimeError(f"cell {timing.number}: {what}") from error
        except CellTimeoutError as error:
            raise RuntimeError(f"cell {timing.number}: over {CELL_TIMEOUT} s") from error
        except DeadKernelError as error:
            raise RuntimeError(f"cell {timing.number}: the kernel died") from error
    timing.total = time.monotonic() - began
    return timing


def picture(notebook: nbformat.NotebookNode) -> bytes | None:
    """Extract the PNG that the README shows from an executed notebook.

    Parameters
    ----------
    notebook : NotebookNode
        An executed notebook.

    Returns
    -------
    bytes or None
        The figure of the cell with the tag ``readme-picture``; None if no cell has it.
    """
    for cell in notebook.cells:
        if PICTURE_TAG in cell.metadata.get("tags", []):
            for output in cell.outputs:
                if "image/png" in output.get("data", {}):
                    return base64.b64decode(output.data["image/png"])
    return None


def picture_path(path: Path) -> Path:
    """Say where to save a notebook's picture: in ``pictures``, in the notebook's folder."""
    return path.parent / "pictures" / f"{path.stem}.png"


def save(path: Path) -> Timing:
    """Execute one notebook, tidy it, and save it if its text changed.

    Parameters
    ----------
    path : Path
        The notebook's file. A notebook that fails is not saved.

    Returns
    -------
    Timing
        The seconds, by cell.

    Raises
    ------
    RuntimeError
        With one line that names the cell and the error.
    """
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    timing = execute(notebook, path.parent)
    text = as_text(tidy(notebook))
    if text != path.read_text("utf-8"):
        path.write_text(text, "utf-8", newline="\n")
    if (png := picture(notebook)) is not None:
        picture_path(path).parent.mkdir(exist_ok=True)
        picture_path(path).write_bytes(png)
    return timing


def write_facts(paths: list[Path]) -> list[str]:
    """Put the facts into files, and print what that changes.

    Parameters
    ----------
    paths : list of Path
        Notebooks, and perhaps the README.

    Returns
    -------
    list of str
        What only a person can fix, a line each.
    """
    course = read_course(NOTEBOOKS)
    faults = []
    for path in paths:
        page = facts.in_file(path, course)
        if page.differences:
            text = page.content if isinstance(page.content, str) else as_text(page.content)
            path.write_text(text, "utf-8", newline="\n")
            print("\n".join(page.differences), flush=True)
        faults += page.faults
    return faults


def main() -> int:
    """Run the command; return 0, or 1 if a notebook failed, has a fault or is over its budget."""
    parser = argparse.ArgumentParser(prog="make notebooks", description=__doc__)
    parser.add_argument("--only", default="", help="the start of a notebook's name, such as 05")
    parser.add_argument("--facts", action="store_true", help="write the facts, execute nothing")
    parser.add_argument("--budget", action="store_true", help="fail if a cell or notebook is slow")
    options = parser.parse_args()
    paths = [
        path for path in sorted(NOTEBOOKS.glob("*.ipynb")) if path.name.startswith(options.only)
    ]
    if not paths:
        print(f'notebooks: none starts with "{options.only}" in notebooks/', file=sys.stderr)
        return 1
    faults = write_facts(paths if options.only else [*paths, NOTEBOOKS.parent / "README.md"])
    for fault in faults:
        print(f"notebooks: {fault}", file=sys.stderr)
    slow = []
    for path in paths if not options.facts else []:
        before = path.read_bytes()
        try:
            timing = save(path)
        except RuntimeError as error:
            print(f"notebooks: {path.name}, {error}", file=sys.stderr)
            return 1
        number, seconds = timing.slowest
        changed = "unchanged" if path.read_bytes() == before else "saved"
        slowest = f"slowest cell {number}: {seconds:.1f} s"
        print(f"{path.name}: {timing.total:.1f} s, {slowest}, {changed}", flush=True)
        if timing.over_budget:
            slow.append(path.name)
    if slow and options.budget:
        limits = f"{CELL_BUDGET:.0f} s per cell, {NOTEBOOK_BUDGET:.0f} s per notebook"
        print(f"notebooks: over the budget ({limits}): {', '.join(slow)}", file=sys.stderr)
    return 1 if faults or (slow and options.budget) else 0


if __name__ == "__main__":
    sys.exit(main())
