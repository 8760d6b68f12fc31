"""Lesson 04b writes out what `course_utils` holds: here the two are held together.

The lesson's own functions are read from its cells, and given what their counterparts are
given. The exercises' references stand for what the learner writes.
"""

import dataclasses
import re
from functools import partial
from types import SimpleNamespace
from typing import Any

import nbformat
import numpy as np
import pytest
import torch
from torch import nn

from course_utils import keras_port, recurrent, signals, studies, training
from course_utils.commands.save_notebooks import NOTEBOOKS
from course_utils.exercises import lesson_04b as written
from course_utils.exercises.definitions import Status
from course_utils.exercises.engine import examine
from course_utils.explorers import lesson_04b as explorers
from course_utils.keras_port import KerasAdam, KerasRun, load_run
from course_utils.studies import lesson_04b as starts
from tests.inline import definitions

PORTS = {"SimpleRNN": written.port_lstm, "LSTM": written.port_lstm, "GRU": written.port_gru}
KINDS = pytest.mark.parametrize("kind", list(PORTS))
SIZES = pytest.mark.parametrize("size", list(keras_port.RUNS))


def cells() -> list:
    return nbformat.read(NOTEBOOKS / "04b_held_against_keras.ipynb", as_version=4).cells


@pytest.fixture(scope="module")
def lesson() -> SimpleNamespace:
    """The lesson's own definitions, with the names that its cells have made by then."""
    space: dict = {"torch": torch, "nn": nn, "np": np, "training": training, "partial": partial}
    space |= {"recurrent": recurrent, "keras_port": keras_port, "KerasAdam": KerasAdam}
    space |= {"KerasRun": KerasRun, "load_run": load_run, "PORTS": PORTS}
    space |= {"CELL_SIZE": 20, "LR": 0.006, "batches": signals.stateful_batches(6)}
    space |= {"NAMES": ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")}
    space |= {"apart_from_keras": starts.apart_from_keras}
    space |= {"study": studies.load("keras-starts"), "torch_adam": training.adam(0.006)}
    for name in ("set_forget_bias", "keras_adam_step"):
        space[name] = getattr(written, name)
    return definitions(cells(), space)


def same(one: nn.Module, other: nn.Module) -> bool:
    pairs = zip(one.state_dict().items(), other.state_dict().items(), strict=True)
    return all(a[0] == b[0] and torch.equal(a[1], b[1]) for a, b in pairs)


# ---- what the learner writes


def test_the_step_is_that_of_recurrent_in_value_and_gradient() -> None:
    torch.manual_seed(0)
    weights = list(nn.LSTM(3, 5).parameters())
    x, state = torch.randn(4, 3), (torch.randn(4, 5), torch.randn(4, 5))
    ours, theirs = (step(x, state, *weights) for step in (written.lstm_step, recurrent.lstm_step))
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other)
    gradients = [
        torch.autograd.grad(sum(p.square().sum() for p in y), weights) for y in (ours, theirs)
    ]
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(one, other)


def test_the_forget_bias_is_set_as_the_study_sets_it() -> None:
    torch.manual_seed(0)
    ours = nn.LSTM(2, 4)
    theirs = nn.LSTM(2, 4)
    theirs.load_state_dict(ours.state_dict())
    untouched = ours.weight_hh_l0.clone()
    written.set_forget_bias(ours, 1.5)
    starts.set_forget_bias(theirs, 1.5)
    assert same(ours, theirs)
    assert torch.equal(ours.weight_hh_l0, untouched)
    assert torch.equal((ours.bias_ih_l0 + ours.bias_hh_l0)[4:8], torch.full((4,), 1.5))


@KINDS
@SIZES
def test_the_ports_are_to_torch_and_to_keras(size: str, kind: str) -> None:
    run = load_run(size, kind)
    layer = keras_port.to_torch(kind, run.weights)
    for ours, theirs in zip(PORTS[kind](*run.weights), layer.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    if kind == "LSTM":
        torch.manual_seed(0)
        with torch.no_grad():
            layer.bias_hh_l0.normal_()
        back = written.port_back(*(weight.detach() for weight in layer.parameters()))
        for ours, theirs in zip(back, keras_port.to_keras(layer), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_the_adam_step_is_keras_adam() -> None:
    torch.manual_seed(0)
    weight = nn.Parameter(torch.randn(5))
    ours, m, v = weight.detach().clone(), torch.zeros(5), torch.zeros(5)
    update = KerasAdam([weight], lr=0.1)
    for t in range(1, 6):
        # From large gradients to those that epsilon drowns.
        weight.grad = torch.randn(5) * torch.logspace(-8, 0, 5)
        ours, m, v = written.keras_adam_step(ours, weight.grad, m, v, t, 0.1)
        update.step()
    torch.testing.assert_close(ours, weight.detach(), rtol=1e-5, atol=1e-5)
    assert not torch.allclose(ours, torch.zeros(5), atol=0.01)


def test_a_step_that_cuts_the_gradient_is_not_taken_for_right() -> None:
    def cut_cell(x: Any, state: Any, *weights: Any) -> Any:
        return written.lstm_step(x, (state[0], state[1].detach()), *weights)

    outcome = examine(written.STEP, cut_cell, 5.0)
    assert outcome.status is Status.NOT_YET
    assert "not the gradient of c" in outcome.lines[-1]


# ---- what the lesson shows


@KINDS
def test_the_ported_network_is_that_of_the_helpers(lesson: SimpleNamespace, kind: str) -> None:
    run = load_run("three inputs", kind)
    model = lesson.port(run)
    assert same(model.recurrent, keras_port.to_torch(kind, run.weights))
    assert same(model.readout, keras_port.to_torch("Dense", run.readout))


@KINDS
@SIZES
def test_parity_is_within_the_lessons_bounds(lesson: SimpleNamespace, size: str, kind: str) -> None:
    one, three, ours, torchs = lesson.compare(size, kind)
    assert max(one, three) <= 1e-6
    assert ours <= 5e-6 < torchs or (kind == "GRU" and ours < torchs)


def test_a_difference_shows(lesson: SimpleNamespace) -> None:
    run = load_run("three inputs", "LSTM")
    model = lesson.port(run)
    with torch.no_grad():
        model.recurrent.bias_hh_l0[0] += 1e-3
    assert min(starts.apart_from_keras(model, run)) > 1e-5
    assert starts.apart_from_keras(lesson.port(run), run)[1] <= 1e-6


def test_the_largest_difference_is_over_outputs_and_states_and_all_batches() -> None:
    run = load_run("three inputs", "LSTM")
    model = recurrent.SequenceModel(len(run.weights[1]), "LSTM", 3, len(run.readout[1]))
    model.recurrent = keras_port.to_torch("LSTM", run.weights)
    model.readout = keras_port.to_torch("Dense", run.readout)
    one, two = (run.outputs.clone(), [part.clone() for part in run.states])
    one[1] += 0.5
    moved = dataclasses.replace(run, outputs=one)
    assert starts.apart_from_keras(model, moved) == pytest.approx((0, 0.5), abs=1e-6)
    two[1][0] += 0.25
    moved = dataclasses.replace(run, states=tuple(two))
    assert starts.apart_from_keras(model, moved) == pytest.approx((0.25, 0.25), abs=1e-6)


def test_one_bias_is_freeze_second_bias_after_a_port(lesson: SimpleNamespace) -> None:
    run = load_run("three inputs", "LSTM")
    ours, theirs = lesson.one_bias(lesson.port(run)), lesson.port(run)
    keras_port.freeze_second_bias(theirs.recurrent)
    assert same(ours, theirs)
    frozen = [[p.requires_grad for p in model.parameters()] for model in (ours, theirs)]
    assert frozen[0] == frozen[1] == [True, True, True, False, True, True]
    gru = lesson.one_bias(lesson.port(load_run("three inputs", "GRU")))
    assert all(p.requires_grad for p in gru.parameters())


def test_my_adam_trains_as_keras_adam_does(lesson: SimpleNamespace) -> None:
    run = load_run("one row", "LSTM")
    models = [lesson.one_bias(lesson.port(run)) for _ in range(2)]
    for model, optimizer in zip(models, (lesson.MyAdam, lesson.keras_adam), strict=True):
        assert lesson.off(model, run, optimizer).max() < 5e-5
    for ours, theirs in zip(*(model.parameters() for model in models), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("start", ["torch", "forget bias 1", "Keras"])
def test_the_live_runs_are_the_starts_of_the_study(lesson: SimpleNamespace, start: str) -> None:
    _, losses = starts.train_seed(2, starts.STARTS[start], signals.stateful_batches(6))
    assert lesson.first_losses(start, 2) == pytest.approx(losses, rel=1e-4)


# ---- where it is taught

TAUGHT = [
    (recurrent.lstm_step, 1),
    (keras_port.load_run, 2),
    (keras_port.initialise_like_keras, 3),
    (starts.set_forget_bias, 3),
    (starts.train_seed, 3),
    (starts.updates_until, 3),
    (keras_port.to_torch, 4),
    (starts.apart_from_keras, 4),
    (keras_port.freeze_second_bias, 5),
    (keras_port.KerasAdam, 5),
    (keras_port.to_keras, 6),
    (explorers.memory_left, 7),
    (explorers.forget_gate, 7),
]
WORDS = (
    "gate by gate",
    "two biases",
    "slower",
    "port the weights",
    "detective",
    "way back",
    "explore",
    "measured",
    "recap",
)


@pytest.mark.parametrize(("helper", "section"), TAUGHT, ids=[h.__name__ for h, _ in TAUGHT])
def test_helper_names_the_section_that_teaches_it(helper: object, section: int) -> None:
    said = " ".join((helper.__doc__ or "").split())
    assert re.search(rf"lesson 04b, section {section}\b", said)


def test_sections_are_numbered_as_the_helpers_name_them() -> None:
    prose = "\n".join(cell.source for cell in cells() if cell.cell_type == "markdown")
    heads = re.findall(r"^## (\d+)\. (.+)$", prose, flags=re.MULTILINE)
    assert [int(number) for number, _ in heads] == list(range(1, len(WORDS) + 1))
    for (_, head), word in zip(heads, WORDS, strict=True):
        assert word in head.lower()
