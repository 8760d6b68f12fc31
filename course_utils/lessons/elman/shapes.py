"""Check that the arrays of `network` fit together: by their axes, and as one stack."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from course_utils.signatures import BadArgument, Positive, all_finite

Points = Float[np.ndarray, "... steps inputs"]
Targets = Float[np.ndarray, "... steps outputs"]
State = Float[np.ndarray, "... 1 context"]
W1 = Float[np.ndarray, "... rows hidden"]
W2 = Float[np.ndarray, "... hidden outputs"]
Rate = Positive | Float[np.ndarray, "..."]


def check_together(
    x: np.ndarray,
    state: np.ndarray,
    w1: np.ndarray,
    w2: np.ndarray,
    target: np.ndarray | None = None,
    name: str = "x",
) -> None:
    """Refuse arrays that don't belong to one network, or to one stack of networks.

    Parameters
    ----------
    x, state, w1, w2 : ndarray
        As for `network.forward`.
    target : ndarray, optional
        As for `network.bptt`. If given, it must be finite, and ``x`` too.
    name : str
        What ``x`` is called where it came in.

    Raises
    ------
    BadArgument
        With the array's name, and the shape that it must have.
    """
    stack, hidden = w1.shape[:-2], w1.shape[-1]
    if not x.shape[-2]:
        raise BadArgument(f"{name} must have at least one step, got shape {x.shape}")
    if w1.shape[-2] != x.shape[-1] + hidden:
        raise BadArgument(
            f"w1 must have shape (…, inputs + hidden, hidden) with "
            f"{x.shape[-1]} + {hidden} rows, got {w1.shape}"
        )
    if state.shape != (*stack, 1, hidden):
        raise BadArgument(f"state must have shape {(*stack, 1, hidden)}, got {state.shape}")
    check_stack(stack, w2=w2)
    series = {name: x} if target is None else {name: x, "target": target}
    check_stack(stack, **{name: one for name, one in series.items() if one.ndim > 2})
    if target is not None:
        all_finite(**series)


def check_stack(stack: tuple[int, ...], **arrays: np.ndarray) -> None:
    """Refuse arrays of another stack of networks, which NumPy would broadcast.

    Parameters
    ----------
    stack : tuple of int
        The axes in front of the weights' own two.
    **arrays : ndarray
        By their names.

    Raises
    ------
    BadArgument
        With the array's name.
    """
    for name, array in arrays.items():
        wanted = (*stack, *array.shape[-2:])
        if array.shape != wanted:
            raise BadArgument(f"{name} must have shape {wanted}, to go with w1, got {array.shape}")


def check_rates(rates: np.ndarray, w1: np.ndarray) -> None:
    """Refuse rates unless there is one for all networks, or one for each.

    Parameters
    ----------
    rates : ndarray
        Without axes, or with the axes of the stack.
    w1 : ndarray
        The weights.

    Raises
    ------
    BadArgument
        With the shape that is wanted, or the number that can't be a rate.
    """
    stack = w1.shape[:-2]
    if rates.shape not in ((), stack):
        raise BadArgument(
            f"rate must be one number, or one for each network, of shape {stack}, got {rates.shape}"
        )
    if not ((rates > 0) & (rates < np.inf)).all():
        raise BadArgument(f"rate must be above 0 and finite, got {rates}")
