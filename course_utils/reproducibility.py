"""Seeds, threads, determinism: what makes a run repeatable.

Taught in lesson 00 (one thread, a fixed seed) and lesson 05a (why one seed proves nothing).
"""

from __future__ import annotations

import random
import warnings

from course_utils import settings


def begin(seed: int = 0) -> None:
    """Make a lesson repeatable: one torch thread, a fixed seed, strict under CI.

    One thread, because networks this small gain nothing from a second one and
    lose a lot when several notebooks share a machine. Call it once, in the
    first cell of a lesson.

    Parameters
    ----------
    seed : int
        The seed for the random numbers of Python, NumPy and torch.

    Raises
    ------
    ValueError
        If ``seed`` is not an integer in 0 … 2³² − 1.

    Notes
    -----
    If the environment variable ``UNROLLED_STRICT`` is set (``make test`` does
    that), every warning becomes an error, so that a stray one can't hide.
    Taught in lesson 00, `environment-report`.
    """
    import torch

    torch.set_num_threads(1)
    seed_everything(seed)
    if settings.strict():
        warnings.simplefilter("error")
        # The kernel's own housekeeping isn't ours to fix.
        warnings.filterwarnings("ignore", module=r"(ipykernel|jupyter_client|traitlets|tornado)")


def seed_everything(seed: int) -> None:
    """Seed the random numbers of Python, NumPy and torch.

    Parameters
    ----------
    seed : int
        0 … 2³² − 1 (NumPy doesn't take a larger one).

    Raises
    ------
    ValueError
        If ``seed`` is anything else.

    Notes
    -----
    The same seed gives the same run on one machine with one set of versions.
    On another machine the rounding differs, and after hundreds of steps so does
    the result; only the distribution over seeds agrees. Taught in lesson 05a,
    `published-scheme`.
    """
    import numpy as np
    import torch

    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**32:
        raise ValueError(f"seed must be an integer from 0 to 4294967295, got {seed!r}")
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - scikit-learn and statsmodels draw from this one
    torch.manual_seed(seed)
