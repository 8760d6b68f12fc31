"""Cues to be remembered across batches: training, and judging."""

from copy import deepcopy

import numpy as np
import pytest
import torch

from course_utils.lessons.stateful import cues, runs
from course_utils.recurrent import Session
from course_utils.signals import cue_chunks


def test_the_ways_reset_when_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    resets: list[int] = []
    calls: list[int] = []

    class Watched(Session):
        def reset(self) -> None:
            resets.append(len(calls))
            super().reset()

        def carry(self, x: torch.Tensor) -> torch.Tensor:
            calls.append(0)
            return super().carry(x)

    monkeypatch.setattr(cues, "Session", Watched)
    wanted = {
        "carried": [0, 3, 6],
        "asked late": [0, 3, 6],
        "never": list(range(9)),
        "no reset": [],
    }
    for way, when in wanted.items():
        resets.clear()
        calls.clear()
        cues.train_on_cues(0, 2, way, streams=3)
        assert resets == when


def test_not_cut_is_a_stream_read_in_one_piece() -> None:
    memory, streams = 2, 2
    kept = cues.train_on_cues(3, memory, "asked late, not cut", streams)
    data = cue_chunks(streams * (memory + 1), memory, torch.Generator().manual_seed(3))
    model = runs.make_model(3)
    update = torch.optim.Adam(model.parameters(), lr=cues.LEARNING_RATE)
    for stream in range(streams):
        chunks = slice(stream * (memory + 1), (stream + 1) * (memory + 1))
        y, _ = model(torch.cat(list(data.inputs[chunks]), dim=1))
        loss = (y[:, -20:] - data.targets[chunks][-1]).square().mean()
        update.zero_grad()
        loss.backward()
        update.step()
        assert kept.losses[stream] == pytest.approx(loss.item(), rel=1e-5)
    for own, theirs in zip(model.parameters(), kept.model.parameters(), strict=True):
        torch.testing.assert_close(own, theirs, rtol=1e-3, atol=1e-5)
    # The cut changes the update, and so the second loss; the first is the same.
    cut = cues.train_on_cues(3, memory, "asked late", streams)
    assert cut.losses[0] == pytest.approx(kept.losses[0], rel=1e-5)
    assert cut.losses[1] != pytest.approx(kept.losses[1], rel=1e-5)


def test_hits_are_counted_at_the_end_of_each_chunk() -> None:
    class Perfect(torch.nn.Module):
        """Keep the cue in the state, and say it: half as loud in each further chunk."""

        def forward(
            self, x: torch.Tensor, state: torch.Tensor | None = None
        ) -> tuple[torch.Tensor, torch.Tensor]:
            cue = x[:, :1] if state is None else state
            return cue.expand(-1, x.shape[1], -1), cue / 2

    assert cues.cue_hits(Perfect(), 4).tolist() == [1, 1, 1, 1]
    # From zeros, 0 is said in every later chunk, which is no plus: right where the cue was minus.
    data = cue_chunks(4, 3, torch.Generator().manual_seed(10**6 + 5), batch=200)
    minus = (data.targets[0, :, 0, 0] < 0).float().mean().item()
    hits = cues.cue_hits(Perfect(), 4, carry=False, seed=5)
    np.testing.assert_allclose(hits, [1, minus, minus, minus], atol=1e-6)


def test_earlier_streams_are_read_before_the_judged_one_begins() -> None:
    class FirstCue(torch.nn.Module):
        """Say the first cue ever seen."""

        def forward(
            self, x: torch.Tensor, state: torch.Tensor | None = None
        ) -> tuple[torch.Tensor, torch.Tensor]:
            cue = x[:, :1] if state is None else state
            return cue.expand(-1, x.shape[1], -1), cue

    assert cues.cue_hits(FirstCue(), 3).tolist() == [1, 1, 1]
    hits = cues.cue_hits(FirstCue(), 3, before=2)
    assert 0.3 < hits[0] < 0.7
    assert hits[0] == hits[1] == hits[2]


@pytest.mark.parametrize("before", [1, -2])
def test_earlier_streams_of_a_length_that_cannot_be_are_refused(before: int) -> None:
    model = runs.make_model(0)
    with pytest.raises(ValueError, match=f"before must be .*, got {before}"):
        cues.cue_hits(model, 2, before=before)
    with pytest.raises(ValueError, match="chunks must be at least 2, got 1"):
        cues.cue_hits(model, 1)


def test_dropout_is_off_where_cues_are_counted() -> None:
    model = runs.make_model(0)
    model.readout = torch.nn.Sequential(torch.nn.Dropout(0.9), model.readout)
    assert np.array_equal(cues.cue_hits(model, 2), cues.cue_hits(model, 2))
    assert model.training


def test_a_way_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"way must be one of 'carried', .*, got 'advanced twice'"):
        cues.train_on_cues(0, 1, "advanced twice", streams=1)


def test_the_reach_of_a_cue_is_its_gradient() -> None:
    model = runs.make_model(3)
    reach, answers = cues.cue_reach(model, steps=6)
    exact = deepcopy(model).double()

    def answer(cue: float, step: int, little: float) -> float:
        x = torch.zeros(1, 6, 1, dtype=torch.float64)
        x[0, 0, 0] = cue
        x[0, step, 0] += little
        return exact(x)[0][0, -1, 0].item()

    for row, cue in enumerate((-1.0, 1.0)):
        slopes = [abs(answer(cue, step, 1e-6) - answer(cue, step, -1e-6)) for step in range(6)]
        assert reach[row] == pytest.approx(slopes[0] / max(slopes), rel=1e-3)
        assert answers[row] == pytest.approx(answer(cue, 0, 0.0), rel=1e-4)
    assert model.training
    assert all(weight.grad is None for weight in model.parameters())
