"""The sunspots: the file, the studies and that they can be made again, and the explorer."""

import re

import numpy as np
import pytest
from statsmodels.datasets import co2, macrodata, sunspots

from course_utils import series
from course_utils.forecasting import autoregression
from course_utils.intervals import covered, interval
from course_utils.judging import errors_of, judge
from course_utils.lessons.own_series import explore_own_series
from course_utils.lessons.own_series.examples import write_co2, write_economy
from course_utils.lessons.own_series.sunspots_runs import (
    CANDIDATES,
    CYCLE,
    EARLIER,
    LATER,
    TEST,
    TRANSFORMS,
    WINDOWS,
    load_sunspots,
    own_choice,
    own_sunspots,
    stored_backtest,
    stored_method,
)
from course_utils.studies import load

VALUES = load_sunspots().to_numpy()
KEYS = ["transform", "window", "origin"]


def test_the_file_is_the_public_series() -> None:
    public = sunspots.load_pandas().data
    np.testing.assert_array_equal(VALUES, public["SUNACTIVITY"])
    assert load_sunspots().index.year.tolist() == public["YEAR"].astype(int).tolist()


def test_no_earlier_forecast_reaches_into_the_test_part() -> None:
    start = len(VALUES) - TEST
    assert max(EARLIER) + CYCLE <= start == min(LATER)
    assert max(LATER) + CYCLE == len(VALUES)


def test_the_forecasts_are_those_that_the_explorer_and_the_lesson_look_up() -> None:
    table = load("own-sunspots")
    assert table.columns.tolist() == [*KEYS, "year", *[f"seed_{seed}" for seed in range(10)]]
    wanted = {(t, w, o) for t in TRANSFORMS for w in WINDOWS for o in EARLIER + LATER}
    assert set(table[KEYS].itertuples(index=False, name=None)) == wanted
    assert len(table) == CYCLE * len(wanted)
    backtest = stored_backtest("square root", 11, LATER[2:4])
    row = table.query("transform == 'square root' and window == 11 and year == 3")
    stored = row[row["origin"] == LATER[3]].filter(like="seed_").to_numpy()[0]
    np.testing.assert_array_equal(backtest.forecast[:, 1, 2], stored)
    np.testing.assert_array_equal(backtest.actual[1], VALUES[LATER[3] : LATER[3] + CYCLE])


def test_a_stored_forecast_can_be_repeated() -> None:
    again = own_sunspots(seeds=(3,), transforms=("square root",), windows=(6,), origins=(154,))
    stored = load("own-sunspots").merge(again.drop(columns="seed_3"))
    assert len(stored) == CYCLE
    # Another machine rounds differently on the way.
    np.testing.assert_allclose(again["seed_3"], stored["seed_3"], rtol=0.02, atol=1)


def test_a_stored_choice_can_be_repeated() -> None:
    table = load("own-choice")
    assert len(table) == 10 * len(CANDIDATES)
    again = own_choice(seeds=(4,), candidates=[("RNN", 20)], earlier=EARLIER[:1], later=LATER[:1])
    assert again.columns.tolist() == table.columns.tolist()
    from_all = own_choice(seeds=(4,), candidates=[("RNN", 20)])
    stored = table.query("cell == 'RNN' and epochs == 20 and seed == 4")
    for part in ("earlier", "later"):
        assert from_all[part].item() == pytest.approx(stored[part].item(), rel=0.02)


def test_a_stored_method_knows_its_origins_and_nothing_else() -> None:
    method = stored_method("as it is", 6)
    assert method(VALUES[: LATER[0]], CYCLE).shape == (10, CYCLE)
    for origin, horizon in ((LATER[0] + 1, CYCLE), (LATER[0], 5)):
        with pytest.raises(ValueError, match="the study holds 11 years from the origins"):
            method(VALUES[:origin], horizon)


def test_the_explorer_shows_what_is_stored() -> None:
    place = 3
    figure, words = explore_own_series.draw_own_series(1700 + LATER[place], 11, "square root")
    forecasts = stored_method("square root", 11)(VALUES[: LATER[place]], CYCLE)
    actual = VALUES[LATER[place] : LATER[place] + CYCLE]
    error = np.median(np.sqrt(((forecasts - actual) ** 2).mean(axis=1)))
    before = stored_backtest("square root", 11, EARLIER)
    errors = before.actual - np.median(before.forecast, axis=0)
    count = covered(actual, *interval(errors, np.median(forecasts, axis=0), 0.8))
    assert f"median RMSE over a cycle is {error:.0f}," in words
    assert f"contains {count.inside} of 11." in words
    drawn = np.array([line.get_ydata() for line in figure.axes[0].lines[1:11]])
    np.testing.assert_array_equal(drawn, forecasts)
    assert re.search(r"place \d of 5\. First is: ", words)


def test_ahead_of_the_weighted_sum_is_counted_origin_by_origin() -> None:
    ahead = 0
    for origin in LATER:
        sums, networks = (
            np.median(errors_of(judge(method, VALUES, [origin], CYCLE)))
            for method in (
                lambda past, horizon: autoregression(past, horizon, order=CYCLE),
                stored_method("as it is", 22),
            )
        )
        ahead += networks < sums
    assert explore_own_series.ahead_of_the_sum("as it is", 22) == ahead


def test_the_example_files_hold_what_statsmodels_has(tmp_path) -> None:
    weeks = series.load_csv(
        write_co2(tmp_path), value="co2", time="week", frequency="W-SAT", gaps="keep"
    )
    np.testing.assert_array_equal(weeks, co2.load_pandas().data["co2"])
    data = macrodata.load_pandas().data
    columns = series.load_csv(
        write_economy(tmp_path), value=["unemployment", "growth"], time="quarter", frequency="Q"
    )
    np.testing.assert_array_equal(columns["unemployment"], data["unemp"][1:])
    growth = 100 * np.log(data["realgdp"]).diff()[1:]
    np.testing.assert_allclose(columns["growth"], growth, atol=6e-4)
    assert str(columns.index[0]) == "1959Q2"
