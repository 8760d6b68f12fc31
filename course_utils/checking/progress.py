"""Remember across kernel restarts which exercises are passed and what was guessed."""

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course_utils import settings


class Progress:
    """The passed exercises and the guesses, kept in a small file.

    If the file is broken, it is set aside and a new one begins. If nothing can be written, both
    are kept for as long as the kernel lives. In a shared folder, the file goes elsewhere. `news`
    reports each of these once.

    Parameters
    ----------
    path : Path, optional
        The file; by default `settings.progress_file`.
    former : mapping, optional
        From an exercise's id in an earlier edition to its id now.
    """

    def __init__(self, path: Path | None = None, former: Mapping[str, str] | None = None) -> None:
        self.path = path or settings.progress_file()
        self._now = former or {}
        self._is_away = path is None and settings.progress_is_away()
        self._unwritten: dict[str, Any] | None = None
        self._said: dict[str, bool] = {}

    def passed(self) -> set[str]:
        """Read the ids of the exercises passed so far, as they are called now."""
        return {self._now.get(id, id) for id in map(str, self._read()["passed"])}

    def add(self, id: str) -> None:
        """Keep one more passed exercise.

        Parameters
        ----------
        id : str
            Such as ``"5a.1"``.
        """
        passed = self.passed() | {id}
        self._write({**self._read(), "passed": sorted(passed)})

    def guesses(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Read what `guesses` wrote, by lesson and then by the guess's name."""
        kept: dict[str, dict[str, dict[str, Any]]] = self._read().get("guesses", {})
        return kept

    def keep_guess(self, lesson: str, name: str, entry: Mapping[str, Any]) -> None:
        """Keep one guess, and leave everything else as it is.

        Parameters
        ----------
        lesson : str
            Such as ``"05a"``.
        name : str
            Of the guess in that lesson.
        entry : mapping
            What to remember about it; it must fit into JSON.
        """
        guesses = self.guesses()
        of_lesson = {**guesses.get(lesson, {}), name: dict(entry)}
        self._write({**self._read(), "guesses": {**guesses, lesson: of_lesson}})

    def news(self) -> tuple[str, ...]:
        """Return the lines that the learner has not been told yet."""
        fresh = tuple(line for line, told in self._said.items() if not told)
        self._said.update(dict.fromkeys(fresh, True))
        return fresh

    def _read(self) -> dict[str, Any]:
        if self._unwritten is not None:
            return self._unwritten
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            if not _is_sound(kept):
                raise TypeError
            return dict(kept)
        except FileNotFoundError:
            pass
        except OSError:
            self._say(f"Your progress can't be read: {self.path.name} doesn't open.")
        except (ValueError, TypeError):
            self._set_aside()
        return {"passed": []}

    def _write(self, kept: dict[str, Any]) -> None:
        """Replace the whole file at once, so that it is never half-written."""
        new = self.path.with_name(f"{self.path.name}.{os.getpid()}.tmp")
        try:
            new.write_text(json.dumps(kept) + "\n", encoding="utf-8")
            os.replace(new, self.path)
        except OSError:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)
            self._unwritten = kept
            self._say(
                f"Your progress can't be kept: {self.path.parent} can't be written to. The "
                "lesson goes on anyway."
            )
        else:
            self._unwritten = None
            if self._is_away:
                self._say(
                    f"Your progress is kept in {self.path}, because you can't write to the "
                    "course's folder."
                )

    def _set_aside(self) -> None:
        bad = self.path.with_name(self.path.name + ".bad")
        try:
            os.replace(self.path, bad)
        except OSError:
            self._say(f"Your progress can't be read: {self.path.name} is broken.")
        else:
            self._say(f"The progress file was broken: it is now {bad.name}, and a new one begins.")

    def _say(self, line: str) -> None:
        self._said.setdefault(line, False)


def _is_sound(kept: Any) -> bool:
    """Whether a file contains what we wrote; one from an older edition has no guesses."""
    if not isinstance(kept, dict) or not isinstance(kept.get("passed"), list):
        return False
    lessons = kept.get("guesses", {})
    if not isinstance(lessons, dict):
        return False
    if not all(isinstance(names, dict) for names in lessons.values()):
        return False
    return all(isinstance(entry, dict) for names in lessons.values() for entry in names.values())
