"""Show an explorer: a question, controls, and a picture that follows them.

Where widgets don't run (a web page, a printed lesson, ipywidgets 7 or none)
you see a still picture of the first setting, with its description.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape
from types import SimpleNamespace
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from matplotlib.transforms import Bbox

from course_utils import settings

Draw = Callable[..., tuple[Figure, str]]
NAME = {"description_width": "7em"}  # room for a slider's name


def explore(question: str, controls: dict[str, Any], draw: Draw) -> None:
    """Show a question, controls, and a picture that follows them.

    Parameters
    ----------
    question : str
        The question that you answer by moving the controls.
    controls : dict
        From the name of an argument of ``draw`` to an ipywidgets control.
        Arrow keys move it.
    draw : callable
        Takes the controls' values by name, returns a figure and its description.
    """
    from IPython.display import display

    picture, description = still(draw, {name: c.value for name, c in controls.items()})
    bundle: dict[str, Any] = {}
    if settings.shows_widgets():
        bundle |= live(question, controls, draw)._repr_mimebundle_()
    bundle |= {
        "text/plain": f"{question}\n{description}",
        "image/png": base64.b64encode(picture).decode(),
    }
    display(bundle, raw=True)


def still(draw: Draw, settings: Mapping[str, Any], compress: int = 6) -> tuple[bytes, str]:
    """Draw one setting, as every move does.

    Parameters
    ----------
    draw : callable
        As for `explore`.
    settings : mapping
        The controls' values by name.
    compress : int
        How strongly to compress the PNG, 0 to 9. A move uses 1, to save time.

    Returns
    -------
    bytes, str
        A PNG, and its description.
    """
    figure, description = draw(**settings)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=90, pil_kwargs={"compress_level": compress})
    plt.close(figure)
    return file.getvalue(), description


def live(question: str, controls: dict[str, Any], draw: Draw) -> Any:
    """Make the widget: moving a control redraws the picture and rewrites its description.

    Parameters
    ----------
    question, controls, draw
        As for `explore`.

    Returns
    -------
    ipywidgets.VBox
        Question, controls, picture, description.
    """
    import ipywidgets as widgets

    def now() -> tuple[bytes, str]:
        return still(draw, {name: c.value for name, c in controls.items()}, compress=1)

    def in_lines(description: str) -> str:
        # A widget's own lines would be as high as a control.
        return f'<div style="line-height: 1.5">{escape(description)}</div>'

    def redraw(_: object) -> None:
        image.value, description = now()
        words.value = in_lines(description)

    picture, description = now()
    # ipywidgets 8 has no alt text, and a tooltip breaks its Image, so the words go below it.
    image = widgets.Image(value=picture, format="png")
    words = widgets.HTML(value=in_lines(description))
    for control in controls.values():
        control.observe(redraw, names="value")
    heading = widgets.HTML(value=f"<b>{escape(question)}</b>")
    return widgets.VBox([heading, widgets.VBox(list(controls.values())), image, words])


def panels(
    home: str,
    height: float = 3.4,
    widths: Sequence[float] = (1,),
    *,
    left: float = 0.08,
    right: float = 0.99,
    bottom: float = 0.16,
    gap: float = 0.2,
) -> tuple[Figure, list[Axes]]:
    """Return the empty axes of an explorer's picture.

    We make them once, since new ticks would take a third of the time of every move,
    and clear them before the next move. So every move must set scales, ticks and
    limits again. The margins are fixed, because a layout that adapts would take
    longer than all the drawing.

    Parameters
    ----------
    home : str
        The module that they belong to: ``__name__``.
    height : float
        Inches; the width is 10.
    widths : sequence of float
        The relative widths of the panels.
    left, right, bottom, gap : float
        Margins, as in ``Figure.subplots_adjust``.

    Returns
    -------
    Figure, list of Axes
        White background, no box.
    """
    figure, axes = _kept(home, height, tuple(widths), left, right, bottom, gap)
    for ax in axes:
        for bars in list(ax.containers):
            bars.remove()
        for drawn in [*ax.lines, *ax.patches, *ax.collections, *ax.texts]:
            drawn.remove()
        if ax.legend_ is not None:
            ax.legend_.remove()
        ax.dataLim.set_points(Bbox.null().get_points())
        ax.set_prop_cycle(None)
        ax.autoscale()
    return figure, list(axes)


@cache
def _kept(
    home: str,
    height: float,
    widths: tuple[float, ...],
    left: float,
    right: float,
    bottom: float,
    gap: float,
) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(10, height), facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.subplots(1, len(widths), width_ratios=widths, squeeze=False)[0]
    figure.subplots_adjust(left=left, right=right, bottom=bottom, top=0.97, wspace=gap)
    for ax in axes:
        ax.spines[["top", "right"]].set_visible(False)
    return figure, list(axes)


def log_values(ax: Axes) -> None:
    """Make the y axis logarithmic: one tick per decade, in plain numbers.

    Small ticks, and powers typeset as mathematics, would take longer than all the drawing.

    Parameters
    ----------
    ax : Axes
        Its y axis is changed.
    """
    if ax.get_yscale() != "log":
        ax.set_yscale("log")
    ax.yaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter("{x:g}")


def slider(value: int, low: int, high: int, step: int, name: str) -> Any:
    """Make a slider over integers; arrow keys move it.

    Parameters
    ----------
    value, low, high, step : int
        Its first value, its ends, and how far one key press goes.
    name : str
        Its label.

    Returns
    -------
    ipywidgets.IntSlider
    """
    return _control("IntSlider", value, min=low, max=high, step=step, description=name, style=NAME)


def choice(value: Any, options: Sequence[Any], name: str) -> Any:
    """Make a slider over a few values; arrow keys move it.

    Parameters
    ----------
    value
        Its first value.
    options : sequence
        What you can choose from, in order.
    name : str
        Its label.

    Returns
    -------
    ipywidgets.SelectionSlider
    """
    return _control("SelectionSlider", value, options=options, description=name, style=NAME)


def buttons(value: Any, options: Sequence[Any], name: str) -> Any:
    """Make a row of buttons, one of them pressed; Tab moves to the next, Space presses it.

    A menu wouldn't do, because JupyterLab takes the arrow keys away from it.

    Parameters
    ----------
    value, options, name
        As for `choice`.

    Returns
    -------
    ipywidgets.ToggleButtons
    """
    style = NAME | {"button_width": "auto"}
    return _control("ToggleButtons", value, options=options, description=name, style=style)


def tick(value: bool, name: str) -> Any:
    """Make a tick box; the space bar ticks it.

    Parameters
    ----------
    value : bool
        Whether it is ticked.
    name : str
        Its label.

    Returns
    -------
    ipywidgets.Checkbox
    """
    return _control("Checkbox", value, description=name, style=NAME)


def _control(kind: str, value: Any, **options: Any) -> Any:
    """Make a control; without ipywidgets, just its value, which a still picture needs."""
    if not settings.has_widgets():
        return SimpleNamespace(value=value)
    import ipywidgets

    return getattr(ipywidgets, kind)(value=value, **options)
