"""What every lesson must keep to in a browser: from what was seen to a list of complaints."""

import re
from collections.abc import Callable

from course_utils.checking.definitions import Status
from tests.browser.page import in_one_line
from tests.browser.steps import TYPED
from tests.browser.tour import Seen

# A kernel needs one (tests/notebooks/test_interrupt.py). Here the mouse is on its way for a
# while too, and a second lesson keeps the machine busy.
INTERRUPT_SECONDS = 2.0


def runs_whole(seen: Seen) -> list[str]:
    return seen["first_run"]


def runs_again_in_the_same_kernel(seen: Seen) -> list[str]:
    return seen["second_run"]


def stays_on_this_machine(seen: Seen) -> list[str]:
    return [f"asked for {url}" for url in seen["left the machine"]]


def mathematics_is_set(seen: Seen) -> list[str]:
    wanted, found, broken = seen["mathematics"].values()
    missing = [f"{found} formulas are set, at least {wanted} stand there"] * (found < wanted)
    return missing + [f"{broken} formulas are broken"] * bool(broken)


def widgets_are_shown(seen: Seen) -> list[str]:
    wanted, shown, broken, _ = seen["widgets"].values()
    missing = [f"{shown} widgets are shown, wanted {wanted}"] * (shown != wanted)
    return missing + [f"{broken} widgets could not be made"] * bool(broken)


def pictures_are_shown(seen: Seen) -> list[str]:
    lost = seen["widgets"]["pictures lost"]
    return [f"{lost} pictures cannot be shown"] * bool(lost)


def every_card_answers(seen: Seen) -> list[str]:
    if not seen["cards"]:
        return ["there is no check"]
    return [
        f"{id} shows {text!r}"
        for id, text in seen["cards"].items()
        if f"{Status.NOT_ATTEMPTED.value} · {id} ·" not in text
    ]


def explorers_follow_the_keyboard(seen: Seen) -> list[str]:
    if not seen["explorers"]:
        return ["there is no explorer"]
    return [
        f"{move['control']}: the {what} stays"
        for move in seen["explorers"]
        for what in ("picture", "words")
        if move[what] == move[f"{what} after"]
    ]


def a_guess_stands_beside_its_answer(seen: Seen) -> list[str]:
    asked, answered = seen["guess"], seen["answer"]
    found = [f"{asked['outputs']} outputs are there before it ran"] * bool(asked["outputs"])
    if not asked["name"]:
        return [*found, "there is no guess"]
    if not re.search(rf"Your guess[:,] {TYPED}\b.* · measured: \S", answered):
        found.append(f"{asked['name']}: {TYPED} was typed, and its answer shows {answered!r}")
    return found


def a_wrong_answer_is_told_what_is_wrong(seen: Seen) -> list[str]:
    attempt, card = seen["exercise"]["attempt"], seen["exercise"]["wrong"]
    wanted = [f"{Status.NOT_YET.value} · {attempt.exercise.id} ·", in_one_line(attempt.says)]
    return [f"the card lacks {text!r}: {card!r}" for text in wanted if text not in card]


def hint_and_solution_open(seen: Seen) -> list[str]:
    attempt, found = seen["exercise"]["attempt"], []
    if f"Hint 1 of {len(attempt.exercise.hints)}:" not in seen["exercise"]["hint"]:
        found.append(f"Hint shows {seen['exercise']['hint']!r}")
    if in_one_line(attempt.right) not in seen["exercise"]["solution"]:
        found.append(f"Solution shows {seen['exercise']['solution']!r}")
    return found


def a_right_answer_passes(seen: Seen) -> list[str]:
    attempt, card = seen["exercise"]["attempt"], seen["exercise"]["right"]
    wanted = f"{Status.PASSED.value} · {attempt.exercise.id} ·"
    return [] if wanted in card else [f"the card lacks {wanted!r}: {card!r}"]


def interrupt_ends_the_live_training(seen: Seen) -> list[str]:
    notes = seen["interrupt"]
    if not notes:
        return []
    found = list(notes["complaints"])
    if not notes["lives"]:
        found.append("the picture stands still while the training runs")
    if notes["seconds"] > INTERRUPT_SECONDS:
        found.append(f"it ends after {notes['seconds']:.1f} s, wanted {INTERRUPT_SECONDS:g}")
    if notes["left"] != "True True tensor(True)":
        found.append(f"what is left cannot be used: {notes['left']!r}")
    return found


def everything_can_be_read(seen: Seen) -> list[str]:
    return [f"{theme}: {line}" for theme, lines in seen["look"].items() for line in lines]


Rule = Callable[[Seen], list[str]]
RULES: list[Rule] = [
    runs_whole,
    runs_again_in_the_same_kernel,
    stays_on_this_machine,
    mathematics_is_set,
    widgets_are_shown,
    pictures_are_shown,
    every_card_answers,
    explorers_follow_the_keyboard,
    a_guess_stands_beside_its_answer,
    a_wrong_answer_is_told_what_is_wrong,
    hint_and_solution_open,
    a_right_answer_passes,
    interrupt_ends_the_live_training,
    everything_can_be_read,
]
