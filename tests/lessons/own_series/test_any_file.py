"""Any file goes through lesson 06a with one line changed: a verdict, or a refusal with the way on.

The notebook's own cells are executed, without a kernel. What stands above the line does not depend
on it, and is executed once.
"""

import ast
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest

from course_utils import lessons
from course_utils.commands.save_notebooks import NOTEBOOKS
from tests.lessons.own_series.files import FILES, REFUSED, write

LINE = "my = None  # if the next line is refused, nothing older is judged\nmy = own.load("


def cells() -> list[str]:
    path = NOTEBOOKS / f"{lessons.parts()['06a'].file}.ipynb"
    return [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]


def place_of_the_line() -> int:
    (place,) = (n for n, source in enumerate(cells()) if source.startswith(LINE))
    return place


def depends(sources: list[str]) -> list[int]:
    """Place the cells that read ``my``, or what such a cell made: all that depend on the line."""
    tainted, found = {"my"}, []
    for place, source in enumerate(sources):
        names = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
        if any(n.id in tainted for n in names if isinstance(n.ctx, ast.Load)):
            found.append(place)
            tainted |= {n.id for n in names if isinstance(n.ctx, ast.Store)}
    return found


@pytest.fixture(scope="module")
def above(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Execute what stands above the line that needs no long training: the names that it makes."""
    needed = cells()[: place_of_the_line()]
    space: dict[str, Any] = {"__name__": "__main__"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UNROLLED_QUIET", "1")
        patch.setenv("UNROLLED_PROGRESS", str(tmp_path_factory.mktemp("kept") / "progress.json"))
        patch.delenv("UNROLLED_STRICT", raising=False)
        for source in needed:
            if not skipped(source):
                exec(compile(source, "06a", "exec"), space)
    plt.close("all")
    return space


def skipped(source: str) -> bool:
    """Leave out the economy's networks, which make nothing that is used below."""
    return "by_columns" in source


def run(above: dict[str, Any], line: str) -> dict[str, Any]:
    space, sources = dict(above), cells()[place_of_the_line() :]
    below = sources[: max(depends(sources), default=0) + 1]
    for source in [line, *below[1:]]:
        exec(compile(source, "06a", "exec"), space)
    plt.close("all")
    return space


def line_of(path: Path, options: str) -> str:
    return f"my = own.load({str(path)!r}, {options})\nprint(my)"


def test_one_line_is_to_be_changed_and_nothing_above_depends_on_it() -> None:
    sources, place = cells(), place_of_the_line()
    assert depends(sources[:place]) == []
    assert cells()[place].splitlines()[2:] == ["print(my)"]
    assert len(depends(sources[place + 1 :])) >= 3


@pytest.mark.parametrize("name", FILES)
def test_a_file_ends_in_a_forecast_with_a_verdict(name, above, tmp_path, capsys) -> None:
    rows, options = FILES[name]
    space = run(above, line_of(write(tmp_path, rows()), options))
    my, claim = space["my"], space["claim"]
    assert claim["total"] > 0
    assert np.isfinite(claim["forecast"]).all()
    assert len(claim["forecast"]) == my.horizon
    assert (claim["low"] <= claim["forecast"]).all()
    assert list(space["told"].columns) == ["forecast", "low", "high"]
    assert space["told"].index[0] == my.series.index[-1] + 1
    low, high = np.nanmin(my.numbers), np.nanmax(my.numbers)
    assert low - (high - low) < claim["forecast"].mean() < high + (high - low)
    told = capsys.readouterr().out
    for word in ("Gaps", "Chosen", "Judged", "Baseline", "counted where it had no say", "Advice"):
        assert word in told
    assert f"{my.series.index[-1] + 1} to" in told


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_forecast_is_refused_and_says_what_to_do(name, above, tmp_path) -> None:
    rows, options, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        run(above, line_of(write(tmp_path, rows()), options))


def test_after_a_refused_load_nothing_older_is_judged(above, tmp_path) -> None:
    rows, options, message = REFUSED["constant"]
    sources = cells()
    line = sources[place_of_the_line()].splitlines()
    load = line_of(write(tmp_path, rows()), options)
    space = dict(above) | {"my": "an older one"}
    with pytest.raises(ValueError, match=message):
        exec(compile("\n".join([line[0], load]), "06a", "exec"), space)
    with pytest.raises(ValueError, match=r"task must be .*, got None"):
        exec(compile(sources[place_of_the_line() + 1], "06a", "exec"), space)
