"""Remember which exercises are passed, across kernel restarts."""

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from course_utils import settings


class Progress:
    """The passed exercises, kept in a small file.

    A broken file is set aside and begun anew; where nothing can be written, the lesson goes
    on without; in a shared folder, the file lies elsewhere. Each is said once, through `news`.

    Parameters
    ----------
    path : Path, optional
        The file; `settings.progress_file` unless given.
    former : mapping, optional
        From an exercise's id of an earlier edition to its id now.
    """

    def __init__(self, path: Path | None = None, former: Mapping[str, str] | None = None) -> None:
        self.path = path or settings.progress_file()
        self._now = former or {}
        self._is_away = path is None and settings.progress_is_away()
        self._said: dict[str, bool] = {}

    def passed(self) -> set[str]:
        """Read the ids of the exercises passed so far, each by its id of today."""
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))["passed"]
            if not isinstance(kept, list):
                raise TypeError
            return {self._now.get(id, id) for id in map(str, kept)}
        except FileNotFoundError:
            return set()
        except OSError:
            self._say(f"Your progress cannot be read: {self.path.name} does not open.")
        except (ValueError, TypeError, KeyError):
            self._set_aside()
        return set()

    def add(self, id: str) -> None:
        """Keep one more passed exercise. The file is replaced whole, never half-written.

        Parameters
        ----------
        id : str
            Such as ``"5a.1"``.
        """
        passed = self.passed()
        new = self.path.with_name(f"{self.path.name}.{os.getpid()}.tmp")
        try:
            new.write_text(json.dumps({"passed": sorted(passed | {id})}) + "\n", encoding="utf-8")
            os.replace(new, self.path)
        except OSError:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)
            self._say(
                f"Your progress cannot be kept: {self.path.parent} takes no files. The lesson goes "
                "on all the same."
            )
        else:
            if self._is_away:
                self._say(
                    f"Your progress is kept in {self.path}, because the course's folder is not "
                    "yours to write in."
                )

    def news(self) -> tuple[str, ...]:
        """Give what has to be said and has not been yet."""
        fresh = tuple(line for line, told in self._said.items() if not told)
        self._said.update(dict.fromkeys(fresh, True))
        return fresh

    def _set_aside(self) -> None:
        bad = self.path.with_name(self.path.name + ".bad")
        try:
            os.replace(self.path, bad)
        except OSError:
            self._say(f"Your progress cannot be read: {self.path.name} is broken.")
        else:
            self._say(f"The progress file was broken: it is now {bad.name}, and a new one begins.")

    def _say(self, line: str) -> None:
        self._said.setdefault(line, False)
