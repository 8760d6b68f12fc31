"""Ours against what real Keras computed, stored in data/keras; `make test-keras` asks it anew."""

from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest
import torch
from torch import Tensor

from course_utils import settings
from course_utils.lessons.stateful.keras_adam import KerasAdam
from course_utils.lessons.stateful.keras_port import freeze_second_bias, to_torch
from course_utils.lessons.stateful.keras_runs import RUNS, KerasRun, apart_from_keras, load_run
from course_utils.recurrent import SequenceModel, gru_step
from course_utils.training import MakeOptimizer, adam, fit_chunks
from tests.lessons.stateful.taught import model_of

KINDS = ("SimpleRNN", "GRU", "LSTM")
LOCK = settings.ROOT / "tests" / "keras" / "requirements.lock"
every_run = pytest.mark.parametrize(
    ("size", "kind"), [(size, kind) for kind in KINDS for size in RUNS]
)


def keras_adam(learning_rate: float) -> MakeOptimizer:
    return lambda parameters: KerasAdam(parameters, lr=learning_rate)


def furthest(
    run: KerasRun, make: Callable[[float], MakeOptimizer] = keras_adam, biases: int = 1
) -> float:
    """Train as Keras did; say how far the twenty losses are from Keras' at most."""
    model = model_of(run)
    if biases == 1 and run.kind != "GRU":
        freeze_second_bias(model.recurrent)
    optimizer = make(run.learning_rate)
    trained, _ = fit_chunks(model, run.inputs, run.targets, optimizer=optimizer)
    return float(np.abs(np.array(trained.losses) - run.losses).max())


@every_run
def test_three_carried_batches_agree(size: str, kind: str) -> None:
    run = load_run(size, kind)
    assert len(run.outputs) == 3
    assert len(run.states) == (2 if kind == "LSTM" else 1)
    assert max(apart_from_keras(model_of(run), run)) <= 1e-6


def test_the_largest_difference_is_over_outputs_and_states_and_all_batches() -> None:
    run = load_run("three inputs", "LSTM")
    outputs, states = run.outputs.clone(), [part.clone() for part in run.states]
    outputs[1] += 0.5
    moved = replace(run, outputs=outputs)
    assert apart_from_keras(model_of(run), moved) == pytest.approx((0, 0.5), abs=1e-6)
    states[1][0] += 0.25
    moved = replace(run, states=tuple(states))
    assert apart_from_keras(model_of(run), moved) == pytest.approx((0.25, 0.25), abs=1e-6)


def test_a_difference_in_a_weight_shows() -> None:
    run = load_run("three inputs", "LSTM")
    model = model_of(run)
    with torch.no_grad():
        model.recurrent.bias_hh_l0[0] += 1e-3
    assert min(apart_from_keras(model, run)) > 1e-5


@every_run
def test_the_first_twenty_losses_of_training_agree(size: str, kind: str) -> None:
    run = load_run(size, kind)
    assert len(run.losses) == 20
    # Measured: at most 7e-7, and 2e-7 in all but one run. With a step size in 64 bits: 8e-6.
    assert furthest(run) <= 5e-6


@pytest.mark.parametrize("size", RUNS)
@pytest.mark.parametrize("kind", ["SimpleRNN", "LSTM"])
def test_torchs_adam_is_further_off_and_a_second_bias_much_further(size: str, kind: str) -> None:
    run = load_run(size, kind)
    as_keras, torchs_adam, two_biases = (
        furthest(run),
        furthest(run, adam),
        furthest(run, biases=2),
    )
    assert torchs_adam > 3 * as_keras
    assert two_biases > 10 * torchs_adam
    assert two_biases > 2e-3


def test_the_detective_table_of_the_tutorial() -> None:
    run = load_run("tutorial", "LSTM")
    assert furthest(run) < 1e-6
    assert 2e-3 < furthest(run, adam) < 2e-2
    assert 0.05 < furthest(run, biases=2) < 0.2


@pytest.mark.parametrize("size", RUNS)
def test_for_a_gru_torchs_adam_alone_makes_the_difference(size: str) -> None:
    run = load_run(size, "GRU")
    assert furthest(run, adam) > 3 * furthest(run)


def read_by_hand(run: KerasRun, reset: str) -> tuple[Tensor, Tensor]:
    """Step a Keras GRU with one bias by hand over the three batches: outputs and last state."""
    kernel, recurrent, bias = (
        torch.cat([part.chunk(3, dim=-1)[gate] for gate in (1, 0, 2)], dim=-1)
        for part in map(torch.from_numpy, run.weights)
    )
    readout = to_torch("Dense", run.readout)
    state = torch.zeros_like(run.states[0][0])
    rows = []
    with torch.no_grad():
        for x in run.inputs[:3].unbind():
            for now in x.unbind(dim=1):
                state = gru_step(
                    now, state, kernel.T, recurrent.T, bias, torch.zeros_like(bias), reset=reset
                )  # type: ignore[arg-type]
                rows.append(readout(state))
    return torch.stack(rows, dim=1).unflatten(1, (3, -1)).transpose(0, 1), state


def test_a_gru_that_resets_before_is_what_gru_step_does() -> None:
    run = load_run("three inputs", "GRU reset before")
    outputs, state = read_by_hand(run, "before")
    torch.testing.assert_close(outputs, run.outputs, atol=1e-6, rtol=0)
    torch.testing.assert_close(state, run.states[0][-1], atol=1e-6, rtol=0)
    after, _ = read_by_hand(run, "after")
    assert (after - run.outputs).abs().max() > 0.01
    with pytest.raises(ValueError, match="reset_after=False"):
        to_torch("GRU", run.weights)


# ---- the stored runs themselves


@every_run
def test_a_run_is_whole(size: str, kind: str) -> None:
    run = load_run(size, kind)
    assert (run.size, run.kind, run.learning_rate) == (size, kind, 0.006)
    chunks, batch, steps, _ = run.inputs.shape
    hidden, outputs = len(run.weights[1]), len(run.readout[1])
    assert run.targets.shape == (20, batch, steps, outputs)
    assert chunks == 20
    assert run.outputs.shape == (3, batch, steps, outputs)
    assert {part.shape for part in run.states} == {(3, batch, hidden)}
    for field in fields(run):
        value = getattr(run, field.name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Tensor | np.ndarray):
                assert str(part.dtype).endswith("float32"), field.name
                assert np.isfinite(np.asarray(part)).all(), field.name


def test_the_tutorials_run_has_its_sizes_and_starts_as_keras_starts() -> None:
    run = load_run()
    assert run.inputs.shape == (20, 50, 20, 1)
    assert run.weights[1].shape == (20, 80)
    assert run.weights[2].tolist() == [0] * 20 + [1] * 20 + [0] * 40
    np.testing.assert_allclose(run.weights[1] @ run.weights[1].T, np.eye(20), atol=1e-5)
    samples = torch.sin(torch.arange(1000, dtype=torch.float64) / (10 * torch.pi))
    wanted = samples.reshape(50, 20, 1).float()
    torch.testing.assert_close(run.inputs[0], wanted)
    torch.testing.assert_close(run.inputs[1, :-1], run.inputs[0, 1:])
    torch.testing.assert_close(run.inputs**2 + run.targets**2, torch.ones(20, 50, 20, 1))


def test_the_versions_are_those_of_the_lock_which_pins_everything() -> None:
    lines = [line for line in LOCK.read_text("utf-8").splitlines() if not line.startswith("#")]
    pins = dict(line.split(" ;")[0].split("==") for line in lines)
    assert len(pins) == len(lines), "one plain pin a line, and no addresses"
    for size in RUNS:
        versions = load_run(size, "GRU").versions
        assert set(versions) == {"keras", "tensorflow", "numpy"}
        assert {name: pins[name] for name in versions} == versions
    assert pins["tensorflow-cpu"] == pins["tensorflow"]


@pytest.mark.parametrize(
    ("size", "kind", "message"),
    [
        ("huge", "LSTM", "size must be one of tutorial, one step, .*, long, got 'huge'"),
        ("long", "RNN", "kind must be one of SimpleRNN, GRU, LSTM for 'long', got 'RNN'"),
        ("long", "GRU reset before", "for 'long', got 'GRU reset before'"),
    ],
)
def test_a_run_that_is_not_there_is_refused(size: str, kind: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load_run(size, kind)


def test_a_model_of_other_sizes_is_not_compared() -> None:
    run = load_run("tutorial", "LSTM")
    with pytest.raises(ValueError, match="model must have the run's sizes"):
        apart_from_keras(SequenceModel(1, "LSTM"), run)
