"""Exercise 2a.4: whether a batch leaks into its neighbour."""

import torch
from torch import nn

from course_utils.checking import Case, Exercise, wrong
from course_utils.lessons.anatomy.cases import numbers


def leaks(layer: nn.Module, x: torch.Tensor) -> bool:
    """Say whether changing sequence 0 of x (batch, steps, features) changes another's output."""
    changed = x.clone()
    changed[0] += 1
    with torch.no_grad():
        before, _ = layer(x)
        after, _ = layer(changed)
    return not torch.allclose(before[1:], after[1:])


def by_gradient(layer, x):
    x = x.clone().requires_grad_(True)
    (own,) = torch.autograd.grad(layer(x)[0][1:].sum(), x)
    return bool(own[0].any())


class _Centred(nn.Module):
    """Takes the batch's mean off its output: a leak that the state does not show."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.RNN(3, 4, batch_first=True)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        output, state = self.layer(x)
        return output - output.mean(0), state


class _LeaksInOnePlace(nn.Module):
    """Lets sequence 0 into one sequence, or into one step of the others."""

    def __init__(self, rows: slice, steps: slice) -> None:
        super().__init__()
        self.layer = nn.RNN(3, 4, batch_first=True)
        self.rows, self.steps = rows, steps

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        output, state = self.layer(x)
        mixed = output.clone()
        mixed[self.rows, self.steps] += x[0].mean()
        return mixed, state


def _two_runs(layer, x, changed_row=0):
    changed = x.clone()
    changed[changed_row] += 1
    with torch.no_grad():
        return layer(x), layer(changed)


@wrong(
    "This says that everything leaks. Sequence 0 was changed, so its own output changes: compare "
    "the *other* rows. (`x[0]` is a sequence; `x[:, 0]` is a step of all.)"
)
def the_changed_one_compared_too(layer, x):
    (before, _), (after, _) = _two_runs(layer, x)
    return not torch.allclose(before, after)


@wrong("Only sequence 1 is compared. A leak may reach another one: compare all the others.")
def one_neighbour(layer, x):
    (before, _), (after, _) = _two_runs(layer, x)
    return not torch.allclose(before[1], after[1])


@wrong("Only the last step is compared. A leak may sit in an earlier one.")
def the_last_step(layer, x):
    (before, _), (after, _) = _two_runs(layer, x)
    return not torch.allclose(before[1:, -1], after[1:, -1])


@wrong(
    "The last sequence is changed here. Where the batch is taken for time, what comes last reaches "
    "nothing before it: change the first."
)
def the_last_one_changed(layer, x):
    (before, _), (after, _) = _two_runs(layer, x, changed_row=-1)
    return not torch.allclose(before[:-1], after[:-1])


@wrong("Only the final state is compared. A leak may sit in the output alone.")
def only_the_state_compared(layer, x):
    (_, before), (_, after) = _two_runs(layer, x)
    return not torch.allclose(before[:, 1:], after[:, 1:])


@wrong("True and False have changed places: True means that it leaks.")
def turned_around(layer, x):
    (before, _), (after, _) = _two_runs(layer, x)
    return torch.allclose(before[1:], after[1:])


@wrong(
    "This never finds a leak. Was a *copy* changed, and the layer run on it? `x.clone()` first, "
    "then change row 0 of the copy."
)
def nothing_leaks(layer, x):
    return False


LEAKS = Exercise(
    id="2a.4",
    title="Does a batch leak into its neighbour?",
    difficulty=2,
    minutes=8,
    reference=leaks,
    also_right=(by_gradient,),
    cases=lambda: (
        Case(nn.RNN(3, 4, batch_first=True), numbers(5, 6, 3), label="an RNN, batch first"),
        Case(nn.RNN(3, 4), numbers(5, 6, 3), label="an RNN that takes the batch for time"),
        Case(
            nn.GRU(3, 4, batch_first=True, bidirectional=True), numbers(4, 6, 3), label="two ways"
        ),
        Case(_Centred(), numbers(5, 6, 3), label="a layer that subtracts the batch's mean"),
        Case(
            _LeaksInOnePlace(slice(4, 5), slice(None)),
            numbers(5, 6, 3),
            label="a layer that leaks into the last sequence alone",
        ),
        Case(
            _LeaksInOnePlace(slice(1, None), slice(0, 1)),
            numbers(5, 6, 3),
            label="a layer that leaks into the first step alone",
        ),
    ),
    misconceptions=(
        the_changed_one_compared_too,
        one_neighbour,
        the_last_step,
        the_last_one_changed,
        only_the_state_compared,
        turned_around,
        nothing_leaks,
    ),
    hints=(
        "Run the layer twice, the second time on a copy in which sequence 0 is different.",
        "Then compare `output[1:]` of the two runs with `torch.allclose`.",
    ),
    returns=("leak",),
)
