"""What lessons 01a and 01b write out, each with the package's own."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch

from course_utils.checking.compare import Tolerance
from course_utils.lessons.elman import network
from course_utils.lessons.elman.exercises.step_back import step_back
from tests.taught import Taught

POINTS = network.sine_points(41)
X, Y = POINTS[:20], POINTS[1:21]
W1, W2 = network.initial_weights(range(4))
ONE = W1[1], W2[1]
STATE = np.linspace(-0.5, 0.5, 6)[None]


def space() -> dict[str, Any]:
    """Give what the cells of lesson 01b have made before they define something."""
    t_w1, t_w2 = (torch.tensor(w[0]).requires_grad_() for w in (W1, W2))
    return {"points": POINTS, "x": X, "y": Y, "start": (W1, W2), "t_w1": t_w1, "t_w2": t_w2}


def tensors(*arrays: np.ndarray) -> tuple[torch.Tensor, ...]:
    return tuple(map(torch.tensor, arrays))


def step_of_tensors(*given: torch.Tensor) -> tuple[torch.Tensor, ...]:
    return tensors(*network.step(*(tensor.numpy() for tensor in given)))


def gradients(
    x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray, k: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    found = network.bptt(x, y, network.zero_state(w1), w1, w2, k)
    return found.w1, found.w2


def loss_and_gradients(*given: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    x, y, w1, w2 = given
    return float(network.bptt(x, y, network.zero_state(w1), w1, w2).loss), *gradients(*given)


def by_autograd(detach: bool) -> list[np.ndarray]:
    return list(gradients(X, Y, W1[0], W2[0], 1 if detach else None))


def losses_of_the_published_loop(lost: str) -> list[float]:
    assert lost == "nothing"
    return network.train_each_step(X, Y, W1[0], W2[0], rate=0.1, epochs=30).losses.tolist()


def a_step_back() -> tuple[np.ndarray, ...]:
    g = np.random.default_rng(0)
    shapes = ((1, 2), (1, 3), (1, 5), (1, 3), (5, 3), (3, 2))
    return tuple(g.normal(size=shape) for shape in shapes)


# In double precision everywhere, so that no difference can hide in the rounding.
taught: Callable[..., Taught] = partial(Taught, tolerance=Tolerance(1e-10, 1e-10))

TAUGHT = [
    taught(
        lesson="01a",
        name="forward",
        helper=step_of_tensors,
        calls=lambda: [tensors(X[:1], STATE, *ONE)],
    ),
    taught(
        lesson="01a",
        name="elman_step",
        helper=network.step,
        calls=lambda: [(X[:1], STATE, *ONE)],
    ),
    taught(
        lesson="01a",
        name="free_running",
        helper=network.free_running,
        calls=lambda: [(POINTS[:21], count, *ONE) for count in (1, 7)],
    ),
    taught(
        lesson="01a",
        name="bptt",
        helper=loss_and_gradients,
        calls=lambda: [(X, Y, *ONE), (X[:1], Y[:1], *ONE)],
    ),
    taught(
        lesson="01b",
        name="forward",
        helper=step_of_tensors,
        calls=lambda: [tensors(X[:1], STATE, *ONE)],
    ),
    taught(lesson="01b", name="step_back", helper=step_back, calls=lambda: [a_step_back()]),
    taught(
        lesson="01b",
        name="truncated_bptt",
        helper=gradients,
        calls=lambda: [(X, Y, *ONE, k) for k in (1, 2, 7, 20, 30)],
    ),
    taught(
        lesson="01b",
        name="autograd",
        helper=by_autograd,
        calls=lambda: [(True,), (False,)],
        space=space,
    ),
    taught(
        lesson="01b",
        name="clip",
        helper=network.clip,
        calls=lambda: [(*ONE, limit) for limit in (0.1, 100.0)],
    ),
    taught(
        lesson="01b",
        name="train_without",
        helper=losses_of_the_published_loop,
        calls=lambda: [("nothing",)],
        space=space,
    ),
    taught(
        lesson="01b",
        name="elman_memory",
        helper=step_of_tensors,
        calls=lambda: [
            tensors(np.repeat(X[None, :1], 4, axis=0), np.tile(STATE, (4, 1, 1)), W1, W2)
        ],
    ),
]
