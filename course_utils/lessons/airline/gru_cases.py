"""The steps of a GRU that the exercises of lesson 05b try."""

import torch

from course_utils.checking import Case, Draw


def gru_cases() -> tuple[Case, ...]:
    """Draw steps of two sizes: x, state, and the stacked weights w_ih, w_hh, b_ih, b_hh."""
    draw = Draw("readable")
    return gru_case(draw, batch=2, inputs=3, hidden=4), gru_case(draw, batch=1, inputs=1, hidden=6)


def gru_space(draw: Draw) -> Case:
    """Draw a step of any sizes, in both float widths, with gradients and without."""
    dtype = draw.one_of("dtype", (torch.float32, torch.float32, torch.float64))
    sizes = {name: draw.size(name) for name in ("batch", "inputs", "hidden")}
    return gru_case(draw, **sizes, dtype=dtype, grads=draw.one_of("gradients", GRADIENTS))


# For x and the state, and for the weights. The lesson compares with nn.GRU without any.
GRADIENTS = ((True, True), (False, True), (False, False), (True, False))


def gru_case(
    draw: Draw,
    batch: int,
    inputs: int,
    hidden: int,
    dtype: torch.dtype = torch.float32,
    grads: tuple[bool, bool] = (False, False),
) -> Case:
    """Draw a step of these sizes.

    Parameters
    ----------
    draw : Draw
        Where the numbers come from.
    batch, inputs, hidden : int
        The sizes.
    dtype : torch.dtype
        Of all six.
    grads : tuple of bool
        Whether x and the state need a gradient, and whether the weights do.
    """
    kind = draw.one_of("kind", ("normal", "with zeros", "negative", "positive", "small", "normal"))
    given = [
        draw.tensor(batch, size, dtype=dtype, kind=kind, grad=grads[0]) for size in (inputs, hidden)
    ]
    # Half the usual spread, so that no gate is wide open or shut and each slip shows.
    weights = [
        (draw.tensor(3 * hidden, *width, dtype=dtype, kind="normal") / 2).requires_grad_(grads[1])
        for width in ((inputs,), (hidden,), (), ())
    ]
    return Case(*given, *weights, label=f"batch {batch}, inputs {inputs}, hidden {hidden}")
