"""The two tasks that need memory: sums of numbers, and the parity of words."""

import random
from itertools import product

import pytest
import torch

from course_utils.lessons.anatomy.padding import collate
from course_utils.lessons.anatomy.tasks import (
    draw_sums,
    draw_words,
    long_words,
    words_with_parity,
)


def test_sums_are_sums_of_numbers_between_minus_one_and_one() -> None:
    items, sums = draw_sums(400)
    assert {len(item) for item in items} == set(range(2, 11))
    assert torch.cat(items).abs().max() <= 1
    assert torch.cat(items).min() < -0.9
    for item, total in zip(items, sums, strict=True):
        assert total.shape == (1,)
        assert total.item() == pytest.approx(sum(item.flatten().tolist()), abs=1e-5)
    again, other = draw_sums(400)[0], draw_sums(400, seed=1)[0]
    assert all(map(torch.equal, items, again))
    assert not torch.equal(torch.cat(items)[:50], torch.cat(other)[:50])


def test_words_are_different_repeatable_and_of_the_lengths_asked_for() -> None:
    words = draw_words(1500)
    assert len(set(words)) == 1500
    assert {len(word) for word in words} == set(range(2, 11))
    assert set("".join(words)) == {"a", "b"}
    assert words == draw_words(1500) != draw_words(1500, seed=1)
    assert sorted(draw_words(6, 1, 2)) == ["a", "aa", "ab", "b", "ba", "bb"]


def test_impossible_words_and_sums_are_refused() -> None:
    with pytest.raises(ValueError, match="count must be from 1 to 6, got 7"):
        draw_words(7, 1, 2)
    for draw in (draw_words, draw_sums):
        with pytest.raises(ValueError, match="shortest must be from 1 to longest = 2, got 3"):
            draw(1, 3, 2)
    with pytest.raises(ValueError, match="count must be a whole number, at least 1, got 0"):
        draw_sums(0)
    with pytest.raises(ValueError, match="longest must be at most 60, got 61"):
        draw_words(1, 2, 61)
    with pytest.raises(ValueError, match="words must be a list of texts, got 'abba'"):
        words_with_parity("abba")  # type: ignore[arg-type]


def test_long_words_are_drawn_at_once_as_from_the_whole_list() -> None:
    words = draw_words(100, 40, 40)
    assert len(set(words)) == 100
    assert {len(word) for word in words} == {40}
    whole = ["".join(letters) for n in (2, 3, 4) for letters in product("ab", repeat=n)]
    assert draw_words(9, 2, 4, seed=5) == random.Random(5).sample(whole, 9)


def test_parity_by_hand() -> None:
    ((x, odd),) = words_with_parity(["abbab"])
    assert x[:, 1].tolist() == [0, 1, 1, 0, 1]
    assert odd.tolist() == [0, 1, 0, 0, 1]


def test_long_words_are_as_long_as_they_say() -> None:
    words = long_words(20, count=5)
    assert len(set(words)) == 5
    x, lengths, targets = collate(list(words_with_parity(words)))
    assert lengths.tolist() == [20] * 5
    assert torch.equal(targets[:, -1], x[:, :, 1].sum(1).long() % 2)
