"""What lesson 08 writes out, and where the package keeps it."""

from collections.abc import Iterable

import torch

from course_utils.lessons.today import mingru
from course_utils.lessons.today.exercises.scan import scan
from tests.taught import Arguments, Taught


def readings() -> Iterable[Arguments]:
    torch.manual_seed(0)
    x = torch.randn(3, 7, 2, requires_grad=True)
    return [(x,), (x, torch.randn(1, 3, 4, requires_grad=True))]


TAUGHT = [
    Taught(
        lesson="08",
        name="MinGRU",
        helper=mingru.MinGRU,
        calls=lambda: [(2, 4), (2, 4, torch.tanh)],
        then=readings,
        space=lambda: {"scan": scan},
    ),
]
