"""Two small tasks that need memory: sums of numbers, and the parity of words over a and b."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import product

import numpy as np
import torch
from torch import Tensor

from course_utils.lessons.anatomy.padding import CustomDataset
from course_utils.lessons.anatomy.texts import encode, places


def draw_sums(
    count: int, shortest: int = 2, longest: int = 10, seed: int = 0
) -> tuple[list[Tensor], list[Tensor]]:
    """Draw sequences of numbers between −1 and 1, with the sum of each.

    Parameters
    ----------
    count : int
        How many, at least 1.
    shortest, longest : int
        Their lengths.
    seed : int
        Where the random numbers start.

    Returns
    -------
    sequences : list of Tensor
        Each (steps, 1).
    sums : list of Tensor
        Each (1,).

    Raises
    ------
    ValueError
        If ``count`` is under 1 or the lengths are out of order.

    Notes
    -----
    Taught in lesson 02b, `different-lengths`.
    """
    _check_lengths(shortest, longest)
    if count < 1:
        raise ValueError(f"count must be at least 1, got {count}")
    draw = torch.Generator().manual_seed(seed)
    lengths = torch.randint(shortest, longest + 1, (count,), generator=draw).tolist()
    sequences = [2 * torch.rand(length, 1, generator=draw) - 1 for length in lengths]
    return sequences, [one.sum(0) for one in sequences]


def draw_words(count: int, shortest: int = 2, longest: int = 10, seed: int = 0) -> list[str]:
    """Draw different words over the letters a and b, so that some of them can be held out.

    Parameters
    ----------
    count : int
        How many; no more than there are.
    shortest, longest : int
        Their lengths.
    seed : int
        Where the random numbers start.

    Returns
    -------
    list of str
        No word twice.

    Raises
    ------
    ValueError
        If the lengths are out of order, or there are not so many words.

    Notes
    -----
    Taught in lesson 02b, `different-lengths`.
    """
    _check_lengths(shortest, longest)
    lengths = range(shortest, longest + 1)
    words = ["".join(letters) for n in lengths for letters in product("ab", repeat=n)]
    if not 1 <= count <= len(words):
        raise ValueError(f"count must be from 1 to {len(words)}, got {count}")
    return random.Random(seed).sample(words, count)


def long_words(steps: int, count: int = 500) -> list[str]:
    """Draw words over the letters a and b that are longer than any in training.

    Parameters
    ----------
    steps, count : int
        Their length, and how many.

    Returns
    -------
    list of str
    """
    draw = np.random.default_rng(steps)
    return ["".join(letters) for letters in draw.choice(["a", "b"], size=(count, steps))]


def words_with_parity(words: Sequence[str]) -> CustomDataset:
    """Make the parity task: say after each letter whether the number of b's so far is odd.

    Parameters
    ----------
    words : sequence of str
        Of the letters a and b.

    Returns
    -------
    CustomDataset
        The target of a word has shape (steps,): 1 for odd, 0 for even.

    Raises
    ------
    ValueError
        As for `places`.

    Notes
    -----
    Taught in lesson 02b, `different-lengths`.
    """
    return CustomDataset(
        [encode(word, "ab") for word in words],
        [places(word, "ab").cumsum(0) % 2 for word in words],
    )


def _check_lengths(shortest: int, longest: int) -> None:
    if not 1 <= shortest <= longest:
        raise ValueError(f"shortest must be from 1 to longest = {longest}, got {shortest}")
