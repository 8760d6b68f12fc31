"""Judge a quiz answer: a value that the learner found by running something."""

from typing import Any

import numpy as np

from course_utils.checking import compare
from course_utils.checking.definitions import Exercise, Outcome, Status
from course_utils.checking.sandbox import call, call_trusted


def examine_value(exercise: Exercise, answer: Any) -> Outcome:
    """Judge a value against the one that the reference computes.

    Parameters
    ----------
    exercise : Exercise
        What was asked; of kind "value".
    answer
        A number, a text, a truth value, or a tuple of those; `...` is no attempt.

    Returns
    -------
    Outcome
        Its lines never give away the value wanted, only the direction.

    Raises
    ------
    RuntimeError
        If the reference fails, which is a fault of the course.
    """
    if answer is Ellipsis:
        return Outcome(exercise, Status.NOT_ATTEMPTED)
    truth = call_trusted(exercise.reference, (), exercise.id)
    got, wanted = as_meant(answer), as_meant(truth.result)
    found = min(
        compare.faults(got, wanted, "your answer", tolerance=exercise.tolerance), default=None
    )
    if found is None:
        return Outcome(exercise, Status.PASSED)
    answered = got if compare.family(got) == "a number" else answer  # 0.5, not np.float64(0.5)
    message = f"You answered {answered!r}: that is not it."
    if found.stage != compare.VALUE:
        message = f"Your answer is {compare.describe(answer)}, wanted {compare.describe(wanted)}."
    elif compare.family(wanted) == "a number" and got != got:
        message = "You answered nan, which is no number: did a division by zero come before it?"
    elif compare.family(wanted) == "a number":
        message = f"You answered {answered!r}: too {'high' if got > wanted else 'low'}."
    return Outcome(exercise, Status.NOT_YET, (*_diagnosis(exercise, got), message))


def _diagnosis(exercise: Exercise, got: Any) -> tuple[str, ...]:
    for misconception in exercise.misconceptions:
        theirs = call(misconception.answer, ())
        if theirs.trouble is None and compare.agree(
            got, as_meant(theirs.result), exercise.tolerance
        ):
            return (misconception.says,)
    return ()


def as_meant(value: Any) -> Any:
    """Take a value as it is meant: a text in any case, a list as a tuple, one number in a tensor.

    Parameters
    ----------
    value
        What a learner hands in, or a reference computes.

    Returns
    -------
    Any
        The plain value.
    """
    if isinstance(value, str):
        return value.strip().lower()
    if isinstance(value, tuple | list):
        return tuple(as_meant(part) for part in value)
    if compare.family(value) in ("a tensor", "an array", "a number") and hasattr(value, "item"):
        # One number is one number, however many axes of length 1 it comes with.
        return value.item() if np.prod(value.shape) == 1 else value
    return value
