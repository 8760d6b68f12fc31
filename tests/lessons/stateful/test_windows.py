"""A network in use: what a window's error and the stream's are the errors of."""

import pytest
import torch
from torch import Tensor, nn

from course_utils.lessons.stateful import runs, windows
from course_utils.signals import stateful_batches


class LastButOne(nn.Module):
    """Says the sine of two samples ago for the cosine; says 0 while it has read fewer."""

    def forward(self, x: Tensor, state: Tensor | None) -> tuple[Tensor, Tensor]:
        before = x.new_zeros(len(x), 2, 1) if state is None else state
        read = torch.cat([before, x], dim=1)
        return read[:, :-2], read[:, -2:]


@pytest.mark.parametrize("length", [1, 2, 3, 20])
def test_a_window_begins_from_zeros_and_its_last_answer_counts(length: int) -> None:
    samples = windows.FIRST_ASKED + torch.arange(windows.ASKED, dtype=torch.float64)
    time = samples / (10 * torch.pi)
    said = torch.sin(time - 2 / (10 * torch.pi)) if length > 2 else torch.zeros_like(time)
    wanted = (said - torch.cos(time)).square().mean().item()
    assert windows.window_error(LastButOne(), length) == pytest.approx(wanted, rel=1e-4)
    if length > 2:
        assert windows.stream_error(LastButOne()) == pytest.approx(wanted, rel=1e-4)


def test_a_window_as_long_as_the_stream_says_the_same() -> None:
    model = runs.train_seed(3, chunks=40).model
    stream = windows.stream_error(model)
    assert windows.window_error(model, windows.BEFORE) == pytest.approx(stream, rel=1e-3)
    assert windows.window_error(model, 5) != pytest.approx(stream, rel=0.05)


def test_what_is_asked_was_not_trained_on() -> None:
    trained = stateful_batches(501)
    last = trained.times[-1, 0].item() + (50 * 20 - 1) / (10 * torch.pi)
    assert windows.FIRST_ASKED / (10 * torch.pi) > last
    assert windows.FIRST_ASKED % 1 == 0.5


def test_asking_leaves_the_network_as_it_was() -> None:
    model = runs.make_model(1)
    before = [weight.detach().clone() for weight in model.parameters()]
    windows.window_error(model, 20)
    windows.stream_error(model)
    assert all(map(torch.equal, before, model.parameters()))
    assert all(weight.grad is None for weight in model.parameters())
