"""Compare what a lesson writes out with what the package has: one mechanism for every lesson.

A room's tests list what its lessons teach (``TAUGHT`` in tests/lessons/<room>/taught.py);
tests/lessons/test_taught.py goes through all of it. What a learner writes is stood for by the
exercise's reference; anything else is read from the lesson's own cells.
"""

import ast
import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import nbformat
import torch
from torch import nn
from torch.utils.data import Dataset

from course_utils import lessons
from course_utils.checking import compare
from course_utils.checking.compare import Tolerance
from course_utils.commands.save_notebooks import NOTEBOOKS

Arguments = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Taught:
    """Something that a lesson writes out, and its helper.

    Attributes
    ----------
    lesson, name : str
        Where it is written out ("05a"), and under which name: in a cell, or as the function of
        an exercise.
    helper : callable
        What the package holds; a small function around it where the lesson's takes or gives
        less.
    calls : callable
        Gives the arguments of the calls to compare. Of a class: of its construction.
    then : callable
        Of a class: gives the arguments of the calls of what was constructed.
    space : mapping
        The names that the cells above have made by then, beyond the lesson's own imports.
    """

    lesson: str
    name: str
    helper: Callable[..., Any]
    calls: Callable[[], Iterable[Arguments]]
    then: Callable[[], Iterable[Arguments]] = tuple
    space: Callable[[], Mapping[str, Any]] = dict
    tolerance: Tolerance = field(default=Tolerance(1e-5, 1e-6))

    def __str__(self) -> str:
        return f"{self.lesson}-{self.name}"

    def written(self) -> Callable[..., Any]:
        """Give the lesson's own function or class."""
        for exercise in lessons.exercises_of(self.lesson):
            if exercise.reference.__name__ == self.name:
                return exercise.reference
        return defined(self.lesson, dict(self.space()))[self.name]


def defined(lesson: str, space: dict[str, Any]) -> dict[str, Any]:
    """Define what the cells of a lesson define, over its imports, its references and a space."""
    tree = ast.parse(code_of(lesson))
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            exec(ast.unparse(node), space)
    space |= {e.reference.__name__: e.reference for e in lessons.exercises_of(lesson)} | {
        name: thing for name, thing in space.items() if name != "__builtins__"
    }
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            exec(ast.unparse(node), space)
    return space


@cache
def code_of(lesson: str) -> str:
    """Join the code of a lesson, the cells that a learner fills left out."""
    path = NOTEBOOKS / f"{lessons.parts()[lesson].file}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    return "\n".join(
        "\n".join(line for line in cell.source.splitlines() if not line.startswith("%"))
        for cell in cells
        if cell.cell_type == "code" and "lesson.check(" not in cell.source
    )


def differences(taught: Taught) -> list[str]:
    """Name everything in which the lesson's own and the helper part: results, then gradients."""
    written, found = taught.written(), []
    for arguments in taught.calls():
        ours, theirs = (made(f, arguments) for f in (written, taught.helper))
        if isinstance(ours, nn.Module):
            found += apart(ours.state_dict(), theirs.state_dict(), taught)
            for call in taught.then():
                found += apart_in_a_call(ours, theirs, call, taught)
        else:
            found += apart_in_a_call(written, taught.helper, arguments, taught)
    return found


def made(function: Callable[..., Any], arguments: Arguments) -> Any:
    if isinstance(function, type):
        torch.manual_seed(0)
        return function(*copy.deepcopy(arguments))
    return None


def apart_in_a_call(
    ours: Callable[..., Any], theirs: Callable[..., Any], arguments: Arguments, taught: Taught
) -> list[str]:
    results = []
    for function in (ours, theirs):
        own = copy.deepcopy(arguments)
        torch.manual_seed(0)
        results.append((function(*own), gradients_of(function, own)))
    (one, left), (other, right) = results
    found = apart(plain(one), plain(other), taught)
    for result in (one, other):
        squares = [t.square().sum() for t in tensors_in(result) if t.requires_grad]
        if squares:
            sum(squares).backward()
    return found or apart([g() for g in left], [g() for g in right], taught)


def gradients_of(function: Any, arguments: Arguments) -> list[Callable[[], Any]]:
    """Say whose gradients count: the tensors that came in, and the parameters of modules."""
    modules = [m for m in (function, *arguments) if isinstance(m, nn.Module)]
    leaves = [t for t in tensors_in(arguments) if t.requires_grad]
    leaves += [parameter for module in modules for parameter in module.parameters()]
    return [lambda leaf=leaf: None if leaf.grad is None else leaf.grad.clone() for leaf in leaves]


def tensors_in(value: Any) -> list[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, tuple | list):
        return [tensor for part in value for tensor in tensors_in(part)]
    return []


def plain(value: Any) -> Any:
    """Lay named tuples, lists and datasets open as tuples: how they are packed is no difference."""
    return tuple(map(plain, value)) if isinstance(value, tuple | list | Dataset) else value


def apart(one: Any, other: Any, taught: Taught) -> list[str]:
    faults = compare.faults(one, other, tolerance=taught.tolerance)
    return [f"{taught}: {fault.message}" for fault in faults]
