"""The explorers of lessons 05a and 05b show what is stored, and say where it stands."""

import numpy as np
import pandas as pd
import pytest

from course_utils.forecasting import rmse, seasonal_naive
from course_utils.lessons.airline import explore_published, explore_settings
from course_utils.series import load_airline
from course_utils.studies import load

VALUES = load_airline().to_numpy()
NAIVE = rmse(VALUES[132:], seasonal_naive(VALUES[:132], 12))


@pytest.mark.parametrize(("state", "column"), [("leaking", "leaking_"), ("reset", "fresh_")])
def test_the_runs_stand_in_the_order_of_their_printed_loss(state: str, column: str) -> None:
    table = load("airline-published")
    errors = [rmse(VALUES[132:], row) for row in table.filter(like=column).to_numpy()]
    for place, (row, loss) in enumerate(table["last_loss"].sort_values().items(), start=1):
        figure, words = explore_published.draw_published(place, state)
        assert f"State: {state}. Seed {row} prints a loss of {loss:.1e}, number {place} of" in words
        rank = sorted(errors).index(errors[row]) + 1
        assert f"off by {errors[row]:.0f} thousand (RMSE), number {rank} of 32" in words
        assert f"{'better' if errors[row] < NAIVE else 'worse'} than “last year” (50.7)." in words
    forecast, point = figure.axes[0].lines[-1], figure.axes[1].lines[1]
    np.testing.assert_array_equal(forecast.get_ydata(), table.filter(like=column).loc[row])
    assert (point.get_xdata(), point.get_ydata()) == ([loss], [errors[row]])


def test_the_settings_are_drawn_as_they_are_stored() -> None:
    setting = {"transform": "month on month", "window": 6, "horizon": 3, "hidden": 2}
    figure, words = explore_settings.draw_settings(**setting)
    forecasts = load("airline-settings").merge(pd.DataFrame([setting])).filter(like="seed_")
    drawn = np.array([line.get_ydata() for line in figure.axes[0].lines[1:11]])
    np.testing.assert_array_equal(drawn, forecasts.T)
    median = np.median([rmse(VALUES[-3:], row) for row in forecasts.to_numpy().T])
    naive = rmse(VALUES[-3:], seasonal_naive(VALUES[:-3], 3))
    assert f"{median:.1f} thousand" in words
    assert f"{'ahead of' if median < naive else 'behind'} “last year” ({naive:.1f})" in words


def test_only_the_transform_makes_the_gru_beat_last_year() -> None:
    """Year on year in all of its settings; no other choice in all of its own."""
    board = explore_settings.standings()
    assert len(board) == 4**4
    ahead = board["GRU"] < board["last year"]
    always = [
        choice
        for control in ("transform", "window", "horizon", "hidden")
        for choice, beaten in ahead.groupby(board[control]).all().items()
        if beaten
    ]
    assert always == ["year on year"]
    row = board.iloc[77]
    assert row["GRU"] == explore_settings.scoreboard(*row[:4])["GRU"]
