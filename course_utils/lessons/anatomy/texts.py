"""Texts as numbers: letters, the sentences of "Alice", and the pairs of a bigram."""

from __future__ import annotations

import re
from itertools import pairwise

import torch
from torch import Tensor, nn

from course_utils.lessons.anatomy.padding import CustomDataset
from course_utils.settings import DATA_FOLDER
from course_utils.signatures import BadArgument, Texts, checked

# The characters of a sentence; a line break marks its beginning and its end.
LETTERS = "\n !',-.:;?abcdefghijklmnopqrstuvwxyz"


@checked
def encode(text: str, letters: str) -> Tensor:
    """Write a text as numbers: one column per letter, a single 1 in each row.

    Parameters
    ----------
    text : str
        At least one character; each must be in ``letters``.
    letters : str
        The alphabet, in the order of the columns.

    Returns
    -------
    Tensor
        Shape (steps, letters), float.

    Raises
    ------
    BadArgument
        If the text is empty, a character isn't in the alphabet, or the alphabet repeats a letter.

    Notes
    -----
    Taught in lesson 02b, `different-lengths`.
    """
    return nn.functional.one_hot(places(text, letters), len(letters)).float()


@checked
def places(text: str, letters: str) -> Tensor:
    """Write a text as the place of each of its characters in the alphabet.

    Parameters
    ----------
    text, letters : str
        As for `encode`.

    Returns
    -------
    Tensor
        Shape (steps,), whole numbers.

    Raises
    ------
    BadArgument
        As for `encode`.

    Notes
    -----
    Taught in lesson 02b, `different-lengths`.
    """
    if len(set(letters)) < len(letters):
        raise BadArgument(f"letters must be all different, got {letters!r}")
    strange = sorted(set(text) - set(letters))
    if strange or not text:
        raise BadArgument(f"text must be made of {letters!r}, got {strange or 'nothing'}")
    return torch.tensor([letters.index(character) for character in text])


def load_sentences() -> list[str]:
    """Load the first two chapters of "Alice", cut into short sentences, in reading order.

    Returns
    -------
    list of str
        Lower case, made of `LETTERS`, each up to its full stop, colon or mark.

    Notes
    -----
    Lewis Carroll (1865), in the public domain; see data/README.md. Taught in
    lesson 02b, `character-model`.
    """
    text = (DATA_FOLDER / "alice.txt").read_text(encoding="utf-8").lower()
    text = re.sub(r"chapter .*\n.*\n", "", text).replace("--", " - ")
    text = re.sub(r"[^a-z ,.;:!?'-]", "", re.sub(r"\s+", " ", text))
    sentences = [part.strip() for part in re.split(r"(?<=[.!?;:]) ", text)]
    return [sentence for sentence in sentences if len(sentence) > 1]


def sentences_apart() -> tuple[list[str], list[str]]:
    """Split the sentences of "Alice" at four fifths: the last fifth is held out.

    Returns
    -------
    list of str, list of str
        Those to learn from and those to judge by, in reading order.
    """
    sentences = load_sentences()
    cut = len(sentences) * 4 // 5
    return sentences[:cut], sentences[cut:]


@checked
def next_letters(sentences: Texts) -> CustomDataset:
    """Make the task of guessing each next letter of a sentence, and its end.

    Parameters
    ----------
    sentences : sequence of str
        Made of `LETTERS`.

    Returns
    -------
    CustomDataset
        A line break and the sentence go in, and the sentence and a line break have to be
        guessed, so both are one step longer than the sentence.

    Raises
    ------
    BadArgument
        As for `places`.

    Notes
    -----
    Taught in lesson 02b, `character-model`.
    """
    return CustomDataset(
        [encode(f"\n{sentence}", LETTERS) for sentence in sentences],
        [places(f"{sentence}\n", LETTERS) for sentence in sentences],
    )


@checked
def count_pairs(sentences: Texts) -> Tensor:
    """Count how often each letter follows each, the line breaks around a sentence included.

    Parameters
    ----------
    sentences : sequence of str
        Made of `LETTERS`.

    Returns
    -------
    Tensor
        Shape (letters, letters): row the letter before, column the letter after.

    Raises
    ------
    BadArgument
        As for `places`.

    Notes
    -----
    Taught in lesson 02b, `character-model`.
    """
    counts = torch.zeros(len(LETTERS), len(LETTERS))
    for sentence in sentences:
        for before, after in pairwise(places(f"\n{sentence}\n", LETTERS).tolist()):
            counts[before, after] += 1
    return counts
