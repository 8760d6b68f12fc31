"""Exercise 5a.2: cut a series into windows."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def create_inout_sequences(input_data: np.ndarray, tw: int) -> tuple[np.ndarray, np.ndarray]:
    """Cut values of shape (n,) into windows (n − tw, tw) and labels (n − tw, 1)."""
    starts = range(len(input_data) - tw)
    windows = np.stack([input_data[i : i + tw] for i in starts])
    labels = np.stack([input_data[i + tw : i + tw + 1] for i in starts])
    return windows, labels


def by_index(input_data, tw):
    places = np.arange(len(input_data) - tw)[:, None]
    return input_data[places + np.arange(tw)], input_data[places + tw]


def cut(values, starts, tw, label):
    windows = np.stack([values[i : i + tw] for i in starts])
    return windows, np.stack([values[i + label : i + label + 1] for i in starts])


@wrong(
    "The last window is missing: range(n - tw) already stops in time, so don't subtract another 1."
)
def last_window_lost(input_data, tw):
    return cut(input_data, range(len(input_data) - tw - 1), tw, label=tw)


@wrong(
    "The label is the last value of the window itself, so the network could simply copy it. "
    "The label is the value right after the window."
)
def label_inside_the_window(input_data, tw):
    return cut(input_data, range(len(input_data) - tw), tw, label=tw - 1)


@wrong("The label lies two steps after the window: one value is skipped.")
def label_one_step_too_far(input_data, tw):
    return cut(input_data, range(len(input_data) - tw - 1), tw, label=tw + 1)


@wrong(
    "The windows follow each other without overlapping. Each should start one step after the "
    "one before."
)
def windows_do_not_overlap(input_data, tw):
    return cut(input_data, range(0, len(input_data) - tw, tw), tw, label=tw)


@wrong(
    "The labels have lost their axis. In the loss, (n,) with predictions of (n, 1) would "
    "broadcast to n × n differences. Keep (n, 1)."
)
def flat_labels(input_data, tw):
    windows, labels = by_index(input_data, tw)
    return windows, labels[:, 0]


@wrong(
    "These are tw + 1 windows, as the published comment says. But tw + 1 is how many numbers "
    "one window and its label hold; there are n - tw windows."
)
def tw_plus_1_windows(input_data, tw):
    return cut(input_data, range(tw + 1), tw, label=tw)


@wrong("The windows hold 12 values whatever `tw` says.")
def always_twelve(input_data, tw):
    return cut(input_data, range(len(input_data) - 12), 12, label=12)


@wrong(
    "This is a list of pairs, as the tutorial returns it. Return two arrays instead: one of "
    "all the windows, one of all the labels."
)
def list_of_pairs(input_data, tw):
    starts = range(len(input_data) - tw)
    return [(input_data[i : i + tw], input_data[i + tw : i + tw + 1]) for i in starts]


@wrong(
    "The last windows run past the end and are cut short. Start only where `tw` values and a "
    "label are left: range(n - tw)."
)
def runs_past_the_end(input_data, tw):
    windows = np.array([input_data[i : i + tw] for i in range(len(input_data))])
    return windows, np.array([input_data[i + tw : i + tw + 1] for i in range(len(input_data))])


def _space(draw: Draw) -> Case:
    dtype = draw.one_of("dtype", (np.float64, np.float64, np.float32))
    tw = draw.one_of("window", (1, 2, 3, 5, 12))
    return Case(draw.array(tw + draw.size("windows"), dtype=dtype), tw)


WINDOWS = Exercise(
    id="5a.2",
    title="Cut a series into windows",
    difficulty=1,
    minutes=8,
    reference=create_inout_sequences,
    also_right=(by_index,),
    cases=lambda: (
        Case(np.arange(10.0, 26.0), 3, label="sixteen values, windows of three"),
        Case(np.sin(np.arange(15.0)), 2),
    ),
    space=_space,
    misconceptions=(
        last_window_lost,
        label_inside_the_window,
        label_one_step_too_far,
        windows_do_not_overlap,
        flat_labels,
        tw_plus_1_windows,
        always_twelve,
        list_of_pairs,
        runs_past_the_end,
    ),
    hints=(
        "How many windows of 3 fit into 7 values, if each needs one more value as its label?",
        "Window `i` is `input_data[i : i + tw]`; a slice of length 1 keeps the label's axis.",
    ),
    returns=("windows", "labels"),
)
