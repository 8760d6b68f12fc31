"""Properties for what the text of an exercise forbids: a loop, a ready-made cell."""

from __future__ import annotations

import builtins
import copy
import dis
import inspect
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType
from typing import Any

from course_utils.checking.definitions import Case, Rejected

Property = Callable[[Callable[..., Any]], None]
# Loops that don't show in the learner's bytecode: these call a function item by item.
HIDDEN_GLOBALS = ("map", "filter", "reduce")
HIDDEN_NAMES = ("vectorize", "apply_along_axis", "frompyfunc")
# What computes a whole recurrent step for you, for `never_calls`.
READY_MADE_CELLS = (
    *("torch.lstm_cell", "torch.gru_cell", "torch.rnn_tanh_cell", "torch.rnn_relu_cell"),
    *("torch.lstm", "torch.gru", "torch.rnn_tanh", "torch.rnn_relu"),
    *("torch.nn.RNNCellBase", "torch.nn.RNNBase"),
)


def no_loop(says: str) -> Property:
    """Make a property that refuses loops.

    A `for` or a `while` counts, even in a comprehension, a generator, an inner function or another
    function of the learner's that is called by name. So do ``map``, ``reduce``, ``np.vectorize``
    and the like, and a function that calls itself. This reads the bytecode and runs nothing, so a
    loop over two names counts as much as one over all steps.

    Parameters
    ----------
    says : str
        One sentence for the learner: what is wanted instead.

    Returns
    -------
    callable
        For `Exercise.properties`.
    """

    def check(answer: Callable[..., Any]) -> None:
        for code in _codes(_plain(answer), set()):
            if any(_jumps_back(step) for step in dis.get_instructions(code)):
                raise Rejected(f"Your function has a loop. {says}")
            hidden = _hidden_loop(code)
            if hidden:
                raise Rejected(f"{hidden} is a loop too. {says}")
        if _calls_itself(_plain(answer)):
            raise Rejected(f"A function that calls itself is a loop too. {says}")

    return check


def never_calls(*names: str, says: str, case: Case | Callable[[], Case]) -> Property:
    """Make a property that refuses certain functions of torch.

    It runs the function once and sees every call into torch, whatever name it goes by:
    `nn.LSTMCell` calls ``torch.lstm_cell``, and so does ``from torch import lstm_cell``.

    Parameters
    ----------
    *names : str
        A function or method (``"torch.lstm_cell"``, ``"torch.Tensor.detach"``), or a layer and
        every layer derived from it (``"torch.nn.Linear"``).
    says : str
        One sentence for the learner: what is wanted instead.
    case : Case or callable
        What to call the function with, or a function that builds it.

    Returns
    -------
    callable
        For `Exercise.properties`.
    """

    def check(answer: Callable[..., Any]) -> None:
        import torch
        from torch.nn.modules.module import register_module_forward_pre_hook

        called: list[str] = []
        layers = tuple(kind for name in names if isinstance(kind := _found(name), type))
        functions = {name.rpartition(".")[2]: name for name in names}

        class Listener(torch.overrides.TorchFunctionMode):
            def __torch_function__(
                self, function: Any, types: Any, args: Any = (), kwargs: Any = None
            ) -> Any:
                name = getattr(function, "__name__", "").partition(".")[0]
                if name in functions:
                    called.append(functions[name])
                return function(*args, **(kwargs or {}))

        def listen(module: Any, args: Any) -> None:
            if isinstance(module, layers):
                called.append(f"nn.{type(module).__name__}")

        one = case if isinstance(case, Case) else case()
        args, kwargs = copy.deepcopy((one.args, one.kwargs))
        hook = register_module_forward_pre_hook(listen)
        try:
            with Listener():
                answer(*args, **kwargs)
        finally:
            hook.remove()
        if called:
            # Raised at the end, so that no `except` of the learner's can swallow it.
            raise Rejected(f"Your function calls {called[0]}. {says}")

    return check


def _found(name: str) -> Any:
    import torch

    found: Any = torch
    for part in name.split(".")[1:]:
        found = getattr(found, part)
    return found


def _plain(function: Any) -> Any:
    """Return the function behind a decorator, a partial, a method or a callable object."""
    function = inspect.unwrap(getattr(function, "func", function))
    function = getattr(function, "__func__", function)
    if not isinstance(function, FunctionType) and not inspect.isbuiltin(function):
        return getattr(type(function).__call__, "__func__", type(function).__call__)
    return function


def _codes(function: Any, seen: set[CodeType]) -> Iterator[CodeType]:
    """Return the code of a function, of all functions inside it, and of those that it names."""
    if not isinstance(function, FunctionType) or function.__code__ in seen:
        return
    seen.add(function.__code__)
    for code in _nested(function.__code__):
        yield code
        for helper in _named(function, code):
            if getattr(helper, "__globals__", None) is function.__globals__:
                yield from _codes(helper, seen)


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _nested(part)


def _named(function: FunctionType, code: CodeType) -> Iterator[Any]:
    """Return what a function's names stand for: those of its module and those it closes over."""
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    closed = {name: cell.cell_contents for name, cell in cells if cell != type(cell)()}
    known = vars(builtins) | function.__globals__ | closed
    for name in (*code.co_names, *code.co_freevars):
        if name in known:
            yield inspect.unwrap(known[name]) if callable(known[name]) else known[name]


def _calls_itself(function: Any) -> bool:
    return isinstance(function, FunctionType) and any(
        function is helper
        for code in _nested(function.__code__)
        for helper in _named(function, code)
    )


def _hidden_loop(code: CodeType) -> str:
    """Name what loops in the code without a jump, or give ""."""
    loaded = {
        s.argval for s in dis.get_instructions(code) if s.opname in ("LOAD_GLOBAL", "LOAD_NAME")
    }
    found = [name for name in HIDDEN_GLOBALS if name in loaded]
    found += [name for name in HIDDEN_NAMES if name in code.co_names]
    if {"functools", "reduce"} <= set(code.co_names):
        found.append("functools.reduce")
    return found[0] if found else ""


def _jumps_back(step: dis.Instruction) -> bool:
    jump = step.opcode in dis.hasjrel or step.opcode in dis.hasjabs
    return step.opname == "FOR_ITER" or (jump and step.argval <= step.offset)
