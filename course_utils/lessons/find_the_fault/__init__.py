"""Lesson 07: find the fault in somebody else's code."""

from course_utils.lessons import Part

PARTS = (
    Part(
        number="07",
        title="Find the fault",
        file="07_find_the_fault",
        subject="ten strangers' scripts, five probes of your own, twelve pictures and an exam",
        machine="under 1 min",
        needs="silent faults as in 01a to 05b, or the three-hour path",
        sections={
            "objectives": 1,
            "twelve-pictures": 4,
            "four-networks": 7,
            "three-steps": 5,
            "data-and-a-forecast": 5,
            "four-tutorials": 3,
            "other-ways": 3,
            "explore": 2,
            "exam": 1,
            "twelve-again": 2,
            "what-we-measured": 1,
            "recap": 1,
        },
        optional=("four-tutorials",),
    ),
)
