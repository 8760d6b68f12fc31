"""Seeds, threads, and warnings that are errors under test."""

import random
import warnings

import numpy as np
import pytest
import torch

from course_utils.reproducibility import begin, seed_everything


def draws() -> tuple[float, float, float]:
    # NumPy's old global generator is the one that is seeded, so the one to look at.
    return random.random(), float(np.random.rand()), torch.rand(()).item()  # noqa: NPY002


def test_a_seed_repeats_all_three_random_numbers() -> None:
    seed_everything(7)
    first = draws()
    seed_everything(7)
    assert draws() == first
    seed_everything(8)
    assert all(a != b for a, b in zip(draws(), first, strict=True))


@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_the_smallest_and_the_largest_seed_work(seed: int) -> None:
    seed_everything(seed)
    assert torch.initial_seed() == seed


@pytest.mark.parametrize("seed", [-1, 2**32, 1.0, "1", None, True])
def test_another_seed_is_refused(seed: object) -> None:
    with pytest.raises(ValueError, match=r"seed must be an integer from 0 to 4294967295, got "):
        seed_everything(seed)  # type: ignore[arg-type]


def test_begin_sets_one_thread_and_the_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNROLLED_STRICT", raising=False)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        begin(3)
        first = draws()
        assert torch.get_num_threads() == 1
        begin(3)
        assert draws() == first
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("strict", [True, False])
def test_begin_makes_warnings_errors_only_when_strict(
    monkeypatch: pytest.MonkeyPatch, strict: bool
) -> None:
    monkeypatch.delenv("UNROLLED_STRICT", raising=False)
    if strict:
        monkeypatch.setenv("UNROLLED_STRICT", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        begin()
        if strict:
            with pytest.raises(UserWarning, match="stray"):
                warnings.warn("stray", stacklevel=1)
        else:
            warnings.warn("stray", stacklevel=1)  # ignored, so no error
