"""What a check looks for once, for all exercises: side effects, gradients, dtypes, draws."""

import fractions
import sys
import threading
import warnings
from decimal import Decimal

import numpy as np
import pytest
import torch
from torch import nn

from course_utils.checking import Case, Draw, Exercise, compare, sandbox
from course_utils.checking.compare import Tolerance
from course_utils.checking.definitions import Outcome, Status
from course_utils.checking.engine import examine

HINTS = ("Look.", "Look again.")


def make(reference, *cases, **changed) -> Exercise:
    facts = {"id": "9.1", "title": "One step", "difficulty": 1, "minutes": 1, "misconceptions": ()}
    return Exercise(reference=reference, cases=cases, hints=HINTS, **(facts | changed))


def judged(exercise: Exercise, answer) -> Outcome:
    return examine(exercise, answer, 2.0)


def refused(exercise: Exercise, answer, words: str) -> None:
    outcome = judged(exercise, answer)
    assert outcome.status is Status.NOT_YET
    assert words in "\n".join(outcome.lines)


# ---- what is left behind


def answer(model, x):
    """Take x (batch, 2), give the model's answer (batch, 1) as numbers."""
    return model(x).detach()


def a_case() -> Case:
    torch.manual_seed(0)
    return Case(nn.Sequential(nn.Linear(2, 1), nn.Dropout(0.0)), torch.randn(3, 2))


def stays_in_eval(model, x):
    return answer(model.eval(), x)


def freezes(model, x):
    return answer(model.requires_grad_(False), x)


def keeps_a_gradient(model, x):
    model(x).sum().backward()
    return answer(model, x)


def renews_a_parameter(model, x):
    model[0].weight = nn.Parameter(model[0].weight.detach().clone())
    return answer(model, x)


def switches_off(model, x):
    torch.set_grad_enabled(False)
    return answer(model, x)


def hooks(model, x):
    model.register_forward_hook(lambda *_: None)
    return answer(model, x)


def changes_a_little(model, x):
    result = answer(model, x)
    x += 1e-6
    return result


def wants_a_gradient(model, x):
    x.requires_grad_()
    return answer(model, x)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (stays_in_eval, "leaves model in evaluation mode"),
        (freezes, "leaves model.0.weight without a gradient: requires_grad is False"),
        (keeps_a_gradient, "changes the gradient that is stored in model.0.weight"),
        (renews_a_parameter, "replaces model.0.weight with another parameter"),
        (switches_off, "leaves gradients switched off"),
        (hooks, "leaves a hook on model"),
        (changes_a_little, "your function changes its argument x"),
        (wants_a_gradient, "leaves x with a gradient"),
    ],
)
def test_a_right_answer_that_leaves_something_behind_is_refused(wrong, words):
    exercise = make(answer, a_case())
    assert judged(exercise, lambda model, x: model(x).detach()).status is Status.PASSED
    refused(exercise, wrong, words)


def test_what_the_reference_leaves_behind_is_wanted():
    exercise = make(stays_in_eval, a_case())
    assert judged(exercise, lambda model, x: stays_in_eval(model, x)).status is Status.PASSED
    assert torch.is_grad_enabled()


# ---- the gradient's way


def scaled(x, factor):
    """Give x (n,) times a factor of shape (1,)."""
    return x * factor


def leaf(*values) -> torch.Tensor:
    return torch.tensor(values, requires_grad=True)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda x, factor: (x * factor).detach(), "carries no gradient"),
        (lambda x, factor: x * factor.detach(), "sends no gradient to"),
        (lambda x, factor: x * factor * 0.5 + (x * factor * 0.5).detach(), "the wrong gradient"),
    ],
)
def test_a_cut_gradient_is_seen(wrong, words):
    refused(make(scaled, Case(leaf(1.0, 2.0), leaf(3.0))), wrong, words)


def test_where_nothing_wants_a_gradient_none_is_asked_for():
    exercise = make(scaled, Case(torch.ones(2), torch.ones(1)))
    assert judged(exercise, lambda x, factor: (x * factor).detach()).status is Status.PASSED


def test_a_gradient_that_should_not_be_is_seen():
    exercise = make(
        lambda x: x.detach() * 2, Case(leaf(1.0)), without_gradient=True, misconceptions=()
    )
    refused(exercise, lambda x: x * 2, "carries a gradient, but shouldn't")


# ---- views, dtypes, kinds


def test_a_view_is_refused_where_the_text_says_new():
    exercise = make(lambda x: x.copy(), Case(np.arange(3.0)), fresh=True)
    refused(exercise, lambda x: x[:], "is a view of an argument")
    exercise = make(lambda x: x.clone(), Case(torch.ones(3)), fresh=True)
    refused(exercise, lambda x: x.view(3), "is a view of an argument")
    assert judged(exercise, lambda x: x + 0).status is Status.PASSED


def test_where_no_dtype_is_named_any_that_holds_the_values_passes():
    halved = make(lambda x: x / 2, Case(np.arange(3.0)))
    assert judged(halved, lambda x: (x / 2).astype(np.float32)).status is Status.PASSED
    refused(halved, lambda x: (x / 2).astype(int), "dtype int64, wanted float64")
    named = make(lambda x: x / 2, Case(np.arange(3.0)), dtypes="same")
    refused(named, lambda x: (x / 2).astype(np.float32), "dtype float32, wanted float64")
    tensors = make(lambda x: x / 2, Case(torch.ones(2)))
    refused(tensors, lambda x: (x / 2).double(), "dtype float64, wanted float32")
    free = make(lambda x: x / 2, Case(torch.ones(2)), dtypes="any")
    assert judged(free, lambda x: (x / 2).double()).status is Status.PASSED
    refused(free, lambda x: (x / 2).long(), "dtype int64, wanted float32")


def test_a_list_stands_for_a_tuple_unless_the_text_says_tuple():
    pair = make(lambda x: (x, x + 1), Case(1.0))
    assert judged(pair, lambda x: [x, x + 1]).status is Status.PASSED
    exact = make(lambda x: (x, x + 1), Case(1.0), exact_sequence=True)
    refused(exact, lambda x: [x, x + 1], "is a list of 2 parts, wanted a tuple")


@pytest.mark.parametrize(
    "number",
    [fractions.Fraction(1, 2), Decimal("0.5"), np.float16(0.5), np.float64(0.5), 0.5 + 0j],
)
def test_a_number_of_any_kind_gets_a_verdict(number):
    exercise = make(lambda x: 0.5, Case(1.0))
    assert judged(exercise, lambda x: number).status is Status.PASSED
    refused(exercise, lambda x: number + 1, "wanted 0.5")


def nested() -> torch.Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch calls them a prototype
        return torch.nested.nested_tensor([torch.ones(2)])


@pytest.mark.parametrize(
    ("make_value", "words"),
    [
        (lambda: 10**400, "wanted"),
        (lambda: torch.eye(2).to_sparse(), "a sparse tensor"),
        (nested, "a nested tensor"),
        (lambda: torch.ones(2, device="meta"), "a tensor without numbers"),
        (lambda: np.ma.masked_array([1.0, 2.0], [True, False]), "a masked array"),
    ],
    ids=["a huge number", "sparse", "nested", "meta", "masked"],
)
def test_a_strange_value_is_refused_in_words(make_value, words):
    for wanted in (1.0, torch.ones(2), np.ones(2)):
        exercise = make(lambda x, wanted=wanted: wanted, Case(1.0))
        refused(exercise, lambda x: make_value(), words)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("the predictions", "the predictions have shape (1,), wanted (2,)"),
        ("the bias", "the bias has shape (1,), wanted (2,)"),
        ("the loss", "the loss has shape (1,), wanted (2,)"),
        ("the state", "the state has shape (1,), wanted (2,)"),
    ],
)
def test_grammar_follows_number(name, words):
    assert next(compare.faults(np.ones(1), np.ones(2), name)).message == words


# ---- drawn cases


def test_every_option_comes_up_before_one_comes_up_again():
    draw = Draw("9.1")
    for _ in range(3):
        assert {draw.one_of("size", (1, 2, 3)) for _ in range(3)} == {1, 2, 3}
    assert {draw.size("steps", least=2) for _ in range(6)} == {2, 3, 4, 5, 6, 8}


def test_equal_seeds_draw_equal_cases_and_others_other_ones():
    def cases(id: str, seed: int) -> list:
        exercise = make(
            lambda x: x, Case(0), id=id, space=lambda draw: Case(draw.array(draw.size("n")))
        )
        return [case.args[0].tolist() for case in exercise.build_cases(seed)[1:]]

    assert cases("9.1", 0) == cases("9.1", 0)
    assert len({str(cases("9.1", 0)), str(cases("9.1", 1)), str(cases("9.2", 0))}) == 3
    assert len(cases("9.1", 0)) == 14


def test_a_drawn_case_refuses_what_two_tidy_ones_let_through():
    readable = Case(np.array([1.0, 2.0, 3.0]))
    median = make(np.median, readable, space=lambda draw: Case(draw.array(draw.size("n"))))
    assert judged(make(np.median, readable), lambda x: x.mean()).status is Status.PASSED
    assert judged(median, lambda x: x.mean()).status is Status.NOT_YET
    assert judged(median, lambda x: sorted(x)[len(x) // 2]).status is Status.NOT_YET


def test_the_kinds_of_numbers_are_what_they_say():
    draw = Draw("9.1")
    assert (draw.array(50, kind="negative") < 0).all()
    assert (draw.array(50, kind="positive") > 0).all()
    assert (draw.array(50, kind="with zeros") == 0).any()
    assert len(np.unique(draw.array(50, kind="with ties"))) < 20
    assert draw.tensor(2, 3, grad=True).requires_grad
    assert draw.tensor(2, 3).dtype is torch.float32


def test_an_argument_that_the_lesson_gives_by_name_keeps_its_name():
    def cut(values, size):
        """Give the first size of values (n,)."""
        return values[:size]

    exercise = make(cut, Case(np.ones(4), size=2))
    assert judged(exercise, lambda values, size: values[:size]).status is Status.PASSED
    refused(exercise, lambda values, n: values[:n], "The lesson calls it with size=…, so keep the")


# ---- mistakes made in place, and time


def test_a_mistake_made_in_place_keeps_its_diagnosis():
    from course_utils.checking import wrong

    @wrong("The sign is turned.")
    def turned(x):
        return -x

    def in_place(x):
        x *= -1
        return x

    exercise = make(lambda x: x * 1, Case(np.arange(1.0, 4.0)), misconceptions=(turned,))
    refused(exercise, in_place, "The sign is turned.")


def endless():
    while True:
        pass


def catches_everything():
    while True:
        try:
            sum(range(3))
        except BaseException:
            continue


@pytest.mark.parametrize("loop", [endless, catches_everything])
def test_an_endless_loop_ends_where_the_system_has_no_alarm(loop, monkeypatch):
    monkeypatch.delattr(sandbox.signal, "setitimer")
    done = sandbox.call(loop, (), seconds=0.2)
    assert done.trouble is not None
    assert done.trouble.type is sandbox.TimeUp
    assert threading.active_count() < 20
    assert sandbox.call(lambda: 3, (), seconds=0.2).result == 3


@pytest.mark.parametrize("alarm", ["signal", "thread"])
def test_time_spent_on_importing_is_not_the_learners(alarm, monkeypatch, tmp_path):
    (tmp_path / "slow_to_import.py").write_text("import time\ntime.sleep(0.5)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    if alarm == "thread":
        monkeypatch.delattr(sandbox.signal, "setitimer")

    def uses_it():
        import slow_to_import

        return slow_to_import.__name__

    done = sandbox.call(uses_it, (), seconds=0.2)
    assert done.trouble is None, done.trouble
    sys.modules.pop("slow_to_import")


def test_a_number_is_right_within_its_tolerance():
    assert Tolerance(0.0, 0.5).close(1.4, 1.0)
    assert not Tolerance(0.0, 0.3).close(1.4, 1.0)
