"""Lessons 02a and 02b: the anatomy of nn.RNN, and sequences of different lengths."""

from course_utils.lessons import Part

PARTS = (
    Part(
        number="02a",
        title="Anatomy of nn.RNN",
        file="02a_anatomy_of_nn_rnn",
        subject="every shape, every error message, memorising against learning",
        machine="under 1 min",
        needs="tensors and `nn.Linear` seen once",
        entry=True,
        sections={
            "objectives": 1,
            "published-tutorial": 2,
            "every-shape": 6,
            "read-the-error": 11,
            "what-noise-can-teach": 5,
            "gradients-through-time": 5,
            "explore": 1,
            "what-we-measured": 1,
            "recap": 2,
        },
    ),
    Part(
        number="02b",
        title="Sequences of different lengths",
        file="02b_variable_lengths",
        subject="`Dataset`, padding, packing, training and testing",
        machine="under 1 min",
        needs="the shapes of 02a",
        sections={
            "objectives": 1,
            "different-lengths": 8,
            "training-and-testing": 12,
            "both-directions": 5,
            "character-model": 5,
            "explore": 2,
            "what-we-measured": 1,
            "recap": 3,
        },
        optional=("character-model",),
        # 2b.6 stands before the old 2b.5, and a number is never used for another exercise.
        former={"2b.5": "2b.7"},
    ),
)
