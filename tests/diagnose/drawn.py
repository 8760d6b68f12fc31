"""Programs that are drawn: the same program again and again, with other random numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Make = Callable[[np.random.Generator], dict[str, Any]]


@dataclass(frozen=True)
class Drawn:
    """What a user would hand in (made by ``make``), and the names that fit its fault, if any."""

    name: str
    make: Make
    accept: frozenset[str] = frozenset()

    def hand_in(self, seed: int = 0) -> dict[str, Any]:
        return self.make(np.random.default_rng([seed, *self.name.encode()]))


class DrawnPrograms(list[Drawn]):
    """A list that functions are added to by decorating them."""

    def faulty(self, *accept: str) -> Callable[[Make], Make]:
        def add(make: Make) -> Make:
            self.append(Drawn(make.__name__, make, frozenset(accept)))
            return make

        return add

    def right(self, make: Make) -> Make:
        self.append(Drawn(make.__name__, make))
        return make

    def of(self, is_faulty: bool) -> list[Drawn]:
        return [program for program in self if bool(program.accept) == is_faulty]
