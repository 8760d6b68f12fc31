"""Exercise 4a.1: fold a long signal into a batch."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def get_batch(start: int, batch: int, steps: int) -> list[np.ndarray]:
    """Fold samples start, start + 1, …: [seq, res, xs], (batch, steps, 1) twice, (batch, steps)."""
    samples = np.arange(start, start + batch * steps).reshape(batch, steps)
    xs = samples / (10 * np.pi)
    return [np.sin(xs)[:, :, np.newaxis], np.cos(xs)[:, :, np.newaxis], xs]


def _samples(start, batch, steps):
    return np.arange(start, start + batch * steps).reshape(batch, steps)


def _waves(xs):
    return [np.sin(xs)[..., None], np.cos(xs)[..., None], xs]


def row_by_row(start, batch, steps):
    firsts = start + steps * np.arange(batch)[:, None]
    return _waves((firsts + np.arange(steps)) / (10 * np.pi))


@wrong(
    "This divides by 1π, as the post does when it looks at the data. Its training divides by 10π."
)
def the_scale_of_the_look(start, batch, steps):
    return _waves(_samples(start, batch, steps) / (1 * np.pi))


@wrong("n / 10 * np.pi divides by 10 only, then multiplies by π. Use brackets: n / (10 * np.pi).")
def no_brackets(start, batch, steps):
    return _waves(_samples(start, batch, steps) / 10 * np.pi)


@wrong(
    "The samples lie a little too far apart. np.linspace puts its last point on the end, "
    "which belongs to the next batch. Use endpoint=False, or np.arange."
)
def linspace_to_its_end(start, batch, steps):
    samples = np.linspace(start, start + batch * steps, batch * steps).reshape(batch, steps)
    return _waves(samples / (10 * np.pi))


@wrong(
    "seq and res need a third axis, (batch, steps, 1), because one number goes in at each "
    "step. xs doesn't have it."
)
def no_axis_of_inputs(start, batch, steps):
    xs = _samples(start, batch, steps) / (10 * np.pi)
    return [np.sin(xs), np.cos(xs), xs]


@wrong(
    "This puts neighbours in time into different rows. A row is a stretch of time, so its "
    "samples follow one another."
)
def time_runs_down_the_columns(start, batch, steps):
    return _waves(_samples(start, steps, batch).T / (10 * np.pi))


@wrong("Here each row begins one sample after the row above. It should begin where that row ends.")
def sliding_windows(start, batch, steps):
    firsts = start + np.arange(batch)[:, None]
    return _waves((firsts + np.arange(steps)) / (10 * np.pi))


@wrong("Sine and cosine have swapped places: seq, the input, is the sine.")
def swapped(start, batch, steps):
    seq, res, xs = get_batch(start, batch, steps)
    return [res, seq, xs]


@wrong("This batch begins at sample 0, whatever start says.")
def start_left_out(start, batch, steps):
    return get_batch(0, batch, steps)


@wrong("start counts samples, not batches, so don't multiply it by anything.")
def start_counted_in_batches(start, batch, steps):
    return get_batch(start * steps, batch, steps)


def _space(draw: Draw) -> Case:
    start = draw.one_of("start", (0, 1, 7, 20, 139, 1000, 9980))
    return Case(start, draw.size("batch"), draw.size("steps"))


GET_BATCH = Exercise(
    id="4a.1",
    title="Fold a long signal into a batch",
    difficulty=1,
    minutes=5,
    reference=get_batch,
    also_right=(row_by_row,),
    cases=lambda: (
        Case(0, 3, 4, label="three rows of four samples, from sample 0"),
        Case(20, 50, 20, label="the tutorial's second batch"),
    ),
    space=_space,
    atol=1e-4,  # at 300 radians, 32 bits leave a sine four digits; one sample is 0.03
    misconceptions=(
        the_scale_of_the_look,
        no_brackets,
        linspace_to_its_end,
        no_axis_of_inputs,
        time_runs_down_the_columns,
        sliding_windows,
        swapped,
        start_left_out,
        start_counted_in_batches,
    ),
    hints=(
        "`np.arange(a, b)` counts, and `reshape(batch, steps)` fills one row after another.",
        "Divide by `(10 * np.pi)` to get `xs`; `[:, :, np.newaxis]` adds the axis to the waves.",
    ),
    returns=("seq", "res", "xs"),
)
