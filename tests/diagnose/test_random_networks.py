"""Random right networks of every cell, depth, layout, dtype and projection: none is flagged."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from course_utils import diagnose

CELLS = {"RNN": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU}


class Network(nn.Module):
    """A layer of torch's and a read-out, as asked for."""

    def __init__(self, cell: str, task: str, **sizes: Any) -> None:
        super().__init__()
        self.task, self.time_first = task, not sizes["batch_first"]
        self.rnn = CELLS[cell](**sizes)
        width = sizes.get("proj_size") or sizes["hidden_size"]
        self.out = nn.Linear(width * (2 if sizes["bidirectional"] else 1), 2)

    def forward(self, x: Tensor, state: Any = None) -> tuple[Tensor, Any]:
        states, state = self.rnn(x, state)
        if self.task == "encode":
            h = state[0] if isinstance(state, tuple) else state
            directions = 2 if self.rnn.bidirectional else 1
            return self.out(torch.cat(list(h[-directions:]), -1)), state
        return self.out(states), state


@st.composite
def networks(draw: Any) -> dict[str, Any]:
    cell = draw(st.sampled_from(sorted(CELLS)))
    task = draw(st.sampled_from(["encode", "tag", "forecast"]))
    hidden, features = draw(st.integers(4, 24)), draw(st.integers(1, 5))
    rows, steps = draw(st.integers(1, 6)), draw(st.integers(1, 30))
    both = task != "forecast" and draw(st.booleans())
    time_first, dtype = draw(st.booleans()), draw(st.sampled_from([torch.float32, torch.float64]))
    sizes = {
        "input_size": features,
        "hidden_size": hidden,
        "num_layers": draw(st.integers(1, 3)),
        "bidirectional": both,
        "batch_first": not time_first,
    }
    if cell == "LSTM" and draw(st.booleans()):
        sizes["proj_size"] = draw(st.integers(2, hidden - 1))
    if cell == "RNN" and draw(st.booleans()):
        sizes["nonlinearity"] = "relu"
    if sizes["num_layers"] > 1 and draw(st.booleans()):
        sizes["dropout"] = 0.3
    torch.manual_seed(draw(st.integers(0, 10_000)))
    model = Network(cell, task, **sizes).to(dtype)
    x = torch.randn(*((steps, rows) if time_first else (rows, steps)), features, dtype=dtype)
    declared = {"task": task} if draw(st.booleans()) else {}
    if not both and draw(st.booleans()):
        declared["takes_state"] = True
    return {
        "model": model,
        "x": x,
        "layout": "time_first" if time_first else "batch_first",
        **declared,
    }


@settings(max_examples=500, deadline=None, derandomize=True)
@given(networks())
def test_a_right_network_is_never_flagged(handed_in: dict[str, Any]) -> None:
    report = diagnose.network(**handed_in)
    assert not report.names, report
    assert {finding.status for finding in report.findings} >= {"well"}
