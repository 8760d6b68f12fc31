"""A wrong and a right answer to type: the course's own."""

import ast
import inspect
from dataclasses import dataclass

from course_utils import lessons
from course_utils.checking import Exercise


@dataclass(frozen=True)
class Attempt:
    """One exercise, a wrong function for it, what is said to that, and the right one."""

    exercise: Exercise
    wrong: str
    says: str

    @property
    def right(self) -> str:
        return self.exercise.solution


def first_attempt(number: str) -> Attempt:
    """Take a lesson's first exercise; wrong is what its first misconception does."""
    own = lessons.exercises_of(number)
    place, exercise = next((i, one) for i, one in enumerate(own) if one.kind == "function")
    names = ", ".join(inspect.signature(exercise.reference).parameters)
    wrong = (
        f"def {exercise.reference.__name__}({names}):\n"
        f"    theirs = lesson.exercises[{place}].misconceptions[0]\n"
        f"    return theirs.answer({names})"
    )
    return Attempt(exercise, wrong, exercise.misconceptions[0].says)


def put_in(cell: str, attempt: Attempt, answer: str) -> str:
    """Replace the stub in a cell by an answer, and leave the rest of the cell alone."""
    name = attempt.exercise.reference.__name__
    (stub,) = [s for s in ast.parse(cell).body if isinstance(s, ast.FunctionDef) and s.name == name]
    lines = cell.splitlines()
    lines[stub.lineno - 1 : stub.end_lineno] = answer.splitlines()
    return "\n".join(lines)
