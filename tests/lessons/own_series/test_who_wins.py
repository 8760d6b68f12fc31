"""The systems, opponents and contests of lesson 06b."""

import numpy as np
import pytest
import torch
from sklearn.kernel_ridge import KernelRidge
from torch import nn

from course_utils import signals
from course_utils.forecasting import Backtest
from course_utils.lessons.airline import forecaster
from course_utils.lessons.own_series import (
    contest,
    explore_who_wins,
    memory,
    opponents,
    real_series,
    streams,
    systems,
)
from course_utils.recurrent import SequenceModel
from course_utils.signatures import BadArgument

# ---- systems


def test_mackey_glass_agrees_with_many_small_steps_of_eulers() -> None:
    every = 1000
    past = [1.2] * (17 * every + 1)
    for _ in range(30 * every):
        past.append(past[-1] + signals.mackey_glass_slope(past[-1], past[-1 - 17 * every]) / every)
    wanted = np.array(past[17 * every :: every])
    np.testing.assert_allclose(signals.mackey_glass(31, settle=0), wanted, atol=2e-4)


def test_mackey_glass_never_repeats_itself_and_starts_apart() -> None:
    one, other = (signals.mackey_glass(600, start=start) for start in (0.7, 1.2))
    assert 0.2 < one.min() < one.max() < 1.5
    assert np.abs(one - other).max() > 0.3
    with pytest.raises(BadArgument, match="step must divide 1, such as"):
        signals.mackey_glass(10, step=0.3)


def test_the_pendulum_is_the_sum_that_it_promises() -> None:
    values = systems.noisy_pendulum(20_000, np.random.default_rng(0))
    lags = np.column_stack([values[1:-1], values[:-2]])
    weights, *_ = np.linalg.lstsq(lags, values[2:], rcond=None)
    np.testing.assert_allclose(weights, [1.96 * np.cos(np.pi / 10), -(0.98**2)], atol=0.01)
    assert np.std(values[2:] - lags @ weights) == pytest.approx(1, abs=0.02)
    with pytest.raises(BadArgument, match="damping must be under 1"):
        systems.noisy_pendulum(5, np.random.default_rng(0), damping=1.0)


def test_a_light_is_switched_by_every_press() -> None:
    lights = systems.light_switch(3, 400, 0.2, torch.Generator().manual_seed(1))
    for presses, shown in zip(lights.inputs, lights.targets, strict=True):
        is_on = False
        for press, on in zip(presses[:, 0].tolist(), shown[:, 0].tolist(), strict=True):
            is_on ^= press == 1
            assert on == is_on
    assert lights.inputs.mean() == pytest.approx(0.2, abs=0.04)
    with pytest.raises(BadArgument, match="p must be under 1"):
        systems.light_switch(1, 5, 1.0, torch.Generator())


def test_rain_echo_and_bucket() -> None:
    drops = systems.rain(20_000, np.random.default_rng(0))
    assert np.mean(drops > 0) == pytest.approx(0.3, abs=0.02)
    np.testing.assert_array_equal(systems.echo(np.arange(1.0, 6.0), 2), [0, 0, 1, 2, 3])
    np.testing.assert_array_equal(systems.echo(np.arange(1.0, 3.0), 5), [0, 0])
    np.testing.assert_allclose(systems.bucket(np.array([1.0, 0, 2]), 2), [1, 0.5, 2.25])
    full = systems.bucket(drops, 10, overflows=True)
    assert full.max() == pytest.approx(3)
    assert (full <= systems.bucket(drops, 10) + 1e-12).all()


def test_noise_is_measured_in_standard_deviations() -> None:
    values = np.sin(np.arange(20_000.0)) * 7
    noisy = systems.with_noise(values, 0.3, np.random.default_rng(0))
    assert np.std(noisy - values) == pytest.approx(0.3 * values.std(), rel=0.03)
    np.testing.assert_array_equal(systems.with_noise(values, 0.0, np.random.default_rng(0)), values)


# ---- the contest


def test_a_cut_knows_nothing_of_the_later_part() -> None:
    clean = np.sin(np.arange(200.0))
    seen = clean + 0.1
    part = contest.cut(seen, clean, 120, window=10, horizon=5)
    later = seen.copy()
    later[120:] = 99
    other = contest.cut(later, clean, 120, window=10, horizon=5)
    np.testing.assert_array_equal(part.inputs, other.inputs)
    np.testing.assert_array_equal(part.targets, other.targets)
    assert part.inputs.shape == (106, 10)
    assert part.asked.shape == (76, 10)
    scaled = (seen - seen[:120].mean()) / seen[:120].std()
    np.testing.assert_allclose(part.asked[0], scaled[110:120])
    np.testing.assert_allclose(part.targets[-1], scaled[115:120])
    wanted = (clean - seen[:120].mean()) / seen[:120].std()
    np.testing.assert_allclose(part.truth[0], wanted[120:125])
    np.testing.assert_allclose(part.truth[-1], wanted[195:])


def test_a_cut_that_is_too_short_is_refused() -> None:
    values = np.arange(30.0)
    with pytest.raises(BadArgument, match=r"points must be 20 to 25, .* got 12"):
        contest.cut(values, values, 12, window=10, horizon=5)


@pytest.fixture(scope="module")
def small() -> contest.Cut:
    values = signals.mackey_glass(700)
    return contest.cut(values, values, 300, window=20, horizon=6)


def test_the_line_is_exact_where_the_world_is_linear() -> None:
    swing = np.cos(0.3 * np.arange(400.0)) * 0.999 ** np.arange(400.0)
    part = contest.cut(swing, swing, 200, window=5, horizon=8)
    table = contest.contest(part, 0, ("last value", "line"), steps=(1, 8))
    assert table["method"].tolist() == ["last value", "line"]
    assert table["h8"][1] < 1e-4 < 0.5 < table["h8"][0]
    assert (table["updates"] == 0).all()


def test_the_kernel_is_the_librarys_with_the_best_numbers(small: contest.Cut) -> None:
    predict = opponents.kernel(small.inputs, small.targets[:, :1], alphas=(1e-3,), gammas=(0.5,))
    model = KernelRidge(alpha=1e-3, kernel="rbf", gamma=0.5 / 20)
    wanted = model.fit(small.inputs, small.targets[:, 0]).predict(small.asked)
    np.testing.assert_allclose(predict(small.asked)[:, 0], wanted)
    tuned = opponents.kernel(small.inputs, small.targets)(small.asked)
    bad = opponents.kernel(small.inputs, small.targets, alphas=(1e3,))(small.asked)
    assert np.square(tuned - small.truth).mean() < 0.1 * np.square(bad - small.truth).mean()


@pytest.mark.parametrize("method", ["MLP", "RNN", "LSTM", "GRU"])
def test_networks_learn_and_are_the_same_from_one_seed(method: str, small: contest.Cut) -> None:
    one, again = (
        contest.fit(method, small.inputs, small.targets, seed=3, updates=60)(small.asked)
        for _ in range(2)
    )
    np.testing.assert_array_equal(one, again)
    assert np.square(one - small.truth).mean() < 0.7 * np.square(small.truth).mean()


def test_an_unknown_method_is_refused(small: contest.Cut) -> None:
    with pytest.raises(BadArgument, match="method must be one of last value, line"):
        contest.fit("oracle", small.inputs, small.targets)
    with pytest.raises(BadArgument, match="cell must be one of RNN, GRU, LSTM, MLP, got 'CNN'"):
        opponents.network(small.inputs, small.targets, "CNN")


def test_recursive_puts_each_forecast_at_the_end() -> None:
    said = opponents.recursive(
        lambda windows: windows[:, :1] + windows[:, -1:], np.array([[1.0, 2.0], [0.0, 1.0]]), 3
    )
    np.testing.assert_array_equal(said, [[3, 5, 8], [1, 2, 3]])


@pytest.mark.parametrize("system", ["Mackey–Glass", "pendulum"])
def test_every_seed_has_a_stretch_of_its_own(system: str) -> None:
    one, other = (contest.make_cut(system, 300, 0.0, seed) for seed in (0, 1))
    assert np.abs(one.inputs - other.inputs).max() > 0.5
    assert one.truth.shape == (1000 - 84 + 1, 84)


# ---- streams


class Switch(nn.Module):
    """Follows a light exactly."""

    def forward(self, x: torch.Tensor, state: None = None) -> tuple[torch.Tensor, torch.Tensor]:
        return (x.cumsum(dim=1) % 2) - 0.5, x[:, -1]


def test_share_right_counts() -> None:
    assert streams.share_right(Switch(), 0.1) == 1
    assert streams.share_right(SequenceModel(4), 0.3) == pytest.approx(0.5, abs=0.1)


def test_a_gru_learns_a_busy_switch_from_short_stretches() -> None:
    model = streams.train_on_lights(0, "GRU", [0.5], short_first=150, updates=150)
    assert streams.share_right(model, 0.5, steps=10) > 0.9


def test_the_forget_bias_is_set_where_the_forget_gates_are() -> None:
    model = SequenceModel(5, "LSTM")
    streams.set_forget_bias(model, 3.0)
    total = model.recurrent.bias_ih_l0 + model.recurrent.bias_hh_l0
    assert (total[5:10] == 3).all()
    assert (total[:5].abs() < 1).all()


@pytest.mark.parametrize("method", ["line", "MLP"])
def test_a_window_is_at_chance_and_sees_what_it_could_know(method: str) -> None:
    assert streams.window_share_right(5, 0.3, method, seed=1) == pytest.approx(0.5, abs=0.05)
    with pytest.raises(BadArgument, match="method must be 'line' or 'MLP'"):
        streams.window_share_right(5, 0.3, "kernel")


# ---- what has to be remembered


def test_a_window_long_enough_echoes_and_one_too_short_cannot() -> None:
    task = memory.make_task("every value", 6, 400, seed=0)
    assert memory.judge_window("line", task, 7) < 0.1
    assert memory.judge_window("line", task, 6) > 0.9


def test_the_network_is_judged_on_the_later_part_with_its_state_carried() -> None:
    task = memory.make_task("a sum", 5, 300, seed=0)
    model = memory.train_on_stretches(task, 10, seed=0, updates=150)
    error = memory.judge_network(model, task)
    assert error < 0.5
    spoilt = task._replace(true=np.append(np.full(300, 9.0), task.true[300:]))
    assert memory.judge_network(model, spoilt) == error
    assert len(task.true) == 300 + memory.JUDGED


def test_the_thermostat_task_and_unknown_tasks() -> None:
    task = memory.make_thermostat(0, points=500, judged=100)
    assert task.rain.shape == (600,)
    assert len(np.unique(task.true)) == 2
    with pytest.raises(BadArgument, match="remember must be one of every value"):
        memory.make_task("nothing", 5, 300, seed=0)
    with pytest.raises(BadArgument, match="method must be 'line' or 'kernel'"):
        memory.judge_window("network", task, 5)


# ---- real series


def test_the_members_are_lesson_05s() -> None:
    assert real_series.members((0, 1))["GRU"] == forecaster.final_network((0, 1))
    assert real_series.EARLIER == forecaster.CHOICE_ORIGINS
    assert real_series.LATER == forecaster.BACKTEST_ORIGINS


def test_the_mean_of_backtests_goes_member_by_member() -> None:
    actual = np.zeros((2, 3))
    many = Backtest((1, 2), actual, np.arange(12.0).reshape(2, 2, 3))
    one = Backtest((1, 2), actual, np.ones((1, 2, 3)))
    mean = real_series.mean_backtest(many, one)
    np.testing.assert_array_equal(mean.forecast, (many.forecast + 1) / 2)
    assert mean.origins == (1, 2)


# ---- the explorer


@pytest.mark.parametrize("remember", list(memory.TASKS))
def test_the_map_names_the_simplest_of_the_best(remember: str) -> None:
    for (steps, points), (name, error) in explore_who_wins.who_wins(remember, 20).items():
        setting = (remember, steps, 20, points)
        medians = {m: q[1] for m, q in explore_who_wins._errors()[setting].items()}
        best = min(medians.values())
        if name == "nobody":
            assert error == best > 0.9
            continue
        assert error == medians[name] <= 1.1 * best
        for simpler in explore_who_wins.METHODS[: explore_who_wins.METHODS.index(name)]:
            assert medians[simpler] > 1.1 * best


def test_no_window_echoes_what_lies_before_it() -> None:
    winners = explore_who_wins.who_wins("every value", 5)
    assert {winners[30, points][0] for points in (100, 300, 1000)} == {"nobody"}


def test_a_heating_that_never_changes_is_refused() -> None:
    with pytest.raises(ValueError, match="never changes"):
        memory.make_thermostat(0, points=200, judged=50, low=-100.0, high=100.0)
