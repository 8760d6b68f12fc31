"""Networks and sequences for the exercises, tidy and drawn, and a forward pass that keeps all."""

import numpy as np

from course_utils.checking import Draw
from course_utils.lessons.elman import network

# Inputs, hidden, outputs: the lesson's own, ones, and no two alike.
SIZES = ((1, 6, 1), (1, 1, 1), (2, 3, 1), (1, 4, 2), (3, 2, 5), (4, 7, 3), (2, 5, 4))
STEPS = (1, 2, 3, 4, 5, 8, 13)


def small_network(
    seed: int, inputs: int = 1, hidden: int = 3, outputs: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Draw weights with two decimals, so that a learner can follow a case by hand.

    Parameters
    ----------
    seed, inputs, hidden, outputs : int
        The seed, and the sizes.

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
    """Draw inputs and targets with two decimals.

    Parameters
    ----------
    seed, steps, inputs, outputs : int
        The seed, and the sizes.

    Returns
    -------
    x, y : ndarray
        Shapes (steps, inputs) and (steps, outputs).
    """
    generator = np.random.default_rng(seed)
    x = generator.normal(0, 1, (steps, inputs)).round(2)
    return x, generator.normal(0, 1, (steps, outputs)).round(2)


def lesson_network() -> tuple[np.ndarray, np.ndarray]:
    """Give a network with the lesson's sizes, initialised as there.

    Returns
    -------
    w1, w2 : ndarray
        Shapes (7, 6) and (6, 1).
    """
    w1, w2 = network.initial_weights([0])
    return w1[0], w2[0]


def lesson_sequence() -> tuple[np.ndarray, np.ndarray]:
    """Give the 20 points that the lesson trains on, and their targets.

    Returns
    -------
    x, y : ndarray
        Each of shape (20, 1).
    """
    points = network.sine_points(21)
    return points[:-1].copy(), points[1:].copy()


def draw_network(
    draw: Draw, sizes: tuple[tuple[int, int, int], ...] = SIZES
) -> tuple[np.ndarray, np.ndarray]:
    """Draw weights of one of several sizes, small enough that no tanh saturates.

    Parameters
    ----------
    draw : Draw
        The dice.
    sizes : tuple
        Of inputs, hidden, outputs.

    Returns
    -------
    w1, w2 : ndarray
        Shapes (inputs + hidden, hidden) and (hidden, outputs).
    """
    inputs, hidden, outputs = draw.one_of("sizes", sizes)
    w1 = 0.6 * draw.array(inputs + hidden, hidden, kind="normal")
    return w1, draw.array(hidden, outputs, kind="normal")


def draw_sequence(draw: Draw, w1: np.ndarray, w2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Draw inputs and targets for a network, from any kind of numbers.

    Parameters
    ----------
    draw : Draw
        The dice.
    w1, w2 : ndarray
        The weights of one network.

    Returns
    -------
    x, y : ndarray
        Shapes (steps, inputs) and (steps, outputs).
    """
    steps = draw.one_of("steps", STEPS)
    return draw.array(steps, len(w1) - len(w2)), draw.array(steps, w2.shape[1])


def read(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Go forward from a zero context, and keep what the backward pass needs.

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
