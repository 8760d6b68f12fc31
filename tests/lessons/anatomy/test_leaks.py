"""The leak test of exercise 2a.4 on whole models: the lesson says to put it into every project."""

import pytest
import torch
from torch import nn

from course_utils.lessons.anatomy.exercises.leaks import leaks
from course_utils.lessons.anatomy.reading import Reader
from tests.lessons.anatomy.answers import leaks_by_the_probe


class Classifier(nn.Module):
    """Gives the logits of a last step, and nothing else."""

    def __init__(self, batch_first: bool = True, dropout: float = 0.0) -> None:
        super().__init__()
        self.layer = nn.GRU(3, 4, 2, batch_first=batch_first, dropout=dropout)
        self.out = nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.layer(x)[0][:, -1])


class WithAllLengths(nn.Module):
    """A model of lesson 02b, which wants the lengths as well."""

    def __init__(self) -> None:
        super().__init__()
        self.reader = Reader(nn.LSTM(3, 4, batch_first=True, bidirectional=True), 2)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, object]:
        return self.reader(x, torch.full((len(x),), x.shape[1]))


@pytest.mark.parametrize("judge", [leaks, leaks_by_the_probe])
@pytest.mark.parametrize("batch", [2, 3, 5])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(
    ("make", "leaky"),
    [
        (Classifier, False),
        (lambda: Classifier(batch_first=False), True),
        (lambda: Classifier(dropout=0.5), False),
        (lambda: Classifier(batch_first=False, dropout=0.5), True),
        (lambda: nn.LSTM(3, 4, 2, batch_first=True, dropout=0.5), False),
        (lambda: nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5)), False),
        (WithAllLengths, False),
    ],
)
def test_a_whole_model_is_judged_rightly_and_left_as_it_was(
    make, leaky, training, batch, judge
) -> None:
    torch.manual_seed(0)
    model, x = make().train(training), torch.randn(batch, 6, 3)
    before = torch.get_rng_state()
    assert judge(model, x) is leaky
    assert torch.equal(torch.get_rng_state(), before)
    assert model.training is training


def test_batch_normalisation_leaks_in_training_and_only_there() -> None:
    torch.manual_seed(0)
    model, x = nn.BatchNorm1d(6), torch.randn(4, 6, 3)
    assert leaks(model, x)
    assert not leaks(model.eval(), x)
