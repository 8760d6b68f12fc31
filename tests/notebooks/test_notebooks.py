"""What every committed notebook keeps to, and the command that saves them.

Each rule is a function from a notebook to a list of complaints. Each is also fed
notebooks that break it, so that a rule which accepts everything cannot stay.
"""

import os
import re
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course_utils.commands import save_notebooks

FOLDER = save_notebooks.NOTEBOOKS
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
WARNING = re.compile(r"[A-Za-z]*Warning\b|\bWARNING\b|\bwarnings\.warn\b")
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
ANY_MACHINE = [
    r"/(?:home|Users|tmp|root|work|workspaces?|content)/\w",
    r"[A-Za-z]:\\+(?:Users|Windows|Temp)",
    r"/var/folders",
    r"(?:site|dist)-packages",
    r"ipykernel_\d+",
]
CAPTION = re.compile(r"\*Figure: .+?\.\*(\s|$)", re.DOTALL)
MEDIAN_LINES, MOST_LINES = 6, 25


def this_machine() -> list[str]:
    """Name the folders that would give away where a notebook ran."""
    places = [Path.home(), FOLDER.parent, Path.cwd(), Path(tempfile.gettempdir()), Path(sys.prefix)]
    long_enough = {str(place) for place in places if len(place.parts) > 1}
    return [rf"(?<![\w.]){re.escape(place)}(?![\w-])" for place in long_enough]


def code(notebook: NotebookNode) -> Iterator[tuple[int, NotebookNode]]:
    """Go through the code cells, each with its place in the notebook, from 1."""
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            yield number, cell


def said(cell: NotebookNode) -> str:
    """Put together all that a cell's outputs say in words."""
    texts = []
    for output in cell.get("outputs", []):
        texts += [output.get(name, "") for name in ("text", "ename", "evalue")]
        texts += output.get("traceback", [])
        bundle = output.get("data", {})
        texts += [str(bundle[mime]) for mime in bundle if not mime.startswith("image/")]
    return "\n".join(texts)


def executed(notebook: NotebookNode) -> list[str]:
    counts = [cell.execution_count for _, cell in code(notebook)]
    empty = [f"cell {n} is empty" for n, cell in code(notebook) if not cell.source.strip()]
    if counts != list(range(1, len(counts) + 1)):
        empty.append(f"execution counts are {counts}, wanted 1, 2, 3 … in order")
    return empty


def without_errors(notebook: NotebookNode) -> list[str]:
    return [
        f"cell {n} ends in {output.ename}"
        for n, cell in code(notebook)
        for output in cell.outputs
        if output.output_type == "error"
    ]


def without_warnings(notebook: NotebookNode) -> list[str]:
    found = [
        f"cell {n} wrote to stderr: {output.text[:80]!r}"
        for n, cell in code(notebook)
        for output in cell.outputs
        if output.get("name") == "stderr"
    ]
    for n, cell in code(notebook):
        if "expect_error(" not in cell.source:  # what it shows is meant to be seen
            found += [f"cell {n} shows a warning: {word}" for word in WARNING.findall(said(cell))]
    return found


def without_paths(notebook: NotebookNode) -> list[str]:
    found = []
    for n, cell in enumerate(notebook.cells, start=1):
        for pattern in [*this_machine(), *ANY_MACHINE]:
            hit = re.search(pattern, cell.source + "\n" + said(cell))
            found += [f"cell {n} names a place on a machine: {hit.group()}"] if hit else []
    return found


def without_addresses(notebook: NotebookNode) -> list[str]:
    return [
        f"cell {n} shows {a}" for n, cell in code(notebook) for a in ADDRESS.findall(said(cell))
    ]


def without_widget_state(notebook: NotebookNode) -> list[str]:
    found = ["the metadata hold widget state"] if "widgets" in notebook.metadata else []
    return found + [
        f"cell {n} holds {mime}"
        for n, cell in code(notebook)
        for output in cell.outputs
        for mime in output.get("data", {})
        if "vnd.jupyter.widget" in mime
    ]


def without_timing(notebook: NotebookNode) -> list[str]:
    return [
        f"cell {n} has the metadata {name}"
        for n, cell in enumerate(notebook.cells, start=1)
        for name in ("execution", "ExecuteTime")
        if name in cell.metadata
    ]


def plain_kernel(notebook: NotebookNode) -> list[str]:
    wanted = {"kernelspec": save_notebooks.KERNELSPEC, "language_info": {"name": "python"}}
    return [] if notebook.metadata == wanted else [f"the metadata are {notebook.metadata}"]


def short_cells(notebook: NotebookNode) -> list[str]:
    lines = {n: len(cell.source.splitlines()) for n, cell in code(notebook)}
    excused = {n for n, cell in code(notebook) if "long-ok" in cell.metadata.get("tags", [])}
    found = [
        f"cell {n} has {count} lines, wanted {MOST_LINES} at most, or the tag long-ok"
        for n, count in lines.items()
        if count > MOST_LINES and n not in excused
    ]
    median = statistics.median(lines.values()) if lines else 0
    if median > MEDIAN_LINES:
        found.append(f"the median code cell has {median} lines, wanted {MEDIAN_LINES} at most")
    return found


def figures_shown(notebook: NotebookNode) -> list[str]:
    found = []
    for n, cell in code(notebook):
        for output in cell.outputs:
            bundle = output.get("data", {})
            if not bundle.get("text/plain", "").startswith("<Figure"):
                continue
            if "image/png" not in bundle or output.output_type == "execute_result":
                found.append(f"cell {n} shows the words {bundle['text/plain']}")
            elif not re.search(r"plt\.show\(\)|^explore_\w+\(", cell.source, re.MULTILINE):
                found.append(f"cell {n} draws without plt.show()")
    return found


def figures_described(notebook: NotebookNode) -> list[str]:
    found = []
    for n, (cell, below) in enumerate(pairwise([*notebook.cells, new_markdown_cell()]), start=1):
        for output in cell.get("outputs", []):
            # As text: neither JupyterLab nor nbconvert's own template shows an output's alt.
            if "image/png" in output.get("data", {}) and not CAPTION.match(below.source):
                found.append(f"cell {n}: no *Figure: …* stands under its figure")
    return found


def headings_in_order(notebook: NotebookNode) -> list[str]:
    found, last = [], 0
    for n, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "markdown":
            continue
        prose = re.sub(r"^(```|~~~).*?^\1", "", cell.source, flags=re.DOTALL | re.MULTILINE)
        for heading in re.findall(r"^(#+) ", prose, flags=re.MULTILINE):
            level = len(heading)
            if level > last + 1 or (level == 1 and last):
                found.append(f"cell {n}: a heading of level {level} after one of level {last}")
            last = level
    return found if last else ["there is no heading"]


RULES: list[Callable[[NotebookNode], list[str]]] = [
    executed,
    without_errors,
    without_warnings,
    without_paths,
    without_addresses,
    without_widget_state,
    without_timing,
    plain_kernel,
    short_cells,
    figures_shown,
    figures_described,
    headings_in_order,
]


def name_of(value: object) -> str | None:
    if isinstance(value, Path):
        return value.name
    return getattr(value, "__name__", None)


def test_there_is_a_course() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_notebook(path: Path, rule: Callable[[NotebookNode], list[str]]) -> None:
    assert rule(nbformat.read(path, as_version=4)) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_notebook_is_saved_in_its_tidy_form(path: Path) -> None:
    # So that `make notebooks` changes nothing but what really changed.
    notebook = nbformat.read(path, as_version=4)
    assert save_notebooks.as_text(save_notebooks.tidy(notebook)) == path.read_text("utf-8")


def test_readme_shows_the_lessons_own_pictures() -> None:
    readme = (FOLDER.parent / "README.md").read_text("utf-8")
    shown = re.findall(r"!\[[^\]]{20,}\]\((notebooks/pictures/[^)]+)\)", readme)
    made = {
        f"notebooks/pictures/{path.stem}.png": png
        for path in NOTEBOOKS
        if (png := save_notebooks.picture(nbformat.read(path, as_version=4))) is not None
    }
    assert shown
    assert set(shown) == set(made)
    for name, png in made.items():
        assert (FOLDER.parent / name).read_bytes() == png


# ---- every rule accepts a good notebook, and refuses what it is there to refuse


def cell(source: str, *outputs: NotebookNode, count: int = 1, **metadata: object) -> NotebookNode:
    return new_code_cell(
        source, id="b", outputs=list(outputs), execution_count=count, metadata=metadata
    )


def with_cell(new: NotebookNode, prose: str = "# Title\n\n## Part") -> NotebookNode:
    metadata = {"kernelspec": save_notebooks.KERNELSPEC, "language_info": {"name": "python"}}
    return new_notebook(cells=[new_markdown_cell(prose, id="a"), new], metadata=metadata)


def printed(text: str, name: str = "stdout") -> NotebookNode:
    return with_cell(cell("f()", new_output("stream", text=text, name=name)))


def shown(source: str, kind: str = "display_data", **data: str) -> NotebookNode:
    bundle = {mime.replace("_", "/"): value for mime, value in data.items()}
    return with_cell(cell(source, new_output(kind, data=bundle)))


def described(notebook: NotebookNode, words: str) -> NotebookNode:
    """Put a cell under a figure."""
    notebook.cells.append(new_markdown_cell(words, id="c"))
    return notebook


def bundled(mime: str) -> NotebookNode:
    return with_cell(cell("f()", new_output("display_data", data={mime: {"model_id": "x"}})))


def with_metadata(**metadata: object) -> NotebookNode:
    notebook = printed("1")
    notebook.metadata.update(metadata)
    return notebook


FIGURE = {"image_png": "aGk=", "text_plain": "<Figure size 640x480 with 1 Axes>"}
GOOD = {
    "a print": printed("loss 0.012 after 3 steps"),
    "a figure": described(
        shown("plt.plot(x)\nplt.show()", **FIGURE),
        "*Figure: `x` rises\nby $n^2$.* A word more.\n\n*More.*",
    ),
    "an intended warning": shown("expect_error(f, UserWarning)", text_plain="UserWarning: hm"),
    "an explorer's still": described(shown("explore_state()", **FIGURE), "*Figure: a state.*"),
    "a long cell with its tag": with_cell(cell("x = 1\n" * 4, tags=["long-ok"])),
    "a comment in a code fence": with_cell(cell("x"), prose="# T\n\n```python\n### no\n```\n"),
    "an image that spells a path": described(
        shown("plt.show()", image_png="/home/x"), "*Figure: noise.*"
    ),
}
BAD: list[tuple[Callable[[NotebookNode], list[str]], str, NotebookNode]] = [
    (executed, "never run", with_cell(new_code_cell("x = 1"))),
    (executed, "run out of order", with_cell(cell("x = 1", count=4))),
    (executed, "empty", with_cell(cell("  \n"))),
    (without_errors, "an error", with_cell(cell("f()", new_output("error", ename="ValueError")))),
    (without_warnings, "stderr", printed("hm", name="stderr")),
    (without_warnings, "a warning in print", printed("x.py:3: UserWarning: careful")),
    (without_warnings, "a warning in HTML", shown("f()", text_html="<b>FutureWarning</b>")),
    (without_paths, "this home", printed(f"in {Path.home()}/x")),
    (without_paths, "this repository", printed(f"{FOLDER.parent}")),
    (without_paths, "this environment", printed(f"{sys.prefix}/bin")),
    (without_paths, "this scratch folder", printed(os.path.join(tempfile.gettempdir(), "x"))),
    (without_paths, "a home on Linux", printed("/home/ada/x")),
    (without_paths, "a home on a Mac", with_cell(cell("open('/Users/ada/x')"))),
    (without_paths, "a home on Windows", printed("C:\\Users\\ada")),
    (without_paths, "in prose", with_cell(cell("x"), prose="# T\n\nsee /home/ada/notes")),
    (without_paths, "a library's file", shown("f()", text_plain="lib/site-packages/torch")),
    (without_addresses, "an object", shown("f()", text_plain="<Axes at 0x7f12ab34cd56>")),
    (without_widget_state, "a view", bundled(save_notebooks.WIDGET)),
    (without_widget_state, "a state", with_metadata(widgets={"state": {}})),
    (without_timing, "timing", with_cell(cell("x = 1", execution={"iopub.execute_input": "…"}))),
    (plain_kernel, "another kernel", with_metadata(kernelspec={"name": "mine"})),
    (plain_kernel, "a version", with_metadata(language_info={"name": "python", "version": "3"})),
    (short_cells, "one over 25 lines", with_cell(cell("x = 1\n" * 26))),
    (short_cells, "a median over 6", with_cell(cell("x = 1\n" * 7))),
    (figures_shown, "without show", shown("plt.plot(x)", **FIGURE)),
    (figures_shown, "twice", shown("fig, plt.show()", kind="execute_result", **FIGURE)),
    (figures_shown, "as words", shown("plt.show()", text_plain=FIGURE["text_plain"])),
    (figures_described, "nothing under it", shown("plt.show()", **FIGURE)),
    (figures_described, "prose under it", described(shown("plt.show()", **FIGURE), "It rises.")),
    (figures_described, "no words", described(shown("plt.show()", **FIGURE), "*Figure:*")),
    (headings_in_order, "a jump", with_cell(cell("x"), prose="# T\n\n### Deep")),
    (headings_in_order, "a late start", with_cell(cell("x"), prose="## T")),
    (headings_in_order, "two titles", with_cell(cell("x"), prose="# T\n\n# U")),
    (headings_in_order, "none", with_cell(cell("x"), prose="words")),
]


@pytest.mark.parametrize("what", GOOD)
@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_rule_accepts_a_good_notebook(rule: Callable[[NotebookNode], list[str]], what: str) -> None:
    assert rule(GOOD[what]) == []


@pytest.mark.parametrize(
    ("rule", "bad"), [case[::2] for case in BAD], ids=[f"{r.__name__}: {w}" for r, w, _ in BAD]
)
def test_rule_refuses_a_bad_notebook(
    rule: Callable[[NotebookNode], list[str]], bad: NotebookNode
) -> None:
    assert rule(bad) != []


def test_every_rule_has_a_notebook_that_it_refuses() -> None:
    assert {rule for rule, _, _ in BAD} == set(RULES)


# ---- the command behind `make notebooks`

TRIAL = """\
import ipywidgets
import matplotlib.pyplot as plt
---
print("one", flush=True)
print("two", {"c", "a", "b"})
---
plt.plot([1, 2])
plt.show()
---
*Figure: a line that rises.*
---
ipywidgets.IntSlider()
"""


def write(path: Path, *sources: str) -> Path:
    cells = [new_markdown_cell("# Trial", id="title")]
    for n, source in enumerate(sources):
        make = new_markdown_cell if source.startswith("*") else new_code_cell
        cells.append(make(source.strip("\n"), id=f"cell-{n}"))
    nbformat.write(new_notebook(cells=cells), path)
    return path


def test_saving_twice_gives_the_same_bytes_and_keeps_every_rule(tmp_path: Path) -> None:
    path = write(tmp_path / "trial.ipynb", *TRIAL.split("---\n"))
    timing = save_notebooks.save(path)
    first = path.read_bytes()
    save_notebooks.save(path)
    assert path.read_bytes() == first
    assert first.endswith(b"}\n")
    assert len(timing.cells) == 4
    assert timing.slowest[1] <= timing.total
    notebook = nbformat.read(path, as_version=4)
    assert [rule(notebook) for rule in RULES] == [[]] * len(RULES)
    assert [cell.id for cell in notebook.cells] == ["title", *[f"cell-{n}" for n in range(5)]]
    assert len(notebook.cells[2].outputs) == 1  # two prints, one stream
    assert list(notebook.cells[5].outputs[0].data) == ["text/plain"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("1 / 0", "cell 3: ZeroDivisionError: division by zero"),
        ("import os\nos._exit(1)", "cell 3: the kernel died"),
    ],
)
def test_a_cell_that_fails_is_named_and_nothing_is_saved(
    tmp_path: Path, source: str, message: str
) -> None:
    path = write(tmp_path / "trial.ipynb", "x = 1", source)
    before = path.read_bytes()
    with pytest.raises(RuntimeError, match=rf"^{message}$"):
        save_notebooks.save(path)
    assert path.read_bytes() == before


def test_a_cell_that_takes_too_long_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(save_notebooks, "CELL_TIMEOUT", 1)
    path = write(tmp_path / "trial.ipynb", "import time\ntime.sleep(30)")
    with pytest.raises(RuntimeError, match=r"^cell 2: over 1 s$"):
        save_notebooks.save(path)


def test_tidy_drops_what_only_one_machine_would_have() -> None:
    messy = with_cell(cell("f()", new_output("stream", text="a"), execution={"x": "1"}, tags=["t"]))
    view = new_output("display_data", data={save_notebooks.WIDGET: {"model_id": "x"}})
    messy.cells[1].outputs += [new_output("stream", text="b"), view]
    messy.metadata.update(widgets={}, language_info={"name": "python", "version": "3.11.7"})
    tidied = save_notebooks.tidy(messy)
    assert tidied.cells[1].metadata == {"tags": ["t"]}
    assert tidied.cells[1].outputs == [new_output("stream", text="ab")]
    assert plain_kernel(tidied) == []


def run_main(monkeypatch: pytest.MonkeyPatch, folder: Path, *arguments: str) -> int:
    monkeypatch.setattr(save_notebooks, "NOTEBOOKS", folder)
    monkeypatch.setattr(save_notebooks, "write_facts", lambda paths: [])  # see test_facts.py
    monkeypatch.setattr(sys, "argv", ["save_notebooks", *arguments])
    return save_notebooks.main()


def slow(path: Path) -> save_notebooks.Timing:
    return save_notebooks.Timing(cells={2: 11.0}, total=12.0)


def test_the_command_reports_and_keeps_a_budget_only_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("04_x", "05_y"):
        write(tmp_path / f"{name}.ipynb", "x = 1")
    monkeypatch.setattr(save_notebooks, "save", slow)
    assert run_main(monkeypatch, tmp_path, "--only", "05") == 0
    assert capsys.readouterr().out == "05_y.ipynb: 12.0 s, slowest cell 2: 11.0 s, unchanged\n"
    assert run_main(monkeypatch, tmp_path, "--budget") == 1
    assert "over the budget (10 s per cell, 60 s per notebook): 04_x" in capsys.readouterr().err


def test_the_command_stops_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_main(monkeypatch, tmp_path, "--only", "07") == 1
    assert capsys.readouterr().err == 'notebooks: none starts with "07" in notebooks/\n'
    write(tmp_path / "07_z.ipynb", "raise KeyError('state')")
    assert run_main(monkeypatch, tmp_path) == 1
    assert capsys.readouterr().err == "notebooks: 07_z.ipynb, cell 2: KeyError: 'state'\n"


@pytest.mark.parametrize(
    ("cells", "total", "over"),
    [({1: 10.0}, 60.0, False), ({1: 10.1}, 20.0, True), ({1: 1.0}, 60.1, True), ({}, 0.0, False)],
)
def test_budget(cells: dict[int, float], total: float, over: bool) -> None:
    assert save_notebooks.Timing(cells=cells, total=total).over_budget == over
