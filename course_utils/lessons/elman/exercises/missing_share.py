"""Exercise 1b.2: how much is missing."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def missing_share(truncated: np.ndarray, whole: np.ndarray) -> float:
    """Norm of (truncated − whole) over the norm of whole, arrays of one shape: a plain float."""
    return float(np.linalg.norm(truncated - whole) / np.linalg.norm(whole))


def by_sums(truncated, whole):
    return float(np.sqrt(((whole - truncated) ** 2).sum() / (whole**2).sum()))


@wrong(
    "That is how much *shorter* it is. A gradient can have the right length and point elsewhere: "
    "take the norm of the difference."
)
def difference_of_the_lengths(truncated, whole):
    length = np.linalg.norm(whole)
    return float(abs(np.linalg.norm(truncated) - length) / length)


@wrong("That is how long the kept part is, as a share. The question is how much is missing.")
def what_is_kept(truncated, whole):
    return float(np.linalg.norm(truncated) / np.linalg.norm(whole))


@wrong("The roots are missing: these are sums of squares, and a norm is the root of one.")
def squared(truncated, whole):
    return float(((truncated - whole) ** 2).sum() / (whole**2).sum())


@wrong("You divided by the truncated gradient's norm. Divide by the whole one's.")
def over_the_truncated(truncated, whole):
    return float(np.linalg.norm(truncated - whole) / np.linalg.norm(truncated))


@wrong("You averaged over single numbers. Take one norm over all of them.")
def number_by_number(truncated, whole):
    return float(np.abs(truncated - whole).mean() / np.abs(whole).mean())


def gradients() -> tuple[Case, ...]:
    """Build two pairs: one at right angles, and one that is shown by its arguments."""
    return (
        Case(np.array([[3.0, 0.0]]), np.array([[0.0, 4.0]]), label="at right angles"),
        Case(np.array([[1.0, 2.0], [2.0, 0.5]]), np.array([[1.0, 2.5], [1.0, -2.0]])),
    )


def any_gradients(draw: Draw) -> Case:
    """Draw a whole gradient, and one that keeps nothing, a part, all of it, or points elsewhere."""
    shape = draw.one_of("shape", ((7, 6), (1, 1), (1, 5), (4, 1), (3, 2), (2, 8)))
    whole = draw.array(*shape, kind=draw.one_of("whole", ("normal", "negative", "large", "small")))
    scale = np.linalg.norm(whole)
    kinds = {
        "nothing": lambda: np.zeros(shape),
        "shorter": lambda: 0.7 * whole,
        "longer": lambda: 1.3 * whole,
        "nearly the same": lambda: whole * (1 + 1e-9 * draw.rng.normal(size=shape)),
        "the other way": lambda: -whole,
        "elsewhere": lambda: scale * draw.array(*shape, kind="normal"),
        "a little off": lambda: whole + 0.1 * scale * draw.array(*shape, kind="with zeros"),
    }
    return Case(kinds[draw.one_of("truncated", tuple(kinds))](), whole)


MISSING_SHARE = Exercise(
    id="1b.2",
    title="How much is missing?",
    difficulty=1,
    minutes=4,
    reference=missing_share,
    also_right=(by_sums,),
    cases=gradients,
    space=any_gradients,
    draws=21,
    atol=1e-12,  # the lesson asks for that much where nothing is missing
    misconceptions=(
        difference_of_the_lengths,
        what_is_kept,
        squared,
        over_the_truncated,
        number_by_number,
    ),
    hints=(
        "The norm is the root of the sum of all squares, and `np.linalg.norm` computes it.",
        "First subtract the arrays, then take the norm.",
    ),
    returns=("share",),
)
