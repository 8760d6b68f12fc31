"""Loading a series of one's own: what is laid down, what is refused, and the way on."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from course_utils.lessons.own_series import own
from course_utils.lessons.own_series.contestants import baselines, contestants
from course_utils.settings import DATA_FOLDER
from tests.lessons.own_series.files import numbers, write


def test_the_airline_is_laid_out_from_its_frequency() -> None:
    task = own.load(
        DATA_FOLDER / "flights.csv", target="passengers", time=("year", "month"), frequency="M"
    )
    assert (task.season, task.horizon, task.window) == (12, 12, 12)
    assert len(task.earlier) == own.EARLIER
    assert len(task.later) == own.LATER
    assert max(task.earlier) + task.horizon <= task.start == min(task.later)
    assert max(task.later) + task.horizon == len(task.series)
    assert task.gaps == "none"
    assert "to be judged at: 6 moments from 1958-10 on" in str(task)


@pytest.mark.parametrize("rows", [60, 61, 77, 120, 300, 1500])
@pytest.mark.parametrize("season", [1, 4, 12])
@pytest.mark.parametrize("horizon", [1, 4, 9])
def test_no_choice_reaches_into_the_test_part(rows: int, season: int, horizon: int) -> None:
    window = season if season > 1 else 4
    if rows < own._least(season, horizon, window):
        with pytest.raises(ValueError, match="too short to be judged"):
            own._moments(rows, season, horizon, window)
        return
    test, earlier, later = own._moments(rows, season, horizon, window)
    assert len(earlier) == own.EARLIER
    assert len(later) == own.LATER
    assert max(earlier) + horizon <= rows - test == min(later)
    assert max(later) + horizon <= rows
    assert min(earlier) >= max(2 * season + 2, season + window + horizon + own.SPARE)
    if season > 1 and later[1] - later[0] > 1:
        assert (later[1] - later[0]) % season != 0  # not always the same month


@pytest.mark.parametrize(
    ("frequency", "season", "horizon"),
    [
        ("Y-DEC", 1, 3),
        ("Q-DEC", 4, 4),
        ("W-SUN", 52, 13),
        ("D", 7, 14),
        ("h", 24, 24),
        ("B", 5, 10),
        ("15min", 96, 4),
        ("2h", 12, 12),
        ("min", 1, 60),
    ],
)
def test_what_suits_a_frequency(frequency: str, season: int, horizon: int) -> None:
    assert own._season(frequency, None) == season
    assert own._horizon(frequency) == horizon
    assert own._season(frequency, 11) == 11


def load(tmp_path: Path, rows, **how):
    return own.load(write(tmp_path, rows), **({"target": "y", "time": "t", "frequency": "M"} | how))


def monthly(count: int, values=None, start: str = "2000-01") -> list[str]:
    months = pd.period_range(start, periods=count, freq="M")
    values = np.arange(count) % 12 + 20.0 if values is None else values
    return ["t,y", *(f"{month},{value}" for month, value in zip(months, values, strict=True))]


def test_a_gap_is_refused_until_it_is_decided(tmp_path: Path) -> None:
    rows = monthly(120)
    del rows[60:63]
    with pytest.raises(
        ValueError, match=r"leaves a gap.*say gaps='interpolate', or 'leave"
    ) as told:
        load(tmp_path, rows)
    assert "'keep'" not in str(told.value)
    task = load(tmp_path, rows, gaps="interpolate")
    assert np.isnan(task.numbers).sum() == 3
    assert task.gaps == "3 of 120 rows missing, filled from the past, never judged by"
    rows = monthly(180)
    del rows[60:63]
    task = load(tmp_path, rows, gaps="leave out")
    assert len(task.series) == 180 - 62
    assert str(task.series.index[0]) == "2005-03"
    assert "62 rows up to the last gap" in task.gaps


def test_what_cannot_be_followed_through_is_refused_with_the_way_on(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"column 'y' must change, and is 3 in every row"):
        load(tmp_path, monthly(120, np.full(120, 3.0)))
    with pytest.raises(ValueError, match=r"a series of 20 rows is too short.*bring more rows"):
        load(tmp_path, monthly(20))
    with pytest.raises(ValueError, match=r"too short.*say horizon=5, or season=1 and horizon=11"):
        load(tmp_path, monthly(60))
    with pytest.raises(ValueError, match=r"too short.*say horizon=11, or season=1: that lowers"):
        load(tmp_path, monthly(80))
    assert load(tmp_path, monthly(80), season=1).horizon == 12
    with pytest.raises(
        ValueError, match=r"smaller horizon= and season=1 would lower the need to 29"
    ):
        load(tmp_path, monthly(28))
    assert load(tmp_path, monthly(29), season=1, horizon=1).test == 6
    with pytest.raises(ValueError, match=r"need 29 rows; bring more rows, or rows of a finer"):
        load(tmp_path, monthly(28), season=1, horizon=1)
    assert load(tmp_path, monthly(60), horizon=5).horizon == 5
    with pytest.raises(ValueError, match=r"say season=1 and horizon=4: that lowers the need"):
        load(tmp_path, monthly(40))
    assert load(tmp_path, monthly(40), season=1, horizon=4).horizon == 4
    with pytest.raises(FileNotFoundError, match="looked for in the notebook's folder"):
        own.load("nothing.csv", target="y", time="t", frequency="M")
    with pytest.raises(ValueError, match="'y' is the target: leave it"):
        load(tmp_path, monthly(120), inputs=["y"])
    hole = monthly(150)
    del hole[-30:-14]
    with pytest.raises(ValueError, match="nothing was measured in the 12 rows from"):
        load(tmp_path, hole, gaps="interpolate")


def test_a_gap_with_other_columns_offers_only_what_is_taken(tmp_path: Path) -> None:
    rows = [f"{row},{place % 5 if place else 'x'}" for place, row in enumerate(monthly(180))]
    del rows[60]
    with pytest.raises(ValueError, match=r"leaves a gap.*say gaps='leave out', which") as told:
        load(tmp_path, rows, inputs=["x"])
    assert "'keep'" not in str(told.value)
    assert "'interpolate'" not in str(told.value)
    assert len(load(tmp_path, rows, inputs=["x"], gaps="leave out").series) == 120


def test_what_never_changes_where_it_is_judged_is_refused(tmp_path: Path) -> None:
    values = numbers(150)
    for rows, what in ((slice(110, None), "be judged at"), (slice(47, 123), "choose on")):
        still = values.copy()
        still[rows] = 5.0
        with pytest.raises(ValueError, match=rf"is 5 in all \d+ rows at the \d moments to {what}"):
            load(tmp_path, monthly(150, still))


def test_one_row_is_one_row(tmp_path: Path) -> None:
    assert "horizon: 1 row ahead; a network reads 12 rows" in str(
        load(tmp_path, monthly(120), horizon=1)
    )
    assert (own.rows(0), own.rows(1), own.rows(2)) == ("0 rows", "1 row", "2 rows")


def test_who_competes_follows_from_the_series(tmp_path: Path) -> None:
    task = load(tmp_path, monthly(140, numbers(140, level=25.0)))
    everyone = contestants(task, seeds=(0, 1))
    assert set(baselines(task)) <= set(everyone)
    assert {"Holt-Winters", "network, shape to growth", "last season again"} <= set(everyone)
    assert "last season times growth" in baselines(task)
    below_zero = load(tmp_path, monthly(140, numbers(140, level=-5.0)))
    assert not {"Holt-Winters", "last season times growth", "network, shape to growth"} & set(
        contestants(below_zero, seeds=(0,))
    )
    assert "last season again" not in baselines(load(tmp_path, monthly(140), season=1))
    past = task.numbers[:100]
    for name, method in everyone.items():
        said = np.atleast_2d(method(past, task.horizon))
        assert said.shape == (2 if name.startswith("network") else 1, task.horizon), name
        assert np.isfinite(said).all()
        assert 5 < np.median(said) < 50, name  # in units of the series


def test_a_method_that_cannot_work_on_a_series_is_left_out_and_named(
    tmp_path: Path, capsys
) -> None:
    # Last year comes again to the last digit: the networks' changes are constant.
    task = load(tmp_path, monthly(140))
    everyone = contestants(task, seeds=(0,))
    assert "last season again" in everyone
    assert "network on changes" not in everyone
    assert "left out: network on changes (past must change" in capsys.readouterr().out
