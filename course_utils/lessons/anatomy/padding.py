"""Sequences of different lengths in one batch: a dataset, padding, and each one's own last step.

Everything is batch first. A padded batch always travels with its lengths, because you can't tell
its padding from data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import Dataset

from course_utils.signatures import BadArgument, Number, checked, seen

# The class that torch's cross-entropy leaves out of its mean.
IGNORED = -100

Item = tuple[Tensor, Tensor]
Tensors = Sequence[Any]  # each one is checked by hand, and errors name it


@checked
class CustomDataset(Dataset[Item]):
    """Sequences of any lengths, each with its target.

    Parameters
    ----------
    sequences : sequence of Tensor
        Each of shape (steps, features), all with the same number of features.
    targets : sequence of Tensor
        One for each sequence: all of one shape, or whole numbers of shape
        (steps,), one class for each step.

    Raises
    ------
    BadArgument
        If there are no sequences, one has no steps or differs in features or dtype, or a target
        is missing.

    Notes
    -----
    Taught in lesson 02b, `different-lengths`.
    """

    def __init__(self, sequences: Tensors, targets: Tensors) -> None:
        if len(sequences) != len(targets):
            raise BadArgument(
                f"targets must be one per sequence, {len(sequences)}, got {len(targets)}"
            )
        _check_alike(sequences, "sequences", axes=2)
        for place, target in enumerate(targets):
            if not isinstance(target, Tensor):
                raise BadArgument(f"targets[{place}] must be a tensor, got {seen(target)}")
        self.sequences = list(sequences)
        self.targets = list(targets)

    def __len__(self) -> int:
        return len(self.sequences)

    def __getitem__(self, index: int) -> Item:
        return self.sequences[index], self.targets[index]


@checked
def pad(sequences: Tensors, value: Number = 0.0) -> tuple[Tensor, Tensor]:
    """Fill sequences up to the longest, and say how long each was.

    Parameters
    ----------
    sequences : sequence of Tensor
        Each of shape (steps, …) and of one dtype; only the steps may differ.
    value : float
        What the padding holds; a whole number if the sequences hold whole numbers.

    Returns
    -------
    padded : Tensor
        Shape (batch, longest, …).
    lengths : Tensor
        Shape (batch,), whole numbers.

    Raises
    ------
    BadArgument
        If there is no sequence, one has no steps, they are not alike, or their dtype can't
        hold the value.

    Notes
    -----
    Taught in lesson 02b, `different-lengths`.
    """
    return _pad(sequences, value)


def _pad(sequences: Tensors, value: Number = 0.0) -> tuple[Tensor, Tensor]:
    _check_alike(sequences, "sequences")
    dtype = sequences[0].dtype
    if not dtype.is_floating_point and torch.tensor(value).to(dtype).item() != value:
        raise BadArgument(f"value must be one that {dtype} can hold, got {value}")
    lengths = torch.tensor([len(one) for one in sequences])
    return pad_sequence(list(sequences), batch_first=True, padding_value=value), lengths


def collate(batch: Sequence[Item]) -> tuple[Tensor, Tensor, Tensor]:
    """Make one batch out of items of a `CustomDataset`: a ``DataLoader``'s ``collate_fn``.

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
        Stacked. If each step has a class: (batch, longest), 64-bit, with −100 after each end, which
        torch's cross-entropy leaves out.

    Raises
    ------
    BadArgument
        As for `pad`, or if the targets are neither of one shape nor one class for each step.

    Notes
    -----
    Taught in lesson 02b, `different-lengths`.
    """
    if not isinstance(batch, list | tuple) or not batch:
        raise BadArgument(f"batch must be at least one pair (sequence, target), got {seen(batch)}")
    for place, item in enumerate(batch):
        if not (isinstance(item, list | tuple) and len(item) == 2):
            raise BadArgument(f"batch[{place}] must be a pair (sequence, target), got {seen(item)}")
    sequences, targets = zip(*batch, strict=True)
    padded, lengths = _pad(sequences)
    if targets[0].ndim == 1 and not targets[0].is_floating_point():
        _check_alike(targets, "targets", lengths.tolist())
        # In 64 bits: a bool or a byte can't hold −100.
        return padded, lengths, _pad([one.long() for one in targets], IGNORED)[0]
    for place, one in enumerate(targets):
        if (one.shape, one.dtype) != (targets[0].shape, targets[0].dtype):
            raise BadArgument(
                f"targets[{place}] must be as targets[0], {seen(targets[0])}, got {seen(one)}"
            )
    return padded, lengths, torch.stack(targets)


def last(output: Tensor, lengths: Tensor) -> Tensor:
    """Take the output at each sequence's own last step.

    Parameters
    ----------
    output : Tensor
        Shape (batch, steps, …), padded.
    lengths : Tensor
        Shape (batch,).

    Returns
    -------
    Tensor
        Shape (batch, …).

    Raises
    ------
    BadArgument
        If a length is below 1 or above the number of steps, or there isn't one for each row.

    Notes
    -----
    Taught in lesson 02b, `different-lengths`.
    """
    check_lengths(lengths, output)
    return output[torch.arange(len(output)), lengths - 1]


def check_lengths(lengths: Tensor, x: Tensor) -> None:
    """Refuse lengths unless there is one per row, a whole number from 1 to the steps.

    Parameters
    ----------
    lengths : Tensor
        Shape (batch,).
    x : Tensor
        Shape (batch, steps, …), padded.

    Raises
    ------
    BadArgument
        Naming what came.
    """
    if not isinstance(x, Tensor) or x.ndim < 2:
        raise BadArgument(
            f"what is read must be a tensor of shape (batch, steps, …), got {seen(x)}"
        )
    whole = isinstance(lengths, Tensor) and lengths.dtype in (torch.int64, torch.int32)
    if not whole or lengths.shape != x.shape[:1]:
        raise BadArgument(
            f"lengths must be a tensor of whole numbers, one for each of the {len(x)} rows, "
            f"got {seen(lengths)}"
        )
    if len(lengths) and not 1 <= lengths.min() <= lengths.max() <= x.shape[1]:
        raise BadArgument(
            f"lengths must be {len(x)} numbers from 1 to {x.shape[1]}, got {lengths.tolist()}"
        )


def _check_alike(
    tensors: Tensors, name: str, lengths: Sequence[int] = (), axes: int | None = None
) -> None:
    """Check that tensors can be padded to one batch: torch would cast, or fail far from here."""
    if not len(tensors):
        raise BadArgument(f"{name} must be at least one tensor, got none")
    first = tensors[0]
    for place, one in enumerate(tensors):
        which = f"{name}[{place}]"
        if not isinstance(one, Tensor) or not one.ndim or axes not in (None, one.ndim):
            features = ", features" if axes == 2 else ", …"
            raise BadArgument(
                f"{which} must be a tensor of shape (steps{features}), got {seen(one)}"
            )
        if not len(one) or one.shape[1:] != first.shape[1:]:
            raise BadArgument(
                f"{which} must have at least one step, and features as {name}[0], "
                f"{tuple(first.shape[1:])}, got {tuple(one.shape)}"
            )
        if one.dtype != first.dtype:
            raise BadArgument(
                f"{which} must be of {name}[0]'s dtype {first.dtype}, got {one.dtype}"
            )
        if lengths and len(one) != lengths[place]:
            raise BadArgument(
                f"{which} must be one class for each of {lengths[place]} steps, got {len(one)}"
            )
