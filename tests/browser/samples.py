"""Two notebooks of our own, apart from the lessons: one with every card, one with every fault."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils.commands import save_notebooks

BEGIN = """\
import numpy as np
from course_utils import exercises
lesson = exercises.open("00")"""

CARDS = [
    BEGIN,
    """\
def mean_of_squares(values):
    raise NotImplementedError
mean_of_squares = lesson.check("0.1", mean_of_squares)""",
    'lesson.check("0.1", mean_of_squares);',
    'lesson.check("0.1", lambda values: float(np.mean(values) ** 2));',
    'lesson.check("0.1", lambda values: float(np.mean(values**2)));',
]

PROSE = "# Faults\n\n![far away](https://course.invalid/picture.png) and $\\frac$."

FAULTS = [
    BEGIN,
    # a check that never answers
    'if False:\n    lesson.check("0.1", None)',
    # an explorer that does not redraw, and a widget that cannot be read
    """\
import io
import ipywidgets as widgets
import matplotlib.pyplot as plt
file = io.BytesIO()
plt.figure(figsize=(1, 1)).savefig(file)
plt.close()
faint = widgets.HTML('<span style="color: #999; background: #aaa">faint</span>')
box = widgets.VBox([widgets.IntSlider(), widgets.Image(value=file.getvalue()), faint])
def explore_deaf():
    display(box)""",
    "explore_deaf()",
    "1 / 0",
]


def write(folder: Path) -> None:
    """Write cards.ipynb and faults.ipynb into a folder."""
    for name, prose, sources in (("cards", "# Cards", CARDS), ("faults", PROSE, FAULTS)):
        cells = [new_markdown_cell(prose), *map(new_code_cell, sources)]
        notebook = new_notebook(cells=cells, metadata={"kernelspec": save_notebooks.KERNELSPEC})
        nbformat.write(notebook, folder / f"{name}.ipynb")
