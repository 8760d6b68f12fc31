"""Exercise 5a.1: scale without looking ahead."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def scale(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Map train (n,) to [−1, 1], and test (m,) by the same rule."""
    low, high = train.min(), train.max()
    return 2 * (train - low) / (high - low) - 1, 2 * (test - low) / (high - low) - 1


def by_middle_and_half_width(train, test):
    middle, half = (train.max() + train.min()) / 2, np.ptp(train) / 2
    return (train - middle) / half, (test - middle) / half


def to_range(values, seen):
    return 2 * (values - seen.min()) / np.ptp(seen) - 1


@wrong(
    "The range was taken from all the data, so the test part has leaked into training. Take "
    "the smallest and the largest value from the training part alone."
)
def fitted_on_all_data(train, test):
    both = np.concatenate([train, test])
    return to_range(train, both), to_range(test, both)


@wrong(
    "The test part was scaled by its own range, so 40 means one thing in training and another "
    "in the test. Use the training part's range for both."
)
def each_part_by_itself(train, test):
    return to_range(train, train), to_range(test, test)


@wrong("This maps to [0, 1]. It should be [-1, 1].")
def zero_to_one(train, test):
    return (train - train.min()) / np.ptp(train), (test - train.min()) / np.ptp(train)


@wrong(
    "The test part was clipped to [-1, 1]. Later values may leave the range: if you cut them "
    "off, you throw the growth away."
)
def clipped(train, test):
    return to_range(train, train), np.clip(to_range(test, train), -1, 1)


@wrong(
    "This subtracts the mean and divides by the standard deviation. Instead, the smallest "
    "value should go to -1 and the largest to 1."
)
def standardised(train, test):
    return (train - train.mean()) / train.std(), (test - train.mean()) / train.std()


def _space(draw: Draw) -> Case:
    dtype = draw.one_of("dtype", (np.float64, np.float64, np.float32))
    train = draw.array(draw.size("train", least=2), dtype=dtype)
    # One value far from the rest, so that there is a range; anywhere, so no end is special.
    unit, place = abs(train).max() or 1.0, draw.whole(0, len(train) - 1)
    train[place] = draw.one_of("outlier", (train.max() + unit, train.min() - unit))
    low, high = draw.one_of("test", ((0.1, 0.9), (1.1, 2.5), (-1.5, -0.1), (-1.0, 2.0)))
    test = train.min() + np.ptp(train) * draw.rng.uniform(low, high, draw.size("months"))
    return Case(train, test.astype(dtype))


SCALE = Exercise(
    id="5a.1",
    title="Scale without looking ahead",
    difficulty=1,
    minutes=8,
    reference=scale,
    also_right=(by_middle_and_half_width,),
    cases=lambda: (
        Case(np.array([10.0, 20.0, 30.0]), np.array([40.0, 5.0]), label="a test part out of range"),
        Case(np.array([5.0, 1.0, 2.0, 4.0]), np.array([7.0, 3.0, 9.0])),
    ),
    space=_space,
    misconceptions=(fitted_on_all_data, each_part_by_itself, zero_to_one, clipped, standardised),
    hints=(
        "Two numbers decide everything: the smallest and the largest value of the training part.",
        "First map to [0, 1] with `(x - low) / (high - low)`, then multiply by 2 and subtract 1.",
    ),
    returns=("scaled train", "scaled test"),
    atol=1e-5,  # for those who compute in float32
)
