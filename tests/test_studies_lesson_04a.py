"""The studies of lesson 04a, and its explorer: what they hold, made again."""

import itertools

import numpy as np
import pandas as pd
import pytest
import torch

from course_utils import studies
from course_utils.explorers import lesson_04a as widget
from course_utils.recurrent import Session
from course_utils.signals import cue_chunks, stateful_batches
from course_utils.studies import lesson_04a
from course_utils.training import evaluate_chunks

# Paired counts and medians as the lesson tells them; another machine's rounding moves a few seeds.
LOSSES = ["loss_0", "loss_1", "loss_2"]


@pytest.fixture(scope="module")
def faults() -> pd.DataFrame:
    return studies.load("stateful-faults")


@pytest.fixture(scope="module")
def cues() -> pd.DataFrame:
    return studies.load("stateful-cues")


# ---- the faults


def test_the_faults_hold_32_seeds_each(faults: pd.DataFrame) -> None:
    assert faults.groupby("way")["seed"].apply(list).to_dict() == {
        way: list(range(32)) for way in lesson_04a.WAYS
    }
    assert np.isfinite(faults.drop(columns="way").to_numpy()).all()
    first = faults.pivot_table(index="seed", columns="way", values="loss_0")
    same = ["carried", "never carried", "advanced twice"]
    # The same weights and the same first batch: a pair is a pair.
    np.testing.assert_allclose(first[same].max(axis=1), first[same].min(axis=1), rtol=1e-9)


@pytest.mark.parametrize("way", list(lesson_04a.WAYS))
def test_the_start_of_a_stored_run_can_be_repeated(faults: pd.DataFrame, way: str) -> None:
    run = lesson_04a.train_seed(11, way, chunks=3)
    stored = faults.set_index(["way", "seed"]).loc[(way, 11), LOSSES]
    if way == "own stretches":
        # Its stretches are as long as the training: a short one has other samples.
        assert run.losses[0] != pytest.approx(stored["loss_0"], rel=1e-5)
        run = lesson_04a.train_seed(11, way)
    np.testing.assert_allclose(run.losses[:3], stored.to_numpy(dtype=float), rtol=1e-5)


def test_a_short_run_gives_the_same_columns(faults: pd.DataFrame) -> None:
    table = lesson_04a.stateful_faults(seeds=(2,), chunks=3)
    assert table.columns.tolist() == faults.columns.tolist()
    assert table["way"].tolist() == list(lesson_04a.WAYS)


def test_a_run_is_judged_by_its_last_fifty_losses_and_keeps_every_tenth() -> None:
    run = lesson_04a.train_seed(0, "carried", chunks=60)
    assert run.final == pytest.approx(run.losses[10:].mean())
    np.testing.assert_array_equal(run.costs, run.losses[[0, 10, 20, 30, 40, 50]])
    data = stateful_batches(1)
    y, _ = lesson_04a.make_model(0)(data.inputs[0])
    wanted = (y[-1] - data.targets[0, -1]).square().mean().item()
    assert run.new_row[0] == pytest.approx(wanted, rel=1e-5)
    losses = np.zeros(140)
    losses[[110, 115, 120]] = 3.0, 2.0, 1.0
    assert lesson_04a.Run(run.model, losses, losses).rebound == 1.0
    many = lesson_04a.train_many((4, 0), "carried", chunks=3)
    np.testing.assert_array_equal(many[1].losses, run.losses[:3])
    assert not np.array_equal(many[0].losses, run.losses[:3])


def test_shuffled_rows_are_the_same_rows() -> None:
    made = stateful_batches(3, batch=6, steps=4)
    mixed = lesson_04a.shuffle_rows(made, seed=1)
    for part in ("inputs", "targets"):
        for before, after in zip(getattr(made, part), getattr(mixed, part), strict=True):
            assert not torch.equal(before, after)
            assert sorted(before.flatten(1).tolist()) == sorted(after.flatten(1).tolist())
    # Sine and cosine moved together, and each batch in an order of its own.
    ones = mixed.inputs.square() + mixed.targets.square()
    torch.testing.assert_close(ones, torch.ones_like(ones))
    orders = [
        [before[:, 0, 0].tolist().index(first) for first in after[:, 0, 0].tolist()]
        for before, after in zip(made.inputs, mixed.inputs, strict=True)
    ]
    assert orders[0] != orders[1] != orders[2]
    assert torch.equal(mixed.inputs, lesson_04a.shuffle_rows(made, seed=1).inputs)
    assert not torch.equal(mixed.inputs, lesson_04a.shuffle_rows(made, seed=2).inputs)


def test_no_sample_comes_twice_in_the_stretches() -> None:
    made = lesson_04a.stretches(chunks=6, batch=5, steps=4)
    assert made.inputs.shape == made.targets.shape == (6, 5, 4, 1)
    for chunk, row, step in itertools.product(range(6), range(5), range(4)):
        time = (row * 24 + chunk * 4 + step) / (10 * np.pi)
        assert made.inputs[chunk, row, step, 0].item() == pytest.approx(np.sin(time), abs=1e-6)
        assert made.targets[chunk, row, step, 0].item() == pytest.approx(np.cos(time), abs=1e-6)


def test_the_fresh_stretch_lies_behind_the_trained_one_and_between_its_samples() -> None:
    trained, fresh = stateful_batches(), lesson_04a.fresh_batches()
    spacing = 1 / (10 * np.pi)
    last = trained.times.max() + 49 * 20 * spacing
    assert fresh.times.min() > last
    assert (fresh.times[0, 0] / spacing) % 1 == pytest.approx(0.5, abs=0.01)


def test_carried_and_from_zeros_are_judged_on_the_same_fifty() -> None:
    model, test = lesson_04a.make_model(3), lesson_04a.fresh_batches()
    errors = lesson_04a.fresh_errors(model)
    _, state = model(test.inputs[:10].transpose(0, 1).flatten(1, 2))
    carried = evaluate_chunks(model, test.inputs[10:], test.targets[10:], state)
    assert errors["fresh"] == pytest.approx(carried, rel=1e-5)
    y, _ = model(test.inputs[10:].flatten(0, 1))
    zeros = (y - test.targets[10:].flatten(0, 1)).square().mean().item()
    assert errors["fresh_zeros"] == pytest.approx(zeros, rel=1e-5)


def test_what_the_lesson_says_of_the_faults(faults: pd.DataFrame) -> None:
    final = faults.pivot_table(index="seed", columns="way", values="final")
    median = final.median()
    assert median["carried"] < 0.005
    assert median["advanced twice"] > 3 * median["carried"]
    assert (final["advanced twice"] > final["carried"]).sum() >= 20
    assert (final["advanced twice"] > final["carried"]).sum() < 32
    assert (final["carried"] < 0.025).sum() >= 28
    assert final["never carried"].min() > 0.025
    assert final["rows shuffled"].min() > final["never carried"].max()


def test_what_the_lesson_says_of_the_faults_on_fresh_samples(faults: pd.DataFrame) -> None:
    carried = faults.pivot_table(index="seed", columns="way", values="fresh")
    zeros = faults.pivot_table(index="seed", columns="way", values="fresh_zeros")["never carried"]
    assert carried["rows shuffled"].median() == pytest.approx(0.009, abs=0.003)
    assert (carried["rows shuffled"] < zeros).sum() >= 30
    assert carried["next thousand"].median() > 1.2 * zeros.median()


def test_a_way_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"way must be one of 'carried', .*, got 'carry'"):
        lesson_04a.train_seed(0, "carry", chunks=1)
    with pytest.raises(ValueError, match=r"way must be one of 'carried', .*, got 'advanced twice'"):
        lesson_04a.train_on_cues(0, 1, "advanced twice", streams=1)


# ---- the printed costs


def test_the_printed_costs_are_those_of_the_faults(faults: pd.DataFrame) -> None:
    costs = studies.load("stateful-costs").set_index(["way", "seed"])
    assert costs.columns.tolist() == [f"step_{step}" for step in range(0, 501, 10)]
    assert costs.groupby("way").size().to_dict() == {"carried": 32, "advanced twice": 32}
    stored = faults.set_index(["way", "seed"]).loc[costs.index]
    np.testing.assert_allclose(costs["step_0"], stored["loss_0"], atol=1e-6)
    np.testing.assert_allclose(costs.iloc[:, 12:].max(axis=1), stored["rebound"], atol=1e-6)


def test_the_start_of_the_printed_costs_can_be_repeated() -> None:
    table = lesson_04a.stateful_costs(seeds=(7,), chunks=21)
    stored = studies.load("stateful-costs").query("seed == 7")
    assert table.columns.tolist() == stored.columns[:5].tolist()
    np.testing.assert_allclose(table.iloc[:, 2:], stored.iloc[:, 2:5], atol=2e-5)


def test_the_published_costs_are_51_numbers_that_climb_back() -> None:
    costs = lesson_04a.PUBLISHED_COSTS
    assert len(costs) == 51
    assert (costs[0], costs[11], costs[16], costs[-1]) == (0.5094, 0.0403, 0.2108, 0.0565)
    assert max(costs[12:]) == costs[16]


# ---- the layouts


def test_the_layouts_hold_every_step_of_the_explorer() -> None:
    table = studies.load("stateful-layouts")
    assert tuple(table["advance"]) == lesson_04a.ADVANCES
    assert ((table["low"] <= table["median"]) & (table["median"] <= table["high"])).all()
    again = lesson_04a.stateful_layouts((40,), seeds=lesson_04a.LAYOUT_SEEDS, chunks=2)
    assert again.columns.tolist() == table.columns.tolist()
    stored = table.set_index("advance").loc[40, "first"]
    assert again["first"].item() == pytest.approx(stored, rel=1e-5)


def test_a_layout_that_continues_is_the_carried_way(faults: pd.DataFrame) -> None:
    table = studies.load("stateful-layouts").set_index("advance")
    carried = faults.query("way == 'carried' and seed < 16")["final"]
    assert table.loc[20, "median"] == pytest.approx(carried.median(), rel=1e-6)
    assert table.loc[20, "high"] == pytest.approx(carried.max(), rel=1e-6)


# ---- the cues


def test_the_cues_hold_every_memory_way_and_seed(cues: pd.DataFrame) -> None:
    counts = cues.groupby(["way", "memory"])["seed"].apply(list).to_dict()
    assert counts == {
        (way, memory): list(range(32))
        for way, memories in lesson_04a.CUE_WAYS.items()
        for memory in memories
    }
    assert set(lesson_04a.CUE_WAYS["carried"]) == {1, 5, 20}
    for name in ("own_chunk", "last_chunk", "hundred"):
        assert cues[name].between(0, 1).all()


@pytest.mark.parametrize("way", lesson_04a.CUE_WAYS)
def test_the_start_of_a_stored_cue_run_can_be_repeated(cues: pd.DataFrame, way: str) -> None:
    _, losses = lesson_04a.train_on_cues(9, 1, way, streams=2)
    stored = cues.set_index(["memory", "way", "seed"]).loc[(1, way, 9), ["loss_0", "loss_1"]]
    assert losses[:2] == pytest.approx(stored.tolist(), rel=1e-5)
    assert len(losses) == (2 if way.startswith("asked late") else 4)


def test_a_short_cue_run_gives_the_same_columns(cues: pd.DataFrame) -> None:
    table = lesson_04a.stateful_cues((1,), seeds=(3,), streams=2)
    assert table.columns.tolist() == cues.columns.tolist()
    assert table["way"].tolist() == list(lesson_04a.CUE_WAYS)
    far = lesson_04a.stateful_cues((20,), seeds=(3,), streams=2)
    assert far["way"].tolist() == ["carried", "never", "no reset", "asked late"]


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

    monkeypatch.setattr(lesson_04a, "Session", Watched)
    wanted = {
        "carried": [0, 3, 6],
        "asked late": [0, 3, 6],
        "never": list(range(9)),
        "no reset": [],
    }
    for way, when in wanted.items():
        resets.clear()
        calls.clear()
        lesson_04a.train_on_cues(0, 2, way, streams=3)
        assert resets == when


def test_not_cut_is_a_stream_read_in_one_piece() -> None:
    memory, streams = 2, 2
    kept, losses = lesson_04a.train_on_cues(3, memory, "asked late, not cut", streams)
    data = cue_chunks(streams * (memory + 1), memory, torch.Generator().manual_seed(3))
    model = lesson_04a.make_model(3)
    update = torch.optim.Adam(model.parameters(), lr=lesson_04a.CUE_RATE)
    for stream in range(streams):
        chunks = slice(stream * (memory + 1), (stream + 1) * (memory + 1))
        y, _ = model(torch.cat(list(data.inputs[chunks]), dim=1))
        loss = (y[:, -20:] - data.targets[chunks][-1]).square().mean()
        update.zero_grad()
        loss.backward()
        update.step()
        assert losses[stream] == pytest.approx(loss.item(), rel=1e-5)
    for own, theirs in zip(model.parameters(), kept.parameters(), strict=True):
        torch.testing.assert_close(own, theirs, rtol=1e-3, atol=1e-5)
    # The cut changes the update, and so the second loss; the first is the same.
    _, cut = lesson_04a.train_on_cues(3, memory, "asked late", streams)
    assert cut[0] == pytest.approx(losses[0], rel=1e-5)
    assert cut[1] != pytest.approx(losses[1], rel=1e-5)


def test_hits_are_counted_at_the_end_of_each_chunk() -> None:
    class Perfect(torch.nn.Module):
        """Keep the cue in the state, and say it: half as loud in each further chunk."""

        def forward(
            self, x: torch.Tensor, state: torch.Tensor | None = None
        ) -> tuple[torch.Tensor, torch.Tensor]:
            cue = x[:, :1] if state is None else state
            return cue.expand(-1, x.shape[1], -1), cue / 2

    assert lesson_04a.cue_hits(Perfect(), 4).tolist() == [1, 1, 1, 1]
    # From zeros, 0 is said in every later chunk, which is no plus: right where the cue was minus.
    data = cue_chunks(4, 3, torch.Generator().manual_seed(10**6 + 5), batch=200)
    minus = (data.targets[0, :, 0, 0] < 0).float().mean().item()
    hits = lesson_04a.cue_hits(Perfect(), 4, carry=False, seed=5)
    np.testing.assert_allclose(hits, [1, minus, minus, minus], atol=1e-6)


def test_earlier_streams_are_read_before_the_judged_one_begins() -> None:
    class FirstCue(torch.nn.Module):
        """Say the first cue ever seen."""

        def forward(
            self, x: torch.Tensor, state: torch.Tensor | None = None
        ) -> tuple[torch.Tensor, torch.Tensor]:
            cue = x[:, :1] if state is None else state
            return cue.expand(-1, x.shape[1], -1), cue

    assert lesson_04a.cue_hits(FirstCue(), 3).tolist() == [1, 1, 1]
    hits = lesson_04a.cue_hits(FirstCue(), 3, before=2)
    assert 0.3 < hits[0] < 0.7
    assert hits[0] == hits[1] == hits[2]


@pytest.mark.parametrize("before", [1, -2])
def test_earlier_streams_of_a_length_that_cannot_be_are_refused(before: int) -> None:
    model = lesson_04a.make_model(0)
    with pytest.raises(ValueError, match=f"before must be 0 or at least 2, got {before}"):
        lesson_04a.cue_hits(model, 2, before=before)
    with pytest.raises(ValueError, match="chunks must be at least 2, got 1"):
        lesson_04a.cue_hits(model, 1)


def test_what_the_lesson_says_of_the_cues(cues: pd.DataFrame) -> None:
    known = cues.assign(known=cues["last_chunk"] > 0.95).groupby(["way", "memory"])["known"].sum()
    assert known["carried", 1] >= 30
    assert known["carried", 5] >= 30
    assert known["carried", 20] >= 24
    assert (known["never"] == 0).all()
    assert (known["no reset"] < 28).all()
    assert (known["asked late"] <= 2).all()
    assert known["asked late, not cut", 1] >= 16


# ---- the explorer


@pytest.mark.parametrize("advance", lesson_04a.ADVANCES)
def test_the_explorer_draws_every_setting(advance: int) -> None:
    figure, description = widget.draw_layout(advance)
    left, right = figure.axes
    table = studies.load("stateful-layouts").set_index("advance")
    np.testing.assert_array_equal(right.lines[0].get_ydata(), table["median"])
    (dot,) = right.lines[1].get_ydata()
    assert dot == table.loc[advance, "median"]
    corners = sorted({patch.get_x() for patch in left.patches if hasattr(patch, "get_x")})
    assert corners == sorted({20 * row + start for row in range(3) for start in (0, advance)})
    hatched = [p for p in left.patches if getattr(p, "get_hatch", str)()]
    assert bool(hatched) == (advance != 20)
    assert description.startswith(f"Step {advance}: ")
    assert f"16 seeds end at {table.loc[advance, 'median']:.2g} [" in description


@pytest.mark.parametrize(
    ("advance", "words"),
    [
        (20, "each row goes on where it stopped."),
        (0, "20 samples are read again."),
        (217, "197 samples are left out (1.00 of a period)."),
        (120, "100 samples are left out (0.51 of a period)."),
    ],
)
def test_the_explorer_says_what_happens_to_the_rows(advance: int, words: str) -> None:
    _, description = widget.draw_layout(advance)
    assert words in description
