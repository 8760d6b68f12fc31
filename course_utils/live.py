"""The live plot: the prediction, its target and the loss, while the training runs.

An ``on_step`` callback for `training.fit_chunks`. Drawing a picture takes as
long as dozens of updates, so it redraws at most once a second, and unless you
asked the run to take its time, it spends only one part in sixty on pictures.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from torch import Tensor

from course_utils import figures, settings
from course_utils.signals import Chunks
from course_utils.signatures import BadArgument, Count, Finite, Positive, checked

Show = Callable[[bytes], None]
SHORTEST_WAIT = 1.0
# After each picture we wait this many times as long as it took to draw.
WAIT_FACTOR = 60


@checked
class Picture:
    """Target and prediction over the last chunks, and the loss of every chunk.

    Parameters
    ----------
    figure : Figure
        An empty one to draw on.
    chunks : Chunks
        What the run trains on. The picture shows row 0 of a batch.
    shown : int
        How many chunks to show at once.
    limit : float
        The axis of the values reaches from ``-limit`` to ``limit``.

    Notes
    -----
    Used in lesson 03a, `training`.
    """

    def __init__(
        self, figure: Figure, chunks: Chunks, shown: Count = 6, limit: Positive = 1.6
    ) -> None:
        self.figure, self.chunks, self.shown = figure, chunks, shown
        left, right = figure.subplots(1, 2, width_ratios=(3, 2))
        for ax in (left, right):
            ax.spines[["top", "right"]].set_visible(False)
            ax.grid(alpha=0.3, linewidth=0.6)
        # Red target, blue prediction: the published colours, in shades everybody can tell apart.
        (self.target,) = left.plot([], [], color=figures.VERMILION, label="target (cos)")
        (self.prediction,) = left.plot([], [], "--", color=figures.BLUE, label="prediction")
        (self.loss,) = right.plot([], [], color=figures.BLACK, linewidth=1)
        left.set(xlabel="time (radians)", ylabel="value", ylim=(-limit, limit))
        left.legend(frameon=False, loc="lower left", ncols=2)
        right.set(xlabel="chunk", ylabel="training loss (MSE)", yscale="log")
        right.set(xlim=(0, max(len(chunks.times) - 1, 1)), ylim=(1e-4, 2))
        # Two dozen small ticks would take a third of the drawing time.
        right.yaxis.set_minor_locator(NullLocator())
        figure.subplots_adjust(left=0.07, right=0.99, bottom=0.17, top=0.95, wspace=0.22)
        self.left = left

    def draw(self, losses: list[float], predictions: np.ndarray) -> None:
        """Draw how far the training has come.

        Parameters
        ----------
        losses : list of float
            One per finished chunk, at least one.
        predictions : ndarray
            Shape (chunks, steps); rows that aren't finished are ignored.

        Raises
        ------
        BadArgument
            If there is no loss, or there are more losses than chunks.
        """
        if not 1 <= len(losses) <= len(self.chunks.times):
            raise BadArgument(
                f"losses must be 1 to {len(self.chunks.times)} numbers, got {len(losses)}"
            )
        seen = slice(max(0, len(losses) - self.shown), len(losses))
        times = self.chunks.times[seen].ravel()
        self.target.set_data(times, self.chunks.targets[seen, 0, :, 0].numpy().ravel())
        self.prediction.set_data(times, predictions[seen].ravel())
        self.left.set_xlim(times[0], times[-1])
        self.loss.set_data(range(len(losses)), losses)


@checked
class LivePlot:
    """Watch one training run, as its ``on_step``, inside a ``with`` block.

    If ``UNROLLED_QUIET`` is set, nobody watches: it draws nothing until the end,
    and leaves the last picture to ``plt.show()``.

    Parameters
    ----------
    chunks : Chunks
        What the run trains on.
    seconds : float
        How long the run should take at least, so that there is something to
        watch; each chunk waits for its turn. 0 means as fast as possible.
    shown, limit
        As for `Picture`.
    show : callable, optional
        Takes a PNG; by default the cell's own display.
    clock, sleep : callable
        Time, for tests to replace.

    Attributes
    ----------
    watched : bool
        Whether it draws pictures while the run goes on.
    losses : list of float
        One per finished chunk.
    predictions : ndarray
        Shape (chunks, steps): the predictions for row 0 before each update.

    Raises
    ------
    BadArgument
        If ``seconds`` is negative.

    Notes
    -----
    Used in lesson 03a, `training`.
    """

    def __init__(
        self,
        chunks: Chunks,
        *,
        seconds: Finite = 0.0,
        shown: Count = 6,
        limit: Positive = 1.6,
        show: Show | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        if seconds < 0:
            raise BadArgument(f"seconds must be 0 or more, got {seconds!r}")
        self.chunks, self.seconds, self.show = chunks, seconds, show
        self.shown, self.limit = shown, limit
        self.clock, self.sleep = clock, sleep
        self.watched = not settings.quiet()
        self.entered = False
        self.losses: list[float] = []
        self.predictions: np.ndarray = np.zeros(chunks.times.shape)

    def __enter__(self) -> LivePlot:
        self.entered = True
        if self.watched:
            self.show = self.show or _cell_display()
            # Outside pyplot, so that plt.show() at the end of the cell doesn't repeat it.
            figure = Figure(figsize=(9, 3), dpi=80, facecolor="white")
            FigureCanvasAgg(figure)
            self.picture = Picture(figure, self.chunks, self.shown, self.limit)
            self.began = self.clock()
            self.due = self.began + SHORTEST_WAIT
        return self

    def __call__(self, number: int, loss: float, y: Tensor) -> None:
        """Record an update, and draw if it is time.

        Parameters
        ----------
        number : int
            Of the chunk, from 0.
        loss : float
            Before the update.
        y : Tensor
            The prediction, shape (batch, steps, outputs).

        Raises
        ------
        BadArgument
            Outside the ``with`` block, in a second run, or for chunks that aren't the plot's.
        """
        self._check(number, y)
        # In this order: an Interrupt in between leaves no loss without its prediction.
        self.predictions[number] = y.numpy()[0, :, 0]
        self.losses.append(loss)
        if not self.watched:
            return
        if self.clock() >= self.due:
            self._redraw()
        early = self.began + self.seconds * (number + 1) / len(self.chunks.times) - self.clock()
        if early > 0:
            self.sleep(early)

    def _check(self, number: int, y: Tensor) -> None:
        if not self.entered:
            raise BadArgument("on_step must be open: with LivePlot(chunks) as plot: … on_step=plot")
        if number != len(self.losses):
            raise BadArgument(
                f"on_step must watch one run, but had seen {len(self.losses)} updates when update "
                f"{number} came: make a new LivePlot for the next run"
            )
        chunks, steps = self.predictions.shape
        if number >= chunks or y.shape[1] != steps:
            raise BadArgument(
                f"on_step must watch the chunks it was made with, {chunks} of {steps} steps, but "
                f"update {number} has {y.shape[1]}"
            )

    def __exit__(self, *_: object) -> None:
        self.entered = False
        # After Interrupt too, show what the run has reached.
        if not self.losses:
            return
        if self.watched:
            self._redraw()
        else:
            figure = plt.figure(figsize=(9, 3), dpi=80, facecolor="white")
            Picture(figure, self.chunks, self.shown, self.limit).draw(self.losses, self.predictions)

    def _redraw(self) -> None:
        assert self.show is not None
        start = self.clock()
        self.picture.draw(self.losses, self.predictions)
        file = io.BytesIO()
        self.picture.figure.savefig(file, format="png")
        self.show(file.getvalue())
        end = self.clock()
        # A run that waits for its watchers has time to spare; never slow down any other.
        wait = SHORTEST_WAIT if self.seconds else WAIT_FACTOR * (end - start)
        self.due = end + max(SHORTEST_WAIT, wait)


def _cell_display() -> Show:
    from IPython.display import Image, display

    handle: list[Any] = []

    def show(png: bytes) -> None:
        if handle:
            handle[0].update(Image(png))
        else:
            handle.append(display(Image(png), display_id=True))

    return show
