"""What the cases of several exercises are made of."""

from collections.abc import Callable
from typing import Any, TypeVar

import torch

from course_utils.checking import Draw

Made = TypeVar("Made")


def numbers(*shape: int) -> torch.Tensor:
    """Draw numbers of a shape, the same ones every time."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape)))


def with_seed(seed: int, make: Callable[..., Made], *args: Any, **kwargs: Any) -> Made:
    """Make a layer whose first weights are those of a seed, and leave torch's dice alone."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return make(*args, **kwargs)


def draw_lengths(draw: Draw, batch: int, steps: int) -> torch.Tensor:
    """Draw lengths (batch,) from 1 to steps, in any order; mostly one of them fills all steps."""
    longest = max(1, steps - draw.one_of("steps that all lack", (0, 0, 1)))
    lengths = [draw.whole(1, longest) for _ in range(batch)]
    lengths[draw.whole(0, batch - 1)] = longest
    return torch.tensor(lengths)


def draw_floats(draw: Draw, *shape: int, kind: str | None = None) -> torch.Tensor:
    """Draw numbers, as `Draw.tensor` does, of either float width, with a gradient or without."""
    dtype, grad = draw.one_of(
        "dtype, gradient",
        ((torch.float32, True), (torch.float32, False), (torch.float64, True)),
    )
    return draw.tensor(*shape, dtype=dtype, kind=kind, grad=grad)
