"""The steps of a GRU that the exercises of lesson 05b try."""

import torch

from course_utils.checking import Case


def gru_cases() -> tuple[Case, ...]:
    """Draw steps of two sizes: x, state, and the stacked weights w_ih, w_hh, b_ih, b_hh."""
    return _case(0, batch=2, inputs=3, hidden=4), _case(1, batch=1, inputs=1, hidden=6)


def _case(seed: int, batch: int, inputs: int, hidden: int) -> Case:
    generator = torch.Generator().manual_seed(seed)
    shapes: list[tuple[int, ...]] = [(batch, inputs), (batch, hidden)]
    shapes += [(3 * hidden, inputs), (3 * hidden, hidden), (3 * hidden,), (3 * hidden,)]
    # Half the usual spread: no gate is wide open or shut, so each slip shows.
    drawn = [torch.randn(shape, generator=generator) / 2 for shape in shapes]
    return Case(*drawn, label=f"batch {batch}, inputs {inputs}, hidden {hidden}")
