"""Judge an answer: from the first call to the message that names the misconception."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from course_utils.checking import compare, gradients
from course_utils.checking.definitions import (
    Case,
    Exercise,
    Outcome,
    Rejected,
    StandIn,
    Status,
)
from course_utils.checking.quiz import examine_value
from course_utils.checking.sandbox import Call, TimeUp, Trouble, call, call_trusted
from course_utils.checking.traces import shares_memory

# The stages after the values: are the arguments as they should be, and the gradients, and all else?
ARGUMENT, GRADIENT, LEFT = compare.VALUE + 1, compare.VALUE + 2, compare.VALUE + 3


def examine(exercise: Exercise, answer: Any, seconds: float) -> Outcome:
    """Judge an answer.

    Parameters
    ----------
    exercise : Exercise
        What was asked.
    answer
        The learner's function, or the value.
    seconds : float
        How long one call of the learner's function may take.

    Returns
    -------
    Outcome
        Passed, not right yet, not attempted, or a stand-in.

    Raises
    ------
    RuntimeError
        If the reference itself fails, which is the course's fault.
    """
    if isinstance(answer, StandIn):
        lines = (
            "This is the reference that the lesson lent you, not your own answer.",
            "Run the whole cell, with your definition and the check together.",
        )
        return Outcome(exercise, Status.STAND_IN, lines)
    try:
        if exercise.kind == "value":
            return examine_value(exercise, answer)
        unfit = _unfit(exercise, answer)
        if unfit:
            return Outcome(exercise, Status.NOT_YET, (unfit,))
        return _Examination(exercise, answer, seconds).outcome()
    except KeyboardInterrupt:
        return Outcome(exercise, Status.NOT_YET, ("You interrupted the check.",))


def _unfit(exercise: Exercise, answer: Any) -> str:
    """Say why an answer can't even be called the way the exercise does it, or give ""."""
    reference = exercise.reference
    if not callable(answer):
        right = f'lesson.check("{exercise.id}", {reference.__name__})'
        got = compare.describe(answer)
        return f"check got {got}, wanted the function itself, not called: {right}"
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):
        return ""  # some built-in functions don't say
    takes, wants = _spelled(signature), _spelled(inspect.signature(reference))
    for case in exercise.build_cases():
        try:
            signature.bind(*case.args, **case.kwargs)
        except TypeError:
            by_name = [name for name in case.kwargs if name not in signature.parameters]
            if by_name:
                return (
                    f"Your function takes ({takes}). The lesson calls it with {by_name[0]}=…, so "
                    f"keep the names ({wants})."
                )
            return f"Your function takes ({takes}), wanted ({wants})."
    return ""


@dataclass(frozen=True)
class _Rejection:
    """What is wrong; and if a property found it, which one and how."""

    message: str
    prop: Callable[[Callable[..., Any]], None] | None = None
    trouble: Trouble | None = None


class _Examination:
    """One function compared with the reference, over all cases and properties."""

    def __init__(self, exercise: Exercise, answer: Callable[..., Any], seconds: float) -> None:
        self.exercise = exercise
        self.answer = answer
        self.seconds = seconds
        self.cases = exercise.build_cases()
        self.names = _parameters(exercise)
        # The reference goes first, so that its imports don't count as the learner's time.
        self.wanted = [
            call_trusted(exercise.reference, case.args, exercise.id, case.kwargs, self.names)
            for case in self.cases
        ]
        self.calls = self._run(answer)

    def outcome(self) -> Outcome:
        """Return the verdict, with the lines that explain it."""
        trouble = self.calls[-1].trouble
        if trouble is not None and trouble.stub and len(self.calls) == 1:
            return Outcome(self.exercise, Status.NOT_ATTEMPTED)
        if trouble is not None and trouble.type is KeyboardInterrupt:
            raise KeyboardInterrupt
        rejection = self._raised() or self._difference() or self._property_failed()
        if rejection is None:
            return Outcome(self.exercise, Status.PASSED, _beside(self.calls))
        lines = (*self._diagnosis(rejection), rejection.message, *_beside(self.calls))
        return Outcome(self.exercise, Status.NOT_YET, lines)

    def _run(self, function: Callable[..., Any]) -> list[Call]:
        """Call a function on case after case, up to the first that makes it fail."""
        calls: list[Call] = []
        for case in self.cases:
            calls.append(self._call(function, case))
            if calls[-1].trouble is not None:
                break
        return calls

    def _call(self, function: Callable[..., Any], case: Case) -> Call:
        return call(function, case.args, self.seconds, kwargs=case.kwargs, names=self.names)

    def _raised(self) -> _Rejection | None:
        trouble = self.calls[-1].trouble
        if trouble is None:
            return None
        i = len(self.calls) - 1
        return _Rejection(self._with_case(i, self._told(trouble)))

    def _difference(self) -> _Rejection | None:
        """Find the earliest stage, and in it the first case, where something is wrong."""
        found = min(
            (
                (stage, i, message)
                for i in range(len(self.cases))
                for stage, message in self._faults(i, self.calls[i])
            ),
            key=lambda fault: fault[:2],
            default=None,
        )
        if found is None:
            return None
        _, i, message = found
        if self.calls[i].result is None and self.wanted[i].result is not None:
            message += ": is a return missing?"
        return _Rejection(self._with_case(i, message))

    def _faults(self, i: int, done: Call) -> list[compare.Fault]:
        """All differences in one case: in the result, then in the arguments after the call."""
        right, exercise = self.wanted[i], self.exercise
        single = len(exercise.returns) == 1
        name = f"the {exercise.returns[0]}" if single else "the result"
        parts = () if single else exercise.returns
        tolerance = exercise.tolerance
        found = list(compare.faults(done.result, right.result, name, parts, tolerance))
        before = dict(zip(self.names, self.cases[i].args, strict=False)) | self.cases[i].kwargs
        for name, got in done.args.items() if not exercise.in_place else ():
            left_alone = compare.agree(right.args[name], before[name], compare.EXACT, unknown=True)
            if left_alone:
                if not compare.agree(got, before[name], compare.EXACT, unknown=True):
                    message = f"your function changes its argument {name}: leave that as it was"
                    found.append(compare.Fault(ARGUMENT, message))
                continue
            what = f"the argument {name}"
            if not compare.agree(got, right.args[name], tolerance, unknown=True):
                first = next(compare.faults(got, right.args[name], what, (), tolerance))
                found.append(compare.Fault(ARGUMENT, f"after the call {first.message}"))
        if not found:
            found += self._gradient_faults(done, right)
            left = [words for words in done.left if words not in right.left]
            found += [compare.Fault(LEFT, f"your function {words}") for words in left]
        return found

    def _gradient_faults(self, done: Call, right: Call) -> list[compare.Fault]:
        """Find what is wrong with the gradient's path, or with what the result shares."""
        exercise, found = self.exercise, []
        message = gradients.fault(
            done.result, right.result, done.args, right.args, exercise.tolerance
        )
        if message:
            found.append(f"your result {message}")
        if exercise.without_gradient and gradients.carried_by(done.result):
            found.append("your result carries a gradient, but shouldn't: compute it under no_grad")
        if exercise.fresh and shares_memory(done.result, done.args):
            found.append(
                "your result is a view of an argument, so changing one changes the other: "
                "return a new one"
            )
        return [compare.Fault(GRADIENT, message) for message in found]

    def _property_failed(self) -> _Rejection | None:
        for prop in self.exercise.properties:
            trouble = call(prop, (self.answer,), self.seconds, lines_of=self.answer).trouble
            if trouble is not None:
                message = trouble.message if trouble.type is Rejected else self._told(trouble)
                return _Rejection(message, prop=prop, trouble=trouble)
        return None

    def _diagnosis(self, rejection: _Rejection) -> tuple[str, ...]:
        """Find the first misconception whose answer does exactly what the learner's did."""
        for misconception in self.exercise.misconceptions:
            theirs = self._while_alike(misconception.answer)
            if len(theirs) < len(self.calls):
                continue
            # One that only a property rejects has no fault here, so it explains nothing.
            if rejection.prop is None and not self._at_fault(theirs):
                continue
            if rejection.prop is not None:
                trouble = call(rejection.prop, (misconception.answer,), self.seconds).trouble
                if not _same_trouble(trouble, rejection.trouble):
                    continue
            return (misconception.says,)
        return ()

    def _while_alike(self, answer: Callable[..., Any]) -> list[Call]:
        """Call another answer on case after case, as long as it does what the learner's did."""
        theirs: list[Call] = []
        for i in range(len(self.calls)):
            done = self._call(answer, self.cases[i])
            if not self._alike(done, i):
                break
            theirs.append(done)
        return theirs

    def _at_fault(self, theirs: list[Call]) -> bool:
        return any(
            done.trouble is not None or self._faults(i, done) for i, done in enumerate(theirs)
        )

    def _alike(self, one: Call, i: int) -> bool:
        """Say whether a call did the same as the learner's: the result, and mostly the rest."""
        other = self.calls[i]
        if one.trouble is not None or other.trouble is not None:
            return _same_trouble(one.trouble, other.trouble)
        tolerance = self.exercise.tolerance
        if not compare.agree(one.result, other.result, tolerance):
            return False
        same_rest = one.left == other.left and all(
            compare.agree(one.args[name], other.args[name], tolerance, unknown=True)
            for name in (() if self.exercise.in_place else one.args)
        )
        same_rest = same_rest and self._gradient_faults(one, self.wanted[i]) == (
            self._gradient_faults(other, self.wanted[i])
        )
        # A mistake keeps its name even if it is also made in place; a mistake that only shows in
        # what is left behind has no other mark.
        right = self.wanted[i].result
        wrong_result = not compare.agree(other.result, right, tolerance, unknown=True)
        return same_rest or (other.result is not None and wrong_result)

    def _told(self, trouble: Trouble) -> str:
        where = f"\n    {trouble.where}" if trouble.where else ""
        if trouble.type is TimeUp:
            return f"stopped after {self.seconds:g} s: is there a loop that never ends?{where}"
        colon = ": " if trouble.message else ""
        return f"your code raises {trouble.type.__name__}{colon}{trouble.message}{where}"

    def _with_case(self, i: int, message: str) -> str:
        """Say which arguments it happened with."""
        given = dict(zip(self.names, self.cases[i].args, strict=False)) | self.cases[i].kwargs
        label = self.cases[i].label or ", ".join(
            f"{name} = {compare.brief(arg)}" for name, arg in given.items()
        )
        return f"With {label}: {message}" if label else message


def _parameters(exercise: Exercise) -> list[str]:
    return list(inspect.signature(exercise.reference).parameters)


def _spelled(signature: inspect.Signature) -> str:
    """Name the parameters, each with its default: a missing one is a common mistake."""
    return ", ".join(
        p.name if p.default is p.empty else f"{p.name}={p.default!r}"
        for p in signature.parameters.values()
    )


def _same_trouble(one: Trouble | None, other: Trouble | None) -> bool:
    return (
        one is not None
        and other is not None
        and (one.type, one.message) == (other.type, other.message)
    )


def _beside(calls: list[Call]) -> tuple[str, ...]:
    """Show the first thing that the function printed, and every warning once."""
    lines = []
    printed = next((done.printed.rstrip() for done in calls if done.printed.strip()), "")
    if printed:
        head = printed.splitlines()
        shown = head[:3] + ["…"] * (len(head) > 3)
        lines.append("\n".join(["It printed:", *("    " + line for line in shown)]))
    warned = dict.fromkeys(text for done in calls for text in done.warned)
    return (*lines, *(f"Python warned: {text}" for text in warned))
