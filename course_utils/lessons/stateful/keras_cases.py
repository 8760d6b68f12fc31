"""Layers as Keras would hand them over, with random weights: cases for the porting exercises."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_utils.checking import Case, Draw


def keras_case(
    draw: Draw, inputs: int, hidden: int, gates: int, biases: int = 1, kind: str | None = None
) -> Case:
    """Draw a layer: kernel, recurrent kernel and bias.

    Parameters
    ----------
    draw : Draw
        Where the numbers come from.
    inputs, hidden : int
        The sizes.
    gates : int
        How many blocks a kernel has, side by side.
    biases : int
        How many rows the bias has; with one it is a plain vector.
    kind : str, optional
        Of the numbers, as for `Draw.array`.

    Returns
    -------
    Case
    """
    columns = gates * hidden
    shapes = (inputs, columns), (hidden, columns), (biases, columns)[biases == 1 :]
    weights = [draw.array(*shape, dtype=np.float32, kind=kind) for shape in shapes]
    if draw.one_of("order", ("as Keras has it", "turned")) == "turned":  # as `.T` leaves it
        weights = [np.asfortranarray(part) for part in weights]
    return Case(*weights, label=f"{inputs} inputs, hidden {hidden}")


def keras_cases(gates: int, biases: int = 1) -> tuple[Case, ...]:
    """Make two layers to read, whose sizes cannot be mistaken for each other.

    Parameters
    ----------
    gates, biases : int
        As for `keras_case`.

    Returns
    -------
    tuple of Case
    """
    draw = Draw(f"{gates} gates")
    return tuple(keras_case(draw, *sizes, gates, biases, "normal") for sizes in ((2, 3), (4, 1)))


def keras_space(gates: int, biases: int = 1) -> Callable[[Draw], Case]:
    """Give the space of all such layers, for `Exercise.space`.

    Parameters
    ----------
    gates, biases : int
        As for `keras_case`.

    Returns
    -------
    callable
    """
    return lambda draw: keras_case(draw, draw.size("inputs"), draw.size("hidden"), gates, biases)
