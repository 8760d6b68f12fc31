"""What the cases of several exercises are made of."""

from collections.abc import Callable
from typing import Any, TypeVar

import torch

from course_utils.checking import Draw
from course_utils.recurrent import SequenceModel

Made = TypeVar("Made")


def with_seed(seed: int, make: Callable[..., Made], *args: Any) -> Made:
    """Make a layer with the first weights of a seed, and leave torch's own dice alone."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return make(*args)


def network(seed: int) -> SequenceModel:
    """Make a network of three hidden units from a seed."""
    return with_seed(seed, SequenceModel, 3)


def some_chunks(count: int, batch: int, steps: int) -> torch.Tensor:
    """Make inputs and targets (2, count, batch, steps, 1), the same ones every time."""
    dice = torch.Generator().manual_seed(3)
    return torch.randn(2, count, batch, steps, 1, generator=dice)


def draw_network(draw: Draw) -> SequenceModel:
    """Draw a network: from one hidden unit to the lesson's 32."""
    hidden = draw.one_of("hidden", (1, 2, 3, 5, 32))
    return with_seed(draw.whole(0, 9999), SequenceModel, hidden)


def draw_chunks(draw: Draw) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw inputs and targets (chunks, batch, steps, 1)."""
    shape = draw.size("chunks"), draw.size("batch"), draw.one_of("steps", (1, 2, 3, 4, 10)), 1
    heard = draw.one_of("inputs", ("normal", "negative", "positive", "with zeros"))
    wanted = draw.one_of("targets", ("normal", "negative", "positive", "with ties", "large"))
    return draw.tensor(*shape, kind=heard), draw.tensor(*shape, kind=wanted)
