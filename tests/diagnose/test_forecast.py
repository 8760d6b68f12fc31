"""Each program gets its verdict; each probe finds, spares, and says why not."""

import copy

import numpy as np
import pytest
import torch

from course_utils.diagnose.forecast import FLAT, SHIFTED, WORSE, forecast
from course_utils.diagnose.intervals import COVERAGE
from course_utils.diagnose.units import WRONG_UNITS
from course_utils.forecasting import seasonal_naive
from course_utils.lessons import parts as lessons
from course_utils.series import load_airline
from tests.diagnose import programs_forecast, strangers_forecast
from tests.diagnose.drawn import Drawn, DrawnPrograms
from tests.diagnose.programs_forecast import hand, interval, season, walk

PROGRAMS = DrawnPrograms([*programs_forecast.PROGRAMS, *strangers_forecast.PROGRAMS])
NAMES = {"shifted", "flat", "wrong_units", "worse_than_naive", "interval_coverage"}


def named(program: Drawn) -> str:
    return program.name


def status(report, name: str) -> str:
    return next(one.status for one in report.findings if one.name == name)


@pytest.mark.parametrize("program", PROGRAMS.of(True), ids=named)
@pytest.mark.parametrize("seed", range(3))
def test_finds_the_fault(program: Drawn, seed: int) -> None:
    report = forecast(**program.hand_in(seed))
    assert report.names & program.accept, report


@pytest.mark.parametrize("program", PROGRAMS.of(False), ids=named)
@pytest.mark.parametrize("seed", range(10))
def test_never_flags_a_right_program(program: Drawn, seed: int) -> None:
    report = forecast(**program.hand_in(seed))
    assert not report.names, report


@pytest.mark.parametrize("program", PROGRAMS, ids=named)
def test_every_probe_says_something_and_nothing_is_changed(program: Drawn) -> None:
    given = program.hand_in()
    before = copy.deepcopy(given)
    drawn = torch.get_rng_state()
    report = forecast(**given)
    assert {one.name for one in report.findings} == NAMES
    assert not [one for one in report.findings if "ended in" in one.seen or "be read" in one.seen]
    for name, item in given.items():
        same = (
            torch.equal(item, before[name])
            if isinstance(item, torch.Tensor)
            else item == before[name]
        )
        assert same
    assert torch.equal(torch.get_rng_state(), drawn)


def test_anchors_are_there() -> None:
    sections = {number: part.sections for number, part in lessons().items()}
    for one in (SHIFTED, FLAT, WRONG_UNITS, WORSE, COVERAGE):
        assert one.anchor in sections[one.lesson], one.name


@pytest.mark.parametrize(
    ("actual", "made", "more"),
    [
        ([], [], {}),
        ([1.0, np.nan], [1.0, 2.0], {}),
        (np.ones((4, 3)), np.ones((4, 3)), {}),
        ("ab", "cd", {}),
    ],
)
def test_what_cannot_be_read_ends_in_findings(actual, made, more) -> None:
    report = forecast(actual, made, **more)
    assert {one.status for one in report.findings} == {"cannot tell"}


def test_without_past_and_mode_it_asks_for_them() -> None:
    values = walk(np.random.default_rng(0))
    report = forecast(values[1:], values[:-1])
    assert status(report, "shifted") == "cannot tell"
    assert "declare past= and season= and mode=" in str(report.to_dict())
    assert not report.names


def test_a_shift_is_no_fault_where_nothing_is_better() -> None:
    values = walk(np.random.default_rng(0))
    report = forecast(**hand(values, values[143:-1], mode="one_step"))
    assert status(report, "shifted") == "well"
    assert "random walk" in str(report)


def test_a_level_that_is_not_declared_is_asked_for() -> None:
    told = interval(np.random.default_rng(0), -0.1, 0.1, None, mode="one_step")
    finding = next(one for one in forecast(**told).findings if one.name == "interval_coverage")
    assert finding.status == "cannot tell"
    assert "0.9 for 90 %" in finding.todo


def test_few_values_do_not_convict_an_interval() -> None:
    """Half of eight values inside a 90 % interval is rare; three quarters are not."""
    actual = np.array([0.0, 0, 0, 0, 0, 0, 5, 5])
    report = forecast(actual, 0 * actual, low=-np.ones(8), high=np.ones(8), level=0.9)
    assert status(report, "interval_coverage") != "fault"


def test_a_border_that_is_a_number_counts_for_all_steps() -> None:
    actual = np.random.default_rng(0).normal(size=100)
    report = forecast(actual, 0 * actual, low=[-9.0], high=[9.0], level=0.5, mode="one_step")
    assert "interval_coverage" in report.names


def test_the_seasonal_naive_of_lesson_05_is_right_and_its_last_month_flat_is_not() -> None:
    series = load_airline().to_numpy()
    past, actual = series[:120], series[120:]
    more = {"past": past, "season": 12, "mode": "multi_step"}
    assert not forecast(actual, seasonal_naive(past, 24), **more).names
    assert "flat" in forecast(actual, np.full(24, past[-1]), **more).names


def test_a_forecast_in_the_scalers_range_is_in_wrong_units() -> None:
    values = season(np.random.default_rng(0))
    past = values[:144]
    scaled = 2 * (values[144:] - past.min()) / np.ptp(past) - 1
    assert forecast(**hand(values, scaled, mode="one_step")).names >= {"wrong_units"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"mode": "onestep"}, "mode must be one of None, 'one_step', 'multi_step', got 'onestep'"),
        ({"level": 90}, "level must be a share between 0 and 1, got 90; declare 90 % as level=0.9"),
        ({"level": 1.0}, "level must be a share between 0 and 1, got 1.0"),
        ({"level": -0.5}, "level must be a share between 0 and 1, got -0.5"),
        ({"forecast": np.zeros(9)}, "must be equally long, got 20 and 9"),
    ],
)
def test_arguments_that_cannot_be_used_raise(given: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        forecast(**{"actual": np.zeros(20), "forecast": np.zeros(20), **given})
