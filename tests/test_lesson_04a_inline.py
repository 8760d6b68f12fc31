"""Lesson 04a writes out what `course_utils` holds: here the two are held together."""

import itertools
import re
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
import torch
from torch import nn

from course_utils import keras_port, recurrent, signals, studies, training
from course_utils.commands.save_notebooks import NOTEBOOKS
from course_utils.exercises import lesson_04a as written
from course_utils.explorers import lesson_04a as explorers
from course_utils.studies import lesson_04a as runs
from tests.inline import definitions

CELLS = nbformat.read(NOTEBOOKS / "04a_stateful_lstm.ipynb", as_version=4).cells
BATCHES = signals.stateful_batches(12)


@pytest.fixture(scope="module")
def lesson() -> SimpleNamespace:
    """The lesson's own definitions, with the names that its cells have made by then."""
    space: dict = {"torch": torch, "nn": nn, "np": np}
    space |= {"INPUT_SIZE": 1, "OUTPUT_SIZE": 1, "CELL_SIZE": 20, "LR": 0.006}
    space |= {"x_all": BATCHES.inputs, "y_all": BATCHES.targets}
    return definitions(CELLS, space)


def equal(one: nn.Module, other: nn.Module) -> bool:
    return all(map(torch.equal, one.parameters(), other.parameters()))


def pair_of(state: recurrent.State | None) -> recurrent.Pair:
    assert isinstance(state, tuple)
    return state


# ---- what the lesson shows


def test_the_network_draws_the_same_weights_and_gives_the_same_output_and_gradients(
    lesson: SimpleNamespace,
) -> None:
    torch.manual_seed(1337)
    shown = keras_port.initialise_like_keras(lesson.StatefulLSTM())
    kept = runs.make_model(1337)
    assert equal(shown, kept)
    x, pair = torch.randn(4, 20, 1), (torch.randn(1, 4, 20), torch.randn(1, 4, 20))
    for start in (None, pair):
        (y, after), (wanted, after_wanted) = shown(x, start), kept(x, start)
        torch.testing.assert_close(y, wanted)
        torch.testing.assert_close(after, after_wanted)
    y.square().sum().backward()
    wanted.square().sum().backward()
    for own, theirs in zip(shown.parameters(), kept.parameters(), strict=True):
        torch.testing.assert_close(own.grad, theirs.grad)


def test_the_loop_is_fit_chunks(lesson: SimpleNamespace) -> None:
    shown, kept = runs.make_model(5), runs.make_model(5)
    costs = lesson.train(shown, BATCHES.inputs, BATCHES.targets)
    history, _ = training.fit_chunks(
        kept, BATCHES.inputs, BATCHES.targets, optimizer=training.adam(0.006)
    )
    assert costs == pytest.approx(history.losses, rel=1e-5)
    for own, theirs in zip(shown.parameters(), kept.parameters(), strict=True):
        torch.testing.assert_close(own, theirs)
        torch.testing.assert_close(own.grad, theirs.grad)


def test_the_published_loop_is_the_rule_twice(lesson: SimpleNamespace) -> None:
    net, kept = lesson.KerasLike(runs.make_model(5)), runs.make_model(5)
    costs, pred = lesson.published_loop(net, 6)
    history, state = training.fit_chunks(
        kept, BATCHES.inputs[:6], BATCHES.targets[:6], optimizer=training.adam(0.006), rule="twice"
    )
    assert costs == pytest.approx(history.losses, rel=1e-5)
    torch.testing.assert_close(net.state, state)
    assert pred.shape == (50, 20, 1)
    # The drawn prediction starts where the batch already ended.
    assert not torch.allclose(pred, net.model(BATCHES.inputs[5])[0], atol=1e-4)


def test_the_keras_like_net_is_the_one_of_the_checks(lesson: SimpleNamespace) -> None:
    shown = lesson.KerasLike(runs.make_model(2))
    kept = runs.KerasLike(runs.make_model(2))
    for number in range(4):
        x, y = BATCHES.inputs[number], BATCHES.targets[number]
        for _ in range(2):  # the second goes on from the state that the first left
            assert shown.train_on_batch(x, y) == kept.train_on_batch(x, y)
        assert torch.equal(shown.predict(x), kept.predict(x))
        assert all(map(torch.equal, pair_of(shown.state), pair_of(kept.state)))
    assert equal(shown.model, kept.model)


def test_the_mended_loop_is_the_carried_one(lesson: SimpleNamespace) -> None:
    costs = lesson.mended_loop(recurrent.Session(runs.make_model(3)), 8)
    history, _ = training.fit_chunks(
        runs.make_model(3), BATCHES.inputs[:8], BATCHES.targets[:8], optimizer=training.adam(0.006)
    )
    assert costs == pytest.approx(history.losses, rel=1e-5)


@pytest.mark.parametrize(("carry", "way"), [(True, "carried"), (False, "never")])
def test_the_loop_on_cues_is_the_studys(lesson: SimpleNamespace, carry: bool, way: str) -> None:
    session = recurrent.Session(runs.make_model(4))
    data = signals.cue_chunks(9, 2, torch.Generator().manual_seed(4))
    lesson.train_on_cues(session, data, memory=2, carry=carry)
    kept, _ = runs.train_on_cues(4, 2, way, streams=3)
    for own, theirs in zip(session.model.parameters(), kept.parameters(), strict=True):
        torch.testing.assert_close(own, theirs)


def test_the_error_by_sample_adds_up_to_the_error(lesson: SimpleNamespace) -> None:
    model, test = runs.make_model(1), runs.fresh_batches()
    for carry, name in ((True, "fresh"), (False, "fresh_zeros")):
        profile = lesson.error_by_sample(model, test, carry)
        assert profile.shape == (20,)
        assert profile.mean() == pytest.approx(runs.fresh_errors(model)[name], rel=1e-5)


# ---- what the learner writes, and the helper that the course goes on with


def test_get_batch_is_stateful_batches() -> None:
    for number in (0, 3, 11):
        seq, res, xs = written.get_batch(20 * number, 50, 20)
        np.testing.assert_allclose(BATCHES.inputs[number], seq, atol=1e-6)
        np.testing.assert_allclose(BATCHES.targets[number], res, atol=1e-6)
        np.testing.assert_allclose(BATCHES.times[number], xs[0], rtol=1e-6)


def test_evaluate_is_the_sessions() -> None:
    net = runs.KerasLike(runs.make_model(1))
    session = recurrent.Session(net.model)
    for x in BATCHES.inputs[:2]:
        net.predict(x)
        session.carry(x)
    x, y = BATCHES.inputs[2], BATCHES.targets[2]
    assert written.evaluate(net, x, y) == pytest.approx(session.evaluate(x, y), rel=1e-5)
    assert all(map(torch.equal, pair_of(net.state), pair_of(session.state)))


def test_lay_out_is_stretches() -> None:
    made = runs.stretches(chunks=7, batch=5, steps=4)
    samples = written.lay_out(np.arange(140), 5, 4)
    np.testing.assert_allclose(made.inputs[..., 0], np.sin(samples / (10 * np.pi)), atol=1e-6)
    np.testing.assert_allclose(made.targets[..., 0], np.cos(samples / (10 * np.pi)), atol=1e-6)
    np.testing.assert_allclose(made.times, samples[:, 0] / (10 * np.pi), rtol=1e-6)
    for before, after in itertools.pairwise(samples):
        assert written.who_continues(before, after) == list(range(5))


def test_rows_that_are_done_start_as_after_a_reset() -> None:
    model = runs.make_model(1)
    _, state = model(BATCHES.inputs[0])
    done = torch.arange(50) % 3 == 0
    y, _ = model(BATCHES.inputs[1], written.next_state(pair_of(state), done))
    torch.testing.assert_close(y[done], model(BATCHES.inputs[1][done])[0])
    carried, _ = model(BATCHES.inputs[1], state)
    torch.testing.assert_close(y[~done], carried[~done])


# ---- where it is taught

TAUGHT = [
    (signals.stateful_batches, 1),
    (signals.stateful_batches, 3),
    (signals.stateful_batches, 6),
    (training.fit_chunks, 3),
    (runs.KerasLike, 3),
    (recurrent.Session, 4),
    (explorers.layouts, 6),
    (signals.cue_chunks, 7),
    (runs.train_on_cues, 7),
    (runs.cue_hits, 7),
]
WORDS = (
    "data",
    "network",
    "three ways",
    "repair",
    "under the hood",
    "explore",
    "necessary",
    "measured",
    "recap",
)


@pytest.mark.parametrize(
    ("helper", "section"), TAUGHT, ids=[f"{h.__name__}-{s}" for h, s in TAUGHT]
)
def test_helper_names_the_section_that_teaches_it(helper: object, section: int) -> None:
    said = " ".join((helper.__doc__ or "").split())
    (names,) = re.findall(r"lesson 04a, (?:other layouts in |)section[^.]*", said)
    assert str(section) in re.findall(r"\d", names.removeprefix("lesson 04a"))


def test_sections_are_numbered_as_the_helpers_name_them() -> None:
    prose = "\n".join(cell.source for cell in CELLS if cell.cell_type == "markdown")
    heads = re.findall(r"^## (\d+)\. (.+)$", prose, flags=re.MULTILINE)
    assert [int(number) for number, _ in heads] == list(range(1, len(WORDS) + 1))
    for (_, head), word in zip(heads, WORDS, strict=True):
        assert word in head.lower()


def test_the_lesson_reads_its_studies_from_the_store() -> None:
    source = "\n".join(cell.source for cell in CELLS if cell.cell_type == "code")
    assert set(re.findall(r'studies\.load\("([^"]+)"\)', source)) == set(runs.STUDIES)
    assert set(runs.STUDIES) <= set(studies.STUDIES)
