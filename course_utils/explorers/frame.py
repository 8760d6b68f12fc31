"""How every explorer is shown: a question, controls, a picture that follows them.

Where widgets do not run (a page on the web, a printed lesson) the still
picture of the first setting stands, with its description.
"""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

Draw = Callable[..., tuple[Figure, str]]


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

    picture, description = _still(draw, {name: c.value for name, c in controls.items()})
    bundle: dict[str, Any] = {
        "text/plain": f"{question}\n{description}",
        "image/png": base64.b64encode(picture).decode(),
    }
    if not os.environ.get("UNROLLED_QUIET"):
        bundle |= _live(question, controls, draw, picture, description)
    display(bundle, raw=True)


def _still(draw: Draw, settings: dict[str, Any]) -> tuple[bytes, str]:
    figure, description = draw(**settings)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=90)
    plt.close(figure)
    return file.getvalue(), description


def _live(
    question: str, controls: dict[str, Any], draw: Draw, picture: bytes, description: str
) -> dict[str, Any]:
    import ipywidgets as widgets

    image = widgets.Image(value=picture, format="png")
    words = widgets.HTML(value=description)

    def redraw(_: object) -> None:
        image.value, words.value = _still(draw, {name: c.value for name, c in controls.items()})

    for control in controls.values():
        control.observe(redraw, names="value")
    heading = widgets.HTML(value=f"<b>{question}</b>")
    rows = widgets.VBox(list(controls.values()))
    return widgets.VBox([heading, rows, image, words])._repr_mimebundle_()


def slider(value: int, low: int, high: int, step: int, name: str) -> Any:
    """Make a slider over integers that redraws when it is let go; arrow keys move it.

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
    import ipywidgets as widgets

    return widgets.IntSlider(value, low, high, step, description=name, continuous_update=False)
