"""How every explorer is shown: a question, controls, a picture that follows them.

Where widgets do not run (a page on the web, a printed lesson, ipywidgets 7
or none) the still picture of the first setting stands, with its description.
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
        What moving the controls answers.
    controls : dict
        From the name of an argument of ``draw`` to an ipywidgets control.
        Arrow keys move it.
    draw : callable
        Takes the controls' values by name, gives a figure and its description.
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
    """Draw one setting: what every move does.

    Parameters
    ----------
    draw : callable
        As for `explore`.
    settings : mapping
        The controls' values by name.
    compress : int
        How hard the PNG is pressed, 0 to 9. A move takes 1: that is a third of its time.

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
    """Make the widget: moving a control draws the picture and writes its description anew.

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
        # A widget's own lines are as high as a control.
        return f'<div style="line-height: 1.5">{escape(description)}</div>'

    def redraw(_: object) -> None:
        image.value, description = now()
        words.value = in_lines(description)

    picture, description = now()
    # ipywidgets 8 knows no alt text, and a tooltip breaks its Image: the words stand under it.
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
    """Give the empty axes of an explorer's picture.

    They are made once, since new ticks would cost a third of every move, and
    wiped before the next: what one move sets, scales and ticks and limits,
    every move must set. The margins are fixed: a layout that adapts itself
    would cost more than all the drawing.

    Parameters
    ----------
    home : str
        Whose they are: ``__name__``.
    height : float
        Inches; the width is 10.
    widths : sequence of float
        How wide the panels are, against one another.
    left, right, bottom, gap : float
        Margins, as ``Figure.subplots_adjust`` has them.

    Returns
    -------
    Figure, list of Axes
        White ground, no box.
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
    """Make the axis of the values logarithmic: a tick a decade, in plain numbers.

    Small ticks, and powers set as mathematics, would cost more than all the drawing.

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
        Where it stands, its ends, and how far one key press goes.
    name : str
        What stands beside it.

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
        Where it stands.
    options : sequence
        What can be chosen, in order.
    name : str
        What stands beside it.

    Returns
    -------
    ipywidgets.SelectionSlider
    """
    return _control("SelectionSlider", value, options=options, description=name, style=NAME)


def buttons(value: Any, options: Sequence[Any], name: str) -> Any:
    """Make a row of buttons, one of them pressed; Tab goes on to the next, Space presses it.

    A menu would be no good: JupyterLab takes the arrow keys away from it.

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
    """Make a box to tick; the space bar ticks it.

    Parameters
    ----------
    value : bool
        Whether it is ticked.
    name : str
        What stands beside it.

    Returns
    -------
    ipywidgets.Checkbox
    """
    return _control("Checkbox", value, description=name, style=NAME)


def _control(kind: str, value: Any, **options: Any) -> Any:
    """Make a control; without ipywidgets, what a still picture needs of it: its value."""
    if not settings.has_widgets():
        return SimpleNamespace(value=value)
    import ipywidgets

    return getattr(ipywidgets, kind)(value=value, **options)
