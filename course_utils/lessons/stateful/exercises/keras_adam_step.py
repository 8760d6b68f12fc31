"""Exercise 4b.5: Adam, as Keras writes it."""

import torch
from torch import Tensor

from course_utils.checking import Case, Draw, Exercise, wrong


def keras_adam_step(
    weight: Tensor, gradient: Tensor, m: Tensor, v: Tensor, t: int, lr: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Update number t (from 1) of Adam as Keras writes it: the new weight, m and v.

    beta_1 is 0.9, beta_2 is 0.999, epsilon is 1e-7; all tensors have one shape.
    """
    m = 0.9 * m + 0.1 * gradient
    v = 0.999 * v + 0.001 * gradient**2
    rate = lr * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    return weight - rate * m / (v.sqrt() + 1e-7), m, v


def in_another_order(weight, gradient, m, v, t, lr):
    m, v = m + (gradient - m) * (1 - 0.9), v + (gradient * gradient - v) * (1 - 0.999)
    c = torch.tensor(1.0) - torch.tensor(0.999) ** t
    # The same epsilon, carried inside the correction.
    return weight - lr / (1 - 0.9**t) * m / ((v / c).sqrt() + 1e-7 / c.sqrt()), m, v


def _averages(gradient, m, v, beta_1=0.9, beta_2=0.999):
    return beta_1 * m + (1 - beta_1) * gradient, beta_2 * v + (1 - beta_2) * gradient**2


def _rate(t, lr):
    return lr * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)


def _as_in_torch(weight, gradient, m, v, t, lr, eps):
    m, v = _averages(gradient, m, v)
    root = (v / (1 - 0.999**t)).sqrt()
    return weight - lr / (1 - 0.9**t) * m / (root + eps), m, v


@wrong(
    "That's torch's Adam, which corrects v before it adds epsilon. Keras adds epsilon to the "
    "bare root of v, and uses 1e-7."
)
def torchs_formula(*given):
    return _as_in_torch(*given, eps=1e-8)


@wrong("This is Keras' epsilon in torch's place: v is corrected before epsilon is added.")
def torchs_place(*given):
    return _as_in_torch(*given, eps=1e-7)


@wrong("The formula is right, but the epsilon is torch's. Keras' is 1e-7.")
def torchs_epsilon(weight, gradient, m, v, t, lr):
    m, v = _averages(gradient, m, v)
    return weight - _rate(t, lr) * m / (v.sqrt() + 1e-8), m, v


@wrong("Epsilon is under the root here. Add it to the root instead.")
def under_the_root(weight, gradient, m, v, t, lr):
    m, v = _averages(gradient, m, v)
    return weight - _rate(t, lr) * m / (v + 1e-7).sqrt(), m, v


@wrong("The corrections 1 − beta^t are missing. m and v start from zero, so they begin too small.")
def not_corrected(weight, gradient, m, v, t, lr):
    m, v = _averages(gradient, m, v)
    return weight - lr * m / (v.sqrt() + 1e-7), m, v


@wrong("The count is one too high: t is already 1 at the first update.")
def from_nought(weight, gradient, m, v, t, lr):
    return keras_adam_step(weight, gradient, m, v, t + 1, lr)


@wrong("v averages the *squares* of the gradients.")
def not_squared(weight, gradient, m, v, t, lr):
    m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient
    return weight - _rate(t, lr) * m / (v.sqrt() + 1e-7), m, v


@wrong(
    "The correction of v has lost its root. It's √(1 − beta_2^t), because v is under a root too."
)
def no_root(weight, gradient, m, v, t, lr):
    m, v = _averages(gradient, m, v)
    return weight - lr * (1 - 0.999**t) / (1 - 0.9**t) * m / (v.sqrt() + 1e-7), m, v


@wrong("The step uses the m that came in. Use the new one.")
def old_m(weight, gradient, m, v, t, lr):
    new_m, new_v = _averages(gradient, m, v)
    return weight - _rate(t, lr) * m / (new_v.sqrt() + 1e-7), new_m, new_v


@wrong("The step uses the m and v that came in. Use the new ones.")
def old_m_and_v(weight, gradient, m, v, t, lr):
    return weight - _rate(t, lr) * m / (v.sqrt() + 1e-7), *_averages(gradient, m, v)


@wrong("The two betas are swapped in the averages: 0.9 is for m, 0.999 for v.")
def betas_exchanged(weight, gradient, m, v, t, lr):
    m, v = _averages(gradient, m, v, beta_1=0.999, beta_2=0.9)
    return weight - _rate(t, lr) * m / (v.sqrt() + 1e-7), m, v


@wrong(
    "The two betas are swapped, in the averages and in the corrections: beta_1, which is "
    "0.9, belongs to m."
)
def betas_exchanged_throughout(weight, gradient, m, v, t, lr):
    m, v = _averages(gradient, m, v, beta_1=0.999, beta_2=0.9)
    return weight - lr * (1 - 0.9**t) ** 0.5 / (1 - 0.999**t) * m / (v.sqrt() + 1e-7), m, v


@wrong(
    "`m *= …` (or `mul_`, or `+=`) writes into the tensors that came in. Make new ones with "
    "`m = 0.9 * m + …`."
)
def in_place(weight, gradient, m, v, t, lr):
    m.mul_(0.9).add_(0.1 * gradient)
    v.mul_(0.999).add_(0.001 * gradient**2)
    return weight - _rate(t, lr) * m / (v.sqrt() + 1e-7), m, v


@wrong("That's only the step. Subtract it from the weight.")
def step_alone(weight, *given):
    new, m, v = keras_adam_step(weight, *given)
    return weight - new, m, v


@wrong("m keeps nine tenths of itself and takes a tenth of the gradient, not the reverse.")
def betas_turned_round(weight, gradient, m, v, t, lr):
    m, v = _averages(gradient, m, v, beta_1=0.1)
    return weight - _rate(t, lr) * m / (v.sqrt() + 1e-7), m, v


@wrong("This goes uphill. Subtract the step.")
def uphill(weight, *given):
    new, m, v = keras_adam_step(weight, *given)
    return weight + (weight - new), m, v


@wrong(
    "m and v come back corrected. The correction is only for the step; return the bare averages."
)
def corrected_ones_kept(weight, gradient, m, v, t, lr):
    new, m, v = keras_adam_step(weight, gradient, m, v, t, lr)
    return new, m / (1 - 0.9**t), v / (1 - 0.999**t)


@wrong("Only the weight comes back. The next update needs m and v too, so return all three.")
def weight_alone(*given):
    return keras_adam_step(*given)[0]


def _cases() -> tuple[Case, ...]:
    # Two tensors of zeros: if they were one, m *= … would change v as well.
    m, v = torch.zeros(4), torch.zeros(4)
    tiny = torch.tensor([1e-6, -3e-7, 2e-2, -4e-6])
    weight = torch.tensor([0.5, -1.5, 2.0, 0.25])
    return (
        Case(weight, tiny, m, v, 1, 0.1, label="the first update, t = 1"),
        Case(weight, tiny.flip(0), 0.1 * tiny, 0.001 * tiny**2, 2, 0.1, label="t = 2"),
    )


def _space(draw: Draw) -> Case:
    shape = draw.one_of("shape", ((4,), (2, 3), (1,), (3, 1), (2, 3, 4), ()))
    dtype = draw.one_of("dtype", (torch.float32, torch.float32, torch.float64))
    t, lr = draw.one_of("t", (1, 2, 3, 10, 40, 600)), draw.one_of("lr", (0.1, 0.006, 0.05))
    size = draw.one_of("size of the gradient", (1.0, 1e-2, 1e-6, 1e-4))
    weight, gradient, m, v = (draw.tensor(*shape, dtype=dtype, kind=kind) for kind in KINDS)
    start = 0.0 if t == 1 else size
    return Case(weight, size * gradient, start * m, start**2 * v, t, lr)


KINDS = ("normal", "with zeros", "normal", "positive")  # of the weight, the gradient, m and v


ADAM = Exercise(
    id="4b.5",
    title="Adam, as Keras writes it",
    difficulty=2,
    minutes=7,
    optional=True,
    reference=keras_adam_step,
    also_right=(in_another_order,),
    cases=_cases,
    space=_space,
    atol=1e-5,  # 1 − 0.999ᵗ may be computed in 32 bits, as Keras does
    misconceptions=(
        *(torchs_formula, torchs_place, torchs_epsilon, under_the_root, not_corrected),
        *(from_nought, not_squared, no_root, old_m, old_m_and_v, betas_exchanged),
        *(betas_exchanged_throughout, in_place, step_alone, betas_turned_round, uphill),
        *(corrected_ones_kept, weight_alone),
    ),
    hints=(
        "It takes four lines, as in the text: m, v, the learning rate with its two corrections, "
        "and the new weight.",
        "Don't write into the tensors that come in: `m = 0.9 * m + …` makes a new one.",
    ),
    returns=("weight", "m", "v"),
)
