"""Between Keras and torch: starting weights, and weights ported both ways."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from course_utils.lessons.stateful.keras_port import (
    GATES,
    LAYERS,
    freeze_second_bias,
    initialise_like_keras,
    to_keras,
    to_torch,
)
from course_utils.recurrent import Forecaster, SequenceModel

KINDS = ["SimpleRNN", "GRU", "LSTM"]
kinds = pytest.mark.parametrize("kind", KINDS)
INPUTS, UNITS = 3, 5


def keras_weights(kind: str) -> list[np.ndarray]:
    draw = np.random.default_rng(0)
    columns = GATES[kind] * UNITS
    shapes = [(INPUTS, columns), (UNITS, columns), (2, columns) if kind == "GRU" else (columns,)]
    return [draw.normal(size=shape).astype(np.float32) for shape in shapes]


def parameters(module: nn.Module) -> dict[str, torch.Tensor]:
    return {name: parameter.detach().clone() for name, parameter in module.named_parameters()}


# ---- starting weights


@kinds
@pytest.mark.parametrize("make", [SequenceModel, Forecaster])
def test_a_model_starts_as_in_keras(kind: str, make: Callable[..., nn.Module]) -> None:
    torch.manual_seed(0)
    model = make(hidden=20, cell=kind.removeprefix("Simple"), inputs=3)
    assert initialise_like_keras(model) is model
    found = parameters(model)
    kernel, recurrent = found["recurrent.weight_ih_l0"], found["recurrent.weight_hh_l0"]
    # In Keras the kernel has 3 rows and a column for each gate of each unit.
    limit = (6 / (3 + 20 * GATES[kind])) ** 0.5
    assert 0.9 * limit < kernel.abs().max() <= limit
    assert kernel.std().item() == pytest.approx(limit / 3**0.5, rel=0.15)
    assert 0.6 * (6 / 21) ** 0.5 < found["readout.weight"].abs().max() <= (6 / 21) ** 0.5
    # One orthogonal matrix for all gates together, not one for each gate.
    torch.testing.assert_close(recurrent.T @ recurrent, torch.eye(20), atol=1e-5, rtol=0)
    first = recurrent[:20]
    alone = (first.T @ first - torch.eye(20)).abs().max()
    assert (alone > 0.1) == (kind != "SimpleRNN")
    assert not found["recurrent.bias_hh_l0"].any()
    assert not found["readout.bias"].any()
    wanted = torch.zeros(20 * GATES[kind])
    if kind == "LSTM":
        wanted[20:40] = 1
    assert torch.equal(found["recurrent.bias_ih_l0"], wanted)


def test_the_same_seed_draws_the_same_weights() -> None:
    def draw(seed: int) -> dict[str, torch.Tensor]:
        model = SequenceModel(4, "LSTM")
        torch.manual_seed(seed)
        return parameters(initialise_like_keras(model))

    first, again, other = draw(3), draw(3), draw(4)
    for name in ("recurrent.weight_ih_l0", "recurrent.weight_hh_l0", "readout.weight"):
        assert torch.equal(first[name], again[name])
        assert not torch.equal(first[name], other[name])


def test_a_stack_in_both_directions_starts_as_in_keras_layer_by_layer() -> None:
    layer = initialise_like_keras(nn.LSTM(2, 4, num_layers=2, bidirectional=True))
    for name, parameter in parameters(layer).items():
        if name.startswith("weight_hh"):
            torch.testing.assert_close(parameter.T @ parameter, torch.eye(4), atol=1e-5, rtol=0)
        elif name.startswith("bias"):
            assert parameter.tolist() == [0] * 4 + [float("_ih_" in name)] * 4 + [0] * 8


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (nn.Tanh(), "model must be or hold an nn.RNN, nn.GRU, nn.LSTM or nn.Linear, got Tanh"),
        (nn.LSTM(1, 3, proj_size=2), "model must have no projection, got proj_size=2"),
    ],
)
def test_what_cannot_start_as_in_keras_is_refused(model: nn.Module, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        initialise_like_keras(model)


# ---- weights, both ways


@kinds
def test_from_keras_and_back_is_the_same_to_the_bit(kind: str) -> None:
    there = keras_weights(kind)
    layer = to_torch(kind, there)
    assert type(layer) is LAYERS[kind]
    assert layer.batch_first
    back = to_keras(layer)
    assert [part.dtype for part in back] == [np.float32] * 3
    for ours, theirs in zip(back, there, strict=True):
        np.testing.assert_array_equal(ours, theirs, strict=True)


def test_dense_there_and_back() -> None:
    kernel, bias = np.arange(6, dtype=np.float32).reshape(3, 2), np.float32([7, 8])
    layer = to_torch("Dense", [kernel, bias])
    x = torch.tensor([[1.0, 10, 100]])
    assert layer(x).tolist() == (x.numpy() @ kernel + bias).tolist()
    back = to_keras(layer)
    np.testing.assert_array_equal(back[0], kernel, strict=True)
    np.testing.assert_array_equal(back[1], bias, strict=True)


@kinds
def test_from_torch_and_back_computes_the_same(kind: str) -> None:
    torch.manual_seed(0)
    layer = LAYERS[kind](INPUTS, UNITS, batch_first=True)
    back = to_torch(kind, to_keras(layer))
    if kind != "GRU":
        assert layer.bias_hh_l0.any(), "torch starts with two biases, which must be added up"
        assert not back.bias_hh_l0.any()
    x = torch.randn(2, 4, INPUTS)
    torch.testing.assert_close(back(x), layer(x), atol=1e-6, rtol=0)


@kinds
def test_what_is_ported_shares_no_memory_and_draws_no_random_number(kind: str) -> None:
    there = keras_weights(kind)
    before = torch.get_rng_state()
    layer = to_torch(kind, there)
    assert torch.equal(torch.get_rng_state(), before)
    back = to_keras(layer)
    for part in there:
        part[:] = 0
    assert all(part.any() for part in back)
    for part in back:
        part[:] = 0
    assert layer.weight_ih_l0.all()
    assert all(parameter.requires_grad for parameter in layer.parameters())


def changed(kind: str, place: int, change: Callable[[np.ndarray], Any]) -> list[Any]:
    weights: list[Any] = keras_weights(kind)
    weights[place] = change(weights[place])
    return weights


@pytest.mark.parametrize(
    ("kind", "weights", "message"),
    [
        ("RNN", [], "kind must be one of 'SimpleRNN', .*, got 'RNN'"),
        (
            "LSTM",
            keras_weights("LSTM")[:2],
            r"weights must be 3 arrays for LSTM \(kernel, recurrent kernel, bias\), got 2",
        ),
        ("Dense", keras_weights("LSTM"), r"must be 2 arrays for Dense \(kernel, bias\), got 3"),
        (
            "LSTM",
            changed("LSTM", 0, np.transpose),
            r"weights\[0\] \(kernel\) must have shape \(20, 20\), got \(20, 3\)",
        ),
        (
            "GRU",
            changed("GRU", 1, lambda w: w[:, :10]),
            r"weights\[1\] \(recurrent kernel\) must have shape \(5, 15\), got \(5, 10\)",
        ),
        (
            "SimpleRNN",
            changed("SimpleRNN", 2, lambda w: w[:4]),
            r"weights\[2\] \(bias\) must have shape \(5,\), got \(4,\)",
        ),
        (
            "LSTM",
            changed("LSTM", 0, np.ravel),
            r"weights\[0\] \(kernel\) must have two axes and no empty one, got \(60,\)",
        ),
        (
            "LSTM",
            changed("LSTM", 1, np.float64),
            r"weights\[1\] \(recurrent kernel\) must be a float32 array, got .* float64",
        ),
        (
            "Dense",
            [np.float32([[1, 2]]), np.float32([1])],
            r"weights\[1\] \(bias\) must have shape \(2,\), got \(1,\)",
        ),
    ],
)
def test_weights_that_do_not_fit_are_refused(kind: Any, weights: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        to_torch(kind, weights)


def test_a_gru_that_resets_before_is_refused_with_the_reason() -> None:
    weights = changed("GRU", 2, lambda bias: bias[0])
    with pytest.raises(ValueError, match=r"reset_after=False\..*no weights make the two equal"):
        to_torch("GRU", weights)


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (nn.LSTM(1, 2, num_layers=2), "have num_layers=1, got num_layers=2 in LSTM"),
        (
            nn.GRU(1, 2, bidirectional=True),
            "bidirectional=False, got bidirectional=True in GRU",
        ),
        (nn.LSTM(1, 3, proj_size=2), "have proj_size=0, got proj_size=2 in LSTM"),
        (nn.RNN(1, 2, bias=False), "have bias=True, got bias=False in RNN"),
        (nn.Linear(1, 2, bias=False), "have bias=True, got bias=False in Linear"),
    ],
)
def test_a_layer_that_keras_builds_otherwise_is_refused(layer: nn.Module, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        to_keras(layer)


def test_what_is_no_layer_of_the_four_is_refused() -> None:
    wanted = "layer must be an nn.RNN, nn.GRU, nn.LSTM or nn.Linear, got SequenceModel"
    with pytest.raises(TypeError, match=wanted):
        to_keras(SequenceModel())


@pytest.mark.parametrize("make", [nn.RNN, nn.LSTM])
def test_one_bias_trains_and_the_outputs_stay(make: Callable[..., nn.Module]) -> None:
    torch.manual_seed(0)
    layer = make(2, 4, num_layers=2)
    x = torch.randn(5, 3, 2)
    before, _ = layer(x)
    assert freeze_second_bias(layer) is None  # type: ignore[func-returns-value]
    after, _ = layer(x)
    torch.testing.assert_close(after, before, atol=1e-6, rtol=0)
    after.sum().backward()
    for name, parameter in layer.named_parameters():
        assert (parameter.grad is None) == name.startswith("bias_hh")
        assert parameter.any() != name.startswith("bias_hh")


@pytest.mark.parametrize("optimizer", [torch.optim.SGD, torch.optim.Adam])
def test_a_bias_frozen_after_a_backward_pass_moves_no_more(optimizer: Any) -> None:
    layer = nn.LSTM(2, 4)
    update = optimizer(layer.parameters(), lr=0.1)
    layer(torch.randn(5, 2))[0].sum().backward()
    freeze_second_bias(layer)
    update.step()
    assert not layer.get_parameter("bias_hh_l0").any()


@pytest.mark.parametrize(
    ("layer", "error", "message"),
    [
        (nn.GRU(1, 2), TypeError, "got GRU .a GRU needs its two biases"),
        (nn.Linear(1, 2), TypeError, "layer must be an nn.RNN or nn.LSTM, got Linear$"),
        (nn.LSTM(1, 2, bias=False), ValueError, "have bias=True, got bias=False in LSTM"),
    ],
)
def test_only_a_layer_with_a_bias_to_spare_is_frozen(
    layer: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        freeze_second_bias(layer)
