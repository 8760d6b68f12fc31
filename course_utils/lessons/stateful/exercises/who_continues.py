"""Exercise 4a.2: who continues whom."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def who_continues(before: np.ndarray, after: np.ndarray) -> list[int]:
    """For each row of after (rows, steps): the row of before that it goes on from, or -1."""
    rows = []
    for row in after:
        matches = [i for i, earlier in enumerate(before) if earlier[-1] + 1 == row[0]]
        rows.append(matches[0] if matches else -1)
    return rows


def by_argmax(before, after):
    hits = before[:, -1] + 1 == after[:, :1]
    return [int(np.argmax(row)) if row.any() else -1 for row in hits]


def _matched(rows, others, fits):
    """For each row, which of the others fits it, or -1."""
    return [next((i for i, other in enumerate(others) if fits(row, other)), -1) for row in rows]


@wrong(
    "This finds rows with the same samples. The question is which row ended just before this "
    "one begins."
)
def who_was_here_before(before, after):
    return _matched(after, before, np.array_equal)


@wrong(
    "If the first sample equals the last one, it's a repeat. A row that continues begins one "
    "sample later."
)
def the_border_sample_shared(before, after):
    return _matched(after, before, lambda row, earlier: row[0] == earlier[-1])


@wrong(
    "This tells you which row continues each row of before. The question is which row each row "
    "of after continues."
)
def seen_from_the_other_side(before, after):
    return _matched(before, after, lambda earlier, row: row[0] == earlier[-1] + 1)


@wrong(
    "This compares each row only with the one of its own number. A row may continue any other, "
    "so look through all of before."
)
def the_row_of_the_same_number_alone(before, after):
    return [i if before[i][-1] + 1 == row[0] else -1 for i, row in enumerate(after)]


@wrong(
    "This gives the same list for any samples. Compare the last of before with the first of after."
)
def row_i_always_continues_row_i(before, after):
    return list(range(len(after)))


@wrong("Use -1 for a row that continues none, because 0 is a row.")
def zero_for_nobody(before, after):
    return [max(i, 0) for i in who_continues(before, after)]


@wrong("This says whether a row continues another. Say which one.")
def yes_or_no(before, after):
    return [i >= 0 for i in who_continues(before, after)]


def _cases() -> tuple[Case, ...]:
    rows = np.arange(12).reshape(4, 3)
    return (
        Case(rows, rows + 3, label="four rows of three, 3 samples further on"),
        Case(rows, rows + 12, label="four rows of three, 12 samples further on"),
        Case(rows, (rows + 3)[[2, 0, 3, 1]], label="3 samples further on, rows shuffled"),
        Case(rows, rows + 4, label="4 samples further on"),
    )


def _space(draw: Draw) -> Case:
    """Draw rows in any order, with gaps; some continue a row, some nearly do, some none."""
    rows, steps = draw.size("rows"), draw.size("steps")
    dtype = draw.one_of("dtype", (np.int64, np.int32))
    gap = steps * draw.whole(1, 3) + draw.one_of("gap", (0, 0, 1))
    first = draw.one_of("first", (0, 5, 40)) + gap * draw.rng.permutation(rows)
    on = draw.one_of("on", ("shuffled", "mixed", "all", "next batch", "mixed"))
    later = first + (rows * gap if on == "next batch" else steps)
    if on in ("shuffled", "mixed"):
        later = draw.rng.permutation(later)
    if on == "mixed":  # the same samples again, the border sample shared, one left out, far away
        off = draw.rng.choice([0, 0, -steps, -1, 1, 1000], size=rows)
        later = later + off
    counted = np.arange(steps)
    return Case(*((part[:, None] + counted).astype(dtype) for part in (first, later)))


WHO_CONTINUES = Exercise(
    id="4a.2",
    title="Who continues whom?",
    difficulty=2,
    minutes=6,
    reference=who_continues,
    also_right=(by_argmax,),
    cases=_cases,
    space=_space,
    exact_sequence=True,  # the lesson compares it with a list
    misconceptions=(
        who_was_here_before,
        the_border_sample_shared,
        seen_from_the_other_side,
        the_row_of_the_same_number_alone,
        row_i_always_continues_row_i,
        zero_for_nobody,
        yes_or_no,
    ),
    hints=(
        "Row `a` continues row `b` if `b[-1] + 1 == a[0]`.",
        "Loop over the rows of `after`, and for each one look through `enumerate(before)`.",
    ),
    returns=("list",),
)
