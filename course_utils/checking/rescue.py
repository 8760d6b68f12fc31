"""Say what to do when a cell fails although there is nothing wrong with it.

It happens to everybody: you restart the kernel and carry on in the middle of a lesson; or an
exercise's cell didn't run to its end (a syntax error in a half-written answer), and a later cell
needs the function. All that Python says is that a name is not defined. Or the course was updated,
and an older copy of a lesson asks for something that has moved since.
"""

import re
import sys
from typing import Any

ABOVE = "Run > Run All Above Selected Cell, then run this cell again."
FRESH = (
    "Was the kernel restarted? No lesson has been opened in it yet. Choose "
    f"{ABOVE} What you have passed is kept."
)
MISSING = f"If a cell above makes {{name}}, it has not run in this kernel: choose {ABOVE}"
UNFINISHED = (
    "{name} comes from exercise {id}, whose cell has not run to its end. Run it. If it contains "
    "an error, fix that, or replace your lines with `raise NotImplementedError` again: then the "
    "lesson lends you the reference."
)
OLDER = (
    "Did this line come with the lesson? Then your copy is from an older edition of the course. "
    "Run `make lab` again: it puts the new edition into the same folder (its name ends in "
    ".new.ipynb, or `make lab` says where it is). Your answers stay in this one."
)
# What Python or `exercises.open` says when the course has moved or removed something.
_GONE = re.compile(
    r"No module named 'course_utils\.|cannot import name '\w+' from 'course_utils\b"
    r"|module 'course_utils[\w.]*' has no attribute|number is '\d\d[a-z]?', wanted one of"
)

# From the name of each exercise's function to the exercise's id, for the lessons opened so far.
_lent: dict[str, str] = {}


def opened(names: dict[str, str]) -> None:
    """Remember that a lesson was opened in this session.

    Parameters
    ----------
    names : dict
        From the name of each exercise's function to the exercise's id.
    """
    _lent.update(names)


def advice(message: str) -> str:
    """Say what to do about an error.

    Parameters
    ----------
    message : str
        What Python says.

    Returns
    -------
    str
        What to do; empty if the fault is in the cell itself.
    """
    if _GONE.match(message):
        return OLDER
    found = re.match(r"name '(\w+)' is not defined", message)
    if not found:
        return ""
    name = found[1]
    if name in _lent:
        return UNFINISHED.format(name=name, id=_lent[name])
    return MISSING.format(name=name) if _lent else FRESH


def install() -> None:
    """From now on, put the advice below such errors; outside of IPython, do nothing."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        shell.set_custom_exc((NameError, ImportError, AttributeError, ValueError), _tell)


def _tell(shell: Any, kind: type, error: Exception, trace: Any, tb_offset: Any = None) -> None:
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
    text = advice(str(error))
    if text:
        print(text)
