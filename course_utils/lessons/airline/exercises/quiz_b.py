"""The quiz of lesson 05b: three questions that need a run."""

from functools import partial

from sklearn.metrics import mean_absolute_error

from course_utils import forecasting, series
from course_utils.checking import Exercise, wrong
from course_utils.recurrent import Forecaster


def parameter_count() -> int:
    """Count the numbers that one network of the final forecaster learns."""
    return sum(parameter.numel() for parameter in Forecaster(16, horizon=12).parameters())


def count(hidden, horizon):
    return sum(parameter.numel() for parameter in Forecaster(hidden, horizon).parameters())


@wrong("That's the published network. The final one has 16 hidden units and 12 outputs.")
def the_published_network():
    return count(100, 1)


@wrong("The read-out gives all twelve months at once, so the horizon is 12, not 1.")
def one_output():
    return count(16, 1)


@wrong("The linear read-out is missing: 12 outputs, with 16 weights and a bias each.")
def readout_forgotten():
    return count(16, 12) - 12 * 17


@wrong("torch's GRU has two bias vectors, b_ih and b_hh, and one of them is missing here.")
def one_bias():
    return count(16, 12) - 3 * 16


QUIZ_SIZE = Exercise(
    id="5b.Q1",
    title="How many numbers does one final network learn?",
    difficulty=1,
    minutes=3,
    kind="value",
    reference=parameter_count,
    also_right=(lambda: 3 * (16 + 16 * 16 + 2 * 16) + 12 * 16 + 12,),
    misconceptions=(the_published_network, one_output, readout_forgotten, one_bias),
    hints=(
        "Make a `Forecaster` with the final sizes and count its parameters.",
        "`sum(p.numel() for p in model.parameters())`",
    ),
    rtol=0.0,
    atol=0.0,
)


def score_on_1960(method, metric):
    values = series.load_airline().to_numpy()
    return metric(values[-12:], method(values[:-12], 12))


def coefficients_on_log() -> float:
    """RMSE on 1960 of AR(12) on the logarithm, forecast recursively."""
    values = series.load_airline().to_numpy()
    method = forecasting.on(series.Log(), forecasting.autoregression)
    return forecasting.rmse(values[-12:], method(values[:-12], 12))


@wrong("That's for the passengers as they are. Use their logarithm.")
def as_they_are():
    return score_on_1960(forecasting.autoregression, forecasting.rmse)


@wrong("That has thirteen lags and fourteen coefficients. Twelve lags and a constant make 13.")
def thirteen_lags():
    thirteen = partial(forecasting.autoregression, order=13)
    return score_on_1960(forecasting.on(series.Log(), thirteen), forecasting.rmse)


QUIZ_LINEAR = Exercise(
    id="5b.Q2",
    title="What do thirteen coefficients reach on the logarithm?",
    difficulty=1,
    minutes=4,
    kind="value",
    reference=coefficients_on_log,
    also_right=(lambda: round(coefficients_on_log(), 1),),
    misconceptions=(as_they_are, thirteen_lags),
    hints=(
        "`forecasting.on(series.Log(), method)` makes a method that works on the logarithm.",
        "Fit on the 132 training months, and take the RMSE on the 12 months of 1960.",
    ),
    rtol=0.0,
    atol=0.05,  # one decimal
)


def holt_winters_mase() -> float:
    """MASE of Holt-Winters on 1960, scaled by the 132 months before."""
    values = series.load_airline().to_numpy()
    forecast = forecasting.holt_winters(values[:-12], 12)
    return forecasting.mase(values[-12:], forecast, values[:-12])


@wrong("That's divided by what repeating last year misses on 1960. The scale comes from the past.")
def scaled_on_1960():
    naive = score_on_1960(forecasting.seasonal_naive, mean_absolute_error)
    return score_on_1960(forecasting.holt_winters, mean_absolute_error) / naive


@wrong("You have the RMSE on top. MASE uses the mean absolute error.")
def rmse_above():
    error = score_on_1960(forecasting.holt_winters, mean_absolute_error)
    return holt_winters_mase() * score_on_1960(forecasting.holt_winters, forecasting.rmse) / error


QUIZ_MASE = Exercise(
    id="5b.Q3",
    title="What is the MASE of Holt-Winters on 1960?",
    difficulty=1,
    minutes=4,
    kind="value",
    reference=holt_winters_mase,
    also_right=(lambda: round(holt_winters_mase(), 2),),
    misconceptions=(scaled_on_1960, rmse_above),
    hints=(
        "`forecasting.mase(actual, forecast, past)` is the error without units of lesson 05a; "
        "`forecasting.holt_winters(past, 12)` forecasts.",
        "`forecasting.mase(actual, forecasting.holt_winters(past, 12), past)`",
    ),
    rtol=0.0,
    atol=0.005,  # two decimals
)
