"""Lesson 08's networks: a scan that is a loop, a state that is carried, biases that are set."""

import pytest
import torch
from torch import nn

from course_utils.lessons.today.exercises.gate_bias import gate_bias
from course_utils.lessons.today.exercises.mingru_step import mingru_step
from course_utils.lessons.today.exercises.scan import by_a_loop, scan
from course_utils.lessons.today.mingru import (
    HIDDEN,
    NETWORKS,
    MinGRU,
    MinGRUModel,
    make_network,
    set_gate_bias,
)
from course_utils.signatures import BadArgument


@pytest.mark.parametrize("steps", [1, 2, 3, 16, 100])
@pytest.mark.parametrize("low", [0.0, -1.0])
def test_the_scan_is_the_loop_and_so_are_its_gradients(steps: int, low: float) -> None:
    torch.manual_seed(0)
    keep = (low + (1 - low) * torch.rand(2, steps, 3, dtype=torch.float64)).requires_grad_()
    new = torch.randn(2, steps, 3, dtype=torch.float64, requires_grad=True)
    weights = torch.randn(2, steps, 3, dtype=torch.float64)
    found = []
    for way in (scan, by_a_loop):
        states = way(keep, new)
        gradients = torch.autograd.grad(
            (weights * states).sum(), (keep, new), materialize_grads=True
        )
        found.append((states.detach(), *gradients))
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("gate", [torch.sigmoid, torch.tanh])
def test_a_sequence_in_two_halves_is_the_whole_one(gate) -> None:
    torch.manual_seed(0)
    layer, x = MinGRU(2, 5, gate), torch.randn(3, 20, 2)
    start = torch.randn(1, 3, 5)
    whole, end = layer(x, start)
    first, state = layer(x[:, :13], start)
    second, last = layer(x[:, 13:], state)
    torch.testing.assert_close(torch.cat([first, second], dim=1), whole, rtol=0, atol=1e-6)
    assert end.shape == start.shape
    torch.testing.assert_close(last, end, rtol=0, atol=1e-6)


def test_the_layer_goes_step_by_step_as_the_step_does() -> None:
    torch.manual_seed(0)
    layer, x, state = MinGRU(1, HIDDEN), torch.randn(4, 30, 1), torch.zeros(4, HIDDEN)
    states, _ = layer(x)
    for step in range(30):
        state = mingru_step(x[:, step], state, layer.linear.weight, layer.linear.bias)
        torch.testing.assert_close(states[:, step], state, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_carries_its_state(name: str) -> None:
    torch.manual_seed(0)
    model, x = make_network(name, outputs=2), torch.randn(3, 10, 1)
    with torch.no_grad():
        whole, _ = model(x)
        first, state = model(x[:, :4])
        second, _ = model(x[:, 4:], state)
    assert whole.shape == (3, 10, 2)
    torch.testing.assert_close(torch.cat([first, second], dim=1), whole, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_parameter_takes_part(name: str) -> None:
    torch.manual_seed(0)
    model = make_network(name)
    model(torch.randn(3, 10, 1))[0].square().sum().backward()
    for parameter in model.parameters():
        assert parameter.grad is not None
        assert bool((parameter.grad != 0).any())


def test_two_layers_keep_two_states() -> None:
    model = MinGRUModel(4, layers=2)
    _, state = model(torch.randn(3, 5, 1))
    assert state.shape == (2, 3, 4)
    with pytest.raises(BadArgument, match="state must have shape"):
        model(torch.randn(3, 5, 1), state[:1])
    with pytest.raises(BadArgument, match="x must have shape"):
        model(torch.randn(5, 1), state)


@pytest.mark.parametrize("name", ["GRU", "LSTM", "minGRU", "minGRU, two layers"])
def test_with_the_bias_half_of_a_state_is_left(name: str) -> None:
    """Start from ones, with weights of zero, and let 200 zeros go by: only the gates work."""
    model = make_network(name)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    set_gate_bias(model, gate_bias(200, 0.5))
    x = torch.zeros(1, 200, 1)
    with torch.no_grad():
        if isinstance(model, MinGRUModel):
            _, left = model(x, torch.ones(len(model.layers), 1, HIDDEN))
            left = left[0]
        elif name == "LSTM":
            one = torch.ones(1, 1, HIDDEN)
            _, (_, left) = model(x, (one, one))
        else:
            _, left = model(x, torch.ones(1, 1, HIDDEN))
    torch.testing.assert_close(left, torch.full_like(left, 0.5), rtol=0, atol=1e-3)


def test_an_lstms_input_gate_goes_along_unless_it_is_left_alone() -> None:
    for alone in (True, False):
        torch.manual_seed(0)
        model = make_network("LSTM")
        before = model.recurrent.bias_ih_l0.detach().clone().chunk(4)
        set_gate_bias(model, 3.0, forget_alone=alone)
        i, f, g, o = model.recurrent.bias_ih_l0.detach().chunk(4)
        assert (f == 3).all()
        assert torch.equal(i, before[0]) if alone else (i == -3).all()
        assert torch.equal(g, before[2])
        assert torch.equal(o, before[3])


def test_what_has_no_gate_or_no_name_is_refused() -> None:
    with pytest.raises(BadArgument, match="model must have gates"):
        set_gate_bias(make_network("RNN"), 1.0)
    with pytest.raises(BadArgument, match=r"model must have gates.*got NoneType"):
        set_gate_bias(nn.Linear(1, 1), 1.0)
    with pytest.raises(BadArgument, match="name must be one of RNN; GRU"):
        make_network("Mamba")
