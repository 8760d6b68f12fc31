"""Draw the cases of a check at random, from a space that the exercise describes, with a fixed seed.

A few tidy cases let wrong answers through that happen to be right on them. So an exercise describes
a space: sizes (1, odd, even, unequal), signs, zeros and ties, dtypes, gradients on and off. `Draw`
deals from it as from a deck of cards: every option comes up once before any comes up again.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np

Option = TypeVar("Option")
SIZES = (1, 2, 3, 4, 5, 7)
# How numbers are drawn: a check that sees only one of these is easily fooled.
KINDS = ("normal", "negative", "positive", "with zeros", "with ties", "large", "small")


class Draw:
    """The dice and decks of one check.

    Parameters
    ----------
    name : str
        Of the exercise; the same name and seed draw the same cases.
    seed : int
        A different one draws different cases from the same space.
    """

    def __init__(self, name: str, seed: int = 0) -> None:
        self.rng = np.random.default_rng([zlib.crc32(name.encode()), seed])
        self._decks: dict[str, list[Any]] = {}

    def one_of(self, name: str, options: Sequence[Option]) -> Option:
        """Deal an option; all of them come up once before any comes up again.

        Parameters
        ----------
        name : str
            Of the deck: "batch", "dtype".
        options : sequence
            What can come up.
        """
        deck = self._decks.setdefault(name, [])
        if not deck:
            deck += [options[place] for place in self.rng.permutation(len(options))]
        return deck.pop()

    def size(self, name: str, least: int = 1) -> int:
        """Deal a size of at least ``least``: one, odd, even; each name has a deck of its own."""
        return self.one_of(name, [size + least - 1 for size in SIZES])

    def whole(self, low: int, high: int) -> int:
        """Draw a whole number from low to high, both included."""
        return int(self.rng.integers(low, high + 1))

    def array(self, *shape: int, dtype: Any = np.float64, kind: str | None = None) -> np.ndarray:
        """Draw numbers of one of `KINDS`, dealt in turn unless named.

        Parameters
        ----------
        *shape : int
            Of the array.
        dtype : dtype
            Of the array.
        kind : str, optional
            One of `KINDS`.
        """
        kind = self.one_of("kind of numbers", KINDS) if kind is None else kind
        values = self.rng.normal(size=shape)
        if kind == "negative":
            values = -abs(values) - 0.1
        elif kind == "positive":
            values = abs(values) + 0.1
        elif kind == "with zeros":
            values = np.where(self.rng.random(shape) < 0.4, 0.0, values)
        elif kind == "with ties":
            values = np.round(values)
        elif kind in ("large", "small"):
            values = values * (30.0 if kind == "large" else 1e-3)
        return values.astype(dtype)

    def tensor(
        self, *shape: int, dtype: Any = None, kind: str | None = None, grad: bool = False
    ) -> Any:
        """Draw a tensor, as `array` does: by default float32; a leaf with or without gradient."""
        torch = sys.modules.get("torch") or __import__("torch")
        values = torch.from_numpy(np.asarray(self.array(*shape, kind=kind)))
        return values.to(dtype or torch.float32).requires_grad_(grad)
