"""The stored studies of lessons 04a and 04b: what they hold, and their starts made again."""

import numpy as np
import pandas as pd
import pytest

from course_utils import studies
from course_utils.lessons.stateful import cues, runs, starts, windows
from course_utils.lessons.stateful.studies import (
    ADVANCES,
    keras_forget_gate,
    keras_starts,
    stateful_costs,
    stateful_cue_reach,
    stateful_cues,
    stateful_faults,
    stateful_layouts,
    stateful_windows,
)
from course_utils.signals import stateful_batches

LOSSES = ["loss_0", "loss_1", "loss_2"]
MEANS = [f"mean_{number}" for number in range(50)]
COLUMNS = ["seed", *LOSSES, "first", "final", "reached", "unseen", *MEANS]


@pytest.fixture(scope="module")
def faults() -> pd.DataFrame:
    return studies.load("stateful-faults")


@pytest.fixture(scope="module")
def cued() -> pd.DataFrame:
    return studies.load("stateful-cues")


def test_the_faults_hold_32_seeds_each(faults: pd.DataFrame) -> None:
    assert faults.groupby("way")["seed"].apply(list).to_dict() == {
        way: list(range(32)) for way in runs.WAYS
    }
    assert np.isfinite(faults.drop(columns="way").to_numpy()).all()
    first = faults.pivot_table(index="seed", columns="way", values="loss_0")
    same = ["carried", "never carried", "advanced twice"]
    # The same weights and the same first batch: a pair is a pair.
    np.testing.assert_allclose(first[same].max(axis=1), first[same].min(axis=1), rtol=1e-9)


@pytest.mark.parametrize("way", list(runs.WAYS))
def test_the_start_of_a_stored_run_can_be_repeated(faults: pd.DataFrame, way: str) -> None:
    run = runs.train_seed(11, way, chunks=3)
    stored = faults.set_index(["way", "seed"]).loc[(way, 11), LOSSES]
    if way == "own stretches":
        # Its stretches are as long as the training: a short one has other samples.
        assert run.losses[0] != pytest.approx(stored["loss_0"], rel=1e-5)
        run = runs.train_seed(11, way)
    np.testing.assert_allclose(run.losses[:3], stored.to_numpy(dtype=float), rtol=1e-5)


def test_a_short_run_gives_the_same_columns(faults: pd.DataFrame) -> None:
    table = stateful_faults(seeds=(2,), chunks=3)
    assert table.columns.tolist() == faults.columns.tolist()
    assert table["way"].tolist() == list(runs.WAYS)


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


def test_the_printed_costs_are_those_of_the_faults(faults: pd.DataFrame) -> None:
    costs = studies.load("stateful-costs").set_index(["way", "seed"])
    assert costs.columns.tolist() == [f"step_{step}" for step in range(0, 501, 10)]
    assert costs.groupby("way").size().to_dict() == {"carried": 32, "advanced twice": 32}
    stored = faults.set_index(["way", "seed"]).loc[costs.index]
    np.testing.assert_allclose(costs["step_0"], stored["loss_0"], atol=1e-6)
    np.testing.assert_allclose(costs.iloc[:, 12:].max(axis=1), stored["rebound"], atol=1e-6)


def test_the_start_of_the_printed_costs_can_be_repeated() -> None:
    table = stateful_costs(seeds=(7,), chunks=21)
    stored = studies.load("stateful-costs").query("seed == 7")
    assert table.columns.tolist() == stored.columns[:5].tolist()
    np.testing.assert_allclose(table.iloc[:, 2:], stored.iloc[:, 2:5], atol=2e-5)


# ---- the layouts


def test_the_layouts_hold_every_step_of_the_explorer() -> None:
    table = studies.load("stateful-layouts")
    assert tuple(table["advance"]) == ADVANCES
    assert ((table["low"] <= table["median"]) & (table["median"] <= table["high"])).all()
    again = stateful_layouts((40,), chunks=2)
    assert again.columns.tolist() == table.columns.tolist()
    stored = table.set_index("advance").loc[40, "first"]
    assert again["first"].item() == pytest.approx(stored, rel=1e-5)


def test_a_layout_that_continues_is_the_carried_way(faults: pd.DataFrame) -> None:
    table = studies.load("stateful-layouts").set_index("advance")
    carried = faults.query("way == 'carried' and seed < 16")["final"]
    assert table.loc[20, "median"] == pytest.approx(carried.median(), rel=1e-6)
    assert table.loc[20, "high"] == pytest.approx(carried.max(), rel=1e-6)


# ---- the cues


def test_the_cues_hold_every_memory_way_and_seed(cued: pd.DataFrame) -> None:
    counts = cued.groupby(["way", "memory"])["seed"].apply(list).to_dict()
    assert counts == {
        (way, memory): list(range(32)) for way, memories in cues.WAYS.items() for memory in memories
    }
    assert set(cues.WAYS["carried"]) == {1, 5, 20}
    for name in ("own_chunk", "last_chunk", "hundred"):
        assert cued[name].between(0, 1).all()


@pytest.mark.parametrize("way", cues.WAYS)
def test_the_start_of_a_stored_cue_run_can_be_repeated(cued: pd.DataFrame, way: str) -> None:
    losses = cues.train_on_cues(9, 1, way, streams=2).losses
    stored = cued.set_index(["memory", "way", "seed"]).loc[(1, way, 9), ["loss_0", "loss_1"]]
    assert losses[:2] == pytest.approx(stored.tolist(), rel=1e-5)
    assert len(losses) == (2 if way.startswith("asked late") else 4)


def test_a_short_cue_run_gives_the_same_columns(cued: pd.DataFrame) -> None:
    table = stateful_cues((1,), seeds=(3,), streams=2)
    assert table.columns.tolist() == cued.columns.tolist()
    assert table["way"].tolist() == list(cues.WAYS)
    far = stateful_cues((20,), seeds=(3,), streams=2)
    assert far["way"].tolist() == ["carried", "never", "no reset", "asked late"]


@pytest.fixture(scope="module")
def reached() -> pd.DataFrame:
    return studies.load("stateful-cue-reach")


def test_the_reach_of_the_cue_holds_32_seeds_and_its_start_can_be_repeated(
    reached: pd.DataFrame,
) -> None:
    assert reached["seed"].tolist() == list(range(32))
    losses = cues.train_on_cues(9, 5, streams=2).losses
    stored = reached.set_index("seed").loc[9, ["loss_0", "loss_1"]]
    np.testing.assert_allclose(losses[:2], stored.to_numpy(dtype=float), rtol=1e-5)
    short = stateful_cue_reach((9,), streams=2)
    assert short.columns.tolist() == reached.columns.tolist()
    before = ["before_minus", "before_plus"]
    again = reached.set_index("seed").loc[[9], before].to_numpy()
    np.testing.assert_allclose(short[before], again, rtol=1e-3)


def test_a_trained_network_knows_a_cue_that_no_gradient_reaches(reached: pd.DataFrame) -> None:
    answers = reached[["answer_minus", "answer_plus"]].to_numpy()
    assert np.abs(answers - [-1, 1]).max() < 0.05
    after = reached[["after_minus", "after_plus"]]
    assert after.min(axis=1).max() < 0.01
    assert 10 <= (after.max(axis=1) > 0.4).sum() <= 20
    assert (reached[["before_minus", "before_plus"]] < 0.06).all(axis=None)


def test_what_the_lesson_says_of_the_cues(cued: pd.DataFrame) -> None:
    known = cued.assign(known=cued["last_chunk"] > 0.95).groupby(["way", "memory"])["known"].sum()
    assert known["carried", 1] >= 30
    assert known["carried", 5] >= 30
    assert known["carried", 20] >= 24
    assert (known["never"] == 0).all()
    assert (known["no reset"] < 28).all()
    assert (known["asked late"] <= 2).all()
    assert known["asked late, not cut", 1] >= 16


# ---- windows, and the stream


def test_a_stored_row_of_the_windows_can_be_made_again() -> None:
    stored = studies.load("stateful-windows")
    assert stored.groupby("way")["seed"].apply(list).to_dict() == {
        way: list(range(32)) for way in ("carried", "never carried")
    }
    assert np.isfinite(stored.drop(columns="way").to_numpy()).all()
    again = stateful_windows(seeds=(4,), chunks=3)
    assert again.columns.tolist() == stored.columns.tolist()
    rows = stored[stored["seed"] == 4]
    np.testing.assert_allclose(again[LOSSES], rows[LOSSES], rtol=1e-5)
    same = studies.load("stateful-faults").set_index(["way", "seed"])
    stored = stored.set_index(["way", "seed"])
    np.testing.assert_allclose(stored[LOSSES], same.loc[stored.index, LOSSES], rtol=1e-5)


def test_what_the_lesson_says_of_windows_and_the_stream() -> None:
    median = studies.load("stateful-windows").drop(columns="seed").groupby("way").median()
    assert list(median.columns[3:-1]) == [f"window_{n}" for n in windows.WINDOWS]
    carried, never = median.loc["carried"], median.loc["never carried"]
    assert carried["window_20"] > 0.2
    assert carried["window_100"] < 2 * carried["stream"]
    assert never["stream"] > 10 * never["window_20"]


# ---- the starts


@pytest.fixture(scope="module")
def started() -> pd.DataFrame:
    return studies.load("keras-starts")


@pytest.fixture(scope="module")
def gated() -> pd.DataFrame:
    return studies.load("keras-forget-gate")


@pytest.mark.parametrize(
    ("study", "name", "settings"),
    [
        ("keras-starts", "start", list(starts.STARTS)),
        ("keras-forget-gate", "bias", list(starts.FORGET_BIASES)),
    ],
)
def test_32_seeds_per_setting(study: str, name: str, settings: list) -> None:
    table = studies.load(study)
    assert table.columns.tolist() == [name, *COLUMNS]
    assert table[name].unique().tolist() == settings
    for _, rows in table.groupby(name):
        assert rows["seed"].tolist() == list(range(32))
    assert np.isfinite(table.drop(columns=[name, "reached"]).to_numpy()).all()
    assert table["reached"].dropna().between(10, 501).all()


@pytest.mark.parametrize("start", list(starts.STARTS))
def test_the_first_losses_of_a_start_can_be_repeated(started: pd.DataFrame, start: str) -> None:
    losses = runs.train(runs.make_model(9, starts.STARTS[start]), stateful_batches(10)).losses
    stored = started.set_index(["start", "seed"]).loc[(start, 9)]
    np.testing.assert_allclose(losses[:3], stored[["loss_0", "loss_1", "loss_2"]], rtol=1e-5)
    assert np.mean(losses) == pytest.approx(stored["mean_0"], rel=1e-3)


def test_a_short_run_of_each_study_gives_the_same_columns_and_starts(
    started: pd.DataFrame, gated: pd.DataFrame
) -> None:
    short = keras_starts(seeds=(3,), updates=60)
    other = keras_forget_gate(biases=(-1, 4), seeds=(3,), updates=60)
    assert short["start"].tolist() == list(starts.STARTS)
    assert other["bias"].tolist() == [-1, 4]
    for table, whole in ((short, started), (other, gated)):
        name = table.columns[0]
        assert table.columns.tolist() == [name, *COLUMNS[: COLUMNS.index("mean_6")]]
        stored = whole[whole["seed"] == 3].set_index(name).loc[table[name]]
        np.testing.assert_allclose(table["loss_2"], stored["loss_2"], rtol=1e-5)
        np.testing.assert_allclose(table["mean_0"], stored["mean_0"], rtol=1e-3)
    # Sixty updates, and so the last fifty begin at the second ten.
    np.testing.assert_allclose(
        short["final"], short[[f"mean_{k}" for k in range(1, 6)]].mean(axis=1), rtol=1e-3
    )
    np.testing.assert_allclose(
        short["first"], short[[f"mean_{k}" for k in range(5)]].mean(axis=1), rtol=1e-3
    )


def test_the_two_studies_share_keras_own_start(started: pd.DataFrame, gated: pd.DataFrame) -> None:
    one = started[started["start"] == "Keras"]["final"].to_numpy()
    np.testing.assert_allclose(gated[gated["bias"] == 1]["final"], one)
    assert not np.allclose(gated[gated["bias"] == 2]["final"], one)


def test_what_the_lesson_says_of_the_starts(started: pd.DataFrame) -> None:
    late = started.fillna({"reached": np.inf}).groupby("start")["reached"]
    assert np.isinf(late.max()["torch"])
    assert late.max()["Keras"] < 120
    assert late.median()["Keras"] < late.median()["both of these"] < late.median()["forget bias 1"]
    assert late.median()["forget bias 1"] < late.median()["torch"]
