"""Every lesson in a real browser, offline, from a folder with an awkward name.

The tour (tour.py, steps.py) drives them all once; here is judged what it saw. A notebook with every
fault (samples.py) goes the same way, and shows that the rules bite.
"""

import inspect

import pytest

from course_utils import exercises, lessons
from course_utils.checking.definitions import Status
from course_utils.checking.engine import examine
from tests.browser import answers, rules
from tests.browser.conftest import LESSONS, without_browser
from tests.browser.tour import NotSeen, Seen

each_rule = pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)


@pytest.mark.parametrize("lesson", LESSONS)
@each_rule
def test_lesson(rule: rules.Rule, lesson: str, toured: dict[str, Seen]) -> None:
    assert rule(toured[lesson]) == []


def test_a_live_training_is_interrupted_somewhere(toured: dict[str, Seen]) -> None:
    assert any(toured[lesson]["interrupt"] for lesson in LESSONS)


CARD_ORDER = (Status.NOT_ATTEMPTED, Status.STAND_IN, Status.NOT_YET, Status.PASSED)


def test_every_kind_of_card_can_be_read_in_both_themes(toured: dict[str, Seen]) -> None:
    seen = toured["cards"]
    assert seen["first_run"] == []
    assert seen["all_cards"] == [status.value[0] for status in CARD_ORDER]
    assert rules.everything_can_be_read(seen) == []


def test_what_was_passed_is_kept_in_the_learners_own_copy(toured: dict[str, Seen]) -> None:
    assert '"0.1"' in toured["cards"]["kept"]


def test_after_a_restart_the_lesson_says_how_to_go_on(toured: dict[str, Seen]) -> None:
    notes = toured["cards"]["restart"]
    assert "Choose Run > Run All Above Selected Cell" in notes["said"]
    assert notes["after"] == []


# ---- the rules bite

FAULTS = {
    rules.runs_whole: "cell 5: ZeroDivisionError",
    rules.runs_again_in_the_same_kernel: "cell 5: ZeroDivisionError",
    rules.stays_on_this_machine: "asked for https://course.invalid/picture.png",
    rules.mathematics_is_set: "1 formulas are broken",
    rules.widgets_are_shown: "1 widgets are shown, wanted 2",
    rules.pictures_are_shown: "1 pictures cannot be shown",
    rules.explorers_follow_the_keyboard: "the picture stays",
    rules.everything_can_be_read: '"faint"',
}


@pytest.mark.parametrize("rule", FAULTS, ids=lambda rule: rule.__name__)
def test_a_fault_on_the_page_is_seen(rule: rules.Rule, toured: dict[str, Seen]) -> None:
    assert FAULTS[rule] in "\n".join(rule(toured["faults"]))


def test_a_card_that_never_answers_is_seen(toured: dict[str, Seen]) -> None:
    with pytest.raises(NotSeen, match=r"(?s)faults, cards: .*see faults-failed-cards\.png"):
        rules.every_card_answers(toured["faults"])


def good() -> Seen:
    """Make up what is seen where an exercise and a live training go well."""
    attempt = answers.first_attempt("00")
    seen = Seen("made up")
    seen.notes["guess"] = {"outputs": 0, "name": "how-many"}
    seen.notes["answer"] = "first 3.2 Your guess: 7 · measured: 3 · not close"
    seen.notes["exercise"] = {
        "attempt": attempt,
        "wrong": f"✗ not right yet · 0.1 · {rules.in_one_line(attempt.says)}",
        "hint": "Hint 1 of 2: …",
        "solution": rules.in_one_line(attempt.right),
        "right": "✓ passed · 0.1 ·",
    }
    seen.notes["interrupt"] = {
        "lives": True,
        "seconds": 0.3,
        "complaints": [],
        "left": "True True tensor(True)",
    }
    return seen


TOLD = {
    rules.a_wrong_answer_is_told_what_is_wrong: ("wrong", "✓ passed · 0.1 ·"),
    rules.hint_and_solution_open: ("solution", ""),
    rules.a_right_answer_passes: ("right", "✗ not right yet · 0.1 ·"),
}


@pytest.mark.parametrize("rule", TOLD, ids=lambda rule: rule.__name__)
def test_a_card_that_says_the_wrong_thing_is_seen(rule: rules.Rule) -> None:
    seen = good()
    assert rule(seen) == []
    what, instead = TOLD[rule]
    seen.notes["exercise"][what] = instead
    assert rule(seen) != []


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        ("guess", {"outputs": 3, "name": "how-many"}),
        ("guess", {"outputs": 0, "name": ""}),
        ("answer", ""),
        ("answer", "No guess this time · measured: 3"),
        ("answer", "Your guess: 71 · measured: 3 · not close"),
    ],
)
def test_a_guess_that_is_not_answered_is_seen(what: str, instead: object) -> None:
    seen = good()
    assert rules.a_guess_stands_beside_its_answer(seen) == []
    seen.notes[what] = instead
    assert len(rules.a_guess_stands_beside_its_answer(seen)) == 1


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        ("lives", False),
        ("seconds", 2.2),
        ("complaints", ["cell 1: KeyboardInterrupt: "]),
        ("left", "False True tensor(True)"),
    ],
)
def test_an_interrupt_that_goes_badly_is_seen(what: str, instead: object) -> None:
    seen = good()
    assert rules.interrupt_ends_the_live_training(seen) == []
    seen.notes["interrupt"][what] = instead
    assert len(rules.interrupt_ends_the_live_training(seen)) == 1


def test_a_missing_browser_is_skipped_on_a_laptop_and_fails_in_ci() -> None:
    with pytest.raises(pytest.skip.Exception, match="make browser-setup"):
        without_browser({})
    with pytest.raises(pytest.fail.Exception, match="make browser-setup"):
        without_browser({"CI": "true"})


# ---- what is typed is what it should be


@pytest.mark.parametrize("number", lessons.parts())
def test_the_answers_that_are_typed_are_wrong_and_right(number: str) -> None:
    attempt = answers.first_attempt(number)
    name = attempt.exercise.reference.__name__
    module = inspect.getmodule(attempt.exercise.reference)  # imports what its lesson does
    space = vars(module) | {"lesson": exercises.open(number)}
    exec(attempt.wrong, space)
    outcome = examine(attempt.exercise, space[name], 5.0)
    assert (outcome.status, outcome.lines[0]) == (Status.NOT_YET, attempt.says)
    exec(attempt.right, space)
    assert examine(attempt.exercise, space[name], 5.0).status is Status.PASSED


def test_an_answer_replaces_the_stub_and_nothing_else() -> None:
    cell = "import numpy as np\n\ndef mean_of_squares(v):\n    raise NotImplementedError\n\nx = 1"
    answer = "def mean_of_squares(v):\n    return 1\n"
    wanted = "import numpy as np\n\ndef mean_of_squares(v):\n    return 1\n\nx = 1"
    assert answers.put_in(cell, answers.first_attempt("00"), answer) == wanted
