"""The slides: chosen by the rules, and nothing on them is too big, too small or missing."""

import html
import re
from pathlib import Path
from typing import Any

import pytest
from nbformat import from_dict
from nbformat.v4 import new_output

from course_utils import lessons
from course_utils.workshop import deck, notes, pages, prose
from course_utils.workshop.slides import Slide, slides_of, wanted
from tests.workshop.conftest import Open

NUMBERS = list(lessons.parts())
EVERY = pytest.mark.parametrize("number", NUMBERS)
# What is wrong with a slide, as a browser has laid it out at its own size.
FAULTS = """() => {
  const found = [], main = document.querySelector('main');
  main.className = 'all';
  all.forEach(slide => slide.classList.remove('now'));
  main.style.transform = 'none';
  for (const slide of main.children) {
    const name = `${slide.className} ${slide.dataset.cell}: `, box = slide.getBoundingClientRect();
    const say = words => found.push(name + words);
    if (slide.scrollHeight > 720 || slide.scrollWidth > 1280) say('overflows');
    for (const one of slide.querySelectorAll('*')) {
      const own = one.getBoundingClientRect();
      if (own.right > box.right + 1 || own.bottom > box.bottom + 1 || own.left < box.left - 1)
        say(`<${one.tagName}> sticks out`);
      if (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display === 'block'
        && !one.closest('math')) say(`<${one.tagName}> hides a part`);
    }
    for (const image of slide.querySelectorAll('img')) {
      if (!image.alt.trim()) say('a picture without an alternative text');
      if (!image.naturalWidth) say('a picture that is none');
      if (image.getBoundingClientRect().height < 200) say('a small picture');
    }
    const texts = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode, holder = text.parentElement.closest('math, :not(math *)');
      if (!text.data.trim()) continue;
      const size = parseFloat(getComputedStyle(holder).fontSize);
      const least = holder.closest('pre, code') ? 20 : 24;
      if (size < least) say(`${size} px: ${text.data.trim().slice(0, 30)}`);
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("slides")


def file_of(number: str, folder: Path) -> Path:
    (file,) = deck.write(folder, [number])
    return file


def text_of(body: str) -> str:
    body = re.sub(r"<math.*?</math>", " ", body, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "", body))


@EVERY
def test_every_slide_fits_and_can_be_read(number: str, folder: Path, opened: Open) -> None:
    seen = opened(file_of(number, folder), 1280, 720)
    assert seen.page.evaluate(FAULTS) == []
    assert (seen.asked, seen.said) == ([], [])
    seen.page.close()


def test_the_browser_sees_every_fault(opened: Open, tmp_path: Path) -> None:
    long_code = pages.coloured("\n".join(["x = 1"] * 40))
    wrong = {
        "overflows": long_code,
        "px: tiny": '<p style="font-size: 12px">tiny</p>',
        "px: code": '<pre style="font-size: 18px">code</pre>',
        "without an alternative text": '<img src="data:image/png;base64,">',
        "sticks out": '<p style="width: 2000px">wide</p>',
        "that is none": '<img alt="words" src="data:image/png;base64,">',
    }
    slides = [Slide("words", "A title", body, str(n)) for n, body in enumerate(wrong.values())]
    file = tmp_path / "wrong.html"
    file.write_text(deck.deck("wrong", slides), "utf-8")
    page = opened(file, 1280, 720).page
    found = page.evaluate(FAULTS)
    for n, words in enumerate(wrong):
        assert any(f"words {n}: " in one and words in one for one in found), (words, found)


@EVERY
def test_a_question_comes_before_its_answer_and_without_it(number: str) -> None:
    cells = pages.cells_of(number)
    slides = slides_of(cells)
    places = {cell.id: place for place, cell in enumerate(cells)}
    for place, guess in notes.guesses(cells).items():
        asking = [
            n
            for n, slide in enumerate(slides)
            if slide.kind == "predict" and places[slide.cell] == place - 1
        ]
        assert len(asking) == 1, guess.name
        answering = [
            n
            for n, slide in enumerate(slides)
            if slide.kind == "answer" and html.escape(guess.answer) in slide.body
        ]
        assert max(answering) > asking[0], guess.name
        assert 'class="value"' not in slides[asking[0]].body
        # Its words stand in the lesson above the answer; none comes from an output.
        above = " ".join(cell.source for cell in cells[: place + 1])
        said = text_of(slides[asking[0]].body).removeprefix("Your guess:")
        known = set(re.findall(r"\w+", above.lower() + " your guess"))
        assert set(re.findall(r"\w+", said.lower())) <= known, guess.name


@EVERY
def test_headings_figures_and_exercises_are_all_there(number: str) -> None:
    cells = pages.cells_of(number)
    slides = slides_of(cells)
    bodies = "".join(slide.body for slide in slides)
    end = next((n for n, cell in enumerate(cells) if cell.id == "recap"), len(cells))
    for place, picture in pages.pictures(cells):
        hidden = place > end or wanted(cells[place]).get("show") == "no"
        assert (picture.html() in bodies) is not hidden, cells[place].id
    shown = {slide.cell for slide in slides}
    part = lessons.parts()[number]
    sections = {cell.id for cell in cells[: end + 1]} & set(part.sections)
    assert sections - {"what-we-measured"} <= shown
    tasks = {cell.id for cell in cells[:end] if cell.id.startswith("exercise-")}
    assert tasks <= shown
    code = [slide.body for slide in slides if slide.kind in ("code", "predict", "exercise")]
    assert not any("assert" in text_of(body) or "lesson." in text_of(body) for body in code)


def test_keys_a_click_and_an_address_lead_from_slide_to_slide(folder: Path, opened: Open) -> None:
    page = opened(file_of("03a", folder), 1280, 720).page
    count = page.locator("section").count()

    def now() -> str:
        page.wait_for_timeout(20)
        return page.locator("section:visible .number").inner_text()

    assert now() == "1"
    for key, wants in [
        ("ArrowRight", 2), ("Space", 3), ("PageDown", 4), ("ArrowLeft", 3), ("Home", 1),
        ("ArrowLeft", 1), ("End", count), ("ArrowRight", count), ("PageUp", count - 1),
    ]:  # fmt: skip
        page.keyboard.press(key)
        assert now() == str(wants), key
    assert page.url.endswith(f"#{count - 1}")
    page.mouse.click(900, 300)
    assert now() == str(count)
    page.mouse.click(100, 300)
    assert now() == str(count - 1)
    page.goto(file_of("03a", folder).as_uri() + "#5")
    assert now() == "5"
    page.set_viewport_size({"width": 640, "height": 480})
    box = page.locator("section:visible").bounding_box()
    assert box is not None
    assert (box["width"], box["y"], box["height"]) == (640, 60, 360)
    page.close()


def test_on_paper_every_slide_has_a_page(folder: Path, opened: Open) -> None:
    seen = opened(file_of("00", folder), 1280, 720)
    assert seen.sheets == seen.page.locator("section").count()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("One. Two.", "One. Two."),
        ("one `a. b` is. Two " + 200 * "x" + ".", "One `a. b` is."),
        ("See [lesson 3](03.ipynb#cell-id=x). Then:", "See lesson 3."),
        ("It is (e.g. this. Or that.) so. " + 250 * "y" + ".", "It is (e.g. this. Or that.) so."),
        ("What $x. Y$ does? " + 300 * "z", "What $x. Y$ does?"),
        ("Here is the code:", "Here is the code:"),
    ],
)  # fmt: skip
def test_a_slide_takes_whole_sentences(source: str, words: str) -> None:
    assert prose.sentences(source) == words


def lesson(*cells: dict[str, Any]) -> list[Any]:
    title = {"cell_type": "markdown", "id": "title", "source": "# 09 · Title\n\n**Promise.**"}
    return [from_dict({"metadata": {}, "outputs": [], **cell}) for cell in [title, *cells]]


def code(source: str, **asked: Any) -> dict[str, Any]:
    return {"cell_type": "code", "id": "code", "source": source, "metadata": {"slides": asked}}


def test_a_high_picture_takes_two_slides_and_what_is_printed_a_third() -> None:
    slides = [one for one in slides_of(pages.cells_of("07")) if one.cell == "1e3936bc"]
    assert [one.kind for one in slides] == ["figure", "figure", "board"]
    assert ["top" in one.body[:20] for one in slides[:2]] == [True, False]
    assert "K  dropout was left on" in text_of(slides[2].body)


@pytest.mark.parametrize(
    ("number", "cell", "said"),
    [
        ("03a", "exercise-3a-2", "Workshops of half a day or a day leave it out"),
        ("02a", "exercise-2a-2", "Workshops of a day leave it out"),
        ("03a", "exercise-3a-4", "cut from its history by .detach()"),
        ("03b", "repair", "Exercise 3b.2 · Fix it"),
        ("03b", "6e0d5a93", "the repeat decides"),
        ("03b", "9005c4e5", "Why does reset stop"),
    ],
)
def test_a_slide_says_what_a_room_needs(number: str, cell: str, said: str) -> None:
    assert any(
        said in text_of(one.body) for one in slides_of(pages.cells_of(number)) if one.cell == cell
    )


def test_only_an_exercise_that_a_workshop_leaves_out_says_so() -> None:
    def noted(number: str) -> set[str]:
        slides = slides_of(pages.cells_of(number))
        return {one.cell for one in slides if "leave it out" in one.body}

    assert noted("01a") == set()
    assert noted("03a") == {"exercise-3a-1", "exercise-3a-2"}


@pytest.mark.parametrize(
    ("below", "said"),
    [
        (["*Figure: dots.*", "Because."], "Because."),
        (["## Next\n\nOther words."], ""),
        (["**Predict:** what else?\n\nOther words."], ""),
        (["Here is the code:", "Other words."], ""),
        ([], ""),
    ],
)
def test_an_answer_has_the_first_words_below_it(below: list[str], said: str) -> None:
    asking = {"cell_type": "markdown", "id": "q", "source": "**Predict:** how many?"}
    guess = {**code('lesson.guess("many", None)  # a number'), "metadata": {}, "id": "g"}
    printed = new_output("stream", text="No guess this time · measured: 7\n")
    measured = {**code('lesson.measured("many", 7)'), "metadata": {}, "outputs": [printed]}
    after = [{"cell_type": "markdown", "id": f"m{n}", "source": one} for n, one in enumerate(below)]
    answers = [
        one for one in slides_of(lesson(asking, guess, measured, *after)) if one.kind == "answer"
    ]
    assert [text_of(one.body).strip().partition("7")[2] for one in answers] == [said]


def test_metadata_shows_hides_and_cuts_a_cell() -> None:
    lines = "\n".join(f"x{n} = {n}" for n in range(30)) + "\nassert x1 == 1"
    with pytest.raises(
        ValueError, match=r'would show 30 lines of code, wanted at most 20.*"lines"'
    ):
        slides_of(lesson(code(lines, show="yes")))
    (_, cut) = slides_of(lesson(code(lines, lines=[2, 4])))
    assert text_of(cut.body).split("\n")[:3] == ["x1 = 1", "x2 = 2", "x3 = 3"]
    assert len(slides_of(lesson(code("x = 1", show="no")))) == 1
    assert len(slides_of(lesson({**code("x = 1"), "metadata": {}}))) == 1
    words = {"cell_type": "markdown", "id": "m", "source": "Say this. " + 250 * "x" + "."}
    assert len(slides_of(lesson(words))) == 1
    (_, said) = slides_of(lesson({**words, "metadata": {"slides": {"show": "yes"}}}))
    assert text_of(said.body).strip() == "Say this."
    for bad in ({"show": "maybe"}, {"hide": True}):
        with pytest.raises(ValueError, match='wanted "show": "yes" or "no"'):
            slides_of(lesson(code("x = 1", **bad)))
