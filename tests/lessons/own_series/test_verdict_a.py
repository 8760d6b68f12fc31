"""The audit refuses a claim by the name of what is wrong with its method, on one's own data."""

from functools import partial

import numpy as np
import pytest
import torch

from course_utils import forecasting
from course_utils.judging import fill_gaps
from course_utils.lessons.own_series import own, verdict
from course_utils.lessons.own_series.exercises.defend import defend
from tests.lessons.own_series.files import numbers, table, write

LAST, SEASON = "last value", "last season again"
NAIVE = {LAST: forecasting.last_value, SEASON: partial(forecasting.seasonal_naive, season=12)}
METHODS = NAIVE | {"weighted sum": partial(forecasting.autoregression, order=12)}


@pytest.fixture(scope="module")
def task(tmp_path_factory: pytest.TempPathFactory) -> own.Task:
    path = write(tmp_path_factory.mktemp("data"), table("2005-01", numbers(150), "M"))
    return own.load(path, target="value", time="time", frequency="M", unit="kg")


def claim_of(task: own.Task, methods: dict = METHODS, naive: dict = NAIVE) -> dict:
    given = task.numbers, task.test, task.horizon, list(task.origins)
    return defend(methods, naive, *given, level=0.8)


def test_an_honest_claim_passes_and_is_put_into_words(task: own.Task) -> None:
    claim = claim_of(task)
    chosen = verdict.audit(task, claim, METHODS, NAIVE)
    told = verdict.report(task, claim, chosen)
    assert chosen.name == claim["method"] == "weighted sum"
    assert f"error {claim['error']:.4g} (RMSE, in kg)" in told
    assert "Method    weighted sum, no seeds: it always says the same" in told
    assert f"Next best {SEASON}: " in told
    months = task.later[-1] + task.horizon - task.later[0]
    assert f"%), on {months} rows of the file" in told
    assert f"the interval contained {claim['inside']} of 72 at 6 moments: " in told
    assert f"Baseline  {SEASON}: {claim['baseline error']:.4g}" in told
    assert f"80% by its label; counted where it had no say: {claim['inside']} of 72" in told
    assert told.startswith(
        "Forecast of value (kg), 2017-07 to 2018-06\nData      150 rows, 2005-01"
    )
    assert "Use 'weighted sum': it takes" in told
    assert told.endswith(".")


FAULTS = {
    "the baseline is missing: compare with one of": {"baseline": "none"},
    "the baseline is missing: the best one is": {"baseline": LAST, "baseline error": 99.0},
    "the interval was never counted": {"inside": 58},
    "the interval was never counted where it": {"total": 6},
    "the horizon is judged on nothing: 24 steps are claimed": {"forecast": np.zeros(24)},
    "the horizon is judged on nothing: over all 12": {"error": 0.1},
    "the choice saw the test part, or was not made": {"method": LAST},
    "the method must be one of": {"method": "a dream"},
}


@pytest.mark.parametrize("message", FAULTS)
def test_a_fault_in_the_claim_is_refused_by_name(message: str, task: own.Task) -> None:
    with pytest.raises(ValueError, match=message):
        verdict.audit(task, claim_of(task) | FAULTS[message], METHODS, NAIVE)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("baseline", "the baseline is missing"),
        ("inside", "the interval was never counted"),
        ("error", "a part is missing"),
    ],
)
def test_a_part_that_is_missing_is_named(key: str, message: str, task: own.Task) -> None:
    claim = claim_of(task)
    del claim[key]
    with pytest.raises(ValueError, match=f"{message}: the claim must say '{key}"):
        verdict.audit(task, claim, METHODS, NAIVE)


def standardised(values: np.ndarray):
    """Make a method whose scaler was fitted once, on values that it may not know."""
    mean, spread = values.mean(), values.std()

    def method(past: np.ndarray, horizon: int) -> np.ndarray:
        scaled = (past - mean) / spread
        return forecasting.autoregression(np.tanh(scaled / 9), horizon) * 9 * spread + mean

    return method


def not_undone(past: np.ndarray, horizon: int) -> np.ndarray:
    scaled = (past - past.mean()) / past.std()
    return forecasting.autoregression(scaled, horizon)


def growth_not_undone(past: np.ndarray, horizon: int) -> np.ndarray:
    return forecasting.autoregression(np.diff(np.log(past)), horizon)


def by_chance(past: np.ndarray, horizon: int) -> np.ndarray:
    said = forecasting.autoregression(past, horizon)
    return said + 0.01 * past.std() * torch.randn(horizon).numpy()


def two_networks(past: np.ndarray, horizon: int) -> np.ndarray:
    said = forecasting.autoregression(past, horizon)
    return np.stack([said, said])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda values: standardised(values), "the scaler saw the test part"),
        (lambda values: not_undone, "the transform is not undone"),
        (lambda values: growth_not_undone, "the transform is not undone"),
        (lambda values: by_chance, "one seed only: 'network' starts at random and has 1 member;"),
        (lambda values: two_networks, "one seed only: 'network' .* has 2 members"),
    ],
)
def test_a_fault_in_the_method_itself_is_refused_by_name(make, message, task: own.Task) -> None:
    methods = {"network": make(fill_gaps(task.numbers))}
    claim = claim_of(task, methods)
    with pytest.raises(ValueError, match=message):
        verdict.audit(task, claim, methods, NAIVE)


def test_a_choice_made_on_the_test_part_is_refused(task: own.Task) -> None:
    def prophet(past: np.ndarray, horizon: int) -> np.ndarray:
        # Worse than a weighted sum at the earlier origins, and the very same at the later ones.
        return forecasting.autoregression(past, horizon) * (1 if len(past) >= task.start else 1.3)

    claim = claim_of(task, {"prophet": prophet}) | {"baseline": SEASON}
    with pytest.raises(ValueError, match=r"the choice saw the test part.*'weighted sum' is best"):
        verdict.audit(task, claim, METHODS | {"prophet": prophet}, NAIVE)


def test_a_series_with_gaps_is_judged_by_what_was_measured(tmp_path) -> None:
    rows = table("2005-01", numbers(150), "M")
    del rows[140], rows[30]
    task = own.load(
        write(tmp_path, rows), target="value", time="time", frequency="M", gaps="interpolate"
    )
    claim = claim_of(task)
    assert claim["total"] < 72
    told = verdict.report(task, claim, verdict.audit(task, claim, METHODS, NAIVE))
    assert "Gaps      2 of 150 rows missing, filled from the past, never judged by" in told


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ({"method": "a", "baseline": "a"}, "Use 'a': nothing that was tried beats it"),
        ({"method": "b", "error": 12.0}, "Use 'a': the chosen method lost to it later"),
        ({"method": "b", "error": 9.8}, "Use 'a': 'b' is level with it, and less simple"),
        ({"method": "b", "error": 5.0}, "Use 'b': it takes 50% of the best baseline's error away"),
    ],
)
def test_the_advice_follows_from_the_numbers(claim, words) -> None:
    whole = {"baseline": "a", "baseline error": 10.0, "error": 10.0} | claim
    assert verdict._use(whole) == words


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (
            63,
            "the interval contained 63 of 84 at 6 moments: about right, as far as so few can tell",
        ),
        (73, "of 84 at 6 moments: about right"),  # 87 %
        (75, "a little wider than its label, but so few can't tell that from luck"),  # 89 %
        (83, "of 84 at 6 moments: too wide for its label of 80%"),
        (57, "a little narrower than its label, but"),  # 68 %
        (50, "of 84 at 6 moments: too narrow for its label of 80%"),  # 60 %
    ],
)
def test_the_interval_is_praised_no_more_than_was_counted(inside: int, words: str) -> None:
    claim = {"inside": inside, "total": 84, "low": np.zeros(14), "high": np.ones(14)}
    assert words in verdict._held(claim, 6, 0.8)
    without = claim | {"high": np.zeros(14)}
    assert "has no width, because no error was seen before" in verdict._held(without, 6, 0.8)


def test_the_forecast_is_handed_over_as_a_table(task: own.Task, tmp_path) -> None:
    claim = claim_of(task)
    told = verdict.table(task, claim)
    assert list(told.columns) == ["forecast", "low", "high"]
    assert [str(month) for month in told.index[[0, -1]]] == ["2017-07", "2018-06"]
    assert np.array_equal(told["high"], claim["high"])
    told.to_csv(tmp_path / "forecast.csv")
    lines = (tmp_path / "forecast.csv").read_text().splitlines()
    assert lines[0] == "date,forecast,low,high"
    assert lines[1].startswith("2017-07,")
    assert len(lines) == 13
