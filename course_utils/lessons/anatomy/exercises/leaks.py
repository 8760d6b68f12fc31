"""Exercise 2a.4: whether a batch leaks into its neighbour."""

import torch
from torch import nn

from course_utils.checking import Case, Draw, Exercise, wrong
from course_utils.lessons.anatomy.cases import numbers, with_seed


def leaks(layer: nn.Module, x: torch.Tensor) -> bool:
    """Say whether changing sequence 0 of x (batch, steps, features) changes another's output."""
    changed = x.clone()
    changed[0] += 1
    outputs = []
    for batch in (x, changed):
        # One seed for both runs: dropout, if there is any, drops the same numbers.
        with torch.no_grad(), torch.random.fork_rng():
            torch.manual_seed(0)
            result = layer(batch)
        # A recurrent layer gives (output, state); many whole models give their output alone.
        outputs.append(result[0] if isinstance(result, tuple) else result)
    before, after = outputs
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
    """Adds a part of sequence 0, (steps, features), to one place of the output."""

    def __init__(self, layer: nn.RNNBase, part: tuple[slice, slice], place: tuple) -> None:
        super().__init__()
        self.layer, self.part, self.place = layer, part, place

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        output, state = self.layer(x)
        mixed = output.clone()
        mixed[self.place] += x[0][self.part].mean()
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
    "You changed the last sequence. If the batch is taken for time, the last can't reach anything "
    "before it: change the first."
)
def the_last_one_changed(layer, x):
    (before, _), (after, _) = _two_runs(layer, x, changed_row=-1)
    return not torch.allclose(before[:-1], after[:-1])


@wrong("Only the final state is compared. A leak may sit in the output alone.")
def only_the_state_compared(layer, x):
    (_, before), (_, after) = _two_runs(layer, x)
    return not torch.allclose(before[:, 1:], after[:, 1:])


@wrong("True and False are swapped: True means that it leaks.")
def turned_around(layer, x):
    (before, _), (after, _) = _two_runs(layer, x)
    return torch.allclose(before[1:], after[1:])


@wrong(
    "This never finds a leak. Was a *copy* changed, and the layer run on it? `x.clone()` first, "
    "then change row 0 of the copy."
)
def nothing_leaks(layer, x):
    return False


ALL, FIRST, LAST = slice(None), slice(0, 1), slice(-1, None)
OTHERS, NEXT = slice(1, None), slice(1, 2)
PARTS = ((ALL, ALL), (FIRST, ALL), (LAST, ALL), (ALL, FIRST), (ALL, LAST))
PLACES = (
    (LAST, ALL),
    (OTHERS, FIRST),
    (NEXT, LAST),
    (LAST, FIRST, LAST),
    (NEXT, ALL, FIRST),
    (OTHERS, LAST, FIRST),
)


def _rnn(batch_first=True):
    return with_seed(1, nn.RNN, 3, 4, batch_first=batch_first)


def one_more(draw: Draw) -> Case:
    batch, steps, features = draw.size("batch", 2), draw.size("steps"), draw.size("features")
    cell, both = draw.one_of("cell", (nn.RNN, nn.GRU, nn.LSTM)), draw.one_of("both", (False, True))
    kind = draw.one_of(
        "layer", ("right", "right", "for time", "one place", "one place", "one place")
    )
    layers, first = draw.one_of("layers", (1, 2)), kind != "for time"
    layer = with_seed(
        draw.whole(0, 99), cell, features, 5, layers, batch_first=first, bidirectional=both
    )
    label = str(layer)
    if kind == "one place":
        part, place = draw.one_of("part", PARTS), draw.one_of("place", PLACES)
        layer = _LeaksInOnePlace(layer, part, place)
        label = "a layer that leaks in one place alone"
    layer.train(draw.one_of("training", (True, True, False)))
    x = draw.tensor(batch, steps, features, kind=draw.one_of("kind", ("normal", "negative")))
    return Case(layer, x, label=f"{label} and x of shape {tuple(x.shape)}")


LEAKS = Exercise(
    id="2a.4",
    title="Does a batch leak into its neighbour?",
    difficulty=2,
    minutes=8,
    reference=leaks,
    also_right=(by_gradient,),
    cases=lambda: (
        Case(_rnn(), numbers(5, 6, 3), label="an RNN, batch first"),
        Case(_rnn(False), numbers(5, 6, 3), label="an RNN that takes the batch for time"),
        Case(
            with_seed(1, _Centred),
            numbers(5, 6, 3),
            label="a layer that subtracts the batch's mean",
        ),
        Case(
            _LeaksInOnePlace(_rnn(), (LAST, ALL), (LAST, ALL)),
            numbers(5, 6, 3),
            label="a layer that leaks into the last sequence alone",
        ),
        Case(
            _LeaksInOnePlace(_rnn(), (FIRST, ALL), (OTHERS, FIRST)),
            numbers(5, 6, 3),
            label="a layer that leaks into the first step alone",
        ),
    ),
    space=one_more,
    draws=20,
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
