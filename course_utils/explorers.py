"""The widgets, one a lesson: each asks one question that moving it answers.

Where widgets do not run (a page on the web, a printed lesson) the still
picture of the first setting stands, with its description.
"""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from course_utils import figures
from course_utils.forecasting import (
    Network,
    autoregression,
    holt_winters,
    last_value,
    rmse,
    seasonal_naive,
    seasonal_naive_growth,
)
from course_utils.series import Identity, Log, LogDifference, Transform, load_airline

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


# ------------------------------------------------------------- lesson 05

TRANSFORMS: dict[str, Transform] = {
    "as it is": Identity(),
    "logarithm": Log(),
    "growth, month on month": LogDifference(1),
    "growth, year on year": LogDifference(12),
}
BASELINES = {
    "last value": last_value,
    "last year": seasonal_naive,
    "last year × growth": seasonal_naive_growth,
    "13 coefficients": autoregression,
    "Holt-Winters": holt_winters,
}


def airline() -> None:
    """Explore what moves a small GRU up the scoreboard of lesson 05.

    Transform, window, horizon and hidden size; three seeds are trained at
    each move, on all months before the horizon.

    Notes
    -----
    Used in lesson 05, section 8.
    """
    import ipywidgets as widgets

    def slider(value: int, low: int, high: int, step: int, name: str) -> Any:
        return widgets.IntSlider(value, low, high, step, description=name, continuous_update=False)

    explore(
        "Which of the four controls decides whether the GRU beats a line of arithmetic?",
        {
            "transform": widgets.Dropdown(
                options=list(TRANSFORMS), value="as it is", description="transform"
            ),
            "window": slider(12, 3, 24, 3, "window"),
            "horizon": slider(12, 3, 24, 3, "horizon"),
            "hidden": slider(8, 2, 16, 2, "hidden"),
        },
        draw_airline,
    )


def draw_airline(transform: str, window: int, horizon: int, hidden: int) -> tuple[Figure, str]:
    """Draw the forecast of three seeds, and say where it stands on the scoreboard.

    Parameters
    ----------
    transform : str
        One of `TRANSFORMS`.
    window, horizon, hidden : int
        Months read, months forecast, size of the state.

    Returns
    -------
    Figure, str
        The picture, and its description.
    """
    series = load_airline()
    past, actual = series.to_numpy()[:-horizon], series.iloc[-horizon:]
    forecasts = _airline_forecasts(transform, window, horizon, hidden)
    median = float(np.median([rmse(actual.to_numpy(), forecast) for forecast in forecasts]))
    scores = {f"GRU, {transform}": median} | {
        name: rmse(actual.to_numpy(), method(past, horizon)) for name, method in BASELINES.items()
    }
    ranked = sorted(scores, key=lambda name: scores[name])

    figure, (left, right) = plt.subplots(
        1, 2, figsize=(10, 3.4), layout="constrained", facecolor="white", width_ratios=(3, 2)
    )
    figures.draw_fan(actual.index, {"GRU, three seeds": forecasts}, series.iloc[-48:], left)
    bars = right.barh(
        ranked,
        [scores[name] for name in ranked],
        color=[figures.BLUE if name.startswith("GRU") else "#BBBBBB" for name in ranked],
        hatch=["///" if name.startswith("GRU") else "" for name in ranked],
    )
    right.bar_label(bars, fmt="%.0f", padding=3)
    right.invert_yaxis()
    right.set(xlabel="RMSE (thousands of passengers)")
    right.spines[["top", "right"]].set_visible(False)
    place = ranked.index(f"GRU, {transform}") + 1
    description = (
        f"The GRU's median RMSE over the last {horizon} months is {median:.1f} thousand: "
        f"place {place} of {len(ranked)}. First is: {ranked[0]} ({scores[ranked[0]]:.1f})."
    )
    return figure, description


@lru_cache(maxsize=256)
def _airline_forecasts(transform: str, window: int, horizon: int, hidden: int) -> np.ndarray:
    network = Network(
        TRANSFORMS[transform], window=window, hidden=hidden, epochs=60, seeds=(0, 1, 2)
    )
    return network(load_airline().to_numpy()[:-horizon], horizon)
