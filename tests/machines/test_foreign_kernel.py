"""A kernel without the course: the line above each lesson's first code cell quotes what it says."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_notebook

from tests.machines.machine import environment, make_python, play


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_python(tmp_path_factory.mktemp("foreign") / "venv")


def test_the_words_are_those_of_the_foreign_kernel(python: Path, course: Path, home: Path) -> None:
    firsts, above = [], []
    for path in sorted((course / "notebooks").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        place = [cell.cell_type for cell in cells].index("code")
        firsts.append(cells[place])
        above.append(cells[place - 1].source)
    together = home / "firsts.ipynb"
    nbformat.write(new_notebook(cells=firsts), together)
    played = list(play(python, together, course / "notebooks", environment(home)))
    assert len(played) == len(above) > 10
    for cell, words in zip(played, above, strict=True):
        (error,) = cell["outputs"]
        assert error["ename"] == "ModuleNotFoundError"
        assert f"says `{error['evalue']}`" in words.splitlines()[-1]
