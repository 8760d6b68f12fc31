"""Lessons 01a and 01b: the Elman network by hand, and what truncation removes."""

from course_utils.lessons import Part

PARTS = (
    Part(
        number="01a",
        title="The Elman network by hand",
        file="01a_elman_by_hand",
        subject="the network of 1990, and BPTT formula by formula",
        machine="under 1 min",
        needs="Python and NumPy",
        sections={
            "cold-open": 3,
            "objectives": 1,
            "published-tutorial": 9,
            "is-it-good": 8,
            "bptt-by-hand": 8,
            "same-network-as-nn-rnn": 2,
            "explore": 2,
            "what-we-measured": 1,
            "recap": 3,
        },
        optional=("same-network-as-nn-rnn",),
    ),
    Part(
        number="01b",
        title="What truncation removes",
        file="01b_what_truncation_removes",
        subject="truncation, step sizes, explosions, free running",
        machine="under 1 min",
        needs="01a",
        sections={
            "objectives": 1,
            "where-we-stand": 3,
            "what-truncation-removes": 11,
            "step-sizes": 6,
            "exploding-gradients": 7,
            "explore": 2,
            "other-memories": 4,
            "two-theorems": 6,
            "what-we-measured": 1,
            "recap": 4,
        },
        optional=("other-memories", "two-theorems"),
    ),
)
