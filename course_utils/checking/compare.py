"""Compare a result with the one that is wanted, and say in words where they differ.

The order is fixed: shape and structure first, then dtype, then value, because once the shape
is wrong, any message about values is noise.
"""

import decimal
import numbers
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

SHAPE, DTYPE, VALUE = 1, 2, 3
SHOWN_WHOLE = 6  # arrays up to this size are printed whole in a message


class Incomparable(TypeError):
    """The engine has no way to compare values of this type."""


class Tolerance(NamedTuple):
    """How much a result may differ and still pass.

    Attributes
    ----------
    rtol, atol : float
        A number is right when ``|got - wanted| <= atol + rtol * |wanted|``.
    dtypes : {"usual", "same", "any"}
        Which other dtypes of the same kind pass. "usual": any for an array, none for a tensor,
        since NumPy mixes dtypes and torch doesn't. "same": none, because the text names one.
        "any": all of them, and in an array floats may stand for whole numbers too.
    lists : bool
        Whether a list may stand for a tuple, and a tuple for a list.
    """

    rtol: float = 1e-5
    atol: float = 1e-6
    dtypes: Literal["usual", "same", "any"] = "usual"
    lists: bool = True

    def close(self, got: Any, wanted: Any) -> Any:
        """Say for each number whether it is right."""
        return np.isclose(got, wanted, self.rtol, self.atol, equal_nan=True)


EXACT = Tolerance(0.0, 0.0)


USUAL = Tolerance()
SEQUENCES = {"a tuple", "a list"}


class Fault(NamedTuple):
    """One difference: how early it counts (shape, dtype, value), and what to say."""

    stage: int
    message: str


def faults(
    got: Any,
    wanted: Any,
    name: str = "the result",
    parts: Sequence[str] = (),
    tolerance: Tolerance = USUAL,
) -> Iterator[Fault]:
    """Find the differences between a result and the one wanted.

    Parameters
    ----------
    got, wanted
        Tensors, arrays, numbers, texts, None, modules, or tuples, lists and dicts of those.
    name : str
        What to call the whole in a message.
    parts : sequence of str
        What to call its parts, when it is a tuple or a list.
    tolerance : Tolerance
        How far numbers may be apart.

    Yields
    ------
    Fault
        In the order of the parts. Report the one with the lowest stage.

    Raises
    ------
    Incomparable
        If both have the same type, and it is none of the above.
    """
    kind, verb = family(wanted), "are" if _is_plural(name) else "is"
    if family(got) != kind and not (tolerance.lists and {family(got), kind} == SEQUENCES):
        yield Fault(SHAPE, f"{name} {verb} {describe(got)}, wanted {describe(wanted)}")
    elif kind in ("a tuple", "a list"):
        if len(got) != len(wanted):
            yield Fault(SHAPE, f"{name} {_has(name)} {_count(len(got))}, wanted {len(wanted)}")
            return
        for i, pair in enumerate(zip(got, wanted, strict=True)):
            part = f"the {parts[i]}" if i < len(parts) else f"{name}[{i}]"
            yield from faults(*pair, part, tolerance=tolerance)
    elif kind == "a dict":
        if set(got) != set(wanted):
            yield Fault(SHAPE, f"{name} {_has(name)} the keys {list(got)}, wanted {list(wanted)}")
            return
        for key in wanted:
            yield from faults(got[key], wanted[key], f"{name}[{key!r}]", tolerance=tolerance)
    elif kind == "a module":
        both = dict(got.state_dict()), dict(wanted.state_dict())
        yield from faults(*both, name, tolerance=tolerance)
    elif kind in ("a tensor", "an array"):
        yield from _array_faults(got, wanted, name, tolerance)
    elif kind == "a number":
        if not _numbers_agree(got, wanted, tolerance):
            yield Fault(VALUE, f"{name} {verb} {_apart(got, wanted)}")
    elif kind in ("a text", "True or False", "None"):
        if got != wanted:
            yield Fault(VALUE, f"{name} {verb} {got!r}, wanted {wanted!r}")
    else:
        raise Incomparable(f"{name} is {kind}: exercises cannot compare those")


def agree(one: Any, other: Any, tolerance: Tolerance = USUAL, unknown: bool = False) -> bool:
    """Whether two values are equal; `unknown` is the answer if there is no way to tell."""
    try:
        return not any(faults(one, other, tolerance=tolerance))
    except Incomparable:
        return unknown


def family(value: Any) -> str:
    """Sort a value into the broad kinds that count as the same type in a check."""
    torch = sys.modules.get("torch")  # anyone who hands in a tensor has loaded it
    if torch is not None and isinstance(value, torch.Tensor):
        return _kind_of_tensor(value, torch)
    if torch is not None and isinstance(value, torch.nn.Module):
        return "a module"
    kinds = (
        (np.ma.MaskedArray, "a masked array"),
        (np.ndarray, "an array"),
        ((bool, np.bool_), "True or False"),
        ((numbers.Number, np.number, decimal.Decimal), "a number"),
        (str, "a text"),
        (tuple, "a tuple"),
        (list, "a list"),
        (dict, "a dict"),
        (type(None), "None"),
    )
    for types, name in kinds:
        if isinstance(value, types):
            return name
    return "a function" if callable(value) else f"of type {type(value).__name__}"


def describe(value: Any) -> str:
    """Say what a value is without giving its numbers away: "a tensor of shape (2, 3)"."""
    kind = family(value)
    if kind in ("a tensor", "an array"):
        return f"{kind} of shape {tuple(value.shape)}"
    if kind in ("a tuple", "a list"):
        return f"{kind} of {_count(len(value))}"
    return kind


def brief(value: Any) -> str:
    """Show an argument in a few characters: its value if it is small, else its shape."""
    kind = family(value)
    if kind in ("a tensor", "an array"):
        small = value.ndim and np.prod(value.shape) <= SHOWN_WHOLE
        return _text(_as_array(value)) if small else f"{kind} of shape {tuple(value.shape)}"
    if kind in ("a number", "a text", "True or False", "None"):
        return repr(value.item() if isinstance(value, np.generic) else value)
    return describe(value)


def _array_faults(got: Any, wanted: Any, name: str, tolerance: Tolerance) -> Iterator[Fault]:
    if tuple(got.shape) != tuple(wanted.shape):
        shapes = f"{tuple(got.shape)}, wanted {tuple(wanted.shape)}"
        yield Fault(SHAPE, f"{name} {_has(name)} shape {shapes}")
        return
    if not _dtypes_agree(got.dtype, wanted.dtype, tolerance):
        dtypes = [str(x.dtype).removeprefix("torch.") for x in (got, wanted)]
        yield Fault(DTYPE, f"{name} {_has(name)} dtype {dtypes[0]}, wanted {dtypes[1]}")
    one, other = _as_array(got), _as_array(wanted)
    if other.dtype.kind in "biufc" and one.dtype.kind in "biufc":
        wrong = ~tolerance.close(one, other)
    else:
        wrong = np.asarray(one != other)
    if not wrong.any():
        return
    if wrong.size <= SHOWN_WHOLE:
        yield Fault(VALUE, f"{name} {'are' if _is_plural(name) else 'is'} {_apart(one, other)}")
        return
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    differ = "differ" if _is_plural(name) else "differs"
    where = f"{name} {differ} in {int(wrong.sum())} of {wrong.size} places"
    place = ", ".join(map(str, first))
    yield Fault(VALUE, f"{where}, first at [{place}]: {_apart(one[first], other[first])}")


def _kind_of_tensor(value: Any, torch: Any) -> str:
    if value.is_nested:
        return "a nested tensor"
    if value.layout is not torch.strided:
        return "a sparse tensor"
    if value.is_meta:
        return "a tensor without numbers (on the meta device)"
    return "a quantized tensor" if value.is_quantized else "a tensor"


def _dtypes_agree(got: Any, wanted: Any, tolerance: Tolerance) -> bool:
    if got == wanted or tolerance.dtypes == "same":
        return got == wanted
    if isinstance(got, np.dtype):
        holds = tolerance.dtypes == "any" and got.kind == "f" and wanted.kind in "iu"
        return got.kind == wanted.kind or {got.kind, wanted.kind} == {"i", "u"} or holds
    return (
        tolerance.dtypes == "any"
        and (got.is_floating_point, got.is_complex) == (wanted.is_floating_point, wanted.is_complex)
        and "bool" not in (str(got)[6:], str(wanted)[6:])
    )


def _numbers_agree(got: Any, wanted: Any, tolerance: Tolerance) -> bool:
    try:
        return bool(
            tolerance.close(*(x if isinstance(x, complex) else float(x) for x in (got, wanted)))
        )
    except (TypeError, ValueError, OverflowError):
        return got == wanted  # larger than any float, or of a kind that has no float


def _is_plural(name: str) -> bool:
    """Whether a part of a result is named in the plural: "the predictions"."""
    last = name.split()[-1]
    singular = last.endswith(("ss", "us", "is", "as"))
    return name.startswith("the ") and last.endswith("s") and not singular


def _has(name: str) -> str:
    return "have" if _is_plural(name) else "has"


def _as_array(value: Any) -> np.ndarray:
    if isinstance(value, np.ndarray):
        return value
    value = value.detach().cpu()
    # NumPy has no bfloat16, and every float fits into a double.
    return (value.double() if value.is_floating_point() else value).numpy()


def _apart(got: Any, wanted: Any) -> str:
    """Both values, with as many digits as it takes to tell them apart."""
    for digits in (4, 8, 17):
        pair = _text(got, digits), _text(wanted, digits)
        if pair[0] != pair[1]:
            break
    return f"{pair[0]}, wanted {pair[1]}"


def _text(value: Any, digits: int = 4) -> str:
    array = np.asarray(value)
    if array.ndim:
        with np.printoptions(formatter={"float_kind": lambda number: f"{number:.{digits}g}"}):
            return " ".join(np.array2string(array, separator=", ").split())
    number = array.item()
    return f"{number:.{digits}g}" if isinstance(number, float | complex) else repr(number)


def _count(parts: int) -> str:
    return f"{parts} part" if parts == 1 else f"{parts} parts"
