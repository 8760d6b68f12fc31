"""The starts that lesson 04b compares: what each changes, and when a run has learnt."""

import numpy as np
import torch

from course_utils.lessons.stateful import runs, starts
from course_utils.recurrent import SequenceModel


def test_updates_until() -> None:
    losses = [0.3, 0.1, 0.01, 0.01, 0.2, 0.01]
    assert starts.updates_until(losses, smooth=1) == 3
    assert starts.updates_until(losses, smooth=2) == 4
    assert starts.updates_until(losses, level=0.11, smooth=4) == 4
    assert np.isnan(starts.updates_until(losses, smooth=4))
    assert np.isnan(starts.updates_until(losses[:1], level=1.0, smooth=2))


def test_each_start_changes_what_it_says_and_nothing_else() -> None:
    made = {}
    for name, start in starts.STARTS.items():
        model = runs.make_model(4, start)
        made[name] = {key: weight.detach().clone() for key, weight in model.named_parameters()}
    plain = made.pop("torch")
    changed = {
        name: {key for key in plain if not torch.equal(weights[key], plain[key])}
        for name, weights in made.items()
    }
    biases = {"recurrent.bias_ih_l0", "recurrent.bias_hh_l0"}
    readout = {"readout.weight", "readout.bias"}
    assert changed["forget bias 1"] == biases
    assert changed["Keras' read-out"] == readout
    assert changed["both of these"] == biases | readout
    assert changed["Keras"] == set(plain)
    gate = slice(20, 40)
    for name in ("forget bias 1", "both of these", "Keras"):
        both = made[name]["recurrent.bias_ih_l0"] + made[name]["recurrent.bias_hh_l0"]
        assert torch.equal(both[gate], torch.ones(20))
    only = made["forget bias 1"]["recurrent.bias_ih_l0"]
    assert torch.equal(only[:20], plain["recurrent.bias_ih_l0"][:20])
    assert torch.equal(only[40:], plain["recurrent.bias_ih_l0"][40:])


def test_another_forget_bias_leaves_the_rest_of_keras_start_alone() -> None:
    models = []
    for bias in (1.0, 4.0):
        torch.manual_seed(4)
        models.append(SequenceModel(hidden=3, cell="LSTM"))
        starts.with_forget_bias(bias)(models[-1])
    one, four = (dict(model.named_parameters()) for model in models)
    differ = [key for key in one if not torch.equal(one[key], four[key])]
    assert differ == ["recurrent.bias_ih_l0"]
    wanted = torch.tensor([0.0] * 3 + [4.0] * 3 + [0.0] * 6)
    assert torch.equal(four["recurrent.bias_ih_l0"].detach(), wanted)
