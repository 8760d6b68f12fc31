"""Two small tasks that need memory: sums of numbers, and the parity of words over a and b."""

from __future__ import annotations

import random

import numpy as np
import torch
from torch import Tensor

from course_utils.lessons.anatomy.padding import CustomDataset
from course_utils.lessons.anatomy.texts import encode, places
from course_utils.signatures import BadArgument, Count, Texts, Whole, checked

# Longer words can't be numbered.
LONGEST = 60


@checked
def draw_sums(
    count: Count, shortest: Count = 2, longest: Count = 10, seed: Whole = 0
) -> tuple[list[Tensor], list[Tensor]]:
    """Draw sequences of numbers between −1 and 1, with the sum of each.

    Parameters
    ----------
    count : int
        How many.
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
    BadArgument
        If the lengths are out of order.

    Notes
    -----
    Taught in lesson 02b, `different-lengths`.
    """
    _check_lengths(shortest, longest)
    draw = torch.Generator().manual_seed(seed)
    lengths = torch.randint(shortest, longest + 1, (count,), generator=draw).tolist()
    sequences = [2 * torch.rand(length, 1, generator=draw) - 1 for length in lengths]
    return sequences, [one.sum(0) for one in sequences]


@checked
def draw_words(
    count: Count, shortest: Count = 2, longest: Count = 10, seed: Whole = 0
) -> list[str]:
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
    BadArgument
        If the lengths are out of order or over 60, or there aren't that many words.

    Notes
    -----
    Taught in lesson 02b, `different-lengths`.
    """
    _check_lengths(shortest, longest)
    if longest > LONGEST:
        raise BadArgument(f"longest must be at most {LONGEST}, got {longest}")
    # All words are numbered, the shortest first, and never written down: there may be 2 ** 61.
    there_are = 2 ** (longest + 1) - 2**shortest
    if count > there_are:
        raise BadArgument(f"count must be from 1 to {there_are}, got {count}")
    places = random.Random(seed).sample(range(there_are), count)
    return [_word(place + 2**shortest) for place in places]


def _word(number: int) -> str:
    """Read a number in base 2 as a word: after its leading 1, a for 0 and b for 1."""
    return f"{number:b}"[1:].replace("0", "a").replace("1", "b")


@checked
def long_words(steps: Count, count: Count = 500) -> list[str]:
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


@checked
def words_with_parity(words: Texts) -> CustomDataset:
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
    BadArgument
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
    if shortest > longest:
        raise BadArgument(f"shortest must be from 1 to longest = {longest}, got {shortest}")
