"""Prose for a slide: the paragraphs of a cell, and the first sentences of a paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from course_utils.workshop import pages

ROOM = 210  # characters of prose
LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")
PROTECTED = re.compile(r"`[^`]*`|\$[^$]*\$|\([^()]*\)")
END_OF_SENTENCE = re.compile(r"(?<!e\.g\.)(?<!i\.e\.)(?<=[.?!])[*_)”\"']*(?=\s+\S|$)")
HEADING = re.compile(r"(?P<level>#+) (?P<words>.*?)(?: ◆)?$")
NOT_PROSE = re.compile(r"#|<|\||\$\$|```|[-*] |\d+\. |>|\*Figure: |\(|\*\*Predict")


def sentences(source: str, room: int = ROOM) -> str:
    """Take the first sentence of a paragraph, and those after it that fit; links become words.

    Parameters
    ----------
    source : str
        Markdown.
    room : int
        How many characters fit; the first sentence always stands.
    """
    kept = ""
    for sentence in pieces(source):
        if kept and (len(kept) + len(sentence) > room or not END_OF_SENTENCE.search(sentence)):
            break
        kept = f"{kept} {sentence}".strip()
    return capital(kept)


def introduction(source: str) -> str:
    """Take what a paragraph says about what stands below it: its end, if that announces it."""
    last = pieces(source)[-1]
    return sentences(source) if END_OF_SENTENCE.search(last) else capital(last)


def pieces(source: str) -> list[str]:
    """Cut a paragraph into its sentences; code, mathematics and brackets stay whole."""
    text = " ".join(LINK.sub(r"\1", source).split())
    hidden = PROTECTED.sub(lambda found: "x" * len(found[0]), text)
    borders = [0, *(found.end() for found in END_OF_SENTENCE.finditer(hidden)), len(text)]
    found = [text[start:end].strip() for start, end in pairwise(borders)]
    return [piece for piece in found if piece]


def ends(source: str) -> bool:
    """Say whether a paragraph's first sentence ends, and doesn't announce what stands below it."""
    return bool(END_OF_SENTENCE.search(pieces(source)[0]))


def blocks(source: str) -> Iterator[str]:
    """Cut the Markdown of a cell at its blank lines and headings; fences stay whole."""
    held: list[str] = []
    fenced = False
    for line in [*source.splitlines(), ""]:
        heading = not fenced and line.startswith("#")
        if held and not fenced and (heading or not line.strip()):
            yield "\n".join(held)
            held = []
        if line.startswith("```"):
            fenced = not fenced
        if heading:
            yield line
        elif line.strip() or fenced:
            held.append(line)


def capital(text: str) -> str:
    """Begin with a capital, whatever stood before it in the lesson."""
    return text[:1].upper() + text[1:]


def is_prose(block: str) -> bool:
    """Say whether a paragraph is sentences, and no heading, list, table, figure or question."""
    return bool(block) and not NOT_PROSE.match(block)


def in_html(source: str) -> str:
    """Write Markdown as HTML; links become words, since a slide has nowhere to go."""
    return pages.markdown(LINK.sub(r"\1", source))


def heading(block: str) -> str:
    """Take the words of a heading, without its marks; "" if it is none."""
    found = HEADING.match(block)
    return LINK.sub(r"\1", found["words"]) if found else ""
