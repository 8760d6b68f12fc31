"""Small programs with known verdicts, for the probes to be tried on."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

Make = Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class Program:
    """What a user would hand in (made by ``make``), and the names that fit its fault, if any."""

    name: str
    make: Make
    accept: frozenset[str] = frozenset()

    def hand_in(self) -> dict[str, Any]:
        seed = zlib.crc32(self.name.encode()) % 10_000
        torch.manual_seed(seed)
        np.random.seed(seed)  # noqa: NPY002
        return self.make()


class Programs(list[Program]):
    """A list that functions are added to by decorating them."""

    def faulty(self, *accept: str) -> Callable[[Make], Make]:
        def add(make: Make) -> Make:
            self.append(Program(make.__name__, make, frozenset(accept)))
            return make

        return add

    def right(self, make: Make) -> Make:
        self.append(Program(make.__name__, make))
        return make

    def of(self, is_faulty: bool) -> list[Program]:
        return [program for program in self if bool(program.accept) == is_faulty]
