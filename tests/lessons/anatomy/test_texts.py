"""Texts as numbers: letters by hand, the sentences of "Alice", the pairs of a bigram."""

import math

import pytest
import torch
from torch import nn

from course_utils.lessons.anatomy.exercises.perplexity import perplexity
from course_utils.lessons.anatomy.texts import (
    LETTERS,
    count_pairs,
    encode,
    load_sentences,
    next_letters,
    places,
    sentences_apart,
)


def test_encoding_by_hand() -> None:
    assert encode("ba", "ab").tolist() == [[0.0, 1.0], [1.0, 0.0]]
    assert places("abba", "ab").tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize(("text", "seen"), [("abc", r"\['c'\]"), ("", "nothing")])
def test_a_strange_letter_is_refused(text: str, seen: str) -> None:
    with pytest.raises(ValueError, match=f"text must be made of 'ab', got {seen}"):
        encode(text, "ab")


def test_one_text_is_not_taken_for_a_list_of_its_letters() -> None:
    for read in (next_letters, count_pairs):
        for wrong in ("so!", ["so!", 3]):
            with pytest.raises(ValueError, match="sentences must be a list of texts, got"):
                read(wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="letters must be all different, got 'aba'"):
        encode("ab", "aba")


def test_the_sentences_of_alice() -> None:
    sentences = load_sentences()
    assert len(sentences) == 268
    assert sentences[0].startswith("alice was beginning to get very tired of sitting by her")
    assert sentences[-1] == "alice led the way, and the whole party swam to the shore."
    assert "chapter" not in " ".join(sentences)
    assert set("".join(sentences)) | {"\n"} == set(LETTERS)


def test_the_sentences_held_out_come_last() -> None:
    train, held_out = sentences_apart()
    assert train + held_out == load_sentences()
    assert len(train) == 214


def test_the_next_letter_is_the_target() -> None:
    x, target = next_letters(["so!"])[0]
    assert "".join(LETTERS[i] for i in x.argmax(1)) == "\nso!"
    assert "".join(LETTERS[i] for i in target) == "so!\n"


def test_pairs_by_hand() -> None:
    counts = count_pairs(["aab", "ab"])
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
    assert perplexity(counts, held_out, 1.0) == pytest.approx(math.exp(wanted))
    # Knowing nothing is as unsure as a fair choice among all.
    assert perplexity(torch.zeros(5, 5), torch.ones(5, 5), 0.1) == pytest.approx(5)


def test_perplexity_is_the_exponential_of_torchs_cross_entropy() -> None:
    text = load_sentences()
    counts, held_out = count_pairs(text[:50]), count_pairs(text[50:60])
    logits = (counts + 0.1).log()
    before, after = (
        torch.cat([places(form.format(s), LETTERS) for s in text[50:60]])
        for form in ("\n{}", "{}\n")
    )
    wanted = nn.functional.cross_entropy(logits[before], after).exp().item()
    assert perplexity(counts, held_out, 0.1) == pytest.approx(wanted, rel=1e-4)
