"""Where the probes can't be sure: nearly dead stacks, coarse numbers, a state for two layers."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from course_utils import diagnose
from course_utils.diagnose.compare import apart
from course_utils.diagnose.precision import coarsest
from tests.diagnose.programs_network import (
    FEATURES,
    STEPS,
    Built,
    asked,
    cells_whose_states_are_one,
    gru,
    lstm,
)
from tests.diagnose.strangers_network import (
    head,
    last_row_for_last_step,
    noise_that_each_row_keeps,
    second_layer_starts_from_the_first_ones_end,
)

SEEDS = range(20)


def finding(report: diagnose.Report, name: str, part: str = "") -> Any:
    return next(one for one in report.findings if one.name == name and part in one.tried + one.seen)


def stack(layers: int, seed: int) -> diagnose.Report:
    torch.manual_seed(seed)
    rnn, out = nn.LSTM(3, 2, num_layers=layers, batch_first=True), nn.Linear(2, 1)
    model = Built(lambda self, x: self.out(self.rnn(x)[0][:, -1]), rnn=rnn, out=out)
    return diagnose.network(model, torch.randn(5, 9, 3), task="encode")


@pytest.mark.parametrize(("layers", "least", "most"), [(4, 0, 0), (6, 0, 2), (8, 16, 20)])
def test_a_deep_narrow_stack_is_called_dead_where_it_is(layers: int, least: int, most: int) -> None:
    """With a width of 2, eight layers let nothing through, six most often do."""
    reports = [stack(layers, seed) for seed in SEEDS]
    assert least <= sum("output_dead" in report.names for report in reports) <= most
    assert not set().union(*(report.names for report in reports)) - {"output_dead"}


@pytest.mark.parametrize(
    "make", [cells_whose_states_are_one, second_layer_starts_from_the_first_ones_end]
)
def test_a_state_that_goes_through_two_layers_may_be_meant(make: Any) -> None:
    torch.manual_seed(0)
    told = finding(diagnose.network(**make()), "state_not_continued", "goes on from the state of")
    assert told.status == "cannot tell"
    assert "one per layer" in told.todo


def test_a_row_that_is_answered_by_its_place_may_be_meant() -> None:
    torch.manual_seed(0)
    told = finding(diagnose.network(**noise_that_each_row_keeps()), "rows_mixed")
    assert told.status == "cannot tell"
    assert "another place in the batch" in told.seen


def test_an_answer_without_rows_is_told_by_its_shape() -> None:
    torch.manual_seed(0)
    given = last_row_for_last_step()
    told = finding(diagnose.network(**given), "rows_mixed")
    assert told.status == "fault"
    assert "(10, 1) for 6 rows and for 5" in told.seen
    undeclared = diagnose.network(**{**given, "task": None})
    assert not undeclared.names
    assert finding(undeclared, "rows_mixed").status == "cannot tell"


def test_the_coarsest_numbers_decide() -> None:
    x = torch.randn(2, 3)
    single, double = nn.Linear(3, 1), nn.Linear(3, 1).double()
    assert coarsest(lambda: None, ()) == 0
    assert coarsest(lambda: double(x.double()), [double]) == 2.0**-52
    assert coarsest(lambda: single(x).double(), [double]) == 2.0**-23
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert coarsest(lambda: single(x).float(), [single]) == 2.0**-7


def test_rounding_of_single_numbers_within_is_no_fault_of_double_ones() -> None:
    """The two halves of a row differ by 3e-8: nothing for float32, much for float64."""

    def forward(self: Any, x: Tensor, state: Any = None) -> Any:
        out, state = self.rnn(x.float(), None if state is None else state.float())
        return self.out(out).double() + 1e-9 * len(x[0]), state.double()

    for seed in range(5):
        torch.manual_seed(seed)
        model = Built(forward, rnn=gru(), out=head())
        x = torch.randn(6, 10, 3, dtype=torch.float64)
        assert not diagnose.network(model, x, task="forecast", takes_state=True).names


def test_how_far_answers_are_apart() -> None:
    one = torch.tensor([1.0, float("nan"), float("inf")])
    assert apart(iter([one])) == apart([one, one.clone()]) == 0
    assert apart([one, one + 1, one - 3]) == 3
    assert apart([one, one.nan_to_num(0.0)]) == float("inf")
    assert apart([one, one[:2]]) == float("inf")


def next_values_as_many_as_steps() -> dict[str, Any]:
    def forward(self: Any, x: Tensor) -> Tensor:
        return self.out(self.rnn(x)[0][:, -1])

    return asked(forward, "forecast", rnn=lstm(), out=head(out=STEPS))


def next_values_of_two_columns_as_many_as_steps() -> dict[str, Any]:
    def forward(self: Any, x: Tensor) -> Tensor:
        return self.out(self.rnn(x)[0][:, -1]).reshape(len(x), STEPS, 2)

    return asked(forward, "forecast", rnn=gru(), out=head(out=2 * STEPS))


def next_values_of_a_window_of_one_length() -> dict[str, Any]:
    def forward(self: Any, x: Tensor) -> Tensor:
        return self.out(x.flatten(1))

    return asked(forward, "forecast", out=head(STEPS * FEATURES, STEPS))


def next_values_as_many_as_the_probes_of_order_look_at() -> dict[str, Any]:
    def forward(self: Any, x: Tensor) -> Tensor:
        return self.out(self.rnn(x)[0][:, -1])

    return asked(forward, "forecast", rnn=gru(), out=head(out=8))


def answers_without_a_third_axis_that_read_the_future() -> dict[str, Any]:
    def forward(self: Any, x: Tensor) -> Tensor:
        return self.out(self.rnn(x.flip(1))[0].flip(1)).squeeze(2)

    return asked(forward, "forecast", rnn=gru(), out=head())


def test_as_many_answers_as_steps_may_be_the_next_values() -> None:
    """The shape of the answer does not tell; what a shorter window gives does."""
    report = diagnose.network(**next_values_as_many_as_steps())
    told = finding(report, "future_read")
    assert told.status == "cannot tell"
    assert "(6, 10)" in told.seen
    assert 'task="encode"' in told.todo
    assert finding(report, "steps_mixed").status == "cannot tell"
    assert "(6, 10) in" in finding(report, "call_fails").seen
    assert finding(report, "steps_ignored").status == "well"


@pytest.mark.parametrize(
    "make",
    [
        next_values_as_many_as_steps,
        next_values_of_two_columns_as_many_as_steps,
        next_values_of_a_window_of_one_length,
        next_values_as_many_as_the_probes_of_order_look_at,
    ],
)
def test_the_next_values_of_a_window_read_no_future(make: Any) -> None:
    torch.manual_seed(0)
    assert not diagnose.network(**make()).names


def test_an_answer_at_each_step_needs_no_third_axis() -> None:
    torch.manual_seed(0)
    report = diagnose.network(**answers_without_a_third_axis_that_read_the_future())
    assert report.names == {"future_read"}
