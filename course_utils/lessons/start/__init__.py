"""Lesson 00: start here."""

from course_utils.lessons import Part

PARTS = (
    Part(
        number="00",
        title="Start here",
        file="00_start_here",
        subject="your set-up, and how a lesson works",
        machine="under 10 s",
        sections={
            "promise": 1,
            "environment-report": 1,
            "taste": 1,
            "how-a-lesson-works": 1,
            "map": 1,
            "glossary": 0,
        },
    ),
)
