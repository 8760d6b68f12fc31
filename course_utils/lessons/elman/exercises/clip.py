"""Exercise 1b.4: clip by norm."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def clip(d_w1: np.ndarray, d_w2: np.ndarray, limit: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Shorten d_w1 (any shape) and d_w2 to a common norm of at most limit; give the old norm."""
    norm = float(np.sqrt(np.sum(d_w1**2) + np.sum(d_w2**2)))
    factor = limit / max(norm, limit)
    return d_w1 * factor, d_w2 * factor, norm


def _norm(*gradients):
    return float(np.linalg.norm(np.concatenate([gradient.ravel() for gradient in gradients])))


def laid_flat(d_w1, d_w2, limit):
    norm = _norm(d_w1, d_w2)
    scale = min(1.0, limit / norm) if norm else 1.0
    return scale * d_w1, scale * d_w2, norm


@wrong("A gradient that is short enough was stretched to the limit. Clipping only shortens.")
def always_scaled(d_w1, d_w2, limit):
    norm = _norm(d_w1, d_w2)
    factor = limit / norm if norm else 1.0
    return d_w1 * factor, d_w2 * factor, norm


@wrong("Each array was clipped by its own norm, which turns the step. Take one norm over both.")
def each_by_itself(d_w1, d_w2, limit):
    clipped = [d * (limit / max(limit, _norm(d))) for d in (d_w1, d_w2)]
    return *clipped, _norm(d_w1, d_w2)


@wrong(
    "Each number was cut off at the limit, which turns the step. Multiply them all by one factor."
)
def number_by_number(d_w1, d_w2, limit):
    return np.clip(d_w1, -limit, limit), np.clip(d_w2, -limit, limit), _norm(d_w1, d_w2)


@wrong("You added two norms. Sum the *squares* of all numbers, and take one root.")
def sum_of_two_norms(d_w1, d_w2, limit):
    norm = _norm(d_w1) + _norm(d_w2)
    factor = limit / max(norm, limit)
    return d_w1 * factor, d_w2 * factor, norm


@wrong(
    "You give back the norm after clipping. Give the one from before, as torch does; the other one "
    "tells you nothing."
)
def norm_after(d_w1, d_w2, limit):
    d_w1, d_w2, norm = clip(d_w1, d_w2, limit)
    return d_w1, d_w2, min(limit, norm)


@wrong("The root is missing: the norm is the root of the sum of squares.")
def norm_not_rooted(d_w1, d_w2, limit):
    norm = _norm(d_w1, d_w2) ** 2
    factor = limit / max(norm, limit)
    return d_w1 * factor, d_w2 * factor, norm


def gradients() -> tuple[Case, ...]:
    """Build gradients that are too long, short enough, and zero."""
    return (
        Case(np.array([[3.0, 0.0], [0.0, -2.0]]), np.array([[6.0], [0.0]]), 1.0, label="norm 7"),
        Case(np.array([[0.3, 0.0]]), np.array([[0.4]]), 2.0, label="norm 0.5: short enough"),
        Case(np.zeros((1, 2)), np.zeros((1, 1)), 1.0, label="zeros"),
    )


def any_gradients(draw: Draw) -> Case:
    """Draw gradients of any shape, one or both of them zeros, and a limit above or below."""
    shapes = ((7, 6), (6, 1)), ((3,), (2, 4)), ((1, 1), (5,)), ((2, 3, 4), (4, 2)), ((4, 1), (1, 3))
    d_w1, d_w2 = (draw.array(*shape) for shape in draw.one_of("shapes", shapes))
    zeros = draw.one_of("zeros", ("none", "none", "none", "w1", "w2", "both"))
    d_w1 *= zeros not in ("w1", "both")
    d_w2 *= zeros not in ("w2", "both")
    share = draw.one_of("limit", (0.1, 0.5, 0.98, 1.02, 1.5, 8.0))
    return Case(d_w1, d_w2, float(f"{share * _norm(d_w1, d_w2) or share:.3g}"))


CLIP = Exercise(
    id="1b.4",
    title="Clip by norm",
    difficulty=1,
    minutes=5,
    reference=clip,
    also_right=(laid_flat,),
    cases=gradients,
    space=any_gradients,
    draws=24,
    misconceptions=(
        always_scaled,
        each_by_itself,
        number_by_number,
        sum_of_two_norms,
        norm_after,
        norm_not_rooted,
    ),
    hints=(
        "Take one norm over both: the root of the sum of all squares.",
        "The factor is `limit / norm`, but never above 1. (A gradient of zeros has the norm 0: "
        "`limit / max(norm, limit)` never divides by it.)",
    ),
    returns=("d_w1", "d_w2", "norm"),
)
