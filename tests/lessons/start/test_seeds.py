"""Lesson 00's cold open: the published runs, as they are stored, and what is said of them."""

import numpy as np
import pytest

from course_utils import forecasting, studies
from course_utils.lessons.start.explore_seeds import draw_seeds, runs, truth
from course_utils.series import load_airline


def test_the_runs_are_those_of_the_study() -> None:
    stored = studies.load("airline-published")
    assert len(runs()) == 32
    assert (runs()["loss"] == stored["last_loss"]).all()
    assert np.allclose(runs().filter(like="month"), stored.filter(like="leaking_"))
    assert list(runs()["seed"]) == list(range(32))


def test_the_changes_are_of_the_whole_year() -> None:
    year_1959, year_1960 = load_airline()["1959"].sum(), load_airline()["1960"].sum()
    assert truth() == pytest.approx(100 * (year_1960 / year_1959 - 1))
    first = runs().iloc[0]
    assert first["change"] == pytest.approx(
        100 * (first.filter(like="month").sum() / year_1959 - 1)
    )


def test_the_forecasts_swing_from_slump_to_boom_while_every_loss_is_tiny() -> None:
    assert runs()["change"].min() < -10 < 100 < runs()["change"].max()
    assert (runs()["loss"] < 0.01).all()  # of values between -1 and 1


def test_last_year_times_its_growth_beats_them_all() -> None:
    past, actual = np.split(load_airline().to_numpy(), [-12])
    line = forecasting.rmse(actual, forecasting.seasonal_naive_growth(past, 12))
    errors = [forecasting.rmse(actual, row) for row in runs().filter(like="month").to_numpy()]
    assert line < 0.5 * min(errors)


@pytest.mark.parametrize(
    ("seed", "words"),
    [
        (20, "It forecasts a slump: 13 % fewer passengers than in 1959."),
        (13, "It forecasts a boom: 135 % more passengers than in 1959."),
        (14, "It forecasts 12 % more passengers than in 1959."),
        (0, "The training loss that the script prints looks fine: 0.00001."),
    ],
)
def test_the_words_say_what_changed(seed: int, words: str) -> None:
    _, said = draw_seeds(seed)
    assert said.startswith(f"Seed {seed}; everything else is the same. ")
    assert words in said
    assert said.endswith("What happened: 11 % more.")
