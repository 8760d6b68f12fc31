"""Lessons 06a and 06b: your own series, and when a recurrent network wins."""

from course_utils.lessons import Part

PARTS = (
    Part(
        number="06a",
        title="Your own series",
        file="06a_your_own_series",
        subject="from a file to a forecast that you can defend, on any series of yours",
        machine="under 1 min",
        needs="a CSV file of yours, and a baseline as in 05a",
        sections={
            "objectives": 1,
            "read-the-file": 4,
            "gaps": 3,
            "several-columns": 4,
            "choose-on-earlier-years": 5,
            "beyond-the-last-row": 3,
            "intervals": 3,
            "mean-of-forecasts": 2,
            "your-own-series": 4,
            "explore": 1,
            "outlook": 5,
            "what-we-measured": 1,
            "recap": 1,
        },
        optional=("several-columns", "outlook"),
    ),
    Part(
        number="06b",
        title="When a recurrent network wins",
        file="06b_when_a_recurrent_network_wins",
        subject="three systems, three winners, and the principle behind them",
        machine="about 1 min",
        needs="recursive and direct forecasts, as in 05b",
        sections={
            "objectives": 1,
            "mackey-glass": 8,
            "light-switch": 5,
            "control": 1,
            "airline-again": 3,
            "explore": 5,
            "what-we-measured": 1,
            "recap": 1,
        },
    ),
)
