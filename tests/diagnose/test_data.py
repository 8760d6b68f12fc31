"""Each program gets its verdict; each probe finds, spares, and says why not."""

import copy
import datetime
import time

import numpy as np
import pandas as pd
import pytest
import torch

from course_utils.diagnose.data import PROBES, data
from course_utils.diagnose.places import Line, find
from course_utils.diagnose.scaling import declared_scaling
from course_utils.diagnose.times import read_times
from course_utils.lessons import parts as lessons
from course_utils.series import load_airline, make_windows
from course_utils.signals import sin_cos_chunks, stateful_batches
from tests.diagnose import programs_data, strangers_data
from tests.diagnose.drawn import Drawn, DrawnPrograms
from tests.diagnose.programs_data import cut, hand, seasonal

PROGRAMS = DrawnPrograms([*programs_data.PROGRAMS, *strangers_data.PROGRAMS])
NAMES = {
    "label_in_window",
    "label_misplaced",
    "test_in_training",
    "scaler_leak",
    "scaled_unequally",
    "sample_repeated",
    "rows_do_not_continue",
    "time_backwards",
    "time_jumps",
    "not_a_window",
}


def named(program: Drawn) -> str:
    return program.name


@pytest.mark.parametrize("program", PROGRAMS.of(True), ids=named)
@pytest.mark.parametrize("seed", range(2))
def test_finds_the_fault(program: Drawn, seed: int) -> None:
    report = data(**program.hand_in(seed))
    assert report.names & program.accept, report


@pytest.mark.parametrize("program", PROGRAMS.of(False), ids=named)
@pytest.mark.parametrize("seed", range(2))
def test_never_flags_a_right_program(program: Drawn, seed: int) -> None:
    report = data(**program.hand_in(seed))
    assert not report.names, report


@pytest.mark.parametrize("program", PROGRAMS, ids=named)
def test_every_probe_says_something_and_none_breaks_down(program: Drawn) -> None:
    report = data(**program.hand_in())
    assert {finding.name for finding in report.findings} == NAMES
    assert not [one for one in report.findings if "ended in" in one.seen or "be read" in one.seen]
    for finding in report.findings:
        assert finding.seen
        assert finding.status == "well" or finding.todo


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_name_has_a_faulty_program_of_its_own(name: str) -> None:
    assert any(program.accept == {name} for program in PROGRAMS)


def test_anchors_are_there() -> None:
    sections = {number: part.sections for number, part in lessons().items()}
    for suspicions in PROBES.values():
        for one in suspicions:
            assert one.anchor in sections[one.lesson], one.name


def _same(one, other) -> bool:
    if isinstance(one, torch.Tensor):
        return one.dtype == other.dtype and torch.equal(one.nan_to_num(7), other.nan_to_num(7))
    if isinstance(one, dict):
        return all(_same(one[name], other[name]) for name in one)
    if isinstance(one, (np.ndarray, pd.Series)):
        return np.array_equal(np.asarray(one), np.asarray(other))
    return bool(np.all(one == other))


@pytest.mark.parametrize("program", PROGRAMS, ids=named)
def test_leaves_everything_as_it_was(program: Drawn) -> None:
    given = program.hand_in()
    before = copy.deepcopy(given)
    drawn = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002
    data(**given)
    assert all(_same(given[name], before[name]) for name in given)
    assert torch.equal(torch.get_rng_state(), drawn[0])
    assert np.array_equal(np.random.get_state()[1], drawn[1])  # noqa: NPY002


def test_reads_arrays_that_cannot_be_written_to() -> None:
    made = seasonal(np.random.default_rng(0))
    x, y, series = (part.numpy() for part in (*cut(made), made))
    for part in (x, y, series):
        part.flags.writeable = False
    assert not data(x, y, series=series, horizon=1).names


def test_reads_tensors_with_gradients_and_of_half_precision() -> None:
    series = seasonal(np.random.default_rng(0))
    x, y = cut(series)
    assert not data(x.requires_grad_(), y.bfloat16(), series=series, horizon=1).names


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (torch.zeros(5, 4, 1), torch.zeros(6, 1)),
        (torch.zeros(0, 4, 1), torch.zeros(0, 1)),
        (torch.zeros(5), torch.zeros(5)),
        ("abc", "abc"),
        (None, None),
    ],
)
def test_what_cannot_be_read_ends_in_findings(x, y) -> None:
    report = data(x, y, series=torch.arange(9.0), horizon=1)
    assert {one.status for one in report.findings} == {"cannot tell"}
    assert {one.name for one in report.findings} == NAMES


def test_what_is_not_declared_is_not_assumed() -> None:
    x, y = cut(seasonal(np.random.default_rng(0)))
    report = data(x, y)
    assert {one.status for one in report.findings} == {"cannot tell"}
    assert all("declare" in one.todo for one in report.findings)


def test_a_series_shorter_than_a_window_ends_in_findings() -> None:
    report = data(torch.zeros(3, 9, 1), torch.zeros(3, 1), series=torch.zeros(5), horizon=1)
    assert not report.names


# The published schemes --------------------------------------------------------------------------


def test_finds_the_repeated_sample_of_lesson_03() -> None:
    """Chunks that hold their own end; with endpoint=False all is well."""
    for endpoint, names in ((True, {"sample_repeated"}), (False, set())):
        chunks = sin_cos_chunks(100, 10, endpoint=endpoint)
        wave = chunks.inputs[:, 0, :, 0]
        series = torch.cat([wave[:, :-1].ravel(), wave[-1, -1:]]) if endpoint else wave.ravel()
        report = data(
            chunks.inputs,
            chunks.targets,
            series=series,
            horizon=0,
            stateful=True,
            per_step=True,
            target="column",
        )
        assert report.names == names


@pytest.mark.parametrize(
    ("advance", "names"),
    [(20, set()), (1000, {"rows_do_not_continue"}), (40, {"rows_do_not_continue"})],
)
def test_finds_rows_of_lesson_04_that_do_not_continue(advance: int, names: set[str]) -> None:
    chunks = stateful_batches(12, batch=50, steps=20, advance=advance)
    series = np.sin(np.arange(12 * advance + 1000) / (10 * np.pi))
    report = data(
        chunks.inputs,
        chunks.targets,
        series=series,
        horizon=0,
        stateful=True,
        per_step=True,
        target="column",
        batch_size=50,
    )
    assert report.names == names


def test_flags_the_scaler_of_lesson_05_only_where_it_leaks() -> None:
    """132 months to train on, scaled to −1 … 1; published it is fitted on these alone."""
    series = load_airline()
    for known, names in ((series[:132], set()), (series, {"scaler_leak"})):
        scaled = 2 * (series - known.min()) / (known.max() - known.min()) - 1
        x, y = make_windows(scaled.to_numpy(), 12)
        report = data(
            x,
            y,
            series=series,
            horizon=1,
            window=12,
            split=132,
            train_idx=np.arange(120),
            test_idx=np.arange(120, 132),
            times=series.index,
        )
        assert report.names == names, report


# Details ----------------------------------------------------------------------------------------


def test_a_gap_is_said_to_be_declared_where_it_may_be_wanted() -> None:
    series = seasonal(np.random.default_rng(0))
    report = data(**hand(*cut(series, gap=4), series))
    finding = next(one for one in report.findings if one.name == "label_misplaced")
    assert finding.status == "cannot tell"
    assert "horizon=5" in finding.todo
    assert not data(**hand(*cut(series, gap=4), series, 5)).names


def test_says_how_many_windows_hold_a_test_label() -> None:
    series = seasonal(np.random.default_rng(0))
    x, y = cut(series)
    report = data(**hand(x, y, series, train_idx=range(0, 100), test_idx=range(90, 120)))
    assert "10 windows are in both parts" in str(report)


def test_find_sees_through_scaling_and_transforms() -> None:
    values = np.exp(np.random.default_rng(0).normal(size=80).cumsum() * 0.1) * 40
    line = Line(values[:, None], 40)
    for made, base in (
        (values, "the series"),
        (3 * values - 7, "the series"),
        (np.log(values), "the logarithm of the series"),
        (5 * np.log(values) + 1, "the logarithm of the series"),
        (np.sqrt(values), "the root of the series"),
        (np.log1p(values), "log(1 + series)"),
    ):
        windows = np.stack([made[i : i + 10] for i in range(60)])
        places = find(windows, line, 1e-7)
        assert places.base == base
        assert places.share == 1
        assert places.starts.tolist() == list(range(60))


def test_find_keeps_every_place_of_a_window_that_repeats() -> None:
    line = Line(np.tile([1.0, 2.0, 4.0, 3.0], 10)[:, None], 20)
    places = find(np.array([[1.0, 2.0, 4.0, 3.0, 1.0]]), line, 1e-7)
    assert sorted(places.place.tolist()) == list(range(0, 36, 4))
    assert places.starts.tolist() == [-1]


class _Fitted:
    mean_ = np.array([1.0, 2.0])
    scale_ = np.array([3.0, 4.0])


@pytest.mark.parametrize(
    ("scaler", "wanted"),
    [
        ({"mean": 1, "std": 2}, [(0, 1.0, 2.0)]),
        ({"min": [1, 0], "max": [3, 10]}, [(0, 1.0, 2.0), (1, 0.0, 10.0)]),
        ((torch.tensor(1.0), torch.tensor(2.0)), [(0, 1.0, 2.0)]),
        (_Fitted(), [(0, 1.0, 3.0), (1, 2.0, 4.0)]),
        (None, []),
        ({"power": 2}, []),
    ],
)
def test_reads_scalers(scaler, wanted) -> None:
    assert list(declared_scaling(scaler, 2)) == wanted


@pytest.mark.parametrize(
    ("times", "step", "dated"),
    [
        (torch.arange(3), 1, False),
        ([0.5, 1.0, 1.5], 0.5, False),
        (np.array(["2020-01-01", "2020-01-02", "2020-01-03"], dtype="datetime64"), 86400, True),
        (["2020-01-01", "2020-01-02", "2020-01-03"], 86400, True),
        (pd.period_range("2020-01", periods=3, freq="M"), 1, False),
        (pd.date_range("2020-01-01", periods=3, freq="h", tz="Asia/Tokyo"), 3600, True),
        ([datetime.date(2020, 1, day) for day in (1, 2, 3)], 86400, True),
        ([datetime.datetime(2020, 1, day) for day in (1, 2, 3)], 86400, True),
    ],
)
def test_reads_times(times, step, dated) -> None:
    read, are_dates = read_times(times)
    assert np.diff(read).tolist() == [step, step]
    assert are_dates is dated


def test_ten_thousand_windows_take_no_more_than_two_seconds() -> None:
    random = np.random.default_rng(0)
    series = random.normal(size=10_000).cumsum()
    windows = np.lib.stride_tricks.sliding_window_view(series, 31)
    noisy = windows[:, :-1, None] + random.normal(size=(len(windows), 30, 1))
    for x in (windows[:, :-1, None], noisy):
        began = time.process_time()
        data(x, windows[:, -1:], series=series, horizon=1, split=8000)
        assert time.process_time() - began < 2
