"""The reader of padded batches: padding is never read; and it trains as the course does."""

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader

from course_utils import recurrent, training
from course_utils.lessons.anatomy.padding import CustomDataset, collate, last, pad
from course_utils.lessons.anatomy.reading import (
    Reader,
    accuracy,
    at_every_step,
    at_the_end,
    fit_loader,
)
from course_utils.lessons.anatomy.tasks import draw_words, words_with_parity


def some(*lengths: int, features: int = 2) -> list[torch.Tensor]:
    draw = torch.Generator().manual_seed(sum(lengths))
    return [torch.randn(length, features, generator=draw) for length in lengths]


# ---- the model


@pytest.mark.parametrize("cell", [nn.RNN, nn.GRU, nn.LSTM])
@pytest.mark.parametrize("both", [False, True])
def test_a_packed_batch_is_each_sequence_read_alone(cell: type[nn.RNNBase], both: bool) -> None:
    torch.manual_seed(0)
    model = Reader(cell(2, 4, num_layers=2, batch_first=True, bidirectional=both), 3)
    items = some(3, 5, 1)
    y, state = model(*pad(items, 7.0))  # whatever the padding holds
    assert y.shape == (3, 5, 3)
    for row, item in enumerate(items):
        alone, own = model(item[None], torch.tensor([len(item)]))
        assert torch.allclose(y[row, : len(item)], alone[0], atol=1e-6)
        pairs = zip(state, own, strict=True) if cell is nn.LSTM else [(state, own)]
        for part, own_part in pairs:
            assert part.shape == (4 if both else 2, 3, 4)
            assert torch.allclose(part[:, row], own_part[:, 0], atol=1e-6)


def test_no_gradient_reaches_the_padding_or_a_neighbour() -> None:
    model = Reader(nn.RNN(2, 4, batch_first=True, bidirectional=True), 1)
    x, lengths = pad(some(2, 4))
    x.requires_grad_(True)
    model(x, lengths)[0][0, :2].sum().backward()
    assert x.grad is not None
    assert (x.grad[0, :2] != 0).all()
    assert not x.grad[0, 2:].any()
    assert not x.grad[1].any()


def test_unpacked_reads_the_same_in_one_direction_and_not_in_two() -> None:
    x, lengths = pad(some(2, 5, 3))
    real = torch.arange(5) < lengths[:, None]
    for both in (False, True):
        torch.manual_seed(1)
        packed = Reader(nn.GRU(2, 4, batch_first=True, bidirectional=both), 3)
        plain = Reader(packed.layer, 3, packed=False)
        plain.readout = packed.readout
        (y, state), (wanted, after) = plain(x, lengths), packed(x, lengths)
        assert torch.allclose(y[real], wanted[real], atol=1e-6) is not both
        assert not torch.allclose(state[:, 0], after[:, 0], atol=1e-4)


def test_the_state_is_carried() -> None:
    model = Reader(nn.LSTM(2, 4, batch_first=True), 1)
    whole = torch.randn(1, 6, 2)
    y, _ = model(whole, torch.tensor([6]))
    _, state = model(whole[:, :4], torch.tensor([4]))
    rest, _ = model(whole[:, 4:], torch.tensor([2]), state)
    assert torch.allclose(rest, y[:, 4:], atol=1e-6)


def test_more_padding_than_needed_keeps_its_place() -> None:
    model = Reader(nn.RNN(2, 4, batch_first=True), 1)
    y, _ = model(torch.randn(2, 6, 2), torch.tensor([3, 4]))
    assert y.shape == (2, 6, 1)


def test_a_layer_that_is_not_batch_first_is_refused() -> None:
    with pytest.raises(ValueError, match="layer must have batch_first=True, got batch_first=False"):
        Reader(nn.RNN(2, 4), 1)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    "lengths", [torch.tensor([2]), torch.tensor([2.0, 2.9]), torch.tensor([2, 9]), [2, 3]]
)
def test_lengths_that_drop_rows_or_steps_are_refused(lengths: object, packed: bool) -> None:
    model = Reader(nn.RNN(2, 4, batch_first=True), 1, packed)
    with pytest.raises(ValueError, match="lengths must be"):
        model(torch.randn(2, 3, 2), lengths)
    with pytest.raises(ValueError, match=r"x must be .* \(batch, steps, 2\), got"):
        model(torch.randn(3, 2), torch.tensor([2, 3]))


def test_classes_of_another_shape_are_not_judged() -> None:
    y, lengths = torch.randn(2, 3, 4), torch.tensor([3, 3])
    for judge in (at_every_step, at_the_end):
        for targets in (torch.zeros(3, 2).long(), torch.zeros(2, 3)):
            with pytest.raises(ValueError, match=r"targets must be int64 .* = \(2, 3\), got"):
                judge(y, lengths, targets)


def test_a_reader_is_trained_in_training_mode_on_all_its_epochs() -> None:
    model, data = Reader(nn.RNN(2, 4, batch_first=True), 2), words_with_parity(["ab", "abb"])
    batches = [collate(list(data))]
    assert len(fit_loader(model, batches, at_the_end, 3)) == 3
    with pytest.raises(ValueError, match="loader must give its batches anew each epoch"):
        fit_loader(model, iter(batches), at_the_end, 3)
    with pytest.raises(ValueError, match="model must be in training mode"):
        fit_loader(model.eval(), batches, at_the_end, 3)


def test_dropout_is_off_where_a_reader_is_judged() -> None:
    torch.manual_seed(0)
    model = Reader(nn.RNN(2, 40, num_layers=2, dropout=0.9, batch_first=True), 2)
    data = words_with_parity(draw_words(50))
    assert len({accuracy(model, data) for _ in range(5)}) == 1
    assert model.training


def alike(cell: str, outputs: int, packed: bool) -> tuple[recurrent.Forecaster, Reader]:
    """Make the course's forecaster, and a reader with the same numbers in it."""
    torch.manual_seed(3)
    forecaster = recurrent.Forecaster(5, horizon=outputs, cell=cell, inputs=2)
    reader = Reader(recurrent.CELLS[cell](2, 5, batch_first=True), outputs, packed)
    pairs = zip(reader.parameters(), forecaster.parameters(), strict=True)
    with torch.no_grad():
        for own, other in pairs:
            own.copy_(other)
    return forecaster, reader


@pytest.mark.parametrize("cell", ["RNN", "GRU", "LSTM"])
@pytest.mark.parametrize("packed", [False, True])
def test_on_equal_lengths_it_is_the_courses_forecaster(cell: str, packed: bool) -> None:
    forecaster, reader = alike(cell, 2, packed)
    x, lengths = torch.randn(4, 6, 2), torch.full((4,), 6)
    y, wanted = last(reader(x, lengths)[0], lengths), forecaster(x)[0]
    assert torch.allclose(y, wanted, atol=1e-6)
    y.square().sum().backward()
    wanted.square().sum().backward()
    for own, other in zip(reader.parameters(), forecaster.parameters(), strict=True):
        assert own.grad is not None
        assert torch.allclose(own.grad, other.grad, atol=1e-6)


# ---- its training, and how it is judged


def test_on_equal_lengths_it_trains_as_on_windows() -> None:
    forecaster, reader = alike("RNN", 1, packed=False)
    inputs, targets = torch.randn(12, 5, 2), torch.randn(12, 1)
    loader = DataLoader(CustomDataset([*inputs], [*targets]), 4, collate_fn=collate)

    def loss_of(y: torch.Tensor, lengths: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return nn.functional.mse_loss(last(y, lengths), targets)

    losses = fit_loader(reader, loader, loss_of, epochs=5)
    run = training.fit_windows(
        forecaster, inputs, targets, epochs=5, optimizer=training.adam(0.01), batch_size=4
    )
    assert len(losses) == 15
    assert losses == pytest.approx(run.losses, rel=1e-5)
    assert all(
        torch.allclose(a, b, atol=1e-5)
        for a, b in zip(reader.parameters(), forecaster.parameters(), strict=True)
    )


def test_a_word_is_judged_at_its_own_end() -> None:
    class Knows(nn.Module):
        """Right at each word's own end, wrong everywhere else."""

        def forward(self, x: torch.Tensor, lengths: torch.Tensor) -> tuple[torch.Tensor, None]:
            odd = x[:, :, 1].cumsum(1) % 2
            end = torch.arange(x.shape[1]) == lengths[:, None] - 1
            answer = torch.where(end, odd, 1 - odd)
            return torch.stack([1 - answer, answer], dim=2), None

    assert accuracy(Knows(), words_with_parity(draw_words(30))) == 1.0
