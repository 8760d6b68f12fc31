"""The course speaks plainly: replaced words stay out of its texts, clever syntax out of its cells.

Each rule is also given a sentence, or a line of code, that breaks it and one that doesn't.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MODULES = sorted((ROOT / "course_utils").rglob("*.py"))
TESTS = sorted(set((ROOT / "tests").rglob("*.py")) - {Path(__file__).resolve()})
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "data/README.md")]
EXCUSED = "clever-ok"  # the tag of a cell whose text above explains its syntax

COUNTED = r"(?:one|two|three|\d+|once|dots?|lines?|numbers?|networks?|members?|updates?)"
NOT_JOINING = r"(?!is|are|has|of|from|for|with|without|in|on|at|to|by|and|or|than|takes? )"
WORDS = {  # what we don't write, and what we write instead
    r"\bmend(?:s|ed|ing)?\b": "fix",
    r"\bwho(?:so)?ever\b": "anyone who, or: if you",
    r"\b(?:hold|holds|holding|held)(?: [\w'`()]+){0,5}? against\b": "check, or: compare with",
    rf"\b{COUNTED}(?: {NOT_JOINING}[\w-]+)? an? (?:seed|run|update|epoch)\b": "per seed …",
    r"\bbeside\b": "compared with, next to, or: apart from",
    r"\bby the clock\b": "faster, slower",
    r"\bin passing\b": "on the way, or nothing at all",
    r"\b[Ww]anted (?:is|are)\b": "we want, or: wanted:",
    r"\bnobody needs\b": "you don't need",
}
# Code and links keep their names: a file may be called 04b_held_against_keras.
NAMES = re.compile(r"```.*?```|`[^`\n]*`|(?<=\])\([^)\s]*\)|\[\[?[^\]\s]*\.ipynb\]", re.DOTALL)


def complaints(text: str) -> list[str]:
    """Name the replaced words in a text, each with its surroundings and what to write instead."""
    prose = " ".join(NAMES.sub("", text).split())
    return [
        f"“…{prose[max(0, found.start() - 40) : found.end() + 30]}…”: {instead}"
        for pattern, instead in WORDS.items()
        for found in re.finditer(pattern, prose, re.IGNORECASE)
    ]


def texts_of(source: str) -> Iterator[str]:
    """Go through everything that a piece of Python says: its strings, then its comments."""
    tree = ast.parse(source)
    inside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
        if part is not node
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value for part in node.values if isinstance(part, ast.Constant)]
            yield "…".join(map(str, parts))
        elif isinstance(node, ast.Constant) and id(node) not in inside:
            yield str(node.value)
    lines: dict[int, str] = {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            lines[token.start[0]] = token.string.lstrip("# ")
    block = ""
    for number, following in pairwise([*lines, -1]):
        block += f"{lines[number]} "
        if following != number + 1:
            yield block
            block = ""


def python_of(cell: nbformat.NotebookNode) -> str:
    """Take the code of a cell, without the lines that are IPython's own."""
    lines = cell.source.splitlines()
    return "\n".join("" if line.startswith(("%", "!")) else line for line in lines)


COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def clever(source: str) -> list[str]:
    """Name the syntax in a cell that a learner would have to decode."""
    found = ["a # noqa"] if re.search(r"#\s*noqa", source) else []
    for node in ast.walk(ast.parse(source)):
        inner = [part for part in ast.walk(node) if part is not node]
        if isinstance(node, COMPREHENSIONS):
            if len(node.generators) > 1:
                found.append(f"line {node.lineno}: a comprehension over two loops")
            if any(isinstance(part, ast.NamedExpr) for part in inner):
                found.append(f"line {node.lineno}: := inside a comprehension")
        elif isinstance(node, ast.IfExp) and any(isinstance(part, ast.IfExp) for part in inner):
            found.append(f"line {node.lineno}: a conditional inside a conditional")
        elif isinstance(node, ast.Tuple | ast.List):
            nested = any(isinstance(part, ast.Tuple | ast.List) for part in node.elts)
            if nested and isinstance(node.ctx, ast.Store):
                found.append(f"line {node.lineno}: nested unpacking")
    return found


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [*PAGES, *MODULES, *TESTS], ids=name_of)
def test_pages_and_modules_speak_plainly(path: Path) -> None:
    text = path.read_text("utf-8")
    pieces = texts_of(text) if path.suffix == ".py" else [text]
    assert [line for piece in pieces for line in complaints(piece)] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_lessons_speak_plainly(path: Path) -> None:
    found = []
    for cell in nbformat.read(path, as_version=4).cells:
        said = [cell.source] if cell.cell_type == "markdown" else texts_of(python_of(cell))
        guide = cell.metadata.get("guide", {}).values()
        found += [f"cell {cell.id}: {c}" for piece in [*said, *guide] for c in complaints(piece)]
    assert found == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_cells_need_no_clever_python(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    plain = [c for c in cells if EXCUSED not in c.metadata.get("tags", [])]
    found = [
        f"cell {cell.id}, {line}"
        for cell in plain
        if cell.cell_type == "code"
        for line in clever(python_of(cell))
    ]
    assert found == []


# ---- every rule refuses what it is there to refuse, and lets the rest pass


@pytest.mark.parametrize(
    "sentence",
    [
        "Mend yours, then run the cell again.",
        "Whoever sees only one of them thinks that it works.",
        "We hold the result against the reference.",
        "`checked` holds what comes in\n    against the annotations.",
        "Draw one dot a seed.",
        "It makes one update a run.",
        "Every claim stands beside a baseline.",
        "It is quicker by the clock.",
        "In passing, note the shape.",
        "Wanted is the same month of last year.",
        "Nobody needs a network for it.",
    ],
)
def test_a_replaced_word_is_refused(sentence: str) -> None:
    assert len(complaints(sentence)) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "Fix yours, recommend it, and amend the rest.",
        "Train one network from a seed, and besides that nothing.",
        "See [lesson 04b](04b_held_against_keras.ipynb#cell-id=x) and `beside`.",
        "Held-out data speak against it. We hold it. Check it against the reference.",
        "Each thin line is a seed. The number of a run counts, and one from an update.",
        "One row per seed.",
    ],
)
def test_a_plain_sentence_passes(sentence: str) -> None:
    assert complaints(sentence) == []


@pytest.mark.parametrize(
    "line",
    [
        "[y for x in xs if (y := f(x))]",
        "[(x, y) for x in xs for y in ys]",
        "for i, (x, y) in enumerate(pairs): pass",
        "(a, b), c = pair, 1",
        "{i: x for i, (x, _) in enumerate(pairs)}",
        "x = 1 if a else 2 if b else 3",
        "import os  # noqa: F401",
    ],
)
def test_clever_syntax_is_refused(line: str) -> None:
    assert len(clever(line)) == 1


def test_plain_syntax_passes() -> None:
    lines = (
        "rows = [[x * 2 for x in row] for row in table]",
        "y, state = model(x, (h, c))",
        "for name, values in groups.items(): print(f'{name}: {values}')",
        "size = 1 if short else 2",
    )
    assert [clever(line) for line in lines] == [[], [], [], []]


def test_everything_that_a_module_says_is_read() -> None:
    source = (
        '"""Says."""\nx = f"one {y} dot a seed"\n# first half\n# of a comment\n\n'
        'z = ("two "\n     "halves")  # alone\n'
    )
    said = list(texts_of(source))
    assert {"Says.", "two halves", "first half of a comment ", "alone "} <= set(said)
    assert any("dot a seed" in piece for piece in said)
