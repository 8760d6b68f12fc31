"""Quiz 3a.Q1 to 3a.Q3: parameters, the silent view, and the chunk in which a loop fails."""

import torch
from torch import nn

from course_utils.checking import Exercise, wrong
from course_utils.recurrent import SequenceModel


def parameter_count() -> int:
    """Count the numbers that the published network learns."""
    return sum(p.numel() for p in (*nn.RNN(1, 32).parameters(), *nn.Linear(32, 1).parameters()))


@wrong("The linear read-out is missing: 32 weights and a bias.")
def read_out_forgotten():
    return parameter_count() - 33


@wrong("torch's layer has two bias vectors, b_ih and b_hh; one of them is missing here.")
def one_bias():
    return parameter_count() - 32


@wrong("The same weights serve all ten steps, so they count once.")
def once_for_each_step():
    return 10 * parameter_count()


SIZE = Exercise(
    id="3a.Q1",
    title="How many numbers does the network learn?",
    difficulty=1,
    minutes=3,
    kind="value",
    reference=parameter_count,
    also_right=(lambda: 32 + 32 * 32 + 2 * 32 + 32 + 1,),
    misconceptions=(read_out_forgotten, one_bias, once_for_each_step),
    hints=("Make the network and count.", "`sum(p.numel() for p in rnn.parameters())`"),
    rtol=0.0,
    atol=0.0,
)


def right_places() -> int:
    """Count the states of 4 rows and 10 steps that view(4, 10, -1) leaves where they belong."""
    numbers = torch.arange(40).reshape(10, 4, 1)
    return int((numbers.view(4, 10, -1) == numbers.transpose(0, 1)).sum())


@wrong("Not the whole of row 0: its first number is right, but the next one comes from row 1.")
def the_first_row():
    return 10


@wrong("The first is in its place, but it isn't the only one. Run it and count.")
def the_first_alone():
    return 1


@wrong("The two ends are in their places, but so are some between them. Run it and count.")
def the_two_ends():
    return 2


@wrong("Then nothing would be scrambled.")
def all_of_them():
    return 40


PLACES = Exercise(
    id="3a.Q2",
    title="How many states does the silent view leave in place?",
    difficulty=2,
    minutes=4,
    optional=True,
    kind="value",
    reference=right_places,
    also_right=(
        lambda: sum(row * 10 + step == step * 4 + row for row in range(4) for step in range(10)),
    ),
    misconceptions=(the_first_row, the_first_alone, the_two_ends, all_of_them),
    hints=(
        "Number the states: `torch.arange(40).reshape(10, 4, 1)` is time first.",
        "Turn it both ways, compare with `==`, and count.",
    ),
    rtol=0.0,
    atol=0.0,
)


def fails_in() -> int:
    """Give the chunk, counted from 1, in which a loop fails that cuts after chunk 1 alone."""
    model = SequenceModel()
    state = None
    for number in range(1, 11):
        prediction, state = model(torch.ones(1, 10, 1), state)
        if number == 1:
            state = state.detach()
        try:
            prediction.sum().backward()
        except RuntimeError:
            return number
    return 0


@wrong("Chunk 2 starts from a state without a history, so its backward() stops there and succeeds.")
def in_the_second():
    return 2


@wrong("One cut helps at one border. The state that chunk 2 leaves has a history again.")
def never():
    return 0


@wrong("The first backward() that meets a used-up history fails. Is there none before the last?")
def in_the_last():
    return 10


FAILS = Exercise(
    id="3a.Q3",
    title="Where does it fail?",
    difficulty=1,
    minutes=3,
    kind="value",
    reference=fails_in,
    also_right=(lambda: 3,),
    misconceptions=(in_the_second, never, in_the_last),
    hints=(
        "Which state has a history: the one that chunk 1 left, or the one that chunk 2 left?",
        "In `two_chunks`, turn `range(2)` into `range(10)`, and cut only where `number` is 0. Then "
        "count the lines it prints.",
    ),
    rtol=0.0,
    atol=0.0,
)
