"""Lesson 08: recurrent networks today."""

from course_utils.lessons import Part

PARTS = (
    Part(
        number="08",
        title="Recurrent networks today",
        file="08_recurrent_networks_today",
        subject="minGRU and its scan, a bit that it cannot flip, and when to take which network",
        machine="under half a minute",
        needs="the GRU of 05b; nothing else builds on it",
        sections={
            "objectives": 1,
            "old-state-out-of-the-gates": 3,
            "scan": 3,
            "time-against-length": 2,
            "parity": 3,
            "cannot-flip": 3,
            "explore": 1,
            "gate-bias": 2,
            "forecasting": 1,
            "which-when": 2,
            "what-we-measured": 1,
            "recap": 1,
        },
        optional=("explore",),
    ),
)
