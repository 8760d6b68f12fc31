"""Sequences of different lengths in one batch: a dataset, padding, and each one's own last step.

Everything is batch first. A padded batch always travels with its lengths, because the padding
itself cannot be told from data.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import Dataset

# The class that torch's cross-entropy leaves out of its mean.
IGNORED = -100

Item = tuple[Tensor, Tensor]


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
    ValueError
        If there are no sequences, one has no steps or another number of features, or a
        target is missing.

    Notes
    -----
    Taught in lesson 02b, `different-lengths`.
    """

    def __init__(self, sequences: Sequence[Tensor], targets: Sequence[Tensor]) -> None:
        if len(sequences) != len(targets):
            raise ValueError(
                f"targets must be one per sequence, {len(sequences)}, got {len(targets)}"
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
        Each of shape (steps, …); only the steps may differ.
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
    Taught in lesson 02b, `different-lengths`.
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
    Taught in lesson 02b, `different-lengths`.
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
        Shape (batch, steps, …), padded.
    lengths : Tensor
        Shape (batch,).

    Returns
    -------
    Tensor
        Shape (batch, …).

    Raises
    ------
    ValueError
        If a length is under 1 or over the steps, or there is not one for each row.

    Notes
    -----
    Taught in lesson 02b, `different-lengths`.
    """
    if lengths.shape != (len(output),) or lengths.min() < 1 or lengths.max() > output.shape[1]:
        raise ValueError(
            f"lengths must be {len(output)} numbers from 1 to {output.shape[1]}, "
            f"got {lengths.tolist()}"
        )
    return output[torch.arange(len(output)), lengths - 1]
