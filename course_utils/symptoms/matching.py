"""Find symptoms by words: shared words count, rare ones count more, and a typo is forgiven.

In a longer complaint we also judge each sentence on its own, so that one telling sentence isn't
drowned by the others.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import cache

WORD = re.compile(r"[a-z][a-z0-9_]*(?:'[a-z]+)?")
SENTENCE = re.compile(r"[.!?;]\s+|\n+")
ENDINGS = re.compile(r"(?:ing|ed|es|s|ly)$")
# Words that say nothing here, and words that say the same.
SAYS_NOTHING = (
    "a about after again all also always am an and any are as at be been but by can cannot could "
    "did do does doesn't doing don't each else ever every few for from get gets give gives got "
    "had has have he help how i i'm if in into is isn't it it's its just know like lstm make "
    "makes me mean mine model my network no not now of off on one only or other our out over "
    "please pytorch rnn s should so some somehow something still such t tell than that the their "
    "them then there these they thing this those though to too torch up us use used very want was "
    "we well were what when where which while who why will with without work works would wrong "
    "you your"
)
EMPTY = frozenset(SAYS_NOTHING.split())
SAME = {
    "flat": "straight horizontal constant",
    "same": "identical equal unchanged",
    "forecast": "predict prediction predicted predictions forecasts predicts forecasting",
    "late": "lag lags lagging delayed delay shifted shift behind",
    "gpu": "cuda card graphics device cudnn",
    "explode": "explodes exploding nan inf diverges diverge blows infinity",
    "validation": "val valid held-out",
    "loss": "cost losses",
    "seed": "seeds rerun reruns restart luck",
    "stuck": "stagnates plateau frozen moving move moves",
    "grow": "grows growing increases increase rises rising",
    "fall": "falls falling decreases decrease decreasing drops",
    "remember": "remembers memory memorise forget forgets forgot forgotten",
    "unit": "units neurons hidden_size width size",
    "slow": "slower slows slowly",
    "save": "saves saved saving checkpoint load loading loaded reload",
    "wave": "sine sin cosine",
    "stop": "stopping epochs",
    "chance": "guess guessing guesses coin",
    "clip": "clipped clipping",
}
CANONICAL = {word: name for name, words in SAME.items() for word in words.split()}
FAULT_COUNTS = 0.4  # a word of the explanation, against one of the symptom
STARTS_ALIKE, TYPO = 0.8, 0.8
COVERED = 0.34  # the share of a query that a row must match, in weight
GOOD_ENOUGH = 0.25  # the share of the best row's merit that a row needs
LONGEST = 6  # a pasted message is long, and no row has all of it: this many words are enough


@dataclass(frozen=True)
class Symptom:
    """What you see, and where it is explained.

    Attributes
    ----------
    kind : str
        The heading that it belongs under.
    sees : str
        What you see.
    fault : str
        What it is.
    lesson : str
        Two digits and perhaps a letter: "05a".
    anchor : str
        The id of the cell that explains it.
    words : str
        Other words that people might search for.
    """

    kind: str
    sees: str
    fault: str
    lesson: str
    anchor: str
    words: str = ""


def best(query: str, symptoms: Sequence[Symptom], most: int) -> list[Symptom]:
    """Return the symptoms that fit a query best, the best first; none if nothing fits.

    Parameters
    ----------
    query : str
        A few words, or a message.
    symptoms : sequence of Symptom
        To choose from.
    most : int
        How many at most.
    """
    rare = _rarity(tuple(symptoms))
    sentences = [words for words in map(_words, SENTENCE.split(query)) if len(words) > 1]
    pieces = [_words(query), *sentences]
    merits = {one: max(_merit(piece, _weights(one), rare) for piece in pieces) for one in symptoms}
    fitting = sorted((one for one in symptoms if merits[one] > 0), key=lambda one: -merits[one])
    return [one for one in fitting[:most] if merits[one] >= GOOD_ENOUGH * merits[fitting[0]]]


def nearest(query: str, symptoms: Sequence[Symptom], most: int = 5) -> list[str]:
    """List words of the symptoms that look like words of a query.

    Parameters
    ----------
    query, symptoms, most
        As for `best`.
    """
    known = {w for one in symptoms for w in WORD.findall(f"{one.sees} {one.words}".lower())}
    near = [
        close
        for word in WORD.findall(query.lower())
        if word not in EMPTY
        for close in get_close_matches(word, sorted(known - EMPTY), n=2, cutoff=0.6)
    ]
    return list(dict.fromkeys(near))[:most]


def _words(text: str) -> list[str]:
    """Take the words that say something, each in one form, without repeats."""
    found: list[str] = []
    for word in WORD.findall(text.lower()):
        parts = [word, *word.split("_")] if "_" in word else [word]  # a name, and what it says
        found += [_one_form(part) for part in parts if part and part not in EMPTY]
    return list(dict.fromkeys(found))


def _one_form(word: str) -> str:
    word = CANONICAL.get(word, word)
    stem = ENDINGS.sub("", word)
    stem = stem if len(stem) >= 3 else word
    return CANONICAL.get(stem, stem)


@cache
def _weights(symptom: Symptom) -> dict[str, float]:
    weights = dict.fromkeys(_words(symptom.fault), FAULT_COUNTS)
    return weights | dict.fromkeys(_words(f"{symptom.sees} {symptom.words}"), 1.0)


@cache
def _rarity(symptoms: tuple[Symptom, ...]) -> dict[str, float]:
    """Say how much each word tells us: the rarer, the more."""
    counts = Counter(word for one in symptoms for word in _weights(one))
    return {word: math.log(1 + len(symptoms) / count) for word, count in counts.items()}


def _merit(wanted: Sequence[str], weights: dict[str, float], rare: dict[str, float]) -> float:
    """Say how well a row fits a piece of a query: its score, times the share of it that matches.

    Thanks to the share, a short sentence that fits well beats chance hits in a long text.
    """
    score = _score(wanted, weights, rare)
    fits = score > 0 and score >= COVERED * _needed(wanted, rare, LONGEST)
    return score * score / _needed(wanted, rare, len(wanted)) if fits else 0.0


def _score(wanted: Iterable[str], weights: dict[str, float], rare: dict[str, float]) -> float:
    return sum(
        max((_alike(word, own) * weight * rare[own] for own, weight in weights.items()), default=0)
        for word in wanted
    )


def _needed(wanted: Sequence[str], rare: dict[str, float], most: int) -> float:
    unknown = max(rare.values(), default=1.0)
    return sum(sorted((rare.get(word, unknown) for word in wanted), reverse=True)[:most])


@cache
def _alike(word: str, other: str) -> float:
    """Say how alike two words are, from 0 to 1: the same, a beginning of the other, a typo."""
    if word == other:
        return 1.0
    short = min(len(word), len(other))
    if short < 5:
        return 0.0
    if word.startswith(other) or other.startswith(word):
        return STARTS_ALIKE
    ratio = SequenceMatcher(None, word, other).ratio()
    return 0.7 * ratio if ratio >= TYPO else 0.0
