"""Keras' Adam, for torch: the same formula, with epsilon where Keras has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from course_utils.signatures import BadArgument, Finite, Number, Positive, checked


class _OneByOne(torch.optim.Optimizer):
    """Update one parameter after another, and keep m, v and the count of updates for each."""

    def _update(
        self, weight: Tensor, gradient: Tensor, m: Tensor, v: Tensor, t: int, group: dict[str, Any]
    ) -> tuple[Tensor, Tensor, Tensor]:
        raise NotImplementedError

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """Do one update.

        Parameters
        ----------
        closure : callable, optional
            Computes the loss anew, as for every torch optimiser.

        Returns
        -------
        Any
            What the closure gave.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                memory = self.state[weight]
                if not memory:
                    memory["step"] = 0
                    memory["m"] = torch.zeros_like(weight)
                    memory["v"] = torch.zeros_like(weight)
                memory["step"] += 1
                new, memory["m"], memory["v"] = self._update(
                    weight, weight.grad, memory["m"], memory["v"], memory["step"], group
                )
                weight.copy_(new)
        return loss


@checked
class KerasAdam(_OneByOne):
    """Adam as Keras writes it: epsilon stands outside the correction of the bias.

    The step is α·√(1−β₂ᵗ)/(1−β₁ᵗ) · m / (√v + ε). torch corrects v before ε is
    added to its root; Keras' ε is 1e-7, torch's 1e-8.

    Parameters
    ----------
    params : iterable
        As for every torch optimiser.
    lr : float
        The learning rate α, above 0.
    betas : (float, float)
        How slowly m and v forget, each in [0, 1).
    eps : float
        ε, at least 0.

    Raises
    ------
    BadArgument
        If a number is outside its range.

    Notes
    -----
    keras/src/optimizers/adam.py, version 3.15; the formula "just before
    Section 2.1" of Kingma & Ba, arXiv 1412.6980, with their ε̂.
    Taught in lesson 04b, `does-not-learn-like-keras`.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: Positive = 1e-3,
        betas: tuple[Number, Number] = (0.9, 0.999),
        eps: Finite = 1e-7,
    ) -> None:
        for place, beta in enumerate(betas):
            if not 0 <= beta < 1:
                raise BadArgument(f"betas[{place}] must be in [0, 1), got {beta}")
        if eps < 0:
            raise BadArgument(f"eps must be at least 0, got {eps}")
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    def _update(
        self, weight: Tensor, gradient: Tensor, m: Tensor, v: Tensor, t: int, group: dict[str, Any]
    ) -> tuple[Tensor, Tensor, Tensor]:
        beta1, beta2 = group["betas"]
        m = torch.add(m, gradient - m, alpha=1 - beta1)
        v = torch.add(v, gradient.square() - v, alpha=1 - beta2)
        # In the parameter's own precision, as Keras does: in 32 bits 1 − 0.999ᵗ is off by up to
        # 1e-5 of itself at first, and the losses show it.
        count = torch.tensor(t, dtype=weight.dtype)
        alpha = group["lr"] * (1 - beta2**count).sqrt() / (1 - beta1**count)
        return weight - m * alpha / (v.sqrt() + group["eps"]), m, v


@checked
class FromStep(_OneByOne):
    """Make an optimiser out of a function that updates one weight.

    Parameters
    ----------
    params : iterable
        As for every torch optimiser.
    update : callable
        Takes a weight, its gradient, m, v, the number of the update (from 1) and the learning
        rate; gives the new weight, m and v. `keras_adam_step` of lesson 04b is one.
    lr : float
        The learning rate, above 0.

    Notes
    -----
    Used in lesson 04b, `does-not-learn-like-keras`.
    """

    def __init__(
        self,
        params: Iterable[Any],
        update: Callable[[Tensor, Tensor, Tensor, Tensor, int, float], Any],
        lr: Positive,
    ) -> None:
        super().__init__(params, {"lr": lr})
        self._one = update

    def _update(
        self, weight: Tensor, gradient: Tensor, m: Tensor, v: Tensor, t: int, group: dict[str, Any]
    ) -> tuple[Tensor, Tensor, Tensor]:
        return self._one(weight, gradient, m, v, t, group["lr"])
