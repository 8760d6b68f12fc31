"""The quiz of lesson 04b."""

import math

from torch import nn

from course_utils.checking import Exercise, wrong

# ---- how many more in a GRU?


def extra_in_a_gru() -> int:
    """Count how many more numbers nn.GRU(3, 11) has than Keras' GRU with reset_after=True."""
    torchs = sum(weight.numel() for weight in nn.GRU(3, 11).parameters())
    return torchs - (3 * 33 + 11 * 33 + 2 * 33)


@wrong("That's a second bias, as for the LSTM. But look at the shape of Keras' GRU bias.")
def as_for_the_lstm():
    return 33


@wrong("That's 4·H, an LSTM's second bias. A GRU has three gates, and Keras gives it another bias.")
def four_gates():
    return 44


@wrong("That's the bias of one gate. Count all the arrays on both sides.")
def one_bias_per_gate():
    return 11


GRU = Exercise(
    id="4b.Q1",
    title="How many more in a GRU?",
    difficulty=1,
    minutes=2,
    kind="value",
    reference=extra_in_a_gru,
    also_right=(lambda: 0,),
    misconceptions=(as_for_the_lstm, four_gates, one_bias_per_gate),
    hints=(
        "`load_run(kind='GRU').weights` shows the shapes on Keras' side, for another size.",
        "In Keras, the bias of a GRU has two rows.",
    ),
    rtol=0.0,
    atol=0.0,
)

# ---- a half-life of one row


def bias_for_half() -> float:
    """Give the forget bias that leaves half of a cell after 20 steps, if f depends on it alone."""
    gate = 0.5 ** (1 / 20)
    return math.log(gate / (1 - gate))


@wrong("That's the gate, σ(b). Which b gives it?")
def the_gate_itself():
    return 0.5 ** (1 / 20)


@wrong("That's Keras' bias, which leaves only 0.2% after a row.")
def as_in_keras():
    return 1.0


@wrong("At 0 the gate is a half, so half is left after a single step.")
def no_bias():
    return 0.0


@wrong(
    "A negative bias closes the gate, so hardly anything is left after one step. Change the sign."
)
def the_sign():
    return -bias_for_half()


@wrong("That leaves half after ten steps, and a quarter after twenty.")
def half_life_of_ten():
    return 2.64


HALF = Exercise(
    id="4b.Q2",
    title="A half-life of one row",
    difficulty=2,
    minutes=3,
    kind="value",
    reference=bias_for_half,
    also_right=(lambda: 3.35,),
    misconceptions=(the_gate_itself, as_in_keras, no_bias, the_sign, half_life_of_ten),
    hints=(
        "After 20 steps, σ(b)²⁰ of the cell is left.",
        "Solve σ(b) = g for b, which gives b = ln(g / (1 − g)). Or try values of b until one fits.",
    ),
    # 3.3 to 3.4 are right. Relative, so that 0.97 (the gate) and 1.0 (Keras') stay apart.
    rtol=0.018,
    atol=0.0,
)

# ---- the first step on a tiny gradient


def first_step_ratio() -> float:
    """Give torch's first Adam step over Keras', for a gradient of 1e-6."""
    g = 1e-6
    torchs = g / (g + 1e-8)
    keras = 0.001**0.5 * g / (0.001**0.5 * g + 1e-7)
    return torchs / keras


@wrong("That's Keras' step over torch's. The question is the other way round.")
def turned_round():
    return 1 / first_step_ratio()


@wrong(
    "That's right for a large gradient, and nearly right if only the values of epsilon "
    "differed. But Keras also adds it in another place."
)
def the_same():
    return 1.0


@wrong(
    "That's the ratio with both epsilons in torch's place. Keras adds its epsilon to the "
    "uncorrected root."
)
def both_at_torchs_place():
    return (1e-6 + 1e-7) / (1e-6 + 1e-8)


@wrong("That's the ratio of the two epsilons, not of the steps.")
def the_epsilons_ratio():
    return 10.0


STEP = Exercise(
    id="4b.Q3",
    title="The first step on a tiny gradient",
    difficulty=2,
    minutes=4,
    optional=True,
    kind="value",
    reference=first_step_ratio,
    also_right=(lambda: 4.1,),
    misconceptions=(turned_round, the_same, both_at_torchs_place, the_epsilons_ratio),
    hints=(
        "At the first update m is a tenth of the gradient, and v a thousandth of its square.",
        "`keras_adam_step` of a single weight, and `torch.optim.Adam` on a parameter whose `.grad` "
        "you set to 1e-6. Start the weight at 0: then it *is* the step, with its sign changed.",
    ),
    rtol=0.0,
    atol=0.06,  # one decimal: 4.1, but not 4
)
