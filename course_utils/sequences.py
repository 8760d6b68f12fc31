"""Sequences of different lengths: making, encoding, padding, packing, reading them.

Everything is batch first. A padded batch always travels with its lengths, for
the padding itself cannot be told from data. Taught in lesson 02b.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from itertools import pairwise, product

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence
from torch.utils.data import Dataset

from course_utils.reproducibility import DATA_FOLDER

# The class that torch's cross-entropy leaves out of its mean.
IGNORED = -100
# What a sentence may be made of; a line break marks its beginning and its end.
LETTERS = "\n !',-.:;?abcdefghijklmnopqrstuvwxyz"

Item = tuple[Tensor, Tensor]


class CustomDataset(Dataset[Item]):
    """Sequences of any lengths, each with its target.

    Parameters
    ----------
    sequences : sequence of Tensor
        Each of shape (steps, features), with one number of features in all.
    targets : sequence of Tensor
        One for each sequence: of one shape for all, or whole numbers of shape
        (steps,), one class for each step.

    Raises
    ------
    ValueError
        If there is none, one has no steps or another number of features, or a
        target is missing.

    Notes
    -----
    Taught in lesson 02b, section 1.
    """

    def __init__(self, sequences: Sequence[Tensor], targets: Sequence[Tensor]) -> None:
        if len(sequences) != len(targets):
            raise ValueError(
                f"targets must be one a sequence, {len(sequences)}, got {len(targets)}"
            )
        if not len(sequences):
            raise ValueError("sequences must hold at least one, got none")
        for place, one in enumerate(sequences):
            if one.ndim != 2 or not len(one) or one.shape[1] != sequences[0].shape[1]:
                raise ValueError(
                    f"sequences[{place}] must have shape (steps ≥ 1, features) with as many "
                    f"features as sequences[0], got {tuple(one.shape)}"
                )
        self.sequences = list(sequences)
        self.targets = list(targets)

    def __len__(self) -> int:
        return len(self.sequences)

    def __getitem__(self, index: int) -> Item:
        return self.sequences[index], self.targets[index]


def pad(sequences: Sequence[Tensor], value: float = 0.0) -> tuple[Tensor, Tensor]:
    """Fill sequences up to the longest, and say how long each was.

    Parameters
    ----------
    sequences : sequence of Tensor
        Each of shape (steps, …), alike but for the steps.
    value : float
        What the padding holds.

    Returns
    -------
    padded : Tensor
        Shape (batch, longest, …).
    lengths : Tensor
        Shape (batch,), whole numbers.

    Raises
    ------
    ValueError
        If there is no sequence, or one has no steps.

    Notes
    -----
    Taught in lesson 02b, section 1.
    """
    lengths = torch.tensor([len(one) for one in sequences])
    if not len(sequences) or lengths.min() < 1:
        raise ValueError(
            f"sequences must be at least one, each of at least one step, got lengths "
            f"{lengths.tolist()}"
        )
    return pad_sequence(list(sequences), batch_first=True, padding_value=value), lengths


def collate(batch: Sequence[Item]) -> tuple[Tensor, Tensor, Tensor]:
    """Make one batch of items of a `CustomDataset`: a ``DataLoader``'s ``collate_fn``.

    Parameters
    ----------
    batch : sequence of (Tensor, Tensor)
        Sequences with their targets.

    Returns
    -------
    padded : Tensor
        Shape (batch, longest, features), zeros after each end.
    lengths : Tensor
        Shape (batch,).
    targets : Tensor
        Stacked; where each step has a class, (batch, longest) with −100 after
        each end, which torch's cross-entropy leaves out.

    Raises
    ------
    ValueError
        As for `pad`.

    Notes
    -----
    Taught in lesson 02b, section 1.
    """
    sequences, targets = zip(*batch, strict=True)
    padded, lengths = pad(sequences)
    each_step = targets[0].ndim == 1 and not targets[0].is_floating_point()
    return padded, lengths, pad(targets, IGNORED)[0] if each_step else torch.stack(targets)


def last(output: Tensor, lengths: Tensor) -> Tensor:
    """Take the output at each sequence's own last step.

    Parameters
    ----------
    output : Tensor
        Shape (batch, steps, features), padded.
    lengths : Tensor
        Shape (batch,).

    Returns
    -------
    Tensor
        Shape (batch, features).

    Raises
    ------
    ValueError
        If a length is under 1 or over the steps, or there is not one for each row.

    Notes
    -----
    Taught in lesson 02b, section 1.
    """
    if lengths.shape != (len(output),) or lengths.min() < 1 or lengths.max() > output.shape[1]:
        raise ValueError(
            f"lengths must be {len(output)} numbers from 1 to {output.shape[1]}, "
            f"got {lengths.tolist()}"
        )
    return output[torch.arange(len(output)), lengths - 1]


class Reader(nn.Module):
    """A recurrent layer that reads padded sequences, and a linear read-out of every step.

    Parameters
    ----------
    layer : nn.RNN, nn.GRU or nn.LSTM
        Batch first; one direction or two.
    outputs : int
        How many numbers are read out at each step.
    packed : bool
        Whether the padding is kept from the layer. Without, one direction reads
        the same at every real step and is faster on a CPU; but the state that
        comes back has seen the padding, and so has all that a second direction reads.

    Raises
    ------
    ValueError
        If the layer is not batch first.

    Notes
    -----
    Written out and taught in lesson 02b, section 2.
    """

    def __init__(self, layer: nn.RNNBase, outputs: int, packed: bool = True) -> None:
        super().__init__()
        if not layer.batch_first:
            raise ValueError("layer must have batch_first=True, got batch_first=False")
        self.layer, self.packed = layer, packed
        self.readout = nn.Linear(layer.hidden_size * (1 + layer.bidirectional), outputs)

    def forward(
        self, x: Tensor, lengths: Tensor, state: Tensor | tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, Tensor | tuple[Tensor, Tensor]]:
        """Read a padded batch.

        Parameters
        ----------
        x : Tensor
            Shape (batch, steps, features).
        lengths : Tensor
            Shape (batch,).
        state : Tensor or (Tensor, Tensor), optional
            Where each sequence starts; zeros unless given.

        Returns
        -------
        y : Tensor
            Shape (batch, steps, outputs); after a sequence's end it means nothing.
        state : Tensor or (Tensor, Tensor)
            After each sequence's own last step, if packed.
        """
        if not self.packed:
            output, state = self.layer(x, state)
            return self.readout(output), state
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        packed, state = self.layer(packed, state)
        output, _ = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])
        return self.readout(output), state


def encode(text: str, letters: str) -> Tensor:
    """Write a text as numbers: one column a letter, a single 1 in each row.

    Parameters
    ----------
    text : str
        At least one character, all of them in ``letters``.
    letters : str
        The alphabet, in the order of the columns.

    Returns
    -------
    Tensor
        Shape (steps, letters), float.

    Raises
    ------
    ValueError
        If a character is not in the alphabet, or there is none.

    Notes
    -----
    Taught in lesson 02b, section 1.
    """
    return nn.functional.one_hot(places(text, letters), len(letters)).float()


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
    ValueError
        As for `encode`.

    Notes
    -----
    Taught in lesson 02b, section 1.
    """
    strange = sorted(set(text) - set(letters))
    if strange or not text:
        raise ValueError(f"text must be made of {letters!r}, got {strange or 'nothing'}")
    return torch.tensor([letters.index(character) for character in text])


def draw_words(count: int, shortest: int = 2, longest: int = 10, seed: int = 0) -> list[str]:
    """Draw different words over the letters a and b, so that a part of them can be held out.

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
    Taught in lesson 02b, section 1.
    """
    if not 1 <= shortest <= longest:
        raise ValueError(f"shortest must be from 1 to longest = {longest}, got {shortest}")
    lengths = range(shortest, longest + 1)
    words = ["".join(letters) for n in lengths for letters in product("ab", repeat=n)]
    if not 1 <= count <= len(words):
        raise ValueError(f"count must be from 1 to {len(words)}, got {count}")
    return random.Random(seed).sample(words, count)


def running_parity(word: str) -> Tensor:
    """Say after each letter whether the number of b's so far is odd.

    Parameters
    ----------
    word : str
        Of the letters a and b.

    Returns
    -------
    Tensor
        Shape (steps,): 1 for odd, 0 for even.

    Raises
    ------
    ValueError
        As for `places`.

    Notes
    -----
    Taught in lesson 02b, section 1.
    """
    return places(word, "ab").cumsum(0) % 2


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
    Taught in lesson 02b, section 1.
    """
    if count < 1:
        raise ValueError(f"count must be at least 1, got {count}")
    if not 1 <= shortest <= longest:
        raise ValueError(f"shortest must be from 1 to longest = {longest}, got {shortest}")
    draw = torch.Generator().manual_seed(seed)
    lengths = torch.randint(shortest, longest + 1, (count,), generator=draw).tolist()
    sequences = [2 * torch.rand(length, 1, generator=draw) - 1 for length in lengths]
    return sequences, [one.sum(0) for one in sequences]


def load_sentences() -> list[str]:
    """Load the first two chapters of "Alice", cut into short sentences, in reading order.

    Returns
    -------
    list of str
        Lower case, made of `LETTERS`, each up to its full stop, colon or mark.

    Notes
    -----
    Lewis Carroll (1865), in the public domain; see data/README.md. Taught in
    lesson 02b, section 4.
    """
    text = (DATA_FOLDER / "alice.txt").read_text(encoding="utf-8").lower()
    text = re.sub(r"chapter .*\n.*\n", "", text).replace("--", " - ")
    text = re.sub(r"[^a-z ,.;:!?'-]", "", re.sub(r"\s+", " ", text))
    sentences = [part.strip() for part in re.split(r"(?<=[.!?;:]) ", text)]
    return [sentence for sentence in sentences if len(sentence) > 1]


def next_letters(sentences: Sequence[str]) -> CustomDataset:
    """Make the task of guessing each next letter of a sentence, and its end.

    Parameters
    ----------
    sentences : sequence of str
        Made of `LETTERS`.

    Returns
    -------
    CustomDataset
        A line break and the sentence go in; the sentence and a line break are
        the classes to guess, so both are one step longer than the sentence.

    Raises
    ------
    ValueError
        As for `places`.

    Notes
    -----
    Taught in lesson 02b, section 4.
    """
    return CustomDataset(
        [encode(f"\n{sentence}", LETTERS) for sentence in sentences],
        [places(f"{sentence}\n", LETTERS) for sentence in sentences],
    )


def count_pairs(sentences: Sequence[str]) -> Tensor:
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
    ValueError
        As for `places`.

    Notes
    -----
    Taught in lesson 02b, section 4.
    """
    counts = torch.zeros(len(LETTERS), len(LETTERS))
    for sentence in sentences:
        for before, after in pairwise(places(f"\n{sentence}\n", LETTERS).tolist()):
            counts[before, after] += 1
    return counts


def perplexity(counts: Tensor, held_out: Tensor, added: float = 0.1) -> float:
    """Judge on held-out pairs a model that knows nothing but counted pairs.

    Parameters
    ----------
    counts : Tensor
        Shape (letters, letters): pairs of the training text. Give each row the
        column sums, and it is a unigram's.
    held_out : Tensor
        Shape (letters, letters): pairs of the text to be judged on.
    added : float
        Added to each count, so that a pair never seen keeps a chance; above 0.

    Returns
    -------
    float
        The exponential of the mean −log probability: among how many equally
        likely letters the model seems to guess.

    Raises
    ------
    ValueError
        If ``added`` is not above 0, or the shapes differ.

    Notes
    -----
    Taught in lesson 02b, section 4.
    """
    if not added > 0:
        raise ValueError(f"added must be above 0, got {added}")
    if counts.shape != held_out.shape:
        raise ValueError(
            f"held_out must have the shape of counts, {tuple(counts.shape)}, "
            f"got {tuple(held_out.shape)}"
        )
    smoothed = counts + added
    chances = smoothed / smoothed.sum(1, keepdim=True)
    return float((-(held_out * chances.log()).sum() / held_out.sum()).exp())
