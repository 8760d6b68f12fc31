"""The studies of lesson 08: what they hold, and that they can be made again."""

import numpy as np
import pandas as pd
import pytest

from course_utils.lessons.today import studies as room
from course_utils.lessons.today.mingru import NETWORKS
from course_utils.studies import SEEDS, load

LOSSES = ["loss_0", "loss_1", "loss_2"]


def stored(name: str, keys: list[str]) -> pd.DataFrame:
    return load(name).set_index(keys)


def test_every_run_is_there_once() -> None:
    parity = load("today-parity")
    assert len(parity) == 32 * (len(NETWORKS) + 3)
    assert not parity.duplicated(["network", "rate", "seed"]).any()
    cue = load("today-cue")
    assert len(cue) == 32 * sum(map(len, room.REMEMBERING.values()))
    assert not cue.duplicated(["network", "start", "seed"]).any()
    series = load("today-series")
    assert set(series["network"]) == set(NETWORKS)
    assert (series.groupby("network")["seed"].nunique() == len(room.FORECAST_SEEDS)).all()
    speed = load("today-speed")
    assert (speed.groupby(["way", "steps"]).size() == room.ROUNDS).all()
    assert set(speed["steps"]) == set(room.SIZES)
    assert set(room.passes(3)) == set(speed["way"])
    assert set(parity["seed"]) == set(cue["seed"]) == set(SEEDS)


@pytest.mark.parametrize("network", NETWORKS)
def test_the_start_of_a_run_on_parity_can_be_repeated(network: str) -> None:
    again = room.today_parity((network,), (5,), updates=3).set_index(["network", "rate", "seed"])
    old = stored("today-parity", ["network", "rate", "seed"]).loc[again.index]
    assert again.columns.tolist() == old.columns.tolist()
    # The first loss to the digit; what ten times the rate makes of it, nearly.
    np.testing.assert_allclose(again[LOSSES], old[LOSSES], rtol=1e-3)
    np.testing.assert_allclose(again["loss_0"], old["loss_0"], rtol=1e-5)


def test_the_start_of_a_run_on_the_cue_can_be_repeated() -> None:
    again = room.today_cue(("LSTM", "minGRU"), (7,), updates=3)
    again = again.set_index(["network", "start", "seed"])
    old = stored("today-cue", ["network", "start", "seed"]).loc[again.index]
    assert again.columns.tolist() == old.columns.tolist()
    np.testing.assert_allclose(again[LOSSES], old[LOSSES], rtol=1e-4, atol=1e-6)


def test_the_start_of_a_forecast_can_be_repeated() -> None:
    again = room.today_series(("minGRU",), (2,), updates=3).set_index(["network", "seed"])
    old = stored("today-series", ["network", "seed"]).loc[again.index]
    assert again.columns.tolist() == old.columns.tolist()
    np.testing.assert_allclose(again[LOSSES], old[LOSSES], rtol=1e-5)


def test_a_short_race_gives_the_same_columns() -> None:
    table = room.today_speed((10,), rounds=2)
    assert table.columns.tolist() == load("today-speed").columns.tolist()
    assert len(table) == 2 * 4
    assert (table["milliseconds"] >= 0).all()
