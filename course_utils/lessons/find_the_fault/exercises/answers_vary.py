"""Exercise 7.1: the same input twice."""

import copy

import torch
from torch import nn

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.find_the_fault.probing import RIGHT, VARY, answer, draw_reader, reader


def answers_vary(model: nn.Module, x: torch.Tensor) -> bool:
    """Say whether the model gives two answers to the same x (rows, steps, features)."""
    model = copy.deepcopy(model).eval()
    with torch.no_grad():
        once, again = answer(model, x), answer(model, x)
    return not torch.allclose(once, again, atol=1e-5)


def with_the_mode_put_back(model, x):
    modes = [(part, part.training) for part in model.modules()]
    kept = copy.deepcopy(vars(model)["kept"]), model.calls
    model.eval()
    with torch.no_grad():
        difference = (answer(model, x) - answer(model, x)).abs().max().item()
    for part, mode in modes:
        part.training = mode
    model.kept, model.calls = kept
    return difference > 1e-5


def _twice(model, x, mode=False):
    model = copy.deepcopy(model).train(mode)
    with torch.no_grad():
        return answer(model, x), answer(model, x)


@wrong(
    "A false alarm: your copy is still in training mode, where dropout is wanted. Probe it as "
    "it will be used, after `.eval()`."
)
def in_training_mode(model, x):
    once, again = _twice(model, x, mode=True)
    return not torch.allclose(once, again, atol=1e-5)


@wrong(
    "A false alarm: if two answers differ only in the last digit, they're the same answer, "
    "rounded. Compare with a tolerance: `torch.allclose(…, atol=1e-5)`."
)
def to_the_last_bit(model, x):
    once, again = _twice(model, x)
    return not torch.equal(once, again)


@wrong(
    "A miss: if you set the same random seed for both calls, a random model repeats itself. "
    "Nobody who uses the model will do that."
)
def from_one_seed(model, x):
    model = copy.deepcopy(model).eval()
    answers = []
    for _ in range(2):
        with torch.no_grad(), torch.random.fork_rng():
            torch.manual_seed(0)
            answers.append(answer(model, x))
    return not torch.allclose(*answers, atol=1e-5)


@wrong(
    "A miss: two fresh copies start alike, so a state kept from call to call never shows. Ask "
    "one and the same copy twice."
)
def two_copies(model, x):
    with torch.no_grad():
        once, again = (answer(copy.deepcopy(model).eval(), x) for _ in range(2))
    return not torch.allclose(once, again, atol=1e-5)


@wrong("A miss: this compares only the first row. Compare all of them.")
def the_first_row(model, x):
    once, again = _twice(model, x)
    return not torch.allclose(once[:1], again[:1], atol=1e-5)


@wrong("A miss: this compares only the last number of each answer. Compare all of them.")
def the_last_number(model, x):
    once, again = _twice(model, x)
    return not torch.allclose(once[..., -1], again[..., -1], atol=1e-5)


@wrong("True and False have changed places: True means that the answers differ.")
def turned_around(model, x):
    once, again = _twice(model, x)
    return torch.allclose(once, again, atol=1e-5)


def one_more(draw: Draw) -> Case:
    model, x = draw_reader(draw, (*RIGHT, "rounding", *VARY))
    return Case(model, x, label=f"a network ({model.fault}) and x of shape {tuple(x.shape)}")


def _cases():
    x = torch.linspace(-1, 1, 24).reshape(3, 4, 2)
    faults = ("plain", *VARY, "declared dropout", "rounding", "with its state")
    return tuple(Case(reader(fault), x, label=f"a network ({fault})") for fault in faults)


SAME_TWICE = Exercise(
    id="7.1",
    title="The same input twice",
    difficulty=1,
    minutes=5,
    reference=answers_vary,
    also_right=(with_the_mode_put_back,),
    cases=_cases,
    space=one_more,
    draws=18,
    misconceptions=(
        in_training_mode,
        to_the_last_bit,
        from_one_seed,
        two_copies,
        the_first_row,
        the_last_number,
        turned_around,
    ),
    hints=(
        "Work on `copy.deepcopy(model)`, so that nothing your probe does is left behind.",
        "Put the copy into evaluation mode, ask it twice, and compare with `torch.allclose`.",
    ),
    returns=("verdict",),
)
