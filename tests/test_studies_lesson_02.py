"""The studies of lessons 02a and 02b: what they hold, and that they can be made again."""

import numpy as np
import pandas as pd
import pytest
import torch

from course_utils import studies
from course_utils.sequences import collate
from course_utils.studies import lesson_02

FIRST = ["loss_0", "loss_1", "loss_2"]
# A short run of each, and the columns that name a row of it.
SHORT = {
    "anatomy-noise": (lambda: lesson_02.anatomy_noise(seeds=(7,), updates=3), ["run"]),
    "anatomy-clipping": (lambda: lesson_02.anatomy_clipping(seeds=(7,), updates=3), ["limit"]),
    "anatomy-cells": (lambda: lesson_02.anatomy_cells(seeds=(7,), epochs=1), ["told", "cell"]),
    "anatomy-characters": (lambda: lesson_02.anatomy_characters(seeds=(7,), epochs=1), ["cell"]),
}
ROWS = {
    "anatomy-noise": 5 * 32,
    "anatomy-clipping": 2 * 32,
    "anatomy-cells": 6 * 32,
    "anatomy-characters": 3 * 10,
}


@pytest.mark.parametrize("name", SHORT)
def test_the_start_of_a_stored_run_can_be_repeated(name: str) -> None:
    run, keys = SHORT[name]
    short, stored = run(), studies.load(name)
    assert short.columns.tolist() == stored.columns.tolist()
    assert len(stored) == ROWS[name]
    assert not stored.isna().any(axis=None)
    own = stored[stored["seed"] == 7]
    assert own[keys].to_numpy().tolist() == short[keys].to_numpy().tolist()
    sure = [*FIRST, *({"floor"} & set(short))]
    np.testing.assert_allclose(short[sure], own[sure], rtol=1e-5)


def test_every_row_of_a_study_has_all_its_seeds() -> None:
    for name, (_, keys) in SHORT.items():
        for _, part in studies.load(name).groupby(keys):
            assert part["seed"].tolist() == list(range(len(part)))
            assert len(part) >= 10


@pytest.fixture(scope="module")
def noise() -> pd.DataFrame:
    return studies.load("anatomy-noise").set_index(["run", "seed"])


def test_the_floor_is_the_least_that_a_tanh_can_have(noise: pd.DataFrame) -> None:
    torch.manual_seed(0)
    _, targets = lesson_02.reading_task("noise", 3)
    best = targets.clamp(-1, 1)
    wanted = (best - targets).square().mean().item()
    assert noise.loc[("noise, bare state, 3", 0), "floor"] == pytest.approx(wanted, rel=1e-6)
    bare = noise.loc["noise, bare state, 3"]
    assert (bare["training"] > bare["floor"]).all()


def test_the_total_is_the_sum_so_far() -> None:
    inputs, targets = lesson_02.reading_task("total", 2)
    assert inputs.shape == targets.shape == (5, 2, 10)
    assert torch.allclose(targets[2], inputs[0] + inputs[1] + inputs[2], atol=1e-6)


def test_words_are_apart_and_judged_at_their_own_end() -> None:
    train, test = lesson_02.words_apart(50, 30)
    words = [{tuple(x.argmax(1).tolist()) for x, _ in data} for data in (train, test)]
    assert [len(part) for part in words] == [50, 30]
    assert not words[0] & words[1]

    class Knows(torch.nn.Module):
        """Right at each word's own end, wrong everywhere else."""

        def forward(self, x: torch.Tensor, lengths: torch.Tensor) -> tuple[torch.Tensor, None]:
            odd = x[:, :, 1].cumsum(1) % 2
            end = torch.arange(x.shape[1]) == lengths[:, None] - 1
            answer = torch.where(end, odd, 1 - odd)
            return torch.stack([1 - answer, answer], dim=2), None

    assert lesson_02.accuracy(Knows(), test) == 1.0


def test_long_words_are_as_long_as_they_say() -> None:
    data = lesson_02.long_words(20, count=5)
    x, lengths, targets = collate(list(data))
    assert lengths.tolist() == [20] * 5
    assert torch.equal(targets[:, -1], x[:, :, 1].sum(1).long() % 2)


def test_the_sentences_held_out_come_last() -> None:
    train, held_out = lesson_02.sentences_apart()
    assert train + held_out == lesson_02.load_sentences()
    assert len(train) == 214


def test_without_a_limit_nothing_is_clipped() -> None:
    losses, norms = lesson_02.sums_by_sgd(0, float("inf"), 3)
    clipped, same = lesson_02.sums_by_sgd(0, 1e-9, 3)
    assert losses[2] != clipped[2]
    assert clipped[2] == pytest.approx(clipped[0], abs=1e-6)  # steps too short to move
    assert same[0] == norms[0] > 1e-3  # the norm before clipping
