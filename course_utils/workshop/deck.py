"""Write the slides of every lesson, each a page that opens from a file: behind `make slides`."""

from __future__ import annotations

import argparse
import html
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from course_utils import lessons
from course_utils.settings import ROOT
from course_utils.workshop import pages
from course_utils.workshop.slides import Slide, slides_of

FOLDER = ROOT / "workshop" / "built" / "slides"
STYLE = """
@page { size: 1280px 720px; margin: 0; }
html, body { margin: 0; height: 100%; background: #202428; }
body { overflow: hidden; font: 28px/1.35 system-ui, "DejaVu Sans", sans-serif; }
main { transform-origin: 0 0; position: absolute; width: 1280px; }
section { box-sizing: border-box; width: 1280px; height: 720px; padding: 36px 40px 44px;
  background: #fff; color: #111; overflow: hidden; position: relative;
  display: flex; flex-direction: column; gap: 18px; }
main:not(.all) section:not(.now) { display: none; }
h1 { margin: 0; font-size: 38px; line-height: 1.2; font-weight: 600; color: #00466e; }
p { margin: 0; }
p + p, p + .facts { margin-top: 14px; }
li { margin: 10px 0; }
a { color: inherit; }
code { font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 0.88em; }
.number { position: absolute; right: 28px; bottom: 8px; font-size: 24px; color: #666; }
.title, .section { justify-content: center; padding: 0 110px; background: #f3f7fa; }
.title h1 { font-size: 60px; }
.section h1 { font-size: 52px; }
.title strong { font-weight: 400; }
.kicker { font-size: 26px; color: #9b3a00; font-weight: 600; }
.predict .body, .exercise .body, .words .body { font-size: 32px; margin: auto 40px; }
.predict, .exercise { background: #fffaf3; }
.answer .body { font-size: 30px; margin: auto 40px; }
.value { font-size: 52px; font-weight: 600; color: #00466e; overflow-wrap: anywhere; }
.facts { font-size: 26px; color: #555; }
.body { min-height: 0; }
.list .body { font-size: 29px; }
.figure .body, .figure figure { flex: 1; display: flex; flex-direction: column; min-height: 0; }
figure { margin: 0; }
figure img { flex: 1; min-height: 0; width: 100%; object-fit: contain; }
.figure .tall { flex-direction: row; gap: 28px; }
.tall img { flex: none; width: auto; max-width: 840px; height: 100%; }
.tall figcaption { align-self: center; }
figcaption { font-size: 25px; }
.half { flex: 1; min-height: 0; max-height: 556px; align-self: center; }
.half img { width: 100%; height: 100%; object-fit: cover; object-position: top; }
.bottom img { object-position: bottom; }
.columns { flex: 1; min-height: 0; display: grid; grid-template-columns: auto 1fr; gap: 24px; }
.code { background: #f3f5f7; border-left: 6px solid #5b9bc9; }
.body > .code { margin: 18px 0; }
section.code { background: #fff; border: 0; }
.board pre { font-size: 22px; }
.code pre { margin: 0; padding: 14px 16px; font: 20px/1.35 "DejaVu Sans Mono", Menlo, Consolas,
  monospace; white-space: pre-wrap; }
.big .code { margin-top: 18px; }
.big .code pre { font-size: 24px; }
table { border-collapse: collapse; font-size: 24px; line-height: 1.2; margin-top: 14px; }
th, td { padding: 4px 14px; border-bottom: 1px solid #bbb; text-align: left; vertical-align: top; }
math { font-size: 1.05em; }
.formula .body { margin: auto 0; }
.short math[display=block] { font-size: 1.5em; }
math[display=block] { font-size: 1.05em; margin: 26px 0; }
@media print {
  html, body { height: auto; background: none; overflow: visible; }
  main { transform: none !important; position: static; }
  main section, main:not(.all) section:not(.now) { display: flex; break-after: page; }
}
"""
SCRIPT = """
const main = document.querySelector('main');
const all = [...main.children];
let now = 0;
function show(place) {
  now = Math.max(0, Math.min(all.length - 1, place));
  all.forEach((one, number) => one.classList.toggle('now', number === now));
  history.replaceState(null, '', '#' + (now + 1));
}
function fit() {
  const scale = Math.min(innerWidth / 1280, innerHeight / 720);
  const left = (innerWidth - 1280 * scale) / 2, top = (innerHeight - 720 * scale) / 2;
  main.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
}
const ahead = ['ArrowRight', 'ArrowDown', 'PageDown', ' '];
const back = ['ArrowLeft', 'ArrowUp', 'PageUp', 'Backspace'];
addEventListener('keydown', event => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const place = ahead.includes(event.key) ? now + 1 : back.includes(event.key) ? now - 1
    : event.key === 'Home' ? 0 : event.key === 'End' ? all.length - 1 : null;
  if (place === null) return;
  event.preventDefault();
  show(place);
});
addEventListener('click', event => show(now + (event.clientX < innerWidth / 3 ? -1 : 1)));
addEventListener('resize', fit);
addEventListener('hashchange', () => show(Number(location.hash.slice(1)) - 1));
fit();
show(Number(location.hash.slice(1) || 1) - 1);
"""
KICKERS = {"predict": "Predict", "answer": "Answer", "exercise": "Your turn"}


def written(slide: Slide, number: int) -> str:
    """Write one slide as a section.

    Parameters
    ----------
    slide : Slide
        What it shows.
    number : int
        Its own, from 1.
    """
    words = re.sub(r"^(\d+)\.", r"\1\\.", slide.title)  # a number, and no list
    title = pages.markdown(words).strip().removeprefix("<p>").removesuffix("</p>")
    kicker = KICKERS.get(slide.kind)
    above = f'<div class="kicker">{kicker}</div>' if kicker else ""
    return (
        f'<section class="{slide.kind}" data-cell="{html.escape(slide.cell)}">{above}'
        f'<h1>{title}</h1><div class="body">{slide.body}</div>'
        f'<div class="number">{number}</div></section>'
    )


def deck(title: str, slides: Sequence[Slide]) -> str:
    """Put the slides of a lesson into one page.

    Parameters
    ----------
    title : str
        Of the page, plain text.
    slides : sequence of Slide
        In order.
    """
    sections = "\n".join(written(one, number) for number, one in enumerate(slides, start=1))
    body = f"<main>\n{sections}\n</main>\n<script>{SCRIPT}</script>"
    return pages.page(title, body, STYLE + pages.style_of_code())


def write(folder: Path, numbers: Sequence[str]) -> list[Path]:
    """Write the slides of lessons.

    Parameters
    ----------
    folder : Path
        Where to; it is made.
    numbers : sequence of str
        Of the lessons.

    Returns
    -------
    list of Path
        The pages, named after the notebooks.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written_ = []
    for number in numbers:
        part = lessons.parts()[number]
        text = deck(f"{number} · {part.title}", slides_of(pages.cells_of(number)))
        path = folder / f"{part.file}.html"
        path.write_text(text, "utf-8")
        written_.append(path)
    return written_


def main() -> int:
    """Write the slides, and say where they are."""
    parser = argparse.ArgumentParser(prog="make slides")
    parser.add_argument("--only", nargs="+", choices=list(lessons.parts()), metavar="lesson")
    asked = parser.parse_args()
    for path in write(FOLDER, asked.only or list(lessons.parts())):
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
