"""The studies of lesson 06b: what they hold, and that they can be made again."""

import numpy as np
import pandas as pd
import pytest

from course_utils.lessons.own_series import memory, real_series, streams
from course_utils.lessons.own_series import who_wins_studies as who_wins
from course_utils.lessons.own_series.contest import (
    FIVE,
    METHODS,
    RECURRENT,
    STEPS,
    contest,
    make_cut,
)
from course_utils.studies import load

TEN = list(range(10))
HORIZONS = [f"h{step}" for step in STEPS]


def test_every_contest_holds_ten_seeds() -> None:
    table = load("series-contest")
    assert np.isfinite(table[HORIZONS].to_numpy()).all()
    groups = table.groupby(["system", "points", "noise"])
    assert set(groups.groups) == set(who_wins.SETTINGS)
    for setting, rows in groups:
        wanted = set(METHODS if setting == who_wins.SETTINGS[0] else FIVE)
        assert set(rows["method"]) == wanted
        for (_, updates), runs in rows.groupby(["method", "updates"]):
            assert sorted(runs["seed"]) == TEN
            assert updates in ((0, 1500) if setting[1] > who_wins.FEW else (0, 300, 1500))


@pytest.mark.parametrize("setting", [("Mackey–Glass", 300, 0.3), ("pendulum", 300, 0.0)])
def test_the_start_of_a_contest_comes_out_again(setting: tuple[str, int, float]) -> None:
    system, points, noise = setting
    table = load("series-contest").query("seed == 0 and points == @points and noise == @noise")
    stored = table[table["system"] == system].set_index("method")[HORIZONS]
    fitted = FIVE[:3]
    again = contest(make_cut(system, points, noise, 0), 0, fitted).set_index("method")[HORIZONS]
    pd.testing.assert_frame_equal(again, stored.loc[list(fitted)], rtol=1e-3)


def test_a_network_of_a_contest_comes_out_again() -> None:
    table = load("series-contest").query("seed == 0 and points == 300 and updates == 300")
    stored = table[table["system"] == "pendulum"].set_index("method").loc["MLP", HORIZONS]
    again = contest(make_cut("pendulum", 300, 0.0, 0), 0, ("MLP",), updates=300).iloc[0]
    np.testing.assert_allclose(again[HORIZONS].astype(float), stored.astype(float), rtol=0.05)


def test_the_recursive_study_starts_like_the_direct_one() -> None:
    table = load("series-recursive")
    assert table.groupby("method")["seed"].apply(sorted).to_dict() == dict.fromkeys(FIVE[1:], TEN)
    assert np.isfinite(table[HORIZONS].to_numpy()).all()
    main = load("series-contest").query("points == 2000 and noise == 0 and method == 'line'")
    direct = main[main["system"] == "Mackey–Glass"].set_index("seed")["h1"]
    one_step = table[table["method"] == "line"].set_index("seed")["h1"]
    np.testing.assert_allclose(one_step, direct.loc[one_step.index], rtol=0.01)


def test_the_light_networks() -> None:
    table = load("light-networks")
    assert set(table["recipe"]) == set(who_wins.RECIPES)
    for (recipe, cell, _), rows in table.groupby(["recipe", "cell", "p"]):
        assert cell in who_wins.RECIPES[recipe][0]
        assert sorted(rows["seed"]) == TEN
    assert table["right"].between(0.4, 1).all()
    assert set(table["cell"]) == set(RECURRENT)


def test_a_light_network_comes_out_again_at_its_start() -> None:
    stored = load("light-networks").query(
        "recipe == 'mixed, short first' and cell == 'LSTM' and p == 0.5 and seed == 0"
    )
    model = streams.train_on_lights(0, "LSTM", short_first=200)
    assert streams.share_right(model, 0.5, 0) == pytest.approx(stored["right"].item(), abs=0.05)


def test_no_window_follows_a_light() -> None:
    table = load("light-windows")
    for _, rows in table.groupby(["method", "window", "p"]):
        assert sorted(rows["seed"]) == TEN
    assert set(table["window"]) == set(who_wins.LENGTHS)
    assert table.groupby(["method", "window", "p"])["right"].mean().between(0.45, 0.55).all()
    again = streams.window_share_right(20, 0.1, "line", seed=0)
    row = table.query("method == 'line' and window == 20 and p == 0.1 and seed == 0")
    assert again == pytest.approx(row["right"].item(), abs=1e-3)


def test_the_map_is_whole_and_comes_out_again() -> None:
    table = load("memory-map")
    keys = ["remember", "memory", "window", "points"]
    sizes = table.groupby(keys)["seed"].apply(sorted)
    assert len(sizes) == 3 * 3 * 3 * 3
    assert all(seeds == TEN for seeds in sizes)
    assert np.isfinite(table[["line", "kernel", "network"]].to_numpy()).all()
    again = who_wins.memory_map([0], ["a sum"], [3], [5], [100]).iloc[0]
    row = table.query("remember == 'a sum' and memory == 3 and window == 5 and points == 100")
    row = row[row["seed"] == 0].iloc[0]
    assert again["line"] == pytest.approx(row["line"], rel=1e-3)
    assert again["kernel"] == pytest.approx(row["kernel"], rel=1e-3)
    assert again["network"] == pytest.approx(row["network"], rel=0.1)


def test_the_thermostat() -> None:
    table = load("thermostat-contest")
    assert sorted(table["seed"]) == TEN
    row = table.set_index("seed").loc[0]
    task = memory.make_thermostat(0)
    error = memory.judge_window("line", task, who_wins.THERMOSTAT_WINDOW)
    assert error == pytest.approx(row["line"], rel=1e-3)


def test_the_members_of_the_mean() -> None:
    table = load("airline-members")
    origins = real_series.EARLIER + real_series.LATER
    for name, rows in table.groupby("member"):
        seeds = TEN if name == real_series.GRU else [0]
        assert len(rows) == len(origins) * len(seeds)
        assert rows.filter(like="month_").to_numpy().min() > 100
    again = real_series.airline_members((0,), (60,)).set_index("member").filter(like="month_")
    stored = table.query("seed == 0 and origin == 60").set_index("member").filter(like="month_")
    pd.testing.assert_frame_equal(again, stored.loc[again.index], rtol=0.02)
    gru = real_series.stored_members(real_series.LATER)[real_series.GRU]
    assert gru.forecast.shape == (10, 9, 12)
    published = load("airline-backtest").query("seed < 10 and origin == 108").filter(like="month_")
    np.testing.assert_allclose(
        np.median(gru.forecast[:, 0], axis=0), np.median(published, axis=0), rtol=0.03
    )


def test_the_sunspots() -> None:
    table = load("sunspot-contest")
    for _, rows in table.groupby(["method", "updates"]):
        assert sorted(rows["seed"]) == TEN
    fitted = table[table["updates"] == 0]
    assert fitted.groupby("method")["h11"].nunique().eq(1).all()
