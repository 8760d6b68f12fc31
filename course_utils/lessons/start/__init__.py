"""Lesson 00: start here."""

from course_utils.lessons import Part

PARTS = (
    Part(
        number="00",
        title="Start here",
        file="00_start_here",
        subject="one script and 32 seeds, how a lesson works, your way through the course",
        machine="under 10 s",
        needs="Python, and PyTorch seen once",
        sections={
            "cold-open": 3,
            "how-a-lesson-works": 1,
            "taste": 1,
            "environment-report": 1,
            "three-hours": 1,
            "map": 0,
            "by-symptom": 0,
            "glossary": 0,
        },
    ),
)
