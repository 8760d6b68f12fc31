"""What lessons 04a and 04b write out in another form than the package keeps it."""

import itertools
import pickle
import re
import warnings
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from course_utils import lessons, recurrent, signals, training
from course_utils.checking.definitions import Status
from course_utils.checking.engine import examine
from course_utils.lessons.stateful import cues, runs
from course_utils.lessons.stateful.exercises.get_batch import get_batch
from course_utils.lessons.stateful.exercises.keras_adam_step import keras_adam_step
from course_utils.lessons.stateful.exercises.lay_out import lay_out
from course_utils.lessons.stateful.exercises.lstm_step import lstm_step
from course_utils.lessons.stateful.exercises.next_state import next_state
from course_utils.lessons.stateful.exercises.who_continues import who_continues
from course_utils.lessons.stateful.keras_adam import FromStep, KerasAdam
from course_utils.lessons.stateful.keras_runs import load_run
from course_utils.lessons.stateful.studies import STUDIES
from tests.lessons.stateful.taught import BATCHES, model_of, names_of_04a, names_of_04b
from tests.taught import code_of, defined


@pytest.fixture(scope="module")
def first() -> SimpleNamespace:
    """Lesson 04a's own definitions."""
    return SimpleNamespace(**defined("04a", names_of_04a()))


@pytest.fixture(scope="module")
def second() -> SimpleNamespace:
    """Lesson 04b's own definitions."""
    return SimpleNamespace(**defined("04b", names_of_04b()))


# ---- 04a


def test_the_published_loop_is_the_rule_twice(first: SimpleNamespace) -> None:
    net, kept = first.KerasLike(runs.make_model(5)), runs.make_model(5)
    costs, pred = first.published_loop(net, 6)
    run, state = training.fit_chunks(
        kept, BATCHES.inputs[:6], BATCHES.targets[:6], optimizer=training.adam(0.006), rule="twice"
    )
    assert costs == pytest.approx(run.losses, rel=1e-5)
    torch.testing.assert_close(net.state, state)
    assert pred.shape == (50, 20, 1)
    # The drawn prediction starts where the batch already ended.
    assert not torch.allclose(pred, net.model(BATCHES.inputs[5])[0], atol=1e-4)


def test_the_keras_like_net_is_the_one_of_the_checks(first: SimpleNamespace) -> None:
    shown = first.KerasLike(runs.make_model(2))
    kept = runs.KerasLike(runs.make_model(2))
    for number in range(4):
        x, y = BATCHES.inputs[number], BATCHES.targets[number]
        for _ in range(2):  # the second goes on from the state that the first left
            assert shown.train_on_batch(x, y) == kept.train_on_batch(x, y)
        assert torch.equal(shown.predict(x), kept.predict(x))
        assert kept.state is not None
        assert all(map(torch.equal, shown.state, kept.state))
    assert all(map(torch.equal, shown.model.parameters(), kept.model.parameters()))


@pytest.mark.parametrize(("carry", "way"), [(True, "carried"), (False, "never")])
def test_the_loop_on_cues_is_the_studys(first: SimpleNamespace, carry: bool, way: str) -> None:
    session = recurrent.Session(runs.make_model(4))
    data = signals.cue_chunks(9, 2, torch.Generator().manual_seed(4))
    first.train_on_cues(session, data, memory=2, carry=carry)
    kept = cues.train_on_cues(4, 2, way, streams=3).model
    for own, theirs in zip(session.model.parameters(), kept.parameters(), strict=True):
        torch.testing.assert_close(own, theirs)


def test_the_error_by_sample_adds_up_to_the_error(first: SimpleNamespace) -> None:
    model, test = runs.make_model(1), runs.fresh_batches()
    for carry, name in ((True, "fresh"), (False, "fresh_zeros")):
        profile = first.error_by_sample(model, test, carry)
        assert profile.shape == (20,)
        assert profile.mean() == pytest.approx(runs.fresh_errors(model)[name], rel=1e-5)


def test_get_batch_is_stateful_batches() -> None:
    for number in (0, 3, 11):
        seq, res, xs = get_batch(20 * number, 50, 20)
        np.testing.assert_allclose(BATCHES.inputs[number], seq, atol=1e-6)
        np.testing.assert_allclose(BATCHES.targets[number], res, atol=1e-6)
        np.testing.assert_allclose(BATCHES.times[number], xs[0], rtol=1e-6)


def test_lay_out_is_stretches() -> None:
    made = runs.stretches(chunks=7, batch=5, steps=4)
    samples = lay_out(np.arange(140), 5, 4)
    np.testing.assert_allclose(made.inputs[..., 0], np.sin(samples / (10 * np.pi)), atol=1e-6)
    np.testing.assert_allclose(made.targets[..., 0], np.cos(samples / (10 * np.pi)), atol=1e-6)
    np.testing.assert_allclose(made.times, samples[:, 0] / (10 * np.pi), rtol=1e-6)
    for before, after in itertools.pairwise(samples):
        assert who_continues(before, after) == list(range(5))


def test_rows_that_are_done_start_as_after_a_reset() -> None:
    model = runs.make_model(1)
    _, state = model(BATCHES.inputs[0])
    assert isinstance(state, tuple)
    done = torch.arange(50) % 3 == 0
    y, _ = model(BATCHES.inputs[1], next_state(state, done))
    torch.testing.assert_close(y[done], model(BATCHES.inputs[1][done])[0])
    carried, _ = model(BATCHES.inputs[1], state)
    torch.testing.assert_close(y[~done], carried[~done])


class KeepsItsState(nn.Module):
    """What lesson 04a warns of: the state is inside, and every call moves it."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(1, 3, batch_first=True)
        self.state: tuple[torch.Tensor, ...] | None = None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y, state = self.lstm(x, self.state)
        self.state = tuple(part.detach() for part in state)
        return y


def test_a_module_that_keeps_its_state_cannot_be_traced_or_exported() -> None:
    torch.manual_seed(0)
    model, x = KeepsItsState(), torch.randn(1, 5, 1)
    first, second = model(x), model(x)
    assert not torch.allclose(first, second, atol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(torch.jit.TracingCheckError):
            torch.jit.trace(model, (x,))
        model.state = None
        exported = torch.export.export(model, (x,)).module()
    for _ in range(2):
        torch.testing.assert_close(exported(x), first)


def test_a_saved_model_object_is_refused_and_saved_weights_are_not(tmp_path: Path) -> None:
    model = runs.make_model(1)
    torch.save(model, tmp_path / "object.pt")
    with pytest.raises(pickle.UnpicklingError, match="Weights only load failed"):
        torch.load(tmp_path / "object.pt", weights_only=True)
    torch.save({"weights": model.state_dict(), "state": None}, tmp_path / "weights.pt")
    saved = torch.load(tmp_path / "weights.pt", weights_only=True)
    assert all(map(torch.equal, saved["weights"].values(), model.state_dict().values()))


# ---- 04b


def test_a_step_that_cuts_the_gradient_is_not_taken_for_right() -> None:
    def cut_cell(x, state, *weights):
        return lstm_step(x, (state[0], state[1].detach()), *weights)

    (exercise,) = [one for one in lessons.exercises_of("04b") if one.id == "4b.1"]
    outcome = examine(exercise, cut_cell, 5.0)
    assert outcome.status is Status.NOT_YET
    assert "sends no gradient to state[1]" in outcome.lines[-1]


@pytest.mark.parametrize("kind", ["SimpleRNN", "GRU", "LSTM"])
def test_one_bias_trains_where_keras_has_one(second: SimpleNamespace, kind: str) -> None:
    model = second.one_bias(model_of(load_run("three inputs", kind)))
    trained = [parameter.requires_grad for parameter in model.parameters()]
    assert trained == [True, True, True, kind == "GRU", True, True]


def test_the_written_step_trains_as_keras_adam_does(second: SimpleNamespace) -> None:
    run = load_run("one row", "LSTM")
    models = [second.one_bias(model_of(run)) for _ in range(2)]
    from_step = partial(FromStep, update=keras_adam_step, lr=0.006)
    for model, optimizer in zip(models, (from_step, second.keras_adam), strict=True):
        assert second.off(model, run, optimizer).max() < 5e-5
    for ours, theirs in zip(*(model.parameters() for model in models), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-4)
    assert isinstance(second.keras_adam(models[0].parameters()), KerasAdam)


# ---- both


def test_the_lessons_read_the_studies_of_their_room() -> None:
    read = re.findall(r'studies\.load\("([^"]+)"\)', code_of("04a") + code_of("04b"))
    assert set(read) == set(STUDIES)
