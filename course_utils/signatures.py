"""Check arguments where a public function is entered: axes by name, one clear error.

`checked` compares what comes in with the annotations: jaxtyping knows the axes, beartype the types.
A few functions below check what types can't express (finite, all different, in time order).
"""

from __future__ import annotations

import collections.abc
import functools
import inspect
import re
import typing
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, TypeVar

import numpy as np
import torch
from beartype import BeartypeConf, beartype
from beartype.vale import Is
from jaxtyping import AbstractArray, TypeCheckError, jaxtyped
from torch import Tensor

Checked = TypeVar("Checked", bound=Callable[..., Any])


class BadArgument(ValueError, TypeError):
    """An argument that a function can't use; the message says which one, and what is wanted."""


def _is_whole(value: object, least: int) -> bool:
    return not isinstance(value, bool) and value >= least  # type: ignore[operator]


if TYPE_CHECKING:  # what a type checker needs to know about them
    Integer: TypeAlias = int
    Count: TypeAlias = int
    Whole: TypeAlias = int
    Number: TypeAlias = float
    Positive: TypeAlias = float
    Finite: TypeAlias = float
    Maker: TypeAlias = Callable[..., Any]
    Instance: TypeAlias = Any
else:
    Integer = int | np.integer
    Number = float | np.floating
    Count = Annotated[Integer, Is[lambda n: _is_whole(n, 1)]]
    Whole = Annotated[Integer, Is[lambda n: _is_whole(n, 0)]]
    Positive = Annotated[Number, Is[lambda x: 0 < x < float("inf") and not isinstance(x, bool)]]
    Finite = Annotated[Number, Is[lambda x: abs(x) < float("inf") and not isinstance(x, bool)]]
    # Something that makes a thing when you call it, rather than the thing itself.
    Maker = Annotated[
        Callable[..., Any], Is[lambda f: not isinstance(f, torch.nn.Module | torch.optim.Optimizer)]
    ]
    Instance = Annotated[Any, Is[lambda value: not isinstance(value, type)]]
# Not one text, which would be read letter by letter.
Texts = Annotated[
    Sequence[str],
    Is[lambda texts: not isinstance(texts, str) and all(isinstance(one, str) for one in texts)],
]

WORDS: dict[Any, str] = {
    Count: "a whole number, at least 1",
    Whole: "a whole number, at least 0",
    Positive: "a finite number above 0",
    Finite: "a finite number",
    Maker: "a function that makes it, not the thing itself",
    Instance: "an instance, not its class",
    Texts: "a list of texts",
    int: "a whole number",
    float: "a number",
    bool: "True or False",
    str: "a text",
    type(None): "None",
}
CONF = BeartypeConf(is_pep484_tower=True)


def checked(function: Checked) -> Checked:
    """Refuse arguments that don't fit a function's annotations: a decorator.

    Parameters
    ----------
    function : callable
        A function, or a class whose construction is to be checked.

    Returns
    -------
    callable
        The same function, raising `BadArgument` for an argument with the wrong shape, dtype or
        type. Under ``torch.compile`` it steps aside.
    """
    if isinstance(function, type):
        function.__init__ = checked(function.__init__)  # type: ignore[misc]
        function.is_checked = True  # type: ignore[attr-defined]
        return function
    held = jaxtyped(typechecker=beartype(conf=CONF))(function)

    @functools.wraps(function)
    def entered(*args: Any, **kwargs: Any) -> Any:
        if torch.compiler.is_compiling():
            return function(*args, **kwargs)
        try:
            return held(*args, **kwargs)
        except TypeCheckError as error:
            raise BadArgument(_sentence(function, args, kwargs, str(error))) from None

    entered.is_checked = True  # type: ignore[attr-defined]
    return entered  # type: ignore[return-value]


def _sentence(function: Callable[..., Any], args: Any, kwargs: Any, told: str) -> str:
    hints = typing.get_type_hints(function, include_extras=True)
    sizes = dict(re.findall(r"^(\w+)=(\d+)", told, flags=re.MULTILINE))
    found = re.search(r"parameter '(\w+)'", told)
    if found is None:  # the arguments are right, but what a model or a callback returned isn't
        return f"{function.__qualname__} must return {wanted(hints['return'], sizes)}, but doesn't"
    name = found[1]
    value = inspect.signature(function).bind(*args, **kwargs).arguments[name]
    return f"{name} must be {wanted(hints[name], sizes)}, got {seen(value)}"


def wanted(annotation: Any, sizes: dict[str, str]) -> str:
    """Say in words what an annotation asks for, with the sizes of the axes known so far.

    Parameters
    ----------
    annotation
        A parameter's.
    sizes : dict
        From an axis to its size.

    Returns
    -------
    str
        Such as "a float tensor of shape (windows, horizon) = (37, horizon)".
    """
    if isinstance(annotation, TypeVar):
        annotation = annotation.__bound__
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is collections.abc.Callable:
        return "a function"
    if annotation in WORDS:
        return WORDS[annotation]
    if isinstance(annotation, type) and issubclass(annotation, AbstractArray):
        return _array_words(annotation, sizes)
    if origin is Literal:
        return "one of " + ", ".join(map(repr, inside))
    if origin is tuple and Ellipsis not in inside:
        if len(set(map(str, inside))) == 1:
            return f"a tuple of {len(inside)}, each {wanted(inside[0], sizes)}"
        return f"a tuple ({', '.join(wanted(part, sizes) for part in inside)})"
    if origin is not None and set(inside) <= {int, np.integer}:
        return WORDS[int]
    if origin is not None and set(inside) <= {float, np.floating}:
        return WORDS[float]
    if origin in (typing.Union, type(int | str)):
        return ", or ".join(dict.fromkeys(wanted(part, sizes) for part in inside))
    plain = origin or annotation
    library = getattr(plain, "__module__", "").partition(".")[0]
    name = getattr(plain, "__name__", str(plain))
    return f"a {library} {name}" if library in ("pandas", "torch") else f"of type {name}"


def _array_words(annotation: Any, sizes: dict[str, str]) -> str:
    kind = annotation.__name__.partition("[")[0].lower()
    what = "tensor" if annotation.array_type is Tensor else "array"
    axes = annotation.dim_str.split()
    shape = f"({', '.join(axes)}{',' if len(axes) == 1 else ''})"
    known = f"({', '.join(_size(axis, sizes) for axis in axes)}{',' if len(axes) == 1 else ''})"
    dtype = "" if kind in ("shaped", "num") else f"{kind} "
    article = "an" if (dtype or what)[0] in "aeiou" else "a"
    return f"{article} {dtype}{what} of shape {shape}" + (f" = {known}" if known != shape else "")


def _size(axis: str, sizes: dict[str, str]) -> str:
    """Return the size of an axis if it is known: "hidden" or "3*hidden"."""
    factor, _, name = axis.rpartition("*")
    if name not in sizes:
        return axis
    return str(int(factor or 1) * int(sizes[name])) if not factor or factor.isdigit() else axis


def seen(value: Any) -> str:
    """Describe an argument in a few words.

    Parameters
    ----------
    value
        An argument.

    Returns
    -------
    str
        Shape and dtype of a tensor or an array, the value of anything small, otherwise its type.
    """
    if isinstance(value, Tensor | np.ndarray):
        what = "a tensor" if isinstance(value, Tensor) else "an array"
        dtype = str(value.dtype).removeprefix("torch.")
        return f"{what} of shape {tuple(value.shape)} and dtype {dtype}"
    if isinstance(value, tuple | list) and any(isinstance(v, Tensor | np.ndarray) for v in value):
        return f"a {type(value).__name__} of {len(value)}: " + ", ".join(map(seen, value))
    if isinstance(value, type):
        return f"the class {value.__name__} itself"
    if value is None or isinstance(value, bool | int | float | str | np.generic | tuple | list):
        text = repr(value)
        return text if len(text) <= 60 else f"{text[:57]}…"
    return f"something of type {type(value).__name__}"


def at_least(least: int, **numbers: float) -> None:
    """Refuse a number below a bound, and name it."""
    for name, number in numbers.items():
        if number < least:
            raise BadArgument(f"{name} must be at least {least}, got {number!r}")


def all_finite(**arrays: Any) -> None:
    """Refuse an array or a tensor that is empty or contains NaN or an infinity, and name it."""
    for name, values in arrays.items():
        array = values.detach().cpu().numpy() if isinstance(values, Tensor) else np.asarray(values)
        if not array.size:
            raise BadArgument(f"{name} must hold at least one number, got shape {array.shape}")
        bad = ~np.isfinite(array)
        if bad.any():
            place: Any = tuple(int(i) for i in np.argwhere(bad)[0])
            place = place[0] if len(place) == 1 else place
            raise BadArgument(f"{name} must be finite, got {array[place]} at position {place}")


def same_dtype(**tensors: Tensor) -> None:
    """Refuse tensors of different dtypes: torch would mix them, or fail somewhere else."""
    (first, one), *others = tensors.items()
    for name, other in others:
        if other.dtype != one.dtype:
            raise BadArgument(f"{name} must be of {first}'s dtype {one.dtype}, got {other.dtype}")


def whole_numbers(name: str, values: Iterable[Any]) -> tuple[int, ...]:
    """Return a list, a range or an array of whole numbers as a tuple, with every item checked.

    Parameters
    ----------
    name : str
        Of the argument: "seeds", "origins".
    values : iterable of int
        At least one, none of them twice, none below 0.

    Returns
    -------
    tuple of int

    Raises
    ------
    BadArgument
        Naming the argument and the item.
    """
    wanted = f"{name} must be whole numbers, at least one, all different, like [0, 1, 2]"
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise BadArgument(f"{wanted}, got {seen(values)}")
    found = list(values)
    for item in found:
        if isinstance(item, bool | np.bool_) or not isinstance(item, Integer) or item < 0:
            raise BadArgument(f"{wanted}, got {seen(item)} among them")
    if not found or len({int(item) for item in found}) < len(found):
        raise BadArgument(f"{wanted}, got {seen(found)}")
    return tuple(int(item) for item in found)
