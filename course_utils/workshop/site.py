"""Build the readable site, for anybody who only wants to read: behind `make site`.

Sphinx makes it from the notebooks as they are stored; nothing is executed. It opens from its files,
and needs no network: mathematics is MathML, and every style, script and picture is in its folder.
"""

from __future__ import annotations

import argparse
import base64
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from sphinx.application import Sphinx

from course_utils import lessons
from course_utils.lessons import Part
from course_utils.settings import ROOT
from course_utils.symptoms import SYMPTOMS
from course_utils.workshop import pages

FOLDER = ROOT / "workshop" / "built" / "site"
LINK = re.compile(r"\]\((?P<file>[\w.]*\.ipynb)?(?:#cell-id=(?P<anchor>[^)\s]+))?\)")
MARK = re.compile(r" ◆$", re.MULTILINE)
FORMULA = "margin: 1.25rem 0; padding: 0.3rem 0; overflow: auto hidden"
TO_ASK = "twelve-pictures"  # the section of "name that fault", and its lesson
ASKED_IN = "07"
FIRST_PAGE = """\
# Unrolled

**Recurrent networks in PyTorch, from the tutorials that everybody copied: re-run, measured,
repaired.**

These are the course's lessons, with all their answers, for reading. To guess before you see an
answer, to do the exercises and to move the explorers, you need the notebooks.

**Short of time?** [Name that fault](#name-that-fault), or look up [what you see](#by-symptom).

```{{toctree}}
:maxdepth: 1

{pages}
```

(name-that-fault)=
## Name that fault

{question}

![{words}](twelve.png)

*{words}*

```text
{letters}
```

The twelve pictures are from [lesson {number}]({link}), which has the answers.

(by-symptom)=
## By symptom

Is something wrong with a network of yours? Find what you see, or search for it.

{symptoms}
"""
SETTINGS: dict[str, Any] = {
    "project": "Unrolled",
    "html_title": "Unrolled",
    "language": "en",
    "smartquotes": False,  # so that a search for isn't finds it
    "extensions": ["myst_nb", "course_utils.workshop.site"],
    "html_theme": "furo",
    "html_math_renderer": "mathml",
    "html_copy_source": False,
    "html_show_search_summary": False,  # it would have to fetch, which a file may not
    "html_show_sphinx": False,
    "html_show_copyright": False,
    "pygments_style": "friendly",
    "nb_execution_mode": "off",
    "nb_merge_streams": True,
    "nb_ipywidgets_js": {},  # the explorers are pictures here
    "nb_code_prompt_show": "Show the proof",
    "nb_code_prompt_hide": "Hide the proof",
    "myst_enable_extensions": ["dollarmath"],
    "suppress_warnings": ["myst.header"],  # an exercise is a ### wherever it stands
}


def label(number: str, anchor: str) -> str:
    """Name a cell in the whole site."""
    return f"lesson-{number}-{anchor}"


def linked(source: str, number: str, printed: bool = False) -> str:
    """Turn the links between notebooks into links between the pages of the site.

    Parameters
    ----------
    source : str
        Markdown.
    number : str
        Of the lesson that it stands in.
    printed : bool
        Whether a cell prints it: Sphinx resolves nothing there, so the page is named, too.
    """
    of_file = {f"{part.file}.ipynb": name for name, part in lessons.parts().items()}

    def target(found: re.Match[str]) -> str:
        other = of_file[found["file"]] if found["file"] else number
        page = f"{lessons.parts()[other].file}.html" if printed else ""
        return f"]({page}#{label(other, found['anchor'] or 'top')})"

    return LINK.sub(lambda found: target(found) if found[0] != "]()" else found[0], source)


def prepared(part: Part, cells: Sequence[Any]) -> nbformat.NotebookNode:
    """Make a lesson ready for Sphinx.

    Parameters
    ----------
    part : Part
        The lesson.
    cells : sequence of NotebookNode
        Of its notebook, executed.

    Returns
    -------
    NotebookNode
        With the links of the site, and the sentence under each picture as its alternative text.
    """
    words = {place: pages.plain(picture.words) for place, picture in pages.pictures(cells)}
    made = []
    for place, cell in enumerate(cells):
        metadata: dict[str, Any] = {}
        if cell.cell_type == "markdown":
            name = label(part.number, cell.id if place else "top")
            text = MARK.sub("", linked(cell.source, part.number))
            made.append(nbformat.v4.new_markdown_cell(f"({name})=\n{text}"))
            continue
        if place in words:
            metadata["mystnb"] = {"image": {"alt": words[place]}}
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            metadata["tags"] = ["hide-cell"]
        outputs = deepcopy(cell.outputs)
        for output in outputs:
            if "text/markdown" in output.get("data", {}):
                said = output.data["text/markdown"]
                output.data["text/markdown"] = linked(said, part.number, printed=True)
        made.append(nbformat.v4.new_code_cell(cell.source, metadata=metadata, outputs=outputs))
    about = {"language_info": {"name": "python"}}
    return nbformat.v4.new_notebook(cells=made, metadata=about)


def first_page(parts: Iterable[Part], cells: Sequence[Any]) -> tuple[str, bytes]:
    """Write the first page: every lesson, every symptom, and the twelve pictures.

    Parameters
    ----------
    parts : iterable of Part
        The lessons.
    cells : sequence of NotebookNode
        Of the lesson with the twelve pictures.

    Returns
    -------
    str, bytes
        Markdown, and the twelve pictures as one PNG.
    """
    kinds: dict[str, list[str]] = {}
    for one in SYMPTOMS:
        link = f"[lesson {one.lesson}](#{label(one.lesson, one.anchor)})"
        kinds.setdefault(one.kind, []).append(f"| {one.sees} | {one.fault} | {link} |")
    symptoms = [
        f"### {kind}\n\n| you see | it is | where |\n|---|---|---|\n" + "\n".join(rows)
        for kind, rows in kinds.items()
    ]
    start = next(place for place, cell in enumerate(cells) if cell.id == TO_ASK)
    place, twelve = next(found for found in pages.pictures(cells) if found[0] > start)
    letters = "".join(output.get("text", "") for output in cells[place].outputs)
    _, _, question = cells[start].source.partition("\n\n")
    text = FIRST_PAGE.format(
        pages="\n".join(part.file for part in parts),
        symptoms="\n\n".join(symptoms),
        question=linked(question, ASKED_IN),
        words=pages.plain(twelve.words),
        letters=letters.rstrip("\n"),
        number=ASKED_IN,
        link=f"#{label(ASKED_IN, TO_ASK)}",
    )
    return text, base64.b64decode(twelve.data)


def build(folder: Path) -> None:
    """Build the site into a folder, from scratch.

    Parameters
    ----------
    folder : Path
        Where to; what is in it is lost.

    Raises
    ------
    sphinx.errors.SphinxError
        If a link leads nowhere, or anything else isn't as it should be.
    """
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch, "source")
        source.mkdir()
        parts = lessons.parts().values()
        for part in parts:
            notebook = prepared(part, pages.cells_of(part.number))
            nbformat.write(notebook, source / f"{part.file}.ipynb")
        text, twelve = first_page(parts, pages.cells_of(ASKED_IN))
        (source / "index.md").write_text(text, "utf-8")
        (source / "twelve.png").write_bytes(twelve)
        app = Sphinx(
            source,
            None,
            folder,
            Path(scratch, "doctrees"),
            "html",
            confoverrides=SETTINGS,
            status=None,
            warningiserror=True,
        )
        app.build()
        if app.statuscode:
            raise SystemExit("site: the warnings above are errors")


def _inline(translator: Any, node: nodes.math) -> None:
    translator.body.append(pages.formula(node.astext()))
    raise nodes.SkipNode


def _block(translator: Any, node: nodes.math_block) -> None:
    formula = pages.formula(node.astext(), "block")
    translator.body.append(f'<div style="{FORMULA}">{formula}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx how to write mathematics: as MathML, which a browser draws by itself."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def main() -> int:
    """Build the site, and say where it is."""
    parser = argparse.ArgumentParser(prog="make site")
    parser.add_argument("--to", type=Path, default=FOLDER, help="another folder")
    folder = parser.parse_args().to
    build(folder)
    print(folder / "index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
