"""The quiz of lesson 08: three questions that need a run."""

import numpy as np

from course_utils import studies
from course_utils.checking import Exercise, wrong

# ---- how many rounds does a scan take?


def rounds_of_the_scan() -> int:
    """Count the rounds that a scan takes for 3,200 steps."""
    reach, rounds = 1, 0
    while reach < 3200:
        reach, rounds = 2 * reach, rounds + 1
    return rounds


@wrong("That's a round for each step: the loop. A scan's reach doubles from round to round.")
def one_per_step():
    return 3200


@wrong("That's one too few: after 11 rounds a step knows 2,048 steps, itself included.")
def rounded_down():
    return 11


@wrong("That counts one more round than is needed. After 12, a step knows 4,096 steps.")
def one_too_many():
    return 13


@wrong("That's half of the steps. The reach doubles, so the number of rounds is a logarithm.")
def half_of_them():
    return 1600


ROUNDS = Exercise(
    id="8.Q1",
    title="How many rounds does a scan take for 3,200 steps?",
    difficulty=1,
    minutes=1,
    kind="value",
    reference=rounds_of_the_scan,
    also_right=(lambda: int(np.ceil(np.log2(3200))),),
    misconceptions=(one_per_step, rounded_down, one_too_many, half_of_them),
    hints=(
        "The reach is 1, 2, 4, 8 and so on, while it's smaller than the number of steps.",
        "Let your scan's `while` run for 3,200 steps and count.",
    ),
    rtol=0.0,
    atol=0.0,
)

# ---- how often does Elman's network still know the parity?


def _seeds(network="RNN", length=128, share=0.99, rate=0.01) -> int:
    table = studies.load("today-parity")
    table = table[(table["network"] == network) & (table["rate"] == rate)]
    return int((table[f"right_{length}"] >= share).sum())


def elman_at_128() -> int:
    """Count the seeds whose RNN is right on at least 99% of the rows after 128 bits."""
    table = studies.load("today-parity")
    runs = table[table["network"] == "RNN"]
    return int((runs["right_128"] >= 0.99).sum())


@wrong("Those are all seeds that were trained.")
def every_seed():
    return 32


@wrong("That's after 16 bits, the length that they were trained on.")
def after_16():
    return _seeds(length=16)


@wrong("Those are the GRU's seeds. The question is about Elman's RNN.")
def of_the_gru():
    return _seeds("GRU")


@wrong("Those are the seeds that fail.")
def those_that_fail():
    return 32 - elman_at_128()


ELMAN = Exercise(
    id="8.Q2",
    title="How many Elman networks still know the parity after 128 bits?",
    difficulty=1,
    minutes=2,
    kind="value",
    reference=elman_at_128,
    also_right=(_seeds,),
    misconceptions=(every_seed, after_16, of_the_gru, those_that_fail),
    hints=(
        '`studies.load("today-parity")` has one row per network, rate and seed.',
        "Keep the rows of the RNN. In how many is the column `right_128` at least 0.99?",
    ),
    rtol=0.0,
    atol=0.0,
)

# ---- how much slower is the scan than torch's own LSTM?


def _milliseconds(way, steps=3200, middle=np.median) -> float:
    table = studies.load("today-speed")
    runs = table[(table["way"] == way) & (table["steps"] == steps)]
    return float(middle(runs["milliseconds"]))


def scan_by_lstm() -> float:
    """Divide the median time of the scan by that of the LSTM, at 3,200 steps: a number."""
    table = studies.load("today-speed")
    longest = table[table["steps"] == 3200]
    times = longest.groupby("way")["milliseconds"].median()
    return float(times["minGRU, scan"] / times["LSTM"])


@wrong("That's the other way round: the LSTM's time divided by the scan's.")
def turned_round():
    return 1 / scan_by_lstm()


@wrong("That's the loop divided by the LSTM. The question is about the scan.")
def of_the_loop():
    return _milliseconds("minGRU, loop") / _milliseconds("LSTM")


@wrong("That's at 200 steps. The question is about 3,200.")
def at_200():
    return _milliseconds("minGRU, scan", 200) / _milliseconds("LSTM", 200)


@wrong("That's how much longer the loop takes than the scan. Compare the scan with the LSTM.")
def loop_by_scan():
    return _milliseconds("minGRU, loop") / _milliseconds("minGRU, scan")


SLOWER = Exercise(
    id="8.Q3",
    title="How many times the LSTM's time does the scan take?",
    difficulty=1,
    minutes=2,
    kind="value",
    reference=scan_by_lstm,
    also_right=(lambda: _milliseconds("minGRU, scan") / _milliseconds("LSTM"),),
    misconceptions=(turned_round, of_the_loop, at_200, loop_by_scan),
    hints=(
        '`studies.load("today-speed")` has the milliseconds of three rounds.',
        "Keep 3,200 steps, take the median per way, and divide the scan's by the LSTM's.",
    ),
    rtol=0.005,
    atol=0.0,
)
