"""The studies of lessons 03a and 03b, and their explorers: what they hold, made again."""

import io
import time

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import torch
from matplotlib.figure import Figure

from course_utils import live, studies
from course_utils.lessons.sin_cos.explore_replay import draw_replay, explore_replay
from course_utils.lessons.sin_cos.explore_sin_cos import draw_sin_cos, explore_sin_cos
from course_utils.lessons.sin_cos.studies import (
    CHUNK_STEPS,
    RULES,
    sin_cos_cells,
    sin_cos_grid,
    sin_cos_readouts,
    train_seed,
)
from course_utils.recurrent import SequenceModel
from course_utils.signals import sin_cos_chunks
from course_utils.training import evaluate_chunks, free_run_error

SETTING = ["steps", "endpoint", "rule"]
QUARTILES = [f"{name}_{place}" for name in ("loss", "first") for place in ("low", "median", "high")]


@pytest.fixture(scope="module")
def grid() -> pd.DataFrame:
    return studies.load("sin-cos-grid")


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    return studies.load("sin-cos-cells")


# ---- the grid


def test_the_grid_holds_every_setting_of_the_explorer(grid: pd.DataFrame) -> None:
    assert grid.columns.tolist() == [*SETTING, "chunk", *QUARTILES]
    counts = grid.groupby(SETTING)["chunk"].agg(["min", "max", "count"])
    assert len(counts) == 3 * 2 * 3
    assert (counts == [0, 99, 100]).all(axis=None)
    for name in ("loss", "first"):
        low, median, high = (grid[f"{name}_{place}"] for place in ("low", "median", "high"))
        assert ((low >= 0) & (low <= median) & (median <= high)).all()
    assert (grid["loss_high"] > grid["loss_low"]).any()


def test_the_start_of_the_grid_can_be_repeated(grid: pd.DataFrame) -> None:
    table = sin_cos_grid(steps=(5, 10), chunks=2)
    stored = grid.query("steps < 20 and chunk < 2").reset_index(drop=True)
    assert table[[*SETTING, "chunk"]].equals(stored[[*SETTING, "chunk"]])
    np.testing.assert_allclose(table[QUARTILES], stored[QUARTILES], rtol=1e-5, atol=1e-6)


def test_what_the_lesson_says_of_the_grid(grid: pd.DataFrame) -> None:
    late = grid.query("chunk >= 80").groupby(SETTING)["loss_median"].mean()
    assert late[10, True, "carry"] > 10 * late[10, False, "carry"]
    assert late[10, False, "reset"] == pytest.approx(0.1, abs=0.01)
    assert late[10, False, "stale"] > 2 * late[10, False, "reset"]
    assert late[20, False, "reset"] < late[20, False, "carry"]


# ---- the cells


def test_the_cells_hold_32_seeds_each(cells: pd.DataFrame) -> None:
    assert cells.groupby("cell")["seed"].apply(list).to_dict() == {
        cell: list(range(32)) for cell in ("GRU", "LSTM", "RNN")
    }
    assert np.isfinite(cells.drop(columns="cell").to_numpy()).all()


@pytest.mark.parametrize("cell", ["RNN", "GRU", "LSTM"])
def test_the_start_of_a_stored_run_can_be_repeated(cells: pd.DataFrame, cell: str) -> None:
    run = train_seed(11, sin_cos_chunks(3), cell=cell)
    stored = cells.set_index(["cell", "seed"]).loc[(cell, 11), ["loss_0", "loss_1", "loss_2"]]
    np.testing.assert_allclose(run.losses, stored.to_numpy(dtype=float), rtol=1e-5)


def test_a_short_run_gives_the_same_columns(cells: pd.DataFrame) -> None:
    table = sin_cos_cells(seeds=(2,))
    assert table.columns.tolist() == cells.columns.tolist()
    stored = cells.query("seed == 2")
    np.testing.assert_allclose(table["loss_0"], stored["loss_0"], rtol=1e-5)
    # After a hundred updates another machine's rounding shows; the size stays.
    apart = np.abs(np.log(table["final"].to_numpy() / stored["final"].to_numpy()))
    assert (apart < np.log(20)).all()


def test_a_run_notes_how_far_the_first_sample_of_each_chunk_was_off() -> None:
    chunks = sin_cos_chunks(25)
    run = train_seed(0, chunks)
    torch.manual_seed(0)
    y, _ = SequenceModel()(chunks.inputs[0])
    assert len(run.noted) == 25
    assert run.noted[0] == pytest.approx(abs(y[0, 0, 0].item() - 1), abs=1e-6)
    assert train_seed(4, chunks).losses != run.losses == train_seed(0, chunks).losses


def test_the_warm_up_of_a_free_run_is_not_judged() -> None:
    torch.manual_seed(0)
    model, (_, inputs, targets) = SequenceModel(), sin_cos_chunks(6)
    _, state = model(inputs[:2].transpose(0, 1).flatten(1, 2))
    wanted = evaluate_chunks(model, inputs[2:], targets[2:], state)
    assert free_run_error(model, inputs, targets) == pytest.approx(wanted, rel=1e-5)
    assert free_run_error(model, inputs, targets, warm_up=0) == pytest.approx(
        evaluate_chunks(model, inputs, targets), rel=1e-6
    )


# ---- the read-outs


def test_the_read_outs_were_timed_in_turn() -> None:
    table = studies.load("sin-cos-readouts")
    assert table.groupby(["batch", "round"])["read_out"].apply(set).map(len).eq(3).all()
    assert (table["update"] > table["alone"]).all()
    again = sin_cos_readouts(rounds=1, repeats=2)
    assert again.columns.tolist() == table.columns.tolist()
    assert len(again) == 2 * 3


# ---- the explorers


@pytest.mark.parametrize("steps", CHUNK_STEPS)
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("endpoint", [False, True])
def test_the_explorer_draws_every_setting(steps: int, rule: str, endpoint: bool) -> None:
    figure, description = draw_sin_cos(steps, rule, endpoint)
    stored = studies.load("sin-cos-grid").query(
        "steps == @steps and rule == @rule and endpoint == @endpoint"
    )
    for ax, name in zip(figure.axes, ("loss", "first"), strict=True):
        drawn = ax.lines[1].get_ydata()
        np.testing.assert_array_equal(drawn, stored[f"{name}_median"])
    assert f"{steps} steps, state: {rule}, endpoint" in description
    assert f"{stored['loss_median'].tail(20).mean():.2g}" in description
    plt.close(figure)


def test_a_move_of_the_explorer_redraws_in_a_moment() -> None:
    """Prepared, a redraw takes about a tenth of a second; a training would take many times more."""
    draw_sin_cos(10, "carry", False)
    spent = []
    for steps in CHUNK_STEPS:
        start = time.process_time()
        figure, _ = draw_sin_cos(steps, "reset", True)
        figure.savefig(io.BytesIO(), format="png", dpi=90)
        spent.append(time.process_time() - start)
        plt.close(figure)
    plt.close("all")
    assert min(spent) < 0.5


def test_the_replay_draws_the_run_as_it_stood() -> None:
    chunks = sin_cos_chunks(8)
    predictions = np.arange(80.0).reshape(8, 10)
    losses = [0.8 - 0.1 * number for number in range(6)]
    figure, description = draw_replay(live.Picture(Figure(), chunks), losses, predictions, 3)
    left, right = figure.axes
    np.testing.assert_array_equal(left.lines[1].get_ydata(), np.arange(40.0))
    np.testing.assert_allclose(right.lines[0].get_ydata(), losses[:4])
    # Chunk 3 begins at 3π, where the cosine is −1, and the prediction said 30.
    assert description == "Update 3 of 5: loss 0.5; the first sample of this chunk was off by 31."
    plt.close(figure)


@pytest.mark.parametrize(
    ("losses", "shape", "message"),
    [
        ([], (8, 10), "losses must be 1 to 8 numbers, got 0"),
        ([0.1] * 9, (8, 10), "losses must be 1 to 8 numbers, got 9"),
        ([0.1], (7, 10), r"predictions must have shape .* = \(8, 10\), got \(7, 10\)"),
    ],
)
def test_a_record_of_something_else_is_refused(
    losses: list[float], shape: tuple[int, int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        explore_replay(sin_cos_chunks(8), losses, np.zeros(shape))


@pytest.mark.parametrize("quiet", ["", "1"])
def test_both_widgets_show_a_still_picture_and_controls_only_where_somebody_is(
    monkeypatch: pytest.MonkeyPatch, quiet: str
) -> None:
    shown: list[dict] = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, **_: shown.append(bundle))
    monkeypatch.setenv("UNROLLED_QUIET", quiet)
    chunks = sin_cos_chunks(4)
    explore_sin_cos()
    explore_replay(chunks, [0.5, 0.4], np.zeros((4, 10)))
    assert len(shown) == 2
    for bundle in shown:
        assert bundle["image/png"]
        assert "?" in bundle["text/plain"]
        assert any("widget" in mime for mime in bundle) == (not quiet)
