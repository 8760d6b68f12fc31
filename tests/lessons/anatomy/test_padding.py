"""A dataset of sequences, padding by hand, and each sequence's own last step."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.data import DataLoader

from course_utils.lessons.anatomy.padding import IGNORED, CustomDataset, collate, last, pad


def some(*lengths: int, features: int = 2) -> list[torch.Tensor]:
    draw = torch.Generator().manual_seed(sum(lengths))
    return [torch.randn(length, features, generator=draw) for length in lengths]


def test_a_dataset_gives_each_sequence_with_its_target() -> None:
    items, targets = some(3, 1, 2), [torch.tensor([1.0]), torch.tensor([2.0]), torch.tensor([3.0])]
    data = CustomDataset(items, targets)
    assert len(data) == 3
    assert torch.equal(data[1][0], items[1])
    assert data[2][1].item() == 3.0


@pytest.mark.parametrize(
    ("items", "targets", "message"),
    [
        (some(3, 2), [torch.zeros(1)], "targets must be one per sequence, 2, got 1"),
        ([], [], "at least one tensor, got none"),
        ([torch.zeros(3)], [torch.zeros(1)], r"sequences\[0\] .* of shape \(3,\)"),
        ([*some(3), torch.zeros(0, 2)], [torch.zeros(1)] * 2, r"sequences\[1\] .* got \(0, 2\)"),
        ([*some(3), torch.zeros(4, 5)], [torch.zeros(1)] * 2, r"sequences\[1\] .* got \(4, 5\)"),
        ([*some(3), "ab"], [torch.zeros(1)] * 2, r"sequences\[1\] must be a tensor .* got 'ab'"),
        (some(3), [1.0], r"targets\[0\] must be a tensor, got 1.0"),
    ],
)
def test_a_bad_dataset_is_refused(items: list, targets: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CustomDataset(items, targets)


def test_padding_by_hand() -> None:
    padded, lengths = pad([torch.tensor([[1.0], [2.0]]), torch.tensor([[3.0]])])
    assert padded.tolist() == [[[1.0], [2.0]], [[3.0], [0.0]]]
    assert lengths.tolist() == [2, 1]
    classes, _ = pad([torch.tensor([1]), torch.tensor([0, 1, 1])], IGNORED)
    assert classes.tolist() == [[1, -100, -100], [0, 1, 1]]
    assert classes.dtype == torch.int64


@given(st.lists(st.integers(1, 7), min_size=1, max_size=6))
@settings(max_examples=30, deadline=None)
def test_what_was_padded_can_be_cut_back(lengths: list[int]) -> None:
    items = some(*lengths)
    padded, kept = pad(items, 9.0)
    assert padded.shape == (len(lengths), max(lengths), 2)
    for row, length, item in zip(padded, kept.tolist(), items, strict=True):
        assert torch.equal(row[:length], item)
        assert (row[length:] == 9.0).all()


@pytest.mark.parametrize(
    ("items", "value", "message"),
    [
        ([], 0.0, "sequences must be at least one tensor, got none"),
        ([torch.zeros(0, 2)], 0.0, r"sequences\[0\] must have at least one step"),
        ([torch.tensor(1.0)], 0.0, r"sequences\[0\] must be a tensor of shape \(steps, …\)"),
        (
            [torch.tensor([1]), torch.tensor([1.7])],
            0.0,
            r"sequences\[1\] must be of sequences\[0\]'s dtype torch.int64, got torch.float32",
        ),
        ([torch.tensor([1])], 0.5, r"value must be one that torch.int64 can hold, got 0.5"),
        ([torch.tensor([True])], -100, r"value must be one that torch.bool can hold, got -100"),
    ],
)
def test_what_padding_would_change_is_refused(items: list, value: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pad(items, value)


def test_a_loader_stacks_numbers_and_pads_classes() -> None:
    numbers = CustomDataset(some(3, 1), [torch.tensor([1.0]), torch.tensor([2.0])])
    x, lengths, targets = next(iter(DataLoader(numbers, 2, collate_fn=collate)))
    assert (x.shape, lengths.tolist(), targets.tolist()) == ((2, 3, 2), [3, 1], [[1.0], [2.0]])
    steps = CustomDataset(some(1, 2), [torch.tensor([1]), torch.tensor([0, 1])])
    assert collate(list(steps))[2].tolist() == [[1, IGNORED], [0, 1]]
    for kind in (torch.bool, torch.uint8, torch.int32):
        yes_or_no = [(item, target.to(kind)) for item, target in steps]
        assert collate(yes_or_no)[2].tolist() == [[1, IGNORED], [0, 1]]
    one_class = CustomDataset(some(1, 2), [torch.tensor(1), torch.tensor(0)])
    assert collate(list(one_class))[2].tolist() == [1, 0]


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        ([], r"batch must be at least one pair \(sequence, target\), got \[\]"),
        (some(2), r"batch\[0\] must be a pair"),
        (
            list(zip(some(2, 3), [torch.tensor([1, 0]), torch.tensor([1, 0])], strict=True)),
            r"targets\[1\] must be one class for each of 3 steps, got 2",
        ),
        (
            list(zip(some(2, 3), [torch.zeros(1), torch.zeros(2)], strict=True)),
            r"targets\[1\] must be as targets\[0\], a tensor of shape \(1,\)",
        ),
    ],
)
def test_what_makes_no_batch_is_refused(batch: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        collate(batch)


def test_the_own_last_step_by_hand() -> None:
    output = torch.arange(12.0).reshape(2, 3, 2)
    assert last(output, torch.tensor([2, 3])).tolist() == [[2.0, 3.0], [10.0, 11.0]]
    assert last(torch.tensor([[1, 0, -100]]), torch.tensor([2])).tolist() == [0]


@pytest.mark.parametrize("lengths", [[0, 1], [1, 4], [1], [1, 2, 3]])
def test_lengths_that_do_not_fit_are_refused(lengths: list[int]) -> None:
    with pytest.raises(ValueError, match=r"lengths must be .* 2 (numbers|rows)|lengths must be 2"):
        last(torch.zeros(2, 3, 1), torch.tensor(lengths))


@pytest.mark.parametrize("lengths", [torch.tensor([1.0, 2.9]), torch.tensor([True, True]), [1, 2]])
def test_lengths_that_are_no_whole_numbers_are_refused(lengths: object) -> None:
    with pytest.raises(ValueError, match="lengths must be a tensor of whole numbers"):
        last(torch.zeros(2, 3, 1), lengths)  # type: ignore[arg-type]
