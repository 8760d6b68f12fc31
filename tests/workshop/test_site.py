"""The readable site: whole, linked, and complete without a network."""

import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest

from course_utils import lessons
from course_utils.settings import ROOT
from course_utils.symptoms import SYMPTOMS
from course_utils.workshop import pages, site
from tests.workshop.conftest import Open

NUMBERS = list(lessons.parts())
EVERY = pytest.mark.parametrize("number", NUMBERS)
LOADED = {"src", "srcset", "data", "poster"}  # the attributes that make a browser fetch something


class Seen(HTMLParser):
    """What a page has: the ids, the links, the pictures, and what it loads."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.pictures: list[str] = []
        self.loaded: list[str] = []
        self.text: list[str] = []
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids.add(found.get("id", ""))
        self.loaded += [value for name, value in found.items() if name in LOADED]
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag == "link" and found.get("rel") in ("stylesheet", "preload", "icon"):
            self.loaded.append(found["href"])
        elif tag == "img":
            self.pictures.append(found.get("alt", ""))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it once; every warning of Sphinx is an error."""
    folder = tmp_path_factory.mktemp("site") / "built"
    command = [sys.executable, "-m", "course_utils.workshop.site", "--to", str(folder)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == f"{folder / 'index.html'}\n"
    return folder


@pytest.fixture(scope="module")
def seen(built: Path) -> dict[str, Seen]:
    return {page.name: Seen(page) for page in built.glob("*.html")}


def name_of(number: str) -> str:
    return f"{lessons.parts()[number].file}.html"


def test_every_link_leads_to_a_place_in_the_site(seen: dict[str, Seen]) -> None:
    lost, inside = [], 0
    for name, page in seen.items():
        for link in page.links:
            file, _, anchor = link.partition("#")
            if re.match(r"https?:", link):
                continue
            inside += 1
            target = seen.get(file or name)
            if target is None or (anchor and anchor not in target.ids):
                lost.append(f"{name}: {link}")
    assert lost == []
    assert inside > 500
    assert not [page for page in seen.values() if "cell-id=" in "".join(page.links + page.text)]


@EVERY
def test_a_lesson_is_whole_and_says_what_its_pictures_show(
    number: str, seen: dict[str, Seen]
) -> None:
    page, cells = seen[name_of(number)], pages.cells_of(number)
    wanted = [pages.plain(picture.words) for _, picture in pages.pictures(cells)]
    assert [alt for alt in page.pictures if alt] == page.pictures == wanted
    sections = {site.label(number, name) for name in lessons.parts()[number].sections}
    assert sections <= page.ids
    text = "".join(page.text)
    said = [cell.metadata.get("guide", {}) for cell in cells]
    private = [line for one in said for key, line in one.items() if key != "teach"]
    assert not [line for line in private if line in text]
    assert "$$" not in text


def test_the_first_page_has_every_lesson_every_symptom_and_the_twelve_pictures(
    seen: dict[str, Seen],
) -> None:
    first = seen["index.html"]
    assert {name_of(number) for number in NUMBERS} <= set(first.links)
    wanted = Counter(
        f"{name_of(one.lesson)}#{site.label(one.lesson, one.anchor)}" for one in SYMPTOMS
    )
    assert wanted - Counter(first.links) == Counter()
    kinds = {one.kind for one in SYMPTOMS}
    assert kinds <= {text.strip() for text in first.text}
    cells = pages.cells_of(site.ASKED_IN)
    start = next(place for place, cell in enumerate(cells) if cell.id == site.TO_ASK)
    twelve = next(picture for place, picture in pages.pictures(cells) if place > start)
    assert first.pictures == [pages.plain(twelve.words)]
    assert f"{name_of(site.ASKED_IN)}#{site.label(site.ASKED_IN, site.TO_ASK)}" in first.links


def test_no_page_names_anything_on_the_net_to_load(seen: dict[str, Seen]) -> None:
    loaded = {url for page in seen.values() for url in page.loaded}
    assert loaded
    assert not [url for url in loaded if re.match(r"(https?:)?//", url)]


@pytest.mark.parametrize("number", ["index", "00", "01a", "04b", "06a"])
def test_a_page_opens_from_its_file_and_asks_for_nothing_else(
    number: str, built: Path, opened: Open
) -> None:
    file = built / ("index.html" if number == "index" else name_of(number))
    seen = opened(file, 1280)
    assert seen.said == []
    assert not [url for url in seen.asked if not url.startswith(built.as_uri())]
    assert seen.page.evaluate("[...document.images].every(one => one.naturalWidth > 0)")
    if number == "04b":
        formula = seen.page.locator("math").first
        assert formula.evaluate("one => one.namespaceURI").endswith("MathML")
        assert formula.bounding_box()["height"] > 10
    seen.page.close()


def test_search_finds_a_lesson_without_a_server(built: Path, opened: Open) -> None:
    page = opened(built / "index.html", 1280).page
    page.locator("input[name=q]").first.fill("dropout")
    page.keyboard.press("Enter")
    found = page.locator("ul.search li a")
    found.first.wait_for()
    assert any("02b" in text for text in found.all_inner_texts())


def test_links_become_those_of_the_site() -> None:
    source = (
        "[a](#cell-id=data), [b](01a_elman_by_hand.ipynb#cell-id=bptt-by-hand), "
        "[c](01a_elman_by_hand.ipynb) and [d](https://example.org)"
    )
    assert site.linked(source, "03a") == (
        "[a](#lesson-03a-data), [b](#lesson-01a-bptt-by-hand), "
        "[c](#lesson-01a-top) and [d](https://example.org)"
    )
    assert site.linked("[a](#cell-id=data)", "03a", printed=True) == (
        "[a](03a_sin_to_cos.html#lesson-03a-data)"
    )
    with pytest.raises(KeyError):
        site.linked("[a](99_gone.ipynb)", "03a")
