"""Small networks and sequences for the exercises, and a way forward that keeps everything."""

import numpy as np

from course_utils.lessons.elman import network


def small_network(
    seed: int, inputs: int = 1, hidden: int = 3, outputs: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Draw weights of two decimals, so that a learner can follow a case by hand.

    Parameters
    ----------
    seed, inputs, hidden, outputs : int
        Where the random numbers start, and the sizes.

    Returns
    -------
    w1, w2 : ndarray
        Shapes (inputs + hidden, hidden) and (hidden, outputs).
    """
    generator = np.random.default_rng(seed)
    w1 = generator.normal(0, 0.6, (inputs + hidden, hidden)).round(2)
    return w1, generator.normal(0, 0.6, (hidden, outputs)).round(2)


def small_sequence(
    seed: int, steps: int, inputs: int = 1, outputs: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Draw inputs and targets of two decimals.

    Parameters
    ----------
    seed, steps, inputs, outputs : int
        Where the random numbers start, and the sizes.

    Returns
    -------
    x, y : ndarray
        Shapes (steps, inputs) and (steps, outputs).
    """
    generator = np.random.default_rng(seed)
    x = generator.normal(0, 1, (steps, inputs)).round(2)
    return x, generator.normal(0, 1, (steps, outputs)).round(2)


def read(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Go forward from a zero context, and keep what the way back needs.

    Parameters
    ----------
    x : ndarray
        Shape (steps, inputs).
    w1, w2 : ndarray
        The weights of one network.

    Returns
    -------
    xh : ndarray
        Shape (steps, inputs + hidden): what each step read.
    h : ndarray
        Shape (steps, hidden): the context after each step.
    """
    _, states = network.forward(x, network.zero_state(w1), w1, w2)
    return np.concatenate((x, states[:-1]), axis=1), states[1:]
