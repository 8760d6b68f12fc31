"""What lesson 01 claims about speed: a network this small in NumPy, and in eager torch."""

import torch

from course_utils.lessons.elman import network
from tests.benchmarks.frame import Action, Bound, Ratio, Row

SEEDS = range(32)
EPOCHS, SHORT = 300, 30  # as published; what torch is given, and then extrapolated


def rows() -> list[Row]:
    """List all rows."""
    return [published_scheme(), whole_gradient()]


def published_scheme() -> Row:
    """Race the published loop, 6000 updates of one network, in torch and in NumPy."""
    points = network.sine_points()
    x, target = points[:-1], points[1:]
    weights = network.initial_weights(SEEDS)
    one = [w[0] for w in weights]
    now = torch.tensor(x, dtype=torch.float32)
    wanted = torch.tensor(target, dtype=torch.float32)

    def in_torch(number: int) -> None:
        w1, w2 = (torch.tensor(w, dtype=torch.float32, requires_grad=True) for w in one)
        for _ in range(SHORT):
            total_loss, context_state = 0.0, torch.zeros(1, 6)
            for j in range(len(now)):
                xh = torch.cat((now[j : j + 1], context_state), 1)
                context_state = torch.tanh(xh.mm(w1))
                loss = (context_state.mm(w2) - wanted[j : j + 1]).pow(2).sum() / 2
                total_loss += loss.item()
                loss.backward()
                with torch.no_grad():
                    w1 -= 0.1 * w1.grad
                    w2 -= 0.1 * w2.grad
                w1.grad.zero_()
                w2.grad.zero_()
                context_state = context_state.detach()

    def in_numpy(number: int) -> None:
        network.train_each_step(x, target, *one, rate=0.1, epochs=EPOCHS)

    def many(number: int) -> None:
        network.train_each_step(x, target, *weights, rate=0.1, epochs=EPOCHS)

    slow = "torch, extrapolated"
    return Row(
        "elman-published",
        f"The published scheme, {20 * EPOCHS} updates of one network ({20 * SHORT} of them timed "
        "in torch).",
        (
            Action(slow, in_torch, scale=EPOCHS / SHORT),
            Action("NumPy by hand", in_numpy),
            Action("NumPy, 32 seeds", many),
        ),
        (Ratio(slow, "NumPy by hand", Bound("≥", 10)), Ratio("NumPy, 32 seeds", "NumPy by hand")),
    )


def whole_gradient() -> Row:
    points = network.sine_points()
    weights = network.initial_weights(SEEDS)

    def train(number: int) -> None:
        network.train(points[:-1], points[1:], *weights, rate=0.03, epochs=EPOCHS)

    return Row(
        "elman-whole",
        "32 seeds, the whole gradient: 6000 updates each, extrapolated from 300.",
        (Action("32 seeds", train, scale=20, wanted=Bound("≤", 10)),),
    )
