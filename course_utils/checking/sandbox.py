"""Call somebody's function and survive whatever it does.

The function may raise, print, warn, change its arguments, draw random numbers or loop for ever.
`call` reports all of that and leaves the session as it was.
"""

import contextlib
import copy
import ctypes
import dis
import inspect
import io
import linecache
import random
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import numpy as np

from course_utils.checking.traces import changes, trace

SEED = 0  # every call starts from it, so that two right answers draw the same numbers
PRINTED = 400  # characters kept of what a function prints
WARNED = 3  # different warnings kept


class TimeUp(BaseException):
    """A call ran out of time. This isn't an `Exception`, so `except Exception` lets it through."""


@dataclass(frozen=True)
class Trouble:
    """An exception that ended a call.

    Parameters
    ----------
    type : type
        Its class.
    message : str
        Its text, shortened.
    where : str
        The learner's own line, such as ``"line 3 of your cell:  return x @ w"``, or nothing.
    stub : bool
        Whether it is the ``raise NotImplementedError`` of the function itself.
    """

    type: type[BaseException]
    message: str
    where: str
    stub: bool


@dataclass(frozen=True)
class Call:
    """What came of one call: its result or its trouble, and everything else it did."""

    result: Any
    args: dict[str, Any]
    trouble: Trouble | None
    printed: str
    warned: tuple[str, ...]
    left: tuple[str, ...] = ()  # what it changed apart from values: see `traces`


def call(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    seconds: float | None = None,
    lines_of: Callable[..., Any] | None = None,
    kwargs: Mapping[str, Any] | None = None,
    names: Sequence[str] = (),
) -> Call:
    """Call a function on copies of some arguments.

    Parameters
    ----------
    function : callable
        Anybody's function.
    args : tuple
        Its positional arguments. It gets deep copies of all but functions.
    seconds : float, optional
        Stop it after this long; time spent on imports doesn't count. None waits for ever.
    lines_of : callable, optional
        Whose line to name when it raises: by default the function's own.
    kwargs : mapping, optional
        Its keyword arguments, also copied.
    names : sequence of str
        What to call the positional arguments in a message.

    Returns
    -------
    Call
        It never raises what the function raised.
    """
    own, by_name = copy.deepcopy((args, dict(kwargs or {})))
    labels = [*names, *(f"argument {n + 1}" for n in range(len(names), len(own)))]
    known = dict(zip(labels, own, strict=False)) | by_name
    printed, warned = _Head(), dict[str, None]()
    result, trouble = None, None
    with (
        _state_restored(),
        _warnings_kept(warned),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
    ):
        before = trace(known)
        try:
            with _alarm(seconds):
                result = _apply(function, own, by_name)
        except BaseException as error:  # also exit(), Interrupt and our own TimeUp
            trouble = _trouble(error, lines_of or function)
        left = changes(before, trace(known))
    return Call(result, known, trouble, printed.getvalue(), tuple(warned), left)


def call_trusted(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    id: str,
    kwargs: Mapping[str, Any] | None = None,
    names: Sequence[str] = (),
) -> Call:
    """Call a reference, which must work.

    Parameters
    ----------
    function : callable
        The reference of an exercise.
    args : tuple
        Its arguments.
    id : str
        The exercise's, for the message.
    kwargs, names
        As for `call`.

    Returns
    -------
    Call
        Without trouble.

    Raises
    ------
    RuntimeError
        If the reference raises, which is the course's fault and not the learner's.
    KeyboardInterrupt
        If the learner interrupts it.
    """
    done = call(function, args, kwargs=kwargs, names=names)
    if done.trouble is not None:
        if done.trouble.type is KeyboardInterrupt:
            raise KeyboardInterrupt
        kind, message = done.trouble.type.__name__, done.trouble.message
        raise RuntimeError(f"the reference of exercise {id} fails: {kind}: {message}")
    return done


def _apply(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Call the function; this frame marks the part of the stack where the alarm may strike."""
    return function(*args, **kwargs)


@contextlib.contextmanager
def _alarm(seconds: float | None) -> Iterator[None]:
    in_main = threading.current_thread() is threading.main_thread()
    if seconds is None or not in_main:
        yield
    elif hasattr(signal, "setitimer"):
        with _alarm_by_signal(seconds):
            yield
    else:
        with _alarm_by_thread(seconds):
            yield


@contextlib.contextmanager
def _alarm_by_signal(seconds: float) -> Iterator[None]:
    dice = random.Random()

    def strike(number: int, frame: FrameType | None) -> None:
        if _is_importing(frame):
            signal.setitimer(signal.ITIMER_REAL, seconds)  # that time isn't the learner's
            return
        while frame is not None and frame.f_code is not _apply.__code__:
            frame = frame.f_back
        if frame is None:
            return  # the call has just ended: nothing to stop
        # A bare `except:` in the loop may swallow this. So strike again, each time after another
        # delay: sooner or later one falls between two `try`s, where nothing catches it.
        signal.setitimer(signal.ITIMER_REAL, 10 ** dice.uniform(-6, -2))
        raise TimeUp

    handler = signal.signal(signal.SIGALRM, strike)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler)


@contextlib.contextmanager
def _alarm_by_thread(seconds: float) -> Iterator[None]:
    """Stop a loop on a system without an alarm (Windows): another thread raises in this one."""
    learner, done, dice = threading.get_ident(), threading.Event(), random.Random()

    def raise_there(error: type[BaseException] | None) -> None:
        what = None if error is None else ctypes.py_object(error)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(learner), what)

    def watch() -> None:
        wait = seconds
        while not done.wait(wait):
            importing = _is_importing(sys._current_frames().get(learner))
            if not importing:
                raise_there(TimeUp)
            wait = seconds if importing else 10 ** dice.uniform(-4, -2)  # as with the signal

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        try:
            yield
        finally:
            done.set()
            thread.join()
    finally:
        raise_there(None)  # one that was on its way is called back


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


@contextlib.contextmanager
def _state_restored() -> Iterator[None]:
    """Seed the global random generators, and put them back as they were."""
    torch = sys.modules.get("torch")
    with contextlib.ExitStack() as stack:
        stack.callback(random.setstate, random.getstate())
        random.seed(SEED)
        stack.callback(np.random.set_state, np.random.get_state())  # noqa: NPY002 (learners use it)
        np.random.seed(SEED)  # noqa: NPY002
        if torch is not None:
            stack.callback(torch.set_grad_enabled, torch.is_grad_enabled())
            stack.callback(torch.set_default_dtype, torch.get_default_dtype())
            stack.enter_context(torch.random.fork_rng(devices=[]))
            torch.default_generator.manual_seed(SEED)
        yield


@contextlib.contextmanager
def _warnings_kept(kept: dict[str, None]) -> Iterator[None]:
    def keep(message: Warning | str, category: type[Warning], *place: object) -> None:
        if len(kept) < WARNED:
            kept[f"{category.__name__}: {_shortened(str(message))}"] = None

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = keep  # type: ignore[assignment]
        yield


class _Head(io.StringIO):
    """Keep only the start of what is printed, since a loop may print for ever."""

    def write(self, text: str) -> int:
        """Keep as much of the text as there is room for."""
        super().write(text[: max(0, PRINTED - self.tell())])
        return len(text)


def _trouble(error: BaseException, function: Callable[..., Any]) -> Trouble:
    code = getattr(inspect.unwrap(function), "__code__", None)
    own = last = None
    step: TracebackType | None = error.__traceback__
    while step is not None:
        last = step
        if code is not None and step.tb_frame.f_code.co_filename == code.co_filename:
            own = step
        step = step.tb_next
    # A NotImplementedError from torch's C++ leaves no frame, so look for a `raise` in the bytecode.
    stub = (
        isinstance(error, NotImplementedError)
        and last is not None
        and last.tb_frame.f_code is code
        and code.co_code[last.tb_lasti] == dis.opmap["RAISE_VARARGS"]
    )
    return Trouble(type(error), _shortened(str(error)), _line(own), stub)


def _line(step: TracebackType | None) -> str:
    if step is None:
        return ""
    path = step.tb_frame.f_code.co_filename
    place = "your cell" if path.startswith("<") or "ipykernel" in path else Path(path).name
    source = linecache.getline(path, step.tb_lineno).strip()
    return f"line {step.tb_lineno} of {place}" + (f":  {source}" if source else "")


def _shortened(text: str, lines: int = 3, characters: int = 300) -> str:
    head = "\n".join(text.strip().splitlines()[:lines])
    return head if len(head) <= characters else head[: characters - 1] + "…"
