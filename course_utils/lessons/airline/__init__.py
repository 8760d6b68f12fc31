"""Lessons 05a and 05b: airline passengers with a GRU."""

from course_utils.lessons import Part

PARTS = (
    Part(
        number="05a",
        title="Airline passengers, as published",
        file="05a_airline_passengers",
        subject="a GRU of 31,001 numbers, a reset that resets nothing, honest baselines",
        machine="about a quarter of a minute",
        sections={
            "objectives": 2,
            "published-tutorial": 4,
            "data": 2,
            "published-scheme": 8,
            "is-it-good": 3,
            "reset-that-resets-nothing": 4,
            "explore": 2,
            "what-we-measured": 2,
            "recap": 2,
        },
        former={f"5.{number}": f"5a.{number}" for number in range(1, 7)},
    ),
    Part(
        number="05b",
        title="A forecaster you can defend",
        file="05b_a_forecaster_you_can_defend",
        subject="what a network sees, the GRU by hand, rolling origin, an honest verdict",
        machine="about 1 min",
        sections={
            "objectives": 2,
            "where-we-stand": 2,
            "batches-and-transforms": 7,
            "gru-by-hand": 5,
            "explore": 2,
            "rolling-origin": 4,
            "what-we-measured": 3,
            "recap": 2,
        },
        former={"5.7": "5b.1", "5.8": "5b.2", "5.9": "5b.3"}
        | {f"5.Q{number}": f"5b.Q{number}" for number in range(1, 4)},
    ),
)
