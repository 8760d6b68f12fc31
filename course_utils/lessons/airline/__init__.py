"""Lessons 05a and 05b: airline passengers with a GRU."""

from course_utils.lessons import Part

PARTS = (
    Part(
        number="05a",
        title="Airline passengers, as published",
        file="05a_airline_passengers",
        subject="31,001 numbers, a reset that resets nothing, honest baselines, the lag test",
        machine="about a quarter of a minute",
        needs="pandas seen once, and what a hidden state is",
        entry=True,
        sections={
            "cold-open": 2,
            "objectives": 1,
            "published-tutorial": 2,
            "data": 3,
            "published-scheme": 7,
            "is-it-good": 3,
            "reset-that-resets-nothing": 4,
            "lag-test": 3,
            "explore": 2,
            "what-we-measured": 2,
            "recap": 2,
        },
        optional=("explore",),
        former={f"5.{number}": f"5a.{number}" for number in range(1, 7)},
    ),
    Part(
        number="05b",
        title="A forecaster you can defend",
        file="05b_a_forecaster_you_can_defend",
        subject="what a network sees, rolling origin, when to stop, exposure bias, the verdict",
        machine="under 1 min",
        needs="05a, or a GRU from elsewhere",
        sections={
            "objectives": 2,
            "where-we-stand": 2,
            "batches-and-transforms": 7,
            "gru-by-hand": 7,
            "explore": 2,
            "rolling-origin": 9,
            "exposure-bias": 4,
            "what-we-measured": 4,
            "recap": 2,
        },
        optional=("gru-by-hand",),
        former={"5.7": "5b.1", "5.8": "5b.2", "5.9": "5b.3"}
        | {f"5.Q{number}": f"5b.Q{number}" for number in range(1, 4)},
    ),
)
