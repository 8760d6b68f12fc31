"""Lessons 03a and 03b: from sin to cos, and one duplicated sample."""

from course_utils.lessons import Part

PARTS = (
    Part(
        number="03a",
        title="From sin to cos with nn.RNN",
        file="03a_sin_to_cos",
        subject="lost lines, `detach`, a live plot",
        machine="about 20 s",
        needs="NumPy, and a training loop in PyTorch seen once",
        entry=True,
        sections={
            "objectives": 1,
            "data": 5,
            "network": 10,
            "training": 11,
            "detective-story": 4,
            "explore": 1,
            "what-we-measured": 1,
            "recap": 3,
        },
    ),
    Part(
        number="03b",
        title="One duplicated sample, and what a carried state is worth",
        file="03b_the_duplicated_sample",
        subject="the endpoint, carry and reset, free running",
        machine="about half a minute",
        needs="03a, or what its first lines repeat",
        sections={
            "objectives": 1,
            "diagnose": 6,
            "repair": 3,
            "carried-state": 5,
            "what-detach-drops": 3,
            "judge-without-touching": 1,
            "runs-of-its-own": 7,
            "explore": 3,
            "what-we-measured": 3,
            "recap": 3,
        },
        optional=("what-detach-drops",),
    ),
)
