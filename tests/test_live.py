"""The live plot: how often it draws, that it waits where it was asked to, what it leaves."""

import io
from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from torch import Tensor

from course_utils import live
from course_utils.live import LivePlot, Picture
from course_utils.recurrent import SequenceModel
from course_utils.signals import Chunks, sin_cos_chunks
from course_utils.training import adam, fit_chunks

PNG = b"\x89PNG"


class Clock:
    """Time that passes only when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def chunks() -> Chunks:
    return sin_cos_chunks(20)


@pytest.fixture(autouse=True)
def no_figure_left() -> Iterator[None]:
    plt.close("all")
    yield
    plt.close("all")


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNROLLED_QUIET", raising=False)


@pytest.fixture
def unwatched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNROLLED_QUIET", "1")


def go(plot: LivePlot, clock: Clock, updates: int, each: float) -> None:
    """Make updates that take so many seconds each."""
    for number in range(updates):
        clock.pass_by(each)
        plot(number, 0.5 / (number + 1), torch.full((1, 10, 1), float(number)))


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize(("each", "most"), [(0.01, 0), (0.3, 6), (0.9, 10), (5.0, 20)])
def test_at_most_one_picture_a_second_and_one_at_the_end(
    clock: Clock, chunks: Chunks, each: float, most: int
) -> None:
    shown: list[tuple[float, bytes]] = []
    plot = LivePlot(chunks, show=lambda png: shown.append((clock(), png)), clock=clock)
    with plot:
        go(plot, clock, 20, each)
        during = len(shown)
    assert during <= most
    assert during >= most - 1
    assert len(shown) == during + 1
    times = [moment for moment, _ in shown[:during]]
    assert all(np.diff([100.0, *times]) >= 1 - 1e-9)
    assert all(png.startswith(PNG) for _, png in shown)


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize(("seconds", "wait"), [(0.0, 12.0), (60.0, 1.0)])
def test_a_slow_picture_comes_less_often_unless_the_run_waits_for_its_watchers(
    clock: Clock, chunks: Chunks, seconds: float, wait: float
) -> None:
    drawn: list[float] = []

    def slow_show(png: bytes) -> None:
        drawn.append(clock())
        clock.pass_by(0.2)

    plot = LivePlot(chunks, seconds=seconds, show=slow_show, clock=clock, sleep=lambda _: None)
    with plot:
        go(plot, clock, 20, 1.0)
        gaps = np.diff(drawn) - 0.2
    assert len(gaps) >= 1
    assert all(gaps >= wait - 1e-6)
    assert all(gaps <= wait + 1.0 + 1e-6)


@pytest.mark.usefixtures("watched")
def test_the_run_takes_the_seconds_that_were_asked_for(clock: Clock, chunks: Chunks) -> None:
    with LivePlot(
        chunks, seconds=15, show=lambda png: None, clock=clock, sleep=clock.pass_by
    ) as plot:
        go(plot, clock, 20, 0.01)
    assert clock() - 100 == pytest.approx(15)


@pytest.mark.usefixtures("watched")
def test_a_run_that_is_late_does_not_wait(clock: Clock, chunks: Chunks) -> None:
    slept: list[float] = []
    with LivePlot(
        chunks, seconds=1, show=lambda png: None, clock=clock, sleep=slept.append
    ) as plot:
        go(plot, clock, 20, 0.5)
    assert slept == []


@pytest.mark.usefixtures("watched")
def test_who_watches_is_left_no_second_picture(chunks: Chunks) -> None:
    with LivePlot(chunks, show=lambda png: None) as plot:
        plot(0, 0.5, torch.zeros(1, 10, 1))
    assert plt.get_fignums() == []


@pytest.mark.usefixtures("watched")
def test_the_cell_display_is_updated_in_place(
    chunks: Chunks, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    class Handle:
        def update(self, image: object) -> None:
            calls.append("update")

    def display(image: object, display_id: bool) -> Handle:
        assert display_id
        calls.append("display")
        return Handle()

    monkeypatch.setattr("IPython.display.display", display)
    show = live._cell_display()
    buffer = io.BytesIO()
    Figure(figsize=(1, 1)).savefig(buffer, format="png")
    for _ in range(3):
        show(buffer.getvalue())
    assert calls == ["display", "update", "update"]


@pytest.mark.usefixtures("unwatched")
def test_where_nobody_watches_there_is_one_figure_at_the_end(clock: Clock, chunks: Chunks) -> None:
    def never(_: object) -> None:
        raise AssertionError("nothing must be shown, nothing must wait")

    with LivePlot(chunks, seconds=15, show=never, clock=clock, sleep=never) as plot:
        go(plot, clock, 20, 3.0)
        assert plt.get_fignums() == []
    assert len(plt.get_fignums()) == 1
    left, right = plt.gcf().axes
    target, prediction = (line.get_xydata() for line in left.lines)
    # The last six chunks: the cosine, and what was said (chunk n said n everywhere).
    np.testing.assert_allclose(target[:, 0], chunks.times[14:].ravel())
    np.testing.assert_allclose(target[:, 1], chunks.targets[14:].flatten())
    np.testing.assert_allclose(prediction[:, 1], np.repeat(np.arange(14.0, 20.0), 10))
    np.testing.assert_allclose(right.lines[0].get_ydata(), 0.5 / np.arange(1, 21))


@pytest.mark.usefixtures("unwatched")
def test_a_run_of_no_update_leaves_nothing(chunks: Chunks) -> None:
    with LivePlot(chunks):
        pass
    assert plt.get_fignums() == []


@pytest.mark.usefixtures("watched")
def test_interrupt_keeps_what_was_learnt_and_shows_it(clock: Clock, chunks: Chunks) -> None:
    shown: list[bytes] = []

    def press_interrupt(seconds: float) -> None:
        clock.pass_by(seconds)
        if clock() > 103:
            raise KeyboardInterrupt

    with LivePlot(
        chunks, seconds=10, show=shown.append, clock=clock, sleep=press_interrupt
    ) as plot:
        run, state = fit_chunks(
            SequenceModel(), chunks.inputs, chunks.targets, optimizer=adam(0.02), on_step=plot
        )
    assert run.interrupted
    assert 1 <= len(run.losses) < 20
    assert plot.losses == run.losses
    assert isinstance(state, Tensor)
    assert shown[-1].startswith(PNG)


def test_watching_changes_nothing_in_the_training(chunks: Chunks) -> None:
    runs = []
    for on_step in (None, LivePlot(chunks, show=lambda png: None).__enter__()):
        torch.manual_seed(0)
        runs.append(
            fit_chunks(
                SequenceModel(),
                chunks.inputs,
                chunks.targets,
                optimizer=adam(0.02),
                on_step=on_step,
            )[0].losses
        )
    assert runs[0] == runs[1]


def test_every_prediction_is_recorded_before_its_update(chunks: Chunks) -> None:
    plot = LivePlot(chunks, show=lambda png: None)
    with plot:
        run, _ = fit_chunks(
            SequenceModel(), chunks.inputs, chunks.targets, optimizer=adam(0.02), on_step=plot
        )
    errors = np.square(plot.predictions - chunks.targets[:, 0, :, 0].numpy()).mean(axis=1)
    assert errors == pytest.approx(run.losses, rel=1e-4)


def test_the_picture_shows_no_more_than_is_done(chunks: Chunks) -> None:
    picture = Picture(Figure(), chunks, shown=3)
    picture.draw([0.5, 0.4], np.ones((20, 10)))
    assert len(picture.prediction.get_xdata()) == 20
    picture.draw([0.5] * 9, np.ones((20, 10)))
    assert picture.target.get_xdata()[0] == chunks.times[6, 0]
    assert picture.left.get_xlim() == pytest.approx((chunks.times[6, 0], chunks.times[8, -1]))


@pytest.mark.parametrize("seconds", [-1.0, float("inf"), float("nan")])
def test_seconds_that_never_end_are_refused(chunks: Chunks, seconds: float) -> None:
    with pytest.raises(ValueError, match="seconds must be"):
        LivePlot(chunks, seconds=seconds)


@pytest.mark.parametrize("quiet", ["", "1"])
def test_a_plot_watches_one_run_of_its_own_chunks_inside_its_block(
    chunks: Chunks, quiet: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNROLLED_QUIET", quiet)
    y = torch.zeros(1, 10, 1)
    plot = LivePlot(chunks, show=lambda png: None)
    with pytest.raises(ValueError, match=r"with LivePlot\(chunks\) as plot"):
        plot(0, 0.5, y)
    with plot:
        plot(0, 0.5, y)
        with pytest.raises(ValueError, match="make a new LivePlot for the next run"):
            plot(0, 0.5, y)
        with pytest.raises(ValueError, match="20 of 10 steps, but update 1 has 1"):
            plot(1, 0.5, y[:, :1])
        assert plot.losses == [0.5]
        for number in range(1, 20):
            plot(number, 0.5, y)
        with pytest.raises(ValueError, match="on_step must watch the chunks it was made with"):
            plot(20, 0.5, y)
    with pytest.raises(ValueError, match=r"with LivePlot\(chunks\) as plot"):
        plot(20, 0.5, y)


def test_a_picture_of_no_update_is_refused(chunks: Chunks) -> None:
    for losses in ([], [0.5] * 21):
        with pytest.raises(ValueError, match="losses must be 1 to 20 numbers, got"):
            Picture(Figure(), chunks).draw(losses, np.ones((20, 10)))
