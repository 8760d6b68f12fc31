"""Exercise 2b.1: pad a batch, and remember the lengths."""

import torch
from torch import nn

from course_utils.checking import Case, Draw, Exercise, Rejected, wrong
from course_utils.lessons.anatomy.cases import draw_lengths, numbers


def pad(sequences: list[torch.Tensor], value: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Fill sequences (steps, …) up to the longest: padded (batch, longest, …), lengths (batch,)."""
    lengths = torch.tensor([len(one) for one in sequences])
    longest = int(lengths.max())
    padded = sequences[0].new_full((len(sequences), longest, *sequences[0].shape[1:]), value)
    for row, one in zip(padded, sequences, strict=True):
        row[: len(one)] = one
    return padded, lengths


def by_library(sequences, value=0.0):
    padded = nn.utils.rnn.pad_sequence(sequences, batch_first=True, padding_value=value)
    return padded, torch.tensor(list(map(len, sequences)))


@wrong("The padding comes first, so an RNN would read it first. Put it after the end.")
def in_front(sequences, value):
    padded, lengths = pad([one.flip(0) for one in sequences], value)
    return padded.flip(1), lengths


@wrong("You cut the sequences to the shortest one, and what you cut off can never be learnt.")
def cut_to_the_shortest(sequences, value):
    lengths = torch.tensor([len(one) for one in sequences])
    return torch.stack([one[: lengths.min()] for one in sequences]), lengths


@wrong("These are the lengths after padding, all the same. Keep how long each sequence *was*.")
def lengths_after_padding(sequences, value):
    padded, _ = pad(sequences, value)
    return padded, torch.tensor([len(row) for row in padded])


@wrong("Time comes first here, `pad_sequence`'s default. Return (batch, longest, …).")
def time_first(sequences, value):
    padded, lengths = pad(sequences, value)
    return padded.transpose(0, 1).contiguous(), lengths


@wrong("The padding is 0 whatever `value` says. Among classes, 0 is a class and a wrong answer.")
def always_zero(sequences, value):
    return pad(sequences, 0.0)


@wrong("Whole numbers have become floats. `new_full` of a sequence keeps its dtype.")
def whole_numbers_lost(sequences, value):
    return pad([one.float() for one in sequences], value)


def one_more(draw: Draw) -> Case:
    size = draw.size("features")
    tail = draw.one_of("what follows the steps", ((size,), (), (size,), (size, 2)))
    dtype = draw.one_of("dtype", (torch.float32, torch.int64, torch.float32, torch.float64))
    whole = dtype is torch.int64
    value = draw.one_of(f"value of {dtype}", (-100, 0, 5) if whole else (0.0, 0.0, -1.0, 7.5))
    lengths = draw_lengths(draw, draw.size("batch"), draw.size("longest")).tolist()
    kind = "with ties" if whole else None
    sequences = [draw.tensor(length, *tail, dtype=dtype, kind=kind) for length in lengths]
    if draw.one_of("ends in data equal to the padding", (True, False)):
        sequences[draw.whole(0, len(lengths) - 1)][-1] = value
    return Case(sequences, value)


def keeps_the_dtype(pad):
    for dtype in (torch.float64, torch.int32):
        padded, lengths = pad([torch.ones(2, dtype=dtype), torch.ones(3, dtype=dtype)], 0)
        if padded.dtype != dtype:
            raise Rejected(f"sequences of {dtype} become {padded.dtype}: keep their dtype")
        if lengths.dtype not in (torch.int64, torch.int32):
            raise Rejected(f"the lengths are {lengths.dtype}: make them int64, to index with")


PAD = Exercise(
    id="2b.1",
    title="Pad, and remember the lengths",
    difficulty=2,
    minutes=8,
    reference=pad,
    also_right=(by_library,),
    cases=lambda: (
        Case([numbers(3, 1), numbers(5, 1), numbers(2, 1)], 0.0, label="3, 5 and 2 steps"),
        Case(
            [torch.tensor([1, 0]), torch.tensor([1, 1, 0, 1])],
            -100,
            label="classes, padded with −100",
        ),
    ),
    misconceptions=(
        in_front,
        cut_to_the_shortest,
        lengths_after_padding,
        time_first,
        always_zero,
        whole_numbers_lost,
    ),
    hints=(
        "Make a tensor of the final shape, full of `value`, then write each sequence over the "
        "beginning of its row.",
        "`sequences[0].new_full(shape, value)` keeps the dtype; `row[: len(one)] = one` fills a "
        "row. The shape is (batch, longest) and whatever follows the steps.",
    ),
    space=one_more,
    draws=16,
    dtypes="any",
    properties=(keeps_the_dtype,),
    returns=("padded", "lengths"),
)
