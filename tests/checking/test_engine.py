"""The exercise engine: what a check says, what it survives, and what it leaves behind."""

import io
import json
import random
import signal
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import pytest
import torch

from course_utils import exercises
from course_utils.checking import (
    Case,
    Exercise,
    Misconception,
    Rejected,
    StandIn,
    card,
    compare,
)
from course_utils.checking.definitions import Outcome, Status
from course_utils.checking.progress import Progress
from course_utils.exercises import Lesson


def step(x, state):
    """Take x and state, both (batch, 2), give the output (batch, 1) and the new state."""
    state = torch.tanh(x + state)
    return state.sum(1, keepdim=True), state


def no_state(x, state):
    state = torch.tanh(x)
    return state.sum(1, keepdim=True), state


def wide_state(x, state):
    return step(x, state)[0], torch.cat([step(x, state)[1], x], 1)


def picks_too_far(x, state):
    return step(x[:, [0, 7]], state)


def _step_cases():
    x, state = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.5, 0.0]])
    return Case(x, torch.zeros(1, 2), label="an empty state"), Case(x, state)


def keeps_the_graph(function):
    x = torch.ones(1, 2, requires_grad=True)
    if function(x, torch.zeros(1, 2))[0].grad_fn is None:
        raise Rejected("no gradient reaches x")


def detached(x, state):
    return tuple(part.detach() for part in step(x, state))


def make(**changed):
    settings = {
        "id": "9.1",
        "title": "One step",
        "difficulty": 2,
        "minutes": 5,
        "reference": step,
        "cases": _step_cases,
        "misconceptions": (
            Misconception("no state", "Looks like the state is left out.", no_state),
            Misconception("wide state", "Looks like the input stays in the state.", wide_state),
            Misconception("too far", "Looks like a column that is not there.", picks_too_far),
            Misconception("detached", "Looks like a detach too many.", detached),
        ),
        "hints": ("First.", "Second."),
        "properties": (keeps_the_graph,),
        "returns": ("output", "state"),
    }
    return Exercise(**(settings | changed))


def make_one(reference, *cases, **changed):
    """An exercise on one function, with nothing else to it."""
    plain = {"misconceptions": (), "properties": (), "returns": ()}
    return make(reference=reference, cases=cases, **(plain | changed))


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch, tmp_path):
    monkeypatch.setenv("UNROLLED_PROGRESS", str(tmp_path / "progress.json"))
    for name in ("UNROLLED_STRICT", "UNROLLED_QUIET"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def check(capsys):
    """Check an answer and give back the text shown and the function handed out."""

    def run(exercise, answer, seconds=5.0):
        lesson = Lesson("09", (exercise,), Progress())
        lesson.seconds = seconds
        back = lesson.check(exercise.id, answer)
        return capsys.readouterr().out, back

    return run


def identity(value):
    """Give the value (any shape) back."""
    return value


# --- what a check says -----------------------------------------------------------------------


def test_a_right_answer_passes_and_comes_back(check):
    text, back = check(make(), step)
    assert text == "✓ passed · 9.1 · One step  ●●○  5 min\n"
    assert back is step


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda y, s: None, "the result is None, wanted a tuple of 2 parts: is a return missing?"),
        (lambda y, s: y, "the result is a tensor of shape (1, 1), wanted a tuple of 2 parts"),
        (lambda y, s: (y, s, s), "the result has 3 parts, wanted 2"),
        (lambda y, s: {"y": y, "s": s}, "the result is a dict, wanted a tuple of 2 parts"),
        (lambda y, s: (y.numpy(), s), "the output is an array of shape (1, 1), wanted a tensor"),
        (lambda y, s: (y[0], s), "the output has shape (1,), wanted (1, 1)"),
        # a wrong shape is told before a wrong dtype, and that before a wrong value
        (lambda y, s: (y.double() + 1, s[0]), "the state has shape (2,), wanted (1, 2)"),
        (lambda y, s: (y + 1, s.double()), "the state has dtype float64, wanted float32"),
        (lambda y, s: (y + 1, s), "the output is [[2.726]], wanted [[1.726]]"),
        (lambda y, s: (y, s + 1e-4), "the state is [[0.7617, 0.9641]]"),
    ],
)
def test_the_message_has_what_was_got_and_what_was_wanted(check, spoil, message):
    text, back = check(make(), lambda x, state: spoil(*step(x, state)))
    assert f"With an empty state: {message}" in text
    assert "Looks like" not in text
    assert isinstance(back, StandIn)


def test_what_is_close_enough_passes(check):
    assert "✓ passed" in check(make(), lambda x, s: tuple(p + 1e-7 for p in step(x, s)))[0]
    loose = make_one(identity, Case(100.0), rtol=0.1, atol=0)
    assert "✓ passed" in check(loose, lambda value: 109.0)[0]
    assert "the result is 111, wanted 100" in check(loose, lambda value: 111.0)[0]


@pytest.mark.parametrize(
    ("wanted", "right", "wrong", "message"),
    [
        (1, 1.0, "1", " is a text, wanted a number"),
        (0.5, np.float64(0.5), torch.tensor(0.5), " is a tensor of shape (), wanted a number"),
        (True, np.bool_(True), False, " is False, wanted True"),
        ("gru", "gru", "lstm", " is 'lstm', wanted 'gru'"),
        ((2, 3), torch.Size([2, 3]), (3, 2), "[0] is 3, wanted 2"),
        ({"mae": 1.0}, {"mae": 1.0}, {"mse": 1.0}, " has the keys ['mse'], wanted ['mae']"),
        ({"mae": 1.0}, {"mae": 1.0}, {"mae": 2.0}, "['mae'] is 2, wanted 1"),
        ([], [], [1], " has 1 part, wanted 0"),
        (np.nan, float("nan"), 0.0, " is 0, wanted nan"),
        (
            np.arange(9),
            np.arange(9),
            np.arange(9) ** 2,
            " differs in 7 of 9 places, first at [2]: 4",
        ),
        (
            np.array(["a", "b"]),
            np.array(["a", "b"]),
            np.array(["a", "c"]),
            " is ['a', 'c'], wanted",
        ),
    ],
)
def test_results_of_many_kinds_are_compared(check, wanted, right, wrong, message):
    exercise = make_one(identity, Case(wanted))
    assert "✓ passed" in check(exercise, lambda value: right)[0]
    assert f"the result{message}" in check(exercise, lambda value: wrong)[0]


def test_a_result_that_cannot_be_compared_is_no_pass():
    with pytest.raises(compare.Incomparable, match="of type object"):
        list(compare.faults(object(), object()))
    assert not compare.agree(object(), object())
    assert compare.agree(object(), object(), unknown=True)


def test_a_misconception_leads_the_message(check):
    lines = check(make(), wide_state)[0].splitlines()
    assert lines[1] == "  Looks like the input stays in the state."
    assert lines[2] == "  With an empty state: the state has shape (1, 4), wanted (1, 2)"


def test_the_case_that_fails_is_named_by_its_arguments(check):
    text = check(make(), no_state)[0]  # right as long as the state is empty
    assert "Looks like the state is left out." in text
    assert "With x = [[1, 2]], state = [[0.5, 0]]: the output is [[1.726]]" in text


def test_a_misconception_is_not_named_for_one_coincidence(check):
    """It must do what the learner's function does in every case, not only in the failing one."""

    def no_state_but_the_first_case_wrong_too(x, state):
        output, new = no_state(x, state)
        return (output, new) if state.any() else (output + 1, new)

    assert "Looks like" not in check(make(), no_state_but_the_first_case_wrong_too)[0]


def test_a_misconception_that_raises_matches_the_same_error(check):
    text = check(make(), picks_too_far)[0]
    assert "Looks like a column that is not there." in text
    assert "IndexError" in text
    other = check(make(), lambda x, state: [][3])[0]
    assert "IndexError" in other
    assert "Looks like" not in other


def test_properties_come_last_and_have_their_misconceptions(check):
    text = check(make(), detached)[0]
    assert text.splitlines()[1:3] == ["  Looks like a detach too many.", "  no gradient reaches x"]


def test_a_misconception_must_fail_the_same_property(check):
    def gives_fresh_tensors(function):
        state = torch.ones(1, 2)
        if function(torch.zeros(1, 2), state)[1] is state:
            raise Rejected("the state handed in comes back itself")

    def writes_into_the_state(x, state):
        return (*step(x, state)[:1], state.copy_(step(x, state)[1].detach()))

    def slip(x, state):
        return step(x, state) if x.any() else (step(x, state)[0], state)

    says = (*make().misconceptions, Misconception("slip", "Looks like a way out.", slip))
    both = make(properties=(keeps_the_graph, gives_fresh_tensors), misconceptions=says)
    assert "Looks like a way out." in check(both, slip)[0]
    assert "Looks like a detach too many." in check(both, detached)[0]
    assert "your function changes its argument state" in check(both, writes_into_the_state)[0]


def test_an_error_within_a_property_is_told_with_the_learners_line(check):
    scope = {"step": step}
    source = "def answer(x, state):\n    return step(x, state) if len(x) == 1 else 1 / 0"
    exec(compile(source, "<cell>", "exec"), scope)
    wide = make(properties=(lambda function: function(torch.ones(2, 2), torch.ones(2, 2)),))
    text = check(wide, scope["answer"])[0]
    assert "your code raises ZeroDivisionError: division by zero\n      line 2 of your cell" in text


# --- what it hands out -----------------------------------------------------------------------


HELP = '  Stuck? lesson.hint("9.1") helps, lesson.solution("9.1") shows it.'


def test_the_stub_is_quiet_and_the_lesson_goes_on(check):
    def stub(x, state):
        raise NotImplementedError

    text, back = check(make(), stub)
    assert text.splitlines() == [
        "○ not attempted yet · 9.1 · One step  ●●○  5 min",
        "  The lesson goes on with the reference. Write yours, then run the cell again.",
        HELP,
    ]
    assert torch.equal(back(torch.ones(1, 2), torch.zeros(1, 2))[1], torch.full((1, 2), 1.0).tanh())
    assert back.__name__ == "step"


def test_only_the_functions_own_raise_is_a_stub(check):
    def from_below(x, state):
        return helper()

    def helper():
        raise NotImplementedError("helper")

    def from_torch(x, state):
        return torch.ones(2, device="meta").tolist()

    for answer in (from_below, from_torch):
        text = check(make(), answer)[0]
        assert "✗ not right yet" in text
        assert "NotImplementedError" in text


def test_half_an_answer_is_an_attempt(check):
    def only_for_the_empty_state(x, state):
        if not state.any():
            return step(x, state)
        raise NotImplementedError

    assert "✗ not right yet" in check(make(), only_for_the_empty_state)[0]


def test_a_stand_in_is_known_again_under_any_name(check):
    back = check(make(), lambda x, state: None)[1]
    step_of_mine = back
    text, again = check(make(), step_of_mine)
    assert text.startswith("↻ stand-in")
    assert "passed" not in text
    assert again is back
    assert Progress().passed() == set()


def test_a_pasted_solution_passes(check):
    scope = {"torch": torch}
    exec(make().solution, scope)
    assert "✓ passed" in check(make(), scope["step"])[0]


def test_strict_raises_where_an_answer_is_wrong(check, monkeypatch):
    monkeypatch.setenv("UNROLLED_STRICT", "1")
    check(make(), step)
    with pytest.raises(AssertionError, match="One step"):
        check(make(), no_state)


def test_strict_lets_the_unsolved_course_run_whole(check, monkeypatch):
    def untouched(x, state):
        raise NotImplementedError

    monkeypatch.setenv("UNROLLED_STRICT", "1")
    assert "not attempted" in check(make(), untouched)[0]
    assert "stand-in" in check(make(), StandIn(make()))[0]


# --- what it survives ------------------------------------------------------------------------


def test_an_error_is_told_with_the_learners_own_line(check):
    def answer(x, state):
        return torch.matmul(x, torch.ones(5))  # five, not two

    text = check(make(), answer)[0]
    assert "your code raises RuntimeError: " in text
    assert "of test_engine.py:  return torch.matmul(x, torch.ones(5))" in text
    assert "engine.py:" not in text.replace("test_engine.py:", "")
    assert "sandbox" not in text


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (SystemExit(3), "your code raises SystemExit: 3"),
        (AssertionError(), "your code raises AssertionError\n"),
        (KeyboardInterrupt(), "You interrupted the check."),
        (RecursionError("deep"), "your code raises RecursionError: deep"),
        (ValueError("x" * 9000), "x…"),
    ],
)
def test_nothing_escapes_from_a_check(check, error, message):
    def answer(x, state):
        raise error

    text = check(make(), answer)[0]
    assert message in text
    assert len(text) < 1000


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_a_reference_interrupted_or_broken(check, error):
    def reference(x, state):
        raise error("reference")

    if error is KeyboardInterrupt:
        assert "You interrupted the check." in check(make(reference=reference), step)[0]
    else:
        with pytest.raises(RuntimeError, match=r"reference of exercise 9\.1 fails: ValueError"):
            check(make(reference=reference), step)


def test_something_that_is_no_function(check):
    text, back = check(make(), step(torch.ones(1, 2), torch.zeros(1, 2)))
    assert "check got a tuple of 2 parts, wanted the function itself" in text
    assert 'lesson.check("9.1", step)' in text
    assert isinstance(back, StandIn)


def test_another_number_of_parameters(check):
    assert "Your function takes (x), wanted (x, state)." in check(make(), lambda x: x)[0]


def test_builtins_and_objects_may_be_handed_in(check):
    assert "✓ passed" in check(make_one(identity, Case((1, 2))), tuple)[0]
    assert "✓ passed" in check(make_one(identity, Case(torch.ones(2))), torch.nn.Identity())[0]


def test_changed_arguments_are_seen(check):
    def total(values):
        """Sum of values (n,)."""
        return float(values.sum())

    def in_place(values):
        values += 0.5
        return float(values.sum() - 0.5 * len(values))

    says = Misconception("in place", "Looks like += on the argument.", in_place)
    exercise = make_one(total, Case(np.ones(3)), misconceptions=(says,))
    text = check(exercise, in_place)[0]
    assert "Looks like += on the argument." in text
    assert "your function changes its argument values" in text


def test_arguments_meant_to_change_are_compared(check):
    def halve(layer, note):
        """Halve the weights of the layer (in place)."""
        with torch.no_grad():
            layer.weight /= 2

    exercise = make_one(halve, Case(torch.nn.Linear(1, 1, bias=False), object()))
    assert "✓ passed" in check(exercise, halve)[0]
    text = check(exercise, lambda layer, note: None)[0]
    assert "after the call the argument layer['weight'] is" in text
    assert "return" not in text  # none was asked for


def test_prints_and_warnings_are_shown_in_the_card_only(check, capsys):
    def chatty(x, state):
        print("one\ntwo\nthree\nfour")
        print("to stderr", file=sys.stderr)
        warnings.warn("careful", UserWarning, stacklevel=1)
        return step(x, state)

    text = check(make(), chatty)[0]
    assert text.splitlines()[1:] == [
        "  It printed:",
        *("      " + word for word in ("one", "two", "three", "…")),
        "  Python warned: UserWarning: careful",
    ]
    assert capsys.readouterr() == ("", "")


def test_endless_printing_takes_no_memory():
    from course_utils.checking import sandbox

    def flood():
        for _ in range(1000):
            print("x" * 1000)
            warnings.warn(str(random.random()), UserWarning, stacklevel=1)

    done = sandbox.call(flood, ())
    assert len(done.printed) == sandbox.PRINTED
    assert len(done.warned) == sandbox.WARNED


def loop(x, state):
    while True:
        pass


def loop_that_catches_everything(x, state):
    while True:
        try:
            time.sleep(0.001)
        except:  # noqa: E722
            continue


def loops_that_catch_everything(x, state):
    while True:
        try:
            while True:
                try:
                    sum(range(50))
                except BaseException:
                    continue
        except BaseException:
            continue


@pytest.mark.parametrize(
    "answer", [loop, loop_that_catches_everything, loops_that_catch_everything]
)
def test_an_endless_loop_is_stopped(check, answer):
    before = signal.getsignal(signal.SIGALRM)
    start = time.monotonic()
    text = check(make(misconceptions=()), answer, seconds=0.1)[0]
    assert "stopped after 0.1 s: is there a loop that never ends?" in text
    assert "of test_engine.py" in text
    assert time.monotonic() - start < 10
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_an_endless_loop_can_be_a_misconception(check):
    endless = (Misconception("endless", "Looks like nothing moves on.", loop),)
    assert "nothing moves on" in check(make(misconceptions=endless), loop, seconds=0.1)[0]


def test_a_check_works_outside_the_main_thread():
    statuses = []
    lesson = Lesson("09", (make(),), Progress())
    thread = threading.Thread(target=lambda: statuses.append(lesson.check("9.1", step)))
    thread.start()
    thread.join()
    assert statuses == [step]


def test_random_state_is_put_back_and_the_same_for_all(check):
    def draw(n):
        """Draw n numbers, shape (n,), from each generator."""
        return torch.rand(n), np.random.rand(n), random.random()  # noqa: NPY002

    def reseeds(n):
        numbers = draw(n)
        torch.manual_seed(7)
        np.random.seed(7)  # noqa: NPY002
        torch.set_grad_enabled(False)
        torch.set_default_dtype(torch.float64)
        return numbers

    # a message shows the same numbers whatever was drawn before
    texts = set()
    for seed in (1, 2):
        torch.manual_seed(seed)
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002
        texts.add(check(make_one(draw, Case(3)), lambda n: tuple(2 * part for part in draw(n)))[0])
        texts.add(check(make_one(lambda n: draw(n)[1], Case(3)), lambda n: draw(n)[1] + 1)[0])
        texts.add(check(make_one(lambda n: draw(n)[2], Case(3)), lambda n: draw(n)[2] + 1)[0])
    assert len(texts) == 3
    states = torch.get_rng_state(), np.random.get_state()[1].copy(), random.getstate()  # noqa: NPY002
    assert "leaves gradients switched off" in check(make_one(draw, Case(3), Case(2)), reseeds)[0]
    assert torch.equal(torch.get_rng_state(), states[0])
    assert np.array_equal(np.random.get_state()[1], states[1])  # noqa: NPY002
    assert random.getstate() == states[2]
    assert torch.is_grad_enabled()
    assert torch.get_default_dtype() is torch.float32


# --- quiz values -----------------------------------------------------------------------------


def largest():
    """Give the largest value: a number."""
    return np.float64(12.5)


def quiz(reference=largest, **changed):
    slips = (Misconception("index", "Looks like its position.", lambda: 3),)
    return make(
        kind="value", reference=reference, cases=(), misconceptions=slips, properties=(), **changed
    )


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        (12.5, []),
        (torch.tensor(12.5), []),
        (3, ["  Looks like its position.", "  You answered 3: too low."]),
        (13, ["  You answered 13: too high."]),
        (np.float64(13.5), ["  You answered 13.5: too high."]),
        ("12.5", ["  Your answer is a text, wanted a number."]),
        (None, ["  Your answer is None, wanted a number."]),
    ],
)
def test_a_value_is_judged_and_comes_back(check, answer, lines):
    text, back = check(quiz(), answer)
    assert text.splitlines()[1:] == [*lines, *([HELP] if lines else [])]
    assert text.startswith("✗ not right yet" if lines else "✓ passed")
    assert back is answer


def test_a_value_not_attempted(check):
    text, back = check(quiz(), ...)
    assert text == f"○ not attempted yet · 9.1 · One step  ●●○  5 min\n{HELP}\n"
    assert back is ...


def test_texts_and_lists_are_taken_as_they_are_meant(check):
    exercise = quiz(reference=lambda: ("Carried", 2))
    assert "✓ passed" in check(exercise, [" carried", 2.0])[0]
    assert "You answered ('reset', 2): that isn't it." in check(exercise, ("reset", 2))[0]


# --- lessons, definitions --------------------------------------------------------------------


def test_unknown_ids_list_the_known_ones():
    with pytest.raises(ValueError, match=r"number is '77', wanted one of: 00"):
        exercises.open("77")
    lesson = exercises.open("00")
    ids = ", ".join(exercise.id for exercise in lesson.exercises)
    assert repr(lesson) == f"<Lesson 00: exercises {ids}>"
    for method in (lesson.hint, lesson.solution, lambda id: lesson.check(id, step)):
        with pytest.raises(ValueError, match=r"id is '0\.99', wanted one of lesson 00: 0\.1, 0\.2"):
            method("0.99")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"difficulty": 4}, "difficulty is 4, wanted 1, 2 or 3"),
        ({"hints": ("one",)}, "hints holds 1, wanted at least 2"),
        ({"kind": "essay"}, "kind is 'essay'"),
        ({"cases": ()}, "a function needs cases"),
        ({"kind": "value"}, "a value has none"),
    ],
)
def test_a_malformed_exercise_is_refused(changed, message):
    with pytest.raises(ValueError, match=message):
        make(**changed)


def test_a_check_without_cases_is_refused(check):
    with pytest.raises(ValueError, match="at least one Case"):
        check(make(cases=lambda: ()), step)


def test_hints_come_one_after_the_other(capsys):
    lesson = Lesson("09", (make(),), Progress())
    for _ in range(3):
        lesson.hint("9.1")
    assert capsys.readouterr().out.splitlines() == [
        "Hint 1 of 2: First.",
        "Hint 2 of 2: Second.",
        "Hint 2 of 2: Second.",
    ]


def test_the_solution_is_the_source_of_the_reference(capsys):
    Lesson("09", (make(),), Progress()).solution("9.1")
    out = capsys.readouterr().out
    assert out.startswith("def step(x, state):")
    assert "torch.tanh(x + state)" in out


def test_opening_the_exercises_loads_no_torch():
    code = "import sys; from course_utils import exercises; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- progress --------------------------------------------------------------------------------


def test_progress_outlives_the_session_and_counts_only_passes(check, capsys, tmp_path):
    check(make(), no_state)
    assert not (tmp_path / "progress.json").exists()
    check(make(), step)
    check(make(), no_state)  # what was passed once stays passed
    assert json.loads((tmp_path / "progress.json").read_text()) == {"passed": ["9.1"]}
    Lesson("09", (make(), quiz(id="9.Q1")), Progress()).progress()
    assert capsys.readouterr().out.splitlines() == [
        "9.1   One step  ●●○  5 min  ✓ done",
        "9.Q1  One step  ●●○  5 min  ○ not yet",
        "1 of 2 done, about 5 min to go",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["progress.json"]


def test_two_sessions_do_not_overwrite_each_other():
    one, other = Progress(), Progress()
    one.add("9.1")
    other.add("9.2")
    assert one.passed() == {"9.1", "9.2"}


@pytest.mark.parametrize("content", ["{", "[]", '{"passed": 3}', "{}", b"\xff\xfe"])
def test_a_broken_file_is_set_aside_and_said_once(tmp_path, content):
    path = tmp_path / "progress.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    progress = Progress()
    assert progress.passed() == set()
    assert progress.news() == (
        "The progress file was broken: it is now progress.json.bad, and a new one begins.",
    )
    assert (tmp_path / "progress.json.bad").exists()
    progress.add("9.1")
    assert progress.news() == ()
    assert Progress().passed() == {"9.1"}


def test_where_nothing_can_be_written_the_lesson_goes_on(capsys, tmp_path):
    lesson = Lesson("09", (make(),), Progress(tmp_path / "no such folder" / "progress.json"))
    for _ in range(2):
        assert lesson.check("9.1", step) is step
    assert capsys.readouterr().out.count("Your progress can't be kept") == 1


def test_where_nothing_can_be_read_the_lesson_goes_on(tmp_path):
    progress = Progress(tmp_path)  # a folder does not open as a file
    assert progress.passed() == set()
    progress.add("9.1")
    assert "doesn't open" in progress.news()[0]
    assert [path.name for path in tmp_path.parent.glob("*.tmp")] == []


def test_the_file_stands_beside_the_package_by_default(monkeypatch):
    monkeypatch.delenv("UNROLLED_PROGRESS")
    path = Progress().path
    assert path.name == ".unrolled-progress.json"
    assert (path.parent / "course_utils" / "exercises.py").is_file()


# --- the card --------------------------------------------------------------------------------


def test_the_card_shows_sign_and_word_and_escapes_the_rest():
    box = card.card(Outcome(make(), Status.NOT_YET, ("try `x < 3`",)), lambda: "")
    text = box.children[0].value
    assert "✗ not right yet" in text
    assert "<code>x &lt; 3</code>" in text
    assert 'role="status"' in text


def test_the_buttons_of_the_card_reveal_in_place():
    hints = iter(["Hint one", "Hint two"])
    box = card.card(Outcome(make(), Status.NOT_ATTEMPTED), lambda: next(hints))
    (hint, solution), revealed = box.children[1].children, box.children[2]
    seen = []
    for button in (hint, hint, solution):
        button.click()
        seen.append(revealed.outputs[0]["data"]["text/markdown"])
    assert seen == ["Hint one", "Hint two", f"```python\n{make().solution}\n```"]


def test_every_status_has_its_colour_sign_and_word():
    assert set(card.COLOURS) == set(Status)
    assert len({status.value[0] for status in Status}) == len(Status)
    assert all(status.value[2:].strip() for status in Status)


def test_outside_jupyter_the_text_is_printed(monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    card.show_hint("A hint.")
    assert out.getvalue() == "A hint.\n"


def test_what_was_passed_in_an_earlier_edition_counts_by_its_id_of_today():
    Progress().add("5.1")
    progress = Progress(former={"5.1": "5a.1", "5.2": "5a.2"})
    assert progress.passed() == {"5a.1"}
    progress.add("5a.2")
    assert Progress().passed() == {"5a.1", "5a.2"}
