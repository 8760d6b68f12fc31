"""A model that reads padded batches, the loop that trains it, and how it is judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from course_utils.lessons.anatomy.padding import CustomDataset, check_lengths, collate, last
from course_utils.lessons.anatomy.texts import next_letters
from course_utils.recurrent import State, answered, evaluating
from course_utils.signatures import BadArgument, Count, Positive, Texts, checked, seen
from course_utils.training import check_training, show_progress

Batch = tuple[Tensor, Tensor, Tensor]
LossOf = Callable[[Tensor, Tensor, Tensor], Tensor]


@checked
class Reader(nn.Module):
    """A recurrent layer that reads padded sequences, and a linear read-out of every step.

    Parameters
    ----------
    layer : nn.RNN, nn.GRU or nn.LSTM
        Batch first; one direction or two.
    outputs : int
        How many numbers are read out at each step.
    packed : bool
        Whether packing keeps the padding away from the layer. Without it, one direction reads
        the same at every real step and is faster on a CPU. But the state that comes back has
        seen the padding, and so has everything a second direction reads.

    Raises
    ------
    BadArgument
        If the layer is not batch first.

    Notes
    -----
    Written out and taught in lesson 02b, `training-and-testing`.
    """

    def __init__(self, layer: nn.RNNBase, outputs: Count, packed: bool = True) -> None:
        super().__init__()
        if not layer.batch_first:
            raise BadArgument("layer must have batch_first=True, got batch_first=False")
        self.layer, self.packed = layer, packed
        self.readout = nn.Linear(layer.hidden_size * (1 + layer.bidirectional), outputs)

    def forward(
        self, x: Tensor, lengths: Tensor, state: State | None = None
    ) -> tuple[Tensor, State]:
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
            Shape (batch, steps, outputs); meaningless after a sequence's end.
        state : Tensor or (Tensor, Tensor)
            After each sequence's own last step, if packed.

        Raises
        ------
        BadArgument
            If the lengths aren't whole numbers of steps, one for each row: packing would drop
            rows, and round.
        """
        if not isinstance(x, Tensor) or x.ndim != 3 or x.shape[2] != self.layer.input_size:
            raise BadArgument(
                f"x must be a tensor of shape (batch, steps, features) = "
                f"(batch, steps, {self.layer.input_size}), got {seen(x)}"
            )
        check_lengths(lengths, x)
        if not self.packed:
            output, state = self.layer(x, state)
            return self.readout(output), state
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        packed, state = self.layer(packed, state)
        output, _ = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])
        return self.readout(output), state


def at_every_step(y: Tensor, lengths: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy at every real step, for many to many.

    Parameters
    ----------
    y : Tensor
        Shape (batch, steps, classes).
    lengths : Tensor
        Shape (batch,); not needed, because the targets say where the padding is.
    targets : Tensor
        Shape (batch, steps), −100 where there's nothing to judge.

    Returns
    -------
    Tensor
        One number.

    Notes
    -----
    Taught in lesson 02b, `training-and-testing`.
    """
    _check_classes(y, targets)
    return nn.functional.cross_entropy(y.flatten(0, 1), targets.flatten())


def at_the_end(y: Tensor, lengths: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy at each sequence's own last step, for many to one.

    Parameters
    ----------
    y, lengths, targets : Tensor
        As for `at_every_step`.

    Returns
    -------
    Tensor
        One number.

    Notes
    -----
    Taught in lesson 02b, `training-and-testing`.
    """
    _check_classes(y, targets)
    return nn.functional.cross_entropy(last(y, lengths), last(targets, lengths))


def _check_classes(y: Tensor, targets: Tensor) -> None:
    if y.ndim != 3 or targets.shape != y.shape[:2] or targets.dtype != torch.int64:
        raise BadArgument(
            f"targets must be int64 classes of shape (batch, steps) = {tuple(y.shape[:2])}, "
            f"got {seen(targets)}"
        )


@checked
def fit_loader(
    model: nn.Module,
    loader: Iterable[Any],
    loss_of: LossOf,
    epochs: Count,
    learning_rate: Positive = 0.01,
) -> list[float]:
    """Train on the batches of a loader with Adam.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, lengths)``; changed in place.
    loader : iterable
        A ``DataLoader``, or a list of batches: gives (padded, lengths, targets).
    loss_of : callable
        From (y, lengths, targets) to one number.
    epochs : int
        How many passes over all sequences.
    learning_rate : float
        Adam's.

    Returns
    -------
    list of float
        The loss before each update. After Interrupt: the losses so far.

    Raises
    ------
    BadArgument
        If you can go through the loader only once, or the model is in evaluation mode.

    Notes
    -----
    Taught in lesson 02b, `training-and-testing`.
    """
    if isinstance(loader, Iterator):
        raise BadArgument("loader must give its batches anew each epoch, like a DataLoader")
    check_training(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    losses = []
    try:
        for _ in show_progress(range(epochs), "epochs"):
            for x, lengths, targets in loader:
                optimizer.zero_grad()
                y, _ = answered(model, x, lengths)
                loss = loss_of(y, lengths, targets)
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
    except KeyboardInterrupt:
        pass  # you pressed Interrupt: keep what is learnt
    return losses


@torch.no_grad()
@checked
def accuracy(model: nn.Module, data: CustomDataset) -> float:
    """Share of the sequences whose class is right at their own end.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, lengths)``.
    data : CustomDataset
        With a class for each step.

    Returns
    -------
    float
        Between 0 and 1.

    Notes
    -----
    Taught in lesson 02b, `training-and-testing`.
    """
    x, lengths, targets = _whole(data)
    guesses = last(_answer(model, x, lengths), lengths).argmax(1)
    return (guesses == last(targets, lengths)).float().mean().item()


@torch.no_grad()
@checked
def perplexity_of(model: nn.Module, sentences: Texts) -> float:
    """Judge a network by the letters it has to guess, as a bigram is judged by its pairs.

    Parameters
    ----------
    model : nn.Module
        Called as ``y, state = model(x, lengths)``.
    sentences : sequence of str
        As for `next_letters`.

    Returns
    -------
    float
        The exponential of the mean cross-entropy over all real steps.

    Notes
    -----
    Taught in lesson 02b, `character-model`.
    """
    x, lengths, targets = _whole(next_letters(sentences))
    return at_every_step(_answer(model, x, lengths), lengths, targets).exp().item()


def _answer(model: nn.Module, x: Tensor, lengths: Tensor) -> Tensor:
    with evaluating(model):
        return answered(model, x, lengths)[0]


def _whole(data: CustomDataset) -> Batch:
    return collate([data[place] for place in range(len(data))])
