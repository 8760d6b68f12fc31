"""Exercise 2a.5: clip by the norm."""

import torch
from torch import nn

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.anatomy.cases import numbers


def clip(gradients: list[torch.Tensor], most: float) -> tuple[list[torch.Tensor], float]:
    """Give new gradients, scaled to a common norm ≤ most, and the norm before: a float.

    Each gradient may have any shape; those given are not changed.
    """
    norm = torch.cat([gradient.flatten() for gradient in gradients]).norm().item()
    scale = min(1.0, most / (norm + 1e-6))  # 1e-6, as torch has it: never divide by 0
    return [gradient * scale for gradient in gradients], norm


def by_library(gradients, most):
    holders = [nn.Parameter(torch.zeros_like(gradient)) for gradient in gradients]
    for holder, gradient in zip(holders, gradients, strict=True):
        holder.grad = gradient.clone()
    norm = nn.utils.clip_grad_norm_(holders, most).item()
    return [holder.grad for holder in holders], norm


def _norm(gradients):
    return torch.cat([gradient.flatten() for gradient in gradients]).norm().item()


def _scaled(gradients, scale):
    return [gradient * scale for gradient in gradients]


@wrong(
    "You return the norm *after* clipping, which says little. torch gives the one before, which "
    "tells you whether something exploded."
)
def norm_after(gradients, most):
    clipped, _ = clip(gradients, most)
    return clipped, _norm(clipped)


@wrong(
    "Each tensor is clipped by its own norm, so their proportions change and the step turns. Take "
    "one norm over all of them together."
)
def each_by_itself(gradients, most):
    return [clip([gradient], most)[0][0] for gradient in gradients], _norm(gradients)


@wrong(
    "Two things. Each tensor is clipped by its own norm, so the step turns: take one norm over "
    "all. And norms don't add up: 3 and 4 make 5."
)
def each_by_itself_norms_added(gradients, most):
    clipped = [clip([gradient], most)[0][0] for gradient in gradients]
    return clipped, sum(_norm([gradient]) for gradient in gradients)


@wrong(
    "You added the norms of the tensors. Norms don't add up: 3 and 4 make 5. Take one root over "
    "the squares of all numbers."
)
def norms_added(gradients, most):
    norm = sum(_norm([gradient]) for gradient in gradients)
    return _scaled(gradients, min(1.0, most / norm)), norm


@wrong(
    "Each number is cut off at ±most, as `clip_grad_value_` does, which changes the direction. "
    "Scale the whole gradient instead."
)
def number_by_number(gradients, most):
    return [gradient.clamp(-most, most) for gradient in gradients], _norm(gradients)


@wrong("A norm that is small enough is blown up to `most`. Clipping only ever shortens.")
def always_scaled(gradients, most):
    norm = _norm(gradients)
    return _scaled(gradients, most / norm), norm


@wrong("The norm lacks its root: 3 and 4 make 5, not 25.")
def root_forgotten(gradients, most):
    norm = sum(gradient.square().sum().item() for gradient in gradients)
    return _scaled(gradients, min(1.0, most / norm)), norm


SHAPES = ((), (1,), (4,), (2, 3), (3, 1), (2, 3, 2))


def one_more(draw: Draw) -> Case:
    kind = draw.one_of("kind", ("normal", "negative", "with zeros", "with ties", "large", None))
    dtype = draw.one_of("dtype", (torch.float32, torch.float32, torch.float64))
    gradients = [
        draw.tensor(*draw.one_of("shape", SHAPES), dtype=dtype, kind=kind or "normal")
        for _ in range(draw.one_of("how many", (1, 2, 3, 4)))
    ]
    if kind is None:
        gradients = [torch.zeros_like(gradient) for gradient in gradients]
    elif _norm(gradients) < 0.1:  # then the 1e-6 shows, which not everybody adds
        gradients = [gradient + 1 for gradient in gradients]
    # Limits far below the norm, near it on either side, and far above.
    share = draw.one_of("limit", (0.05, 0.5, 0.9, 1.1, 1.6, 20.0))
    return Case(gradients, round(share * (_norm(gradients) or 1.0), 3))


CLIP = Exercise(
    id="2a.5",
    title="Clip by the norm",
    difficulty=2,
    minutes=6,
    reference=clip,
    also_right=(by_library,),
    cases=lambda: (
        Case([torch.tensor([3.0, 0.0]), torch.tensor([[4.0]])], 1.0, label="a norm of 5, most 1"),
        Case([numbers(2, 3), numbers(4)], 0.5),
        Case([torch.tensor([0.3, 0.4])], 1.0, label="a norm of 0.5, most 1"),
    ),
    misconceptions=(
        norm_after,
        each_by_itself,
        each_by_itself_norms_added,
        norms_added,
        number_by_number,
        always_scaled,
        root_forgotten,
    ),
    hints=(
        "Take one norm over all numbers of all tensors: the root of the sum of all squares.",
        "If the norm is over `most`, multiply *every* tensor by most / norm; otherwise keep them.",
    ),
    space=one_more,
    draws=18,
    fresh=True,
    returns=("clipped", "norm before"),
    rtol=1e-4,
)
