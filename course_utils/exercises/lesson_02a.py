"""The exercises of lesson 02a: the anatomy of nn.RNN."""

import torch
from torch import nn

from course_utils.exercises.definitions import Case, Exercise, Misconception

Shape = tuple[int, ...]


def _numbers(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape)))


# ------------------------------------------------------------- 2a.1 shapes


def predict_shapes(
    steps: int, batch: int, hidden: int, layers: int, directions: int, batch_first: bool
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Give the shape of output (…, …, …) and the shape of h_n (…, …, …)."""
    width = directions * hidden
    output = (batch, steps, width) if batch_first else (steps, batch, width)
    return output, (layers * directions, batch, hidden)


def _shapes_by_running(
    steps: int, batch: int, hidden: int, layers: int, directions: int, batch_first: bool
) -> tuple[torch.Size, torch.Size]:
    layer = nn.RNN(1, hidden, layers, batch_first=batch_first, bidirectional=directions == 2)
    output, h_n = layer(
        torch.zeros(batch, steps, 1) if batch_first else torch.zeros(steps, batch, 1)
    )
    return output.shape, h_n.shape


def _shapes(output_width: int, h_n: Shape, sizes: tuple) -> tuple[Shape, Shape]:
    steps, batch, _, _, _, batch_first = sizes
    two = (batch, steps) if batch_first else (steps, batch)
    return (*two, output_width), h_n


SHAPES = Exercise(
    id="2a.1",
    title="Predict every shape",
    difficulty=1,
    minutes=6,
    reference=predict_shapes,
    also_right=(_shapes_by_running,),
    cases=lambda: (
        Case(5, 3, 20, 1, 1, False, label="as published"),
        Case(5, 3, 20, 2, 1, True, label="two layers, batch first"),
        Case(7, 4, 6, 1, 2, True, label="two directions, batch first"),
        Case(7, 4, 6, 3, 2, False, label="three layers, two directions"),
    ),
    misconceptions=(
        Misconception(
            "h_n batch first",
            "Here `batch_first` moves the batch in `h_n` too. It does not: a state is always "
            "(layers × directions, batch, hidden).",
            lambda *s: _shapes(
                s[4] * s[2], (s[1], s[3] * s[4], s[2]) if s[5] else (s[3] * s[4], s[1], s[2]), s
            ),
        ),
        Misconception(
            "output in one direction",
            "`output` lacks a direction: two directions stand side by side in its last axis, "
            "2 × hidden wide.",
            lambda *s: _shapes(s[2], (s[3] * s[4], s[1], s[2]), s),
        ),
        Misconception(
            "h_n in one direction",
            "`h_n` lacks a direction: every layer ends with one state for each direction.",
            lambda *s: _shapes(s[4] * s[2], (s[3], s[1], s[2]), s),
        ),
        Misconception(
            "directions alone in h_n",
            "`h_n` lacks the layers: *every* layer ends with a state, so its first axis is "
            "layers × directions.",
            lambda *s: _shapes(s[4] * s[2], (s[4], s[1], s[2]), s),
        ),
        Misconception(
            "h_n as wide as output",
            "In `h_n` the directions lie along the *first* axis, beside the layers; its last axis "
            "is always hidden.",
            lambda *s: _shapes(s[4] * s[2], (s[3], s[1], s[4] * s[2]), s),
        ),
        Misconception(
            "all layers in output",
            "`output` holds the last layer alone. The other layers are seen in `h_n` only, at the "
            "last step.",
            lambda *s: _shapes(s[3] * s[4] * s[2], (s[3] * s[4], s[1], s[2]), s),
        ),
        Misconception(
            "batch_first ignored",
            "With `batch_first` the first two axes of `output` change places.",
            lambda *s: predict_shapes(s[0], s[1], s[2], s[3], s[4], False),
        ),
    ),
    hints=(
        "`output`: the last layer, every step, both directions side by side. `h_n`: every layer, "
        "every direction, the last step.",
        "`batch_first` touches `output` and nothing else here.",
    ),
    returns=("shape of output", "shape of h_n"),
)

# -------------------------------------------------- 2a.2 output against h_n


def final_states(output: torch.Tensor) -> torch.Tensor:
    """Take a two-way layer's output (batch, steps, 2·hidden), give its h_n (2, batch, hidden)."""
    forward, backward = output.chunk(2, dim=2)
    return torch.stack([forward[:, -1], backward[:, 0]])


def _final_by_slices(output: torch.Tensor) -> torch.Tensor:
    hidden = output.shape[2] // 2
    return torch.cat([output[None, :, -1, :hidden], output[None, :, 0, hidden:]])


def _ends(output: torch.Tensor, first: int, second: int, dim: int = 0) -> torch.Tensor:
    forward, backward = output.chunk(2, dim=2)
    return torch.stack([forward[:, first], backward[:, second]], dim=dim)


FINAL = Exercise(
    id="2a.2",
    title="Find h_n in output",
    difficulty=2,
    minutes=6,
    reference=final_states,
    also_right=(_final_by_slices,),
    cases=lambda: (
        Case(_numbers(2, 5, 8), label="two sequences of five steps, hidden 4"),
        Case(_numbers(3, 4, 6)),
    ),
    misconceptions=(
        Misconception(
            "both at the last step",
            "Both halves are taken at the last step. The backward direction *starts* there; it "
            "ends at step 0.",
            lambda output: _ends(output, -1, -1),
        ),
        Misconception(
            "directions swapped",
            "Each direction is taken where it starts: the forward one ends at the last step, the "
            "backward one at step 0.",
            lambda output: _ends(output, 0, -1),
        ),
        Misconception(
            "halves swapped",
            "Both are right, in the wrong order: h_n has the forward direction first.",
            lambda output: _ends(output, -1, 0).flip(0),
        ),
        Misconception(
            "batch first",
            "The batch stands first here. h_n is (directions, batch, hidden).",
            lambda output: _ends(output, -1, 0, dim=1),
        ),
        Misconception(
            "interleaved",
            "The two directions do not alternate in the last axis: the first half is forward, the "
            "second half backward.",
            lambda output: torch.stack([output[:, -1, 0::2], output[:, 0, 1::2]]),
        ),
        Misconception(
            "side by side",
            "The two directions lie side by side in one row; h_n keeps them apart along its first "
            "axis.",
            lambda output: torch.cat([*_ends(output, -1, 0)], dim=1),
        ),
    ),
    hints=(
        "The first half of the last axis was read forwards, the second half backwards. Where did "
        "each stop?",
        "`output.chunk(2, dim=2)` parts the directions, `torch.stack` gives them their own axis.",
    ),
    returns=("h_n",),
)

# ----------------------------------------------- 2a.3 a first state that fits


def zero_state(layer: nn.RNN, x: torch.Tensor) -> torch.Tensor:
    """Make zeros (layers × directions, batch, hidden) that fit layer and x.

    Without a batch, x (steps, features) wants (layers × directions, hidden).
    """
    rows = layer.num_layers * (2 if layer.bidirectional else 1)
    if x.ndim == 2:
        return x.new_zeros(rows, layer.hidden_size)
    batch = x.shape[0 if layer.batch_first else 1]
    return x.new_zeros(rows, batch, layer.hidden_size)


def _zero_state_by_running(layer: nn.RNN, x: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return torch.zeros_like(layer(x)[1])


def _batch_from(layer: nn.RNN, x: torch.Tensor, axis: int) -> torch.Tensor:
    rows = layer.num_layers * (1 + layer.bidirectional)
    return x.new_zeros(rows, x.shape[axis], layer.hidden_size)


ZERO = Exercise(
    id="2a.3",
    title="A first state that always fits",
    difficulty=2,
    minutes=7,
    reference=zero_state,
    also_right=(_zero_state_by_running,),
    cases=lambda: (
        Case(nn.RNN(10, 20), torch.zeros(5, 3, 10), label="as published: 5 steps, 3 sequences"),
        Case(nn.RNN(10, 20, batch_first=True), torch.zeros(24, 5, 10), label="batch first"),
        Case(nn.RNN(2, 4, 3), torch.zeros(5, 3, 2), label="three layers"),
        Case(nn.RNN(2, 4, 2, bidirectional=True), torch.zeros(5, 3, 2), label="two directions"),
        Case(nn.RNN(2, 4), torch.zeros(5, 2), label="no batch"),
    ),
    misconceptions=(
        Misconception(
            "steps for batch",
            "That is the number of steps where the batch belongs. Ask `layer.batch_first` which "
            "axis of `x` is the batch.",
            lambda layer, x: _batch_from(layer, x, 1 if layer.batch_first else 0),
        ),
        Misconception(
            "batch always second",
            "This reads the batch from axis 1 always. With `batch_first=True` it is axis 0.",
            lambda layer, x: zero_state(layer, x) if x.ndim == 2 else _batch_from(layer, x, 1),
        ),
        Misconception(
            "state batch first",
            "The batch stands first in this state. A state is (layers × directions, batch, "
            "hidden), whatever `batch_first` says.",
            lambda layer, x: zero_state(layer, x).transpose(0, -2).contiguous(),
        ),
        Misconception(
            "as for the published layer, batch second",
            "That fits the published layer alone. Three things are missing: the directions, "
            "`batch_first` (then the batch is axis 0), and an `x` without a batch.",
            lambda layer, x: _batch_from(layer, x, 1)[: layer.num_layers],
        ),
        Misconception(
            "as for a plain layer, batch first",
            "That fits a plain layer with `batch_first=True` alone. Three things are missing: the "
            "directions, the batch as axis 1 without `batch_first`, and an `x` without a batch.",
            lambda layer, x: _batch_from(layer, x, 0)[: layer.num_layers],
        ),
        Misconception(
            "directions forgotten",
            "Two directions need two states in each layer.",
            lambda layer, x: zero_state(layer, x)[: layer.num_layers],
        ),
        Misconception(
            "always one layer",
            "The first axis counts layers × directions; it is 1 only for one layer, one way.",
            lambda layer, x: zero_state(layer, x)[:1],
        ),
        Misconception(
            "batch of one",
            "Without a batch the state has no batch axis either: (layers × directions, hidden).",
            lambda layer, x: zero_state(layer, x)[:, None] if x.ndim == 2 else zero_state(layer, x),
        ),
        Misconception(
            "features for batch",
            "An `x` of two axes is *one* sequence, (steps, features): there is no batch to read "
            "off, and its state has no batch axis.",
            lambda layer, x: _batch_from(layer, x, 0 if layer.batch_first else 1),
        ),
        Misconception(
            "always second, and no batch forgotten",
            "Two things. This reads the batch from axis 1 always; with `batch_first=True` it is "
            "axis 0. And an `x` of two axes has no batch: nor has its state.",
            lambda layer, x: _batch_from(layer, x, 1),
        ),
        Misconception(
            "always first, and no batch forgotten",
            "Two things. This reads the batch from axis 0 always; that is right with "
            "`batch_first=True` alone. And an `x` of two axes has no batch: nor has its state.",
            lambda layer, x: _batch_from(layer, x, 0),
        ),
        Misconception(
            "batch always first",
            "This reads the batch from axis 0 always. Without `batch_first=True` it is axis 1.",
            lambda layer, x: zero_state(layer, x) if x.ndim == 2 else _batch_from(layer, x, 0),
        ),
        Misconception(
            "directions and no batch forgotten",
            "Two things. Two directions need two states in each layer. And an `x` of two axes has "
            "no batch: nor has its state.",
            lambda layer, x: _batch_from(layer, x, 0 if layer.batch_first else 1)[
                : layer.num_layers
            ],
        ),
    ),
    hints=(
        "Everything is on the layer: `num_layers`, `bidirectional`, `hidden_size`, `batch_first`.",
        "Two cases: `x.ndim == 2` is one sequence without a batch. Otherwise read the batch from "
        "axis 0 or 1 of `x.shape`.",
    ),
    returns=("state",),
)

# ----------------------------------------------------- 2a.4 does a batch leak?


def leaks(layer: nn.Module, x: torch.Tensor) -> bool:
    """Say whether changing sequence 0 of x (batch, steps, features) changes another's output."""
    changed = x.clone()
    changed[0] += 1
    with torch.no_grad():
        before, _ = layer(x)
        after, _ = layer(changed)
    return not torch.allclose(before[1:], after[1:])


def _leaks_by_gradient(layer: nn.Module, x: torch.Tensor) -> bool:
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


def _differs(layer: nn.Module, x: torch.Tensor, row: int, others: slice, part: int = 0) -> bool:
    changed = x.clone()
    changed[row] += 1
    with torch.no_grad():
        before, after = layer(x)[part], layer(changed)[part]
    if part:
        before, after = before.transpose(0, 1), after.transpose(0, 1)
    return not torch.allclose(before[others], after[others])


def _first_up(x: torch.Tensor) -> torch.Tensor:
    return torch.cat([x[:1] + 1, x[1:]])


LEAKS = Exercise(
    id="2a.4",
    title="Does a batch leak into its neighbour?",
    difficulty=2,
    minutes=8,
    reference=leaks,
    also_right=(_leaks_by_gradient,),
    cases=lambda: (
        Case(nn.RNN(3, 4, batch_first=True), _numbers(5, 6, 3), label="an RNN, batch first"),
        Case(nn.RNN(3, 4), _numbers(5, 6, 3), label="an RNN that takes the batch for time"),
        Case(
            nn.GRU(3, 4, batch_first=True, bidirectional=True), _numbers(4, 6, 3), label="two ways"
        ),
        Case(_Centred(), _numbers(5, 6, 3), label="a layer that subtracts the batch's mean"),
        Case(
            _LeaksInOnePlace(slice(4, 5), slice(None)),
            _numbers(5, 6, 3),
            label="a layer that leaks into the last sequence alone",
        ),
        Case(
            _LeaksInOnePlace(slice(1, None), slice(0, 1)),
            _numbers(5, 6, 3),
            label="a layer that leaks into the first step alone",
        ),
    ),
    misconceptions=(
        Misconception(
            "the changed one compared too",
            "This says that everything leaks. Sequence 0 was changed, so its own output changes: "
            "compare the *other* rows. (`x[0]` is a sequence; `x[:, 0]` is a step of all.)",
            lambda layer, x: _differs(layer, x, 0, slice(None)),
        ),
        Misconception(
            "one neighbour",
            "Only sequence 1 is compared. A leak may reach another one: compare all the others.",
            lambda layer, x: _differs(layer, x, 0, slice(1, 2)),
        ),
        Misconception(
            "the last step",
            "Only the last step is compared. A leak may sit in an earlier one.",
            lambda layer, x: (
                not torch.allclose(layer(x)[0][1:, -1], layer(_first_up(x))[0][1:, -1])
            ),
        ),
        Misconception(
            "the last one changed",
            "The last sequence is changed here. Where the batch is taken for time, what comes last "
            "reaches nobody: change the first.",
            lambda layer, x: _differs(layer, x, -1, slice(0, -1)),
        ),
        Misconception(
            "only the state compared",
            "Only the final state is compared. A leak may sit in the output alone.",
            lambda layer, x: _differs(layer, x, 0, slice(1, None), part=1),
        ),
        Misconception(
            "turned around",
            "True and False have changed places: True means that it leaks.",
            lambda layer, x: not leaks(layer, x),
        ),
        Misconception(
            "nothing leaks",
            "This never finds a leak. Was a *copy* changed, and the layer run on it? "
            "`x.clone()` first, then change row 0 of the copy.",
            lambda layer, x: _differs(layer, x, 0, slice(0, 0)),
        ),
    ),
    hints=(
        "Run the layer twice, the second time on a copy in which sequence 0 is different.",
        "Then compare `output[1:]` of the two runs with `torch.allclose`.",
    ),
    returns=("leak",),
)

# ----------------------------------------------------------------- 2a.5 clipping


def clip(gradients: list[torch.Tensor], most: float) -> tuple[list[torch.Tensor], float]:
    """Give new gradients, scaled to a common norm ≤ most, and the norm before: a float.

    Each gradient may have any shape; those given are not changed.
    """
    norm = torch.cat([gradient.flatten() for gradient in gradients]).norm().item()
    scale = min(1.0, most / (norm + 1e-6))  # 1e-6, as torch has it: never divide by 0
    return [gradient * scale for gradient in gradients], norm


def _clip_by_library(gradients: list[torch.Tensor], most: float) -> tuple:
    holders = [nn.Parameter(torch.zeros_like(gradient)) for gradient in gradients]
    for holder, gradient in zip(holders, gradients, strict=True):
        holder.grad = gradient.clone()
    norm = nn.utils.clip_grad_norm_(holders, most).item()
    return [holder.grad for holder in holders], norm


def _sum_of_norms(gradients: list[torch.Tensor]) -> float:
    return sum(_norm([gradient]) for gradient in gradients)


def _norm(gradients: list[torch.Tensor]) -> float:
    return clip(gradients, 1.0)[1]


CLIP = Exercise(
    id="2a.5",
    title="Clip by the norm",
    difficulty=2,
    minutes=6,
    reference=clip,
    also_right=(_clip_by_library,),
    cases=lambda: (
        Case([torch.tensor([3.0, 0.0]), torch.tensor([[4.0]])], 1.0, label="a norm of 5, most 1"),
        Case([_numbers(2, 3), _numbers(4)], 0.5),
        Case([torch.tensor([0.3, 0.4])], 1.0, label="a norm of 0.5, most 1"),
    ),
    misconceptions=(
        Misconception(
            "norm after",
            "The norm that comes back is the one *after* clipping, which says little. "
            "torch gives the one before: it tells whether something exploded.",
            lambda gradients, most: (clip(gradients, most)[0], min(most, _norm(gradients))),
        ),
        Misconception(
            "each by itself",
            "Each tensor is clipped by its own norm, so their proportions change and the step "
            "turns. One norm for all of them together.",
            lambda gradients, most: (
                [clip([gradient], most)[0][0] for gradient in gradients],
                _norm(gradients),
            ),
        ),
        Misconception(
            "each by itself, norms added",
            "Two things. Each tensor is clipped by its own norm, so the step turns: one norm for "
            "all. And norms do not add up: 3 and 4 make 5.",
            lambda gradients, most: (
                [clip([gradient], most)[0][0] for gradient in gradients],
                _sum_of_norms(gradients),
            ),
        ),
        Misconception(
            "norms added",
            "The norms of the tensors are added up. Norms do not add: 3 and 4 make 5. Take one "
            "root over the squares of all numbers.",
            lambda gradients, most: (
                [gradient * min(1.0, most / _sum_of_norms(gradients)) for gradient in gradients],
                _sum_of_norms(gradients),
            ),
        ),
        Misconception(
            "number by number",
            "Each number is cut at ±most. That turns the direction; `clip_grad_value_` does that. "
            "Here the whole is scaled.",
            lambda gradients, most: (
                [gradient.clamp(-most, most) for gradient in gradients],
                _norm(gradients),
            ),
        ),
        Misconception(
            "always scaled",
            "A norm that is small enough is blown up to `most`. Clipping only ever makes smaller.",
            lambda gradients, most: (
                [gradient * most / _norm(gradients) for gradient in gradients],
                _norm(gradients),
            ),
        ),
        Misconception(
            "root forgotten",
            "The norm lacks its root: 3 and 4 make 5, not 25.",
            lambda gradients, most: (
                [gradient * min(1.0, most / _norm(gradients) ** 2) for gradient in gradients],
                _norm(gradients) ** 2,
            ),
        ),
    ),
    hints=(
        "One norm over all numbers of all tensors: the root of the sum of all squares.",
        "If the norm is over `most`, multiply *every* tensor by most / norm; else leave them.",
    ),
    returns=("clipped", "norm before"),
    rtol=1e-4,
)

# ------------------------------------------------------------------- the quiz


def lstm_parameters() -> int:
    """Count the numbers of a two-layer, two-way LSTM(10, 20)."""
    layer = nn.LSTM(10, 20, num_layers=2, bidirectional=True)
    return sum(parameter.numel() for parameter in layer.parameters())


QUIZ_SIZE = Exercise(
    id="2a.Q1",
    title="How many numbers does a two-layer, two-way LSTM(10, 20) learn?",
    difficulty=1,
    minutes=3,
    kind="value",
    reference=lstm_parameters,
    also_right=(lambda: 2 * 4 * 20 * ((10 + 20 + 2) + (40 + 20 + 2)),),
    cases=(),
    misconceptions=(
        Misconception(
            "one way",
            "That is one direction only.",
            lambda: sum(p.numel() for p in nn.LSTM(10, 20, num_layers=2).parameters()),
        ),
        Misconception(
            "one bias",
            "torch's layers have two bias vectors, b_ih and b_hh; one of them is missing here.",
            lambda: lstm_parameters() - 2 * 2 * 80,
        ),
        Misconception(
            "second layer as the first",
            "The second layer reads both directions of the first: 40 numbers, not 10.",
            lambda: 2 * 2 * 4 * 20 * (10 + 20 + 2),
        ),
    ),
    hints=("Make the layer and count.", "`sum(p.numel() for p in layer.parameters())`"),
    rtol=0.0,
    atol=0.0,
)


def least_error() -> float:
    """Least mean squared error of a bare tanh state against the targets 0.5, -1.5 and 3."""
    targets = torch.tensor([0.5, -1.5, 3.0])
    return (targets.abs() - 1).clamp(min=0).square().mean().item()


def _least_by_training() -> float:
    # A tanh may come as near to 1 as it likes: its place is found by plain descent.
    targets = torch.tensor([0.5, -1.5, 3.0])
    before = nn.Parameter(torch.zeros(3))
    optimizer = torch.optim.Adam([before], lr=0.3)
    for _ in range(200):
        optimizer.zero_grad()
        nn.functional.mse_loss(before.tanh(), targets).backward()
        optimizer.step()
    return nn.functional.mse_loss(before.tanh(), targets).item()


QUIZ_FLOOR = Exercise(
    id="2a.Q2",
    title="Which error can a bare hidden state not go under?",
    difficulty=1,
    minutes=3,
    kind="value",
    reference=least_error,
    also_right=(lambda: (0 + 0.25 + 4) / 3, _least_by_training),
    cases=(),
    misconceptions=(
        Misconception(
            "answering zero",
            "That is the error of answering 0. A hidden state may go as far as ±1.",
            lambda: (0.25 + 2.25 + 9) / 3,
        ),
        Misconception(
            "not squared",
            "Those are the misses themselves. The error is their mean *square*.",
            lambda: (0.5 + 2) / 3,
        ),
        Misconception(
            "sum",
            "That is the sum of the squares. Wanted is their mean, over all three.",
            lambda: 4.25,
        ),
        Misconception(
            "those out of reach only",
            "The mean runs over all three targets; the one within reach has a miss of 0.",
            lambda: 4.25 / 2,
        ),
    ),
    hints=(
        "How far is each target from the nearest number between −1 and 1?",
        "Section 4 has the line: `(targets.abs() - 1).clamp(min=0)`, then a mean square.",
    ),
    rtol=0.0,
    atol=0.006,
)


def steps_until_lost() -> int:
    """Count the steps back after which less than 1 % is left, if each step keeps 90 %."""
    left, steps = 1.0, 0
    while left >= 0.01:
        left *= 0.9
        steps += 1
    return steps


QUIZ_STEPS = Exercise(
    id="2a.Q3",
    title="How many steps back until the gradient is lost?",
    difficulty=1,
    minutes=3,
    kind="value",
    reference=steps_until_lost,
    also_right=(lambda: next(n for n in range(100) if 0.9**n < 0.01),),
    cases=(),
    misconceptions=(
        Misconception(
            "one too few",
            "After that many steps there is still more than 1 %.",
            lambda: steps_until_lost() - 1,
        ),
        Misconception(
            "a tenth of the whole",
            "That takes away a tenth of the *first* gradient at each step. Each step takes a "
            "tenth of what is *left*: multiply.",
            lambda: 10,
        ),
        Misconception(
            "one tenth left",
            "That is where less than 10 % is left. Wanted: less than 1 %.",
            lambda: next(n for n in range(100) if 0.9**n < 0.1),
        ),
    ),
    hints=(
        "Begin with 1, multiply by 0.9 at each step, and count.",
        "A `while` loop with two variables, or `0.9 ** n` for n = 0, 1, 2 …",
    ),
    rtol=0.0,
    atol=0.0,
)

EXERCISES = (SHAPES, FINAL, ZERO, LEAKS, CLIP, QUIZ_SIZE, QUIZ_FLOOR, QUIZ_STEPS)
