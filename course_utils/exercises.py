"""The exercises of one lesson, as a notebook uses them.

`open` shadows the builtin on purpose, so that a notebook reads
``lesson = exercises.open("05a")``.

Examples
--------
>>> from course_utils import exercises
>>> lesson = exercises.open("00")
>>> lesson
<Lesson 00: exercises 0.1, 0.2>
"""

from collections.abc import Sequence
from typing import Any

from course_utils import lessons, settings
from course_utils.checking import card, rescue
from course_utils.checking.definitions import Exercise, Outcome, StandIn, Status
from course_utils.checking.engine import examine
from course_utils.checking.guesses import Answer, Guesses
from course_utils.checking.progress import Progress

LENT = "The lesson goes on with the reference. Fix yours, then run the cell again."
LENT_AT_FIRST = "The lesson goes on with the reference. Write yours, then run the cell again."


class Lesson:
    """The exercises and the guesses of one lesson: check, hint, solution, guess, progress.

    Parameters
    ----------
    number : str
        Two digits and perhaps a letter, such as ``"05a"`` or ``"02a"``.
    exercises : tuple of Exercise
        In the order of the lesson.
    progress : Progress
        Keeps the passed ones and the guesses.
    """

    seconds = 5.0  # how long one call of a learner's function may take

    def __init__(self, number: str, exercises: tuple[Exercise, ...], progress: Progress) -> None:
        self.number = number
        self.exercises = exercises
        self._kept = progress
        self._guesses = Guesses(number, progress)
        self._hints_given: dict[str, int] = {}

    def __repr__(self) -> str:
        return f"<Lesson {self.number}: exercises {self._ids()}>"

    def check(self, id: str, answer: Any) -> Any:
        """Judge an answer, say what was found, and keep the lesson going.

        Parameters
        ----------
        id : str
            Of the exercise, such as ``"5a.1"``.
        answer
            Your function (its name, not called), or your value.

        Returns
        -------
        callable or value
            Your function if it passes, otherwise the reference on loan; a value as you gave it.

        Raises
        ------
        ValueError
            If the lesson has no such exercise.
        AssertionError
            If the answer is wrong and the environment says UNROLLED_STRICT=1. (An exercise that
            isn't attempted is not an error: CI runs the whole course unsolved.)
        """
        exercise = self._find(id)
        outcome = examine(exercise, answer, self.seconds)
        passed = outcome.status is Status.PASSED
        if passed:
            self._kept.add(id)
        lines = outcome.lines
        if exercise.kind == "function" and outcome.status is Status.NOT_YET:
            lines += (LENT,)
        if exercise.kind == "function" and outcome.status is Status.NOT_ATTEMPTED:
            lines += (LENT_AT_FIRST,)
        outcome = Outcome(exercise, outcome.status, lines + self._kept.news())
        card.show(outcome, lambda: self._next_hint(exercise))
        if outcome.status is Status.NOT_YET and settings.strict():
            raise AssertionError(card.plain(outcome))
        if passed or exercise.kind == "value" or isinstance(answer, StandIn):
            return answer
        return StandIn(exercise)

    def hint(self, id: str) -> None:
        """Show the first hint; call it again for the next.

        Parameters
        ----------
        id : str
            Of the exercise.
        """
        card.show_hint(self._next_hint(self._find(id)))

    def solution(self, id: str) -> None:
        """Show the reference solution.

        Parameters
        ----------
        id : str
            Of the exercise.
        """
        card.show_code(self._find(id).solution)

    def guess(self, name: str, value: Any) -> None:
        """Keep what you expect, before you see it.

        Parameters
        ----------
        name : str
            Which guess of the lesson it is.
        value
            Your guess: a number, a text, or several of them; None if you'd rather not.
        """
        self._say(self._guesses.keep(name, value))

    def guessed(self, name: str) -> Answer | None:
        """Return your guess, to draw it: the first one measured, else the latest, or None.

        Parameters
        ----------
        name : str
            Which guess of the lesson it is.

        Returns
        -------
        number, bool, str, tuple of those, or None
        """
        return self._guesses.kept(name)

    def measured(
        self,
        name: str,
        value: Any,
        *,
        within: float | None = None,
        factor: float | None = None,
        choices: Sequence[str] = (),
    ) -> None:
        """Show your guess and what was measured. Your first guess is the one that counts.

        Parameters
        ----------
        name : str
            Which guess of the lesson it is.
        value
            What was measured.
        within, factor : float, optional
            How far off a number may be and still be close, as a difference or as a factor (2 is
            between half and double). Without either, only exactly the same is right.
        choices : sequence of str, optional
            The texts to choose from, if there are any.

        Raises
        ------
        ValueError
            If it can't be judged that way, which is the lesson's fault, not your guess's.
        """
        self._say(self._guesses.measured(name, value, within, factor, choices))

    def progress(self) -> None:
        """Show which exercises are done, and how many guesses were close."""
        passed = self._kept.passed()
        done = [(exercise, exercise.id in passed) for exercise in self.exercises]
        calibration = self._guesses.calibration()
        lines = (calibration,) if calibration else ()
        card.show_progress(done, lines + self._kept.news())

    def _say(self, line: str) -> None:
        for said in (line, *self._kept.news()):
            if said:
                card.say(said)

    def _next_hint(self, exercise: Exercise) -> str:
        given = self._hints_given.get(exercise.id, 0)
        count = len(exercise.hints)
        self._hints_given[exercise.id] = min(given + 1, count - 1)
        return f"Hint {given + 1} of {count}: {exercise.hints[given]}"

    def _find(self, id: str) -> Exercise:
        for exercise in self.exercises:
            if exercise.id == id:
                return exercise
        raise ValueError(f"id is {id!r}, wanted one of lesson {self.number}: {self._ids()}")

    def _ids(self) -> str:
        return ", ".join(exercise.id for exercise in self.exercises)


def open(number: str) -> Lesson:
    """Open the exercises of a lesson.

    Parameters
    ----------
    number : str
        Two digits and perhaps a letter, such as ``"05a"``.

    Returns
    -------
    Lesson
        With `check`, `hint`, `solution` and `progress`.

    Raises
    ------
    ValueError
        If there is no such lesson.
    """
    found = lessons.exercises_of(number)
    functions = [exercise for exercise in found if exercise.kind == "function"]
    rescue.opened({exercise.reference.__name__: exercise.id for exercise in functions})
    former = {old: new for part in lessons.parts().values() for old, new in part.former.items()}
    return Lesson(number, found, Progress(former=former))
