"""Exercise 6a.2: a scaler for each column, from the training rows alone."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def scale_columns(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give train (n, columns) mean 0 and spread 1 in each column; test (m, columns) likewise."""
    mean, spread = train.mean(axis=0), train.std(axis=0)
    return (train - mean) / spread, (test - mean) / spread


def column_by_column(train, test):
    scaled = []
    for part in (train, test):
        columns = []
        for place in range(train.shape[1]):
            own = train[:, place]
            columns.append((part[:, place] - np.mean(own)) / np.std(own))
        scaled.append(np.stack(columns, axis=1))
    return tuple(scaled)


@wrong("The scaler saw the test part. Take the mean and the spread from the training rows alone.")
def saw_the_test_part(train, test):
    both = np.concatenate([train, test])
    return tuple((part - both.mean(axis=0)) / both.std(axis=0) for part in (train, test))


@wrong("The test part has its own scaler here, so the same number means two things.")
def test_by_itself(train, test):
    return tuple((part - part.mean(axis=0)) / part.std(axis=0) for part in (train, test))


@wrong("This uses one scaler for the whole table, so a column in billions drowns one in per cent.")
def one_for_all(train, test):
    return tuple((part - train.mean()) / train.std() for part in (train, test))


@wrong("The mean and the spread run along the rows here. Each *column* needs its own: axis=0.")
def along_the_rows(train, test):
    return tuple(
        (part - part.mean(axis=1, keepdims=True)) / (part.std(axis=1, keepdims=True) + 1e-12)
        for part in (train, test)
    )


@wrong("The spread is missing: the means are 0 now, but the columns still differ in size.")
def only_centred(train, test):
    return train - train.mean(axis=0), test - train.mean(axis=0)


def _case(draw: Draw, rows: int, columns: int, label: str = "") -> Case:
    sizes = 10.0 ** draw.rng.integers(-2, 4, columns)
    level = draw.rng.normal(size=columns) * sizes * draw.one_of("level", (0, 1, 30))
    both = draw.rng.normal(size=(rows + draw.whole(1, 6), columns)) * sizes + level
    both[rows:] += draw.one_of("moved", (0, 2, -5)) * sizes
    return Case(both[:rows], both[rows:], label=label)


def _space(draw: Draw) -> Case:
    return _case(draw, draw.whole(3, 30), draw.size("columns"))


SCALE = Exercise(
    id="6a.2",
    title="A scaler for each column",
    difficulty=1,
    minutes=5,
    optional=True,
    reference=scale_columns,
    also_right=(column_by_column,),
    cases=lambda: (_case(Draw("6a.2"), 12, 3, "three columns of very different size"),),
    space=_space,
    misconceptions=(
        saw_the_test_part,
        test_by_itself,
        one_for_all,
        along_the_rows,
        only_centred,
    ),
    hints=(
        "What may the test part tell you about the mean? Nothing. Which axis runs over the rows?",
        "`train.mean(axis=0)` gives one mean per column, and `.std(axis=0)` one spread. Use "
        "both on both parts.",
    ),
    returns=("train", "test"),
)
