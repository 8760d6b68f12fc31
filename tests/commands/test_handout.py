"""What is handed out, what follows the course, and what is left alone."""

import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course_utils import lessons
from course_utils.commands import handout
from course_utils.commands.handout import hand_out
from course_utils.doctor import bring_back
from course_utils.lessons import Part
from course_utils.settings import ROOT

NAME, NEW, NEW2 = "05_flights.ipynb", "05_flights.new.ipynb", "05_flights.new2.ipynb"
PART_A, PART_B = "05a_flights.ipynb", "05b_forecast.ipynb"
# The last edition before the modules moved: its record, and the smallest of its notebooks.
EDITION_BEFORE = Path(__file__).with_name("edition_3f663b0")
OLD_RECORD = json.loads((EDITION_BEFORE / "handed-out.json").read_text("utf-8"))


def write(folder: Path, source: str, printed: str = "", name: str = NAME) -> Path:
    outputs = [new_output("stream", text=printed)] if printed else []
    folder.mkdir(exist_ok=True)
    cell = new_code_cell(source, id="a", outputs=outputs)
    nbformat.write(new_notebook(cells=[cell]), folder / name)
    return folder / name


def source_of(path: Path) -> str:
    return nbformat.read(path, as_version=4).cells[-1].source


def note_of(path: Path) -> str:
    first = nbformat.read(path, as_version=4).cells[0]
    return first.source if first.id == handout.NOTE else ""


def edit(path: Path, source: str) -> bytes:
    """Write an answer into a copy, as a learner does: all other cells stay."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].source = source
    nbformat.write(notebook, path)
    return path.read_bytes()


def part(number: str, file: str, former: dict[str, str] | None = None) -> Part:
    facts = {"title": "", "subject": "", "machine": "", "sections": {}}
    return Part(number=number, file=file, former=former or {}, **facts)


PARTS = (
    part("04", "04_state"),
    part("05a", "05a_flights", {"5.1": "5a.1", "5.2": "5a.2"}),
    part("05b", "05b_forecast", {"5.3": "5b.1", "9.9": "5b.9"}),
)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Make a course of one notebook, handed out once."""
    course, own = tmp_path / "notebooks", tmp_path / "my_course"
    write(course, "first")
    assert hand_out(course, own) == []
    return course, own


@pytest.fixture
def moved(folders: tuple[Path, Path]) -> tuple[Path, Path]:
    """Make of the one notebook two: lesson 05 becomes 05a and 05b."""
    course, own = folders
    (course / NAME).unlink()
    write(course, "a", name=PART_A)
    write(course, "b", name=PART_B)
    return course, own


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """Make a learner's folder as the edition before left it, with one of its notebooks."""
    own = tmp_path / "my_course"
    own.mkdir()
    (own / handout.RECORD).write_text(json.dumps(OLD_RECORD))
    text = (EDITION_BEFORE / "00_start_here.json").read_text("utf-8")
    (own / "00_start_here.ipynb").write_text(text, "utf-8")
    return own


def files(own: Path) -> list[str]:
    return sorted(path.name for path in own.glob("*.ipynb"))


def printed_in(path: Path) -> list[str]:
    return [out.text for cell in nbformat.read(path, as_version=4).cells for out in cell.outputs]


def test_first_time_copies_without_outputs(tmp_path: Path) -> None:
    course, own = tmp_path / "notebooks", tmp_path / "my_course"
    notebook = nbformat.read(write(course, "first", printed="the answer"), as_version=4)
    notebook.cells[0].execution_count = 1
    notebook.metadata["widgets"] = {"state": {}}
    nbformat.write(notebook, course / NAME)
    assert hand_out(course, own) == []
    copy = nbformat.read(own / NAME, as_version=4)
    nbformat.validate(copy)
    assert (copy.cells[0].source, copy.cells[0].id) == ("first", "a")
    assert (copy.cells[0].outputs, copy.cells[0].execution_count) == ([], None)
    assert "widgets" not in copy.metadata
    assert printed_in(course / NAME) == ["the answer"]
    assert hand_out(course, own) == []


def test_what_follows_the_course_holds_no_outputs_either(folders: tuple[Path, Path]) -> None:
    course, own = folders
    write(course, "second", printed="the answer")
    hand_out(course, own)
    assert printed_in(own / NAME) == []
    edit(own / NAME, "my answer")
    write(course, "third", printed="the answer")
    hand_out(course, own)
    assert source_of(own / NEW) == "third"
    notebook = nbformat.read(own / NEW, as_version=4)
    assert notebook.cells[-1].outputs == []


def test_a_copy_with_the_courses_outputs_is_laid_anew_and_the_learners_own_stay(
    folders: tuple[Path, Path],
) -> None:
    course, own = folders
    handed = write(course, "first", printed="the answer").read_bytes()
    (own / NAME).write_bytes(handed)  # as earlier editions handed it out
    assert hand_out(course, own) == []
    assert printed_in(own / NAME) == []
    ran = write(own, "first", printed="my own output").read_bytes()
    assert hand_out(course, own) == []
    assert (own / NAME).read_bytes() == ran


def test_an_untouched_copy_follows_the_course(folders: tuple[Path, Path]) -> None:
    course, own = folders
    write(course, "second")
    assert hand_out(course, own) == [f"my_course/{NAME}: updated to the course's new version"]
    assert source_of(own / NAME) == "second"
    assert hand_out(course, own) == []
    assert files(own) == [NAME]


def test_a_copy_that_was_only_run_follows_too_but_keeps_its_outputs_until_then(
    folders: tuple[Path, Path],
) -> None:
    course, own = folders
    run = write(own, "first", printed="my own output").read_bytes()
    assert hand_out(course, own) == []
    assert (own / NAME).read_bytes() == run
    write(course, "second")
    assert len(hand_out(course, own)) == 1
    assert source_of(own / NAME) == "second"


def test_an_edited_copy_is_kept_quietly_while_the_course_stands_still(
    folders: tuple[Path, Path],
) -> None:
    course, own = folders
    edited = edit(own / NAME, "my answer")
    assert hand_out(course, own) == []
    assert (own / NAME).read_bytes() == edited
    assert files(own) == [NAME]


def test_beside_an_edited_copy_the_new_edition_is_laid_until_it_is_begun(
    folders: tuple[Path, Path],
) -> None:
    course, own = folders
    edited = edit(own / NAME, "my answer")
    write(course, "second")
    for _ in range(2):  # it says so each time, until the new one is begun
        (line,) = hand_out(course, own)
        assert line.startswith(f"my_course/{NAME}: {handout.KEPT}")
        assert line.endswith(NEW)
        assert (own / NAME).read_bytes() == edited
        assert source_of(own / NEW) == "second"
        assert files(own) == [NAME, NEW]
    begun = edit(own / NEW, "my second answer")
    assert hand_out(course, own) == []
    assert (own / NEW).read_bytes() == begun


def test_the_new_edition_says_first_where_the_earlier_answers_are(
    folders: tuple[Path, Path],
) -> None:
    course, own = folders
    edit(own / NAME, "my answer")
    write(course, "second")
    hand_out(course, own)
    assert f"[{NAME}]({NAME})" in note_of(own / NEW)
    nbformat.validate(nbformat.read(own / NEW, as_version=4))
    assert note_of(own / NAME) == note_of(course / NAME) == ""


@pytest.mark.parametrize("with_note", [True, False], ids=["note kept", "note deleted"])
def test_the_new_edition_follows_the_course_until_it_is_begun(
    folders: tuple[Path, Path], with_note: bool
) -> None:
    course, own = folders
    edited = edit(own / NAME, "my answer")
    write(course, "second")
    hand_out(course, own)
    if not with_note:
        write(own, "second", name=NEW)
    write(course, "third")
    lines = hand_out(course, own)
    assert lines[0] == f"my_course/{NEW}: updated to the course's new version"
    assert source_of(own / NEW) == "third"
    assert NAME in note_of(own / NEW)
    assert (own / NAME).read_bytes() == edited
    assert files(own) == [NAME, NEW]


def test_a_third_edition_keeps_both_that_were_edited(folders: tuple[Path, Path]) -> None:
    course, own = folders
    first = edit(own / NAME, "my answer")
    write(course, "second")
    hand_out(course, own)
    second = edit(own / NEW, "my second answer")
    write(course, "third")
    (line,) = hand_out(course, own)
    assert line.startswith(f"my_course/{NAME}, my_course/{NEW}: {handout.KEPT}")
    assert line.endswith(NEW2)
    assert (own / NAME).read_bytes() == first
    assert (own / NEW).read_bytes() == second
    assert source_of(own / NEW2) == "third"
    assert f"[{NAME}]({NAME}) and [{NEW}]({NEW})" in note_of(own / NEW2)
    assert [path.name for path in handout.copies(own, NAME)] == [NAME, NEW, NEW2]


def test_an_older_copy_may_be_put_away_and_a_fresh_one_got(folders: tuple[Path, Path]) -> None:
    course, own = folders
    edit(own / NAME, "my answer")
    write(course, "second")
    hand_out(course, own)
    begun = edit(own / NEW, "my second answer")
    (own / NAME).rename(own / "mine.ipynb")
    assert hand_out(course, own) == []
    assert files(own) == [NEW, "mine.ipynb"]  # the new edition is there already
    assert (own / NEW).read_bytes() == begun
    (own / NEW).unlink()
    assert hand_out(course, own) == []
    assert source_of(own / NAME) == "second"


@pytest.mark.parametrize("taken", [NEW, NEW.upper().replace("IPYNB", "ipynb")])
def test_a_file_of_the_same_name_is_stepped_past(folders: tuple[Path, Path], taken: str) -> None:
    course, own = folders
    edit(own / NAME, "my answer")
    mine = write(own, "my own notebook", name=taken).read_bytes()
    write(course, "second")
    hand_out(course, own)
    assert (own / taken).read_bytes() == mine
    assert source_of(own / NEW2) == "second"


def test_a_copy_that_was_there_before_any_record_counts_as_older(tmp_path: Path) -> None:
    course, own = tmp_path / "notebooks", tmp_path / "my_course"
    edited = write(own, "older than the record").read_bytes()
    write(course, "first")
    (line,) = hand_out(course, own)
    assert "kept" in line
    assert (own / NAME).read_bytes() == edited
    assert source_of(own / NEW) == "first"


@pytest.mark.parametrize("broken", ["", "{", "[]", "null", '{"cells": 3}', '{"cells": [1]}'])
def test_a_broken_copy_is_kept(folders: tuple[Path, Path], broken: str) -> None:
    course, own = folders
    (own / NAME).write_text(broken)
    write(course, "second")
    assert len(hand_out(course, own)) == 1
    assert (own / NAME).read_text() == broken
    assert source_of(own / NEW) == "second"


@pytest.mark.parametrize("broken", ["", "{", "[]"])
def test_a_lost_record_overwrites_nothing(folders: tuple[Path, Path], broken: str) -> None:
    course, own = folders
    (own / handout.RECORD).write_text(broken)
    edited = edit(own / NAME, "my answer")
    hand_out(course, own)
    assert (own / NAME).read_bytes() == edited
    (own / NEW).unlink()
    write(own, "first")
    hand_out(course, own)
    assert NAME in json.loads((own / handout.RECORD).read_text())
    assert files(own) == [NAME]


def test_a_broken_notebook_of_the_course_reaches_nobody(folders: tuple[Path, Path]) -> None:
    course, own = folders
    before = (own / NAME).read_bytes()
    (course / NAME).write_text("<<<<<<< HEAD")
    assert hand_out(course, own) == [
        f"notebooks/{NAME}: cannot be read; {bring_back(f'notebooks/{NAME}')}"
    ]
    assert (own / NAME).read_bytes() == before


def test_the_copy_of_a_lesson_that_moved_is_kept_and_its_heirs_say_where_it_is(
    moved: tuple[Path, Path],
) -> None:
    course, own = moved
    edited = edit(own / NAME, "my answer")
    for _ in range(2):
        (line,) = hand_out(course, own, PARTS)
        assert line.startswith(f"my_course/{NAME}: {handout.KEPT}")
        assert line.endswith(f"its lesson is now {PART_A} and {PART_B}")
        assert (own / NAME).read_bytes() == edited
    assert NAME in note_of(own / PART_A)
    assert note_of(own / PART_A).endswith("Exercise 5.1 is now 5a.1, 5.2 is now 5a.2.")
    assert note_of(own / PART_B).endswith("Exercise 5.3 is now 5b.1.")
    edit(own / PART_A, "my second answer")
    assert hand_out(course, own, PARTS) == []


def test_the_copy_of_a_lesson_that_moved_goes_if_it_holds_no_answers(
    moved: tuple[Path, Path],
) -> None:
    course, own = moved
    write(own, "first", printed="run, but not edited")
    (line,) = hand_out(course, own, PARTS)
    assert line.startswith(f"my_course/{NAME}: removed, nothing in it was yours")
    assert files(own) == [PART_A, PART_B]
    assert note_of(own / PART_A) == note_of(own / PART_B) == ""
    assert hand_out(course, own, PARTS) == []


def test_a_lesson_that_moved_is_known_by_its_number_without_a_record(
    moved: tuple[Path, Path],
) -> None:
    course, own = moved
    (own / handout.RECORD).unlink()
    (line,) = hand_out(course, own, PARTS)
    assert "kept" in line
    assert (own / NAME).exists()


def test_a_lesson_that_was_only_renamed_is_known_by_its_record(
    folders: tuple[Path, Path],
) -> None:
    course, own = folders
    edited = edit(own / NAME, "my answer")
    (course / NAME).rename(course / "05_planes.ipynb")
    (line,) = hand_out(course, own, [part("05", "05_planes")])
    assert line.endswith("its lesson is now 05_planes.ipynb")
    assert (own / NAME).read_bytes() == edited
    assert NAME in note_of(own / "05_planes.ipynb")


@pytest.mark.parametrize("name", ["mine.ipynb", "04_mine.ipynb", "06_mine.ipynb"])
def test_a_notebook_of_the_learners_own_is_none_of_ours(
    moved: tuple[Path, Path], name: str
) -> None:
    course, own = moved
    (own / NAME).unlink()
    mine = write(own, "my own", name=name).read_bytes()
    write(course, "state", name="04_state.ipynb")
    assert hand_out(course, own, PARTS) == []
    assert (own / name).read_bytes() == mine


def test_what_the_edition_before_has_on_record_still_counts(older: Path) -> None:
    old = older / "00_start_here.ipynb"
    assert handout.fingerprint(old) == OLD_RECORD[old.name]
    hand_out(ROOT / "notebooks", older, lessons.parts().values())
    assert not list(older.glob("*.new*"))
    assert handout.fingerprint(old) == handout.fingerprint(ROOT / "notebooks" / old.name)


def test_every_edited_copy_of_the_edition_before_gets_its_new_edition(older: Path) -> None:
    old = older / "00_start_here.ipynb"
    old.write_text(old.read_text("utf-8").replace("raise NotImplementedError", "pass"), "utf-8")
    for name in OLD_RECORD.keys() - {old.name}:
        write(older, "edited", name=name)
    kept = {name: (older / name).read_bytes() for name in OLD_RECORD}
    lines = hand_out(ROOT / "notebooks", older, lessons.parts().values())
    assert {name: (older / name).read_bytes() for name in kept} == kept
    assert sorted(line.partition(":")[0] for line in lines) == [f"my_course/{n}" for n in kept]
    course = {source.name for source in (ROOT / "notebooks").glob("*.ipynb")}
    for name in kept.keys() & course:
        assert name in note_of(older / name.replace(".ipynb", ".new.ipynb"))
    split = {name for name in course if name.startswith("05")}
    assert len(split) == 2
    for name in split:
        assert "05_airline_passengers.ipynb" in note_of(older / name)
