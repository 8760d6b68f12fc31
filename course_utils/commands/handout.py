"""Copy the course's notebooks into a learner's folder, and never overwrite the learner's work.

A learner guesses before seeing the answer, so a copy has no outputs; the course's own notebooks
keep theirs, for reading without running.

If the learner hasn't changed the text of a copy, it is updated with the course. An edited copy is
never touched: when the course has moved on, the new edition goes next to it, as ``01a_….new.ipynb``
(then ``.new2``, ``.new3``: the highest is the newest), and begins with a note that says where the
earlier answers are. What counts is the text of the cells: running a notebook isn't an edit, and
its outputs stay. We used to hand out copies with outputs. A copy that is still the course's file
byte for byte was never run, so we replace it with one without.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from course_utils.doctor import bring_back
from course_utils.lessons import Part

RECORD = ".handed-out.json"  # from the name of each file to the fingerprint of what was handed out
UNREADABLE = "unreadable"
FOR_INSTRUCTORS = ("guide", "slides")  # in a cell's metadata
NOTE = "your-earlier-answers"  # the id of the cell that a new edition may begin with
KEPT = "from an older edition, kept with your edits"
EARLIER = (
    "**Your earlier answers** are still in {files}, from an older edition of the course. "
    "Copy over whatever you want to keep using. What you had passed stays passed."
)
_NAME = re.compile(r"(.+?)(?:\.new(\d*))?\.ipynb", re.IGNORECASE)
_NUMBER = re.compile(r"\d\d[a-z]?(?=_)")


def fingerprint(notebook: Path) -> str:
    """Reduce the text of a notebook's cells to one hash, without outputs and our own note.

    Parameters
    ----------
    notebook : Path
        The file.

    Returns
    -------
    str
        The hash; "unreadable" if the file isn't a notebook (which matches no hash).
    """
    try:
        cells = json.loads(notebook.read_text("utf-8"))["cells"]
        ours = [cell for cell in cells if cell.get("id") != NOTE]
        text = [[cell["cell_type"], "".join(cell["source"])] for cell in ours]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return UNREADABLE
    return hashlib.sha256(json.dumps(text).encode()).hexdigest()


def unrun(source: Path) -> dict[str, Any]:
    """Read a notebook as if it had never been run.

    Parameters
    ----------
    source : Path
        One of the course's notebooks.

    Returns
    -------
    dict
        The notebook's JSON, without outputs, execution counts and widget states, and without the
        lines that are for an instructor only.
    """
    notebook: dict[str, Any] = json.loads(source.read_text("utf-8"))
    notebook.get("metadata", {}).pop("widgets", None)
    for cell in notebook["cells"]:
        for key in FOR_INSTRUCTORS:
            cell.get("metadata", {}).pop(key, None)
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return notebook


def read_record(path: Path) -> dict[str, str]:
    """Read which text of each notebook was handed out; empty if there is no record."""
    try:
        record = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def copies(own: Path, name: str) -> list[Path]:
    """Find a learner's copies of one notebook.

    Parameters
    ----------
    own : Path
        The learner's folder.
    name : str
        The notebook's name in the course.

    Returns
    -------
    list of Path
        The first copy, then the later editions: the newest is the last.
    """
    wanted = name.casefold()  # some systems take 01A for 01a
    found = [path for path in own.glob("*.ipynb") if _name_in_course(path).casefold() == wanted]
    return sorted(found, key=lambda path: (_count(path), path.name))


def hand_out(course: Path, own: Path, parts: Iterable[Part] = ()) -> list[str]:
    """Copy the course's notebooks into the learner's folder, and never overwrite an edit.

    Parameters
    ----------
    course : Path
        The folder of the course's notebooks.
    own : Path
        The learner's folder; made if it isn't there.
    parts : iterable of Part
        The lessons; they know which one replaced a notebook that is no longer there.

    Returns
    -------
    list of str
        One line for the learner for each notebook that was updated or removed, and for each
        older one that was kept, until the learner has begun the new edition.
    """
    own.mkdir(exist_ok=True)
    record = read_record(own / RECORD)
    sources = {source.name: source for source in sorted(course.glob("*.ipynb"))}
    broken = [name for name in sources if fingerprint(sources[name]) == UNREADABLE]
    lines = [
        f"{course.name}/{name}: cannot be read; {bring_back(f'{course.name}/{name}')}"
        for name in broken
    ]
    for name in broken:
        del sources[name]
    heirs = _heirs(own, record, sources, list(parts))
    for path in [path for path in heirs if fingerprint(path) == record.get(path.name)]:
        path.unlink()
        del record[path.name]
        lines.append(f"{_told(path)}: removed, nothing in it was yours; {_now(heirs.pop(path))}")
    for name, source in sources.items():
        before = {path: found[name] for path, found in heirs.items() if name in found}
        lines += _place(source, own, record, before)
    for path, found in heirs.items():
        if not any(_is_begun(own, sources[name]) for name in found):
            lines.append(f"{_told(path)}: {KEPT}; {_now(found)}")
    (own / RECORD).write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", "utf-8")
    return lines


def _place(source: Path, own: Path, record: dict[str, str], before: dict[Path, Part]) -> list[str]:
    """Make sure that the learner has the current edition of a notebook; it replaces `before`."""
    new, found = fingerprint(source), copies(own, source.name)
    current = [path for path in found if new in (fingerprint(path), record.get(path.name))]
    lines = []
    if current:
        copy = current[-1]
    elif found and fingerprint(found[-1]) == record.get(found[-1].name):
        copy = found[-1]
        lines = [f"{_told(copy)}: updated to the course's new version"]
    else:  # a copy without a record counts as older: one too many is better than one that fails
        copy = own / _next_name(source.name, found)
    older = found[: found.index(copy)] if copy in found else found
    if not current or copy.read_bytes() == source.read_bytes():
        _lay(source, copy, _note(older, before))
    if fingerprint(copy) == new:
        record[copy.name] = new
        if older:
            kept = ", ".join(map(_told, older))
            lines.append(f"{kept}: {KEPT}; the new one is {copy.name}")
    return lines


def _heirs(
    own: Path, record: dict[str, str], sources: dict[str, Path], parts: list[Part]
) -> dict[Path, dict[str, Part]]:
    """Find the learner's copies of notebooks that the course no longer has, and what replaced them.

    We recognise them by their record or, without one, by the number of a lesson that is gone.
    """
    found = {}
    for path in sorted(own.glob("*.ipynb")):
        number = _NUMBER.match(path.name)
        if not number or _name_in_course(path) in sources:
            continue
        if path.name in record or number[0] not in [part.number for part in parts]:
            after = {f"{part.file}.ipynb": part for part in parts if _follows(part, number[0])}
            after = {name: part for name, part in after.items() if name in sources}
            if after:
                found[path] = after
    return found


def _follows(part: Part, number: str) -> bool:
    return part.number == number or bool(_moved(part, number))


def _moved(part: Part, number: str) -> dict[str, str]:
    """Return the exercises that came from another lesson: from their ids there to those here."""
    prefix = f"{number.lstrip('0') or '0'}."
    return {old: new for old, new in part.former.items() if old.startswith(prefix)}


def _note(older: list[Path], before: dict[Path, Part]) -> str:
    """Say where the learner's earlier answers are; nothing if there are none."""
    files = [f"[{path.name}]({path.name})" for path in [*before, *older]]
    if not files:
        return ""
    moved: dict[str, str] = {}
    for path, part in before.items():
        moved |= _moved(part, path.name.partition("_")[0])
    ids = ", ".join(f"{old} is now {new}" for old, new in moved.items())
    return EARLIER.format(files=" and ".join(files)) + (f" Exercise {ids}." if ids else "")


def _lay(source: Path, copy: Path, note: str) -> None:
    notebook = unrun(source)
    if note:
        cell = {"cell_type": "markdown", "id": NOTE, "metadata": {}, "source": [note]}
        notebook["cells"].insert(0, cell)
    copy.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _is_begun(own: Path, source: Path) -> bool:
    return fingerprint(copies(own, source.name)[-1]) != fingerprint(source)


def _name_in_course(path: Path) -> str:
    return _NAME.sub(r"\1.ipynb", path.name)


def _count(path: Path) -> int:
    """Return 0 for a first copy, 1 for ``.new``, n for ``.new<n>``."""
    name = _NAME.fullmatch(path.name)
    return 0 if name is None or name[2] is None else int(name[2] or 1)


def _next_name(name: str, found: list[Path]) -> str:
    if not found:
        return name
    count = _count(found[-1]) + 1
    return f"{name.removesuffix('.ipynb')}.new{count if count > 1 else ''}.ipynb"


def _told(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def _now(found: dict[str, Part]) -> str:
    return f"its lesson is now {' and '.join(found)}"
