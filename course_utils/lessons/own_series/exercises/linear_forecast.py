"""Exercise 6b.3: the line that every network has to beat."""

import numpy as np

from course_utils.checking import Case, Draw, Exercise, wrong


def linear_forecast(inputs: np.ndarray, targets: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Fit (windows, steps) to (windows, horizon) with a constant; forecast for asked."""
    design = np.column_stack([np.ones(len(inputs)), inputs])
    weights, *_ = np.linalg.lstsq(design, targets, rcond=None)
    return np.column_stack([np.ones(len(asked)), asked]) @ weights


def least_squares(design, targets, question):
    return question @ (np.linalg.pinv(design) @ targets)


def with_a_constant(windows):
    return np.hstack([windows, np.ones((len(windows), 1))])


def by_the_pseudo_inverse(inputs, targets, asked):
    return least_squares(with_a_constant(inputs), targets, with_a_constant(asked))


@wrong("The constant is missing, and a line through the origin can only be at level 0.")
def no_constant(inputs, targets, asked):
    return least_squares(inputs, targets, asked)


@wrong("This forecasts the windows it was fitted on. Forecast for `asked`.")
def the_fitted_ones(inputs, targets, asked):
    return by_the_pseudo_inverse(inputs, targets, inputs)


@wrong("This uses only the last value of the window. Give every step of the window a weight.")
def last_value_alone(inputs, targets, asked):
    return by_the_pseudo_inverse(inputs[:, -1:], targets, asked[:, -1:])


@wrong("All steps ahead get the same forecast. Each column of `targets` needs its own weights.")
def one_forecast_for_all(inputs, targets, asked):
    said = by_the_pseudo_inverse(inputs, targets[:, :1], asked)
    return np.repeat(said, targets.shape[1], axis=1)


@wrong("This repeats the mean of the targets, whatever the window says.")
def mean_alone(inputs, targets, asked):
    return np.repeat(targets.mean(axis=0, keepdims=True), len(asked), axis=0)


@wrong("This repeats the last value of each window. Fit weights by least squares.")
def last_value(inputs, targets, asked):
    return np.repeat(asked[:, -1:], targets.shape[1], axis=1)


@wrong("The windows you ask about run backwards in time, so the weights meet the wrong steps.")
def asked_backwards(inputs, targets, asked):
    return by_the_pseudo_inverse(inputs, targets, asked[:, ::-1])


@wrong("The constant is fitted and then forgotten: `asked` needs its column of ones as well.")
def constant_forgotten(inputs, targets, asked):
    weights = np.linalg.pinv(with_a_constant(inputs)) @ targets
    return asked @ weights[:-1]


def _space(draw: Draw) -> Case:
    steps, horizon = draw.size("steps"), draw.size("horizon")
    windows = 3 * steps + draw.whole(5, 20)
    kind = draw.one_of("numbers", ("normal", "positive", "large"))
    inputs, asked = draw.array(windows, steps, kind=kind), draw.array(4, steps, kind=kind)
    return Case(inputs, draw.array(windows, horizon, kind="positive"), asked)


def _cases() -> tuple[Case, ...]:
    draw = Draw("readable line")
    return (
        Case(
            draw.array(12, 3, kind="normal"),
            draw.array(12, 2, kind="positive"),
            draw.array(2, 3, kind="normal"),
            label="twelve windows of three steps, two steps ahead",
        ),
    )


LINE = Exercise(
    id="6b.3",
    title="The line that every network has to beat",
    difficulty=1,
    minutes=6,
    reference=linear_forecast,
    also_right=(by_the_pseudo_inverse,),
    cases=_cases,
    space=_space,
    misconceptions=(
        no_constant,
        the_fitted_ones,
        one_forecast_for_all,
        last_value_alone,
        mean_alone,
        last_value,
        asked_backwards,
        constant_forgotten,
    ),
    hints=(
        "`np.linalg.lstsq` fits all columns of `targets` at once. The constant is a column of "
        "ones.",
        "Take `design = np.column_stack([np.ones(len(inputs)), inputs])`, do the same with "
        "`asked`, and multiply that by the weights.",
    ),
    returns=("forecast",),
    rtol=1e-4,
)
