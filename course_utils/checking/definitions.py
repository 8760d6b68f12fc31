"""What an exercise is made of, and what a check can come to.

Each exercise has a file of its own in its lesson's room; `course_utils.lessons` finds it.
A misconception is a wrong answer that can be run: the check runs both it and the learner's, and
if the two agree, it knows what went wrong and can say so.
"""

import enum
import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from course_utils.checking.compare import Tolerance
from course_utils.checking.drawing import Draw


class Rejected(Exception):
    """Raised by a property to reject an answer; the learner sees its message."""


class Case:
    """The arguments of one call, and what to call it in a message.

    Parameters
    ----------
    *args
        The arguments. Each call gets deep copies, so tensors must be leaves.
    label : str
        Words for "With …:", such as ``"a batch of one"``. Without it the arguments are shown.
    **kwargs
        Arguments to pass by keyword, as the lesson does.
    """

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        self.args = args
        self.kwargs = kwargs
        self.label = label


@dataclass(frozen=True)
class Misconception:
    """A wrong answer that people really give, and what to say about it.

    Parameters
    ----------
    name : str
        A short name, for the tests.
    says : str
        One or two sentences for the learner. They lead the message.
    answer : callable
        The wrong function; for a value, a function of no arguments that computes the wrong value.
    """

    name: str
    says: str
    answer: Callable[..., Any]


def wrong(says: str) -> Callable[[Callable[..., Any]], Misconception]:
    """Turn a function into a wrong answer: a decorator with the sentence for the learner.

    Parameters
    ----------
    says : str
        As for `Misconception`, whose name is the function's.

    Examples
    --------
    >>> @wrong("This repeats the last value. Take the same month of the last year instead.")
    ... def last_value(past, horizon):
    ...     return np.full(horizon, past[-1])
    >>> last_value.name
    'last value'
    """
    return lambda answer: Misconception(answer.__name__.replace("_", " ").strip(), says, answer)


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One exercise: how to judge it, how to help, and the reference answer.

    Parameters
    ----------
    id : str
        ``"5a.1"``, or ``"5a.Q1"`` for a quiz question: the lesson's number, a dot, a name.
    title : str
        What to do, in a few words.
    difficulty : int
        1, 2 or 3, shown as ●○○ to ●●●.
    minutes : int
        How long it takes most people.
    optional : bool
        Whether it is off the core path.
    reference : callable
        The right function; for a value, a function of no arguments that computes the truth.
        Its source is the solution that a learner sees, so it must run in the lesson as it is.
    misconceptions : tuple of Misconception
        The check names the first one that matches, so put the more specific ones first.
    hints : tuple of str
        At least two, in Markdown, the first a nudge, the last nearly the solution.
    also_right : tuple of callable
        Right answers written differently. Only the tests use them.
    cases : tuple of Case or callable
        A few readable calls to compare, or a function that builds them (so that nothing runs at
        import).
    space : callable, optional
        Draws one more call from the space of everything that an answer has to cope with: takes a
        `Draw`, returns a `Case`. The calls that the lesson makes later are in that space.
    draws : int
        How many calls are drawn.
    dtypes : {"usual", "same", "any"}
        Which other dtypes pass, as in `compare.Tolerance`: "same" if the text names one.
    fresh : bool
        Whether the result must be new, not a view of an argument.
    without_gradient : bool
        Whether the result must not carry a gradient.
    in_place : bool
        Whether the function may change its arguments, because the text asks for that.
    exact_sequence : bool
        Whether a tuple must be a tuple; otherwise a list passes too.
    properties : tuple of callable
        Further requirements: each takes the learner's function and raises `Rejected` if it fails.
    returns : tuple of str
        Names for the parts of the result: "the state has shape …".
    rtol, atol : float
        A number is right when ``|got - wanted| <= atol + rtol * |wanted|``.
    kind : {"function", "value"}
        What the learner hands in.

    Raises
    ------
    ValueError
        If the difficulty, the hints, the kind or the cases aren't as described above.
    """

    id: str
    title: str
    difficulty: int
    minutes: int
    reference: Callable[..., Any]
    misconceptions: tuple[Misconception, ...]
    hints: tuple[str, ...]
    optional: bool = False
    also_right: tuple[Callable[..., Any], ...] = ()
    cases: tuple[Case, ...] | Callable[[], tuple[Case, ...]] = ()
    space: Callable[[Draw], Case] | None = None
    draws: int = 14
    dtypes: Literal["usual", "same", "any"] = "usual"
    fresh: bool = False
    without_gradient: bool = False
    in_place: bool = False
    exact_sequence: bool = False
    properties: tuple[Callable[[Callable[..., Any]], None], ...] = ()
    returns: tuple[str, ...] = ()
    rtol: float = 1e-5
    atol: float = 1e-6
    kind: Literal["function", "value"] = "function"

    def __post_init__(self) -> None:
        if self.difficulty not in (1, 2, 3):
            raise ValueError(f"{self.id}: difficulty is {self.difficulty!r}, wanted 1, 2 or 3")
        if len(self.hints) < 2:
            raise ValueError(f"{self.id}: hints holds {len(self.hints)}, wanted at least 2")
        if self.kind not in ("function", "value"):
            raise ValueError(f"{self.id}: kind is {self.kind!r}, wanted 'function' or 'value'")
        if bool(self.cases) != (self.kind == "function"):
            raise ValueError(f"{self.id}: a function needs cases, and a value has none")

    @property
    def dots(self) -> str:
        """The difficulty as ●○○, ●●○ or ●●●."""
        return "●" * self.difficulty + "○" * (3 - self.difficulty)

    @property
    def heading(self) -> str:
        """One line: the id, the title, the difficulty, the minutes, and whether it is optional."""
        mark = " · optional" if self.optional else ""
        return f"{self.id} · {self.title}  {self.dots}  {self.minutes} min{mark}"

    @property
    def solution(self) -> str:
        """The source of the reference."""
        return inspect.getsource(self.reference).rstrip()

    @property
    def tolerance(self) -> Tolerance:
        """How far a number may be off, and what else may differ."""
        return Tolerance(self.rtol, self.atol, self.dtypes, not self.exact_sequence)

    def build_cases(self, seed: int = 0) -> tuple[Case, ...]:
        """Return the readable cases and then those drawn from the space.

        Parameters
        ----------
        seed : int
            Of the drawn ones. A check always uses the same.

        Raises
        ------
        ValueError
            If there are none: a check without a case would accept anything.
        """
        cases = tuple(self.cases() if callable(self.cases) else self.cases)
        if not cases:
            raise ValueError(f"{self.id}: cases builds an empty tuple, wanted at least one Case")
        draw = Draw(self.id, seed)
        return cases + tuple(self.space(draw) for _ in range(self.draws) if self.space)


class StandIn:
    """A reference function on loan, so that the lesson can go on before an answer is right.

    It works like the function, but a check recognises it and never counts it as passed.
    """

    def __init__(self, exercise: Exercise) -> None:
        self.exercise_id = exercise.id
        self._reference = exercise.reference
        functools.update_wrapper(self, exercise.reference)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the reference."""
        return self._reference(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<stand-in for exercise {self.exercise_id}>"


class Status(enum.Enum):
    """How a check ended: a sign and a word, so that nobody depends on the colour."""

    PASSED = "✓ passed"
    NOT_YET = "✗ not right yet"
    NOT_ATTEMPTED = "○ not attempted yet"
    STAND_IN = "↻ stand-in"


@dataclass(frozen=True)
class Outcome:
    """The verdict on one answer, and the lines that explain it."""

    exercise: Exercise
    status: Status
    lines: tuple[str, ...] = ()
