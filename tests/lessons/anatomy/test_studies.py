"""The studies of lessons 02a and 02b: what they hold, and that they can be made again."""

import numpy as np
import pandas as pd
import pytest
import torch

from course_utils import studies
from course_utils.lessons.anatomy.one_batch import draw_batch
from course_utils.lessons.anatomy.studies import STUDIES

FIRST = ["loss_0", "loss_1", "loss_2"]
# How short a run of each can be, the columns that name a row of it, and how many rows it has.
SHORT = {
    "anatomy-noise": ({"updates": 3}, ["run"], 5 * 32),
    "anatomy-clipping": ({"updates": 3}, ["limit"], 2 * 32),
    "anatomy-cells": ({"epochs": 1}, ["told", "cell"], 6 * 32),
    "anatomy-layers": ({"epochs": 1}, ["layers", "dropout"], 4 * 32),
    "anatomy-characters": ({"epochs": 1}, ["cell"], 3 * 10),
}


def test_every_study_is_looked_at() -> None:
    assert set(SHORT) == set(STUDIES)


@pytest.mark.parametrize("name", SHORT)
def test_the_start_of_a_stored_run_can_be_repeated(name: str) -> None:
    little, keys, rows = SHORT[name]
    short, stored = STUDIES[name](seeds=(7,), **little), studies.load(name)
    assert short.columns.tolist() == stored.columns.tolist()
    assert len(stored) == rows
    assert not stored.isna().any(axis=None)
    own = stored[stored["seed"] == 7]
    assert own[keys].to_numpy().tolist() == short[keys].to_numpy().tolist()
    sure = [*FIRST, *({"floor"} & set(short))]
    np.testing.assert_allclose(short[sure], own[sure], rtol=1e-5)


def test_every_row_of_a_study_has_all_its_seeds() -> None:
    for name, (_, keys, _) in SHORT.items():
        for _, part in studies.load(name).groupby(keys):
            assert part["seed"].tolist() == list(range(len(part)))
            assert len(part) >= 10


@pytest.fixture(scope="module")
def noise() -> pd.DataFrame:
    return studies.load("anatomy-noise").set_index(["run", "seed"])


def test_the_floor_is_the_least_that_a_tanh_can_have(noise: pd.DataFrame) -> None:
    torch.manual_seed(0)
    _, targets = draw_batch("noise", 3)
    best = targets.clamp(-1, 1)
    wanted = (best - targets).square().mean().item()
    assert noise.loc[("noise, bare state, 3", 0), "floor"] == pytest.approx(wanted, rel=1e-6)
    bare = noise.loc["noise, bare state, 3"]
    assert (bare["training"] > bare["floor"]).all()
