"""Layers as Keras would hand them over, of random weights: cases for the exercises on porting."""

import numpy as np

from course_utils.checking import Case


def keras_cases(gates: int, biases: int = 1) -> tuple[Case, ...]:
    """Make two layers: kernel, recurrent kernel and bias.

    Parameters
    ----------
    gates : int
        How many blocks stand side by side in a kernel.
    biases : int
        How many rows the bias has; it is a plain vector where it has one.

    Returns
    -------
    tuple of Case
    """
    draw = np.random.default_rng(gates)
    cases = []
    for inputs, hidden in ((2, 3), (4, 1)):
        columns = gates * hidden
        shapes = (inputs, columns), (hidden, columns), (biases, columns)[biases == 1 :]
        weights = (draw.normal(size=shape).astype(np.float32) for shape in shapes)
        cases.append(Case(*weights, label=f"{inputs} inputs, hidden {hidden}"))
    return tuple(cases)
