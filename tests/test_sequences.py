"""Sequences of different lengths: hand-worked results, and that padding is never read."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.data import DataLoader

from course_utils import sequences
from course_utils.sequences import IGNORED, LETTERS, CustomDataset, Reader, collate, last, pad


def some(*lengths: int, features: int = 2) -> list[torch.Tensor]:
    draw = torch.Generator().manual_seed(sum(lengths))
    return [torch.randn(length, features, generator=draw) for length in lengths]


# ---- the dataset


def test_a_dataset_gives_each_sequence_with_its_target() -> None:
    items, targets = some(3, 1, 2), [torch.tensor([1.0]), torch.tensor([2.0]), torch.tensor([3.0])]
    data = CustomDataset(items, targets)
    assert len(data) == 3
    assert torch.equal(data[1][0], items[1])
    assert data[2][1].item() == 3.0


@pytest.mark.parametrize(
    ("items", "targets", "message"),
    [
        (some(3, 2), [torch.zeros(1)], "targets must be one a sequence, 2, got 1"),
        ([], [], "at least one, got none"),
        ([torch.zeros(3)], [torch.zeros(1)], r"sequences\[0\] .* got \(3,\)"),
        ([*some(3), torch.zeros(0, 2)], [torch.zeros(1)] * 2, r"sequences\[1\] .* got \(0, 2\)"),
        ([*some(3), torch.zeros(4, 5)], [torch.zeros(1)] * 2, r"sequences\[1\] .* got \(4, 5\)"),
    ],
)
def test_a_bad_dataset_is_refused(items: list, targets: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CustomDataset(items, targets)


# ---- padding


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


@pytest.mark.parametrize("items", [[], [torch.zeros(0, 2)]])
def test_nothing_to_pad_is_refused(items: list[torch.Tensor]) -> None:
    with pytest.raises(ValueError, match="sequences must be at least one, each of at least one"):
        pad(items)


def test_a_loader_stacks_numbers_and_pads_classes() -> None:
    numbers = CustomDataset(some(3, 1), [torch.tensor([1.0]), torch.tensor([2.0])])
    x, lengths, targets = next(iter(DataLoader(numbers, 2, collate_fn=collate)))
    assert (x.shape, lengths.tolist(), targets.tolist()) == ((2, 3, 2), [3, 1], [[1.0], [2.0]])
    steps = CustomDataset(some(1, 2), [torch.tensor([1]), torch.tensor([0, 1])])
    assert collate(list(steps))[2].tolist() == [[1, IGNORED], [0, 1]]
    one_class = CustomDataset(some(1, 2), [torch.tensor(1), torch.tensor(0)])
    assert collate(list(one_class))[2].tolist() == [1, 0]


def test_the_own_last_step_by_hand() -> None:
    output = torch.arange(12.0).reshape(2, 3, 2)
    assert last(output, torch.tensor([2, 3])).tolist() == [[2.0, 3.0], [10.0, 11.0]]
    assert last(torch.tensor([[1, 0, -100]]), torch.tensor([2])).tolist() == [0]


@pytest.mark.parametrize("lengths", [[0, 1], [1, 4], [1], [1, 2, 3]])
def test_lengths_that_do_not_fit_are_refused(lengths: list[int]) -> None:
    with pytest.raises(ValueError, match="lengths must be 2 numbers from 1 to 3, got"):
        last(torch.zeros(2, 3, 1), torch.tensor(lengths))


# ---- the reader


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


# ---- the tasks


def test_encoding_by_hand() -> None:
    assert sequences.encode("ba", "ab").tolist() == [[0.0, 1.0], [1.0, 0.0]]
    assert sequences.places("abba", "ab").tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize(("text", "seen"), [("abc", r"\['c'\]"), ("", "nothing")])
def test_a_strange_letter_is_refused(text: str, seen: str) -> None:
    with pytest.raises(ValueError, match=f"text must be made of 'ab', got {seen}"):
        sequences.encode(text, "ab")


def test_words_are_different_repeatable_and_of_the_lengths_asked_for() -> None:
    words = sequences.draw_words(1500)
    assert len(set(words)) == 1500
    assert {len(word) for word in words} == set(range(2, 11))
    assert set("".join(words)) == {"a", "b"}
    assert words == sequences.draw_words(1500) != sequences.draw_words(1500, seed=1)
    assert sorted(sequences.draw_words(6, 1, 2)) == ["a", "aa", "ab", "b", "ba", "bb"]


def test_impossible_words_are_refused() -> None:
    with pytest.raises(ValueError, match="count must be from 1 to 6, got 7"):
        sequences.draw_words(7, 1, 2)
    for draw in (sequences.draw_words, sequences.draw_sums):
        with pytest.raises(ValueError, match="shortest must be from 1 to longest = 2, got 3"):
            draw(1, 3, 2)
    with pytest.raises(ValueError, match="count must be at least 1, got 0"):
        sequences.draw_sums(0)


def test_running_parity_by_hand() -> None:
    assert sequences.running_parity("abbab").tolist() == [0, 1, 0, 0, 1]


def test_sums_are_sums_of_numbers_between_minus_one_and_one() -> None:
    items, sums = sequences.draw_sums(400)
    assert {len(item) for item in items} == set(range(2, 11))
    assert torch.cat(items).abs().max() <= 1
    assert torch.cat(items).min() < -0.9
    for item, total in zip(items, sums, strict=True):
        assert total.shape == (1,)
        assert total.item() == pytest.approx(sum(item.flatten().tolist()), abs=1e-5)
    again, other = sequences.draw_sums(400)[0], sequences.draw_sums(400, seed=1)[0]
    assert all(map(torch.equal, items, again))
    assert not torch.equal(torch.cat(items)[:50], torch.cat(other)[:50])


# ---- the text


def test_the_sentences_of_alice() -> None:
    sentences = sequences.load_sentences()
    assert len(sentences) == 268
    assert sentences[0].startswith("alice was beginning to get very tired of sitting by her")
    assert sentences[-1] == "alice led the way, and the whole party swam to the shore."
    assert "chapter" not in " ".join(sentences)
    assert set("".join(sentences)) | {"\n"} == set(LETTERS)


def test_the_next_letter_is_the_target() -> None:
    x, target = sequences.next_letters(["so!"])[0]
    assert "".join(LETTERS[i] for i in x.argmax(1)) == "\nso!"
    assert "".join(LETTERS[i] for i in target) == "so!\n"


def test_pairs_by_hand() -> None:
    counts = sequences.count_pairs(["aab", "ab"])
    a, b, end = (LETTERS.index(letter) for letter in "ab\n")
    assert counts.sum() == 7
    assert counts[end, a] == counts[a, b] == counts[b, end] == 2
    assert counts[a, a] == 1


def test_perplexity_by_hand() -> None:
    counts, held_out = (
        torch.tensor([[1.0, 3.0], [0.0, 0.0]]),
        torch.tensor([[2.0, 1.0], [1.0, 0.0]]),
    )
    wanted = -(2 * math.log(2 / 6) + math.log(4 / 6) + math.log(1 / 2)) / 4
    assert sequences.perplexity(counts, held_out, 1.0) == pytest.approx(math.exp(wanted))
    # Knowing nothing is as unsure as a fair choice among all.
    assert sequences.perplexity(torch.zeros(5, 5), torch.ones(5, 5)) == pytest.approx(5)


def test_perplexity_is_the_exponential_of_torchs_cross_entropy() -> None:
    text = sequences.load_sentences()
    counts, held_out = sequences.count_pairs(text[:50]), sequences.count_pairs(text[50:60])
    logits = (counts + 0.1).log()
    before, after = (
        torch.cat([sequences.places(form.format(s), LETTERS) for s in text[50:60]])
        for form in ("\n{}", "{}\n")
    )
    wanted = nn.functional.cross_entropy(logits[before], after).exp().item()
    assert sequences.perplexity(counts, held_out) == pytest.approx(wanted, rel=1e-4)


def test_a_bad_perplexity_is_refused() -> None:
    with pytest.raises(ValueError, match="added must be above 0, got 0"):
        sequences.perplexity(torch.ones(2, 2), torch.ones(2, 2), 0)
    with pytest.raises(ValueError, match=r"shape of counts, \(2, 2\), got \(3, 3\)"):
        sequences.perplexity(torch.ones(2, 2), torch.ones(3, 3))
