"""What the cells of lessons 03a and 03b do by themselves, if the package has no helper for it."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from course_utils import reproducibility, studies
from course_utils.lessons.sin_cos.exercises.evaluate import evaluate
from course_utils.lessons.sin_cos.exercises.repeated_samples import repeated_samples
from course_utils.lessons.sin_cos.exercises.to_batch_first import to_batch_first
from course_utils.lessons.sin_cos.exercises.train import train
from course_utils.lessons.sin_cos.exercises.two_coefficients import two_coefficients
from tests.lessons.sin_cos.taught import PUBLISHED, REPAIRED, first, names_of_a, names_of_b
from tests.taught import defined


@pytest.fixture(scope="module")
def first_part() -> SimpleNamespace:
    """What the cells of 03a define."""
    return SimpleNamespace(**defined("03a", names_of_a()))


@pytest.fixture(scope="module")
def second_part() -> SimpleNamespace:
    """What the cells of 03b define."""
    return SimpleNamespace(**defined("03b", names_of_b() | {"evaluate": evaluate}))


def test_as_copied_the_network_gives_nothing_back_and_the_loop_learns_nothing(
    first_part: SimpleNamespace,
) -> None:
    assert first_part.AsCopied()(PUBLISHED.inputs[0], None) is None
    model = first_part.RNN()
    before = [p.clone() for p in model.parameters()]
    losses = first_part.train_as_copied(model, PUBLISHED.inputs[:5], PUBLISHED.targets[:5])
    assert len(losses) == 5
    assert all(map(torch.equal, before, model.parameters()))


def test_the_silent_view_mixes_rows_and_one_row_does_not_show_it(
    first_part: SimpleNamespace,
) -> None:
    turned = first_part.TimeFirst(to_batch_first)
    viewed = first_part.TimeFirst(first_part.silent_view)
    viewed.load_state_dict(turned.state_dict())
    rows = torch.randn(4, 10, 1, generator=torch.Generator().manual_seed(2))
    (right, _), (wrong, _) = turned(rows, None), viewed(rows, None)
    assert wrong.shape == right.shape
    assert not torch.allclose(wrong, right, atol=0.01)
    torch.testing.assert_close(viewed(rows[:1], None)[0], turned(rows[:1], None)[0])


def test_the_lessons_network_trains_as_the_stored_study_did(first_part: SimpleNamespace) -> None:
    reproducibility.seed_everything(7)
    losses, _ = train(first_part.RNN(), *first(REPAIRED, 3)[1:], 0.02)
    stored = studies.load("sin-cos-cells").query("cell == 'RNN' and seed == 7")
    np.testing.assert_allclose(losses, stored[["loss_0", "loss_1", "loss_2"]].iloc[0], rtol=1e-5)


def test_every_border_of_the_published_chunks_repeats_a_sample_and_no_other_does() -> None:
    assert repeated_samples(REPAIRED.times) == []
    assert repeated_samples(PUBLISHED.times) == list(range(1, 100))


def test_looking_leaves_the_losses_as_they_are(second_part: SimpleNamespace) -> None:
    looked, looks = second_part.train_and_look(True)
    alone, none = second_part.train_and_look(False)
    assert looked == alone
    assert (len(looks), len(none)) == (10, 0)


def test_the_two_sample_formula_is_exact_at_its_own_spacing(second_part: SimpleNamespace) -> None:
    times = np.arange(50) * np.pi / 10 + 0.3
    np.testing.assert_allclose(
        second_part.two_samples(np.sin(times)), np.cos(times[1:]), atol=1e-12
    )


def test_the_two_coefficients_are_those_of_the_formula(second_part: SimpleNamespace) -> None:
    times = np.arange(60) * np.pi / 10 + 0.2
    a, b = two_coefficients(np.sin(times), np.cos(times))
    x = np.random.default_rng(0).normal(size=5)
    np.testing.assert_allclose(a * x[1:] + b * x[:-1], second_part.two_samples(x), rtol=1e-6)


def test_fed_by_itself_a_perfect_model_stays_on_the_wave(second_part: SimpleNamespace) -> None:
    class TwoSamples(nn.Module):
        def forward(
            self, x: torch.Tensor, state: torch.Tensor | None
        ) -> tuple[torch.Tensor, torch.Tensor]:
            before = x if state is None else state
            spacing = torch.tensor(np.pi / 10)
            return (x * spacing.cos() - before) / spacing.sin(), x

    said = second_part.fed_by_itself(TwoSamples(), steps=60)
    np.testing.assert_allclose(said[1:], np.cos(np.arange(1, 60) * np.pi / 10), atol=1e-3)
