"""What lesson 03a claims about speed: the live plot costs next to nothing."""

import io

import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from torch import Tensor

from course_utils.live import LivePlot
from course_utils.recurrent import SequenceModel
from course_utils.signals import sin_cos_chunks
from course_utils.training import OnChunk, adam, fit_chunks
from tests.benchmarks.frame import Action, Bound, Ratio, Row

UPDATES = 16_000  # some ten seconds: long enough to be worth watching
REDRAWN = 40


def rows() -> list[Row]:
    """List all rows."""
    return [live_plot()]


def live_plot() -> Row:
    """Race one run without pictures, with the live plot, and with a picture at each update."""
    chunks = sin_cos_chunks(UPDATES)

    def train(updates: int, on_step: OnChunk | None) -> None:
        torch.manual_seed(0)
        fit_chunks(
            SequenceModel(),
            chunks.inputs[:updates],
            chunks.targets[:updates],
            optimizer=adam(0.02),
            on_step=on_step,
        )

    def alone(number: int) -> None:
        train(UPDATES, None)

    def live(number: int) -> None:
        plot = LivePlot(chunks, show=lambda png: None)
        plot.watched = True  # the benchmark is quiet, and draws all the same
        with plot:
            train(UPDATES, plot)

    def each_step(number: int) -> None:
        # As published: two more lines a step on one figure, and all of it drawn again. Its pause
        # of 0.05 s is left out; and the more lines there are the longer each picture takes, so
        # that the first 40 steps flatter it.
        figure = Figure(figsize=(9, 3), dpi=80)
        FigureCanvasAgg(figure)
        ax = figure.subplots()

        def redraw(step: int, loss: float, y: Tensor) -> None:
            ax.plot(chunks.times[step], chunks.targets[step].flatten(), "r-")
            ax.plot(chunks.times[step], y.flatten(), "b-")
            figure.savefig(io.BytesIO(), format="png")

        train(REDRAWN, redraw)

    slow = "redraw at each step, extrapolated"
    return Row(
        "live-plot",
        f"{UPDATES} updates of lesson 03a's network: without pictures, watched live, and drawn at "
        f"each step as published ({REDRAWN} steps timed).",
        (
            Action("no plot", alone),
            Action("live", live),
            Action(slow, each_step, scale=UPDATES / REDRAWN),
        ),
        (Ratio(slow, "live", Bound("≥", 20)), Ratio("live", "no plot", Bound("≤", 1.05))),
    )
