"""Judge a quiz answer: a value that the learner found by running something."""

from typing import Any

import numpy as np

from course_utils.checking import compare
from course_utils.checking.definitions import Exercise, Outcome, Status
from course_utils.checking.sandbox import call, call_trusted


def examine_value(exercise: Exercise, answer: Any) -> Outcome:
    """Compare a value with the one that the reference computes.

    Parameters
    ----------
    exercise : Exercise
        What was asked; of kind "value".
    answer
        A number, a text, a truth value, or a tuple of those; `...` means not attempted.

    Returns
    -------
    Outcome
        Its lines never give away the right value, only the direction.

    Raises
    ------
    RuntimeError
        If the reference fails, which is the course's fault.
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
    message = f"You answered {answered!r}: that isn't it."
    if found.stage != compare.VALUE:
        message = f"Your answer is {compare.describe(answer)}, wanted {compare.describe(wanted)}."
    elif compare.family(wanted) == "a number" and got != got:
        message = "You answered nan, which isn't a number: did you divide by zero on the way?"
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
    """Turn a value into what it means: a text in any case, a list as a tuple, a tensor's number.

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
        # A single number stays a single number, however many axes of length 1 it has.
        return value.item() if np.prod(value.shape) == 1 else value
    return value
