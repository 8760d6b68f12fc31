"""What lessons 02a and 02b write out, each with what the room keeps."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader

from course_utils.lessons.anatomy import one_batch, padding, reading, tasks, texts
from tests.taught import Taught

WORDS = ["abb", "babba", "ab", "bbaa", "aab", "b"]
SENTENCES = ["so!", "alice was beginning", "oh dear, oh dear."]


def numbers(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape)))


def items(*lengths: int) -> list[torch.Tensor]:
    return [numbers(length, 2) for length in lengths]


def datasets() -> Iterator[tuple[Any, ...]]:
    yield tasks.draw_sums(7)
    yield items(3, 1, 4), [torch.tensor([1, 0, 1]), torch.tensor([0]), torch.tensor([1, 1, 0, 0])]


def batches() -> Iterator[tuple[Any, ...]]:
    for data in (padding.CustomDataset(*tasks.draw_sums(5)), tasks.words_with_parity(WORDS)):
        yield ([data[i] for i in range(len(data))],)


def layers() -> Iterator[tuple[Any, ...]]:
    for cell, both, packed in product((nn.RNN, nn.GRU, nn.LSTM), (False, True), (False, True)):
        yield cell(2, 5, batch_first=True, bidirectional=both), 3, packed


def reader(outputs: int = 2, features: int = 2) -> reading.Reader:
    torch.manual_seed(1)
    return reading.Reader(nn.GRU(features, 8, batch_first=True), outputs)


def word_loader() -> DataLoader:
    return DataLoader(
        tasks.words_with_parity(tasks.draw_words(60)), 20, shuffle=True, collate_fn=padding.collate
    )


def of_two_classes() -> Iterator[tuple[Any, ...]]:
    _, lengths, targets = padding.collate(list(batches())[1][0])
    yield numbers(*targets.shape, 2).requires_grad_(True), lengths, targets


TAUGHT = [
    Taught(
        lesson="02a",
        name="train_on",
        helper=lambda *given: one_batch.train_on(*given)[0],
        calls=lambda: [
            (*one_batch.draw_batch("noise", 3), False, 4),
            (*one_batch.draw_batch("noise", 3), True, 4),
            (*one_batch.draw_batch("total", 5), True, 4),
        ],
    ),
    Taught(
        lesson="02a",
        name="sums_by_sgd",
        helper=one_batch.sums_by_sgd,
        calls=lambda: [(3, 1.0, 12), (3, float("inf"), 12)],
    ),
    Taught(
        lesson="02b",
        name="encode",
        helper=texts.encode,
        calls=lambda: [("abb", "ab"), (SENTENCES[1], texts.LETTERS)],
    ),
    Taught(lesson="02b", name="CustomDataset", helper=padding.CustomDataset, calls=datasets),
    Taught(
        lesson="02b",
        name="words_with_parity",
        helper=tasks.words_with_parity,
        calls=lambda: [(WORDS,)],
    ),
    Taught(
        lesson="02b",
        name="pad",
        helper=padding.pad,
        calls=lambda: [(items(3, 1, 4), 0.0), (items(3, 1, 4), 5.0)],
    ),
    Taught(lesson="02b", name="collate", helper=padding.collate, calls=batches),
    Taught(
        lesson="02b",
        name="last",
        helper=padding.last,
        calls=lambda: [
            (numbers(3, 4, 2).requires_grad_(True), torch.tensor([3, 1, 4])),
            (torch.tensor([[1, 0, -100], [1, 1, 0]]), torch.tensor([2, 3])),
        ],
    ),
    Taught(
        lesson="02b",
        name="Reader",
        helper=reading.Reader,
        calls=layers,
        then=lambda: [padding.pad(items(4, 2, 6))],
    ),
    Taught(
        lesson="02b",
        name="fit",
        helper=reading.fit_loader,
        calls=lambda: [
            (reader(), word_loader(), loss_of, 3)
            for loss_of in (reading.at_the_end, reading.at_every_step)
        ],
    ),
    Taught(lesson="02b", name="at_the_end", helper=reading.at_the_end, calls=of_two_classes),
    Taught(lesson="02b", name="at_every_step", helper=reading.at_every_step, calls=of_two_classes),
    Taught(
        lesson="02b",
        name="accuracy",
        helper=reading.accuracy,
        calls=lambda: [(reader(), tasks.words_with_parity(tasks.draw_words(40)))],
    ),
    Taught(
        lesson="02b",
        name="next_letters",
        helper=texts.next_letters,
        calls=lambda: [(SENTENCES,)],
        space=lambda: {"letters": texts.LETTERS},
    ),
    Taught(
        lesson="02b",
        name="perplexity_of",
        helper=reading.perplexity_of,
        calls=lambda: [(reader(len(texts.LETTERS), len(texts.LETTERS)), SENTENCES)],
        space=lambda: {"letters": texts.LETTERS},
    ),
]
