"""Exercise 7.2: rows do not mix."""

import copy

import torch
from torch import nn

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.find_the_fault.probing import MIX, RIGHT, answer, draw_reader, reader


def rows_mix(model: nn.Module, x: torch.Tensor) -> bool:
    """Say whether any row of x (rows, steps, features) changes another row's answer."""
    with torch.no_grad():
        before = answer(copy.deepcopy(model).eval(), x)
        for row in range(len(x)):
            changed = x.clone()
            changed[row] += 1
            others = torch.arange(len(x)) != row
            after = answer(copy.deepcopy(model).eval(), changed)
            if not torch.allclose(before[others], after[others], atol=1e-5):
                return True
    return False


def row_by_row(model, x):
    with torch.no_grad():
        together = answer(copy.deepcopy(model).eval(), x)
        for row in range(len(x)):
            company = torch.cat([x[row : row + 1], x[row : row + 1] - 2, 3 - x[row : row + 1]])
            alone = answer(copy.deepcopy(model).eval(), company)[0]
            if not torch.allclose(alone, together[row], atol=1e-5):
                return True
    return False


def _changes(model, x, row, mode=False):
    """Answer before and after one row is changed, each time by a fresh copy."""
    changed = x.clone()
    changed[row] += 1
    answers = []
    for rows in (x, changed):
        with torch.no_grad(), torch.random.fork_rng():
            torch.manual_seed(0)
            answers.append(answer(copy.deepcopy(model).train(mode), rows))
    return answers


def _apart(before, after):
    return not torch.allclose(before, after, atol=1e-5)


@wrong(
    "A miss: you only changed row 0 and looked at its neighbours. Another row may be the one "
    "that leaks, so change each of them in turn."
)
def the_first_changed(model, x):
    before, after = _changes(model, x, 0)
    return _apart(before[1:], after[1:])


@wrong("A miss: you only changed the last row. Change each of them in turn.")
def the_last_changed(model, x):
    before, after = _changes(model, x, -1)
    return _apart(before[:-1], after[:-1])


@wrong(
    "A false alarm: you also compared the answer of the changed row itself, and that one "
    "*should* change. Compare the others."
)
def its_own_answer_too(model, x):
    return any(_apart(*_changes(model, x, row)) for row in range(len(x)))


@wrong(
    "A false alarm: in training mode a batch norm mixes rows, and is meant to. Probe the "
    "model after `.eval()`."
)
def in_training_mode(model, x):
    for row in range(len(x)):
        others = torch.arange(len(x)) != row
        before, after = _changes(model, x, row, mode=True)
        if _apart(before[others], after[others]):
            return True
    return False


@wrong(
    "A false alarm: you asked one copy again and again, so a state that it keeps from call to "
    "call looks like rows that mix. Ask a fresh copy each time."
)
def one_copy_for_all(model, x):
    model = copy.deepcopy(model).eval()
    with torch.no_grad():
        before = answer(model, x)
        for row in range(len(x)):
            changed = x.clone()
            changed[row] += 1
            others = torch.arange(len(x)) != row
            if _apart(before[others], answer(model, changed)[others]):
                return True
    return False


@wrong("A miss: this compares only the row below. A leak may reach any row.")
def the_next_row(model, x):
    for row in range(len(x) - 1):
        before, after = _changes(model, x, row)
        if _apart(before[row + 1], after[row + 1]):
            return True
    return False


@wrong("True and False have changed places: True means that rows mix.")
def turned_around(model, x):
    return not rows_mix(model, x)


def one_more(draw: Draw) -> Case:
    model, x = draw_reader(draw, (*RIGHT, "keeps its state", *MIX))
    return Case(model, x, label=f"a network ({model.fault}) and x of shape {tuple(x.shape)}")


def _cases():
    x = torch.linspace(-1, 1, 32).reshape(4, 4, 2)
    right = ("normalised by batch", "declared dropout", "answer per step", "keeps its state")
    faults = ("plain", *MIX, *right)
    return tuple(Case(reader(fault), x, label=f"a network ({fault})") for fault in faults)


ROWS_MIX = Exercise(
    id="7.2",
    title="Rows do not mix",
    difficulty=2,
    minutes=6,
    reference=rows_mix,
    also_right=(row_by_row,),
    cases=_cases,
    space=one_more,
    draws=20,
    misconceptions=(
        the_first_changed,
        the_last_changed,
        its_own_answer_too,
        in_training_mode,
        one_copy_for_all,
        the_next_row,
        turned_around,
    ),
    hints=(
        "The test in exercise 2a.4 changed row 0. Which leak would it miss?",
        "Loop over the rows: change one in a copy of x, ask a fresh copy of the model, and "
        "compare the answers of the others. `torch.arange(len(x)) != row` picks them.",
    ),
    returns=("verdict",),
)
