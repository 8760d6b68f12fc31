"""The quiz of lesson 06b: three questions that need a run."""

import numpy as np
import torch

from course_utils import studies
from course_utils.checking import Exercise, wrong
from course_utils.lessons.own_series import real_series
from course_utils.recurrent import SequenceModel


def carried_numbers() -> int:
    """Count the numbers that an LSTM of 16 units carries from one step to the next."""
    _, state = SequenceModel(16, "LSTM")(torch.zeros(1, 1200, 1))
    return sum(part.numel() for part in state)


@wrong("That's h alone. An LSTM also carries a cell c: its state is a pair.")
def hidden_alone():
    return 16


@wrong("That counts a number for each gate. The gates are computed anew at every step.")
def four_gates():
    return 64


@wrong(
    "Those are the parameters, which is what the network has learnt. They don't change from "
    "step to step."
)
def parameters():
    return sum(parameter.numel() for parameter in SequenceModel(16, "LSTM").parameters())


@wrong("Those are its answers at all 1,200 steps. It needs none of them for the next one.")
def all_outputs():
    return 1200


QUIZ_CARRIED = Exercise(
    id="6b.Q1",
    title="How many numbers does an LSTM of 16 units carry?",
    difficulty=1,
    minutes=2,
    kind="value",
    reference=carried_numbers,
    also_right=(lambda: 2 * 16,),
    misconceptions=(hidden_alone, four_gates, parameters, all_outputs),
    hints=(
        "Let `SequenceModel(16, 'LSTM')` read 1,200 zeros, and look at the state it returns.",
        "`y, state = model(torch.zeros(1, 1200, 1))`, then count the numbers in both parts.",
    ),
    rtol=0.0,
    atol=0.0,
)


def share_of_the_line(few=300, many=2000, method="line", step="h17", middle=np.median):
    table = studies.load("series-contest")
    table = table[(table["system"] == "Mackey–Glass") & (table["noise"] == 0)]
    errors = {
        points: middle(table[(table["points"] == points) & (table["method"] == method)][step])
        for points in (few, many)
    }
    return float(errors[few] / errors[many])


def kernel_with_few_points() -> float:
    """How many times larger the kernel's median error at 17 steps is with 300 points than 2,000."""
    table = studies.load("series-contest").query("noise == 0 and method == 'kernel'")
    table = table[table["system"] == "Mackey–Glass"]
    errors = table.groupby("points")["h17"].median()
    return float(errors[300] / errors[2000])


@wrong("That's for the line. The question is about the kernel.")
def of_the_line():
    return share_of_the_line()


@wrong("The fraction is upside down: 300 points belong on top.")
def upside_down():
    return 1 / kernel_with_few_points()


@wrong("That's one step ahead. The question is about 17.")
def one_step_ahead():
    return share_of_the_line(method="kernel", step="h1")


QUIZ_FEW = Exercise(
    id="6b.Q2",
    title="What do few points cost the kernel?",
    difficulty=1,
    minutes=3,
    kind="value",
    reference=kernel_with_few_points,
    also_right=(lambda: share_of_the_line(method="kernel"),),
    misconceptions=(of_the_line, upside_down, one_step_ahead),
    hints=(
        "`studies.load('series-contest')` has a row per system, points, noise, method and seed.",
        "Keep Mackey–Glass without noise and the kernel, and take "
        "`.groupby('points')['h17'].median()`.",
    ),
    rtol=0.03,
    atol=0.0,
)


def nine_origins(*names):
    found = real_series.stored_members(real_series.LATER)
    return float(real_series.mean_backtest(*(found[name] for name in names)).scores().mean())


def mean_of_two() -> float:
    """RMSE over the nine later origins of the mean of Holt-Winters and SARIMA."""
    members = real_series.stored_members(real_series.LATER)
    mean = real_series.mean_backtest(members["Holt-Winters"], members["SARIMA"])
    return float(mean.scores()[0])


def one_by_one():
    members, errors = real_series.stored_members(real_series.LATER), []
    for place, actual in enumerate(members["SARIMA"].actual):
        said = [members[name].forecast[0, place] for name in ("Holt-Winters", "SARIMA")]
        errors.append(np.sqrt(np.mean((np.mean(said, axis=0) - actual) ** 2)))
    return float(np.mean(errors))


@wrong("That's Holt-Winters alone.")
def holt_winters_alone():
    return nine_origins("Holt-Winters")


@wrong("That's SARIMA alone.")
def sarima_alone():
    return nine_origins("SARIMA")


@wrong("That's the mean of the two errors. Average the two forecasts first, then take the error.")
def mean_of_the_errors():
    return (nine_origins("Holt-Winters") + nine_origins("SARIMA")) / 2


@wrong("That's from the earlier origins, whose years end before 1958.")
def earlier_origins():
    found = real_series.stored_members(real_series.EARLIER)
    return float(real_series.mean_backtest(found["Holt-Winters"], found["SARIMA"]).scores()[0])


QUIZ_TWO = Exercise(
    id="6b.Q3",
    title="How good is the mean of two?",
    difficulty=1,
    minutes=4,
    kind="value",
    reference=mean_of_two,
    also_right=(one_by_one,),
    misconceptions=(holt_winters_alone, sarima_alone, mean_of_the_errors, earlier_origins),
    hints=(
        "`real_series.stored_members(real_series.LATER)` has a backtest of each member; "
        "`real_series.mean_backtest` takes the mean of two.",
        "`real_series.mean_backtest(members['Holt-Winters'], members['SARIMA']).scores()`",
    ),
    rtol=0.0,
    atol=0.05,  # one decimal
)
