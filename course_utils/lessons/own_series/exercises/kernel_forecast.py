"""Exercise 6b.4: a curved forecast in three lines."""

import numpy as np
from sklearn.kernel_ridge import KernelRidge
from sklearn.metrics.pairwise import rbf_kernel

from course_utils.checking import Case, Draw, Exercise, wrong


def kernel_forecast(
    inputs: np.ndarray, targets: np.ndarray, asked: np.ndarray, gamma: float, alpha: float
) -> np.ndarray:
    """Fit kernel ridge to (windows, steps) and (windows, horizon); forecast for asked."""
    bells = rbf_kernel(inputs, inputs, gamma=gamma)
    weights = np.linalg.solve(bells + alpha * np.eye(len(inputs)), targets)
    return rbf_kernel(asked, inputs, gamma=gamma) @ weights


def by_the_library(inputs, targets, asked, gamma, alpha):
    model = KernelRidge(alpha=alpha, kernel="rbf", gamma=gamma)
    return model.fit(inputs, targets).predict(asked).reshape(len(asked), -1)


def solved(inputs, targets, asked, gamma, alpha, ask_gamma=None):
    bells = rbf_kernel(inputs, inputs, gamma=gamma)
    weights = np.linalg.solve(bells + alpha * np.eye(len(inputs)), targets)
    return rbf_kernel(asked, inputs, gamma=ask_gamma or gamma) @ weights


@wrong("The weights are never solved for: this adds up the known futures themselves, bell by bell.")
def never_solved(inputs, targets, asked, gamma, alpha):
    return rbf_kernel(asked, inputs, gamma=gamma) @ targets


@wrong(
    "This averages the known futures by nearness. Solve for the weights instead, because they "
    "may be negative."
)
def average_of_the_near(inputs, targets, asked, gamma, alpha):
    near = rbf_kernel(asked, inputs, gamma=gamma)
    return near / near.sum(axis=1, keepdims=True) @ targets


@wrong("`alpha` is missing, so the noise is learnt by heart. Add it to the diagonal.")
def no_alpha(inputs, targets, asked, gamma, alpha):
    return solved(inputs, targets, asked, gamma, 1e-12)


@wrong("`alpha` is added to every entry. It belongs on the diagonal: `alpha * np.eye(...)`.")
def alpha_everywhere(inputs, targets, asked, gamma, alpha):
    bells = rbf_kernel(inputs, inputs, gamma=gamma) + alpha
    weights = np.linalg.lstsq(bells, targets, rcond=None)[0]
    return rbf_kernel(asked, inputs, gamma=gamma) @ weights


@wrong("The identity is added without `alpha`, so you no longer choose how much is smoothed.")
def alpha_is_one(inputs, targets, asked, gamma, alpha):
    return solved(inputs, targets, asked, gamma, 1.0)


@wrong("`gamma` isn't passed on, so scikit-learn takes one over the number of steps.")
def gamma_forgotten(inputs, targets, asked, gamma, alpha):
    return solved(inputs, targets, asked, 1 / inputs.shape[1], alpha)


@wrong("`gamma` is passed on only once. Fitting and asking need bells of the same width.")
def gamma_for_fitting_alone(inputs, targets, asked, gamma, alpha):
    return solved(inputs, targets, asked, gamma, alpha, 1 / inputs.shape[1])


@wrong("This forecasts the known windows. Forecast for `asked`.")
def the_known_ones(inputs, targets, asked, gamma, alpha):
    return solved(inputs, targets, inputs, gamma, alpha)


@wrong("`gamma` and `alpha` have changed places.")
def exchanged(inputs, targets, asked, gamma, alpha):
    return solved(inputs, targets, asked, alpha, gamma)


def _space(draw: Draw) -> Case:
    steps, horizon, windows = draw.size("steps"), draw.size("horizon"), draw.whole(6, 15)
    inputs, asked = draw.array(windows, steps, kind="normal"), draw.array(5, steps, kind="normal")
    gamma, alpha = draw.one_of("gamma", (0.05, 0.3, 1.7)), draw.one_of("alpha", (0.01, 0.2, 3.0))
    targets = draw.array(windows, horizon, kind=draw.one_of("numbers", ("normal", "positive")))
    return Case(inputs, targets, asked, gamma=gamma, alpha=alpha)


def _cases() -> tuple[Case, ...]:
    draw = Draw("readable bells")
    return (
        Case(
            *(draw.array(7, 2, kind="normal"), draw.array(7, 3, kind="normal")),
            draw.array(2, 2, kind="normal"),
            gamma=0.4,
            alpha=0.1,
            label="seven windows of two steps, three steps ahead",
        ),
    )


KERNEL = Exercise(
    id="6b.4",
    title="A curved forecast in three lines",
    difficulty=2,
    minutes=8,
    reference=kernel_forecast,
    also_right=(by_the_library,),
    cases=_cases,
    space=_space,
    misconceptions=(
        never_solved,
        average_of_the_near,
        no_alpha,
        alpha_everywhere,
        alpha_is_one,
        gamma_forgotten,
        gamma_for_fitting_alone,
        the_known_ones,
        exchanged,
    ),
    hints=(
        "`rbf_kernel(a, b, gamma=gamma)` says how near each row of a is to each row of b. "
        "First solve `(bells + alpha * identity) @ weights = targets`.",
        "`weights = np.linalg.solve(bells + alpha * np.eye(len(inputs)), targets)`, and then "
        "ask: `rbf_kernel(asked, inputs, gamma=gamma) @ weights`.",
    ),
    returns=("forecast",),
    rtol=1e-4,
)
