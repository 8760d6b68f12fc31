"""Remember how things are, and put them back, bit for bit."""

from __future__ import annotations

import contextlib
import dis
import functools
import io
import random
import types
import warnings
from collections import deque
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

Undo = Callable[[], object]

_MOST_THINGS = 20_000
_MOST_BYTES = 1 << 30
_PLAIN: tuple[type, ...] = (type(None), bool, int, float, complex, str, bytes, type, range, slice)
_PLAIN += (types.ModuleType, torch.dtype, torch.device, torch.Size, np.generic)


class Kept:
    """Walks through whatever it is given and remembers it.

    That is tensors (with their gradients and whether they want one), arrays, random generators,
    lists, dicts, sets, the attributes of objects and what functions use from outside. `restore`
    puts all of it back, into the same objects.

    Attributes
    ----------
    modules : list of nn.Module
        Every module that it found.
    not_restored : list of str
        What it found and can't put back.
    """

    def __init__(self) -> None:
        self.modules: list[nn.Module] = []
        self.tensors: dict[int, Tensor] = {}
        self.not_restored: list[str] = []
        self._undo: list[Undo] = []
        self._generators: list[Undo] = []
        self._seen: dict[int, object] = {}
        self._bytes = 0

    def add(self, thing: object, name: str) -> None:
        """Remember a thing and everything that belongs to it.

        Parameters
        ----------
        thing : object
            A module, an optimiser, a function: anything.
        name : str
            What to call it if it can't be put back.
        """
        waiting = deque([(thing, name)])
        while waiting:
            one, called = waiting.popleft()
            if isinstance(one, _PLAIN) or id(one) in self._seen:
                continue
            if len(self._seen) >= _MOST_THINGS:
                self._give_up(f"{name} (it holds too many things)")
                return
            self._seen[id(one)] = one
            try:
                waiting.extend(self._keep(one, called))
            except Exception as error:  # something that we can't even look at
                self._give_up(f"{called} ({type(error).__name__})")

    def holds(self, thing: object) -> bool:
        """Whether a thing was found, so that it is put back or named."""
        return id(thing) in self._seen

    def restore(self) -> None:
        """Put everything back."""
        for undo in self._undo:
            undo()

    def restore_generators(self) -> None:
        """Put only the random generators back."""
        for undo in self._generators:
            undo()

    def _give_up(self, name: str) -> None:
        if name not in self.not_restored:
            self.not_restored.append(name)

    def _keep(self, thing: Any, name: str) -> Iterator[tuple[object, str]]:
        """Remember one thing, and name those that belong to it."""
        if isinstance(thing, Tensor):
            self.tensors[id(thing)] = thing
            self._bytes += thing.numel() * thing.element_size()
            if thing._is_view() and thing._base is not None:
                yield thing._base, name
            if self._bytes > _MOST_BYTES or thing.layout != torch.strided:
                self._give_up(f"{name} (a tensor of {thing.numel()} numbers)")
            else:
                self._undo.append(_undo_tensor(thing))
            if thing.is_leaf and thing.grad is not None:
                yield thing.grad, f"{name}.grad"
        elif isinstance(thing, np.ndarray):
            if thing.dtype != object and thing.flags.writeable:
                self._undo.append(functools.partial(np.copyto, thing, thing.copy()))
        elif (undo := _undo_random(thing)) is not None:
            self._undo.append(undo)
            self._generators.append(undo)
        elif isinstance(thing, MutableMapping):
            self._undo.append(_undo_mapping(thing))
            yield from ((value, f"{name}[{key!r:.30}]") for key, value in list(thing.items()))
        elif isinstance(thing, list | deque | set):
            self._undo.append(_undo_collection(thing))
            yield from ((value, name) for value in list(thing))
        elif isinstance(thing, tuple | frozenset):
            yield from ((value, name) for value in thing)
        elif isinstance(thing, types.FunctionType):
            yield from self._keep_function(thing)
        elif isinstance(thing, types.MethodType):
            yield from ((thing.__self__, name), (thing.__func__, name))
        elif isinstance(thing, functools.partial):
            yield from ((part, name) for part in (thing.func, thing.args, thing.keywords))
        elif isinstance(thing, Iterator):
            self._give_up(f"{name} ({type(thing).__name__})")
        elif hasattr(thing, "__dict__"):
            if isinstance(thing, nn.Module):
                self.modules.append(thing)
            inside = vars(thing)
            self._undo.append(_undo_mapping(inside))
            yield from ((value, f"{name}.{key}") for key, value in list(inside.items()))

    def _keep_function(self, function: types.FunctionType) -> Iterator[tuple[object, str]]:
        for name, cell in zip(
            function.__code__.co_freevars, function.__closure__ or (), strict=True
        ):
            try:
                inside = cell.cell_contents
            except ValueError:  # not bound yet
                continue
            self._undo.append(functools.partial(setattr, cell, "cell_contents", inside))
            yield inside, name
        yield from ((value, function.__name__) for value in function.__defaults__ or ())
        yield vars(function), function.__name__


class Globals:
    """The globals that a function's code names, as they are now.

    Parameters
    ----------
    function : object
        A function, a method, a partial, or an object that can be called.
    """

    def __init__(self, function: Any) -> None:
        while isinstance(function, functools.partial):
            function = function.func
        function = getattr(function, "__func__", function)
        if not isinstance(function, types.FunctionType):
            function = vars(type(function)).get("__call__")
        self._space, self._named = {}, {}
        if isinstance(function, types.FunctionType):
            self._space = function.__globals__
            names = (name for name in _names(function.__code__) if name in self._space)
            self._named = {name: self._space[name] for name in names}

    def not_restored(self, kept: Kept) -> list[str]:
        """Name those that ``kept`` doesn't put back: objects, and plain values that changed."""
        return [
            f"{name} (a global)"
            for name, value in self._named.items()
            if not isinstance(value, types.FunctionType | types.BuiltinFunctionType)
            and not _is_stateless(value)
            and not kept.holds(value)
            and (not isinstance(value, _PLAIN) or self._space.get(name) is not value)
        ]


def _names(code: types.CodeType) -> dict[str, None]:
    used = dis.get_instructions(code)
    names = {one.argval: None for one in used if one.opname.endswith("_GLOBAL")}
    for inner in code.co_consts:
        names |= _names(inner) if isinstance(inner, types.CodeType) else {}
    return names


def _is_stateless(value: object) -> bool:
    return isinstance(value, nn.Module) and not value.state_dict()


def random_numbers() -> Undo:
    """Remember where the random numbers of torch, NumPy and Python are.

    Returns
    -------
    callable
        Puts them back there.
    """
    here = random.getstate(), np.random.get_state(), torch.get_rng_state()  # noqa: NPY002
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None

    def undo() -> None:
        random.setstate(here[0])
        np.random.set_state(here[1])  # noqa: NPY002
        torch.set_rng_state(here[2])
        if cuda is not None:
            torch.cuda.set_rng_state_all(cuda)

    return undo


def start_random_numbers(seed: int) -> None:
    """Seed the random numbers of torch, NumPy and Python."""
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    torch.default_generator.manual_seed(seed)  # torch.manual_seed would leave a note for CUDA
    if torch.cuda.is_initialized():
        torch.cuda.manual_seed_all(seed)


@contextlib.contextmanager
def left_as_it_was(things: Sequence[tuple[object, str]]) -> Iterator[tuple[Kept, io.StringIO]]:
    """Remember things, let the block do as it likes, and put all of it back.

    That includes random numbers, the gradient switch and the default dtype. What the block prints
    is captured, and its warnings are silenced.

    Yields
    ------
    kept : Kept
    printed : StringIO
    """
    kept, printed = Kept(), io.StringIO()
    numbers = random_numbers()
    dtype, gradients = torch.get_default_dtype(), torch.is_grad_enabled()
    for thing, name in things:
        kept.add(thing, name)
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(printed),
            torch.backends.cudnn.flags(enabled=False),  # its RNNs have no gradient in eval mode
        ):
            warnings.simplefilter("ignore")
            yield kept, printed
    finally:
        kept.restore()
        numbers()
        torch.set_default_dtype(dtype)
        torch.set_grad_enabled(gradients)


def _undo_tensor(tensor: Tensor) -> Undo:
    data, copy = tensor.data, tensor.detach().clone()
    gradient = tensor.grad if tensor.is_leaf else None
    wants, was_leaf = tensor.requires_grad, tensor.is_leaf
    spread_out = any(
        step == 0 and size > 1 for step, size in zip(tensor.stride(), tensor.shape, strict=True)
    )

    def undo() -> None:
        if was_leaf and not tensor.is_leaf:  # added to in place, with gradients on
            tensor.detach_()
        if tensor.data_ptr() != data.data_ptr() or tensor.dtype != data.dtype:
            tensor.data = data
        if not spread_out:
            data.copy_(copy)
        if tensor.is_leaf:
            if tensor.grad is not gradient:
                tensor.grad = gradient
            if tensor.requires_grad != wants:
                tensor.requires_grad_(wants)

    return undo


def _undo_random(thing: Any) -> Undo | None:
    if isinstance(thing, torch.Generator):
        return functools.partial(thing.set_state, thing.get_state())
    if isinstance(thing, np.random.Generator):
        bits, there = thing.bit_generator, thing.bit_generator.state
        return lambda: setattr(bits, "state", there)
    if isinstance(thing, np.random.RandomState):
        return functools.partial(thing.set_state, thing.get_state())
    if isinstance(thing, random.Random):
        return functools.partial(thing.setstate, thing.getstate())
    return None


def _undo_mapping(mapping: Any) -> Undo:
    before = list(mapping.items())

    def undo() -> None:
        now = list(mapping.items())
        if len(now) != len(before) or any(
            a[0] is not b[0] or a[1] is not b[1] for a, b in zip(now, before, strict=True)
        ):
            mapping.clear()
            mapping.update(before)

    return undo


def _undo_collection(collection: Any) -> Undo:
    before = list(collection)
    fill = collection.update if isinstance(collection, set) else collection.extend

    def undo() -> None:
        now = list(collection)
        if len(now) != len(before) or any(a is not b for a, b in zip(now, before, strict=True)):
            collection.clear()
            fill(before)

    return undo
