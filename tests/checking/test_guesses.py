"""A guess is kept and shown next to its answer; the first one that was measured counts."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from course_utils.checking import guesses
from course_utils.checking.progress import Progress
from course_utils.exercises import Lesson

NAN = float("nan")


class Room:
    """A lesson and what it prints, in a kernel that can be restarted."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path, self._capsys = path, capsys
        self.restart()

    def restart(self, number: str = "09") -> None:
        self.lesson = Lesson(number, (), Progress(self.path))

    def guess(self, value: object, name: str = "how-many") -> str:
        self.lesson.guess(name, value)
        return self._capsys.readouterr().out.removesuffix("\n")

    def measured(self, value: object, name: str = "how-many", **judged: object) -> str:
        self.lesson.measured(name, value, **judged)  # type: ignore[arg-type]
        return self._capsys.readouterr().out.removesuffix("\n")

    def calibration(self) -> str:
        return guesses.Guesses(self.lesson.number, Progress(self.path)).calibration()


@pytest.fixture
def room(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Room:
    return Room(tmp_path / "progress.json", capsys)


# ---- what stands in the notebook


def test_without_a_guess_it_is_quiet_and_keeps_nothing(room: Room) -> None:
    assert room.guess(None) == ""
    assert room.measured(3, within=3) == "No guess this time · measured: 3"
    assert room.measured(3, name="never-asked") == "No guess this time · measured: 3"
    assert room.lesson.guessed("how-many") is None
    assert not room.path.exists()
    assert room.calibration() == ""


def test_a_guess_stands_beside_its_answer(room: Room) -> None:
    assert room.guess(20) == "Your guess is kept: 20"
    assert room.lesson.guessed("how-many") == 20
    assert room.measured(3, within=3) == "Your guess: 20 · measured: 3 · not close"
    assert room.calibration() == "1 guess, 0 close"


def test_the_first_guess_that_was_measured_counts_for_ever(room: Room) -> None:
    room.guess(30)
    room.guess(20)  # not measured yet: one may think again
    room.measured(3, within=3)
    assert room.guess(3) == "Kept: 3. Your first guess, 20, is the one that counts."
    said = "Your first guess: 20 (now 3) · measured: 3 · not close"
    assert room.measured(3, within=3) == said
    room.restart()
    assert room.measured(3, within=3) == said
    assert room.lesson.guessed("how-many") == 20
    assert room.guess(20) == "Your guess is kept: 20"
    assert room.measured(3, within=3) == "Your guess: 20 · measured: 3 · not close"
    assert room.calibration() == "1 guess, 0 close"


def test_a_new_edition_knows_the_guess_from_before(room: Room) -> None:
    room.guess(2)
    room.restart()
    assert room.guess(None) == "Your guess from before: 2"
    assert room.measured(3, within=3) == "Your guess: 2 · measured: 3 · close"


def test_a_name_belongs_to_its_lesson(room: Room) -> None:
    room.guess(2)
    room.restart("10")
    assert room.measured(3) == "No guess this time · measured: 3"


# ---- what is close


@pytest.mark.parametrize(
    ("guess", "truth", "judged", "verdict"),
    [
        (31, 31, {}, "right"),
        (30, 31, {}, "not right"),
        (31.0, 31, {}, "right"),
        (0.3, 0.4, {"within": 0.1}, "close"),
        (0.29, 0.4, {"within": 0.1}, "not close"),
        (-5, -3, {"within": 2}, "close"),
        (10, 20, {"factor": 2}, "close"),
        (40, 20, {"factor": 2}, "close"),
        (9.9, 20, {"factor": 2}, "not close"),
        (41, 20, {"factor": 2}, "not close"),
        (0, 20, {"factor": 2}, "not close"),
        (-20, 20, {"factor": 2}, "not close"),
        ("yes", True, {}, "right"),
        (" YES ", "yes", {}, "right"),
        ("no", np.bool_(True), {}, "not right"),
        (True, "yes", {}, "right"),
        ("Whole  Sequence", "whole sequence", {}, "right"),
        ("published", "whole", {"choices": ("Published", "whole")}, "not right"),
        ((1, 2), [1.1, 2.1], {"within": 0.2}, "close"),
        ((1, 3), (1.1, 2.1), {"within": 0.2}, "not close"),
        (["yes", "no"], (True, False), {}, "right"),
        (["yes", 3], (True, 4), {"within": 1}, "close"),
        (np.float32(0.5), 0.5, {"within": 0.1}, "close"),
        (torch.tensor(3.0, requires_grad=True), 3, {}, "right"),
        (np.array([1, 2]), torch.tensor([1, 2]), {}, "right"),
        (Fraction(1, 2), 0.5, {"within": 0.01}, "close"),
    ],
)
def test_what_is_close(
    room: Room, guess: object, truth: object, judged: dict, verdict: str
) -> None:
    room.guess(guess)
    assert room.measured(truth, **judged).endswith(f" · {verdict}")
    assert room.calibration().endswith(f"{int(not verdict.startswith('not'))} close")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (31, "31"),
        (1234567, "1.23e+06"),
        (123456.7, "123457"),
        (0.123456, "0.123"),
        (2e-5, "2e-05"),
        (True, "yes"),
        (("whole", False, 2.50), "(whole, no, 2.5)"),
    ],
)
def test_answers_are_read_easily(answer: guesses.Answer, words: str) -> None:
    assert guesses.words(answer) == words


# ---- slips: a line, never an error, and they do not count


@pytest.mark.parametrize(
    "slip",
    [
        NAN,
        float("inf"),
        10**400,
        1j,
        "",
        "  ",
        (),
        (1, None),
        [[1]],
        {"a": 1},
        len,
        np.ones((2, 2)),
    ],
)
def test_what_cannot_be_a_guess_is_said_and_not_kept(room: Room, slip: object) -> None:
    said = room.guess(slip)
    assert said.startswith("This can't be a guess, so it isn't kept: ")
    assert len(said.splitlines()) == 1
    assert room.measured(3) == "No guess this time · measured: 3"
    assert room.calibration() == ""


@pytest.mark.parametrize(
    ("slip", "truth", "judged", "wanted"),
    [
        ("twenty", 3, {}, "a number"),
        (True, 3, {}, "a number"),
        ((3, 4), 3, {}, "a number"),
        (3, True, {}, '"yes" or "no"'),
        ("maybe", True, {}, '"yes" or "no"'),
        ((True, True), True, {}, '"yes" or "no"'),
        (3, "whole", {}, "a text in quotes"),
        ("hole", "whole", {"choices": ("published", "whole")}, '"published" or "whole"'),
        (3, (1, 2), {}, "2 numbers"),
        ((1, 2, 3), (1, 2), {}, "2 numbers"),
        ((1, "b"), (1, 2), {}, "2 numbers"),
        ((1, 2), (1, "a"), {}, "(a number, a text in quotes)"),
    ],
)
def test_a_guess_of_another_kind_does_not_count(
    room: Room, slip: object, truth: guesses.Answer, judged: dict, wanted: str
) -> None:
    room.guess(slip)
    said = room.measured(truth, **judged)
    assert f", doesn't count: wanted {wanted} · measured: {guesses.words(truth)}" in said
    assert room.calibration() == ""
    room.guess(truth)
    assert room.measured(truth, **judged).endswith("· right")
    assert room.calibration() == "1 guess, 1 close"


def test_a_later_slip_leaves_the_first_guess_where_it_is(room: Room) -> None:
    room.guess(20)
    room.measured(3)
    room.guess("three")
    assert room.measured(3) == 'Your first guess: 20 (now "three") · measured: 3 · not right'


# ---- faults of the lesson's author


@pytest.mark.parametrize(
    ("truth", "judged", "message"),
    [
        (NAN, {"within": 1}, "value is nan, wanted what was measured"),
        (None, {}, "value is None, wanted what was measured"),
        (3, {"within": 1, "factor": 2}, "within is 1 and factor is 2, wanted one of the two"),
        (3, {"within": 0}, "within is 0, wanted a number above 0"),
        (3, {"within": NAN}, "within is nan, wanted a number above 0"),
        (3, {"factor": 1}, "factor is 1, wanted a number above 1"),
        (3, {"factor": NAN}, "factor is nan, wanted a number above 1"),
        (0, {"factor": 2}, "value is 0, wanted above 0 with a factor"),
        ((1, -1), {"factor": 2}, r"value is \(1, -1\), wanted above 0 with a factor"),
        ("whole", {"within": 1}, "value is 'whole', not a number: leave within and factor out"),
        (True, {"factor": 2}, "value is 'yes', not a number: leave within and factor out"),
        (0.5, {}, "value is 0.5, not a whole number: give within= or factor="),
        (("a", 0.5), {}, r"not a whole number: give within= or factor="),
        ("whole", {"choices": ("a", "b")}, "value is 'whole', wanted one of choices"),
        (3, {"choices": ("a", "b")}, "value is '3', wanted one of choices"),
    ],
)
@pytest.mark.parametrize("guess", [None, 3])
def test_a_fault_of_the_lesson_is_an_error_whatever_was_guessed(
    room: Room, guess: object, truth: object, judged: dict, message: str
) -> None:
    room.guess(guess)
    with pytest.raises(ValueError, match=f"^{message}|{message}"):
        room.measured(truth, **judged)


@pytest.mark.parametrize("name", ["How many", "how_many", "-a", "a--b", "", 3])
def test_a_name_is_lower_case_words(room: Room, name: str) -> None:
    for use in (
        lambda: room.lesson.guess(name, 1),
        lambda: room.lesson.measured(name, 1),
        lambda: room.lesson.guessed(name),
    ):
        with pytest.raises(ValueError, match="wanted lower-case words joined by hyphens"):
            use()


# ---- the file


def test_passes_and_guesses_share_the_file_and_leave_each_other_alone(room: Room) -> None:
    room.path.write_text('{"passed": ["9.1"]}')  # of an edition that knew no guesses
    room.guess(20)
    progress = Progress(room.path)
    assert progress.passed() == {"9.1"}
    progress.add("9.2")
    room.measured(3, within=3)
    assert json.loads(room.path.read_text()) == {
        "passed": ["9.1", "9.2"],
        "guesses": {"09": {"how-many": {"guess": 20, "first": 20, "close": False}}},
    }


@pytest.mark.parametrize("broken", ["3", '{"09": 3}', '{"09": {"a": 3}}', "[]"])
def test_a_file_with_broken_guesses_is_set_aside(room: Room, broken: str) -> None:
    text = f'{{"passed": ["9.1"], "guesses": {broken}}}'
    room.path.write_text(text)
    said = room.guess(20)
    assert said.startswith("Your guess is kept: 20\nThe progress file was broken")
    assert room.path.with_name("progress.json.bad").read_text() == text
    assert room.measured(20).endswith("right")


def test_what_somebody_wrote_into_the_file_is_no_error(room: Room) -> None:
    entry = {"guess": [[1]], "first": {"a": 1}}
    room.path.write_text(json.dumps({"passed": [], "guesses": {"09": {"how-many": entry}}}))
    assert room.measured(3) == "No guess this time · measured: 3"


def test_where_nothing_can_be_written_the_guess_is_known_while_the_kernel_lives(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    room = Room(tmp_path / "no such folder" / "progress.json", capsys)
    assert "Your progress can't be kept" in room.guess(20)
    assert room.measured(3) == "Your guess: 20 · measured: 3 · not right"


# ---- how good the guesses are


def test_progress_says_how_the_guesses_did(room: Room, capsys: pytest.CaptureFixture[str]) -> None:
    for name, guess in (("a", 3), ("b", 4), ("c", "slip")):
        room.guess(guess, name)
        room.measured(3, name)
    room.guess(5, "never-measured")
    assert room.calibration() == "2 guesses, 1 close"
    room.restart("10")
    assert room.calibration() == (
        "no guesses in this lesson; 2 guesses, 1 close in the whole course"
    )
    room.guess("yes", "d")
    room.measured(True, "d")
    assert room.calibration() == (
        "1 guess, 1 close in this lesson; 3 guesses, 2 close in the whole course"
    )
    from course_utils import exercises

    lesson = Lesson("10", exercises.open("00").exercises, Progress(room.path))
    lesson.progress()
    assert capsys.readouterr().out.splitlines()[-1] == room.calibration()
