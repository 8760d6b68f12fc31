"""Exercise 4a.5: lay a series out for a stateful network."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def lay_out(values: np.ndarray, batch: int, steps: int) -> np.ndarray:
    """Lay values (n,) out as (chunks, batch, steps): each row walks through its own stretch."""
    chunks = len(values) // (batch * steps)
    rows = values[: chunks * batch * steps].reshape(batch, chunks, steps)
    return rows.transpose(1, 0, 2)


def _whole(values, batch, steps):
    """Drop the values that do not fill a whole chunk."""
    return values[: len(values) // (batch * steps) * batch * steps]


def by_columns(values, batch, steps):
    chunks = len(values) // (batch * steps)
    return np.stack(np.split(_whole(values, batch, steps).reshape(batch, -1), chunks, axis=1))


@wrong(
    "This fills each batch with the next values, row by row. So row 0 of the next batch "
    "continues the *last* row of this one, and no other row continues anything."
)
def folded_batch_by_batch(values, batch, steps):
    return _whole(values, batch, steps).reshape(-1, batch, steps)


@wrong("The stretches are right, but the shape is (batch, chunks, steps). Put chunks first.")
def rows_first(values, batch, steps):
    return _whole(values, batch, steps).reshape(batch, -1, steps)


@wrong("Here each row takes every batch-th value, so its steps lie far apart in time.")
def rows_interleaved(values, batch, steps):
    return _whole(values, batch, steps).reshape(-1, steps, batch).transpose(0, 2, 1)


@wrong(
    "Close, but the stretches are at least one value too long, and each row loses its end. "
    "First take chunks · batch · steps values, then cut them into stretches."
)
def left_over_at_the_end_of_each_row(values, batch, steps):
    each = len(values) // batch
    chunks = each // steps
    rows = values[: each * batch].reshape(batch, each)[:, : chunks * steps]
    return rows.reshape(batch, chunks, steps).transpose(1, 0, 2)


@wrong("The values don't always fill whole chunks. Drop what's left over at the end.")
def what_is_left_over(values, batch, steps):
    return values.reshape(batch, -1, steps).transpose(1, 0, 2)


@wrong("That's the published folding, where values come many times. Here each comes just once.")
def overlapping(values, batch, steps):
    starts = range(0, len(values) - batch * steps + 1, steps)
    return np.stack([values[n : n + batch * steps].reshape(batch, steps) for n in starts])


def _space(draw: Draw) -> Case:
    batch, steps, chunks = (draw.size(name) for name in ("batch", "steps", "chunks"))
    whole = batch * steps
    left_over = draw.one_of("left over", (0, 1, whole // 2, whole - 1))
    dtype = draw.one_of("dtype", (float, int, np.float32))
    values = draw.array(chunks * whole + left_over, kind="normal")
    return Case((100 * values).astype(dtype), batch, steps)


LAY_OUT = Exercise(
    id="4a.5",
    title="Lay a series out for a stateful network",
    difficulty=3,
    minutes=8,
    optional=True,
    reference=lay_out,
    also_right=(by_columns,),
    cases=lambda: (
        Case(np.arange(24.0), 2, 3, label="24 values, two rows, three steps"),
        Case(np.arange(27.0), 3, 2, label="27 values, three rows, two steps"),
        Case(np.arange(5.0), 1, 5, label="one row, one chunk"),
    ),
    space=_space,
    dtypes="any",
    misconceptions=(
        folded_batch_by_batch,
        rows_first,
        rows_interleaved,
        left_over_at_the_end_of_each_row,
        what_is_left_over,
        overlapping,
    ),
    hints=(
        "Row 0 should read the first stretch of the series from beginning to end, row 1 the "
        "second, and so on. Which reshape puts one stretch in each row?",
        "`reshape(batch, chunks, steps)` cuts the stretches. Then chunks must come first, and "
        "swapping axes is a job for `transpose`.",
    ),
    returns=("layout",),
)
