"""Lessons 04a and 04b: the stateful LSTM, and the comparison with real Keras."""

from course_utils.lessons import Part

PARTS = (
    Part(
        number="04a",
        title="The stateful LSTM",
        file="04a_stateful_lstm",
        subject="what continues what, three faults of state, one row, saving, window or stream",
        machine="about half a minute",
        needs="what 03a says about `detach`",
        sections={
            "objectives": 1,
            "data": 6,
            "network-and-training": 5,
            "three-ways-state-goes-wrong": 10,
            "repair": 9,
            "where-the-error-sits": 4,
            "explore": 2,
            "where-carrying-is-necessary": 8,
            "what-we-measured": 1,
            "recap": 3,
        },
        optional=("where-the-error-sits",),
    ),
    Part(
        number="04b",
        title="Checked against real Keras",
        file="04b_held_against_keras",
        subject="the LSTM by hand, weights ported, losses equal to six digits",
        machine="about half a minute",
        needs="04a, or Keras",
        sections={
            "cold-open": 2,
            "objectives": 1,
            "lstm-by-hand": 7,
            "two-biases": 2,
            "slower-than-keras": 6,
            "port-the-weights": 8,
            "does-not-learn-like-keras": 9,
            "six-sizes": 2,
            "explore": 4,
            "what-we-measured": 1,
            "recap": 3,
            "appendix": 5,
        },
        optional=("does-not-learn-like-keras", "six-sizes", "appendix"),
    ),
)
